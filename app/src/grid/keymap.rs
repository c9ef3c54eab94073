//! Which keys mean what: one table, by what the editor is doing. Keys that are missing here belong to the browser or the editor.
//!
//! Never bound, because Chinese input methods use them: bare Shift, Ctrl+Space, Shift+Space, Ctrl+., Ctrl+Shift, Win+Space.
//! Never bound, because the browser keeps them: Ctrl+W, Ctrl+T, Ctrl+N.
//! The full text stands under Shift+F2, where a spreadsheet has its notes.

use super::arranging;
use super::command::{Command, Direction, Extent, Reach};
use Direction::{Down, Left, Right, Up};

/// What the editor is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// A cell is active; the next letter replaces what is in it.
    #[default]
    Ready,
    /// Typing over the cell: arrows commit and move.
    Enter,
    /// Editing in the cell: arrows move the caret.
    Edit,
    /// A list is open under the cell: arrows move in it.
    List,
}

/// A key with what was held. On Apple keyboards Cmd counts as Ctrl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chord<'a> {
    /// As in `KeyboardEvent.key`.
    pub key: &'a str,
    /// Ctrl or Cmd.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
}

/// Returns what a chord means, or `None` if it is not ours.
pub fn command(mode: Mode, chord: Chord<'_>) -> Option<Command> {
    always(mode, chord)
        .or_else(|| match mode {
            Mode::Ready => ready(chord),
            Mode::Enter => {
                typing(chord).or_else(|| arrow(chord.key).filter(|_| bare(chord)).map(step))
            }
            Mode::Edit => typing(chord),
            Mode::List => list(chord),
        })
        .or_else(|| arranging::command(mode, chord).map(Command::Arrange))
}

/// The same in every mode.
fn always(mode: Mode, chord: Chord<'_>) -> Option<Command> {
    let Chord {
        key,
        ctrl,
        shift,
        alt,
    } = chord;
    match (key, ctrl, shift, alt) {
        ("Tab", false, false, false) => Some(Command::Tab(Right)),
        ("Tab", false, true, false) => Some(Command::Tab(Left)),
        ("Enter", false, false, false) => Some(Command::Enter(Down)),
        ("Enter", false, true, false) => Some(Command::Enter(Up)),
        ("Enter", true, false, false) if mode != Mode::Ready => Some(Command::CommitHere),
        ("F2", false, false, false) => Some(Command::Edit),
        ("F2", false, true, false) => Some(Command::Detail),
        ("Escape", false, false, false) => Some(Command::Cancel),
        ("s" | "S", true, false, false) => Some(Command::Save),
        _ => None,
    }
}

/// A cell is active and nothing is being typed.
fn ready(chord: Chord<'_>) -> Option<Command> {
    let Chord {
        key,
        ctrl,
        shift,
        alt,
    } = chord;
    let extent = if shift { Extent::Grow } else { Extent::Alone };
    let go = |reach| Some(Command::Move(reach, extent));
    match (key, ctrl, alt) {
        ("Home", false, false) => go(Reach::RowStart),
        ("End", false, false) => go(Reach::RowEnd),
        ("Home", true, false) => go(Reach::TableStart),
        ("End", true, false) => go(Reach::TableEnd),
        ("PageUp", false, false) => go(Reach::Page(Up)),
        ("PageDown", false, false) => go(Reach::Page(Down)),
        ("PageUp", false, true) => go(Reach::Page(Left)),
        ("PageDown", false, true) => go(Reach::Page(Right)),
        ("ArrowDown", false, true) if !shift => Some(Command::OpenList),
        ("Delete", false, false) if !shift => Some(Command::Clear),
        ("Backspace", false, false) => Some(if shift {
            Command::Collapse
        } else {
            Command::ClearAndEdit
        }),
        ("Backspace", true, false) => Some(Command::ShowActive),
        ("z" | "Z", true, false) => Some(if shift { Command::Redo } else { Command::Undo }),
        ("y" | "Y", true, false) if !shift => Some(Command::Redo),
        ("a" | "A", true, false) if !shift => Some(Command::SelectAll),
        (key, ctrl, false) => arrow(key).and_then(|way| {
            go(if ctrl {
                Reach::Edge(way)
            } else {
                Reach::Step(way)
            })
        }),
        _ => None,
    }
}

/// Something is being typed; what is not named here is the editor's own.
fn typing(chord: Chord<'_>) -> Option<Command> {
    match (chord.key, chord.ctrl, chord.shift, chord.alt) {
        ("Enter", false, false, true) => Some(Command::LineBreak),
        ("ArrowDown", false, false, true) => Some(Command::OpenList),
        _ => None,
    }
}

