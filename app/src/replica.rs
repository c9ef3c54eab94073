//! The page's one loop: whatever can happen to the documents of this page is an `Event`, and is answered here.

mod commands;
mod conflict;
mod documents;
mod files;
mod heal;
mod history;
pub mod indexed_db;
mod merge;
mod openings;
mod pace;
mod presence;
mod receipts;
mod socket;
mod talk;
mod undo;
mod unsaved;
mod withdraw;
mod writing;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use diaodu_plan::{
    campaign::{Campaign, UnitId, WeekNumber},
    column::Column,
    layout::DocumentKind,
    permission::{self, AccountRole},
    report::Report,
    row::RowId,
    value::Value,
};
use diaodu_sync::{
    event::{
        Author, CellAddress, ConnectionId, Effect, Event as HubEvent, Line, Millis, SaveTicket,
        SavedChange,
    },
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::{
    http::{DocumentEntry, Session, week::WeekOpenings},
    repo::DocumentId,
};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{FutureExt, StreamExt};
use gloo::timers::{callback::Interval, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, FetchError, Present},
    browser,
    grid::model::Here,
    i18n::Language,
    session::{self, SessionState},
    store::{
        Store,
        history::{Ask, Who},
        row::ColumnOrder,
        status::{Connection, Keeping},
        week::WeekStore,
    },
};

pub use conflict::{Choice, ChoiceKind, Comparison, Origin};
pub use files::FileCommand;
use indexed_db::{Disk, DiskError, Kept};
use socket::Socket;
pub use talk::{TalkCommand, draft_key};
use undo::Undo;
use unsaved::Unsaved;
use withdraw::{Leaving, PlacedDraft};
use writing::Writing;

/// The hub wants to hear of time at least so often.
const TICK_MS: u32 = 1_000;
/// Who is online is asked every ten ticks.
const ONLINE_TICKS: u64 = 10;
/// The loop gives way to the screen after so much work.
const BREATH_MS: i64 = 12;
/// 700 documents at once: half a dozen weeks of a large district, and below what the server allows on one line.
const DOCUMENTS_MAX: usize = 700;
/// So many chunks of one document are worth writing as one.
const CHUNKS_MAX: usize = 64;

/// What can happen.
pub enum Event {
    /// A screen wants something.
    Command(Command),
    /// The server has said which documents there are.
    Documents(Result<Vec<DocumentEntry>, FetchError>),
    /// A document was read from this machine.
    Loaded(DocumentId, Result<Kept, DiskError>),
    /// What was damaged is set aside: open the document anew.
    Reopen(DocumentId),
    /// These documents lie on this machine's disk.
    OnDisk(Vec<DocumentId>),
    /// What disk has of a document that may not be read any more.
    Leaving(Box<Leaving>),
    /// A document has left this machine's disk for drafts, or could not.
    Withdrawn(DocumentId, Vec<PlacedDraft>, Result<(), DiskError>),
    /// What was seen of a week's comments was read from this machine.
    Seen(WeekNumber, Vec<(String, String)>),
    /// Drafts of a week were read from this machine.
    Drafts(WeekNumber, Vec<(String, String)>),
    /// What rows of a week begin it with, from this machine or from the server.
    Openings(WeekNumber, WeekOpenings),
    /// Changes are on this machine's disk, or are not.
    Saved(Vec<SaveTicket>, Result<Vec<(DocumentId, f64)>, DiskError>),
    /// A document lies on this machine's disk as one chunk under this key, or does not.
    Rewritten(DocumentId, Result<Option<f64>, DiskError>),
    /// It is time to dial.
    Dial,
    /// The server has said who is signed in.
    SessionChecked(Result<Session, FetchError>),
    /// Who is signed in, asked once more after the line was open.
    StillHere(ConnectionId, Session),
    /// The server has said who is online.
    Online(Vec<Present>),
    /// The line is up.
    SocketUp(ConnectionId),
    /// One message came over the line.
    Frame(ConnectionId, Vec<u8>),
    /// The line is gone.
    SocketDown(ConnectionId),
    /// The server has said why it opens no line.
    LineRefused(String),
    /// The browser has noticed that the network is there, or gone.
    Network {
        /// Whether it is there.
        is_there: bool,
    },
    /// It is time to tell the others where the person is.
    TellWhere,
    /// Something of files was read, or has happened to them.
    Files(files::FileNews),
    /// Something of history was read, or told.
    History(history::News),
    /// Time passed.
    Tick,
}

