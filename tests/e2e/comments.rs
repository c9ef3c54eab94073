//! What is said about a cell: written, called, read, answered, settled.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::accessible;
use crate::desk::*;

/// Opens the comments of a cell by key.
fn open(tab: &Tab, cell: &Place) {
    select(tab, cell);
    tab.chord("Shift+F2");
    tab.wait_until(
        "a place to write",
        "document.activeElement.matches('.comments-input')",
    );
}

fn say(tab: &Tab, words: &str) {
    tab.click(".comments-input");
    tab.type_text(words);
    tab.chord("Ctrl+Enter");
    reads(tab, words);
}

/// Waits until the open panel holds these words.
fn reads(tab: &Tab, words: &str) {
    let holds = format!(
        "[...document.querySelectorAll('.comments-threads')].some((all) => all.innerText.includes({}))",
        json!(words)
    );
    tab.wait_until(&format!("{words} in the panel"), &holds);
}

/// Waits until a cell's mark is this: `open`, `unread`, or none.
fn marked(tab: &Tab, cell: &Place, mark: &str) {
    find(tab, cell);
    let mark_of = format!(
        "(document.querySelector({}) || {{ dataset: {{ state: '' }} }}).dataset.state === {}",
        json!(format!("{} .grid-comment", cell.selector())),
        json!(mark)
    );
    tab.wait_until(&format!("the mark {mark:?}"), &mark_of);
}

fn head_says(tab: &Tab, words: &str) {
    let holds = format!(
        "document.querySelector('.head').innerText.includes({})",
        json!(words)
    );
    tab.wait_until(&format!("{words} in the head"), &holds);
}

#[test]
fn a_unit_that_is_called_reads_answers_and_the_thread_is_settled() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let bureau = Desk::sign_in(&server, "u-zhujian");
    let other = Desk::sign_in(&server, "s-pucheng");
    let cell = place(&own_rows(&street.tab)[0], "progress");
    open(&street.tab, &cell);
    street.tab.type_text("请@住建");
    street.tab.wait_until(
        "units to be offered",
        "document.querySelector('.comments-unit')",
    );
    street.tab.screenshot(&picture("comments-units"));
    street.tab.press(Key::Enter);
    street.tab.wait_until(
        "the name to be written",
        "document.activeElement.value === '请@区住建局 '",
    );
    street.tab.type_text("核对排查数");
    street.tab.chord("Ctrl+Enter");
    reads(&street.tab, "请@区住建局 核对排查数");
    marked(&street.tab, &cell, "open");
    let tab = &bureau.tab;
    head_says(tab, "批注未读 1 条");
    marked(tab, &cell, "unread");
    select(tab, &cell);
    tab.point_nowhere();
    tab.screenshot(&picture("comments-unread"));
    press_button(tab, "批注未读 1 条");
    tab.wait_until("the list", "document.querySelector('[role=dialog] li')");
    accessible::bring_axe(tab);
    accessible::check(tab, "list of comments");
    tab.screenshot(&picture("comments-list"));
    press_button(tab, "打开");
    reads(tab, "请@区住建局 核对排查数");
    reads(tab, "鸿鹰街道办事处 s-hongying");
    marked(tab, &cell, "open");
    say(tab, "已核对，共12处");
    reads(&street.tab, "已核对，共12处");
    accessible::check(tab, "comments");
    tab.screenshot(&picture("comments"));
    tab.prefer_colours("dark");
    tab.screenshot(&picture("comments-dark"));
    tab.prefer_colours("light");
    // Who is not concerned sees the mark, and is not called.
    marked(&other.tab, &cell, "unread");
    let head = other.tab.text(".head");
    assert!(!head.contains("批注"), "{head}");
    press_button(&street.tab, "标为已解决");
    for tab in [&street.tab, tab] {
        marked(tab, &cell, "");
        reads(tab, "已解决 1 条");
    }
    street.tab.click(".comments-input");
    street.tab.press(Key::Escape);
    street.tab.wait_until(
        "the keys to be the table's",
        "document.activeElement.matches('.grid-input')",
    );
}

#[test]
fn comments_are_written_offline_and_what_is_not_sent_survives_a_reload() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let lead = Desk::sign_in(&server, "u-shengtai");
    let cell = place(&own_rows(&street.tab)[0], "progress");
    // The talk has come with its sheet.
    open(&street.tab, &cell);
    say(&street.tab, "在线时写的");
    head_says(&lead.tab, "批注未读 1 条");
    server.kill();
    wait_for_status(&street.tab, "离线");
    say(&street.tab, "离线时写的");
    wait_for_status(&street.tab, "离线");
    server.restart();
    head_says(&lead.tab, "批注未读 2 条");
    wait_for_status(&street.tab, "已同步");
    street.tab.click(".comments-input");
    street.tab.type_text("没写完");
    street.tab.reload();
    wait_for_table(&street.tab);
    open(&street.tab, &cell);
    assert_eq!(typed(&street.tab), "没写完");
    reads(&street.tab, "离线时写的");
    press_button(&street.tab, "撤回");
    let gone = "document.querySelector('.comments-threads').innerText.includes('已撤回')";
    street.tab.wait_until("a gap, for something follows", gone);
    head_says(&lead.tab, "批注未读 1 条");
    lead.tab.reload();
    wait_for_table(&lead.tab);
    head_says(&lead.tab, "批注未读 1 条");
    press_button(&lead.tab, "批注未读 1 条");
    press_button(&lead.tab, "全部标为已读");
    lead.tab.press(Key::Escape);
    // What this browser has seen, it has seen in every tab.
    let second = lead.another_tab(&server.url());
    marked(&second, &cell, "open");
}
