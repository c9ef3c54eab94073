//! One hostile change for each rule of the gate: refused, nothing lost, everybody else goes on.

use std::io::Write as _;

use automerge::{
    ActorId, Automerge, Change, ExpandedChange, ReadDoc, ScalarValue, legacy, sync::Message,
};
use diaodu_sync::{
    event::{ConnectionId, Event},
    limits::{
        CHANGE_BYTES_MAX, CHANGE_DEPENDENCIES_MAX, CHANGE_OPERATIONS_MAX, MESSAGE_CHANGES_MAX,
    },
};

use crate::desk::{ROW, Server, row, sheet, write};

/// An honest change, to be spoiled.
struct Craft {
    document: Automerge,
    expanded: ExpandedChange,
}

fn craft() -> Craft {
    let mut document = sheet().with_actor(ActorId::from([0x11; 16]));
    let change = write(&mut document, "progress", "排查52处");
    Craft {
        document,
        expanded: change.decode(),
    }
}

/// Sends the chunks on a fresh server and checks that nothing of it is applied and all goes on.
fn check_refused(name: &str, chunks: Vec<Vec<u8>>) {
    let mut server = Server::new();
    let connection = server.connect(1, "hostile");
    server.send_changes(connection, Vec::new(), Vec::new());
    let before = server.heads();
    server.send_changes(connection, Vec::new(), chunks);
    let is_stopped =
        !server.refused.is_empty() || server.hung_up.iter().any(|(c, _)| *c == connection);
    assert!(is_stopped, "{name} is not refused");
    check_goes_on(name, &mut server, &before);
}

/// Somebody else writes honestly; the document survives a restart.
fn check_goes_on(name: &str, server: &mut Server, before: &[automerge::ChangeHash]) {
    let mut honest = sheet().with_actor(ActorId::from([0x22; 16]));
    let change = write(&mut honest, "problem", "照常");
    let other = server.connect(2, "honest");
    server.send_changes(other, Vec::new(), Vec::new());
    assert_eq!(server.heads(), before, "{name} changes something");
    server.send_changes(
        other,
        vec![change.hash()],
        vec![change.raw_bytes().to_vec()],
    );
    assert_eq!(server.heads(), [change.hash()], "{name} hinders others");
    assert_eq!(
        server.reopened().get_heads(),
        [change.hash()],
        "{name} damages the document"
    );
    assert!(
        !server
            .hung_up
            .iter()
            .any(|(connection, _)| *connection == other),
        "{name} costs others their line"
    );
}

fn check_spoiled(name: &str, spoil: impl FnOnce(&mut ExpandedChange)) {
    let mut expanded = craft().expanded;
    spoil(&mut expanded);
    check_refused(name, vec![Change::from(expanded).raw_bytes().to_vec()]);
}

fn op_id(counter: u64, actor: u8) -> legacy::OpId {
    legacy::OpId::new(counter, &ActorId::from([actor; 16]))
}

#[test]
fn an_honest_change_passes() {
    let mut server = Server::new();
    let connection = server.connect(1, "honest");
    let change = Change::from(craft().expanded);
    server.send_changes(
        connection,
        vec![change.hash()],
        vec![change.raw_bytes().to_vec()],
    );
    assert_eq!(
        (server.refused.len(), server.heads()),
        (0, vec![change.hash()])
    );
}

#[test]
fn an_honest_deflated_change_passes() {
    let mut document = sheet().with_actor(ActorId::from([0x11; 16]));
    let mut change = write(&mut document, "progress", &"排查房屋52处，".repeat(200));
    let (hash, deflated) = (change.hash(), change.bytes().into_owned());
    assert_eq!(deflated[8], 2, "automerge deflates it");
    let mut server = Server::new();
    let connection = server.connect(1, "honest");
    server.send_changes(connection, vec![hash], vec![deflated]);
    assert_eq!((server.refused.len(), server.heads()), (0, vec![hash]));
    assert_eq!(server.reopened().get_heads(), [hash]);
}

