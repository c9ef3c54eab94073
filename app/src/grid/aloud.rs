//! Reading aloud: the focus stands in the cells themselves, for programs that read what has the focus. Keys mean what they mean in the
//! editor, and as soon as something is typed the editor has the focus.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::desk::{ActiveCell, Desk, focus};
use super::editor;
use super::rows::cell_id;
use super::session::Session;

/// The key that an input method sends for every letter.
const KEY_OF_INPUT_METHOD: u32 = 229;
/// Where the focus may be while the table has it; headings have controls of their own.
const OURS: &str = ".grid-body, .grid-editor";

/// Keeps the focus in the active cell while nothing is edited, also where the cell is drawn anew.
pub fn follow(desk: Desk) {
    let is_aloud = desk.source.with_value(|source| source.aloud);
    let others = desk.source.with_value(|source| source.others);
    Effect::new(move || {
        if !is_aloud.get() || !desk.focused.get() {
            return;
        }
        // Whatever draws the cell anew takes the focus from it.
        desk.active.track();
        desk.selection.track();
        desk.outline.track();
        desk.columns.track();
        desk.copied.track();
        others.track();
        desk.viewport.window.track();
        if desk.session.with(Session::is_editing) {
            desk.take_focus();
        } else {
            request_animation_frame(move || hold(desk));
        }
    });
}

fn hold(desk: Desk) {
    let is_editing = desk.session.try_with_untracked(Session::is_editing);
    if is_editing != Some(false) || desk.focused.try_get_untracked() != Some(true) {
        return;
    }
    let holder = document().active_element();
    let is_ours = holder.is_none_or(|holder| {
        holder.tag_name() == "BODY" || matches!(holder.closest(OURS), Ok(Some(_)))
    });
    let Some(place) = desk
        .active
        .with_untracked(|cell| cell.as_ref().map(|cell| cell.place.clone()))
    else {
        return;
    };
    let cell = document().get_element_by_id(&cell_id(&place.row, &place.column));
    let cell = cell.and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok());
    if let (true, Some(cell)) = (is_ours, cell) {
        cell.set_tab_index(-1);
        focus(&cell);
    }
}

/// Tells whether the focus only goes on to another part of the table, or to a cell that is drawn anew.
pub fn stays(desk: Desk, event: &ev::FocusEvent) -> bool {
    let is_aloud = desk.source.try_with_value(|source| source.aloud);
    if is_aloud.and_then(|aloud| aloud.try_get_untracked()) != Some(true) {
        return false;
    }
    let next = event.related_target();
    let next = next.and_then(|next| next.dyn_into::<web_sys::Element>().ok());
    next.is_none_or(|next| matches!(next.closest(OURS), Ok(Some(_))))
}

/// A cell has lost the focus.
pub fn left(desk: Desk, event: &ev::FocusEvent) {
    if !stays(desk, event) {
        desk.focused.set(false);
        desk.detail.set(None);
    }
}

/// A key in a cell that has the focus.
pub fn pressed(desk: Desk, event: &ev::KeyboardEvent) {
    let target = event.target();
    let target = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if target.is_none_or(|target| target.class_name() != "grid-cell") {
        return;
    }
    let held = event.ctrl_key() || event.meta_key() || event.alt_key();
    let is_letter = event.key().chars().count() == 1 && !held;
    let is_method = event.is_composing() || event.key_code() == KEY_OF_INPUT_METHOD;
    let is_clipboard = held && matches!(event.key().to_ascii_lowercase().as_str(), "c" | "x" | "v");
    let is_open = desk.active.with_untracked(|cell| {
        cell.as_ref()
            .is_some_and(|cell| !ActiveCell::is_readonly(cell))
    });
    if is_clipboard || ((is_letter || is_method) && is_open) {
        // Before the browser writes: the letter goes to where the focus is then.
        desk.take_focus();
    }
    editor::pressed(desk, event);
}
