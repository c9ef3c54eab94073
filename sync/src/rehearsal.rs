//! Hubs that talk to each other in memory, for the tests of this crate.

use std::collections::{BTreeMap, VecDeque};

use automerge::{Automerge, ChangeHash, ReadDoc, ScalarValue, transaction::Transactable};
use diaodu_wire::{
    notice::{Place, Received},
    repo::{DocumentId, Frame},
};

use crate::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Line, Millis, SavedChange, Stored},
    hub::{Gatekeeper, Hub},
};

pub const DOCUMENT: DocumentId = DocumentId([7; 16]);
const NOW: Millis = Millis(1_618_558_200_000);

/// Lets everything pass but cells named `closed` and `barred`.
pub struct Doorman;

impl Gatekeeper for Doorman {
    fn may_read(&self, _: &Author, _: &DocumentId) -> bool {
        true
    }

    fn judge(
        &self,
        _: &Author,
        _: &DocumentId,
        _: &Automerge,
        cell: &CellAddress,
        _: Option<&ScalarValue>,
    ) -> Result<(), String> {
        if matches!(cell.key.as_str(), "closed" | "barred") {
            Err(cell.key.clone())
        } else {
            Ok(())
        }
    }

    fn unit(&self, author: &Author) -> String {
        format!("unit of {}", author.0)
    }
}

/// A hub with its disk.
pub struct Desk {
    pub hub: Hub,
    /// What its clock says.
    pub now: Millis,
    pub author: Author,
    pub disk: Vec<SavedChange>,
    pub outbox: VecDeque<(ConnectionId, Vec<u8>)>,
    pub seen: Vec<String>,
    pub repaints: usize,
    pub disk_holds: bool,
    /// A whole-document chunk under `disk`.
    pub snapshot: Vec<u8>,
    /// What the server acknowledged last.
    pub heads: Vec<ChangeHash>,
    /// What was refused, in order; a page heals at once.
    pub drafts: Vec<String>,
    /// What the server has said of received changes.
    pub receipts: Vec<Received>,
    held_saves: Vec<(crate::event::SaveTicket, Vec<SavedChange>)>,
}

impl Desk {
    pub fn new(name: &str, seed: u8) -> Self {
        Desk {
            hub: Hub::new(name.to_owned(), [seed; 32]),
            now: NOW,
            author: Author(name.into()),
            disk: Vec::new(),
            outbox: VecDeque::new(),
            seen: Vec::new(),
            receipts: Vec::new(),
            repaints: 0,
            disk_holds: false,
            snapshot: Vec::new(),
            heads: Vec::new(),
            drafts: Vec::new(),
            held_saves: Vec::new(),
        }
    }

    pub fn handle(&mut self, event: Event) {
        let effects = self.hub.handle(self.now, event, &Doorman);
        self.perform(effects);
    }

    pub fn put(&mut self, key: &str, value: &str) {
        let author = self.author.clone();
        let written = self.hub.change(NOW, DOCUMENT, &author, |tx| {
            let (_, rows) = tx
                .get(automerge::ROOT, "rows")?
                .expect("made by the server");
            let (_, row) = tx.get(&rows, "m01.u")?.expect("made by the server");
            tx.put(&row, key, value)
        });
        self.perform(written.expect("open").1);
    }

    pub fn get(&self, key: &str) -> Vec<String> {
        let document = self.hub.document(&DOCUMENT).expect("open");
        let Some((_, rows)) = document.get(automerge::ROOT, "rows").expect("readable") else {
            return Vec::new();
        };
        let (_, row) = document
            .get(&rows, "m01.u")
            .expect("readable")
            .expect("made by the server");
        let all = document.get_all(&row, key).expect("readable");
        all.iter()
            .map(|(value, _)| value.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub fn release_disk(&mut self) {
        self.disk_holds = false;
        for (ticket, batch) in std::mem::take(&mut self.held_saves) {
            self.disk.extend(batch);
            self.handle(Event::Saved(ticket));
        }
    }

    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Load(id) => {
                    let stored = Stored {
                        snapshot: self.snapshot.clone(),
                        changes: self
                            .disk
                            .iter()
                            .map(|change| change.bytes.to_vec())
                            .collect(),
                        actors: self
                            .disk
                            .iter()
                            .map(|c| (c.actor.clone(), c.author.clone()))
                            .collect(),
                        ..Stored::default()
                    };
                    self.handle(Event::Loaded(id, stored));
                }
                Effect::Save(ticket, _, batch) if self.disk_holds => {
                    self.held_saves.push((ticket, batch))
                }
                Effect::Save(ticket, _, batch) => {
                    self.disk.extend(batch);
                    self.handle(Event::Saved(ticket));
                }
                Effect::Send(connection, bytes) => self.outbox.push_back((connection, bytes)),
                Effect::Hangup(_, reason) => self.seen.push(format!("hangup {reason:?}")),
                Effect::Refused(_, _, refusal) => {
                    self.seen.push(format!("refused {}", refusal.reason))
                }
                Effect::Held(id, refusal) => {
                    self.seen.push(format!("held {}", refusal.reason));
                    let author = self.author.clone();
                    let healed = self.hub.heal(NOW, id, &author, |_, _| true);
                    let (drafts, effects) = healed.expect("the document goes back");
                    self.drafts.extend(drafts.into_iter().map(|(cell, value)| {
                        let value = value.and_then(|value| value.as_str().map(str::to_owned));
                        format!("{}={}", cell.key, value.unwrap_or_default())
                    }));
                    self.perform(effects);
                }
                Effect::Rewrite(_, whole) => {
                    self.snapshot = whole;
                    self.disk.clear();
                }
                Effect::Unsent(_, count) => self.seen.push(format!("unsent {count}")),
                Effect::Ready(_) => self.seen.push("ready".to_owned()),
                Effect::Unavailable(_) => self.seen.push("unavailable".to_owned()),
                Effect::Presence(_, line, author, data) => {
                    let said = Place::decode(&data).map_or("gone".to_owned(), |place| place.row);
                    self.seen.push(format!("{} on {} {said}", author.0, line.0));
                }
                Effect::Received(_, received) => self.receipts.push(received),
                Effect::Changed(_, _, patches) => self.repaints += patches.len(),
                Effect::Acknowledged(_, heads) => self.heads = heads,
                Effect::Damaged(..) => {}
            }
        }
    }
}

