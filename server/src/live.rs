//! The server's one loop. It alone owns the hub; whatever can happen to documents can be read here.

pub mod layout;
pub mod line;
pub mod seating;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use diaodu_plan::{
    campaign::WeekNumber,
    layout::{DocumentKind, card, catalogue},
    permission::{self, AccountRole},
};
use diaodu_sync::{
    event::{Author, ConnectionId, Effect, Event as HubEvent, Hangup, Line, Refusal, SaveTicket},
    hub::Hub,
};
use diaodu_wire::repo::DocumentId;
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval},
};

use crate::{
    audit::{Entry, Kind},
    clock::Clock,
    compaction,
    config::{
        COMPACT_CHANGES_MIN, CONNECTIONS_MAX, EVENTS_MAX, IDLE, LOAD_RETRY,
        REFUSED_CELLS_NAMED_MAX, TICK,
    },
    gatekeeper::Gate,
    receipts::{self, Receipts},
    saver::{self, Save, SaveAnswer, Writable},
    storage::{Loaded, PassDigest, SERVER_AUTHOR, Storage, StorageError},
    views::Views,
};
use layout::{Layout, Layouts};
use line::{Caller, Closing, Inbox, Outbox, Outgoing};

/// What can happen.
#[derive(Debug)]
pub enum Event {
    /// A line is up.
    Connected(ConnectionId, Caller, Outbox),
    /// One binary message arrived on a line.
    Frame(ConnectionId, Vec<u8>),
    /// A line is gone.
    Disconnected(ConnectionId),
    /// A document was read, or could not be.
    Loaded(DocumentId, Result<Loaded, StorageError>),
    /// Somebody signed out, or a pass was revoked: the lines that it opened are closed.
    SignedOut(PassDigest),
    /// What an account may do has changed; `None`: it may not come in any more. Its lines are closed.
    AccessChanged(String, Option<permission::Author>),
    /// Who sees whom has changed: all lines come again.
    VisibilityChanged,
    /// The campaign has changed: missing rows are made, the catalogue says so.
    CampaignChanged(Layout),
    /// The office has frozen a week: its hub says so.
    Frozen(WeekNumber, Timestamp),
    /// The office shares these views: the catalogue says so.
    ViewsChanged(Views),
    /// Somebody asks how it goes.
    Status(oneshot::Sender<Status>),
    /// Somebody asks whose lines are open.
    Online(oneshot::Sender<Vec<Caller>>),
    /// The server stops: lines are closed, what is on its way to disk arrives, then the loop ends.
    Stop,
}

/// How it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Open lines.
    pub connections: usize,
    /// Documents in memory or being loaded.
    pub documents: usize,
}

/// Talks to the loop.
#[derive(Debug, Clone)]
pub struct LiveHandle {
    events: mpsc::Sender<Event>,
    last_connection: Arc<AtomicU64>,
}

impl LiveHandle {
    /// Opens a line; `None` when the server is stopping.
    pub async fn connect(&self, caller: Caller) -> Option<(ConnectionId, Inbox)> {
        let connection = ConnectionId(self.last_connection.fetch_add(1, Ordering::Relaxed));
        let (outbox, inbox) = line::queue();
        self.tell(Event::Connected(connection, caller, outbox))
            .await;
        (!self.events.is_closed()).then_some((connection, inbox))
    }

    /// Hands an event to the loop, waiting while it is busy.
    pub async fn tell(&self, event: Event) {
        // After the loop has ended there is nobody to care.
        self.events.send(event).await.ok();
    }

    /// Asks how it goes; `None` when the server is stopping.
    pub async fn status(&self) -> Option<Status> {
        let (answer, asked) = oneshot::channel();
        self.tell(Event::Status(answer)).await;
        asked.await.ok()
    }

    /// Asks whose lines are open, one entry a line; `None` when the server is stopping.
    pub async fn online(&self) -> Option<Vec<Caller>> {
        let (answer, asked) = oneshot::channel();
        self.tell(Event::Online(answer)).await;
        asked.await.ok()
    }
}

