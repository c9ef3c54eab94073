//! What is known of the week on screen, and how it becomes rows.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use diaodu_plan::{
    campaign::{Campaign, UnitId, WeekNumber},
    column::Column,
    layout::{card::Card, sheet::SheetRow},
    permission::{Author, WeekState, judge_cell, judge_turn},
    report::{Standing, State, Timeliness},
    row::{self as plan_row, Duty, Row, RowId},
    table::{self, Sources, TableRow},
    tally::Totals,
};
use diaodu_wire::http::week::Opening as WeekOpening;
use jiff::Timestamp;

use super::RowSignal;
use crate::{
    grid::model::{Commented, RowContent},
    i18n::Language,
    store::{
        history::PastTable,
        row::{self, Arrival, Closed, ColumnOrder, Draft},
    },
};

/// What is known of the week on screen.
pub(super) struct Table {
    pub(super) campaign: Option<Arc<Campaign>>,
    pub(super) person: Option<Author>,
    pub(super) state: WeekState,
    pub(super) language: Language,
    pub(super) order: Arc<ColumnOrder>,
    /// Due and grace.
    pub(super) cutoff: Option<Timestamp>,
    pub(super) rows: HashMap<RowId, (usize, Row)>,
    pub(super) stored: HashMap<RowId, SheetRow>,
    /// What the sheets say that rows begin the week with; `stored` has what is shown.
    pub(super) said: HashMap<RowId, Totals>,
    /// What they begin it with in truth, where that is something else.
    pub(super) openings: BTreeMap<RowId, WeekOpening>,
    /// Rows as they stood in the week before.
    pub(super) previous: HashMap<RowId, SheetRow>,
    pub(super) here: BTreeSet<UnitId>,
    pub(super) cards: HashMap<UnitId, Card>,
    pub(super) receipts: BTreeMap<RowId, Timestamp>,
    /// What the server knows of reports beside the receipts.
    pub(super) reports: BTreeMap<RowId, Standing>,
    pub(super) drafts: HashMap<(RowId, Column), Draft>,
    pub(super) signals: HashMap<RowId, RowSignal>,
    pub(super) conflicts: BTreeMap<RowId, Vec<Column>>,
    /// What is shown in place of all that: the week as it was.
    pub(super) past: Option<PastTable>,
    /// Cells with comments, by the unit in whose talk they lie.
    pub(super) commented: BTreeMap<UnitId, BTreeMap<(RowId, Column), Commented>>,
}

impl Table {
    pub(super) fn new() -> Table {
        Table {
            campaign: None,
            person: None,
            state: WeekState::Open,
            language: Language::default(),
            order: Arc::default(),
            cutoff: None,
            rows: HashMap::new(),
            stored: HashMap::new(),
            said: HashMap::new(),
            openings: BTreeMap::new(),
            previous: HashMap::new(),
            here: BTreeSet::new(),
            cards: HashMap::new(),
            receipts: BTreeMap::new(),
            reports: BTreeMap::new(),
            drafts: HashMap::new(),
            signals: HashMap::new(),
            conflicts: BTreeMap::new(),
            past: None,
            commented: BTreeMap::new(),
        }
    }

    /// Finds the rows to be shown: those of the plan, and released ones that hold something, were it a draft.
    pub(super) fn lay_out(&mut self, week: WeekNumber) -> Vec<Row> {
        let Some(campaign) = &self.campaign else {
            return Vec::new();
        };
        let drafted: BTreeSet<&RowId> = self.drafts.keys().map(|(row, _)| row).collect();
        let holds = |id: &RowId| {
            let stored = self.stored.get(id);
            stored.is_some_and(SheetRow::holds_something) || drafted.contains(id)
        };
        let rows = plan_row::rows_holding(campaign, week, holds);
        self.rows = plan_row::numbered(&rows)
            .map(|(number, row)| (row.id.clone(), (number, row.clone())))
            .collect();
        rows
    }

    pub(super) fn may_come_or_go(&self, id: &RowId) -> bool {
        let shown = self.rows.get(id);
        shown.is_none_or(|(_, row)| row.duty == Duty::Released)
    }

    pub(super) fn joined(&self, id: &RowId) -> Option<TableRow> {
        let (number, row) = self.rows.get(id)?;
        let campaign = self.campaign.as_ref()?;
        let (no_row, no_card) = (SheetRow::default(), Card::default());
        let sources = Sources {
            stored: self.stored.get(id).unwrap_or(&no_row),
            card: self.cards.get(&row.unit).unwrap_or(&no_card),
            receipt: self.receipts.get(id).copied(),
        };
        Some(table::join(campaign, row, *number, &sources))
    }

