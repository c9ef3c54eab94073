//! What other spreadsheets put on the clipboard, and what they get from ours. `libreoffice` was written by LibreOffice; `excel` and
//! `wps` are the same cells in the dialects of those programs.

use std::fs;

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::{ServerProcess, project};
use serde_json::{Value, json};

use crate::desk::*;

/// The cells of all fixtures: merged heads, a line break, quotes, leading zeros, a date, a rate, blanks in front, a tab.
const CELLS: [[&str; 3]; 5] = [
    ["单位", "本周", ""],
    ["", "排查", "整改率"],
    ["鸿鹰\n街道", "12", "87.5%"],
    ["有\"引号\"，<尖括号>", "007", "2021-04-16"],
    ["  前有空格", "", "甲\t乙"],
];
const COLUMNS: [&str; 3] = ["leader", "owner", "reporter"];

/// Pastes as the browser does, with these kinds on the clipboard.
fn paste(tab: &Tab, kinds: &[(&str, &str)]) {
    let script = format!(
        "(() => {{
            const data = new DataTransfer();
            for (const [kind, text] of {}) data.setData(kind, text);
            document.activeElement.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));
        }})()",
        json!(kinds)
    );
    tab.evaluate(&script);
}

/// Copies as the browser does, and returns what was put on the clipboard.
fn copy(tab: &Tab) -> Value {
    tab.evaluate(
        "(() => {
            const data = new DataTransfer();
            document.activeElement.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
            return [data.getData('text/plain'), data.getData('text/html')];
        })()",
    )
}

/// What a cell holds, to the letter.
fn held(tab: &Tab, place: &Place) -> String {
    find(tab, place);
    let text = tab.evaluate(&format!(
        "document.querySelector({}).firstElementChild.textContent",
        json!(place.selector())
    ));
    text.as_str().unwrap_or_default().to_owned()
}

fn notice(tab: &Tab) -> String {
    tab.text(".notice")
}

#[test]
fn what_other_spreadsheets_copy_is_pasted_to_the_letter() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let corner = place(&rows[0], COLUMNS[0]);
    for dialect in ["libreoffice", "excel", "wps"] {
        let read = |ending: &str| {
            let file = project().join(format!("tests/fixtures/clipboard/{dialect}.{ending}"));
            fs::read_to_string(file).expect("a fixture")
        };
        let (text, html) = (read("txt"), read("html"));
        let both = [("text/plain", text.as_str()), ("text/html", html.as_str())];
        for kinds in [&both[..], &both[..1]] {
            select(tab, &corner);
            paste(tab, kinds);
            wait_for_status(tab, "已同步");
            for (row, expected) in rows.iter().zip(CELLS) {
                for (column, expected) in COLUMNS.iter().zip(expected) {
                    let found = held(tab, &place(row, column));
                    assert_eq!(
                        found,
                        expected,
                        "{dialect}, {} kinds, {row} {column}",
                        kinds.len()
                    );
                }
            }
            assert!(notice(tab).contains("已粘贴 15 格"), "{}", notice(tab));
            // One step for undo.
            select(tab, &corner);
            tab.chord("Ctrl+Z");
            see(tab, &corner, "");
            assert_eq!(held(tab, &place(&rows[3], "owner")), "");
        }
    }
}

#[test]
fn what_is_copied_here_is_read_by_others_and_pasted_again() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let corner = place(&rows[0], COLUMNS[0]);
    select(tab, &corner);
    paste(tab, &[("text/plain", "一\t007\n\"二\n三\"\t<四>")]);
    see(tab, &place(&rows[1], "owner"), "<四>");
    let copied = copy(tab);
    assert_eq!(
        copied[0], "一\t007\n\"二\n三\"\t<四>",
        "what was pasted is selected"
    );
    let html = copied[1].as_str().unwrap_or_default();
    for part in [
        "<td style=\"mso-number-format:'\\@'\">007</td>",
        "二<br style=\"mso-data-placement:same-cell\">三",
        "&lt;四&gt;",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let below = place(&rows[3], COLUMNS[0]);
    select(tab, &below);
    paste(tab, &[("text/html", html)]);
    see(tab, &place(&rows[4], "leader"), "二\n三");
    see(tab, &place(&rows[3], "owner"), "007");
}

