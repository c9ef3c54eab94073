//! Carry-over: what last week's row offers to this week's. Offers only; a person takes it with one click.

use crate::{
    column::Column,
    layout::sheet::SheetRow,
    table,
    tally::Totals,
    value::{Status, Value},
};

/// What a measure that is done says in later weeks, unless somebody says more.
pub const CONSOLIDATING: &str = "已完成，巩固中";

/// What last week's row offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarryOver {
    /// Last week's 本周工作进展, to be shown beside the new one; empty where there is none.
    pub progress: String,
    /// The opening totals: what the server has written, else last week's totals.
    pub opening: Totals,
    /// What may be filled into cells that are still empty, in table order.
    pub offered: Vec<(Column, Value)>,
}

/// Compares this week's row with last week's.
pub fn carry_over(previous: &SheetRow, current: &SheetRow) -> CarryOver {
    let mut offered = Vec::new();
    let is_done =
        Status::from_word(&table::shown(&previous.cells, Column::Status)) == Some(Status::Done);
    if is_done {
        offered.push((Column::Progress, Value::Text(CONSOLIDATING.to_owned())));
        offered.push((Column::Status, Value::Text(Status::Done.word().to_owned())));
    }
    for column in [Column::Leader, Column::Owner, Column::Reporter] {
        let text = table::shown(&previous.cells, column);
        if !text.is_empty() {
            offered.push((column, Value::Text(text)));
        }
    }
    offered.retain(|(column, _)| table::shown(&current.cells, *column).is_empty());
    CarryOver {
        progress: table::shown(&previous.cells, Column::Progress),
        opening: table::opening(current, previous),
        offered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::sheet::Cells;

    fn row(cells: &[(Column, Value)]) -> SheetRow {
        let cells: Cells = cells
            .iter()
            .map(|(column, value)| (*column, vec![value.clone()]))
            .collect();
        SheetRow {
            cells,
            ..SheetRow::default()
        }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_done_measure_is_offered_as_done_and_persons_stay() {
        let previous = row(&[
            (Column::Progress, text("全部完成")),
            (Column::Status, text("已完成")),
            (Column::Owner, text("冯演示")),
            (Column::FoundWeek, Value::Count(3)),
            (Column::FoundTotal, Value::Count(30)),
            (Column::FixedWeek, Value::Count(2)),
        ]);
        let offer = carry_over(&previous, &row(&[(Column::Status, text("推进中"))]));
        assert_eq!(offer.progress, "全部完成");
        assert_eq!(
            offer.offered,
            [
                (Column::Progress, text(CONSOLIDATING)),
                (Column::Owner, text("冯演示"))
            ]
        );
        let totals = Totals {
            checked: None,
            found: Some(30),
            fixed: Some(2),
        };
        assert_eq!(offer.opening, totals);
    }

    #[test]
    fn what_the_server_wrote_at_the_freeze_stands() {
        let previous = row(&[(Column::FoundWeek, Value::Count(3))]);
        let mut current = row(&[]);
        current.before.found = Some(7);
        assert_eq!(carry_over(&previous, &current).opening.found, Some(7));
    }

    #[test]
    fn an_open_measure_offers_no_text() {
        let previous = row(&[
            (Column::Progress, text("推进")),
            (Column::Status, text("推进中")),
        ]);
        assert_eq!(carry_over(&previous, &row(&[])).offered, []);
    }
}
