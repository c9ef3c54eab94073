//! What a key means, free of keys. Who carries it out is `desk`.

use super::arranging::Arrange;

/// A direction on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the first line.
    Up,
    /// Towards the last line.
    Down,
    /// Towards the first column.
    Left,
    /// Towards the last column.
    Right,
}

/// How far a move goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One cell.
    Step(Direction),
    /// To the edge of the block of filled cells.
    Edge(Direction),
    /// One screen.
    Page(Direction),
    /// To the first row of the next group of rows, or of the one before.
    Group(Direction),
    /// The first column.
    RowStart,
    /// The last column.
    RowEnd,
    /// The first row, first column that scrolls.
    TableStart,
    /// The last row and the last column that hold anything.
    TableEnd,
}

/// Whether a move takes the selection along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The active cell moves and is all that is selected.
    Alone,
    /// The active cell stays; the other corner of the selection moves.
    Grow,
}

/// What a person asked for. Whatever leaves the cell commits it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The browser's own: its event arrives elsewhere (clipboard), or the editor does it.
    Native,
    /// Nothing, and the browser does not hear of it either.
    Hold,
    /// Move or grow the selection.
    Move(Reach, Extent),
    /// Scroll by a line or a column; the active cell stays.
    Scroll(Direction),
    /// Tab, or back.
    Tab(Direction),
    /// Enter: down, or up, to the column where the row was begun.
    Enter(Direction),
    /// The group of rows around the active cell, and after that everything.
    SelectAll,
    /// Everything is selected.
    SelectTable,
    /// The selected cells become whole rows.
    SelectRows,
    /// The selected cells become whole columns.
    SelectColumns,
    /// Only the active cell is selected.
    Collapse,
    /// Moves grow the selection until it is pressed again.
    GrowMode,
    /// Moves begin a further range until it is pressed again.
    AddMode,
    /// The active cell goes to the next corner of its range.
    NextCorner,
    /// Bring the active cell into sight.
    ShowActive,
    /// F2: edit what is there, or change between typing and editing.
    Edit,
    /// Commit to all that is selected, and stay.
    CommitHere,
    /// Leave the editor and forget what was typed.
    Cancel,
    /// A line break at the caret.
    LineBreak,
    /// Take away what stands between caret and line end.
    DeleteToLineEnd,
    /// Empty what is selected.
    Clear,
    /// Empty the active cell in the editor.
    ClearAndEdit,
    /// Open the list of a choice, or of values written at the same time.
    OpenList,
    /// Move the mark in the open list.
    ListStep(Direction),
    /// Show or hide the full text.
    Detail,
    /// Fill the selection from its first row (Down) or column (Right).
    Fill(Direction),
    /// Fill the selection with the active cell.
    FillSelection,
    /// Type what stands in the cell above.
    CopyAbove,
    /// Type today's date.
    TypeDate,
    /// Type the time.
    TypeTime,
    /// The next paste turns rows into columns.
    TurnNextPaste,
    /// Do the last change of cells once more, where the selection is now.
    Repeat,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Say that everything is kept.
    Save,
    /// Do something with the table as a whole.
    Arrange(Arrange),
    /// Something around the table.
    Ask(Ask),
    /// Not in this table; say why.
    Decline(Decline),
}

/// What the screen around the table does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Show what keys there are.
    Keys,
    /// Open the menu of the active cell.
    Menu,
    /// Go to a row by name or number.
    GoTo,
    /// Tell what the active cell held before, and who wrote it.
    History,
    /// Edit the active cell beside the table.
    Beside,
    /// Show the files of the active row.
    Attachments,
    /// Ask for the active cell to be corrected, though its week is closed.
    Correct,
    /// Print the table.
    Print,
    /// The next part of the page.
    NextPane,
    /// The part of the page before.
    PaneBefore,
    /// What is said about the active cell.
    Comments,
    /// The next cell with several values.
    NextConflict,
    /// The one before.
    ConflictBefore,
    /// The week after.
    NextWeek,
    /// The week before.
    WeekBefore,
}

/// Habits of spreadsheets that have no place here, each answered in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decline {
    /// Number formats, bold, borders: the form prescribes how the table looks.
    Formats,
    /// Formulas: totals and rates are computed by themselves.
    Formulas,
    /// Links: none are stored in cells.
    Links,
    /// Rows and columns come from the plan.
    Structure,
    /// What is hidden is never selected anyhow.
    VisibleOnly,
    /// Nothing is ever out of date here.
    Recalculate,
    /// Flash fill.
    FlashFill,
}
