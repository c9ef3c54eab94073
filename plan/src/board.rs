//! The board: who has reported what, by unit, lead, street or special action, measure by measure. Computed, never stored.

use jiff::Timestamp;

use crate::{
    campaign::{Campaign, UnitId},
    report::Timeliness,
    row::{Duty, Row},
    summary::{self, Figured, Figures},
};

/// What a line of the board stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// A unit, with its rows.
    Unit,
    /// A lead, with all rows of its measures.
    Lead,
    /// A street, with its rows.
    Street,
    /// A special action.
    Action,
}

/// A line of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// Of the unit; of an action its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The worst of its 应报 rows; `None` where it owes none.
    pub mark: Option<Timeliness>,
    /// When its last 应报 row was reported; `None` while one is missing, or where it owes none.
    pub complete: Option<Timestamp>,
    /// All its rows.
    pub figures: Figures,
    /// Its rows by measure, in plan order; `None` where it has none.
    pub cells: Vec<Option<Figures>>,
}

/// Returns the lines of the board, in plan order; groups without rows are left out.
///
/// `rows`: those that the reader may see.
pub fn lines(campaign: &Campaign, rows: &[Figured], grouping: Grouping) -> Vec<BoardLine> {
    let units = || campaign.active_units();
    let line = |id: String, name: &str, is_meant: &dyn Fn(&Row) -> bool| {
        let meant: Vec<&Figured> = rows.iter().filter(|row| is_meant(&row.row)).collect();
        line(campaign, id, name, &meant)
    };
    let of_unit = |id: &UnitId, name: &str| line(id.0.clone(), name, &|row| row.unit == *id);
    match grouping {
        Grouping::Unit => units()
            .filter_map(|unit| of_unit(&unit.id, &unit.name))
            .collect(),
        Grouping::Street => units()
            .filter(|unit| unit.is_street())
            .filter_map(|unit| of_unit(&unit.id, &unit.name))
            .collect(),
        Grouping::Lead => units()
            .filter_map(|unit| {
                let is_led = |row: &Row| summary::is_led_by(campaign, row, &unit.id);
                line(unit.id.0.clone(), &unit.name, &is_led)
            })
            .collect(),
        Grouping::Action => campaign
            .actions
            .iter()
            .filter_map(|action| {
                let is_of = |row: &Row| {
                    let measure = campaign.measure(row.measure);
                    measure.is_some_and(|measure| measure.action == action.number)
                };
                line(action.number.to_string(), &action.title, &is_of)
            })
            .collect(),
    }
}

fn line(campaign: &Campaign, id: String, name: &str, rows: &[&Figured]) -> Option<BoardLine> {
    if rows.is_empty() {
        return None;
    }
    let sum = |rows: &mut dyn Iterator<Item = &&Figured>| {
        rows.fold(None, |sum: Option<Figures>, row| {
            let mut sum = sum.unwrap_or_default();
            sum.add(row);
            Some(sum)
        })
    };
    let owed = || rows.iter().filter(|row| row.row.duty == Duty::Owed);
    let receipts: Option<Vec<Timestamp>> = owed().map(|row| row.receipt).collect();
    let cells = campaign.measures.iter().map(|measure| {
        let of_measure = |row: &&&Figured| row.row.measure == measure.number;
        sum(&mut rows.iter().filter(of_measure))
    });
    Some(BoardLine {
        id,
        name: name.to_owned(),
        mark: owed().map(|row| row.state.timeliness).max(),
        complete: receipts.and_then(|receipts| receipts.into_iter().max()),
        figures: sum(&mut rows.iter())?,
        cells: cells.collect(),
    })
}

/// Puts the punctual first: by the worst mark, then the missing, the late, and when everything had arrived. Equals stay in plan
/// order; who owes nothing comes last.
pub fn rank(lines: &mut [BoardLine]) {
    lines.sort_by_key(|line| {
        let due = line.figures.due;
        let mark = (line.mark.is_none(), line.mark);
        (mark, due.missing, due.late, line.complete)
    });
}

