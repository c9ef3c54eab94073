//! History for the screens: versions, the table of a moment, comparisons, restoring. What they need is read when somebody asks.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use automerge::{ActorId, ChangeHash};
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    history::{self, Arrival, Difference, History, HistoryCell, Part, Times},
    layout::{
        DocumentKind, attachment,
        card::EntryKey,
        hub::{self, Cut, Snapshot},
        sheet::{Sheet, SheetRow},
    },
    row::{self, RowId},
    value::Value,
};
use diaodu_wire::{
    http::history::{Changes, Writer},
    notice,
    repo::DocumentId,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Command, Desk, Event, Typed, answer, indexed_db, log,
    pace::Pace,
    receipts::{Reading, Receipts},
    report,
};
use crate::{
    api::{self, FetchError},
    store::history::{
        Ask, Differences, Differing, Listed, Moment, PastTable, Restored, Scope, Shown, Timeline,
        Versions, When, Who,
    },
};

/// Screens are told of news at once, then at most five times a second.
const NEWS_MS: u64 = 200;
/// 20 ms: what has just been typed is painted before history is looked through.
const SOON_MS: u64 = 20;
/// 500 cells that differ are more than anybody reads; how many there are is said.
const DIFFERENCES_MAX: usize = 500;
/// The server's own writes carry this name.
const SERVER: &str = "@server";

/// What happens to history.
pub enum News {
    /// Notes of receipts were read from this machine.
    Notes(DocumentId, Vec<(String, String)>),
    /// The server has answered with its list, or not.
    Told(DocumentId, Result<Changes, FetchError>),
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
        let news = self.store.history.news.clone();
        let tell = move || news.update(|times| *times = times.wrapping_add(1));
        set_timeout(tell, Duration::from_millis(SOON_MS));
        let events = self.events.clone();
        let rested = move || drop(events.unbounded_send(Event::History(News::Rested)));
        set_timeout(rested, Duration::from_millis(NEWS_MS));
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

    /// Finds the documents in which something lies, and which of their cells are meant: telephones lie in the card of the unit, for those
    /// who may read it.
    fn places_in_history(&self, scope: &Scope) -> Vec<(DocumentId, Wanted)> {
        let phones = match scope {
            Scope::Cell(row, Column::Phone) => {
                return self.phones_of(vec![row.clone()]).into_iter().collect();
            }
            Scope::Cell(..) => None,
            Scope::Row(row) => self.phones_of(vec![row.clone()]),
            Scope::Unit(unit) => self.phones_of(self.rows_of(unit)),
        };
        let sheet = self.place_in_sheet(scope);
        sheet.into_iter().chain(phones).collect()
    }

    fn rows_of(&self, unit: &UnitId) -> Vec<RowId> {
        let (Some(campaign), Some(week)) = (self.campaign.as_ref(), self.week) else {
            return Vec::new();
        };
        let rows = row::rows(campaign, week).into_iter();
        let own = rows.filter(|row| row.unit == *unit);
        own.map(|row| row.id).collect()
    }

    /// Finds the telephones that are shown in these rows of one unit. One that several rows show is told of the first.
    fn phones_of(&self, rows: Vec<RowId>) -> Option<(DocumentId, Wanted)> {
        let unit = rows.first()?.unit()?;
        let card = self.ids.get(&DocumentKind::Card(unit)).copied()?;
        let mut entries = BTreeMap::new();
        for row in rows {
            let entry = EntryKey::phone_of(&self.store.week.reporter(&row));
            entries.entry(entry).or_insert(row);
        }
        Some((card, Wanted::Entries(entries)))
    }

