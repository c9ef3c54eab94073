//! 行动方案: a duty beside the first Friday, with a receipt of its own.

use diaodu_tests::interop::Desk;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{ask, command, newcomer},
    house::House,
};

const OFFICE: &str = "u-gongjianban";
/// Leads measures.
const LEAD: &str = "u-zhujian";
/// Leads none.
const STREET: &str = "s-hongying";

async fn get(desk: &Desk, path: &str) -> Value {
    let (status, body) = ask(desk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn refused(desk: &Desk, body: Value) -> String {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body.clone()).await;
    assert_ne!(status, 200, "{body}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

fn file(title: &str) -> Value {
    json!({ "command": "file-action-plan", "title": title })
}

fn at_moment(moment: &str) -> i64 {
    let moment: jiff::Timestamp = format!("{moment}+08:00").parse().unwrap();
    moment.as_millisecond()
}

/// `on_time/late/missing/total`
fn counted(tally: &Value) -> String {
    let keys = ["on_time", "late", "missing", "total"];
    let counts = keys.map(|key| tally[key].as_u64().unwrap().to_string());
    counts.join("/")
}

async fn tally(house: &House) -> String {
    counted(&get(&house.desk(OFFICE).await, "/api/action-plans").await["tally"])
}

/// Duty, state, title, and the two moments of a unit's plan.
async fn plan(house: &House, unit: &str) -> Value {
    let plans = get(&house.desk(OFFICE).await, "/api/action-plans").await;
    let units = plans["units"].as_array().unwrap().clone();
    let of = units.into_iter().find(|each| each["unit"] == unit);
    of.map_or(Value::Null, |of| {
        json!([
            of["duty"],
            of["state"],
            of["title"],
            of["filed_ms"],
            of["again_ms"]
        ])
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_and_the_first_friday_are_two_duties_with_two_receipts() {
    let mut house = House::open_at("2021-04-09T15:59:59.999").await;
    let lead = house.desk(LEAD).await;
    let street = house.desk(STREET).await;
    assert_eq!(tally(&house).await, "0/0/12/12");
    let waiting = json!(["owed", "missing", "", null, null]);
    assert_eq!(plan(&house, LEAD).await, waiting);
    let own = get(&lead, "/api/action-plans").await;
    assert_eq!(own["due_ms"], at_moment("2021-04-10T00:00:00"));
    assert_eq!((&own["mine"], &own["tally"]), (&json!(true), &Value::Null));
    assert_eq!(own["units"].as_array().unwrap().len(), 1);
    let of_street = get(&street, "/api/action-plans").await;
    assert_eq!(of_street["units"], json!([]), "it leads nothing");

    // After 16:00 the weekly report is late, the plan is not; a frozen week does not stand in its way either.
    house.turn("2021-04-09T16:30:00");
    let office = house.desk(OFFICE).await;
    command(&office, json!({ "command": "freeze-week", "week": 1 })).await;
    house.turn("2021-04-09T23:59:59.999");
    command(&lead, file(" 扬尘治理行动方案（卫住建〔2021〕5号） ")).await;
    house.turn("2021-04-10T00:00:00");
    command(&house.desk("u-chengguan").await, file("市容行动方案")).await;
    command(&street, file("配合方案")).await;
    assert_eq!(tally(&house).await, "1/1/10/12");
    let title = "扬尘治理行动方案（卫住建〔2021〕5号）";
    let first = at_moment("2021-04-09T23:59:59.999");
    let filed = json!(["owed", "on_time", title, first, null]);
    assert_eq!(plan(&house, LEAD).await, filed);
    let of_street = plan(&house, STREET).await;
    assert_eq!(
        (&of_street[0], &of_street[1]),
        (&json!("assisting"), &json!("late"))
    );
    let summary = get(&office, "/api/weeks/1/summary").await;
    assert_eq!(counted(&summary["action_plans"]), "1/1/10/12");
    assert_eq!(summary["due"]["on_time"], 0, "no row is reported by it");
    let summary = get(&office, "/api/weeks/1/summary?at=due").await;
    assert_eq!(counted(&summary["action_plans"]), "0/0/12/12");
    let summary = get(&office, "/api/weeks/2/summary").await;
    assert_eq!(summary["action_plans"], Value::Null);

    // Filed anew: the first receipt stands, also through another start.
    house.turn("2021-04-12T09:00:00");
    command(&lead, file("扬尘治理行动方案（修订）")).await;
    let again = at_moment("2021-04-12T09:00:00");
    let filed = json!(["owed", "on_time", "扬尘治理行动方案（修订）", first, again]);
    assert_eq!(plan(&house, LEAD).await, filed);
    house.reopen_at("2021-04-12T10:00:00").await;
    assert_eq!(plan(&house, LEAD).await, filed);
    assert_eq!(tally(&house).await, "1/1/10/12");
    let office = house.desk(OFFICE).await;
    let log = get(&office, "/api/audit?kind=command").await.to_string();
    assert!(log.contains("file-action-plan"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_reads_files_no_plan_and_a_plan_has_a_title() {
    let house = House::open_at("2021-04-09T10:00:00").await;
    let viewer = newcomer(&house, "viewer", LEAD, "viewer").await;
    let leader = newcomer(&house, "leader", LEAD, "leader").await;
    assert_eq!(refused(&viewer, file("方案")).await, "not-yours");
    let plans = get(&viewer, "/api/action-plans").await;
    assert_eq!(plans["mine"], json!(false));
    assert_eq!(counted(&plans["tally"]), "0/0/12/12");
    for title in ["", "  ", "一\n二", &"长".repeat(201)] {
        assert_eq!(refused(&leader, file(title)).await, "bad-title");
    }
    command(&leader, file(&"长".repeat(200))).await;
    assert_eq!(tally(&house).await, "1/0/11/12");
}
