//! Power cuts: the server is killed in the middle of 20 writing clients, three times, and nothing acknowledged is lost.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use automerge::{Change, ChangeHash, ReadDoc};
use diaodu_tests::{
    disk::Disk,
    interop::{Client, ClientError, Desk},
    process::{PASSWORD, ServerProcess},
};
use diaodu_wire::repo::DocumentId;
use tokio::sync::watch;

use crate::house::STREET;

/// 20 offices write at once.
const CLIENTS: usize = 20;
/// 200 acknowledged edits, then the power goes.
const EDITS_PER_CUT: usize = 200;
/// Three cuts: before, in and after the first compaction of the log.
const CUTS: usize = 3;

const COLUMNS: [&str; 4] = ["progress", "problem", "next_plan", "remark"];

/// What one client was promised, and what it kept.
struct Left {
    acknowledged: Vec<ChangeHash>,
    written: Vec<ChangeHash>,
    disk: Disk,
}

/// Writes until the line breaks.
async fn write(mut client: Client, number: usize, url: &str, enough: Arc<Enough>) -> Left {
    let (mut acknowledged, mut written) = (Vec::new(), Vec::new());
    let ended: Result<(), ClientError> = async {
        let id = client.open(url).await?;
        loop {
            let column = COLUMNS[written.len() % COLUMNS.len()];
            let text = format!("{number}：第{}次", written.len());
            written.push(client.put(id, "m07.s-hongying", column, text).await?);
            client.until_sent().await?;
            enough.count(written.len() - acknowledged.len());
            acknowledged.clone_from(&written);
        }
    }
    .await;
    assert!(
        matches!(ended, Err(ClientError::Closed(_) | ClientError::Socket(_))),
        "{ended:?}"
    );
    Left {
        acknowledged,
        written,
        disk: std::mem::take(&mut client.disk),
    }
}

/// Tells when the power is to go.
struct Enough {
    acknowledged: AtomicUsize,
    reached: watch::Sender<bool>,
}

impl Enough {
    fn count(&self, more: usize) {
        if self.acknowledged.fetch_add(more, Ordering::Relaxed) + more >= EDITS_PER_CUT {
            self.reached.send_replace(true);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_edit_outlives_kill_9() {
    let mut server = ServerProcess::start();
    let (mut acknowledged, mut disks) = (Vec::new(), Vec::new());
    disks.resize_with(CLIENTS, Disk::default);
    let mut written = 0;
    for cut in 0..CUTS {
        let desk = Desk::sign_in(&server.url(), STREET, PASSWORD)
            .await
            .unwrap();
        let url = desk
            .document("sheet", Some(2), Some(STREET))
            .await
            .unwrap()
            .url;
        let (reached, mut is_reached) = watch::channel(false);
        let enough = Arc::new(Enough {
            acknowledged: AtomicUsize::new(0),
            reached,
        });
        let mut writers = Vec::new();
        for (number, disk) in disks.drain(..).enumerate() {
            let client = desk.dial_with(disk).await.unwrap();
            let (url, enough) = (url.clone(), enough.clone());
            writers.push(tokio::spawn(async move {
                write(client, number, &url, enough).await
            }));
        }
        is_reached.wait_for(|reached| *reached).await.unwrap();
        server.kill();
        for writer in writers {
            let left = writer.await.unwrap();
            written += left.written.len();
            acknowledged.extend(left.acknowledged);
            disks.push(left.disk);
        }
        server.restart();
        check_there(&server, &acknowledged, cut).await;
    }
    println!(
        "{CUTS} power cuts: {written} edits written, {} acknowledged, none of them lost",
        acknowledged.len()
    );
    assert!(acknowledged.len() >= CUTS * EDITS_PER_CUT);
    check_return(&server, disks).await;
}

async fn check_there(server: &ServerProcess, acknowledged: &[ChangeHash], cut: usize) {
    let desk = Desk::sign_in(&server.url(), STREET, PASSWORD)
        .await
        .unwrap();
    let url = desk
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let mut reader = desk.dial().await.unwrap();
    let id = reader.open(&url).await.unwrap();
    let open = reader.document(id).unwrap();
    let lost = acknowledged
        .iter()
        .filter(|hash| open.get_change_by_hash(hash).is_none())
        .count();
    assert_eq!(
        lost,
        0,
        "after cut {cut}: {lost} of {} acknowledged edits are gone",
        acknowledged.len()
    );
}

/// The 20 come back at once with what they kept: nothing that was typed is lost, all end with the same heads.
async fn check_return(server: &ServerProcess, disks: Vec<Disk>) {
    let desk = Desk::sign_in(&server.url(), STREET, PASSWORD)
        .await
        .unwrap();
    let url = desk
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let id: DocumentId = url.parse().unwrap();
    let (heads, is_known) = watch::channel(Vec::new());
    let mut returning = Vec::new();
    let mut kept = Vec::new();
    for disk in disks {
        kept.extend(disk.open(&id).unwrap().get_changes(&[]));
        let (mut client, url, is_known) = (
            desk.dial_with(disk).await.unwrap(),
            url.clone(),
            is_known.clone(),
        );
        returning.push(tokio::spawn(async move {
            client.open(&url).await.unwrap();
            let same = client
                .until("the same heads", |client| {
                    sorted_heads(client, id) == *is_known.borrow()
                })
                .await;
            assert!(
                same.is_ok(),
                "{same:?}: {} heads, {} unsent, {} changes",
                sorted_heads(&client, id).len(),
                client.unsent(),
                client.document(id).unwrap().get_changes(&[]).len()
            );
            assert_eq!(client.unsent(), 0);
        }));
    }
    let mut reader = desk.dial().await.unwrap();
    reader.open(&url).await.unwrap();
    let is_there = |client: &Client, change: &Change| {
        client
            .document(id)
            .unwrap()
            .get_change_by_hash(&change.hash())
            .is_some()
    };
    reader
        .until("every edit that was kept", |client| {
            kept.iter().all(|change| is_there(client, change))
        })
        .await
        .unwrap();
    heads.send_replace(sorted_heads(&reader, id));
    for client in returning {
        client.await.unwrap();
    }
}

fn sorted_heads(client: &Client, id: DocumentId) -> Vec<ChangeHash> {
    let mut heads = client.document(id).unwrap().get_heads();
    heads.sort();
    heads
}
