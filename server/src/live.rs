//! The server's one loop. It alone owns the hub; whatever can happen to documents can be read here.

pub mod cuts;
pub mod layout;
pub mod line;
mod orders;
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
    layout::{DocumentKind, card, hub::Cut, talk},
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
        COMPACT_CHANGES_MIN, CONNECTIONS_MAX, EVENTS_MAX, IDLE, LOAD_RETRY, REFUSED_CELL_BYTES_MAX,
        REFUSED_CELLS_NAMED_MAX, TICK,
    },
    deadlines::Taken,
    gatekeeper::Gate,
    orders::Order,
    receipts::Receipts,
    refusals::Refusals,
    saver::{self, Save, SaveAnswer, Writable},
    sheets::Sheets,
    storage::{Loaded, PassDigest, Storage, StorageError},
};
use cuts::{Cuts, Past};
use layout::{Layout, Layouts};
use line::{Caller, Closing, Inbox, Outbox, Outgoing};
use orders::{Answer, Orders};

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
    /// The server itself has something to write; the answer comes when it is on disk.
    Order(Box<Order>, Option<Answer>),
    /// The office has frozen a week: its hub says so, and the snapshot is taken. The answer comes when both are on disk.
    Frozen(WeekNumber, Timestamp, Answer),
    /// The server has started: what passed while it was down is caught up with. The answer comes when that is on disk.
    CatchUp(Past, Answer),
    /// The documents of a week were read as they were at a moment, or could not be; and whether the server was down then.
    Cut(
        WeekNumber,
        Cut,
        Timestamp,
        bool,
        Result<Taken, StorageError>,
    ),
    /// The campaign has changed: missing rows are made, the catalogue says so.
    CampaignChanged(Layout),
    /// Somebody asks how it goes.
    Status(oneshot::Sender<Status>),
    /// Somebody asks whose lines are open, and in which document they last said to be.
    Online(oneshot::Sender<Vec<(Caller, Option<DocumentId>)>>),
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

    /// Hands over something to be written; it may be written after this returns.
    pub async fn order(&self, order: Order) {
        self.tell(Event::Order(Box::new(order), None)).await;
    }

    /// Has something written, and returns when it is on disk. Result: whether it could be.
    pub async fn carry_out(&self, order: Order) -> bool {
        let (answer, asked) = oneshot::channel();
        self.tell(Event::Order(Box::new(order), Some(answer))).await;
        asked.await.is_ok()
    }

    /// Asks how it goes; `None` when the server is stopping.
    pub async fn status(&self) -> Option<Status> {
        let (answer, asked) = oneshot::channel();
        self.tell(Event::Status(answer)).await;
        asked.await.ok()
    }

    /// Asks whose lines are open, one entry a line; `None` when the server is stopping.
    pub async fn online(&self) -> Option<Vec<(Caller, Option<DocumentId>)>> {
        let (answer, asked) = oneshot::channel();
        self.tell(Event::Online(answer)).await;
        asked.await.ok()
    }
}

