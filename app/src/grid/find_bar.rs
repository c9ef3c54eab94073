//! The search above the table: what is looked for, how often it was found, what is put in its place.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::arranging::Arrange;
use super::desk::Desk;
use super::find::Wanted;
use super::later::search;
use super::searching::{Found, Replaced, Search};
use crate::{i18n::Locale, later::later};

/// Reasons that are named; more would hide the table.
const REASONS_NAMED_MAX: usize = 3;

/// The place of the search, empty while it is closed.
#[component]
pub fn FindPlace(desk: Desk) -> impl IntoView {
    let Search { open, .. } = desk.search;
    let is_open = Memo::new(move |_| open.get().is_some());
    Effect::new(move |_| desk.go_to_awaited());
    view! {
        <Show when=move || is_open.get()>{later(search(desk))}</Show>
    }
}

/// Draws the open search.
#[component]
pub fn FindBar(desk: Desk) -> impl IntoView {
    let locale = Locale::expect();
    let Search { open, .. } = desk.search;
    let replaces = Memo::new(move |_| open.get() == Some(Arrange::Replace));
    view! {
            <div class="grid-find" role="search" aria-label=move || locale.say("find") on:keydown=move |event| pressed(desk, &event)>
                <div class="grid-find-line">
                    <Sought desk/>
                    <span class="grid-find-count" aria-live="polite">{move || count(desk.search.found.get(), locale)}</span>
                    <button class="button" data-kind="icon" type="button" aria-label=move || locale.say("find-previous")
                        title=move || locale.say("find-previous") on:click=move |_| desk.go_to_hit(Wanted::Previous)>"↑"</button>
                    <button class="button" data-kind="icon" type="button" aria-label=move || locale.say("find-next")
                        title=move || locale.say("find-next") on:click=move |_| desk.go_to_hit(Wanted::Next)>"↓"</button>
                    <Show when=move || replaces.get()><Instead desk/></Show>
                    <span class="grid-find-note">{move || locale.say(if replaces.get() { "replace-note" } else { "find-note" })}</span>
                    <button class="button" data-kind="icon" type="button" aria-label=move || locale.say("close")
                        title=move || locale.say("close") on:click=move |_| desk.close_search()>"×"</button>
                </div>
                <p class="grid-find-said" aria-live="polite">
                    {move || desk.search.replaced.get().map(|replaced| said(&replaced, locale))}
                </p>
            </div>
    }
}

/// What is looked for.
#[component]
fn Sought(desk: Desk) -> impl IntoView {
    let locale = Locale::expect();
    let search = desk.search;
    Effect::new(move |_| {
        if let Some(input) = search.input.get() {
            input.focus().unwrap_or_default();
            input.select();
        }
    });
    view! {
        <input class="grid-find-text" type="text" autocomplete="off" spellcheck="false" node_ref=search.input
            aria-label=move || locale.say("find-text") placeholder=move || locale.say("find-text")
            prop:value=search.text.get_untracked()
            on:input=move |event: ev::Event| {
                // What is being composed is not looked for yet.
                if !is_composing(&event) {
                    desk.search_for(event_target_value(&event));
                }
            }
            on:compositionend=move |event: ev::CompositionEvent| desk.search_for(event_target_value(&event))
        />
    }
}

/// What is put in its place.
#[component]
fn Instead(desk: Desk) -> impl IntoView {
    let locale = Locale::expect();
    let search = desk.search;
    view! {
        <input class="grid-find-text" data-part="by" type="text" autocomplete="off" spellcheck="false"
            aria-label=move || locale.say("replace-by") placeholder=move || locale.say("replace-by")
            prop:value=search.by.get_untracked()
            on:input=move |event| search.by.set(event_target_value(&event))
        />
        <button class="button" type="button" on:click=move |_| desk.replace_one()>{move || locale.say("replace-one")}</button>
        <button class="button" type="button" on:click=move |_| desk.replace_all()>{move || locale.say("replace-all")}</button>
    }
}

fn pressed(desk: Desk, event: &ev::KeyboardEvent) {
    event.stop_propagation();
    if event.is_composing() || event.key_code() == 229 {
        return;
    }
    let in_text = event
        .target()
        .is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>());
    let (ctrl, shift) = (event.ctrl_key() || event.meta_key(), event.shift_key());
    match (event.key().as_str(), ctrl) {
        ("Escape", false) => desk.close_search(),
        ("Enter", false) if in_text && shift => desk.go_to_hit(Wanted::Previous),
        ("Enter", false) if in_text => desk.go_to_hit(Wanted::Next),
        ("F3", false) if shift => desk.go_to_hit(Wanted::Previous),
        ("F3", false) => desk.go_to_hit(Wanted::Next),
        ("g" | "G", true) if shift => desk.go_to_hit(Wanted::Previous),
        ("g" | "G", true) => desk.go_to_hit(Wanted::Next),
        ("f" | "F", true) => desk.arrange(Arrange::Find),
        ("h" | "H", true) => desk.arrange(Arrange::Replace),
        _ => return,
    }
    event.prevent_default();
}

fn is_composing(event: &ev::Event) -> bool {
    event
        .dyn_ref::<web_sys::InputEvent>()
        .is_some_and(web_sys::InputEvent::is_composing)
}

fn count(found: Option<Found>, locale: Locale) -> String {
    match found {
        None => String::new(),
        Some(Found { count: 0, .. }) => locale.say("find-nothing"),
        Some(Found { number, count }) => {
            let number = number.map_or("–".to_owned(), |number| number.to_string());
            format!("{number}/{count}")
        }
    }
}

fn said(replaced: &Replaced, locale: Locale) -> String {
    let number = |count: usize| (count as i64).into();
    let mut said = locale.say_with("replace-done", &[("count", number(replaced.count))]);
    let left: usize = replaced.left.iter().map(|(_, count)| count).sum();
    if left == 0 {
        return said;
    }
    let mut named: Vec<&(String, usize)> = replaced.left.iter().collect();
    named.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<String> = named
        .iter()
        .take(REASONS_NAMED_MAX)
        .map(|(reason, count)| {
            let values = [("reason", reason.clone().into()), ("count", number(*count))];
            locale.say_with("replace-reason", &values)
        })
        .collect();
    let reasons = reasons.join(&locale.say("sentence-space"));
    said.push_str(&locale.say("sentence-space"));
    said.push_str(&locale.say_with(
        "replace-left",
        &[("count", number(left)), ("reasons", reasons.into())],
    ));
    said
}
