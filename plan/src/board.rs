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
    /// How many rows it has.
    pub rows: usize,
    /// What they come to.
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
        rows: rows.len(),
        figures: sum(&mut rows.iter())?,
        cells: cells.collect(),
    })
}

/// Returns the place of each line by punctuality, in the lines' own order: by the worst mark, then the missing, the late, and when
/// everything had arrived. Equals share a place, and who owes nothing comes last.
pub fn places(lines: &[BoardLine]) -> Vec<usize> {
    let key = |line: &BoardLine| {
        let due = line.figures.due;
        let mark = (line.mark.is_none(), line.mark);
        (mark, due.missing, due.late, line.complete)
    };
    let keys: Vec<_> = lines.iter().map(key).collect();
    let ahead = |own: &_| keys.iter().filter(|other| *other < own).count();
    keys.iter().map(|own| ahead(own) + 1).collect()
}

/// Returns the lines that have 应报 rows missing; 协助 is never missing.
pub fn missing(lines: &[BoardLine]) -> impl Iterator<Item = (&BoardLine, usize)> {
    let missing = lines.iter().map(|line| (line, line.figures.due.missing));
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
        summary::{Line, Tallied, figure},
    };

    /// `ROW CLOCK` lines, the clock of Friday of week 2.
    fn figured(table: &str) -> (Campaign, Vec<Figured>) {
        let campaign = fixture::campaign(fixture::SMALL);
        let rows = rows(&campaign, WeekNumber(2));
        let standing = |row: &RowId| {
            let said = table
                .lines()
                .find_map(|line| line.split_once(' ').filter(|(id, _)| *id == row.0));
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

    const FRIDAY: &str =
        "m01.u-shengtai 15:00:00\nm01.s-hongying 15:00:00\nm02.s-hongying 16:00:00";

    fn check(grouping: Grouping, expected: &str) {
        let (campaign, figured) = figured(FRIDAY);
        let lines = lines(&campaign, &figured, grouping);
        let words = lines.iter().map(|line| {
            let cells = line.cells.iter().map(|cell| {
                cell.map_or("-".to_owned(), |cell| {
                    let all = cell.due.total();
                    format!(
                        "{}/{all}+{}",
                        all - cell.due.missing,
                        cell.assisting.total()
                    )
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
            "u-shengtai 按时 1/1+0 0/0+1\nu-zhujian — - 0/0+1\ns-donganlu 未报 0/1+0 -\ns-hongying 迟报 1/1+0 1/1+0\n",
        );
        check(
            Grouping::Street,
            "s-donganlu 未报 0/1+0 -\ns-hongying 迟报 1/1+0 1/1+0\n",
        );
    }

    #[test]
    fn the_punctual_come_first_equals_share_a_place_and_who_owes_nothing_is_last() {
        let check = |table: &str, expected: &str| {
            let (campaign, figured) = figured(table);
            let lines = lines(&campaign, &figured, Grouping::Unit);
            let places = places(&lines).into_iter().zip(&lines);
            let words: Vec<String> = places
                .map(|(place, line)| format!("{place} {}", line.id))
                .collect();
            assert_eq!(words.join(", "), expected);
        };
        check(
            FRIDAY,
            "1 u-shengtai, 4 u-zhujian, 3 s-donganlu, 2 s-hongying",
        );
        check(
            "m01.u-shengtai 15:00:00\nm01.s-donganlu 14:00:00\nm01.s-hongying 14:00:00\nm02.s-hongying 15:00:00",
            "2 u-shengtai, 4 u-zhujian, 1 s-donganlu, 2 s-hongying",
        );
    }

    /// `id on time/late found/fixed lagging`
    fn sample(grouping: Grouping) -> Vec<String> {
        let (campaign, figured) = crate::summary::tests::sample_rows();
        let lines = lines(&campaign, &figured, grouping);
        let words = lines.into_iter().map(|line| {
            let (due, work) = (line.figures.due, line.figures.work);
            format!(
                "{} {}/{} {}/{} {}",
                line.id, due.on_time, due.late, work.week.found, work.week.fixed, work.lagging
            )
        });
        words.collect()
    }

    fn sum(grouping: Grouping) -> Tallied {
        let (campaign, figured) = crate::summary::tests::sample_rows();
        let mut sum = Tallied::default();
        for line in lines(&campaign, &figured, grouping) {
            sum.on_time += line.figures.due.on_time;
            sum.late += line.figures.due.late;
            sum.made_up += line.figures.due.made_up;
            sum.missing += line.figures.due.missing;
        }
        sum
    }

    #[test]
    fn the_sample_adds_up_by_unit_and_by_action_as_counted_by_hand() {
        for grouping in [Grouping::Unit, Grouping::Action] {
            let all = sum(grouping);
            let found = [all.on_time, all.late, all.made_up, all.missing];
            assert_eq!(found, [107, 11, 0, 121], "{grouping:?}");
        }
        // Counted in docs' sample-week.csv, by column 报送情况, 发现问题数, 整改数 and 状态.
        assert_eq!(
            sample(Grouping::Action),
            [
                "1 15/2 99/71 0",
                "2 29/2 210/159 4",
                "3 15/2 116/77 4",
                "4 5/0 41/29 0",
                "5 11/1 69/53 1",
                "6 5/0 30/22 0",
                "7 5/1 31/24 1",
                "8 3/0 30/24 0",
                "9 3/1 18/8 0",
                "10 3/0 30/18 0",
                "11 3/1 40/28 0",
                "12 5/0 50/35 4",
                "13 5/1 31/23 4",
            ]
        );
        let (_, figured) = crate::summary::tests::sample_rows();
        let mut all = Figures::default();
        figured.iter().for_each(|row| all.add(row));
        let of = all.assisting;
        assert_eq!([of.on_time, of.late, of.missing], [47, 1, 1]);
    }

    #[test]
    fn the_sample_adds_up_by_street_and_by_lead_as_counted_by_hand() {
        let streets = sample(Grouping::Street);
        assert_eq!(streets.len(), 12);
        for line in ["s-hongying 6/3 45/32 2", "s-guanghualu 10/1 40/29 1"] {
            assert!(streets.iter().any(|street| street == line), "{streets:?}");
        }
        // A lead answers for all rows of its measures.
        let leads = sample(Grouping::Lead);
        for line in ["u-shengtai 36/4 240/176 5", "u-gongjianban 3/1 18/8 0"] {
            assert!(leads.iter().any(|lead| lead == line), "{leads:?}");
        }
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
