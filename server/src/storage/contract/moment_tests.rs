//! When changes arrived, and what units ask for.

use diaodu_plan::row::RowId;

use super::*;
use crate::storage::{Correction, CorrectionState};

#[tokio::test]
async fn when_a_change_arrived_is_known_for_ever() {
    check("received", async |storage| {
        let (new, mut document) = new_sheet();
        storage.create_documents(vec![new]).await.unwrap();
        assert_eq!(storage.written().await.unwrap(), []);
        assert_eq!(storage.last_received(ChangeNumber(0)).await.unwrap(), None);
        let mut changes = vec![
            write(&mut document, 2, "a"),
            write(&mut document, 2, "b"),
            write(&mut document, 2, "c"),
        ];
        changes[1].received = Millis(9);
        let expected: Vec<_> = changes
            .iter()
            .map(|change| (change.hash, change.received))
            .collect();
        let batch = Batch {
            document: SHEET,
            changes,
        };
        storage.append(vec![batch]).await.unwrap();
        let through = storage.load(SHEET).await.unwrap().through;
        let whole = document.save();
        let replaced = storage.replace_snapshot(SHEET, whole, through).await;
        replaced.unwrap();
        let received = storage.received(SHEET).await.unwrap();
        let received: Vec<_> = received.iter().map(|each| (each.hash, each.at)).collect();
        assert_eq!(received, expected);
        assert_eq!(storage.written().await.unwrap(), [SHEET]);
        assert_eq!(storage.last_change().await.unwrap(), through);
        let latest = async |after| storage.last_received(ChangeNumber(after)).await.unwrap();
        assert_eq!(latest(0).await, Some(Millis(9)));
        assert_eq!(latest(through.0 - 1).await, Some(Millis(5)));
        assert_eq!(latest(through.0).await, None);
    })
    .await;
}

#[tokio::test]
async fn who_wrote_a_change_is_told_with_the_unit_of_that_time_and_the_name_of_today() {
    check("receipts", async |storage| {
        let account = |person: &str, unit: &str| Account {
            name: "甲".into(),
            person: person.into(),
            unit: UnitId(unit.into()),
            role: AccountRole::Unit,
            password_hash: String::new(),
            must_change: false,
            disabled: false,
        };
        storage
            .put_accounts(vec![account("某甲", "s-a")])
            .await
            .unwrap();
        let (new, mut document) = new_sheet();
        storage.create_documents(vec![new]).await.unwrap();
        let append = async |changes: Vec<SavedChange>| {
            let document = SHEET;
            storage
                .append(vec![Batch { document, changes }])
                .await
                .unwrap();
        };
        let first = write(&mut document, 2, "a");
        append(vec![first.clone()]).await;
        storage
            .put_accounts(vec![account("甲某", "s-b")])
            .await
            .unwrap();
        let second = write(&mut document, 2, "b");
        let mut third = write(&mut document, 3, "c");
        third.author = Author(SERVER_AUTHOR.into());
        append(vec![second.clone(), third.clone()]).await;

        let all = storage.receipts(SHEET, ChangeNumber(0), 10).await.unwrap();
        let told: Vec<_> = all
            .iter()
            .map(|each| {
                (
                    each.hash,
                    &*each.account,
                    &*each.person,
                    &*each.unit.0,
                    each.at,
                )
            })
            .collect();
        let expected = [
            (first.hash, "甲", "甲某", "s-a", Millis(5)),
            (second.hash, "甲", "甲某", "s-b", Millis(5)),
            (third.hash, SERVER_AUTHOR, "", "", Millis(5)),
        ];
        assert_eq!(told, expected);
        let late = storage.receipts(SHEET, all[0].number, 1).await.unwrap();
        assert_eq!(late, all[1..2]);
        let none = storage.receipts(DocumentId([9; 16]), ChangeNumber(0), 10);
        assert_eq!(none.await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn corrections_keep_their_place_and_what_was_asked() {
    check("corrections", async |storage| {
        let asked = |id: &str, week: u8| Correction {
            id: id.to_owned(),
            week: WeekNumber(week),
            row: RowId("m01.s-a".to_owned()),
            state: CorrectionState::AtLead,
            reason: "漏报".to_owned(),
            cells: "[]".to_owned(),
            asked_by: "s-a".to_owned(),
            asked: Millis(5),
            lead_by: String::new(),
            lead: Millis(0),
            office_by: String::new(),
            office: Millis(0),
            answer: String::new(),
            files: vec![format!("{id}1"), format!("{id}2")],
        };
        for (id, week) in [("b", 2), ("a", 2), ("c", 3)] {
            storage.put_correction(asked(id, week)).await.unwrap();
        }
        let decided = Correction {
            state: CorrectionState::AtOffice,
            lead_by: "u-a".to_owned(),
            lead: Millis(7),
            ..asked("b", 2)
        };
        let renamed = Correction {
            reason: "别的".to_owned(),
            files: Vec::new(),
            ..decided.clone()
        };
        storage.put_correction(renamed).await.unwrap();
        let of_week = storage.corrections(WeekNumber(2)).await.unwrap();
        assert_eq!(of_week, [decided.clone(), asked("a", 2)]);
        assert_eq!(storage.correction("b").await.unwrap(), Some(decided));
        assert_eq!(storage.correction("x").await.unwrap(), None);
    })
    .await;
}
