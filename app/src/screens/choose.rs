//! Choosing between values that were written into one cell at the same time.

use diaodu_plan::{column::Column, row::RowId};
use leptos::prelude::*;

use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::{Choice, Command, Replica},
    ui::dialog::Dialog,
};

/// Shows what stands in the cell at once; closes itself by emptying `place`.
#[component]
pub fn Choose(place: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let choices = RwSignal::new(Vec::<Choice>::new());
    let cell = place
        .get_untracked()
        .and_then(|place| Some((RowId(place.row), Column::from_id(&place.column)?)));
    let cell = StoredValue::new(cell);
    if let Some((row, column)) = cell.get_value() {
        replica.command(Command::Compare(
            row,
            column,
            Callback::new(move |found| choices.set(found)),
        ));
    }
    let pick = Callback::new(move |choice: Choice| {
        if let Some((row, column)) = cell.get_value() {
            replica.command(Command::Choose(row, column, choice.value));
        }
        place.set(None);
    });
    view! {
        <Dialog label=Signal::derive(move || locale.say("choose-title")) on_close=Callback::new(move |()| place.set(None))>
            <h2 class="dialog-title">{move || locale.say("choose-title")}</h2>
            <p class="dialog-note">{move || locale.say("choose-note")}</p>
            <ul class="choices">
                {move || choices.get().into_iter().map(|choice| {
                    let text = choice.value.to_string();
                    let key = if choice.is_merged { "choose-merged" } else { "choose-this" };
                    view! {
                        <li class="choices-item">
                            <p class="choices-text">{text}</p>
                            <button class="button" data-kind=if choice.is_merged { "primary" } else { "plain" } type="button"
                                on:click=move |_| pick.run(choice.clone())>{move || locale.say(key)}</button>
                        </li>
                    }
                }).collect_view()}
            </ul>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| place.set(None)>
                {move || locale.say("choose-later")}
            </button>
        </Dialog>
    }
}
