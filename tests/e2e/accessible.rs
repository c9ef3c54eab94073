//! What can be used without eyes, without a mouse, or with large letters: judged by axe-core on every screen, in light and dark.

use std::collections::BTreeSet;
use std::fs;

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::{PASSWORD, ServerProcess, project};
use diaodu_tests::stock::stock_clients;
use serde_json::json;

use crate::conflict::apart;
use crate::desk::*;
use crate::looks;

/// Puts axe-core into the page, past its own policy, as a browser's tools do.
pub fn bring_axe(tab: &Tab) {
    let axe = stock_clients()
        .with_file_name("node_modules")
        .join("axe-core/axe.min.js");
    let script = fs::read_to_string(axe).expect("npm has brought axe-core");
    tab.evaluate(&format!("{script}; true"));
}

/// Asserts that axe finds nothing on the screen as it is now, and that its words fit and are Chinese.
pub fn check(tab: &Tab, screen: &str) {
    looks::check_words(tab, screen);
    // The table's rows are judged where nothing stands before them. What is dark is another matter of colours alone.
    for (scheme, rules) in [("light", json!(null)), ("dark", json!(["color-contrast"]))] {
        tab.prefer_colours(scheme);
        let found = tab.evaluate(&format!(
            "axe.run({{ exclude: document.querySelector('[role=dialog], [role=menu]') ? [['[role=grid] [role=row]']] : [] }}, Object.assign({{ resultTypes: ['violations'] }}, {rules} && {{ runOnly: {rules} }})).then((result) => result.violations.map((violation) =>
                `${{violation.id}}: ${{violation.help}}: ${{violation.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' + node.failureSummary.slice(0, 300)).join(' | ')}}`))",
        ));
        assert_eq!(found, json!([]), "{screen}, {scheme}");
    }
    tab.prefer_colours("light");
}

#[test]
fn axe_finds_nothing_on_the_sign_in_screen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = browser.tab();
    tab.open(&server.url());
    tab.wait_until("the form", "document.querySelector('input[name=account]')");
    bring_axe(&tab);
    check(&tab, "sign-in");
    press_button(&tab, "显示");
    check(&tab, "display before signing in");
    let set_up = browser.tab();
    set_up.open(&format!("{}/#setup=0123456789", server.url()));
    set_up.wait_until(
        "the form for the first account",
        "document.querySelectorAll('input[type=password]').length > 1",
    );
    bring_axe(&set_up);
    check(&set_up, "set-up");
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
    for part in ["账号", "登录与令牌", "相关街道", "设置", "审计日志"] {
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
fn axe_finds_nothing_beside_the_table_before_printing_on_paper_and_in_the_display_window() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    bring_axe(tab);
    let row = own_rows(tab)[0].clone();
    select(tab, &place(&row, "progress"));
    tab.chord("Ctrl+F2");
    tab.wait_until("the editor", "document.querySelector('.beside')");
    check(tab, "beside the table");
    select(tab, &place(&row, "review"));
    check(tab, "beside the table, closed");
    press_button(tab, "关闭");
    select(tab, &place(&row, "progress"));
    tab.chord("Ctrl+P");
    tab.wait_until("the paper", "document.querySelector('.print-paper')");
    check(tab, "before printing");
    tab.press(Key::Escape);
    press_button(tab, "报送");
    tab.wait_until("the list", "document.querySelector('.report')");
    tab.evaluate("document.querySelector('.report .attachments-fold').click()");
    tab.wait_until(
        "the files",
        "document.querySelector('.report .attachments')",
    );
    check(tab, "reporting");
    press_button(tab, "关闭");
    press_button(tab, "显示");
    check(tab, "display");
    for words in ["大字", "高对比度"] {
        tab.evaluate(&format!("[...document.querySelectorAll('.display-switch')].find((label) => label.innerText.trim() === '{words}').click()"));
        check(tab, words);
    }
    tab.press(Key::Escape);
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    tab.command("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let found = tab.evaluate("axe.run(document.querySelector('#print'), { resultTypes: ['violations'] }).then((result) => result.violations.map((violation) => violation.id + ' ' + violation.nodes[0].target))");
    assert_eq!(found, json!([]), "on paper");
}

#[test]
fn axe_finds_nothing_where_colleagues_meet() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let cell = place(&own_rows(&one.tab)[0], "leader");
    apart(&mut server, [&one, &other], &[(&cell, ["张某", "李某"])]);
    let tab = &one.tab;
    bring_axe(tab);
    tab.evaluate("document.querySelector('.conflicts button').click()");
    tab.wait_until("the list", "document.querySelector('.dialog')");
    check(tab, "cells with several values");
    tab.evaluate("document.querySelector('.dialog li button').click()");
    tab.wait_until(
        "the values",
        "document.querySelectorAll('.dialog li').length > 1",
    );
    check(tab, "choosing");
    tab.press(Key::Escape);
    let _colleague = Desk::sign_in(&server, "u-shengtai");
    tab.wait_until(
        "the colleague to be listed",
        "!!document.querySelector('.online-person button')",
    );
    tab.evaluate("document.querySelector('.online').open = true");
    check(tab, "who is online");
    tab.evaluate("document.querySelector('.online-person button').click()");
    tab.wait_until("following", "document.querySelector('.following')");
    check(tab, "following");
}

