//! Refusal without loss: how the server tells, and how a page goes back, writes again what it may, and resumes.

use automerge::{ChangeHash, ObjId, ReadDoc, ScalarValue, transaction::Transactable};
use diaodu_wire::{
    limits::{REFUSED_CELLS_MAX, REFUSED_HEADS_MAX},
    notice::{Cell, Hash, Notice, Refused, Resume},
    repo::{DocumentId, Frame},
};

use super::{ChangeError, Hub, Slot};
use crate::{
    document::{Document, Typed},
    event::{Author, CellAddress, ConnectionId, Effect, Line, Millis, Origin, Refusal},
    line::LineState,
    peer::Peer,
    waiting::Waiting,
};

impl Hub {
    /// Takes a held document back to what the server has, writes again what `may` allows under a new actor, and resumes.
    ///
    /// Result: what was not written again, for drafts. Empty, without effects, for a document that is not held.
    pub fn heal(
        &mut self,
        now: Millis,
        id: DocumentId,
        author: &Author,
        may: impl Fn(&CellAddress, Option<&ScalarValue>) -> bool,
    ) -> Result<(Vec<Typed>, Vec<Effect>), ChangeError> {
        let mut effects = Vec::new();
        let Some(Slot::Ready { document, .. }) = self.documents.get_mut(&id) else {
            return Err(ChangeError::NotOpen);
        };
        let Some(refusal) = document.held.take() else {
            return Ok((Vec::new(), effects));
        };
        let typed = match document.go_back() {
            Ok(typed) => typed,
            Err(error) => {
                document.held = Some(refusal);
                return Err(error.into());
            }
        };
        let (allowed, refused): (Vec<Typed>, Vec<Typed>) =
            typed.into_iter().partition(|(cell, value)| {
                !refusal.cells.contains(cell)
                    && may(cell, value.as_ref())
                    && object_of(&document.content, cell).is_some()
            });
        effects.push(Effect::Rewrite(id, document.content.save()));
        effects.push(Effect::Changed(
            id,
            Origin::Disk,
            document.content.current_state(),
        ));
        effects.push(Effect::Unsent(id, 0));
        self.resume(id, &mut effects);
        if !allowed.is_empty() {
            let ((), written) = self.change(now, id, author, |tx| {
                for (cell, value) in allowed {
                    let Some(object) = object_of(tx, &cell) else {
                        continue;
                    };
                    match value {
                        Some(value) => tx.put(&object, cell.key, value)?,
                        None => tx.delete(&object, cell.key)?,
                    }
                }
                Ok(())
            })?;
            effects.extend(written);
        }
        self.speak_to_all(now, id, &mut effects);
        Ok((refused, effects))
    }

    /// Both sides forget what was said of the document.
    fn resume(&mut self, id: DocumentId, effects: &mut Vec<Effect>) {
        for (connection, line) in &mut self.lines {
            let (Line::Dialled, Some(target)) = (line.kind, &line.name) else {
                continue;
            };
            line.peers.insert(id, Peer::new(Line::Dialled));
            let frame = Frame::Diaodu {
                sender: self.peer.clone(),
                target: target.clone(),
                notice: Notice::Resume(Resume { document: id.0 }),
            };
            effects.push(Effect::Send(*connection, frame.encode()));
        }
    }

    /// A page has gone back: its line is heard again about the document.
    pub(super) fn resumed(&mut self, connection: ConnectionId, resume: &Resume) {
        let id = DocumentId(resume.document);
        if let Some(line) = self.lines.get_mut(&connection)
            && line.kind == Line::Accepted
            && let Some(peer) = line.peers.get_mut(&id)
        {
            *peer = Peer::new(Line::Accepted);
        }
    }

    /// Applies nothing more of this line to the document, and tells the author once what came before is on disk.
    pub(super) fn refuse(
        &mut self,
        connection: ConnectionId,
        id: DocumentId,
        refusal: Refusal,
        effects: &mut Vec<Effect>,
    ) {
        let Some(Slot::Ready { document, .. }) = self.documents.get(&id) else {
            return;
        };
        let until = document.newest();
        if let Some(peer) = self
            .lines
            .get_mut(&connection)
            .and_then(|line| line.peers.get_mut(&id))
        {
            peer.held = true;
            peer.waiting = Waiting::default();
            peer.owed_since = None;
            peer.refused = Some((until, refusal.clone()));
            effects.push(Effect::Refused(connection, id, refusal));
        }
    }

    /// The server has refused: the shell is told what, and heals.
    pub(super) fn refused_by_server(&mut self, refused: Refused, effects: &mut Vec<Effect>) {
        let id = DocumentId(refused.document);
        let cells = refused.cells.into_iter().map(|cell| CellAddress {
            path: cell.path,
            key: cell.key,
        });
        let refusal = Refusal {
            reason: refused.reason,
            cells: cells.collect(),
        };
        if let Some(Slot::Ready { document, .. }) = self.documents.get_mut(&id) {
            let heads: Vec<ChangeHash> = refused
                .heads
                .iter()
                .map(|hash| ChangeHash(hash.0))
                .collect();
            if document.acknowledged(&heads) {
                effects.push(Effect::Acknowledged(id, document.server_heads.clone()));
            }
            document.held = Some(refusal.clone());
            effects.push(Effect::Held(id, refusal));
        }
    }
}

/// Finds the map in which a cell lies.
fn object_of(content: &impl ReadDoc, cell: &CellAddress) -> Option<ObjId> {
    let mut object = automerge::ROOT;
    for key in &cell.path {
        (_, object) = content.get(&object, key.as_str()).ok().flatten()?;
    }
    Some(object)
}

/// Tells a page why it was refused, once everything that was accepted before is on disk.
pub(super) fn tell_refusal(
    us: &str,
    document: &Document,
    line: &mut LineState,
    id: DocumentId,
    connection: ConnectionId,
    effects: &mut Vec<Effect>,
) {
    let (Some(target), Some(peer)) = (&line.name, line.peers.get_mut(&id)) else {
        return;
    };
    let is_due = |(until, _): &mut (u64, Refusal)| *until <= document.durable();
    let Some((_, refusal)) = peer.refused.take_if(is_due).filter(|_| line.ours) else {
        return;
    };
    let cells = refusal.cells.into_iter().take(REFUSED_CELLS_MAX);
    let heads = document.durable_heads().iter().take(REFUSED_HEADS_MAX);
    let refused = Refused {
        document: id.0,
        reason: refusal.reason,
        cells: cells
            .map(|cell| Cell {
                path: cell.path,
                key: cell.key,
            })
            .collect(),
        heads: heads.map(|hash| Hash(hash.0)).collect(),
    };
    let frame = Frame::Diaodu {
        sender: us.to_owned(),
        target: target.clone(),
        notice: Notice::Refused(refused),
    };
    effects.push(Effect::Send(connection, frame.encode()));
}
