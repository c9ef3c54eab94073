//! Bodies of changes, sealed with a right checksum so that they get past the first look, and taken in by a hub.

use automerge::{
    ActorId, Automerge, Change, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    sync::{ChunkList, Message, MessageVersion},
    transaction::Transactable,
};
use diaodu_sync::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Line, Millis, Stored},
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::{
    notice::{Notice, Resume},
    repo::{DocumentId, Frame, Sync},
};
use sha2::{Digest, Sha256};

use super::Target;

const SHEET: DocumentId = DocumentId([9; 16]);
const LINE: ConnectionId = ConnectionId(1);
const NOW: Millis = Millis(1_618_558_200_000);

/// Cells named `closed` are nobody's.
struct Doorman;

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
        match cell.path.len() == 2 && cell.key != "closed" {
            true => Ok(()),
            false => Err("closed".to_owned()),
        }
    }
}

/// A hub with one sheet, always the same, and its disk.
pub struct Gate {
    base: Automerge,
    row: ObjId,
    hub: Hub,
    disk: Vec<Vec<u8>>,
}

impl Gate {
    pub fn new() -> Gate {
        let mut base = Automerge::new().with_actor(ActorId::from([0xaa; 16]));
        let mut tx = base.transaction();
        let rows = tx.put_object(ROOT, "rows", ObjType::Map).unwrap();
        let row = tx
            .put_object(&rows, "m07.s-hongying", ObjType::Map)
            .unwrap();
        for key in ["progress", "problem"] {
            tx.put(&row, key, "填过的").unwrap();
        }
        tx.commit();
        let (hub, disk) = (hub(&base), Vec::new());
        Gate {
            base,
            row,
            hub,
            disk,
        }
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut seen = Vec::new();
        let mut todo = self.hub.handle(NOW, event, &Doorman);
        while let Some(effect) = todo.pop() {
            if let Effect::Save(ticket, _, changes) = &effect {
                self.disk
                    .extend(changes.iter().map(|change| change.bytes.to_vec()));
                todo.extend(self.hub.handle(NOW, Event::Saved(*ticket), &Doorman));
            }
            seen.push(effect);
        }
        seen
    }
}

/// A hub that has the sheet, and one line on which it was spoken of.
fn hub(base: &Automerge) -> Hub {
    let stored = Stored {
        snapshot: base.save(),
        actors: vec![(ActorId::from([0xaa; 16]), Author("@server".into()))],
        ..Stored::default()
    };
    let mut hub = Hub::new("server".to_owned(), [3; 32]);
    let line = Event::Connected(LINE, Line::Accepted, Author("street".into()));
    let join = Frame::Join {
        sender: "page".to_owned(),
        ours: true,
        versions: vec!["1".to_owned()],
    };
    for event in [
        line,
        Event::Frame(LINE, join.encode()),
        Event::Frame(LINE, carry(Vec::new())),
        Event::Loaded(SHEET, stored),
    ] {
        hub.handle(NOW, event, &Doorman);
    }
    hub
}

fn carry(chunks: Vec<Vec<u8>>) -> Vec<u8> {
    let message = Message {
        heads: Vec::new(),
        need: Vec::new(),
        have: Vec::new(),
        changes: ChunkList::from(chunks),
        flags: None,
        version: MessageVersion::V1,
    };
    let sync = Sync {
        sender: "page".to_owned(),
        target: "server".to_owned(),
        document: SHEET,
        data: message.encode(),
    };
    Frame::Sync(sync).encode()
}

fn length(mut length: usize, out: &mut Vec<u8>) {
    while length > 0x7f {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
}

/// Makes a change chunk of a body.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut content = vec![1];
    length(body.len(), &mut content);
    content.extend(body);
    let digest = Sha256::digest(&content);
    [&[0x85, 0x6f, 0x4a, 0x83], &digest[..4], &content].concat()
}

/// The body of a change shorter than 16 kB.
fn body(change: &Change) -> Vec<u8> {
    let chunk = change.raw_bytes();
    let start = if chunk[9] & 0x80 == 0 { 10 } else { 11 };
    chunk[start..].to_vec()
}

impl Target for Gate {
    const NAME: &'static str = "gate";
    const MUTANTS: u64 = 3_000;

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        let made = |name: &str, write: &dyn Fn(&mut automerge::transaction::Transaction<'_>)| {
            let mut document = self.base.fork().with_actor(ActorId::from([0x11; 16]));
            let mut tx = document.transaction();
            write(&mut tx);
            let hash = tx.commit().0.unwrap();
            (
                name.to_owned(),
                body(&document.get_change_by_hash(&hash).unwrap()),
            )
        };
        let row = &self.row;
        vec![
            made("put", &|tx| tx.put(row, "progress", "排查52处").unwrap()),
            made("number", &|tx| tx.put(row, "found_week", 52).unwrap()),
            made("delete", &|tx| tx.delete(row, "progress").unwrap()),
            made("two cells", &|tx| {
                tx.put(row, "progress", "甲").unwrap();
                tx.put(row, "owner", "乙").unwrap();
            }),
            made("closed", &|tx| tx.put(row, "closed", 1).unwrap()),
            made("counter", &|tx| {
                tx.put(row, "owner", ScalarValue::counter(1)).unwrap()
            }),
            made("map", &|tx| {
                drop(tx.put_object(row, "owner", ObjType::Map).unwrap())
            }),
            made("text", &|tx| {
                let text = tx.put_object(row, "owner", ObjType::Text).unwrap();
                tx.splice_text(&text, 0, 0, "拼").unwrap();
            }),
        ]
    }

    /// Each input meets the sheet as it was made, unless an earlier one was let pass.
    fn take(&mut self, input: &[u8]) -> String {
        let effects = self.handle(Event::Frame(LINE, carry(vec![sealed(input)])));
        let mut outcome = "let pass or held back".to_owned();
        for effect in effects {
            match effect {
                Effect::Hangup(_, reason) => panic!("{reason:?}: {input:02x?}"),
                Effect::Refused(_, _, refusal) => outcome = refusal.reason,
                Effect::Save(..) => outcome = "let pass".to_owned(),
                _ => {}
            }
        }
        // A page that goes back and begins anew.
        let notice = Notice::Resume(Resume { document: SHEET.0 });
        let (sender, target) = ("page".to_owned(), "server".to_owned());
        let resume = Frame::Diaodu {
            sender,
            target,
            notice,
        };
        self.handle(Event::Frame(LINE, resume.encode()));
        self.handle(Event::Frame(LINE, carry(Vec::new())));
        if outcome == "let pass" {
            self.look();
        }
        outcome
    }

    /// What is on disk loads, and is what is in memory; then the sheet is new again.
    fn look(&mut self) {
        let mut loaded = Automerge::load(&self.base.save()).unwrap();
        let changes = self
            .disk
            .drain(..)
            .map(|bytes| Change::from_bytes(bytes).unwrap());
        loaded.apply_changes(changes.collect::<Vec<_>>()).unwrap();
        let held = self.hub.document(&SHEET).unwrap();
        let (mut on_disk, mut in_memory) = (loaded.get_heads(), held.get_heads());
        on_disk.sort();
        in_memory.sort();
        assert_eq!(on_disk, in_memory);
        Automerge::load(&held.save()).unwrap();
        self.hub = hub(&self.base);
    }
}
