//! Carry-over: what last week's row offers to this week's. Offers only; a person takes it with one click.
//! And totals, carried through weeks that the server has not written the opening totals of.

use std::collections::BTreeMap;

use crate::{
    column::Column,
    layout::sheet::{Sheet, SheetRow},
    row::RowId,
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

/// What a unit's rows come to by the end of a week: those that count anything.
pub type Carried = BTreeMap<RowId, Totals>;

/// Returns what the rows of a week come to, after weeks that came to `before`.
pub fn carry(before: &Carried, sheet: &Sheet) -> Carried {
    let nothing = Totals::default();
    let totals = sheet.rows.iter().map(|(row, stored)| {
        let before = before.get(row).unwrap_or(&nothing);
        let opening = table::opening_after(stored, before);
        (row.clone(), table::totals_after(stored, &opening))
    });
    totals.filter(|(_, totals)| *totals != nothing).collect()
}

/// Gives the rows of a week the opening totals that the server has not written yet, after weeks that came to `before`.
pub fn take_over(before: &Carried, sheet: &mut Sheet) {
    for (row, stored) in &mut sheet.rows {
        if let Some(before) = before.get(row) {
            stored.before = table::opening_after(stored, before);
        }
    }
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
    use crate::{layout::sheet::Cells, rehearsal::Dice, tally::Tally};

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

    /// A sheet of some of ten rows: counts of the week, typed totals and written opening totals, each now and then.
    fn drawn(dice: &mut Dice) -> Sheet {
        let mut sheet = Sheet::default();
        for number in 0..10 {
            if dice.throw(8) == 0 {
                continue;
            }
            let mut stored = SheetRow::default();
            for tally in Tally::ALL {
                let week = (dice.throw(2) == 0).then(|| dice.throw(100));
                let total = (dice.throw(8) == 0).then(|| dice.throw(1_000));
                let columns = [(tally.week_column(), week), (tally.total_column(), total)];
                for (column, count) in columns {
                    let values = count.into_iter().map(Value::Count);
                    stored.cells.insert(column, values.collect());
                }
                let before = (dice.throw(12) == 0).then(|| dice.throw(1_000));
                stored.before.set(tally, before);
            }
            sheet.rows.insert(RowId(format!("m{number:02}.u")), stored);
        }
        sheet
    }

    #[test]
    fn totals_carried_alone_are_those_of_whole_sheets_carried_week_by_week() {
        for seed in 0..500 {
            let mut dice = Dice(seed);
            let weeks: Vec<Sheet> = (0..12).map(|_| drawn(&mut dice)).collect();
            let mut whole = Sheet::default();
            let mut carried = Carried::default();
            for (index, week) in weeks.iter().enumerate() {
                let mut sheet = week.clone();
                for (row, stored) in &mut sheet.rows {
                    if let Some(previous) = whole.rows.get(row) {
                        stored.before = table::opening(stored, previous);
                    }
                }
                whole = sheet;
                let mut taken = week.clone();
                take_over(&carried, &mut taken);
                assert_eq!(taken, whole, "seed {seed}, week {}", index + 1);
                carried = carry(&carried, week);
            }
        }
    }
}