    /// Finds the sheet in which something lies, and which of its cells are meant.
    fn place_in_sheet(&self, scope: &Scope) -> Option<(DocumentId, Wanted)> {
        let week = self.week?;
        let sheet = |unit: UnitId| self.ids.get(&DocumentKind::Sheet(week, unit)).copied();
        match scope {
            // When a report arrived is the server's word on the act of reporting.
            Scope::Cell(row, Column::SubmittedAt) => Some((
                sheet(row.unit()?)?,
                Wanted::Cell(row.clone(), Column::Report),
            )),
            Scope::Cell(row, column) => {
                Some((sheet(row.unit()?)?, Wanted::Cell(row.clone(), *column)))
            }
            Scope::Row(row) => Some((sheet(row.unit()?)?, Wanted::Row(row.clone()))),
            Scope::Unit(unit) => Some((sheet(unit.clone())?, Wanted::All)),
        }
    }

    /// The documents of the week on screen that people write: sheets, and the cards that are shown in them.
    fn written_documents(&self) -> Vec<(DocumentKind, DocumentId)> {
        let is_meant = |kind: &DocumentKind| match kind {
            DocumentKind::Sheet(week, _) | DocumentKind::Hub(week) => Some(*week) == self.week,
            DocumentKind::Card(_) => true,
            // What was said is no part of the table.
            DocumentKind::Catalogue | DocumentKind::Talk(..) => false,
        };
        let all = self.ids.iter().filter(|(kind, _)| is_meant(kind));
        all.map(|(kind, id)| (kind.clone(), *id)).collect()
    }

    fn snapshots(&self) -> BTreeMap<Cut, Snapshot> {
        let week = self.week.map(DocumentKind::Hub);
        let id = week.and_then(|hub| self.ids.get(&hub));
        let content = id.and_then(|id| self.hub.document(id));
        content.map(hub::snapshots).unwrap_or_default()
    }

    fn timeline(&mut self) -> Timeline {
        let now_ms = self.now().0;
        let (mut waits, mut has_unknown) = (false, false);
        let mut all = Vec::new();
        for (kind, document) in self.written_documents() {
            waits |= !self.want_receipts(document);
            let is_sheet = matches!(kind, DocumentKind::Sheet(..));
            if let Some(times) = self.read_history(document).filter(|_| is_sheet) {
                has_unknown |= self.has_unknown(document);
                all.push(times);
            }
        }
        let snapshots = self.snapshots();
        let was_down = snapshots
            .get(&Cut::Due)
            .is_some_and(|snapshot| snapshot.was_down);
        let cuts = snapshots.into_iter();
        Timeline {
            was_down,
            moments: history::moments(&all),
            cuts: cuts
                .map(|(cut, snapshot)| (cut, snapshot.at.as_millisecond()))
                .collect(),
            now_ms,
            waits,
            has_unknown,
        }
    }

    /// Says whether the server has received changes of a document of which this page does not know when.
    fn has_unknown(&self, document: DocumentId) -> bool {
        let receipts = self.history.receipts.get(&document);
        let (Some(history), Some(receipts)) = (self.history.read.get(&document), receipts) else {
            return false;
        };
        // What a document was made of has no receipt.
        history
            .changes()
            .skip(1)
            .any(|(hash, _)| receipts.of(hash).is_none() && !self.hub.is_unsent(&document, hash))
    }

    fn show_moment(&mut self, moment: Option<Moment>, since: Option<Moment>) -> Differences {
        let Some(moment) = moment else {
            if self.store.history.shown.get_untracked().is_some() {
                self.store.history.shown.set(None);
                self.store.week.show_past(None);
            }
            return Differences::default();
        };
        let (mut table, mut waits) = self.table_at(moment);
        let mut all = Vec::new();
        if let Some(since) = since {
            let (before, waits_too) = self.table_at(since);
            waits |= waits_too;
            all = history::differences(&sheet_of(&before), &sheet_of(&table));
            table.changed = all
                .iter()
                .map(|each| ((each.row.clone(), each.column), text_of(&each.old)))
                .collect();
        }
        let shown = Shown {
            moment,
            at_ms: self.millis_of(moment),
            since,
        };
        self.store.week.show_past(Some(table));
        if self.store.history.shown.get_untracked() != Some(shown) {
            self.store.history.shown.set(Some(shown));
        }
        differences(all, waits)
    }

