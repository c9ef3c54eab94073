//! Dragging: over cells, headings and row numbers to select, on the corner of the selection to fill, with a finger on its handle to
//! grow it. Outside of the table it scrolls.

use gloo::{
    events::{EventListener, EventListenerOptions},
    timers::callback::Interval,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::desk::Desk;
use super::geometry;
use super::pointer::{place_of, spot_of_place, within};
use super::selection::{Range, Spot};

/// Between two steps of scrolling.
const SCROLL_STEP_MS: u32 = 40;
/// Of the distance to the edge, what is scrolled at each step.
const SCROLL_SHARE: f64 = 0.4;
/// Kept free of the edge when looking for the cell under the pointer.
const INSET_PX: f64 = 2.0;

/// What is being dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The corner of the range.
    Cells,
    /// The corner of the range, row by row.
    Rows,
    /// The corner of the range, column by column.
    Columns,
    /// The selection, on to further cells.
    Fill,
}

/// A button or a finger is down.
pub struct Drag {
    kind: Kind,
    x_px: f64,
    y_px: f64,
    counts_on: bool,
    /// Listening ends with the drag.
    _listeners: Vec<EventListener>,
    scrolling: Option<Interval>,
}

/// Begins to drag.
pub fn begin(desk: Desk, kind: Kind) {
    let window = window();
    let moved = move |event: &web_sys::Event| {
        if let Some(event) = event.dyn_ref::<web_sys::MouseEvent>() {
            moved(desk, event);
        }
    };
    let ended = move |_: &web_sys::Event| end(desk, true);
    let given_up = move |_: &web_sys::Event| end(desk, false);
    let options = EventListenerOptions::run_in_capture_phase();
    let listeners = vec![
        EventListener::new_with_options(&window, "pointermove", options, moved),
        EventListener::new_with_options(&window, "pointerup", options, ended),
        EventListener::new_with_options(&window, "pointercancel", options, given_up),
    ];
    desk.drag.set_value(Some(Drag {
        kind,
        x_px: 0.0,
        y_px: 0.0,
        counts_on: false,
        _listeners: listeners,
        scrolling: None,
    }));
}

fn moved(desk: Desk, event: &web_sys::MouseEvent) {
    let (x_px, y_px) = (f64::from(event.client_x()), f64::from(event.client_y()));
    desk.drag.update_value(|drag| {
        if let Some(drag) = drag {
            (drag.x_px, drag.y_px) = (x_px, y_px);
            drag.counts_on = event.ctrl_key() || event.meta_key();
        }
    });
    follow(desk);
    let Some((kind, ..)) = pointer(desk) else {
        return;
    };
    let beyond = beyond(desk, kind, x_px, y_px);
    desk.drag.update_value(|drag| {
        if let Some(drag) = drag {
            let is_beyond = beyond != (0.0, 0.0);
            if is_beyond && drag.scrolling.is_none() {
                drag.scrolling = Some(Interval::new(SCROLL_STEP_MS, move || scroll(desk)));
            } else if !is_beyond {
                drag.scrolling = None;
            }
        }
    });
}

/// Takes what is dragged to the cell under the pointer.
fn follow(desk: Desk) {
    let Some((kind, x_px, y_px)) = pointer(desk) else {
        return;
    };
    let Some(spot) = spot_at(desk, x_px, y_px) else {
        return;
    };
    let range = desk.selection.with_untracked(|selection| selection.range);
    let outline = desk.outline.get_untracked();
    let last_column = outline.columns().saturating_sub(1);
    let corner = match kind {
        Kind::Cells => spot,
        Kind::Rows => Spot {
            column: last_column,
            ..spot
        },
        Kind::Columns => Spot {
            line: range.corner.line,
            ..spot
        },
        Kind::Fill => {
            let target = target(range, spot);
            if desk.filling.get_untracked() != Some(target) {
                desk.filling.set(Some(target));
            }
            return;
        }
    };
    if range.corner != corner {
        desk.selection
            .update(|selection| *selection = std::mem::take(selection).grow_to(corner));
    }
}

/// Returns the range that a selection would be dragged on to: farther in one direction, the farther one.
fn target(range: Range, spot: Spot) -> Range {
    let (lines, columns) = (range.lines(), range.columns());
    let above = lines.start().saturating_sub(spot.line);
    let below = spot.line.saturating_sub(*lines.end());
    let left = columns.start().saturating_sub(spot.column);
    let right = spot.column.saturating_sub(*columns.end());
    let along_lines = above.max(below) >= left.max(right);
    let (first_line, last_line) = match along_lines {
        true => (lines.start().min(&spot.line), lines.end().max(&spot.line)),
        false => (lines.start(), lines.end()),
    };
    let (first_column, last_column) = match along_lines {
        true => (columns.start(), columns.end()),
        false => (
            columns.start().min(&spot.column),
            columns.end().max(&spot.column),
        ),
    };
    Range {
        anchor: Spot {
            line: *first_line,
            column: *first_column,
        },
        corner: Spot {
            line: *last_line,
            column: *last_column,
        },
    }
}