/// A server and some pages.
pub struct Office {
    pub server: Desk,
    pub pages: BTreeMap<u64, Desk>,
}

impl Office {
    /// A server with one sheet, and pages that have it open.
    pub fn with_pages(count: u64) -> Self {
        let mut server = Desk::new("server", 255);
        let author = server.author.clone();
        let made = server.hub.create(NOW, DOCUMENT, &author, |tx| {
            let rows = tx.put_object(automerge::ROOT, "rows", automerge::ObjType::Map)?;
            tx.put_object(&rows, "m01.u", automerge::ObjType::Map)
        });
        server.perform(made.expect("made").1);
        let mut office = Office {
            server,
            pages: BTreeMap::new(),
        };
        for number in 0..count {
            office.pages.insert(
                number,
                Desk::new(&format!("page{number}"), number as u8 + 1),
            );
            office.dial(number);
        }
        office.pump();
        office
    }

    pub fn dial(&mut self, number: u64) {
        let page = self.pages.get_mut(&number).expect("there");
        page.handle(Event::Open(DOCUMENT));
        page.handle(Event::Connected(
            ConnectionId(number),
            Line::Dialled,
            Author("server".into()),
        ));
        self.server.handle(Event::Connected(
            ConnectionId(number),
            Line::Accepted,
            page.author.clone(),
        ));
    }

    /// A page whose hub the server takes for a stock client.
    pub fn dial_as_stranger(&mut self, number: u64) {
        self.pages.insert(
            number,
            Desk::new(&format!("stranger{number}"), number as u8 + 1),
        );
        self.dial(number);
        let page = self.pages.get_mut(&number).expect("there");
        for (_, bytes) in &mut page.outbox {
            let mut frame = Frame::decode(bytes).expect("its own");
            if let Frame::Join { ours, .. } = &mut frame {
                *ours = false;
            }
            *bytes = frame.encode();
        }
        self.pump();
    }

    /// What the pages said reaches the server, and nothing comes back yet.
    pub fn hear_pages(&mut self) {
        for (number, page) in &mut self.pages {
            while let Some((_, bytes)) = page.outbox.pop_front() {
                self.server
                    .handle(Event::Frame(ConnectionId(*number), bytes));
            }
        }
    }

    /// A person goes to a row.
    pub fn be_in(&mut self, number: u64, row: Option<&str>) {
        let page = self.pages.get_mut(&number).expect("there");
        let place = row.map(|row| Place {
            row: row.to_owned(),
            column: "progress".to_owned(),
            ..Place::default()
        });
        let effects = page.hub.be_in(DOCUMENT, &Place::encode(place.as_ref()));
        page.perform(effects);
        self.pump();
    }

    pub fn cut(&mut self, number: u64) {
        self.server
            .handle(Event::Disconnected(ConnectionId(number)));
        self.pages
            .get_mut(&number)
            .expect("there")
            .handle(Event::Disconnected(ConnectionId(number)));
        self.pages.get_mut(&number).expect("there").outbox.clear();
        self.server
            .outbox
            .retain(|(connection, _)| connection.0 != number);
    }

    /// Carries frames until nobody speaks.
    ///
    /// Result: how many there were on line 0.
    pub fn pump(&mut self) -> usize {
        let mut frames = 0;
        for _ in 0..10_000 {
            let mut quiet = true;
            for (number, page) in &mut self.pages {
                while let Some((_, bytes)) = page.outbox.pop_front() {
                    quiet = false;
                    frames += usize::from(*number == 0);
                    self.server
                        .handle(Event::Frame(ConnectionId(*number), bytes));
                }
            }
            while let Some((connection, bytes)) = self.server.outbox.pop_front() {
                quiet = false;
                frames += usize::from(connection.0 == 0);
                if let Some(page) = self.pages.get_mut(&connection.0) {
                    page.handle(Event::Frame(connection, bytes));
                }
            }
            if quiet {
                return frames;
            }
        }
        panic!("they never stop talking");
    }
}
