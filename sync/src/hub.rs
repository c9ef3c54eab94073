//! Documents and lines of one process. No clock, no sockets, no disk.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{
    ActorId, Automerge, AutomergeError, ChangeHash, ScalarValue, transaction::Transaction,
};
use diaodu_wire::repo::{DocumentId, Frame, PROTOCOL_VERSION};

use crate::{
    document::Document,
    event::{
        Author, CellAddress, ConnectionId, Effect, Event, Hangup, Line, Millis, Origin, SaveTicket,
        Stored,
    },
    limits::ANSWER_MILLIS_MAX,
    line::LineState,
    peer::Peer,
};

pub mod forget;
mod heal;
mod presence;
mod received;
mod talk;

/// What the shell decides for the hub: who may read, and what may be written.
pub trait Gatekeeper {
    /// Says whether the author may sync the document at all.
    fn may_read(&self, author: &Author, document: &DocumentId) -> bool;
    /// Judges one put (`Some`) or delete (`None`) on one cell; `Err` carries a stable reason word.
    ///
    /// `content`: the document as it stands, without what the author has written in the same message.
    fn judge(
        &self,
        author: &Author,
        document: &DocumentId,
        content: &Automerge,
        cell: &CellAddress,
        value: Option<&ScalarValue>,
    ) -> Result<(), String>;
    /// Says of which unit an author is, for whoever reads what it wrote; empty where nobody knows.
    fn unit(&self, _author: &Author) -> String {
        String::new()
    }
}

/// All documents and lines of one process.
pub struct Hub {
    peer: String,
    seed: [u8; 32],
    actors_drawn: u32,
    tickets: u64,
    said: u64,
    documents: BTreeMap<DocumentId, Slot>,
    lines: BTreeMap<ConnectionId, LineState>,
    saves: BTreeMap<SaveTicket, DocumentId>,
    retries: BTreeSet<DocumentId>,
}

/// A document's place in memory.
enum Slot {
    Loading {
        wanted: bool,
    },
    Ready {
        document: Box<Document>,
        wanted: bool,
    },
}

impl Hub {
    /// Makes an empty hub. `peer` is its automerge-repo peer id; `seed` must be random, actors are drawn from it.
    pub fn new(peer: String, seed: [u8; 32]) -> Self {
        Hub {
            peer,
            seed,
            actors_drawn: 0,
            tickets: 0,
            said: 0,
            documents: BTreeMap::new(),
            lines: BTreeMap::new(),
            saves: BTreeMap::new(),
            retries: BTreeSet::new(),
        }
    }