/// A list is open.
fn list(chord: Chord<'_>) -> Option<Command> {
    match (chord.key, chord.ctrl, chord.shift, chord.alt) {
        ("ArrowUp", false, false, true) => Some(Command::Cancel),
        ("ArrowUp", false, false, false) => Some(Command::ListStep(Up)),
        ("ArrowDown", false, false, false) => Some(Command::ListStep(Down)),
        _ => None,
    }
}

fn step(way: Direction) -> Command {
    Command::Move(Reach::Step(way), Extent::Alone)
}

fn bare(chord: Chord<'_>) -> bool {
    !chord.ctrl && !chord.shift && !chord.alt
}

fn arrow(key: &str) -> Option<Direction> {
    match key {
        "ArrowUp" => Some(Up),
        "ArrowDown" => Some(Down),
        "ArrowLeft" => Some(Left),
        "ArrowRight" => Some(Right),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: Mode, keys: &str, expected: Option<Command>) {
        let mut chord = Chord {
            key: "",
            ctrl: false,
            shift: false,
            alt: false,
        };
        for part in keys.split('+') {
            match part {
                "Ctrl" => chord.ctrl = true,
                "Shift" => chord.shift = true,
                "Alt" => chord.alt = true,
                key => chord.key = key,
            }
        }
        assert_eq!(command(mode, chord), expected, "{keys} in {mode:?}");
    }

    fn alone(reach: Reach) -> Option<Command> {
        Some(Command::Move(reach, Extent::Alone))
    }

    fn grow(reach: Reach) -> Option<Command> {
        Some(Command::Move(reach, Extent::Grow))
    }

    #[test]
    fn arrows_move_when_ready_commit_when_typing_and_belong_to_the_caret_when_editing() {
        check(Mode::Ready, "ArrowLeft", alone(Reach::Step(Left)));
        check(Mode::Enter, "ArrowLeft", alone(Reach::Step(Left)));
        check(Mode::Edit, "ArrowLeft", None);
        check(Mode::Enter, "Shift+ArrowLeft", None);
        check(Mode::Ready, "Shift+ArrowDown", grow(Reach::Step(Down)));
        check(Mode::Ready, "Ctrl+ArrowDown", alone(Reach::Edge(Down)));
        check(Mode::Ready, "Ctrl+Shift+ArrowDown", grow(Reach::Edge(Down)));
        check(Mode::List, "ArrowDown", Some(Command::ListStep(Down)));
    }

    #[test]
    fn enter_and_tab_leave_the_cell_in_every_mode() {
        for mode in [Mode::Ready, Mode::Enter, Mode::Edit, Mode::List] {
            check(mode, "Enter", Some(Command::Enter(Down)));
            check(mode, "Shift+Enter", Some(Command::Enter(Up)));
            check(mode, "Tab", Some(Command::Tab(Right)));
            check(mode, "Shift+Tab", Some(Command::Tab(Left)));
            check(mode, "Escape", Some(Command::Cancel));
            check(mode, "Ctrl+s", Some(Command::Save));
        }
        check(Mode::Edit, "Ctrl+Enter", Some(Command::CommitHere));
        check(Mode::Edit, "Alt+Enter", Some(Command::LineBreak));
        check(Mode::Enter, "Alt+Enter", Some(Command::LineBreak));
    }

    #[test]
    fn undo_in_the_editor_is_the_editor_s() {
        check(Mode::Ready, "Ctrl+z", Some(Command::Undo));
        check(Mode::Ready, "Ctrl+Shift+Z", Some(Command::Redo));
        check(Mode::Ready, "Ctrl+y", Some(Command::Redo));
        check(Mode::Edit, "Ctrl+z", None);
        check(Mode::Enter, "Delete", None);
        check(Mode::Enter, "Home", None);
    }

    #[test]
    fn keys_of_input_methods_and_browser_stay_free() {
        for mode in [Mode::Ready, Mode::Enter, Mode::Edit, Mode::List] {
            for keys in [
                "Shift", "Ctrl+ ", "Shift+ ", "Ctrl+.", "Ctrl+w", "Ctrl+t", "Ctrl+n", "Ctrl+c",
                "Ctrl+v", "a", "Process", "F6",
            ] {
                check(mode, keys, None);
            }
        }
    }

    #[test]
    fn the_full_text_and_the_list_are_one_chord_away() {
        check(Mode::Ready, "Shift+F2", Some(Command::Detail));
        check(Mode::Edit, "Shift+F2", Some(Command::Detail));
        check(Mode::Ready, "Alt+ArrowDown", Some(Command::OpenList));
        check(Mode::List, "Alt+ArrowUp", Some(Command::Cancel));
    }
}
