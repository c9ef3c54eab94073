//! The page's one loop: whatever can happen to the documents of this page is an `Event`, and is answered here.

mod commands;
mod conflict;
mod documents;
mod event;
mod files;
mod heal;
mod history;
pub mod indexed_db;
mod line;
mod merge;
mod openings;
mod pace;
mod presence;
mod receipts;
mod saving;
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
    layout::DocumentKind,
    permission::{self, AccountRole},
};
use diaodu_sync::{
    event::{
        Author, CellAddress, ConnectionId, Effect, Event as HubEvent, Millis, SaveTicket,
        SavedChange,
    },
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::{
    http::{DocumentEntry, Session},
    repo::DocumentId,
};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{FutureExt, StreamExt};
use gloo::timers::{callback::Interval, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, FetchError},
    browser,
    i18n::Language,
    session::{self, SessionState},
    store::{Store, status::Keeping, week::WeekStore},
};

pub use conflict::{Choice, ChoiceKind, Comparison, Origin};
pub use event::{Command, Event, LeftAlone, Shut, Typed};
pub use files::FileCommand;
use indexed_db::{Disk, DiskError};
use socket::Socket;
pub use talk::{TalkCommand, draft_key};
use undo::Undo;
use unsaved::Unsaved;
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
