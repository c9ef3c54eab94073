//! A week as offices go through it: reported, returned, mended, passed, frozen, corrected. And what the office decides about it.

use std::{fs, io::Read};

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const OFFICE: &str = "u-gongjianban";
const LEAD: &str = "u-shengtai";
const STREET: &str = "s-hongying";
const ROW: &str = "m01.s-hongying";

/// Presses the button with these words inside of a part, once it is there.
pub fn press_in(tab: &Tab, part: &str, words: &str) {
    let press = format!(
        "(() => {{
            const part = document.querySelector({});
            const buttons = part ? [...part.querySelectorAll('button')] : [];
            const button = buttons.find((button) => !button.hidden && button.innerText.trim() === {});
            if (button) button.click();
            return !!button;
        }})()",
        json!(part),
        json!(words)
    );
    tab.wait_until(&format!("a button {words} in {part}"), &press);
}

/// Opens the page again, as one does in the morning: what waits is asked for at once.
fn return_to(tab: &Tab) {
    tab.reload();
    wait_for_table(tab);
}

/// Fills a field of a form as if it had been typed.
fn fill(tab: &Tab, selector: &str, text: &str) {
    tab.wait_until(
        selector,
        &format!("!!document.querySelector({})", json!(selector)),
    );
    tab.click(selector);
    tab.type_text(text);
}

/// Sets a field whose value is chosen, not typed.
pub fn set(tab: &Tab, selector: &str, value: &str) {
    let expression = format!(
        "(() => {{ const field = document.querySelector({}); if (!field) return false; field.value = {};
         for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }})); return true; }})()",
        json!(selector),
        json!(value)
    );
    tab.wait_until(selector, &expression);
}

/// In light and in dark.
fn pictures(tab: &Tab, name: &str) {
    tab.screenshot(&picture(name));
    tab.prefer_colours("dark");
    tab.screenshot(&picture(&format!("{name}-dark")));
    tab.prefer_colours("light");
}

