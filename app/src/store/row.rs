//! One row in words: from the joined row to what the grid draws.

use diaodu_plan::{
    campaign::{Campaign, MeasureNumber},
    column::{Column, Kind},
    permission::Reason,
    table::{self, Finding, Source, TableCell, TableRow},
    tally::Tally,
    value::{self, Mistake, Review, Status},
};

use crate::{
    grid::model::{CellContent, CellKind, ColumnSpec, Filed, RowContent, Severity},
    i18n::Language,
    store::refusal::reason_sentence,
};

/// The columns that a person may show, in the order in which they stand without a choice. Action, measure and its leads stand in
/// the bands; where there are none they come in their own place.
pub const OFFERED: [Column; 29] = [
    Column::Number,
    Column::Unit,
    Column::Role,
    Column::Duty,
    Column::Action,
    Column::Measure,
    Column::LeadUnits,
    Column::Progress,
    Column::CheckedWeek,
    Column::FoundWeek,
    Column::FixedWeek,
    Column::CheckedTotal,
    Column::FoundTotal,
    Column::FixedTotal,
    Column::FixRate,
    Column::TotalReason,
    Column::Problem,
    Column::NextPlan,
    Column::Status,
    Column::Leader,
    Column::Owner,
    Column::Reporter,
    Column::Phone,
    Column::SubmittedAt,
    Column::Attachments,
    Column::Remark,
    Column::Review,
    Column::ReviewNote,
    Column::OfficeStatus,
];

/// The columns in the order in which a row's cells stand: those on screen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnOrder {
    /// All that are offered.
    pub columns: Vec<Column>,
    /// So many of them are on screen.
    pub shown: usize,
}

impl Default for ColumnOrder {
    fn default() -> Self {
        let hidden = OFFERED.into_iter().filter(|column| !is_shown(*column));
        let columns = OFFERED.into_iter().filter(|column| is_shown(*column));
        Self {
            columns: columns.chain(hidden).collect(),
            shown: OFFERED
                .into_iter()
                .filter(|column| is_shown(*column))
                .count(),
        }
    }
}

/// Says whether a column is on screen without anybody's choice: what the bands say is not said again, and files are listed beside
/// the row.
pub fn is_shown(column: Column) -> bool {
    !is_in_bands(column) && column != Column::Attachments
}

/// Says whether the bands say it.
pub fn is_in_bands(column: Column) -> bool {
    matches!(column, Column::Action | Column::Measure | Column::LeadUnits)
}

/// Returns all columns in words.
pub fn columns(language: Language) -> Vec<ColumnSpec> {
    OFFERED
        .into_iter()
        .map(|column| spec(column, language))
        .collect()
}

/// Names a column where something is told of one of its cells; a report too, which has no column of its own.
pub fn column_name(column: Column, language: Language) -> String {
    match column {
        Column::Report => language.say("history-report"),
        column => spec(column, language).full_title(),
    }
}

/// Returns a column in words.
pub fn spec(column: Column, language: Language) -> ColumnSpec {
    let say = |prefix: &str| language.say(&format!("{prefix}-{}", dashed(column)));
    let group = match column {
        Column::CheckedWeek | Column::FoundWeek | Column::FixedWeek => {
            Some(language.say("column-group-week"))
        }
        Column::CheckedTotal | Column::FoundTotal | Column::FixedTotal | Column::FixRate => {
            Some(language.say("column-group-total"))
        }
        Column::Number | Column::Action | Column::Measure | Column::LeadUnits | Column::Unit => {
            None
        }
        Column::Role | Column::Duty | Column::Progress | Column::TotalReason | Column::Problem => {
            None
        }
        Column::NextPlan | Column::Status | Column::Leader | Column::Owner | Column::Reporter => {
            None
        }
        Column::Phone | Column::SubmittedAt | Column::Attachments | Column::Remark => None,
        Column::Review | Column::ReviewNote | Column::OfficeStatus => None,
        Column::Report | Column::ReportSavedAt => None,
        Column::ReviewOf | Column::Summary => None,
    };
    ColumnSpec {
        id: column.id().to_owned(),
        title: say("column"),
        group,
        width_px: width_px(column),
        frozen: matches!(
            column,
            Column::Number | Column::Unit | Column::Role | Column::Duty
        ),
        kind: kind(column),
        hint: say("column-hint"),
    }
}