#[test]
fn two_branches_of_one_actor_are_refused() {
    let document = sheet().with_actor(ActorId::from([0x11; 16]));
    let (mut left, mut right) = (document.fork(), document.fork());
    left.set_actor(ActorId::from([0x11; 16]));
    right.set_actor(ActorId::from([0x12; 16]));
    let first = write(&mut left, "progress", "左");
    let other = write(&mut right, "problem", "右");
    for deps in [document.get_heads(), vec![other.hash()]] {
        let mut second = write(
            &mut left.fork().with_actor(ActorId::from([0x11; 16])),
            "owner",
            "张三",
        )
        .decode();
        second.start_op = (if deps == document.get_heads() {
            first.start_op().get()
        } else {
            other.max_op() + 1
        })
        .try_into()
        .unwrap();
        second.deps = deps;
        let second = Change::from(second);
        let mut server = Server::new();
        let connection = server.connect(1, "hostile");
        let chunks = [&first, &other]
            .map(|change| change.raw_bytes().to_vec())
            .to_vec();
        server.send_changes(connection, Vec::new(), chunks);
        assert_eq!((server.refused.len(), server.heads().len()), (0, 2));
        server.send_changes(connection, Vec::new(), vec![second.raw_bytes().to_vec()]);
        assert_eq!((server.refused.len(), server.heads().len()), (1, 2));
    }
}

#[test]
fn places_that_are_no_cells_are_refused() {
    check_spoiled("an unknown object", |change| {
        change.operations[0].obj = legacy::ObjectId::Id(op_id(1, 0x99))
    });
    check_spoiled("the root", |change| {
        change.operations[0].obj = legacy::ObjectId::Root
    });
    check_spoiled("a sequence key", |change| {
        change.operations[0].key = legacy::Key::Seq(legacy::ElementId::Head)
    });
    check_spoiled("an insertion", |change| change.operations[0].insert = true);
    let rows = {
        let document = sheet();
        let (_, rows) = document.get(automerge::ROOT, "rows").unwrap().unwrap();
        let automerge::ObjId::Id(counter, actor, _) = rows else {
            panic!("rows is an object")
        };
        legacy::OpId::new(counter, &actor)
    };
    check_spoiled("a row put over", |change| {
        change.operations[0].obj = legacy::ObjectId::Id(rows);
        change.operations[0].key = legacy::Key::Map("m99".into());
    });
}

#[test]
fn operations_other_than_put_and_delete_are_refused() {
    use automerge::{ObjType, legacy::OpType};
    check_spoiled("a new map", |change| {
        change.operations[0].action = OpType::Make(ObjType::Map)
    });
    check_spoiled("a new text", |change| {
        change.operations[0].action = OpType::Make(ObjType::Text)
    });
    check_spoiled("an increment", |change| {
        change.operations[0].action = OpType::Increment(1)
    });
    check_spoiled("a counter", |change| {
        change.operations[0].action = OpType::Put(ScalarValue::counter(1))
    });
    check_spoiled("a delete of nothing", |change| {
        change.operations[0].action = OpType::Delete
    });
    check_spoiled("two operations on one cell", |change| {
        let again = change.operations[0].clone();
        change.operations.push(again);
    });
    check_spoiled("a huge text", |change| {
        change.operations[0].action = OpType::Put(ScalarValue::Str("长".repeat(500_000).into()));
    });
}

#[test]
fn predecessors_that_the_author_did_not_see_are_refused() {
    check_spoiled("a predecessor that does not exist", |change| {
        change.operations[0].pred = vec![op_id(3, 0x33)].into();
    });
    check_spoiled("a predecessor of another cell", |change| {
        change.operations[0].pred = vec![op_id(1, 0xaa)].into();
    });
    let mut craft = craft();
    let second = write(&mut craft.document, "progress", "改");
    let mut expanded = second.decode();
    expanded.operations[0].pred = Vec::new().into();
    let chunks = vec![
        Change::from(craft.expanded).raw_bytes().to_vec(),
        Change::from(expanded).raw_bytes().to_vec(),
    ];
    // The first of the two is honest, so it may stay; the second must not.
    let mut server = Server::new();
    let connection = server.connect(1, "hostile");
    server.send_changes(connection, Vec::new(), chunks);
    assert_eq!(server.refused.len(), 1);
    assert!(!server.heads().contains(&second.hash()));
    server.reopened();
}

#[test]
fn counters_and_sequences_that_do_not_follow_are_refused() {
    check_spoiled("a reused counter", |change| {
        change.start_op = 1.try_into().unwrap()
    });
    check_spoiled("a counter far ahead", |change| {
        change.start_op = (u64::from(u32::MAX) - 1).try_into().unwrap()
    });
    check_spoiled("a sequence gap", |change| change.seq = 2);
    check_spoiled("sequence zero", |change| change.seq = 0);
    check_spoiled("the server's actor", |change| {
        change.actor_id = ActorId::from([0xaa; 16]);
        change.seq = 2;
    });
}

