//! What every storage promises; both adapters pass the same tests.

use automerge::{ActorId, Automerge, Change, ROOT, ReadDoc, transaction::Transactable};
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    layout::DocumentKind,
    permission::AccountRole,
    reminder::Reminder,
};
use diaodu_sync::event::{Author, Millis, SavedChange};
use diaodu_wire::repo::DocumentId;

use super::{
    Account, Batch, ChangeNumber, Channel, Circular, ContactChange, Delivery, DeliveryState,
    DocumentRow, Given, Issued, NewDocument, Pass, PassDigest, PassKind, SERVER_AUTHOR, Signature,
    Storage, StorageError, memory::MemoryStorage, sqlite::SqliteStorage,
};
use crate::{
    audit::{self, BEGINNING, Entry, Kind, Query},
    compaction,
};

mod attachment_tests;
mod moment_tests;

/// A directory that is removed with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("diaodu-storage-{}-{name}", std::process::id()));
        std::fs::remove_dir_all(&path).ok();
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Runs a promise against every adapter.
async fn check(name: &str, promise: impl AsyncFn(&dyn Storage)) {
    promise(&MemoryStorage::default()).await;
    let folder = Folder::new(name);
    promise(&SqliteStorage::open(&folder.0).await.unwrap()).await;
}

const SHEET: DocumentId = DocumentId([7; 16]);

fn new_sheet() -> (NewDocument, Automerge) {
    let actor = ActorId::from([1_u8; 16]);
    let mut document = Automerge::new().with_actor(actor.clone());
    let mut transaction = document.transaction();
    transaction.put(ROOT, "week", 2).unwrap();
    transaction.commit();
    let kind = DocumentKind::Sheet(WeekNumber(2), UnitId("s-a".into()));
    let row = DocumentRow {
        id: SHEET,
        campaign: "c".into(),
        kind,
    };
    (
        NewDocument {
            row,
            snapshot: document.save(),
            actor,
        },
        document,
    )
}

fn write(document: &mut Automerge, actor: u8, key: &str) -> SavedChange {
    document.set_actor(ActorId::from([actor; 16]));
    let mut transaction = document.transaction();
    transaction.put(ROOT, key, "值").unwrap();
    transaction.commit();
    let change: Change = document.get_last_local_change().unwrap().clone();
    SavedChange {
        bytes: change.raw_bytes().into(),
        hash: change.hash(),
        actor: change.actor_id().clone(),
        author: Author("甲".into()),
        received: Millis(5),
    }
}

#[tokio::test]
async fn what_was_appended_is_loaded_in_order_with_its_actors() {
    check("append", async |storage| {
        let (new, mut document) = new_sheet();
        storage.create_documents(vec![new]).await.unwrap();
        let changes = vec![
            write(&mut document, 2, "a"),
            write(&mut document, 2, "b"),
            write(&mut document, 3, "c"),
        ];
        let hashes: Vec<_> = changes.iter().map(|change| change.hash).collect();
        storage
            .append(vec![Batch {
                document: SHEET,
                changes,
            }])
            .await
            .unwrap();

        let loaded = storage.load(SHEET).await.unwrap();
        let loaded_hashes: Vec<_> = loaded
            .stored
            .changes
            .iter()
            .map(|bytes| Change::from_bytes(bytes.clone()).unwrap().hash())
            .collect();
        assert_eq!(loaded_hashes, hashes);
        assert_eq!(
            compaction::load(&loaded.stored).unwrap().get_heads(),
            document.get_heads()
        );
        let mut actors = loaded.stored.actors;
        actors.sort();
        let bound = |actor: u8, name: &str| (ActorId::from([actor; 16]), Author(name.into()));
        assert_eq!(
            actors,
            [bound(1, SERVER_AUTHOR), bound(2, "甲"), bound(3, "甲")]
        );
    })
    .await;
}

#[tokio::test]
async fn a_document_that_is_not_there_is_empty() {
    check("absent", async |storage| {
        assert!(storage.load(SHEET).await.unwrap().stored.is_empty());
    })
    .await;
}