/// What a screen can want.
pub enum Command {
    /// Show this week.
    OpenWeek(WeekNumber),
    /// Report these rows, or take their reports back.
    Report(Vec<RowId>, Report),
    /// Write what a person typed; one step for undo.
    Write(Vec<Typed>),
    /// Take back one's own newest step; says what others have written over.
    Undo(Callback<LeftAlone>),
    /// Put it forth again.
    Redo(Callback<LeftAlone>),
    /// Say what stands in a cell at once, and what to choose from.
    Compare(RowId, Column, Callback<Comparison>),
    /// Make this the one value of a cell.
    Choose(RowId, Column, Value),
    /// Write a draft once more.
    Retry(RowId, Column),
    /// Throw a draft away.
    Discard(RowId, Column),
    /// The person is here now, or nowhere.
    BeIn(Option<Here>),
    /// Something with files.
    Files(FileCommand),
    /// Something with comments.
    Talk(TalkCommand),
    /// Follow this account, or nobody.
    Follow(Option<String>),
    /// Tell of the past, show it, or bring some of it back.
    History(Ask),
    /// Show also how this unit's rows stood last week.
    LookBack(UnitId),
    /// Say everything in another language.
    Speak(Language),
    /// Let the cells of all rows stand in this order.
    Arrange(ColumnOrder),
    /// The person has signed in again: dial.
    Renewed,
    /// Sign out, once everything is on disk.
    Leave,
}

/// Cells that undo left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// How many there are in which something else stands now.
    pub cells: usize,
    /// What stands in the first of them; empty for nothing.
    pub standing: String,
    /// Whose that is, as far as this page knows.
    pub whose: Vec<Who>,
    /// Those that are closed now.
    pub shut: Option<Shut>,
    /// How many cells the step had, where it was too large to be kept over a reload.
    pub lost: usize,
}

/// Cells that are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// How many.
    pub cells: usize,
    /// Why the first is, a stable word.
    pub reason: String,
    /// The name of the unit whose row that is.
    pub unit: String,
}

/// What a person typed into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// As typed; empty empties the cell.
    pub text: String,
}

/// The way to the loop, for screens.
#[derive(Clone)]
pub struct Replica {
    events: UnboundedSender<Event>,
    unsaved: Arc<Unsaved>,
    week: WeekStore,
}

impl Replica {
    /// Starts the loop for a session.
    pub fn start(
        session: Session,
        state: SessionState,
        store: Store,
        language: Language,
    ) -> Replica {
        let (events, receiver) = unbounded();
        let unsaved = Arc::new(Unsaved::new(&session.account));
        unsaved::watch(&unsaved);
        let week = store.week.clone();
        spawn_local(run(
            session,
            state,
            store,
            language,
            (events.clone(), receiver),
            unsaved.clone(),
        ));
        Replica {
            events,
            unsaved,
            week,
        }
    }

    /// Hands a command to the loop.
    pub fn command(&self, command: Command) {
        if let Command::Write(typed) = &command {
            self.unsaved.wanted(&self.week, typed);
        }
        // The loop lives as long as the page.
        drop(self.events.unbounded_send(Event::Command(command)));
    }
}

