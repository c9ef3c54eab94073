//! What a deflated bomb costs: measured by counting what is allocated while it is refused.
#![allow(clippy::unwrap_used, reason = "all of this is test")]

use std::io::Write as _;

use automerge::{
    Automerge, ObjType, ScalarValue,
    sync::{ChunkList, Message, MessageVersion},
    transaction::Transactable,
};
use diaodu_sync::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Line, Millis, Stored},
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::repo::{DocumentId, Frame, Sync};

const SHEET: DocumentId = DocumentId([9; 16]);
const LINE: ConnectionId = ConnectionId(1);
const NOW: Millis = Millis(1_618_558_200_000);
/// 1 MB on top of what was sent.
const COST_BYTES_MAX: u64 = 1_000_000;

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
        _: &CellAddress,
        _: Option<&ScalarValue>,
    ) -> Result<(), String> {
        Ok(())
    }
}

/// A server with a sheet and one line on which it was spoken of.
fn server() -> Hub {
    let mut sheet = Automerge::new();
    let mut tx = sheet.transaction();
    tx.put_object(automerge::ROOT, "rows", ObjType::Map)
        .unwrap();
    tx.commit();
    let stored = Stored {
        snapshot: sheet.save(),
        ..Stored::default()
    };
    let mut hub = Hub::new("server".to_owned(), [3; 32]);
    hub.handle(
        NOW,
        Event::Connected(LINE, Line::Accepted, Author("street".into())),
        &Doorman,
    );
    let join = Frame::Join {
        sender: "page".to_owned(),
        ours: true,
        versions: vec!["1".to_owned()],
    };
    hub.handle(NOW, Event::Frame(LINE, join.encode()), &Doorman);
    hub.handle(NOW, Event::Frame(LINE, carry(Vec::new())), &Doorman);
    hub.handle(NOW, Event::Loaded(SHEET, stored), &Doorman);
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

/// A chunk that says it is a deflated change, and inflates to so many bytes.
fn bomb(inflated: usize) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..inflated / (1 << 16) {
        encoder.write_all(&[0; 1 << 16]).unwrap();
    }
    let body = encoder.finish().unwrap();
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 1, 2, 3, 4, 2];
    let mut length = body.len();
    while length > 0x7f {
        chunk.push(length as u8 | 0x80);
        length >>= 7;
    }
    chunk.push(length as u8);
    chunk.extend(body);
    chunk
}

#[test]
fn a_deflated_bomb_costs_at_most_a_megabyte() {
    for inflated in [2 << 20, 64 << 20, 256 << 20] {
        let mut hub = server();
        let frame = carry(vec![bomb(inflated)]);
        let sent = frame.len() as u64;
        let mut effects = Vec::new();
        let cost = allocation_counter::measure(|| {
            effects = hub.handle(NOW, Event::Frame(LINE, frame), &Doorman);
        });
        let is_refused = |effect: &Effect| matches!(effect, Effect::Refused(_, _, refusal) if refusal.reason == "too-large");
        assert!(effects.iter().any(is_refused), "{effects:?}");
        // The frame, the message in it and its chunks are each held once.
        let allowed = 4 * sent + COST_BYTES_MAX;
        println!("{inflated} bytes in {sent}: {} at most", cost.bytes_max);
        assert!(cost.bytes_max <= allowed, "{cost:?} for {sent} bytes sent");
    }
}
