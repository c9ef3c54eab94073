//! 报送: what a row says about being reported, what the server has receipted, and what follows from both. Knows no clock:
//! callers pass the server's time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    carry::CONSOLIDATING,
    column::Column,
    edit::Edit,
    layout::sheet::{Cells, SheetRow},
    row::RowId,
    table::{self, Finding},
    value::Value,
};

/// 90 in 100 pairs of characters in common: then a text is last week's with another date in it.
const ALIKE_PERCENT_MIN: usize = 90;

/// 报送: the act of reporting a row, as its `report` cell says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Report {
    /// 报送
    Sent,
    /// 零报告: nothing happened, and that is the report.
    Zero,
    /// 撤回
    Withdrawn,
}

/// 单位审签: whether a report waits for the word of the unit's 责任领导, and which moment counts once he has given it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignOff {
    /// It does not wait.
    #[default]
    None,
    /// The moment at which the unit submitted it counts.
    Submission,
    /// The moment at which it was signed counts.
    Signing,
}

/// By what the server takes notice of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Due and grace: a withdrawal before it cancels the receipt.
    pub cutoff: Timestamp,
    /// Whether a report waits for a signature.
    pub sign_off: SignOff,
}

/// The 责任领导 of a unit has signed a report off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Which account.
    pub by: String,
}

/// What a row says about being reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    /// What stands in `report`. Of a report and a withdrawal at the same moment the report counts.
    pub report: Option<Report>,
    /// When the desk saved it, by the desk's own clock: kept, and decides nothing by itself.
    pub saved_at: Option<Timestamp>,
}

/// What the server knows of a row's report; it alone writes it, into the week's hub.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// When the first standing report arrived, by the server's clock; where it had to be signed off, the moment that counts, and
    /// nothing before the signature.
    pub receipt: Option<Timestamp>,
    /// When it was submitted, where it has to be signed off.
    pub submitted: Option<Timestamp>,
    /// Who has signed it off.
    pub signed: Option<Signing>,
    /// It is a 零报告.
    pub zero: bool,
    /// When the desk saved it, by the desk's own clock.
    pub saved_at: Option<Timestamp>,
    /// When the row was first written after the receipt, or after it was submitted for a signature: 报送后有修改.
    pub edited: Option<Timestamp>,
    /// When it was withdrawn although a withdrawal no longer cancels.
    pub withdrawn: Option<Timestamp>,
    /// The office counts it as on time all the same.
    pub accepted: Option<Acceptance>,
    /// When a correction after the freeze was first written into the row.
    pub corrected: Option<Timestamp>,
}

/// The office counts a late report as on time: it was typed before due, without network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// When.
    pub at: Timestamp,
    /// Which account.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// 报送情况, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timeliness {
    /// 按时
    OnTime,
    /// 迟报
    Late,
    /// 补报: not reported before the freeze, filled by a correction.
    MadeUp,
    /// 未报
    Missing,
}

/// How a row's report stands. Computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// 按时, 迟报, 补报 or 未报.
    pub timeliness: Timeliness,
    /// 零报告
    pub zero: bool,
    /// 离线填写: saved at the desk before the cut-off, received after it.
    pub offline: bool,
    /// On time because the office says so.
    pub accepted: bool,
    /// 报送后有修改
    pub edited: bool,
    /// Withdrawn when a withdrawal no longer cancelled.
    pub withdrawn: bool,
    /// 待审签: submitted, and counts for nothing until it is signed off.
    pub waiting: bool,
}

impl SignOff {
    /// All of them, in the order in which they are offered.
    pub const ALL: [SignOff; 3] = [SignOff::None, SignOff::Submission, SignOff::Signing];

    /// Returns the stable word: `none`, `submission`, `signing`.
    pub fn word(self) -> &'static str {
        match self {
            SignOff::None => "none",
            SignOff::Submission => "submission",
            SignOff::Signing => "signing",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<SignOff> {
        SignOff::ALL.into_iter().find(|each| each.word() == word)
    }

    /// Says whether reports wait for a signature.
    pub fn is_needed(self) -> bool {
        match self {
            SignOff::None => false,
            SignOff::Submission | SignOff::Signing => true,
        }
    }
}

impl From<Timestamp> for Terms {
    /// Nobody signs.
    fn from(cutoff: Timestamp) -> Terms {
        Terms {
            cutoff,
            sign_off: SignOff::None,
        }
    }
}

impl Report {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Report; 3] = [Report::Sent, Report::Zero, Report::Withdrawn];

