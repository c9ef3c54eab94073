//! The dispatch table as people see it: a row of the plan joined with its stored cells, telephones and totals.
//! Used by the page and by the export alike. Computes and marks; stores and refuses nothing.

use jiff::Timestamp;

use crate::{
    campaign::Campaign,
    column::Column,
    layout::{
        card::Card,
        sheet::{Cells, SheetRow},
    },
    row::Row,
    tally::{Tally, Totals},
    value::{Status, Value},
};

/// What stands where there is nothing to compute: never 0 %, never 100 %.
pub const NOTHING: &str = "—";

/// A report of fewer characters says nothing.
const PROGRESS_CHARS_MIN: usize = 10;

/// What a row is joined from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// What the sheet stores.
    pub stored: &'a SheetRow,
    /// The card of the row's unit.
    pub card: &'a Card,
    /// When the row's report arrived at the server, if it did.
    pub receipt: Option<Timestamp>,
}

/// One row of the table, ready for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// What the plan demands.
    pub row: Row,
    /// What does not fit together, in table order.
    pub findings: Vec<Finding>,
    cells: Vec<TableCell>,
}

/// One cell of the table, ready for display.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableCell {
    /// What the cell shows; lines end with LF.
    pub text: String,
    /// The stored values that stand there at once, the one that is shown first; empty where nothing is stored.
    pub values: Vec<Value>,
    /// Where the text comes from.
    pub source: Source,
}

/// Where a cell's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Somebody typed it, or nobody has yet.
    #[default]
    Typed,
    /// The plan says so.
    Plan,
    /// It is computed, or the server knows it.
    Derived,
    /// Somebody typed it over what is computed.
    Override {
        /// What would be shown otherwise.
        computed: Option<u64>,
    },
}

/// Something in a row that does not fit together. Stored all the same, and marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// More 整改 than 发现 in all.
    FixedExceedsFound,
    /// More 整改 than 发现 this week; it may be last week's problem.
    FixedExceedsFoundThisWeek,
    /// The total is less than this week's count.
    TotalBelowWeek(Tally),
    /// The total fell below the opening total.
    TotalBelowBefore(Tally),
    /// A total was typed over the computed one without 累计调整原因.
    TotalReasonMissing,
    /// 滞后, but no 存在问题.
    LaggingWithoutProblem,
    /// 滞后, but no 下步计划.
    LaggingWithoutPlan,
    /// 本周工作进展 says next to nothing.
    ProgressVague,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth another look.
    Hint,
    /// Probably wrong.
    Warning,
    /// Cannot be right.
    Error,
}

/// Joins one row.
///
/// `number`: 序号, counts from 1 through the table.
pub fn join(campaign: &Campaign, row: &Row, number: usize, sources: &Sources<'_>) -> TableRow {
    let totals = totals(sources.stored);
    let cells = Column::ALL.map(|column| cell(campaign, row, number, column, sources, &totals));
    TableRow {
        row: row.clone(),
        findings: findings(sources.stored, &totals),
        cells: cells.to_vec(),
    }
}

fn cell(
    campaign: &Campaign,
    row: &Row,
    number: usize,
    column: Column,
    sources: &Sources<'_>,
    totals: &Totals,
) -> TableCell {
    let measure = campaign.measure(row.measure);
    match column {
        Column::Number => TableCell::derived(number.to_string()),
        Column::Action => {
            let action = measure.and_then(|measure| campaign.action(measure.action));
            TableCell::plan(
                action
                    .map(|action| action.title.clone())
                    .unwrap_or_default(),
            )
        }
        Column::Measure => TableCell::plan(
            measure
                .map(|measure| measure.title.clone())
                .unwrap_or_default(),
        ),
        Column::LeadUnits => TableCell::plan(
            measure
                .map(|measure| campaign.name_parties(&measure.lead))
                .unwrap_or_default(),
        ),
        Column::Unit => TableCell::plan(
            campaign
                .unit(&row.unit)
                .map_or(row.unit.0.clone(), |unit| unit.name.clone()),
        ),
        Column::Role => TableCell::plan(row.roles.words()),
        Column::Duty => TableCell::plan(row.duty.word().to_owned()),
        Column::CheckedTotal => total_cell(sources.stored, Tally::Checked, totals),
        Column::FoundTotal => total_cell(sources.stored, Tally::Found, totals),
        Column::FixedTotal => total_cell(sources.stored, Tally::Fixed, totals),
        Column::FixRate => TableCell::derived(fix_rate(totals)),
        Column::Phone => TableCell::typed(
            sources
                .card
                .phones_of(&shown(&sources.stored.cells, Column::Reporter)),
        ),
        Column::SubmittedAt => TableCell::derived(
            sources
                .receipt
                .map_or(String::new(), |at| moment(campaign, at)),
        ),
        Column::Progress
        | Column::CheckedWeek
        | Column::FoundWeek
        | Column::FixedWeek
        | Column::TotalReason
        | Column::Problem
        | Column::NextPlan
        | Column::Status
        | Column::Leader
        | Column::Owner
        | Column::Reporter
        | Column::Remark => TableCell::typed(values(&sources.stored.cells, column)),
    }
}

