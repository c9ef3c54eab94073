//! Which keys mean what: one table, by what the editor is doing. Keys that are missing here belong to the browser or the editor.
//! The sheet of shortcuts is drawn from it, and the browser test goes through it.
//!
//! Never bound, because Chinese input methods use them: bare Shift, Ctrl+Space, Shift+Space, Ctrl+., Ctrl+Shift, Win+Space.
//! Never bound, because the browser keeps them: Ctrl+W, Ctrl+T, Ctrl+N, Ctrl+PageUp, Ctrl+PageDown, F5, and Ctrl+- and
//! Ctrl+0, which enlarge and shrink the page for those who need it.

use super::arranging::Arrange;
use super::command::{Ask, Command, Decline, Direction, Extent, Reach};
use Command::{Move, Native};
use Direction::{Down, Left, Right, Up};
use Extent::{Alone, Grow};
use Reach::{Edge, Group, Page, RowEnd, RowStart, Step, TableEnd, TableStart};

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

/// Under which heading a key stands in the sheet of shortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chapter {
    /// Moving.
    Moving,
    /// Selecting.
    Selecting,
    /// Editing.
    Editing,
    /// Clipboard and filling.
    Filling,
    /// Undo and saving.
    Undoing,
    /// Searching, filtering, folding.
    Arranging,
    /// Help, menus, around the table.
    Around,
    /// Habits that have no place here.
    Absent,
}

impl Chapter {
    /// All, in the order of the sheet.
    pub const ALL: [Self; 8] = [
        Self::Moving,
        Self::Selecting,
        Self::Editing,
        Self::Filling,
        Self::Undoing,
        Self::Arranging,
        Self::Around,
        Self::Absent,
    ];

    /// Names it for `app/locales`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Moving => "keys-moving",
            Self::Selecting => "keys-selecting",
            Self::Editing => "keys-editing",
            Self::Filling => "keys-filling",
            Self::Undoing => "keys-undoing",
            Self::Arranging => "keys-arranging",
            Self::Around => "keys-around",
            Self::Absent => "keys-absent",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// What the editor may be doing.
    pub modes: &'static [Mode],
    /// The keys: `Ctrl+Alt+Shift+Key`, the key as `name` says.
    pub keys: &'static str,
    /// What it means.
    pub command: Command,
    /// Where it stands in the sheet.
    pub chapter: Chapter,
    /// What it is called, for `app/locales`; neighbours of one name share a line.
    pub word: &'static str,
}

const ALL: &[Mode] = &[Mode::Ready, Mode::Enter, Mode::Edit, Mode::List];
const READY: &[Mode] = &[Mode::Ready];
const TYPING: &[Mode] = &[Mode::Enter, Mode::Edit];
const OVER: &[Mode] = &[Mode::Enter];
const NOT_READY: &[Mode] = &[Mode::Enter, Mode::Edit, Mode::List];
const LIST: &[Mode] = &[Mode::List];

const fn bind(
    chapter: Chapter,
    modes: &'static [Mode],
    keys: &'static str,
    command: Command,
    word: &'static str,
) -> Binding {
    Binding {
        modes,
        keys,
        command,
        chapter,
        word,
    }
}

const fn moving(keys: &'static str, reach: Reach, word: &'static str) -> Binding {
    bind(Chapter::Moving, READY, keys, Move(reach, Alone), word)
}

const fn growing(keys: &'static str, reach: Reach, word: &'static str) -> Binding {
    bind(Chapter::Selecting, READY, keys, Move(reach, Grow), word)
}

const fn leaving(keys: &'static str, way: Direction) -> Binding {
    let step = Move(Step(way), Alone);
    bind(Chapter::Editing, OVER, keys, step, "key-commit-and-step")
}

const fn arranging(
    modes: &'static [Mode],
    keys: &'static str,
    what: Arrange,
    word: &'static str,
) -> Binding {
    bind(
        Chapter::Arranging,
        modes,
        keys,
        Command::Arrange(what),
        word,
    )
}

/// Also while something is typed: the browser would do something else, and leave the page or hide the table.
const fn declined(keys: &'static str, decline: Decline, word: &'static str) -> Binding {
    let command = Command::Decline(decline);
    bind(Chapter::Absent, ALL, keys, command, word)
}