    fn millis_of(&self, moment: Moment) -> i64 {
        match moment {
            Moment::At(at) => at,
            Moment::Now => self.now().0,
            Moment::Cut(cut) => self
                .snapshots()
                .get(&cut)
                .map_or_else(|| self.now().0, |snapshot| snapshot.at.as_millisecond()),
        }
    }

    /// Returns the week as it was, and whether something is still to come.
    fn table_at(&mut self, moment: Moment) -> (PastTable, bool) {
        let snapshots = self.snapshots();
        let snapshot = match moment {
            Moment::Cut(cut) => snapshots.get(&cut),
            Moment::At(_) | Moment::Now => None,
        };
        let at = match (moment, snapshot) {
            (Moment::At(at), _) => at,
            // Strictly before it.
            (Moment::Cut(_), Some(snapshot)) => snapshot.at.as_millisecond() - 1,
            (Moment::Now | Moment::Cut(_), _) => i64::MAX,
        };
        let mut table = PastTable {
            begun: snapshot.map(|snapshot| snapshot.openings.clone()),
            ..PastTable::default()
        };
        let mut waits = false;
        for (kind, document) in self.written_documents() {
            waits |= !self.want_receipts(document);
            let Some(times) = self.read_history(document) else {
                waits = true;
                continue;
            };
            let Some(history) = self.history.read.get(&document) else {
                continue;
            };
            let heads = snapshot.and_then(|snapshot| snapshot.heads.get(&document.url()));
            let part: Part = heads
                .and_then(|heads| history.at_heads(heads))
                .unwrap_or_else(|| history.until(&times, at));
            match kind {
                DocumentKind::Sheet(..) => {
                    let mut rows = history.sheet(&part).rows;
                    // Files are no cells: they are read from the document itself, where there are any.
                    let content = self.hub.document(&document);
                    let content = content.filter(|content| attachment::is_used(*content));
                    let then = content.and_then(|content| {
                        let heads = history.heads(&part);
                        content.fork_at(&heads).ok()
                    });
                    for (row, files) in then.iter().flat_map(attachment::read_all) {
                        rows.entry(row).or_default().attached = files;
                    }
                    table.stored.extend(rows);
                }
                DocumentKind::Card(unit) => drop(table.cards.insert(unit, history.card(&part))),
                DocumentKind::Hub(_) => {
                    let heads = history.heads(&part);
                    let content = self.hub.document(&document);
                    let then = content.and_then(|content| content.fork_at(&heads).ok());
                    let then = then.and_then(|then| hub::read(&then).ok());
                    table.receipts = then.map(|then| then.receipts).unwrap_or_default();
                }
                DocumentKind::Catalogue | DocumentKind::Talk(..) => {}
            }
        }
        (table, waits)
    }

    fn compare_weeks(&mut self, other: WeekNumber, unit: Option<UnitId>) -> Differences {
        let Some(week) = self.week else {
            return Differences::default();
        };
        let is_meant = |kind: &DocumentKind| match kind {
            DocumentKind::Sheet(of, whose) => {
                *of == other && unit.as_ref().is_none_or(|unit| unit == whose)
            }
            DocumentKind::Catalogue
            | DocumentKind::Hub(_)
            | DocumentKind::Card(_)
            | DocumentKind::Talk(..) => false,
        };
        let theirs: Vec<(DocumentKind, DocumentId)> = self
            .ids
            .iter()
            .filter(|(kind, _)| is_meant(kind))
            .map(|(kind, id)| (kind.clone(), *id))
            .collect();
        let (mut waits, mut all) = (false, Vec::new());
        for (kind, id) in theirs {
            let Some(unit) = kind.unit().cloned() else {
                continue;
            };
            self.open(id);
            let here = self.ids.get(&DocumentKind::Sheet(week, unit)).copied();
            let read = |id: DocumentId| {
                let content = self.hub.document(&id)?;
                (!content.get_heads().is_empty()).then(|| diaodu_plan::layout::sheet::read(content))
            };
            match (read(id), here.and_then(read)) {
                (Some(before), Some(now)) => all.extend(history::differences(&before, &now)),
                (None, _) | (_, None) => waits = true,
            }
        }
        differences(all, waits)
    }