fn dashed(column: Column) -> String {
    column.id().replace('_', "-")
}

fn kind(column: Column) -> CellKind {
    match column.kind() {
        Kind::Text => CellKind::Text,
        Kind::LongText => CellKind::LongText,
        Kind::Count => CellKind::Count,
        Kind::Choice(choices) => {
            CellKind::Choice(choices.words().into_iter().map(str::to_owned).collect())
        }
        Kind::Moment | Kind::Preset | Kind::Derived => CellKind::Fixed,
    }
}

fn width_px(column: Column) -> f64 {
    match column {
        Column::Number => 48.0,
        Column::Unit => 136.0,
        Column::Role => 72.0,
        Column::Duty => 76.0,
        Column::Progress => 320.0,
        Column::FoundWeek | Column::FixedWeek | Column::FoundTotal | Column::FixedTotal => 64.0,
        Column::FixRate => 72.0,
        Column::CheckedWeek | Column::CheckedTotal => 80.0,
        Column::Problem | Column::NextPlan => 240.0,
        Column::Status | Column::Leader | Column::Owner | Column::Reporter => 80.0,
        Column::Phone => 120.0,
        Column::SubmittedAt => 152.0,
        Column::Attachments => 64.0,
        Column::TotalReason | Column::Remark | Column::ReviewNote => 160.0,
        Column::Review => 80.0,
        Column::OfficeStatus => 96.0,
        Column::Report | Column::ReportSavedAt | Column::ReviewOf => 96.0,
        Column::Summary => 320.0,
        Column::Action | Column::LeadUnits => 136.0,
        Column::Measure => 200.0,
    }
}

/// A text that could not be stored, kept beside its cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// As typed.
    pub text: String,
    /// Why the server did not take it, a stable word; `None` for what is no value of the column.
    pub reason: Option<String>,
}

impl Draft {
    /// Writes it as a note of this machine.
    pub fn to_note(&self) -> String {
        match &self.reason {
            Some(reason) => format!("{REASON_MARK}{reason}{REASON_MARK}{}", self.text),
            None => self.text.clone(),
        }
    }

    /// Adds what was kept beside the same cell before: neither is lost.
    pub fn with_older(mut self, older: Option<&str>) -> Draft {
        let older = older.unwrap_or_default();
        let is_in_it = older == self.text || older.ends_with(&format!("\n{}", self.text));
        self.text = match (older.is_empty(), is_in_it) {
            (true, _) => self.text,
            (false, true) => older.to_owned(),
            (false, false) => format!("{older}\n{}", self.text),
        };
        self
    }

    /// Reads it from a note of this machine.
    pub fn from_note(note: &str) -> Draft {
        let marked = note.strip_prefix(REASON_MARK);
        match marked.and_then(|rest| rest.split_once(REASON_MARK)) {
            Some((reason, text)) => Draft {
                text: text.to_owned(),
                reason: Some(reason.to_owned()),
            },
            None => Draft {
                text: note.to_owned(),
                reason: None,
            },
        }
    }
}

/// Stands around the reason; nobody types it.
const REASON_MARK: char = '\u{1}';

/// Why a cell is closed, by who fills its column; words of `plan::permission::Reason`, or that the sheet is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The sheet is not on this machine.
    NotHere,
    /// The table shows the past.
    Past,
    /// The person may not.
    Refused(Reason),
}

/// Whether a row's report came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// In time.
    OnTime,
    /// At the due moment or after it.
    Late,
    /// Not yet, and it is owed.
    Missing,
    /// None is owed.
    NotOwed,
}

