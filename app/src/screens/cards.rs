//! The week of one's own unit on a phone: a card for each row, its cells as fields. The same cells, checks, drafts and rights as the table.
//! A row of another unit that somebody goes to stands above them until it is closed.

use std::collections::BTreeMap;

use diaodu_plan::{
    column::{Column, Kind},
    row::RowId,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{
    cell_field::{CellField, Field},
    reporting::{ReportActs, listed},
};
use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::Replica,
    store::{
        Store,
        row::{OFFERED, is_shown},
        week::ListedReport,
    },
    ui::screen::Screen,
};

/// Draws one's own rows as cards. `reveal`: a cell to go to; taken out once its field or its card is there.
#[component]
pub fn Cards(
    reveal: RwSignal<Option<CellPlace>>,
    choosing: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let screen: Screen = expect_context();
    let listed = listed();
    let rows = Memo::new(move |_| {
        let listed = listed.get().into_iter();
        listed.map(|each| each.row).collect::<Vec<_>>()
    });
    let is_empty = move || rows.with(Vec::is_empty);
    let other = other_row(rows, reveal);
    view! {
        <div class="cards">
            {move || other.get().map(|row| view! { <OtherCard row other choosing/> })}
            <p class="cards-note" hidden=move || !is_empty()>{move || locale.say("cards-none")}</p>
            <ul class="cards-list" aria-label=move || locale.say("cards")>
                <For each=move || rows.get() key=RowId::clone let:row>
                    <Card row listed reveal choosing/>
                </For>
            </ul>
            <button class="button" data-kind="plain" type="button" on:click=move |_| screen.wants_table.set(true)>
                {move || locale.say("cards-table")}
            </button>
        </div>
    }
}

/// Keeps the row of another unit that somebody has gone to.
fn other_row(
    rows: Memo<Vec<RowId>>,
    reveal: RwSignal<Option<CellPlace>>,
) -> RwSignal<Option<RowId>> {
    let week = expect_context::<Store>().week;
    let other = RwSignal::new(None);
    Effect::new(move || {
        let asked = reveal.with(|place| place.as_ref().map(|place| RowId(place.row.clone())));
        let is_own = |row: &RowId| rows.with(|rows| rows.contains(row));
        match asked {
            Some(row) if is_own(&row) => other.set(None),
            Some(row) if week.row(&row.0).is_some() => {
                other.set(Some(row));
                // The fields are drawn first.
                request_animation_frame(move || go_to(reveal));
            }
            Some(_) | None => {}
        }
    });
    other
}

/// A row of another unit: read, and written only where the reader may.
#[component]
fn OtherCard(
    row: RowId,
    other: RwSignal<Option<RowId>>,
    choosing: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let week = expect_context::<Store>().week;
    let id = row.0.clone();
    let label = move || week.row(&id).map(|row| row.with(|row| row.label.clone()));
    view! {
        <section class="card" data-row=row.0.clone() data-other="true" aria-label=move || locale.say("cards-other")>
            <div class="card-other">
                <h2 class="card-title" tabindex="-1">{label}</h2>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| other.set(None)>{move || locale.say("close")}</button>
            </div>
            <div class="card-body"><Fields row=row.clone() choosing/></div>
        </section>
    }
}

#[component]
fn Card(
    row: RowId,
    listed: Memo<Vec<ListedReport>>,
    reveal: RwSignal<Option<CellPlace>>,
    choosing: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let store: Store = expect_context();
    let task = row.clone();
    let title = move || {
        let campaign = store.campaign.get()?;
        let measure = campaign.measure(store.week.joined(&task)?.row.measure)?;
        let values = [
            ("number", i64::from(measure.number.0).into()),
            ("title", measure.title.clone().into()),
        ];
        Some(locale.say_with("beside-measure", &values))
    };
    let here = {
        let row = row.clone();
        Memo::new(move |_| {
            listed.with(|listed| listed.iter().find(|each| each.row == row).cloned())
        })
    };
    let of = move |read: fn(&ListedReport) -> String| {
        move || here.with(|here| here.as_ref().map(read).unwrap_or_default())
    };
    let is_said = move || here.with(|here| here.as_ref().is_some_and(|here| here.is_said));
    let is_open = RwSignal::new(false);
    let id = row.clone();
    Effect::new(move || {
        let is_meant = reveal.with(|place| place.as_ref().is_some_and(|place| place.row == id.0));
        if is_meant {
            is_open.set(true);
            // The fields are drawn first.
            request_animation_frame(move || go_to(reveal));
        }
    });
    let (name, fields) = (format!("card-{}", row.0), StoredValue::new(row.clone()));
    let (body, reported) = (name.clone(), row.clone());
    view! {
        <li class="card" data-row=row.0.clone() data-said=move || is_said().to_string()>
            <h2 class="card-title">
                <button class="card-head" type="button" id=name.clone() aria-controls=body.clone() + "-body" aria-expanded=move || is_open.get().to_string()
                    on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)>
                    <span class="card-name">{title}</span>
                    <span class="card-state">{of(|here| here.state.clone())}</span>
                </button>
            </h2>
            <div class="card-body" id=body + "-body" hidden=move || !is_open.get()>
                <Show when=move || is_open.get()>
                    <Fields row=fields.get_value() choosing/>
                </Show>
                <div class="card-report">
                    <ReportActs id=reported listed replica reveal close=Callback::new(|()| ())/>
                </div>
            </div>
        </li>
    }
}

