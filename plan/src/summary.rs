//! Who has reported and how the work stands: for the board, the circular and programs. Computed, never stored.

use std::ops::AddAssign;

use jiff::Timestamp;

use crate::{
    campaign::{ActionNumber, Campaign, MeasureNumber, Party, UnitId},
    column::Column,
    layout::sheet::SheetRow,
    period::Counts,
    report::{Standing, State, Timeliness},
    row::{Duty, Row},
    table,
    tally::{Tally, Totals},
    value::{Status, Value},
};

/// One row, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// What the plan demands.
    pub row: &'a Row,
    /// What the server knows of its report.
    pub standing: &'a Standing,
    /// What the sheet stores.
    pub stored: &'a SheetRow,
    /// The row a week ago; `None` in the first week.
    pub previous: Option<&'a SheetRow>,
}

/// A week at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// All rows.
    pub all: Figures,
    /// Units that have rows, in plan order.
    pub units: Vec<UnitLine>,
    /// Units that lead measures, in plan order, with the rows of those measures.
    pub leads: Vec<(UnitId, Figures)>,
    /// Streets, in plan order.
    pub streets: Vec<(UnitId, Figures)>,
    /// Special actions, in plan order.
    pub actions: Vec<(ActionNumber, Figures)>,
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitLine {
    /// Which.
    pub unit: UnitId,
    /// The worst of its 应报 rows; `None` where it owes none.
    pub mark: Option<Timeliness>,
    /// When its last 应报 row was reported; `None` while one is missing.
    pub complete: Option<Timestamp>,
    /// Its rows.
    pub figures: Figures,
}

/// What some rows come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// 应报 rows.
    pub due: Tallied,
    /// 协助 rows.
    pub assisting: Tallied,
    /// The work.
    pub work: Work,
    /// The work a week ago; `None` in the first week.
    pub previous: Option<Work>,
}

/// How many rows were reported how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tallied {
    /// 按时
    pub on_time: usize,
    /// 迟报
    pub late: usize,
    /// 补报
    pub made_up: usize,
    /// 未报
    pub missing: usize,
    /// 零报告, among those that were reported.
    pub zero: usize,
    /// 离线填写, among those that were reported.
    pub offline: usize,
    /// 报送后有修改, among those that were reported.
    pub edited: usize,
}

/// How the work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// This week's counts.
    pub week: Counts,
    /// The totals.
    pub total: Counts,
    /// 未启动
    pub not_started: usize,
    /// 推进中
    pub under_way: usize,
    /// 已完成
    pub done: usize,
    /// 滞后
    pub lagging: usize,
    /// 存在问题 that are not 「无」.
    pub problems: usize,
}

