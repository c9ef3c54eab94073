//! Chinese input methods, as the DevTools protocol plays them.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

#[test]
fn a_composition_keeps_its_first_letter_and_enter_in_it_does_not_commit() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    let cell = place(&row, "progress");
    select(tab, &cell);

    tab.compose(&["j", "ji", "jian", "jian'c", "jian'cha"]);
    assert_eq!(typed(tab), "jian'cha", "the first letter is kept");
    tab.enter_in_composition();
    assert_eq!(shown(tab, &cell), "", "Enter belongs to the input method");
    tab.accept_composition("检查");
    assert_eq!(typed(tab), "检查");
    assert_eq!(
        shown(tab, &cell),
        "",
        "a finished composition is not committed by itself"
    );

    tab.compose(&["w", "wan"]);
    tab.accept_composition("完");
    assert_eq!(typed(tab), "检查完");
    tab.press(Key::Enter);
    see(tab, &cell, "检查完");
    wait_for_status(tab, "已同步");
}

#[test]
fn an_edit_of_another_office_does_not_disturb_a_composition() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&desk.tab)[0].clone();
    let (mine, theirs) = (place(&row, "progress"), place(&row, "problem"));
    select(&desk.tab, &mine);
    desk.tab.compose(&["z", "zheng"]);
    write(&other.tab, &theirs, "同一行的另一格");
    see(&desk.tab, &theirs, "同一行的另一格");
    desk.tab.compose(&["zheng'g", "zheng'gai"]);
    desk.tab.accept_composition("整改");
    assert_eq!(typed(&desk.tab), "整改");
    desk.tab.press(Key::Enter);
    see(&desk.tab, &mine, "整改");
    see(&other.tab, &mine, "整改");
}

const STREET: &str = "s-hongying";

/// Every kind of cell, as `data-kind` says, with a column of it; `Closed`: nothing is composed there.
const KINDS: [(&str, &str, Entry); 5] = [
    ("text", "leader", Entry::Open),
    ("long", "progress", Entry::Open),
    ("count", "checked_week", Entry::Open),
    ("choice", "status", Entry::Open),
    ("fixed", "unit", Entry::Closed),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Open,
    Closed,
}

/// What the table is doing when the first letter is composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Enter,
    Edit,
}

/// What happens while letters are composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Quiet,
    RemoteEdit,
    Recycled,
    SortedByAnother,
}

const STATES: [State; 3] = [State::Ready, State::Enter, State::Edit];
const MEANWHILE: [Meanwhile; 4] = [
    Meanwhile::Quiet,
    Meanwhile::RemoteEdit,
    Meanwhile::Recycled,
    Meanwhile::SortedByAnother,
];

#[test]
fn hello_is_hello_in_every_kind_of_cell_whatever_the_table_does() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let other = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let kinds = tab.evaluate(
        "[...new Set([...document.querySelectorAll('[role=gridcell][data-kind]')].map((cell) => cell.dataset.kind))].sort()",
    );
    let mut known = KINDS.map(|(kind, ..)| kind);
    known.sort_unstable();
    assert_eq!(kinds, json!(known), "every kind of cell has its case");

    let cases = STATES
        .iter()
        .flat_map(|state| MEANWHILE.map(|meanwhile| (*state, meanwhile)));
    for (number, (state, meanwhile)) in cases.enumerate() {
        for (kind, column, entry) in KINDS {
            let cell = place(&rows[number], column);
            let case = format!("{kind}, {state:?}, {meanwhile:?}");
            let is_of_kind = format!(
                "document.querySelector({}).dataset.kind",
                json!(cell.selector())
            );
            let before = shown(tab, &cell);
            select(tab, &cell);
            assert_eq!(tab.evaluate(&is_of_kind), json!(kind));
            match state {
                State::Ready => {}
                State::Enter => tab.press(Key::Backspace),
                State::Edit => tab.press(Key::F2),
            }
            tab.compose(&["n", "ni"]);
            disturb(meanwhile, tab, &other.tab, &rows[number]);
            if entry == Entry::Open {
                assert_eq!(typed(tab), "ni", "{case}");
            }
            tab.compose(&["ni'h", "ni'hao"]);
            tab.enter_in_composition();
            if entry == Entry::Closed {
                assert_eq!(typed(tab), "", "{case}");
                assert_eq!(shown(tab, &cell), before, "{case}");
                continue;
            }
            tab.accept_composition("你好");
            assert_eq!(typed(tab), "你好", "{case}");
            assert_eq!(
                shown(tab, &cell),
                before,
                "{case}: nothing is committed yet"
            );
            tab.press(Key::Enter);
            see(tab, &cell, "你好");
        }
    }
}

