//! What happens week by week: the nasty boundaries are here, the rest is drawn (see `offices`).

use automerge::ScalarValue;
use diaodu_plan::row::RowId;
use diaodu_tests::interop::edit_offline;
use serde_json::{Value, json};

use super::{
    offices::{draw, only, reported, text, worked},
    stage::{OFFICE, Stage, at},
};

const STREET: &str = "s-hongying";
const OTHER: &str = "s-pucheng";
const LEAD: &str = "u-shengtai";

/// Plays all nine weeks and the closing period.
pub async fn play(stage: &mut Stage) {
    last_millisecond(stage).await;
    down_over_four(stage).await;
    clock_set_back(stage).await;
    holiday(stage).await;
    frozen_while_offline(stage).await;
    withdrawals(stage).await;
    accepted_as_on_time(stage).await;
    grace(stage).await;
    closing_period(stage).await;
}

fn row(measure: u8, unit: &str) -> String {
    format!("m{measure:02}.{unit}")
}

/// A directed office reports one row now.
async fn report(stage: &mut Stage, week: u8, unit: &str, measure: u8, moment: &str) {
    report_saved(stage, week, unit, measure, moment, moment).await;
}

/// The same, saved at the desk at another moment.
async fn report_saved(
    stage: &mut Stage,
    week: u8,
    unit: &str,
    measure: u8,
    saved: &str,
    moment: &str,
) {
    stage.reach(moment).await;
    let count = i64::from(measure);
    let progress = format!("第{week}周第{measure}项任务巡查{}处", 10 * count);
    let cells = reported(at(saved), [10 * count, 2 * count, count], &progress);
    let saved = match saved == moment {
        true => String::new(),
        false => format!("（{saved} 保存）"),
    };
    stage.say(&format!("{unit} 报送 m{measure:02}{saved}"));
    stage
        .write(week, unit, &[(row(measure, unit), cells)])
        .await;
}

/// It says one word of a row now: 零报告, 撤回.
async fn say(stage: &mut Stage, week: u8, unit: &str, measure: u8, word: &str, moment: &str) {
    stage.reach(moment).await;
    stage.say(&format!("{unit} {word} m{measure:02}"));
    stage
        .write(week, unit, &[(row(measure, unit), only(word, at(moment)))])
        .await;
}

/// Draws what the others do before the week ends.
fn begin(stage: &mut Stage, week: u8, due: &str, what: &str) {
    stage.heading(&format!("第{week}周：{what}"));
    let acts = draw(stage, week, due);
    stage.acts.extend(acts);
}

/// The office freezes the week and issues its circular; one unit signs.
async fn conclude(stage: &mut Stage, week: u8, moment: &str) {
    stage.reach(moment).await;
    stage.settle(week, |_| true).await;
    let freeze = json!({ "command": "freeze-week", "week": week });
    stage.command(OFFICE, freeze).await;
    let path = format!("/api/weeks/{week}/circular");
    let view = stage.get(OFFICE, &path).await;
    // Whoever was late twice is named, and so is what lags or is a problem; a person leaves the first of each kind out.
    let kinds = ["missing", "late", "repeated", "lagging", "problem"];
    let mentions = view["mentions"].as_array().unwrap();
    let of = |kind: &str| {
        let of_kind = mentions.iter().filter(|mention| mention["kind"] == kind);
        of_kind
            .skip(1)
            .map(|mention| mention["key"].clone())
            .collect::<Vec<Value>>()
    };
    let keys: Vec<Value> = kinds.into_iter().flat_map(of).collect();
    stage.say(&format!(
        "区攻坚办定稿，通报可点名 {} 处，勾选 {} 处",
        mentions.len(),
        keys.len()
    ));
    let set = json!({
        "number": format!("平卫攻坚办〔2021〕{}号", 8 + week),
        "date": &moment[..10],
        "environment": format!("第{week}周优良天数{}天。", 3 + week % 4),
    });
    let edit = json!({ "command": "edit-circular", "week": week, "set": set, "tick": keys });
    stage.command(OFFICE, edit).await;
    let issue = json!({ "command": "issue-circular", "week": week });
    stage.command(OFFICE, issue).await;
    let sign = json!({ "command": "sign-circular", "week": week });
    stage.command(STREET, sign).await;
    stage.say("通报印发，s-hongying 签收");
}

async fn last_millisecond(stage: &mut Stage) {
    begin(stage, 1, "2021-04-09T16:00:00", "最后一毫秒");
    report(stage, 1, STREET, 1, "2021-04-09T15:59:59.999").await;
    report(stage, 1, STREET, 2, "2021-04-09T16:00:00.000").await;
    report(stage, 1, STREET, 3, "2021-04-09T16:00:00.001").await;
    file_plan(stage, "u-kongchenban", "2021-04-09T17:30:00").await;
    file_plan(stage, LEAD, "2021-04-09T23:59:59.999").await;
    report(stage, 1, STREET, 4, "2021-04-09T23:59:59.999").await;
    file_plan(stage, "u-huanwei", "2021-04-10T00:00:00").await;
    conclude(stage, 1, "2021-04-10T10:00:00").await;
}

