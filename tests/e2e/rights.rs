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