    /// What a row held when a change had arrived, as far as it is not what it holds now.
    fn row_as_of(&mut self, row: &RowId, change: &ChangeHash) -> Vec<Typed> {
        let Some((document, _)) = self.place_in_sheet(&Scope::Row(row.clone())) else {
            return Vec::new();
        };
        let Some(times) = self.read_history(document) else {
            return Vec::new();
        };
        let Some(history) = self.history.read.get(&document) else {
            return Vec::new();
        };
        let Some(part) = history.through(&times, change) else {
            return Vec::new();
        };
        let alone = |mut sheet: Sheet| {
            sheet.rows.retain(|id, _| id == row);
            sheet
        };
        let then = alone(history.sheet(&part));
        let now = alone(history.sheet(&history.whole()));
        history::differences(&now, &then)
            .into_iter()
            // Reporting is an act, and is not brought back with the texts.
            .filter(|each| each.column != Column::Report)
            .map(|each| Typed {
                row: each.row,
                column: each.column,
                text: each.new.first().map(Value::to_string).unwrap_or_default(),
            })
            .collect()
    }

    /// Writes what once stood there as any edit: judged like it, and one step for undo.
    fn restore(&mut self, typed: Vec<Typed>) -> Restored {
        let mut restored = Restored::default();
        let mut open = Vec::new();
        for typed in typed {
            match self.closed(&typed.row, typed.column) {
                Some(reason) => {
                    restored.closed += 1;
                    restored.reason.get_or_insert(reason);
                }
                None => open.push(typed),
            }
        }
        restored.written = open.len();
        if !open.is_empty() {
            self.obey(Command::Write(open));
        }
        restored
    }
}

/// Which cells of a document are meant.
enum Wanted {
    Cell(RowId, Column),
    Row(RowId),
    /// Telephones, each with the row that shows it.
    Entries(BTreeMap<EntryKey, RowId>),
    All,
}

impl Wanted {
    fn holds(&self, cell: &HistoryCell) -> bool {
        match (self, cell) {
            (Wanted::Cell(row, column), HistoryCell::Sheet(of, at)) => (row, column) == (of, at),
            (Wanted::Row(row), HistoryCell::Sheet(of, _)) => row == of,
            (Wanted::Entries(entries), HistoryCell::Card(of)) => entries.contains_key(of),
            (Wanted::All, HistoryCell::Sheet(..)) => true,
            (Wanted::Cell(..) | Wanted::Row(_) | Wanted::All, HistoryCell::Card(_))
            | (Wanted::Entries(_), HistoryCell::Sheet(..)) => false,
        }
    }

    fn row_of(&self, entry: &EntryKey) -> Option<RowId> {
        match self {
            Wanted::Entries(entries) => entries.get(entry).cloned(),
            Wanted::Cell(..) | Wanted::Row(_) | Wanted::All => None,
        }
    }
}

fn sheet_of(table: &PastTable) -> Sheet {
    let rows: BTreeMap<RowId, SheetRow> = table
        .stored
        .iter()
        .map(|(id, row)| (id.clone(), row.clone()))
        .collect();
    Sheet { rows }
}

fn differences(all: Vec<Difference>, waits: bool) -> Differences {
    let count = all.len();
    let listed = all.into_iter().take(DIFFERENCES_MAX).map(|each| Differing {
        old: text_of(&each.old),
        new: text_of(&each.new),
        row: each.row,
        column: each.column,
    });
    Differences {
        listed: listed.collect(),
        all: count,
        waits,
    }
}

fn text_of(values: &[Value]) -> String {
    let texts: Vec<String> = values.iter().map(Value::to_string).collect();
    texts.join(" / ")
}
