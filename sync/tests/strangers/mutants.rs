//! Thousands of damaged changes and messages: none panics, none is stored that cannot be loaded again.

use automerge::{
    ActorId, Automerge, Change, ChangeHash, ReadDoc,
    sync::{Message, MessageVersion, State, SyncDoc},
};
use diaodu_sync::event::Hangup;
use sha2::{Digest, Sha256};

use crate::desk::{ROW, Rng, Server, erase, row, sheet, write};

const CHANGES: u64 = 20_000;
const MESSAGES: u64 = 4_000;
const CHAINS: u64 = 600;

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

/// Sends the chunks in one message, or each in its own, on a fresh server.
fn judged(base: &Automerge, chunks: &[Vec<u8>], in_one: bool) -> (Vec<ChangeHash>, Vec<String>) {
    let mut server = Server::with(base);
    let connection = server.connect(1, "one");
    server.send_changes(connection, Vec::new(), Vec::new());
    if in_one {
        server.send_changes(connection, Vec::new(), chunks.to_vec());
    } else {
        for chunk in chunks {
            server.send_changes(connection, Vec::new(), vec![chunk.clone()]);
        }
    }
    let mut saved = server.reopened().get_heads();
    saved.sort();
    assert_eq!(saved, server.heads());
    let reasons = server.refused.iter();
    let reasons = reasons.map(|(_, refusal)| refusal.reason.clone());
    (server.heads(), reasons.collect())
}

#[test]
fn changes_in_one_message_are_judged_as_if_each_came_alone() {
    let (base, _) = history();
    let mut rng = Rng(11);
    let (mut whole, mut broken) = (0, 0);
    for round in 0..CHAINS {
        // Some actors that write, look at each other's work now and then, and settle conflicts.
        let mut desks: Vec<Automerge> = (0..3)
            .map(|desk| base.fork().with_actor(ActorId::from([0x61 + desk; 16])))
            .collect();
        let mut chunks = Vec::new();
        for _ in 0..4 + rng.below(20) {
            let desk = rng.below(desks.len());
            if rng.below(5) == 0 {
                let mut other = desks[rng.below(3)].clone();
                desks[desk].merge(&mut other).unwrap();
            }
            let key = ["progress", "problem", "owner"][rng.below(3)];
            let map = row(&desks[desk], ROW);
            let is_there = desks[desk].get(&map, key).unwrap().is_some();
            let change = match is_there && rng.below(4) == 0 {
                true => erase(&mut desks[desk], key),
                false => write(&mut desks[desk], key, &format!("第{}稿", rng.next())),
            };
            let mut chunk = change.raw_bytes().to_vec();
            if rng.below(30) == 0 {
                chunk = sealed(&mutate(body(&chunk), &mut rng));
            }
            chunks.push(chunk);
        }
        if rng.below(3) == 0 {
            let (one, other) = (rng.below(chunks.len()), rng.below(chunks.len()));
            chunks.swap(one, other);
        }
        let together = judged(&base, &chunks, true);
        assert_eq!(together, judged(&base, &chunks, false), "round {round}");
        match together.1.is_empty() {
            true => whole += 1,
            false => broken += 1,
        }
    }
    assert!(
        whole > 100 && broken > 100,
        "{whole} whole, {broken} broken"
    );
}
