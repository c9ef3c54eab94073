//! 单位审签: what a unit submits waits for its leader, by command, in the hub, through a restart and at both cuts.

use super::*;
use crate::accounts::{command, newcomer};

const ROW: &str = "m01.s-hongying";
const OTHER: &str = "m02.s-hongying";

fn set(mode: &str) -> Value {
    json!({ "command": "set-sign-off", "mode": mode })
}

fn sign(rows: &[&str]) -> Value {
    json!({ "command": "sign-off", "week": 2, "rows": rows })
}

async fn refused(desk: &Desk, body: Value) -> String {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body.clone()).await;
    assert_ne!(status, 200, "{body}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

/// Submits a row and waits until the hub says so.
async fn submit(house: &House, row: &str) {
    assert_eq!(
        write(house, 2, row, &[("report", text("报送"))]).await,
        None
    );
    hub_once(house, 2, "the submission", |hub| {
        let known = hub.reports.get(&RowId(row.to_owned()));
        known.is_some_and(|known| known.submitted.is_some())
    })
    .await;
}

/// The hub's own word on a row: receipt, submission, signature.
async fn known(house: &House, row: &str) -> [Option<i64>; 3] {
    let hub = hub_once(house, 2, "the hub", |_| true).await;
    let known = hub.reports.get(&RowId(row.to_owned())).cloned();
    let known = known.unwrap_or_default();
    let signed = known.signed.map(|signed| signed.at);
    [known.receipt, known.submitted, signed].map(|at| at.map(|at| at.as_millisecond()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_submits_counts_once_its_leader_has_signed_it() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    let leader = newcomer(&house, "leader", "s-hongying", "leader").await;
    let street = house.desk("s-hongying").await;
    let other = newcomer(&house, "other-leader", "s-pucheng", "leader").await;
    assert_eq!(refused(&street, set("signing")).await, "not-office");
    assert_eq!(refused(&office, set("twice")).await, "bad-request");
    command(&office, set("submission")).await;
    house.turn("2021-04-16T15:10:00");
    assert_eq!(refused(&leader, sign(&[ROW])).await, "not-submitted");
    submit(&house, ROW).await;
    submit(&house, OTHER).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, ROW), "missing");
    assert_eq!(counted(&now, "due"), "0/0/0/239");

    // Nobody but the unit's own leader; all of the rows or none.
    for desk in [&street, &other, &office] {
        assert_eq!(refused(desk, sign(&[ROW])).await, "not-yours");
    }
    let third = "m03.s-hongying";
    assert_eq!(refused(&leader, sign(&[ROW, third])).await, "not-submitted");
    assert_eq!(
        refused(&leader, sign(&["m99.s-hongying"])).await,
        "no-such-row"
    );
    assert_eq!(row_of(&summary(&house, "2/summary").await, ROW), "missing");

    house.turn("2021-04-16T16:10:00");
    cut(&house, 2, Cut::Due).await;
    command(&leader, sign(&[ROW])).await;
    let [submitted, signed] =
        ["2021-04-16T15:10:00", "2021-04-16T16:10:00"].map(|at| Some(at_moment(at)));
    assert_eq!(known(&house, ROW).await, [submitted, submitted, signed]);
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, ROW), "on_time");
    assert_eq!(counted(&now, "due"), "1/0/0/238");
    // At four nobody had signed.
    let then = summary(&house, "2/summary?at=due").await;
    assert_eq!(counted(&then, "due"), "0/0/0/239");
    assert_eq!(refused(&leader, sign(&[ROW])).await, "not-submitted");

    // The same after another start, and nothing of it is written anew.
    house.reopen_at("2021-04-16T17:00:00").await;
    assert_eq!(known(&house, ROW).await, [submitted, submitted, signed]);
    assert_eq!(known(&house, OTHER).await, [None, submitted, None]);
    let office = house.desk(OFFICE).await;
    let (_, log) = ask(&office, Method::GET, "/api/audit?kind=command", Value::Null).await;
    for word in ["set-sign-off", "sign-off 2"] {
        assert!(log.to_string().contains(word), "{word} is not in {log}");
    }
    command(&office, json!({ "command": "freeze-week", "week": 2 })).await;
    let leader = house
        .try_desk("leader", crate::accounts::PASSWORD_OF_THEIRS)
        .await
        .unwrap();
    assert_eq!(refused(&leader, sign(&[OTHER])).await, "week-frozen");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_signature_counts_the_last_millisecond_is_the_leaders() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    let leader = newcomer(&house, "leader", "s-hongying", "leader").await;
    command(&office, set("signing")).await;
    submit(&house, ROW).await;
    submit(&house, OTHER).await;
    house.turn("2021-04-16T15:59:59.999");
    command(&leader, sign(&[ROW])).await;
    house.turn("2021-04-16T16:00:00");
    command(&leader, sign(&[OTHER])).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, ROW), "on_time");
    assert_eq!(row_of(&now, OTHER), "late");
    cut(&house, 2, Cut::Due).await;
    let then = summary(&house, "2/summary?at=due").await;
    assert_eq!(row_of(&then, ROW), "on_time");
    assert_eq!(row_of(&then, OTHER), "missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setting_holds_for_weeks_to_come_and_lets_what_waits_go_when_it_ends() {
    let house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    report(&house, OTHER).await;
    command(&office, set("signing")).await;
    assert_eq!(
        row_of(&summary(&house, "2/summary").await, OTHER),
        "on_time",
        "what had been received stands"
    );
    house.turn("2021-04-16T15:10:00");
    submit(&house, ROW).await;
    house.turn("2021-04-16T15:30:00");
    command(&office, set("none")).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, ROW), "on_time");
    let [receipt, ..] = known(&house, ROW).await;
    assert_eq!(receipt, Some(at_moment("2021-04-16T15:10:00")));

    // A week that is due keeps what held for it.
    house.turn("2021-04-16T16:00:00");
    command(&office, set("signing")).await;
    report(&house, "m03.s-hongying").await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, "m03.s-hongying"), "late");
}
