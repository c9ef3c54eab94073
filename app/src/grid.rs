//! The table on the page: draws lines and cells, moves, edits. Knows rows, columns and cells, never what they mean.

pub mod arrangement;
pub mod keymap;
pub mod model;
pub mod sieve;

mod aloud;
mod arranging;
mod bulk;
mod cells;
#[cfg(test)]
pub mod chance;
mod choice;
mod clipboard;
mod command;
mod context;
mod desk;
mod detail;
mod drag;
mod editing;
mod editor;
mod filter_list;
mod find;
mod find_bar;
mod geometry;
mod header;
mod header_drag;
mod html;
pub mod later;
mod moves;
mod needle;
mod outline;
pub mod pinyin;
mod pointer;
pub mod presence;
mod rows;
mod searching;
mod selection;
mod series;
mod session;
mod sight;
mod spread;
mod tally;
mod viewport;

use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use command::Extent;
use context::Context;
use desk::Desk;
use detail::DetailWindow;
use editor::Editor;
use filter_list::FilterList;
use find_bar::FindPlace;
use header::{Header, head_rows};
use model::{CellPlace, ColumnSpec, Command, GridAction, GridSource, GridWords, Here};
use outline::Outline;
use selection::{Selection, Spot};
use tally::TallyLine;

/// The element with `role="grid"`.
const GRID_ID: &str = "grid";
/// How long the mouse rests on a band before its full text is shown.
const HOVER_MS: u32 = 350;
/// How long a row is waited for that is to be gone to: another week opens in a fraction of it.
const AWAITED_MS: u32 = 5_000;

/// Draws the table and tells what a person does in it.
///
/// `on_active`: where the person is, or `None` without focus. `reveal`: set it to move there; the grid takes it out. `order`: likewise, a
/// command to carry out, as if its keys had been pressed.
#[component]
pub fn Grid(
    source: GridSource,
    words: Signal<GridWords>,
    #[prop(into)] on_action: Callback<GridAction>,
    #[prop(into)] on_active: Callback<Option<Here>>,
    reveal: RwSignal<Option<CellPlace>>,
    order: RwSignal<Option<Command>>,
) -> impl IntoView {
    let desk = Desk::new(source, words, on_action);
    on_cleanup(move || desk.leave());
    let columns = desk.columns;
    let heads = Signal::derive(move || columns.with(|columns| head_rows(columns)));
    let head = NodeRef::new();
    let watch = sight::watch(desk, head);
    follow_lines(desk);
    rows::draw(desk, heads, watch);
    follow_reveal(desk, reveal);
    follow_order(desk, order);
    aloud::follow(desk);
    presence::tell_active(desk, on_active);
    presence::follow(desk);
    let empty = move || desk.outline.with(|outline| outline.len() == 0);
    let hover = StoredValue::new_local(None::<Timeout>);
    view! {
        <div
            class="grid"
            data-focused=move || desk.focused.get().then_some("true")
            on:mouseleave=move |_| left(desk, hover)
        >
            <FindPlace desk/>
            <div
                class="grid-scroller"
                node_ref=desk.viewport.scroller
                on:scroll=move |_| {
                    desk.viewport.scrolled();
                    if desk.detail.with_untracked(Option::is_some) {
                        desk.detail.set(None);
                    }
                }
                on:mousedown=move |event| pointer::pressed(desk, &event)
                on:pointerdown=move |event| pointer::taken(desk, &event)
                on:pointerup=move |_| pointer::let_go(desk)
                on:pointercancel=move |_| pointer::let_go(desk)
                on:contextmenu=move |event| pointer::asked_for_menu(desk, &event)
                on:dblclick=move |event| pointer::double_clicked(desk, &event)
                on:mouseover=move |event| hovered(desk, hover, event)
                style=("--grid-columns", move || columns.with(|columns| template(columns)))
                style=("--grid-width", move || columns.with(|columns| format!("{}px", geometry::column_left_px(columns, columns.len()))))
            >
                <div
                    class="grid-table"
                    id=GRID_ID
                    role="grid"
                    aria-label=move || words.get().label
                    aria-multiselectable="true"
                    on:keydown=move |event| aloud::pressed(desk, &event)
                    on:focusout=move |event| aloud::left(desk, &event)
                    aria-rowcount=move || desk.outline.with(|outline| (outline.len() + heads.get()).to_string())
                    aria-colcount=move || columns.with(|columns| columns.len().to_string())
                >
                    <div class="grid-head" role="rowgroup" node_ref=head>
                        <Header desk/>
                        <Context desk/>
                    </div>
                    <div class="grid-body" role="rowgroup" node_ref=desk.viewport.body></div>
                </div>
                <Editor desk grid_id=GRID_ID/>
                <p class="grid-empty" hidden=move || !empty()>{move || words.get().empty}</p>
            </div>
            <FilterList desk/>
            <TallyLine desk/>
            <DetailWindow desk/>
        </div>
    }
}

