//! 定稿 from where it is missed: a desk that was offline over it, a row that was filled and never reported, a server that was down at 截止.

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;
use crate::process::press_in;

const OFFICE: &str = "u-gongjianban";
const LEAD: &str = "u-shengtai";
const STREET: &str = "s-hongying";
const ROW: &str = "m01.s-hongying";

/// Cuts a desk off or joins it again. It is offline already: an open line would live on.
fn cut_off(tab: &Tab, is_cut: bool) {
    tab.command("Network.enable", json!({}));
    let line = json!({ "offline": is_cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    tab.command("Network.emulateNetworkConditions", line);
}

fn figures_of(tab: &Tab, figure: &str) -> serde_json::Value {
    tab.evaluate(&format!(
        "fetch('/api/weeks/2/summary').then((answer) => answer.json()).then((summary) => summary.due.{figure})"
    ))
}

#[test]
fn a_desk_that_was_offline_over_the_freeze_loses_nothing_and_asks_for_a_correction() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let progress = place(ROW, "progress");
    server.kill();
    wait_for_status(tab, "离线");
    cut_off(tab, true);
    write(tab, &progress, "断网时填报的进展情况");
    press_button(tab, "报送");
    let of_row = format!(".report[data-row='{ROW}']");
    press_in(tab, &of_row, "报送");
    says(tab, &of_row, "等待服务器签收");
    press_button(tab, "关闭");

    server.restart();
    let office = Desk::sign_in(&server, OFFICE);
    freeze(&office.tab, 2);
    cut_off(tab, false);
    sign_in_again_if_asked(tab);
    wait_for_status(tab, "已同步");
    press_button(tab, "查看");
    let kept = "[...document.querySelectorAll('.draft')].map((draft) => [...draft.querySelectorAll('.draft-place, .choices-text')].map((part) => part.innerText.split(' · ').pop()))";
    let expected = json!([["本周工作进展", "断网时填报的进展情况"], ["报送", "报送"]]);
    tab.wait_until(
        "the text and the report to be kept",
        &format!("JSON.stringify({kept}) === {}", json!(expected.to_string())),
    );
    tab.screenshot(&picture("frozen-while-offline"));
    press_button(tab, "申请更正");
    tab.wait_until(
        "the wish to be what was typed",
        "(document.querySelector('.correction-cell[data-column=progress] [name=new]') || {}).value === '断网时填报的进展情况'",
    );
    tab.click(".correction-form [name=reason]");
    tab.type_text("定稿时本单位断网");
    press_button(tab, "提交申请");
    says(
        tab,
        ".correction[data-state=at-lead]",
        "断网时填报的进展情况",
    );
    press_button(tab, "关闭");
    assert_eq!(shown(&office.tab, &progress), "");
    assert_eq!(figures_of(&office.tab, "on_time"), json!(0));
}

#[test]
fn a_row_that_was_filled_and_never_reported_is_made_up_for_as_it_stands() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--clock", "2021-04-16T17:00:00+08:00"]);
    let street = Desk::sign_in(&server, STREET);
    let office = Desk::sign_in(&server, OFFICE);
    let progress = place(ROW, "progress");
    write(&street.tab, &progress, "填了没有报送");
    see(&office.tab, &progress, "填了没有报送");
    freeze(&office.tab, 2);
    let tab = &street.tab;
    tab.wait_until(
        "the week to be frozen",
        "[...document.querySelectorAll('button')].some((button) => button.innerText.trim() === '更正申请')",
    );
    select(tab, &progress);
    tab.chord("Shift+F10");
    press_button(tab, "申请更正");
    says(tab, ".correction-form", "这一行已填写但未报送");
    press_button(tab, "提交申请");
    says(tab, ".correction-form", "请写明更正原因");
    tab.click(".correction-form [name=reason]");
    tab.type_text("忘了报送，补报");
    tab.screenshot(&picture("made-up-ask"));
    press_button(tab, "提交申请");
    says(tab, ".correction[data-state=at-lead]", "按已填写的内容补报");
    press_button(tab, "关闭");

    let lead = Desk::sign_in(&server, LEAD);
    press_button(&lead.tab, "更正申请（待办 1 项）");
    press_in(&lead.tab, ".correction[data-state=at-lead]", "同意");
    says(&lead.tab, ".correction[data-state=at-office]", "牵头单位");
    office.tab.reload();
    wait_for_table(&office.tab);
    press_button(&office.tab, "更正申请（待办 1 项）");
    press_in(&office.tab, ".correction[data-state=at-office]", "同意");
    says(
        &office.tab,
        ".correction[data-state=agreed]",
        "按已填写的内容补报",
    );
    press_button(&office.tab, "关闭");
    assert_eq!(figures_of(&office.tab, "made_up"), json!(1));
    see(tab, &progress, "填了没有报送");
}

#[test]
fn the_table_at_due_says_when_the_server_was_down_then() {
    let _desk = alone();
    let mut server = ServerProcess::start_with(&["--demo", "--clock", "2021-04-16T15:50:00+08:00"]);
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let progress = place(ROW, "progress");
    write(tab, &progress, "四点以前");
    wait_for_status(tab, "已同步");
    server.restart_with(&["--demo", "--clock", "2021-04-16T16:30:00+08:00"]);
    sign_in_again_if_asked(tab);
    wait_for_status(tab, "已同步");
    // The server's clock is the one that counts, also for a page that knew another.
    says(tab, ".due", "已过");
    write(tab, &progress, "四点以后");
    wait_for_status(tab, "已同步");
    select(tab, &progress);
    tab.chord("Ctrl+Alt+Shift+H");
    press_button(tab, "回看过去的表");
    press_button(tab, "截止");
    see(tab, &progress, "四点以前");
    says(tab, ".past", "截止时服务器没有运行");
    tab.screenshot(&picture("history-was-down"));
}
