//! The mouse: which cell is under it, selecting, dragging, editing at the caret. The focus never leaves the editor.

use gloo::timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::command::{Ask, Extent};
use super::desk::{ActiveCell, Desk};
use super::drag;
use super::editing::Caret;
use super::keymap::Mode;
use super::model::{CellKind, CellPlace, ColumnSpec};
use super::selection::{Growth, Range, Selection, Spot};

/// Two touches within so long are one gesture.
const DOUBLE_TAP_MS: f64 = 400.0;
/// A finger that stays so long asks for the menu.
const LONG_PRESS_MS: u32 = 550;

/// A button went down: on a cell, a row number or a heading. What is dragged from there on is followed by `drag`.
pub fn pressed(desk: Desk, event: &ev::MouseEvent) {
    let Some(target) = element(event) else {
        return;
    };
    if within(&target, ".grid-editor") {
        return;
    }
    if within(&target, ".grid-band, .grid-context") {
        event.prevent_default();
        desk.finish();
        desk.take_focus();
        show_band(desk, &target, event);
        return;
    }
    if let Some(columns) = columns_of(&target) {
        event.prevent_default();
        press_columns(desk, columns, event);
        return;
    }
    let Some(spot) = spot_of(desk, &target) else {
        return;
    };
    let is_second = event.button() == 2;
    if is_second
        && desk
            .selection
            .with_untracked(|selection| selection.holds(spot))
    {
        return;
    }
    event.prevent_default();
    let adds = event.ctrl_key() || event.meta_key();
    let again = tapped(desk, spot, event);
    if heads_row(desk, spot.column) {
        press_row(desk, spot, event);
    } else if event.shift_key() || grows(desk) {
        desk.select(spot, Extent::Grow);
    } else if adds && !is_second {
        desk.add_cell(spot);
    } else {
        desk.select(spot, Extent::Alone);
    }
    desk.take_focus();
    if within(&target, ".grid-conflict")
        && let Some(place) = place_of(&target)
    {
        desk.ask_to_choose(place);
    } else if within(&target, ".grid-comment") {
        desk.ask(Ask::Comments);
    } else if again {
        desk.begin(Mode::Edit, None);
    } else if event.button() == 0 && !desk.is_touch.get_value() && !heads_row(desk, spot.column) {
        drag::begin(desk, drag::Kind::Cells);
    }
}

/// Tells whether a finger touches the same cell for the second time: browsers that enlarge pages tell of no double click.
fn tapped(desk: Desk, spot: Spot, event: &ev::MouseEvent) -> bool {
    let now = event.time_stamp();
    let touch = desk.is_touch.get_value().then_some((spot, now));
    let before = desk.touched.get_value();
    desk.touched.set_value(touch);
    let is_again = |(at, when): (Spot, f64)| at == spot && now - when < DOUBLE_TAP_MS;
    touch.is_some() && before.is_some_and(is_again)
}

/// A pointer went down. On a corner of the selection: a mouse fills, a finger grows the selection. Everywhere else a finger scrolls,
/// and a cell hears of it as of a mouse once it has been lifted.
pub fn taken(desk: Desk, event: &ev::PointerEvent) {
    let fills = event.pointer_type() == "mouse";
    desk.is_touch.set_value(!fills);
    let Some(target) = element(event) else {
        return;
    };
    if !within(&target, ".grid-handle") {
        if !fills && let Some(spot) = spot_of(desk, &target) {
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            let menu = Timeout::new(LONG_PRESS_MS, move || open_menu(desk, Some(spot), x, y));
            desk.pressing.set_value(Some(menu));
        }
        return;
    }
    event.prevent_default();
    event.stop_propagation();
    desk.finish();
    if within(&target, ".grid-handle[data-corner=start]") {
        desk.selection.update(|selection| {
            let (lines, columns) = (selection.range.lines(), selection.range.columns());
            let spot = |line: &usize, column: &usize| Spot {
                line: *line,
                column: *column,
            };
            *selection = Selection::over(Range {
                anchor: spot(lines.end(), columns.end()),
                corner: spot(lines.start(), columns.start()),
            });
        });
    }
    drag::begin(
        desk,
        if fills {
            drag::Kind::Fill
        } else {
            drag::Kind::Cells
        },
    );
}

