//! What a reviewer looks at: the rows of a measure next to each other, how far their review is, and what is said of the whole.

use std::collections::BTreeMap;

use diaodu_plan::{
    campaign::{MeasureNumber, Party},
    column::Column,
    layout::sheet::{Cells, SheetRow},
    permission::{AccountRole, Author, judge_cell, judge_turn},
    review::{self, ReviewMode, Reviewed},
    row::{Duty, Row, RowId},
    table,
};

use super::{Table, WeekStore};
use crate::{
    grid::model::{RowContent, Severity},
    store::refusal::reason_sentence,
};

/// A measure that the person reviews or sums up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMeasure {
    /// Which.
    pub number: MeasureNumber,
    /// Its title.
    pub title: String,
    /// How its rows are reviewed.
    pub mode: ReviewMode,
    /// How many rows are reported and wait for the person.
    pub waiting: usize,
}

/// A row as a reviewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedReview {
    /// Which.
    pub row: RowId,
    /// Whose.
    pub unit: String,
    /// 应报, not 协助.
    pub is_owed: bool,
    /// How far its review is.
    pub reviewed: Reviewed,
    /// How far its report is, in words.
    pub report: String,
    /// What the cells show, by column.
    pub cells: BTreeMap<Column, String>,
    /// Why the person may not review it, in words.
    pub closed: Option<String>,
    /// Whether the person rates it.
    pub may_rate: bool,
}

/// 汇总 of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListedSummary {
    /// The row in which it lies.
    pub row: Option<RowId>,
    /// What it says.
    pub text: String,
    /// Whether the person writes it.
    pub may_write: bool,
}

/// What of a row is looked at.
const LOOKED_AT: [Column; 9] = [
    Column::Progress,
    Column::CheckedWeek,
    Column::FoundWeek,
    Column::FixedWeek,
    Column::Problem,
    Column::NextPlan,
    Column::Status,
    Column::ReviewNote,
    Column::OfficeStatus,
];

impl WeekStore {
    /// Says whether the person reviews anything: the office does, and whoever leads a measure by itself.
    pub fn is_reviewer(&self) -> bool {
        let table = self.table();
        let Some((person, campaign)) = table.person.as_ref().zip(table.campaign.as_ref()) else {
            return false;
        };
        let party = Party::Unit(person.unit.clone());
        let mut measures = campaign.measures.iter();
        match person.role {
            AccountRole::Viewer => false,
            AccountRole::Office => true,
            AccountRole::Unit | AccountRole::Leader => {
                measures.any(|measure| measure.lead.contains(&party))
            }
        }
    }

    /// Lists the measures that the person reviews or sums up, in the order of the plan.
    pub fn review_measures(&self) -> Vec<ListedMeasure> {
        let table = self.table();
        let Some((person, campaign)) = table.person.as_ref().zip(table.campaign.as_ref()) else {
            return Vec::new();
        };
        // By number: whether there is anything to do, and how much waits.
        let mut found: BTreeMap<MeasureNumber, usize> = BTreeMap::new();
        for (_, row) in table.rows.values().filter(|(_, row)| is_asked(row)) {
            let may_review = review::judge_review(person, row, campaign).is_ok();
            let may_sum_up = review::judge_summary(person, row, campaign).is_ok();
            if may_review || may_sum_up {
                *found.entry(row.measure).or_default() += usize::from(table.waits_for(person, row));
            }
        }
        let measures = campaign.measures.iter();
        let listed = measures.filter_map(|measure| {
            Some(ListedMeasure {
                number: measure.number,
                title: measure.title.clone(),
                mode: campaign.review_mode(measure.number),
                waiting: *found.get(&measure.number)?,
            })
        });
        listed.collect()
    }

    /// Returns the first row that waits for the person's review, in the order of the plan.
    pub fn first_to_review(&self) -> Option<RowId> {
        let table = self.table();
        let person = table.person.as_ref()?;
        let waiting = table.rows.values();
        let waiting = waiting.filter(|(_, row)| is_asked(row) && table.waits_for(person, row));
        let first = waiting.min_by_key(|(number, _)| *number);
        first.map(|(_, row)| row.id.clone())
    }

