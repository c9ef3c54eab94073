//! Who may write what, as people see it.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::{ServerProcess, server_program};
use serde_json::{Value, json};

use crate::desk::*;

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";

/// Has a command carried out from the office's page.
fn command(office: &Tab, body: &Value) {
    let expression = format!(
        "fetch('/api/commands', {{ method: 'POST', body: {} }}).then((answer) => answer.status)",
        json!(body.to_string())
    );
    assert_eq!(office.evaluate(&expression), json!(200), "{body}");
}

fn role(role: &str) -> Value {
    json!({
        "command": "change-account", "account": STREET, "person": "", "unit": STREET, "role": role, "disabled": false
    })
}

/// Waits until a cell is closed, or open.
fn wait_for_readonly(tab: &Tab, place: &Place, closed: bool) {
    let expression = format!(
        "(document.querySelector({}) || {{ getAttribute: () => '' }}).getAttribute('aria-readonly') === '{closed}'",
        json!(place.selector())
    );
    tab.wait_until(&format!("{place:?} to be closed: {closed}"), &expression);
}

fn says(tab: &Tab, words: &str) {
    let expression = format!("document.body.innerText.includes({})", json!(words));
    tab.wait_until(&format!("the page to say {words}"), &expression);
}

#[test]
fn another_offices_row_is_closed_and_says_whose_it_is() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let theirs = place("m07.s-pucheng", "progress");
    select(&street.tab, &theirs);
    wait_for_readonly(&street.tab, &theirs, true);
    street.tab.type_text("a");
    says(&street.tab, "这一行由蒲城街道办事处填写。");
    street.tab.screenshot(&picture("closed"));
    street.tab.press(Key::Escape);
    assert_eq!(shown(&street.tab, &theirs), "");
    let review = place("m07.s-hongying", "review");
    select(&street.tab, &review);
    wait_for_readonly(&street.tab, &review, true);
    let office = Desk::sign_in(&server, OFFICE);
    let review = place("m07.s-pucheng", "review_note");
    write(&office.tab, &review, "请写明排查数量");
    wait_for_status(&office.tab, "已同步");
}

#[test]
fn who_is_demoted_while_typing_loses_nothing() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let office = Desk::sign_in(&server, OFFICE);
    let row = own_rows(&street.tab)[0].clone();
    let (typed_in, other) = (place(&row, "progress"), place(&row, "checked_week"));
    select(&street.tab, &typed_in);
    street.tab.type_text("正在填写的内容");
    command(&office.tab, &role("viewer"));
    wait_for_readonly(&street.tab, &other, true);
    street.tab.press(Key::Enter);
    says(&street.tab, "有 1 处填写没有写入表中");
    street.tab.screenshot(&picture("demoted"));
    street.tab.reload();
    wait_for_table(&street.tab);
    says(&street.tab, "有 1 处填写没有写入表中");
    press_button(&street.tab, "查看");
    says(&street.tab, "正在填写的内容");
    says(&street.tab, "你的账号只能查看，不能填写。");
    street.tab.screenshot(&picture("drafts"));
    press_button(&street.tab, "关闭");
    command(&office.tab, &role("unit"));
    wait_for_readonly(&street.tab, &other, false);
    press_button(&street.tab, "查看");
    press_button(&street.tab, "重试");
    see(&office.tab, &typed_in, "正在填写的内容");
    let gone = "!document.body.innerText.includes('没有写入表中')";
    street.tab.wait_until("the draft to go", gone);
    wait_for_status(&street.tab, "已同步");
}

#[test]
fn what_the_server_refuses_on_return_comes_back_as_a_draft_beside_its_cell() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let row = own_rows(&street.tab)[0].clone();
    let (progress, problem) = (place(&row, "progress"), place(&row, "problem"));
    write(&street.tab, &progress, "断网之前");
    wait_for_status(&street.tab, "已同步");
    server.kill();
    wait_for_status(&street.tab, "离线");
    write(&street.tab, &problem, "断网时填的");
    // Meanwhile the account may only read any more; the page learns of it with the refusal.
    let mut change = std::process::Command::new(server_program());
    change.args(["account", "change", STREET, "--role", "viewer", "--data"]);
    let done = change
        .arg(server.data())
        .output()
        .expect("the program runs");
    assert!(done.status.success(), "{done:?}");
    server.restart();
    says(&street.tab, "有 1 处填写没有写入表中");
    wait_for_status(&street.tab, "已同步");
    see(&street.tab, &progress, "断网之前");
    see(&street.tab, &problem, "断网时填的");
    let office = Desk::sign_in(&server, OFFICE);
    assert_eq!(shown(&office.tab, &problem), "");
    command(&office.tab, &role("unit"));
    wait_for_readonly(&street.tab, &progress, false);
    write(&street.tab, &progress, "照常填");
    press_button(&street.tab, "查看");
    press_button(&street.tab, "重试");
    see(&office.tab, &problem, "断网时填的");
    see(&office.tab, &progress, "照常填");
    wait_for_status(&street.tab, "已同步");
}

/// What the page puts on the clipboard when this is clicked.
fn copied_by(tab: &Tab, selector: &str) -> Value {
    tab.evaluate("document.addEventListener('copy', () => { const area = document.activeElement; window.copied = String(area.value || '').slice(area.selectionStart, area.selectionEnd); }, { once: true })");
    tab.click(selector);
    tab.evaluate("window.copied")
}