/// A unit that leads files its action plan: a duty of its own, with another due moment than the first Friday's.
async fn file_plan(stage: &mut Stage, unit: &str, moment: &str) {
    stage.reach(moment).await;
    let file = json!({ "command": "file-action-plan", "title": "集中整治行动方案" });
    stage.command(unit, file).await;
    stage.say(&format!("{unit} 报送行动方案"));
}

async fn down_over_four(stage: &mut Stage) {
    begin(stage, 2, "2021-04-16T16:00:00", "截止时服务器停机");
    report(stage, 2, STREET, 1, "2021-04-16T15:50:00").await;
    stage.settle(2, |_| true).await;
    stage
        .reopen("2021-04-16T16:30:00", "2021-04-16T16:40:00")
        .await;
    // Saved while the server was down.
    report_saved(
        stage,
        2,
        STREET,
        2,
        "2021-04-16T15:59:00",
        "2021-04-16T16:40:00",
    )
    .await;
    report(stage, 2, STREET, 3, "2021-04-16T16:41:00").await;
    conclude(stage, 2, "2021-04-17T10:00:00").await;
}

async fn clock_set_back(stage: &mut Stage) {
    begin(stage, 3, "2021-04-23T16:00:00", "时钟被拨回");
    report(stage, 3, STREET, 1, "2021-04-23T15:00:00").await;
    report(stage, 3, STREET, 2, "2021-04-23T16:10:00").await;
    stage.settle(3, |_| true).await;
    // The server was up at four: it says so before it goes.
    stage.cut(3).await;
    stage
        .set_back("2021-04-23T14:00:00", "2021-04-23T16:30:00")
        .await;
    report(stage, 3, STREET, 3, "2021-04-23T16:30:00").await;
    conclude(stage, 3, "2021-04-24T10:00:00").await;
}

async fn holiday(stage: &mut Stage) {
    stage.heading("第4周：劳动节顺延");
    stage.reach("2021-04-28T10:00:00").await;
    let due = "2021-05-06T12:00:00";
    let set =
        json!({ "command": "set-due", "week": 4, "due_ms": at(due), "reason": "劳动节放假顺延" });
    stage.command(OFFICE, set).await;
    stage.say("区攻坚办把截止时间改到 05-06 12:00");
    let acts = draw(stage, 4, due);
    stage.acts.extend(acts);
    report(stage, 4, STREET, 1, "2021-04-30T16:00:00.000").await;
    report(stage, 4, STREET, 2, "2021-05-06T11:59:59.999").await;
    report(stage, 4, STREET, 3, "2021-05-06T12:00:00.000").await;
    let again = json!({ "command": "set-due", "week": 4, "due_ms": at("2021-05-06T18:00:00"), "reason": "再顺延" });
    let word = stage.refused(OFFICE, again).await;
    stage.say(&format!("再顺延被拒绝：{word}"));
    conclude(stage, 4, "2021-05-06T20:00:00").await;
}

async fn frozen_while_offline(stage: &mut Stage) {
    begin(stage, 5, "2021-05-07T16:00:00", "定稿时有人离线填写");
    report(stage, 5, STREET, 1, "2021-05-07T14:00:00").await;
    stage.reach("2021-05-07T15:00:00").await;
    // Filled while online, and never reported.
    let filled = [(row(2, OTHER), worked([8, 2, 1], "巡查八处，没有报送"))];
    stage.say("s-pucheng 填写 m02，没有报送；随后断网");
    stage.write(5, OTHER, &filled).await;
    let (mut disk, id) = stage.kept(5, OTHER).await;
    let offline = [
        ("progress", text("断网时填写的进展")),
        ("found_week", ScalarValue::Int(3)),
        (
            "report_saved_at",
            ScalarValue::Int(at("2021-05-07T15:30:00")),
        ),
        ("report", text("报送")),
    ];
    for (column, value) in offline {
        disk = edit_offline(disk, id, OTHER, &row(1, OTHER), column, value);
    }
    conclude(stage, 5, "2021-05-08T10:00:00").await;
    stage.reach("2021-05-08T11:00:00").await;
    let refused = stage.write_from(5, OTHER, &[], disk).await;
    stage.say(&format!(
        "s-pucheng 恢复联网，m01 被拒绝：{}",
        refused.unwrap()
    ));

    let typed = json!([{ "column": "progress", "new": "断网时填写的进展" }, { "column": "found_week", "new": "3" }]);
    let asked = ask_correction(stage, 1, typed, "断网，未能按时送达").await;
    decide(stage, LEAD, &asked, true, "").await;
    decide(stage, OFFICE, &asked, true, "已核实").await;
    let asked = ask_correction(stage, 2, json!([]), "漏报，补报").await;
    decide(stage, LEAD, &asked, true, "").await;
    decide(stage, OFFICE, &asked, true, "").await;
    // Nobody leads measure 7: the office alone decides.
    let typed = json!([{ "column": "found_week", "new": "99" }]);
    let asked = ask_correction(stage, 7, typed, "补记").await;
    decide(stage, OFFICE, &asked, false, "与台账不符").await;
}