/// What the loop works with.
pub struct Parts {
    /// Where documents lie.
    pub storage: Arc<dyn Storage>,
    /// Judges changes.
    pub gate: Gate,
    /// Tells the time of every event.
    pub clock: Arc<Clock>,
    /// Told how writes go.
    pub writable: Writable,
}

/// Starts the loop; the task ends after `Event::Stop`.
pub fn start(parts: Parts) -> (LiveHandle, tokio::task::JoinHandle<()>) {
    let (sender, events) = mpsc::channel(EVENTS_MAX);
    let (saves, to_save) = mpsc::unbounded_channel();
    let (answer, answers) = mpsc::unbounded_channel();
    tokio::spawn(saver::run(
        parts.storage.clone(),
        to_save,
        answer,
        parts.writable,
    ));
    let live = Live {
        storage: parts.storage,
        gate: parts.gate,
        clock: parts.clock,
        hub: new_hub(),
        generation: 0,
        events: sender.clone(),
        saves,
        lines: HashMap::new(),
        saving: BTreeMap::new(),
        deferred_loads: BTreeSet::new(),
        uncompacted: HashMap::new(),
        idle_since: HashMap::new(),
        receipts: Receipts::default(),
        freezes: BTreeMap::new(),
        layouts: Layouts::default(),
        views: None,
    };
    let task = tokio::spawn(live.run(events, answers));
    (
        LiveHandle {
            events: sender,
            last_connection: Arc::default(),
        },
        task,
    )
}

fn new_hub() -> Hub {
    let mut random = [0; 40];
    // Without randomness actors would repeat: better no server than that.
    getrandom::fill(&mut random).expect("the system has randomness");
    let (name, seed) = random.split_at(8);
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut whole = [0; 32];
    whole.copy_from_slice(seed);
    Hub::new(format!("diaodu-{name}"), whole)
}

struct Live {
    storage: Arc<dyn Storage>,
    gate: Gate,
    clock: Arc<Clock>,
    hub: Hub,
    /// Rises with every new hub: answers to an older one's batches mean nothing to it.
    generation: u64,
    events: mpsc::Sender<Event>,
    saves: mpsc::UnboundedSender<Save>,
    lines: HashMap<ConnectionId, LiveLine>,
    saving: BTreeMap<SaveTicket, DocumentId>,
    /// Documents to be read once their batches are on disk.
    deferred_loads: BTreeSet<DocumentId>,
    /// Changes since the snapshot, of documents that were read or written.
    uncompacted: HashMap<DocumentId, usize>,
    idle_since: HashMap<DocumentId, Instant>,
    receipts: Receipts,
    freezes: BTreeMap<WeekNumber, Timestamp>,
    layouts: Layouts,
    /// Shared views that the catalogue does not say yet.
    views: Option<Views>,
}

struct LiveLine {
    caller: Caller,
    outbox: Outbox,
}

