//! Choosing between values that were written into one cell at the same time.

use diaodu_plan::{column::Column, row::RowId};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    conflicts::Conflicts,
    history::{when_text, who_text},
};
use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::{Choice, ChoiceKind, Command, Comparison, Origin, Replica},
    store::{Store, refusal::reason_sentence, row::columns},
    ui::dialog::Dialog,
};

/// So many choices have a key of their own.
const KEYS_MAX: usize = 9;

/// Shows what stands in the cell at once, with who wrote it and when the server received it; one key takes one of them, or all together.
#[component]
pub fn Choose(place: CellPlace, conflicts: Conflicts) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let store: Store = expect_context();
    let choosing = conflicts.choosing;
    let cell = Column::from_id(&place.column).map(|column| (RowId(place.row.clone()), column));
    let cell = StoredValue::new(cell);
    let found = RwSignal::new(Comparison::default());
    let (asked, changes) = (replica.clone(), store.week.news.clone());
    let told = store.history.news.clone();
    // Whoever else chooses meanwhile changes what there is to choose; who wrote it, and when it arrived, the server tells.
    Effect::new(move || {
        changes.track();
        told.track();
        let Some((row, column)) = cell.get_value() else {
            return;
        };
        let tell = Callback::new(move |now: Comparison| {
            // What is the same is not drawn again: whoever reads it keeps the place, and the focus.
            if found.try_with_untracked(|known| *known != now) == Some(true) {
                found.try_set(now);
            }
        });
        asked.command(Command::Compare(row, column, tell));
    });
    let close = Callback::new(move |()| choosing.set(None));
    let pick = Callback::new(move |choice: Choice| {
        if let (Some((row, column)), None) = (
            cell.get_value(),
            found.with_untracked(|found| found.closed.clone()),
        ) {
            replica.command(Command::Choose(row, column, choice.value));
            close.run(());
        }
    });
    let here = StoredValue::new(place);
    let step = move |is_next| conflicts.step(Some(here.get_value()), is_next);
    let on_key = move |event: ev::KeyboardEvent| {
        let number = event
            .key()
            .parse::<usize>()
            .ok()
            .filter(|number| (1..=KEYS_MAX).contains(number));
        let choice = number.and_then(|number| {
            found.with_untracked(|found| found.choices.get(number - 1).cloned())
        });
        if event.key() == "F7" && event.alt_key() {
            event.prevent_default();
            step(!event.shift_key());
        } else if let (Some(choice), false) = (choice, event.ctrl_key() || event.alt_key()) {
            event.prevent_default();
            pick.run(choice);
        }
    };
    let list = NodeRef::<html::Ul>::new();
    // Once there is something to choose, the best has the focus.
    Effect::new(move |had: Option<bool>| {
        let has = found.with(|found| !found.choices.is_empty());
        if let (false, true, Some(list)) = (had.unwrap_or(false), has, list.get()) {
            request_animation_frame(move || focus_first(&list));
        }
        has
    });
    let all = store.week.conflicts.clone();
    let several = Memo::new(move |_| all.with(|all| all.len() > 1));
    let (campaign, week) = (store.campaign.clone(), store.week.clone());
    let words = move |origin: &Origin| {
        let language = locale.language();
        let who = match origin.is_own {
            true => locale.say("choose-by-me"),
            false => who_text(&origin.who, language),
        };
        let at = campaign.get().map_or_else(String::new, |campaign| {
            when_text(origin.when, &campaign, language)
        });
        locale.say_with("choose-origin", &[("who", who.into()), ("at", at.into())])
    };
    let title = move || {
        cell.with_value(|cell| {
            let (row, column) = cell.as_ref()?;
            let specs = columns(locale.language());
            let title = specs
                .iter()
                .find(|spec| spec.id == column.id())?
                .full_title();
            let label = untrack(|| Some(week.row(&row.0)?.get().label.clone()))?;
            Some(format!("{label} · {title}"))
        })
    };
    let closed = move || {
        let unit = cell.with_value(|cell| cell.as_ref().and_then(|(row, _)| row.unit()));
        let name = store
            .campaign
            .get()
            .zip(unit)
            .and_then(|(campaign, unit)| Some(campaign.unit(&unit)?.name.clone()));
        found.with(|found| {
            found
                .closed
                .as_ref()
                .map(|word| reason_sentence(word, &name.unwrap_or_default(), locale.language()))
        })
    };
    view! {
        <Dialog label=Signal::derive(move || locale.say("choose-title")) on_close=close>
            <div on:keydown=on_key>
                <h2 class="dialog-title">{move || locale.say("choose-title")}</h2>
                <p class="draft-place">{title}</p>
                <p class="dialog-note">{move || closed().unwrap_or_else(|| locale.say("choose-note"))}</p>
                <p class="dialog-note" hidden=move || !found.with(|found| found.waits)>{move || locale.say("history-waits")}</p>
                <ul class="choices" aria-live="polite" node_ref=list>
                    {move || {
                        let Comparison { choices, closed, .. } = found.get();
                        let words = words.clone();
                        choices.into_iter().enumerate().map(move |(index, choice)| item(index, choice, closed.is_some(), words.clone(), pick, locale)).collect_view()
                    }}
                </ul>
                <div class="choices-foot">
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>
                        {move || locale.say("choose-later")}
                    </button>
                    <Show when=move || several.get()>
                        <span class="choices-steps">
                            <button class="button" data-kind="quiet" type="button" on:click=move |_| step(false)>{move || locale.say("conflicts-before")}</button>
                            <button class="button" data-kind="quiet" type="button" on:click=move |_| step(true)>{move || locale.say("conflicts-next")}</button>
                        </span>
                    </Show>
                </div>
            </div>
        </Dialog>
    }
}

fn focus_first(list: &web_sys::HtmlUListElement) {
    let button = list.query_selector("button:not([disabled])").ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.focus().unwrap_or_default();
    }
}

fn item(
    index: usize,
    choice: Choice,
    is_closed: bool,
    words: impl Fn(&Origin) -> String,
    pick: Callback<Choice>,
    locale: Locale,
) -> impl IntoView {
    let text = choice.value.to_string();
    let (key, origins) = match &choice.kind {
        ChoiceKind::Merged => ("choose-merged", vec![locale.say("choose-merged-note")]),
        ChoiceKind::Joined => ("choose-joined", vec![locale.say("choose-joined-note")]),
        ChoiceKind::Standing(origins) => ("choose-this", origins.iter().map(words).collect()),
    };
    let kind = match choice.kind {
        ChoiceKind::Merged => "primary",
        ChoiceKind::Standing(_) | ChoiceKind::Joined => "plain",
    };
    let number = (index < KEYS_MAX).then(|| view! { <kbd class="keys-chord">{index + 1}</kbd> });
    view! {
        <li class="choices-item draft">
            {origins.into_iter().map(|origin| view! { <p class="choices-origin">{origin}</p> }).collect_view()}
            <p class="choices-text">{text}</p>
            <button class="button" data-kind=kind type="button" disabled=is_closed on:click=move |_| pick.run(choice.clone())>
                {number}{move || locale.say(key)}
            </button>
        </li>
    }
}
