//! The office's account screen, clicked through; the first administrator; sessions and tokens that are ended.

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::accessible::{bring_axe, check};
use crate::desk::*;

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";
/// What people choose for themselves.
const OWN: &str = "自己选的密码一二三四";
const OTHER: &str = "后来再选的密码五六七八";

fn body_says(tab: &Tab, words: &str) {
    let expression = format!("document.body.innerText.includes({})", json!(words));
    tab.wait_until(&format!("the page to say {words}"), &expression);
}

/// Presses a button in the line of an account.
fn press_in_line(tab: &Tab, account: &str, words: &str) {
    let press = format!(
        "(() => {{
            const buttons = [...document.querySelectorAll(\"tr[data-account='{account}'] button\")];
            const button = buttons.find((button) => button.innerText.trim() === {});
            if (button) button.click();
            return !!button;
        }})()",
        json!(words)
    );
    tab.wait_until(&format!("a button {words} for {account}"), &press);
}

fn line_says(tab: &Tab, account: &str, words: &str) {
    says(tab, &format!("tr[data-account='{account}']"), words);
}

/// Fills a field anew.
fn fill(tab: &Tab, name: &str, text: &str) {
    let field = format!("input[name={name}]");
    tab.click(&field);
    let clear = format!("document.querySelector({}).select()", json!(field));
    tab.evaluate(&clear);
    tab.type_text(text);
}

/// Chooses from a list, as the browser tells the page.
fn choose(tab: &Tab, name: &str, value: &str) {
    let script = format!(
        "(() => {{
            const list = document.querySelector('select[name={name}]');
            list.value = '{value}';
            list.dispatchEvent(new Event('change', {{ bubbles: true }}));
            return list.value === '{value}';
        }})()"
    );
    assert_eq!(tab.evaluate(&script), json!(true), "{name} = {value}");
}

