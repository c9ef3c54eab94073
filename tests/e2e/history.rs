//! History in a real browser: versions with the server's word, restoring, the table of a moment, comparisons; offline too.

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
const OFFICE: &str = "u-gongjianban";
const ROW: &str = "m07.s-hongying";

/// What the panel lists, newest first: one line each.
fn listed(tab: &Tab) -> Vec<String> {
    let items = tab.evaluate(
        "[...document.querySelectorAll('.history-item')].map((item) => item.innerText.replace(/\\s+/g, ' '))",
    );
    let items = items.as_array().cloned().unwrap_or_default();
    let texts = items.iter().filter_map(|item| item.as_str());
    texts.map(str::to_owned).collect()
}

/// Waits until the list has so many versions and the newest holds all these words.
fn wait_for_newest(tab: &Tab, count: usize, words: &[&str]) {
    let expression = format!(
        "(() => {{
            const items = [...document.querySelectorAll('.history-item')].map((item) => item.innerText);
            return items.length === {count} && {}.every((word) => items[0].includes(word));
        }})()",
        json!(words)
    );
    tab.wait_until(
        &format!("{count} versions, the newest with {words:?}"),
        &expression,
    );
}

/// Presses the button with these words in the version that holds others.
fn press_in(tab: &Tab, of: &[&str], words: &str) {
    let expression = format!(
        "(() => {{
            const item = [...document.querySelectorAll('.history-item')].find((item) => {}.every((word) => item.innerText.includes(word)));
            const button = item && [...item.querySelectorAll('button')].find((button) => button.innerText.trim() === {});
            if (button) button.click();
            return !!button;
        }})()",
        json!(of),
        json!(words)
    );
    tab.wait_until(&format!("{words} in the version {of:?}"), &expression);
}

fn wait_for_words(tab: &Tab, selector: &str, words: &str) {
    let expression = format!(
        "((document.querySelector({}) || {{}}).innerText || '').includes({})",
        json!(selector),
        json!(words)
    );
    tab.wait_until(&format!("{selector} to say {words}"), &expression);
}

fn choose(tab: &Tab, select: &str, option: &str) {
    let expression = format!(
        "(() => {{
            const select = {select};
            const option = select && [...select.options].find((option) => option.innerText.includes({}));
            if (!option) return false;
            select.value = option.value;
            select.dispatchEvent(new Event('change', {{ bubbles: true }}));
            return true;
        }})()",
        json!(option)
    );
    tab.wait_until(&format!("{option} to be offered"), &expression);
}

#[test]
fn a_cell_tells_who_wrote_what_and_when_and_gives_it_back() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let (progress, remark) = (place(ROW, "progress"), place(ROW, "remark"));
    write(tab, &progress, "已巡查道路三条");
    write(tab, &progress, "已巡查道路十二条");
    write(tab, &remark, "留给整行的字");
    wait_for_status(tab, "已同步");
    select(tab, &progress);
    tab.chord("Ctrl+Alt+Shift+H");
    wait_for_newest(
        tab,
        2,
        &[
            "04-16",
            "鸿鹰街道办事处",
            "已巡查道路三条",
            "已巡查道路十二条",
            "现在的值",
        ],
    );
    let first = &listed(tab)[1];
    assert!(
        first.contains("（空）") && !first.contains("未上传"),
        "{first}"
    );
    tab.screenshot(&picture("history-cell"));

    press_in(tab, &["（空）"], "恢复此值");
    see(tab, &progress, "已巡查道路三条");
    wait_for_words(tab, ".history-said", "已恢复 1 格");
    wait_for_newest(tab, 3, &["已巡查道路十二条", "已巡查道路三条", "现在的值"]);
    // It is an ordinary edit: undo takes it back.
    select(tab, &progress);
    tab.chord("Ctrl+Z");
    see(tab, &progress, "已巡查道路十二条");
    wait_for_newest(tab, 4, &["已巡查道路三条", "已巡查道路十二条"]);

    // The whole row as it stood after its first version.
    press_button(tab, "整行");
    tab.wait_until(
        "the versions of the row",
        "document.querySelectorAll('.history-item').length === 5",
    );
    tab.screenshot(&picture("history-row"));
    press_in(tab, &["（空）", "已巡查道路三条"], "整行恢复到此时");
    see(tab, &progress, "已巡查道路三条");
    see(tab, &remark, "");
    wait_for_words(tab, ".history-said", "已恢复 2 格");
    press_button(tab, "单位");
    tab.wait_until(
        "the versions of the unit",
        "document.querySelectorAll('.history-item').length === 7",
    );
    assert!(listed(tab)[0].contains("任务 7"), "{:?}", listed(tab)[0]);

    // Telephones lie elsewhere, and are told with the row and the unit that show them.
    write(tab, &place(ROW, "reporter"), "张三");
    write(tab, &place(ROW, "phone"), "0375-1234567");
    wait_for_newest(tab, 9, &["任务 7", "联系电话", "0375-1234567"]);
    // Enter has gone on to the next row.
    select(tab, &place(ROW, "phone"));
    press_button(tab, "整行");
    wait_for_newest(tab, 9, &["联系电话", "0375-1234567"]);
    assert!(
        !listed(tab)[0].contains("整行恢复到此时"),
        "{:?}",
        listed(tab)[0]
    );

    // The panel follows the active cell, and Escape gives the keys back to the table.
    select(tab, &place(ROW, "fix_rate"));
    press_button(tab, "单元格");
    wait_for_words(tab, ".history", "没有修改历史");
    tab.evaluate("document.querySelector('.history').focus()");
    tab.chord("Escape");
    tab.wait_until("the panel to close", "!document.querySelector('.history')");
    tab.wait_until(
        "the table to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
}

