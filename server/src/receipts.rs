//! Receipts: when a row first said how its work goes, by the server's clock. The server writes them into the week's hub.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use automerge::{Automerge, AutomergeError, transaction::Transaction};
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
    /// Rows that have their receipt, as far as seen: most edits concern such a row.
    known: BTreeSet<(WeekNumber, RowId)>,
}

impl Receipts {
    /// Notes a row that was written at `now`, if it says something about its work.
    pub fn note(&mut self, week: WeekNumber, row: RowId, sheet: &Automerge, now: Millis) {
        let place = (week, row);
        if self.known.contains(&place) {
            return;
        }
        let row = place.1;
        let Some(stored) = sheet::read_row(sheet, &row) else {
            return;
        };
        if stored.cells.contains_key(&Column::Progress) {
            self.due.entry(week).or_default().entry(row).or_insert(now);
        }
    }

    /// The weeks that have receipts to be written.
    pub fn weeks(&self) -> Vec<WeekNumber> {
        self.due.keys().copied().collect()
    }

    /// Takes a week's receipts that its hub does not have yet.
    pub fn take(&mut self, week: WeekNumber, hub: &Automerge) -> BTreeMap<RowId, Timestamp> {
        let known = hub::read(hub).map(|hub| hub.receipts).unwrap_or_default();
        let due = self.due.remove(&week).unwrap_or_default();
        self.known.extend(
            known
                .keys()
                .chain(due.keys())
                .map(|row| (week, row.clone())),
        );
        let new = due.into_iter().filter(|(row, _)| !known.contains_key(row));
        new.filter_map(|(row, at)| Some((row, Timestamp::from_millisecond(at.0).ok()?)))
            .collect()
    }
}

/// Writes receipts into a week's hub.
pub fn write(
    week: WeekNumber,
    receipts: BTreeMap<RowId, Timestamp>,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    hub::write(
        &WeekHub {
            week,
            sheets: BTreeMap::new(),
            receipts,
            frozen: None,
        },
        tx,
    )
}

/// Writes into a week's hub that it is frozen.
pub fn freeze(
    week: WeekNumber,
    at: Timestamp,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    hub::write(
        &WeekHub {
            week,
            sheets: BTreeMap::new(),
            receipts: BTreeMap::new(),
            frozen: Some(at),
        },
        tx,
    )
}

#[cfg(test)]
mod tests {
    use diaodu_plan::{
        campaign::UnitId,
        edit::{self, Edit},
        fixture,
    };

    use super::*;

    const ROW: &str = "m01.s-hongying";

    fn sheet_with(column: Column, text: &str) -> Automerge {
        let campaign = fixture::campaign(fixture::SMALL);
        let rows = diaodu_plan::row::rows(&campaign, WeekNumber(1));
        let mut document = Automerge::new();
        let mut tx = document.transaction();
        sheet::create(
            &campaign,
            WeekNumber(1),
            &UnitId("s-hongying".into()),
            &rows,
            &mut tx,
        )
        .unwrap();
        let edit = Edit::typed(&RowId(ROW.into()), column, text, "").unwrap();
        edit::apply(&edit, &mut tx).unwrap();
        tx.commit();
        document
    }

    fn hub_with(receipts: BTreeMap<RowId, Timestamp>) -> Automerge {
        let mut document = Automerge::new();
        let mut tx = document.transaction();
        write(WeekNumber(1), receipts, &mut tx).unwrap();
        tx.commit();
        document
    }

    fn receipts_after(notes: &[(Column, &str, i64)]) -> Vec<i64> {
        let mut receipts = Receipts::default();
        for (column, text, now) in notes {
            receipts.note(
                WeekNumber(1),
                RowId(ROW.into()),
                &sheet_with(*column, text),
                Millis(*now),
            );
        }
        let taken = receipts.take(WeekNumber(1), &hub_with(BTreeMap::new()));
        taken.values().map(|at| at.as_millisecond()).collect()
    }

    #[test]
    fn the_first_progress_gets_the_receipt() {
        assert_eq!(
            receipts_after(&[
                (Column::Progress, "已排查", 5),
                (Column::Progress, "又排查", 9)
            ]),
            [5]
        );
    }

    #[test]
    fn a_row_without_progress_gets_none() {
        assert!(receipts_after(&[(Column::Remark, "备注", 5)]).is_empty());
    }

    #[test]
    fn a_receipt_is_never_written_twice() {
        let row = RowId(ROW.into());
        let hub = hub_with([(row.clone(), Timestamp::from_millisecond(1).unwrap())].into());
        let mut receipts = Receipts::default();
        for now in [5, 9] {
            receipts.note(
                WeekNumber(1),
                row.clone(),
                &sheet_with(Column::Progress, "已排查"),
                Millis(now),
            );
            assert!(receipts.take(WeekNumber(1), &hub).is_empty());
        }
    }
}