/// What the desk says was done; a secret stands after the colon.
fn secret_said(tab: &Tab, before: &str, unlike: &str) -> String {
    let sentence = format!(
        "[...document.querySelectorAll('.office-said')].some((part) => part.innerText.includes({}) && (!{unlike_json} || !part.innerText.includes({unlike_json})))",
        json!(before),
        unlike_json = json!(unlike)
    );
    tab.wait_until(&format!("{before} to be said"), &sentence);
    let said = tab.text(".office-said");
    let rest = said.split(before).nth(1).expect("it was waited for");
    rest.split('\u{3000}')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Fills in the form of the sign-in screen.
fn show_password(tab: &Tab, account: &str, password: &str) {
    fill(tab, "account", account);
    fill(tab, "password", password);
    tab.press(Key::Enter);
}

fn open_part(tab: &Tab, part: &str) {
    press_button(tab, "管理");
    press_button(tab, part);
}

#[test]
fn an_account_is_made_used_renamed_moved_reset_and_disabled_on_screen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    press_button(tab, "管理");
    fill(tab, "account-name", "wangtianbao");
    fill(tab, "account-person", "王填报");
    choose(tab, "account-unit", STREET);
    press_button(tab, "新建账号");
    let one_time = secret_said(tab, "一次性密码：", "");
    line_says(tab, "wangtianbao", "待改密码");
    tab.screenshot(&picture("accounts-made"));

    // The one-time password opens nothing but its own change.
    let browser = Browser::shared();
    let person = browser.tab();
    person.open(&server.url());
    show_password(&person, "wangtianbao", &one_time);
    body_says(&person, "请设置新密码");
    person.screenshot(&picture("accounts-must-change"));
    bring_axe(&person);
    check(&person, "a new password");
    let change = |old: &str, new: &str, again: &str| {
        fill(&person, "password-old", old);
        fill(&person, "password-new", new);
        fill(&person, "password-again", again);
        person.press(Key::Enter);
    };
    change(&one_time, OWN, "不一样的另一个密码");
    body_says(&person, "两次输入的新密码不一样");
    change(&one_time, OWN, OWN);
    wait_for_table(&person);
    wait_for_status(&person, "已同步");
    let row = own_rows(&person)[0].clone();
    assert!(row.ends_with(STREET), "{row}");
    write(&person, &place(&row, "progress"), "新人填的");
    wait_for_status(&person, "已同步");

    // Another name, another unit.
    press_in_line(tab, "wangtianbao", "修改");
    fill(tab, "account-person", "王改名");
    choose(tab, "account-unit", "s-pucheng");
    press_button(tab, "保存修改");
    line_says(tab, "wangtianbao", "王改名");
    line_says(tab, "wangtianbao", "蒲城街道办事处");
    tab.screenshot(&picture("accounts-moved"));
    person.wait_until(
        "the rows of the new unit to be one's own",
        "[...document.querySelectorAll('[role=row][data-own=true] [role=gridcell]')].some((cell) => cell.dataset.row.endsWith('s-pucheng'))",
    );
    see(&person, &place(&row, "progress"), "新人填的");

    // A password that is reset ends what is open; the page asks in place.
    press_in_line(tab, "wangtianbao", "重置密码");
    let second = secret_said(tab, "一次性密码：", &one_time);
    person.wait_until(
        "the page to ask who is there",
        "!!document.querySelector('input[type=password]')",
    );
    person.screenshot(&picture("accounts-reset"));
    fill(&person, "password", OWN);
    person.press(Key::Enter);
    body_says(&person, "账号或密码不对");
    fill(&person, "password", &second);
    person.press(Key::Enter);
    body_says(&person, "请设置新密码");
    change(&second, OTHER, OTHER);
    wait_for_table(&person);
    wait_for_status(&person, "已同步");

    // Disabled: out, and not in again; enabled: as before.
    press_in_line(tab, "wangtianbao", "停用");
    line_says(tab, "wangtianbao", "已停用");
    tab.screenshot(&picture("accounts-disabled"));
    person.wait_until(
        "the page to ask who is there",
        "!!document.querySelector('input[type=password]')",
    );
    fill(&person, "password", OTHER);
    person.press(Key::Enter);
    says(&person, ".sign-in-failure", "密码");
    press_in_line(tab, "wangtianbao", "启用");
    line_says(tab, "wangtianbao", "正常");
    fill(&person, "password", OTHER);
    person.press(Key::Enter);
    wait_for_status(&person, "已同步");

    // All of it stands in the audit log, which is searched and taken away.
    press_button(tab, "审计日志");
    fill(tab, "audit-text", "wangtianbao");
    tab.press(Key::Enter);
    choose(tab, "audit-kind", "command");
    tab.wait_until(
        "commands alone",
        "(() => { const lines = [...document.querySelectorAll('.office-table tbody tr')]; return lines.length >= 5 && lines.every((line) => line.dataset.kind === 'command' && line.innerText.includes('wangtianbao')); })()",
    );
    tab.screenshot(&picture("accounts-audit"));
    let csv = tab.download(|| tab.click("a[download]"));
    let csv = std::fs::read_to_string(csv).expect("the csv is text");
    for word in ["create-account", "reset-password", "change-account"] {
        assert!(csv.contains(word), "{word} is missing: {csv}");
    }
    assert!(!csv.contains(&one_time) && !csv.contains(&second));
}

#[test]
fn a_session_is_ended_from_the_list_and_its_page_asks_in_place() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let row = own_rows(&street.tab)[0].clone();
    let cell = place(&row, "progress");
    select(&street.tab, &cell);
    street.tab.type_text("正在填时被结束登录");
    let office = Desk::sign_in(&server, OFFICE);
    open_part(&office.tab, "登录与令牌");
    press_in_line(&office.tab, STREET, "结束");
    street.tab.wait_until(
        "the page to ask who is there",
        "!!document.querySelector('input[type=password]')",
    );
    street.tab.screenshot(&picture("accounts-revoked"));
    sign_in_again_if_asked(&street.tab);
    street.tab.wait_until(
        "the form to go",
        "!document.querySelector('input[type=password]')",
    );
    wait_for_status(&street.tab, "已同步");
    if typed(&street.tab) == "正在填时被结束登录" {
        street.tab.press(Key::Enter);
    }
    see(&street.tab, &cell, "正在填时被结束登录");
    press_button(&office.tab, "关闭");
    see(&office.tab, &cell, "正在填时被结束登录");
}