/// The menu of the browser gives way to ours.
pub fn asked_for_menu(desk: Desk, event: &ev::MouseEvent) {
    let is_cell = element(event).is_some_and(|target| within(&target, ".grid-cell, .grid-editor"));
    if is_cell && desk.session.with_untracked(|session| !session.is_editing()) {
        event.prevent_default();
        let spot = element(event).and_then(|target| spot_of(desk, &target));
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        open_menu(desk, spot, x, y);
    }
}

/// Opens the menu of a cell, which is selected with it unless it is already: a finger that stays has pressed no button before.
fn open_menu(desk: Desk, spot: Option<Spot>, x_px: f64, y_px: f64) {
    let is_held = |spot| {
        desk.selection
            .with_untracked(|selection| selection.holds(spot))
    };
    if let Some(spot) = spot.filter(|spot| !is_held(*spot)) {
        desk.select(spot, Extent::Alone);
    }
    desk.take_focus();
    desk.ask_at(Ask::Menu, x_px, y_px);
}

/// The finger was lifted, or scrolls: browsers that know long touches tell of them too late, or not at all.
pub fn let_go(desk: Desk) {
    desk.pressing.set_value(None);
}

/// Headings select whole columns, and are dragged over for more of them.
fn press_columns(desk: Desk, (first, last): (usize, usize), event: &ev::MouseEvent) {
    let outline = desk.outline.get_untracked();
    let range = Range {
        anchor: Spot {
            line: outline.nearest_row(0).unwrap_or(0),
            column: first,
        },
        corner: Spot {
            line: outline.row_above(outline.len()).unwrap_or(0),
            column: last,
        },
    };
    press_range(desk, range, event);
    desk.take_focus();
    if event.button() == 0 {
        drag::begin(desk, drag::Kind::Columns);
    }
}

/// Row numbers select whole rows.
fn press_row(desk: Desk, spot: Spot, event: &ev::MouseEvent) {
    let last = desk.outline.with_untracked(|outline| outline.columns());
    let range = Range {
        anchor: Spot { column: 0, ..spot },
        corner: Spot {
            column: last.saturating_sub(1),
            ..spot
        },
    };
    press_range(desk, range, event);
    if event.button() == 0 {
        drag::begin(desk, drag::Kind::Rows);
    }
}

fn press_range(desk: Desk, range: Range, event: &ev::MouseEvent) {
    if event.shift_key() {
        let before = desk.selection.with_untracked(|selection| selection.range);
        let anchor = before.anchor;
        let is_rows = range.lines().count() == 1;
        let anchor = match is_rows {
            true => Spot {
                column: 0,
                ..anchor
            },
            false => Spot {
                line: range.anchor.line,
                ..anchor
            },
        };
        let corner = range.corner;
        desk.select_range(Range { anchor, corner }, false);
    } else {
        desk.select_range(range, event.ctrl_key() || event.meta_key());
    }
}

/// Tells whether a column stands for its rows: the first, where nothing is ever typed.
fn heads_row(desk: Desk, column: usize) -> bool {
    let is_fixed = |columns: &std::sync::Arc<Vec<ColumnSpec>>| {
        columns
            .first()
            .is_some_and(|spec| spec.kind == CellKind::Fixed)
    };
    column == 0 && desk.columns.with_untracked(is_fixed)
}

fn grows(desk: Desk) -> bool {
    desk.selection
        .with_untracked(|selection| selection.growth == Growth::Grow)
}

