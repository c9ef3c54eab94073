//! A server in memory, with the real gate, and what is heard on its lines.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use automerge::{
    Automerge, Change, ChangeHash,
    sync::{ChunkList, Message, MessageVersion},
};
use diaodu_interchange::sample::campaign;
use diaodu_plan::permission::Visibility;
use diaodu_server::{
    documents,
    gatekeeper::{Directory, Gate},
    policy::{Policy, PolicyCell},
};
use diaodu_sync::{
    event::{Author, ConnectionId, Effect, Event, Line, Stored},
    hub::Hub,
};
use diaodu_wire::{
    notice::{Notice, Refused, Resume},
    repo::{DocumentId, Frame, Sync},
};

use super::case::{FROZEN, NOW, PEOPLE, author};

/// A server in memory, with the real gate.
pub struct Server {
    /// Documents and lines.
    pub hub: Hub,
    gate: Gate,
    /// What holds.
    pub policy: PolicyCell,
    /// Which documents there are.
    pub directory: Arc<Directory>,
    /// What a restart would find.
    pub disk: BTreeMap<DocumentId, Stored>,
    /// Documents written to disk since the last look.
    saved: BTreeSet<DocumentId>,
    lines: u64,
    sent: VecDeque<(ConnectionId, Vec<u8>)>,
}

/// What was said on a line.
#[derive(Debug, Default)]
pub struct Heard {
    /// Messages of any kind.
    pub frames: usize,
    /// Why it was refused.
    pub refused: Option<Refused>,
    /// The document is not for this line.
    pub unavailable: bool,
    /// The server asked for changes that it lacks.
    pub asked: bool,
    /// Changes that were sent.
    pub changes: Vec<ChangeHash>,
    /// Chunks that are no single change.
    pub others: usize,
}

impl Server {
    /// Opens a server with the sample campaign, one week of it frozen.
    pub fn new() -> Server {
        let campaign = campaign();
        let built = documents::build(&campaign, &[], NOW).unwrap();
        let rows = built.iter().map(|new| new.row.clone()).collect();
        let disk = built.into_iter().map(|new| {
            let stored = Stored {
                snapshot: new.snapshot,
                actors: vec![(new.actor, Author("@server".into()))],
                ..Stored::default()
            };
            (new.row.id, stored)
        });
        let directory = Arc::new(Directory::new(rows));
        let policy = PolicyCell::new(Policy {
            campaign,
            visibility: Visibility::All,
            frozen: [FROZEN].into(),
        });
        let mut gate = Gate::new(directory.clone(), policy.clone());
        for person in PEOPLE {
            gate.meet(Author(person.0.into()), author(person));
        }
        Server {
            hub: Hub::new("server".to_owned(), [7; 32]),
            gate,
            policy,
            directory,
            disk: disk.collect(),
            saved: BTreeSet::new(),
            lines: 0,
            sent: VecDeque::new(),
        }
    }

    /// Opens a line of one of our own clients.
    pub fn dial(&mut self, account: &str) -> ConnectionId {
        self.lines += 1;
        let line = ConnectionId(self.lines);
        self.handle(Event::Connected(
            line,
            Line::Accepted,
            Author(account.into()),
        ));
        let join = Frame::Join {
            sender: format!("{account}-{}", line.0),
            ours: true,
            versions: vec!["1".to_owned()],
        };
        self.handle(Event::Frame(line, join.encode()));
        line
    }

