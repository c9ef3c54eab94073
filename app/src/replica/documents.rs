//! Documents of the desk: which there are, reading them from disk, and showing what they hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use automerge::Patch;
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    layout::{
        DocumentKind, card, catalogue, hub,
        sheet::{self, Touched},
    },
    permission::WeekState,
    row::RowId,
};
use diaodu_sync::event::Event as HubEvent;
use diaodu_wire::{http::DocumentEntry, repo::DocumentId};
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};

use super::{
    CHUNKS_MAX, DOCUMENTS_MAX, Desk, Event, indexed_db,
    indexed_db::{DiskError, Kept},
    log, report, withdraw,
};
use crate::{
    api,
    store::{
        history::Ask,
        row::Draft,
        week::{Drafted, Opening},
    },
};

impl Desk {
    /// Asks the server which documents there are.
    pub(super) fn ask_for_documents(&self) {
        let events = self.events.clone();
        spawn_local(async move {
            drop(events.unbounded_send(Event::Documents(api::documents().await)));
        });
    }

    /// Takes the list of documents: from disk at the start, from the server later.
    pub(super) fn take_documents(&mut self, documents: Vec<DocumentEntry>) {
        if documents == self.known {
            return;
        }
        if let Ok(json) = serde_json::to_string(&documents) {
            let disk = self.disk.clone();
            spawn_local(async move { report(disk.keep_note("documents", Some(&json)).await) });
        }
        self.close_hidden(&documents);
        for entry in &documents {
            if let (Some(kind), Ok(id)) = (kind_of(entry), entry.url.parse::<DocumentId>()) {
                self.ids.insert(kind.clone(), id);
                self.kinds.insert(id, kind);
            }
        }
        self.known = documents;
        if let Some(id) = self.ids.get(&DocumentKind::Catalogue) {
            self.open(*id);
        }
        if let Some(week) = self.week {
            self.open_week(week);
        }
    }

    /// Closes documents that the person may not read any more; they leave this machine, see `withdraw`.
    fn close_hidden(&mut self, documents: &[DocumentEntry]) {
        if !withdraw::is_whole(documents) {
            return;
        }
        let listed: BTreeSet<DocumentKind> = documents.iter().filter_map(kind_of).collect();
        let hidden: Vec<(DocumentKind, DocumentId)> = self
            .ids
            .iter()
            .filter(|(kind, _)| !listed.contains(kind))
            .map(|(kind, id)| (kind.clone(), *id))
            .collect();
        for (kind, id) in hidden {
            self.ids.remove(&kind);
            if self.opened.contains(&id) {
                self.withdraw(id);
            }
            match &kind {
                DocumentKind::Talk(week, unit) => {
                    if Some(*week) == self.week {
                        self.store.talk.take(unit, Vec::new());
                        self.store.week.take_marks(unit, BTreeMap::new());
                    }
                }
                DocumentKind::Sheet(week, unit) => {
                    self.store.week.forget(unit);
                    self.forget_openings(*week);
                    self.forget_left(*week, unit);
                }
                DocumentKind::Card(unit) => self.store.week.forget(unit),
                DocumentKind::Catalogue | DocumentKind::Hub(_) => {}
            }
        }
    }

    /// Opens a document and waits for it.
    pub(super) fn open(&mut self, document: DocumentId) {
        if self.opened.insert(document) {
            self.awaited.insert(document);
            self.hub(HubEvent::Open(document));
        }
    }