#[test]
fn what_may_not_be_pasted_is_counted_with_the_reason() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let reporter = place(&rows[0], "reporter");
    select(tab, &reporter);
    // 填报人, 联系电话, 报送时间 (the server's), 备注, and two columns that only lead and office write, and one more.
    paste(
        tab,
        &[(
            "text/plain",
            "甲\t13800000000\tx\t备注\t通过\t好\t推进中\t多余\t多余",
        )],
    );
    see(tab, &place(&rows[0], "remark"), "备注");
    let said = notice(tab);
    assert!(said.contains("已粘贴 3 格"), "{said}");
    assert!(
        said.contains("没有写入") && said.contains("超出表格"),
        "{said}"
    );
    tab.screenshot(&picture("paste-report"));
}

#[test]
fn what_is_no_value_of_its_column_is_counted_as_a_draft() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    select(tab, &place(&rows[0], "checked_week"));
    paste(tab, &[("text/plain", "3\n三\n5")]);
    see(tab, &place(&rows[2], "checked_week"), "5");
    see(tab, &place(&rows[1], "checked_week"), "三");
    let said = notice(tab);
    assert!(said.contains("已粘贴 2 格"), "{said}");
    assert!(said.contains("1 格不是该列能填的内容"), "{said}");
}

#[test]
fn cells_are_filled_by_dragging_keys_and_commits_to_all() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let cell = |row: usize, column: &str| place(&rows[row], column);
    select(tab, &cell(0, "checked_week"));
    paste(tab, &[("text/plain", "3\n5")]);
    see(tab, &cell(1, "checked_week"), "5");
    tab.drag(
        ".grid-handle:not([data-corner])",
        &cell(3, "checked_week").selector(),
    );
    see(tab, &cell(2, "checked_week"), "7");
    see(tab, &cell(3, "checked_week"), "9");
    tab.screenshot(&picture("filled"));
    tab.chord("Ctrl+Z");
    see(tab, &cell(3, "checked_week"), "");
    see(tab, &cell(1, "checked_week"), "5");
    select(tab, &cell(0, "leader"));
    tab.chord("Shift+ArrowDown");
    tab.chord("Shift+ArrowRight");
    tab.type_text("abc");
    tab.chord("Ctrl+Enter");
    for (row, column) in [(0, "leader"), (0, "owner"), (1, "leader"), (1, "owner")] {
        see(tab, &cell(row, column), "abc");
    }
    select(tab, &cell(3, "leader"));
    tab.press(Key::ArrowUp);
    tab.chord("F4");
    see(tab, &cell(2, "leader"), "abc");
}

#[test]
fn ranges_are_chosen_with_mouse_and_keys_and_summed_up() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let cell = |row: usize| place(&rows[row], "checked_week");
    select(tab, &cell(0));
    paste(tab, &[("text/plain", "3\n5\n10")]);
    see(tab, &cell(2), "10");
    select(tab, &cell(0));
    tab.click_holding(2, &cell(2).selector());
    tab.wait_until(
        "the sum of two cells",
        "document.querySelector('.grid-tally').innerText.replace(/\\s+/g, ' ').includes('求和 13')",
    );
    tab.screenshot(&picture("ranges"));
    tab.click(".grid-heading[data-column=checked_week]");
    tab.wait_until(
        "the sum of the column",
        "document.querySelector('.grid-tally').innerText.replace(/\\s+/g, ' ').includes('求和 18')",
    );
    tab.click(&place(&rows[1], "number").selector());
    tab.wait_until(
        "the whole row",
        &format!(
            "document.querySelectorAll(\"[data-row='{}'][aria-selected=true]\").length > 15",
            rows[1]
        ),
    );
    tab.click_second(&cell(1).selector());
    tab.wait_until(
        "the menu",
        "document.querySelectorAll('[role=menuitem]').length > 10",
    );
    tab.screenshot(&picture("cell-menu"));
    tab.press(Key::Escape);
}

