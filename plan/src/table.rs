//! The dispatch table as people see it: a row of the plan joined with its stored cells, telephones and totals.
//! Used by the page and by the export alike. Computes and marks; stores and refuses nothing.

use jiff::Timestamp;

use crate::{
    attachment,
    campaign::Campaign,
    carry::CONSOLIDATING,
    column::Column,
    layout::{
        card::Card,
        sheet::{Cells, SheetRow},
    },
    row::{Duty, Row},
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
    /// No 本周工作进展. Told before 报送 alone: an empty row is no mistake before.
    ProgressMissing,
    /// 本周工作进展 is nearly last week's. Told before 报送 alone.
    ProgressLikeLastWeek,
    /// No 存在问题: 「无」 is an answer, blank is not. Told before 报送 alone.
    ProblemMissing,
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
/// `number`: 序号, as `row::numbered` counts; released rows show none.
pub fn join(campaign: &Campaign, row: &Row, number: usize, sources: &Sources<'_>) -> TableRow {
    let totals = totals(sources.stored);
    let shown = Column::ALL.into_iter().chain(Column::BESIDE);
    let cells = shown.map(|column| cell(campaign, row, number, column, sources, &totals));
    TableRow {
        row: row.clone(),
        findings: findings(sources.stored),
        cells: cells.collect(),
    }
}

fn shown_number(row: &Row, number: usize) -> String {
    match row.duty {
        Duty::Owed | Duty::Assisting => number.to_string(),
        Duty::Released => NOTHING.to_owned(),
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
        Column::Number => TableCell::derived(shown_number(row, number)),
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
        Column::Attachments => TableCell::derived(attachment::names(&sources.stored.attached)),
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
        | Column::Remark
        | Column::Review
        | Column::ReviewNote
        | Column::OfficeStatus
        | Column::Report
        | Column::ReportSavedAt
        | Column::ReviewOf
        | Column::Summary => TableCell::typed(values(&sources.stored.cells, column)),
    }
}

/// Returns the totals of a row: overrides where there are any, else opening total + this week.
pub fn totals(stored: &SheetRow) -> Totals {
    totals_after(stored, &stored.before)
}

/// Returns the totals of a row that begins the week with these.
pub fn totals_after(stored: &SheetRow, before: &Totals) -> Totals {
    let mut totals = Totals::default();
    for tally in Tally::ALL {
        let typed = count(&stored.cells, tally.total_column());
        let computed = || computed_after(stored, before, tally);
        totals.set(tally, typed.or_else(computed));
    }
    totals
}

/// Returns the opening totals of a row: what the server has written, else what last week's row comes to.
pub fn opening(stored: &SheetRow, previous: &SheetRow) -> Totals {
    opening_after(stored, &totals(previous))
}

/// Returns the opening totals of a row whose week before came to these.
pub fn opening_after(stored: &SheetRow, before: &Totals) -> Totals {
    let mut opening = stored.before;
    for tally in Tally::ALL {
        opening.set(tally, stored.before.get(tally).or(before.get(tally)));
    }
    opening
}

fn computed_total(stored: &SheetRow, tally: Tally) -> Option<u64> {
    computed_after(stored, &stored.before, tally)
}

fn computed_after(stored: &SheetRow, before: &Totals, tally: Tally) -> Option<u64> {
    let before = before.get(tally);
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

/// Returns 累计整改 / 累计发现 with one decimal; `—` where there is nothing to divide.
///
/// Source: GB/T 8170, exact halves go to the even digit: 9/16 is 56.2%.
pub fn fix_rate(totals: &Totals) -> String {
    match (totals.fixed, totals.found) {
        (Some(fixed), Some(found)) if found > 0 => {
            let (fixed, found) = (u128::from(fixed), u128::from(found));
            let (whole, rest) = (fixed * 1_000 / found, fixed * 1_000 % found);
            let is_up = rest * 2 > found || (rest * 2 == found && whole % 2 == 1);
            let tenths = whole + u128::from(is_up);
            format!("{}.{}%", tenths / 10, tenths % 10)
        }
        (Some(_) | None, Some(_) | None) => NOTHING.to_owned(),
    }
}

/// Shows a moment on the campaign's clock, to the second: 15:59:59 is on time, 16:00:00 is late.
pub fn moment(campaign: &Campaign, at: Timestamp) -> String {
    // Not `strftime`: a page would load all its formats.
    let local = campaign.local(at);
    let (date, time) = (local.date(), local.time());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Returns what does not fit together in a row, in table order.
pub fn findings(stored: &SheetRow) -> Vec<Finding> {
    let totals = totals(stored);
    let cells = &stored.cells;
    let mut found = Vec::new();
    let progress = shown(cells, Column::Progress);
    let is_short = progress.trim().chars().count() < PROGRESS_CHARS_MIN;
    if !progress.is_empty() && is_short && progress.trim() != CONSOLIDATING {
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
pub(crate) fn says_nothing(cells: &Cells, column: Column) -> bool {
    matches!(shown(cells, column).trim(), "" | "无" | "无。")
}

fn values(cells: &Cells, column: Column) -> &[Value] {
    cells.get(&column).map_or(&[], Vec::as_slice)
}

fn count(cells: &Cells, column: Column) -> Option<u64> {
    values(cells, column).first().and_then(Value::count)
}

/// Returns what a cell shows; empty where there is nothing.
pub fn shown(cells: &Cells, column: Column) -> String {
    values(cells, column)
        .first()
        .map(Value::to_string)
        .unwrap_or_default()
}

impl TableRow {
    /// Returns the cell of a column.
    pub fn cell(&self, column: Column) -> &TableCell {
        let mut all = Column::ALL.into_iter().chain(Column::BESIDE);
        let index = all.position(|each| each == column);
        &self.cells[index.expect("the two lists have every column")]
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
            Finding::ProgressMissing | Finding::ProgressLikeLastWeek => Column::Progress,
            Finding::ProblemMissing => Column::Problem,
        }
    }

    /// Returns how grave it is.
    pub fn severity(self) -> Severity {
        match self {
            Finding::FixedExceedsFound | Finding::TotalBelowWeek(_) => Severity::Error,
            Finding::LaggingWithoutProblem | Finding::LaggingWithoutPlan => Severity::Error,
            Finding::FixedExceedsFoundThisWeek | Finding::TotalBelowBefore(_) => Severity::Warning,
            Finding::TotalReasonMissing => Severity::Warning,
            Finding::ProgressMissing | Finding::ProblemMissing => Severity::Warning,
            Finding::ProgressVague | Finding::ProgressLikeLastWeek => Severity::Hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        edit::Edit,
        fixture,
        layout::{card, sheet},
        rehearsal,
        row::{RowId, row},
    };

    /// `typed`: `column=text` each, in m01.s-hongying.
    fn joined(typed: &[(Column, &str)], before: Totals) -> TableRow {
        let campaign = fixture::campaign(fixture::SMALL);
        let row = row(
            &campaign,
            crate::campaign::WeekNumber(2),
            &RowId("m01.s-hongying".to_owned()),
        )
        .unwrap();
        let mut sheet = rehearsal::sheet_of(&campaign, &row.unit);
        let mut card = rehearsal::card_of(&row.unit);
        for (column, text) in typed {
            let edit = Edit::typed(&row.id, *column, text, "冯演示").unwrap();
            let document = if *column == Column::Phone {
                &mut card
            } else {
                &mut sheet
            };
            rehearsal::perform(document, &edit).unwrap();
        }
        let mut stored = sheet::read_row(&sheet, &row.id).unwrap();
        stored.before = before;
        let receipt = Some("2021-04-16T07:59:59Z".parse().unwrap());
        join(
            &campaign,
            &row,
            3,
            &Sources {
                stored: &stored,
                card: &card::read(&card),
                receipt,
            },
        )
    }

    fn check_findings(typed: &[(Column, &str)], before: Totals, expected: &[Finding]) {
        assert_eq!(joined(typed, before).findings, expected, "{typed:?}");
    }

    fn texts(row: &TableRow) -> String {
        Column::ALL
            .map(|column| row.cell(column).text.as_str())
            .join("|")
    }

    #[test]
    fn an_empty_row_shows_what_the_plan_says() {
        let row = joined(&[], Totals::default());
        let expected = "3|甲专项行动|措施1|生态环境分局|鸿鹰街道办事处|落实|应报|||||||||—||||||||2021-04-16 15:59:59|||||";
        assert_eq!(texts(&row), expected);
        assert_eq!(row.findings, []);
    }

    #[test]
    fn totals_are_opening_plus_week_unless_overridden() {
        let before = Totals {
            checked: Some(10),
            found: Some(8),
            fixed: Some(3),
        };
        let typed = [
            (Column::CheckedWeek, "5"),
            (Column::FoundWeek, "2"),
            (Column::FixedWeek, "4"),
            (Column::FoundTotal, "9"),
        ];
        let row = joined(&typed, before);
        assert_eq!(row.cell(Column::CheckedTotal).text, "15");
        assert!(row.cell(Column::CheckedTotal).is_derived());
        assert_eq!(row.cell(Column::FoundTotal).text, "9");
        assert_eq!(
            row.cell(Column::FoundTotal).source,
            Source::Override { computed: Some(10) }
        );
        assert_eq!(row.cell(Column::FixRate).text, "77.8%");
    }

    #[test]
    fn the_rate_never_divides_by_nothing() {
        let rate = |fixed, found| {
            fix_rate(&Totals {
                checked: None,
                found,
                fixed,
            })
        };
        assert_eq!(rate(Some(7), Some(10)), "70.0%");
        assert_eq!(rate(Some(3), Some(16)), "18.8%");
        assert_eq!(rate(Some(9), Some(16)), "56.2%");
        assert_eq!(rate(Some(0), Some(3)), "0.0%");
        assert_eq!(rate(Some(3), Some(3)), "100.0%");
        assert_eq!(rate(Some(u64::MAX), Some(u64::MAX)), "100.0%");
        for (fixed, found) in [
            (Some(0), Some(0)),
            (Some(1), Some(0)),
            (None, Some(1)),
            (Some(1), None),
        ] {
            assert_eq!(rate(fixed, found), "—");
        }
    }

    #[test]
    fn telephones_are_joined_by_reporter() {
        let row = joined(
            &[
                (Column::Phone, "0375-0000069"),
                (Column::Reporter, "冯演示"),
            ],
            Totals::default(),
        );
        assert_eq!(row.cell(Column::Phone).text, "0375-0000069");
        assert!(!row.cell(Column::Phone).is_derived());
        let other = joined(
            &[(Column::Phone, "0375-0000069"), (Column::Reporter, "别人")],
            Totals::default(),
        );
        assert_eq!(other.cell(Column::Phone).text, "");
    }

    #[test]
    fn relations_that_break_are_marked() {
        let none = Totals::default();
        check_findings(
            &[
                (Column::FoundWeek, "2"),
                (Column::FixedWeek, "3"),
                (Column::FoundTotal, "10"),
                (Column::FixedTotal, "3"),
            ],
            none,
            &[Finding::FixedExceedsFoundThisWeek],
        );
        check_findings(
            &[(Column::FoundWeek, "2"), (Column::FixedWeek, "3")],
            none,
            &[
                Finding::FixedExceedsFoundThisWeek,
                Finding::FixedExceedsFound,
            ],
        );
        check_findings(
            &[(Column::CheckedWeek, "40"), (Column::CheckedTotal, "31")],
            none,
            &[Finding::TotalBelowWeek(Tally::Checked)],
        );
        check_findings(
            &[(Column::Progress, "正在推进。")],
            none,
            &[Finding::ProgressVague],
        );
        check_findings(
            &[(Column::Status, "滞后"), (Column::Problem, " 无 ")],
            none,
            &[Finding::LaggingWithoutProblem, Finding::LaggingWithoutPlan],
        );
        check_findings(
            &[
                (Column::Status, "滞后"),
                (Column::Problem, "缺人"),
                (Column::NextPlan, "加人"),
            ],
            none,
            &[],
        );
    }

    #[test]
    fn an_override_needs_a_reason_once_the_opening_total_is_known() {
        let before = Totals {
            checked: Some(10),
            ..Totals::default()
        };
        let typed = [(Column::CheckedTotal, "9")];
        check_findings(
            &typed,
            before,
            &[
                Finding::TotalBelowBefore(Tally::Checked),
                Finding::TotalReasonMissing,
            ],
        );
        check_findings(&typed, Totals::default(), &[]);
        let explained = [
            (Column::CheckedTotal, "9"),
            (Column::TotalReason, "重复登记"),
        ];
        check_findings(
            &explained,
            before,
            &[Finding::TotalBelowBefore(Tally::Checked)],
        );
    }

    #[test]
    fn findings_stand_beside_their_cell() {
        let row = joined(
            &[(Column::FoundWeek, "2"), (Column::FixedWeek, "3")],
            Totals::default(),
        );
        assert_eq!(
            row.findings_at(Column::FixedTotal).collect::<Vec<_>>(),
            [Finding::FixedExceedsFound]
        );
        assert_eq!(row.findings_at(Column::Progress).count(), 0);
        assert_eq!(Finding::FixedExceedsFound.severity(), Severity::Error);
        assert_eq!(
            Finding::FixedExceedsFoundThisWeek.severity(),
            Severity::Warning
        );
    }
}
