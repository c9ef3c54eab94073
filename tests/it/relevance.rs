//! 相关街道 on a real server: who gains a row writes it at once, who loses one keeps what it holds, and a restart changes nothing.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use diaodu_plan::{
    campaign::{Campaign, MeasureNumber, UnitId, WeekNumber},
    layout::{catalogue, sheet},
    row::RowId,
};
use diaodu_server::storage::{Storage, sqlite::SqliteStorage};
use diaodu_tests::interop::{Client, Desk};
use diaodu_wire::repo::DocumentId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{OFFICE, ask, command},
    house::{House, STREET},
};

/// It is among the relevant streets of measure 17 in the campaign file, as 东环路 and 光华路 are; 鸿鹰 is not.
const LOSES: &str = "s-donganlu";
const STAYS: &str = "s-donghuanlu";

fn set(streets: &[&str]) -> Value {
    json!({ "command": "set-relevant-streets", "measure": 17, "streets": streets })
}

async fn open_sheet(desk: &Desk, line: &mut Client, week: u8, unit: &str) -> DocumentId {
    let sheet = desk.document("sheet", Some(week), Some(unit)).await;
    line.open(&sheet.unwrap().url).await.unwrap()
}

fn row(unit: &str) -> String {
    format!("m17.{unit}")
}

fn has_row(line: &Client, sheet: DocumentId, unit: &str) -> bool {
    sheet::read_row(line.document(sheet).unwrap(), &RowId(row(unit))).is_some()
}

/// Writes on an open line; returns the reason if it is refused.
async fn write(line: &mut Client, sheet: DocumentId, unit: &str, text: &str) -> Option<String> {
    line.put(sheet, &row(unit), "progress", text).await.unwrap();
    let answered = |line: &Client| line.unsent() == 0 || line.held(sheet).is_some();
    line.until("an answer to the edit", answered).await.unwrap();
    line.held(sheet).map(str::to_owned)
}

/// Writes on a line of its own.
async fn write_anew(house: &House, week: u8, unit: &str, text: &str) -> Option<String> {
    let desk = house.desk(unit).await;
    let mut line = desk.dial().await.unwrap();
    let sheet = open_sheet(&desk, &mut line, week, unit).await;
    write(&mut line, sheet, unit, text).await
}

fn streets_of_17(line: &Client, catalogue: DocumentId) -> Vec<String> {
    let campaign = catalogue::read(line.document(catalogue).unwrap())
        .unwrap()
        .campaign;
    let measure = campaign.measure(MeasureNumber(17)).unwrap();
    let streets = measure.relevant_in(WeekNumber(2)).iter();
    streets.map(|street| street.0.clone()).collect()
}

