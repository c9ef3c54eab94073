//! The week on screen: one signal for each row that somebody has looked at, so that an edit repaints its row alone.

mod attached;
mod before;
mod board;
mod conflicts;
mod marks;
mod openings;
mod reports;
mod reviews;
mod table;
#[cfg(test)]
mod tests;

pub use before::LastWeek;
pub use conflicts::{ListedConflict, neighbour};
pub use reports::ListedReport;
pub use reviews::{ListedMeasure, ListedReview, ListedSummary};
use table::Table;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use diaodu_plan::{
    campaign::{Campaign, UnitId, Week, WeekNumber},
    column::Column,
    layout::{card::Card, sheet::SheetRow},
    permission::{Author, WeekState},
    row::{Row, RowId},
    table::{self as plan_table, TableRow},
};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    history::PastTable,
    row::{self, Closed, ColumnOrder, Draft},
};
use crate::{grid::model::RowContent, i18n::Language};

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
            plan_table::shown(&stored.cells, Column::Reporter)
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
