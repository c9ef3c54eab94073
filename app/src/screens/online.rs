//! Who is online, as the server tells it, and following one of them.

use leptos::{html, prelude::*};

use crate::{
    api::Present,
    i18n::Locale,
    replica::{Command, Replica},
    session::SessionState,
    store::Store,
};

/// The number of people online, and their units on demand. Not shown without a line: nobody knows then.
#[component]
pub fn Online() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let (present, listed) = (store.online.clone(), store.online);
    let is_known = move || present.with(|present| !present.is_empty());
    let list = NodeRef::<html::Details>::new();
    view! {
        <Show when=is_known>
            <details class="online" node_ref=list>
                <summary class="button online-count" data-kind="quiet">{
                    let listed = listed.clone();
                    move || locale.say_with("online", &[("count", (listed.with(Vec::len) as i64).into())])
                }</summary>
                <ul class="online-list">{
                    let listed = listed.clone();
                    move || listed.get().into_iter().map(|person| view! { <Person person list/> }).collect_view()
                }</ul>
            </details>
        </Show>
    }
}

#[component]
fn Person(person: Present, list: NodeRef<html::Details>) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let own = SessionState::expect().current;
    let is_own = own.with_untracked(|own| {
        own.as_ref()
            .is_some_and(|own| own.account == person.account)
    });
    let name = person.called().to_owned();
    let follow = (!is_own).then(|| {
        let (account, label) = (person.account.clone(), format!("{} {name}", person.unit_name));
        let act = move |_| {
            if let Some(list) = list.get_untracked() {
                list.remove_attribute("open").unwrap_or_default();
            }
            replica.command(Command::Follow(Some(account.clone())));
        };
        view! {
            <button class="button" data-kind="quiet" type="button" on:click=act
                aria-label=move || locale.say_with("follow-whom", &[("name", label.clone().into())])>
                {move || locale.say("follow")}
            </button>
        }
    });
    view! {
        <li class="online-person">
            <span>{person.unit_name}</span>
            <span class="head-account">{name}</span>
            {follow}
        </li>
    }
}
