//! Thousands of damaged changes and messages: none panics, none is stored that cannot be loaded again.

use automerge::{
    ActorId, Automerge, Change,
    sync::{Message, MessageVersion, State, SyncDoc},
};
use diaodu_sync::event::Hangup;
use sha2::{Digest, Sha256};

use crate::desk::{Rng, Server, sheet, write};

const CHANGES: u64 = 20_000;
const MESSAGES: u64 = 4_000;

/// Turns some bytes, takes some out, puts some in.
fn mutate(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=rng.below(3) {
        let at = rng.below(bytes.len());
        match rng.below(6) {
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = rng.next() as u8,
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][rng.below(5)],
            4 if bytes.len() > 1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, rng.next() as u8),
        }
    }
    bytes
}

/// Makes a change chunk with a right checksum, so that a mutant gets past the first look.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut content = vec![1];
    let mut length = body.len();
    while length > 0x7f {
        content.push(length as u8 | 0x80);
        length >>= 7;
    }
    content.push(length as u8);
    content.extend(body);
    let digest = Sha256::digest(&content);
    [&[0x85, 0x6f, 0x4a, 0x83], &digest[..4], &content].concat()
}

/// The body of a chunk shorter than 16 kB.
fn body(chunk: &[u8]) -> &[u8] {
    if chunk[9] & 0x80 == 0 {
        &chunk[10..]
    } else {
        &chunk[11..]
    }
}

/// A sheet with some history, and honest changes that could come next.
fn history() -> (Automerge, Vec<Change>) {
    let mut base = sheet();
    for (number, actor) in (0..30).zip([0x21, 0x22, 0x23].into_iter().cycle()) {
        base.set_actor(ActorId::from([actor; 16]));
        write(
            &mut base,
            ["progress", "problem", "remark"][number % 3],
            &format!("第{number}次"),
        );
    }
    let mut next = base.fork().with_actor(ActorId::from([0x31; 16]));
    let changes = (0..6)
        .map(|n| write(&mut next, ["progress", "owner"][n % 2], &format!("续{n}")))
        .collect();
    (base, changes)
}

#[test]
fn mutated_changes_neither_panic_nor_damage_the_document() {
    let (base, honest) = history();
    let mut rng = Rng(20_210_416);
    let (mut accepted, mut refused, mut faults) = (0, 0, 0);
    for round in 0..CHANGES / 200 {
        let mut server = Server::with(&base);
        for line in 0..200 {
            // The first change of the file stands alone; later ones come with those before them.
            let pick = rng.below(honest.len());
            let mut chunks: Vec<Vec<u8>> = honest[..pick]
                .iter()
                .map(|change| change.raw_bytes().to_vec())
                .collect();
            chunks.push(sealed(&mutate(body(honest[pick].raw_bytes()), &mut rng)));
            // One account for all: so that mutants of the same actor meet each other.
            let connection = server.connect(line, "hostile");
            let before = server.heads();
            server.send_changes(connection, Vec::new(), chunks);
            accepted += usize::from(server.heads() != before);
        }
        refused += server.refused.len();
        faults += server
            .hung_up
            .iter()
            .filter(|(_, why)| *why == Hangup::Fault)
            .count();
        let reopened = server.reopened();
        let mut heads = reopened.get_heads();
        heads.sort();
        assert_eq!(heads, server.heads(), "round {round}");
        let mut honest_again = reopened.fork().with_actor(ActorId::from([0x41; 16]));
        write(&mut honest_again, "progress", "之后");
    }
    assert!(
        accepted > 0 && refused > CHANGES as usize / 2,
        "{accepted} accepted, {refused} refused"
    );
    assert_eq!(
        faults, 0,
        "a panic behind the gate costs everybody their lines"
    );
}

#[test]
fn mutated_messages_cost_at_most_the_line() {
    let (base, honest) = history();
    let mut client = base.fork().with_actor(ActorId::from([0x51; 16]));
    let mut state = State::new();
    let hello = client.generate_sync_message(&mut state).unwrap().encode();
    let change = write(&mut client, "owner", "张三");
    let with_change = Message {
        heads: vec![change.hash()],
        need: vec![honest[0].hash()],
        have: Message::decode(&hello).unwrap().have,
        changes: vec![change.raw_bytes().to_vec()].into(),
        flags: None,
        version: MessageVersion::V1,
    }
    .encode();
    let mut rng = Rng(7);
    let mut server = Server::with(&base);
    for number in 0..MESSAGES {
        let connection = server.connect(number, "hostile");
        let data = if number % 2 == 0 {
            &hello
        } else {
            &with_change
        };
        let mutant = mutate(data, &mut rng);
        server.send(connection, mutant);
        server.outbox.clear();
        server.tell(diaodu_sync::event::Event::Disconnected(connection));
    }
    let faults = server
        .hung_up
        .iter()
        .filter(|(_, why)| *why == Hangup::Fault)
        .count();
    assert_eq!(faults, 0);
    let before = server.heads();
    let mut heads = server.reopened().get_heads();
    heads.sort();
    assert_eq!(heads, before);
}
