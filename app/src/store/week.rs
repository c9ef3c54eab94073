//! The week on screen: one signal for each row that somebody has looked at, so that an edit repaints its row alone.

mod attached;
mod before;
mod board;
mod conflicts;
mod marks;
mod openings;
mod reports;
mod reviews;

pub use before::LastWeek;
pub use conflicts::{ListedConflict, neighbour};
pub use reports::ListedReport;
pub use reviews::{ListedMeasure, ListedReview, ListedSummary};

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use diaodu_plan::{
    campaign::{Campaign, UnitId, Week, WeekNumber},
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
use leptos::prelude::*;

use super::{
    history::PastTable,
    row::{self, Arrival, Closed, ColumnOrder, Draft},
};
use crate::{
    grid::model::{Commented, RowContent},
    i18n::Language,
};

type RowSignal = ArcRwSignal<Arc<RowContent>>;

/// The week on screen.
#[derive(Clone)]
pub struct WeekStore {
    /// Which week; `None` until the campaign is here.
    pub number: ArcRwSignal<Option<WeekNumber>>,
    /// The rows that are shown, in the order of the plan.
    pub rows: ArcRwSignal<Arc<Vec<Row>>>,
    /// Cells in which several values stand at once, in the order of the plan.
    pub conflicts: ArcRwSignal<Arc<Vec<(RowId, Column)>>>,
    /// How many drafts there are.
    pub drafts: ArcRwSignal<usize>,
    /// How the cells of each row stand.
    pub columns: ArcRwSignal<Arc<ColumnOrder>>,
    /// Rises when a sheet has come, or the receipts: not when somebody writes.
    pub arrived: ArcRwSignal<u32>,
    /// 定稿: nobody writes the week any more.
    pub frozen: ArcRwSignal<bool>,
    /// Counts what has come from documents, also what no cell shows.
    pub news: ArcRwSignal<u64>,
    table: Arc<Mutex<Table>>,
}

/// A draft beside a cell; `None` takes it away.
pub type Drafted = ((RowId, Column), Option<Draft>);

/// A draft as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDraft {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// As typed.
    pub text: String,
    /// The row in words.
    pub label: String,
    /// Why it is a draft.
    pub sentence: String,
    /// Why the server did not take it, a stable word.
    pub refused: Option<String>,
}

/// A week as the person at the desk opens it.
pub struct Opening {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// Which week.
    pub week: WeekNumber,
    /// Who looks.
    pub person: Author,
    /// Whether the week is still open.
    pub state: WeekState,
}

struct Table {
    campaign: Option<Arc<Campaign>>,
    person: Option<Author>,
    state: WeekState,
    language: Language,
    order: Arc<ColumnOrder>,
    /// Due and grace.
    cutoff: Option<Timestamp>,
    rows: HashMap<RowId, (usize, Row)>,
    stored: HashMap<RowId, SheetRow>,
    /// What the sheets say that rows begin the week with; `stored` has what is shown.
    said: HashMap<RowId, Totals>,
    /// What they begin it with in truth, where that is something else.
    openings: BTreeMap<RowId, WeekOpening>,
    /// Rows as they stood in the week before.
    previous: HashMap<RowId, SheetRow>,
    here: BTreeSet<UnitId>,
    cards: HashMap<UnitId, Card>,
    receipts: BTreeMap<RowId, Timestamp>,
    /// What the server knows of reports beside the receipts.
    reports: BTreeMap<RowId, Standing>,
    drafts: HashMap<(RowId, Column), Draft>,
    signals: HashMap<RowId, RowSignal>,
    conflicts: BTreeMap<RowId, Vec<Column>>,
    /// What is shown in place of all that: the week as it was.
    past: Option<PastTable>,
    /// Cells with comments, by the unit in whose talk they lie.
    commented: BTreeMap<UnitId, BTreeMap<(RowId, Column), Commented>>,
}

impl WeekStore {
    /// Makes an empty week.
    pub fn new() -> WeekStore {
        WeekStore {
            number: ArcRwSignal::new(None),
            rows: ArcRwSignal::new(Arc::default()),
            conflicts: ArcRwSignal::default(),
            drafts: ArcRwSignal::new(0),
            columns: ArcRwSignal::default(),
            arrived: ArcRwSignal::new(0),
            frozen: ArcRwSignal::new(false),
            news: ArcRwSignal::new(0),
            table: Arc::new(Mutex::new(Table::new())),
        }
    }

