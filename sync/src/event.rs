//! Everything that can happen to a hub, and everything a hub can ask for.

use std::sync::Arc;

use automerge::{ActorId, ChangeHash, Patch};
use diaodu_wire::{notice::Received, repo::DocumentId};

/// The caller's clock in milliseconds since 1970, as given with each event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

/// One WebSocket (server) or the one line to the server (page). Drawn by the shell, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Who speaks on a connection: the account's name. The server's own writes carry its own name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author(pub Arc<str>);

/// Names one batch handed to storage; rises by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaveTicket(pub u64);

/// Who opened the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The other side speaks first (`join`): we are the server.
    Accepted,
    /// We speak first: we are a page or a test client.
    Dialled,
}

/// What can happen.
#[derive(Debug)]
pub enum Event {
    /// The shell wants this document open: it will be loaded from disk and, on dialled lines, asked for.
    Open(DocumentId),
    /// The answer to `Effect::Load`.
    Loaded(DocumentId, Stored),
    /// The shell no longer needs the document; unsaved or unsent work keeps it in memory.
    Close(DocumentId),
    /// A line is up. On `Line::Dialled` the hub sends `join`.
    Connected(ConnectionId, Line, Author),
    /// One binary message arrived.
    Frame(ConnectionId, Vec<u8>),
    /// The line is gone.
    Disconnected(ConnectionId),
    /// The batch is on disk; only now may it be acknowledged and relayed.
    Saved(SaveTicket),
    /// The batch could not be written: nothing of it was acknowledged; it is tried again with the next tick.
    SaveFailed(SaveTicket),
    /// Time passed; sent at least every second while a line is up.
    Tick,
}

/// A document as storage has it.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// A whole-document chunk, or empty.
    pub snapshot: Vec<u8>,
    /// Changes that are not in the snapshot, each a raw change chunk, in the order they were saved.
    pub changes: Vec<Vec<u8>>,
    /// Which account each actor was first seen under.
    pub actors: Vec<(ActorId, Author)>,
    /// What the server acknowledged last (pages).
    pub server_heads: Vec<ChangeHash>,
}

impl Stored {
    /// Says whether storage knows nothing of the document.
    pub fn is_empty(&self) -> bool {
        self.snapshot.is_empty() && self.changes.is_empty()
    }
}

/// One accepted or local change, as storage keeps it.
#[derive(Debug, Clone)]
pub struct SavedChange {
    /// The raw change chunk (uncompressed form).
    pub bytes: Arc<[u8]>,
    /// The change's hash.
    pub hash: ChangeHash,
    /// Its actor, bound to `author` from now on.
    pub actor: ActorId,
    /// The account it arrived under.
    pub author: Author,
    /// When it arrived here.
    pub received: Millis,
}

/// What the hub asks of its shell. Effects are performed in order.
#[derive(Debug)]
pub enum Effect {
    /// Read the document from disk and answer with `Event::Loaded`.
    Load(DocumentId),
    /// Append to disk, durably, and answer with `Event::Saved` or `Event::SaveFailed`. Tickets rise.
    Save(SaveTicket, DocumentId, Vec<SavedChange>),
    /// Send one binary message.
    Send(ConnectionId, Vec<u8>),
    /// Close the line; the reason is for logs and the WebSocket close frame.
    Hangup(ConnectionId, Hangup),
    /// The document's content changed (also after load: patches from empty).
    Changed(DocumentId, Origin, Vec<Patch>),
    /// How many of our own changes the server has not acknowledged (dialled lines).
    Unsent(DocumentId, usize),
    /// The server has everything up to these heads: worth keeping, so that a later start knows what is unsent.
    Acknowledged(DocumentId, Vec<ChangeHash>),
    /// What disk holds cannot be loaded; the text is for logs.
    Damaged(DocumentId, String),
    /// The document is as the server has it, at least once since the line came up (dialled lines).
    Ready(DocumentId),
    /// The other side does not have the document, or we may not read it.
    Unavailable(DocumentId),
    /// The gate refused a message on an accepted line: for audit and metrics. The author has been told.
    Refused(ConnectionId, DocumentId, Refusal),
    /// Somebody has moved, or is gone: said on another page's line (dialled lines). The data is what was said, empty for gone.
    Presence(DocumentId, ConnectionId, Author, Vec<u8>),
    /// The server has received changes (dialled lines): who wrote them, and when they came.
    Received(DocumentId, Received),
    /// The server refused our changes (dialled lines): the document is held until the shell calls `Hub::heal`.
    Held(DocumentId, Refusal),
    /// The document has gone back to what the server has: everything on disk of it is replaced by this chunk.
    Rewrite(DocumentId, Vec<u8>),
}

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From disk.
    Disk,
    /// From this process (`Hub::change`).
    Here,
    /// From a peer.
    Peer(ConnectionId),
}

/// Why a line was closed by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hangup {
    /// The other side broke the protocol; the text is for logs.
    Protocol(String),
    /// The other side speaks no version we know.
    Version,
    /// Too much was queued for it.
    Slow,
    /// The document it wrote to had to be dropped after a panic.
    Fault,
}

/// Why the gate refused, with the cells concerned where they could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule or the policy's reason, a stable lower-case word, e.g. `unknown-object`, `value-kind`.
    pub reason: String,
    /// Cells named by the refused change, as far as it could be understood.
    pub cells: Vec<CellAddress>,
}

/// A cell as the gate sees it, by path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellAddress {
    /// Keys of the maps from the root to the cell's map: `["rows", "m07.s-hongying"]` or `["entries"]`.
    pub path: Vec<String>,
    /// Key in that map: a column id or an entry key.
    pub key: String,
}