/// What the loop works with.
pub struct Parts {
    /// Where documents lie.
    pub storage: Arc<dyn Storage>,
    /// Sheets as they are there.
    pub sheets: Arc<Sheets>,
    /// Judges changes.
    pub gate: Gate,
    /// Tells the time of every event.
    pub clock: Arc<Clock>,
    /// Told how writes go.
    pub writable: Writable,
    /// How much of what is refused is entered in the audit log.
    pub refusals: Arc<Refusals>,
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
        sheets: parts.sheets,
        gate: parts.gate,
        clock: parts.clock,
        refusals: parts.refusals,
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
        orders: Orders::default(),
        cuts: Cuts::default(),
        layouts: Layouts::default(),
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
    sheets: Arc<Sheets>,
    gate: Gate,
    clock: Arc<Clock>,
    refusals: Arc<Refusals>,
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
    orders: Orders,
    cuts: Cuts,
    layouts: Layouts,
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
        self.carry_out();
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
        self.mark_due(false);
        match event {
            Event::Connected(connection, caller, outbox) => {
                self.connected(connection, caller, outbox)
            }
            Event::Frame(connection, bytes) => {
                tracing::trace!(connection = connection.0, bytes = bytes.len(), "message");
                self.give(HubEvent::Frame(connection, bytes))
            }
            Event::Disconnected(connection) => {
                self.lines.remove(&connection);
                self.give(HubEvent::Disconnected(connection));
            }
            Event::Loaded(document, Ok(loaded)) => {
                self.uncompacted
                    .insert(document, loaded.stored.changes.len());
                self.give(HubEvent::Loaded(document, loaded.stored));
                self.count_entries(document);
                if !self.orders.is_empty() {
                    self.carry_out();
                    self.take_cuts();
                }
                self.lay_out();
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
            Event::Order(mut order, answer) => {
                let now = Timestamp::from_millisecond(self.clock.now().0);
                order.stamp(now.unwrap_or(Timestamp::UNIX_EPOCH));
                self.orders.add(*order, answer);
                self.carry_out();
            }
            Event::Frozen(week, at, answer) => {
                self.orders.add(Order::Freeze(week, at), None);
                self.mark(week, Cut::Final, at, false);
                self.answer_when_cut(answer);
            }
            Event::CatchUp(past, answer) => self.catch_up(past, answer),
            Event::Cut(week, cut, at, was_down, taken) => {
                self.cut_read((week, cut), at, was_down, taken);
            }
            Event::CampaignChanged(layout) => {
                self.layouts.add(layout);
                self.lay_out();
            }
            Event::Status(answer) => {
                let status = Status {
                    connections: self.lines.len(),
                    documents: self.uncompacted.len(),
                };
                answer.send(status).ok();
            }
            Event::Online(answer) => {
                let online = self.lines.iter();
                let online = online.map(|(id, line)| (line.caller.clone(), self.hub.is_in(*id)));
                answer.send(online.collect()).ok();
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
        for (sheet, week, row, parts) in self.gate.take_touched() {
            if let Some(document) = self.hub.document(&sheet) {
                self.receipts.note(week, row, parts, document, now);
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
        self.orders.forget_written();
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
            | Effect::Received(..)
            | Effect::Rewrite(..)
            | Effect::Held(_, _) => {}
        }
    }

    fn note_refusal(&self, connection: ConnectionId, document: DocumentId, refusal: &Refusal) {
        let line = self.lines.get(&connection);
        let account = line.map_or("", |line| &*line.caller.person.account);
        let now = self.clock.now();
        let Some(left_out) = self.refusals.take(account, now) else {
            return;
        };
        let (reason, cells) = (&refusal.reason, &refusal.cells);
        tracing::warn!(account, %document, cells = cells.len(), "refused: {reason}");
        let named = cells.iter().take(REFUSED_CELLS_NAMED_MAX);
        let named: Vec<String> = named
            .map(|cell| format!("{}/{}", cell.path.join("/"), cell.key))
            .map(|name| name[..name.floor_char_boundary(REFUSED_CELL_BYTES_MAX)].to_owned())
            .collect();
        let mut detail = format!("{reason} {}", named.join(" "));
        if cells.len() > named.len() {
            detail.push_str(&format!(" +{}", cells.len() - named.len()));
        }
        if left_out > 0 {
            detail.push_str(&format!(" (+{left_out})"));
        }
        let subject = document.to_string();
        let entry = Entry::new(now, Kind::Refusal, account, &subject, detail.trim_end());
        let storage = self.storage.clone();
        tokio::spawn(async move {
            if let Err(error) = storage.put_audit(vec![entry]).await {
                tracing::error!("refusal not entered in the audit log: {error}");
            }
        });
    }

    /// Tells the gate how full a card or a talk is.
    fn count_entries(&mut self, document: DocumentId) {
        let Some(content) = self.hub.document(&document) else {
            return;
        };
        let entries = match self.gate.kind(&document) {
            Some(DocumentKind::Card(_)) => card::read(content).entries.len(),
            Some(DocumentKind::Talk(_, _)) => talk::count(content),
            Some(DocumentKind::Catalogue | DocumentKind::Hub(_) | DocumentKind::Sheet(_, _))
            | None => return,
        };
        self.gate.note_entries(document, entries);
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
        self.answer_orders();
        self.take_cuts();
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
        self.mark_due(false);
        self.carry_out();
        self.take_cuts();
        self.lay_out();
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
