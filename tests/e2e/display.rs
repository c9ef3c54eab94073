//! What the window 显示 changes: letters, contrast, colours, motion, and where the focus stands for a screen reader.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

/// Ticks a switch of the window, by its words.
fn switch(tab: &Tab, words: &str) {
    let press = format!(
        "[...document.querySelectorAll('.display-switch')].find((label) => label.innerText.trim() === {}).click()",
        json!(words)
    );
    tab.evaluate(&press);
}

fn root(tab: &Tab, name: &str) -> String {
    let value = tab.evaluate(&format!(
        "document.documentElement.getAttribute('data-{name}') || ''"
    ));
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn letters_contrast_and_colours_are_chosen_and_remembered_before_the_first_paint() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let size = "parseFloat(getComputedStyle(document.querySelector('.grid-text')).fontSize)";
    let before = tab.evaluate(size).as_f64().unwrap_or(0.0);
    let widths = "[...document.querySelectorAll('.grid-row:not([hidden]) .grid-cell[data-column]')].slice(0, 6).map((cell) => cell.offsetWidth)";
    let narrow = tab.evaluate(widths);
    press_button(tab, "显示");
    switch(tab, "大字");
    tab.wait_until("large letters", &format!("{size} > {before}"));
    // Columns grow with their words: nothing wraps that did not before.
    let grown = format!(
        "{widths}.every((width, index) => Math.abs(width / {narrow}[index] - {size} / {before}) < 0.02)"
    );
    tab.wait_until("columns as large as the letters", &grown);
    tab.screenshot(&picture("display-large"));
    switch(tab, "高对比度");
    press_button(tab, "深色");
    switch(tab, "减少动画");
    tab.screenshot(&picture("display-contrast-dark"));
    press_button(tab, "浅色");
    tab.press(Key::Escape);
    tab.screenshot(&picture("display-contrast-light"));
    // A script that runs before the page's own looks at what stands there then.
    let again = desk.another_tab(&server.url());
    for (name, value) in [
        ("text", "large"),
        ("contrast", "more"),
        ("motion", "less"),
        ("theme", "light"),
    ] {
        assert_eq!(root(&again, name), value, "{name}");
    }
    let sideways = "document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(again.evaluate(sideways), json!(true), "nothing sticks out");
}

#[test]
fn for_a_screen_reader_the_cell_has_the_focus_and_typing_still_writes() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    press_button(tab, "显示");
    switch(tab, "读屏：焦点进入单元格");
    tab.press(Key::Escape);
    let rows = own_rows(tab);
    let cell = place(&rows[1], "checked_week");
    find(tab, &cell);
    tab.click(&cell.selector());
    let holds = |place: &Place| {
        let holds = format!(
            "document.activeElement.matches({})",
            json!(place.selector())
        );
        tab.wait_until(&format!("{place:?} to have the focus"), &holds);
    };
    holds(&cell);
    tab.press(Key::ArrowRight);
    holds(&cell.beside("found_week"));
    tab.press(Key::ArrowLeft);
    holds(&cell);
    tab.type_text("7");
    tab.wait_until(
        "the editor to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
    tab.type_text("5");
    tab.press(Key::Enter);
    see(tab, &cell, "75");
    let below = place(&rows[2], "checked_week");
    holds(&below);
    // Somebody else's edit draws the row anew, and takes the focus from nobody.
    let other = Desk::sign_in(&server, "s-hongying");
    write(&other.tab, &below.beside("found_week"), "3");
    see(tab, &below.beside("found_week"), "3");
    holds(&below);
    tab.press(Key::F2);
    tab.wait_until(
        "the editor to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
    tab.type_text("4");
    tab.press(Key::Escape);
    holds(&below);
    tab.chord("Ctrl+Home");
    tab.chord("Shift+Tab");
    tab.chord("Shift+Tab");
    tab.chord("Shift+Tab");
    tab.chord("Shift+Tab");
    tab.chord("Shift+Tab");
    tab.wait_until(
        "the table to let go",
        "!document.activeElement.matches('[role=gridcell], .grid-input, body')",
    );
}
