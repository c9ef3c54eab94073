//! What hubs say to each other and to their disks, carried out.

use std::hash::{DefaultHasher, Hash, Hasher};

use diaodu_sync::event::{ConnectionId, Effect, Event, Hangup, Refusal};
use diaodu_wire::repo::DocumentId;

use super::{Happening, Node, World};
use crate::{disk::Work, script::Way};

impl World<'_> {
    pub(super) fn cut(
        &mut self,
        number: usize,
        up_arrives: bool,
        down_arrives: bool,
        heard_ms: i64,
    ) {
        if let Some(line) = self.offices[number].line {
            self.lines[line].cut(up_arrives, down_arrives);
            self.line_dies(line, heard_ms);
        }
    }

    /// Both ends hear of it within twice the time, in either order.
    pub(super) fn line_dies(&mut self, line: usize, heard_ms: i64) {
        for node in [Node::Server, Node::Office(self.lines[line].office)] {
            let after = heard_ms + self.rng.i64(0..=heard_ms);
            self.plan(after, Happening::Gone(line, node));
        }
    }

    pub(super) fn gone(&mut self, line: usize, node: Node) {
        let state = &mut self.lines[line];
        let end = match node {
            Node::Server => &mut state.server_up,
            Node::Office(_) => &mut state.office_up,
        };
        if !std::mem::take(end) {
            return;
        }
        self.tell(node, Event::Disconnected(ConnectionId(line as u64)));
        if let Node::Office(number) = node {
            self.offices[number].line = None;
            let (after, boot) = (self.rng.i64(200..3_000), self.offices[number].machine.boot);
            self.plan(after, Happening::Dial(number, boot));
        }
    }

    pub(super) fn arrive(&mut self, line: usize, way: Way, frame: Vec<u8>) {
        self.under_way -= 1;
        if !self.lines[line].delivers(way) {
            return;
        }
        self.tally.frames += 1;
        let mut hasher = DefaultHasher::new();
        (
            self.tally.fingerprint,
            self.now,
            line,
            way == Way::Up,
            &frame,
        )
            .hash(&mut hasher);
        self.tally.fingerprint = hasher.finish();
        let node = match way {
            Way::Up => Node::Server,
            Way::Down => Node::Office(self.lines[line].office),
        };
        self.tell(node, Event::Frame(ConnectionId(line as u64), frame));
    }

    pub(super) fn tell(&mut self, node: Node, event: Event) {
        let now = self.now;
        let machine = match node {
            Node::Server => &mut self.server,
            Node::Office(number) => &mut self.offices[number].machine,
        };
        let clock = machine.clock(now);
        let Some(hub) = &mut machine.hub else { return };
        let effects = hub.handle(clock, event, &self.porter);
        self.perform(node, effects);
    }

    pub(super) fn perform(&mut self, node: Node, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Load(document) => self.give_disk(node, Work::Load(document)),
                Effect::Save(ticket, document, changes) => {
                    if let Node::Office(number) = node {
                        let key = (number, self.offices[number].machine.boot, ticket);
                        let ours = (0..self.typed.len()).filter(|index| {
                            let typed = &self.typed[*index];
                            typed.office == number
                                && changes.iter().any(|change| change.hash == typed.hash)
                        });
                        self.tickets.insert(key, ours.collect());
                    }
                    if node == Node::Server && self.saboteur.says_saved_too_early(ticket) {
                        let boot = self.server.boot;
                        self.plan(0, Happening::Told(node, boot, Event::Saved(ticket)));
                    }
                    self.give_disk(node, Work::Save(ticket, document, changes));
                }
                Effect::Send(line, frame) => self.send(node, line.0 as usize, frame),
                Effect::Hangup(line, reason) => self.hang_up(node, line.0 as usize, &reason),
                Effect::Changed(..)
                | Effect::Ready(_)
                | Effect::Presence(..)
                | Effect::Received(..)
                | Effect::Rewrite(..) => {}
                Effect::Unsent(document, count) => {
                    if let Node::Office(number) = node {
                        self.unsent.insert((number, document), count);
                        self.check_unsent(number, document, count);
                    }
                }
                Effect::Acknowledged(document, heads) => {
                    self.give_disk(node, Work::Note(document, heads))
                }
                Effect::Damaged(document, text) => self.check_damaged(node, document, &text),
                Effect::Unavailable(document) => self.check_unavailable(node, document),
                Effect::Refused(line, document, refusal) => {
                    self.check_refused(node, line.0 as usize, document, &refusal);
                }
                Effect::Held(document, refusal) => self.held(node, document, &refusal),
            }
        }
    }

    pub(super) fn send(&mut self, node: Node, line: usize, frame: Vec<u8>) {
        let way = match node {
            Node::Server => Way::Down,
            Node::Office(_) => Way::Up,
        };
        let state = &self.lines[line];
        if !(if way == Way::Up {
            state.office_up
        } else {
            state.server_up
        }) {
            return;
        }
        let office = state.office;
        self.check_frame(way, office, &frame);
        let frame = self.saboteur.tamper(way, office, frame);
        let fate = self.lines[line].send(self.now, way, &mut self.rng);
        for at in fate.arrivals {
            self.under_way += 1;
            self.plan_at(at, Happening::Arrive(line, way, frame.clone()));
        }
        if let Some(at) = fate.dies {
            self.line_dies(line, at - self.now);
        }
    }

    /// The hub closes its end; the other end gets what was sent before, then hears of it.
    pub(super) fn hang_up(&mut self, node: Node, line: usize, reason: &Hangup) {
        self.tally.hangups += 1;
        self.check_hangup(node, line, reason);
        let office = Node::Office(self.lines[line].office);
        let (near, far) = if node == Node::Server {
            (Node::Server, office)
        } else {
            (office, Node::Server)
        };
        self.plan(0, Happening::Gone(line, near));
        // 6 seconds: after the latest frame that a script delays.
        let heard = self.rng.i64(100..6_000);
        self.plan(heard, Happening::Gone(line, far));
    }

    /// A refused office of these days has done nothing wrong: its person reloads the page.
    pub(super) fn held(&mut self, node: Node, document: DocumentId, refusal: &Refusal) {
        let Node::Office(number) = node else { return };
        let line = self.offices[number].line.unwrap_or(usize::MAX);
        self.check_refused(node, line, document, refusal);
        self.crash_tab(number, 500);
    }

    pub(super) fn give_disk(&mut self, node: Node, work: Work) {
        self.under_way += 1;
        let now = self.now;
        let lasts = self.rng.i64(0..12);
        let machine = self.machine(node);
        machine.disk.begin(work);
        machine.disk_free_at =
            machine.disk_free_at.max(now) + lasts + i64::from(machine.disk.slower_ms);
        let (at, boot) = (machine.disk_free_at, machine.boot);
        self.plan_at(at, Happening::Disk(node, boot));
    }

    pub(super) fn disk_done(&mut self, node: Node, boot: u32) {
        if !self.runs(node, boot) {
            return;
        }
        self.under_way -= 1;
        let Some(event) = self.machine(node).disk.finish() else {
            return;
        };
        match (&event, node) {
            (Event::Saved(ticket), Node::Office(number)) => {
                for index in self
                    .tickets
                    .remove(&(number, boot, *ticket))
                    .unwrap_or_default()
                {
                    self.typed[index].saved = true;
                }
            }
            (Event::SaveFailed(_), _) => self.tally.full += 1,
            _ => {}
        }
        if !(node == Node::Server && self.saboteur.has_said(&event)) {
            self.tell(node, event);
        }
    }
}
