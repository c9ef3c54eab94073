//! A week written down as JSON, turned into the edits by which people would have filled it.

use jiff::{Timestamp, tz::Offset};
use serde::Deserialize;

use crate::{
    campaign::{Campaign, MeasureNumber, UnitId, WeekNumber},
    column::Column,
    edit::Edit,
    report::{self, Report},
    row::{self, RowId},
    value::Mistake,
};

/// The file. Keys of a row that are not named here are derived, or belong to reviewing, and are passed over.
#[derive(Debug, Clone, Deserialize)]
pub struct SampleWeek {
    /// Which week.
    pub week: SampleWeekHead,
    /// Its rows, in the order of the plan.
    pub rows: Vec<SampleRow>,
}

/// The week's head.
#[derive(Debug, Clone, Deserialize)]
pub struct SampleWeekHead {
    /// Counts from 1.
    pub no: WeekNumber,
}

/// One row. Texts as typed; an empty text is an empty cell.
#[derive(Debug, Clone, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are called like the columns they fill"
)]
pub struct SampleRow {
    pub row_id: String,
    pub measure_no: MeasureNumber,
    pub unit: String,
    pub progress: String,
    pub checked_week: Option<u64>,
    pub found_week: Option<u64>,
    pub fixed_week: Option<u64>,
    pub checked_total: Option<u64>,
    pub found_total: Option<u64>,
    pub fixed_total: Option<u64>,
    pub problem: String,
    pub next_plan: String,
    pub status: String,
    pub leader: String,
    pub owner: String,
    pub reporter: String,
    pub phone: String,
    /// `None` for a row that was never reported.
    pub submitted_at: Option<Timestamp>,
    pub remark: String,
}

/// What one unit did to one row at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When: the moment of the report, or the beginning of the week for a row that was prepared and never reported.
    pub at: Timestamp,
    /// Who.
    pub unit: UnitId,
    /// Which row.
    pub row: RowId,
    /// When the report arrived, if it did.
    pub submitted_at: Option<Timestamp>,
    /// The edits, of the unit's sheet and of its card.
    pub edits: Vec<Edit>,
}

/// Why a sample does not fit the campaign.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// Not the JSON we expect.
    #[error("not a sample week: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The campaign has no such week.
    #[error("the campaign has no week {0}")]
    NoWeek(WeekNumber),
    /// The plan does not demand such a row.
    #[error("row {row}: the plan has no row of {unit} in measure {measure}")]
    NoRow {
        /// The sample's own name of the row.
        row: String,
        /// The unit's name.
        unit: String,
        /// The measure.
        measure: MeasureNumber,
    },
    /// A person could not have typed this.
    #[error("row {row}: {} cannot be typed: {mistake:?}", .column.id())]
    Mistake {
        /// The sample's own name of the row.
        row: String,
        /// Which column.
        column: Column,
        /// Why.
        mistake: Mistake,
    },
}

/// Reads the file.
pub fn parse(json: &str) -> Result<SampleWeek, SampleError> {
    Ok(serde_json::from_str(json)?)
}

