//! History for the screens: what is known of receipts, and the versions of cells. What they need is read when somebody asks.

mod past;
mod places;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use automerge::{ActorId, ChangeHash};
use diaodu_plan::{
    campaign::UnitId,
    column::Column,
    history::{Arrival, History, HistoryCell, Times},
    value::Value,
};
use diaodu_wire::{
    http::history::{Changes, Writer},
    notice,
    repo::DocumentId,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Desk, Event, Typed, answer, indexed_db, log,
    pace::Pace,
    receipts::{Reading, Receipts},
    report,
};
use crate::{
    api::{self, FetchError},
    store::history::{Ask, Listed, Scope, Versions, When, Who},
};
use places::Wanted;

/// Screens are told of news soon, then at most five times a second.
const NEWS_MS: u64 = 200;
/// 20 ms: what has just been typed is painted before history is looked through.
const SOON_MS: u64 = 20;
/// The server's own writes carry this name.
const SERVER: &str = "@server";

/// What happens to history.
pub enum News {
    /// Notes of receipts were read from this machine.
    Notes(DocumentId, Vec<(String, String)>),
    /// The server has answered with its list, or not.
    Told(DocumentId, Result<Changes, FetchError>),
    /// The screens are told.
    Due,
    /// The screens were told a while ago.
    Rested,
}

/// What the page knows of history.
#[derive(Default)]
pub(super) struct Histories {
    receipts: BTreeMap<DocumentId, Receipts>,
    read: BTreeMap<DocumentId, History>,
    pace: Pace,
    notes_written: u64,
}

impl Desk {
    /// The server tells what it has received.
    pub(super) fn hear_received(&mut self, document: DocumentId, received: &notice::Received) {
        let receipts = self.history.receipts.entry(document).or_default();
        receipts.hear(received);
        self.history_changed();
    }

    /// Something that history tells of has changed.
    pub(super) fn history_changed(&mut self) {
        if self.history.pace.happened() {
            self.tell_news();
        }
    }

    fn tell_news(&self) {
        self.hear_later(News::Due, SOON_MS);
    }

    fn hear_later(&self, news: News, after_ms: u64) {
        let events = self.events.clone();
        let tell = move || drop(events.unbounded_send(Event::History(news)));
        set_timeout(tell, Duration::from_millis(after_ms));
    }

    pub(super) fn take_history(&mut self, news: News) {
        match news {
            News::Notes(document, notes) => {
                let receipts = self.history.receipts.entry(document).or_default();
                let is_news = !notes.is_empty();
                receipts.take_notes(notes);
                if self.ask_for_receipts(document) && !is_news {
                    // What the server says comes in a moment.
                    return;
                }
            }
            News::Told(document, Ok(changes)) => {
                let receipts = self.history.receipts.entry(document).or_default();
                receipts.take(&changes);
                if changes.more {
                    self.ask_for_receipts(document);
                } else {
                    receipts.reading = Reading::Done;
                    self.keep_whole(document, !changes.changes.is_empty());
                }
            }
            News::Told(document, Err(error)) => {
                log(&error.to_string());
                // Asked again when somebody looks again.
                if let Some(receipts) = self.history.receipts.get_mut(&document) {
                    receipts.reading = Reading::Done;
                }
            }
            News::Due => {
                self.history.pace.told();
                let news = &self.store.history.news;
                news.update(|times| *times = times.wrapping_add(1));
                self.hear_later(News::Rested, NEWS_MS);
                return;
            }
            News::Rested => {
                if self.history.pace.rested() {
                    self.tell_news();
                }
                return;
            }
        }
        self.history_changed();
    }

    /// Time passed: what was told on the line goes to disk.
    pub(super) fn keep_receipts(&mut self) {
        let mut notes = Vec::new();
        for (document, receipts) in &mut self.history.receipts {
            self.history.notes_written += 1;
            // Two tabs must not write under the same key.
            let own = format!("{}-{}", self.now_of_start, self.history.notes_written);
            let key = indexed_db::key_of(&["received", &document.to_string(), &own]);
            notes.extend(receipts.note(&own).map(|note| (key, note)));
        }
        for (key, note) in notes {
            let disk = self.disk.clone();
            spawn_local(async move { report(disk.keep_note(&key, Some(&note)).await) });
        }
    }

