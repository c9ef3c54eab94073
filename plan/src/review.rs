//! 审核: who may review a row or sum up a measure, and how a review stands. Blocks nothing: a report counts when it is received.

use serde::{Deserialize, Serialize};

use crate::{
    campaign::{Campaign, Measure, MeasureNumber, Party},
    column::Column,
    correction,
    edit::Edit,
    layout::sheet::Cells,
    permission::{AccountRole, Author, Reason},
    report::{Report, Said},
    row::{Row, RowId},
    value::{Review, Value},
};

/// How the rows of a measure are reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewMode {
    /// Nobody reviews them.
    None,
    /// Lead and office, each when it likes; the last word stands.
    #[default]
    Parallel,
    /// The lead first, then the office, whose word stands. Where no other unit leads a row, the office alone.
    Serial,
}

/// How a row's review stands. Computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reviewed {
    /// Nothing is reported yet, and nothing was said.
    NotReported,
    /// Reported, and nobody has said anything.
    Waiting,
    /// Reviewed, and reported again since.
    Again,
    /// 通过
    Passed,
    /// 不通过
    Returned,
}

/// Says whether the author may review this row.
///
/// Nobody reviews his own row. A group of streets that leads a measure reviews nobody: each leads its own row.
/// Errors: why not.
pub fn judge_review(author: &Author, row: &Row, campaign: &Campaign) -> Result<(), Reason> {
    let is_lead = campaign
        .measure(row.measure)
        .is_some_and(|measure| leads(measure, author));
    let is_office = author.role == AccountRole::Office;
    let mode = campaign.review_mode(row.measure);
    match mode {
        ReviewMode::None => Err(Reason::NotReviewed),
        ReviewMode::Parallel | ReviewMode::Serial if author.unit == row.unit => {
            Err(Reason::NotReviewer)
        }
        ReviewMode::Parallel | ReviewMode::Serial if is_lead => Ok(()),
        ReviewMode::Parallel | ReviewMode::Serial if is_office => Ok(()),
        ReviewMode::Parallel | ReviewMode::Serial => Err(Reason::NotReviewer),
    }
}

/// Says whether a row is the lead's to look at first, before the author does: the office's, where another unit leads the row, the
/// measure is reviewed in serial, and nobody has given a verdict on the report that stands.
pub fn is_leads_turn(author: &Author, row: &Row, campaign: &Campaign, reviewed: Reviewed) -> bool {
    let is_serial = match campaign.review_mode(row.measure) {
        ReviewMode::Serial => true,
        ReviewMode::Parallel | ReviewMode::None => false,
    };
    let has_lead = correction::leads(campaign, row).any(|lead| *lead != row.unit);
    let is_unseen = match reviewed {
        Reviewed::NotReported | Reviewed::Waiting | Reviewed::Again => true,
        Reviewed::Passed | Reviewed::Returned => false,
    };
    author.role == AccountRole::Office && is_serial && has_lead && is_unseen
}

/// Says whether the author may write 汇总 into this row: a lead into its own; where no single unit leads the measure, the
/// office into any.
///
/// Errors: why not.
pub fn judge_summary(author: &Author, row: &Row, campaign: &Campaign) -> Result<(), Reason> {
    let measure = campaign.measure(row.measure);
    let is_lead = measure.is_some_and(|measure| leads(measure, author));
    let has_lead = measure.is_some_and(has_single_lead);
    let is_office = author.role == AccountRole::Office;
    match has_lead {
        true if is_lead && author.unit == row.unit => Ok(()),
        false if is_office => Ok(()),
        true | false => Err(Reason::NotReviewer),
    }
}

/// Returns the row in which a measure's 汇总 lies for this author: one that holds it already, else the first that he may write,
/// else the first.
///
/// `rows`: those of the measure in plan order, each with whether it holds a text.
pub fn summary_row<'a>(
    author: &Author,
    campaign: &Campaign,
    rows: impl Iterator<Item = (&'a Row, bool)> + Clone,
) -> Option<&'a RowId> {
    let may = |row: &Row| judge_summary(author, row, campaign).is_ok();
    let own = |holding: bool| {
        let mut rows = rows.clone();
        rows.find(|(row, holds)| may(row) && (*holds || !holding))
    };
    let held = || rows.clone().find(|(_, holds)| *holds);
    let found = own(true).or_else(|| own(false)).or_else(held);
    found
        .or_else(|| rows.clone().next())
        .map(|(row, _)| &row.id)
}

fn leads(measure: &Measure, author: &Author) -> bool {
    measure.lead.contains(&Party::Unit(author.unit.clone()))
}

fn has_single_lead(measure: &Measure) -> bool {
    let is_unit = |party: &Party| match party {
        Party::Unit(_) => true,
        Party::AllStreets | Party::RelevantStreets => false,
    };
    measure.lead.iter().any(is_unit)
}

/// Reads how a row's review stands. Of two words at the same moment 不通过 counts.
///
/// A review speaks of the report that its reviewer saw (`review_of`); without it, of whatever stands.
pub fn read(cells: &Cells) -> Reviewed {
    let values = |column| cells.get(&column).map_or(&[][..], Vec::as_slice);
    let words = values(Column::Review)
        .iter()
        .filter_map(|value| match value {
            Value::Text(word) => Review::from_word(word),
            Value::Count(_) => None,
        });
    let said = Said::read(cells);
    let is_reported = match said.report {
        Some(Report::Sent | Report::Zero) => true,
        Some(Report::Withdrawn) | None => false,
    };
    let seen = values(Column::ReviewOf).first().and_then(Value::count);
    let saved = values(Column::ReportSavedAt).first().and_then(Value::count);
    let is_again = is_reported && seen.is_some() && seen != saved;
    match words.max() {
        None if is_reported => Reviewed::Waiting,
        None => Reviewed::NotReported,
        Some(_) if is_again => Reviewed::Again,
        Some(Review::Passed) => Reviewed::Passed,
        Some(Review::Returned) => Reviewed::Returned,
    }
}

/// Returns the edit that says of which report a review speaks: the one that stands in the row now.
pub fn of_report(row: &RowId, cells: &Cells) -> Edit {
    let saved = cells.get(&Column::ReportSavedAt);
    Edit::SetCell {
        row: row.clone(),
        column: Column::ReviewOf,
        value: saved.and_then(|values| values.first()).cloned(),
    }
}

impl Campaign {
    /// Returns how the rows of a measure are reviewed.
    pub fn review_mode(&self, measure: MeasureNumber) -> ReviewMode {
        self.reviews.get(&measure).copied().unwrap_or_default()
    }
}

impl ReviewMode {
    /// All of them, in the order in which they are offered.
    pub const ALL: [ReviewMode; 3] = [ReviewMode::Parallel, ReviewMode::Serial, ReviewMode::None];

    /// Returns the stable word: `none`, `parallel`, `serial`.
    pub fn word(self) -> &'static str {
        match self {
            ReviewMode::None => "none",
            ReviewMode::Parallel => "parallel",
            ReviewMode::Serial => "serial",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<ReviewMode> {
        ReviewMode::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

#[cfg(test)]
mod tests;