    /// Returns the signal of a row; `None` if the week has no such row.
    pub fn row(&self, id: &str) -> Option<RowSignal> {
        let mut table = self.table();
        let id = RowId(id.to_owned());
        if let Some(signal) = table.signals.get(&id) {
            return Some(signal.clone());
        }
        let signal = ArcRwSignal::new(Arc::new(table.content(&id)?));
        table.signals.insert(id, signal.clone());
        Some(signal)
    }

    /// Returns a row as it stands now, without noting that anybody has looked at it.
    pub fn glance(&self, id: &str) -> Option<Arc<RowContent>> {
        let table = self.table();
        let id = RowId(id.to_owned());
        match table.signals.get(&id) {
            Some(signal) => Some(signal.get_untracked()),
            None => table.content(&id).map(Arc::new),
        }
    }

    /// Returns a row as it stands, joined.
    pub fn joined(&self, id: &RowId) -> Option<TableRow> {
        self.table().joined(id)
    }

    /// Opens a week: the rows of the plan are there at once, their cells come with the documents.
    pub fn open(&self, opening: Opening) {
        let Opening {
            campaign,
            week,
            person,
            state,
        } = opening;
        {
            let mut table = self.table();
            let is_same_week = self.number.get_untracked() == Some(week);
            let language = table.language;
            let before = std::mem::replace(&mut *table, Table::new());
            *table = Table {
                cutoff: campaign.week(week).map(Week::cutoff),
                campaign: Some(campaign),
                person: Some(person),
                state,
                language,
                order: before.order,
                cards: before.cards,
                // Rows have the same ids in every week, and whoever looks at one goes on looking.
                signals: before.signals,
                ..Table::new()
            };
            if is_same_week {
                table.stored = before.stored;
                table.said = before.said;
                table.openings = before.openings;
                table.previous = before.previous;
                table.here = before.here;
                table.receipts = before.receipts;
                table.reports = before.reports;
                table.drafts = before.drafts;
                table.commented = before.commented;
            }
        }
        let (drafts, rows) = {
            let mut table = self.table();
            (table.drafts.len(), table.lay_out(week))
        };
        self.drafts.set(drafts);
        self.refresh(None);
        self.number.set(Some(week));
        self.frozen.set(state == WeekState::Frozen);
        self.rows.set(Arc::new(rows));
        self.note_conflicts(None);
    }

    /// A row that is no longer relevant is shown while it holds something: whether it does may have changed.
    fn lay_out_again(&self, touched: &BTreeSet<RowId>) {
        let Some(week) = self.number.get_untracked() else {
            return;
        };
        let rows = {
            let mut table = self.table();
            if !touched.iter().any(|id| table.may_come_or_go(id)) {
                return;
            }
            table.lay_out(week)
        };
        if **self.rows.read_untracked() != rows {
            self.rows.set(Arc::new(rows));
        }
    }

    /// Takes rows of a unit's sheet as they stand now.
    pub fn take_rows(&self, unit: &UnitId, rows: impl IntoIterator<Item = (RowId, SheetRow)>) {
        let mut touched = BTreeSet::new();
        let is_new = {
            let mut table = self.table();
            for (id, row) in rows {
                touched.insert(id.clone());
                table.take_stored(id, row);
            }
            table.here.insert(unit.clone())
        };
        self.news.update(|times| *times = times.wrapping_add(1));
        self.lay_out_again(&touched);
        self.note_conflicts(Some(&touched));
        if is_new {
            self.refresh_unit(unit);
            self.arrived.update(|times| *times = times.wrapping_add(1));
        } else {
            self.refresh(Some(&touched))
        }
    }

    /// Takes a unit's card as it stands now.
    pub fn take_card(&self, unit: &UnitId, card: Card) {
        self.table().cards.insert(unit.clone(), card);
        self.note_conflicts(Some(&self.rows_of(unit)));
        self.refresh_unit(unit);
    }

