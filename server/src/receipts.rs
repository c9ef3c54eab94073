//! Receipts: when a row first said how its work goes, by the server's clock. The server writes them into the week's hub.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use automerge::AutomergeError;
use automerge::transaction::Transaction;
use diaodu_plan::{
    campaign::WeekNumber,
    column::Column,
    layout::{
        hub::{self, WeekHub},
        sheet,
    },
    row::RowId,
};
use diaodu_sync::event::Millis;
use diaodu_wire::repo::DocumentId;
use jiff::Timestamp;

/// Rows that the gate let somebody write, until the loop looks at them.
#[derive(Debug, Default)]
pub struct Touched(RefCell<BTreeSet<(DocumentId, RowId)>>);

impl Touched {
    /// Notes a row.
    pub fn note(&self, sheet: DocumentId, row: &RowId) {
        self.0.borrow_mut().insert((sheet, row.clone()));
    }

    /// Takes what was noted.
    pub fn take(&self) -> BTreeSet<(DocumentId, RowId)> {
        self.0.take()
    }
}

/// Receipts to be written, by week.
#[derive(Debug, Default)]
pub struct Receipts {
    due: BTreeMap<WeekNumber, BTreeMap<RowId, Millis>>,
}

impl Receipts {
    /// Notes a row that was written at `now`, if it says something about its work.
    pub fn note(&mut self, week: WeekNumber, row: RowId, sheet: &automerge::Automerge, now: Millis) {
        let Some(stored) = sheet::read_row(sheet, &row) else { return };
        if stored.cells.contains_key(&Column::Progress) {
            self.due.entry(week).or_default().entry(row).or_insert(now);
        }
    }

    /// The weeks that have receipts to be written.
    pub fn weeks(&self) -> Vec<WeekNumber> {
        self.due.keys().copied().collect()
    }

    /// Takes a week's receipts that its hub does not have yet.
    pub fn take(&mut self, week: WeekNumber, hub: &automerge::Automerge) -> BTreeMap<RowId, Timestamp> {
        let known = hub::read(hub).map(|hub| hub.receipts).unwrap_or_default();
        let due = self.due.remove(&week).unwrap_or_default();
        let new = due.into_iter().filter(|(row, _)| !known.contains_key(row));
        new.filter_map(|(row, at)| Some((row, Timestamp::from_millisecond(at.0).ok()?))).collect()
    }
}

/// Writes receipts into a week's hub.
pub fn write(
    week: WeekNumber,
    receipts: BTreeMap<RowId, Timestamp>,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    hub::write(&WeekHub { week, sheets: BTreeMap::new(), receipts }, tx)
}
