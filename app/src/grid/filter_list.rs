//! The list of a heading: sorts by its column, and says which rows pass.

use std::collections::BTreeSet;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::arrangement::Filter;
use super::desk::Desk;
use super::later::column_list;
use super::model::{ColumnSpec, Shape};
use super::needle::Needle;
use super::sieve::{self, Tests, Word};
use crate::{i18n::Locale, later::later, ui::segments::Segments};

/// How much wider or narrower a column becomes at once: two characters.
const WIDTH_STEP_PX: f64 = 24.0;
/// How wide the list is, as in style/grid.css.
const WIDTH_PX: f64 = 300.0;

/// How rows are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Words,
    Contains,
    Empty,
    Filled,
}

impl Way {
    const ALL: [(Way, &'static str); 4] = [
        (Way::Words, "filter-words"),
        (Way::Contains, "filter-contains"),
        (Way::Empty, "filter-empty"),
        (Way::Filled, "filter-filled"),
    ];
}

/// What is being chosen, until it is applied.
#[derive(Clone, Copy)]
struct Draft {
    way: RwSignal<Way>,
    /// What is typed: searches the words, or is the text to be held.
    text: RwSignal<String>,
    /// The words; `None` if there are too many.
    words: StoredValue<Option<Vec<Word>>>,
    picked: RwSignal<BTreeSet<String>>,
}

/// Draws the list of the column whose list is open.
#[component]
pub fn FilterList(desk: Desk) -> impl IntoView {
    let shape = desk.shape();
    move || {
        let id = shape.open_list.get()?;
        let found = shape.columns.with_untracked(|columns| {
            let index = columns.iter().position(|column| column.id == id)?;
            Some((index, columns[index].clone()))
        });
        found.map(|(index, column)| later(column_list(desk, index, column)))
    }
}

/// The list of one column.
#[component]
pub fn List(desk: Desk, shape: Shape, index: usize, column: ColumnSpec) -> impl IntoView {
    let locale = Locale::expect();
    let id = StoredValue::new(column.id.clone());
    let title = column.full_title();
    let draft = draft_of(desk, shape, index, &column);
    let frame = NodeRef::<html::Div>::new();
    let close = move || {
        shape.open_list.set(None);
        desk.take_focus();
    };
    let apply = move || {
        let filter = chosen(draft);
        shape
            .arrangement
            .update(|now| now.set_filter(&id.get_value(), filter));
        close();
    };
    let clear = move |_| {
        shape
            .arrangement
            .update(|now| now.set_filter(&id.get_value(), None));
        close();
    };
    let pressed = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let on_button = event
            .target()
            .is_some_and(|target| target.has_type::<web_sys::HtmlButtonElement>());
        match event.key().as_str() {
            "Escape" => close(),
            "Enter" if !on_button => apply(),
            "ArrowDown" => step(&event, frame, 1),
            "ArrowUp" => step(&event, frame, -1),
            _ => return,
        }
        event.prevent_default();
    };
    let left = move |event: ev::FocusEvent| {
        if goes_elsewhere(&event, frame) {
            shape.open_list.set(None);
        }
    };
    let place = place_of(desk, &column.id);
    let ways = Signal::derive(move || Way::ALL.map(|(way, key)| (way, locale.say(key))).to_vec());
    let label =
        Signal::derive(move || locale.say_with("list-label", &[("column", title.clone().into())]));
    view! {
        <div class="grid-list" role="dialog" aria-label=label node_ref=frame tabindex="-1"
            style:left=format!("{}px", place.0) style:top=format!("{}px", place.1)
            on:keydown=pressed on:focusout=left on:mousedown=|event| event.stop_propagation()>
            <Sorting shape id close=Callback::new(move |()| close())/>
            <Width desk id/>
            <Segments name=label choices=ways chosen=draft.way/>
            <Text draft frame/>
            <Words draft/>
            <div class="grid-list-feet">
                <button class="button" data-kind="quiet" type="button" on:click=clear>{move || locale.say("filter-clear")}</button>
                <button class="button" data-kind="primary" type="button" on:click=move |_| apply()>{move || locale.say("filter-apply")}</button>
            </div>
        </div>
    }
}