#[test]
fn the_table_turns_back_to_any_moment_and_says_what_changed_since() {
    let _desk = alone();
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server, OFFICE);
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let (progress, found) = (place(ROW, "progress"), place(ROW, "found_week"));
    write(tab, &progress, "上午的进展");
    wait_for_status(tab, "已同步");
    write(tab, &progress, "下午的进展");
    write(tab, &found, "7");
    wait_for_status(tab, "已同步");
    see(&office.tab, &progress, "下午的进展");

    // Another desk, which has only what the server told.
    let tab = &office.tab;
    select(tab, &progress);
    press_button(tab, "历史");
    wait_for_newest(tab, 2, &["鸿鹰街道办事处", "下午的进展"]);
    press_in(tab, &["（空）"], "看当时的表");
    wait_for_words(tab, ".past-sentence", "只能看，不能改");
    see(tab, &progress, "上午的进展");
    see(tab, &found, "");
    tab.screenshot(&picture("history-past"));
    // Nothing is written into the past.
    select(tab, &progress);
    tab.type_text("改过去");
    assert_eq!(shown(tab, &progress), "上午的进展");
    press_button(tab, "下一次修改");
    see(tab, &progress, "下午的进展");
    // The slider by keyboard: to the beginning, where nothing was written.
    tab.evaluate("document.querySelector('.past-slider').focus()");
    tab.chord("Home");
    see(tab, &progress, "");
    press_button(tab, "从此刻起比较");
    choose(
        tab,
        "[...document.querySelectorAll('.history-choice select')][1]",
        "现在",
    );
    see(tab, &progress, "（空） → 下午的进展");
    see(tab, &found, "（空） → 7");
    wait_for_words(tab, ".history", "有 2 格不同");
    wait_for_words(tab, ".past-sentence", "旧 → 新");
    tab.screenshot(&picture("history-compared"));
    press_button(tab, "返回现在");
    see(tab, &progress, "下午的进展");
    tab.wait_until("the bar to go", "!document.querySelector('.past')");

    // Two weeks, cell by cell.
    press_button(tab, "两周");
    choose(
        tab,
        "document.querySelector('.history-choice select')",
        "第 1 周",
    );
    wait_for_words(tab, ".history", "有 2 格不同");
    assert_eq!(listed(tab).len(), 2);
    tab.screenshot(&picture("history-weeks"));
    tab.prefer_colours("dark");
    tab.screenshot(&picture("history-weeks-dark"));
}

#[test]
fn history_works_offline_with_what_is_here_and_marks_what_is_not_sent() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let progress = place(ROW, "progress");
    write(tab, &progress, "联网时写的");
    wait_for_status(tab, "已同步");
    select(tab, &progress);
    tab.chord("Ctrl+Alt+Shift+H");
    wait_for_newest(tab, 1, &["04-16", "鸿鹰街道办事处", "联网时写的"]);
    tab.wait_until(
        "the page to be kept for offline use",
        "navigator.serviceWorker.controller && caches.match('/').then((kept) => !!kept)",
    );
    server.kill();
    wait_for_status(tab, "离线");
    write(tab, &progress, "断网后写的");
    select(tab, &progress);
    wait_for_newest(tab, 2, &["未上传", "断网后写的", "鸿鹰街道办事处"]);
    tab.screenshot(&picture("history-offline"));

    tab.reload();
    wait_for_table(tab);
    select(tab, &progress);
    tab.chord("Ctrl+Alt+Shift+H");
    wait_for_newest(tab, 2, &["未上传", "断网后写的"]);
    // Who wrote the other one, and when it was received, was kept on disk.
    tab.wait_until(
        "what the server told before",
        "(() => { const text = document.querySelectorAll('.history-item')[1].innerText; return text.includes('04-16') && text.includes('鸿鹰街道办事处'); })()",
    );
    press_in(tab, &["（空）", "联网时写的"], "看当时的表");
    see(tab, &progress, "联网时写的");
    press_button(tab, "返回现在");
    see(tab, &progress, "断网后写的");

    server.restart();
    sign_in_again_if_asked(tab);
    wait_for_status(tab, "已同步");
    wait_for_newest(tab, 2, &["04-16", "断网后写的"]);
    assert!(listed(tab).iter().all(|item| !item.contains("未上传")));
}

#[test]
fn a_frozen_week_is_read_at_its_marks_and_restores_nothing() {
    let _desk = alone();
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server, OFFICE);
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let progress = place(ROW, "progress");
    write(tab, &progress, "第一稿");
    write(tab, &progress, "第二稿");
    wait_for_status(tab, "已同步");
    see(&office.tab, &progress, "第二稿");
    freeze(&office.tab, 2);
    select(tab, &progress);
    tab.chord("Ctrl+Alt+Shift+H");
    wait_for_newest(tab, 2, &["第二稿"]);
    press_in(tab, &["（空）"], "恢复此值");
    wait_for_words(tab, ".history-said", "没有恢复：");
    wait_for_words(tab, ".history-said", "定稿");
    assert_eq!(shown(tab, &progress), "第二稿");
    assert_eq!(
        tab.evaluate("[...document.querySelectorAll('.banner')].some((banner) => banner.innerText.includes('草稿'))"),
        json!(false),
        "what was refused here is no draft: it stands in history"
    );
    press_button(tab, "回看过去的表");
    press_button(tab, "定稿");
    wait_for_words(tab, ".past-sentence", "定稿");
    see(tab, &progress, "第二稿");
    tab.screenshot(&picture("history-final"));
    press_button(tab, "English");
    wait_for_words(tab, ".past-sentence", "It can be read, not changed");
    tab.screenshot(&picture("history-english"));
}
