//! What can be wrong in a campaign file, where it stands, and how that is said.

use crate::sentences::{Language, sentence};

const CHINESE_LETTER_BYTES: usize = 3;

/// A mistake and the place it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Counts from 1.
    pub line: usize,
    /// Counts characters from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong in a campaign file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the sentences in templates/ say what each means"
)]
pub enum Problem {
    Syntax { detail: String },
    FullWidth { mark: char },
    DuplicateKey { key: String },
    Missing { key: String },
    UnknownKey { key: String },
    WrongKind { key: String, expected: Expected },
    TooLong { key: String, max: usize },
    TooMany { key: String, max: usize },
    TooManyRows { rows: usize, max: usize },
    Empty { key: String },
    Format,
    BadId { id: String },
    Twice { id: String },
    UnknownUnit { id: String },
    NotAStreet { id: String },
    NoRelevantStreets,
    RelevantStreetsUnused,
    Nobody,
    BadDate { text: String },
    BadMoment { text: String },
    BadOffset { text: String },
    BadUnitKind { text: String },
    Order { expected: u8, found: u8 },
    EndBeforeStart,
    ActionPlanOutside,
    WeekOverlap,
    DueOutside,
    PlanMeasures { sections: usize },
}

/// What a key should have held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the sentences in templates/ say what each means"
)]
pub enum Expected {
    Text,
    Number,
    Flag,
    List,
    Table,
    Tables,
    Date,
}

impl Misread {
    /// Returns what is wrong as a sentence, without the place.
    pub fn sentence(&self, language: Language) -> String {
        let (key, values) = self.problem.wording(language);
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        sentence(language, key, &values)
    }
}

type Wording = (&'static str, Vec<(&'static str, String)>);

impl Problem {
    /// Says whether it is certain even where the lines around it could not be read.
    pub(super) fn stands_alone(&self) -> bool {
        match self {
            Problem::Syntax { .. }
            | Problem::FullWidth { .. }
            | Problem::DuplicateKey { .. }
            | Problem::TooLong { .. }
            | Problem::Format
            | Problem::BadId { .. }
            | Problem::BadDate { .. }
            | Problem::BadMoment { .. }
            | Problem::BadOffset { .. }
            | Problem::BadUnitKind { .. } => true,
            Problem::Missing { .. }
            | Problem::UnknownKey { .. }
            | Problem::WrongKind { .. }
            | Problem::TooMany { .. }
            | Problem::TooManyRows { .. }
            | Problem::Empty { .. }
            | Problem::Twice { .. }
            | Problem::UnknownUnit { .. }
            | Problem::NotAStreet { .. }
            | Problem::NoRelevantStreets
            | Problem::RelevantStreetsUnused
            | Problem::Nobody
            | Problem::Order { .. }
            | Problem::EndBeforeStart
            | Problem::ActionPlanOutside
            | Problem::WeekOverlap
            | Problem::DueOutside
            | Problem::PlanMeasures { .. } => false,
        }
    }

    fn wording(&self, language: Language) -> Wording {
        let one = |key, name, value: &str| (key, vec![(name, value.to_owned())]);
        match self {
            Problem::Syntax { detail } => one("misread.syntax", "detail", detail),
            Problem::FullWidth { mark } => one("misread.full-width", "mark", &mark.to_string()),
            Problem::DuplicateKey { key } => one("misread.duplicate-key", "key", key),
            Problem::Missing { key } => one("misread.missing", "key", key),
            Problem::UnknownKey { key } => one("misread.unknown-key", "key", key),
            Problem::WrongKind { key, expected } => {
                let expected = sentence(language, expected.key(), &[]);
                let values = vec![("key", key.clone()), ("expected", expected)];
                ("misread.wrong-kind", values)
            }
            Problem::TooLong { key, max } => {
                let values = vec![
                    ("key", key.clone()),
                    ("bytes", max.to_string()),
                    ("letters", (max / CHINESE_LETTER_BYTES).to_string()),
                ];
                ("misread.too-long", values)
            }
            Problem::TooMany { key, max } => {
                let values = vec![("key", key.clone()), ("max", max.to_string())];
                ("misread.too-many", values)
            }
            Problem::TooManyRows { rows, max } => {
                let values = vec![("rows", rows.to_string()), ("max", max.to_string())];
                ("misread.too-many-rows", values)
            }
            Problem::Empty { key } => one("misread.empty", "key", key),
            Problem::Format => ("misread.format", Vec::new()),
            Problem::BadId { id } => one("misread.bad-id", "id", id),
            Problem::Twice { id } => one("misread.twice", "id", id),
            Problem::UnknownUnit { id } => one("misread.unknown-unit", "id", id),
            Problem::NotAStreet { id } => one("misread.not-a-street", "id", id),
            Problem::NoRelevantStreets => ("misread.no-relevant-streets", Vec::new()),
            Problem::RelevantStreetsUnused => ("misread.relevant-streets-unused", Vec::new()),
            Problem::Nobody => ("misread.nobody", Vec::new()),
            Problem::BadDate { text } => one("misread.bad-date", "text", text),
            Problem::BadMoment { text } => one("misread.bad-moment", "text", text),
            Problem::BadOffset { text } => one("misread.bad-offset", "text", text),
            Problem::BadUnitKind { text } => one("misread.bad-unit-kind", "text", text),
            Problem::Order { expected, found } => {
                let values = vec![
                    ("expected", expected.to_string()),
                    ("found", found.to_string()),
                ];
                ("misread.order", values)
            }
            Problem::EndBeforeStart => ("misread.end-before-start", Vec::new()),
            Problem::ActionPlanOutside => ("misread.action-plan-outside", Vec::new()),
            Problem::WeekOverlap => ("misread.week-overlap", Vec::new()),
            Problem::DueOutside => ("misread.due-outside", Vec::new()),
            Problem::PlanMeasures { sections } => {
                one("misread.plan-measures", "sections", &sections.to_string())
            }
        }
    }
}

impl Expected {
    fn key(self) -> &'static str {
        match self {
            Expected::Text => "expected.text",
            Expected::Number => "expected.number",
            Expected::Flag => "expected.flag",
            Expected::List => "expected.list",
            Expected::Table => "expected.table",
            Expected::Tables => "expected.tables",
            Expected::Date => "expected.date",
        }
    }
}