fn arrived(
    cell: CellContent,
    (arrival, is_edited): (Arrival, bool),
    language: Language,
) -> CellContent {
    let (key, sentence) = match arrival {
        Arrival::OnTime => ("on-time", "arrival-on-time"),
        Arrival::Late => ("late", "arrival-late"),
        Arrival::Missing => ("missing", "arrival-missing"),
        Arrival::NotOwed => ("not-owed", "arrival-not-owed"),
    };
    let shown = match is_edited {
        true => format!("{}\n{}", cell.shown, language.say("arrival-edited")),
        false => cell.shown,
    };
    CellContent {
        shown,
        state: (arrival == Arrival::Late).then_some("late"),
        filed: Some(Filed {
            key,
            word: language.say(sentence),
        }),
        ..cell
    }
}

/// Shows how many files there are; their names are the detail.
fn counted(cell: CellContent) -> CellContent {
    let count = cell.shown.lines().count();
    CellContent {
        shown: match count {
            0 => String::new(),
            count => count.to_string(),
        },
        detail: cell.shown,
        ..cell
    }
}

/// Names a row: its unit, and its measure by number and title.
pub fn label(
    campaign: &Campaign,
    number: MeasureNumber,
    unit: String,
    language: Language,
) -> String {
    let measure = campaign.measure(number);
    let title = measure.map(|measure| measure.title.clone());
    let values = [
        ("unit", unit.into()),
        ("number", i64::from(number.0).into()),
        ("measure", title.unwrap_or_default().into()),
    ];
    language.say_with("row-label", &values)
}

/// Puts a row into words.
///
/// `order`: how its cells stand. `arrival`: with whether the row was written after its report. `draft`: the draft beside the cell of a column. `closed`: why a column of the row cannot be
/// edited here and now.
pub fn content<'a>(
    campaign: &Campaign,
    (row, order): (&TableRow, &ColumnOrder),
    (is_own, arrival): (bool, (Arrival, bool)),
    draft: impl Fn(Column) -> Option<&'a Draft>,
    closed: impl Fn(Column) -> Option<Closed>,
    language: Language,
) -> RowContent {
    let unit = row.cell(Column::Unit).text.clone();
    let label = label(campaign, row.row.measure, unit.clone(), language);
    // Most cells of a row are closed for the same reason, and it is put into words once.
    let mut said: Vec<(Closed, String)> = Vec::new();
    let mut why = |closed: Closed| {
        let known = said.iter().find(|(known, _)| *known == closed);
        known
            .map(|(_, sentence)| sentence.clone())
            .unwrap_or_else(|| {
                let sentence = closed_sentence(closed, &unit, language);
                said.push((closed, sentence.clone()));
                sentence
            })
    };
    let cells = order
        .columns
        .iter()
        .map(|column| {
            let column = *column;
            let closed = closed(column).map(&mut why);
            let cell = cell(row, column, draft(column), closed, language);
            if column == Column::SubmittedAt {
                arrived(cell, arrival, language)
            } else if column == Column::Attachments {
                counted(cell)
            } else {
                cell
            }
        })
        .collect();
    RowContent {
        label,
        own: is_own,
        cells,
    }
}

fn cell(
    row: &TableRow,
    column: Column,
    draft: Option<&Draft>,
    closed: Option<String>,
    language: Language,
) -> CellContent {
    let joined = row.cell(column);
    let readonly = readonly(column, language).or(closed);
    if let Some(draft) = draft {
        let unit = &row.cell(Column::Unit).text;
        return drafted(column, draft, unit, readonly, language);
    }
    let (mistake, severity) = mistake(row, column, joined, language);
    CellContent {
        text: if joined.values.is_empty() {
            String::new()
        } else {
            joined.text.clone()
        },
        shown: joined.text.clone(),
        readonly,
        mistake,
        severity,
        draft: false,
        conflict: joined.is_conflict(),
        detail: detail(joined, language),
        state: state(column, &joined.text),
        filed: None,
        commented: None,
    }
}

