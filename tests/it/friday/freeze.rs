//! 定稿, what it holds fast, and how a frozen row is corrected. The closing period.

use super::*;
use crate::accounts::command;

pub(super) const STREET_ROW: &str = "m01.s-hongying";
pub(super) const LEAD: &str = "u-shengtai";

pub(super) fn freeze(week: u8) -> Value {
    json!({ "command": "freeze-week", "week": week })
}

pub(super) fn wish(row: &str, cells: Value) -> Value {
    json!({ "command": "ask-correction", "week": 2, "row": row, "cells": cells, "reason": "统计时漏了一处" })
}

pub(super) fn decide(id: &str, agree: bool, answer: &str) -> Value {
    json!({ "command": "decide-correction", "id": id, "agree": agree, "answer": answer })
}

pub(super) async fn refused(desk: &Desk, body: Value) -> String {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body.clone()).await;
    assert_ne!(status, 200, "{body}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

async fn requests(desk: &Desk) -> Vec<Value> {
    let path = "/api/weeks/2/corrections";
    let (status, list) = ask(desk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{list}");
    list.as_array().unwrap().clone()
}

pub(super) async fn cell(house: &House, week: u8, row: &str, column: &str) -> Option<ScalarValue> {
    let desk = house.desk(OFFICE).await;
    let unit = row.split_once('.').unwrap().1;
    let url = desk
        .document("sheet", Some(week), Some(unit))
        .await
        .unwrap()
        .url;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    client.cell(id, row, column)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_holds_the_week_fast_and_opens_the_next() {
    let mut house = House::open_at("2021-04-16T15:30:00").await;
    let numbers = [
        ("found_week", ScalarValue::Int(5)),
        ("fixed_week", ScalarValue::Int(3)),
    ];
    assert_eq!(write(&house, 1, STREET_ROW, &numbers).await, None);
    assert_eq!(write(&house, 2, STREET_ROW, &numbers).await, None);
    report(&house, STREET_ROW).await;
    house.turn("2021-04-17T10:00:00");
    let office = house.desk(OFFICE).await;
    command(&office, freeze(2)).await;
    // The snapshot stands when the command returns.
    let then = summary(&house, "2/summary?at=final").await;
    assert_eq!(row_of(&then, STREET_ROW), "on_time");
    assert_eq!(
        then["work"]["found_total"], 10,
        "both weeks, though the first is not frozen"
    );
    assert_eq!(then["at_ms"], at_moment("2021-04-17T10:00:00"));
    let late = [("progress", text("定稿之后"))];
    let answer = write(&house, 2, STREET_ROW, &late).await;
    assert_eq!(answer.as_deref(), Some("week-frozen"));
    assert_eq!(
        cell(&house, 3, STREET_ROW, "found_before").await,
        Some(ScalarValue::Int(10))
    );
    assert_eq!(
        cell(&house, 3, STREET_ROW, "fixed_before").await,
        Some(ScalarValue::Int(6))
    );
    house.reopen_at("2021-04-18T10:00:00").await;
    assert_eq!(summary(&house, "2/summary?at=final").await, then);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_an_early_week_is_carried_into_later_ones_at_once() {
    let house = House::open_at("2021-04-16T15:30:00").await;
    let found = async |week: u8, count: i64| {
        let numbers = [("found_week", ScalarValue::Int(count))];
        assert_eq!(write(&house, week, STREET_ROW, &numbers).await, None);
    };
    let totals = async || {
        let (third, fourth) = (summary(&house, "3/summary"), summary(&house, "4/summary"));
        let (third, fourth) = (third.await, fourth.await);
        let carried = &fourth["previous"]["found_total"];
        [
            &third["work"]["found_total"],
            carried,
            &fourth["work"]["found_total"],
        ]
        .map(|total| total.as_i64().unwrap())
    };
    found(1, 5).await;
    assert_eq!(totals().await, [5, 5, 5]);
    found(1, 7).await;
    assert_eq!(totals().await, [7, 7, 7]);
    found(3, 2).await;
    assert_eq!(totals().await, [9, 9, 9]);
    let office = house.desk(OFFICE).await;
    command(&office, freeze(1)).await;
    assert_eq!(
        totals().await,
        [9, 9, 9],
        "what a freeze writes is what was carried"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_goes_through_lead_and_office_into_the_sheet() {
    let house = House::open_at("2021-04-16T15:30:00").await;
    let numbers = [("found_week", ScalarValue::Int(5))];
    assert_eq!(write(&house, 2, STREET_ROW, &numbers).await, None);
    let [street, lead, office, other] = [
        house.desk("s-hongying").await,
        house.desk(LEAD).await,
        house.desk(OFFICE).await,
        house.desk("s-pucheng").await,
    ];
    let seven = wish(STREET_ROW, json!([{ "column": "found_week", "new": "7" }]));
    assert_eq!(refused(&street, seven.clone()).await, "week-not-frozen");
    house.turn("2021-04-17T10:00:00");
    command(&office, freeze(2)).await;
    let frozen = summary(&house, "2/summary?at=final").await;
    assert_eq!(row_of(&frozen, STREET_ROW), "missing");

    assert_eq!(refused(&other, seven.clone()).await, "not-yours");
    for cells in [
        json!([{ "column": "review", "new": "通过" }]),
        json!([{ "column": "report", "new": "报送" }]),
        json!([{ "column": "found_week", "new": "七" }]),
    ] {
        assert_eq!(refused(&street, wish(STREET_ROW, cells)).await, "bad-cell");
    }
    let asked = command(&street, seven.clone()).await;
    let id = asked["correction"].as_str().unwrap().to_owned();
    assert_eq!(requests(&other).await, Vec::<Value>::new());
    let listed = requests(&lead).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["state"], "at-lead");
    assert_eq!(listed[0]["mine"], true);
    assert_eq!(
        listed[0]["cells"],
        json!([{ "column": "found_week", "old": "5", "new": "7" }])
    );
    assert_eq!(requests(&street).await[0]["mine"], false);
    assert_eq!(refused(&office, decide(&id, true, "")).await, "not-yours");
    command(&lead, decide(&id, true, "")).await;
    assert_eq!(refused(&lead, decide(&id, true, "")).await, "not-yours");
    house.turn("2021-04-17T11:00:00");
    command(&office, decide(&id, true, "同意")).await;
    assert_eq!(
        refused(&office, decide(&id, true, "")).await,
        "correction-decided"
    );

    assert_eq!(
        cell(&house, 2, STREET_ROW, "found_week").await,
        Some(ScalarValue::Int(7))
    );
    assert_eq!(
        cell(&house, 3, STREET_ROW, "found_before").await,
        Some(ScalarValue::Int(7))
    );
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, STREET_ROW), "made_up");
    assert_eq!(counted(&now, "due"), "0/0/1/238");
    assert_eq!(
        summary(&house, "2/summary?at=final").await,
        frozen,
        "what was issued is never rewritten"
    );
    let written = applied(&house).await;
    assert_eq!(
        written,
        "m01.s-hongying s-hongying u-shengtai u-gongjianban"
    );
    // Made up for already: now something has to differ.
    for cells in [json!([{ "column": "found_week", "new": "7" }]), json!([])] {
        assert_eq!(refused(&street, wish(STREET_ROW, cells)).await, "bad-cell");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_row_that_nobody_reported_is_made_up_for_as_it_stands() {
    let house = House::open_at("2021-04-17T10:00:00").await;
    let [street, lead, office] = [
        house.desk("s-hongying").await,
        house.desk(LEAD).await,
        house.desk(OFFICE).await,
    ];
    let found = [("found_week", ScalarValue::Int(5))];
    assert_eq!(write(&house, 2, STREET_ROW, &found).await, None);
    command(&office, freeze(2)).await;
    // Nothing stands there that could count.
    let empty = wish("m07.s-hongying", json!([]));
    assert_eq!(refused(&street, empty).await, "bad-cell");
    let asked = command(&street, wish(STREET_ROW, json!([]))).await;
    let id = asked["correction"].as_str().unwrap().to_owned();
    command(&lead, decide(&id, true, "")).await;
    command(&office, decide(&id, true, "")).await;
    let now = summary(&house, "2/summary").await;
    assert_eq!(row_of(&now, STREET_ROW), "made_up");
    assert_eq!(
        cell(&house, 2, STREET_ROW, "found_week").await,
        Some(ScalarValue::Int(5))
    );
}

/// Who stands behind the corrections of the street's sheet.
async fn applied(house: &House) -> String {
    let desk = house.desk("s-hongying").await;
    let url = desk
        .document("sheet", Some(2), Some("s-hongying"))
        .await
        .unwrap()
        .url;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let all = diaodu_plan::layout::correction::read(client.document(id).unwrap());
    let lines = all.iter().map(|each| {
        format!(
            "{} {} {} {}",
            each.row, each.asked_by, each.lead_by, each.office_by
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_can_be_refused_grow_stale_or_need_the_office_alone() {
    let house = House::open_at("2021-04-17T10:00:00").await;
    let [street, lead, office] = [
        house.desk("s-hongying").await,
        house.desk(LEAD).await,
        house.desk(OFFICE).await,
    ];
    command(&office, freeze(2)).await;
    let ask_for = async |row: &str, column: &str, new: &str| {
        let cells = json!([{ "column": column, "new": new }]);
        let asked = command(&street, wish(row, cells)).await;
        asked["correction"].as_str().unwrap().to_owned()
    };
    let first = ask_for(STREET_ROW, "remark", "甲").await;
    assert_eq!(
        refused(&lead, decide(&first, false, " ")).await,
        "bad-reason"
    );
    command(&lead, decide(&first, false, "与事实不符")).await;
    let listed = &requests(&street).await[0];
    assert_eq!(listed["state"], "refused");
    assert_eq!(listed["answer"], "与事实不符");
    assert_eq!(cell(&house, 2, STREET_ROW, "remark").await, None);

    // Nobody leads measure 7: the office decides alone. The second of two that want the same cell comes too late.
    let one = ask_for("m07.s-hongying", "remark", "乙").await;
    let two = ask_for("m07.s-hongying", "remark", "丙").await;
    assert_eq!(requests(&office).await[1]["state"], "at-office");
    command(&office, decide(&one, true, "")).await;
    assert_eq!(
        refused(&office, decide(&two, true, "")).await,
        "correction-stale"
    );
    assert_eq!(
        cell(&house, 2, "m07.s-hongying", "remark").await,
        Some(text("乙"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_run_from_cutoff_to_cutoff_and_sum_to_the_whole() {
    let house = House::open_at("2021-06-04T15:00:00").await;
    let found = |count: i64| [("found_week", ScalarValue::Int(count))];
    assert_eq!(write(&house, 9, "m01.s-hongying", &found(3)).await, None);
    // Friday after due lies inside week 9 and in the closing period, and so does the last day.
    house.turn("2021-06-04T16:00:00");
    assert_eq!(write(&house, 9, "m02.s-hongying", &found(5)).await, None);
    assert_eq!(write(&house, 9, "m01.s-hongying", &found(4)).await, None);
    house.turn("2021-06-05T23:59:59.999");
    assert_eq!(write(&house, 9, "m03.s-hongying", &found(7)).await, None);
    let office = house.desk(OFFICE).await;
    let (_, periods) = ask(&office, Method::GET, "/api/periods", Value::Null).await;
    let periods = periods.as_array().unwrap();
    let each: Vec<_> = periods
        .iter()
        .map(|period| (period["week"].as_u64(), period["found"].as_i64().unwrap()))
        .collect();
    assert_eq!(each.len(), 10);
    assert_eq!(each[8], (Some(9), 3));
    assert_eq!(each[9], (None, 13));
    assert_eq!(periods[9]["from_ms"], at_moment("2021-06-04T16:00:00"));
    assert_eq!(periods[9]["to_ms"], at_moment("2021-06-06T00:00:00"));
    let whole = summary(&house, "9/summary").await["work"]["found_week"].clone();
    assert_eq!(
        each.iter().map(|(_, found)| found).sum::<i64>(),
        whole.as_i64().unwrap()
    );
}