/// What means nothing while something is typed, and must not reach the browser, which would load the page anew or look elsewhere.
const fn held(chapter: Chapter, keys: &'static str, word: &'static str) -> Binding {
    bind(chapter, NOT_READY, keys, Command::Hold, word)
}

/// All keys. The first that fits is meant.
pub const BINDINGS: &[Binding] = &[
    moving("ArrowUp", Step(Up), "key-step"),
    moving("ArrowDown", Step(Down), "key-step"),
    moving("ArrowLeft", Step(Left), "key-step"),
    moving("ArrowRight", Step(Right), "key-step"),
    bind(Chapter::Moving, ALL, "Tab", Command::Tab(Right), "key-tab"),
    bind(
        Chapter::Moving,
        ALL,
        "Shift+Tab",
        Command::Tab(Left),
        "key-tab",
    ),
    bind(
        Chapter::Moving,
        ALL,
        "Enter",
        Command::Enter(Down),
        "key-enter",
    ),
    bind(
        Chapter::Moving,
        ALL,
        "Shift+Enter",
        Command::Enter(Up),
        "key-enter",
    ),
    moving("Home", RowStart, "key-row-ends"),
    moving("End", RowEnd, "key-row-ends"),
    moving("Ctrl+Home", TableStart, "key-table-ends"),
    moving("Ctrl+End", TableEnd, "key-table-ends"),
    moving("Ctrl+ArrowUp", Edge(Up), "key-edge"),
    moving("Ctrl+ArrowDown", Edge(Down), "key-edge"),
    moving("Ctrl+ArrowLeft", Edge(Left), "key-edge"),
    moving("Ctrl+ArrowRight", Edge(Right), "key-edge"),
    moving("PageUp", Page(Up), "key-page"),
    moving("PageDown", Page(Down), "key-page"),
    moving("Alt+PageUp", Page(Left), "key-page-sideways"),
    moving("Alt+PageDown", Page(Right), "key-page-sideways"),
    moving("Ctrl+F6", Group(Down), "key-group"),
    moving("Ctrl+Alt+Period", Group(Down), "key-group"),
    moving("Ctrl+Shift+F6", Group(Up), "key-group"),
    bind(
        Chapter::Moving,
        READY,
        "Ctrl+G",
        Command::Ask(Ask::GoTo),
        "key-go-to",
    ),
    held(Chapter::Moving, "Ctrl+G", "key-go-to"),
    bind(
        Chapter::Moving,
        ALL,
        "Ctrl+Backspace",
        Command::ShowActive,
        "key-show-active",
    ),
    bind(
        Chapter::Moving,
        READY,
        "ScrollLock+ArrowUp",
        Command::Scroll(Up),
        "key-scroll",
    ),
    bind(
        Chapter::Moving,
        READY,
        "ScrollLock+ArrowDown",
        Command::Scroll(Down),
        "key-scroll",
    ),
    bind(
        Chapter::Moving,
        READY,
        "ScrollLock+ArrowLeft",
        Command::Scroll(Left),
        "key-scroll",
    ),
    bind(
        Chapter::Moving,
        READY,
        "ScrollLock+ArrowRight",
        Command::Scroll(Right),
        "key-scroll",
    ),
    bind(
        Chapter::Moving,
        READY,
        "Ctrl+Shift+PageUp",
        Command::Ask(Ask::WeekBefore),
        "key-week",
    ),
    bind(
        Chapter::Moving,
        READY,
        "Ctrl+Shift+PageDown",
        Command::Ask(Ask::NextWeek),
        "key-week",
    ),
    growing("Shift+ArrowUp", Step(Up), "key-grow"),
    growing("Shift+ArrowDown", Step(Down), "key-grow"),
    growing("Shift+ArrowLeft", Step(Left), "key-grow"),
    growing("Shift+ArrowRight", Step(Right), "key-grow"),
    growing("Ctrl+Shift+ArrowUp", Edge(Up), "key-grow-edge"),
    growing("Ctrl+Shift+ArrowDown", Edge(Down), "key-grow-edge"),
    growing("Ctrl+Shift+ArrowLeft", Edge(Left), "key-grow-edge"),
    growing("Ctrl+Shift+ArrowRight", Edge(Right), "key-grow-edge"),
    growing("Shift+Home", RowStart, "key-grow-far"),
    growing("Shift+End", RowEnd, "key-grow-far"),
    growing("Ctrl+Shift+Home", TableStart, "key-grow-far"),
    growing("Ctrl+Shift+End", TableEnd, "key-grow-far"),
    growing("Shift+PageUp", Page(Up), "key-grow-page"),
    growing("Shift+PageDown", Page(Down), "key-grow-page"),
    growing("Alt+Shift+PageUp", Page(Left), "key-grow-page"),
    growing("Alt+Shift+PageDown", Page(Right), "key-grow-page"),
    bind(
        Chapter::Selecting,
        READY,
        "Ctrl+A",
        Command::SelectAll,
        "key-all",
    ),
    bind(
        Chapter::Selecting,
        READY,
        "F8",
        Command::GrowMode,
        "key-grow-mode",
    ),
    bind(
        Chapter::Selecting,
        READY,
        "Shift+F8",
        Command::AddMode,
        "key-add-mode",
    ),
    bind(
        Chapter::Selecting,
        READY,
        "Shift+Backspace",
        Command::Collapse,
        "key-collapse",
    ),
    bind(
        Chapter::Selecting,
        READY,
        "Alt+Semicolon",
        Command::Decline(Decline::VisibleOnly),
        "key-visible",
    ),
    bind(Chapter::Editing, ALL, "F2", Command::Edit, "key-edit"),
    leaving("ArrowUp", Up),
    leaving("ArrowDown", Down),
    leaving("ArrowLeft", Left),
    leaving("ArrowRight", Right),
    bind(
        Chapter::Editing,
        NOT_READY,
        "Ctrl+Enter",
        Command::CommitHere,
        "key-commit-here",
    ),
    bind(
        Chapter::Editing,
        TYPING,
        "Alt+Enter",
        Command::LineBreak,
        "key-line-break",
    ),
    bind(
        Chapter::Editing,
        TYPING,
        "Ctrl+Alt+Enter",
        Command::LineBreak,
        "key-line-break",
    ),
    bind(
        Chapter::Editing,
        ALL,
        "Escape",
        Command::Cancel,
        "key-cancel",
    ),
    bind(
        Chapter::Editing,
        READY,
        "Delete",
        Command::Clear,
        "key-clear",
    ),
    bind(
        Chapter::Editing,
        READY,
        "Backspace",
        Command::ClearAndEdit,
        "key-clear-and-edit",
    ),
    bind(
        Chapter::Editing,
        TYPING,
        "Ctrl+Delete",
        Command::DeleteToLineEnd,
        "key-line-end",
    ),
    bind(
        Chapter::Editing,
        READY,
        "Alt+ArrowDown",
        Command::OpenList,
        "key-list",
    ),
    bind(
        Chapter::Editing,
        TYPING,
        "Alt+ArrowDown",
        Command::OpenList,
        "key-list",
    ),
    bind(
        Chapter::Editing,
        LIST,
        "ArrowUp",
        Command::ListStep(Up),
        "key-list-step",
    ),
    bind(
        Chapter::Editing,
        LIST,
        "ArrowDown",
        Command::ListStep(Down),
        "key-list-step",
    ),
    bind(
        Chapter::Editing,
        LIST,
        "Alt+ArrowUp",
        Command::Cancel,
        "key-list-close",
    ),
    bind(
        Chapter::Editing,
        READY,
        "Ctrl+Semicolon",
        Command::TypeDate,
        "key-date",
    ),
    bind(
        Chapter::Editing,
        READY,
        "Ctrl+Shift+Semicolon",
        Command::TypeTime,
        "key-time",
    ),
    bind(Chapter::Editing, READY, "F4", Command::Repeat, "key-repeat"),
    bind(Chapter::Filling, READY, "Ctrl+C", Native, "key-copy"),
    bind(Chapter::Filling, READY, "Ctrl+X", Native, "key-cut"),
    bind(Chapter::Filling, READY, "Ctrl+V", Native, "key-paste"),
    bind(Chapter::Filling, READY, "Ctrl+Shift+V", Native, "key-paste"),
    bind(
        Chapter::Filling,
        READY,
        "Ctrl+Alt+V",
        Command::TurnNextPaste,
        "key-paste-turned",
    ),
    bind(
        Chapter::Filling,
        READY,
        "Ctrl+D",
        Command::Fill(Down),
        "key-fill-down",
    ),
    held(Chapter::Filling, "Ctrl+D", "key-fill-down"),
    bind(
        Chapter::Filling,
        READY,
        "Ctrl+R",
        Command::Fill(Right),
        "key-fill-right",
    ),
    held(Chapter::Filling, "Ctrl+R", "key-fill-right"),
    bind(
        Chapter::Filling,
        READY,
        "Ctrl+Enter",
        Command::FillSelection,
        "key-fill-selection",
    ),
    bind(
        Chapter::Filling,
        READY,
        "Ctrl+Quote",
        Command::CopyAbove,
        "key-copy-above",
    ),
    bind(
        Chapter::Filling,
        READY,
        "Ctrl+Shift+Quote",
        Command::CopyAbove,
        "key-copy-above",
    ),
    bind(Chapter::Undoing, READY, "Ctrl+Z", Command::Undo, "key-undo"),
    bind(Chapter::Undoing, READY, "Ctrl+Y", Command::Redo, "key-redo"),
    bind(
        Chapter::Undoing,
        READY,
        "Ctrl+Shift+Z",
        Command::Redo,
        "key-redo",
    ),
    bind(Chapter::Undoing, ALL, "Ctrl+S", Command::Save, "key-save"),
    bind(
        Chapter::Around,
        ALL,
        "F1",
        Command::Ask(Ask::Keys),
        "key-keys",
    ),
    bind(
        Chapter::Around,
        ALL,
        "Ctrl+Slash",
        Command::Ask(Ask::Keys),
        "key-keys",
    ),
    bind(
        Chapter::Around,
        READY,
        "Alt+Slash",
        Command::Ask(Ask::Keys),
        "key-search-commands",
    ),
    bind(
        Chapter::Around,
        READY,
        "Alt+Q",
        Command::Ask(Ask::Keys),
        "key-search-commands",
    ),
    bind(
        Chapter::Around,
        READY,
        "ContextMenu",
        Command::Ask(Ask::Menu),
        "key-menu",
    ),
    bind(
        Chapter::Around,
        READY,
        "Shift+F10",
        Command::Ask(Ask::Menu),
        "key-menu",
    ),
    bind(
        Chapter::Around,
        READY,
        "Alt+Enter",
        Command::Detail,
        "key-detail",
    ),
    bind(
        Chapter::Editing,
        ALL,
        "Ctrl+F2",
        Command::Ask(Ask::Beside),
        "key-beside",
    ),
    bind(
        Chapter::Around,
        ALL,
        "Shift+F2",
        Command::Ask(Ask::Comments),
        "key-comments",
    ),
    bind(
        Chapter::Around,
        ALL,
        "Ctrl+Alt+M",
        Command::Ask(Ask::Comments),
        "key-comments",
    ),
    bind(
        Chapter::Around,
        ALL,
        "Ctrl+Shift+F2",
        Command::Ask(Ask::Comments),
        "key-comments",
    ),
    bind(
        Chapter::Around,
        ALL,
        "F6",
        Command::Ask(Ask::NextPane),
        "key-pane",
    ),
    bind(
        Chapter::Around,
        ALL,
        "Shift+F6",
        Command::Ask(Ask::PaneBefore),
        "key-pane",
    ),
    bind(
        Chapter::Around,
        READY,
        "Alt+F7",
        Command::Ask(Ask::NextConflict),
        "key-conflict",
    ),
    bind(
        Chapter::Around,
        READY,
        "Alt+Shift+F7",
        Command::Ask(Ask::ConflictBefore),
        "key-conflict",
    ),
    bind(
        Chapter::Around,
        READY,
        "Ctrl+Alt+Shift+H",
        Command::Ask(Ask::History),
        "key-history",
    ),
    bind(
        Chapter::Around,
        READY,
        "Ctrl+P",
        Command::Ask(Ask::Print),
        "key-print",
    ),
    arranging(ALL, "Ctrl+F", Arrange::Find, "key-find"),
    arranging(ALL, "Ctrl+H", Arrange::Replace, "key-replace"),
    arranging(ALL, "F3", Arrange::Next, "key-find-next"),
    arranging(ALL, "Shift+F3", Arrange::Previous, "key-find-next"),
    arranging(ALL, "Ctrl+Shift+G", Arrange::Previous, "key-find-next"),
    arranging(ALL, "Ctrl+Shift+L", Arrange::ToggleFilters, "key-filters"),
    arranging(ALL, "Ctrl+Alt+L", Arrange::Again, "key-apply-again"),
    arranging(
        READY,
        "Alt+Shift+ArrowDown",
        Arrange::OpenList,
        "key-filter-list",
    ),
    arranging(READY, "Alt+Shift+ArrowLeft", Arrange::Fold, "key-fold"),
    arranging(READY, "Alt+Shift+ArrowRight", Arrange::Unfold, "key-fold"),
    arranging(READY, "Ctrl+Shift+9", Arrange::ShowRows, "key-show-rows"),
    arranging(
        READY,
        "Ctrl+Shift+0",
        Arrange::ShowColumns,
        "key-show-columns",
    ),
    declined("F9", Decline::Recalculate, "key-recalculate"),
    declined("Ctrl+E", Decline::FlashFill, "key-flash-fill"),
    declined("Ctrl+Shift+Equal", Decline::Structure, "key-structure"),
    declined("Ctrl+1", Decline::Formats, "key-formats"),
    declined("Ctrl+5", Decline::Formats, "key-formats"),
    declined("Ctrl+B", Decline::Formats, "key-formats"),
    declined("Ctrl+I", Decline::Formats, "key-formats"),
    declined("Ctrl+U", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+1", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+2", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+3", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+4", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+5", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+6", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+7", Decline::Formats, "key-formats"),
    declined("Ctrl+Shift+Minus", Decline::Formats, "key-formats"),
    declined("Ctrl+Backslash", Decline::Formats, "key-formats"),
    declined("Ctrl+Backquote", Decline::Formulas, "key-formulas"),
    declined("Ctrl+K", Decline::Links, "key-links"),
];

/// A key with what was held. On Apple keyboards Cmd counts as Ctrl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chord<'a> {
    /// As in `KeyboardEvent.key`.
    pub key: &'a str,
    /// As in `KeyboardEvent.code`.
    pub code: &'a str,
    /// Ctrl or Cmd.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// Scroll Lock shines.
    pub scroll_lock: bool,
}