async fn run(
    session: Session,
    state: SessionState,
    store: Store,
    language: Language,
    (events, mut receiver): (UnboundedSender<Event>, UnboundedReceiver<Event>),
    unsaved: Arc<Unsaved>,
) {
    let disk = Rc::new(Disk::open(&session.account).await);
    let known = disk.notes("documents").await.unwrap_or_default();
    let unsent = disk.notes("unsent|").await.unwrap_or_default();
    let Ok(mut desk) = Desk::new(session, state, store, disk, events.clone(), unsaved) else {
        web_sys::console::error_1(&"no source of randomness".into());
        return;
    };
    desk.store.week.speak(language);
    let tell = events.clone();
    let _ticks = Interval::new(TICK_MS, move || drop(tell.unbounded_send(Event::Tick)));
    let _network = listen_to_network(&events);
    if let Some((_, json)) = known.first() {
        desk.take_documents(serde_json::from_str(json).unwrap_or_default());
    }
    for id in unsent.iter().filter_map(|(id, _)| id.parse().ok()) {
        desk.open(id);
    }
    desk.ask_for_files();
    desk.dial();
    let mut begun = browser::now_ms();
    loop {
        let event = match receiver.next().now_or_never() {
            Some(waiting) => waiting,
            None => {
                // The screen has had its time meanwhile.
                let next = receiver.next().await;
                begun = browser::now_ms();
                next
            }
        };
        let Some(event) = event else { return };
        desk.handle(event);
        loop {
            if browser::now_ms() - begun > BREATH_MS {
                TimeoutFuture::new(0).await;
                begun = browser::now_ms();
            }
            if !desk.go_on() {
                break;
            }
        }
    }
}

fn listen_to_network(events: &UnboundedSender<Event>) -> [gloo::events::EventListener; 2] {
    let listen = |name: &'static str, is_there: bool| {
        let tell = events.clone();
        gloo::events::EventListener::new(&window(), name, move |_| {
            drop(tell.unbounded_send(Event::Network { is_there }));
        })
    };
    [listen("online", true), listen("offline", false)]
}

/// The server judges; a page takes what the server sends.
struct Trusting;

impl Gatekeeper for Trusting {
    fn may_read(&self, _: &Author, _: &DocumentId) -> bool {
        true
    }

    fn judge(
        &self,
        _: &Author,
        _: &DocumentId,
        _: &automerge::Automerge,
        _: &CellAddress,
        _: Option<&automerge::ScalarValue>,
    ) -> Result<(), String> {
        Ok(())
    }
}

/// Everything the loop owns.
struct Desk {
    hub: Hub,
    author: Author,
    person: permission::Author,
    session: SessionState,
    store: Store,
    disk: Rc<Disk>,
    events: UnboundedSender<Event>,
    kinds: BTreeMap<DocumentId, DocumentKind>,
    ids: BTreeMap<DocumentKind, DocumentId>,
    known: Vec<DocumentEntry>,
    campaign: Option<Arc<Campaign>>,
    week: Option<WeekNumber>,
    awaited: BTreeSet<DocumentId>,
    opened: BTreeSet<DocumentId>,
    /// The chunks on disk that this page has read or written.
    keys: BTreeMap<DocumentId, Vec<f64>>,
    /// Documents that are to lie on disk as one chunk.
    rewrites: Vec<(DocumentId, Vec<u8>)>,
    /// Documents that may not be read any more, while they leave the disk.
    withdrawing: BTreeSet<DocumentId>,
    /// How often documents were refused since all of them was acknowledged.
    refusals: BTreeMap<DocumentId, usize>,
    unsent: BTreeMap<DocumentId, usize>,
    to_save: Vec<(SaveTicket, DocumentId, Vec<SavedChange>)>,
    is_saving: bool,
    is_leaving: bool,
    unsaved: Arc<Unsaved>,
    /// What earlier pages have left unsaved.
    returning: unsaved::Returning,
    undo: Undo,
    /// What is being written, until all of it is.
    writing: Option<Writing>,
    /// Whoever this tab has been in documents, before it was loaded again too.
    own_actors: BTreeSet<automerge::ActorId>,
    presence: presence::Presence,
    history: history::Histories,
    /// Tells the notes of this page from those of another tab.
    now_of_start: i64,
    talks: talk::Talks,
    files: files::Files,
    socket: Option<(ConnectionId, Socket)>,
    lines_dialled: u64,
    was_up: bool,
    attempts: u32,
    ticks: u64,
    is_checking: bool,
    is_waiting: bool,
}

