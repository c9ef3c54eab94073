//! A document that may not be read here any more: it leaves memory, and what was typed into it and not sent comes out.

use automerge::Automerge;
use diaodu_wire::repo::DocumentId;

use super::{Hub, Slot};
use crate::{
    document::{Document, LoadError, Typed},
    event::Stored,
};

/// What storage has of a document.
pub struct Left {
    /// The document.
    pub content: Automerge,
    /// What was typed and not sent, the newest for each cell.
    pub typed: Vec<Typed>,
}

impl Hub {
    /// Takes a document out of memory, saved or not, and speaks of it no more.
    ///
    /// Result: what was put (`Some`) or deleted (`None`) here and not acknowledged, the newest for each cell.
    pub fn forget(&mut self, id: DocumentId) -> Vec<Typed> {
        for line in self.lines.values_mut() {
            line.peers.remove(&id);
        }
        self.saves.retain(|_, document| *document != id);
        self.retries.remove(&id);
        match self.documents.remove(&id) {
            Some(Slot::Ready { document, .. }) => document.typed_here(),
            Some(Slot::Loading { .. }) | None => Vec::new(),
        }
    }
}

/// Reads what storage has of a document without opening it.
///
/// Errors: for a damaged snapshot or change.
pub fn left_in(stored: Stored) -> Result<Left, LoadError> {
    let document = Document::load(stored)?;
    let typed = document.typed_here();
    let content = document.content;
    Ok(Left { content, typed })
}