fn template(columns: &[ColumnSpec]) -> String {
    columns
        .iter()
        .map(|column| format!("{}px", column.width_px))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Keeps heights and selection in step with the lines and columns.
fn follow_lines(desk: Desk) {
    Effect::new(
        move |before: Option<(Arc<Outline>, Arc<Vec<ColumnSpec>>)>| {
            let (outline, columns) = (desk.outline.get(), desk.columns.get());
            let kept = before
                .as_ref()
                .filter(|(_, before)| *before == columns)
                .map(|(outline, _)| outline.as_ref());
            desk.viewport.replace(kept, &outline);
            let had_lines = before.as_ref().filter(|(before, _)| before.len() > 0);
            desk.selection.update(|selection| {
                *selection = match had_lines {
                    Some((lines, columns_before)) => {
                        let carried = std::mem::take(selection).carried(lines, &outline);
                        carried_over(carried, columns_before, &columns)
                    }
                    None => Selection::at(Spot {
                        line: outline.nearest_row(0).unwrap_or(0),
                        column: geometry::frozen_count(&columns)
                            .min(columns.len().saturating_sub(1)),
                    }),
                }
            });
            desk.search.settled.set(outline.clone());
            guess_soon(desk, outline.clone(), columns.clone());
            let is_first = had_lines.is_none() && outline.len() > 0;
            if is_first {
                desk.welcome();
            }
            (outline, columns)
        },
    );
}

/// Keeps the active cell in its column when columns have moved, come or gone.
fn carried_over(selection: Selection, before: &[ColumnSpec], after: &[ColumnSpec]) -> Selection {
    let Some(column) = before.get(selection.active.column) else {
        return selection;
    };
    let place = after.iter().position(|other| other.id == column.id);
    let column = place.unwrap_or(selection.active.column.min(after.len().saturating_sub(1)));
    if before
        .iter()
        .map(|column| &column.id)
        .eq(after.iter().map(|column| &column.id))
    {
        return selection;
    }
    let line = selection.active.line;
    Selection::at(Spot { line, column })
}

/// Guesses heights a moment later, and again a moment later: neither the first rows nor typing are kept waiting.
fn guess_soon(desk: Desk, outline: Arc<Outline>, columns: Arc<Vec<ColumnSpec>>) {
    Timeout::new(8, move || guess_heights(desk, outline, columns)).forget();
}

/// Guesses some heights.
fn guess_heights(desk: Desk, outline: Arc<Outline>, columns: Arc<Vec<ColumnSpec>>) {
    let Some(glance) = desk.source.try_with_value(|source| source.glance.clone()) else {
        return;
    };
    let is_current = desk
        .outline
        .try_with_untracked(|now| Arc::ptr_eq(now, &outline))
        .unwrap_or(false);
    if is_current && untrack(|| desk.viewport.guess_some(&outline, &columns, &glance)) {
        guess_soon(desk, outline, columns);
    }
}

/// Moves to the cell that the screen asks for, as soon as its row is there. What keeps it from sight gives way. A row that does not
/// come is given up: nobody is carried off long after having asked.
fn follow_reveal(desk: Desk, reveal: RwSignal<Option<CellPlace>>) {
    Effect::new(move |_| {
        let place = reveal.get();
        // Dropping the last one stops it.
        place.map(|place| {
            Timeout::new(AWAITED_MS, move || {
                let is_same = reveal.try_with_untracked(|now| now.as_ref() == Some(&place));
                if is_same == Some(true) {
                    reveal.set(None);
                }
            })
        })
    });
    Effect::new(move |_| {
        let (outline, columns) = (desk.search.settled.get(), desk.columns.get_untracked());
        let Some(place) = reveal.get() else {
            return;
        };
        let column = columns.iter().position(|spec| spec.id == place.column);
        if let (Some(line), Some(column)) = (outline.index_of(&place.row), column) {
            reveal.set(None);
            desk.select(Spot { line, column }, Extent::Alone);
            desk.take_focus();
        } else {
            desk.make_way(&place);
        }
    });
}

/// Carries out what was chosen in a menu.
fn follow_order(desk: Desk, order: RwSignal<Option<Command>>) {
    Effect::new(move |_| {
        if let Some(command) = order.get() {
            order.set(None);
            desk.take_focus();
            untrack(|| desk.perform(command));
        }
    });
}

/// What was shown because the mouse rested there goes with the mouse, and what was to be shown is not.
fn left(desk: Desk, hover: StoredValue<Option<Timeout>, LocalStorage>) {
    hover.set_value(None);
    if desk.detail.with_untracked(Option::is_some) {
        desk.detail.set(None);
    }
}

/// Shows the full text of a band when the mouse rests on it.
fn hovered(
    desk: Desk,
    hover: StoredValue<Option<Timeout>, LocalStorage>,
    event: leptos::ev::MouseEvent,
) {
    // Dropping the last one stops it.
    hover.set_value(None);
    let Some(target) = pointer::element(&event) else {
        return;
    };
    if pointer::within(&target, ".grid-band[data-detail], .grid-context") {
        let show = Timeout::new(HOVER_MS, move || pointer::show_band(desk, &target, &event));
        hover.set_value(Some(show));
    } else if desk.detail.with_untracked(Option::is_some)
        && !pointer::within(&target, ".grid-detail")
    {
        desk.detail.set(None);
    }
}
