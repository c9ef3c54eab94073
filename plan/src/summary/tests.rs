//! The sample week in numbers, and who is marked how, as text.

use std::collections::BTreeMap;

use super::*;
use crate::{
    campaign::WeekNumber,
    edit::CellRef,
    fixture,
    layout::sheet,
    rehearsal,
    report::Said,
    row::{RowId, rows},
    sample,
};

/// The campaign with what units typed and when it arrived.
struct Week {
    campaign: Campaign,
    stored: BTreeMap<RowId, SheetRow>,
    standings: BTreeMap<RowId, Standing>,
}

impl Week {
    /// `table`: `ROW CLOCK [column=text]…`, the clock of Friday of week 2, `-` for a row that is not reported.
    fn of(campaign: Campaign, table: &str) -> Week {
        let mut week = Week {
            campaign,
            stored: BTreeMap::new(),
            standings: BTreeMap::new(),
        };
        for line in table.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let row = RowId(words[0].to_owned());
            let at = format!("2021-04-16T{}+08:00", words[1]).parse();
            let standing = Standing {
                receipt: at.ok(),
                ..Standing::default()
            };
            week.standings.insert(row.clone(), standing);
            let cells = words[2..].iter().map(|word| {
                let (column, text) = word.split_once('=').unwrap();
                let column = Column::from_id(column).unwrap();
                let value = crate::value::parse(column, text).unwrap().unwrap();
                (column, vec![value])
            });
            let cells = cells.collect();
            week.stored.insert(
                row,
                SheetRow {
                    cells,
                    ..SheetRow::default()
                },
            );
        }
        week
    }

    fn sample() -> Week {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let file = sample::parse(rehearsal::SAMPLE_WEEK).unwrap();
        let cutoff = campaign.week(WeekNumber(2)).unwrap().cutoff();
        let mut sheets = BTreeMap::new();
        let mut week = Week::of(campaign, "");
        for step in sample::replay(&week.campaign, &file).unwrap() {
            let sheet = sheets
                .entry(step.unit.clone())
                .or_insert_with(|| rehearsal::sheet_of(&week.campaign, &step.unit));
            for edit in &step.edits {
                if matches!(edit.cell(), CellRef::Sheet { .. }) {
                    rehearsal::perform(sheet, edit).unwrap();
                }
            }
            let stored = sheet::read_row(sheet, &step.row).unwrap();
            let standing = week.standings.entry(step.row.clone()).or_default();
            standing.hear(&Said::read(&stored.cells), step.at, cutoff.into());
            week.stored.insert(step.row, stored);
        }
        week
    }

    fn summary(&self, previous: Option<&Week>) -> Summary {
        self.with_lines(previous, |cutoff, lines| {
            summarise(&self.campaign, cutoff, lines)
        })
    }

    fn with_lines<T>(
        &self,
        previous: Option<&Week>,
        work: impl FnOnce(Timestamp, &[Line<'_>]) -> T,
    ) -> T {
        let (nothing, unknown) = (SheetRow::default(), Standing::default());
        let rows = rows(&self.campaign, WeekNumber(2));
        let line = |row| {
            let row: &Row = row;
            Line {
                row,
                standing: self.standings.get(&row.id).unwrap_or(&unknown),
                stored: self.stored.get(&row.id).unwrap_or(&nothing),
                previous: previous.map(|week| week.stored.get(&row.id).unwrap_or(&nothing)),
            }
        };
        let lines: Vec<Line<'_>> = rows.iter().map(line).collect();
        let cutoff = self.campaign.week(WeekNumber(2)).unwrap().cutoff();
        work(cutoff, &lines)
    }
}

/// The sample week, each row worked out.
pub(crate) fn sample_rows() -> (Campaign, Vec<Figured>) {
    let week = Week::sample();
    let figured = week.with_lines(None, figure);
    (week.campaign, figured)
}

fn tallied(tallied: &Tallied) -> String {
    let Tallied {
        on_time,
        late,
        made_up,
        missing,
        ..
    } = tallied;
    format!("{on_time}/{late}/{made_up}/{missing}")
}

fn marks(summary: &Summary) -> String {
    let line = |line: &UnitLine| {
        let mark = line.mark.map_or("—", Timeliness::word);
        format!("{} {mark} {}\n", line.unit, tallied(&line.figures.due))
    };
    summary.units.iter().map(line).collect()
}

#[test]
fn the_sample_week_counts_as_the_domain_says() {
    let summary = Week::sample().summary(None);
    assert_eq!(tallied(&summary.all.due), "107/11/0/121");
    assert_eq!(summary.all.due.total(), 239);
    assert_eq!(tallied(&summary.all.assisting), "47/1/0/1");
    let sum = |figures: &mut dyn Iterator<Item = Figures>| -> usize {
        figures.map(|figures| figures.due.total()).sum()
    };
    assert_eq!(sum(&mut summary.units.iter().map(|line| line.figures)), 239);
    assert_eq!(
        sum(&mut summary.actions.iter().map(|(_, figures)| *figures)),
        239
    );
    assert_eq!(
        sum(&mut summary.streets.iter().map(|(_, figures)| *figures)),
        219
    );
    assert_eq!(summary.streets.len(), 12);
    let work: Counts = summary
        .actions
        .iter()
        .map(|(_, figures)| figures.work.total)
        .sum();
    assert_eq!(work, summary.all.work.total);
}

#[test]
fn a_units_mark_is_the_worst_of_what_it_owes() {
    let table = "\
m01.u-shengtai 15:00:00
m01.s-donganlu 15:00:00
m01.s-hongying 15:00:00
m02.s-hongying 16:00:00
m02.u-shengtai -
m02.u-zhujian -";
    let week = Week::of(fixture::campaign(fixture::SMALL), table);
    let expected = "\
u-shengtai 按时 1/0/0/0
u-zhujian — 0/0/0/0
s-donganlu 按时 1/0/0/0
s-hongying 迟报 1/1/0/0
";
    assert_eq!(marks(&week.summary(None)), expected);
    let mut campaign = fixture::campaign(fixture::SMALL);
    campaign
        .duties
        .insert(RowId("m02.u-zhujian".to_owned()), Duty::Owed);
    let changed = marks(&Week::of(campaign, table).summary(None));
    assert!(changed.contains("u-zhujian 未报 0/0/0/1"), "{changed}");
}

#[test]
fn a_unit_is_complete_when_its_last_owed_row_is_in() {
    let week = Week::of(
        fixture::campaign(fixture::SMALL),
        "m01.s-hongying 15:00:00\nm02.s-hongying 16:00:00",
    );
    let complete: Vec<_> = week
        .summary(None)
        .units
        .into_iter()
        .map(|line| line.complete.map(|at| at.to_string()))
        .collect();
    assert_eq!(
        complete,
        [None, None, None, Some("2021-04-16T08:00:00Z".to_owned())]
    );
}

#[test]
fn a_lead_answers_for_its_measures_and_the_office_rating_goes_first() {
    let table = "\
m01.u-shengtai 15:00:00 status=推进中 found_week=2
m01.s-hongying 15:00:00 status=已完成 office_status=滞后 found_week=3 fixed_week=1 problem=缺人
m02.s-hongying 15:00:00 status=已完成 problem=无";
    let week = Week::of(fixture::campaign(fixture::SMALL), table);
    let previous = Week::of(
        fixture::campaign(fixture::SMALL),
        "m01.s-hongying - found_week=7 status=滞后",
    );
    let summary = week.summary(Some(&previous));
    let leads: Vec<_> = summary
        .leads
        .iter()
        .map(|(unit, figures)| (unit.0.as_str(), figures.due.total(), figures.work))
        .collect();
    assert_eq!(leads[0].0, "u-shengtai");
    assert_eq!(leads[0].1, 3);
    let work = leads[0].2;
    assert_eq!(
        (work.lagging, work.under_way, work.done, work.problems),
        (1, 1, 0, 1)
    );
    assert_eq!(
        (work.week.found, work.total.found, work.week.fixed),
        (5, 12, 1)
    );
    assert_eq!(
        leads[1].0, "s-hongying",
        "of a group each leads its own row"
    );
    assert_eq!(leads[1].1, 1);
    let before = summary.all.previous.unwrap();
    assert_eq!((before.week.found, before.lagging), (7, 1));
}