    /// Lists the rows of a measure in the order of the plan.
    pub fn reviews(&self, measure: MeasureNumber) -> Vec<ListedReview> {
        let table = self.table();
        let Some((person, campaign)) = table.person.as_ref().zip(table.campaign.as_ref()) else {
            return Vec::new();
        };
        let nothing = Cells::default();
        let listed = table.of_measure(measure).into_iter().filter_map(|row| {
            let cells = table.stored.get(&row.id).map(|stored| &stored.cells);
            let cells = cells.unwrap_or(&nothing);
            let reviewed = review::read(cells);
            let judged = |column| {
                judge_cell(person, row, column, campaign, table.state)?;
                judge_turn(person, row, column, campaign, reviewed)
            };
            let unit = table.unit_name(&row.unit);
            let closed = match table.here.contains(&row.unit) {
                true => judged(Column::Review)
                    .err()
                    .map(|reason| reason_sentence(reason.word(), &unit, table.language)),
                // The campaign's setting keeps it from the person, or it has not come yet.
                false => Some(table.language.say("readonly-not-here")),
            };
            Some(ListedReview {
                row: row.id.clone(),
                is_owed: row.duty == Duty::Owed,
                reviewed,
                report: table.report_state(row)?,
                cells: LOOKED_AT
                    .map(|column| (column, table::shown(cells, column)))
                    .into(),
                may_rate: judged(Column::OfficeStatus).is_ok(),
                closed,
                unit,
            })
        });
        listed.collect()
    }

    /// Returns how a row's review stands.
    pub fn reviewed(&self, row: &RowId) -> Reviewed {
        self.table().reviewed(row)
    }

    /// Returns 汇总 of a measure.
    pub fn summary(&self, measure: MeasureNumber) -> ListedSummary {
        let table = self.table();
        let Some((person, campaign)) = table.person.as_ref().zip(table.campaign.as_ref()) else {
            return ListedSummary::default();
        };
        let rows = table.of_measure(measure);
        let text = |row: &Row| {
            let stored = table.stored.get(&row.id);
            let text = stored.map(|stored| table::shown(&stored.cells, Column::Summary));
            text.unwrap_or_default()
        };
        let held: Vec<(&Row, bool)> = rows
            .iter()
            .map(|row| (*row, !text(row).is_empty()))
            .collect();
        let id = review::summary_row(person, campaign, held.iter().copied());
        let row = rows.iter().find(|row| Some(&row.id) == id);
        let judged =
            |row: &&Row| judge_cell(person, row, Column::Summary, campaign, table.state).is_ok();
        ListedSummary {
            row: id.cloned(),
            text: row.map(|row| text(row)).unwrap_or_default(),
            may_write: row.is_some_and(judged),
        }
    }
}

/// Says whether a row waits for a reviewer.
pub fn is_waiting(reviewed: Reviewed) -> bool {
    match reviewed {
        Reviewed::Waiting | Reviewed::Again => true,
        Reviewed::NotReported | Reviewed::Passed | Reviewed::Returned => false,
    }
}

fn is_asked(row: &Row) -> bool {
    row.duty != Duty::Released
}

