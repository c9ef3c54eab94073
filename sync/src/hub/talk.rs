//! What the hub hears on a line and what it says: handshake, sync messages, refusals, passing messages.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use automerge::{Change, ChangeHash, PatchLog, sync::Message};
use diaodu_wire::{
    notice::Notice,
    repo::{DocumentId, Frame, PROTOCOL_VERSION, Sync},
};

use super::{Gatekeeper, Hub, Slot};
use super::{heal::tell_refusal, presence::hear_of, received::hear_received};
use crate::{
    chunks::{self, Chunk, ChunkKind},
    document::Document,
    event::{Author, ConnectionId, Effect, Hangup, Line, Millis, Origin, Refusal},
    gate::{self, Chain},
    limits::{LINE_DOCUMENTS_MAX, LINE_WAITING_BYTES_MAX, MESSAGE_CHANGES_MAX, WAITING_FRAMES_MAX},
    line::LineState,
    message,
    peer::Peer,
};

impl Hub {
    pub(super) fn frame(
        &mut self,
        now: Millis,
        connection: ConnectionId,
        frame: Frame,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let Some(line) = self.lines.get_mut(&connection) else {
            return;
        };
        let introduced = line.name.is_some();
        match frame {
            Frame::Join {
                sender,
                ours,
                versions,
            } if line.kind == Line::Accepted && !introduced => {
                if !versions.is_empty()
                    && !versions.iter().any(|version| version == PROTOCOL_VERSION)
                {
                    return self.hang_up(connection, Hangup::Version, effects);
                }
                (line.name, line.ours) = (Some(sender.clone()), ours);
                let version = PROTOCOL_VERSION.to_owned();
                let peer = Frame::Peer {
                    sender: self.peer.clone(),
                    target: sender,
                    ours: true,
                    version,
                };
                effects.push(Effect::Send(connection, peer.encode()));
            }
            Frame::Peer {
                sender,
                ours,
                version,
                ..
            } if line.kind == Line::Dialled && !introduced => {
                if version != PROTOCOL_VERSION {
                    return self.hang_up(connection, Hangup::Version, effects);
                }
                (line.name, line.ours) = (Some(sender), ours);
                for id in self.documents.keys().copied().collect::<Vec<_>>() {
                    self.greet(now, id, effects);
                }
            }
            Frame::Error { message } => {
                self.hang_up(connection, Hangup::Protocol(message), effects)
            }
            Frame::Request(sync) | Frame::Sync(sync) if introduced => {
                self.sync(now, connection, sync, gatekeeper, effects);
            }
            Frame::Unavailable { document, .. } if introduced => {
                if let Some(peer) = line.peers.get_mut(&document) {
                    peer.owed_since = None;
                    effects.push(Effect::Unavailable(document));
                }
            }
            Frame::Ephemeral(ephemeral) if introduced => {
                self.relay(now, connection, &ephemeral, gatekeeper, effects)
            }
            Frame::Diaodu { notice, .. } if introduced => match notice {
                Notice::Refused(refused) if line.kind == Line::Dialled => {
                    self.refused_by_server(refused, effects)
                }
                Notice::Refused(_) => {}
                Notice::Presence(presence) => hear_of(line.kind, presence, effects),
                Notice::Resume(resume) => self.resumed(connection, &resume),
                Notice::Received(received) => hear_received(line.kind, received, effects),
            },
            Frame::Leave { .. } | Frame::Unknown { .. } => {}
            Frame::Join { .. }
            | Frame::Peer { .. }
            | Frame::Request(_)
            | Frame::Sync(_)
            | Frame::Unavailable { .. }
            | Frame::Ephemeral(_)
            | Frame::Diaodu { .. } => {
                self.hang_up(
                    connection,
                    Hangup::Protocol("message out of turn".to_owned()),
                    effects,
                );
            }
        }
    }

    /// Speaks first about a document on every dialled line.
    pub(super) fn greet(&mut self, now: Millis, id: DocumentId, effects: &mut Vec<Effect>) {
        if !matches!(
            self.documents.get(&id),
            Some(Slot::Ready { wanted: true, .. })
        ) {
            return;
        }
        for line in self
            .lines
            .values_mut()
            .filter(|line| line.kind == Line::Dialled && line.name.is_some())
        {
            line.peers
                .entry(id)
                .or_insert_with(|| Peer::new(Line::Dialled));
        }
        self.speak_to_all(now, id, effects);
    }

    /// Says to every peer of a document what is to be said.
    pub(super) fn speak_to_all(&mut self, now: Millis, id: DocumentId, effects: &mut Vec<Effect>) {
        let Some(Slot::Ready { document, .. }) = self.documents.get(&id) else {
            return;
        };
        for (connection, line) in &mut self.lines {
            say(&self.peer, document, line, now, id, *connection, effects);
        }
    }