fn end(desk: Desk, is_kept: bool) {
    let drag = desk.drag.try_update_value(Option::take).flatten();
    let target = desk.filling.get_untracked();
    if target.is_some() {
        desk.filling.set(None);
    }
    if let (Some(drag), Some(target), true) = (drag, target, is_kept) {
        let range = desk.selection.with_untracked(|selection| selection.range);
        if target.lines() != range.lines() || target.columns() != range.columns() {
            desk.fill_to(target, drag.counts_on);
        }
        desk.take_focus();
    }
}

/// Scrolls towards the pointer.
fn scroll(desk: Desk) {
    let Some((kind, x_px, y_px)) = pointer(desk) else {
        return;
    };
    let (right, down) = beyond(desk, kind, x_px, y_px);
    desk.viewport
        .scroll_by_px(right * SCROLL_SHARE, down * SCROLL_SHARE);
    follow(desk);
}

fn pointer(desk: Desk) -> Option<(Kind, f64, f64)> {
    desk.drag
        .try_with_value(|drag| drag.as_ref().map(|drag| (drag.kind, drag.x_px, drag.y_px)))
        .flatten()
}

/// Returns how far the pointer is outside of the cells, where it matters: to the right, and down. Headings lie above the cells, and row
/// numbers may lie beside them.
fn beyond(desk: Desk, kind: Kind, x_px: f64, y_px: f64) -> (f64, f64) {
    let Some((left, top, right, bottom)) = frame(desk) else {
        return (0.0, 0.0);
    };
    let past = |value: f64, low: f64, high: f64| (value - high).max(0.0) + (value - low).min(0.0);
    let (sideways, along) = (past(x_px, left, right), past(y_px, top, bottom));
    match kind {
        Kind::Cells | Kind::Fill => (sideways, along),
        Kind::Rows => (0.0, along),
        Kind::Columns => (sideways, 0.0),
    }
}

/// Returns the part of the page where cells are drawn.
fn frame(desk: Desk) -> Option<(f64, f64, f64, f64)> {
    let scroller = desk.viewport.scroller.get_untracked()?;
    let rect = scroller.get_bounding_client_rect();
    let (width, height) = (scroller.client_width(), scroller.client_height());
    let top = rect.top() + desk.viewport.head_px.get_untracked();
    Some((
        rect.left(),
        top,
        rect.left() + f64::from(width),
        rect.top() + f64::from(height),
    ))
}

/// Returns the cell under a point, or nearest to it.
fn spot_at(desk: Desk, x_px: f64, y_px: f64) -> Option<Spot> {
    let (left, top, right, bottom) = frame(desk)?;
    let x = x_px.clamp(left + INSET_PX, (right - INSET_PX).max(left + INSET_PX));
    let y = y_px.clamp(top + INSET_PX, (bottom - INSET_PX).max(top + INSET_PX));
    let elements = document().elements_from_point(x as f32, y as f32);
    let found = elements
        .iter()
        .filter_map(|element| element.dyn_into::<web_sys::Element>().ok())
        .filter(|element| !within(element, ".grid-editor"))
        .find_map(|element| spot_of_place(desk, &place_of(&element)?));
    // Over a band, or below the last row: the row nearest to the height.
    found.or_else(|| {
        let outline = desk.outline.get_untracked();
        let line = outline.nearest_row(desk.viewport.line_at_px(y - top))?;
        let scrolled = f64::from(desk.viewport.scroller.get_untracked()?.scroll_left());
        let column = desk
            .columns
            .with_untracked(|columns| geometry::column_at(columns, x - left, scrolled));
        Some(Spot { line, column })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: (usize, usize), to: (usize, usize)) -> Range {
        Range {
            anchor: Spot {
                line: from.0,
                column: from.1,
            },
            corner: Spot {
                line: to.0,
                column: to.1,
            },
        }
    }

    #[test]
    fn a_selection_is_dragged_on_in_one_direction() {
        let from = range((3, 3), (4, 4));
        let check = |line, column, expected| {
            assert_eq!(target(from, Spot { line, column }), expected);
        };
        check(8, 5, range((3, 3), (8, 4)));
        check(5, 9, range((3, 3), (4, 9)));
        check(1, 4, range((1, 3), (4, 4)));
        check(4, 1, range((3, 1), (4, 4)));
        check(4, 4, from);
    }
}