/// Reads the workbook, one text a line. No street leads any other measure than the seventeenth.
async fn printed(desk: &Desk, week: u8) -> Vec<String> {
    let answer = desk.get(&format!("/api/weeks/{week}.xlsx")).await.unwrap();
    let bytes = answer.bytes().await.unwrap().to_vec();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let lines = range.rows().map(|cells| {
        let texts: Vec<String> = cells.iter().map(ToString::to_string).collect();
        texts.join("|")
    });
    lines.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_street_gains_its_row_on_an_open_line_and_writes_it() {
    let mut house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let mut line = street.dial().await.unwrap();
    let sheet = open_sheet(&street, &mut line, 2, STREET).await;
    let past = open_sheet(&street, &mut line, 1, STREET).await;
    let last = open_sheet(&street, &mut line, 9, STREET).await;
    let catalogue = street.document("catalogue", None, None).await.unwrap();
    let catalogue = line.open(&catalogue.url).await.unwrap();
    assert!(!has_row(&line, sheet, STREET));

    let done = command(&office, set(&[STAYS, STREET])).await;
    assert_eq!(done["from_week"], 2);
    let is_told = |line: &Client| {
        has_row(line, sheet, STREET)
            && has_row(line, last, STREET)
            && streets_of_17(line, catalogue) == [STAYS, STREET]
    };
    line.until("the new row and the catalogue", is_told)
        .await
        .unwrap();
    assert!(!has_row(&line, past, STREET), "past weeks stay as they are");
    assert_eq!(write(&mut line, sheet, STREET, "新增街道填的").await, None);

    house.reopen_after(1).await;
    let text = "重启之后";
    assert_eq!(write_anew(&house, 2, STREET, text).await, None);
    let refused = write_anew(&house, 2, LOSES, text).await;
    assert_eq!(refused.as_deref(), Some("not-relevant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_street_that_is_no_longer_relevant_keeps_what_it_wrote_and_writes_no_more() {
    let house = House::open().await;
    let (office, loses) = (house.desk(OFFICE).await, house.desk(LOSES).await);
    let mut line = loses.dial().await.unwrap();
    let sheet = open_sheet(&loses, &mut line, 2, LOSES).await;
    assert_eq!(write(&mut line, sheet, LOSES, "先前填的进展").await, None);
    command(&office, set(&[STAYS, STREET])).await;
    let refused = write(&mut line, sheet, LOSES, "之后再填").await;
    assert_eq!(refused.as_deref(), Some("not-relevant"));
    assert_eq!(
        write_anew(&house, 1, LOSES, "上一周仍是相关街道").await,
        None
    );

    let mut reader = office.dial().await.unwrap();
    let sheet = open_sheet(&office, &mut reader, 2, LOSES).await;
    let kept = reader.cell(sheet, &row(LOSES), "progress").unwrap();
    assert_eq!(kept.as_str(), Some("先前填的进展"));
    let book = printed(&office, 2).await.join("\n");
    let of = |name: &str| {
        let mut lines = book.lines();
        lines
            .find(|line| line.contains(name) && line.contains("牵头"))
            .map(str::to_owned)
    };
    let shown = of("东安路街道").unwrap();
    assert!(
        shown.contains("不再相关") && shown.contains("先前填的进展") && shown.contains('—'),
        "{shown}"
    );
    assert_eq!(of("光华路街道"), None, "an empty row goes");
    assert!(!of("鸿鹰街道").unwrap().contains("不再相关"));
    let past = printed(&office, 1).await.join("\n");
    assert!(!past.contains("不再相关"));

    command(&office, set(&[LOSES])).await;
    let text = "又成为相关街道";
    assert_eq!(write_anew(&house, 2, LOSES, text).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_office_sets_streets_and_only_what_makes_sense() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let of = |measure: u8, streets: &[&str]| json!({ "command": "set-relevant-streets", "measure": measure, "streets": streets });
    for (desk, body, expected) in [
        (&street, set(&[STREET]), (403, "not-office")),
        (&office, of(99, &[STREET]), (404, "no-such-measure")),
        (
            &office,
            of(1, &[STREET]),
            (409, "names-no-relevant-streets"),
        ),
        (&office, set(&[]), (400, "no-streets")),
        (&office, set(&["u-zhujian"]), (400, "not-a-street")),
        (&office, set(&["s-huangtai"]), (400, "not-a-street")),
    ] {
        let (status, answer) = ask(desk, Method::POST, "/api/commands", body.clone()).await;
        assert_eq!(
            (status, answer["error"].as_str().unwrap()),
            expected,
            "{body}"
        );
    }
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    let done = command(&office, set(&[STREET])).await;
    assert_eq!(done["from_week"], 3, "a frozen week keeps its rows");
    let path = "/api/audit?kind=command&text=set-relevant-streets";
    let (_, entries) = ask(&office, Method::GET, path, Value::Null).await;
    let entries = entries.as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["subject"], "measure 17");
    assert_eq!(
        entries[0]["detail"],
        format!("set-relevant-streets {STREET}")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_died_halfway_makes_the_rows_at_its_next_start() {
    let mut house = House::open().await;
    house.close().await;
    let storage = SqliteStorage::open(&house.data()).await.unwrap();
    let kept = storage.setting("campaign").await.unwrap().unwrap();
    let mut campaign: Campaign = serde_json::from_str(&kept).unwrap();
    let streets = [UnitId(STREET.to_owned())];
    let now = "2021-04-16T15:30:00+08:00".parse().unwrap();
    let set = campaign.set_relevant_streets(MeasureNumber(17), &streets, now, &Default::default());
    set.unwrap();
    let json = serde_json::to_string(&campaign).unwrap();
    storage.put_setting("campaign", json).await.unwrap();
    storage.close().await.unwrap();
    drop(storage);

    house.reopen_after(1).await;
    let street = house.desk(STREET).await;
    let mut line = street.dial().await.unwrap();
    let sheet = open_sheet(&street, &mut line, 9, STREET).await;
    let is_made = |line: &Client| has_row(line, sheet, STREET);
    line.until("the row", is_made).await.unwrap();
    assert_eq!(write(&mut line, sheet, STREET, "可以填了").await, None);
}