    /// Takes the week's receipts as they stand now.
    pub fn take_receipts(&self, receipts: BTreeMap<RowId, Timestamp>) {
        let mut are_first = false;
        let touched: BTreeSet<RowId> = {
            let mut table = self.table();
            let old = &table.receipts;
            are_first |= old.is_empty() && !receipts.is_empty();
            let new = receipts
                .iter()
                .filter(|(row, at)| old.get(*row) != Some(*at));
            let gone = old.keys().filter(|row| !receipts.contains_key(*row));
            let touched = new.map(|(row, _)| row).chain(gone).cloned().collect();
            table.receipts = receipts;
            touched
        };
        self.news.update(|times| *times = times.wrapping_add(1));
        // Receipts come every second while offices report: a large table must not be put into words each time.
        self.refresh(Some(&touched));
        if are_first {
            self.arrived.update(|times| *times = times.wrapping_add(1));
        }
    }

    /// Puts drafts beside cells, or takes them away.
    pub fn take_drafts(&self, drafts: Vec<Drafted>) {
        let touched: BTreeSet<RowId> = drafts.iter().map(|((row, _), _)| row.clone()).collect();
        let count = {
            let mut table = self.table();
            for (cell, draft) in drafts {
                match draft {
                    Some(draft) => drop(table.drafts.insert(cell, draft)),
                    None => drop(table.drafts.remove(&cell)),
                }
            }
            table.drafts.len()
        };
        self.drafts.set(count);
        self.lay_out_again(&touched);
        self.refresh(Some(&touched));
    }

    /// Lists the drafts in the order of the table, each with the label of its row and the reason in words.
    pub fn drafts(&self) -> Vec<ListedDraft> {
        let table = self.table();
        let mut listed: Vec<(usize, ListedDraft)> = Vec::new();
        for ((row, column), draft) in &table.drafts {
            let Some((number, label)) = table.rows.get(row).zip(table.label(row)) else {
                continue;
            };
            let unit = table.unit_name(&number.1.unit);
            let sentence = row::draft_sentence(*column, draft, &unit, table.language);
            let draft = ListedDraft {
                row: row.clone(),
                column: *column,
                text: draft.text.clone(),
                label,
                sentence,
                refused: draft.reason.clone(),
            };
            listed.push((number.0, draft));
        }
        listed.sort_by(|(number, one), (other_number, other)| {
            let key = |draft: &ListedDraft| (draft.row.clone(), draft.column);
            (number, key(one)).cmp(&(other_number, key(other)))
        });
        listed.into_iter().map(|(_, draft)| draft).collect()
    }

    /// Returns all rows in the order of the plan, each with the label that names it.
    pub fn labels(&self) -> Vec<(String, String)> {
        let table = self.table();
        let mut rows: Vec<(usize, &RowId)> = table
            .rows
            .iter()
            .map(|(id, (number, _))| (*number, id))
            .collect();
        rows.sort_unstable();
        rows.into_iter()
            .filter_map(|(_, id)| Some((id.0.clone(), table.label(id)?)))
            .collect()
    }

    /// Shows the week as it was, or as it is again; until then nobody writes into it.
    pub fn show_past(&self, mut past: Option<PastTable>) {
        {
            let mut table = self.table();
            past.iter_mut().for_each(|past| table.begin(past));
            table.past = past;
        }
        self.refresh(None);
    }

    /// Notes whether the week is still open.
    pub fn take_state(&self, state: WeekState) {
        let is_new = std::mem::replace(&mut self.table().state, state) != state;
        if is_new {
            self.frozen.set(state == WeekState::Frozen);
            self.refresh(None);
        }
    }

    /// Takes away what a unit's sheet and card held: the person may not read them any more.
    pub fn forget(&self, unit: &UnitId) {
        let gone: BTreeSet<RowId> = {
            let mut table = self.table();
            let of_unit = |id: &RowId| id.unit().as_ref() == Some(unit);
            let gone = table.stored.keys().filter(|id| of_unit(id));
            let gone = gone.cloned().collect();
            table.stored.retain(|id, _| !of_unit(id));
            table.previous.retain(|id, _| !of_unit(id));
            table.said.retain(|id, _| !of_unit(id));
            table.openings.retain(|id, _| !of_unit(id));
            table.here.remove(unit);
            table.cards.remove(unit);
            gone
        };
        self.lay_out_again(&gone);
        self.note_conflicts(Some(&gone));
        self.refresh_unit(unit);
    }