    fn speak_to(
        &mut self,
        now: Millis,
        id: DocumentId,
        connection: ConnectionId,
        effects: &mut Vec<Effect>,
    ) {
        let Some(Slot::Ready { document, .. }) = self.documents.get(&id) else {
            return;
        };
        if let Some(line) = self.lines.get_mut(&connection) {
            say(&self.peer, document, line, now, id, connection, effects);
        }
    }

    pub(super) fn tell_unavailable(&mut self, id: DocumentId, effects: &mut Vec<Effect>) {
        for (connection, line) in &mut self.lines {
            if line.kind == Line::Accepted && line.peers.remove(&id).is_some() {
                let target = line.name.clone().unwrap_or_default();
                let frame = Frame::Unavailable {
                    sender: self.peer.clone(),
                    target,
                    document: id,
                };
                effects.push(Effect::Send(*connection, frame.encode()));
            }
        }
    }

    /// Takes up messages that came while the document was loaded.
    pub(super) fn hear_pending(
        &mut self,
        now: Millis,
        id: DocumentId,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        for connection in self.lines.keys().copied().collect::<Vec<_>>() {
            let Some(peer) = self
                .lines
                .get_mut(&connection)
                .and_then(|line| line.peers.get_mut(&id))
            else {
                continue;
            };
            for data in std::mem::take(&mut peer.pending) {
                self.hear(now, connection, id, &data, gatekeeper, effects);
            }
        }
    }

    fn sync(
        &mut self,
        now: Millis,
        connection: ConnectionId,
        sync: Sync,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let id = sync.document;
        let Some(line) = self.lines.get_mut(&connection) else {
            return;
        };
        if line.kind == Line::Accepted && !gatekeeper.may_read(&line.author, &id) {
            line.peers.remove(&id);
            let target = line.name.clone().unwrap_or_default();
            let frame = Frame::Unavailable {
                sender: self.peer.clone(),
                target,
                document: id,
            };
            return effects.push(Effect::Send(connection, frame.encode()));
        }
        if !line.peers.contains_key(&id) {
            if line.kind == Line::Dialled {
                return;
            }
            if line.peers.len() >= LINE_DOCUMENTS_MAX {
                return self.hang_up(
                    connection,
                    Hangup::Protocol("too many documents".to_owned()),
                    effects,
                );
            }
            line.peers.insert(id, Peer::new(Line::Accepted));
        }
        if let Some(Slot::Ready { .. }) = self.documents.get(&id) {
            return self.hear(now, connection, id, &sync.data, gatekeeper, effects);
        }
        let Some(peer) = line.peers.get_mut(&id) else {
            return;
        };
        peer.pending.push_back(sync.data);
        let is_flood = peer.pending.len() > WAITING_FRAMES_MAX;
        if is_flood || keeps_too_much(line) {
            return self.hang_up(
                connection,
                Hangup::Protocol("too many messages at once".to_owned()),
                effects,
            );
        }
        if let std::collections::btree_map::Entry::Vacant(slot) = self.documents.entry(id) {
            slot.insert(Slot::Loading { wanted: false });
            effects.push(Effect::Load(id));
        }
    }

    /// Takes one sync message about a loaded document: changes first, then what the other side says it has.
    fn hear(
        &mut self,
        now: Millis,
        connection: ConnectionId,
        id: DocumentId,
        data: &[u8],
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let Some(message) = message::read(data) else {
            return self.hang_up(
                connection,
                Hangup::Protocol("not a sync message".to_owned()),
                effects,
            );
        };
        let Some(Slot::Ready { document, .. }) = self.documents.get_mut(&id) else {
            return;
        };
        let Some(line) = self.lines.get_mut(&connection) else {
            return;
        };
        let Some(peer) = line.peers.get_mut(&id) else {
            return;
        };
        let (kind, author) = (line.kind, line.author.clone());
        let mut patches = if kind == Line::Dialled {
            PatchLog::active()
        } else {
            PatchLog::inactive()
        };
        let mut intake = Intake {
            id,
            now,
            connection,
            kind,
            author: &author,
            gatekeeper,
            patches: &mut patches,
        };
        let taken = catch_unwind(AssertUnwindSafe(|| {
            if peer.held {
                Ok(())
            } else {
                intake.take(document, peer, &message)
            }
        }));
        let refusal = match taken {
            Ok(Ok(())) => None,
            Ok(Err(refusal)) => Some(refusal),
            Err(_) => return self.drop_broken(id, effects),
        };
        if kind == Line::Dialled {
            let patches = document.content.make_patches(&mut patches);
            if !patches.is_empty() {
                effects.push(Effect::Changed(id, Origin::Peer(connection), patches));
            }
        }
        let may_rest = kind == Line::Accepted && !line.ours;
        peer.hear(document, &message, now, may_rest);
        if kind == Line::Dialled {
            note_server(id, document, peer, &message, effects);
        }
        if let Some(refusal) = refusal {
            self.refuse(connection, id, refusal, effects);
        }
        if self.lines.get(&connection).is_some_and(keeps_too_much) {
            let reason = Hangup::Protocol("too much that waits".to_owned());
            self.hang_up(connection, reason, effects);
        }
        self.save(id, effects);
        // The others hear of changes when they are on disk.
        self.speak_to(now, id, connection, effects);
    }

