//! What must hold at every moment of a simulated day, and at its end.

use automerge::{Automerge, Change, ChangeHash, ReadDoc, sync::Message};
use diaodu_sync::event::{Hangup, Refusal};
use diaodu_wire::repo::{DocumentId, Frame};

use crate::{
    disk::Disk,
    office::Office,
    script::Way,
    world::{Node, World},
};

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which promise, in a few words.
    pub promise: &'static str,
    /// Who and what.
    pub detail: String,
}

impl Broken {
    /// Names the promise, and who broke it how.
    pub fn new(promise: &'static str, detail: impl Into<String>) -> Broken {
        Broken {
            promise,
            detail: detail.into(),
        }
    }
}

impl World<'_> {
    /// Nothing is acknowledged or relayed before it is on the server's disk; nothing is sent before it is on the office's.
    pub(crate) fn check_frame(&mut self, way: Way, office: usize, frame: &[u8]) {
        let sync = match Frame::decode(frame) {
            Ok(Frame::Sync(sync) | Frame::Request(sync)) => sync,
            Ok(_) => return,
            Err(error) => {
                return self.breaks(
                    "hubs speak the protocol",
                    format!("office {office}, {way:?}: {error}"),
                );
            }
        };
        let message = match Message::decode(&sync.data) {
            Ok(message) => message,
            Err(error) => {
                return self.breaks(
                    "hubs speak the protocol",
                    format!("office {office}, {way:?}: {error}"),
                );
            }
        };
        let (disk, promise) = match way {
            Way::Up => (&self.offices[office].machine.disk, "saved before sent"),
            Way::Down => (&self.server.disk, "saved before acknowledged or relayed"),
        };
        let said = message.heads.iter().copied().chain(hashes(&message));
        let lost = said
            .filter(|hash| !disk.holds(&sync.document, hash))
            .count();
        if lost > 0 {
            self.breaks(
                promise,
                format!("office {office}, {way:?}: {lost} changes are on no disk"),
            );
        }
    }

    /// An office counts as sent only what the server has on disk.
    pub(crate) fn check_unsent(&mut self, office: usize, document: DocumentId, count: usize) {
        let Some(open) = self.offices[office]
            .machine
            .hub
            .as_ref()
            .and_then(|hub| hub.document(&document))
        else {
            return;
        };
        let disk = &self.server.disk;
        let mut missing = 0;
        for typed in self
            .typed
            .iter_mut()
            .filter(|typed| typed.office == office && typed.document == document)
        {
            if !disk.holds(&document, &typed.hash) {
                missing += usize::from(open.get_change_by_hash(&typed.hash).is_some());
            } else if count == 0 {
                typed.acknowledged = true;
            }
        }
        if missing > count {
            self.breaks(
                "acknowledged is on the server's disk",
                format!(
                    "office {office} counts {count} unsent changes, the server lacks {missing}"
                ),
            );
        }
    }

    /// After a crash of the server: nobody holds another's change that is gone for ever.
    pub(crate) fn check_nothing_would_be_lost(&mut self) {
        for number in 0..self.offices.len() {
            for document in self.documents.clone() {
                let lost = self.lost_changes(number, document);
                if lost > 0 {
                    let detail =
                        format!("office {number} holds {lost} changes that the crash lost");
                    return self.breaks(
                        "an office never holds what a server crash would lose",
                        detail,
                    );
                }
            }
        }
    }

    fn lost_changes(&self, office: usize, document: DocumentId) -> usize {
        let hub = self.offices[office].machine.hub.as_ref();
        let Some(open) = hub.and_then(|hub| hub.document(&document)) else {
            return 0;
        };
        let own = |hash: &ChangeHash| {
            self.typed
                .iter()
                .any(|typed| typed.office == office && typed.hash == *hash)
        };
        let changes = open.get_changes(&[]);
        let foreign = changes.iter().map(Change::hash).filter(|hash| !own(hash));
        foreign
            .filter(|hash| !self.server.disk.holds(&document, hash))
            .count()
    }

    /// A hub hangs up only on who broke the protocol, on a fault of the disk, or on who is too slow.
    pub(crate) fn check_hangup(&mut self, node: Node, line: usize, reason: &Hangup) {
        let honest = match reason {
            Hangup::Protocol(_) | Hangup::Version => self.lines[line].crooked,
            Hangup::Fault => self.tally.full > 0,
            Hangup::Slow => true,
        };
        if !honest {
            self.breaks(
                "an honest line is not hung up",
                format!("{node:?}: {reason:?}"),
            );
        }
    }

    /// Every sheet of the day exists and may be read.
    pub(crate) fn check_unavailable(&mut self, node: Node, document: DocumentId) {
        self.breaks(
            "a sheet that exists is found",
            format!("{node:?}: {document}"),
        );
    }

    /// What a hub saved it can load.
    pub(crate) fn check_damaged(&mut self, node: Node, document: DocumentId, text: &str) {
        self.breaks(
            "what was saved can be loaded",
            format!("{node:?}, {document}: {text}"),
        );
    }

    /// Offices of these days write nothing that must be refused.
    pub(crate) fn check_refused(
        &mut self,
        node: Node,
        line: usize,
        document: DocumentId,
        refusal: &Refusal,
    ) {
        if !self.lines.get(line).is_some_and(|line| line.crooked) {
            self.breaks(
                "honest changes are not refused",
                format!("{node:?}, {document}: {}", refusal.reason),
            );
        }
    }

    /// Says who differs from the server, if anybody does.
    pub(crate) fn difference(&self) -> Option<String> {
        let Some(server) = &self.server.hub else {
            return Some("the server is down".to_owned());
        };
        if let Some(number) = self
            .offices
            .iter()
            .position(|office| !self.has_line(office))
        {
            return Some(format!("office {number} has no line"));
        }
        for document in &self.documents {
            let heads = server.document(document).map(sorted_heads);
            for (number, office) in self.offices.iter().enumerate() {
                let Some(hub) = &office.machine.hub else {
                    return Some(format!("office {number} is down"));
                };
                let theirs = hub.document(document).map(sorted_heads);
                if theirs.is_none() || theirs != heads {
                    return Some(format!(
                        "office {number}, {document}: heads {theirs:?}, the server's {heads:?}"
                    ));
                }
            }
        }
        None
    }

    fn has_line(&self, office: &Office) -> bool {
        office.line.is_some_and(|line| self.lines[line].lives())
    }

    /// Everybody has the same, everything kept is there, and every disk would bring it back.
    pub(crate) fn check_end(&self) -> Result<(), Broken> {
        for typed in &self.typed {
            if (typed.saved || typed.acknowledged)
                && !self.server.disk.holds(&typed.document, &typed.hash)
            {
                let detail = format!(
                    "office {}, {}, {}",
                    typed.office, typed.document, typed.hash
                );
                return Err(Broken::new("nothing saved or acknowledged is lost", detail));
            }
        }
        for document in &self.documents {
            let whole = self.restart(&self.server.disk, document)?;
            for (number, office) in self.offices.iter().enumerate() {
                let again = self.restart(&office.machine.disk, document)?;
                if sorted_heads(&again) != sorted_heads(&whole) {
                    let detail =
                        format!("office {number}, {document}: its disk differs from the server's");
                    return Err(Broken::new("a restart finds everything", detail));
                }
                let shown = office
                    .machine
                    .hub
                    .as_ref()
                    .and_then(|hub| hub.document(document));
                if shown.map(|shown| shown.hydrate(None)) != Some(whole.hydrate(None)) {
                    let detail = format!("office {number}, {document}");
                    return Err(Broken::new("equal heads show equal cells", detail));
                }
                let unsent = self.unsent.get(&(number, *document)).copied().unwrap_or(0);
                if unsent > 0 {
                    let detail = format!("office {number}, {document}: {unsent} unsent");
                    return Err(Broken::new("at rest nothing is unsent", detail));
                }
            }
        }
        Ok(())
    }

    fn restart(&self, disk: &Disk, document: &DocumentId) -> Result<Automerge, Broken> {
        disk.open(document)
            .ok_or_else(|| Broken::new("a disk can be read", document.to_string()))
    }

    fn breaks(&mut self, promise: &'static str, detail: String) {
        self.broken.get_or_insert(Broken::new(promise, detail));
    }
}

fn sorted_heads(document: &Automerge) -> Vec<ChangeHash> {
    let mut heads = document.get_heads();
    heads.sort();
    heads
}

/// Returns the hashes of all changes in a message, also of those in a whole document.
fn hashes(message: &Message) -> Vec<ChangeHash> {
    let mut hashes = Vec::new();
    for chunk in message.changes.iter() {
        match Change::from_bytes(chunk.to_vec()) {
            Ok(change) => hashes.push(change.hash()),
            Err(_) => {
                let mut whole = Automerge::new();
                if whole.load_incremental(chunk).is_ok() {
                    hashes.extend(whole.get_changes(&[]).iter().map(Change::hash));
                }
            }
        }
    }
    hashes
}
