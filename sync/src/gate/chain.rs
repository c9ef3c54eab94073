//! Changes that the gate has let pass and nobody has applied yet. automerge walks the row's whole history once for each
//! application, however many changes it brings: what one author typed in a row is applied together.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ActorId, Change, ChangeHash, ObjId};

/// An operation's id.
pub type OperationId = (u64, ActorId);

/// Changes of one actor, each of which builds on the one before and on nothing else.
#[derive(Debug, Default)]
pub struct Chain {
    changes: Vec<Change>,
    hashes: BTreeSet<ChangeHash>,
    /// Where the first one stands; `None`: on the newest there is.
    base: Option<Vec<ChangeHash>>,
    /// Which values stand in the cells that these changes have written.
    written: BTreeMap<(ObjId, String), BTreeSet<OperationId>>,
}

impl Chain {
    /// Says whether the change can stand behind these; to an empty chain any can.
    pub fn takes(&self, change: &Change) -> bool {
        self.last().is_none_or(|last| {
            change.deps() == [last.hash()] && change.actor_id() == last.actor_id()
        })
    }

    /// Says whether the change is one of these.
    pub fn has(&self, hash: &ChangeHash) -> bool {
        self.hashes.contains(hash)
    }

    /// Takes the changes out, in order.
    pub fn take(&mut self) -> Vec<Change> {
        std::mem::take(self).changes
    }

    /// The newest of them.
    pub(super) fn last(&self) -> Option<&Change> {
        self.changes.last()
    }

    /// Where the first one stands; `None`: on the newest there is.
    pub(super) fn base(&self) -> Option<&[ChangeHash]> {
        self.base.as_deref()
    }

    /// Which values the author of the next one sees in a cell, if one of these has written it.
    pub(super) fn visible(&self, object: &ObjId, key: &str) -> Option<&BTreeSet<OperationId>> {
        self.written.get(&(object.clone(), key.to_owned()))
    }

    /// Adds a change that was let pass, with what then stands in the cells that it writes.
    pub(super) fn push(
        &mut self,
        change: Change,
        base: Option<Vec<ChangeHash>>,
        written: Vec<((ObjId, String), BTreeSet<OperationId>)>,
    ) {
        if self.changes.is_empty() {
            self.base = base;
        }
        self.hashes.insert(change.hash());
        self.written.extend(written);
        self.changes.push(change);
    }
}