    /// After a panic the document in memory is worth nothing: it is loaded anew, and those who spoke of it come again.
    fn drop_broken(&mut self, id: DocumentId, effects: &mut Vec<Effect>) {
        let wanted = matches!(
            self.documents.get(&id),
            Some(Slot::Ready { wanted: true, .. })
        );
        self.documents.remove(&id);
        self.saves.retain(|_, document| *document != id);
        let involved: Vec<ConnectionId> = self
            .lines
            .iter()
            .filter(|(_, line)| line.peers.contains_key(&id))
            .map(|(c, _)| *c)
            .collect();
        for connection in involved {
            self.hang_up(connection, Hangup::Fault, effects);
        }
        if wanted {
            self.documents.insert(id, Slot::Loading { wanted });
            effects.push(Effect::Load(id));
        }
    }
}

/// Says to one peer what is to be said.
fn say(
    us: &str,
    document: &Document,
    line: &mut LineState,
    now: Millis,
    id: DocumentId,
    connection: ConnectionId,
    effects: &mut Vec<Effect>,
) {
    let (Some(target), Some(peer)) = (&line.name, line.peers.get_mut(&id)) else {
        return;
    };
    while let Some(message) = peer.speak(document, now, connection) {
        let is_request =
            line.kind == Line::Dialled && message.heads.is_empty() && message.changes.is_empty();
        let sync = Sync {
            sender: us.to_owned(),
            target: target.clone(),
            document: id,
            data: message.encode(),
        };
        let frame = if is_request {
            Frame::Request(sync)
        } else {
            Frame::Sync(sync)
        };
        effects.push(Effect::Send(connection, frame.encode()));
    }
    tell_refusal(us, document, line, id, connection, effects);
}

/// Tells the shell of a page how far the server has come.
fn note_server(
    id: DocumentId,
    document: &mut Document,
    peer: &mut Peer,
    message: &Message,
    effects: &mut Vec<Effect>,
) {
    let before = document.server_heads.clone();
    let fell = document.acknowledged(&message.heads);
    if document.server_heads != before {
        effects.push(Effect::Acknowledged(id, document.server_heads.clone()));
    }
    if fell {
        effects.push(Effect::Unsent(id, document.unsent.len()));
    }
    if !peer.is_ready && document.server_heads == message.heads && !message.heads.is_empty() {
        peer.is_ready = true;
        effects.push(Effect::Ready(id));
    }
}

/// What is needed to take changes in.
struct Intake<'a> {
    id: DocumentId,
    now: Millis,
    connection: ConnectionId,
    kind: Line,
    author: &'a Author,
    gatekeeper: &'a dyn Gatekeeper,
    patches: &'a mut PatchLog,
}

