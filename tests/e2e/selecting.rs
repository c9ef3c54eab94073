//! What the mouse chooses, drags and fills, and what is cut and pasted where rows are filtered away.

use std::collections::BTreeSet;

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
/// Ctrl and Shift, as DevTools counts what is held.
const CTRL: u32 = 2;
const SHIFT: u32 = 8;

/// Which columns of a row are chosen.
fn columns_chosen(tab: &Tab, row: &str) -> BTreeSet<String> {
    let chosen = tab.evaluate(&format!(
        "[...document.querySelectorAll('[role=gridcell][data-row=\"{row}\"][aria-selected=true]')].map((cell) => cell.dataset.column)"
    ));
    let chosen = chosen.as_array().cloned().unwrap_or_default();
    chosen
        .iter()
        .filter_map(|column| column.as_str().map(str::to_owned))
        .collect()
}

fn set(columns: &[&str]) -> BTreeSet<String> {
    columns.iter().map(|column| (*column).to_owned()).collect()
}

fn heading(column: &str) -> String {
    format!("[role=columnheader][data-column={column}]")
}

fn wait_for_columns(tab: &Tab, row: &str, columns: &[&str]) {
    let count = format!(
        "document.querySelectorAll('[role=gridcell][data-row=\"{row}\"][aria-selected=true]').length === {}",
        columns.len()
    );
    tab.wait_until("the columns to be chosen", &count);
    assert_eq!(columns_chosen(tab, row), set(columns));
}

#[test]
fn a_drag_over_the_edge_scrolls_and_chooses_on() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let first = place(&own_rows(tab)[0], "checked_week");
    select(tab, &first);
    let below = tab.evaluate("(() => { const box = document.querySelector('.grid-scroller').getBoundingClientRect(); return [box.x + box.width / 2, box.bottom + 12]; })()");
    let at = |index: usize| below[index].as_f64().unwrap_or_default();
    tab.drag_and_stay(
        &first.selector(),
        (at(0), at(1)),
        "the table to scroll by itself",
        "document.querySelector('.grid-scroller').scrollTop > 900",
    );
    // The cell that the drag began in is far above, and everything in sight from its column on is chosen.
    assert_eq!(
        tab.evaluate(&format!(
            "!document.querySelector({})",
            json!(first.selector())
        )),
        json!(true)
    );
    tab.wait_until(
        "the cells in sight to be chosen",
        "document.querySelectorAll('[role=gridcell][data-column=checked_week][aria-selected=true]').length > 5",
    );
    let top = "document.querySelector('.grid-scroller').scrollTop";
    let stood = tab.evaluate(top);
    tab.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))");
    assert_eq!(tab.evaluate(top), stood, "it rests once the button is up");
}

#[test]
fn headings_and_row_numbers_are_joined_by_shift_and_ctrl() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    tab.click(&heading("checked_week"));
    wait_for_columns(tab, &rows[0], &["checked_week"]);
    tab.click_holding(CTRL, &heading("fixed_week"));
    wait_for_columns(tab, &rows[0], &["checked_week", "fixed_week"]);
    tab.click(&heading("checked_week"));
    tab.click_holding(SHIFT, &heading("fixed_week"));
    wait_for_columns(tab, &rows[0], &["checked_week", "found_week", "fixed_week"]);
    tab.drag(&heading("found_week"), &heading("fixed_week"));
    wait_for_columns(tab, &rows[0], &["found_week", "fixed_week"]);
    let number = |row: usize| place(&rows[row], "number").selector();
    let is_whole = |row: usize| columns_chosen(tab, &rows[row]).len() > 10;
    tab.click(&number(0));
    tab.click_holding(SHIFT, &number(2));
    tab.wait_until(
        "three rows to be chosen",
        &format!("document.querySelectorAll('[role=gridcell][data-row=\"{}\"][aria-selected=true]').length > 10", rows[2]),
    );
    assert_eq!([0, 1, 2, 3].map(is_whole), [true, true, true, false]);
    tab.click(&number(0));
    tab.click_holding(CTRL, &number(2));
    tab.wait_until(
        "two rows to be chosen",
        &format!(
            "!document.querySelector('[role=gridcell][data-row=\"{}\"][aria-selected=true]')",
            rows[1]
        ),
    );
    assert_eq!([0, 1, 2, 3].map(is_whole), [true, false, true, false]);
}

#[test]
fn the_handle_fills_along_the_neighbour_counts_dates_and_changes_with_ctrl() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let cell = |row: usize, column: &str| place(&rows[row], column);
    let handle = ".grid-handle:not([data-corner])";
    for (row, text) in ["1", "2", "3", "4"].iter().enumerate() {
        write(tab, &cell(row, "checked_week"), text);
    }
    write(tab, &cell(0, "found_week"), "5");
    select(tab, &cell(0, "found_week"));
    tab.double_click(handle);
    see(tab, &cell(3, "found_week"), "5");
    assert_eq!(shown(tab, &cell(4, "found_week")), "");
    // One figure is repeated; Ctrl counts it on.
    write(tab, &cell(0, "fixed_week"), "1");
    select(tab, &cell(0, "fixed_week"));
    tab.drag_holding(CTRL, handle, &cell(2, "fixed_week").selector());
    see(tab, &cell(1, "fixed_week"), "2");
    see(tab, &cell(2, "fixed_week"), "3");
    write(tab, &cell(0, "leader"), "2021-04-30");
    select(tab, &cell(0, "leader"));
    tab.drag(handle, &cell(2, "leader").selector());
    see(tab, &cell(1, "leader"), "2021-05-01");
    see(tab, &cell(2, "leader"), "2021-05-02");
    tab.chord("Ctrl+Z");
    see(tab, &cell(2, "leader"), "");
    assert_eq!(shown(tab, &cell(0, "leader")), "2021-04-30");
}

#[test]
fn what_is_cut_is_pasted_elsewhere_and_each_is_one_step_back() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let (from, to) = (place(&rows[0], "leader"), place(&rows[2], "leader"));
    write(tab, &from, "张三");
    write(tab, &from.beside("owner"), "李四");
    select(tab, &from);
    tab.chord("Shift+ArrowRight");
    tab.chord("Ctrl+X");
    see(tab, &from, "");
    see(tab, &from.beside("owner"), "");
    select(tab, &to);
    tab.chord("Ctrl+V");
    see(tab, &to, "张三");
    see(tab, &to.beside("owner"), "李四");
    tab.chord("Ctrl+Z");
    see(tab, &to, "");
    see(tab, &to.beside("owner"), "");
    tab.chord("Ctrl+Z");
    see(tab, &from, "张三");
    see(tab, &from.beside("owner"), "李四");
}
