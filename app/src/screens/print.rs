//! Asking for the paper before the week is printed. The form itself is written by `form`, whenever the browser prints.

pub mod form;

use leptos::prelude::*;

use super::arranging::Arranging;
use crate::{
    browser,
    i18n::Locale,
    ui::{dialog::Dialog, segments::Segments},
};
use form::{KEPT_AS, Paper};

/// Asks for the paper, and has the browser print. `open`: goes to false once somebody has answered.
#[component]
pub fn Print(open: RwSignal<bool>, paper: RwSignal<Paper>, arranging: Arranging) -> impl IntoView {
    let locale = Locale::expect();
    let papers = Signal::derive(move || {
        let papers = [Paper::A3, Paper::A4];
        papers
            .map(|paper| (paper, paper.word().to_owned()))
            .to_vec()
    });
    let print = move |_| {
        browser::remember(KEPT_AS, paper.get_untracked().word());
        open.set(false);
        // Once the window is gone: it is no part of what is printed.
        request_animation_frame(|| window().print().unwrap_or_default());
    };
    let note = move || {
        let (shown, _) = arranging.counts.get();
        locale.say_with("print-note", &[("count", (shown as i64).into())])
    };
    let close = Callback::new(move |()| open.set(false));
    view! {
        <Dialog label=Signal::derive(move || locale.say("print")) on_close=close>
            <h2 class="dialog-title">{move || locale.say("print")}</h2>
            <p class="dialog-note">{note}</p>
            <p class="print-paper">
                <span class="print-paper-name">{move || locale.say("print-paper")}</span>
                <Segments name=Signal::derive(move || locale.say("print-paper")) choices=papers chosen=paper/>
            </p>
            <button class="button" data-kind="primary" type="button" on:click=print>{move || locale.say("print-go")}</button>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("cancel")}</button>
        </Dialog>
    }
}