    /// Lets something happen, and everything that follows from it.
    pub fn handle(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.hub.handle(NOW, event, &self.gate) {
                match effect {
                    Effect::Load(id) => {
                        let stored = self.disk.get(&id).cloned().unwrap_or_default();
                        events.push_back(Event::Loaded(id, stored));
                    }
                    Effect::Save(ticket, id, changes) => {
                        let stored = self.disk.get_mut(&id).expect("a known document");
                        for change in changes {
                            stored.actors.push((change.actor, change.author));
                            stored.changes.push(change.bytes.to_vec());
                        }
                        self.saved.insert(id);
                        events.push_back(Event::Saved(ticket));
                    }
                    Effect::Send(line, bytes) => self.sent.push_back((line, bytes)),
                    Effect::Damaged(id, error) => panic!("{id}: {error}"),
                    // Whatever a change holds, it costs its author the change, never a line, and nobody a panic.
                    Effect::Hangup(line, reason) => panic!("{line:?} is cut: {reason:?}"),
                    _ => {}
                }
            }
        }
    }

    /// Ends lines.
    pub fn hang_up(&mut self, lines: &[ConnectionId]) {
        for line in lines {
            self.handle(Event::Disconnected(*line));
        }
        self.sent.clear();
    }

    /// What the server holds of a document.
    pub fn content(&self, id: DocumentId) -> &Automerge {
        self.hub.document(&id).expect("open")
    }

    /// What was saved since the last look loads, and is what is in memory.
    pub fn check_saved(&mut self) {
        for id in std::mem::take(&mut self.saved) {
            let stored = &self.disk[&id];
            let mut loaded = Automerge::load(&stored.snapshot).unwrap();
            let changes = stored.changes.iter().cloned();
            let changes = changes.map(|bytes| Change::from_bytes(bytes).unwrap());
            loaded.apply_changes(changes.collect::<Vec<_>>()).unwrap();
            assert_eq!(loaded.get_heads(), self.content(id).get_heads());
            Automerge::load(&self.content(id).save()).unwrap();
        }
    }

    /// Speaks of a document for the first time.
    pub fn open(&mut self, line: ConnectionId, id: DocumentId) {
        let opening = Message {
            heads: Vec::new(),
            need: Vec::new(),
            have: Vec::new(),
            changes: ChunkList::empty(),
            flags: None,
            version: MessageVersion::V1,
        };
        self.say(line, id, opening);
    }

    /// Speaks of a document as somebody who has all of it: what comes now is new.
    pub fn watch(&mut self, line: ConnectionId, id: DocumentId) {
        self.open(line, id);
        let heads = self.content(id).get_heads();
        let all = Message {
            heads,
            need: Vec::new(),
            have: Vec::new(),
            changes: ChunkList::empty(),
            flags: None,
            version: MessageVersion::V1,
        };
        self.say(line, id, all);
    }

    /// Ends a hold, as our own pages do when they have gone back.
    pub fn resume(&mut self, line: ConnectionId, id: DocumentId) {
        let frame = Frame::Diaodu {
            sender: "x".to_owned(),
            target: "server".to_owned(),
            notice: Notice::Resume(Resume { document: id.0 }),
        };
        self.handle(Event::Frame(line, frame.encode()));
    }

    /// Forgets what was said so far.
    pub fn forget_sent(&mut self) {
        self.sent.clear();
    }

    /// Says a sync message on a line, as it is.
    pub fn say(&mut self, line: ConnectionId, id: DocumentId, message: Message) {
        self.handle(Event::Frame(line, frame(id, message).encode()));
    }

    /// Takes what was said on a line.
    pub fn heard(&mut self, line: ConnectionId) -> Heard {
        let mut heard = Heard::default();
        let (said, rest): (VecDeque<_>, VecDeque<_>) =
            self.sent.drain(..).partition(|(to, _)| *to == line);
        self.sent = rest;
        for (_, bytes) in said {
            heard.take(Frame::decode(&bytes).unwrap());
        }
        heard
    }
}

impl Heard {
    fn take(&mut self, frame: Frame) {
        self.frames += 1;
        match frame {
            Frame::Diaodu {
                notice: Notice::Refused(refused),
                ..
            } => self.refused = Some(refused),
            Frame::Unavailable { .. } => self.unavailable = true,
            Frame::Sync(sync) => {
                let message = Message::decode(&sync.data).unwrap();
                self.asked |= !message.need.is_empty();
                for bytes in message.changes.iter() {
                    match Change::from_bytes(bytes.to_vec()) {
                        Ok(change) => self.changes.push(change.hash()),
                        Err(_) => self.others += 1,
                    }
                }
            }
            _ => {}
        }
    }
}

/// A sync message on its way to the server.
pub fn frame(document: DocumentId, message: Message) -> Frame {
    Frame::Sync(Sync {
        sender: "x".to_owned(),
        target: "server".to_owned(),
        document,
        data: message.encode(),
    })
}
