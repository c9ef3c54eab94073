//! What rows begin the week with where their sheet does not say it: the weeks before are not frozen, and are not on this page.

use std::collections::BTreeMap;

use diaodu_plan::{
    layout::sheet::SheetRow,
    row::RowId,
    tally::{Tally, Totals},
};
use diaodu_wire::http::week::Opening;
use leptos::prelude::Update;

use super::{Table, WeekStore};
use crate::store::history::PastTable;

impl WeekStore {
    /// Takes what the server has computed: of these rows, and of no others.
    ///
    /// Result: whether that is new.
    pub fn take_openings(&self, openings: BTreeMap<RowId, Opening>) -> bool {
        {
            let mut table = self.table();
            if table.openings == openings {
                return false;
            }
            table.openings = openings;
            let rows: Vec<RowId> = table.stored.keys().cloned().collect();
            for id in rows {
                let begun = table.begun(&id);
                if let Some(stored) = table.stored.get_mut(&id) {
                    stored.before = begun;
                }
            }
        }
        self.news.update(|times| *times = times.wrapping_add(1));
        self.refresh(None);
        true
    }
}

impl Table {
    /// Takes a row as its sheet has it.
    pub(super) fn take_stored(&mut self, id: RowId, mut row: SheetRow) {
        self.said.insert(id.clone(), row.before);
        row.before = self.begun(&id);
        self.stored.insert(id, row);
    }

    /// Lets the rows of the past begin the week.
    pub(super) fn begin(&self, past: &mut PastTable) {
        for (id, row) in &mut past.stored {
            row.before = match &past.begun {
                Some(begun) => begun.get(id).copied().unwrap_or(row.before),
                None => self.begun_where(id, row.before),
            };
        }
    }

    fn begun(&self, id: &RowId) -> Totals {
        self.begun_where(id, self.said.get(id).copied().unwrap_or_default())
    }

    /// What was computed holds where the sheet says what it said then.
    fn begun_where(&self, id: &RowId, said: Totals) -> Totals {
        match self.openings.get(id) {
            Some(opening) if totals(&opening.stored) == said => totals(&opening.before),
            Some(_) | None => said,
        }
    }
}

fn totals(counts: &[Option<u64>; 3]) -> Totals {
    let mut totals = Totals::default();
    for (tally, count) in Tally::ALL.into_iter().zip(counts) {
        totals.set(tally, *count);
    }
    totals
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diaodu_plan::{
        campaign::{UnitId, WeekNumber},
        column::Column,
        fixture,
        permission::{AccountRole, Author, WeekState},
        value::Value,
    };

    use super::*;
    use crate::store::week;

    const ROW: &str = "m01.u-a";

    fn store() -> WeekStore {
        let table = "unit u-a office 甲办\naction 行动\nmeasure lead=u-a";
        let store = WeekStore::new();
        store.open(week::Opening {
            campaign: Arc::new(fixture::campaign(table)),
            week: WeekNumber(2),
            person: Author {
                account: "甲".to_owned(),
                unit: UnitId("u-a".to_owned()),
                role: AccountRole::Unit,
            },
            state: WeekState::Open,
        });
        store
    }

    fn take(store: &WeekStore, found: u64, before: Option<u64>) {
        let mut row = SheetRow::default();
        let counts = vec![Value::Count(found)];
        row.cells.insert(Column::FoundWeek, counts);
        row.before.found = before;
        store.take_rows(&UnitId("u-a".to_owned()), [(RowId(ROW.to_owned()), row)]);
    }

    fn told(before: Option<u64>, stored: Option<u64>) -> BTreeMap<RowId, Opening> {
        let opening = Opening {
            before: [None, before, None],
            stored: [None, stored, None],
        };
        [(RowId(ROW.to_owned()), opening)].into()
    }

    fn total(store: &WeekStore) -> String {
        let row = store.joined(&RowId(ROW.to_owned()));
        let cell = row.map(|row| row.cell(Column::FoundTotal).text.clone());
        cell.unwrap_or_default()
    }

    #[test]
    fn a_total_goes_on_from_weeks_that_are_not_frozen() {
        let store = store();
        take(&store, 2, None);
        assert_eq!(total(&store), "2");
        store.take_openings(told(Some(5), None));
        assert_eq!(total(&store), "7");
        take(&store, 3, None);
        assert_eq!(total(&store), "8", "typed on");
        take(&store, 3, Some(6));
        assert_eq!(total(&store), "9", "the week before was frozen meanwhile");
        store.take_openings(BTreeMap::new());
        assert_eq!(total(&store), "9");
    }

    #[test]
    fn the_past_begins_with_what_its_snapshot_keeps() {
        let store = store();
        store.take_openings(told(Some(5), None));
        take(&store, 3, None);
        let past = |begun: Option<u64>| {
            let row = store.table().stored.get(&RowId(ROW.to_owned())).cloned();
            let mut row = row.unwrap_or_default();
            row.before = Totals::default();
            let totals = |found| totals(&[None, Some(found), None]);
            PastTable {
                stored: [(RowId(ROW.to_owned()), row)].into(),
                begun: begun.map(|found| [(RowId(ROW.to_owned()), totals(found))].into()),
                ..PastTable::default()
            }
        };
        let shown = |past: PastTable| {
            store.show_past(Some(past));
            let table = store.table();
            let past = table.past.as_ref();
            let row = past.and_then(|past| table.joined_past(past, &RowId(ROW.to_owned())));
            row.map(|row| row.cell(Column::FoundTotal).text.clone())
        };
        assert_eq!(shown(past(Some(2))).as_deref(), Some("5"), "at a snapshot");
        assert_eq!(shown(past(None)).as_deref(), Some("8"), "between them");
        let kept_nothing = PastTable {
            begun: Some(BTreeMap::new()),
            ..past(None)
        };
        assert_eq!(
            shown(kept_nothing).as_deref(),
            Some("3"),
            "the sheet says it"
        );
    }

    #[test]
    fn what_came_before_its_sheet_holds_too() {
        let store = store();
        store.take_openings(told(Some(5), Some(4)));
        take(&store, 2, Some(4));
        assert_eq!(total(&store), "7");
        store.take_openings(BTreeMap::new());
        assert_eq!(total(&store), "6");
    }
}
