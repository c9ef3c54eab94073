//! What a person may not read any more leaves this machine. What was typed into it and not sent becomes drafts first: both happen
//! in one transaction. What cannot be kept as drafts yet keeps its document until a later start.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ROOT, ReadDoc, ScalarValue};
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    layout::{DocumentKind, sheet, talk},
    row::RowId,
};
use diaodu_sync::{event::CellAddress, hub::forget::left_in};
use diaodu_wire::{http::DocumentEntry, repo::DocumentId};
use leptos::task::spawn_local;

use super::{
    Desk, Event,
    indexed_db::{self, DiskError, Kept},
    log,
};
use crate::store::row::Draft;

/// What was put or deleted where.
type Typed = (CellAddress, Option<ScalarValue>);

/// The reason of drafts whose document is gone.
const REASON: &str = "not-readable";

/// A document on its way out.
pub struct Leaving {
    id: DocumentId,
    kind: Option<DocumentKind>,
    /// What was typed and not sent, of which disk may know less.
    typed: Vec<Typed>,
    /// What disk has of it, and the notes of all drafts.
    disk: Result<(Kept, Vec<(String, String)>), DiskError>,
}

/// Where a draft belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Beside this cell.
    Cell(WeekNumber, RowId, Column),
    /// Nowhere: people type nothing there.
    Nowhere,
    /// It cannot be said before the campaign is here.
    NotYet,
}

/// A draft of any week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedDraft {
    /// The week.
    pub week: WeekNumber,
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// What is kept.
    pub draft: Draft,
}

impl PlacedDraft {
    /// Names its note.
    pub fn key(&self) -> String {
        let week = self.week.0.to_string();
        indexed_db::key_of(&["draft", &week, &self.row.0, self.column.id()])
    }
}

impl Desk {
    /// Looks on this machine's disk for documents that the server does not list.
    pub(super) fn look_for_unlisted(&self) {
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            match disk.documents().await {
                Ok(kept) => drop(events.unbounded_send(Event::OnDisk(kept))),
                Err(error) => log(&error.to_string()),
            }
        });
    }

    /// Documents lie on this machine's disk: those that are not listed go.
    pub(super) fn take_on_disk(&mut self, kept: &[DocumentId]) {
        for id in unlisted(kept, &self.known) {
            self.withdraw(id);
        }
    }

    /// Closes a document, and reads what disk has of it.
    pub(super) fn withdraw(&mut self, id: DocumentId) {
        if !self.withdrawing.insert(id) {
            return;
        }
        let typed = self.hub.forget(id);
        self.forget_history(id);
        self.to_save.retain(|(_, of, _)| *of != id);
        self.rewrites.retain(|(of, _)| *of != id);
        self.opened.remove(&id);
        self.awaited.remove(&id);
        self.refusals.remove(&id);
        self.keys.remove(&id);
        self.unsent.remove(&id);
        self.tell_unsent();
        self.count_arrived();
        let kind = self.kinds.remove(&id);
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let read = async { Ok((disk.load(id).await?, disk.notes("draft|").await?)) };
            let disk = read.await;
            let leaving = Leaving {
                id,
                kind,
                typed,
                disk,
            };
            drop(events.unbounded_send(Event::Leaving(Box::new(leaving))));
        });
    }

    /// Takes the document off the disk, its unsent cells as drafts beside.
    pub(super) fn take_leave(&mut self, leaving: Leaving) {
        let Leaving {
            id,
            kind,
            typed,
            disk,
        } = leaving;
        let (kept, notes) = match disk {
            Ok(read) => read,
            Err(error) => {
                log(&error.to_string());
                return self.keep_typed(id, kind.as_ref(), &typed);
            }
        };
        let left = match left_in(kept.stored) {
            Ok(left) => left,
            // Kept for whoever can repair it, as every damaged document is.
            Err(error) => {
                log(&error.to_string());
                return self.keep_typed(id, kind.as_ref(), &typed);
            }
        };
        let kind = kind.or_else(|| kind_of(&left.content));
        let typed = newest(left.typed, typed);
        if let Some(DocumentKind::Talk(..)) = kind {
            self.return_comments(id, &typed, REASON);
        }
        let is_back = unlisted(&[id], &self.known).is_empty();
        let place = |cell: &CellAddress| self.place_of(kind.as_ref(), cell);
        let drafts = drafts_of(&typed, place, &notes.into_iter().collect());
        let Some(drafts) = drafts.filter(|_| !is_back) else {
            return self.keep_typed(id, kind.as_ref(), &typed);
        };
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let texts: Vec<_> = drafts
                .iter()
                .map(|placed| (placed.key(), placed.draft.to_note()))
                .collect();
            let result = disk.withdraw(id, &kept.keys, &texts).await;
            drop(events.unbounded_send(Event::Withdrawn(id, drafts, result)));
        });
    }

    /// The document is off the disk, or is not: its drafts are shown all the same.
    pub(super) fn withdrawn(
        &mut self,
        id: DocumentId,
        drafts: Vec<PlacedDraft>,
        result: Result<(), DiskError>,
    ) {
        self.withdrawing.remove(&id);
        if let Err(error) = result {
            log(&error.to_string());
        }
        let here = drafts
            .into_iter()
            .filter(|placed| Some(placed.week) == self.week);
        let here = here.map(|placed| ((placed.row, placed.column), Some(placed.draft)));
        self.store.week.take_drafts(here.collect());
    }

    /// The document stays on disk for now; what was typed is kept as drafts, twice rather than not at all.
    fn keep_typed(&mut self, id: DocumentId, kind: Option<&DocumentKind>, typed: &[Typed]) {
        self.withdrawing.remove(&id);
        if let Some(DocumentKind::Talk(..)) = kind {
            return self.return_comments(id, typed, REASON);
        }
        let refused = typed
            .iter()
            .map(|(cell, value)| (cell, value.as_ref(), REASON));
        self.keep_refused(kind, refused);
    }

    /// Finds where what was typed into a cell is kept beside.
    pub(super) fn place_of(&self, kind: Option<&DocumentKind>, cell: &CellAddress) -> Place {
        match (kind, cell.path.as_slice()) {
            (Some(DocumentKind::Sheet(week, _)), [_, row]) => {
                let column = Column::from_id(&cell.key);
                column.map_or(Place::Nowhere, |column| {
                    Place::Cell(*week, RowId(row.clone()), column)
                })
            }
            (Some(DocumentKind::Card(_)), _) => {
                let row = self.row_of_card(kind, &cell.key);
                let place = self.week.zip(row);
                place.map_or(Place::NotYet, |(week, row)| {
                    Place::Cell(week, row, Column::Phone)
                })
            }
            (None, _) => Place::NotYet,
            // What was said goes back to its author by another way, see `return_comments`.
            (
                Some(
                    DocumentKind::Sheet(..)
                    | DocumentKind::Hub(_)
                    | DocumentKind::Catalogue
                    | DocumentKind::Talk(..),
                ),
                _,
            ) => Place::Nowhere,
        }
    }
}