#[test]
fn a_block_fills_every_range_that_has_its_shape() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let cell = |row: usize, column: &str| place(&rows[row], column);
    select(tab, &cell(0, "leader"));
    tab.chord("Shift+ArrowRight");
    tab.click_holding(2, &cell(2, "leader").selector());
    paste(tab, &[("text/plain", "甲\t乙")]);
    for (row, column, text) in [
        (0, "leader", "甲"),
        (0, "owner", "乙"),
        (2, "leader", "甲"),
        (2, "owner", "乙"),
    ] {
        see(tab, &cell(row, column), text);
    }
    assert_eq!(held(tab, &cell(1, "leader")), "");
    // Two rows do not fit into three.
    select(tab, &cell(0, "reporter"));
    tab.chord("Shift+ArrowDown");
    tab.chord("Shift+ArrowDown");
    tab.click_holding(2, &cell(4, "reporter").selector());
    paste(tab, &[("text/plain", "丙\n丁")]);
    see(tab, &cell(4, "reporter"), "丙");
    tab.wait_until(
        "the page to say what was left out",
        "document.querySelector('.notice').innerText.includes('1 块选定区域与复制内容的形状不符')",
    );
    assert_eq!(held(tab, &cell(0, "reporter")), "");
}

#[test]
fn all_tables_of_a_page_are_pasted_below_each_other() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    select(tab, &place(&rows[0], COLUMNS[0]));
    let html = "<table><tr><td>一</td><td rowspan=\"3\">二</td></tr></table><p>其间</p>\
        <table><tr><td>三</td><td><table><tr><td>四</td><td>五</td></tr></table></td></tr></table>";
    paste(tab, &[("text/plain", "一\t二"), ("text/html", html)]);
    for (row, column, text) in [(0, 0, "一"), (0, 1, "二"), (1, 0, "三"), (1, 1, "四 五")] {
        see(tab, &place(&rows[row], COLUMNS[column]), text);
    }
    assert_eq!(held(tab, &place(&rows[2], COLUMNS[0])), "");
}

#[test]
fn f4_pastes_once_more_and_repeats_nothing_that_came_before_a_drag_or_a_replacement() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let cell = |row: usize, column: &str| place(&rows[row], column);
    write(tab, &cell(0, "leader"), "先前");
    select(tab, &cell(0, "checked_week"));
    paste(tab, &[("text/plain", "3\n5")]);
    see(tab, &cell(1, "checked_week"), "5");
    select(tab, &cell(0, "found_total"));
    tab.chord("F4");
    see(tab, &cell(1, "found_total"), "5");
    let nothing = |at: &Place| {
        select(tab, at);
        tab.chord("F4");
        tab.wait_until(
            "the page to say that there is nothing",
            "document.querySelector('.notice').innerText.includes('没有可以重复的操作')",
        );
        assert_eq!(held(tab, at), "");
    };
    select(tab, &cell(0, "checked_week"));
    tab.chord("Shift+ArrowDown");
    tab.drag(
        ".grid-handle:not([data-corner])",
        &cell(3, "checked_week").selector(),
    );
    see(tab, &cell(3, "checked_week"), "9");
    nothing(&cell(2, "owner"));
    write(tab, &cell(1, "leader"), "电瓶车");
    select(tab, &cell(1, "leader"));
    tab.chord("Ctrl+H");
    tab.wait_until(
        "the search to have the keys",
        "document.activeElement.matches('[role=search] input')",
    );
    tab.type_text("电瓶");
    tab.click("[role=search] input[data-part=by]");
    tab.type_text("电动");
    press_button(tab, "全部替换");
    tab.press(Key::Escape);
    see(tab, &cell(1, "leader"), "电动车");
    nothing(&cell(3, "owner"));
}
