//! Who may write what, attacked: every role, column, state of the week and way of writing, by people who make their own changes.

mod case;
mod forge;
mod server;
mod socket;

use std::collections::BTreeSet;

use automerge::{ActorId, Automerge, Change, ReadDoc, transaction::Transactable};
use diaodu_plan::{campaign::UnitId, layout::DocumentKind};
use diaodu_sync::event::ConnectionId;
use diaodu_wire::repo::DocumentId;
use fastrand::Rng;

use case::{COMBINATIONS, Case, OPEN, Way, author};
use forge::{Forge, carry, forge, map_of, message};
use server::Server;

/// In every run each combination of person, key, week and way once, and as many drawn ones; `DIAODU_ATTACKS` asks for more.
const CASES: u64 = 2 * COMBINATIONS;
/// A fresh server after so many: documents grow with what is honest, and a million cases should stay quick.
const CASES_PER_SERVER: u64 = 200;

/// How attacks ended, for the record.
#[derive(Debug, Default)]
struct Tally {
    /// All of it was honest and is there.
    accepted: u64,
    /// The first changes were honest, and stayed; the rest was refused.
    in_part: u64,
    /// Nothing was honest: all was refused.
    refused: u64,
    /// The document is not for this person: nothing was heard of it.
    unreadable: u64,
    /// Changes of another document: held back for ever, or refused.
    replayed: u64,
    /// Nothing to send: a delete of what is empty.
    empty: u64,
    /// After a refusal an allowed edit landed.
    landed: u64,
}

/// Plays one case; panics where a promise is broken.
fn play(server: &mut Server, case: &Case, rng: &mut Rng, tally: &mut Tally) {
    let id = server.directory.find(&case.document).unwrap();
    let (watcher, line) = (server.dial("office"), server.dial(case.person.0));
    server.watch(watcher, id);
    server.open(line, id);
    server.forget_sent();
    if case.way == Way::Replayed {
        replay(server, case, rng, watcher, line);
        tally.replayed += 1;
    } else {
        let actor = match case.way {
            Way::ForgedActor => somebody_elses(server, id, case, rng),
            _ => ActorId::from(rng.u128(..).to_be_bytes()),
        };
        let mut attacker = Forge::of(server.content(id), actor);
        let changes = forge(case, server, &mut attacker);
        if changes.is_empty() {
            tally.empty += 1;
            return server.hang_up(&[line, watcher]);
        }
        let message = message(case, &attacker, &changes);
        let heads = server.content(id).get_heads();
        server.say(line, id, message);
        check(server, case, &changes, (watcher, line), tally);
        if !changes[0].1 || !may_read(server, case) {
            assert_eq!(server.content(id).get_heads(), heads, "{case:?}");
        }
    }
    server.check_saved();
    go_on(server, case, rng, line, tally);
    server.check_saved();
    server.hang_up(&[line, watcher]);
}

fn may_read(server: &Server, case: &Case) -> bool {
    let policy = server.policy.get();
    policy.may_read(&author(case.person), &case.document)
}

/// The next sequence number of somebody else who has written; the server has, everywhere.
fn somebody_elses(server: &Server, id: DocumentId, case: &Case, rng: &mut Rng) -> ActorId {
    let actors = server.disk[&id].actors.iter();
    let others = actors.filter(|(_, owner)| *owner.0 != *case.person.0);
    let others: Vec<_> = others.map(|(actor, _)| actor.clone()).collect();
    rng.choice(&others).unwrap().clone()
}

/// What stands is in the document and with the watcher, nothing else is, and the author knows.
fn check(
    server: &mut Server,
    case: &Case,
    changes: &[(Change, bool)],
    (watcher, line): (ConnectionId, ConnectionId),
    tally: &mut Tally,
) {
    let id = server.directory.find(&case.document).unwrap();
    let may_read = may_read(server, case);
    let (told, passed_on) = (server.heard(line), server.heard(watcher));
    let mut standing = BTreeSet::new();
    for (change, stands) in changes {
        let (hash, stands) = (change.hash(), *stands && may_read);
        let is_known = server.content(id).get_change_by_hash(&hash).is_some();
        assert_eq!(is_known, stands, "{case:?} {hash}");
        if stands {
            standing.insert(hash);
        }
    }
    assert_eq!(passed_on.others, 0, "{case:?}: a whole document passed on");
    for hash in &passed_on.changes {
        assert!(standing.contains(hash), "{case:?}: {hash} passed on");
    }
    if standing.is_empty() {
        assert_eq!(passed_on.frames, 0, "{case:?}: others hear of it");
    } else {
        // The rest follows when the first is acknowledged.
        let first = changes[0].0.hash();
        assert!(
            passed_on.changes.contains(&first),
            "{case:?}: not passed on"
        );
    }
    if !may_read {
        assert!(told.unavailable, "{case:?}: not told");
        tally.unreadable += 1;
        return;
    }
    let is_whole = changes.iter().all(|(_, stands)| *stands);
    assert_eq!(told.refused.is_none(), is_whole, "{case:?}: told");
    match (is_whole, standing.is_empty()) {
        (true, _) => tally.accepted += 1,
        (false, false) => tally.in_part += 1,
        (false, true) => tally.refused += 1,
    }
    let Some(refused) = told.refused else { return };
    assert!(!refused.reason.is_empty(), "{case:?}");
    if matches!(case.way, Way::Put | Way::Delete | Way::PutAndPutBack) && case.is_cell() {
        let names_it = |cell: &diaodu_wire::notice::Cell| cell.key == case.key;
        assert!(refused.cells.iter().any(names_it), "{case:?}: {refused:?}");
    }
}

