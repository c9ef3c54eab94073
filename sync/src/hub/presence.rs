//! Who is where: passed on to those who may read the document, stamped with the account, never stored.

use diaodu_wire::{
    notice::{Notice, Presence},
    repo::{DocumentId, Ephemeral, Frame},
};

use super::{Gatekeeper, Hub};
use crate::event::{Author, ConnectionId, Effect, Line, Millis};

impl Hub {
    /// Says on every dialled line where this process is in a document; the others get `data` as it is.
    pub fn be_in(&mut self, document: DocumentId, data: &[u8]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (connection, line) in &self.lines {
            let (Line::Dialled, Some(target)) = (line.kind, &line.name) else {
                continue;
            };
            self.said += 1;
            let ephemeral = Ephemeral {
                sender: self.peer.clone(),
                target: target.clone(),
                document,
                session: self.peer.clone(),
                count: self.said,
                data: data.to_vec(),
            };
            effects.push(Effect::Send(
                *connection,
                Frame::Ephemeral(ephemeral).encode(),
            ));
        }
        effects
    }

    /// Says in which document somebody at the other end of a line has last said to be.
    pub fn is_in(&self, connection: ConnectionId) -> Option<DocumentId> {
        self.lines.get(&connection)?.is_in
    }

    /// Passes a message on to the others who speak of the document.
    pub(super) fn relay(
        &mut self,
        now: Millis,
        from: ConnectionId,
        ephemeral: &Ephemeral,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        let id = ephemeral.document;
        let Some(line) = self.lines.get_mut(&from) else {
            return;
        };
        let is_heard = line.kind == Line::Accepted
            && line.peers.contains_key(&id)
            && line.takes_ephemeral(now);
        // Nobody speaks in another's name.
        let (true, Some(sender)) = (is_heard, line.name.clone()) else {
            return;
        };
        let left = line.is_in.replace(id).filter(|before| *before != id);
        let author = line.author.clone();
        if let Some(left) = left {
            self.tell_presence(left, from, &author, &[], gatekeeper, effects);
        }
        self.tell_presence(id, from, &author, &ephemeral.data, gatekeeper, effects);
        for (connection, line) in &self.lines {
            let Some(target) = line.name.as_ref().filter(|_| !line.ours) else {
                continue;
            };
            if *connection != from
                && line.peers.contains_key(&id)
                && gatekeeper.may_read(&line.author, &id)
            {
                let passed = Ephemeral {
                    sender: sender.clone(),
                    target: target.clone(),
                    ..ephemeral.clone()
                };
                effects.push(Effect::Send(*connection, Frame::Ephemeral(passed).encode()));
            }
        }
    }

    pub(super) fn disconnected(
        &mut self,
        connection: ConnectionId,
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(line) = self.lines.remove(&connection)
            && let Some(left) = line.is_in
        {
            self.tell_presence(left, connection, &line.author, &[], gatekeeper, effects);
        }
    }

    /// Tells our own pages.
    fn tell_presence(
        &self,
        id: DocumentId,
        from: ConnectionId,
        author: &Author,
        data: &[u8],
        gatekeeper: &dyn Gatekeeper,
        effects: &mut Vec<Effect>,
    ) {
        for (connection, line) in self.lines.iter().filter(|(_, line)| line.ours) {
            let Some(target) = &line.name else { continue };
            if *connection == from
                || !line.peers.contains_key(&id)
                || !gatekeeper.may_read(&line.author, &id)
            {
                continue;
            }
            let presence = Presence {
                document: id.0,
                line: from.0,
                account: author.0.to_string(),
                data: data.to_vec(),
            };
            let frame = Frame::Diaodu {
                sender: self.peer.clone(),
                target: target.clone(),
                notice: Notice::Presence(presence),
            };
            effects.push(Effect::Send(*connection, frame.encode()));
        }
    }
}

/// Takes what the server says of another page; only a dialled line leads to a server.
pub(super) fn hear_of(line: Line, presence: Presence, effects: &mut Vec<Effect>) {
    if line == Line::Dialled {
        effects.push(Effect::Presence(
            DocumentId(presence.document),
            ConnectionId(presence.line),
            Author(presence.account.into()),
            presence.data,
        ));
    }
}
