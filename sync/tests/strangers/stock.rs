//! A stock client gets everything, gives everything, and falls silent; what is refused to it stays with it.

use automerge::{Automerge, ReadDoc, sync::BloomFilter};

use crate::desk::{ROW, Rng, Server, Stock, row, settle, sheet, write};

fn all_equal(server: &Server, clients: &[Stock], seed: u64) {
    for client in clients {
        assert_eq!(
            client.heads(),
            server.heads(),
            "seed {seed}: client {:?}",
            client.connection
        );
    }
    assert_eq!(server.refused, [], "seed {seed}");
    assert_eq!(server.hung_up, [], "seed {seed}");
}

#[test]
fn twenty_stock_clients_write_at_once_and_converge() {
    for seed in 0..4 {
        let (mut server, mut rng) = (Server::new(), Rng(seed));
        let mut clients: Vec<_> = (0..20)
            .map(|n| Stock::new(&mut server, n, Automerge::new()))
            .collect();
        settle(&mut server, &mut clients, &mut rng);
        assert!(clients.iter().all(Stock::has_sheet));
        for edit in 0..1_000 {
            let client = &mut clients[edit % 20];
            write(
                &mut client.document,
                &format!("c{}", rng.below(10)),
                &format!("填报{edit}"),
            );
            for _ in 0..rng.below(12) {
                let client = &mut clients[rng.below(20)];
                let _ = if rng.below(2) == 0 {
                    client.hear(&mut server)
                } else {
                    client.speak(&mut server)
                };
            }
        }
        settle(&mut server, &mut clients, &mut rng);
        all_equal(&server, &clients, seed);
        assert_eq!(server.reopened().get_heads().len(), server.heads().len());
        let messages: usize = clients.iter().map(|client| client.messages).sum();
        assert!(
            messages < 20 * 1_000,
            "seed {seed}: {messages} messages for 1,000 edits"
        );
    }
}

#[test]
fn stock_clients_come_back_with_what_they_wrote_away() {
    for seed in 0..200 {
        let (mut server, mut rng) = (Server::new(), Rng(seed));
        let mut documents: Vec<Automerge> = (0..3).map(|_| sheet()).collect();
        for number in 0..4_u64 {
            // Each time under new actors, on new lines: the old ones are gone.
            let mut clients: Vec<_> = documents
                .drain(..)
                .zip(number * 3..)
                .map(|(document, line)| Stock::new(&mut server, line, document))
                .collect();
            for client in &mut clients {
                for edit in 0..rng.below(30) {
                    write(
                        &mut client.document,
                        &format!("c{}", rng.below(5)),
                        &format!("离线{number}.{edit}"),
                    );
                }
            }
            if number < 3 {
                // The lines break at some moment.
                for _ in 0..rng.below(12) {
                    let client = &mut clients[rng.below(3)];
                    let _ = if rng.below(2) == 0 {
                        client.hear(&mut server)
                    } else {
                        client.speak(&mut server)
                    };
                }
                for client in &clients {
                    server.tell(diaodu_sync::event::Event::Disconnected(client.connection));
                }
            } else {
                settle(&mut server, &mut clients, &mut rng);
                all_equal(&server, &clients, seed);
            }
            documents.extend(clients.into_iter().map(|client| client.document));
        }
    }
}

#[test]
fn a_change_that_the_filter_hides_arrives_when_asked_for() {
    // The client has a change that the server lacks, so the server must go by its filter; the filter says wrongly that the
    // client has the server's first change, and rightly that it lacks the second.
    let mut hidden = 0;
    for seed in 0..400 {
        let mut base = sheet();
        let mut document = base.fork().with_actor([0x77; 16].into());
        write(&mut document, "progress", &format!("离线{seed}"));
        let known: Vec<_> = document
            .get_changes_meta(&[])
            .iter()
            .map(|change| change.hash)
            .collect();
        base.set_actor([0x66; 16].into());
        let first = write(&mut base, "problem", &format!("甲{seed}"));
        write(&mut base, "problem", &format!("乙{seed}"));
        if !BloomFilter::from_hashes(known.iter()).contains_hash(&first.hash()) {
            continue;
        }
        hidden += 1;
        let mut server = Server::with(&base);
        let mut clients = [Stock::new(&mut server, 0x77, document)];
        settle(&mut server, &mut clients, &mut Rng(seed));
        all_equal(&server, &clients, seed);
    }
    assert!(hidden > 0, "no seed hides a change");
}

#[test]
fn nothing_unsaved_is_told_to_anybody() {
    let (mut server, mut rng) = (Server::new(), Rng(1));
    let mut clients: Vec<_> = (0..2)
        .map(|n| Stock::new(&mut server, n, Automerge::new()))
        .collect();
    settle(&mut server, &mut clients, &mut rng);
    server.disk_holds = true;
    let change = write(&mut clients[0].document, "progress", "未落盘");
    settle(&mut server, &mut clients, &mut rng);
    clients.push(Stock::new(&mut server, 2, Automerge::new()));
    settle(&mut server, &mut clients, &mut rng);
    for other in &clients[1..] {
        assert!(other.document.get_change_by_hash(&change.hash()).is_none());
        assert!(other.has_sheet());
    }
    assert!(
        !clients[0]
            .state
            .their_heads
            .as_ref()
            .unwrap()
            .contains(&change.hash())
    );
    server.disk_holds = false;
    server.release();
    settle(&mut server, &mut clients, &mut rng);
    all_equal(&server, &clients, 1);
}

#[test]
fn a_refused_stock_client_falls_silent_and_still_receives() {
    let (mut server, mut rng) = (Server::new(), Rng(2));
    let mut clients: Vec<_> = (0..2)
        .map(|n| Stock::new(&mut server, n, Automerge::new()))
        .collect();
    settle(&mut server, &mut clients, &mut rng);
    write(&mut clients[0].document, "closed", "不许");
    settle(&mut server, &mut clients, &mut rng);
    let before = clients[0].messages;
    for edit in 0..10 {
        write(
            &mut clients[0].document,
            "progress",
            &format!("跟着不许{edit}"),
        );
        write(&mut clients[1].document, "problem", &format!("可以{edit}"));
        settle(&mut server, &mut clients, &mut rng);
    }
    assert_eq!(server.refused.len(), 1);
    assert_eq!(server.hung_up, []);
    assert_eq!(clients[1].heads(), server.heads());
    let refused = &clients[0].document;
    let (value, _) = refused.get(row(refused, ROW), "problem").unwrap().unwrap();
    assert_eq!(value.as_str(), Some("可以9"));
    assert!(
        clients[0].messages - before <= 60,
        "{} messages",
        clients[0].messages - before
    );
    // A new line starts afresh: without the refused change it may write again.
    let fresh = server.hub.document(&crate::desk::SHEET).unwrap().fork();
    let mut again = [Stock::new(&mut server, 3, fresh)];
    write(&mut again[0].document, "progress", "重来");
    settle(&mut server, &mut again, &mut rng);
    assert_eq!(again[0].heads(), server.heads());
}
