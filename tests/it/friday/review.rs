//! 审核: who is let in by how the office has set a measure, and that a review decides nothing about time.

use super::*;
use crate::accounts::command;

const ROW: &str = "m01.s-hongying";
const LEAD: &str = "u-shengtai";

/// Writes cells of the street's row as somebody else; the reason where the server refuses.
async fn write_as(desk: &Desk, cells: &[(&str, ScalarValue)]) -> Option<String> {
    write_in(desk, ROW, cells).await
}

async fn write_in(desk: &Desk, row: &str, cells: &[(&str, ScalarValue)]) -> Option<String> {
    let mut client = desk.dial().await.unwrap();
    let unit = row.split_once('.').unwrap().1;
    let sheet = desk.document("sheet", Some(2), Some(unit)).await.unwrap();
    let id = client.open(&sheet.url).await.unwrap();
    for (column, value) in cells {
        client.put(id, row, column, value.clone()).await.unwrap();
    }
    let answered = |client: &Client| client.unsent() == 0 || client.held(id).is_some();
    client.until("an answer", answered).await.unwrap();
    client.held(id).map(str::to_owned)
}

fn returned() -> [(&'static str, ScalarValue); 3] {
    [
        ("review_note", text("请写明数量")),
        ("review", text("不通过")),
        ("review_of", ScalarValue::Int(1)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measure_is_reviewed_as_the_office_has_set_it_also_after_a_restart() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let verdicts = [
        ("parallel", [None, None]),
        ("serial", [None, Some("lead-reviews")]),
        ("none", [Some("not-reviewed"), Some("not-reviewed")]),
    ];
    for (mode, expected) in verdicts {
        let office = house.desk(OFFICE).await;
        let set = json!({ "command": "set-review", "measure": 1, "mode": mode });
        command(&office, set).await;
        for reopened in [false, true] {
            if reopened {
                house.reopen_at("2021-04-16T15:10:00").await;
            }
            let (lead, office) = (house.desk(LEAD).await, house.desk(OFFICE).await);
            // Of equal values no change is made.
            let note = |who: &str| [("review_note", text(&format!("{mode} {reopened} {who}")))];
            let answers = [
                write_as(&lead, &note("lead")).await,
                write_as(&office, &note("office")).await,
            ];
            assert_eq!(answers.each_ref().map(Option::as_deref), expected, "{mode}");
        }
    }
    let office = house.desk(OFFICE).await;
    for wrong in [
        json!({ "command": "set-review", "measure": 99, "mode": "none" }),
        json!({ "command": "set-review", "measure": 1, "mode": "later" }),
    ] {
        let (status, answer) = ask(&office, Method::POST, "/api/commands", wrong).await;
        assert_eq!((status, &answer["error"]), (400, &json!("bad-request")));
    }
    let street = house.desk("s-hongying").await;
    let set = json!({ "command": "set-review", "measure": 1, "mode": "none" });
    let (status, answer) = ask(&street, Method::POST, "/api/commands", set).await;
    assert_eq!((status, &answer["error"]), (403, &json!("not-office")));
}

fn passed(of: i64) -> [(&'static str, ScalarValue); 2] {
    [
        ("review", text("通过")),
        ("review_of", ScalarValue::Int(of)),
    ]
}

/// What the street writes when it reports at a moment of its own clock.
async fn report_at(house: &House, row: &str, saved_at: i64) {
    let cells = [
        ("report_saved_at", ScalarValue::Int(saved_at)),
        ("report", text("报送")),
    ];
    assert_eq!(write(house, 2, row, &cells).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_serial_mode_the_server_keeps_the_office_until_the_lead_has_spoken_of_the_report() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let office = house.desk(OFFICE).await;
    for measure in [1, 7, 17, 18] {
        let set = json!({ "command": "set-review", "measure": measure, "mode": "serial" });
        command(&office, set).await;
    }
    let waits = || Some("lead-reviews".to_owned());
    report_at(&house, ROW, 1).await;
    for cells in [&passed(1)[..1], &[("review_note", text("先说一句"))]] {
        assert_eq!(write_as(&office, cells).await, waits());
    }
    // The rating is the office's own, and waits for nobody.
    let rating = [("office_status", text("推进中"))];
    assert_eq!(write_as(&office, &rating).await, None);

    let lead = house.desk(LEAD).await;
    assert_eq!(write_as(&lead, &passed(1)).await, None);
    // The first that the server hears after a start is judged by what lies on its disk.
    house.reopen_at("2021-04-16T15:10:00").await;
    let office = house.desk(OFFICE).await;
    assert_eq!(write_as(&office, &returned()[..2]).await, None);

    // Another report is the lead's again, also for an office that was away meanwhile.
    let mut away = office.dial().await.unwrap();
    let sheet = office.document("sheet", Some(2), Some("s-hongying"));
    let id = away.open(&sheet.await.unwrap().url).await.unwrap();
    // Of equal values no change is made: the report stands as it is, and is another one by its moment.
    let again = [("report_saved_at", ScalarValue::Int(2))];
    assert_eq!(write(&house, 2, ROW, &again).await, None);
    away.put(id, ROW, "review", "通过").await.unwrap();
    let answered = |away: &Client| away.held(id).is_some();
    away.until("an answer", answered).await.unwrap();
    assert_eq!(away.held(id).map(str::to_owned), waits());
    assert_eq!(write_as(&office, &passed(2)[..1]).await, waits());
    let lead = house.desk(LEAD).await;
    assert_eq!(write_as(&lead, &passed(2)).await, None);
    assert_eq!(
        write_as(&office, &[("review_note", text("同意"))]).await,
        None
    );

    // Nobody leads 7, a group of streets 17, the office itself 18; nobody else leads the lead's own row.
    for row in [
        "m07.s-hongying",
        "m17.s-donganlu",
        "m18.u-zhujian",
        "m01.u-shengtai",
    ] {
        report_at(&house, row, 3).await;
        assert_eq!(write_in(&office, row, &passed(3)).await, None, "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_report_that_is_reported_again_late_stays_on_time() {
    let house = House::open_at("2021-04-16T15:50:00").await;
    report(&house, ROW).await;
    let lead = house.desk(LEAD).await;
    assert_eq!(write_as(&lead, &returned()).await, None);
    house.turn("2021-04-16T16:30:00");
    let again = [
        (
            "report_saved_at",
            ScalarValue::Int(at_moment("2021-04-16T16:30:00")),
        ),
        ("progress", text("巡查道路十二条，整改四处")),
    ];
    assert_eq!(write(&house, 2, ROW, &again).await, None);
    let now = summary(&house, "2/summary").await;
    let state = row_of(&now, ROW);
    assert!(state.starts_with("on_time"), "{state}");
    let street = house.desk("s-hongying").await;
    let by_itself = write_as(&street, &[("review", text("通过"))]).await;
    assert_eq!(by_itself.as_deref(), Some("not-reviewer"));
}
