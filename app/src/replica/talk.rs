//! Comments: showing what talk documents hold, writing into them, and noting what was seen.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ScalarValue;
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    layout::{
        DocumentKind,
        talk::{self, EntryId, TalkColumn, TalkKey},
    },
    row::RowId,
    value::Value,
};
use diaodu_sync::event::{CellAddress, Event as HubEvent};
use diaodu_wire::repo::DocumentId;
use leptos::{prelude::*, task::spawn_local};

use super::{Desk, Event, indexed_db, log, report};
use crate::{
    browser,
    store::talk::{Reader, Returned, mark, marks, threads},
};

/// The talks of a week are fetched a tick after its sheets were asked for: what people write comes first.
const LATER_TICKS: u64 = 1;

/// What screens want with comments.
pub enum TalkCommand {
    /// Say something about a cell: in this thread, or in a new one.
    Say {
        /// Which row.
        row: RowId,
        /// Which column.
        column: Column,
        /// The first comment of the thread.
        thread: Option<EntryId>,
        /// What is said.
        text: String,
    },
    /// Take an own comment back.
    TakeBack(UnitId, EntryId),
    /// Call a thread settled, or open again.
    Resolve(UnitId, EntryId, bool),
    /// These were seen.
    Seen(Vec<(UnitId, EntryId)>),
}

/// What is known of comments beside the documents.
#[derive(Default)]
pub(super) struct Talks {
    due: Option<u64>,
    /// What was seen of the week on screen, by unit.
    seen: BTreeMap<UnitId, BTreeSet<String>>,
}

/// Names where this tab keeps what is being written about a cell.
pub fn draft_key(account: &str, week: WeekNumber, row: &str, column: &str) -> String {
    format!("diaodu.comment|{account}|{}|{row}|{column}", week.0)
}

