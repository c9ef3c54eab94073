//! How far page and server agree, in words, always in sight; and what a person should know about keeping.

use leptos::prelude::*;

use crate::{
    i18n::Locale,
    store::{
        Store,
        status::{Connection, Keeping},
    },
    ui::banner::Banner,
};

/// The status line of the header.
#[component]
pub fn SyncStatus() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let (text, state) = (store.status.clone(), store.status);
    let sentence = move || {
        let status = text.get();
        let values = [
            ("count", (status.unsent as i64).into()),
            ("here", (status.documents_here as i64).into()),
            ("all", (status.documents_all as i64).into()),
        ];
        locale.say_with(status.summary().key(), &values)
    };
    view! {
        <div class="sync" role="status" data-state=move || state.with(|status| status.summary().state())>
            <span class="sync-mark" aria-hidden="true"></span>
            <span class="sync-text">{sentence}</span>
        </div>
    }
}

/// Says whether a closed page could be opened again without a network: on https and on this machine alone.
fn is_secure() -> bool {
    web_sys::window().is_some_and(|window| window.is_secure_context())
}

/// Sentences that stay until their reason is gone.
#[component]
pub fn Warnings() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let status = store.status.clone();
    let refusal = Memo::new(move |_| status.with(|status| status.refusal.clone()));
    let status = store.status;
    let warnings = move || {
        let status = status.get();
        let keeping = match status.keeping {
            Keeping::Lasting => None,
            Keeping::Nothing => Some("keeping-nothing"),
            Keeping::Failing => Some("keeping-failing"),
        };
        let is_away = status.connection == Connection::Offline;
        let open = (is_away && !is_secure()).then_some("keeping-open-page");
        let damaged = status.was_damaged.then_some("damaged");
        [keeping, open, damaged]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    view! {
        <For each=warnings key=|key| *key let:key>
            <Banner text=Signal::derive(move || locale.say(key))/>
        </For>
        <Show when=move || refusal.with(Option::is_some)>
            <Banner text=Signal::derive(move || refusal.get().unwrap_or_default())/>
        </Show>
    }
}
