//! One line to another process: who is at the other end, and the documents spoken of.

use std::collections::BTreeMap;

use diaodu_wire::repo::DocumentId;

use crate::{
    event::{Author, Line, Millis},
    limits::EPHEMERAL_PER_SECOND_MAX,
    peer::Peer,
};

/// A line's state.
pub struct LineState {
    /// Who opened it.
    pub kind: Line,
    /// Whose session it is.
    pub author: Author,
    /// The other side's peer id, once it has introduced itself.
    pub name: Option<String>,
    /// Whether the other side understands our notices.
    pub ours: bool,
    /// The documents spoken of.
    pub peers: BTreeMap<DocumentId, Peer>,
    /// The document in which it last said where it is.
    pub is_in: Option<DocumentId>,
    second: i64,
    ephemeral: u32,
}

impl LineState {
    /// Makes a line on which nothing was said.
    pub fn new(kind: Line, author: Author) -> Self {
        LineState {
            kind,
            author,
            name: None,
            ours: false,
            peers: BTreeMap::new(),
            is_in: None,
            second: 0,
            ephemeral: 0,
        }
    }

    /// Counts one ephemeral message; says whether it is within the rate.
    pub fn takes_ephemeral(&mut self, now: Millis) -> bool {
        let second = now.0.div_euclid(1000);
        if second != self.second {
            (self.second, self.ephemeral) = (second, 0);
        }
        self.ephemeral += 1;
        self.ephemeral <= EPHEMERAL_PER_SECOND_MAX
    }
}
