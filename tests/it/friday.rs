//! Friday 16:00 on a real server with a turned clock: who is on time, what is held fast, and what a freeze lets through.

mod carry;
mod freeze;
mod office;
mod review;
mod script;
mod sign_off;

use std::collections::BTreeMap;

use automerge::{ChangeHash, ScalarValue};
use diaodu_plan::{
    layout::hub::{self, Cut, Snapshot, WeekHub},
    report::Standing,
    row::RowId,
};
use diaodu_tests::{
    interop::{Client, Desk},
    process::{PASSWORD, ServerProcess},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{accounts::ask, house::House};

const OFFICE: &str = "u-gongjianban";

/// What a desk writes when it reports: text cells by column, and the act itself.
async fn write(
    house: &House,
    week: u8,
    row: &str,
    cells: &[(&str, ScalarValue)],
) -> Option<String> {
    let unit = row.split_once('.').unwrap().1;
    let desk = house.desk(unit).await;
    let mut client = desk.dial().await.unwrap();
    let url = desk
        .document("sheet", Some(week), Some(unit))
        .await
        .unwrap()
        .url;
    let id = client.open(&url).await.unwrap();
    for (column, value) in cells {
        client.put(id, row, column, value.clone()).await.unwrap();
    }
    let answered = |client: &Client| client.unsent() == 0 || client.held(id).is_some();
    client.until("an answer", answered).await.unwrap();
    client.held(id).map(str::to_owned)
}

fn text(text: &str) -> ScalarValue {
    ScalarValue::Str(text.into())
}

fn at_moment(moment: &str) -> i64 {
    let moment: jiff::Timestamp = format!("{moment}+08:00").parse().unwrap();
    moment.as_millisecond()
}

/// Reports a row and waits until its receipt stands.
async fn report(house: &House, row: &str) {
    assert_eq!(
        write(house, 2, row, &[("report", text("报送"))]).await,
        None
    );
    hub_once(house, 2, "the receipt", |hub| {
        hub.receipts.contains_key(&RowId(row.to_owned()))
    })
    .await;
}

/// A week's hub, whole.
struct Whole {
    hub: WeekHub,
    reports: BTreeMap<RowId, Standing>,
    snapshots: BTreeMap<Cut, Snapshot>,
}

impl std::ops::Deref for Whole {
    type Target = WeekHub;

    fn deref(&self) -> &WeekHub {
        &self.hub
    }
}

/// Reads the hub of a week as soon as it says something.
async fn hub_once(house: &House, week: u8, what: &str, said: impl Fn(&Whole) -> bool) -> Whole {
    let desk = house.desk(OFFICE).await;
    let url = desk.document("hub", Some(week), None).await.unwrap().url;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let read = |client: &Client| {
        let document = client.document(id).unwrap();
        Whole {
            hub: hub::read(document).unwrap(),
            reports: hub::reports(document),
            snapshots: hub::snapshots(document),
        }
    };
    client
        .until(what, |client| said(&read(client)))
        .await
        .unwrap();
    read(&client)
}

async fn cut(house: &House, week: u8, cut: Cut) -> Whole {
    hub_once(house, week, "the snapshot", |hub| {
        hub.snapshots.contains_key(&cut)
    })
    .await
}

async fn summary_of(desk: &Desk, query: &str) -> Value {
    let path = format!("/api/weeks/{query}");
    let (status, body) = ask(desk, Method::GET, &path, Value::Null).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn summary(house: &House, query: &str) -> Value {
    summary_of(&house.desk(OFFICE).await, query).await
}

/// `on_time/late/made_up/missing` of 应报 or 协助.
fn counted(summary: &Value, duty: &str) -> String {
    let count = |key: &str| summary[duty][key].as_u64().unwrap();
    let [on_time, late, made_up, missing, total] =
        ["on_time", "late", "made_up", "missing", "total"].map(count);
    assert_eq!(on_time + late + made_up + missing, total);
    format!("{on_time}/{late}/{made_up}/{missing}")
}

/// What the summary says of a row: its state, and what else is true of it.
fn row_of(summary: &Value, row: &str) -> String {
    let units = summary["units"].as_array().unwrap();
    let rows = units
        .iter()
        .flat_map(|unit| unit["rows"].as_array().unwrap());
    let found = rows.clone().find(|each| each["row"] == row).unwrap();
    let flags = ["zero", "offline", "accepted", "edited", "withdrawn"];
    let set = flags.into_iter().filter(|flag| found[*flag] == true);
    let words = std::iter::once(found["state"].as_str().unwrap()).chain(set);
    words.collect::<Vec<_>>().join(" ")
}

fn sheet_heads(hub: &Whole, cut: Cut) -> Vec<(String, Vec<ChangeHash>)> {
    let heads = &hub.snapshots[&cut].heads;
    let of_sheets = hub
        .sheets
        .values()
        .map(|url| (url.clone(), heads[url].clone()));
    of_sheets.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_millisecond_is_on_time_and_four_o_clock_is_late() {
    let house = House::open_at("2021-04-16T15:50:00").await;
    house.turn("2021-04-16T15:59:59.999");
    report(&house, "m01.s-hongying").await;
    house.turn("2021-04-16T16:00:00.000");
    report(&house, "m02.s-hongying").await;
    house.turn("2021-04-16T16:00:00.001");
    report(&house, "m03.s-hongying").await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m01.s-hongying"), "on_time");
    assert_eq!(row_of(&now, "m02.s-hongying"), "late");
    assert_eq!(row_of(&now, "m03.s-hongying"), "late");
    assert_eq!(counted(&now, "due"), "1/2/0/236");

    let hub = cut(&house, 2, Cut::Due).await;
    let snapshot = &hub.snapshots[&Cut::Due];
    assert_eq!(
        snapshot.at.as_millisecond(),
        at_moment("2021-04-16T16:00:00")
    );
    assert!(!snapshot.was_down);
    let then = summary(&house, "2/summary?at=due").await;
    assert_eq!(row_of(&then, "m01.s-hongying"), "on_time");
    assert_eq!(row_of(&then, "m02.s-hongying"), "missing");
    assert_eq!(counted(&then, "due"), "1/0/0/238");
    assert_eq!(then["at_ms"], at_moment("2021-04-16T16:00:00"));

    // The table of that moment, read with the heads alone, ends with the report of 15:59:59.999.
    let desk = house.desk("s-hongying").await;
    let url = desk
        .document("sheet", Some(2), Some("s-hongying"))
        .await
        .unwrap()
        .url;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let view = client
        .document(id)
        .unwrap()
        .fork_at(&snapshot.heads[&url])
        .unwrap();
    let cell = |row: &str| diaodu_tests::interop::scalar(&view, &["rows", row], "report");
    assert_eq!(cell("m01.s-hongying"), Some(text("报送")));
    assert_eq!(cell("m02.s-hongying"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_can_be_nothing_and_be_taken_back_until_due() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let nothing = [("report", text("零报告"))];
    assert_eq!(write(&house, 2, "m01.s-hongying", &nothing).await, None);
    report(&house, "m02.s-hongying").await;
    report(&house, "m03.s-hongying").await;
    house.turn("2021-04-16T15:59:59.999");
    let back = [("report", text("撤回"))];
    assert_eq!(write(&house, 2, "m02.s-hongying", &back).await, None);
    hub_once(&house, 2, "the receipt to go", |hub| {
        !hub.receipts
            .contains_key(&RowId("m02.s-hongying".to_owned()))
    })
    .await;
    house.turn("2021-04-16T16:20:00");
    assert_eq!(write(&house, 2, "m03.s-hongying", &back).await, None);
    let later = [("progress", text("又查了一遍"))];
    assert_eq!(write(&house, 2, "m01.s-hongying", &later).await, None);
    hub_once(&house, 2, "edit and withdrawal", |hub| {
        let known = |row: &str| hub.reports.get(&RowId(row.to_owned()));
        known("m01.s-hongying").is_some_and(|known| known.edited.is_some())
            && known("m03.s-hongying").is_some_and(|known| known.withdrawn.is_some())
    })
    .await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m01.s-hongying"), "on_time zero edited");
    assert_eq!(row_of(&now, "m02.s-hongying"), "missing");
    assert_eq!(row_of(&now, "m03.s-hongying"), "on_time withdrawn");
    cut(&house, 2, Cut::Due).await;
    let then = summary(&house, "2/summary?at=due").await;
    assert_eq!(row_of(&then, "m01.s-hongying"), "on_time zero");
    assert_eq!(row_of(&then, "m03.s-hongying"), "on_time");
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_alone_is_no_report() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let typed = [("progress", text("已排查四十四家"))];
    assert_eq!(write(&house, 2, "m01.s-hongying", &typed).await, None);
    report(&house, "m02.s-hongying").await;
    assert_eq!(
        row_of(&summary(&house, "2/summary").await, "m01.s-hongying"),
        "missing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_down_at_four_takes_the_snapshot_when_it_starts() {
    let mut house = House::open_at("2021-04-16T15:50:00").await;
    report(&house, "m01.s-hongying").await;
    house.close().await;
    house.reopen_at("2021-04-16T16:30:00").await;
    // It stands when the server listens: nobody has to wait for it.
    let then = summary(&house, "2/summary?at=due").await;
    assert_eq!(then["was_down"], true);
    assert_eq!(row_of(&then, "m01.s-hongying"), "on_time");
    report(&house, "m02.s-hongying").await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m02.s-hongying"), "late");
    assert_eq!(
        summary(&house, "2/summary?at=due").await,
        then,
        "a snapshot does not change"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn up_or_down_and_played_again_the_snapshot_is_the_same() {
    let mut house = House::open_at("2021-04-16T15:40:00").await;
    for (row, progress) in [
        ("m01.s-hongying", "甲"),
        ("m01.s-pucheng", "乙"),
        ("m01.u-shengtai", "丙"),
    ] {
        assert_eq!(
            write(&house, 2, row, &[("progress", text(progress))]).await,
            None
        );
        report(&house, row).await;
    }
    house.close().await;
    let down = house.twin_at("2021-04-16T17:00:00").await;
    let again = house.twin_at("2021-04-17T09:00:00").await;
    house.reopen_at("2021-04-16T15:59:00").await;
    house.turn("2021-04-16T16:00:00");
    let up = cut(&house, 2, Cut::Due).await;
    let expected = sheet_heads(&up, Cut::Due);
    let mut said = summary(&house, "2/summary?at=due").await;
    assert_eq!(said["was_down"], false);
    for other in [&down, &again] {
        let hub = cut(other, 2, Cut::Due).await;
        assert_eq!(sheet_heads(&hub, Cut::Due), expected);
        let mut other = summary(other, "2/summary?at=due").await;
        assert_eq!(other["was_down"].take(), json!(true));
        said["was_down"] = Value::Null;
        assert_eq!(other.to_string(), said.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_was_acknowledged_has_its_receipt_after_a_crash() {
    let mut server = ServerProcess::start();
    for row in ["m01.s-hongying", "m02.s-hongying", "m03.s-hongying"] {
        let desk = Desk::sign_in(&server.url(), "s-hongying", PASSWORD)
            .await
            .unwrap();
        let url = desk
            .document("sheet", Some(2), Some("s-hongying"))
            .await
            .unwrap()
            .url;
        let mut client = desk.dial().await.unwrap();
        let id = client.open(&url).await.unwrap();
        client.put(id, row, "report", "报送").await.unwrap();
        client.until_sent().await.unwrap();
        // Killed with the receipt on its way: it may be written or not.
        server.restart();
        let office = Desk::sign_in(&server.url(), OFFICE, PASSWORD)
            .await
            .unwrap();
        let now = summary_of(&office, "2/summary").await;
        assert_eq!(row_of(&now, row), "on_time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_gives_no_earlier_receipts() {
    let mut house = House::open_at("2021-04-16T16:10:00").await;
    report(&house, "m01.s-hongying").await;
    house.reopen_at("2021-04-16T14:00:00").await;
    report(&house, "m02.s-hongying").await;
    let hub = hub_once(&house, 2, "both", |hub| hub.receipts.len() == 2).await;
    let receipts: Vec<_> = hub.receipts.values().collect();
    assert!(receipts[1] >= receipts[0], "{receipts:?}");
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m02.s-hongying"), "late");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_counts_as_the_domain_says() {
    let house = House::open_with(true).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(counted(&now, "due"), "107/11/0/121");
    assert_eq!(counted(&now, "assisting"), "47/1/0/1");
    house.turn("2021-04-16T16:00:00");
    let hub = cut(&house, 2, Cut::Due).await;
    assert_eq!(hub.receipts.len(), 166);
    let then = summary(&house, "2/summary?at=due").await;
    assert_eq!(
        counted(&then, "due"),
        "107/0/0/132",
        "what came later is not in"
    );
    assert_eq!(counted(&then, "assisting"), "47/0/0/2");
}
