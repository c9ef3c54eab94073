//! What the desk does with the editor: begins an edit, follows it, ends it. The only place that writes to the element.

use leptos::prelude::*;

use super::bulk::Again;
use super::choice;
use super::command::Direction;
use super::desk::{ActiveCell, Desk, Handled, focus};
use super::keymap::Mode;
use super::model::{CellKind, CellPlace, GridAction};
use super::selection::{Growth, Selection};
use super::session::{Outcome, Session};

/// Where the caret goes in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caret {
    /// Behind the last letter.
    End,
    /// Everything is selected.
    All,
    /// Behind so many UTF-16 units.
    At(u32),
}

impl Desk {
    /// Begins to edit the active cell. `text`: instead of what stands there.
    pub fn begin(&self, mode: Mode, text: Option<&str>) {
        let Some(cell) = self.writable() else {
            return;
        };
        let mode = if matches!(cell.column.kind, CellKind::Choice(_)) {
            Mode::List
        } else {
            mode
        };
        let text = text.unwrap_or(&cell.content.text).to_owned();
        self.session
            .update(|session| session.begin(mode, cell.place, cell.content.text));
        self.write_editor(
            &text,
            if mode == Mode::List {
                Caret::All
            } else {
                Caret::End
            },
        );
        self.mark_meant();
        self.show_active();
    }

    /// Notes what stands in the editor now; the first letters begin an edit.
    pub fn typed_in(&self, text: String, composed: bool) {
        if !self.session.with_untracked(Session::is_editing) {
            if text.is_empty() {
                return;
            }
            self.begin_by_typing(composed);
        }
        self.typed.set(text);
        self.mark_meant();
    }

    /// Begins an edit over the active cell with what arrives in the editor; writes nothing to it.
    pub fn begin_by_typing(&self, composed: bool) {
        let Some(cell) = self.writable() else {
            return;
        };
        let mode = if matches!(cell.column.kind, CellKind::Choice(_)) {
            Mode::List
        } else {
            Mode::Enter
        };
        self.session.update(|session| match composed {
            true => session.begin_by_composition(mode, cell.place, cell.content.text),
            false => session.begin(mode, cell.place, cell.content.text),
        });
        self.typed.set(String::new());
        self.marked.set(None);
        self.show_active();
    }

    /// Ends an edit and hands over what was typed. Ends a composition first: its text is kept.
    pub fn finish(&self) {
        if self.session.with_untracked(Session::is_composing)
            && let Some(editor) = self.editor.get_untracked()
        {
            // Leaving the element ends the composition, and its events arrive here before the next line.
            editor.blur().unwrap_or_default();
            focus(&editor);
            // Unless the page was not in front: then there is nobody who composes.
            if self.session.with_untracked(Session::is_composing) {
                self.session.update(|session| {
                    session.composition_ended(&editor.value());
                });
            }
        }
        if !self.session.with_untracked(Session::is_editing) {
            return;
        }
        let typed = self
            .editor
            .get_untracked()
            .map(|editor| editor.value())
            .unwrap_or_default();
        let typed = self.marked_word().unwrap_or(typed);
        let outcome = self
            .session
            .try_update(|session| session.finish(&typed))
            .unwrap_or(Outcome::Nothing);
        self.write_editor("", Caret::End);
        match outcome {
            Outcome::Commit(place, text) => {
                let CellPlace { row, column } = place;
                self.again.set_value(Some(Again::Text(text.clone())));
                self.on_action.run(GridAction::Commit { row, column, text });
            }
            Outcome::Nothing => {}
        }
    }

    /// Marks a word of the open list and commits it.
    pub fn choose(&self, index: usize) {
        self.marked.set(Some(index));
        self.finish();
    }

    /// Says why nothing can be typed into the active cell.
    pub fn refuse(&self) {
        let Some(cell) = self.active.get_untracked() else {
            return;
        };
        let reason = cell
            .content
            .readonly
            .unwrap_or_else(|| self.words.with_untracked(|words| words.readonly.clone()));
        self.notice.set(Some(reason));
        self.on_action.run(GridAction::Refused(cell.place));
    }

    /// Writes to the editor; never while composing.
    pub fn write_editor(&self, text: &str, caret: Caret) {
        assert!(
            !self.session.with_untracked(Session::is_composing),
            "nothing writes to an open composition"
        );
        self.typed.set(text.to_owned());
        let Some(editor) = self.editor.get_untracked() else {
            return;
        };
        if editor.value() != text {
            editor.set_value(text);
        }
        let length = text.encode_utf16().count() as u32;
        let (start, end) = match caret {
            Caret::End => (length, length),
            Caret::All => (0, length),
            Caret::At(place) => (place.min(length), place.min(length)),
        };
        editor.set_selection_range(start, end).unwrap_or_default();
        fit(&editor);
    }

    /// Finds the words of the active cell's choice.
    pub fn choices(&self) -> Option<Vec<String>> {
        match self.active.get()?.column.kind {
            CellKind::Choice(words) => Some(words),
            CellKind::Text | CellKind::LongText | CellKind::Count | CellKind::Fixed => None,
        }
    }