#[test]
fn a_colleagues_actor_is_refused() {
    let Craft {
        mut document,
        expanded,
    } = craft();
    let mut server = Server::new();
    let (victim, thief) = (server.connect(5, "victim"), server.connect(6, "thief"));
    let first = Change::from(expanded);
    server.send_changes(victim, vec![first.hash()], vec![first.raw_bytes().to_vec()]);
    let forged = write(&mut document, "progress", "冒名");
    server.send_changes(
        thief,
        vec![forged.hash()],
        vec![forged.raw_bytes().to_vec()],
    );
    assert_eq!(
        (server.refused.len(), server.heads()),
        (1, vec![first.hash()])
    );
    server.send_changes(
        victim,
        vec![forged.hash()],
        vec![forged.raw_bytes().to_vec()],
    );
    assert_eq!(server.heads(), [forged.hash()], "the owner goes on");
}

#[test]
fn chunks_that_are_not_one_honest_change_each_are_refused() {
    let honest = Change::from(craft().expanded).raw_bytes().to_vec();
    check_refused("a whole document", vec![craft().document.save()]);
    check_refused("half a chunk", vec![honest[..honest.len() / 2].to_vec()]);
    check_refused("a document behind a split", {
        let document = craft().document.save();
        let (one, two) = document.split_at(20);
        vec![one.to_vec(), two.to_vec()]
    });
    check_refused("an unknown type", {
        let mut chunk = honest.clone();
        chunk[8] = 3;
        vec![chunk]
    });
    check_refused("a wrong checksum", {
        let mut chunk = honest.clone();
        chunk[4] ^= 1;
        vec![chunk]
    });
    check_refused("a deflate bomb", {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..256 {
            encoder.write_all(&[0; 1 << 18]).unwrap();
        }
        let body = encoder.finish().unwrap();
        let mut chunk = honest[..8].to_vec();
        chunk.push(2);
        let mut length = body.len();
        while length > 0x7f {
            chunk.push(length as u8 | 0x80);
            length >>= 7;
        }
        chunk.push(length as u8);
        chunk.extend(body);
        vec![chunk]
    });
}

/// Two changes of one actor in a row, the second into a cell that is closed.
fn honest_then_forbidden() -> (Change, Change) {
    let mut document = sheet().with_actor(ActorId::from([0x11; 16]));
    let honest = write(&mut document, "progress", "排查52处");
    (honest, write(&mut document, "closed", "不许"))
}

#[test]
fn entries_split_and_joined_are_judged_change_by_change() {
    let (honest, forbidden) = honest_then_forbidden();
    let (first, second) = (honest.raw_bytes(), forbidden.raw_bytes());
    let (half, rest) = first.split_at(first.len() / 2);
    let (forbidden_half, forbidden_rest) = second.split_at(20);
    let joined = [first, second].concat();
    let ways: [Vec<Vec<u8>>; 4] = [
        vec![joined.clone()],
        vec![half.to_vec(), rest.to_vec(), second.to_vec()],
        vec![
            first.to_vec(),
            forbidden_half.to_vec(),
            forbidden_rest.to_vec(),
        ],
        vec![half.to_vec(), [rest, second].concat()],
    ];
    for chunks in ways {
        let mut server = Server::new();
        let connection = server.connect(1, "hostile");
        server.send_changes(connection, vec![forbidden.hash()], chunks);
        assert_eq!(server.heads(), [honest.hash()], "the honest one alone");
        let reasons: Vec<_> = server
            .refused
            .iter()
            .map(|(_, refusal)| &refusal.reason)
            .collect();
        assert_eq!(reasons, ["closed"]);
        assert_eq!(server.reopened().get_heads(), [honest.hash()]);
    }
    // Whoever sends half of a change has sent none.
    check_refused("the first half of a split change", vec![half.to_vec()]);
}

/// Sends the chunks behind what a server has taken already; returns the reasons.
fn reasons_behind(honest: &[Change], chunks: Vec<Vec<u8>>) -> Vec<String> {
    let mut server = Server::new();
    let connection = server.connect(1, "hostile");
    server.send_changes(connection, Vec::new(), Vec::new());
    let bytes = honest.iter().map(|change| change.raw_bytes().to_vec());
    server.send_changes(connection, Vec::new(), bytes.collect());
    assert_eq!(server.refused, [], "what is honest passes");
    let before = server.heads();
    server.send_changes(connection, Vec::new(), chunks);
    assert_eq!(server.heads(), before, "nothing of it is applied");
    let reasons = server
        .refused
        .iter()
        .map(|(_, refusal)| refusal.reason.clone());
    reasons.collect()
}