    /// Returns the draft beside a cell, if there is one.
    pub fn draft(&self, row: &RowId, column: Column) -> Option<Draft> {
        self.table().drafts.get(&(row.clone(), column)).cloned()
    }

    /// Returns what a row says under 填报人, whose telephone is shown beside it; empty where it says nothing.
    pub fn reporter(&self, row: &RowId) -> String {
        let table = self.table();
        let stored = table.stored.get(row);
        stored.map_or_else(String::new, |stored| {
            table::shown(&stored.cells, Column::Reporter)
        })
    }

    /// Puts the cells of all rows into another order.
    pub fn arrange(&self, order: ColumnOrder) {
        let order = Arc::new(order);
        let (before, rows) = {
            let mut table = self.table();
            let before = std::mem::replace(&mut table.order, order.clone());
            (before, table.signals.values().cloned().collect::<Vec<_>>())
        };
        let places: Vec<Option<usize>> = order
            .columns
            .iter()
            .map(|column| before.columns.iter().position(|each| each == column))
            .collect();
        // Moved and not put into words again: ten thousand rows must not be kept waiting.
        for row in rows.iter().filter(|_| before.columns != order.columns) {
            row.update(|content| {
                let mut cells = std::mem::take(&mut Arc::make_mut(content).cells);
                let moved = places.iter().map(|place| {
                    let cell = place.and_then(|place| cells.get_mut(place));
                    cell.map(std::mem::take).unwrap_or_default()
                });
                let moved = moved.collect();
                Arc::make_mut(content).cells = moved;
            });
        }
        self.columns.set(order);
    }

    /// Returns the language that everything is said in.
    pub fn language(&self) -> Language {
        self.table().language
    }

    /// Says everything in another language.
    pub fn speak(&self, language: Language) {
        self.table().language = language;
        self.refresh(None);
    }

    fn refresh_unit(&self, unit: &UnitId) {
        self.refresh(Some(&self.rows_of(unit)));
    }

    fn rows_of(&self, unit: &UnitId) -> BTreeSet<RowId> {
        let table = self.table();
        let rows = table.rows.values().filter(|(_, row)| row.unit == *unit);
        rows.map(|(_, row)| row.id.clone()).collect()
    }