#[tokio::test]
async fn appending_to_no_document_writes_nothing_at_all() {
    check("all-or-none", async |storage| {
        let (new, mut document) = new_sheet();
        storage.create_documents(vec![new]).await.unwrap();
        let good = Batch {
            document: SHEET,
            changes: vec![write(&mut document, 2, "a")],
        };
        let bad = Batch {
            document: DocumentId([8; 16]),
            changes: vec![write(&mut document, 2, "b")],
        };
        assert!(storage.append(vec![good, bad]).await.is_err());
        assert!(storage.load(SHEET).await.unwrap().stored.changes.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_replaces_what_it_holds_and_nothing_newer() {
    check("snapshot", async |storage| {
        let (new, mut document) = new_sheet();
        storage.create_documents(vec![new]).await.unwrap();
        let first = write(&mut document, 2, "a");
        storage
            .append(vec![Batch {
                document: SHEET,
                changes: vec![first],
            }])
            .await
            .unwrap();
        let through = storage.load(SHEET).await.unwrap().through;
        let snapshot = document.save();
        let second = write(&mut document, 4, "b");
        storage
            .append(vec![Batch {
                document: SHEET,
                changes: vec![second],
            }])
            .await
            .unwrap();
        storage
            .replace_snapshot(SHEET, snapshot, through)
            .await
            .unwrap();

        let loaded = storage.load(SHEET).await.unwrap();
        assert_eq!(loaded.stored.changes.len(), 1);
        assert_eq!(loaded.stored.actors.len(), 3);
        let whole = compaction::load(&loaded.stored).unwrap();
        assert_eq!(whole.get_heads(), document.get_heads());
        assert!(whole.get(ROOT, "b").unwrap().is_some());
        assert!(loaded.through > through && through > ChangeNumber(0));
    })
    .await;
}

#[tokio::test]
async fn compaction_keeps_the_content() {
    let folder = Folder::new("compaction");
    let storage = std::sync::Arc::new(SqliteStorage::open(&folder.0).await.unwrap());
    let (new, mut document) = new_sheet();
    storage.create_documents(vec![new]).await.unwrap();
    let changes = (0..50)
        .map(|number| write(&mut document, 2, &number.to_string()))
        .collect();
    storage
        .append(vec![Batch {
            document: SHEET,
            changes,
        }])
        .await
        .unwrap();
    compaction::compact(storage.clone(), SHEET).await;
    let loaded = storage.load(SHEET).await.unwrap();
    assert!(loaded.stored.changes.is_empty());
    assert_eq!(
        compaction::load(&loaded.stored).unwrap().get_heads(),
        document.get_heads()
    );
}

#[tokio::test]
async fn documents_are_listed_in_the_order_they_were_made() {
    check("order", async |storage| {
        let kinds = [
            DocumentKind::Catalogue,
            DocumentKind::Hub(WeekNumber(1)),
            DocumentKind::Sheet(WeekNumber(1), UnitId("u-z".into())),
            DocumentKind::Card(UnitId("u-a".into())),
            DocumentKind::Talk(WeekNumber(1), UnitId("u-z".into())),
        ];
        let new = |(index, kind): (usize, &DocumentKind)| {
            let (sheet, _) = new_sheet();
            let id = DocumentId([9 - u8::try_from(index).unwrap(); 16]);
            NewDocument {
                row: DocumentRow {
                    id,
                    campaign: "c".into(),
                    kind: kind.clone(),
                },
                ..sheet
            }
        };
        storage
            .create_documents(kinds.iter().enumerate().map(new).collect())
            .await
            .unwrap();
        let listed: Vec<_> = storage
            .documents()
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.kind)
            .collect();
        assert_eq!(listed, kinds);
    })
    .await;
}

#[tokio::test]
async fn accounts_and_passes_come_and_go() {
    check("passes", async |storage| {
        let account = |hash: &str| Account {
            name: "甲".into(),
            person: "某甲".into(),
            unit: UnitId("s-a".into()),
            role: AccountRole::Viewer,
            password_hash: hash.into(),
            must_change: true,
            disabled: false,
        };
        storage.put_accounts(vec![account("1")]).await.unwrap();
        let pass = |number: u8, expires| Pass {
            digest: PassDigest([number; 32]),
            account: "甲".into(),
            expires,
            created: Millis(1),
            used: Millis(1),
            label: "办公室".into(),
            reads_only: true,
        };
        storage
            .put_pass(PassKind::Session, pass(1, Millis(10)))
            .await
            .unwrap();
        storage
            .put_pass(PassKind::Token, pass(2, Millis(20)))
            .await
            .unwrap();
        // A new password leaves the sessions alone.
        storage.put_accounts(vec![account("2")]).await.unwrap();
        assert_eq!(storage.account("甲").await.unwrap(), Some(account("2")));
        assert_eq!(storage.account("乙").await.unwrap(), None);
        assert_eq!(storage.account_count().await.unwrap(), 1);
        assert_eq!(storage.accounts().await.unwrap(), [account("2")]);
        let listed = storage.passes(PassKind::Session).await.unwrap();
        assert_eq!(listed, [pass(1, Millis(10))]);
        let digest = PassDigest([1; 32]);
        let used = storage.use_pass(PassKind::Session, digest, Millis(5));
        used.await.unwrap();
        let listed = storage.passes(PassKind::Session).await.unwrap();
        assert_eq!(listed[0].used, Millis(5));
        let used = storage.use_pass(PassKind::Session, digest, Millis(1));
        used.await.unwrap();

        let (one, two) = (PassDigest([1; 32]), PassDigest([2; 32]));
        assert_eq!(
            storage.pass(PassKind::Session, one).await.unwrap(),
            Some(pass(1, Millis(10)))
        );
        assert_eq!(storage.pass(PassKind::Token, one).await.unwrap(), None);
        storage.remove_expired(Millis(10)).await.unwrap();
        assert_eq!(storage.pass(PassKind::Session, one).await.unwrap(), None);
        storage.remove_pass(PassKind::Token, two).await.unwrap();
        assert_eq!(storage.pass(PassKind::Token, two).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn settings_are_replaced() {
    check("settings", async |storage| {
        assert_eq!(storage.setting("campaign").await.unwrap(), None);
        storage.put_setting("campaign", "一".into()).await.unwrap();
        storage.put_setting("campaign", "二".into()).await.unwrap();
        assert_eq!(
            storage.setting("campaign").await.unwrap().as_deref(),
            Some("二")
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let folder = Folder::new("again");
    let storage = SqliteStorage::open(&folder.0).await.unwrap();
    let (new, mut document) = new_sheet();
    storage.create_documents(vec![new]).await.unwrap();
    let changes = vec![write(&mut document, 2, "a")];
    storage
        .append(vec![Batch {
            document: SHEET,
            changes,
        }])
        .await
        .unwrap();
    // Not closed: a process that is killed does not close either.
    drop(storage);
    let storage = SqliteStorage::open(&folder.0).await.unwrap();
    assert_eq!(storage.load(SHEET).await.unwrap().stored.changes.len(), 1);
}

#[tokio::test]
async fn after_a_failed_write_the_next_one_succeeds() {
    check("next", async |storage| {
        let (new, mut document) = new_sheet();
        let change = write(&mut document, 2, "a");
        let batch = || {
            vec![Batch {
                document: SHEET,
                changes: vec![change.clone()],
            }]
        };
        assert!(storage.append(batch()).await.is_err());
        storage.create_documents(vec![new]).await.unwrap();
        storage.append(batch()).await.unwrap();
        assert_eq!(storage.load(SHEET).await.unwrap().stored.changes.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_cut_database_is_refused_and_left_as_it_is() {
    let folder = Folder::new("cut");
    let file = folder.0.join(super::sqlite::FILE_NAME);
    let storage = SqliteStorage::open(&folder.0).await.unwrap();
    storage
        .put_setting("campaign", "长".repeat(20_000))
        .await
        .unwrap();
    storage.close().await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    for length in [0, 50, 5_000, whole.len() / 2] {
        std::fs::write(&file, &whole[..length]).unwrap();
        let opened = SqliteStorage::open(&folder.0).await;
        assert!(
            matches!(opened, Err(StorageError::Damaged(_))),
            "cut to {length}: {:?}",
            opened.err()
        );
        assert_eq!(
            std::fs::read(&file).unwrap(),
            whole[..length],
            "cut to {length}"
        );
    }
}

#[tokio::test]
async fn a_journal_without_its_database_is_refused() {
    let folder = Folder::new("journal");
    std::fs::write(
        folder.0.join(format!("{}-wal", super::sqlite::FILE_NAME)),
        b"journal",
    )
    .unwrap();
    assert!(matches!(
        SqliteStorage::open(&folder.0).await,
        Err(StorageError::Damaged(_))
    ));
}

#[tokio::test]
async fn the_audit_log_is_one_chain_of_changes_and_everything_else() {
    check("audit", async |storage| {
        let entry = |at: i64, account: &str| {
            Entry::new(Millis(at), Kind::Command, account, "u-a", "disable")
        };
        let first = vec![entry(1, "丙"), entry(2, "乙")];
        storage.put_audit(first).await.unwrap();
        let (new, mut document) = new_sheet();
        storage.create_documents(vec![new]).await.unwrap();
        let change = write(&mut document, 2, "a");
        let batch = Batch {
            document: SHEET,
            changes: vec![change.clone()],
        };
        storage.append(vec![batch]).await.unwrap();
        storage.put_audit(vec![entry(30, "丙")]).await.unwrap();

        let all = Query {
            limit: 10,
            ..Query::default()
        };
        let mut rows = storage.audit(all.clone()).await.unwrap();
        rows.reverse();
        assert_eq!(audit::first_break(&BEGINNING, &rows), None);
        let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(rows[2].entry, Entry::of_change(SHEET, &change));

        let found = async |query: Query| {
            let rows = storage.audit(query).await.unwrap();
            rows.iter().map(|row| row.number).collect::<Vec<_>>()
        };
        let of = |account: &str| Query {
            account: Some(account.into()),
            ..all.clone()
        };
        assert_eq!(found(of("丙")).await, [4, 1]);
        let kind = Some("change".into());
        assert_eq!(
            found(Query {
                kind,
                ..all.clone()
            })
            .await,
            [3]
        );
        let text = Some("%".into());
        assert_eq!(
            found(Query {
                text,
                ..all.clone()
            })
            .await,
            [] as [i64; 0]
        );
        let text = Some("disable".into());
        assert_eq!(
            found(Query {
                text,
                before: Some(4),
                ..all.clone()
            })
            .await,
            [2, 1]
        );

        let behind = |after: i64, limit: i64| Query {
            after: Some(after),
            limit,
            ..Query::default()
        };
        assert_eq!(found(behind(0, 3)).await, [1, 2, 3]);
        assert_eq!(found(behind(2, 3)).await, [3, 4]);
        let between = Query {
            before: Some(4),
            ..behind(1, 3)
        };
        assert_eq!(found(between).await, [2, 3]);

        storage.remove_audit(Millis(2)).await.unwrap();
        assert_eq!(found(all.clone()).await, [4, 3, 2]);
        storage.remove_audit(Millis(i64::MAX)).await.unwrap();
        assert_eq!(found(all).await, [4]);
    })
    .await;
}

fn draft(week: u8, text: &str) -> Circular {
    Circular {
        week: WeekNumber(week),
        draft: text.to_owned(),
        issued: None,
    }
}

#[tokio::test]
async fn an_issued_circular_is_never_rewritten() {
    check("circulars", async |storage| {
        storage.put_circular(draft(2, "b")).await.unwrap();
        storage.put_circular(draft(1, "a")).await.unwrap();
        storage.put_circular(draft(2, "c")).await.unwrap();
        let listed = storage.circulars().await.unwrap();
        assert_eq!(listed, [draft(1, "a"), draft(2, "c")]);
        let issued = Circular {
            issued: Some(Issued {
                at: Millis(7),
                by: "u".into(),
                number: "〔2021〕9号".into(),
                title: "通报".into(),
                amended: vec!["one".into(), "two".into()],
                paper: "[]".into(),
                docx: vec![1, 2, 3],
                digest: "ab".into(),
            }),
            ..draft(2, "c")
        };
        storage.put_circular(issued.clone()).await.unwrap();
        for late in [draft(2, "d"), issued.clone()] {
            let refused = storage.put_circular(late).await;
            assert!(matches!(refused, Err(StorageError::Issued)), "{refused:?}");
        }
        storage.put_circular(draft(1, "e")).await.unwrap();
        let listed = storage.circulars().await.unwrap();
        assert_eq!(listed, [draft(1, "e"), issued]);
    })
    .await;
}

#[tokio::test]
async fn the_first_signature_of_a_unit_stays() {
    check("signatures", async |storage| {
        let signature = |week: u8, unit: &str, account: &str, at: i64| Signature {
            week: WeekNumber(week),
            unit: UnitId(unit.into()),
            account: account.into(),
            at: Millis(at),
        };
        let all = [
            signature(2, "s-b", "乙", 5),
            signature(2, "s-a", "甲", 9),
            signature(2, "s-b", "丙", 11),
            signature(1, "s-b", "乙", 10),
        ];
        for one in all.clone() {
            storage.sign_circular(one).await.unwrap();
        }
        let listed = storage.signatures().await.unwrap();
        assert_eq!(listed, [&all[3], &all[0], &all[1]].map(Clone::clone));
    })
    .await;
}

#[tokio::test]
async fn every_change_of_a_contact_stays_in_order() {
    check("contacts", async |storage| {
        let change = |id: &str, contact: Option<&str>, at: i64| ContactChange {
            id: id.into(),
            unit: UnitId("s-b".into()),
            contact: contact.map(str::to_owned),
            account: "乙".into(),
            at: Millis(at),
        };
        let all = [
            change("two", Some("{1}"), 5),
            change("one", Some("{2}"), 4),
            change("two", None, 6),
        ];
        for one in all.clone() {
            storage.put_contact(one).await.unwrap();
        }
        assert_eq!(storage.contact_changes().await.unwrap(), all);
    })
    .await;
}

#[tokio::test]
async fn views_are_kept_by_account_and_name() {
    check("views", async |storage| {
        let put = async |account: &str, name: &str, arrangement: Option<&str>| {
            let arrangement = arrangement.map(str::to_owned);
            let done = storage.put_view(account.into(), name.into(), arrangement);
            done.await.unwrap();
        };
        put("甲", "常用", Some("{}")).await;
        put("甲", "滞后", Some("{1}")).await;
        put("乙", "常用", Some("{2}")).await;
        put("甲", "常用", Some("{3}")).await;
        put("甲", "滞后", None).await;
        put("甲", "没有", None).await;
        let listed = storage.views("甲").await.unwrap();
        assert_eq!(listed, [("常用".to_owned(), "{3}".to_owned())].into());
        assert_eq!(storage.views("乙").await.unwrap().len(), 1);
        assert_eq!(storage.views("丙").await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_reminder_is_given_once_with_all_its_deliveries() {
    check("reminders", async |storage| {
        let given = |week: u8, minutes: u16, at: i64| Given {
            reminder: Reminder {
                week: WeekNumber(week),
                minutes,
            },
            at: Millis(at),
            units: 2,
        };
        let delivery = |of: Given, id: i64, target: &str| Delivery {
            id,
            reminder: of.reminder,
            channel: Channel::Mail,
            target: target.into(),
            subject: "s".into(),
            body: "b".into(),
            attempts: 0,
            next: Millis(1),
            state: DeliveryState::Waiting,
        };
        let (first, second) = (given(2, 60, 9), given(2, 360, 4));
        let letters = vec![delivery(first, 0, "a@b"), delivery(first, 0, "c@d")];
        let since = Millis(4);
        storage
            .put_reminder(first, since, letters.clone())
            .await
            .unwrap();
        storage
            .put_reminder(second, since, Vec::new())
            .await
            .unwrap();
        storage
            .put_reminder(given(2, 60, 11), Millis(9), letters)
            .await
            .unwrap();
        assert_eq!(storage.reminders().await.unwrap(), [second, first]);
        let kept = storage.deliveries().await.unwrap();
        assert_eq!(kept, [delivery(first, 1, "a@b"), delivery(first, 2, "c@d")]);
        let settled = Delivery {
            target: String::new(),
            body: String::new(),
            attempts: 3,
            next: Millis(7),
            state: DeliveryState::GivenUp,
            ..delivery(first, 2, "")
        };
        storage.put_delivery(settled.clone()).await.unwrap();
        let kept = storage.deliveries().await.unwrap();
        assert_eq!(kept, [delivery(first, 1, "a@b"), settled]);
        // Due was moved: the same reminder falls once more.
        let again = given(2, 60, 20);
        storage
            .put_reminder(again, Millis(15), vec![delivery(again, 0, "a@b")])
            .await
            .unwrap();
        assert_eq!(storage.reminders().await.unwrap(), [second, again]);
        assert_eq!(storage.deliveries().await.unwrap().len(), 3);
    })
    .await;
}