#[test]
fn the_first_administrator_is_made_by_the_link_that_the_server_prints() {
    let _desk = alone();
    let server = ServerProcess::start_with(&[]);
    let log = server.log();
    let secret = log.split("#setup=").nth(1).expect("the link is printed");
    let secret: String = secret.chars().take_while(char::is_ascii_hexdigit).collect();
    let browser = Browser::shared();
    let tab = browser.tab();
    let link = format!("{}/#setup={secret}", server.url());
    tab.open(&link);
    body_says(&tab, "建立第一个管理员账号");
    let inputs = "[...document.querySelectorAll('.sign-in input')].map((input) => input.name)";
    let names = tab.evaluate(inputs);
    let names: Vec<&str> = names
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|name| name.as_str())
        .collect();
    let set_up = |password: &str| {
        for (name, text) in names.iter().zip(["guanli", "李管理", password, password]) {
            fill(&tab, name, text);
        }
        tab.press(Key::Enter);
    };
    set_up("短");
    says(&tab, ".sign-in-failure", "10");
    tab.screenshot(&picture("accounts-setup"));
    set_up(OWN);
    tab.wait_until(
        "the sign-in form",
        "!!document.querySelector('input[name=account]')",
    );
    assert_eq!(tab.evaluate("location.hash"), json!(""));
    show_password(&tab, "guanli", OWN);
    wait_for_table(&tab);
    press_button(&tab, "管理");
    line_says(&tab, "guanli", "李管理");
    tab.screenshot(&picture("accounts-first"));
    // The link opens nothing any more.
    let second = browser.tab();
    let again = format!(
        "fetch('/api/setup', {{ method: 'POST', body: JSON.stringify({{ secret: '{secret}', account: 'second', person: '', password: '{OWN}' }}) }}).then((answer) => answer.status)"
    );
    second.open(&server.url());
    wait_for_table(&second);
    assert_eq!(second.evaluate(&again), json!(403));
}

#[test]
fn a_programs_token_is_made_on_screen_shown_once_and_ended() {
    let _desk = alone();
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    open_part(tab, "登录与令牌");
    fill(tab, "token-label", "夜间导出");
    fill(tab, "token-days", "很多");
    press_button(tab, "新建程序令牌");
    body_says(tab, "有效天数须是整数。");
    fill(tab, "token-label", "夜间导出");
    fill(tab, "token-days", "7");
    press_button(tab, "新建程序令牌");
    let token = secret_said(tab, "程序令牌：", "");
    assert_eq!(token.len(), 64, "{token}");
    says(tab, ".office-table", "夜间导出");
    tab.screenshot(&picture("accounts-token"));
    let status = |what: &str| {
        let ask = format!(
            "fetch('/api/{what}', {{ credentials: 'omit', headers: {{ Authorization: 'Bearer {token}' }} }}).then((answer) => answer.status)"
        );
        tab.evaluate(&ask)
    };
    assert_eq!(status("documents"), json!(200));
    assert_eq!(status("accounts"), json!(403), "it only reads");
    press_button(tab, "账号");
    press_button(tab, "登录与令牌");
    says(tab, ".office-table", "夜间导出");
    let shown = format!("document.documentElement.outerHTML.includes('{token}')");
    assert_eq!(tab.evaluate(&shown), json!(false));
    // Own sessions have no button: the first button of the account's lines is the token's.
    press_in_line(tab, OFFICE, "结束");
    tab.wait_until(
        "the token to go",
        "!document.querySelector('.office-table').innerText.includes('夜间导出')",
    );
    assert_eq!(status("documents"), json!(401));
}
