//! The desk: the page that a browser runs. Only does IO and display.

mod api;
mod app;
#[cfg(feature = "bench")]
mod bench;
mod browser;
mod grid;
mod i18n;
mod later;
mod replica;
mod screens;
mod session;
mod store;
mod ui;
mod upload;

use leptos::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
        show_fault();
    }));
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
    #[cfg(feature = "bench")]
    if bench::is_asked() {
        return bench::wait();
    }
    leptos::mount::mount_to_body(app::App);
}

/// Shows the sentence of index.html with its button: what was typed is on disk, and nothing else works any more.
fn show_fault() {
    if let Some(fault) = document().get_element_by_id("fault") {
        let _ = fault.remove_attribute("hidden");
    }
}