    /// Shows a week: its rows at once, their cells as the documents come.
    pub(super) fn open_week(&mut self, week: WeekNumber) {
        let Some(campaign) = self.campaign.clone() else {
            return;
        };
        let is_new = self.week != Some(week);
        self.week = Some(week);
        self.store.week.open(Opening {
            week,
            person: self.person.clone(),
            state: self.week_state(week),
            campaign,
        });
        if is_new {
            self.answer_history(Ask::Show {
                moment: None,
                since: None,
                tell: Callback::new(drop),
            });
            self.ask_for_drafts(week);
            self.ask_for_openings(week);
        }
        // What is said comes after the table.
        self.expect_talks(is_new);
        // Last week's sheet of one's own unit too: it is continued.
        let before = week_before(week).map(|week| self.own_sheet(week));
        let belongs = |kind: &DocumentKind| {
            let is_here = kind.week().is_none_or(|of| of == week) || before.as_ref() == Some(kind);
            is_here && !matches!(kind, DocumentKind::Talk(..))
        };
        self.make_room(week);
        // One's own sheet first: it is what the person waits for.
        let mut wanted: Vec<(bool, DocumentId)> = self
            .ids
            .iter()
            .filter(|(kind, _)| belongs(kind))
            .map(|(kind, id)| (kind.unit() != Some(&self.person.unit), *id))
            .collect();
        wanted.sort();
        for (_, document) in wanted {
            // The catalogue has been read: it is why the week is opened.
            let is_catalogue = self.kinds.get(&document) == Some(&DocumentKind::Catalogue);
            if !is_catalogue
                && self.opened.contains(&document)
                && self.hub.document(&document).is_some()
            {
                self.show_whole(document);
            }
            self.open(document);
        }
        self.count_arrived();
        self.show_others();
        if is_new {
            self.tell_soon();
        }
    }

    /// Documents of other weeks stay open, for a person comes back; until there are too many.
    fn make_room(&mut self, week: WeekNumber) {
        if self.opened.len() < DOCUMENTS_MAX {
            return;
        }
        let is_other = |id: &DocumentId| {
            self.kinds
                .get(id)
                .and_then(DocumentKind::week)
                .is_some_and(|of| of != week)
        };
        // What the server does not have yet stays open until it does.
        let is_sent = |id: &DocumentId| self.unsent.get(id).copied().unwrap_or(0) == 0;
        let others: Vec<DocumentId> = self
            .opened
            .iter()
            .copied()
            .filter(|id| is_other(id) && is_sent(id))
            .collect();
        for document in others {
            self.opened.remove(&document);
            self.awaited.remove(&document);
            self.hub(HubEvent::Close(document));
        }
        // The server counts what was ever spoken of on a line, so it gets a new one.
        self.redial();
    }

    /// Returns the sheet of a unit in the week on screen.
    pub(super) fn sheet_of(&self, unit: UnitId) -> Option<DocumentId> {
        let kind = DocumentKind::Sheet(self.week?, unit);
        self.ids.get(&kind).copied()
    }

    /// Says whether the document is of the week on screen.
    pub(super) fn is_on_screen(&self, document: DocumentId) -> bool {
        let kind = self.kinds.get(&document);
        kind.is_some_and(|kind| kind.week() == self.week)
    }

