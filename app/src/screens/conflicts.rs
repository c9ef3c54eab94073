//! All cells of the week in which several values stand: how many, where, and the next one.

use diaodu_plan::{column::Column, row::RowId};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    store::{
        Store,
        week::{ListedConflict, neighbour},
    },
    ui::dialog::Dialog,
};

/// Going from one cell with several values to another.
#[derive(Clone, Copy)]
pub struct Conflicts {
    /// The cell whose values are being chosen from.
    pub choosing: RwSignal<Option<CellPlace>>,
    reveal: RwSignal<Option<CellPlace>>,
    notice: RwSignal<Option<String>>,
    locale: Locale,
    store: StoredValue<Store>,
}

impl Conflicts {
    /// Nothing is open. `reveal`: takes a cell to go to. `notice`: takes a passing sentence.
    pub fn new(reveal: RwSignal<Option<CellPlace>>, notice: RwSignal<Option<String>>) -> Self {
        Self {
            choosing: RwSignal::new(None),
            reveal,
            notice,
            locale: Locale::expect(),
            store: StoredValue::new(expect_context()),
        }
    }

    /// Goes to the next one, or to the one before, and shows its values.
    pub fn step(&self, from: Option<CellPlace>, is_next: bool) {
        let from = from.and_then(|place| Some((RowId(place.row), Column::from_id(&place.column)?)));
        let found = self.store.with_value(|store| {
            let order: Vec<String> = untrack(|| store.week.rows.get())
                .iter()
                .map(|row| row.id.0.clone())
                .collect();
            let from = from.as_ref().map(|(row, column)| (row, *column));
            neighbour(&store.week.conflicts.get_untracked(), &order, from, is_next)
        });
        match found {
            Some((row, column)) => self.open(CellPlace {
                row: row.0,
                column: column.id().to_owned(),
            }),
            None => {
                let locale = self.locale;
                self.choosing.set(None);
                self.notice
                    .set(Some(untrack(|| locale.say("conflicts-none"))));
            }
        }
    }

    /// Goes to a cell and shows its values.
    pub fn open(&self, place: CellPlace) {
        let choosing = self.choosing;
        choosing.set(None);
        self.reveal.set(Some(place.clone()));
        // After the table has gone there and taken the keys.
        Timeout::new(0, move || drop(choosing.try_set(Some(place)))).forget();
    }
}

/// How many there are; the list behind it.
#[component]
pub fn ConflictsDoor(conflicts: Conflicts) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let is_open = RwSignal::new(false);
    let found = store.week.conflicts.clone();
    let count = Memo::new(move |_| found.with(|found| found.len()));
    let text = move || locale.say_with("conflicts", &[("count", (count.get() as i64).into())]);
    view! {
        <span class="conflicts" aria-live="polite">
            <Show when=move || { count.get() > 0 }>
                <button class="button" data-kind="plain" type="button" on:click=move |_| is_open.set(true)
                    title=move || locale.say("conflicts-hint")>
                    {text}
                </button>
            </Show>
        </span>
        <Show when=move || is_open.get() && count.get() != 0>
            <ConflictList is_open conflicts/>
        </Show>
    }
}

#[component]
fn ConflictList(is_open: RwSignal<bool>, conflicts: Conflicts) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let close = Callback::new(move |()| is_open.set(false));
    let listed = move || {
        store.week.conflicts.track();
        store.week.listed_conflicts()
    };
    let item = move |conflict: ListedConflict| {
        let ListedConflict {
            row,
            column,
            label,
            title,
            values,
        } = conflict;
        let go = move |_| {
            close.run(());
            conflicts.open(CellPlace {
                row: row.0.clone(),
                column: column.id().to_owned(),
            });
        };
        view! {
            <li class="choices-item draft">
                <p class="draft-place">{label}" · "{title}</p>
                {values.into_iter().map(|value| view! { <p class="choices-text conflicts-value">{value}</p> }).collect_view()}
                <button class="button" data-kind="plain" type="button" on:click=go>{move || locale.say("conflicts-choose")}</button>
            </li>
        }
    };
    view! {
        <Dialog label=Signal::derive(move || locale.say("conflicts-title")) on_close=close>
            <h2 class="dialog-title">{move || locale.say("conflicts-title")}</h2>
            <p class="dialog-note">{move || locale.say("conflicts-keys")}</p>
            <ul class="choices" aria-label=move || locale.say("conflicts-title")>{move || listed().into_iter().map(item).collect_view()}</ul>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
        </Dialog>
    }
}