impl Intake<'_> {
    fn take(
        &mut self,
        document: &mut Document,
        peer: &mut Peer,
        message: &Message,
    ) -> Result<(), Refusal> {
        let bytes: Vec<u8> = message.changes.iter().flatten().copied().collect();
        let chunks = chunks::scan(&bytes).map_err(|error| refusal(&error.to_string()))?;
        if self.kind == Line::Accepted && chunks.len() > MESSAGE_CHANGES_MAX {
            return Err(refusal("too-large"));
        }
        if self.kind == Line::Dialled {
            return self.take_from_server(document, peer, &chunks);
        }
        let mut chain = Chain::default();
        let taken = self.take_changes(document, peer, &chunks, &mut chain);
        // What was let pass stays, whatever came after it.
        self.settle(document, &mut chain)?;
        taken
    }

    fn take_changes(
        &mut self,
        document: &mut Document,
        peer: &mut Peer,
        chunks: &[Chunk<'_>],
        chain: &mut Chain,
    ) -> Result<(), Refusal> {
        for (index, chunk) in chunks.iter().enumerate() {
            let change = chunk
                .change()
                .map_err(|error| refusal(&error.to_string()))?;
            if let Err(mut refusal) = self.take_change(document, peer, change, chain) {
                self.look_ahead(document, &chunks[index + 1..], &mut refusal);
                return Err(refusal);
            }
        }
        let released = peer
            .waiting
            .release_all(|hash| chain.has(hash) || document.has(hash));
        for change in released {
            self.take_change(document, peer, change, chain)?;
        }
        Ok(())
    }

    /// Names the cells that would be refused in what came behind, so that its author need not be told one after the other.
    fn look_ahead(&self, document: &Document, chunks: &[Chunk<'_>], refusal: &mut Refusal) {
        if refusal.cells.is_empty() {
            return;
        }
        for change in chunks.iter().map_while(|chunk| chunk.change().ok()) {
            let from = (&self.id, self.author);
            gate::name_refused(
                &document.content,
                &document.registry,
                from,
                &change,
                self.gatekeeper,
                refusal,
            );
        }
    }

    /// Applies what was let pass.
    fn settle(&mut self, document: &mut Document, chain: &mut Chain) -> Result<(), Refusal> {
        let changes = chain.take();
        if changes.is_empty() {
            return Ok(());
        }
        document
            .apply_all(
                changes,
                self.author,
                self.connection,
                self.now,
                self.patches,
            )
            .map_err(|error| refusal(&error.to_string()))
    }

    /// The server has judged already: its changes are applied together, in an order in which each finds what it builds on.
    fn take_from_server(
        &mut self,
        document: &mut Document,
        peer: &mut Peer,
        chunks: &[Chunk<'_>],
    ) -> Result<(), Refusal> {
        let mut ready = Vec::new();
        let mut arrived = BTreeSet::new();
        let mut open = peer.waiting.release_all(|hash| document.has(hash));
        for chunk in chunks {
            if chunk.kind == ChunkKind::Document {
                document
                    .merge_chunk(
                        chunk.bytes,
                        self.author,
                        self.connection,
                        self.now,
                        self.patches,
                    )
                    .map_err(|error| refusal(&error.to_string()))?;
                continue;
            }
            open.push(
                chunk
                    .change()
                    .map_err(|error| refusal(&error.to_string()))?,
            );
            while let Some(change) = open.pop() {
                let hash = change.hash();
                let has = |hash: &ChangeHash| arrived.contains(hash) || document.has(hash);
                if has(&hash) {
                    continue;
                }
                if let Some(missing) = change.deps().iter().find(|dep| !has(dep)).copied() {
                    if !peer.waiting.insert(change, missing) {
                        return Err(refusal("too-many-waiting"));
                    }
                    continue;
                }
                arrived.insert(hash);
                open.extend(peer.waiting.release(&hash));
                ready.push(change);
            }
        }
        if ready.is_empty() {
            return Ok(());
        }
        document
            .apply_all(ready, self.author, self.connection, self.now, self.patches)
            .map_err(|error| refusal(&error.to_string()))
    }

    /// Takes a change, and then what waited for it.
    fn take_change(
        &mut self,
        document: &mut Document,
        peer: &mut Peer,
        change: Change,
        chain: &mut Chain,
    ) -> Result<(), Refusal> {
        let mut open = vec![change];
        while let Some(change) = open.pop() {
            let hash = change.hash();
            let has = |hash: &ChangeHash| chain.has(hash) || document.has(hash);
            if has(&hash) {
                continue;
            }
            if let Some(missing) = change.deps().iter().find(|dep| !has(dep)).copied() {
                if !peer.waiting.insert(change, missing) {
                    return Err(refusal("too-many-waiting"));
                }
                continue;
            }
            if !chain.takes(&change) {
                self.settle(document, chain)?;
            }
            gate::examine(
                &document.content,
                &document.registry,
                chain,
                (&self.id, self.author),
                change,
                self.gatekeeper,
            )?;
            open.extend(peer.waiting.release(&hash));
        }
        Ok(())
    }
}

/// Each document of a line has bounds of its own; a stranger may speak of all of them at once.
fn keeps_too_much(line: &LineState) -> bool {
    let of_peer = |peer: &Peer| {
        let pending = peer.pending.iter().map(Vec::len).sum::<usize>();
        pending + peer.waiting.bytes()
    };
    let kept = line.peers.values().map(of_peer).sum::<usize>();
    line.kind == Line::Accepted && kept > LINE_WAITING_BYTES_MAX
}

fn refusal(reason: &str) -> Refusal {
    Refusal {
        reason: reason.to_owned(),
        cells: Vec::new(),
    }
}
