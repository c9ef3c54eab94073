//! 通报: what a week's circular says, as data, and what a person decides about it. Knows the week as it was frozen; holds no
//! sentences (see `interchange`) and blames nobody: it lists who could be named, and a person ticks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    campaign::{Campaign, MeasureNumber, UnitId, Week, WeekNumber},
    column::Column,
    limits::{LONG_TEXT_BYTES_MAX, MENTIONS_TICKED_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX},
    report::{self, Report, Timeliness},
    row::{Duty, Row, RowId},
    summary::{self, Figures, Line, Summary, Work},
    table::{self, Finding},
    value::Status,
};

/// What a person has decided about a circular; all numbers are derived.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// 发文机关标志, printed in red over a red rule; empty on paper that has it already, or none.
    pub head: String,
    /// 发文字号: `平卫攻坚办〔2021〕9号`
    pub number: String,
    /// One line per line; empty for the usual one.
    pub title: String,
    /// 主送机关; empty for the usual ones.
    pub addressees: String,
    /// What the circular is based on, e.g. a plan with its number.
    pub basis: String,
    /// 环境质量情况: typed, because nothing here measures it.
    pub environment: String,
    /// What is to be said under 存在问题 besides.
    pub remarks: String,
    /// 下步工作要求; empty for the usual ones.
    pub next_steps: String,
    /// 署名; empty for the office's formal name.
    pub issuer: String,
    /// 成文日期: `2021-04-17`
    pub date: String,
    /// 抄送机关, in the colophon; empty where there are none.
    pub copies: String,
    /// 印发机关, in the colophon; empty for whoever signs.
    pub printer: String,
    /// 印发日期, in the colophon: `2021-04-17`; empty for 成文日期.
    pub printed: String,
    /// Keys of mentions that a person has agreed to.
    pub ticked: BTreeSet<String>,
}

/// A text of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    missing_docs,
    reason = "the names are those of the fields, which say it"
)]
pub enum Field {
    Head,
    Number,
    Title,
    Addressees,
    Basis,
    Environment,
    Remarks,
    NextSteps,
    Issuer,
    Date,
    Copies,
    Printer,
    Printed,
}

/// Why a draft does not take something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// More than the field holds.
    #[error("the text is too long")]
    TooLong,
    /// Not a day as ISO 8601 writes it.
    #[error("not a date")]
    NotADate,
    /// More names than rows that could have them.
    #[error("too many are ticked")]
    TooMany,
}

/// For what a unit may be named under 存在问题.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionKind {
    /// 未报
    Missing,
    /// 迟报
    Late,
    /// Late or missing this week and the week before.
    Repeated,
    /// 内容空泛, 与上周雷同, or the answer to 存在问题 is missing.
    Vague,
    /// Numbers that do not fit together.
    Inconsistent,
    /// 滞后: the office's rating goes before the unit's own.
    Lagging,
    /// What the row itself says under 存在问题: for the list of problems.
    Problem,
}

/// Somebody who could be named. Only 应报 rows have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Stable: the kind with the unit, or with the row where each row is named by itself.
    pub key: String,
    /// For what.
    pub kind: MentionKind,
    /// Whom.
    pub unit: UnitId,
    /// The rows that show it, in plan order; never empty.
    pub rows: Vec<RowId>,
    /// When the last of them was received, where that is the matter.
    pub last: Option<Timestamp>,
    /// What does not fit, in table order.
    pub findings: Vec<Finding>,
    /// What the row says under 存在问题.
    pub problem: String,
    /// What the row says under 下步计划.
    pub next_plan: String,
}

/// A correction that has been written into a frozen week and stands in no circular yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Its id.
    pub id: String,
    /// The week that was corrected.
    pub week: WeekNumber,
    /// Which row.
    pub row: Row,
    /// Column, old and new text.
    pub cells: Vec<(Column, String, String)>,
    /// Names of the files that came to the row by it.
    pub files: Vec<String>,
    /// Why.
    pub reason: String,
    /// Whether a lead agreed too, or the office alone.
    pub by_lead: bool,
}

/// What a circular is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The campaign, as it was at the freeze.
    pub campaign: &'a Campaign,
    /// The week, as it was at the freeze.
    pub week: &'a Week,
    /// When it was frozen.
    pub frozen: Timestamp,
    /// All rows of the week, in plan order, as they were at the freeze.
    pub lines: &'a [Line<'a>],
    /// Units that were late or missing the week before.
    pub late_before: &'a BTreeSet<UnitId>,
    /// In the order in which they were asked for.
    pub amendments: &'a [Amendment],
}

