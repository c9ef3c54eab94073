//! What a row held in the week before: shown beside this week's, and offered where it goes on.

use diaodu_plan::{
    carry::carry_over, column::Column, layout::sheet::SheetRow, permission::judge_cell, row::RowId,
    tally::Tally,
};
use leptos::prelude::Update;

use super::WeekStore;

/// A row as the week before left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWeek {
    /// What stood in the column that is being looked at; empty for nothing.
    pub text: String,
    /// What this week's totals begin with.
    pub opening: Vec<(Tally, u64)>,
    /// What may be filled into cells that are still empty, and that the person may write.
    pub offered: Vec<(Column, String)>,
}

impl WeekStore {
    /// Takes rows as the week before left them.
    pub fn take_previous(&self, rows: impl IntoIterator<Item = (RowId, SheetRow)>) {
        self.table().previous.extend(rows);
        self.news.update(|times| *times = times.wrapping_add(1));
    }

    /// Returns what the week before had; `None` where it has no such row, or its sheet is not here.
    pub fn last_week(&self, id: &RowId, column: Column) -> Option<LastWeek> {
        let table = self.table();
        let previous = table.previous.get(id)?;
        let (_, row) = table.rows.get(id)?;
        let (person, campaign) = (table.person.as_ref()?, table.campaign.as_ref()?);
        let nothing = SheetRow::default();
        let current = table.stored.get(id).unwrap_or(&nothing);
        let carried = carry_over(previous, current);
        let is_open = |column: Column| {
            table.here.contains(&row.unit)
                && !table.drafts.contains_key(&(id.clone(), column))
                && judge_cell(person, row, column, campaign, table.state).is_ok()
        };
        let offered = carried.offered.into_iter();
        let offered = offered.filter(|(column, _)| is_open(*column));
        let stood = previous
            .cells
            .get(&column)
            .and_then(|values| values.first());
        let opening = Tally::ALL.into_iter();
        Some(LastWeek {
            text: stood.map(ToString::to_string).unwrap_or_default(),
            opening: opening
                .filter_map(|tally| Some((tally, carried.opening.get(tally)?)))
                .collect(),
            offered: offered
                .map(|(column, value)| (column, value.to_string()))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diaodu_plan::{
        campaign::{UnitId, WeekNumber},
        fixture,
        permission::{AccountRole, Author, WeekState},
        value::Value,
    };

    use super::*;
    use crate::store::week::Opening;

    const ROW: &str = "m01.u-a";

    fn week(unit: &str, state: WeekState) -> WeekStore {
        let table = "unit u-a office 甲办\nunit u-b department 乙局\naction 行动\nmeasure lead=u-a";
        let store = WeekStore::new();
        store.open(Opening {
            campaign: Arc::new(fixture::campaign(table)),
            week: WeekNumber(2),
            person: Author {
                account: "甲".to_owned(),
                unit: UnitId(unit.to_owned()),
                role: AccountRole::Unit,
            },
            state,
        });
        store
    }

    fn row(cells: &[(Column, &str)]) -> [(RowId, SheetRow); 1] {
        let cells = cells.iter().map(|(column, text)| {
            let value = Value::Text((*text).to_owned());
            (*column, vec![value])
        });
        let row = SheetRow {
            cells: cells.collect(),
            ..SheetRow::default()
        };
        [(RowId(ROW.to_owned()), row)]
    }

    const DONE: [(Column, &str); 3] = [
        (Column::Progress, "巡查十二处"),
        (Column::Status, "已完成"),
        (Column::Owner, "冯演示"),
    ];

    fn last_week(store: &WeekStore) -> Option<LastWeek> {
        store.last_week(&RowId(ROW.to_owned()), Column::Progress)
    }

    #[test]
    fn last_week_is_shown_and_offers_only_what_is_empty_and_open() {
        let store = week("u-a", WeekState::Open);
        assert_eq!(last_week(&store), None);
        store.take_rows(&UnitId("u-a".to_owned()), row(&[(Column::Owner, "新人")]));
        store.take_previous(row(&DONE));
        let found = last_week(&store).expect("its sheet is here");
        assert_eq!(found.text, "巡查十二处");
        let offered: Vec<Column> = found.offered.iter().map(|(column, _)| *column).collect();
        assert_eq!(offered, [Column::Progress, Column::Status]);
        assert_eq!(found.offered[0].1, "已完成，巩固中");
    }

    #[test]
    fn nothing_is_offered_where_the_person_may_not_write() {
        for store in [week("u-b", WeekState::Open), week("u-a", WeekState::Frozen)] {
            store.take_rows(&UnitId("u-a".to_owned()), row(&[]));
            store.take_previous(row(&DONE));
            assert_eq!(last_week(&store).expect("its sheet is here").offered, []);
        }
    }

    #[test]
    fn a_report_nearly_like_last_week_s_is_pointed_out() {
        let store = week("u-a", WeekState::Open);
        let text = "已巡查道路十二条，清理垃圾三车，约谈商户五家";
        store.take_rows(
            &UnitId("u-a".to_owned()),
            row(&[(Column::Progress, text), (Column::Problem, "无")]),
        );
        assert!(store.reports()[0].findings.is_empty());
        store.take_previous(row(&[(Column::Progress, text)]));
        let found = &store.reports()[0].findings;
        assert!(
            found.iter().any(|(_, sentence)| sentence.contains("上周")),
            "{found:?}"
        );
    }
}
