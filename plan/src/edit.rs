//! Everything a person can do to a cell, as data, and how it is carried out on a document. Judges nothing.

use automerge::{
    AutomergeError, ObjId, ROOT, ReadDoc,
    transaction::{Transactable, Transaction},
};

use crate::{
    campaign::UnitId,
    column::{Column, Kind},
    layout::{
        self,
        card::{ENTRIES, EntryKey},
        sheet,
    },
    row::RowId,
    value::{self, Mistake, Value},
};

/// A stored cell, wherever it lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellRef {
    /// In the sheet of the row's unit.
    Sheet {
        /// Which row.
        row: RowId,
        /// Which column.
        column: Column,
    },
    /// In a unit's card.
    Card {
        /// Whose card.
        unit: UnitId,
        /// Which entry.
        entry: EntryKey,
    },
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Fills or empties a cell of a sheet.
    SetCell {
        /// Which row.
        row: RowId,
        /// Which column, one that sheets store.
        column: Column,
        /// `None` empties the cell.
        value: Option<Value>,
    },
    /// Sets the telephone of a 填报人 in the unit's card.
    SetPhone {
        /// Whose card.
        unit: UnitId,
        /// The 填报人; empty for the unit's own telephone.
        reporter: String,
        /// `None` removes it.
        value: Option<Value>,
    },
}

/// Why an edit did not happen; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Sheets do not store this column.
    #[error("column {} is not stored in sheets", .0.id())]
    NotStored(Column),
    /// The document has no such row.
    #[error("no row {0}")]
    NoRow(RowId),
    /// The document is not a card.
    #[error("no entries")]
    NoEntries,
    /// automerge said no.
    #[error(transparent)]
    Automerge(#[from] AutomergeError),
}

impl Edit {
    /// Turns what a person typed into an edit.
    ///
    /// `reporter`: what the row says under 填报人; a telephone belongs to that person. A row id without a unit can have no telephone.
    pub fn typed(row: &RowId, column: Column, text: &str, reporter: &str) -> Result<Edit, Mistake> {
        let value = value::parse(column, text)?;
        if column.is_stored_in_sheet() {
            return Ok(Edit::SetCell {
                row: row.clone(),
                column,
                value,
            });
        }
        let unit = row.unit().ok_or(Mistake::ReadOnly)?;
        Ok(Edit::SetPhone {
            unit,
            reporter: reporter.to_owned(),
            value,
        })
    }

    /// Makes the edit that puts this value into this cell.
    pub fn set(cell: CellRef, value: Option<Value>) -> Edit {
        match cell {
            CellRef::Sheet { row, column } => Edit::SetCell { row, column, value },
            CellRef::Card {
                unit,
                entry: EntryKey::ReporterPhone(reporter),
            } => Edit::SetPhone {
                unit,
                reporter,
                value,
            },
            CellRef::Card {
                unit,
                entry: EntryKey::UnitPhone,
            } => Edit::SetPhone {
                unit,
                reporter: String::new(),
                value,
            },
        }
    }

    /// Returns the cell that the edit writes.
    pub fn cell(&self) -> CellRef {
        match self {
            Edit::SetCell { row, column, .. } => CellRef::Sheet {
                row: row.clone(),
                column: *column,
            },
            Edit::SetPhone { unit, reporter, .. } => CellRef::Card {
                unit: unit.clone(),
                entry: EntryKey::phone_of(reporter),
            },
        }
    }

    /// Returns what the edit writes.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Edit::SetCell { value, .. } | Edit::SetPhone { value, .. } => value.as_ref(),
        }
    }
}

impl CellRef {
    /// Returns the keys from the root to the cell's map, and the key in it: as the gate and drafts name cells.
    pub fn address(&self) -> (Vec<String>, String) {
        match self {
            CellRef::Sheet { row, column } => (
                vec![sheet::ROWS.to_owned(), row.0.clone()],
                column.id().to_owned(),
            ),
            CellRef::Card { entry, .. } => (vec![ENTRIES.to_owned()], entry.to_string()),
        }
    }

    /// Returns the unit in whose sheet or card the cell lies; `None` if the row id is malformed.
    pub fn unit(&self) -> Option<UnitId> {
        match self {
            CellRef::Sheet { row, .. } => row.unit(),
            CellRef::Card { unit, .. } => Some(unit.clone()),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            CellRef::Sheet { column, .. } => column.kind(),
            CellRef::Card { entry, .. } => entry.kind(),
        }
    }

    fn find(&self, doc: &impl ReadDoc) -> Result<(ObjId, String), EditError> {
        let (_, key) = self.address();
        match self {
            CellRef::Sheet { column, .. } if !column.is_stored_in_sheet() => {
                Err(EditError::NotStored(*column))
            }
            CellRef::Sheet { row, .. } => {
                let map = sheet::row_map(doc, row).ok_or_else(|| EditError::NoRow(row.clone()))?;
                Ok((map, key))
            }
            CellRef::Card { .. } => {
                let map = layout::map_in(doc, &ROOT, ENTRIES).ok_or(EditError::NoEntries)?;
                Ok((map, key))
            }
        }
    }
}

/// Carries out an edit on its document; writes nothing when the value is already the only one there.
pub fn apply(edit: &Edit, tx: &mut Transaction<'_>) -> Result<(), EditError> {
    let cell = edit.cell();
    let (map, key) = cell.find(tx)?;
    let standing = layout::values_in(tx, &map, &key, cell.kind());
    match edit.value() {
        Some(value) if standing == [value.clone()] => {}
        Some(value) => tx.put(&map, key.as_str(), value.to_scalar())?,
        // Also removes what the reader cannot understand.
        None if tx.get(&map, key.as_str())?.is_some() => tx.delete(&map, key.as_str())?,
        None => {}
    }
    Ok(())
}

/// Returns all values that stand in a cell at once, the one that plain readers see first; none for an empty cell.
pub fn current(doc: &impl ReadDoc, cell: &CellRef) -> Vec<Value> {
    match cell.find(doc) {
        Ok((map, key)) => layout::values_in(doc, &map, &key, cell.kind()),
        Err(_) => Vec::new(),
    }
}

/// Returns the edit that undoes this one; taken before `apply`.
pub fn inverse(doc: &impl ReadDoc, edit: &Edit) -> Edit {
    let cell = edit.cell();
    let previous = current(doc, &cell).into_iter().next();
    Edit::set(cell, previous)
}