/// Returns what a chord means, or `None` if it is not ours.
pub fn command(mode: Mode, chord: Chord<'_>) -> Option<Command> {
    let keys = written(chord);
    BINDINGS
        .iter()
        .find(|binding| binding.keys == keys && binding.modes.contains(&mode))
        .map(|binding| binding.command)
        .filter(|command| *command != Native)
}

/// Writes a chord as the table does.
fn written(chord: Chord<'_>) -> String {
    let name = name(chord);
    let is_arrow = name.starts_with("Arrow");
    let bare = !chord.ctrl && !chord.shift && !chord.alt;
    let mut keys = String::new();
    for (held, word) in [
        (chord.scroll_lock && is_arrow && bare, "ScrollLock+"),
        (chord.ctrl, "Ctrl+"),
        (chord.alt, "Alt+"),
        (chord.shift, "Shift+"),
    ] {
        if held {
            keys.push_str(word);
        }
    }
    keys + &name
}

/// Names a key: a letter by what it writes, so that it is where the keyboard's owner looks for it; a figure or a sign by where it
/// lies, for Shift and input methods make other signs of it; all else as the browser does.
fn name(chord: Chord<'_>) -> String {
    let Chord { key, code, .. } = chord;
    if let [letter] = key.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        return key.to_ascii_uppercase();
    }
    if let Some(digit) = code.strip_prefix("Digit") {
        return digit.to_owned();
    }
    // Under an input method a letter may arrive as another sign.
    if let Some(letter) = code.strip_prefix("Key")
        && (chord.ctrl || chord.alt)
    {
        return letter.to_owned();
    }
    match code {
        "Semicolon" | "Quote" | "Equal" | "Minus" | "Backquote" | "Backslash" | "Slash"
        | "Period" => code.to_owned(),
        _ => key.to_owned(),
    }
}

#[cfg(test)]
#[path = "keymap_tests.rs"]
mod tests;