    /// Forgets what is known of a document that may not be read any more; its notes leave the disk with it.
    pub(super) fn forget_history(&mut self, document: DocumentId) {
        self.history.receipts.remove(&document);
        self.history.read.remove(&document);
    }

    /// On a new line the server is asked once more.
    pub(super) fn read_receipts_again(&mut self) {
        for receipts in self.history.receipts.values_mut() {
            if receipts.reading == Reading::Done {
                receipts.reading = Reading::Not;
            }
        }
        self.history_changed();
    }

    fn keep_whole(&mut self, document: DocumentId, has_more: bool) {
        let Some(receipts) = self.history.receipts.get_mut(&document) else {
            return;
        };
        let id = document.to_string();
        if let Some((note, old)) = receipts.whole_note("whole", has_more) {
            let disk = self.disk.clone();
            spawn_local(async move {
                let key = |own: &str| indexed_db::key_of(&["received", &id, own]);
                // First the whole, then what it stands for: known twice rather than not at all.
                report(disk.keep_note(&key("whole"), Some(&note)).await);
                for own in old {
                    report(disk.keep_note(&key(&own), None).await);
                }
            });
        }
    }

    /// Reads what is known of a document, unless that has been done.
    ///
    /// Result: whether it is all here.
    pub(super) fn want_receipts(&mut self, document: DocumentId) -> bool {
        let is_online = self.socket.is_some();
        let receipts = self.history.receipts.entry(document).or_default();
        match receipts.reading {
            Reading::Not => {
                receipts.reading = Reading::Disk;
                let (disk, events) = (self.disk.clone(), self.events.clone());
                spawn_local(async move {
                    let prefix = format!("received|{document}|");
                    let notes = disk.notes(&prefix).await.unwrap_or_default();
                    drop(events.unbounded_send(Event::History(News::Notes(document, notes))));
                });
                false
            }
            Reading::Disk => false,
            Reading::Server => !is_online,
            Reading::Done => true,
        }
    }

    /// Asks the server, if there is a line to it. Result: whether it was asked.
    fn ask_for_receipts(&mut self, document: DocumentId) -> bool {
        let is_online = self.socket.is_some();
        let receipts = self.history.receipts.entry(document).or_default();
        receipts.reading = match is_online {
            true => Reading::Server,
            // A new line asks again.
            false => Reading::Done,
        };
        if !is_online {
            return false;
        }
        let (events, after) = (self.events.clone(), receipts.through());
        spawn_local(async move {
            let told = api::changes(&document.to_string(), after).await;
            drop(events.unbounded_send(Event::History(News::Told(document, told))));
        });
        true
    }

    /// Reads the history of a document, if it is here, and when its changes arrived.
    fn read_history(&mut self, document: DocumentId) -> Option<Times> {
        let content = self.hub.document(&document)?;
        let history = self.history.read.entry(document).or_default();
        history.catch_up(content);
        let receipts = self.history.receipts.get(&document);
        Some(history.times(|hash| {
            let told = receipts.and_then(|receipts| receipts.of(hash));
            match told {
                Some((_, at)) => Arrival::At(at),
                None if self.hub.is_unsent(&document, hash) => Arrival::Unsent,
                None => Arrival::Known,
            }
        }))
    }

    pub(super) fn answer_history(&mut self, ask: Ask) {
        match ask {
            Ask::Versions(scope, most, tell) => answer(tell, self.versions(&scope, most)),
            Ask::Timeline(tell) => answer(tell, self.timeline()),
            Ask::Show {
                moment,
                since,
                tell,
            } => answer(tell, self.show_moment(moment, since)),
            Ask::Weeks(week, unit, tell) => answer(tell, self.compare_weeks(week, unit)),
            Ask::RestoreCell(row, column, text, tell) => {
                answer(tell, self.restore(vec![Typed { row, column, text }]));
            }
            Ask::RestoreRow(row, change, tell) => {
                let typed = self.row_as_of(&row, &change);
                answer(tell, self.restore(typed));
            }
        }
    }

