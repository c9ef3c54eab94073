//! A finger on a tablet: tapping, editing, growing the selection by its handles, scrolling, the menu.

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

/// A tablet, held across.
const TABLET: (u32, u32) = (1080, 810);

fn tablet(server: &ServerProcess) -> Desk {
    let desk = Desk::sign_in(server, "s-hongying");
    desk.tab.resize(TABLET.0, TABLET.1);
    desk.tab.touch_screen();
    desk
}

fn is_active(tab: &Tab, cell: &Place) {
    let active = format!(
        "document.querySelector({}).matches('[data-active=true]')",
        json!(cell.selector())
    );
    tab.wait_until("the cell to be the active one", &active);
}

fn selected(tab: &Tab) -> i64 {
    tab.evaluate("document.querySelectorAll('[role=gridcell][aria-selected=true]').length")
        .as_i64()
        .unwrap_or(0)
}

#[test]
fn a_tap_selects_two_taps_edit_and_a_long_one_opens_the_menu() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = tablet(&server);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let (first, second) = (place(&rows[0], "progress"), place(&rows[1], "progress"));
    tab.tap(&first.selector());
    is_active(tab, &first);
    assert_eq!(
        tab.evaluate("document.querySelector('.grid-editor').dataset.mode"),
        json!("ready")
    );
    tab.tap(&second.selector());
    is_active(tab, &second);
    tab.tap(&second.selector());
    tab.wait_until(
        "the editor",
        "document.querySelector('.grid-editor').dataset.mode === 'edit'",
    );
    tab.type_text("手写");
    tab.tap(&first.selector());
    see(tab, &second, "手写");
    tab.touch(&second.selector());
    tab.wait_until("the menu", "document.querySelector('[role=menu]')");
    tab.lift();
    is_active(tab, &second);
    tab.screenshot(&picture("tablet-menu"));
}

#[test]
fn the_handles_grow_the_selection_and_everything_else_scrolls() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = tablet(&server);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let middle = place(&rows[1], "checked_week");
    find(tab, &middle);
    tab.tap(&middle.selector());
    is_active(tab, &middle);
    let end = ".grid-handle:not([data-corner])";
    let (from, to) = (
        tab.middle(end),
        tab.middle(&place(&rows[2], "fixed_week").selector()),
    );
    tab.touch(end);
    tab.slide(from, to);
    tab.lift();
    tab.wait_until(
        "the selection to grow",
        "document.querySelectorAll('[role=gridcell][aria-selected=true]').length >= 6",
    );
    let after_end = selected(tab);
    tab.screenshot(&picture("tablet-handles"));
    let start = ".grid-handle[data-corner=start]";
    let (from, to) = (
        tab.middle(start),
        tab.middle(&place(&rows[0], "checked_week").selector()),
    );
    tab.touch(start);
    tab.slide(from, to);
    tab.lift();
    tab.wait_until(
        "it to grow the other way",
        &format!(
            "document.querySelectorAll('[role=gridcell][aria-selected=true]').length > {after_end}"
        ),
    );
    let before = selected(tab);
    let cell = place(&rows[2], "progress").selector();
    let from = tab.middle(&cell);
    tab.touch(&cell);
    tab.slide(from, (from.0, from.1 - 300.0));
    tab.lift();
    tab.wait_until(
        "the table to scroll",
        "document.querySelector('.grid-scroller').scrollTop > 100",
    );
    assert!(selected(tab) <= before, "scrolling selects nothing");
    assert_eq!(
        tab.evaluate("document.querySelector('.grid-editor').dataset.mode"),
        json!("ready")
    );
}