impl Desk {
    /// Asks for the talks of the week on screen, after a while; `is_new`: it was another week before.
    pub(super) fn expect_talks(&mut self, is_new: bool) {
        self.talks.due = Some(self.ticks + LATER_TICKS);
        let Some(week) = self.week.filter(|_| is_new) else {
            return;
        };
        self.talks.seen.clear();
        self.store.talk.clear();
        self.store.week.forget_marks();
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let notes = disk.notes(&format!("seen|{}|", week.0)).await;
            drop(events.unbounded_send(Event::Seen(week, notes.unwrap_or_default())));
        });
    }

    /// Time passed.
    pub(super) fn tick_talks(&mut self) {
        if self.talks.due.is_none_or(|due| self.ticks < due) {
            return;
        }
        self.talks.due = None;
        let of_week = self.ids.iter().filter(|(kind, _)| match kind {
            DocumentKind::Talk(week, _) => Some(*week) == self.week,
            DocumentKind::Catalogue
            | DocumentKind::Hub(_)
            | DocumentKind::Sheet(..)
            | DocumentKind::Card(_) => false,
        });
        let of_week: Vec<DocumentId> = of_week.map(|(_, id)| *id).collect();
        for id in of_week {
            if self.opened.insert(id) {
                self.hub(HubEvent::Open(id));
            } else {
                self.show_talk(id);
            }
        }
    }

    /// What was seen earlier was read from this machine.
    pub(super) fn take_seen(&mut self, week: WeekNumber, notes: Vec<(String, String)>) {
        if Some(week) != self.week {
            return;
        }
        for (unit, note) in notes {
            let seen = self.talks.seen.entry(UnitId(unit)).or_default();
            seen.extend(note.split_whitespace().map(str::to_owned));
        }
        self.show_talks();
    }

    fn show_talks(&mut self) {
        let units: Vec<UnitId> = self
            .store
            .talk
            .threads
            .with_untracked(|all| all.keys().cloned().collect());
        for unit in units {
            if let Some(id) = self.talk_of(&unit) {
                self.show_talk(id);
            }
        }
    }

    /// Shows what is said in a talk of the week on screen.
    pub(super) fn show_talk(&self, id: DocumentId) {
        let (Some(DocumentKind::Talk(week, unit)), Some(campaign)) =
            (self.kinds.get(&id), &self.campaign)
        else {
            return;
        };
        let Some(content) = self.hub.document(&id).filter(|_| Some(*week) == self.week) else {
            return;
        };
        let nothing = BTreeSet::new();
        let reader = Reader {
            person: &self.person,
            campaign,
            seen: self.talks.seen.get(unit).unwrap_or(&nothing),
        };
        let threads = threads(unit, talk::read(content), &reader);
        self.store.week.take_marks(unit, marks(&threads));
        self.store.talk.take(unit, threads);
    }

    pub(super) fn obey_talk(&mut self, command: TalkCommand) {
        match command {
            TalkCommand::Say {
                row,
                column,
                thread,
                text,
            } => self.say(&row, column, thread, &text),
            TalkCommand::TakeBack(unit, entry) => {
                let parts = [TalkColumn::Text, TalkColumn::Mentions]
                    .map(|column| (key(&entry, column), None));
                self.put_in_talk(&unit, &parts);
            }
            TalkCommand::Resolve(unit, entry, is_settled) => {
                let by = is_settled.then(|| Value::Text(self.person.account.clone()));
                self.put_in_talk(&unit, &[(key(&entry, TalkColumn::Resolved), by)]);
            }
            TalkCommand::Seen(entries) => self.note_seen(entries),
        }
    }

    fn say(&mut self, row: &RowId, column: Column, thread: Option<EntryId>, text: &str) {
        let (Some(unit), Ok(drawn), Some(campaign)) =
            (row.unit(), browser::random_bytes(), self.campaign.clone())
        else {
            return log("nothing is said: no unit, no randomness or no campaign");
        };
        let entry = EntryId::new(drawn, &self.person.account);
        let called: Vec<String> = talk::mentions(text, &campaign)
            .into_iter()
            .map(|unit| unit.0)
            .collect();
        let text_of = |text: String| Some(Value::Text(text));
        let at = u64::try_from(self.now().0).unwrap_or_default();
        let mut parts = vec![
            (
                key(&entry, TalkColumn::Unit),
                text_of(self.person.unit.0.clone()),
            ),
            (key(&entry, TalkColumn::At), Some(Value::Count(at))),
            (key(&entry, TalkColumn::Text), text_of(text.to_owned())),
        ];
        parts.push(match thread {
            Some(thread) => (key(&entry, TalkColumn::Thread), text_of(thread.to_string())),
            None => (
                key(&entry, TalkColumn::Cell),
                text_of(format!("{}/{}", row.0, column.id())),
            ),
        });
        if !called.is_empty() {
            parts.push((key(&entry, TalkColumn::Mentions), text_of(called.join(" "))));
        }
        if !self.put_in_talk(&unit, &parts) {
            let text = text.to_owned();
            self.give_back(row.clone(), column, text, "not-readable");
        }
    }

    fn talk_of(&self, unit: &UnitId) -> Option<DocumentId> {
        let id = self
            .ids
            .get(&DocumentKind::Talk(self.week?, unit.clone()))?;
        // One that has not arrived yet takes nothing: it would be another document's beginning.
        self.hub
            .document(id)
            .filter(|document| talk::head(document).is_some())
            .map(|_| *id)
    }

    fn put_in_talk(&mut self, unit: &UnitId, parts: &[(TalkKey, Option<Value>)]) -> bool {
        let Some(id) = self.talk_of(unit) else {
            return false;
        };
        let (now, author) = (self.now(), self.author.clone());
        match self
            .hub
            .change(now, id, &author, |tx| talk::write(parts, tx))
        {
            Ok(((), effects)) => {
                self.perform(effects);
                true
            }
            Err(error) => {
                log(&error.to_string());
                false
            }
        }
    }

    fn note_seen(&mut self, entries: Vec<(UnitId, EntryId)>) {
        let Some(week) = self.week else { return };
        let mut touched = BTreeSet::new();
        for (unit, entry) in entries {
            if self
                .talks
                .seen
                .entry(unit.clone())
                .or_default()
                .insert(mark(&entry))
            {
                touched.insert(unit);
            }
        }
        for unit in touched {
            let seen: Vec<&str> = self.talks.seen[&unit].iter().map(String::as_str).collect();
            let (disk, note) = (self.disk.clone(), seen.join(" "));
            let name = indexed_db::key_of(&["seen", &week.0.to_string(), &unit.0]);
            spawn_local(async move { report(disk.keep_note(&name, Some(&note)).await) });
            if let Some(id) = self.talk_of(&unit) {
                self.show_talk(id);
            }
        }
    }

    /// What the server did not take of a talk goes back to its author.
    pub(super) fn return_comments(
        &self,
        id: DocumentId,
        refused: &[(CellAddress, Option<ScalarValue>)],
        reason: &str,
    ) {
        let parts: Vec<(TalkKey, &str)> = refused
            .iter()
            .filter_map(|(cell, value)| {
                Some((TalkKey::parse(&cell.key)?, value.as_ref()?.as_str()?))
            })
            .collect();
        let find = |entry: &EntryId, column| {
            let part = parts
                .iter()
                .find(|(key, _)| key.entry == *entry && key.column == column);
            part.map(|(_, text)| *text)
        };
        let said = self.hub.document(&id).map(talk::read).unwrap_or_default();
        let texts = parts
            .iter()
            .filter(|(key, _)| key.column == TalkColumn::Text);
        for (TalkKey { entry, .. }, text) in texts {
            let first = find(entry, TalkColumn::Thread).and_then(EntryId::parse);
            let first = first.as_ref().unwrap_or(entry);
            let cell = find(first, TalkColumn::Cell).and_then(talk::cell_of);
            let cell = cell.or_else(|| said.get(first)?.cell.clone());
            if let Some((row, column)) = cell {
                self.give_back(row, column, (*text).to_owned(), reason);
            }
        }
    }

    /// Keeps a comment that was not taken where it was written, and says so.
    fn give_back(&self, row: RowId, column: Column, text: String, reason: &str) {
        if let Some(week) = self.week {
            let kept_as = draft_key(&self.person.account, week, &row.0, column.id());
            let before = browser::recall_in_tab(&kept_as).filter(|before| !before.is_empty());
            let both = before.map_or_else(|| text.clone(), |before| format!("{before}\n{text}"));
            browser::remember_in_tab(&kept_as, &both);
        }
        let returned = Returned {
            row,
            column,
            text,
            reason: reason.to_owned(),
        };
        self.store.talk.returned.update(|all| {
            if !all.contains(&returned) {
                all.push(returned);
            }
        });
    }
}

fn key(entry: &EntryId, column: TalkColumn) -> TalkKey {
    TalkKey {
        entry: entry.clone(),
        column,
    }
}