/// The sort of the column.
#[component]
fn Sorting(shape: Shape, id: StoredValue<String>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let behind = RwSignal::new(false);
    let arrangement = shape.arrangement;
    let others = move || {
        id.with_value(|id| arrangement.with(|now| now.sort.iter().any(|key| key.column != *id)))
    };
    let sort = move |down: bool| {
        let behind = behind.get_untracked();
        arrangement.update(|now| now.sort_by(&id.get_value(), down, behind));
        close.run(());
    };
    let unsort = move |_| {
        arrangement.update(|now| now.sort.retain(|key| key.column != id.get_value()));
        close.run(());
    };
    let is_sorted = move || id.with_value(|id| arrangement.with(|now| now.sorted(id).is_some()));
    view! {
        <div class="grid-list-sort">
            <button class="button" type="button" on:click=move |_| sort(false)>{move || locale.say("sort-up")}</button>
            <button class="button" type="button" on:click=move |_| sort(true)>{move || locale.say("sort-down")}</button>
            <Show when=is_sorted><button class="button" type="button" on:click=unsort>{move || locale.say("sort-none")}</button></Show>
        </div>
        <Show when=others>
            <label class="grid-list-behind">
                <input type="checkbox" prop:checked=move || behind.get() on:change=move |event| behind.set(event_target_checked(&event))/>
                {move || locale.say("sort-behind")}
            </label>
        </Show>
    }
}

/// The width of the column, for whoever does not drag its edge. The list stays open: it is pressed several times.
#[component]
fn Width(desk: Desk, id: StoredValue<String>) -> impl IntoView {
    let locale = Locale::expect();
    let widen = move |by_px: f64| {
        let (id, shape) = (id.get_value(), desk.shape());
        let drawn = desk.columns.with_untracked(|columns| {
            let column = columns.iter().find(|column| column.id == id);
            column.map(|column| column.width_px)
        });
        if let Some(drawn_px) = drawn {
            // Widths are kept for letters of the usual size.
            let width_px = drawn_px / shape.letters.get_untracked();
            shape
                .arrangement
                .update(|now| now.set_width(&id, width_px + by_px));
        }
    };
    view! {
        <div class="grid-list-sort" role="group" aria-label=move || locale.say("width-name")>
            <span class="grid-list-name" aria-hidden="true">{move || locale.say("width-name")}</span>
            <button class="button" type="button" on:click=move |_| widen(-WIDTH_STEP_PX)>{move || locale.say("width-narrower")}</button>
            <button class="button" type="button" on:click=move |_| widen(WIDTH_STEP_PX)>{move || locale.say("width-wider")}</button>
            <button class="button" type="button" on:click=move |_| desk.fit_column(&id.get_value())>{move || locale.say("width-fit")}</button>
        </div>
    }
}

/// What is typed: searches the words, or is the text to be held.
#[component]
fn Text(draft: Draft, frame: NodeRef<html::Div>) -> impl IntoView {
    let locale = Locale::expect();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let types = matches!(draft.way.get(), Way::Words | Way::Contains);
        match (input.get(), frame.get()) {
            (Some(input), _) if types => input.focus().unwrap_or_default(),
            // Without a text to type into the list itself has the keys.
            (_, Some(frame)) => frame.focus().unwrap_or_default(),
            (_, None) => {}
        }
    });
    let name = move || match draft.way.get() {
        Way::Contains => locale.say("filter-text"),
        Way::Words | Way::Empty | Way::Filled => locale.say("filter-search"),
    };
    view! {
        <input class="grid-find-text" type="text" autocomplete="off" spellcheck="false" node_ref=input
            hidden=move || matches!(draft.way.get(), Way::Empty | Way::Filled)
            aria-label=name placeholder=name
            prop:value=move || draft.text.get()
            on:input=move |event| draft.text.set(event_target_value(&event))
        />
    }
}

/// The words to choose from, as far as they fit what is typed.
#[component]
fn Words(draft: Draft) -> impl IntoView {
    let locale = Locale::expect();
    let fitting = Memo::new(move |_| {
        let needle = Needle::new(&draft.text.get());
        draft.words.with_value(|words| {
            let words = words.as_deref().unwrap_or_default().iter();
            let fits = |word: &&Word| {
                needle
                    .as_ref()
                    .is_none_or(|needle| needle.is_in(&word.shown))
            };
            words.filter(fits).cloned().collect::<Vec<_>>()
        })
    });
    let are_all = move || {
        draft.picked.with(|picked| {
            fitting.with(|words| words.iter().all(|word| picked.contains(&word.key)))
        })
    };
    let pick_all = move |event| {
        let checked = event_target_checked(&event);
        draft.picked.update(|picked| {
            for word in fitting.get_untracked() {
                if checked {
                    picked.insert(word.key);
                } else {
                    picked.remove(&word.key);
                }
            }
        });
    };
    let too_many = draft.words.with_value(Option::is_none);
    view! {
        <Show when=move || draft.way.get() == Way::Words>
            {too_many.then(|| view! { <p class="grid-list-note">{locale.say("filter-too-many")}</p> })}
            <div class="grid-list-words">
                <label class="grid-list-word" data-all="true">
                    <input type="checkbox" prop:checked=are_all on:change=pick_all/>
                    <span class="grid-list-text">{move || locale.say("filter-all")}</span>
                </label>
                {move || fitting.get().into_iter().map(|word| word_box(draft, word, locale)).collect_view()}
            </div>
        </Show>
    }
}