/// Lets something happen and waits until the page shows it.
fn disturb(meanwhile: Meanwhile, tab: &Tab, other: &Tab, row: &str) {
    match meanwhile {
        Meanwhile::Quiet => {}
        Meanwhile::RemoteEdit => {
            let beside = place(row, "problem");
            let text = format!("{}又", shown(other, &beside));
            write(other, &beside, &text);
            see(tab, &beside, &text);
        }
        Meanwhile::Recycled => {
            let gone = format!("!document.querySelector('[role=gridcell][data-row=\"{row}\"]')");
            for (to, until) in [("4000", gone.as_str()), ("0", "true")] {
                tab.evaluate(&format!(
                    "document.querySelector('.grid-scroller').scrollTop = {to}"
                ));
                tab.wait_until("the rows to be drawn", until);
            }
        }
        Meanwhile::SortedByAnother => {
            let heading = "[role=columnheader][data-column=unit]";
            let sorted = format!("{heading}[aria-sort=ascending]");
            let is_up = other.evaluate(&format!("!!document.querySelector('{sorted}')"));
            let (button, sorted) = match is_up == json!(true) {
                true => (2, format!("{heading}[aria-sort=descending]")),
                false => (1, sorted),
            };
            other.click(&format!("{heading} .grid-list-button"));
            other.click(&format!(".grid-list-sort .button:nth-child({button})"));
            other.wait_until(
                "the other's rows to be sorted",
                &format!("document.querySelector('{sorted}')"),
            );
        }
    }
}

/// The editor's state, as the page shows it.
fn mode(tab: &Tab) -> String {
    let mode = tab.evaluate("document.querySelector('.grid-editor').dataset.mode");
    mode.as_str().unwrap_or_default().to_owned()
}

/// Presses a key that the input method takes for itself: the page is told number 229.
fn press_in_composition(tab: &Tab, key: &str) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 229 });
        tab.command("Input.dispatchKeyEvent", event);
    }
}

#[test]
fn what_is_being_composed_is_kept_where_it_was_typed_when_another_cell_is_clicked() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let (one, two) = (place(&rows[0], "progress"), place(&rows[1], "progress"));
    select(tab, &one);
    tab.compose(&["z", "zheng"]);
    tab.click(&two.selector());
    see(tab, &one, "zheng");
    assert_eq!(shown(tab, &two), "");
    assert_eq!((mode(tab), typed(tab)), ("ready".to_owned(), String::new()));
    // The next composition begins in the cell that was clicked.
    tab.compose(&["g", "gai"]);
    tab.accept_composition("改");
    tab.press(Key::Enter);
    see(tab, &two, "改");
    assert_eq!(shown(tab, &one), "zheng");
}

#[test]
fn escape_ends_the_composition_first_and_the_edit_then() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let cell = place(&own_rows(tab)[0], "progress");
    write(tab, &cell, "原有");
    select(tab, &cell);
    tab.press(Key::F2);
    tab.compose(&["z", "zheng"]);
    assert_eq!(typed(tab), "原有zheng");
    press_in_composition(tab, "Escape");
    tab.command(
        "Input.imeSetComposition",
        json!({ "text": "", "selectionStart": 0, "selectionEnd": 0 }),
    );
    tab.evaluate(
        "new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0, true)))",
    );
    assert_eq!((mode(tab).as_str(), typed(tab).as_str()), ("edit", "原有"));
    tab.press(Key::Escape);
    tab.wait_until(
        "the edit to be over",
        "document.querySelector('.grid-editor').dataset.mode === 'ready'",
    );
    assert_eq!(shown(tab, &cell), "原有");
}

#[test]
fn a_keyboard_that_tells_no_keys_writes_all_the_same() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let cell = place(&own_rows(tab)[0], "checked_week");
    write(tab, &cell, "5");
    select(tab, &cell);
    for letter in ["1", "2"] {
        press_in_composition(tab, "Unidentified");
        tab.command("Input.insertText", json!({ "text": letter }));
    }
    assert_eq!((mode(tab).as_str(), typed(tab).as_str()), ("enter", "12"));
    tab.press(Key::Enter);
    see(tab, &cell, "12");
}

#[test]
fn another_value_for_the_cell_that_is_composed_leaves_the_composition_alone() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let other = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let cell = place(&own_rows(tab)[0], "progress");
    select(tab, &cell);
    tab.compose(&["n", "ni"]);
    write(&other.tab, &cell, "别人的");
    tab.wait_until(
        "the editor to say what has come",
        "document.querySelector('.grid-editor').innerText.includes('别人的')",
    );
    assert_eq!(typed(tab), "ni");
    tab.compose(&["ni'h", "ni'hao"]);
    tab.enter_in_composition();
    tab.accept_composition("你好");
    assert_eq!(typed(tab), "你好");
    tab.press(Key::Enter);
    see(tab, &cell, "你好");
    see(&other.tab, &cell, "你好");
}

#[test]
fn a_cell_that_is_closed_takes_no_letters_and_is_copied_all_the_same() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let cell = place(&own_rows(tab)[0], "unit");
    let before = shown(tab, &cell);
    select(tab, &cell);
    assert_eq!(
        tab.evaluate("document.querySelector('.grid-input').readOnly"),
        json!(true)
    );
    tab.compose(&["n", "ni"]);
    assert_eq!((typed(tab).as_str(), shown(tab, &cell)), ("", before));
    tab.chord("Ctrl+C");
    tab.wait_until(
        "the cell to be copied",
        "document.querySelectorAll('[data-copied=true]').length === 1",
    );
}
