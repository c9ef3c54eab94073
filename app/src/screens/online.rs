//! Who is online, as the server tells it.

use leptos::prelude::*;

use crate::{i18n::Locale, store::Store};

/// The number of people online, and their units on demand. Not shown without a line: nobody knows then.
#[component]
pub fn Online() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let (present, listed) = (store.online.clone(), store.online);
    let is_known = move || present.with(|present| !present.is_empty());
    view! {
        <Show when=is_known>
            <details class="online">
                <summary class="button online-count" data-kind="quiet">{
                    let listed = listed.clone();
                    move || locale.say_with("online", &[("count", (listed.with(Vec::len) as i64).into())])
                }</summary>
                <ul class="online-list">{
                    let listed = listed.clone();
                    move || listed.get().into_iter().map(|person| view! {
                        <li class="online-person">
                            <span>{person.unit_name}</span>
                            <span class="head-account">{person.account}</span>
                        </li>
                    }).collect_view()
                }</ul>
            </details>
        </Show>
    }
}
