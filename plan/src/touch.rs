//! From an operation on a document to the cell it touches. What is not understood is `Everything`, never dropped.

use automerge::ScalarValue;

use crate::{
    column::Column,
    layout::{
        DocumentKind,
        card::{ENTRIES, EntryKey},
        sheet::ROWS,
        talk::{self, TalkKey},
    },
    row::RowId,
    tally::Tally,
    value::{Unfit, Value},
};

/// What one operation touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// A cell that sheets store.
    Cell {
        /// Which row; not checked against the plan yet.
        row: RowId,
        /// Which column.
        column: Column,
        /// What is written.
        write: Write,
    },
    /// An entry of a card.
    Entry {
        /// Which one.
        entry: EntryKey,
        /// What is written.
        write: Write,
    },
    /// A part of a comment.
    Comment {
        /// Which.
        key: TalkKey,
        /// What is written.
        write: Write,
    },
    /// A cell that only the server writes.
    ServerCell {
        /// Which row.
        row: RowId,
    },
    /// A key in a row that is no column of a sheet.
    UnknownColumn {
        /// Which row.
        row: RowId,
        /// The key.
        key: String,
    },
    /// A key in a card or a talk that is no entry.
    UnknownEntry {
        /// The key.
        key: String,
    },
    /// Anything in a document that only the server writes.
    ServerDocument,
    /// Not understood: it may touch anything.
    Everything,
}

/// What is written into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The cell is emptied.
    Delete,
    /// The cell is filled.
    Put(Value),
    /// The cell is filled with what may not stand there.
    Unfit(Unfit),
}

/// Reads one put (`Some`) or delete (`None`).
///
/// `path`: the keys of the maps from the root to the cell's map.
pub fn read(
    document: &DocumentKind,
    path: &[String],
    key: &str,
    value: Option<&ScalarValue>,
) -> Touch {
    match document {
        DocumentKind::Catalogue | DocumentKind::Hub(_) => Touch::ServerDocument,
        DocumentKind::Sheet(_, _) => match path {
            [rows, row] if rows == ROWS => read_cell(RowId(row.clone()), key, value),
            _ => Touch::Everything,
        },
        DocumentKind::Card(_) => match path {
            [entries] if entries == ENTRIES => read_entry(key, value),
            _ => Touch::Everything,
        },
        DocumentKind::Talk(_, _) => match path {
            [entries] if entries == talk::ENTRIES => read_comment(key, value),
            _ => Touch::Everything,
        },
    }
}

fn read_cell(row: RowId, key: &str, value: Option<&ScalarValue>) -> Touch {
    if Tally::from_before_id(key).is_some() {
        return Touch::ServerCell { row };
    }
    match Column::from_id(key) {
        Some(column) if column.is_stored_in_sheet() => Touch::Cell {
            row,
            column,
            write: Write::read(value, |scalar| Value::check(column.kind(), scalar)),
        },
        Some(_) | None => Touch::UnknownColumn {
            row,
            key: key.to_owned(),
        },
    }
}

fn read_entry(key: &str, value: Option<&ScalarValue>) -> Touch {
    match EntryKey::parse(key) {
        Some(entry) => {
            let write = Write::read(value, |scalar| Value::check(entry.kind(), scalar));
            Touch::Entry { entry, write }
        }
        None => Touch::UnknownEntry {
            key: key.to_owned(),
        },
    }
}

fn read_comment(word: &str, value: Option<&ScalarValue>) -> Touch {
    let Some(key) = TalkKey::parse(word) else {
        return Touch::UnknownEntry {
            key: word.to_owned(),
        };
    };
    let column = key.column;
    let write = Write::read(value, |scalar| {
        let value = Value::check(column.kind(), scalar)?;
        match column.takes(&value) {
            true => Ok(value),
            false => Err(Unfit::Kind),
        }
    });
    Touch::Comment { key, write }
}

impl Write {
    fn read(
        value: Option<&ScalarValue>,
        check: impl FnOnce(&ScalarValue) -> Result<Value, Unfit>,
    ) -> Write {
        match value.map(check) {
            None => Write::Delete,
            Some(Ok(value)) => Write::Put(value),
            Some(Err(unfit)) => Write::Unfit(unfit),
        }
    }
}
