//! Who wrote which change and when it arrived: told to our own pages once it is on disk, by the server alone.

use diaodu_wire::{
    limits::RECEIVED_CHANGES_MAX,
    notice::{Hash, Notice, Received},
    repo::{DocumentId, Frame},
};

use super::{Gatekeeper, Hub};
use crate::event::{Effect, Line, SavedChange};

impl Hub {
    /// Tells our own pages that speak of the document, the authors too: what they claim of time and place is no receipt.
    pub(super) fn tell_received(
        &self,
        id: DocumentId,
        batch: &[SavedChange],
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let readers = self.lines.iter().filter(|(_, line)| {
            line.kind == Line::Accepted && line.ours && line.peers.contains_key(&id)
        });
        let readers: Vec<_> = readers
            .filter_map(|(connection, line)| Some((*connection, line.name.as_ref()?)))
            .collect();
        if readers.is_empty() {
            return;
        }
        // What came together goes together.
        let together = batch
            .chunk_by(|one, next| (&one.author, one.received) == (&next.author, next.received));
        for changes in together.flat_map(|changes| changes.chunks(RECEIVED_CHANGES_MAX)) {
            let Some(first) = changes.first() else {
                continue;
            };
            let received = Received {
                document: id.0,
                account: first.author.0.to_string(),
                unit: gatekeeper.unit(&first.author),
                at_ms: first.received.0,
                changes: changes.iter().map(|change| Hash(change.hash.0)).collect(),
            };
            for (connection, target) in &readers {
                let frame = Frame::Diaodu {
                    sender: self.peer.clone(),
                    target: (*target).clone(),
                    notice: Notice::Received(received.clone()),
                };
                effects.push(Effect::Send(*connection, frame.encode()));
            }
        }
    }
}

/// Takes the server's word; only a dialled line leads to a server.
pub(super) fn hear_received(line: Line, received: Received, effects: &mut Vec<Effect>) {
    if line == Line::Dialled {
        effects.push(Effect::Received(DocumentId(received.document), received));
    }
}
