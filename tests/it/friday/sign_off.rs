//! 单位审签: what a unit submits waits for its leader, by command, in the hub, through a restart and at both cuts.

use diaodu_plan::layout::sheet;

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
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    let leader = house
        .try_desk("leader", crate::accounts::PASSWORD_OF_THEIRS)
        .await
        .unwrap();
    assert_eq!(refused(&leader, sign(&[OTHER])).await, "week-frozen");
}

fn send_back(rows: &[&str], reason: &str) -> Value {
    json!({ "command": "send-back", "week": 2, "rows": rows, "reason": reason })
}

/// What the sheet says of a row: why it was sent back, and whether that stands.
async fn sent_back(house: &House, row: &str) -> Option<(String, bool)> {
    let hub = hub_once(house, 2, "the hub", |_| true).await;
    let id = RowId(row.to_owned());
    let desk = house.desk("s-hongying").await;
    let sheet = desk.document("sheet", Some(2), Some("s-hongying")).await;
    let mut client = desk.dial().await.unwrap();
    let document = client.open(&sheet.unwrap().url).await.unwrap();
    let stored = sheet::read_row(client.document(document).unwrap(), &id).unwrap();
    let standing = hub.reports.get(&id).cloned().unwrap_or_default();
    let back = stored.sent_back?;
    let stands = back.stands(&stored.cells, &standing);
    Some((back.reason, stands))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_sends_back_with_a_reason_and_nobody_loses_time_by_it() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    let leader = newcomer(&house, "leader", "s-hongying", "leader").await;
    let street = house.desk("s-hongying").await;
    let other = newcomer(&house, "other-leader", "s-pucheng", "leader").await;
    command(&office, set("submission")).await;
    house.turn("2021-04-16T15:10:00");
    submit(&house, ROW).await;
    submit(&house, OTHER).await;
    for desk in [&street, &other, &office] {
        assert_eq!(refused(desk, send_back(&[ROW], "重写")).await, "not-yours");
    }
    for blank in ["", " \n"] {
        let refused = refused(&leader, send_back(&[ROW], blank)).await;
        assert_eq!(refused, "bad-reason");
    }
    let third = "m03.s-hongying";
    let both = send_back(&[ROW, third], "重写");
    assert_eq!(refused(&leader, both).await, "not-submitted");
    assert_eq!(sent_back(&house, ROW).await, None, "all of them or none");

    house.turn("2021-04-16T15:20:00");
    command(&leader, send_back(&[ROW], "请写明数量")).await;
    let submitted = Some(at_moment("2021-04-16T15:10:00"));
    assert_eq!(known(&house, ROW).await, [None, submitted, None]);
    let told = |stands| Some(("请写明数量".to_owned(), stands));
    assert_eq!(sent_back(&house, ROW).await, told(true));
    assert_eq!(sent_back(&house, OTHER).await, None);
    // It is the server's to write: nobody takes it away.
    let forged = [("sent_back", text("没有这回事"))];
    let answer = write(&house, 2, ROW, &forged).await;
    assert_eq!(answer.as_deref(), Some("unknown-column"));

    // Mended and reported again after four; signed later still: on time by the submission, which stands.
    house.reopen_at("2021-04-16T16:10:00").await;
    assert_eq!(sent_back(&house, ROW).await, told(true));
    let again = [
        ("progress", text("巡查道路十二条，整改四处")),
        (
            "report_saved_at",
            ScalarValue::Int(at_moment("2021-04-16T16:10:00")),
        ),
    ];
    assert_eq!(write(&house, 2, ROW, &again).await, None);
    assert_eq!(sent_back(&house, ROW).await, told(false));
    let leader = house
        .try_desk("leader", crate::accounts::PASSWORD_OF_THEIRS)
        .await
        .unwrap();
    command(&leader, sign(&[ROW])).await;
    assert_eq!(
        row_of(&summary(&house, "2/summary").await, ROW),
        "on_time edited"
    );
    assert_eq!(
        refused(&leader, send_back(&[ROW], "晚了")).await,
        "not-submitted"
    );

    // He may sign what he had sent back: that is void at once.
    command(&leader, send_back(&[OTHER], "再想想")).await;
    assert!(
        sent_back(&house, OTHER)
            .await
            .is_some_and(|(_, stands)| stands)
    );
    command(&leader, sign(&[OTHER])).await;
    assert!(
        sent_back(&house, OTHER)
            .await
            .is_some_and(|(_, stands)| !stands)
    );
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, OTHER), "on_time");
    assert_eq!(counted(&now, "due"), "2/0/0/237");

    let office = house.desk(OFFICE).await;
    let (_, log) = ask(&office, Method::GET, "/api/audit?kind=command", Value::Null).await;
    assert!(log.to_string().contains("send-back 2 请写明数量"), "{log}");
    submit(&house, third).await;
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    assert_eq!(
        refused(&leader, send_back(&[third], "重写")).await,
        "week-frozen"
    );
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