fn word_box(draft: Draft, word: Word, locale: Locale) -> impl IntoView + use<> {
    let key = word.key.clone();
    let is_picked = move || draft.picked.with(|picked| picked.contains(&key));
    let text = match word.shown.is_empty() {
        true => locale.say("filter-blank"),
        false => word.shown,
    };
    let pick = move |event| {
        let key = word.key.clone();
        let checked = event_target_checked(&event);
        draft.picked.update(|picked| {
            if checked {
                picked.insert(key);
            } else {
                picked.remove(&key);
            }
        });
    };
    view! {
        <label class="grid-list-word">
            <input type="checkbox" prop:checked=is_picked on:change=pick/>
            <span class="grid-list-text">{text}</span>
            <span class="grid-list-count">{word.count}</span>
        </label>
    }
}

/// Begins with the filter that there is: all words are chosen where there is none.
fn draft_of(desk: Desk, shape: Shape, index: usize, column: &ColumnSpec) -> Draft {
    let columns = shape.columns.get_untracked();
    let rows = desk.all_rows();
    let arrangement = shape.arrangement.get_untracked();
    let tests = Tests::but(&columns, &arrangement, &column.id);
    let passing = rows.iter().map(|row| &**row).filter(|row| tests.pass(row));
    let words = sieve::words(passing, index, &column.kind);
    let keys = || {
        words
            .iter()
            .flatten()
            .map(|word| word.key.clone())
            .collect()
    };
    let few = if words.is_some() {
        Way::Words
    } else {
        Way::Contains
    };
    let (way, text, picked) = match arrangement.filters.get(&column.id) {
        None => (few, String::new(), keys()),
        Some(Filter::OneOf(words)) => (Way::Words, String::new(), words.clone()),
        Some(Filter::Contains(text)) => (Way::Contains, text.clone(), keys()),
        Some(Filter::Empty) => (Way::Empty, String::new(), keys()),
        Some(Filter::Filled) => (Way::Filled, String::new(), keys()),
    };
    Draft {
        way: RwSignal::new(way),
        text: RwSignal::new(text),
        words: StoredValue::new(words),
        picked: RwSignal::new(picked),
    }
}

/// Returns the filter that was chosen; `None` if everything passes. Words that were searched for are meant, whatever else is checked.
fn chosen(draft: Draft) -> Option<Filter> {
    let text = draft.text.get_untracked();
    match draft.way.get_untracked() {
        Way::Empty => Some(Filter::Empty),
        Way::Filled => Some(Filter::Filled),
        Way::Contains => {
            (!text.trim().is_empty()).then(|| Filter::Contains(text.trim().to_owned()))
        }
        Way::Words => {
            let needle = Needle::new(&text);
            let words = draft.words.get_value().unwrap_or_default();
            let mut picked = draft.picked.get_untracked();
            if let Some(needle) = &needle {
                picked.retain(|key| {
                    words
                        .iter()
                        .any(|word| word.key == *key && needle.is_in(&word.shown))
                });
            }
            let is_all = words.iter().all(|word| picked.contains(&word.key));
            (!is_all).then_some(Filter::OneOf(picked))
        }
    }
}

/// Tells whether the focus goes to another part of the page. Without a target the page itself lost it, and the list stays for when it
/// is back.
fn goes_elsewhere(event: &ev::FocusEvent, frame: NodeRef<html::Div>) -> bool {
    let into = event
        .related_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    let is_inside = frame
        .get_untracked()
        .is_some_and(|frame| frame.contains(into.as_ref()));
    into.is_some() && !is_inside
}

/// Moves the focus among the boxes of the list.
fn step(event: &ev::KeyboardEvent, frame: NodeRef<html::Div>, by: i32) {
    let Some(frame) = frame.get_untracked() else {
        return;
    };
    let Ok(parts) = frame.query_selector_all("input:not([hidden])") else {
        return;
    };
    let part = |index: u32| {
        parts
            .item(index)
            .and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok())
    };
    let here = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    let index = (0..parts.length()).find(|index| part(*index) == here);
    let next = index.map_or(0, |index| index.saturating_add_signed(by));
    if let Some(part) = part(next) {
        part.focus().unwrap_or_default();
    }
}

/// Returns where the list of a column opens: below its heading, and wholly on the page.
fn place_of(desk: Desk, id: &str) -> (f64, f64) {
    let find = || {
        let scroller = desk.viewport.scroller.get_untracked()?;
        let heading = scroller
            .query_selector(&format!(".grid-heading[data-column='{id}']"))
            .ok()??
            .get_bounding_client_rect();
        let around = scroller.parent_element()?.get_bounding_client_rect();
        let left = heading.left() - around.left();
        let left = left.min(around.width() - WIDTH_PX - 8.0).max(0.0);
        Some((left, heading.bottom() - around.top()))
    };
    // A column that is not on screen has no heading to open below.
    find().unwrap_or((0.0, 56.0))
}