    pub(super) fn edit(&self) {
        match self.session.with_untracked(Session::mode) {
            Mode::Ready => self.begin(Mode::Edit, None),
            Mode::Enter => self
                .session
                .update(|session| session.change_mode(Mode::Edit)),
            Mode::Edit => self
                .session
                .update(|session| session.change_mode(Mode::Enter)),
            Mode::List => {}
        }
    }

    pub(super) fn cancel(&self) -> Handled {
        if self.detail.get_untracked().is_some() {
            self.detail.set(None);
            return Handled::Yes;
        }
        if !self.session.with_untracked(Session::is_editing) {
            return self.let_go();
        }
        self.session.update(Session::cancel);
        self.write_editor("", Caret::End);
        Handled::Yes
    }

    /// Ends what lasts until Escape: modes of the selection, the outline of what was copied, a notice.
    fn let_go(&self) -> Handled {
        let lasts = self.copied.get_untracked().is_some()
            || self.turns_paste.get_untracked()
            || self.notice.with_untracked(Option::is_some)
            || self
                .selection
                .with_untracked(|selection| selection.growth != Growth::None);
        if !lasts {
            return Handled::No;
        }
        self.notice.set(None);
        self.copied.set(None);
        self.turns_paste.set(false);
        self.selection
            .update(|selection| selection.growth = Growth::None);
        Handled::Yes
    }

    /// Commits what was typed to all selected cells, and stays.
    pub(super) fn commit_to_all(&self) {
        let is_single = self.selection.with_untracked(Selection::is_single);
        if is_single || self.session.with_untracked(Session::is_composing) {
            return self.finish();
        }
        let typed = self
            .editor
            .get_untracked()
            .map(|editor| editor.value())
            .unwrap_or_default();
        let typed = self.marked_word().unwrap_or(typed);
        self.session.update(Session::cancel);
        self.write_editor("", Caret::End);
        self.fill_selection(&typed.replace("\r\n", "\n"));
    }

    /// Takes away what stands between caret and line end; at a line end the line break.
    pub(super) fn delete_to_line_end(&self) {
        let Some(editor) = self.editor.get_untracked() else {
            return;
        };
        let text: Vec<u16> = editor.value().encode_utf16().collect();
        let start = editor.selection_start().ok().flatten().unwrap_or(0) as usize;
        let end = editor.selection_end().ok().flatten().unwrap_or(0) as usize;
        let rest = text.get(end..).unwrap_or_default();
        let line = rest.iter().position(|unit| *unit == u16::from(b'\n'));
        let end = match (line, start == end) {
            (_, false) => end,
            (Some(0), true) => end + 1,
            (Some(length), true) => end + length,
            (None, true) => text.len(),
        };
        editor
            .set_range_text_with_start_and_end("", start as u32, end as u32)
            .unwrap_or_default();
        self.typed.set(editor.value());
        fit(&editor);
    }

    pub(super) fn open_list(&self) {
        let Some(cell) = self.active.get_untracked() else {
            return;
        };
        if cell.content.conflict {
            self.ask_to_choose(cell.place);
        } else if matches!(cell.column.kind, CellKind::Choice(_)) {
            self.begin(Mode::List, None);
        }
    }

    pub(super) fn list_step(&self, way: Direction) {
        let Some(words) = untrack(|| self.choices()) else {
            return;
        };
        self.marked
            .update(|marked| *marked = choice::stepped(&words, *marked, way == Direction::Down));
    }

    pub(super) fn insert_line_break(&self) {
        let Some(editor) = self.editor.get_untracked() else {
            return;
        };
        let length = editor.value().encode_utf16().count() as u32;
        let start = editor.selection_start().ok().flatten().unwrap_or(length);
        let end = editor.selection_end().ok().flatten().unwrap_or(length);
        editor
            .set_range_text_with_start_and_end("\n", start, end)
            .unwrap_or_default();
        editor
            .set_selection_range(start + 1, start + 1)
            .unwrap_or_default();
        self.typed.set(editor.value());
    }

    /// Returns the active cell if it can be written, else says why not.
    pub(super) fn writable(&self) -> Option<ActiveCell> {
        let cell = self.active.get_untracked()?;
        if cell.is_readonly() {
            self.refuse();
            return None;
        }
        Some(cell)
    }

    pub(super) fn mark_meant(&self) {
        if self.session.with_untracked(Session::mode) == Mode::List
            && let Some(words) = untrack(|| self.choices())
        {
            self.marked
                .set(choice::meant(&words, &self.typed.get_untracked()));
        }
    }

    pub(super) fn marked_word(&self) -> Option<String> {
        if self.session.with_untracked(Session::mode) != Mode::List {
            return None;
        }
        untrack(|| self.choices())?
            .get(self.marked.get_untracked()?)
            .cloned()
    }
}

/// Makes the editor as high as its text. Style only: its value may be in the hands of an input method.
pub fn fit(editor: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(editor);
    style.remove_property("height").unwrap_or_default();
    // An empty one needs no more than its cell; asking would cost a layout at every step through the table.
    if editor.value().is_empty() {
        return;
    }
    let (needed, given) = (editor.scroll_height(), editor.client_height());
    if needed > given {
        style
            .set_property("height", &format!("{needed}px"))
            .unwrap_or_default();
    }
}