    pub(super) fn load(&self, document: DocumentId) {
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            drop(events.unbounded_send(Event::Loaded(document, disk.load(document).await)));
        });
    }

    pub(super) fn loaded(&mut self, document: DocumentId, kept: Result<Kept, DiskError>) {
        let kept = kept.unwrap_or_else(|error| {
            log(&error.to_string());
            Kept::default()
        });
        self.keys.insert(document, kept.keys);
        self.hub(HubEvent::Loaded(document, kept.stored));
        let keys = self.keys.get(&document).cloned().unwrap_or_default();
        if keys.len() > CHUNKS_MAX
            && let Some(snapshot) = self.hub.snapshot(&document)
        {
            self.rewrites.push((document, snapshot));
            self.save();
        }
    }

    /// What disk holds cannot be read: it is set aside, never thrown away, and fetched anew.
    pub(super) fn damaged(&mut self, document: DocumentId, error: &str) {
        log(&format!("{document} is damaged: {error}"));
        self.store.status.update(|status| status.was_damaged = true);
        let Some(keys) = self.keys.remove(&document) else {
            return;
        };
        self.opened.remove(&document);
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            match disk.set_aside(document, &keys).await {
                // Asking for the list again opens what is not open.
                Ok(()) => drop(events.unbounded_send(Event::Reopen(document))),
                Err(error) => log(&error.to_string()),
            }
        });
    }

    /// A document is as the server has it, or the server has none.
    pub(super) fn arrived(&mut self, document: DocumentId) {
        if self.awaited.remove(&document) {
            self.count_arrived();
        }
    }

    pub(super) fn count_arrived(&self) {
        let is_talk = |id: &&DocumentId| matches!(self.kinds.get(id), Some(DocumentKind::Talk(..)));
        let all = self.opened.iter().filter(|id| !is_talk(id)).count();
        let awaited = self.awaited.len();
        self.store.status.update(|status| {
            status.documents_all = all;
            status.documents_here = all - awaited.min(all);
        });
    }

    /// Shows what has changed in a document.
    pub(super) fn show(&mut self, document: DocumentId, patches: &[Patch]) {
        let Some(kind) = self.kinds.get(&document).cloned() else {
            return;
        };
        match kind {
            DocumentKind::Sheet(week, unit) if Some(week) == self.week => {
                match sheet::rows_touched(patches) {
                    Touched::All => self.show_whole(document),
                    Touched::Rows(rows) => {
                        let Some(content) = self.hub.document(&document) else {
                            return;
                        };
                        let rows: Vec<_> = rows
                            .into_iter()
                            .filter_map(|id| Some((id.clone(), sheet::read_row(content, &id)?)))
                            .collect();
                        self.store.week.take_rows(&unit, rows);
                    }
                }
            }
            DocumentKind::Catalogue
            | DocumentKind::Hub(_)
            | DocumentKind::Sheet(_, _)
            | DocumentKind::Card(_)
            | DocumentKind::Talk(_, _) => {
                self.show_whole(document);
            }
        }
    }

    fn own_sheet(&self, week: WeekNumber) -> DocumentKind {
        DocumentKind::Sheet(week, self.person.unit.clone())
    }

    /// Opens last week's sheet of a unit: somebody looks at its rows one by one.
    pub(super) fn look_back(&mut self, unit: UnitId) {
        let kind = self.week.and_then(week_before);
        let kind = kind.map(|week| DocumentKind::Sheet(week, unit));
        let Some(document) = kind.and_then(|kind| self.ids.get(&kind)).copied() else {
            return;
        };
        if self.opened.contains(&document) {
            self.show_whole(document);
        }
        self.open(document);
    }

    fn show_whole(&mut self, document: DocumentId) {
        let Some(kind) = self.kinds.get(&document).cloned() else {
            return;
        };
        let Some(content) = self.hub.document(&document) else {
            return;
        };
        match kind {
            DocumentKind::Catalogue => match catalogue::read(content) {
                Ok(catalogue) => {
                    self.store.views.set(Arc::new(catalogue.views));
                    // A view that comes or goes is no reason to open the week anew.
                    if self.campaign.as_deref() == Some(&catalogue.campaign) {
                        return;
                    }
                    let campaign = Arc::new(catalogue.campaign);
                    let now = Timestamp::from_millisecond(self.now().0).unwrap_or_default();
                    let week = self.week.unwrap_or_else(|| campaign.week_at(now));
                    self.campaign = Some(campaign.clone());
                    self.store.campaign.set(Some(campaign));
                    self.open_week(week);
                }
                Err(error) => log(&error.to_string()),
            },
            DocumentKind::Hub(week) if Some(week) == self.week => {
                if let Ok(hub) = hub::read(content) {
                    self.store.week.take_state(state_of(hub.frozen.is_some()));
                    self.store.week.take_reports(hub::reports(content));
                    self.store.week.take_receipts(hub.receipts);
                }
            }
            DocumentKind::Sheet(week, unit) if Some(week) == self.week => {
                if sheet::head(content).is_some() {
                    let rows = sheet::read(content).rows;
                    let ids: Vec<RowId> = rows.keys().cloned().collect();
                    self.store.week.take_rows(&unit, rows);
                    self.write_left(&ids);
                }
            }
            DocumentKind::Sheet(week, _) if Some(week) == self.week.and_then(week_before) => {
                if sheet::head(content).is_some() {
                    self.store.week.take_previous(sheet::read(content).rows);
                }
            }
            DocumentKind::Card(unit) => self.store.week.take_card(&unit, card::read(content)),
            DocumentKind::Talk(_, _) => self.show_talk(document),
            DocumentKind::Hub(_) | DocumentKind::Sheet(_, _) => {}
        }
    }

    pub(super) fn week_state(&self, week: WeekNumber) -> WeekState {
        let id = self.ids.get(&DocumentKind::Hub(week));
        let content = id.and_then(|id| self.hub.document(id));
        state_of(content.is_some_and(hub::is_frozen))
    }

    fn ask_for_drafts(&self, week: WeekNumber) {
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let prefix = format!("draft|{}|", week.0);
            match disk.notes(&prefix).await {
                Ok(drafts) => drop(events.unbounded_send(Event::Drafts(week, drafts))),
                Err(error) => log(&error.to_string()),
            }
        });
    }

    pub(super) fn take_drafts(&mut self, week: WeekNumber, drafts: Vec<(String, String)>) {
        if Some(week) != self.week {
            return;
        }
        let placed = drafts.into_iter().filter_map(|(key, text)| {
            let (row, column) = key.split_once('|')?;
            let (row, column) = (RowId(row.to_owned()), Column::from_id(column)?);
            let is_known = self.store.week.draft(&row, column).is_some();
            (!is_known).then(|| ((row, column), Some(Draft::from_note(&text))))
        });
        let placed = placed.collect();
        self.store.week.take_drafts(placed);
    }

    /// Keeps a draft beside a cell, on screen and on disk, or takes it away.
    pub(super) fn keep_draft(&self, row: &RowId, column: Column, draft: Option<Draft>) {
        self.keep_drafts(vec![((row.clone(), column), draft)]);
    }

    /// Keeps drafts beside many cells, or takes them away, at once: a paste may leave ten thousand.
    pub(super) fn keep_drafts(&self, mut drafts: Vec<Drafted>) {
        let Some(week) = self.week else { return };
        drafts.retain(|((row, column), draft)| {
            draft.is_some() || self.store.week.draft(row, *column).is_some()
        });
        if drafts.is_empty() {
            return;
        }
        let note = |((row, column), draft): &Drafted| {
            let parts = ["draft", &week.0.to_string(), &row.0, column.id()];
            (
                indexed_db::key_of(&parts),
                draft.as_ref().map(Draft::to_note),
            )
        };
        let notes: Vec<_> = drafts.iter().map(note).collect();
        let disk = self.disk.clone();
        self.store.week.take_drafts(drafts);
        spawn_local(async move { report(disk.keep_notes(&notes).await) });
    }
}

fn week_before(week: WeekNumber) -> Option<WeekNumber> {
    week.0
        .checked_sub(1)
        .filter(|number| *number > 0)
        .map(WeekNumber)
}

fn kind_of(entry: &DocumentEntry) -> Option<DocumentKind> {
    let week = entry.week.map(WeekNumber);
    let unit = entry.unit.clone().map(UnitId);
    match (entry.kind.as_str(), week, unit) {
        ("catalogue", _, _) => Some(DocumentKind::Catalogue),
        ("hub", Some(week), _) => Some(DocumentKind::Hub(week)),
        ("sheet", Some(week), Some(unit)) => Some(DocumentKind::Sheet(week, unit)),
        ("card", _, Some(unit)) => Some(DocumentKind::Card(unit)),
        ("talk", Some(week), Some(unit)) => Some(DocumentKind::Talk(week, unit)),
        // A kind of a later version.
        _ => None,
    }
}

fn state_of(is_frozen: bool) -> WeekState {
    match is_frozen {
        true => WeekState::Frozen,
        false => WeekState::Open,
    }
}
