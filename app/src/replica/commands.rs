//! What screens want, carried out: writing cells, undo, choosing between values.

use std::collections::BTreeMap;

use automerge::{ActorId, AutomergeError};
use diaodu_plan::{
    campaign::WeekNumber,
    column::Column,
    edit::{self, CellRef, Edit, EditError},
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
    Command, Desk, LeftAlone, Typed, answer, conflict, log,
    undo::{Step, Stroke, Turned, Undo},
};

/// Undo or redo of a week, given which strokes are still one's own.
type Way = fn(&mut Undo, WeekNumber, &dyn Fn(&Stroke) -> bool) -> Turned;

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
        let edits = edits.collect();
        self.write(edits);
    }

    fn write_typed(&mut self, typed: Vec<Typed>) {
        let mut edits = Vec::new();
        for Typed { row, column, text } in typed {
            // Kept beside the cell as it was typed: nothing that a person typed disappears.
            if let Some(reason) = self.closed(&row, column) {
                let reason = Some(reason);
                self.keep_draft(&row, column, Some(Draft { text, reason }));
                continue;
            }
            match Edit::typed(&row, column, &text, &self.reporter(&row)) {
                Ok(edit) => edits.push((edit, Typed { row, column, text })),
                Err(_) => self.keep_draft(&row, column, Some(Draft { text, reason: None })),
            }
        }
        let mut all: Vec<Edit> = edits.iter().map(|(edit, _)| edit.clone()).collect();
        all.extend(self.reviewed(&edits));
        // What follows from them comes last, and is no step of its own.
        let written = self.write(all);
        let mut step = Step::new();
        for ((_, typed), stroke) in edits.into_iter().zip(written) {
            match stroke {
                Some(stroke) => {
                    self.keep_draft(&typed.row, typed.column, None);
                    step.extend(Some(stroke).filter(|stroke| stroke.before != stroke.after));
                }
                None => {
                    let (text, reason) = (typed.text, None);
                    self.keep_draft(&typed.row, typed.column, Some(Draft { text, reason }));
                }
            }
        }
        if !step.is_empty() {
            self.undo.did(step);
            self.note_undo();
        }
    }

    /// A review speaks of the report that stands in its row now.
    fn reviewed(&self, edits: &[(Edit, Typed)]) -> Vec<Edit> {
        let reviews = edits
            .iter()
            .filter(|(_, typed)| typed.column == Column::Review);
        reviews
            .filter_map(|(edit, typed)| {
                let document = self.hub.document(&self.document_of(&edit.cell())?)?;
                let stored = sheet::read_row(document, &typed.row).unwrap_or_default();
                Some(review::of_report(&typed.row, &stored.cells))
            })
            .collect()
    }

    /// Takes a step back or puts one forth, and tells what was left alone because others wrote there.
    fn turn(&mut self, way: Way, tell: Callback<LeftAlone>) {
        let Some(week) = self.week else {
            return;
        };
        let mut undo = std::mem::take(&mut self.undo);
        let turned = way(&mut undo, week, &|stroke| self.is_mine(stroke));
        self.undo = undo;
        self.write_step(turned.step);
        self.note_undo();
        if let Some(cell) = turned.foreign.first() {
            let document = self.document_of(cell).and_then(|id| self.hub.document(&id));
            let standing = document.map_or_else(Vec::new, |document| edit::current(document, cell));
            let standing = standing.iter().map(ToString::to_string).collect::<Vec<_>>();
            answer(tell, LeftAlone {
                cells: turned.foreign.len(),
                standing: standing.join(" / "),
            });
        }
    }

    /// Writes down what can be taken back, with the actors that this tab has been, so that both survive a reload.
    fn note_undo(&self) {
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

    fn write_step(&mut self, step: Step) {
        let edits = step
            .into_iter()
            .map(|stroke| Edit::set(stroke.cell, stroke.after))
            .collect();
        self.write(edits);
    }

    fn choose(&mut self, row: &RowId, column: Column, value: Value) {
        let Some(cell) = self.cell(row, column) else {
            return;
        };
        let written = self.write(vec![Edit::set(cell, Some(value))]);
        let step: Step = written.into_iter().flatten().collect();
        self.undo.did(step);
        self.note_undo();
    }

    /// Writes edits, one change for each document. `None` where a document does not take it.
    fn write(&mut self, edits: Vec<Edit>) -> Vec<Option<Stroke>> {
        let mut strokes: Vec<Option<Stroke>> = Vec::new();
        let mut changes: BTreeMap<DocumentId, Vec<usize>> = BTreeMap::new();
        for (index, edit) in edits.iter().enumerate() {
            strokes.push(self.stroke(edit));
            if let Some(document) = self.document_of(&edit.cell()) {
                changes.entry(document).or_default().push(index);
            }
        }
        let (now, author) = (self.now(), self.author.clone());
        for (document, indexes) in changes {
            let result = self.hub.change(now, document, &author, |tx| {
                indexes
                    .iter()
                    .try_for_each(|index| edit::apply(&edits[*index], tx).map_err(as_automerge))
            });
            match result {
                Ok(((), effects)) => {
                    self.own_actors.extend(self.hub.actor(&document).cloned());
                    self.perform(effects);
                }
                Err(error) => {
                    log(&error.to_string());
                    indexes.iter().for_each(|index| strokes[*index] = None);
                }
            }
        }
        strokes
    }

    /// Notes what stands in a cell before an edit; `None` if its document is not here.
    fn stroke(&self, edit: &Edit) -> Option<Stroke> {
        let cell = edit.cell();
        let document = self.hub.document(&self.document_of(&cell)?)?;
        let before = edit::current(document, &cell).into_iter().next();
        Some(Stroke {
            week: self.week?,
            cell,
            before,
            after: edit.value().cloned(),
        })
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

    pub(super) fn reporter(&self, row: &RowId) -> String {
        self.store
            .week
            .joined(row)
            .map(|row| row.cell(Column::Reporter).text.clone())
            .unwrap_or_default()
    }

    pub(super) fn cell(&self, row: &RowId, column: Column) -> Option<CellRef> {
        Edit::typed(row, column, "", &self.reporter(row))
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

fn as_automerge(error: EditError) -> AutomergeError {
    match error {
        EditError::Automerge(error) => error,
        EditError::NotStored(_) | EditError::NoRow(_) | EditError::NoEntries => {
            log(&error.to_string());
            AutomergeError::Fail
        }
    }
}