impl Table {
    fn of_measure(&self, measure: MeasureNumber) -> Vec<&Row> {
        let rows = self.rows.values();
        let mut rows: Vec<_> = rows
            .filter(|(_, row)| row.measure == measure && is_asked(row))
            .collect();
        rows.sort_unstable_by_key(|(number, _)| *number);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Says whether a row is reported and waits for the person's word on it.
    fn waits_for(&self, person: &Author, row: &Row) -> bool {
        let Some(campaign) = self.campaign.as_ref() else {
            return false;
        };
        let reviewed = self.reviewed(&row.id);
        is_waiting(reviewed)
            && review::judge_review(person, row, campaign).is_ok()
            && !review::is_leads_turn(person, row, campaign, reviewed)
    }

    /// How a row's review stands.
    pub(super) fn reviewed(&self, id: &RowId) -> Reviewed {
        let nothing = SheetRow::default();
        review::read(&self.stored.get(id).unwrap_or(&nothing).cells)
    }

    /// One's own row that was returned or sent back says so where it is always in sight; a review that speaks of an older report says that.
    pub(super) fn with_review(&self, id: &RowId, mut content: RowContent) -> RowContent {
        let columns = &self.order.columns;
        let place = |wanted| columns.iter().position(|column| *column == wanted);
        if let Some(why) = self.returned(id).filter(|_| content.own) {
            let cell = place(Column::Unit).and_then(|place| content.cells.get_mut(place));
            if let Some(cell) = cell {
                cell.mistake = Some(why);
                cell.severity = Severity::Warning;
            }
        }
        match self.reviewed(id) {
            Reviewed::Again => {
                let cell = place(Column::Review).and_then(|place| content.cells.get_mut(place));
                if let Some(cell) = cell {
                    cell.state = None;
                    cell.detail = self.language.say("review-again-detail");
                }
            }
            Reviewed::NotReported | Reviewed::Waiting => {}
            Reviewed::Passed | Reviewed::Returned => {}
        }
        content
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diaodu_plan::{
        campaign::{UnitId, WeekNumber},
        fixture,
        permission::WeekState,
        value::Value,
    };

    use super::*;
    use crate::store::week::Opening;

    fn store(unit: &str) -> WeekStore {
        let campaign = Arc::new(fixture::campaign(fixture::WEIDONG));
        let store = WeekStore::new();
        store.open(Opening {
            campaign,
            week: WeekNumber(2),
            person: Author {
                account: unit.to_owned(),
                unit: UnitId(unit.to_owned()),
                role: AccountRole::Unit,
            },
            state: WeekState::Open,
        });
        store
    }

    fn put(store: &WeekStore, cells: &[(Column, Value)]) {
        let cells = cells.iter().cloned();
        let row = SheetRow {
            cells: cells.map(|(column, value)| (column, vec![value])).collect(),
            ..SheetRow::default()
        };
        let id = RowId("m01.s-hongying".to_owned());
        store.take_rows(&UnitId("s-hongying".to_owned()), [(id, row)]);
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_lead_sees_what_waits_and_a_street_reviews_nothing() {
        let lead = store("u-shengtai");
        assert!(lead.is_reviewer() && !store("s-hongying").is_reviewer());
        let waiting = || {
            let measures = lead.review_measures();
            let first = measures.iter().find(|each| each.number.0 == 1);
            first.map(|first| first.waiting)
        };
        assert_eq!(waiting(), Some(0));
        put(&lead, &[(Column::Report, text("报送"))]);
        assert_eq!(waiting(), Some(1));
        let rows = lead.reviews(MeasureNumber(1));
        let reported: Vec<_> = rows
            .iter()
            .filter(|row| row.reviewed == Reviewed::Waiting)
            .map(|row| (row.row.0.as_str(), row.closed.is_none(), row.may_rate))
            .collect();
        assert_eq!(reported, [("m01.s-hongying", true, false)]);
        let own = rows.iter().find(|row| row.row.0 == "m01.u-shengtai");
        assert!(own.is_some_and(|own| own.closed.is_some()));
        let summary = lead.summary(MeasureNumber(1));
        assert_eq!(
            summary.row.map(|row| row.0).as_deref(),
            Some("m01.u-shengtai")
        );
        assert!(summary.may_write);
    }

    #[test]
    fn a_returned_row_says_why_until_it_is_reported_again() {
        let street = store("s-hongying");
        let mut cells = vec![
            (Column::Report, text("报送")),
            (Column::ReportSavedAt, Value::Count(1)),
            (Column::Review, text("不通过")),
            (Column::ReviewOf, Value::Count(1)),
            (Column::ReviewNote, text("请写明数量")),
        ];
        put(&street, &cells);
        let returned = || {
            let reports = street.reports();
            let row = reports
                .into_iter()
                .find(|row| row.row.0 == "m01.s-hongying");
            row.and_then(|row| row.returned)
        };
        assert!(returned().is_some_and(|why| why.contains("请写明数量")));
        let row = street.glance("m01.s-hongying").expect("a row of the week");
        let says = |sentence: &Option<String>| {
            let sentence = sentence.as_deref().unwrap_or_default();
            sentence.contains("请写明数量")
        };
        assert!(row.cells.iter().any(|cell| says(&cell.mistake)));
        cells[1] = (Column::ReportSavedAt, Value::Count(2));
        put(&street, &cells);
        assert_eq!(returned(), None);
    }
}