impl Desk {
    fn new(
        session: Session,
        state: SessionState,
        store: Store,
        disk: Rc<Disk>,
        events: UnboundedSender<Event>,
        unsaved: Arc<Unsaved>,
    ) -> Result<Desk, getrandom::Error> {
        let peer = u64::from_le_bytes(browser::random_bytes()?);
        let seed = browser::random_bytes()?;
        if !disk.is_lasting() {
            store
                .status
                .update(|status| status.keeping = Keeping::Nothing);
        }
        let returning = unsaved::returning(&session.account);
        let mut desk = Desk {
            hub: Hub::new(format!("page-{peer:016x}"), seed),
            author: Author(session.account.as_str().into()),
            person: person_of(&session),
            session: state,
            store,
            disk,
            events,
            kinds: BTreeMap::new(),
            ids: BTreeMap::new(),
            known: Vec::new(),
            campaign: None,
            week: None,
            awaited: BTreeSet::new(),
            opened: BTreeSet::new(),
            keys: BTreeMap::new(),
            rewrites: Vec::new(),
            withdrawing: BTreeSet::new(),
            refusals: BTreeMap::new(),
            unsent: BTreeMap::new(),
            to_save: Vec::new(),
            is_saving: false,
            is_leaving: false,
            unsaved,
            returning,
            undo: Undo::default(),
            writing: None,
            own_actors: BTreeSet::new(),
            presence: presence::Presence::default(),
            history: history::Histories::default(),
            now_of_start: browser::now_ms(),
            talks: talk::Talks::default(),
            files: files::Files::default(),
            socket: None,
            lines_dialled: 0,
            was_up: false,
            attempts: 0,
            ticks: 0,
            is_checking: false,
            is_waiting: false,
        };
        desk.recall_undo();
        Ok(desk)
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Command(command) => {
                if matches!(command, Command::Write(_)) {
                    self.unsaved.heard();
                }
                self.obey(command);
                self.save();
            }
            Event::Documents(Ok(documents)) => {
                self.take_documents(documents);
                self.look_for_unlisted();
            }
            Event::Documents(Err(FetchError::SignedOut)) => self.session.is_expired.set(true),
            Event::Documents(Err(error)) => log(&error.to_string()),
            Event::Loaded(document, kept) => self.loaded(document, kept),
            Event::Reopen(document) => self.open(document),
            Event::OnDisk(documents) => self.take_on_disk(&documents),
            Event::Leaving(leaving) => self.take_leave(*leaving),
            Event::Withdrawn(document, drafts, result) => self.withdrawn(document, drafts, result),
            Event::Seen(week, notes) => self.take_seen(week, notes),
            Event::Drafts(week, drafts) => self.take_drafts(week, drafts),
            Event::Openings(week, openings) => self.take_openings(week, openings),
            Event::Saved(tickets, result) => self.saved(tickets, result),
            Event::Rewritten(document, result) => self.rewritten(document, result),
            Event::Dial => {
                self.is_waiting = false;
                self.dial();
            }
            Event::SessionChecked(result) => self.session_checked(result),
            Event::StillHere(id, session) => self.still_here(id, session),
            Event::Online(present) => self.take_online(present),
            Event::SocketUp(id) => self.socket_up(id),
            Event::Frame(id, bytes) => self.hub(HubEvent::Frame(id, bytes)),
            Event::SocketDown(id) => self.socket_down(id),
            Event::LineRefused(sentence) => self.line_refused(sentence),
            Event::Network { is_there: true } => {
                self.attempts = 0;
                self.dial();
            }
            Event::Network { is_there: false } => {
                if let Some((id, _)) = &self.socket {
                    let id = *id;
                    self.socket_down(id);
                }
            }
            Event::TellWhere => self.tell_where(),
            Event::Files(news) => self.take_files(news),
            Event::History(news) => self.take_history(news),
            Event::Tick => {
                self.ticks += 1;
                if self.ticks.is_multiple_of(ONLINE_TICKS) {
                    self.ask_who_is_online();
                }
                self.tick_presence();
                self.keep_receipts();
                self.tick_talks();
                self.tick_files();
                self.tick_openings();
                self.hub(HubEvent::Tick);
            }
        }
    }

    fn now(&self) -> Millis {
        Millis(browser::now_ms() + self.session.clock_offset_ms.get_untracked())
    }

    fn hub(&mut self, event: HubEvent) {
        let effects = self.hub.handle(self.now(), event, &Trusting);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Load(document) => self.load(document),
                Effect::Save(ticket, document, changes) => {
                    self.to_save.push((ticket, document, changes))
                }
                Effect::Send(id, bytes) => {
                    if let Some((_, socket)) = self.socket.as_ref().filter(|(line, _)| *line == id)
                    {
                        socket.send(&bytes);
                    }
                }
                Effect::Hangup(id, reason) => {
                    log(&format!("line ended: {reason:?}"));
                    self.socket_down(id);
                }
                Effect::Changed(document, _, patches) => {
                    self.show(document, &patches);
                    self.history_changed();
                }
                Effect::Unsent(document, count) => self.count_unsent(document, count),
                Effect::Acknowledged(document, heads) => {
                    let disk = self.disk.clone();
                    spawn_local(async move { report(disk.keep_heads(document, &heads).await) });
                }
                Effect::Damaged(document, error) => self.damaged(document, &error),
                Effect::Ready(document) | Effect::Unavailable(document) => self.arrived(document),
                Effect::Presence(document, line, author, data) => {
                    self.hear_where(document, line, author, &data)
                }
                Effect::Received(document, received) => self.hear_received(document, &received),
                Effect::Refused(_, document, refusal) => {
                    log(&format!("{document} said strange things: {refusal:?}"))
                }
                Effect::Held(document, refusal) => self.heal(document, &refusal),
                Effect::Rewrite(document, whole) => {
                    // What waits to be appended is in it, or was refused.
                    self.to_save.retain(|(_, of, _)| *of != document);
                    self.rewrites.push((document, whole));
                }
            }
        }
        self.save();
    }

    /// Writes what waits, in one transaction; what comes meanwhile goes with the next.
    fn save(&mut self) {
        let waits = self.is_saving || !self.to_save.is_empty() || self.writing.is_some();
        let waits = waits || self.files.has_unkept();
        // What the disk did not take is tried again at the next tick.
        let status = &self.store.status;
        let waits = waits || status.with_untracked(|status| status.keeping == Keeping::Failing);
        self.unsaved.waits(waits);
        if self.is_saving {
            return;
        }
        if let Some((document, whole)) = self.rewrites.pop() {
            self.is_saving = true;
            let keys = self.keys.get(&document).cloned().unwrap_or_default();
            let (disk, events) = (self.disk.clone(), self.events.clone());
            return spawn_local(async move {
                let result = disk.compact(document, &whole, &keys).await;
                drop(events.unbounded_send(Event::Rewritten(document, result)));
            });
        }
        if self.to_save.is_empty() {
            return;
        }
        self.is_saving = true;
        let batch = std::mem::take(&mut self.to_save);
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let tickets = batch.iter().map(|(ticket, _, _)| *ticket).collect();
            let chunks: Vec<_> = batch
                .into_iter()
                .map(|(_, document, changes)| {
                    (
                        document,
                        changes.into_iter().map(|change| change.bytes).collect(),
                    )
                })
                .collect();
            let result = disk.append(&chunks).await;
            drop(events.unbounded_send(Event::Saved(tickets, result)));
        });
    }

    fn rewritten(&mut self, document: DocumentId, result: Result<Option<f64>, DiskError>) {
        self.is_saving = false;
        match result {
            Ok(key) => drop(self.keys.insert(document, key.into_iter().collect())),
            // The chunks stay as they are: what was refused is refused again after a reload, and kept as a draft again.
            Err(error) => log(&error.to_string()),
        }
        self.save();
        if self.is_leaving && !self.is_saving {
            self.leave();
        }
    }

    fn saved(
        &mut self,
        tickets: Vec<SaveTicket>,
        result: Result<Vec<(DocumentId, f64)>, DiskError>,
    ) {
        self.is_saving = false;
        for (document, key) in result.iter().flatten() {
            self.keys.entry(*document).or_default().push(*key);
        }
        let keeping = match (&result, self.disk.is_lasting()) {
            (Ok(_), true) => Keeping::Lasting,
            (Ok(_), false) => Keeping::Nothing,
            (Err(_), _) => Keeping::Failing,
        };
        if self
            .store
            .status
            .with_untracked(|status| status.keeping != keeping)
        {
            self.store.status.update(|status| status.keeping = keeping);
        }
        let is_saved = result.is_ok();
        report(result.map(drop));
        for ticket in tickets {
            self.hub(if is_saved {
                HubEvent::Saved(ticket)
            } else {
                HubEvent::SaveFailed(ticket)
            });
        }
        self.save();
        if self.is_leaving && !self.is_saving {
            self.leave();
        }
    }

    /// Asks who is signed in before it dials: another tab may have signed in somebody else meanwhile.
    fn dial(&mut self) {
        let is_busy = self.socket.is_some() || self.is_checking || self.is_waiting;
        if is_busy || self.session.is_expired.get_untracked() || self.is_leaving {
            return;
        }
        self.is_checking = true;
        let events = self.events.clone();
        spawn_local(async move {
            drop(events.unbounded_send(Event::SessionChecked(api::session().await)));
        });
    }

    fn session_checked(&mut self, result: Result<Session, FetchError>) {
        self.is_checking = false;
        match result {
            Ok(session) if session.account.as_str() == &*self.author.0 => {
                self.take_person(person_of(&session));
                self.session.begin(session);
                self.lines_dialled += 1;
                let id = ConnectionId(self.lines_dialled);
                match Socket::dial(id, &self.author.0, &self.events) {
                    Ok(socket) => self.socket = Some((id, socket)),
                    Err(error) => {
                        web_sys::console::error_1(&error);
                        self.dial_later();
                    }
                }
                self.ask_for_documents();
                if let Some(week) = self.week {
                    self.ask_for_openings(week);
                }
            }
            Ok(_) | Err(FetchError::SignedOut) => {
                self.set_connection(Connection::Offline);
                self.session.is_expired.set(true);
            }
            Err(FetchError::Offline | FetchError::Refused(_) | FetchError::Strange(_)) => {
                self.dial_later()
            }
        }
    }

    fn dial_later(&mut self) {
        self.set_connection(Connection::Offline);
        if self.is_waiting {
            return;
        }
        self.is_waiting = true;
        let wait_ms = socket::wait_ms(self.attempts, js_sys::Math::random());
        self.attempts += 1;
        let events = self.events.clone();
        spawn_local(async move {
            TimeoutFuture::new(wait_ms).await;
            drop(events.unbounded_send(Event::Dial));
        });
    }

    fn socket_up(&mut self, id: ConnectionId) {
        if self.socket.as_ref().is_none_or(|(line, _)| *line != id) {
            return;
        }
        self.attempts = 0;
        self.was_up = true;
        self.store.status.update(|status| status.refusal = None);
        self.set_connection(Connection::Online);
        self.read_receipts_again();
        self.send_files();
        self.ask_who_is_online();
        self.hub(HubEvent::Connected(id, Line::Dialled, self.author.clone()));
        // What the account may do can have changed between asking and the line being open; from now on a change closes the line.
        let events = self.events.clone();
        spawn_local(async move {
            if let Ok(session) = api::session().await {
                drop(events.unbounded_send(Event::StillHere(id, session)));
            }
        });
    }

    fn still_here(&mut self, id: ConnectionId, session: Session) {
        let is_this_line = self.socket.as_ref().is_some_and(|(line, _)| *line == id);
        if is_this_line && session.account.as_str() == &*self.author.0 {
            self.take_person(person_of(&session));
            self.session.begin(session);
        }
    }

    fn socket_down(&mut self, id: ConnectionId) {
        if self.socket.as_ref().is_none_or(|(line, _)| *line != id) {
            return;
        }
        self.socket = None;
        self.take_online(Vec::new());
        self.nobody_is_here();
        self.hub(HubEvent::Disconnected(id));
        if !std::mem::take(&mut self.was_up) {
            self.ask_why_not();
        }
        self.dial_later();
    }

    fn ask_why_not(&self) {
        let (events, language) = (self.events.clone(), self.store.week.language());
        spawn_local(async move {
            if let Some(sentence) = api::why_no_line(language).await {
                drop(events.unbounded_send(Event::LineRefused(sentence)));
            }
        });
    }

    fn line_refused(&mut self, sentence: String) {
        if !self.was_up {
            let refusal = Some(sentence);
            self.store.status.update(|status| status.refusal = refusal);
        }
    }

    fn ask_who_is_online(&self) {
        if self.socket.is_none() {
            return;
        }
        let events = self.events.clone();
        spawn_local(async move {
            if let Ok(present) = api::online().await {
                drop(events.unbounded_send(Event::Online(present)));
            }
        });
    }

    fn take_online(&mut self, present: Vec<Present>) {
        let present = if self.socket.is_some() {
            present
        } else {
            Vec::new()
        };
        if self
            .store
            .online
            .with_untracked(|before| *before != present)
        {
            self.store.online.set(present);
            self.show_others();
            self.show_followed();
        }
    }

    /// Takes a new line at once.
    fn redial(&mut self) {
        if let Some((id, _)) = self.socket.take() {
            self.hub(HubEvent::Disconnected(id));
            self.set_connection(Connection::Connecting);
            self.dial();
        }
    }

    fn set_connection(&self, connection: Connection) {
        if self
            .store
            .status
            .with_untracked(|status| status.connection != connection)
        {
            self.store
                .status
                .update(|status| status.connection = connection);
        }
    }

    fn count_unsent(&mut self, document: DocumentId, count: usize) {
        let before = self.unsent.insert(document, count).unwrap_or(0);
        if (before == 0) != (count == 0) {
            // So that a later start opens the document, whichever week is on screen, and sends what waits.
            let (disk, key) = (
                self.disk.clone(),
                indexed_db::key_of(&["unsent", &document.to_string()]),
            );
            spawn_local(
                async move { report(disk.keep_note(&key, (count > 0).then_some("1")).await) },
            );
        }
        if count == 0 {
            self.refusals.remove(&document);
        }
        self.tell_unsent();
    }

    /// Says how much of what the person did the server does not have.
    fn tell_unsent(&self) {
        let unsent = self.unsent.values().sum::<usize>() + self.files.waiting();
        if self.store.status.with_untracked(|status| status.unsent) != unsent {
            self.store.status.update(|status| status.unsent = unsent);
        }
    }

    fn leave(&self) {
        spawn_local(async {
            match api::sign_out().await {
                Ok(()) | Err(FetchError::SignedOut) => session::forget().await,
                Err(_) => session::forget_later().await,
            }
            browser::reload();
        });
    }
}

/// Who sits here, for `plan`. A role that this page does not know yet only reads.
fn person_of(session: &Session) -> permission::Author {
    permission::Author {
        account: session.account.clone(),
        unit: UnitId(session.unit.clone()),
        role: AccountRole::from_word(&session.role).unwrap_or(AccountRole::Viewer),
    }
}

fn report(result: Result<(), DiskError>) {
    if let Err(error) = result {
        log(&error.to_string());
    }
}

/// Tells a screen what it asked for. One that has gone meanwhile, or asks anew, hears nothing.
fn answer<T: 'static>(tell: Callback<T>, told: T) {
    let _ = tell.try_run(told);
}

fn log(text: &str) {
    web_sys::console::warn_1(&text.into());
}