/// Returns the columns under a heading, first and last.
fn columns_of(target: &web_sys::Element) -> Option<(usize, usize)> {
    let heading = closest(target, ".grid-heading")?;
    let number = |name: &str| heading.get_attribute(name)?.parse::<usize>().ok();
    let first = number("aria-colindex")?.checked_sub(1)?;
    Some((
        first,
        first + number("aria-colspan").unwrap_or(1).max(1) - 1,
    ))
}

/// Two clicks edit, with the caret where they were.
pub fn double_clicked(desk: Desk, event: &ev::MouseEvent) {
    let Some(target) = element(event) else {
        return;
    };
    if within(&target, ".grid-handle") {
        event.prevent_default();
        desk.fill_along();
        return;
    }
    if within(&target, ".grid-editor") || spot_of(desk, &target).is_none() {
        return;
    }
    event.prevent_default();
    desk.begin(Mode::Edit, None);
    let edits = desk
        .session
        .with_untracked(|session| session.mode() == Mode::Edit);
    // The caret is known in what is shown; it means the same place only if the editor starts with that.
    let same = desk
        .active
        .with_untracked(|cell| cell.as_ref().is_some_and(starts_as_shown));
    if edits
        && same
        && let Some(place) = caret_at(event)
    {
        let text = desk.typed.get_untracked();
        desk.write_editor(&text, Caret::At(place));
    }
}

/// Shows the full text of the band under the mouse.
pub fn show_band(desk: Desk, target: &web_sys::Element, event: &ev::MouseEvent) {
    let Some(band) = closest(target, ".grid-row[data-band], .grid-context") else {
        return;
    };
    if let Some(line) = band
        .get_attribute("data-line")
        .and_then(|line| line.parse().ok())
    {
        desk.show_detail(
            line,
            None,
            f64::from(event.client_x()),
            band.get_bounding_client_rect().bottom(),
        );
    }
}

/// Returns the element under the mouse.
pub fn element(event: &ev::MouseEvent) -> Option<web_sys::Element> {
    event.target()?.dyn_into().ok()
}

/// Tells whether an element is or stands in another.
pub fn within(element: &web_sys::Element, selector: &str) -> bool {
    closest(element, selector).is_some()
}

fn closest(element: &web_sys::Element, selector: &str) -> Option<web_sys::Element> {
    element.closest(selector).ok().flatten()
}

/// Returns the cell that an element is or stands in.
pub fn place_of(element: &web_sys::Element) -> Option<CellPlace> {
    let cell = closest(element, ".grid-cell")?;
    Some(CellPlace {
        row: cell.get_attribute("data-row")?,
        column: cell.get_attribute("data-column")?,
    })
}

fn spot_of(desk: Desk, element: &web_sys::Element) -> Option<Spot> {
    spot_of_place(desk, &place_of(element)?)
}

/// Returns where a cell stands.
pub fn spot_of_place(desk: Desk, place: &CellPlace) -> Option<Spot> {
    let line = desk
        .outline
        .with_untracked(|outline| outline.index_of(&place.row))?;
    let column = desk
        .columns
        .with_untracked(|columns| columns.iter().position(|spec| spec.id == place.column))?;
    Some(Spot { line, column })
}

fn starts_as_shown(cell: &ActiveCell) -> bool {
    cell.content.text == cell.content.shown
}

/// Returns the letter under the mouse, in UTF-16 units of the text that it stands in.
fn caret_at(event: &ev::MouseEvent) -> Option<u32> {
    let document = document();
    let method = js_sys::Reflect::get(&document, &JsValue::from_str("caretRangeFromPoint")).ok()?;
    let method = method.dyn_into::<js_sys::Function>().ok()?;
    let range = method
        .call2(
            &document,
            &event.client_x().into(),
            &event.client_y().into(),
        )
        .ok()?;
    let offset = js_sys::Reflect::get(&range, &JsValue::from_str("startOffset"))
        .ok()?
        .as_f64()?;
    Some(offset as u32)
}