    fn versions(&mut self, scope: &Scope, most: usize) -> Versions {
        let (mut dated, mut all, mut waits) = (Vec::new(), 0, false);
        for (document, wanted) in self.places_in_history(scope) {
            waits |= !self.want_receipts(document);
            match self.versions_in(document, &wanted, most) {
                Some((versions, count)) => {
                    dated.extend(versions);
                    all += count;
                }
                None => waits = true,
            }
        }
        // Each document's own are in order already.
        dated.sort_by_key(|(time, _)| Reverse(*time));
        let listed = dated.into_iter().take(most).map(|(_, listed)| listed);
        Versions {
            listed: listed.collect(),
            all,
            waits,
        }
    }

    /// Lists the newest versions in one document, with the times by which they are in order, and how many there are; `None` while it is
    /// not here.
    fn versions_in(
        &mut self,
        document: DocumentId,
        wanted: &Wanted,
        most: usize,
    ) -> Option<(Vec<(i64, Listed)>, usize)> {
        let times = self.read_history(document)?;
        let history = self.history.read.get(&document)?;
        let receipts = self.history.receipts.get(&document)?;
        let versions = history.versions(&times, |cell| wanted.holds(cell));
        let actors = receipts.writers(history.changes());
        let all = versions.len();
        let listed = versions.into_iter().take(most).filter_map(|version| {
            let (who, when) = self.word_on(document, (&version.change, &version.actor), &actors);
            let (row, column) = match version.cell {
                HistoryCell::Sheet(row, column) => (row, column),
                HistoryCell::Card(entry) => (wanted.row_of(&entry)?, Column::Phone),
            };
            let listed = Listed {
                row,
                column,
                change: version.change,
                old: text_of(&version.old),
                new: text_of(&version.new),
                when,
                who,
                stands: version.stands,
            };
            Some((version.time, listed))
        });
        Some((listed.collect(), all))
    }

    /// Says who writes a document under each actor, as far as this page knows.
    pub(super) fn word_on_writers(&mut self, document: DocumentId) -> HashMap<ActorId, Writer> {
        if self.read_history(document).is_none() {
            return HashMap::new();
        }
        let history = self.history.read.get(&document);
        let known = history.zip(self.history.receipts.get(&document));
        known.map_or_else(HashMap::new, |(history, receipts)| {
            receipts.writers(history.changes())
        })
    }

    /// Says who made a change, and when the server received it. `actors`: as `word_on_writers` has them.
    pub(super) fn word_on(
        &self,
        document: DocumentId,
        (change, actor): (&ChangeHash, &ActorId),
        actors: &HashMap<ActorId, Writer>,
    ) -> (Who, When) {
        let receipts = self.history.receipts.get(&document);
        let told = receipts.and_then(|receipts| receipts.of(change));
        let when = match told {
            Some((_, at)) => When::At(at),
            None if self.hub.is_unsent(&document, change) => When::Unsent,
            None => When::Known,
        };
        let writer = told.map(|(writer, _)| writer);
        let writer = writer.or_else(|| actors.get(actor));
        (self.who(writer, actor, when), when)
    }

    fn who(&self, writer: Option<&Writer>, actor: &ActorId, when: When) -> Who {
        let unit_name = |unit: &str| {
            let campaign = self.campaign.as_ref();
            let unit = campaign.and_then(|campaign| campaign.unit(&UnitId(unit.to_owned())));
            unit.map(|unit| unit.name.clone()).unwrap_or_default()
        };
        match writer {
            Some(writer) if writer.account == SERVER => Who::Server,
            Some(writer) => Who::Person {
                name: match writer.person.is_empty() {
                    true => writer.account.clone(),
                    false => writer.person.clone(),
                },
                unit: unit_name(&writer.unit),
            },
            // What is not sent yet was written on this machine, under this account.
            None if when == When::Unsent || self.own_actors.contains(actor) => Who::Person {
                name: self.author.0.to_string(),
                unit: unit_name(&self.person.unit.0),
            },
            None => Who::Unknown,
        }
    }
}

fn text_of(values: &[Value]) -> String {
    let texts: Vec<String> = values.iter().map(Value::to_string).collect();
    texts.join(" / ")
}
