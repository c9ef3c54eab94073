//! The keys that every spreadsheet has.

use diaodu_tests::browser::keys::{Held, Key};
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

#[test]
fn keys_move_edit_cancel_break_lines_and_delete() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    let cell = place(&row, "progress");

    select(tab, &cell);
    tab.type_text("abc");
    tab.press(Key::Escape);
    assert_eq!(shown(tab, &cell), "", "Escape leaves the cell as it was");

    tab.type_text("abc");
    tab.press_with(Held::Alt, Key::Enter);
    tab.type_text("def");
    tab.press(Key::Tab);
    see(tab, &cell, "abc\ndef");
    let selected = "document.querySelector('[role=gridcell][aria-selected=true]').dataset.column";
    assert_eq!(
        tab.evaluate(selected),
        json!("checked_week"),
        "Tab goes right"
    );

    tab.press(Key::ArrowLeft);
    tab.press(Key::F2);
    tab.type_text("g");
    tab.press(Key::Enter);
    see(tab, &cell, "abc\ndefg");

    select(tab, &cell);
    tab.press(Key::Delete);
    see(tab, &cell, "");
    tab.shortcut(Held::Control, 'z');
    see(tab, &cell, "abc\ndefg");
}

#[test]
fn a_mistake_is_told_in_words_and_what_was_typed_stays() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    let (found, fixed) = (place(&row, "found_total"), place(&row, "fixed_total"));

    select(tab, &found);
    tab.type_text("3x");
    tab.wait_until(
        "the mistake to be told while typing",
        "document.body.innerText.includes('这里要填数字')",
    );
    tab.press(Key::Enter);
    tab.wait_until(
        "what was typed to stay in sight",
        "document.body.innerText.includes('3x')",
    );

    tab.press(Key::Escape);
    write(tab, &found, "3");
    select(tab, &fixed);
    tab.type_text("5");
    tab.press(Key::Enter);
    let invalid = format!(
        "document.querySelector({}).matches('[aria-invalid=true]')",
        json!(fixed.selector())
    );
    tab.wait_until("more fixed than found to be marked", &invalid);
    wait_for_status(tab, "已同步");
}
