//! Mistakes planted on purpose: each must be caught by the simulated offices, or the checks are worth nothing.

use std::collections::BTreeSet;

use automerge::{Change, sync::Message};
use diaodu_sync::event::{Event, SaveTicket};
use diaodu_wire::repo::{Frame, Sync};

use crate::script::Way;

/// A mistake that a server or a page could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server's storage says `Saved` before the bytes are safe.
    AcknowledgesBeforeFsync,
    /// Any message of the server counts as acknowledgement of what was sent.
    TakesAnyMessageForAcknowledgement,
    /// The server relays a change to a reader without one that it builds on, and believes the reader has it.
    SkipsDependency,
    /// A page believes that its last unsent change was sent before the line broke.
    DropsEditOnReconnect,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 4] = [
        Fault::AcknowledgesBeforeFsync,
        Fault::TakesAnyMessageForAcknowledgement,
        Fault::SkipsDependency,
        Fault::DropsEditOnReconnect,
    ];
}

/// Plants one fault, or none.
#[derive(Debug)]
pub struct Saboteur {
    fault: Option<Fault>,
    said: BTreeSet<SaveTicket>,
}

impl Saboteur {
    /// Chooses the fault to plant.
    pub fn new(fault: Option<Fault>) -> Saboteur {
        Saboteur {
            fault,
            said: BTreeSet::new(),
        }
    }

    /// Says whether the server's storage lies about this batch.
    pub fn says_saved_too_early(&mut self, ticket: SaveTicket) -> bool {
        let lies = self.fault == Some(Fault::AcknowledgesBeforeFsync);
        if lies {
            self.said.insert(ticket);
        }
        lies
    }

    /// Says whether the hub was told already.
    pub fn has_said(&mut self, event: &Event) -> bool {
        match event {
            Event::Saved(ticket) | Event::SaveFailed(ticket) => self.said.remove(ticket),
            _ => false,
        }
    }

    /// Spoils a frame on its way.
    pub fn tamper(&self, way: Way, office: usize, frame: Vec<u8>) -> Vec<u8> {
        match (self.fault, way) {
            (Some(Fault::SkipsDependency), Way::Down) => without_a_dependency(office, frame),
            _ => frame,
        }
    }
}

/// Plants, into all hubs of this thread, what only a hub itself can do wrong; takes out what was there.
pub fn infect(fault: Option<Fault>) {
    diaodu_sync::fault::plant(match fault {
        Some(Fault::TakesAnyMessageForAcknowledgement) => {
            Some(diaodu_sync::fault::Fault::TakesAnyMessageForAcknowledgement)
        }
        Some(Fault::DropsEditOnReconnect) => Some(diaodu_sync::fault::Fault::DropsEditOnReconnect),
        Some(Fault::AcknowledgesBeforeFsync | Fault::SkipsDependency) | None => None,
    });
}

/// Takes some changes out for this office, always the same ones: a server that believes them sent never sends them again.
fn without_a_dependency(office: usize, frame: Vec<u8>) -> Vec<u8> {
    let Ok(Frame::Sync(sync)) = Frame::decode(&frame) else {
        return frame;
    };
    let Ok(mut message) = Message::decode(&sync.data) else {
        return frame;
    };
    let kept: Vec<Vec<u8>> = message
        .changes
        .iter()
        .filter(|chunk| !is_skipped(office, chunk))
        .map(<[u8]>::to_vec)
        .collect();
    if kept.is_empty() || kept.len() == message.changes.len() {
        return frame;
    }
    message.changes = kept.into();
    Frame::Sync(Sync {
        data: message.encode(),
        ..sync
    })
    .encode()
}

fn is_skipped(office: usize, chunk: &[u8]) -> bool {
    Change::from_bytes(chunk.to_vec())
        .is_ok_and(|change| usize::from(change.hash().0[0]) % 8 == office % 8)
}