async fn ask_correction(stage: &mut Stage, measure: u8, cells: Value, reason: &str) -> String {
    let row = row(measure, OTHER);
    let ask = json!({ "command": "ask-correction", "week": 5, "row": row, "cells": cells, "reason": reason });
    let asked = stage.command(OTHER, ask).await;
    stage.say(&format!("s-pucheng 申请更正 m{measure:02}：{reason}"));
    asked["correction"].as_str().unwrap().to_owned()
}

async fn decide(stage: &mut Stage, account: &str, id: &str, agree: bool, answer: &str) {
    let decide =
        json!({ "command": "decide-correction", "id": id, "agree": agree, "answer": answer });
    stage.command(account, decide).await;
    let word = if agree { "同意" } else { "不同意" };
    stage.say(&format!("{account} {word}{answer}"));
}

async fn withdrawals(stage: &mut Stage) {
    begin(stage, 6, "2021-05-14T16:00:00", "撤回、零报告");
    for measure in [1, 2, 4] {
        report(stage, 6, STREET, measure, "2021-05-14T15:00:00").await;
    }
    say(stage, 6, STREET, 3, "零报告", "2021-05-14T15:10:00").await;
    stage.settle(6, |_| true).await;
    say(stage, 6, STREET, 4, "撤回", "2021-05-14T15:30:00").await;
    stage.withdrawn(6, &row(4, STREET)).await;
    say(stage, 6, STREET, 1, "撤回", "2021-05-14T15:59:59.999").await;
    stage.withdrawn(6, &row(1, STREET)).await;
    report(stage, 6, STREET, 4, "2021-05-14T16:00:00.000").await;
    say(stage, 6, STREET, 2, "撤回", "2021-05-14T16:20:00").await;
    stage.reach("2021-05-14T16:30:00").await;
    stage.say("s-hongying 报送后又修改 m03");
    let later = vec![("remark", text("晚上又查了一遍"))];
    stage.write(6, STREET, &[(row(3, STREET), later)]).await;
    stage
        .settle(6, |reports| {
            let of = |measure| reports.get(&RowId(row(measure, STREET)));
            of(2).is_some_and(|known| known.withdrawn.is_some())
                && of(3).is_some_and(|known| known.edited.is_some())
        })
        .await;
    conclude(stage, 6, "2021-05-15T10:00:00").await;
}

async fn accepted_as_on_time(stage: &mut Stage) {
    begin(stage, 7, "2021-05-21T16:00:00", "认定按时");
    stage.reach("2021-05-20T09:00:00").await;
    let duty = json!({ "command": "set-duty", "row": "m19.u-caizheng", "duty": "owed" });
    stage.command(OFFICE, duty).await;
    stage.say("区攻坚办把 m19.u-caizheng 改为应报");
    for measure in [1, 2] {
        let (saved, moment) = ("2021-05-21T15:50:00", "2021-05-21T16:40:00");
        report_saved(stage, 7, STREET, measure, saved, moment).await;
    }
    report(stage, 7, STREET, 3, "2021-05-21T16:41:00").await;
    stage.settle(7, |_| true).await;
    let accept = |measure| {
        let row = row(measure, STREET);
        json!({ "command": "accept-on-time", "week": 7, "row": row, "reason": "机房断网，已核实" })
    };
    stage.command(OFFICE, accept(1)).await;
    stage.say("区攻坚办认定 m01.s-hongying 按时");
    let word = stage.refused(OFFICE, accept(3)).await;
    stage.say(&format!("m03.s-hongying 不是离线填写，不能认定：{word}"));
    conclude(stage, 7, "2021-05-22T10:00:00").await;
}

async fn grace(stage: &mut Stage) {
    stage.heading("第8周：宽限十分钟");
    stage.reach("2021-05-24T10:00:00").await;
    stage
        .command(OFFICE, json!({ "command": "set-grace", "minutes": 10 }))
        .await;
    stage.say("区攻坚办设宽限 10 分钟");
    let acts = draw(stage, 8, "2021-05-28T16:00:00");
    stage.acts.extend(acts);
    report(stage, 8, STREET, 1, "2021-05-28T16:09:59.999").await;
    report(stage, 8, STREET, 2, "2021-05-28T16:10:00.000").await;
    conclude(stage, 8, "2021-05-29T10:00:00").await;
    stage
        .command(OFFICE, json!({ "command": "set-grace", "minutes": 0 }))
        .await;
    stage.say("区攻坚办取消宽限");
}

async fn closing_period(stage: &mut Stage) {
    begin(stage, 9, "2021-06-04T16:00:00", "最后一周和收尾");
    report(stage, 9, STREET, 1, "2021-06-04T15:59:59.999").await;
    report(stage, 9, STREET, 2, "2021-06-04T16:00:00.000").await;
    report(stage, 9, STREET, 3, "2021-06-05T23:59:59.999").await;
    conclude(stage, 9, "2021-06-06T10:00:00").await;
}