/// Turns a cell into one of the past: all its values are read, none is chosen, and what has changed says so in words.
///
/// `changed`: what stood there at the other moment.
pub fn as_past(
    cell: &mut CellContent,
    joined: &TableCell,
    changed: Option<&String>,
    language: Language,
) {
    // Nobody mends the past.
    cell.mistake = None;
    cell.severity = Severity::Calm;
    if joined.is_conflict() {
        let values: Vec<String> = joined.values.iter().map(ToString::to_string).collect();
        cell.shown = values.join(" / ");
        cell.conflict = false;
    }
    if let Some(old) = changed {
        let blank = |text: &str| match text.is_empty() {
            true => language.say("history-blank"),
            false => text.to_owned(),
        };
        let values = [
            ("old", blank(old).into()),
            ("new", blank(&cell.shown).into()),
        ];
        cell.shown = language.say_with("history-changed", &values);
        cell.state = Some("changed");
    }
}

/// Says why a cell is closed.
pub fn closed_sentence(closed: Closed, unit: &str, language: Language) -> String {
    match closed {
        Closed::NotHere => language.say("readonly-not-here"),
        Closed::Past => language.say("readonly-past"),
        Closed::Refused(reason) => reason_sentence(reason.word(), unit, language),
    }
}

/// Says why a draft is one.
pub fn draft_sentence(column: Column, draft: &Draft, unit: &str, language: Language) -> String {
    match (&draft.reason, value::parse(column, &draft.text)) {
        (Some(word), _) => {
            let reason = reason_sentence(word, unit, language);
            language.say_with("draft-refused", &[("reason", reason.into())])
        }
        (None, Err(mistake)) => mistake_sentence(mistake, language),
        (None, Ok(_)) => language.say("draft-not-written"),
    }
}

fn drafted(
    column: Column,
    draft: &Draft,
    unit: &str,
    readonly: Option<String>,
    language: Language,
) -> CellContent {
    let sentence = draft_sentence(column, draft, unit, language);
    CellContent {
        text: draft.text.clone(),
        shown: draft.text.clone(),
        readonly,
        mistake: Some(sentence),
        severity: Severity::Error,
        draft: true,
        conflict: false,
        detail: String::new(),
        state: None,
        filed: None,
        commented: None,
    }
}

fn readonly(column: Column, language: Language) -> Option<String> {
    match column.kind() {
        Kind::Text | Kind::LongText | Kind::Count | Kind::Choice(_) | Kind::Moment => None,
        Kind::Preset | Kind::Derived => Some(language.say(&format!("readonly-{}", dashed(column)))),
    }
}

fn mistake(
    row: &TableRow,
    column: Column,
    cell: &TableCell,
    language: Language,
) -> (Option<String>, Severity) {
    let mut findings: Vec<Finding> = row.findings_at(column).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    let Some(gravest) = findings.first() else {
        let conflict = cell.is_conflict().then(|| {
            language.say_with(
                "conflict-several",
                &[("count", (cell.values.len() as i64).into())],
            )
        });
        let severity = if conflict.is_some() {
            Severity::Warning
        } else {
            Severity::Calm
        };
        return (conflict, severity);
    };
    let severity = match gravest.severity() {
        table::Severity::Hint => Severity::Calm,
        table::Severity::Warning | table::Severity::Error => Severity::Warning,
    };
    let sentences: Vec<String> = findings
        .iter()
        .map(|finding| finding_sentence(*finding, language))
        .collect();
    (
        Some(sentences.join(&language.say("sentence-space"))),
        severity,
    )
}

fn detail(cell: &TableCell, language: Language) -> String {
    match cell.source {
        Source::Override {
            computed: Some(computed),
        } => language.say_with(
            "detail-override",
            &[("computed", computed.to_string().into())],
        ),
        Source::Override { computed: None } | Source::Typed | Source::Plan | Source::Derived => {
            String::new()
        }
    }
}

