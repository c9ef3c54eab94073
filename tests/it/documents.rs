//! What `GET /api/documents` lists, and that every one of them opens.

use std::collections::{BTreeMap, BTreeSet};

use diaodu_interchange::sample::campaign;
use diaodu_tests::interop::scalar;

use crate::house::{House, STREET};

#[tokio::test(flavor = "multi_thread")]
async fn every_document_of_the_campaign_is_listed_once() {
    let house = House::open().await;
    let desk = house.desk("u-gongjianban").await;
    let all = desk.documents().await.unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &all {
        *counts.entry(entry.kind.as_str()).or_default() += 1;
        assert_eq!(entry.campaign, campaign().id);
        assert_eq!(
            entry.week.is_some(),
            ["hub", "sheet", "talk"].contains(&entry.kind.as_str()),
            "{entry:?}"
        );
        assert_eq!(
            entry.unit.is_some(),
            ["card", "sheet", "talk"].contains(&entry.kind.as_str()),
            "{entry:?}"
        );
    }
    let units = campaign().active_units().count();
    assert_eq!(units, 26, "14 departments and 12 streets");
    assert_eq!(
        counts,
        BTreeMap::from([
            ("catalogue", 1),
            ("hub", 9),
            ("sheet", 9 * units),
            ("card", units),
            ("talk", 9 * units)
        ])
    );
    let urls: BTreeSet<&str> = all.iter().map(|entry| entry.url.as_str()).collect();
    assert_eq!(urls.len(), all.len());
    assert!(urls.iter().all(|url| url.starts_with("automerge:")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_the_same_after_a_restart() {
    let mut house = House::open().await;
    let before = house.desk(STREET).await.documents().await.unwrap();
    house.reopen_after(1).await;
    assert_eq!(house.desk(STREET).await.documents().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weeks_sheets_hold_its_288_rows() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let mut client = desk.dial().await.unwrap();
    let mut rows = 0;
    for entry in desk
        .documents()
        .await
        .unwrap()
        .iter()
        .filter(|e| e.kind == "sheet" && e.week == Some(2))
    {
        let id = client.open(&entry.url).await.unwrap();
        let sheet = diaodu_plan::layout::sheet::read(client.document(id).unwrap());
        rows += sheet.rows.len();
        let unit = scalar(client.document(id).unwrap(), &[], "unit").unwrap();
        assert_eq!(unit.as_str(), entry.unit.as_deref());
    }
    assert_eq!(rows, 288);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_does_not_exist_is_unavailable() {
    let house = House::open().await;
    let mut client = house.desk(STREET).await.dial().await.unwrap();
    let stranger = diaodu_wire::repo::DocumentId([7; 16]).url();
    let error = client.open(&stranger).await.unwrap_err();
    assert!(error.to_string().contains("not available"), "{error}");
}