/// Somebody else's honest change to another sheet is sent here: as it is, or moved so that it follows what is here.
fn replay(
    server: &mut Server,
    case: &Case,
    rng: &mut Rng,
    watcher: ConnectionId,
    line: ConnectionId,
) {
    let id = server.directory.find(&case.document).unwrap();
    let unit = match case.document.unit() {
        Some(unit) if unit.0 == "s-pucheng" => "s-hongying",
        _ => "s-pucheng",
    };
    let sheet = DocumentKind::Sheet(OPEN, UnitId(unit.to_owned()));
    let stored = &server.disk[&server.directory.find(&sheet).unwrap()];
    let actor = ActorId::from(rng.u128(..).to_be_bytes());
    let mut foreign = Forge::of(&Automerge::load(&stored.snapshot).unwrap(), actor);
    let (_, rows) = (foreign.content.get(automerge::ROOT, "rows").unwrap()).unwrap();
    let row = foreign.content.keys(&rows).next().unwrap();
    let map = map_of(&foreign.content, &["rows".to_owned(), row]);
    let value = format!("别处的{}", rng.u32(..));
    let change = foreign.write(|tx| tx.put(&map, "progress", value));
    let mut change = change.unwrap();
    let heads = server.content(id).get_heads();
    let is_moved = rng.bool();
    if is_moved {
        let mut expanded = change.decode();
        let metas = heads.iter();
        let metas = metas.filter_map(|head| server.content(id).get_change_meta_by_hash(head));
        let newest = metas.map(|meta| meta.max_op).max().unwrap_or_default();
        expanded.start_op = (newest + 1).try_into().unwrap();
        expanded.deps = heads.clone();
        change = Change::from(expanded);
    }
    let message = carry(&foreign, vec![change.raw_bytes().to_vec()], case.is_v2);
    server.say(line, id, message);
    let (told, passed_on) = (server.heard(line), server.heard(watcher));
    assert_eq!(server.content(id).get_heads(), heads, "{case:?}");
    assert_eq!(passed_on.frames, 0, "{case:?}: others hear of it");
    if !may_read(server, case) {
        assert!(told.unavailable, "{case:?}: not told");
    } else if is_moved {
        let reason = told.refused.map(|refused| refused.reason);
        assert_eq!(reason.as_deref(), Some("unknown-object"), "{case:?}");
    } else {
        assert!(told.asked, "{case:?}: not asked for what comes before");
    }
}

/// Whatever was refused, the next allowed edit lands: on the same line after going back, or on the next line.
fn go_on(server: &mut Server, case: &Case, rng: &mut Rng, line: ConnectionId, tally: &mut Tally) {
    let Some(honest) = Case::honest(case.person, rng, server) else {
        return;
    };
    let id = server.directory.find(&honest.document).unwrap();
    let next = match rng.bool() {
        true => line,
        false => server.dial(case.person.0),
    };
    if honest.document == case.document && next == line {
        server.resume(line, id);
    }
    server.open(next, id);
    let actor = ActorId::from(rng.u128(..).to_be_bytes());
    let mut forged = Forge::of(server.content(id), actor);
    let changes = forge(&honest, server, &mut forged);
    if changes.is_empty() {
        // The very word that stands there already.
        return server.hang_up(&[next]);
    }
    server.say(next, id, message(&honest, &forged, &changes));
    let hash = changes[0].0.hash();
    assert!(
        server.content(id).get_change_by_hash(&hash).is_some(),
        "{case:?}: the next allowed edit"
    );
    tally.landed += 1;
    if next != line {
        server.hang_up(&[next]);
    }
}

#[test]
fn nothing_forbidden_is_applied_and_nothing_honest_refused() {
    let cases = std::env::var("DIAODU_ATTACKS").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let (mut tally, mut server) = (Tally::default(), Server::new());
    for seed in 0..cases {
        if seed % CASES_PER_SERVER == CASES_PER_SERVER - 1 {
            server = Server::new();
        }
        let mut rng = Rng::with_seed(seed);
        let case = Case::draw(seed, &mut rng, &server);
        play(&mut server, &case, &mut rng, &mut tally);
        if (seed + 1) % 100_000 == 0 {
            println!("{} attacks: {tally:?}", seed + 1);
        }
    }
    println!("{cases} attacks, seeds 0..{cases}: {tally:?}");
    assert!(
        tally.accepted > cases / 50 && tally.landed > cases / 2,
        "{tally:?}: too little honest to show that it passes"
    );
}
