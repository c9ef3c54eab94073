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
    /// One screen; sideways it means the same as an edge.
    Page(Direction),
    /// The first column.
    RowStart,
    /// The last column.
    RowEnd,
    /// The first row, first column that scrolls.
    TableStart,
    /// The last row, last column.
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
    /// Move or grow the selection.
    Move(Reach, Extent),
    /// Tab, or back.
    Tab(Direction),
    /// Enter: down, or up, to the column where the row was begun.
    Enter(Direction),
    /// Everything is selected.
    SelectAll,
    /// Only the active cell is selected.
    Collapse,
    /// Bring the active cell into sight.
    ShowActive,
    /// F2: edit what is there, or change between typing and editing.
    Edit,
    /// Commit and stay.
    CommitHere,
    /// Leave the editor and forget what was typed.
    Cancel,
    /// A line break at the caret.
    LineBreak,
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
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Say that everything is kept.
    Save,
    /// Do something with the table as a whole.
    Arrange(Arrange),
}
