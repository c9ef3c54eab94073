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

/// What rows come to by the end of a week, or begin the next with: those that count anything.
pub type Carried = BTreeMap<RowId, Totals>;

/// Returns what rows begin a week with by the word of its sheet alone.
pub fn openings(sheet: &Sheet) -> Carried {
    let openings = sheet.rows.iter();
    let openings = openings.map(|(row, stored)| (row.clone(), stored.before));
    counting(openings.collect())
}

/// Returns what rows come to by the end of a week that they began with `before`, whatever its sheets say that they began it with:
/// what was written there at a freeze may have been corrected since. A row that the week does not have keeps what it came to.
pub fn carry<'a>(before: &Carried, sheets: impl IntoIterator<Item = &'a Sheet>) -> Carried {
    let nothing = Totals::default();
    let mut after = before.clone();
    for (row, stored) in sheets.into_iter().flat_map(|sheet| &sheet.rows) {
        let opening = before.get(row).unwrap_or(&nothing);
        after.insert(row.clone(), table::totals_after(stored, opening));
    }
    counting(after)
}

/// Lets the rows of a week begin with what the weeks before came to, whatever its sheet says.
pub fn take_over(before: &Carried, sheet: &mut Sheet) {
    for (row, stored) in &mut sheet.rows {
        stored.before = before.get(row).copied().unwrap_or_default();
    }
}

/// Lets these rows begin a week so; the others begin it by the word of their sheet.
pub fn take_some_over(openings: &Carried, sheet: &mut Sheet) {
    for (row, stored) in &mut sheet.rows {
        if let Some(opening) = openings.get(row) {
            stored.before = *opening;
        }
    }
}

/// Returns the rows that do not begin a week by the word of its sheet, after weeks that came to `before`.
pub fn differing(before: &Carried, sheet: &Sheet) -> Carried {
    let rows = sheet.rows.iter().filter_map(|(row, stored)| {
        let opening = before.get(row).copied().unwrap_or_default();
        (opening != stored.before).then(|| (row.clone(), opening))
    });
    rows.collect()
}

fn counting(mut carried: Carried) -> Carried {
    carried.retain(|_, totals| *totals != Totals::default());
    carried
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
            let mut whole = Carried::default();
            let mut carried = openings(&weeks[0]);
            for (index, week) in weeks.iter().enumerate() {
                // The first begins as its sheet says, each other with what the rows came to when they were last there.
                let mut sheet = week.clone();
                for (row, stored) in sheet.rows.iter_mut().filter(|_| index > 0) {
                    stored.before = whole.get(row).copied().unwrap_or_default();
                }
                let mut taken = week.clone();
                take_over(&carried, &mut taken);
                assert_eq!(taken, sheet, "seed {seed}, week {}", index + 1);
                let mut some = week.clone();
                take_some_over(&differing(&carried, week), &mut some);
                assert_eq!(some, sheet, "seed {seed}, week {}", index + 1);
                let totals = sheet.rows.iter();
                whole.extend(totals.map(|(row, stored)| (row.clone(), table::totals(stored))));
                carried = carry(&carried, [week]);
                let expected = counting(whole.clone());
                assert_eq!(carried, expected, "seed {seed}, week {}", index + 1);
            }
        }
    }

    #[test]
    fn what_is_corrected_in_an_early_week_is_carried_over_what_a_later_one_was_frozen_with() {
        let week = |found: u64, before: Option<u64>| {
            let mut stored = row(&[(Column::FoundWeek, Value::Count(found))]);
            stored.before.found = before;
            let rows = [(RowId("m01.u".to_owned()), stored)];
            Sheet { rows: rows.into() }
        };
        // 5 stood in the first week when the second was frozen, and is 7 by now.
        let weeks = [week(7, None), week(2, Some(5))];
        let carried = weeks
            .iter()
            .fold(Carried::default(), |before, week| carry(&before, [week]));
        assert_eq!(carried[&RowId("m01.u".to_owned())].found, Some(9));
    }
}