#[test]
fn a_row_is_returned_mended_passed_frozen_and_corrected() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let lead = Desk::sign_in(&server, LEAD);
    let office = Desk::sign_in(&server, OFFICE);
    let progress = place(ROW, "progress");
    let of_row = format!(".report[data-row='{ROW}']");
    let line = format!(".review-row[data-row='{ROW}']");

    write(&street.tab, &progress, "已巡查");
    press_button(&street.tab, "报送");
    press_in(&street.tab, &of_row, "报送");
    says(&street.tab, &of_row, "收到");
    press_button(&street.tab, "关闭");

    // The lead sees it beside the others, and returns it; without a reason it is not.
    press_button(&lead.tab, "审核");
    says(&lead.tab, &line, "已巡查");
    says(&lead.tab, &line, "待审核");
    lead.tab.point_nowhere();
    lead.tab
        .evaluate(&format!("document.querySelector({}).focus()", json!(line)));
    lead.tab.type_text("2");
    press_in(&lead.tab, &line, "确定退回");
    says(&lead.tab, &line, "请写明不通过的原因");
    pictures(&lead.tab, "review-reason");
    fill(
        &lead.tab,
        &format!("{line} [name=note]"),
        "请写明巡查了多少处",
    );
    press_in(&lead.tab, &line, "确定退回");
    says(&lead.tab, &format!("{line} .review-state"), "不通过");

    // The unit sees it at once, in the button, in the list and in the row; mends it and reports again.
    press_button(&street.tab, "报送（退回 1 行）");
    says(&street.tab, &of_row, "审核未通过：请写明巡查了多少处");
    pictures(&street.tab, "reporting-returned");
    press_button(&street.tab, "关闭");
    let unit = place(ROW, "unit");
    find(&street.tab, &unit);
    says(&street.tab, &unit.selector(), "请写明巡查了多少处");
    write(&street.tab, &progress, "巡查散乱污企业十二处，整改四处");
    street.tab.screenshot(&picture("returned-row"));
    press_button(&street.tab, "报送（退回 1 行）");
    press_in(&street.tab, &of_row, "再次报送");
    let mended = format!(
        "document.querySelector(\"{of_row} .report-returned\").hidden && [...document.querySelectorAll('button')].some((button) => button.innerText.trim() === '报送')"
    );
    street.tab.wait_until("the return to be answered", &mended);
    says(&street.tab, &of_row, "收到");
    press_button(&street.tab, "关闭");

    says(&lead.tab, &line, "已再次报送，待复核");
    says(&lead.tab, &line, "巡查散乱污企业十二处");
    press_in(&lead.tab, &line, "通过");
    says(&lead.tab, &format!("{line} .review-state"), "通过");
    press_button(&lead.tab, "汇集各单位进展");
    press_button(&lead.tab, "保存汇总");
    let kept = "document.querySelector('[name=summary]').value.includes('巡查散乱污企业十二处') && [...document.querySelectorAll('.review-summary button')].every((button) => button.innerText !== '保存汇总' || button.disabled)";
    lead.tab.wait_until("the summary to be kept", kept);
    pictures(&lead.tab, "review");
    press_button(&lead.tab, "关闭");

    // The office rates it, beside the unit's own word, and reads the summary.
    press_button(&office.tab, "审核");
    says(&office.tab, ".review-summary", "巡查散乱污企业十二处");
    set(&office.tab, &format!("{line} [name=rating]"), "推进中");
    press_button(&office.tab, "关闭");
    see(&office.tab, &place(ROW, "office_status"), "推进中");

    // A colleague goes on typing while the office freezes: what was typed too late is offered as a correction.
    select(&street.tab, &progress);
    street.tab.type_text("巡查散乱污企业十三处，整改四处");
    press_button(&office.tab, "本周办理");
    press_button(&office.tab, "定稿");
    says(&office.tab, ".office-facts", "应报未报 238 行");
    says(&office.tab, ".office-facts", "还没有到截止时间");
    pictures(&office.tab, "desk-freeze");
    press_button(&office.tab, "定稿……");
    says(&office.tab, ".office-page", "定稿后不能撤销，确定吗");
    press_button(&office.tab, "确定定稿");
    says(&office.tab, ".office-page", "本周已定稿");
    press_button(&office.tab, "关闭");
    street.tab.wait_until(
        "corrections to be offered",
        "[...document.querySelectorAll('button')].some((button) => button.innerText.trim() === '更正申请')",
    );
    street.tab.press(diaodu_tests::browser::keys::Key::Enter);
    press_button(&street.tab, "查看");
    says(&street.tab, ".draft", "巡查散乱污企业十三处");
    press_button(&street.tab, "申请更正");
    press_button(&street.tab, "提交申请");
    says(&street.tab, ".correction-form", "请写明更正原因");
    fill(
        &street.tab,
        ".correction-form [name=reason]",
        "统计时漏了一处",
    );
    pictures(&street.tab, "correction-ask");
    press_button(&street.tab, "提交申请");
    let asked = ".correction[data-state=at-lead]";
    says(&street.tab, asked, "巡查散乱污企业十二处，整改四处");
    says(&street.tab, asked, "巡查散乱污企业十三处，整改四处");
    pictures(&street.tab, "corrections");
    press_button(&street.tab, "关闭");
    assert_eq!(
        street
            .tab
            .evaluate("document.body.innerText.includes('没有写入表中')"),
        json!(false),
        "the draft has gone into the request"
    );

    return_to(&lead.tab);
    press_button(&lead.tab, "更正申请（待办 1 项）");
    press_in(&lead.tab, asked, "不同意");
    says(&lead.tab, asked, "请写明不同意的原因");
    pictures(&lead.tab, "corrections-lead");
    press_in(&lead.tab, asked, "同意");
    says(&lead.tab, ".correction[data-state=at-office]", "牵头单位");
    press_button(&lead.tab, "关闭");
    press_button(&lead.tab, "更正申请");
    press_button(&lead.tab, "关闭");
    return_to(&office.tab);
    press_button(&office.tab, "更正申请（待办 1 项）");
    press_in(&office.tab, ".correction[data-state=at-office]", "同意");
    says(&office.tab, ".correction[data-state=agreed]", "已写入表中");
    press_button(&office.tab, "关闭");
    see(&street.tab, &progress, "巡查散乱污企业十三处，整改四处");
    press_button(&street.tab, "更正申请");
    says(&street.tab, ".correction", "已同意，已写入表中");
    press_button(&street.tab, "关闭");

    // 补报: a row that was never reported is asked for from one of its cells.
    select(&street.tab, &place("m07.s-hongying", "problem"));
    street.tab.chord("Shift+F10");
    press_button(&street.tab, "申请更正");
    fill(
        &street.tab,
        ".correction-cell[data-column=problem] [name=new]",
        "无",
    );
    fill(&street.tab, ".correction-form [name=reason]", "漏报，补报");
    press_button(&street.tab, "提交申请");
    let second = ".correction[data-row='m07.s-hongying'][data-state=at-office]";
    says(&street.tab, second, "漏报，补报");
    press_button(&street.tab, "关闭");
    // It stands among the office's tasks, which lead to it.
    return_to(&office.tab);
    press_button(&office.tab, "督办板");
    press_button(&office.tab, "我的待办");
    let task = "[data-task=board-task-corrections]";
    says(&office.tab, task, "有 1 项更正申请待答复");
    pictures(&office.tab, "tasks-corrections");
    press_in(
        &office.tab,
        task,
        "有 1 项更正申请待答复：在“更正申请”中办理。",
    );
    press_in(&office.tab, second, "同意");
    says(
        &office.tab,
        ".correction[data-row='m07.s-hongying'][data-state=agreed]",
        "已写入表中",
    );
    press_button(&office.tab, "关闭");
    let made_up = "fetch('/api/weeks/2/summary').then((answer) => answer.json()).then((summary) => summary.due.made_up)";
    assert_eq!(office.tab.evaluate(made_up), json!(1));

    open_paper(&office.tab, "通报");
    office
        .tab
        .wait_until("a week", "!!document.querySelector('[name=circular-week]')");
    set(&office.tab, "[name=circular-week]", "2");
    office.tab.wait_until(
        "the file",
        "!!document.querySelector('.circular-side a[download]')",
    );
    let file = office
        .tab
        .download(|| office.tab.click(".circular-side a[download]"));
    let mut bytes = Vec::new();
    fs::File::open(&file)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .expect("the file is there");
    assert!(bytes.starts_with(b"PK"), "{} is no docx", file.display());
}

