//! Finding and replacing, as people see it.

use diaodu_tests::browser::keys::{Held, Key};
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
const ACTIVE: &str = "document.querySelector('[role=gridcell][data-active=true]')";

/// Waits until the search says how it stands.
fn counts(tab: &Tab, words: &str) {
    let expression = format!(
        "document.querySelector('[role=search] [aria-live]').innerText === {}",
        json!(words)
    );
    tab.wait_until(&format!("the search to say {words}"), &expression);
}

fn active_text(tab: &Tab) -> String {
    let text = tab.evaluate(&format!("({ACTIVE} || {{}}).innerText || ''"));
    text.as_str().unwrap_or_default().trim().to_owned()
}

fn says(tab: &Tab, words: &str) {
    let expression = format!("document.body.innerText.includes({})", json!(words));
    tab.wait_until(&format!("the page to say {words}"), &expression);
}

#[test]
fn pinyin_initials_find_rows_that_are_not_drawn_and_escape_stays_there() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    select(tab, &place("m07.s-hongying", "progress"));
    tab.shortcut(Held::Control, 'f');
    tab.wait_until(
        "the search to have the keys",
        "document.activeElement.matches('[role=search] input')",
    );
    tab.type_text("pcjd");
    let is_found = format!("{ACTIVE} && {ACTIVE}.innerText.includes('蒲城街道')");
    tab.wait_until("an office to be found by its initials", &is_found);
    tab.screenshot(&picture("find"));
    let first = tab.evaluate(&format!("{ACTIVE}.dataset.row"));
    tab.press(Key::F3);
    tab.wait_until(
        "the next one",
        &format!("{ACTIVE} && {ACTIVE}.dataset.row !== {first}"),
    );
    tab.press_with(Held::Shift, Key::F3);
    tab.wait_until(
        "the one before",
        &format!("{ACTIVE} && {ACTIVE}.dataset.row === {first}"),
    );
    tab.press(Key::Escape);
    tab.wait_until(
        "the table to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
    assert!(
        active_text(tab).contains("蒲城街道"),
        "{}",
        active_text(tab)
    );
    tab.shortcut(Held::Control, 'f');
    tab.type_text("没有这样的字");
    counts(tab, "没有找到");
}

#[test]
fn replacing_says_what_it_could_not_write_and_is_one_step_for_undo() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let other = Desk::sign_in(&server, "s-pucheng");
    let theirs = place(&own_rows(&other.tab)[0], "remark");
    write(&other.tab, &theirs, "电瓶车");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let (one, two) = (place(&rows[0], "remark"), place(&rows[1], "owner"));
    write(tab, &two, "无电瓶车");
    write(tab, &one, "电瓶车和电瓶车");
    see(tab, &theirs, "电瓶车");
    select(tab, &one);
    tab.shortcut(Held::Control, 'h');
    tab.wait_until(
        "the search to have the keys",
        "document.activeElement.matches('[role=search] input')",
    );
    tab.type_text("电瓶");
    counts(tab, "1/3");
    tab.click("[role=search] input[data-part=by]");
    tab.type_text("电动自行");
    tab.evaluate("[...document.querySelectorAll('[role=search] button')].find((button) => button.innerText === '全部替换').click()");
    says(tab, "已替换 2 格。");
    says(tab, "有 1 格没有替换：这一行由蒲城街道办事处填写。（1 格）");
    tab.screenshot(&picture("replace"));
    tab.press(Key::Escape);
    see(tab, &one, "电动自行车和电动自行车");
    see(tab, &two, "无电动自行车");
    see(tab, &theirs, "电瓶车");
    select(tab, &one);
    tab.shortcut(Held::Control, 'z');
    see(tab, &one, "电瓶车和电瓶车");
    see(tab, &two, "无电瓶车");
}
