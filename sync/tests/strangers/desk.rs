//! A server with its disk and lines in memory, and a stock client that runs automerge's own sync loop.

use std::collections::{BTreeMap, VecDeque};

use automerge::{
    ActorId, Automerge, Change, ChangeHash, ObjId, ObjType, PatchLog, ROOT, ReadDoc, ScalarValue,
    sync::{Message, State, SyncDoc},
    transaction::Transactable,
};
use diaodu_sync::{
    event::{
        Author, CellAddress, ConnectionId, Effect, Event, Hangup, Line, Millis, Refusal,
        SaveTicket, SavedChange, Stored,
    },
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::repo::{DocumentId, Frame, Sync};

pub const SHEET: DocumentId = DocumentId([9; 16]);
pub const ROW: &str = "m07.s-hongying";
pub const NOW: Millis = Millis(1_618_558_200_000);

/// Seeded numbers; equal seed, equal run.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Knows one document and the rows' depth; `closed` cells are nobody's.
pub struct Doorman;

impl Gatekeeper for Doorman {
    fn may_read(&self, _: &Author, document: &DocumentId) -> bool {
        *document == SHEET
    }

    fn judge(
        &self,
        _: &Author,
        _: &DocumentId,
        _: &Automerge,
        cell: &CellAddress,
        _: Option<&ScalarValue>,
    ) -> Result<(), String> {
        if cell.path.len() != 2 || cell.key == "closed" {
            Err("closed".to_owned())
        } else {
            Ok(())
        }
    }
}

/// Makes the sheet as the server does.
pub fn sheet() -> Automerge {
    let mut sheet = Automerge::new().with_actor(ActorId::from([0xaa; 16]));
    let mut tx = sheet.transaction();
    tx.put(ROOT, "week", 2).unwrap();
    let rows = tx.put_object(ROOT, "rows", ObjType::Map).unwrap();
    for row in [ROW, "m01.s-hongying"] {
        tx.put_object(&rows, row, ObjType::Map).unwrap();
    }
    tx.commit();
    sheet
}

/// The row's map.
pub fn row(document: &Automerge, id: &str) -> ObjId {
    let (_, rows) = document.get(ROOT, "rows").unwrap().unwrap();
    document.get(&rows, id).unwrap().unwrap().1
}

/// Writes one cell and returns the change.
pub fn write(document: &mut Automerge, key: &str, value: &str) -> Change {
    let row = row(document, ROW);
    let mut tx = document
        .transaction_log_patches(PatchLog::inactive())
        .unwrap();
    tx.put(&row, key, value).unwrap();
    let hash = tx.commit().0.unwrap();
    document.get_change_by_hash(&hash).unwrap()
}

/// Empties one cell and returns the change.
pub fn erase(document: &mut Automerge, key: &str) -> Change {
    let row = row(document, ROW);
    let mut tx = document.transaction();
    tx.delete(&row, key).unwrap();
    let hash = tx.commit().0.unwrap();
    document.get_change_by_hash(&hash).unwrap()
}

/// A server, its disk, and the far ends of its lines.
pub struct Server {
    pub hub: Hub,
    pub stored: BTreeMap<DocumentId, Stored>,
    pub outbox: BTreeMap<ConnectionId, VecDeque<Vec<u8>>>,
    pub refused: Vec<(ConnectionId, Refusal)>,
    pub hung_up: Vec<(ConnectionId, Hangup)>,
    /// Saves wait until they are released.
    pub disk_holds: bool,
    pub held: VecDeque<(SaveTicket, DocumentId, Vec<SavedChange>)>,
}

impl Server {
    /// A server that has the sheet on disk.
    pub fn new() -> Self {
        Self::with(&sheet())
    }

    /// A server that has this document on disk.
    pub fn with(document: &Automerge) -> Self {
        let actors = document
            .get_changes(&[])
            .iter()
            .map(|c| (c.actor_id().clone(), author("@server")))
            .collect();
        let stored = Stored {
            snapshot: document.save(),
            actors,
            ..Stored::default()
        };
        Server {
            hub: Hub::new("diaodu-1".to_owned(), [3; 32]),
            stored: BTreeMap::from([(SHEET, stored)]),
            outbox: BTreeMap::new(),
            refused: Vec::new(),
            hung_up: Vec::new(),
            disk_holds: false,
            held: VecDeque::new(),
        }
    }

    pub fn tell(&mut self, event: Event) {
        let effects = self.hub.handle(NOW, event, &Doorman);
        for effect in effects {
            match effect {
                Effect::Load(id) => {
                    let stored = self.stored.get(&id).cloned().unwrap_or_default();
                    self.tell(Event::Loaded(id, stored));
                }
                Effect::Save(ticket, id, batch) => {
                    self.held.push_back((ticket, id, batch));
                    if !self.disk_holds {
                        self.release();
                    }
                }
                Effect::Send(connection, bytes) => {
                    self.outbox.entry(connection).or_default().push_back(bytes)
                }
                Effect::Hangup(connection, why) => self.hung_up.push((connection, why)),
                Effect::Refused(connection, _, refusal) => self.refused.push((connection, refusal)),
                Effect::Damaged(id, why) => panic!("{id} is damaged: {why}"),
                Effect::Changed(..)
                | Effect::Unsent(..)
                | Effect::Acknowledged(..)
                | Effect::Ready(_)
                | Effect::Unavailable(_)
                | Effect::Presence(..)
                | Effect::Received(..)
                | Effect::Rewrite(..)
                | Effect::Held(..) => {}
            }
        }
    }

    /// Writes what waits, in order.
    pub fn release(&mut self) {
        while let Some((ticket, id, batch)) = self.held.pop_front() {
            let stored = self.stored.entry(id).or_default();
            for change in batch {
                stored.changes.push(change.bytes.to_vec());
                if !stored
                    .actors
                    .iter()
                    .any(|(actor, _)| *actor == change.actor)
                {
                    stored.actors.push((change.actor, change.author));
                }
            }
            self.tell(Event::Saved(ticket));
        }
    }

    /// Brings a line up and introduces its far end.
    pub fn connect(&mut self, number: u64, account: &str) -> ConnectionId {
        let connection = ConnectionId(number);
        self.tell(Event::Connected(
            connection,
            Line::Accepted,
            author(account),
        ));
        let join = Frame::Join {
            sender: format!("stock-{number}"),
            ours: false,
            versions: vec!["1".to_owned()],
        };
        self.tell(Event::Frame(connection, join.encode()));
        connection
    }

    /// Sends one sync message in a frame.
    pub fn send(&mut self, connection: ConnectionId, data: Vec<u8>) {
        let sync = Sync {
            sender: format!("stock-{}", connection.0),
            target: "diaodu-1".to_owned(),
            document: SHEET,
            data,
        };
        self.tell(Event::Frame(connection, Frame::Sync(sync).encode()));
    }

    /// Sends changes as a client does that has everything else.
    pub fn send_changes(
        &mut self,
        connection: ConnectionId,
        heads: Vec<ChangeHash>,
        chunks: Vec<Vec<u8>>,
    ) {
        let message = Message {
            heads,
            need: Vec::new(),
            have: Vec::new(),
            changes: chunks.into(),
            flags: None,
            version: automerge::sync::MessageVersion::V1,
        };
        self.send(connection, message.encode());
    }

    /// The document as a restart would find it.
    pub fn reopened(&self) -> Automerge {
        let stored = &self.stored[&SHEET];
        let mut document = Automerge::load(&stored.snapshot).unwrap();
        for bytes in &stored.changes {
            document
                .apply_changes([Change::from_bytes(bytes.clone()).unwrap()])
                .unwrap();
        }
        Automerge::load(&document.save()).unwrap()
    }

    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads = self
            .hub
            .document(&SHEET)
            .map(Automerge::get_heads)
            .unwrap_or_default();
        heads.sort();
        heads
    }
}

