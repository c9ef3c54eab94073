//! Documents and peers of one process. No clock, no sockets, no disk.

use automerge::{Automerge, ActorId, AutomergeError, ScalarValue, transaction::Transaction};
use diaodu_wire::repo::DocumentId;

use crate::event::{Author, CellAddress, Effect, Event, Millis};

/// What the shell decides for the hub: who may read, and what may be written.
pub trait Gatekeeper {
    /// Says whether the author may sync the document at all.
    fn may_read(&self, author: &Author, document: &DocumentId) -> bool;
    /// Judges one put (`Some`) or delete (`None`) on one cell; `Err` carries a stable reason word.
    fn judge(
        &self,
        author: &Author,
        document: &DocumentId,
        cell: &CellAddress,
        value: Option<&ScalarValue>,
    ) -> Result<(), String>;
}

/// All documents and lines of one process.
pub struct Hub {}

impl Hub {
    /// Makes an empty hub. `peer` is its automerge-repo peer id; `seed` feeds actor ids and session ids.
    pub fn new(_peer: String, _seed: [u8; 32]) -> Self {
        Hub {}
    }

    /// Takes one event and returns what is to be done, in order.
    pub fn handle(&mut self, _now: Millis, _event: Event, _gate: &dyn Gatekeeper) -> Vec<Effect> {
        Vec::new()
    }

    /// Changes an open document from this process; nothing happens when `write` does nothing.
    ///
    /// Not judged: the caller has. Saved before sent.
    pub fn change<T>(
        &mut self,
        _now: Millis,
        _document: DocumentId,
        _author: &Author,
        _write: impl FnOnce(&mut Transaction<'_>) -> Result<T, AutomergeError>,
    ) -> Result<(T, Vec<Effect>), ChangeError> {
        Err(ChangeError::NotOpen)
    }

    /// Returns the document if it is in memory.
    pub fn document(&self, _document: &DocumentId) -> Option<&Automerge> {
        None
    }

    /// Returns the actor this process writes the document with, if it has written.
    pub fn actor(&self, _document: &DocumentId) -> Option<&ActorId> {
        None
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