#[test]
fn axe_finds_nothing_on_a_phone() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = browser.tab();
    tab.resize(390, 844);
    tab.open(&server.url());
    tab.click("input[name=account]");
    tab.type_text("s-hongying");
    tab.click("input[type=password]");
    tab.type_text(PASSWORD);
    tab.press(Key::Enter);
    tab.wait_until("the cards", "document.querySelector('.card')");
    bring_axe(&tab);
    check(&tab, "cards");
    tab.click(".card-head");
    tab.wait_until("the fields", "document.querySelector('.cell-field')");
    check(&tab, "an open card");
}

/// Which test judges what a file of `app/src/screens` draws. Files that draw nothing of their own are judged where they are used.
const JUDGED: &[(&str, &str)] = &[
    ("action_plan", CAMPAIGN),
    ("around", TABLE),
    ("arranged", ARRANGING),
    ("arranging", ARRANGING),
    ("attachments", COMFORT),
    ("beside", COMFORT),
    ("board", BOARD),
    ("cards", PHONE),
    ("cell_field", COMFORT),
    ("cell_menu", TABLE),
    ("choose", TOGETHER),
    ("circular", CIRCULAR),
    ("columns", ARRANGING),
    ("comment_box", TABLE),
    ("comments", TABLE),
    ("conflicts", TOGETHER),
    ("contacts", CAMPAIGN),
    ("corrections", PROCESS),
    ("countdown", TABLE),
    ("display", COMFORT),
    ("drafts", TABLE),
    ("following", TOGETHER),
    ("go_to", TABLE),
    ("header", TABLE),
    ("history", HISTORY),
    ("keys", TABLE),
    ("office", OFFICE),
    ("online", TOGETHER),
    ("password", SIGN_IN),
    ("plan_text", CAMPAIGN),
    ("print", COMFORT),
    ("reminding", CAMPAIGN),
    ("reporting", COMFORT),
    ("review", PROCESS),
    ("sign_in", SIGN_IN),
    ("status", TABLE),
    ("views", ARRANGING),
    ("wall", BOARD),
    ("week", TABLE),
];
const SIGN_IN: &str = "axe_finds_nothing_on_the_sign_in_screen";
const TABLE: &str = "axe_finds_nothing_in_the_table_and_around_it";
const ARRANGING: &str = "axe_finds_nothing_in_what_arranges_the_table";
const TOGETHER: &str = "axe_finds_nothing_where_colleagues_meet";
const BOARD: &str = "axe_finds_nothing_on_the_board_and_the_wall";
const CIRCULAR: &str = "axe_finds_nothing_in_the_circular";
const CAMPAIGN: &str = "axe_finds_nothing_in_plan_contacts_and_reminders";
const HISTORY: &str = "axe_finds_nothing_in_history_and_in_the_past";
const OFFICE: &str = "axe_finds_nothing_on_the_office_s_desk";
const COMFORT: &str =
    "axe_finds_nothing_beside_the_table_before_printing_on_paper_and_in_the_display_window";
const PROCESS: &str = "axe_finds_nothing_where_a_week_is_gone_through";
const PHONE: &str = "axe_finds_nothing_on_a_phone";

#[test]
fn axe_finds_nothing_in_plan_contacts_and_reminders() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    bring_axe(tab);
    for (door, part) in [
        ("方案", ".plan-paper"),
        ("联络", ".contacts-table tbody"),
        ("还有 17 项未报送", ".remind-bell"),
    ] {
        match part {
            ".remind-bell" => press_button(tab, door),
            _ => open_paper(tab, door),
        }
        tab.wait_until(door, &format!("document.querySelector('{part}')"));
        check(tab, door);
        press_button(tab, "关闭");
    }
    open_paper(tab, "联络");
    press_button(tab, "添加");
    tab.wait_until("the form", "document.querySelector('.contacts-side form')");
    check(tab, "a contact that is written");
}