    /// Returns the form's own word; this is what cells store.
    pub fn word(self) -> &'static str {
        match self {
            Report::Sent => "报送",
            Report::Zero => "零报告",
            Report::Withdrawn => "撤回",
        }
    }

    /// Reads the form's own word.
    pub fn from_word(word: &str) -> Option<Report> {
        Report::ALL.into_iter().find(|report| report.word() == word)
    }

    fn is_report(self) -> bool {
        match self {
            Report::Sent | Report::Zero => true,
            Report::Withdrawn => false,
        }
    }
}

/// Returns the edits by which a desk reports a row, or withdraws it.
///
/// `saved_at`: by the desk's own clock.
pub fn edits(row: &RowId, report: Report, saved_at: Timestamp) -> [Edit; 2] {
    let millis = u64::try_from(saved_at.as_millisecond()).unwrap_or(0);
    let set = |column, value| Edit::SetCell {
        row: row.clone(),
        column,
        value: Some(value),
    };
    [
        set(Column::Report, Value::Text(report.word().to_owned())),
        set(Column::ReportSavedAt, Value::Count(millis)),
    ]
}

impl Said {
    /// Reads what a row says.
    pub fn read(cells: &Cells) -> Said {
        let values = |column| cells.get(&column).map_or(&[][..], Vec::as_slice);
        let mut words = values(Column::Report)
            .iter()
            .filter_map(|value| match value {
                Value::Text(word) => Report::from_word(word),
                Value::Count(_) => None,
            });
        let first = words.next();
        let report = match first {
            Some(Report::Withdrawn) => words.find(|word| word.is_report()).or(first),
            Some(Report::Sent | Report::Zero) | None => first,
        };
        let saved = values(Column::ReportSavedAt)
            .first()
            .and_then(Value::count)
            .and_then(|millis| i64::try_from(millis).ok());
        Said {
            report,
            saved_at: saved.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
        }
    }
}

impl Standing {
    /// Takes notice of what the row says since `at`, the moment at which the server received it.
    ///
    /// Hearing the same again changes nothing.
    pub fn hear(&mut self, said: &Said, at: Timestamp, terms: Terms) {
        let cutoff = terms.cutoff;
        match (said.report, self.receipt) {
            (Some(Report::Sent | Report::Zero), None) => {
                self.zero = said.report == Some(Report::Zero);
                if self.submitted.is_none() {
                    (self.saved_at, self.edited, self.withdrawn) = (said.saved_at, None, None);
                }
                match terms.sign_off {
                    SignOff::None => self.receipt = Some(self.submitted.unwrap_or(at)),
                    SignOff::Submission | SignOff::Signing => {
                        self.submitted.get_or_insert(at);
                    }
                }
            }
            (Some(Report::Sent | Report::Zero), Some(_)) => {
                self.zero = said.report == Some(Report::Zero);
                self.withdrawn = None;
            }
            (Some(Report::Withdrawn) | None, Some(receipt)) if receipt < cutoff && at < cutoff => {
                let corrected = self.corrected;
                *self = Standing {
                    corrected,
                    ..Standing::default()
                };
            }
            (Some(Report::Withdrawn) | None, Some(_)) => {
                self.withdrawn.get_or_insert(at);
            }
            // What nobody has signed is taken back at any time: it has not counted yet.
            (Some(Report::Withdrawn) | None, None) if self.submitted.is_some() => {
                let corrected = self.corrected;
                *self = Standing {
                    corrected,
                    ..Standing::default()
                };
            }
            (Some(Report::Withdrawn) | None, None) => {}
        }
    }

    /// Says whether it is submitted and waits for a signature.
    pub fn is_waiting(&self) -> bool {
        self.submitted.is_some() && self.receipt.is_none()
    }

    /// Takes notice that the unit's 责任领导 has signed it off; what does not wait stays as it is.
    pub fn sign(&mut self, signing: &Signing, sign_off: SignOff) {
        if let (Some(submitted), None) = (self.submitted, self.receipt) {
            self.receipt = Some(match sign_off {
                SignOff::None | SignOff::Submission => submitted,
                SignOff::Signing => {
                    // What was written before the moment that counts was signed with it.
                    self.edited = None;
                    signing.at
                }
            });
            self.signed = Some(signing.clone());
        }
    }

    /// Lets what waits count from its submission: nobody has to sign any more.
    pub fn release(&mut self) {
        self.receipt = self.receipt.or(self.submitted);
    }

    /// Takes notice that the unit's cells of the row were written at `at`, apart from the report itself.
    pub fn note_edit(&mut self, at: Timestamp) {
        if self.receipt.is_some() || self.submitted.is_some() {
            self.edited.get_or_insert(at);
        }
    }