/// Sums up a week.
///
/// `lines`: in plan order, those that the reader may see. `cutoff`: due and grace.
pub fn summarise(campaign: &Campaign, cutoff: Timestamp, lines: &[Line<'_>]) -> Summary {
    summarise_rows(campaign, &figure(cutoff, lines))
}

/// Works out each row once: it stands in several sums.
///
/// `lines`, `cutoff`: as for `summarise`.
pub fn figure(cutoff: Timestamp, lines: &[Line<'_>]) -> Vec<Figured> {
    lines.iter().map(|line| Figured::of(line, cutoff)).collect()
}

/// Sums up a week whose rows are worked out already.
///
/// `lines`: in plan order, those that the reader may see.
pub fn summarise_rows(campaign: &Campaign, lines: &[Figured]) -> Summary {
    let of = |is_meant: &dyn Fn(&Row) -> bool| {
        let meant = lines.iter().filter(|line| is_meant(&line.row));
        meant.fold(None, |sum: Option<Figures>, line| {
            let mut sum = sum.unwrap_or_default();
            sum.add(line);
            Some(sum)
        })
    };
    let of_unit = |unit: &UnitId| of(&|row| row.unit == *unit);
    let units = campaign.active_units().filter_map(|unit| {
        let figures = of_unit(&unit.id)?;
        Some(unit_line(&unit.id, figures, lines))
    });
    let leads = campaign.active_units().filter_map(|unit| {
        let figures = of(&|row| is_led_by(campaign, row, &unit.id))?;
        Some((unit.id.clone(), figures))
    });
    let streets = campaign.active_units().filter(|unit| unit.is_street());
    let streets = streets.filter_map(|unit| Some((unit.id.clone(), of_unit(&unit.id)?)));
    let actions = campaign.actions.iter().filter_map(|action| {
        let is_of = |row: &Row| {
            let measure = campaign.measure(row.measure);
            measure.is_some_and(|measure| measure.action == action.number)
        };
        Some((action.number, of(&is_of)?))
    });
    Summary {
        all: of(&|_| true).unwrap_or_default(),
        units: units.collect(),
        leads: leads.collect(),
        streets: streets.collect(),
        actions: actions.collect(),
    }
}

/// Sums up a week by measure, in plan order.
///
/// `lines`, `cutoff`: as for `summarise`.
pub fn by_measure(
    campaign: &Campaign,
    cutoff: Timestamp,
    lines: &[Line<'_>],
) -> Vec<(MeasureNumber, Figures)> {
    let of = |number: MeasureNumber| {
        let mut figures = Figures::default();
        let of_measure = lines.iter().filter(|line| line.row.measure == number);
        of_measure.for_each(|line| figures.add(&Figured::of(line, cutoff)));
        (number, figures)
    };
    let measures = campaign.measures.iter();
    measures.map(|measure| of(measure.number)).collect()
}

/// A lead answers for all rows of its measures; where a group of streets leads, each for its own.
pub fn is_led_by(campaign: &Campaign, row: &Row, unit: &UnitId) -> bool {
    let party = Party::Unit(unit.clone());
    let measure = campaign.measure(row.measure);
    measure.is_some_and(|measure| measure.lead.contains(&party))
        || (row.unit == *unit && row.roles.lead)
}

fn unit_line(unit: &UnitId, figures: Figures, lines: &[Figured]) -> UnitLine {
    let owed = || {
        let of_unit = lines.iter().filter(|line| line.row.unit == *unit);
        of_unit.filter(|line| line.row.duty == Duty::Owed)
    };
    let receipts: Option<Vec<Timestamp>> = owed().map(|line| line.receipt).collect();
    UnitLine {
        unit: unit.clone(),
        mark: owed().map(|line| line.state.timeliness).max(),
        complete: receipts.and_then(|receipts| receipts.into_iter().max()),
        figures,
    }
}

/// A row, worked out once: it stands in several sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figured {
    /// What the plan demands.
    pub row: Row,
    /// When its report arrived.
    pub receipt: Option<Timestamp>,
    /// How its report stands.
    pub state: State,
    /// How its work stands.
    pub work: Work,
    /// How its work stood a week ago.
    pub previous: Option<Work>,
}

impl Figured {
    fn of(line: &Line<'_>, cutoff: Timestamp) -> Figured {
        Figured {
            row: line.row.clone(),
            receipt: line.standing.receipt,
            state: line.standing.state(cutoff),
            work: Work::of(line.stored, line.previous),
            previous: line.previous.map(|previous| Work::of(previous, None)),
        }
    }
}

impl Figures {
    /// Adds a row.
    pub fn add(&mut self, line: &Figured) {
        match line.row.duty {
            Duty::Owed => self.due.add(&line.state),
            Duty::Assisting => self.assisting.add(&line.state),
            // Asked for nothing any more; the work that it holds was done.
            Duty::Released => {}
        }
        self.work += line.work;
        if let Some(previous) = line.previous {
            *self.previous.get_or_insert_default() += previous;
        }
    }
}

impl Tallied {
    /// Returns how many rows there are.
    pub fn total(&self) -> usize {
        self.on_time + self.late + self.made_up + self.missing
    }

    fn add(&mut self, state: &State) {
        let place = match state.timeliness {
            Timeliness::OnTime => &mut self.on_time,
            Timeliness::Late => &mut self.late,
            Timeliness::MadeUp => &mut self.made_up,
            Timeliness::Missing => &mut self.missing,
        };
        *place += 1;
        self.zero += usize::from(state.zero);
        self.offline += usize::from(state.offline);
        self.edited += usize::from(state.edited);
    }
}

impl Work {
    /// Reads how the work of one row stands; the office's rating goes before the unit's own.
    ///
    /// `previous`: last week's row, for totals whose opening the server has not written yet.
    pub fn of(stored: &SheetRow, previous: Option<&SheetRow>) -> Work {
        let before = previous.map_or(stored.before, |previous| table::opening(stored, previous));
        let mut week = Totals::default();
        for tally in Tally::ALL {
            let values = stored.cells.get(&tally.week_column());
            let count = values
                .and_then(|values| values.first())
                .and_then(Value::count);
            week.set(tally, count);
        }
        let mut work = Work {
            week: Counts::of(&week),
            total: Counts::of(&table::totals_after(stored, &before)),
            ..Work::default()
        };
        match status(stored) {
            Some(Status::NotStarted) => work.not_started = 1,
            Some(Status::UnderWay) => work.under_way = 1,
            Some(Status::Done) => work.done = 1,
            Some(Status::Lagging) => work.lagging = 1,
            None => {}
        }
        work.problems = usize::from(!table::says_nothing(&stored.cells, Column::Problem));
        work
    }
}

/// Returns how a row stands: the office's rating goes before the unit's own.
pub(crate) fn status(row: &SheetRow) -> Option<Status> {
    let read = |column| Status::from_word(&table::shown(&row.cells, column));
    read(Column::OfficeStatus).or_else(|| read(Column::Status))
}

impl AddAssign for Work {
    fn add_assign(&mut self, other: Work) {
        *self = Work {
            week: self.week + other.week,
            total: self.total + other.total,
            not_started: self.not_started + other.not_started,
            under_way: self.under_way + other.under_way,
            done: self.done + other.done,
            lagging: self.lagging + other.lagging,
            problems: self.problems + other.problems,
        };
    }
}

#[cfg(test)]
pub(crate) mod tests;