fn state(column: Column, text: &str) -> Option<&'static str> {
    match column {
        Column::Review => Review::from_word(text).map(|review| match review {
            Review::Passed => "done",
            Review::Returned => "late",
        }),
        Column::Status | Column::OfficeStatus => {
            Status::from_word(text).map(|status| match status {
                Status::NotStarted => "idle",
                Status::UnderWay => "doing",
                Status::Done => "done",
                Status::Lagging => "late",
            })
        }
        Column::Duty
        | Column::Number
        | Column::Action
        | Column::Measure
        | Column::LeadUnits
        | Column::Unit => None,
        Column::Role
        | Column::Progress
        | Column::CheckedWeek
        | Column::FoundWeek
        | Column::FixedWeek => None,
        Column::CheckedTotal
        | Column::FoundTotal
        | Column::FixedTotal
        | Column::TotalReason
        | Column::FixRate => None,
        Column::Problem
        | Column::NextPlan
        | Column::Leader
        | Column::Owner
        | Column::Reporter
        | Column::Phone => None,
        Column::SubmittedAt | Column::Attachments => None,
        Column::Remark | Column::ReviewNote => None,
        Column::Report | Column::ReportSavedAt => None,
        Column::ReviewOf | Column::Summary => None,
    }
}

/// Says why a text is no value of a column.
pub fn mistake_sentence(mistake: Mistake, language: Language) -> String {
    match mistake {
        Mistake::NotANumber => language.say("mistake-not-a-number"),
        Mistake::Negative => language.say("mistake-negative"),
        Mistake::Fraction => language.say("mistake-fraction"),
        Mistake::NumberTooLarge { max } => language.say_with(
            "mistake-number-too-large",
            &[("max", max.to_string().into())],
        ),
        Mistake::TextTooLong { max, .. } => {
            // A Chinese character has three bytes.
            language.say_with(
                "mistake-text-too-long",
                &[("max", (max / 3).to_string().into())],
            )
        }
        Mistake::NotAChoice(choices) => {
            let words = choices.words().join(&language.say("list-comma"));
            language.say_with("mistake-not-a-choice", &[("words", words.into())])
        }
        Mistake::ReadOnly => language.say("mistake-read-only"),
    }
}

/// Says what does not fit together.
pub fn finding_sentence(finding: Finding, language: Language) -> String {
    let tally = |tally: Tally| match tally {
        Tally::Checked => language.say("tally-checked"),
        Tally::Found => language.say("tally-found"),
        Tally::Fixed => language.say("tally-fixed"),
    };
    match finding {
        Finding::FixedExceedsFound => language.say("finding-fixed-exceeds-found"),
        Finding::FixedExceedsFoundThisWeek => language.say("finding-fixed-exceeds-found-this-week"),
        Finding::TotalBelowWeek(of) => {
            language.say_with("finding-total-below-week", &[("tally", tally(of).into())])
        }
        Finding::TotalBelowBefore(of) => {
            language.say_with("finding-total-below-before", &[("tally", tally(of).into())])
        }
        Finding::TotalReasonMissing => language.say("finding-total-reason-missing"),
        Finding::LaggingWithoutProblem => language.say("finding-lagging-without-problem"),
        Finding::LaggingWithoutPlan => language.say("finding-lagging-without-plan"),
        Finding::ProgressVague => language.say("finding-progress-vague"),
        Finding::ProgressMissing => language.say("finding-progress-missing"),
        Finding::ProgressLikeLastWeek => language.say("finding-progress-like-last-week"),
        Finding::ProblemMissing => language.say("finding-problem-missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_goes_beside_what_was_kept_before() {
        let draft = |text: &str| Draft {
            text: text.to_owned(),
            reason: Some("week-frozen".to_owned()),
        };
        assert_eq!(draft("甲").with_older(None), draft("甲"));
        let both = draft("乙").with_older(Some("甲"));
        assert_eq!(both, draft("甲\n乙"));
        assert_eq!(draft("乙").with_older(Some(&both.text)), both);
    }

    #[test]
    fn every_column_is_named_and_explained() {
        for language in Language::ALL {
            for column in columns(language) {
                assert!(!column.title.starts_with("column-"), "{}", column.title);
                assert!(!column.hint.starts_with("column-"), "{}", column.hint);
            }
            for column in OFFERED {
                let reason = readonly(column, language);
                assert_eq!(reason.is_some(), !column.is_editable());
                assert!(
                    reason.is_none_or(|reason| !reason.starts_with("readonly-")),
                    "{column:?}"
                );
            }
        }
    }
}