/// What a week's circular says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circular {
    /// Which week.
    pub week: WeekNumber,
    /// Its first day.
    pub start: Date,
    /// Its last day.
    pub end: Date,
    /// Due and grace: 16:00.
    pub cutoff: Timestamp,
    /// When it was frozen: what came later is not in it.
    pub frozen: Timestamp,
    /// How many units owe reports.
    pub owing: usize,
    /// All figures: by unit, lead, street and special action.
    pub summary: Summary,
    /// By measure, in plan order.
    pub measures: Vec<(MeasureNumber, Figures)>,
    /// 汇总, as the leads wrote it, in plan order; a measure with two leads may have two.
    pub texts: Vec<(MeasureNumber, String)>,
    /// When the last late report of a unit was received.
    pub last_late: BTreeMap<UnitId, Timestamp>,
    /// Who could be named, by kind, within it in plan order.
    pub mentions: Vec<Mention>,
    /// What has been corrected since an earlier circular.
    pub amendments: Vec<Amendment>,
}

/// Works out a circular.
pub fn compose(sources: &Sources<'_>) -> Circular {
    let (campaign, week) = (sources.campaign, sources.week);
    let summary = summary::summarise(campaign, week.cutoff(), sources.lines);
    let owing = summary.units.iter().filter(|unit| unit.mark.is_some());
    let mut last_late = BTreeMap::new();
    for line in owed(sources) {
        if state(sources, line) == Timeliness::Late
            && let Some(at) = line.standing.receipt
        {
            let last = last_late.entry(line.row.unit.clone()).or_insert(at);
            *last = at.max(*last);
        }
    }
    Circular {
        week: week.number,
        start: week.start,
        end: week.end,
        cutoff: week.cutoff(),
        frozen: sources.frozen,
        owing: owing.count(),
        measures: summary::by_measure(campaign, week.cutoff(), sources.lines),
        texts: sources.lines.iter().filter_map(text_of_measure).collect(),
        mentions: mentions(sources, &summary, &last_late),
        last_late,
        amendments: sources.amendments.to_vec(),
        summary,
    }
}

fn text_of_measure(line: &Line<'_>) -> Option<(MeasureNumber, String)> {
    let text = table::shown(&line.stored.cells, Column::Summary);
    let text = text.trim();
    (!text.is_empty()).then(|| (line.row.measure, text.to_owned()))
}

fn owed<'a>(sources: &Sources<'a>) -> impl Iterator<Item = &'a Line<'a>> {
    let lines = sources.lines.iter();
    lines.filter(|line| line.row.duty == Duty::Owed)
}

fn state(sources: &Sources<'_>, line: &Line<'_>) -> Timeliness {
    line.standing.state(sources.week.cutoff()).timeliness
}

fn mentions(
    sources: &Sources<'_>,
    summary: &Summary,
    last_late: &BTreeMap<UnitId, Timestamp>,
) -> Vec<Mention> {
    let mut all = Vec::new();
    for unit in &summary.units {
        let of = |wanted: &[Timeliness]| {
            let of_unit = owed(sources).filter(|line| line.row.unit == unit.unit);
            let meant = of_unit.filter(|line| wanted.contains(&state(sources, line)));
            meant.map(|line| line.row.id.clone()).collect::<Vec<_>>()
        };
        let missing = of(&[Timeliness::Missing, Timeliness::MadeUp]);
        let late = of(&[Timeliness::Late]);
        let mut both = missing.clone();
        both.extend(late.iter().cloned());
        both.sort();
        let repeated = match sources.late_before.contains(&unit.unit) {
            true => both,
            false => Vec::new(),
        };
        let last = last_late.get(&unit.unit).copied();
        all.extend(Mention::of_unit(
            MentionKind::Missing,
            &unit.unit,
            missing,
            None,
        ));
        all.extend(Mention::of_unit(MentionKind::Late, &unit.unit, late, last));
        all.extend(Mention::of_unit(
            MentionKind::Repeated,
            &unit.unit,
            repeated,
            None,
        ));
    }
    for line in owed(sources) {
        all.extend(of_row(line));
    }
    // A stable sort: inside each kind plan order stands.
    all.sort_by_key(|mention| mention.kind);
    all
}

