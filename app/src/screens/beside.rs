//! The editor beside the table, for long texts: the cell with room to write, the full text of its task, and what the week before said.

use diaodu_plan::{campaign::MeasureNumber, column::Column, row::RowId, tally::Tally};
use leptos::{ev, prelude::*};

use super::{
    attachments::Attachments,
    cell_field::{CellField, Field, is_of_input_method},
};
use crate::{
    grid::model::{CellPlace, Command as GridCommand},
    i18n::Locale,
    replica::{Command, Replica, Typed},
    store::{Store, row::spec, week::LastWeek},
};

/// Which cell stands beside the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Besides {
    /// The cell.
    pub place: CellPlace,
    /// It was asked for by a key or from the menu: the field takes the keys.
    pub takes_keys: bool,
}

/// Draws the editor while a cell is to stand beside the table. `order`: gives the keys back to the table.
#[component]
pub fn Beside(
    beside: RwSignal<Option<Besides>>,
    order: RwSignal<Option<GridCommand>>,
    choosing: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let back = Callback::new(move |()| order.set(Some(GridCommand::ShowActive)));
    let close = Callback::new(move |()| {
        beside.set(None);
        back.run(());
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !is_of_input_method(&event) {
            event.stop_propagation();
            close.run(());
        }
    };
    let panel = move || {
        let Besides { place, takes_keys } = beside.get()?;
        let column = Column::from_id(&place.column)?;
        Some(view! { <Panel row=RowId(place.row) column takes_keys back choosing/> })
    };
    view! {
        <Show when=move || beside.with(Option::is_some)>
            <aside class="beside" data-pane="beside" aria-label=move || locale.say("beside") on:keydown=on_key>
                <div class="beside-head">
                    <h2 class="beside-title">{move || locale.say("beside")}</h2>
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
                </div>
                {panel}
            </aside>
        </Show>
    }
}

#[component]
fn Panel(
    row: RowId,
    column: Column,
    takes_keys: bool,
    back: Callback<()>,
    choosing: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    if let Some(unit) = row.unit() {
        replica.command(Command::LookBack(unit));
    }
    let field = Field::new(row.clone(), column);
    if takes_keys {
        Effect::new(move || field.focus());
    }
    let week = store.week.clone();
    let label = {
        let row = row.clone();
        move || {
            week.row(&row.0)
                .map(|row| row.with(|row| row.label.clone()))
        }
    };
    let count = move || {
        let count = field
            .typed
            .with(|typed| typed.chars().filter(|c| !c.is_whitespace()).count());
        locale.say_with("beside-count", &[("count", (count as i64).into())])
    };
    let number = store.week.joined(&row).map(|joined| joined.row.measure);
    view! {
        <p class="beside-row">{label}</p>
        <CellField field on_done=back choosing/>
        <p class="beside-note"><span class="beside-count">{count}</span>{move || locale.say("beside-keys")}</p>
        <Before row=row.clone() column field/>
        <Attachments row/>
        {number.map(|number| view! { <Task number/> })}
    }
}

/// What the week before said, and what of it may be taken over.
#[component]
fn Before(row: RowId, column: Column, field: Field) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let week = store.week;
    let number = week.number.clone();
    let id = row.clone();
    let last = Memo::new(move |_| {
        week.news.track();
        week.last_week(&id, column)
    });
    let text = Memo::new(move |_| last.with(|last| last.as_ref().map(|last| last.text.clone())));
    let is_writable = move || field.content.with(|content| content.readonly.is_none());
    let has_text = move || text.with(|text| text.as_ref().is_some_and(|text| !text.is_empty()));
    let take = move |_| {
        if let Some(text) = text.get_untracked() {
            field.add(&text);
        }
    };
    let shown = move || match (number.get(), text.get()) {
        (Some(week), _) if week.0 <= 1 => locale.say("beside-first-week"),
        (_, None) => locale.say("beside-not-here"),
        (_, Some(text)) if text.is_empty() => locale.say("beside-nothing"),
        (_, Some(text)) => text,
    };
    let opening = move || last.with(|last| last.as_ref().and_then(|last| opening(last, locale)));
    let offers = move || last.with(|last| last.as_ref().and_then(|last| offers(last, locale)));
    let fill = move |_| {
        let offered = last.with_untracked(|last| last.clone().map(|last| last.offered));
        let typed = offered.into_iter().flatten().map(|(column, text)| Typed {
            row: row.clone(),
            column,
            text,
        });
        replica.command(Command::Write(typed.collect()));
    };
    view! {
        <section class="beside-part" aria-label=move || locale.say("beside-before")>
            <h3 class="beside-subtitle">{move || locale.say("beside-before")}</h3>
            <p class="beside-text">{shown}</p>
            <button class="button" data-kind="plain" type="button" hidden=move || !(has_text() && is_writable())
                on:mousedown=|event| event.prevent_default() on:click=take>{move || locale.say("beside-take")}</button>
            <p class="beside-note">{opening}</p>
            {move || {
                let fill = fill.clone();
                offers().map(|text| view! {
                    <p class="beside-note">{text}</p>
                    <button class="button" data-kind="plain" type="button" on:click=fill>{move || locale.say("beside-fill")}</button>
                })
            }}
        </section>
    }
}

/// Says with what this week's totals begin; nothing where nobody counted.
fn opening(last: &LastWeek, locale: Locale) -> Option<String> {
    let name = |tally: Tally| {
        locale.say(match tally {
            Tally::Checked => "tally-checked",
            Tally::Found => "tally-found",
            Tally::Fixed => "tally-fixed",
        })
    };
    let parts = last.opening.iter();
    let parts: Vec<String> = parts
        .map(|(tally, count)| format!("{} {count}", name(*tally)))
        .collect();
    let list = parts.join(&locale.say("list-comma"));
    (!parts.is_empty()).then(|| locale.say_with("beside-opening", &[("list", list.into())]))
}

/// Says which empty cells may be filled with what.
fn offers(last: &LastWeek, locale: Locale) -> Option<String> {
    let offered = last.offered.iter();
    let parts: Vec<String> = offered
        .map(|(column, text)| {
            let title = spec(*column, locale.language()).title;
            let values = [("column", title.into()), ("text", text.clone().into())];
            locale.say_with("beside-offer", &values)
        })
        .collect();
    let list = parts.join(&locale.say("list-comma"));
    (!parts.is_empty()).then(|| locale.say_with("beside-offers", &[("list", list.into())]))
}

/// The task in full, as the plan has it.
#[component]
fn Task(number: MeasureNumber) -> impl IntoView {
    let locale = Locale::expect();
    let campaign = expect_context::<Store>().campaign;
    move || {
        let campaign = campaign.get()?;
        let measure = campaign.measure(number)?;
        let values = [
            ("number", i64::from(number.0).into()),
            ("title", measure.title.clone().into()),
        ];
        let leads = campaign.name_parties(&measure.lead);
        Some(view! {
            <section class="beside-part" aria-label=locale.say("beside-task")>
                <h3 class="beside-subtitle">{locale.say_with("beside-measure", &values)}</h3>
                <p class="beside-text">{measure.text.clone()}</p>
                <p class="beside-note" hidden=leads.is_empty()>{locale.say_with("beside-leads", &[("leads", leads.clone().into())])}</p>
            </section>
        })
    }
}