#[test]
fn axe_finds_nothing_where_a_week_is_gone_through() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "u-gongjianban");
    let tab = &desk.tab;
    bring_axe(tab);
    press_button(tab, "审核");
    tab.wait_until("the rows", "document.querySelector('.review-row')");
    check(tab, "review");
    press_button(tab, "不通过");
    press_button(tab, "确定退回");
    check(tab, "review, a reason");
    press_button(tab, "关闭");
    press_button(tab, "本周办理");
    for part in ["截止时间", "离线填写", "应报与协助", "审核方式"] {
        press_button(tab, part);
        check(tab, part);
    }
    press_button(tab, "定稿");
    tab.wait_until(
        "what is missing",
        "document.querySelector('.office-facts').innerText.includes('未报')",
    );
    check(tab, "freeze");
    press_button(tab, "定稿……");
    check(tab, "freeze, asked");
    press_button(tab, "确定定稿");
    tab.wait_until(
        "the freeze",
        "document.querySelector('.office-page').innerText.includes('本周已定稿')",
    );
    press_button(tab, "关闭");
    let street = Desk::sign_in(&server, "s-hongying");
    let tab = &street.tab;
    bring_axe(tab);
    press_button(tab, "更正申请");
    tab.wait_until("the list", "document.querySelector('.corrections select')");
    check(tab, "corrections");
    tab.evaluate("(() => { const field = document.querySelector('.corrections select'); field.value = 'm07.s-hongying'; field.dispatchEvent(new Event('change', { bubbles: true })); })()");
    tab.wait_until("the form", "document.querySelector('.correction-cell')");
    press_button(tab, "提交申请");
    check(tab, "asking for a correction");
}

#[test]
fn axe_finds_nothing_on_the_board_and_the_wall() {
    let _desk = alone();
    let server =
        ServerProcess::start_with(&["--demo", "--sample", "--clock", "2021-04-16T16:40:00+08:00"]);
    let desk = Desk::sign_in(&server, "u-gongjianban");
    let tab = &desk.tab;
    bring_axe(tab);
    press_button(tab, "督办板");
    tab.wait_until(
        "the lines",
        "document.querySelector('.board-table [data-line]')",
    );
    check(tab, "board");
    press_button(tab, "复制催报文字");
    for (part, there) in [
        ("逐周走势", ".board-week[data-state=shown]"),
        ("单位排名", ".board-moment"),
        ("我的待办", ".board-tasks"),
    ] {
        press_button(tab, part);
        tab.wait_until(part, &format!("document.querySelector('{there}')"));
        check(tab, part);
    }
    tab.evaluate("location.hash = '#wall'");
    tab.wait_until("the wall", "document.querySelector('.wall-action')");
    check(tab, "wall");
}

#[test]
fn axe_finds_nothing_in_the_circular() {
    let _desk = alone();
    let server =
        ServerProcess::start_with(&["--demo", "--sample", "--clock", "2021-04-17T09:00:00+08:00"]);
    let desk = Desk::sign_in(&server, "u-gongjianban");
    let tab = &desk.tab;
    bring_axe(tab);
    freeze(tab, 2);
    open_paper(tab, "通报");
    tab.wait_until("the paper", "document.querySelector('.paper')");
    check(tab, "the draft of a circular");
    press_button(tab, "已印发");
    tab.wait_until(
        "the list",
        "document.querySelector('.circular').innerText.includes('还没有')",
    );
    check(tab, "the circulars that were issued");
}

#[test]
fn every_screen_is_judged() {
    let screens = fs::read_dir(project().join("app/src/screens")).expect("the screens");
    let screens: BTreeSet<String> = screens
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    let judged: BTreeSet<String> = JUDGED
        .iter()
        .map(|(screen, _)| (*screen).to_owned())
        .collect();
    assert_eq!(
        screens.symmetric_difference(&judged).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "let axe-core judge it here, and name the test in JUDGED"
    );
    let tests = include_str!("accessible.rs");
    for (screen, test) in JUDGED {
        assert!(
            tests.contains(&format!("fn {test}()")),
            "{screen}: there is no {test}"
        );
    }
}

#[test]
fn at_twice_the_size_everything_is_still_there() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    // Where the sign-in stood, the mouse would rest on a band whose full text covers the row.
    tab.point_nowhere();
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

#[test]
fn a_closed_cell_tells_its_reason_to_whoever_reads_aloud() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    for (column, reason) in [("fix_rate", "自动计算"), ("review", "自审")] {
        let cell = place(&row, column);
        select(tab, &cell);
        let told = format!(
            "(() => {{
                const cell = document.querySelector({});
                const about = document.getElementById(cell.getAttribute('aria-describedby') || '');
                const label = document.querySelector('.grid-input').getAttribute('aria-label');
                return !!about && about.textContent.includes({1}) && label.includes('只读') && label.includes({1});
            }})()",
            json!(cell.selector()),
            json!(reason)
        );
        tab.wait_until(&format!("{column} to say {reason}"), &told);
    }
    let open = place(&row, "progress");
    select(tab, &open);
    let is_silent = format!(
        "!document.querySelector({}).hasAttribute('aria-describedby') && !document.querySelector('[role=gridcell][aria-describedby=grid-reason]')",
        json!(open.selector())
    );
    tab.wait_until("an open cell to say nothing of it", &is_silent);
}
