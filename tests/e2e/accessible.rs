//! What can be used without eyes, without a mouse, or with large letters: judged by axe-core on every screen, in light and dark.

use std::fs;

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use diaodu_tests::stock::stock_clients;
use serde_json::json;

use crate::desk::*;

/// Puts axe-core into the page, past its own policy, as a browser's tools do.
pub fn bring_axe(tab: &Tab) {
    let axe = stock_clients()
        .with_file_name("node_modules")
        .join("axe-core/axe.min.js");
    let script = fs::read_to_string(axe).expect("npm has brought axe-core");
    tab.evaluate(&format!("{script}; true"));
}

/// Asserts that axe finds nothing on the screen as it is now.
pub fn check(tab: &Tab, screen: &str) {
    for scheme in ["light", "dark"] {
        tab.prefer_colours(scheme);
        let found = tab.evaluate(
            "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations.map((violation) =>
                `${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' + node.failureSummary.slice(0, 300)).join(' | ')}`))",
        );
        assert_eq!(found, json!([]), "{screen}, {scheme}");
    }
    tab.prefer_colours("light");
}

#[test]
fn axe_finds_nothing_on_the_sign_in_screen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::start();
    let tab = browser.tab();
    tab.open(&server.url());
    tab.wait_until("the form", "document.querySelector('input[name=account]')");
    bring_axe(&tab);
    check(&tab, "sign-in");
}

#[test]
fn axe_finds_nothing_in_the_table_and_around_it() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    bring_axe(tab);
    let rows = own_rows(tab);
    let cell = place(&rows[0], "checked_week");
    select(tab, &cell);
    check(tab, "table");
    tab.chord("Shift+ArrowDown");
    check(tab, "range");
    select(tab, &cell);
    tab.type_text("3x");
    check(tab, "editor with a mistake");
    tab.press(Key::Enter);
    check(tab, "draft");
    select(tab, &cell.beside("status"));
    tab.chord("Alt+ArrowDown");
    check(tab, "list of a choice");
    tab.press(Key::Escape);
    tab.chord("Alt+Enter");
    check(tab, "full text");
    tab.press(Key::Escape);
    tab.chord("Shift+F2");
    tab.wait_until(
        "the comments",
        "document.activeElement.matches('.comments-input')",
    );
    tab.type_text("@");
    tab.wait_until("the units", "document.querySelector('.comments-unit')");
    check(tab, "comments, with units to call");
    tab.press(Key::Escape);
    tab.press(Key::Escape);
    for (keys, screen) in [
        ("F1", "sheet of keys"),
        ("Ctrl+G", "go to"),
        ("Shift+F10", "menu"),
    ] {
        tab.chord(keys);
        tab.wait_until(
            screen,
            "document.querySelector('[role=dialog], [role=menu]')",
        );
        check(tab, screen);
        tab.press(Key::Escape);
    }
    press_button(tab, "查看");
    check(tab, "drafts");
    press_button(tab, "关闭");
}

#[test]
fn axe_finds_nothing_on_the_office_s_desk() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "u-gongjianban");
    let tab = &desk.tab;
    bring_axe(tab);
    press_button(tab, "管理");
    for part in ["账号", "登录与令牌", "设置", "审计日志"] {
        press_button(tab, part);
        tab.wait_until(part, "document.querySelector('[role=dialog]')");
        check(tab, part);
    }
    press_button(tab, "关闭");
}

#[test]
fn axe_finds_nothing_in_history_and_in_the_past() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    bring_axe(tab);
    let progress = place("m07.s-hongying", "progress");
    write(tab, &progress, "甲");
    write(tab, &progress, "乙");
    wait_for_status(tab, "已同步");
    select(tab, &progress);
    tab.chord("Ctrl+Alt+Shift+H");
    let two = "document.querySelectorAll('.history-item').length === 2";
    tab.wait_until("two versions", two);
    check(tab, "history of a cell");
    press_button(tab, "单位");
    tab.wait_until("two versions", two);
    check(tab, "history of a unit");
    press_button(tab, "比较");
    check(tab, "comparison");
    press_button(tab, "回看过去的表");
    press_button(tab, "上一次修改");
    tab.wait_until(
        "the past",
        "document.querySelector('.past[data-state=past]')",
    );
    press_button(tab, "从此刻起比较");
    press_button(tab, "下一次修改");
    check(tab, "the past");
}

#[test]
fn at_twice_the_size_everything_is_still_there() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    // What 200 % leaves of 1366 × 768.
    tab.resize(683, 384);
    let rows = own_rows(tab);
    write(tab, &place(&rows[0], "progress"), "放大后填写");
    for part in [".week-switch", "[role=status]", ".due"] {
        let seen = tab.evaluate(&format!(
            "(() => {{ const box = document.querySelector('{part}').getBoundingClientRect(); return box.width > 0 && box.right <= innerWidth + 1 && box.bottom <= innerHeight; }})()"
        ));
        assert_eq!(seen, json!(true), "{part} is in sight");
    }
    tab.screenshot(&picture("zoom-200"));
}

#[test]
fn axe_finds_nothing_in_what_arranges_the_table() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "u-gongjianban");
    let tab = &desk.tab;
    bring_axe(tab);
    let row = own_rows(tab)[0].clone();
    select(tab, &place(&row, "progress"));
    tab.chord("Ctrl+H");
    tab.wait_until(
        "the search",
        "document.activeElement.matches('.grid-find-text')",
    );
    tab.type_text("pcjd");
    check(tab, "search");
    tab.press(Key::Escape);
    tab.chord("Alt+Shift+ArrowDown");
    tab.wait_until("the list", "document.querySelector('.grid-list')");
    check(tab, "list of a heading");
    tab.evaluate("[...document.querySelectorAll('.grid-list button')].find((button) => button.innerText === '不为空').click()");
    tab.press(Key::Enter);
    tab.wait_until("the filter", "document.querySelector('.arranged-count')");
    check(tab, "filtered");
    for word in ["列", "视图"] {
        tab.evaluate(&format!("[...document.querySelectorAll('button')].find((button) => button.innerText === '{word}').click()"));
        tab.wait_until("the dialog", "document.querySelector('.dialog')");
        check(tab, word);
        tab.press(Key::Escape);
    }
}
