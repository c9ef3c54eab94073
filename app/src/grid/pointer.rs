//! The mouse: which cell is under it, selecting, dragging, editing at the caret. The focus never leaves the editor.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::command::Extent;
use super::desk::{ActiveCell, Desk};
use super::editing::Caret;
use super::keymap::Mode;
use super::model::CellPlace;
use super::selection::Spot;

/// A button went down.
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
    let Some(spot) = spot_of(desk, &target) else {
        return;
    };
    if event.button() == 2
        && desk
            .selection
            .with_untracked(|selection| holds(selection, spot))
    {
        return;
    }
    event.prevent_default();
    let extent = if event.shift_key() {
        Extent::Grow
    } else {
        Extent::Alone
    };
    desk.select(spot, extent);
    desk.take_focus();
    if within(&target, ".grid-conflict")
        && let Some(place) = place_of(&target)
    {
        desk.ask_to_choose(place);
    }
}

/// The mouse moved: with the first button down it selects.
pub fn moved(desk: Desk, event: &ev::MouseEvent) {
    const FIRST_BUTTON: u16 = 1;
    if event.buttons() != FIRST_BUTTON
        || desk.session.with_untracked(|session| session.is_editing())
    {
        return;
    }
    let Some(spot) = element(event).and_then(|target| spot_of(desk, &target)) else {
        return;
    };
    if desk.focused.get_untracked()
        && desk
            .selection
            .with_untracked(|selection| selection.corner != spot)
    {
        desk.selection
            .update(|selection| *selection = selection.grow_to(spot));
    }
}

/// Two clicks edit, with the caret where they were.
pub fn double_clicked(desk: Desk, event: &ev::MouseEvent) {
    let Some(target) = element(event) else {
        return;
    };
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

fn place_of(element: &web_sys::Element) -> Option<CellPlace> {
    let cell = closest(element, ".grid-cell")?;
    Some(CellPlace {
        row: cell.get_attribute("data-row")?,
        column: cell.get_attribute("data-column")?,
    })
}

fn spot_of(desk: Desk, element: &web_sys::Element) -> Option<Spot> {
    let place = place_of(element)?;
    let line = desk
        .outline
        .with_untracked(|outline| outline.index_of(&place.row))?;
    let column = desk
        .columns
        .with_untracked(|columns| columns.iter().position(|spec| spec.id == place.column))?;
    Some(Spot { line, column })
}

fn holds(selection: &super::selection::Selection, spot: Spot) -> bool {
    selection.lines().contains(&spot.line) && selection.columns().contains(&spot.column)
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
