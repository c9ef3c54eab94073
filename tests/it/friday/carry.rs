//! What weeks go on from: totals through weeks that are not frozen, corrections that come after the next freeze, and what a frozen
//! week keeps whatever happens around it.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use diaodu_interchange::{sample::campaign, xlsx_out::printed};
use diaodu_plan::{campaign::WeekNumber, column::Column, row};

use super::{
    freeze::{LEAD, STREET_ROW, cell, decide, freeze, refused, wish},
    *,
};
use crate::accounts::command;

const STREET: &str = "s-hongying";

async fn find(house: &House, week: u8, count: i64) {
    let numbers = [("found_week", ScalarValue::Int(count))];
    assert_eq!(write(house, week, STREET_ROW, &numbers).await, None);
}

async fn get(desk: &Desk, path: &str) -> Value {
    let (status, body) = ask(desk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn bytes(desk: &Desk, path: &str) -> Vec<u8> {
    let answer = desk.get(path).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

/// 累计发现问题数 of the street's row, as the workbook of the week has it.
async fn printed_total(desk: &Desk, week: u8) -> String {
    let file = bytes(desk, &format!("/api/weeks/{week}.xlsx")).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let rows = row::rows(&campaign(), WeekNumber(week));
    let index = rows.iter().position(|row| row.id.0 == STREET_ROW).unwrap();
    let columns = printed();
    let column = columns
        .iter()
        .position(|column| *column == Column::FoundTotal)
        .unwrap();
    // Two rows of title, two of headings.
    match range.get((4 + index, column)) {
        Some(Data::Float(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

/// Found in all, by summary and board.
async fn total(house: &House, week: u8) -> i64 {
    let summary = summary(house, &format!("{week}/summary")).await;
    let board = get(&house.desk(OFFICE).await, "/api/board").await;
    let of_board = &board["weeks"][usize::from(week) - 1];
    assert_eq!(of_board["week"], week);
    assert_eq!(
        summary["work"]["found_total"], of_board["work"]["found_total"],
        "week {week}"
    );
    summary["work"]["found_total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_go_on_from_weeks_that_are_not_frozen_in_every_export() {
    let house = House::open_at("2021-04-16T15:30:00").await;
    for (week, count) in [(1, 5), (2, 2), (3, 1)] {
        find(&house, week, count).await;
    }
    let office = house.desk(OFFICE).await;
    let street = house.desk(STREET).await;
    let openings = "/api/weeks/3/openings";
    for is_frozen in [false, true] {
        if is_frozen {
            command(&office, freeze(1)).await;
        }
        assert_eq!(printed_total(&street, 1).await, "5");
        assert_eq!(printed_total(&street, 2).await, "7");
        assert_eq!(printed_total(&street, 3).await, "8");
        let told = get(&street, openings).await;
        let of_row = json!({ "before": [null, 7, null], "stored": [null, null, null] });
        assert_eq!(told["rows"], json!({ STREET_ROW: of_row }));
    }
    // The sheet of the first week that is not frozen says it itself.
    assert_eq!(
        get(&street, "/api/weeks/2/openings").await["rows"],
        json!({})
    );
    find(&house, 2, 4).await;
    assert_eq!(printed_total(&street, 3).await, "10");
    let own = json!({ "command": "set-visibility", "visibility": "own" });
    command(&office, own).await;
    let other = house.desk("s-pucheng").await;
    assert_eq!(get(&other, openings).await["rows"], json!({}));
    let (status, _) = ask(&other, Method::GET, "/api/weeks/77/openings", Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_reaches_the_first_open_week_through_frozen_ones_that_stay() {
    let mut house = House::open_at("2021-04-24T09:00:00").await;
    for (week, count) in [(1, 3), (2, 5), (3, 2), (4, 1)] {
        find(&house, week, count).await;
    }
    let office = house.desk(OFFICE).await;
    for week in 1..=3 {
        command(&office, freeze(week)).await;
    }
    let before = async |house: &House, week| cell(house, week, STREET_ROW, "found_before").await;
    assert_eq!(before(&house, 4).await, Some(ScalarValue::Int(10)));
    let frozen = summary(&house, "3/summary?at=final").await;
    let docx = bytes(&office, "/api/weeks/3/circular.docx").await;
    let correct = async |house: &House, new: &str| {
        let [street, lead, office] = [
            house.desk(STREET).await,
            house.desk(LEAD).await,
            house.desk(OFFICE).await,
        ];
        let cells = json!([{ "column": "found_week", "new": new }]);
        let asked = command(&street, wish(STREET_ROW, cells)).await;
        let id = asked["correction"].as_str().unwrap().to_owned();
        command(&lead, decide(&id, true, "")).await;
        command(&office, decide(&id, true, "")).await;
    };
    correct(&house, "9").await;
    for reopened in [false, true] {
        if reopened {
            house.reopen_at("2021-04-24T10:00:00").await;
        }
        assert_eq!(before(&house, 4).await, Some(ScalarValue::Int(14)));
        assert_eq!(total(&house, 4).await, 15);
        assert_eq!(total(&house, 5).await, 15);
        assert_eq!(total(&house, 2).await, 12, "corrected");
        // The frozen week in between is what it was.
        assert_eq!(before(&house, 3).await, Some(ScalarValue::Int(8)));
        assert_eq!(total(&house, 3).await, 10);
        assert_eq!(summary(&house, "3/summary?at=final").await, frozen);
    }
    let office = house.desk(OFFICE).await;
    assert_ne!(
        bytes(&office, "/api/weeks/3/circular.docx").await,
        docx,
        "it tells of the correction"
    );
    correct(&house, "").await;
    assert_eq!(before(&house, 4).await, Some(ScalarValue::Int(5)));
    assert_eq!(total(&house, 4).await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_frozen_before_an_earlier_one_lets_later_ones_go_on_from_both() {
    let house = House::open_at("2021-04-17T10:00:00").await;
    for (week, count) in [(1, 3), (2, 5), (3, 2)] {
        find(&house, week, count).await;
    }
    let office = house.desk(OFFICE).await;
    command(&office, freeze(2)).await;
    find(&house, 1, 4).await;
    assert_eq!(
        total(&house, 2).await,
        8,
        "frozen when the first week had 3"
    );
    assert_eq!(total(&house, 3).await, 11);
    assert_eq!(printed_total(&office, 2).await, "8");
    assert_eq!(printed_total(&office, 3).await, "11");
    command(&office, freeze(1)).await;
    let before = cell(&house, 3, STREET_ROW, "found_before").await;
    assert_eq!(before, Some(ScalarValue::Int(9)));
    assert_eq!(total(&house, 2).await, 8);
    assert_eq!(total(&house, 3).await, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_duty_leaves_due_and_frozen_weeks_as_they_were() {
    let mut house = House::open_at("2021-04-17T10:00:00").await;
    let office = house.desk(OFFICE).await;
    let assisting = |row: &str| json!({ "command": "set-duty", "row": row, "duty": "assisting" });
    let due = async |house: &House, query: &str| counted(&summary(house, query).await, "due");
    command(&office, freeze(2)).await;
    let circular = get(&office, "/api/weeks/2/circular").await;
    let docx = bytes(&office, "/api/weeks/2/circular.docx").await;
    let done = command(&office, assisting("m01.s-pucheng")).await;
    assert_eq!(done["from_week"], 3);
    for query in ["2/summary", "2/summary?at=final", "1/summary"] {
        assert_eq!(due(&house, query).await, "0/0/0/239", "{query}");
    }
    assert_eq!(due(&house, "3/summary").await, "0/0/0/238");
    assert_eq!(get(&office, "/api/weeks/2/circular").await, circular);
    assert!(docx == bytes(&office, "/api/weeks/2/circular.docx").await);
    let board = get(&office, "/api/board").await;
    let totals = [1, 2].map(|index: usize| board["weeks"][index]["due"]["total"].clone());
    assert_eq!(totals, [json!(239), json!(238)]);

    // Due and not frozen: nobody becomes late, or is forgiven, behind due.
    house.reopen_at("2021-04-24T10:00:00").await;
    let office = house.desk(OFFICE).await;
    let done = command(&office, assisting("m02.s-pucheng")).await;
    assert_eq!(done["from_week"], 4);
    for query in ["3/summary", "3/summary?at=due"] {
        assert_eq!(due(&house, query).await, "0/0/0/238", "{query}");
    }
    assert_eq!(due(&house, "4/summary").await, "0/0/0/237");
    house.reopen_at("2021-06-06T10:00:00").await;
    let office = house.desk(OFFICE).await;
    assert_eq!(
        refused(&office, assisting("m03.s-pucheng")).await,
        "no-open-week"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_says_nothing_of_a_week_before_that_is_still_written() {
    let mut house = House::open_at("2021-04-17T10:00:00").await;
    let office = house.desk(OFFICE).await;
    find(&house, 1, 3).await;
    find(&house, 2, 5).await;
    command(&office, freeze(2)).await;
    let path = "/api/weeks/2/circular";
    let file = "/api/weeks/2/circular.docx";
    let view = get(&office, path).await;
    assert_eq!(view["previous_open"], true);
    let (docx, then) = (
        bytes(&office, file).await,
        summary(&house, "2/summary?at=final").await,
    );
    assert_eq!(then["work"]["found_total"], 8);
    assert_eq!(then["previous"], Value::Null);
    let due = summary(&house, "2/summary?at=due").await;
    find(&house, 1, 50).await;
    report_in(&house, 1, STREET_ROW).await;
    for reopened in [false, true] {
        if reopened {
            house.reopen_at("2021-04-17T11:00:00").await;
        }
        let office = house.desk(OFFICE).await;
        assert!(docx == bytes(&office, file).await, "another file");
        assert_eq!(get(&office, path).await, view);
        assert_eq!(summary(&house, "2/summary?at=final").await, then);
        assert_eq!(summary(&house, "2/summary?at=due").await, due);
    }
    // What the week before was frozen as is compared with, and from then on for ever.
    let office = house.desk(OFFICE).await;
    command(&office, freeze(1)).await;
    let view = get(&office, path).await;
    assert_eq!(view["previous_open"], Value::Null);
    let then = summary(&house, "2/summary?at=final").await;
    assert_eq!(then["work"]["found_total"], 8, "as it was frozen");
    assert_eq!(then["previous"]["found_week"], 50);
    let docx = bytes(&office, file).await;
    house.reopen_at("2021-04-17T12:00:00").await;
    assert!(docx == bytes(&house.desk(OFFICE).await, file).await);
}

async fn report_in(house: &House, week: u8, row: &str) {
    let cells = [("report", text("报送"))];
    assert_eq!(write(house, week, row, &cells).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_holds_the_heads_of_all_documents_of_the_week() {
    let house = House::open_at("2021-04-16T16:00:00").await;
    let office = house.desk(OFFICE).await;
    command(&office, freeze(2)).await;
    let hub = cut(&house, 2, Cut::Final).await;
    let documents = office.documents().await.unwrap();
    let of_week = documents.iter().filter(|entry| entry.week == Some(2));
    let catalogue = documents.iter().filter(|entry| entry.kind == "catalogue");
    let mut expected: Vec<&str> = of_week
        .chain(catalogue)
        .map(|entry| entry.url.as_str())
        .collect();
    expected.sort_unstable();
    assert!(documents.iter().any(|entry| entry.kind == "talk"));
    for cut in Cut::ALL {
        let heads = &hub.snapshots[&cut].heads;
        let found: Vec<&str> = heads.keys().map(String::as_str).collect();
        assert_eq!(found, expected, "{cut:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_week_is_frozen_by_accident() {
    let house = House::open_at("2021-04-16T15:50:00").await;
    house.turn("2021-04-16T15:59:59.999");
    let office = house.desk(OFFICE).await;
    let early = |week: u8| json!({ "command": "freeze-week", "week": week, "early": true });
    let due = |week: u8| json!({ "command": "freeze-week", "week": week, "early": false });
    assert_eq!(refused(&office, due(2)).await, "week-not-due");
    assert_eq!(refused(&office, due(3)).await, "week-not-begun");
    assert_eq!(refused(&office, early(3)).await, "week-not-begun");
    let open = summary(&house, "2/summary").await;
    assert_eq!(open["frozen_ms"], Value::Null);
    house.turn("2021-04-16T16:00:00");
    command(&office, due(2)).await;
    command(&office, due(2)).await;
    // The first moment of the week after.
    house.turn("2021-04-16T23:59:59.999");
    assert_eq!(refused(&office, early(3)).await, "week-not-begun");
    house.turn("2021-04-17T00:00:00");
    assert_eq!(refused(&office, due(3)).await, "week-not-due");
    command(&office, early(3)).await;
    // A program that says nothing of it is not held up.
    command(&office, freeze(4)).await;
    let log = get(&office, "/api/audit?kind=command").await.to_string();
    assert!(log.contains("freeze-week early"), "{log}");
}
