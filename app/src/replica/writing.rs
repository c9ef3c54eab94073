//! Carries edits into the documents: one change for each document, the first at once, the others between two frames. What is pasted
//! over a hundred sheets stands on screen long before the last of them is written.

use std::collections::BTreeMap;

use automerge::AutomergeError;
use diaodu_plan::edit::{self, Edit, EditError};
use diaodu_wire::repo::DocumentId;

use super::{
    Desk, Typed, log,
    undo::{Step, Stroke},
};
use crate::store::row::Draft;

/// Edits on their way into the documents.
pub(super) struct Writing {
    /// The next one last.
    parts: Vec<Part>,
    /// What can be taken back of it, so far.
    step: Step,
}

/// What one document is to take.
struct Part {
    document: DocumentId,
    edits: Vec<Edit>,
    /// What a person typed for each of them; `None` for what is no step for undo.
    typed: Vec<Option<Typed>>,
}

impl Desk {
    /// Begins to write, and has the first document written; the loop goes on, before it hears of anything else.
    ///
    /// `step`: what one's own undo knows of it already.
    pub(super) fn begin(&mut self, edits: Vec<(Edit, Option<Typed>)>, step: Step) {
        // In the order in which they were wanted.
        while self.go_on() {}
        let (mut parts, mut nowhere) = (Vec::<Part>::new(), Vec::new());
        let mut places: BTreeMap<DocumentId, usize> = BTreeMap::new();
        for (edit, typed) in edits {
            let Some(document) = self.document_of(&edit.cell()) else {
                nowhere.extend(typed);
                continue;
            };
            // As they first come: what is in sight is written first.
            let place = *places.entry(document).or_insert(parts.len());
            if place == parts.len() {
                let (edits, typed) = (Vec::new(), Vec::new());
                parts.push(Part {
                    document,
                    edits,
                    typed,
                });
            }
            parts[place].edits.push(edit);
            parts[place].typed.push(typed);
        }
        self.keep_unwritten(nowhere);
        parts.reverse();
        self.writing = Some(Writing { parts, step });
        self.go_on();
    }

    /// Writes the next document of what is being written. Returns whether there is more.
    pub(super) fn go_on(&mut self) -> bool {
        let Some(writing) = &mut self.writing else {
            return false;
        };
        let Some(part) = writing.parts.pop() else {
            self.finish_writing();
            return false;
        };
        let strokes = self.write_into(part.document, &part.edits);
        let (mut step, mut written, mut unwritten) = (Step::new(), Vec::new(), Vec::new());
        for (typed, stroke) in part.typed.into_iter().zip(strokes) {
            match (typed, stroke) {
                (Some(typed), Some(stroke)) => {
                    written.push(((typed.row, typed.column), None));
                    step.extend(Some(stroke).filter(|stroke| stroke.before != stroke.after));
                }
                (Some(typed), None) => unwritten.push(typed),
                (None, _) => {}
            }
        }
        self.keep_drafts(written);
        self.keep_unwritten(unwritten);
        let writing = self.writing.as_mut();
        let is_last = writing.is_none_or(|writing| {
            writing.step.extend(step);
            writing.parts.is_empty()
        });
        if is_last {
            self.finish_writing();
        }
        !is_last
    }

    fn finish_writing(&mut self) {
        if let Some(Writing { step, .. }) = self.writing.take() {
            if !step.is_empty() {
                self.undo.did(step);
            }
            self.note_undo();
        }
        // Whether anything is unsaved may be another matter now.
        self.save();
    }

    /// What a document does not take stays beside its cells.
    fn keep_unwritten(&self, typed: Vec<Typed>) {
        let drafts = typed.into_iter().map(|Typed { row, column, text }| {
            let reason = None;
            ((row, column), Some(Draft { text, reason }))
        });
        self.keep_drafts(drafts.collect());
    }

    /// Writes edits of one document as one change. `None` for each, where it does not take them.
    pub(super) fn write_into(
        &mut self,
        document: DocumentId,
        edits: &[Edit],
    ) -> Vec<Option<Stroke>> {
        let strokes: Vec<Option<Stroke>> = edits
            .iter()
            .map(|edit| self.stroke(document, edit))
            .collect();
        let (now, author) = (self.now(), self.author.clone());
        let result = self.hub.change(now, document, &author, |tx| {
            let mut edits = edits.iter();
            edits.try_for_each(|edit| edit::apply(edit, tx).map_err(as_automerge))
        });
        match result {
            Ok(((), effects)) => {
                self.own_actors.extend(self.hub.actor(&document).cloned());
                self.perform(effects);
                strokes
            }
            Err(error) => {
                log(&error.to_string());
                edits.iter().map(|_| None).collect()
            }
        }
    }

    /// Notes what stands in a cell before an edit.
    fn stroke(&self, document: DocumentId, edit: &Edit) -> Option<Stroke> {
        let cell = edit.cell();
        let before = edit::current(self.hub.document(&document)?, &cell);
        Some(Stroke {
            week: self.week?,
            before: before.into_iter().next(),
            after: edit.value().cloned(),
            cell,
        })
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