    /// Says how the report stands.
    ///
    /// `cutoff`: due and grace; strictly before it is on time. Source: docs/glossary.md, 报送情况.
    pub fn state(&self, cutoff: Timestamp) -> State {
        let is_early = self.receipt.is_some_and(|receipt| receipt < cutoff);
        let accepted = self.accepted.is_some() && self.receipt.is_some() && !is_early;
        // A late signature makes nobody's desk offline: the submission says when the report came.
        let arrived = self.submitted.or(self.receipt);
        let timeliness = match (self.receipt, self.corrected) {
            (Some(_), _) if is_early || accepted => Timeliness::OnTime,
            (Some(_), _) => Timeliness::Late,
            (None, Some(_)) => Timeliness::MadeUp,
            (None, None) => Timeliness::Missing,
        };
        State {
            timeliness,
            zero: self.receipt.is_some() && self.zero,
            offline: self.receipt.is_some()
                && arrived.is_some_and(|arrived| arrived >= cutoff)
                && self.saved_at.is_some_and(|saved| saved < cutoff),
            accepted,
            edited: self.receipt.is_some() && self.edited.is_some(),
            withdrawn: self.withdrawn.is_some(),
            waiting: self.is_waiting(),
        }
    }

    /// Returns what was known at `end`: receipts and decisions that came later are left out.
    pub fn before(&self, end: Timestamp) -> Standing {
        let early = |at: Option<Timestamp>| at.filter(|at| *at < end);
        let signed = self.signed.clone().filter(|signed| signed.at < end);
        let is_unsigned = self.signed.is_some() && signed.is_none();
        if early(self.receipt).is_none() || is_unsigned {
            let submitted = early(self.submitted);
            return Standing {
                submitted,
                zero: submitted.is_some() && self.zero,
                saved_at: submitted.and(self.saved_at),
                corrected: early(self.corrected),
                ..Standing::default()
            };
        }
        Standing {
            signed,
            edited: early(self.edited),
            withdrawn: early(self.withdrawn),
            corrected: early(self.corrected),
            accepted: self.accepted.clone().filter(|accepted| accepted.at < end),
            ..self.clone()
        }
    }
}

impl Timeliness {
    /// All of them, best first.
    pub const ALL: [Timeliness; 4] = [
        Timeliness::OnTime,
        Timeliness::Late,
        Timeliness::MadeUp,
        Timeliness::Missing,
    ];

    /// Returns the form's own word.
    pub fn word(self) -> &'static str {
        match self {
            Timeliness::OnTime => "按时",
            Timeliness::Late => "迟报",
            Timeliness::MadeUp => "补报",
            Timeliness::Missing => "未报",
        }
    }

    /// Returns the stable word for programs.
    pub fn id(self) -> &'static str {
        match self {
            Timeliness::OnTime => "on_time",
            Timeliness::Late => "late",
            Timeliness::MadeUp => "made_up",
            Timeliness::Missing => "missing",
        }
    }
}

/// Returns what a person should look at before reporting this row; each finding names its cell. It warns and blocks nothing.
///
/// `previous`: the row as it stood last week.
pub fn check(report: Report, stored: &SheetRow, previous: Option<&SheetRow>) -> Vec<Finding> {
    let mut row = stored.clone();
    if let Some(previous) = previous {
        row.before = table::opening(stored, previous);
    }
    let mut found = table::findings(&row);
    match report {
        Report::Sent => {
            let progress = table::shown(&row.cells, Column::Progress);
            if progress.trim().is_empty() {
                found.insert(0, Finding::ProgressMissing);
            }
            if table::shown(&row.cells, Column::Problem).trim().is_empty()
                && !found.contains(&Finding::LaggingWithoutProblem)
            {
                found.push(Finding::ProblemMissing);
            }
            let before = previous.map(|previous| table::shown(&previous.cells, Column::Progress));
            // What is offered to measures that are done says the same each week.
            let is_offered = progress.trim() == CONSOLIDATING;
            if !is_offered && before.is_some_and(|before| is_alike(&before, &progress)) {
                found.push(Finding::ProgressLikeLastWeek);
            }
        }
        Report::Zero | Report::Withdrawn => {}
    }
    found
}

/// Says whether two texts have nine in ten pairs of neighbouring characters in common; blanks do not count.
fn is_alike(one: &str, other: &str) -> bool {
    let (one, other) = (pairs(one), pairs(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let (mut common, mut left, mut right) = (0, 0, 0);
    while left < one.len() && right < other.len() {
        match one[left].cmp(&other[right]) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => {
                (common, left, right) = (common + 1, left + 1, right + 1);
            }
        }
    }
    common * 2 * 100 >= (one.len() + other.len()) * ALIKE_PERCENT_MIN
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut pairs: Vec<_> = letters.windows(2).map(|two| (two[0], two[1])).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests;
