//! A button that opens a list of further buttons.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// A list under a button; it goes when something in it is pressed, by Escape, and when the focus goes elsewhere.
#[component]
pub fn Menu(
    label: Signal<String>,
    /// Something in it waits.
    news: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let summary = NodeRef::<html::Summary>::new();
    let fold = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.remove_attribute("open").unwrap_or_default();
        }
    };
    // The focus goes back to what stays in sight: a window that opens now returns it there.
    let leave = move || {
        fold();
        if let Some(summary) = summary.get_untracked() {
            let _ = summary.focus();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            leave();
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        let to = event.related_target();
        let to = to.and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let is_inside = menu
            .get_untracked()
            .is_some_and(|menu| menu.contains(to.as_ref()));
        if !is_inside {
            fold();
        }
    };
    view! {
        <details class="fold" node_ref=menu on:keydown=on_key on:focusout=on_leave>
            <summary class="button fold-head" data-kind="quiet" node_ref=summary
                data-news=move || news.get().then_some("true")>{move || label.get()}</summary>
            <div class="fold-list" on:click=move |_| leave()>{children()}</div>
        </details>
    }
}