/// Returns the totals of a row: overrides where there are any, else opening total + this week.
pub fn totals(stored: &SheetRow) -> Totals {
    let mut totals = Totals::default();
    for tally in Tally::ALL {
        totals.set(
            tally,
            count(&stored.cells, tally.total_column()).or_else(|| computed_total(stored, tally)),
        );
    }
    totals
}

fn computed_total(stored: &SheetRow, tally: Tally) -> Option<u64> {
    let before = stored.before.get(tally);
    let week = count(&stored.cells, tally.week_column());
    if before.is_none() && week.is_none() {
        return None;
    }
    Some(before.unwrap_or(0).saturating_add(week.unwrap_or(0)))
}

fn total_cell(stored: &SheetRow, tally: Tally, totals: &Totals) -> TableCell {
    let typed = values(&stored.cells, tally.total_column());
    let text = totals
        .get(tally)
        .map_or(String::new(), |total| total.to_string());
    if typed.is_empty() {
        return TableCell::derived(text);
    }
    let source = Source::Override {
        computed: computed_total(stored, tally),
    };
    TableCell {
        text,
        values: typed.to_vec(),
        source,
    }
}

/// Returns 累计整改 / 累计发现 with one decimal, half rounded up; `—` where there is nothing to divide.
pub fn fix_rate(totals: &Totals) -> String {
    match (totals.fixed, totals.found) {
        (Some(fixed), Some(found)) if found > 0 => {
            let (fixed, found) = (u128::from(fixed), u128::from(found));
            let tenths = (fixed * 2_000 + found) / (found * 2);
            format!("{}.{}%", tenths / 10, tenths % 10)
        }
        (Some(_) | None, Some(_) | None) => NOTHING.to_owned(),
    }
}

