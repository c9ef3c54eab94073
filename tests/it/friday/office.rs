//! What the office decides about due times, duties and late reports, and who may see the counts.

use super::*;
use crate::accounts::command;

async fn refused(desk: &Desk, body: Value) -> String {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body.clone()).await;
    assert_ne!(status, 200, "{body}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

fn set_due(week: u8, moment: &str) -> Value {
    json!({ "command": "set-due", "week": week, "due_ms": at_moment(moment) })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_moves_the_due_time_before_it_passes_and_not_after() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    command(&office, set_due(2, "2021-04-19T12:00:00")).await;
    house.turn("2021-04-16T16:30:00");
    report(&house, "m01.s-hongying").await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m01.s-hongying"), "on_time");
    assert_eq!(now["due_ms"], at_moment("2021-04-19T12:00:00"));
    house.reopen_at("2021-04-19T11:00:00").await;
    let office = house.desk(OFFICE).await;
    assert_eq!(
        refused(&office, set_due(2, "2021-04-19T10:00:00")).await,
        "bad-due"
    );
    assert_eq!(
        refused(&office, set_due(2, "2021-04-23T16:00:00")).await,
        "bad-due"
    );
    house.turn("2021-04-19T12:00:00");
    report(&house, "m02.s-hongying").await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m02.s-hongying"), "late");
    assert_eq!(
        refused(&office, set_due(2, "2021-04-20T12:00:00")).await,
        "due-passed"
    );
    let hub = cut(&house, 2, Cut::Due).await;
    let at = hub.snapshots[&Cut::Due].at.as_millisecond();
    assert_eq!(at, at_moment("2021-04-19T12:00:00"));
    let street = house.desk("s-hongying").await;
    assert_eq!(
        refused(&street, set_due(3, "2021-04-24T12:00:00")).await,
        "not-office"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn grace_holds_for_weeks_that_are_not_due_yet() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    command(&office, json!({ "command": "set-grace", "minutes": 10 })).await;
    house.turn("2021-04-16T16:09:59.999");
    report(&house, "m01.s-hongying").await;
    house.turn("2021-04-16T16:10:00");
    report(&house, "m02.s-hongying").await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m01.s-hongying"), "on_time");
    assert_eq!(row_of(&now, "m02.s-hongying"), "late");
    let cutoff = |summary: Value| summary["cutoff_ms"].as_i64().unwrap();
    assert_eq!(cutoff(now), at_moment("2021-04-16T16:10:00"));
    let first = summary(&house, "1/summary").await;
    assert_eq!(cutoff(first), at_moment("2021-04-09T16:00:00"));
    let hub = cut(&house, 2, Cut::Due).await;
    let at = hub.snapshots[&Cut::Due].at.as_millisecond();
    assert_eq!(at, at_moment("2021-04-16T16:10:00"));
    let too_much = json!({ "command": "set-grace", "minutes": 1441 });
    assert_eq!(refused(&office, too_much).await, "bad-due");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_offline_is_late_until_the_office_accepts_it() {
    let house = House::open_at("2021-04-16T16:40:00").await;
    let saved = |moment| ScalarValue::Int(at_moment(moment));
    let offline = [
        ("report", text("报送")),
        ("report_saved_at", saved("2021-04-16T15:50:00")),
    ];
    // Both cells arrive in one breath or in two: the receipt keeps what stood there when it was written.
    let in_time = [offline[1].clone(), offline[0].clone()];
    assert_eq!(write(&house, 2, "m01.s-hongying", &in_time).await, None);
    report(&house, "m02.s-hongying").await;
    hub_once(&house, 2, "both", |hub| hub.receipts.len() == 2).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m01.s-hongying"), "late offline");
    let accept = |row: &str, reason: &str| json!({ "command": "accept-on-time", "week": 2, "row": row, "reason": reason });
    let office = house.desk(OFFICE).await;
    assert_eq!(
        refused(&office, accept("m02.s-hongying", "断网")).await,
        "not-offline"
    );
    assert_eq!(
        refused(&office, accept("m01.s-hongying", " ")).await,
        "bad-reason"
    );
    let street = house.desk("s-hongying").await;
    assert_eq!(
        refused(&street, accept("m01.s-hongying", "断网")).await,
        "not-office"
    );
    command(&office, accept("m01.s-hongying", "机房断网，已核实")).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m01.s-hongying"), "on_time offline accepted");
    let (_, log) = ask(&office, Method::GET, "/api/audit?kind=command", Value::Null).await;
    assert!(
        log.to_string()
            .contains("accept-on-time 2 机房断网，已核实"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_changes_who_owes_a_report() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    let set = |row: &str, duty: &str| json!({ "command": "set-duty", "row": row, "duty": duty });
    assert_eq!(
        counted(&summary(&house, "2/summary").await, "due"),
        "0/0/0/239"
    );
    command(&office, set("m19.u-caizheng", "owed")).await;
    command(&office, set("m01.s-pucheng", "assisting")).await;
    command(&office, set("m02.s-pucheng", "assisting")).await;
    for reopened in [false, true] {
        if reopened {
            house.reopen_at("2021-04-16T15:10:00").await;
        }
        let now = summary(&house, "2/summary").await;
        assert_eq!(counted(&now, "due"), "0/0/0/238");
        assert_eq!(counted(&now, "assisting"), "0/0/0/50");
    }
    let office = house.desk(OFFICE).await;
    assert_eq!(
        refused(&office, set("m99.s-pucheng", "owed")).await,
        "no-such-row"
    );
    let url = office.document("catalogue", None, None).await.unwrap().url;
    let mut client = office.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let catalogue = diaodu_plan::layout::catalogue::read(client.document(id).unwrap()).unwrap();
    assert_eq!(catalogue.campaign.duties.len(), 3, "pages are told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_counts_what_it_may_read() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    let own = json!({ "command": "set-visibility", "visibility": "own" });
    command(&office, own).await;
    let street = summary_of(&house.desk("s-hongying").await, "2/summary").await;
    let units = street["units"].as_array().unwrap();
    assert_eq!(units.len(), 1);
    assert_eq!(units[0]["unit"], "s-hongying");
    assert_eq!(
        counted(&summary(&house, "2/summary").await, "due"),
        "0/0/0/239"
    );
    let street = house.desk("s-hongying").await;
    let (status, _) = ask(&street, Method::GET, "/api/weeks/77/summary", Value::Null).await;
    assert_eq!(status, 404);
    let (status, body) = ask(
        &street,
        Method::GET,
        "/api/weeks/2/summary?at=due",
        Value::Null,
    )
    .await;
    assert_eq!((status, &body["error"]), (404, &json!("no-snapshot")));
    let (status, _) = ask(&street, Method::GET, "/api/periods", Value::Null).await;
    assert_eq!(status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_time_is_moved_with_a_reason_that_everybody_reads() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    let mut moved = set_due(2, "2021-04-19T12:00:00");
    moved["reason"] = json!("  ");
    assert_eq!(refused(&office, moved.clone()).await, "bad-reason");
    moved["reason"] = json!("清明节放假顺延");
    command(&office, moved).await;
    let week = campaign(&house.desk("s-hongying").await).await.weeks[1].clone();
    assert_eq!(week.due_reason, "清明节放假顺延");
    let (_, log) = ask(&office, Method::GET, "/api/audit?kind=command", Value::Null).await;
    assert!(log.to_string().contains("清明节放假顺延"), "{log}");
}

async fn campaign(desk: &Desk) -> diaodu_plan::campaign::Campaign {
    let url = desk.document("catalogue", None, None).await.unwrap().url;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let document = client.document(id).unwrap();
    diaodu_plan::layout::catalogue::read(document)
        .unwrap()
        .campaign
}
