//! The editor beside the table: long texts, last week's text, input methods, other people's edits.

use diaodu_tests::browser::keys::{Held, Key};
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
const ROW: &str = "m07.s-hongying";
const FIELD: &str = ".beside .cell-field-text";

/// Opens the editor by its key and waits until it has the keys.
fn open(tab: &Tab, cell: &Place) {
    select(tab, cell);
    tab.chord("Ctrl+F2");
    let has_keys = format!("document.activeElement.matches({})", json!(FIELD));
    tab.wait_until("the field to have the keys", &has_keys);
}

fn open_week(tab: &Tab, week: u8) {
    tab.evaluate(&format!(
        "(() => {{ const week = document.querySelector('.week-switch select'); week.value = '{week}'; week.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
    ));
    tab.wait_until(
        "the week",
        &format!("document.querySelector('.week-switch select').value === '{week}'"),
    );
    wait_for_status(tab, "已同步");
}

fn beside_says(tab: &Tab, words: &str) {
    let says = format!(
        "(document.querySelector('.beside') || {{ innerText: '' }}).innerText.includes({})",
        json!(words)
    );
    tab.wait_until(&format!("{words} beside the table"), &says);
}

#[test]
fn last_week_s_text_is_brought_in_behind_what_is_typed_and_written_with_ctrl_enter() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let progress = place(ROW, "progress");
    open_week(tab, 1);
    write(tab, &progress, "第一周巡查道路十二条");
    write(tab, &progress.beside("status"), "已完成");
    open_week(tab, 2);
    open(tab, &progress);
    beside_says(tab, "第一周巡查道路十二条");
    beside_says(tab, "已完成，巩固中");
    beside_says(tab, "重点任务 7");
    tab.type_text("本周");
    press_button(tab, "带入上周");
    assert_eq!(
        typed(tab),
        "本周\n第一周巡查道路十二条",
        "nothing is written over"
    );
    beside_says(tab, "12 字");
    tab.screenshot(&picture("side-editor"));
    assert_eq!(shown(tab, &progress), "", "a draft until it is written");
    tab.press_with(Held::Control, Key::Enter);
    see(tab, &progress, "本周\n第一周巡查道路十二条");
    tab.wait_until(
        "the table to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
    press_button(tab, "填入这些空格");
    see(tab, &progress.beside("status"), "已完成");
}

#[test]
fn a_text_composed_while_a_colleague_writes_stays_and_his_is_shown() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let other = Desk::sign_in(&server, STREET);
    let progress = place(ROW, "progress");
    open(tab, &progress);
    tab.compose(&["n", "ni", "nih"]);
    write(&other.tab, &progress, "同事写的");
    beside_says(tab, "同事写的");
    tab.enter_in_composition();
    assert!(
        tab.evaluate(&format!("document.activeElement.matches({})", json!(FIELD))) == json!(true),
        "Enter that picks a candidate is the input method's"
    );
    tab.accept_composition("你好");
    assert_eq!(typed(tab), "你好");
    tab.screenshot(&picture("side-editor-colleague"));
    // Leaving the field writes it.
    select(tab, &progress.beside("problem"));
    see(tab, &progress, "你好");
}

#[test]
fn escape_gives_the_old_text_back_after_the_input_method_has_had_it() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let progress = place(ROW, "progress");
    write(tab, &progress, "旧文字");
    open(tab, &progress);
    tab.type_text("，又改了");
    tab.press(Key::Escape);
    tab.wait_until(
        "the table to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
    let field = format!("document.querySelector({}).value", json!(FIELD));
    assert_eq!(tab.evaluate(&field), json!("旧文字"));
    assert_eq!(shown(tab, &progress), "旧文字");
    // Leaving the field later writes nothing, either.
    select(tab, &progress.beside("problem"));
    see(tab, &progress, "旧文字");
    open(tab, &progress);
    tab.type_text("，新");
    tab.compose(&["n", "ni"]);
    tab.escape_in_composition();
    let has_keys = format!("document.activeElement.matches({})", json!(FIELD));
    assert_eq!(
        tab.evaluate(&has_keys),
        json!(true),
        "Escape that ends a composition is the input method's"
    );
    assert_eq!(typed(tab), "旧文字，新");
    select(tab, &progress.beside("problem"));
    see(tab, &progress, "旧文字，新");
}

#[test]
fn it_follows_the_active_cell_and_what_is_closed_says_why() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let progress = place(ROW, "progress");
    select(tab, &progress);
    tab.chord("Shift+F10");
    press_menu(tab, "在表格旁编辑长文字");
    tab.wait_until("the editor", "document.querySelector('.beside')");
    tab.type_text("未写完");
    select(tab, &progress.beside("review_note"));
    see(tab, &progress, "未写完");
    beside_says(tab, "不能自审");
    let closed = format!("document.querySelector({}).readOnly", json!(FIELD));
    tab.wait_until("the field to be closed", &closed);
    tab.screenshot(&picture("side-editor-closed"));
    press_button(tab, "关闭");
    tab.wait_until("it to be gone", "!document.querySelector('.beside')");
}

fn press_menu(tab: &Tab, words: &str) {
    let press = format!(
        "(() => {{ const line = [...document.querySelectorAll('[role=menuitem]')].find((line) => line.innerText.includes({})); if (line) line.click(); return !!line; }})()",
        json!(words)
    );
    tab.wait_until(words, &press);
}
