//! Which cells of the week carry comments.

use std::collections::{BTreeMap, BTreeSet};

use diaodu_plan::{campaign::UnitId, column::Column, row::RowId};

use super::{Table, WeekStore};
use crate::grid::model::{Commented, RowContent};

impl WeekStore {
    /// Takes the marks of a unit's rows as they stand now.
    pub fn take_marks(&self, unit: &UnitId, marks: BTreeMap<(RowId, Column), Commented>) {
        let touched: BTreeSet<RowId> = {
            let mut table = self.table();
            let before = table
                .commented
                .insert(unit.clone(), marks)
                .unwrap_or_default();
            let after = &table.commented[unit];
            let changed = after
                .iter()
                .filter(|(cell, mark)| before.get(*cell) != Some(*mark));
            let gone = before.keys().filter(|cell| !after.contains_key(*cell));
            changed
                .map(|(cell, _)| cell)
                .chain(gone)
                .map(|(row, _)| row.clone())
                .collect()
        };
        self.refresh(Some(&touched));
    }

    /// Takes all marks away: another week is opened.
    pub fn forget_marks(&self) {
        let touched: BTreeSet<RowId> = {
            let mut table = self.table();
            let gone = std::mem::take(&mut table.commented);
            gone.into_values()
                .flat_map(BTreeMap::into_keys)
                .map(|(row, _)| row)
                .collect()
        };
        self.refresh(Some(&touched));
    }
}

impl Table {
    pub(super) fn with_marks(&self, id: &RowId, mut content: RowContent) -> RowContent {
        let marks = id.unit().and_then(|unit| self.commented.get(&unit));
        for ((_, column), mark) in marks
            .into_iter()
            .flatten()
            .filter(|((row, _), _)| row == id)
        {
            let place = self.order.columns.iter().position(|each| each == column);
            if let Some(cell) = place.and_then(|place| content.cells.get_mut(place)) {
                cell.commented = Some(*mark);
            }
        }
        content
    }
}