/// Returns the lines that have 应报 rows missing; 协助 is never missing.
pub fn missing(lines: &[BoardLine]) -> impl Iterator<Item = (&BoardLine, usize)> {
    let missing = lines
        .iter()
        .map(|line| (line, line.figures.due.missing));
    missing.filter(|(_, count)| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        campaign::WeekNumber,
        fixture,
        layout::sheet::SheetRow,
        report::Standing,
        row::{RowId, rows},
        summary::{Line, figure},
    };

    /// `ROW CLOCK` lines, the clock of Friday of week 2.
    fn figured(table: &str) -> (Campaign, Vec<Figured>) {
        let campaign = fixture::campaign(fixture::SMALL);
        let rows = rows(&campaign, WeekNumber(2));
        let standing = |row: &RowId| {
            let said = table.lines().find_map(|line| line.split_once(' ').filter(|(id, _)| *id == row.0));
            Standing {
                receipt: said.map(|(_, at)| format!("2021-04-16T{at}+08:00").parse().unwrap()),
                ..Standing::default()
            }
        };
        let standings: Vec<Standing> = rows.iter().map(|row| standing(&row.id)).collect();
        let nothing = SheetRow::default();
        let lines: Vec<Line<'_>> = rows
            .iter()
            .zip(&standings)
            .map(|(row, standing)| Line {
                row,
                standing,
                stored: &nothing,
                previous: None,
            })
            .collect();
        let figured = figure(campaign.week(WeekNumber(2)).unwrap().cutoff(), &lines);
        (campaign, figured)
    }

    const FRIDAY: &str = "m01.u-shengtai 15:00:00\nm01.s-hongying 15:00:00\nm02.s-hongying 16:00:00";

    fn check(grouping: Grouping, ranked: bool, expected: &str) {
        let (campaign, figured) = figured(FRIDAY);
        let mut lines = lines(&campaign, &figured, grouping);
        if ranked {
            rank(&mut lines);
        }
        let words = lines.iter().map(|line| {
            let cells = line.cells.iter().map(|cell| {
                cell.map_or("-".to_owned(), |cell| {
                    let all = cell.due.total();
                    format!("{}/{all}+{}", all - cell.due.missing, cell.assisting.total())
                })
            });
            let cells: Vec<String> = cells.collect();
            let mark = line.mark.map_or("—", Timeliness::word);
            format!("{} {mark} {}\n", line.id, cells.join(" "))
        });
        assert_eq!(words.collect::<String>(), expected);
    }

    #[test]
    fn each_line_says_how_each_measure_was_reported() {
        check(
            Grouping::Unit,
            false,
            "u-shengtai 按时 1/1+0 0/0+1\nu-zhujian — - 0/0+1\ns-donganlu 未报 0/1+0 -\ns-hongying 迟报 1/1+0 1/1+0\n",
        );
        check(
            Grouping::Street,
            false,
            "s-donganlu 未报 0/1+0 -\ns-hongying 迟报 1/1+0 1/1+0\n",
        );
    }

    #[test]
    fn the_punctual_come_first_and_who_owes_nothing_last() {
        check(
            Grouping::Unit,
            true,
            "u-shengtai 按时 1/1+0 0/0+1\ns-hongying 迟报 1/1+0 1/1+0\ns-donganlu 未报 0/1+0 -\nu-zhujian — - 0/0+1\n",
        );
    }

    #[test]
    fn who_only_assists_is_never_missing() {
        let (campaign, figured) = figured("");
        let lines = lines(&campaign, &figured, Grouping::Unit);
        let named: Vec<&str> = missing(&lines).map(|(line, _)| line.id.as_str()).collect();
        assert!(!named.contains(&"u-zhujian"), "{named:?}");
        assert!(named.contains(&"s-donganlu"), "{named:?}");
    }
}