    /// Takes one event and returns what is to be done, in order.
    pub fn handle(
        &mut self,
        now: Millis,
        event: Event,
        gatekeeper: &dyn Gatekeeper,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Open(document) => self.open(document, &mut effects),
            Event::Loaded(document, stored) => {
                self.loaded(now, document, stored, gatekeeper, &mut effects)
            }
            Event::Close(document) => self.close(&document),
            Event::Connected(connection, line, author) => {
                self.connected(connection, line, author, &mut effects)
            }
            Event::Frame(connection, bytes) => match Frame::decode(&bytes) {
                Ok(frame) => self.frame(now, connection, frame, gatekeeper, &mut effects),
                Err(error) => self.hang_up(
                    connection,
                    Hangup::Protocol(error.to_string()),
                    &mut effects,
                ),
            },
            Event::Disconnected(connection) => {
                self.disconnected(connection, gatekeeper, &mut effects)
            }
            Event::Saved(ticket) => self.saved(now, ticket, gatekeeper, &mut effects),
            Event::SaveFailed(ticket) => self.save_failed(ticket),
            Event::Tick => self.tick(now, &mut effects),
        }
        effects
    }

    /// Changes an open document from this process; nothing happens when `write` does nothing.
    ///
    /// Not judged: the caller has. Saved before sent.
    pub fn change<T>(
        &mut self,
        now: Millis,
        document: DocumentId,
        author: &Author,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<T, AutomergeError>,
    ) -> Result<(T, Vec<Effect>), ChangeError> {
        let Some(Slot::Ready { document: open, .. }) = self.documents.get_mut(&document) else {
            return Err(ChangeError::NotOpen);
        };
        if open.held.is_some() {
            return Err(ChangeError::Held);
        }
        if open.actor.is_none() {
            let mut actor = [0; 16];
            actor[..12].copy_from_slice(&self.seed[..12]);
            actor[12..].copy_from_slice(&self.actors_drawn.to_be_bytes());
            self.actors_drawn += 1;
            open.actor = Some(ActorId::from(actor));
        }
        let (result, patches) = open.write(author, now, write)?;
        let mut effects = Vec::new();
        if let Some(patches) = patches {
            effects.push(Effect::Changed(document, Origin::Here, patches));
            effects.push(Effect::Unsent(document, open.unsent.len()));
            self.save(document, &mut effects);
        }
        Ok((result, effects))
    }

    /// Makes a document that storage does not have, and writes its first change.
    pub fn create<T>(
        &mut self,
        now: Millis,
        document: DocumentId,
        author: &Author,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<T, AutomergeError>,
    ) -> Result<(T, Vec<Effect>), ChangeError> {
        let empty = Document::load(Stored::default()).map_err(|_| ChangeError::NotOpen)?;
        self.documents.entry(document).or_insert(Slot::Ready {
            document: Box::new(empty),
            wanted: true,
        });
        self.change(now, document, author, write)
    }

    /// Returns the document if it is in memory.
    pub fn document(&self, document: &DocumentId) -> Option<&Automerge> {
        self.ready(document).map(|open| &open.content)
    }

    /// Returns the actor this process writes the document with, if it has written.
    pub fn actor(&self, document: &DocumentId) -> Option<&ActorId> {
        self.ready(document).and_then(|open| open.actor.as_ref())
    }

    /// Returns the newest changes on disk, sorted; equal heads mean equal content.
    pub fn durable_heads(&self, document: &DocumentId) -> Option<Vec<ChangeHash>> {
        self.ready(document)
            .map(|open| open.durable_heads().to_vec())
    }

    /// Says whether a change of a document in memory is on disk.
    pub fn has_durably(&self, document: &DocumentId, hash: &ChangeHash) -> bool {
        self.ready(document)
            .is_some_and(|open| open.has_durably(hash))
    }

    /// Returns the whole document as one chunk if everything of it is on disk, for compaction.
    pub fn snapshot(&self, document: &DocumentId) -> Option<Vec<u8>> {
        self.ready(document)
            .filter(|open| open.is_saved())
            .map(|open| open.content.save())
    }

    /// Returns the documents that nobody reads and that are wholly on disk.
    pub fn idle(&self) -> Vec<DocumentId> {
        let is_idle = |id: &DocumentId| {
            self.ready(id).is_some_and(Document::is_saved)
                && !self.lines.values().any(|line| line.peers.contains_key(id))
        };
        self.documents
            .keys()
            .filter(|id| is_idle(id))
            .copied()
            .collect()
    }

    /// Says whether a change is our own and not acknowledged (pages).
    pub fn is_unsent(&self, document: &DocumentId, hash: &ChangeHash) -> bool {
        self.ready(document)
            .is_some_and(|open| open.unsent.contains(hash))
    }

    fn ready(&self, document: &DocumentId) -> Option<&Document> {
        match self.documents.get(document)? {
            Slot::Ready { document, .. } => Some(document),
            Slot::Loading { .. } => None,
        }
    }

    fn open(&mut self, id: DocumentId, effects: &mut Vec<Effect>) {
        match self.documents.get_mut(&id) {
            Some(Slot::Loading { wanted } | Slot::Ready { wanted, .. }) => *wanted = true,
            None => {
                self.documents.insert(id, Slot::Loading { wanted: true });
                effects.push(Effect::Load(id));
            }
        }
    }

    fn close(&mut self, id: &DocumentId) {
        if self.ready(id).is_some_and(Document::is_saved) {
            self.documents.remove(id);
            for line in self.lines.values_mut() {
                line.peers.remove(id);
            }
        }
    }

    fn loaded(
        &mut self,
        now: Millis,
        id: DocumentId,
        stored: Stored,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let Some(Slot::Loading { wanted }) = self.documents.get(&id) else {
            return;
        };
        let (wanted, is_new) = (*wanted, stored.is_empty());
        if is_new && !wanted {
            self.documents.remove(&id);
            return self.tell_unavailable(id, effects);
        }
        let document = match Document::load(stored) {
            Ok(document) => document,
            Err(error) => {
                self.documents.remove(&id);
                effects.push(Effect::Damaged(id, error.to_string()));
                return self.tell_unavailable(id, effects);
            }
        };
        if !is_new {
            effects.push(Effect::Changed(
                id,
                Origin::Disk,
                document.content.current_state(),
            ));
        }
        effects.push(Effect::Unsent(id, document.unsent.len()));
        self.documents.insert(
            id,
            Slot::Ready {
                document: Box::new(document),
                wanted,
            },
        );
        self.greet(now, id, effects);
        self.hear_pending(now, id, gatekeeper, effects);
    }

    fn connected(
        &mut self,
        connection: ConnectionId,
        kind: Line,
        author: Author,
        effects: &mut Vec<Effect>,
    ) {
        self.lines.insert(connection, LineState::new(kind, author));
        if kind == Line::Dialled {
            let versions = vec![PROTOCOL_VERSION.to_owned()];
            let join = Frame::Join {
                sender: self.peer.clone(),
                ours: true,
                versions,
            };
            effects.push(Effect::Send(connection, join.encode()));
        }
    }

    fn hang_up(&mut self, connection: ConnectionId, reason: Hangup, effects: &mut Vec<Effect>) {
        if self.lines.remove(&connection).is_some() {
            effects.push(Effect::Hangup(connection, reason));
        }
    }

    /// Hands the next batch of a document to the disk.
    fn save(&mut self, id: DocumentId, effects: &mut Vec<Effect>) {
        let Some(Slot::Ready { document, .. }) = self.documents.get_mut(&id) else {
            return;
        };
        let ticket = SaveTicket(self.tickets);
        if let Some(batch) = document.next_batch(ticket) {
            self.tickets += 1;
            self.saves.insert(ticket, id);
            effects.push(Effect::Save(ticket, id, batch));
        }
    }

    fn saved(
        &mut self,
        now: Millis,
        ticket: SaveTicket,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let Some(id) = self.saves.remove(&ticket) else {
            return;
        };
        let Some(Slot::Ready { document, .. }) = self.documents.get_mut(&id) else {
            return;
        };
        let before = document.durable();
        let Some(batch) = document.saved(ticket) else {
            return;
        };
        let authors: BTreeSet<ConnectionId> = document
            .durable_since(before)
            .filter_map(|entry| entry.from)
            .collect();
        for connection in authors {
            if let Some(peer) = self
                .lines
                .get_mut(&connection)
                .and_then(|line| line.peers.get_mut(&id))
            {
                peer.owes();
            }
        }
        self.save(id, effects);
        self.speak_to_all(now, id, effects);
        self.tell_received(id, &batch, gatekeeper, effects);
    }

    fn save_failed(&mut self, ticket: SaveTicket) {
        let Some(id) = self.saves.remove(&ticket) else {
            return;
        };
        if let Some(Slot::Ready { document, .. }) = self.documents.get_mut(&id) {
            document.save_failed(ticket);
            self.retries.insert(id);
        }
    }

    fn tick(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        for id in std::mem::take(&mut self.retries) {
            self.save(id, effects);
        }
        let is_late = |peer: &Peer| {
            !peer.held
                && peer
                    .owed_since
                    .is_some_and(|since| now.0 - since.0 > ANSWER_MILLIS_MAX)
        };
        // A client that does not answer may have closed the document: its line stays. It is told once more, then no more; when it
        // speaks of the document again, it is heard as for the first time.
        let mut unheard = BTreeSet::new();
        for line in self
            .lines
            .values_mut()
            .filter(|line| line.kind == Line::Accepted)
        {
            line.peers
                .retain(|_, peer| !(is_late(peer) && peer.was_told_again()));
            for (id, peer) in line.peers.iter_mut().filter(|(_, peer)| is_late(peer)) {
                peer.say_again(now);
                unheard.insert(*id);
            }
        }
        for id in unheard {
            self.speak_to_all(now, id, effects);
        }
        let mut rested = BTreeSet::new();
        for line in self.lines.values_mut() {
            let peers = line.peers.iter_mut();
            rested.extend(peers.filter_map(|(id, peer)| peer.has_rested(now).then_some(*id)));
        }
        for id in rested {
            self.speak_to_all(now, id, effects);
        }
        let late: Vec<ConnectionId> = self
            .lines
            .iter()
            .filter(|(_, line)| line.peers.values().any(is_late))
            .map(|(connection, _)| *connection)
            .collect();
        for connection in late {
            self.hang_up(connection, Hangup::Slow, effects);
        }
        for (id, slot) in &mut self.documents {
            if let Slot::Ready { document, .. } = slot {
                let needed = self
                    .lines
                    .values()
                    .filter_map(|line| line.peers.get(id))
                    .map(|peer| peer.needs_log_from());
                document.trim(needed.min().unwrap_or(u64::MAX));
            }
        }
    }
}

/// Why a local change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The document is not in memory.
    #[error("document is not open")]
    NotOpen,
    /// The server refused earlier changes of ours; it must be healed first.
    #[error("document is held by the server")]
    Held,
    /// automerge said no.
    #[error(transparent)]
    Automerge(#[from] AutomergeError),
}