/// What can be said of one row; of a row that nobody reported, only what it says itself.
fn of_row(line: &Line<'_>) -> Vec<Mention> {
    let cells = &line.stored.cells;
    let mention = |kind: MentionKind, findings: Vec<Finding>| Mention {
        key: format!("{}/{}", kind.id(), line.row.id),
        kind,
        unit: line.row.unit.clone(),
        rows: vec![line.row.id.clone()],
        last: None,
        findings,
        problem: table::shown(cells, Column::Problem),
        next_plan: table::shown(cells, Column::NextPlan),
    };
    let mut all = Vec::new();
    if line.standing.receipt.is_some() && !line.standing.zero {
        let found = report::check(Report::Sent, line.stored, line.previous);
        let (vague, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(is_vague);
        let inconsistent: Vec<_> = rest.into_iter().filter(is_inconsistent).collect();
        if !vague.is_empty() {
            all.push(mention(MentionKind::Vague, vague));
        }
        if !inconsistent.is_empty() {
            all.push(mention(MentionKind::Inconsistent, inconsistent));
        }
    }
    if summary::status(line.stored) == Some(Status::Lagging) {
        all.push(mention(MentionKind::Lagging, Vec::new()));
    }
    if !table::says_nothing(cells, Column::Problem) {
        all.push(mention(MentionKind::Problem, Vec::new()));
    }
    all
}

fn is_vague(finding: &Finding) -> bool {
    match finding {
        Finding::ProgressVague
        | Finding::ProgressMissing
        | Finding::ProgressLikeLastWeek
        | Finding::ProblemMissing
        | Finding::LaggingWithoutProblem
        | Finding::LaggingWithoutPlan => true,
        Finding::FixedExceedsFound
        | Finding::FixedExceedsFoundThisWeek
        | Finding::TotalBelowWeek(_)
        | Finding::TotalBelowBefore(_)
        | Finding::TotalReasonMissing => false,
    }
}

/// More 整改 than 发现 in one week may mend last week's problem: nobody is named for it.
fn is_inconsistent(finding: &Finding) -> bool {
    match finding {
        Finding::FixedExceedsFound
        | Finding::TotalBelowWeek(_)
        | Finding::TotalBelowBefore(_)
        | Finding::TotalReasonMissing => true,
        Finding::FixedExceedsFoundThisWeek
        | Finding::ProgressVague
        | Finding::ProgressMissing
        | Finding::ProgressLikeLastWeek
        | Finding::ProblemMissing
        | Finding::LaggingWithoutProblem
        | Finding::LaggingWithoutPlan => false,
    }
}

impl Mention {
    fn of_unit(
        kind: MentionKind,
        unit: &UnitId,
        rows: Vec<RowId>,
        last: Option<Timestamp>,
    ) -> Option<Mention> {
        (!rows.is_empty()).then(|| Mention {
            key: format!("{}/{unit}", kind.id()),
            kind,
            unit: unit.clone(),
            rows,
            last,
            findings: Vec::new(),
            problem: String::new(),
            next_plan: String::new(),
        })
    }
}

impl Circular {
    /// Returns those of a kind that a person has ticked.
    pub fn named<'a>(
        &'a self,
        draft: &'a Draft,
        kind: MentionKind,
    ) -> impl Iterator<Item = &'a Mention> {
        let of_kind = self.mentions.iter().filter(move |m| m.kind == kind);
        of_kind.filter(|mention| draft.ticked.contains(&mention.key))
    }
}

impl MentionKind {
    /// All of them, in the order in which the circular names them.
    pub const ALL: [MentionKind; 7] = [
        MentionKind::Missing,
        MentionKind::Late,
        MentionKind::Repeated,
        MentionKind::Vague,
        MentionKind::Inconsistent,
        MentionKind::Lagging,
        MentionKind::Problem,
    ];

    /// Returns the stable word.
    pub fn id(self) -> &'static str {
        match self {
            MentionKind::Missing => "missing",
            MentionKind::Late => "late",
            MentionKind::Repeated => "repeated",
            MentionKind::Vague => "vague",
            MentionKind::Inconsistent => "inconsistent",
            MentionKind::Lagging => "lagging",
            MentionKind::Problem => "problem",
        }
    }
}

