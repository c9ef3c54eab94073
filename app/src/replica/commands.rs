//! What screens want, carried out: writing cells, undo, choosing between values.

use automerge::ActorId;
use diaodu_plan::{
    campaign::WeekNumber,
    column::Column,
    edit::{self, CellRef, Edit},
    layout::{DocumentKind, sheet},
    report::{self, Report},
    review,
    row::RowId,
    value::Value,
};
use diaodu_wire::repo::DocumentId;
use jiff::Timestamp;
use leptos::prelude::Callback;

use crate::{browser, store::row::Draft};

use super::{
    Command, Desk, LeftAlone, Shut, Typed, answer, conflict,
    undo::{Since, Step, Stroke, Turned, Undo},
};

/// Undo or redo of a week, given what has become of each cell.
type Way = fn(&mut Undo, WeekNumber, &dyn Fn(&Stroke) -> Since) -> Turned;

/// Where a tab notes what can be taken back.
const UNDO_KEPT_AS: &str = "diaodu.undo";

impl Desk {
    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::OpenWeek(week) => self.open_week(week),
            Command::Report(rows, report) => self.report(&rows, report),
            Command::Write(typed) => self.write_typed(typed),
            Command::Undo(tell) => self.turn(Undo::undo, tell),
            Command::Redo(tell) => self.turn(Undo::redo, tell),
            Command::Compare(row, column, tell) => {
                answer(tell, self.compare(&row, column));
            }
            Command::Choose(row, column, value) => self.choose(&row, column, value),
            Command::Retry(row, column) => self.retry(row, column),
            Command::Discard(row, column) => self.keep_draft(&row, column, None),
            Command::BeIn(here) => self.be_in(here),
            Command::Files(command) => self.obey_files(command),
            Command::Talk(command) => self.obey_talk(command),
            Command::Follow(account) => self.follow(account),
            Command::History(ask) => self.answer_history(ask),
            Command::LookBack(unit) => self.look_back(unit),
            Command::Speak(language) => self.store.week.speak(language),
            Command::Arrange(order) => self.store.week.arrange(order),
            Command::Renewed => {
                self.attempts = 0;
                self.is_waiting = false;
                self.dial();
            }
            Command::Leave => {
                self.is_leaving = true;
                if !self.is_saving && self.to_save.is_empty() {
                    self.leave();
                }
            }
        }
    }

    /// Says of rows that they are reported, or not any more; at which moment, the server alone decides.
    fn report(&mut self, rows: &[RowId], report: Report) {
        let open = rows
            .iter()
            .filter(|row| self.closed(row, Column::Report).is_none());
        let saved_at = Timestamp::from_millisecond(self.now().0).unwrap_or_default();
        let edits = open.flat_map(|row| report::edits(row, report, saved_at));
        let edits = edits.map(|edit| (edit, None)).collect();
        self.begin(edits, Step::new());
    }

    fn write_typed(&mut self, typed: Vec<Typed>) {
        let (mut edits, mut left) = (Vec::new(), Vec::new());
        for Typed { row, column, text } in typed {
            // Kept beside the cell as it was typed: nothing that a person typed disappears.
            if let Some(reason) = self.closed(&row, column) {
                let reason = Some(reason);
                left.push(((row, column), Some(Draft { text, reason })));
                continue;
            }
            match Edit::typed(&row, column, &text, &self.reporter(&row, column)) {
                Ok(edit) => edits.push((edit, Some(Typed { row, column, text }))),
                Err(_) => left.push(((row, column), Some(Draft { text, reason: None }))),
            }
        }
        self.keep_drafts(left);
        // What follows from them comes last, and is no step of its own.
        let reviewed = self.reviewed(&edits);
        edits.extend(reviewed.into_iter().map(|edit| (edit, None)));
        self.begin(edits, Step::new());
    }

    /// A review speaks of the report that stands in its row now.
    fn reviewed(&self, edits: &[(Edit, Option<Typed>)]) -> Vec<Edit> {
        let typed = edits
            .iter()
            .filter_map(|(edit, typed)| Some((edit, typed.as_ref()?)));
        let reviews = typed.filter(|(_, typed)| typed.column == Column::Review);
        reviews
            .filter_map(|(edit, typed)| {
                let document = self.hub.document(&self.document_of(&edit.cell())?)?;
                let stored = sheet::read_row(document, &typed.row).unwrap_or_default();
                Some(review::of_report(&typed.row, &stored.cells))
            })
            .collect()
    }

    /// Takes a step back or puts one forth, and tells what was left alone, because others wrote there or it is closed.
    fn turn(&mut self, way: Way, tell: Callback<LeftAlone>) {
        let Some(week) = self.week else {
            return;
        };
        let mut undo = std::mem::take(&mut self.undo);
        let turned = way(&mut undo, week, &|stroke| self.since(stroke));
        self.undo = undo;
        let left = self.left_alone(&turned);
        let edits = turned.step.into_iter();
        let edits = edits.map(|stroke| (Edit::set(stroke.cell, stroke.after), None));
        self.begin(edits.collect(), Step::new());
        if let Some(left) = left {
            answer(tell, left);
        }
    }

    /// Says what undo or redo leaves alone; `None` where that is nothing.
    fn left_alone(&mut self, turned: &Turned) -> Option<LeftAlone> {
        if turned.foreign.is_empty() && turned.closed.is_empty() && turned.lost == 0 {
            return None;
        }
        let first = turned.foreign.first();
        let standing = first.map_or_else(Vec::new, |cell| {
            let document = self.document_of(cell).and_then(|id| self.hub.document(&id));
            document.map_or_else(Vec::new, |document| edit::current(document, cell))
        });
        let standing = standing.iter().map(ToString::to_string).collect::<Vec<_>>();
        let whose = first.map_or_else(Vec::new, |cell| self.whose(cell));
        let shut = turned.closed.first().and_then(|cell| {
            let (reason, row) = self.closed_cell(cell)?;
            let campaign = self.campaign.as_ref()?;
            let unit = row.unit().and_then(|unit| campaign.unit(&unit));
            Some(Shut {
                cells: turned.closed.len(),
                reason,
                unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
            })
        });
        Some(LeftAlone {
            cells: turned.foreign.len(),
            standing: standing.join(" / "),
            whose,
            shut,
            lost: turned.lost,
        })
    }

    /// Says why the person may not write into a cell, with the row in which it is shown.
    fn closed_cell(&self, cell: &CellRef) -> Option<(String, RowId)> {
        let (row, column) = match cell {
            CellRef::Sheet { row, column } => (row.clone(), *column),
            CellRef::Card { unit, entry } => {
                let kind = DocumentKind::Card(unit.clone());
                let row = self.row_of_card(Some(&kind), &entry.to_string())?;
                (row, Column::Phone)
            }
        };
        Some((self.closed(&row, column)?, row))
    }

    fn since(&self, stroke: &Stroke) -> Since {
        match self.closed_cell(&stroke.cell) {
            Some(_) => Since::Closed,
            None if self.is_mine(stroke) => Since::Mine,
            None => Since::Foreign,
        }
    }

    /// Writes down what can be taken back, with the actors that this tab has been, so that both survive a reload.
    pub(super) fn note_undo(&self) {
        let actors: Vec<String> = self.own_actors.iter().map(ToString::to_string).collect();
        let account = &*self.author.0;
        let note = serde_json::json!([account, actors, self.undo.to_note()]);
        browser::remember_in_tab(UNDO_KEPT_AS, &note.to_string());
    }

    /// Reads what this tab has noted before it was loaded again; of another account nothing.
    pub(super) fn recall_undo(&mut self) {
        let note = browser::recall_in_tab(UNDO_KEPT_AS).unwrap_or_default();
        let Ok((account, actors, steps)) =
            serde_json::from_str::<(String, Vec<String>, String)>(&note)
        else {
            return;
        };
        if account.as_str() == &*self.author.0 {
            let actors = actors
                .iter()
                .filter_map(|actor| ActorId::try_from(actor.as_str()).ok());
            self.own_actors.extend(actors);
            self.undo = Undo::from_note(&steps);
        }
    }

    fn choose(&mut self, row: &RowId, column: Column, value: Value) {
        let place = self.cell(row, column);
        let place = place.and_then(|cell| Some((self.document_of(&cell)?, cell)));
        let Some((document, cell)) = place else {
            return;
        };
        let written = self.write_into(document, &[Edit::set(cell, Some(value))]);
        // A step even where the chosen value was the first: the others are gone.
        self.undo.did(written.into_iter().flatten().collect());
        self.note_undo();
    }

    /// Says whether what I wrote is the only value in the cell, and I wrote it last.
    fn is_mine(&self, stroke: &Stroke) -> bool {
        if Some(stroke.week) != self.week {
            return false;
        }
        let Some(id) = self.document_of(&stroke.cell) else {
            return false;
        };
        let Some(document) = self.hub.document(&id) else {
            return false;
        };
        // After a refusal this tab writes under another actor.
        let now = self.hub.actor(&id);
        let standing = edit::current(document, &stroke.cell);
        match &stroke.after {
            // Nobody has filled it since I emptied it.
            None => standing.is_empty(),
            Some(mine) => {
                standing == [mine.clone()]
                    && conflict::writers(document, &stroke.cell)
                        .iter()
                        .all(|writer| self.own_actors.contains(writer) || Some(writer) == now)
            }
        }
    }

    /// Whose telephone a cell holds; of no other cell anybody asks.
    fn reporter(&self, row: &RowId, column: Column) -> String {
        match column.is_stored_in_sheet() {
            true => String::new(),
            false => self.store.week.reporter(row),
        }
    }

    pub(super) fn cell(&self, row: &RowId, column: Column) -> Option<CellRef> {
        Edit::typed(row, column, "", &self.reporter(row, column))
            .ok()
            .map(|edit| edit.cell())
    }

    pub(super) fn document_of(&self, cell: &CellRef) -> Option<DocumentId> {
        let kind = match cell {
            CellRef::Sheet { row, .. } => DocumentKind::Sheet(self.week?, row.unit()?),
            CellRef::Card { unit, .. } => DocumentKind::Card(unit.clone()),
        };
        let id = self.ids.get(&kind)?;
        // A document that has not arrived yet takes no edit: it would be another document's beginning.
        self.hub
            .document(id)
            .filter(|document| !document.get_heads().is_empty())
            .map(|_| *id)
    }
}
