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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{campaign::Campaign, fixture, layout::card, rehearsal};

    fn campaign() -> Campaign {
        fixture::campaign(fixture::SMALL)
    }

    fn hongying() -> UnitId {
        UnitId("s-hongying".to_owned())
    }

    fn typed(column: Column, text: &str) -> Edit {
        Edit::typed(&RowId("m01.s-hongying".to_owned()), column, text, "冯演示").unwrap()
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_cell_is_filled_changed_and_emptied() {
        let mut doc = rehearsal::sheet_of(&campaign(), &hongying());
        for (input, expected) in [
            ("甲", vec![text("甲")]),
            ("乙", vec![text("乙")]),
            ("", vec![]),
        ] {
            let edit = typed(Column::Progress, input);
            assert!(rehearsal::perform(&mut doc, &edit).unwrap());
            assert_eq!(current(&doc, &edit.cell()), expected);
        }
    }

    #[test]
    fn nothing_is_written_when_nothing_changes() {
        let mut doc = rehearsal::sheet_of(&campaign(), &hongying());
        assert!(!rehearsal::perform(&mut doc, &typed(Column::Problem, "")).unwrap());
        assert!(rehearsal::perform(&mut doc, &typed(Column::FoundWeek, "3")).unwrap());
        assert!(!rehearsal::perform(&mut doc, &typed(Column::FoundWeek, "３")).unwrap());
    }

    #[test]
    fn two_values_of_one_moment_are_both_kept_until_somebody_chooses() {
        let mut ours = rehearsal::sheet_of(&campaign(), &hongying());
        let mut theirs = rehearsal::desk(&ours, 9);
        rehearsal::perform(&mut ours, &typed(Column::Progress, "甲")).unwrap();
        rehearsal::perform(&mut theirs, &typed(Column::Progress, "乙")).unwrap();
        ours.merge(&mut theirs).unwrap();
        theirs.merge(&mut ours).unwrap();
        let cell = typed(Column::Progress, "").cell();
        let both = current(&ours, &cell);
        assert_eq!(
            both,
            current(&theirs, &cell),
            "both desks show the same value first"
        );
        assert_eq!(both.len(), 2);
        let plain = layout::text_in(
            &ours,
            &sheet::row_map(&ours, &RowId("m01.s-hongying".to_owned())).unwrap(),
            "progress",
        );
        assert_eq!(
            plain,
            Some(both[0].to_string()),
            "plain readers see the first"
        );
        let choice = Edit::set(cell.clone(), both.first().cloned());
        assert!(
            rehearsal::perform(&mut ours, &choice).unwrap(),
            "choosing the one shown settles it"
        );
        assert_eq!(current(&ours, &cell), both[..1]);
    }

    #[test]
    fn equal_values_of_one_moment_are_no_conflict() {
        let mut ours = rehearsal::sheet_of(&campaign(), &hongying());
        let mut theirs = rehearsal::desk(&ours, 9);
        let edit = typed(Column::FixedWeek, "4");
        rehearsal::perform(&mut ours, &edit).unwrap();
        rehearsal::perform(&mut theirs, &edit).unwrap();
        ours.merge(&mut theirs).unwrap();
        assert_eq!(current(&ours, &edit.cell()), [Value::Count(4)]);
        assert!(!rehearsal::perform(&mut ours, &edit).unwrap());
    }

    #[test]
    fn undo_brings_back_what_stood_there() {
        let mut doc = rehearsal::sheet_of(&campaign(), &hongying());
        rehearsal::perform(&mut doc, &typed(Column::Remark, "旧")).unwrap();
        let edit = typed(Column::Remark, "新");
        let undo = inverse(&doc, &edit);
        rehearsal::perform(&mut doc, &edit).unwrap();
        let redo = inverse(&doc, &undo);
        rehearsal::perform(&mut doc, &undo).unwrap();
        assert_eq!(current(&doc, &edit.cell()), [text("旧")]);
        assert_eq!(redo, edit);
    }

    #[test]
    fn a_telephone_goes_to_the_card_of_the_rows_unit() {
        let mut doc = rehearsal::card_of(&hongying());
        let edit = typed(Column::Phone, "0375-0000069");
        assert_eq!(
            edit.cell().address(),
            (
                vec!["entries".to_owned()],
                "reporter:冯演示/phone".to_owned()
            )
        );
        assert_eq!(edit.cell().unit(), Some(hongying()));
        rehearsal::perform(&mut doc, &edit).unwrap();
        assert_eq!(
            card::read(&doc).phones_of(" 冯演示\n"),
            [text("0375-0000069")]
        );
        assert!(card::read(&doc).phones_of("别人").is_empty());
        assert_eq!(Edit::set(edit.cell(), Some(text("0375-0000069"))), edit);
    }

    #[test]
    fn a_row_that_names_nobody_shows_the_units_telephone() {
        let mut doc = rehearsal::card_of(&hongying());
        let row = RowId("m01.s-hongying".to_owned());
        let edit = Edit::typed(&row, Column::Phone, "0375-1", "").unwrap();
        rehearsal::perform(&mut doc, &edit).unwrap();
        assert_eq!(edit.cell().address().1, "unit/phone");
        assert_eq!(card::read(&doc).phones_of("  "), [text("0375-1")]);
    }

    #[test]
    fn an_edit_that_has_no_place_writes_nothing() {
        let mut doc = rehearsal::sheet_of(&campaign(), &hongying());
        let strayed =
            Edit::typed(&RowId("m01.s-donganlu".to_owned()), Column::Remark, "x", "").unwrap();
        assert!(matches!(
            rehearsal::perform(&mut doc, &strayed),
            Err(EditError::NoRow(_))
        ));
        let row = RowId("m01.s-hongying".to_owned());
        let derived = Edit::SetCell {
            row,
            column: Column::FixRate,
            value: Some(text("70%")),
        };
        assert!(matches!(
            rehearsal::perform(&mut doc, &derived),
            Err(EditError::NotStored(Column::FixRate))
        ));
        let phone = typed(Column::Phone, "1");
        assert!(matches!(
            rehearsal::perform(&mut doc, &phone),
            Err(EditError::NoEntries)
        ));
    }
}
