//! 更正申请: asked for by a unit once a week is frozen, decided by lead and office. Needs the server.

mod ask;
mod list;

pub use ask::AskForm;
pub use list::CorrectionList;

use leptos::prelude::*;

use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    later::{ask_correction, correction_list, later},
    store::Store,
    ui::dialog::Dialog,
};

/// What is open of the corrections, for every screen that leads to them.
#[derive(Clone, Copy)]
pub struct Correcting {
    /// The cell for which a correction is asked.
    pub asking: RwSignal<Option<CellPlace>>,
    /// The list is open.
    pub list: RwSignal<bool>,
}

impl Correcting {
    /// Nothing is open.
    pub fn new() -> Correcting {
        Correcting {
            asking: RwSignal::new(None),
            list: RwSignal::new(false),
        }
    }

    /// Finds it in the context of a component.
    pub fn expect() -> Correcting {
        expect_context()
    }
}

/// Opens the list; there once the week is frozen. Holds the form too.
#[component]
pub fn CorrectionsDoor(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let correcting = Correcting::expect();
    let store: Store = expect_context();
    let frozen = store.week.frozen;
    let close = Callback::new(move |()| correcting.list.set(false));
    let leave = Callback::new(move |()| correcting.asking.set(None));
    view! {
        <Show when=move || frozen.get()>
            <button class="button" data-kind="plain" type="button" on:click=move |_| correcting.list.set(true)>
                {move || locale.say("corrections")}
            </button>
        </Show>
        <Show when=move || correcting.list.get()>
            <Dialog label=Signal::derive(move || locale.say("corrections")) on_close=close>
                {later(correction_list(reveal, close))}
            </Dialog>
        </Show>
        {move || correcting.asking.get().map(|place| view! {
            <Dialog label=Signal::derive(move || locale.say("correction-ask")) on_close=leave>
                {later(ask_correction(place))}
            </Dialog>
        })}
    }
}