    /// A row as it was, joined.
    pub(super) fn joined_past(&self, past: &PastTable, id: &RowId) -> Option<TableRow> {
        let (number, row) = self.rows.get(id)?;
        let (no_row, no_card) = (SheetRow::default(), Card::default());
        let sources = Sources {
            stored: past.stored.get(id).unwrap_or(&no_row),
            card: past.cards.get(&row.unit).unwrap_or(&no_card),
            receipt: past.receipts.get(id).copied(),
        };
        let campaign = self.campaign.as_ref()?;
        Some(table::join(campaign, row, *number, &sources))
    }

    pub(super) fn past_content(&self, past: &PastTable, id: &RowId) -> Option<RowContent> {
        let row = self.joined_past(past, id)?;
        let is_own = self
            .person
            .as_ref()
            .is_some_and(|own| own.unit == row.row.unit);
        let (campaign, language) = (self.campaign.as_ref()?, self.language);
        let arrival = arrival(past.receipts.get(id), self.cutoff, &row);
        let place = (is_own, (arrival, false));
        let closed = |_| Some(Closed::Past);
        let mut content = row::content(
            campaign,
            (&row, &*self.order),
            place,
            |_| None,
            closed,
            language,
        );
        for (column, cell) in self.order.columns.iter().zip(&mut content.cells) {
            let changed = past.changed.get(&(id.clone(), *column));
            row::as_past(cell, row.cell(*column), changed, language);
        }
        Some(content)
    }

    pub(super) fn content(&self, id: &RowId) -> Option<RowContent> {
        if let Some(past) = &self.past {
            return self.past_content(past, id);
        }
        let row = self.joined(id)?;
        let unit = &row.row.unit;
        let campaign = self.campaign.as_ref()?;
        let is_here = self.here.contains(unit);
        let reviewed = self.reviewed(id);
        let closed = |column: Column| match &self.person {
            Some(_) if !is_here => Some(Closed::NotHere),
            Some(person) => {
                let judged = judge_cell(person, &row.row, column, campaign, self.state)
                    .and_then(|()| judge_turn(person, &row.row, column, campaign, reviewed));
                judged.err().map(Closed::Refused)
            }
            None => None,
        };
        let draft = |column: Column| self.drafts.get(&(id.clone(), column));
        let is_own = self.person.as_ref().is_some_and(|own| own.unit == *unit);
        let (language, place) = (self.language, (is_own, self.filing(id, &row)));
        let row = (&row, &*self.order);
        let content = row::content(campaign, row, place, draft, closed, language);
        let content = self.with_review(id, content);
        Some(self.with_marks(id, content))
    }

    /// Whether a row's report came in time, and whether the row was written since.
    pub(super) fn filing(&self, id: &RowId, row: &TableRow) -> (Arrival, bool) {
        let arrival = arrival(self.receipts.get(id), self.cutoff, row);
        let state = self.report_as_it_counts(id);
        // The office may count a late one as on time.
        let arrival = match state.map(|state| state.timeliness) {
            Some(Timeliness::OnTime) => Arrival::OnTime,
            Some(Timeliness::Late | Timeliness::MadeUp | Timeliness::Missing) | None => arrival,
        };
        (arrival, state.is_some_and(|state| state.edited))
    }

    /// How a received report stands, by all that the server knows of it.
    pub(super) fn report_as_it_counts(&self, id: &RowId) -> Option<State> {
        let standing = self.reports.get(id)?;
        let cutoff = self.cutoff?;
        standing.receipt.map(|_| standing.state(cutoff))
    }

    /// What names a row; far cheaper than all of it.
    pub(super) fn label(&self, id: &RowId) -> Option<String> {
        let (_, row) = self.rows.get(id)?;
        let (campaign, language) = (self.campaign.as_ref()?, self.language);
        let unit = self.unit_name(&row.unit);
        Some(row::label(campaign, row.measure, unit, language))
    }

    pub(super) fn unit_name(&self, unit: &UnitId) -> String {
        let known = self
            .campaign
            .as_ref()
            .and_then(|campaign| campaign.unit(unit));
        known.map_or_else(|| unit.0.clone(), |unit| unit.name.clone())
    }
}

fn arrival(receipt: Option<&Timestamp>, cutoff: Option<Timestamp>, row: &TableRow) -> Arrival {
    match (receipt, cutoff) {
        (Some(at), Some(cutoff)) if *at >= cutoff => Arrival::Late,
        (Some(_), Some(_) | None) => Arrival::OnTime,
        (None, _) if row.row.duty == Duty::Owed => Arrival::Missing,
        (None, _) => Arrival::NotOwed,
    }
}