#[test]
fn of_what_was_typed_offline_the_permitted_arrives_and_the_rest_stands_as_drafts() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-pucheng");
    let kept = place("m08.s-pucheng", "progress");
    write(&street.tab, &kept, "断网之前");
    wait_for_status(&street.tab, "已同步");
    let office = Desk::sign_in(&server, OFFICE);
    see(&office.tab, &kept, "断网之前");
    let permitted = place("m07.s-pucheng", "progress");
    let also = place("m07.s-pucheng", "problem");
    let refused = [
        (kept.clone(), "断网时改的进展"),
        (kept.beside("problem"), "断网时填的问题"),
    ];
    server.kill();
    wait_for_status(&street.tab, "离线");
    // One after the other, so that what is permitted stands between what is not.
    write(&street.tab, &refused[0].0, refused[0].1);
    write(&street.tab, &permitted, "准许的进展");
    write(&street.tab, &refused[1].0, refused[1].1);
    write(&street.tab, &also, "准许的问题");
    wait_for_status(&street.tab, "4 处修改未上传");
    // The page is closed, and while it is the measure is no longer theirs.
    street.tab.open("about:blank");
    server.restart();
    wait_for_status(&office.tab, "已同步");
    let set = |streets: &[&str]| json!({ "command": "set-relevant-streets", "measure": 8, "streets": streets });
    command(&office.tab, &set(&[STREET]));
    street.tab.open(&server.url());
    wait_for_table(&street.tab);
    says(&street.tab, "有 2 处填写没有写入表中");
    wait_for_status(&street.tab, "已同步");
    see(&office.tab, &permitted, "准许的进展");
    see(&office.tab, &also, "准许的问题");
    see(&office.tab, &kept, "断网之前");
    for (cell, text) in &refused {
        see(&street.tab, cell, text);
        let is_draft = format!(
            "document.querySelector({}).dataset.draft === 'true'",
            json!(cell.selector())
        );
        street.tab.wait_until("the cell to show a draft", &is_draft);
    }
    street.tab.screenshot(&picture("mixed-table"));
    press_button(&street.tab, "查看");
    for (_, text) in &refused {
        says(&street.tab, text);
    }
    says(&street.tab, "不再是这项任务的相关街道");
    street.tab.screenshot(&picture("mixed-drafts"));
    let first = street.tab.text(".draft .choices-text");
    let copied = copied_by(&street.tab, ".draft .draft-acts button:first-child");
    assert_eq!(copied, json!(first));
    // A try while it is still closed changes nothing.
    press_button(&street.tab, "重试");
    press_button(&street.tab, "关闭");
    says(&street.tab, "有 2 处填写没有写入表中");
    command(&office.tab, &set(&["s-pucheng", STREET]));
    wait_for_readonly(&street.tab, &kept, false);
    press_button(&street.tab, "查看");
    press_button(&street.tab, "重试");
    says(&street.tab, "有 1 处填写没有写入表中");
    press_button(&street.tab, "重试");
    for (cell, text) in &refused {
        see(&office.tab, cell, text);
    }
    wait_for_status(&street.tab, "已同步");
}

#[test]
fn the_office_makes_an_account_and_sees_who_did_what() {
    let _desk = alone();
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    press_button(tab, "管理");
    says(tab, "鸿鹰街道办事处");
    tab.click("input[name=account-name]");
    tab.type_text("wangtianbao");
    tab.click("input[name=account-person]");
    tab.type_text("王填报");
    tab.evaluate("(() => { const unit = document.querySelector('select[name=account-unit]'); unit.value = 's-pucheng'; unit.dispatchEvent(new Event('change')); })()");
    press_button(tab, "新建账号");
    says(tab, "一次性密码：");
    says(tab, "wangtianbao");
    tab.screenshot(&picture("office-accounts"));
    press_button(tab, "登录与令牌");
    says(tab, "本次登录");
    tab.screenshot(&picture("office-passes"));
    press_button(tab, "设置");
    says(tab, "各单位可以互相查看");
    tab.screenshot(&picture("office-settings"));
    press_button(tab, "审计日志");
    says(tab, "create-account");
    tab.screenshot(&picture("office-audit"));
    press_button(tab, "关闭");
    let street = Desk::sign_in(&server, STREET);
    let doors = "[...document.querySelectorAll('button')].filter((button) => button.innerText.trim() === '管理').length";
    assert_eq!(street.tab.evaluate(doors), json!(0));
}

fn tick_street(tab: &Tab, measure: u8, street: &str) {
    tab.click(&format!(
        "fieldset[data-measure='{measure}'] input[value='{street}']"
    ));
}

#[test]
fn relevant_streets_change_for_all_and_what_was_typed_stays() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-pucheng");
    let written = place("m08.s-pucheng", "progress");
    write(&street.tab, &written, "已完成管线排查");
    wait_for_status(&street.tab, "已同步");
    let office = Desk::sign_in(&server, OFFICE);
    see(&office.tab, &written, "已完成管线排查");
    press_button(&office.tab, "管理");
    press_button(&office.tab, "相关街道");
    says(&office.tab, "蒲城街道办事处");
    let fresh = place("m08.s-hongying", "progress");
    tick_street(&office.tab, 8, "s-hongying");
    tick_street(&office.tab, 8, "s-pucheng");
    office.tab.screenshot(&picture("office-streets"));
    office.tab.click("fieldset[data-measure='8'] button");
    // 蒲城 wrote something: it stays in sight, closed. 鸿鹰 has a row now and fills it in.
    wait_for_readonly(&street.tab, &written, true);
    see(&street.tab, &written, "已完成管线排查");
    let newcomer = Desk::sign_in(&server, STREET);
    write(&newcomer.tab, &fresh, "新增街道已开始排查");
    wait_for_status(&newcomer.tab, "已同步");
    press_button(&office.tab, "关闭");
    see(&office.tab, &fresh, "新增街道已开始排查");
    office.tab.screenshot(&picture("streets-changed"));
}