/// Returns the documents that the list does not name. A list without a catalogue is no list: then nothing goes.
pub fn unlisted(kept: &[DocumentId], listed: &[DocumentEntry]) -> Vec<DocumentId> {
    if !is_whole(listed) {
        return Vec::new();
    }
    let listed: BTreeSet<DocumentId> = listed
        .iter()
        .filter_map(|entry| entry.url.parse().ok())
        .collect();
    let kept = kept.iter().copied();
    kept.filter(|id| !listed.contains(id)).collect()
}

/// Says whether this can be what the server lists: everybody reads the catalogue.
pub fn is_whole(listed: &[DocumentEntry]) -> bool {
    listed
        .iter()
        .any(|entry| entry.kind == DocumentKind::Catalogue.word())
}

/// Says in words what was typed; `None` for what was emptied.
pub fn text_of(value: Option<&ScalarValue>) -> Option<String> {
    value.map(|value| match value {
        ScalarValue::Str(text) => text.to_string(),
        other => other.to_string(),
    })
}

/// Makes drafts of what was typed. A cell that has a draft already keeps both texts, the older first.
///
/// `notes`: the notes of drafts as they are, by what follows `draft|`. `None`: something cannot be placed yet.
fn drafts_of(
    typed: &[Typed],
    place: impl Fn(&CellAddress) -> Place,
    notes: &BTreeMap<String, String>,
) -> Option<Vec<PlacedDraft>> {
    let mut drafts = Vec::new();
    for (cell, value) in typed {
        let Some(text) = text_of(value.as_ref()) else {
            continue;
        };
        let (week, row, column) = match place(cell) {
            Place::Cell(week, row, column) => (week, row, column),
            Place::Nowhere => continue,
            Place::NotYet => return None,
        };
        let draft = Draft {
            text,
            reason: Some(REASON.to_owned()),
        };
        let mut placed = PlacedDraft {
            week,
            row,
            column,
            draft,
        };
        let before = notes
            .iter()
            .find(|(key, _)| placed.key() == format!("draft|{key}"));
        let before = before.map(|(_, note)| Draft::from_note(note).text);
        if let Some(before) = before.filter(|before| *before != placed.draft.text) {
            placed.draft.text = format!("{before}\n{}", placed.draft.text);
        }
        drafts.push(placed);
    }
    Some(drafts)
}

/// What disk knows, and what memory knows better.
fn newest(disk: Vec<Typed>, memory: Vec<Typed>) -> Vec<Typed> {
    let mut typed = disk;
    for (cell, value) in memory {
        match typed.iter_mut().find(|(known, _)| *known == cell) {
            Some((_, known)) => *known = value,
            None => typed.push((cell, value)),
        }
    }
    typed
}

/// Says what a document is by what it says of itself; `None` for those that people do not write.
fn kind_of(content: &Automerge) -> Option<DocumentKind> {
    if let Some(head) = sheet::head(content) {
        return Some(DocumentKind::Sheet(head.week, head.unit));
    }
    if let Some((week, unit)) = talk::head(content) {
        return Some(DocumentKind::Talk(week, unit));
    }
    let (unit, _) = content.get(ROOT, "unit").ok().flatten()?;
    Some(DocumentKind::Card(UnitId(unit.as_str()?.to_owned())))
}

#[cfg(test)]
mod tests;