/// Turns the week into steps in the order in which they happened.
///
/// Texts go the way of typed ones; `*_total` become overrides, telephones go to cards.
pub fn replay(campaign: &Campaign, sample: &SampleWeek) -> Result<Vec<Step>, SampleError> {
    let number = sample.week.no;
    let week = campaign.week(number).ok_or(SampleError::NoWeek(number))?;
    let midnight = week.start.at(0, 0, 0, 0);
    // Never out of range for a campaign that `validate` passed; UTC midnight would do as well.
    let begin = campaign
        .offset()
        .to_timestamp(midnight)
        .or_else(|_| Offset::UTC.to_timestamp(midnight));
    let begin = begin.unwrap_or(week.due);
    let steps = sample
        .rows
        .iter()
        .map(|row| step(campaign, row, week.number, begin));
    let mut steps = steps.collect::<Result<Vec<_>, _>>()?;
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

fn step(
    campaign: &Campaign,
    sample: &SampleRow,
    week: WeekNumber,
    begin: Timestamp,
) -> Result<Step, SampleError> {
    let unit = campaign.unit_named(&sample.unit);
    let row =
        unit.and_then(|unit| row::row(campaign, week, &RowId::new(sample.measure_no, &unit.id)));
    let row = row.ok_or_else(|| SampleError::NoRow {
        row: sample.row_id.clone(),
        unit: sample.unit.clone(),
        measure: sample.measure_no,
    })?;
    let mut edits = Vec::new();
    for (column, text) in typed(sample) {
        if text.is_empty() {
            continue;
        }
        let edit = Edit::typed(&row.id, column, &text, &sample.reporter);
        edits.push(edit.map_err(|mistake| SampleError::Mistake {
            row: sample.row_id.clone(),
            column,
            mistake,
        })?);
    }
    if let Some(at) = sample.submitted_at {
        edits.extend(report::edits(&row.id, Report::Sent, at));
    }
    let at = sample.submitted_at.unwrap_or(begin);
    Ok(Step {
        at,
        unit: row.unit,
        row: row.id,
        submitted_at: sample.submitted_at,
        edits,
    })
}

/// Returns what was typed into each column, in table order.
fn typed(sample: &SampleRow) -> [(Column, String); 15] {
    let number = |count: Option<u64>| count.map_or(String::new(), |count| count.to_string());
    [
        (Column::Progress, sample.progress.clone()),
        (Column::CheckedWeek, number(sample.checked_week)),
        (Column::FoundWeek, number(sample.found_week)),
        (Column::FixedWeek, number(sample.fixed_week)),
        (Column::CheckedTotal, number(sample.checked_total)),
        (Column::FoundTotal, number(sample.found_total)),
        (Column::FixedTotal, number(sample.fixed_total)),
        (Column::Problem, sample.problem.clone()),
        (Column::NextPlan, sample.next_plan.clone()),
        (Column::Status, sample.status.clone()),
        (Column::Leader, sample.leader.clone()),
        (Column::Owner, sample.owner.clone()),
        (Column::Reporter, sample.reporter.clone()),
        (Column::Phone, sample.phone.clone()),
        (Column::Remark, sample.remark.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use automerge::Automerge;
    use serde_json::Value as Json;

    use super::*;
    use crate::{
        column::Owner,
        edit::CellRef,
        fixture,
        layout::{card, sheet},
        rehearsal,
        row::rows,
        table::{self, Finding, Sources, TableRow},
        tally::Tally,
    };

    struct Week {
        steps: Vec<Step>,
        shown: BTreeMap<RowId, TableRow>,
    }

    /// Replays the sample into documents, as a server would.
    fn replayed() -> Week {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let steps = replay(&campaign, &parse(rehearsal::SAMPLE_WEEK).unwrap()).unwrap();
        let mut sheets: BTreeMap<UnitId, Automerge> = BTreeMap::new();
        let mut cards: BTreeMap<UnitId, Automerge> = BTreeMap::new();
        for unit in campaign.active_units() {
            sheets.insert(unit.id.clone(), rehearsal::sheet_of(&campaign, &unit.id));
            cards.insert(unit.id.clone(), rehearsal::card_of(&unit.id));
        }
        for edit in steps.iter().flat_map(|step| &step.edits) {
            let document = match edit.cell() {
                CellRef::Sheet { row, .. } => sheets.get_mut(&row.unit().unwrap()),
                CellRef::Card { unit, .. } => cards.get_mut(&unit),
            };
            rehearsal::perform(document.unwrap(), edit).unwrap();
        }
        let receipts: BTreeMap<_, _> = steps
            .iter()
            .filter_map(|step| Some((step.row.clone(), step.submitted_at?)))
            .collect();
        let mut shown = BTreeMap::new();
        for (index, row) in rows(&campaign, WeekNumber(2)).into_iter().enumerate() {
            let stored = sheet::read_row(&sheets[&row.unit], &row.id).unwrap();
            let card = card::read(&cards[&row.unit]);
            let sources = Sources {
                stored: &stored,
                card: &card,
                receipt: receipts.get(&row.id).copied(),
            };
            let joined = table::join(&campaign, &row, index + 1, &sources);
            shown.insert(row.id, joined);
        }
        Week { steps, shown }
    }

    fn expected_text(column: Column, value: &Json) -> String {
        match (column, value) {
            (Column::FixRate, Json::Null) => "—".to_owned(),
            (Column::FixRate, rate) => format!("{:.1}%", rate.as_f64().unwrap()),
            (Column::SubmittedAt, Json::String(at)) => at.replace('T', " ").replace("+08:00", ""),
            (_, Json::Null) => String::new(),
            (_, Json::String(text)) => text.replace("\r\n", "\n"),
            (_, number) => number.to_string(),
        }
    }

    #[test]
    fn every_row_of_the_sample_shows_what_the_file_says() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let week = replayed();
        let file: Json = serde_json::from_str(rehearsal::SAMPLE_WEEK).unwrap();
        let rows = file["rows"].as_array().unwrap();
        assert_eq!(
            (rows.len(), week.steps.len(), week.shown.len()),
            (176, 176, 288)
        );
        let mut compared = 0;
        for row in rows {
            let unit = campaign.unit_named(row["unit"].as_str().unwrap()).unwrap();
            let number = u8::try_from(row["measure_no"].as_u64().unwrap()).unwrap();
            let shown = &week.shown[&RowId::new(MeasureNumber(number), &unit.id)];
            // Titles of actions and measures belong to the real campaign, not to the fixture; the sample holds what units wrote.
            let comparable = |column: &Column| {
                !matches!(column, Column::Action | Column::Measure)
                    && matches!(column.owner(), Owner::Unit | Owner::Server)
            };
            for column in Column::ALL.into_iter().filter(comparable) {
                let Some(value) = row.get(column.id()) else {
                    continue;
                };
                assert_eq!(
                    shown.cell(column).text,
                    expected_text(column, value),
                    "{} {column:?}",
                    row["row_id"]
                );
                assert!(!shown.cell(column).is_conflict());
                compared += 1;
            }
        }
        assert_eq!(compared, 176 * 20);
    }

    #[test]
    fn the_sample_happens_in_order_of_time() {
        let week = replayed();
        assert!(week.steps.is_sorted_by_key(|step| step.at));
        let unreported: Vec<_> = week
            .steps
            .iter()
            .filter(|step| step.submitted_at.is_none())
            .collect();
        assert_eq!(unreported.len(), 10);
        let midnight: Timestamp = "2021-04-10T00:00:00+08:00".parse().unwrap();
        assert!(
            unreported
                .iter()
                .all(|step| step.at == midnight && !step.edits.is_empty())
        );
        let due = "2021-04-16T16:00:00+08:00".parse().unwrap();
        let late = week
            .steps
            .iter()
            .filter(|step| step.submitted_at.is_some_and(|at| at >= due))
            .count();
        assert_eq!(late, 12);
    }

    #[test]
    fn what_is_wrong_on_purpose_is_marked() {
        let week = replayed();
        let findings = |id: &str| week.shown[&RowId(id.to_owned())].findings.clone();
        assert_eq!(
            findings("m02.s-wuyilu"),
            [Finding::FixedExceedsFoundThisWeek]
        );
        assert_eq!(
            findings("m03.s-jianshelu"),
            [Finding::TotalBelowWeek(Tally::Checked)]
        );
        assert_eq!(findings("m09.s-youyuelu"), [Finding::ProgressVague]);
        assert_eq!(findings("m22.s-donganlu"), [Finding::ProgressVague]);
        assert_eq!(findings("m13.s-donganlu"), [], "0/0 is no mistake");
    }

    #[test]
    fn rows_that_the_plan_does_not_demand_are_told() {
        let campaign = fixture::campaign(fixture::SMALL);
        let sample = parse(rehearsal::SAMPLE_WEEK).unwrap();
        assert!(matches!(
            replay(&campaign, &sample),
            Err(SampleError::NoRow { .. })
        ));
        assert!(matches!(parse("{}"), Err(SampleError::Malformed(_))));
    }
}