#[test]
fn the_office_sets_due_grace_duties_and_review_on_screen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    press_button(tab, "本周办理");
    says(tab, ".office-page", "宽限 0 分钟");
    set(tab, "[name=due]", "2021-04-19T12:00");
    press_button(tab, "保存截止时间");
    says(tab, ".office-said", "请写明原因");
    set(tab, "[name=due-reason]", "清明节放假顺延");
    set(tab, "[name=due]", "2021-04-01T12:00");
    press_button(tab, "保存截止时间");
    says(tab, ".office-said", "截止时间不合适");
    pictures(tab, "desk-due");
    set(tab, "[name=due]", "2021-04-19T12:00");
    press_button(tab, "保存截止时间");
    says(tab, ".office-page", "调整原因：清明节放假顺延");
    says(&street.tab, ".due", "04-19 12:00");
    set(tab, "[name=grace]", "半小时");
    press_button(tab, "保存宽限");
    says(tab, ".office-said", "0 至 1440");
    set(tab, "[name=grace]", "10");
    press_button(tab, "保存宽限");
    says(tab, ".office-page", "宽限 10 分钟");

    press_button(tab, "应报与协助");
    let row = "m01.s-hongying";
    set(
        tab,
        &format!("tr[data-row='{row}'] [name=duty]"),
        "assisting",
    );
    says(tab, ".office-said", "自第2周起生效");
    pictures(tab, "desk-duties");
    see(&street.tab, &place(row, "duty"), "协助");
    press_button(tab, "审核方式");
    set(tab, "tr[data-measure='1'] [name=mode]", "serial");
    says(tab, ".office-said", "已完成");
    pictures(tab, "desk-modes");
    press_button(tab, "关闭");
    press_button(tab, "审核");
    let line = format!(".review-row[data-row='{row}']");
    says(tab, &line, "先由牵头单位审核");
    pictures(tab, "review-serial");
}

#[test]
fn what_was_filled_offline_before_due_is_accepted_with_a_reason() {
    let _desk = alone();
    let mut server = ServerProcess::start_with(&["--demo", "--clock", "2021-04-16T15:50:00+08:00"]);
    let street = Desk::sign_in(&server, STREET);
    server.kill();
    wait_for_status(&street.tab, "离线");
    let of_row = format!(".report[data-row='{ROW}']");
    write(&street.tab, &place(ROW, "progress"), "断网时填报的进展情况");
    press_button(&street.tab, "报送");
    press_in(&street.tab, &of_row, "零报告");
    says(&street.tab, &of_row, "等待服务器签收");
    server.restart_with(&["--demo", "--clock", "2021-04-16T16:20:00+08:00"]);
    says(&street.tab, &of_row, "迟报");
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    press_button(tab, "本周办理");
    press_button(tab, "离线填写");
    let item = format!(".office-item[data-row='{ROW}']");
    press_in(tab, &item, "认定为按时");
    says(tab, &item, "请写明原因");
    fill(
        tab,
        &format!("{item} [name=accept-reason]"),
        "机房断网，已核实",
    );
    pictures(tab, "desk-offline");
    press_in(tab, &item, "认定为按时");
    says(tab, &item, "已认定为按时");
}