/// The cells of a row: what is written first, then what the plan and the server say.
#[component]
fn Fields(row: RowId, choosing: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let columns = OFFERED.into_iter().filter(|column| is_shown(*column));
    let (written, said): (Vec<Column>, Vec<Column>) =
        columns.partition(|column| column.is_editable());
    let is_told = |column: &Column| match column.kind() {
        Kind::Moment | Kind::Derived => true,
        Kind::Text | Kind::LongText | Kind::Count | Kind::Choice(_) => true,
        Kind::Preset => matches!(column, Column::Role | Column::Duty),
    };
    let all = written
        .iter()
        .copied()
        .chain(said.into_iter().filter(is_told));
    let fields: Vec<(Column, Field)> = all
        .map(|column| (column, Field::new(row.clone(), column)))
        .collect();
    let to_write: Vec<Field> = fields
        .iter()
        .filter(|(column, _)| written.contains(column))
        .map(|(_, field)| *field)
        .collect();
    let closed = Memo::new(move |_| reason_of_most(&to_write));
    let fields = fields.into_iter().map(|(column, field)| {
        let is_short = matches!(column.kind(), Kind::Count | Kind::Derived | Kind::Preset);
        view! {
            <div class="card-field" data-short=is_short.then_some("true")>
                <CellField field on_done=Callback::new(|()| leave()) choosing told=closed/>
            </div>
        }
    });
    view! {
        <p class="cell-field-closed" hidden=move || closed.with(Option::is_none)>{move || closed.get()}</p>
        <div class="card-fields">{fields.collect_view()}</div>
    }
}

/// Returns why most of these fields are closed, if they are, for one reason: said once, not at each of them.
fn reason_of_most(fields: &[Field]) -> Option<String> {
    let mut reasons = BTreeMap::<String, usize>::new();
    for field in fields {
        if let Some(reason) = field.content.with(|content| content.readonly.clone()) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let is_of_most = |count: usize| count > fields.len() / 2;
    reasons
        .into_iter()
        .find_map(|(reason, count)| is_of_most(count).then_some(reason))
}

/// Takes the keys from the field that has them: the keyboard on glass goes away.
fn leave() {
    let field = document().active_element();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        field.blur().unwrap_or_default();
    }
}

/// Goes to the field of the cell that is asked for, or to its card.
fn go_to(reveal: RwSignal<Option<CellPlace>>) {
    let Some(Some(place)) = reveal.try_get_untracked() else {
        return;
    };
    let field = format!(
        ".cell-field[data-row=\"{}\"][data-column=\"{}\"]",
        place.row, place.column
    );
    let card = format!(".card[data-row=\"{}\"]", place.row);
    let find = |selector: String| document().query_selector(&selector).ok().flatten();
    // A cell that nobody writes, or no cell at all: its card.
    let field = find(format!("{field} textarea, {field} select"))
        .or_else(|| find(format!("{card} .card-head, {card} .card-title[tabindex]")));
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        field.scroll_into_view();
        field.focus().unwrap_or_default();
        reveal.set(None);
    }
}

/// Offers the way back from the table to the cards; there where the page is narrow.
#[component]
pub fn CardsDoor() -> impl IntoView {
    let locale = Locale::expect();
    let screen: Screen = expect_context();
    let store: Store = expect_context();
    let number = store.week.number;
    let is_there =
        move || screen.is_narrow.get() && screen.wants_table.get() && number.with(Option::is_some);
    view! {
        <Show when=is_there>
            <button class="button" data-kind="plain" type="button" on:click=move |_| screen.wants_table.set(false)>
                {move || locale.say("cards-back")}
            </button>
        </Show>
    }
}
