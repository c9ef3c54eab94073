//! What one line can make a server keep that never comes to anything: over all its documents together.
#![allow(clippy::unwrap_used, reason = "all of this is test")]

use automerge::{
    ActorId, Automerge, ObjType, ReadDoc, ScalarValue,
    sync::{ChunkList, Message, MessageVersion},
    transaction::Transactable,
};
use diaodu_sync::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Hangup, Line, Millis, Stored},
    hub::{Gatekeeper, Hub},
    limits::LINE_WAITING_BYTES_MAX,
};
use diaodu_wire::repo::{DocumentId, Frame, Sync};

const LINE: ConnectionId = ConnectionId(1);
const NOW: Millis = Millis(1_618_558_200_000);
/// More than a line may speak of would be another reason to hang up.
const DOCUMENTS: u8 = 100;

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

fn server() -> Hub {
    let mut hub = Hub::new("server".to_owned(), [3; 32]);
    let author = Author("street".into());
    let connected = Event::Connected(LINE, Line::Accepted, author);
    hub.handle(NOW, connected, &Doorman);
    let join = Frame::Join {
        sender: "page".to_owned(),
        ours: false,
        versions: vec!["1".to_owned()],
    };
    hub.handle(NOW, Event::Frame(LINE, join.encode()), &Doorman);
    hub
}

fn carry(document: DocumentId, data: Vec<u8>) -> Event {
    let sync = Sync {
        sender: "page".to_owned(),
        target: "server".to_owned(),
        document,
        data,
    };
    Event::Frame(LINE, Frame::Sync(sync).encode())
}

fn changes(chunks: Vec<Vec<u8>>) -> Vec<u8> {
    let message = Message {
        heads: Vec::new(),
        need: Vec::new(),
        have: Vec::new(),
        changes: ChunkList::from(chunks),
        flags: None,
        version: MessageVersion::V1,
    };
    message.encode()
}

fn sheet() -> Automerge {
    let mut sheet = Automerge::new().with_actor(ActorId::from([0x11; 16]));
    let mut tx = sheet.transaction();
    tx.put_object(automerge::ROOT, "rows", ObjType::Map)
        .unwrap();
    tx.commit();
    sheet
}

/// A change that builds on one which nobody has seen.
fn orphan(bytes: usize) -> Vec<u8> {
    let mut document = sheet();
    let (_, rows) = document.get(automerge::ROOT, "rows").unwrap().unwrap();
    // Noise, so that it is not deflated to nothing.
    let mut state = 0x2545_f491_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b' ' + (state >> 24) as u8 % 95)
    });
    let noise: String = noise.take(bytes).collect();
    for text in ["never sent".to_owned(), noise] {
        let mut tx = document.transaction();
        tx.put(&rows, "progress", text).unwrap();
        tx.commit();
    }
    let last = document.get_last_local_change().unwrap();
    last.raw_bytes().to_vec()
}

fn is_cut(effects: &[Effect]) -> bool {
    let is_it = |effect: &Effect| matches!(effect, Effect::Hangup(LINE, Hangup::Protocol(_)));
    effects.iter().any(is_it)
}

/// Sends the same to one document after another until the server hangs up; says how many bytes that took.
fn until_cut(hub: &mut Hub, data: &[u8], is_loaded: bool) -> usize {
    let mut sent = 0;
    for number in 0..DOCUMENTS {
        let document = DocumentId([number; 16]);
        if is_loaded {
            hub.handle(NOW, carry(document, changes(Vec::new())), &Doorman);
            let stored = Stored {
                snapshot: sheet().save(),
                ..Stored::default()
            };
            hub.handle(NOW, Event::Loaded(document, stored), &Doorman);
        }
        sent += data.len();
        if is_cut(&hub.handle(NOW, carry(document, data.to_vec()), &Doorman)) {
            return sent;
        }
    }
    panic!("{sent} bytes are kept for a stranger");
}

#[test]
fn changes_that_wait_for_others_are_bounded_over_all_documents_of_a_line() {
    let data = changes(vec![orphan(900_000)]);
    let sent = until_cut(&mut server(), &data, true);
    assert!(sent < 2 * LINE_WAITING_BYTES_MAX, "{sent}");
}

#[test]
fn messages_that_wait_for_documents_to_be_loaded_are_bounded_too() {
    let sent = until_cut(&mut server(), &vec![0x42; 900_000], false);
    let room = LINE_WAITING_BYTES_MAX..LINE_WAITING_BYTES_MAX + 1_000_000;
    assert!(room.contains(&sent), "{sent}");
}
