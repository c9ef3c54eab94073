//! `GET /api/board`: weeks over weeks, for those who may read them.

use diaodu_tests::interop::Desk;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::ask,
    house::{House, STREET},
};

const OFFICE: &str = "u-gongjianban";

async fn board(desk: &Desk) -> Vec<Value> {
    let (status, body) = ask(desk, Method::GET, "/api/board", Value::Null).await;
    assert_eq!(status, 200, "{body}");
    body["weeks"].as_array().unwrap().clone()
}

fn due(week: &Value) -> [u64; 4] {
    ["on_time", "late", "missing", "total"].map(|word| week["due"][word].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_agrees_with_the_sample_and_with_the_summary() {
    let house = House::open_with(true).await;
    let desk = house.desk(OFFICE).await;
    let weeks = board(&desk).await;
    assert_eq!(weeks.len(), 9);
    assert_eq!(due(&weeks[1]), [107, 11, 121, 239]);
    let assisting = &weeks[1]["assisting"];
    assert_eq!(
        [
            &assisting["on_time"],
            &assisting["late"],
            &assisting["missing"]
        ],
        [&json!(47), &json!(1), &json!(1)]
    );
    for number in [2, 3] {
        let path = format!("/api/weeks/{number}/summary");
        let (_, summary) = ask(&desk, Method::GET, &path, Value::Null).await;
        let week = &weeks[number - 1];
        assert_eq!(week["due"], summary["due"], "week {number}");
        assert_eq!(week["work"], summary["work"], "week {number}");
        let work = |list: &Value| -> Vec<Value> {
            let groups = list.as_array().unwrap().iter();
            groups.map(|group| group["work"].clone()).collect()
        };
        assert_eq!(
            work(&week["actions"]),
            work(&summary["actions"]),
            "week {number}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_counted_when_the_board_is_asked_for_again() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let found = |weeks: &[Value]| {
        let of = |week: usize, word: &str| weeks[week]["work"][word].as_i64().unwrap();
        [of(1, "found_week"), of(1, "lagging"), of(2, "found_total")]
    };
    assert_eq!(found(&board(&office).await), [0, 0, 0]);
    let desk = house.desk(STREET).await;
    let mut client = desk.dial().await.unwrap();
    let url = desk
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let id = client.open(&url).await.unwrap();
    let row = "m07.s-hongying";
    client.put(id, row, "found_week", 3_i64).await.unwrap();
    client.put(id, row, "status", "滞后").await.unwrap();
    client
        .until("an answer", |client| client.unsent() == 0)
        .await
        .unwrap();
    // The week after goes on from it.
    assert_eq!(found(&board(&office).await), [3, 1, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_may_not_be_read_are_not_counted() {
    let house = House::open_with(true).await;
    let office = house.desk(OFFICE).await;
    let order = json!({ "command": "set-visibility", "visibility": "own" });
    let (status, body) = ask(&office, Method::POST, "/api/commands", order).await;
    assert_eq!(status, 200, "{body}");
    let street = house.desk(STREET).await;
    let (_, summary) = ask(&street, Method::GET, "/api/weeks/2/summary", Value::Null).await;
    let weeks = board(&street).await;
    assert_eq!(weeks[1]["due"], summary["due"]);
    assert!(due(&weeks[1])[3] < 239);
    assert_eq!(due(&board(&office).await[1]), [107, 11, 121, 239]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_is_for_those_who_have_signed_in() {
    let house = House::open().await;
    let answer = reqwest::get(format!("{}/api/board", house.url()))
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
}