/// Shows a moment on the campaign's clock, to the second: 15:59:59 is on time, 16:00:00 is late.
pub fn moment(campaign: &Campaign, at: Timestamp) -> String {
    campaign.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn findings(stored: &SheetRow, totals: &Totals) -> Vec<Finding> {
    let cells = &stored.cells;
    let mut found = Vec::new();
    let progress = shown(cells, Column::Progress);
    if !progress.is_empty() && progress.trim().chars().count() < PROGRESS_CHARS_MIN {
        found.push(Finding::ProgressVague);
    }
    if exceeds(
        count(cells, Column::FixedWeek),
        count(cells, Column::FoundWeek),
    ) {
        found.push(Finding::FixedExceedsFoundThisWeek);
    }
    for tally in Tally::ALL {
        if exceeds(count(cells, tally.week_column()), totals.get(tally)) {
            found.push(Finding::TotalBelowWeek(tally));
        }
        if exceeds(stored.before.get(tally), totals.get(tally)) {
            found.push(Finding::TotalBelowBefore(tally));
        }
    }
    if exceeds(totals.fixed, totals.found) {
        found.push(Finding::FixedExceedsFound);
    }
    if Tally::ALL
        .into_iter()
        .any(|tally| needs_reason(stored, tally))
        && is_blank(cells, Column::TotalReason)
    {
        found.push(Finding::TotalReasonMissing);
    }
    if Status::from_word(&shown(cells, Column::Status)) == Some(Status::Lagging) {
        if says_nothing(cells, Column::Problem) {
            found.push(Finding::LaggingWithoutProblem);
        }
        if says_nothing(cells, Column::NextPlan) {
            found.push(Finding::LaggingWithoutPlan);
        }
    }
    found
}

/// An override needs a reason, unless it tells the opening total itself because the server has none.
fn needs_reason(stored: &SheetRow, tally: Tally) -> bool {
    let typed = count(&stored.cells, tally.total_column());
    stored.before.get(tally).is_some() && typed.is_some() && typed != computed_total(stored, tally)
}

fn exceeds(part: Option<u64>, whole: Option<u64>) -> bool {
    part.zip(whole).is_some_and(|(part, whole)| part > whole)
}

fn is_blank(cells: &Cells, column: Column) -> bool {
    shown(cells, column).trim().is_empty()
}

/// 「无」 is a legal answer, but none for work that lags.
fn says_nothing(cells: &Cells, column: Column) -> bool {
    matches!(shown(cells, column).trim(), "" | "无" | "无。")
}

fn values(cells: &Cells, column: Column) -> &[Value] {
    cells.get(&column).map_or(&[], Vec::as_slice)
}

fn count(cells: &Cells, column: Column) -> Option<u64> {
    values(cells, column).first().and_then(Value::count)
}

fn shown(cells: &Cells, column: Column) -> String {
    values(cells, column)
        .first()
        .map(Value::to_string)
        .unwrap_or_default()
}

impl TableRow {
    /// Returns the cell of a column.
    pub fn cell(&self, column: Column) -> &TableCell {
        let index = Column::ALL.iter().position(|each| *each == column);
        &self.cells[index.expect("Column::ALL has every column")]
    }

    /// Returns what is wrong with the cell of a column.
    pub fn findings_at(&self, column: Column) -> impl Iterator<Item = Finding> {
        self.findings
            .iter()
            .copied()
            .filter(move |finding| finding.column() == column)
    }
}

impl TableCell {
    /// Says whether the cell is computed and can be overridden at most.
    pub fn is_derived(&self) -> bool {
        match self.source {
            Source::Derived | Source::Plan => true,
            Source::Typed | Source::Override { .. } => false,
        }
    }

    /// Says whether different values were written at the same time, so that a person has to choose.
    pub fn is_conflict(&self) -> bool {
        self.values.len() > 1
    }

    fn typed(values: &[Value]) -> TableCell {
        let text = values.first().map(Value::to_string).unwrap_or_default();
        TableCell {
            text,
            values: values.to_vec(),
            source: Source::Typed,
        }
    }

    fn derived(text: String) -> TableCell {
        TableCell {
            text,
            values: Vec::new(),
            source: Source::Derived,
        }
    }

    fn plan(text: String) -> TableCell {
        TableCell {
            text,
            values: Vec::new(),
            source: Source::Plan,
        }
    }
}

impl Finding {
    /// Returns the column beside whose cell the finding is shown.
    pub fn column(self) -> Column {
        match self {
            Finding::FixedExceedsFound => Column::FixedTotal,
            Finding::FixedExceedsFoundThisWeek => Column::FixedWeek,
            Finding::TotalBelowWeek(tally) | Finding::TotalBelowBefore(tally) => {
                tally.total_column()
            }
            Finding::TotalReasonMissing => Column::TotalReason,
            Finding::LaggingWithoutProblem => Column::Problem,
            Finding::LaggingWithoutPlan => Column::NextPlan,
            Finding::ProgressVague => Column::Progress,
        }
    }

    /// Returns how grave it is.
    pub fn severity(self) -> Severity {
        match self {
            Finding::FixedExceedsFound | Finding::TotalBelowWeek(_) => Severity::Error,
            Finding::LaggingWithoutProblem | Finding::LaggingWithoutPlan => Severity::Error,
            Finding::FixedExceedsFoundThisWeek | Finding::TotalBelowBefore(_) => Severity::Warning,
            Finding::TotalReasonMissing => Severity::Warning,
            Finding::ProgressVague => Severity::Hint,
        }
    }
}
