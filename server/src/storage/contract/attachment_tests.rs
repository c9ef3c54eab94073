//! Promises about attached files.

use diaodu_plan::{
    attachment::{Attached, FileKind},
    row::RowId,
};
use jiff::Timestamp;

use super::*;
use crate::storage::{Attachment, digest_of};

fn attachment(id: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        week: WeekNumber(2),
        row: RowId("m01.s-a".to_owned()),
        file: Attached {
            id: id.to_owned(),
            name: format!("{id} 扫描.pdf"),
            kind: FileKind::Pdf,
            bytes: bytes.len() as u64,
            digest: digest_of(bytes),
            account: "甲".to_owned(),
            person: "冯演示".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        },
        offered: id == "b",
        removed: None,
    }
}

#[tokio::test]
async fn an_attachment_is_there_until_the_last_row_gives_it_up() {
    check("attachments", async |storage| {
        let bytes = b"%PDF-1.4 one".to_vec();
        let (one, other) = (attachment("a", &bytes), attachment("b", &bytes));
        let digest = one.file.digest.clone();
        assert_eq!(storage.attached_bytes(&digest).await.unwrap(), None);
        for each in [&one, &other] {
            let put = storage.put_attachment(each.clone(), bytes.clone());
            put.await.unwrap();
        }
        let listed = storage.attachments(WeekNumber(2)).await.unwrap();
        assert_eq!(listed, [one.clone(), other.clone()]);
        assert_eq!(storage.attachments(WeekNumber(3)).await.unwrap(), []);
        let again = Attachment {
            week: WeekNumber(3),
            ..one.clone()
        };
        storage.put_attachment(again, bytes.clone()).await.unwrap();
        assert_eq!(storage.attachment("a").await.unwrap(), Some(one.clone()));
        let removed = |id| storage.remove_attachment(id, "乙".to_owned(), Millis(9));
        removed("a").await.unwrap();
        let left = storage.attached_bytes(&digest).await.unwrap();
        assert_eq!(left, Some(bytes.clone()), "the other row has it still");
        let gone = storage.attachment("a").await.unwrap().unwrap();
        assert_eq!(gone.removed, Some(("乙".to_owned(), Millis(9))));
        removed("b").await.unwrap();
        assert_eq!(storage.attached_bytes(&digest).await.unwrap(), None);
        removed("c").await.unwrap();
        storage.sweep_attachments().await.unwrap();
        assert_eq!(storage.attachments(WeekNumber(2)).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn bytes_without_a_row_are_swept_and_altered_ones_are_not_given_out() {
    let folder = Folder::new("swept");
    let storage = SqliteStorage::open(&folder.0).await.unwrap();
    let bytes = b"%PDF-1.4 two".to_vec();
    let known = attachment("a", &bytes);
    let put = storage.put_attachment(known.clone(), bytes.clone());
    put.await.unwrap();
    let place = folder.0.join("attachments").join(&known.file.digest);
    assert_eq!(std::fs::read(&place).unwrap(), bytes);
    let ahead = b"%PDF-1.4 never listed".to_vec();
    let digest = digest_of(&ahead);
    storage.keep_bytes(&digest, ahead).await.unwrap();
    let half = format!("{}.0.new", digest_of(b"half"));
    let strays = [digest_of(b"stray"), half, digest];
    let strays = strays.map(|name| folder.0.join("attachments").join(name));
    for stray in &strays {
        std::fs::write(stray, b"stray").unwrap();
    }
    storage.sweep_attachments().await.unwrap();
    assert!(place.exists() && !strays.iter().any(|stray| stray.exists()));
    std::fs::write(&place, b"%PDF-1.4 too").unwrap();
    let read = storage.attached_bytes(&known.file.digest).await;
    assert!(matches!(read, Err(StorageError::Damaged(_))), "{read:?}");
}