/// A client that knows nothing of us: automerge's own loop behind automerge-repo's frames.
pub struct Stock {
    pub document: Automerge,
    pub state: State,
    pub connection: ConnectionId,
    pub messages: usize,
}

impl Stock {
    pub fn new(server: &mut Server, number: u64, document: Automerge) -> Self {
        let connection = server.connect(number, &format!("account-{number}"));
        let document = document.with_actor(ActorId::from([number as u8; 16]));
        Stock {
            document,
            state: State::new(),
            connection,
            messages: 0,
        }
    }

    pub fn speak(&mut self, server: &mut Server) -> bool {
        let Some(message) = self.document.generate_sync_message(&mut self.state) else {
            return false;
        };
        self.messages += 1;
        server.send(self.connection, message.encode());
        true
    }

    /// Takes one frame, if one has arrived.
    pub fn hear(&mut self, server: &mut Server) -> bool {
        let Some(bytes) = server
            .outbox
            .entry(self.connection)
            .or_default()
            .pop_front()
        else {
            return false;
        };
        match Frame::decode(&bytes).unwrap() {
            Frame::Sync(sync) => {
                let message = Message::decode(&sync.data).unwrap();
                self.document
                    .receive_sync_message(&mut self.state, message)
                    .unwrap();
            }
            Frame::Peer { .. } => {}
            other => panic!("a stock client is told {other:?}"),
        }
        true
    }

    pub fn has_sheet(&self) -> bool {
        self.document.get(ROOT, "rows").unwrap().is_some()
    }

    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads = self.document.get_heads();
        heads.sort();
        heads
    }
}

/// Carries frames in a seeded order until nobody speaks.
pub fn settle(server: &mut Server, clients: &mut [Stock], rng: &mut Rng) {
    for _ in 0..50_000 {
        let first = rng.below(clients.len());
        let mut moved = false;
        for offset in 0..clients.len() {
            let client = &mut clients[(first + offset) % clients.len()];
            if client.hear(server) || client.speak(server) {
                moved = true;
                break;
            }
        }
        if !moved {
            return;
        }
    }
    panic!("they never stop talking");
}

pub fn author(name: &str) -> Author {
    Author(name.into())
}