impl Live {
    async fn run(
        mut self,
        mut events: mpsc::Receiver<Event>,
        mut answers: mpsc::UnboundedReceiver<SaveAnswer>,
    ) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                Some(answer) = answers.recv() => self.saved(answer),
                Some(event) = events.recv() => match event {
                    Event::Stop => break,
                    event => self.handle(event),
                },
                _ = ticks.tick() => self.tick(),
            }
        }
        self.close_all(&Closing::Stopping);
        self.write_receipts();
        // What was handed to the disk arrives before the loop ends; a failing disk is not waited for.
        while !self.saving.is_empty() {
            match answers.recv().await {
                Some(answer) if answer.result.is_ok() => self.saved(answer),
                Some(_) | None => break,
            }
        }
        self.compact_all().await;
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Connected(connection, caller, outbox) => {
                self.connected(connection, caller, outbox)
            }
            Event::Frame(connection, bytes) => self.give(HubEvent::Frame(connection, bytes)),
            Event::Disconnected(connection) => {
                self.lines.remove(&connection);
                self.give(HubEvent::Disconnected(connection));
            }
            Event::Loaded(document, Ok(loaded)) => {
                self.uncompacted
                    .insert(document, loaded.stored.changes.len());
                self.give(HubEvent::Loaded(document, loaded.stored));
                self.count_entries(document);
                self.lay_out();
            }
            Event::Loaded(document, Err(error)) => {
                tracing::error!(%document, "cannot read: {error}; trying again");
                self.load(document, true);
            }
            Event::SignedOut(pass) => {
                self.close_lines(&Closing::SignedOut, |caller| caller.pass == pass);
            }
            Event::AccessChanged(account, person) => self.change_access(&account, person),
            Event::VisibilityChanged => self.close_lines(&Closing::Changed, |_| true),
            Event::CampaignChanged(layout) => {
                self.layouts.add(layout);
                self.lay_out();
            }
            Event::Frozen(week, at) => {
                self.freezes.insert(week, at);
                self.write_freezes();
            }
            Event::ViewsChanged(views) => {
                self.views = Some(views);
                self.write_views();
            }
            Event::Status(answer) => {
                let status = Status {
                    connections: self.lines.len(),
                    documents: self.uncompacted.len(),
                };
                answer.send(status).ok();
            }
            Event::Online(answer) => {
                answer
                    .send(
                        self.lines
                            .values()
                            .map(|line| line.caller.clone())
                            .collect(),
                    )
                    .ok();
            }
            Event::Stop => unreachable!("the loop ends before"),
        }
    }

    fn connected(&mut self, connection: ConnectionId, caller: Caller, outbox: Outbox) {
        if self.lines.len() >= CONNECTIONS_MAX {
            tracing::warn!(connection = connection.0, "too many lines");
            return;
        }
        let author = caller.author.clone();
        self.gate.meet(author.clone(), caller.person.clone());
        self.lines.insert(connection, LiveLine { caller, outbox });
        self.give(HubEvent::Connected(connection, Line::Accepted, author));
    }

    /// Hands an event to the hub and performs what it asks.
    fn give(&mut self, event: HubEvent) {
        let now = self.clock.now();
        let (hub, gate) = (&mut self.hub, &self.gate);
        match catch_unwind(AssertUnwindSafe(|| hub.handle(now, event, gate))) {
            Ok(effects) => effects.into_iter().for_each(|effect| self.perform(effect)),
            Err(_) => return self.start_over(),
        }
        for (sheet, week, row) in self.gate.take_touched() {
            if let Some(document) = self.hub.document(&sheet) {
                self.receipts.note(week, row, document, now);
            }
        }
    }

    /// Writes receipts into the hubs of their weeks; a hub that is not in memory is opened for the next time.
    fn write_receipts(&mut self) {
        let now = self.clock.now();
        for week in self.receipts.weeks() {
            let Some(id) = self.gate.find(&DocumentKind::Hub(week)) else {
                continue;
            };
            let Some(document) = self.hub.document(&id) else {
                self.give(HubEvent::Open(id));
                continue;
            };
            let new = self.receipts.take(week, document);
            if new.is_empty() {
                continue;
            }
            let author = Author(SERVER_AUTHOR.into());
            match self
                .hub
                .change(now, id, &author, |tx| receipts::write(week, new, tx))
            {
                Ok(((), effects)) => effects.into_iter().for_each(|effect| self.perform(effect)),
                Err(error) => tracing::error!(document = %id, "receipts not written: {error}"),
            }
        }
    }

    /// After a panic nothing in memory is trusted: everybody comes again, documents are read from disk.
    fn start_over(&mut self) {
        tracing::error!("the hub panicked; all lines are closed, documents are read anew");
        self.close_all(&Closing::Hangup(Hangup::Fault));
        self.hub = new_hub();
        self.generation += 1;
        self.saving.clear();
        self.deferred_loads.clear();
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Load(document) if self.saving.values().any(|saving| *saving == document) => {
                self.deferred_loads.insert(document);
            }
            Effect::Load(document) => self.load(document, false),
            Effect::Save(ticket, document, changes) => {
                self.saving.insert(ticket, document);
                *self.uncompacted.entry(document).or_default() += changes.len();
                self.count_entries(document);
                let save = Save {
                    generation: self.generation,
                    ticket,
                    document,
                    changes,
                };
                // The saver ends after this loop.
                self.saves.send(save).ok();
            }
            Effect::Send(connection, bytes) => self.send(connection, bytes),
            Effect::Hangup(connection, reason) => self.hang_up(connection, reason),
            Effect::Refused(connection, document, refusal) => {
                self.note_refusal(connection, document, &refusal);
            }
            Effect::Damaged(document, error) => {
                tracing::error!(%document, "cannot be loaded: {error}");
                self.layouts.give_up(self.gate.kind(&document));
            }
            Effect::Changed(_, _, _)
            | Effect::Unsent(_, _)
            | Effect::Acknowledged(_, _)
            | Effect::Ready(_)
            | Effect::Unavailable(_)
            | Effect::Presence(..)
            | Effect::Rewrite(..)
            | Effect::Held(_, _) => {}
        }
    }

    fn note_refusal(&self, connection: ConnectionId, document: DocumentId, refusal: &Refusal) {
        let line = self.lines.get(&connection);
        let account = line.map_or("", |line| &*line.caller.person.account);
        let (reason, cells) = (&refusal.reason, &refusal.cells);
        tracing::warn!(account, %document, cells = cells.len(), "refused: {reason}");
        let named = cells.iter().take(REFUSED_CELLS_NAMED_MAX);
        let named: Vec<String> = named
            .map(|cell| format!("{}/{}", cell.path.join("/"), cell.key))
            .collect();
        let mut detail = format!("{reason} {}", named.join(" "));
        if cells.len() > named.len() {
            detail.push_str(&format!(" +{}", cells.len() - named.len()));
        }
        let (at, subject) = (self.clock.now(), document.to_string());
        let entry = Entry::new(at, Kind::Refusal, account, &subject, detail.trim_end());
        let storage = self.storage.clone();
        tokio::spawn(async move {
            if let Err(error) = storage.put_audit(vec![entry]).await {
                tracing::error!("refusal not entered in the audit log: {error}");
            }
        });
    }

    /// Tells the gate how full a card is.
    fn count_entries(&mut self, document: DocumentId) {
        if let (true, Some(content)) = (self.gate.is_card(&document), self.hub.document(&document))
        {
            let entries = card::read(content).entries.len();
            self.gate.note_entries(document, entries);
        }
    }

    fn load(&self, document: DocumentId, after_failure: bool) {
        let (storage, events) = (self.storage.clone(), self.events.clone());
        tokio::spawn(async move {
            if after_failure {
                tokio::time::sleep(LOAD_RETRY).await;
            }
            let loaded = storage.load(document).await;
            events.send(Event::Loaded(document, loaded)).await.ok();
        });
    }

    fn send(&mut self, connection: ConnectionId, bytes: Vec<u8>) {
        let Some(line) = self.lines.get(&connection) else {
            return;
        };
        if !line.outbox.put(Outgoing::Frame(bytes)) {
            tracing::warn!(connection = connection.0, "too slow a reader, or gone");
            self.lines.remove(&connection);
            // Told to the hub by the socket, which sees its queue end.
        }
    }

    fn hang_up(&mut self, connection: ConnectionId, reason: Hangup) {
        if let Some(line) = self.lines.remove(&connection) {
            line.outbox.put(Outgoing::Close(Closing::Hangup(reason)));
        }
    }

    /// From now on the gate judges by what the account may do now, and its lines come again.
    fn change_access(&mut self, account: &str, person: Option<permission::Author>) {
        let reason = match &person {
            Some(_) => Closing::Changed,
            None => Closing::SignedOut,
        };
        if let Some(person) = person {
            self.gate.meet(Author(account.into()), person.clone());
            let role = AccountRole::Viewer;
            let person = permission::Author { role, ..person };
            self.gate.meet(line::reader(account), person);
        }
        self.close_lines(&reason, |caller| caller.person.account == account);
    }

    fn close_lines(&mut self, reason: &Closing, is_meant: impl Fn(&Caller) -> bool) {
        let meant: Vec<_> = self
            .lines
            .iter()
            .filter(|(_, line)| is_meant(&line.caller))
            .map(|(connection, _)| *connection)
            .collect();
        for connection in meant {
            if let Some(line) = self.lines.remove(&connection) {
                line.outbox.put(Outgoing::Close(reason.clone()));
            }
            self.give(HubEvent::Disconnected(connection));
        }
    }

    /// Writes freezes into the hubs of their weeks; a hub that is not in memory is opened for the next time.
    fn write_freezes(&mut self) {
        for (week, at) in self.freezes.clone() {
            let Some(id) = self.gate.find(&DocumentKind::Hub(week)) else {
                self.freezes.remove(&week);
                continue;
            };
            if self.hub.document(&id).is_none() {
                self.give(HubEvent::Open(id));
                continue;
            }
            self.freezes.remove(&week);
            let now = self.clock.now();
            let author = Author(SERVER_AUTHOR.into());
            let written = self
                .hub
                .change(now, id, &author, |tx| receipts::freeze(week, at, tx));
            match written {
                Ok(((), effects)) => effects.into_iter().for_each(|effect| self.perform(effect)),
                Err(error) => tracing::error!(document = %id, "freeze not written: {error}"),
            }
        }
    }

    /// Writes the shared views into the catalogue; one that is not in memory is opened for the next time.
    fn write_views(&mut self) {
        if self.views.is_none() {
            return;
        }
        let Some(id) = self.gate.find(&DocumentKind::Catalogue) else {
            self.views = None;
            return;
        };
        if self.hub.document(&id).is_none() {
            return self.give(HubEvent::Open(id));
        }
        let views = self.views.take().unwrap_or_default();
        let now = self.clock.now();
        let author = Author(SERVER_AUTHOR.into());
        let written = self
            .hub
            .change(now, id, &author, |tx| catalogue::write_views(&views, tx));
        match written {
            Ok(((), effects)) => effects.into_iter().for_each(|effect| self.perform(effect)),
            Err(error) => tracing::error!(document = %id, "views not written: {error}"),
        }
    }

    fn close_all(&mut self, reason: &Closing) {
        for (_, line) in self.lines.drain() {
            line.outbox.put(Outgoing::Close(reason.clone()));
        }
    }

    fn saved(&mut self, answer: SaveAnswer) {
        if answer.generation != self.generation {
            return;
        }
        for ticket in answer.tickets {
            self.saving.remove(&ticket);
            match answer.result {
                Ok(()) => self.give(HubEvent::Saved(ticket)),
                Err(_) => self.give(HubEvent::SaveFailed(ticket)),
            }
        }
        if !self.deferred_loads.is_empty() {
            let busy: BTreeSet<_> = self.saving.values().copied().collect();
            let ready: Vec<_> = self.deferred_loads.difference(&busy).copied().collect();
            for document in ready {
                self.deferred_loads.remove(&document);
                self.load(document, false);
            }
        }
    }

    fn tick(&mut self) {
        self.give(HubEvent::Tick);
        self.write_receipts();
        self.write_freezes();
        self.lay_out();
        self.write_views();
        let idle = self.hub.idle();
        let now = Instant::now();
        self.idle_since
            .retain(|document, _| idle.contains(document));
        for document in idle {
            let since = *self.idle_since.entry(document).or_insert(now);
            if now.duration_since(since) >= IDLE {
                self.idle_since.remove(&document);
                self.give(HubEvent::Close(document));
                let changes = self.uncompacted.remove(&document).unwrap_or_default();
                if changes >= COMPACT_CHANGES_MIN {
                    tokio::spawn(compaction::compact(self.storage.clone(), document));
                }
            }
        }
    }

    async fn compact_all(&mut self) {
        let many = self
            .uncompacted
            .iter()
            .filter(|(_, changes)| **changes >= COMPACT_CHANGES_MIN);
        for document in many.map(|(document, _)| *document).collect::<Vec<_>>() {
            compaction::compact(self.storage.clone(), document).await;
        }
    }
}