impl Field {
    /// All of them, in the order in which they stand on paper.
    pub const ALL: [Field; 13] = [
        Field::Head,
        Field::Number,
        Field::Title,
        Field::Addressees,
        Field::Basis,
        Field::Environment,
        Field::Remarks,
        Field::NextSteps,
        Field::Issuer,
        Field::Date,
        Field::Copies,
        Field::Printer,
        Field::Printed,
    ];

    /// Returns the stable word.
    pub fn id(self) -> &'static str {
        match self {
            Field::Head => "head",
            Field::Number => "number",
            Field::Title => "title",
            Field::Addressees => "addressees",
            Field::Basis => "basis",
            Field::Environment => "environment",
            Field::Remarks => "remarks",
            Field::NextSteps => "next_steps",
            Field::Issuer => "issuer",
            Field::Date => "date",
            Field::Copies => "copies",
            Field::Printer => "printer",
            Field::Printed => "printed",
        }
    }

    /// Reads the stable word.
    pub fn from_id(id: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.id() == id)
    }

    /// Says whether it holds a day.
    pub fn is_date(self) -> bool {
        matches!(self, Field::Date | Field::Printed)
    }

    fn bytes_max(self) -> usize {
        match self {
            Field::Environment | Field::Remarks | Field::NextSteps => LONG_TEXT_BYTES_MAX,
            // As many names as a whole district has offices.
            Field::Copies => TEXT_BYTES_MAX,
            Field::Head
            | Field::Number
            | Field::Title
            | Field::Addressees
            | Field::Basis
            | Field::Issuer
            | Field::Date
            | Field::Printer
            | Field::Printed => NAME_BYTES_MAX,
        }
    }
}

impl Draft {
    /// Returns a text.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Head => &self.head,
            Field::Number => &self.number,
            Field::Title => &self.title,
            Field::Addressees => &self.addressees,
            Field::Basis => &self.basis,
            Field::Environment => &self.environment,
            Field::Remarks => &self.remarks,
            Field::NextSteps => &self.next_steps,
            Field::Issuer => &self.issuer,
            Field::Date => &self.date,
            Field::Copies => &self.copies,
            Field::Printer => &self.printer,
            Field::Printed => &self.printed,
        }
    }

    /// Puts a text in place of what stood there; blanks around it go, lines end with LF.
    pub fn set(&mut self, field: Field, text: &str) -> Result<(), DraftError> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        if text.len() > field.bytes_max() {
            return Err(DraftError::TooLong);
        }
        if field.is_date() && !text.is_empty() && text.parse::<Date>().is_err() {
            return Err(DraftError::NotADate);
        }
        let place = match field {
            Field::Head => &mut self.head,
            Field::Number => &mut self.number,
            Field::Title => &mut self.title,
            Field::Addressees => &mut self.addressees,
            Field::Basis => &mut self.basis,
            Field::Environment => &mut self.environment,
            Field::Remarks => &mut self.remarks,
            Field::NextSteps => &mut self.next_steps,
            Field::Issuer => &mut self.issuer,
            Field::Date => &mut self.date,
            Field::Copies => &mut self.copies,
            Field::Printer => &mut self.printer,
            Field::Printed => &mut self.printed,
        };
        *place = text.to_owned();
        Ok(())
    }

    /// Agrees to a mention, or takes that back.
    pub fn tick(&mut self, key: &str, is_ticked: bool) -> Result<(), DraftError> {
        match is_ticked {
            true if self.ticked.len() >= MENTIONS_TICKED_MAX => return Err(DraftError::TooMany),
            true if key.len() > NAME_BYTES_MAX => return Err(DraftError::TooLong),
            true => self.ticked.insert(key.to_owned()),
            false => self.ticked.remove(key),
        };
        Ok(())
    }

    /// Returns 成文日期, once it is typed.
    pub fn day(&self) -> Option<Date> {
        self.date.parse().ok()
    }

    /// Returns 印发日期: as it is typed, else 成文日期.
    pub fn printing_day(&self) -> Option<Date> {
        self.printed.parse().ok().or_else(|| self.day())
    }
}

/// Returns 累计整改 / 累计发现 with one decimal; `—` where there is nothing to divide.
pub fn fix_rate(work: &Work) -> String {
    let count = |number: i64| u64::try_from(number).ok();
    table::fix_rate(&crate::tally::Totals {
        checked: count(work.total.checked),
        found: count(work.total.found),
        fixed: count(work.total.fixed),
    })
}

#[cfg(test)]
mod tests;
