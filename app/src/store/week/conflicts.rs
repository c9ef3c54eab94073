//! In which cells of the week several values stand at once.

use std::{collections::BTreeSet, sync::Arc};

use diaodu_plan::{column::Column, row::RowId};
use leptos::prelude::*;

use super::{Table, WeekStore};
use crate::store::row::columns;

/// A cell with several values as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedConflict {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// The row in words.
    pub label: String,
    /// The column in words.
    pub title: String,
    /// What stands there, in words.
    pub values: Vec<String>,
}

impl WeekStore {
    /// Looks at rows that have changed. `None`: at all.
    pub(super) fn note_conflicts(&self, touched: Option<&BTreeSet<RowId>>) {
        let found = {
            let mut table = self.table();
            let all: Vec<RowId>;
            let touched: Vec<&RowId> = match touched {
                Some(touched) => touched.iter().collect(),
                None => {
                    table.conflicts.clear();
                    all = table.rows.keys().cloned().collect();
                    all.iter().collect()
                }
            };
            for id in touched {
                let columns = table.conflicts_in(id);
                if columns.is_empty() {
                    table.conflicts.remove(id);
                } else {
                    table.conflicts.insert(id.clone(), columns);
                }
            }
            table.conflicts_listed()
        };
        if **self.conflicts.read_untracked() != found {
            self.conflicts.set(Arc::new(found));
        }
    }

    /// Lists them in words.
    pub fn listed_conflicts(&self) -> Vec<ListedConflict> {
        let table = self.table();
        let titles = columns(table.language);
        let listed = table.conflicts_listed().into_iter();
        let listed = listed.filter_map(|(row, column)| {
            let joined = table.joined(&row)?;
            let title = titles.iter().find(|spec| spec.id == column.id())?;
            Some(ListedConflict {
                label: table.label(&row)?,
                title: title.full_title(),
                values: joined
                    .cell(column)
                    .values
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                row,
                column,
            })
        });
        listed.collect()
    }
}

impl Table {
    fn conflicts_in(&self, id: &RowId) -> Vec<Column> {
        let (Some((_, row)), Some(stored)) = (self.rows.get(id), self.stored.get(id)) else {
            return Vec::new();
        };
        let several = stored.cells.iter().filter(|(_, values)| values.len() > 1);
        // What is no column of the table is nothing to choose there.
        let several = several
            .map(|(column, _)| *column)
            .filter(|column| !Column::BESIDE.contains(column));
        let reporter = stored
            .cells
            .get(&Column::Reporter)
            .and_then(|values| values.first());
        let reporter = reporter.map(ToString::to_string).unwrap_or_default();
        let card = self.cards.get(&row.unit);
        let has_phones = card.is_some_and(|card| card.phones_of(&reporter).len() > 1);
        several.chain(has_phones.then_some(Column::Phone)).collect()
    }

    fn conflicts_listed(&self) -> Vec<(RowId, Column)> {
        let mut found: Vec<(usize, RowId, Column)> = Vec::new();
        for (id, columns) in &self.conflicts {
            let Some((number, _)) = self.rows.get(id) else {
                continue;
            };
            found.extend(columns.iter().map(|column| (*number, id.clone(), *column)));
        }
        found.sort();
        found
            .into_iter()
            .map(|(_, id, column)| (id, column))
            .collect()
    }
}

/// Returns the cell with several values after this one, or before it, round at both ends.
pub fn neighbour(
    found: &[(RowId, Column)],
    order: &[String],
    from: Option<(&RowId, Column)>,
    is_next: bool,
) -> Option<(RowId, Column)> {
    let at = |row: &RowId| {
        order
            .iter()
            .position(|id| *id == row.0)
            .unwrap_or(usize::MAX)
    };
    let mut sorted: Vec<_> = found
        .iter()
        .map(|(row, column)| (at(row), row, *column))
        .collect();
    sorted.sort();
    let here = from.map(|(row, column)| (at(row), row, column));
    let taken = match (here, is_next) {
        (None, true) => sorted.first(),
        (None, false) => sorted.last(),
        (Some(here), true) => sorted.iter().find(|each| **each > here).or(sorted.first()),
        (Some(here), false) => sorted
            .iter()
            .rev()
            .find(|each| **each < here)
            .or(sorted.last()),
    };
    taken.map(|(_, row, column)| ((*row).clone(), *column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cells_with_several_values_are_come_to_in_both_directions() {
        let cell = |row: &str, column| (RowId(row.to_owned()), column);
        let found = [
            cell("a", Column::Progress),
            cell("a", Column::Remark),
            cell("b", Column::Progress),
        ];
        let order = ["b".to_owned(), "c".to_owned(), "a".to_owned()];
        let mut here = None;
        let mut come_to = Vec::new();
        for _ in 0..4 {
            let from = here
                .as_ref()
                .map(|(row, column): &(RowId, Column)| (row, *column));
            here = neighbour(&found, &order, from, true);
            come_to.push(here.clone().expect("there is one"));
        }
        assert_eq!(
            come_to,
            [
                found[2].clone(),
                found[0].clone(),
                found[1].clone(),
                found[2].clone()
            ]
        );
        let elsewhere = cell("c", Column::Problem);
        let from = Some((&elsewhere.0, elsewhere.1));
        assert_eq!(
            neighbour(&found, &order, from, true),
            Some(found[0].clone())
        );
        assert_eq!(
            neighbour(&found, &order, from, false),
            Some(found[2].clone())
        );
        assert_eq!(neighbour(&[], &order, from, true), None);
    }
}