    /// Puts rows into words again, as far as somebody looks at them. `None`: all.
    fn refresh(&self, rows: Option<&BTreeSet<RowId>>) {
        let fresh: Vec<(RowSignal, RowContent)> = {
            let table = self.table();
            let fresh =
                |(id, signal): (&RowId, &RowSignal)| Some((signal.clone(), table.content(id)?));
            match rows {
                // Asked for each of them: many more may have been looked at.
                Some(rows) => {
                    let looked_at = rows.iter().filter_map(|id| table.signals.get_key_value(id));
                    looked_at.filter_map(fresh).collect()
                }
                None => table.signals.iter().filter_map(fresh).collect(),
            }
        };
        // Outside of the lock: whoever listens may look at other rows.
        for (signal, content) in fresh {
            if **signal.read_untracked() != content {
                signal.set(Arc::new(content));
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn new() -> Table {
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
    fn lay_out(&mut self, week: WeekNumber) -> Vec<Row> {
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

    fn may_come_or_go(&self, id: &RowId) -> bool {
        let shown = self.rows.get(id);
        shown.is_none_or(|(_, row)| row.duty == Duty::Released)
    }

    fn joined(&self, id: &RowId) -> Option<TableRow> {
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
    fn joined_past(&self, past: &PastTable, id: &RowId) -> Option<TableRow> {
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

    fn past_content(&self, past: &PastTable, id: &RowId) -> Option<RowContent> {
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

    fn content(&self, id: &RowId) -> Option<RowContent> {
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
    fn filing(&self, id: &RowId, row: &TableRow) -> (Arrival, bool) {
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
    fn report_as_it_counts(&self, id: &RowId) -> Option<State> {
        let standing = self.reports.get(id)?;
        let cutoff = self.cutoff?;
        standing.receipt.map(|_| standing.state(cutoff))
    }

    /// What names a row; far cheaper than all of it.
    fn label(&self, id: &RowId) -> Option<String> {
        let (_, row) = self.rows.get(id)?;
        let (campaign, language) = (self.campaign.as_ref()?, self.language);
        let unit = self.unit_name(&row.unit);
        Some(row::label(campaign, row.measure, unit, language))
    }

    fn unit_name(&self, unit: &UnitId) -> String {
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

#[cfg(test)]
mod tests {
    use diaodu_plan::{fixture, permission::AccountRole, report::Acceptance, value::Value};

    use super::*;

    fn opening(campaign: &Arc<Campaign>, week: u8, unit: &UnitId) -> Opening {
        Opening {
            campaign: campaign.clone(),
            week: WeekNumber(week),
            person: Author {
                account: "甲".to_owned(),
                unit: unit.clone(),
                role: AccountRole::Unit,
            },
            state: WeekState::Open,
        }
    }

    fn week() -> (WeekStore, RowId, UnitId) {
        let campaign = Arc::new(fixture::campaign(
            "unit u-a office 甲办\naction 行动\nmeasure lead=u-a",
        ));
        let store = WeekStore::new();
        let unit = UnitId("u-a".to_owned());
        store.open(opening(&campaign, 1, &unit));
        (store, RowId("m01.u-a".to_owned()), unit)
    }

    fn shown(store: &WeekStore, column: Column) -> crate::grid::model::CellContent {
        let order = store.columns.get_untracked();
        let index = order
            .columns
            .iter()
            .position(|each| *each == column)
            .expect("shown");
        store
            .row("m01.u-a")
            .expect("the row is there")
            .get_untracked()
            .cells[index]
            .clone()
    }

    #[test]
    fn rows_are_closed_until_their_sheet_is_here() {
        let (store, id, unit) = week();
        assert!(shown(&store, Column::Remark).readonly.is_some());
        let mut row = SheetRow::default();
        row.cells
            .insert(Column::Remark, vec![Value::Text("好".to_owned())]);
        store.take_rows(&unit, [(id, row)]);
        assert_eq!(shown(&store, Column::Remark).shown, "好");
        assert_eq!(shown(&store, Column::Remark).readonly, None);
    }

    #[test]
    fn another_week_does_not_show_what_this_one_holds() {
        let (store, id, unit) = week();
        let looked_at = store.row("m01.u-a").expect("the row is there");
        let mut row = SheetRow::default();
        row.cells
            .insert(Column::Remark, vec![Value::Text("好".to_owned())]);
        store.take_rows(&unit, [(id, row)]);
        let campaign = Arc::new(fixture::campaign(
            "unit u-a office 甲办\naction 行动\nmeasure lead=u-a",
        ));
        store.open(opening(&campaign, 2, &unit));
        assert!(
            looked_at
                .get_untracked()
                .cells
                .iter()
                .all(|cell| cell.shown != "好")
        );
        assert_eq!(shown(&store, Column::Remark).shown, "");
    }

    #[test]
    fn the_past_is_shown_in_place_of_the_present_closed_and_with_what_changed_in_words() {
        let (store, id, unit) = week();
        let row = |remark: &str| {
            let mut row = SheetRow::default();
            let remark = Value::Text(remark.to_owned());
            row.cells.insert(Column::Remark, vec![remark]);
            row
        };
        store.take_rows(&unit, [(id.clone(), row("现在"))]);
        let past = |changed: &[(Column, &str)]| PastTable {
            stored: [(id.clone(), row("从前"))].into(),
            changed: changed
                .iter()
                .map(|(column, old)| ((id.clone(), *column), (*old).to_owned()))
                .collect(),
            ..PastTable::default()
        };
        store.show_past(Some(past(&[])));
        let cell = shown(&store, Column::Remark);
        assert_eq!((&*cell.shown, cell.draft), ("从前", false));
        assert!(cell.readonly.is_some_and(|why| why.contains("过去")));
        // What comes meanwhile is kept, and not shown.
        store.take_rows(&unit, [(id.clone(), row("新来"))]);
        assert_eq!(shown(&store, Column::Remark).shown, "从前");
        store.show_past(Some(past(&[(Column::Remark, "更早")])));
        let cell = shown(&store, Column::Remark);
        assert_eq!((&*cell.shown, cell.state), ("更早 → 从前", Some("changed")));
        store.show_past(None);
        let cell = shown(&store, Column::Remark);
        assert_eq!((&*cell.shown, cell.readonly), ("新来", None));
    }

    #[test]
    fn a_receipt_is_shown_and_goes_with_its_withdrawal() {
        let (store, id, _) = week();
        let at = "2021-04-16T15:59:59+08:00".parse().expect("a moment");
        assert_eq!(shown(&store, Column::SubmittedAt).shown, "");
        store.take_receipts([(id, at)].into());
        assert!(
            shown(&store, Column::SubmittedAt)
                .shown
                .contains("15:59:59")
        );
        store.take_receipts(BTreeMap::new());
        assert_eq!(shown(&store, Column::SubmittedAt).shown, "");
    }

    #[test]
    fn cells_stand_in_the_order_that_was_asked_for_and_an_edit_keeps_it() {
        let (store, id, unit) = week();
        let mut row = SheetRow::default();
        row.cells
            .insert(Column::Remark, vec![Value::Text("好".to_owned())]);
        store.take_rows(&unit, [(id.clone(), row.clone())]);
        assert_eq!(shown(&store, Column::Remark).shown, "好");
        let mut columns = store.columns.get_untracked().columns.clone();
        columns.reverse();
        store.arrange(ColumnOrder { columns, shown: 5 });
        assert_eq!(shown(&store, Column::Remark).shown, "好");
        assert_eq!(shown(&store, Column::Unit).shown, "甲办");
        row.cells
            .insert(Column::Remark, vec![Value::Text("更好".to_owned())]);
        store.take_rows(&unit, [(id, row)]);
        assert_eq!(shown(&store, Column::Remark).shown, "更好");
    }

    #[test]
    fn a_report_is_filed_under_whether_it_came_in_time() {
        let (store, id, _) = week();
        let filed = |store: &WeekStore| {
            shown(store, Column::SubmittedAt)
                .filed
                .map(|filed| filed.key)
        };
        assert_eq!(filed(&store), Some("missing"));
        let campaign = store.table().campaign.clone().expect("open");
        let due = campaign.weeks[0].due;
        store.take_receipts([(id.clone(), due)].into());
        assert_eq!(filed(&store), Some("late"));
        let before = Timestamp::from_millisecond(due.as_millisecond() - 1).expect("a moment");
        store.take_receipts([(id, before)].into());
        assert_eq!(filed(&store), Some("on-time"));
    }

    #[test]
    fn grace_acceptance_and_later_edits_are_told() {
        let (store, id, _) = week();
        let campaign = store.table().campaign.clone().expect("open");
        let due = campaign.weeks[0].due;
        let filed = |store: &WeekStore| {
            let cell = shown(store, Column::SubmittedAt);
            (cell.filed.map(|filed| filed.key), cell.shown)
        };
        let mut standing = Standing {
            receipt: Some(due),
            ..Standing::default()
        };
        store.take_receipts([(id.clone(), due)].into());
        store.take_reports([(id.clone(), standing.clone())].into());
        assert_eq!(filed(&store).0, Some("late"));
        standing.accepted = Some(Acceptance {
            at: due,
            by: "u-gongjianban".to_owned(),
            reason: "断网".to_owned(),
        });
        standing.edited = Some(due);
        store.take_reports([(id.clone(), standing)].into());
        let (key, words) = filed(&store);
        assert_eq!(key, Some("on-time"));
        assert!(words.ends_with("报送后有修改"), "{words}");

        let mut with_grace = (*campaign).clone();
        with_grace.weeks[0].grace_minutes = 10;
        let (state, person) = (WeekState::Open, store.table().person.clone());
        store.open(Opening {
            campaign: Arc::new(with_grace),
            week: campaign.weeks[0].number,
            person: person.expect("somebody looks"),
            state,
        });
        store.take_reports(BTreeMap::new());
        assert_eq!(
            filed(&store).0,
            Some("on-time"),
            "due has passed, grace has not"
        );
    }

    #[test]
    fn a_draft_stands_beside_its_cell_in_words() {
        let (store, id, unit) = week();
        store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
        let draft = Draft::from_note("三个");
        store.take_drafts(vec![((id.clone(), Column::FoundWeek), Some(draft))]);
        let cell = shown(&store, Column::FoundWeek);
        assert!(
            cell.draft && cell.shown == "三个" && cell.mistake.is_some(),
            "{cell:?}"
        );
        store.take_drafts(vec![((id, Column::FoundWeek), None)]);
        assert_eq!(shown(&store, Column::FoundWeek).mistake, None);
    }

    #[test]
    fn what_the_person_may_not_write_is_closed_and_says_whose_it_is() {
        let (store, id, unit) = week();
        store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
        assert_eq!(shown(&store, Column::Progress).readonly, None);
        assert!(shown(&store, Column::Review).readonly.is_some());
        let campaign = store.table().campaign.clone().expect("open");
        store.open(opening(&campaign, 1, &UnitId("u-b".to_owned())));
        let closed = shown(&store, Column::Progress).readonly.expect("closed");
        assert!(closed.contains("甲办"), "{closed}");
        store.open(opening(&campaign, 1, &unit));
        store.take_state(WeekState::Frozen);
        assert!(shown(&store, Column::Progress).readonly.is_some());
    }

    #[test]
    fn a_refused_draft_is_listed_with_its_reason_and_reads_back_from_its_note() {
        let (store, id, unit) = week();
        store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
        let draft = Draft {
            text: "第一行\n第二行".to_owned(),
            reason: Some("week-frozen".to_owned()),
        };
        assert_eq!(Draft::from_note(&draft.to_note()), draft);
        store.take_drafts(vec![((id.clone(), Column::Progress), Some(draft))]);
        let named = store.labels().into_iter().find(|(row, _)| *row == id.0);
        let label = store
            .row(&id.0)
            .map(|row| row.get_untracked().label.clone());
        assert_eq!(named.map(|(_, label)| label), label);
        let listed = store.drafts();
        assert_eq!((listed.len(), store.drafts.get_untracked()), (1, 1));
        assert_eq!(listed[0].text, "第一行\n第二行");
        assert!(!listed[0].sentence.contains("week-frozen"), "{listed:?}");
    }

    /// Measure 2 of `SMALL` means 鸿鹰 until the campaign changes.
    fn two_streets() -> (WeekStore, UnitId, RowId) {
        let campaign = Arc::new(fixture::campaign(fixture::SMALL));
        let (store, unit) = (WeekStore::new(), UnitId("s-hongying".to_owned()));
        store.open(opening(&campaign, 1, &unit));
        (store, unit, RowId("m02.s-hongying".to_owned()))
    }

    fn release(store: &WeekStore, unit: &UnitId) {
        let mut campaign = fixture::campaign(fixture::SMALL);
        campaign.measures[1].relevant_streets = vec![UnitId("s-donganlu".to_owned())];
        store.open(opening(&Arc::new(campaign), 1, unit));
    }

    fn ids(store: &WeekStore) -> Vec<String> {
        let rows = store.rows.get_untracked();
        rows.iter().map(|row| row.id.0.clone()).collect()
    }

    #[test]
    fn a_new_relevant_street_has_its_row_without_a_reload_and_an_empty_old_one_goes() {
        let (store, unit, id) = two_streets();
        store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
        assert!(ids(&store).contains(&id.0));
        release(&store, &unit);
        assert!(!ids(&store).contains(&id.0));
        assert!(ids(&store).contains(&"m02.s-donganlu".to_owned()));
    }

    #[test]
    fn a_row_that_is_no_longer_relevant_stays_while_it_holds_something_or_a_draft() {
        let (store, unit, id) = two_streets();
        release(&store, &unit);
        assert!(!ids(&store).contains(&id.0));
        let mut row = SheetRow::default();
        let text = Value::Text("先前填的".to_owned());
        row.cells.insert(Column::Remark, vec![text]);
        store.take_rows(&unit, [(id.clone(), row)]);
        assert!(ids(&store).contains(&id.0), "its sheet came later");
        let content = store.row(&id.0).expect("shown").get_untracked();
        assert!(content.cells.iter().any(|cell| cell.shown == "不再相关"));
        let closed = |cell: &crate::grid::model::CellContent| cell.readonly.is_some();
        assert!(content.cells.iter().all(closed));
        store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
        assert!(!ids(&store).contains(&id.0));
        let draft = Draft::from_note("没送出去的");
        store.take_drafts(vec![((id.clone(), Column::Remark), Some(draft))]);
        assert!(ids(&store).contains(&id.0));
        assert_eq!(store.drafts().len(), 1, "no draft hides with its row");
        store.take_drafts(vec![((id.clone(), Column::Remark), None)]);
        assert!(!ids(&store).contains(&id.0));
    }
}