#[test]
fn what_is_too_much_is_refused_and_the_bound_itself_is_not() {
    let with_operations = |count: usize| {
        let mut expanded = craft().expanded;
        let model = expanded.operations[0].clone();
        expanded.operations = (0..count)
            .map(|number| legacy::Op {
                key: format!("k{number}").into(),
                ..model.clone()
            })
            .collect();
        Change::from(expanded)
    };
    let most = with_operations(CHANGE_OPERATIONS_MAX);
    assert_eq!(reasons_behind(&[most], Vec::new()), [""; 0]);
    let more = with_operations(CHANGE_OPERATIONS_MAX + 1);
    let chunk = more.raw_bytes().to_vec();
    assert!(
        chunk.len() < CHANGE_BYTES_MAX,
        "bytes are not what is too much"
    );
    assert_eq!(reasons_behind(&[], vec![chunk]), ["too-large"]);

    // So many wrote at the same time, and one joins them all.
    let joining = |count: usize| {
        let mut joined = sheet().with_actor(ActorId::from([0x11; 16]));
        let at_once: Vec<Change> = (0..count)
            .map(|number| {
                let actor = ActorId::from([0x30 + number as u8; 16]);
                write(&mut sheet().with_actor(actor), "progress", "同时")
            })
            .collect();
        joined.apply_changes(at_once.clone()).unwrap();
        let join = write(&mut joined, "problem", "之后");
        assert_eq!(join.deps().len(), count);
        (at_once, join)
    };
    let (mut at_once, join) = joining(CHANGE_DEPENDENCIES_MAX);
    at_once.push(join);
    assert_eq!(reasons_behind(&at_once, Vec::new()), [""; 0]);
    let (at_once, join) = joining(CHANGE_DEPENDENCIES_MAX + 1);
    let chunk = join.raw_bytes().to_vec();
    assert_eq!(reasons_behind(&at_once, vec![chunk]), ["too-large"]);

    let honest = Change::from(craft().expanded).raw_bytes().to_vec();
    let many = vec![honest; MESSAGE_CHANGES_MAX + 1];
    assert_eq!(reasons_behind(&[], many), ["too-large"]);
}

#[test]
fn changes_without_their_dependencies_are_never_stored() {
    let mut server = Server::new();
    let connection = server.connect(1, "hostile");
    server.send_changes(connection, Vec::new(), Vec::new());
    let before = server.heads();
    let Craft { mut document, .. } = craft();
    let orphans = (0..3_000)
        .map(|n| {
            write(&mut document, "progress", &n.to_string())
                .raw_bytes()
                .to_vec()
        })
        .collect();
    server.send_changes(connection, Vec::new(), orphans);
    assert!(server.stored[&crate::desk::SHEET].changes.is_empty());
    check_goes_on("an orphan", &mut server, &before);
}

#[test]
fn filters_that_would_kill_automerge_are_refused() {
    // entries, bits per entry, probes; the bits follow.
    for filter in [
        &[5, 0, 7][..],
        &[1, 0, 0],
        &[1, 8, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xff],
    ] {
        let mut server = Server::new();
        let connection = server.connect(1, "hostile");
        let mut data = vec![0x42, 1];
        data.extend([0x55; 32]);
        data.extend([0, 1, 0, filter.len() as u8]);
        data.extend(filter);
        data.push(0);
        assert!(Message::decode(&data).is_ok(), "automerge parses it");
        server.send(connection, data);
        let before = server.heads();
        let before = if before.is_empty() {
            sheet().get_heads()
        } else {
            before
        };
        check_goes_on("a filter", &mut server, &before);
    }
}

#[test]
fn garbage_ends_the_line_and_nothing_else() {
    for garbage in [
        Vec::new(),
        vec![0xff; 64],
        vec![0xbf],
        vec![0xa1, 0x64, b't', b'y', b'p', b'e', 0x00],
        vec![0x9f; 5_000],
    ] {
        let mut server = Server::new();
        let connection = server.connect(1, "hostile");
        server.send_changes(connection, Vec::new(), Vec::new());
        let before = server.heads();
        server.tell(Event::Frame(connection, garbage));
        assert_eq!(server.hung_up.len(), 1);
        check_goes_on("garbage", &mut server, &before);
    }
    let mut server = Server::new();
    let connection = server.connect(1, "hostile");
    server.send(
        connection,
        vec![0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    );
    check_goes_on("a broken sync message", &mut server, &sheet().get_heads());
    server.tell(Event::Frame(ConnectionId(99), vec![1, 2, 3]));
    let _ = row(&sheet(), ROW);
}
