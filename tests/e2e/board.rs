//! The board as the office reads it, the wall that shows it, and what a unit still has to do.

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::{Value, json};

use crate::desk::*;

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";

/// Keeps what a copy would put on the clipboard: the text that is selected at that moment.
const LISTEN: &str = "document.addEventListener('copy', () => {
        const field = document.activeElement;
        window.copied = field.value.slice(field.selectionStart, field.selectionEnd);
    }); true";

fn sample() -> ServerProcess {
    ServerProcess::start_with(&["--demo", "--sample", "--clock", "2021-04-16T16:40:00+08:00"])
}

fn lines(tab: &Tab) -> Value {
    tab.evaluate("document.querySelectorAll('.board-table tbody tr').length")
}

/// In light and in dark, at both common sizes.
fn pictures(tab: &Tab, name: &str) {
    for (width, height) in [(1366, 768), (1920, 1080)] {
        tab.resize(width, height);
        for scheme in ["light", "dark"] {
            tab.prefer_colours(scheme);
            tab.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))");
            tab.screenshot(&picture(&format!("{name}-{scheme}-{width}x{height}")));
        }
    }
    tab.prefer_colours("light");
}

#[test]
fn the_office_reads_the_board_copies_the_reminder_and_sees_reports_come_in() {
    let _desk = alone();
    let server = sample();
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    tab.evaluate(LISTEN);
    press_button(tab, "督办板");
    says(
        tab,
        ".board-sentence",
        "应报 239 项，已报 118 项（按时 107，迟报 11，补报 0",
    );
    says(
        tab,
        ".board-sentence",
        "未报 121 项。协助 49 项，已报 48 项",
    );
    says(tab, ".board .due", "已过截止时间");
    pictures(tab, "board");
    for (words, count) in [("按专项行动", 13), ("按街道", 12)] {
        press_button(tab, words);
        tab.wait_until(
            words,
            &format!("document.querySelectorAll('.board-table tbody tr').length === {count}"),
        );
    }
    press_button(tab, "按牵头单位");
    let lead = "[data-line=u-shengtai] [data-head=board-on-time]";
    says(tab, lead, "36");
    press_button(tab, "按单位");
    let missing = format!(".board-table [data-line={STREET}] [data-head=board-missing]");
    says(tab, &missing, "8");
    assert_eq!(lines(tab), json!(26), "every unit that has rows");

    // With the mouse: a browser copies only at a person's hand.
    tab.click(".board button[data-kind=primary]");
    says(tab, ".board-reminder", "仍有");
    let copied = tab.evaluate("window.copied");
    assert_eq!(
        copied,
        tab.evaluate("document.querySelector('.board-reminder').textContent")
    );
    let text = copied.as_str().unwrap_or_default();
    assert!(
        text.contains("共 121 项应报未报") && text.contains("鸿鹰街道办事处（8项）"),
        "{text}"
    );

    // A street reports one row: the board follows by itself.
    let street = Desk::sign_in(&server, STREET);
    press_button(&street.tab, "督办板");
    says(&street.tab, ".board-tasks-left", "本单位本周还有");
    pictures(&street.tab, "tasks");
    street.tab.evaluate("[...document.querySelectorAll('.board-tasks .report button')].find((button) => !button.hidden && !button.disabled && button.innerText.trim() === '零报告').click()");
    says(tab, ".board-sentence", "迟报 12");
    says(tab, &missing, "7");

    press_button(tab, "逐周走势");
    says(tab, ".board-change", "本周发现问题");
    says(tab, "[data-line=board-found] [data-week='2']", "795");
    pictures(tab, "board-weeks");
    press_button(tab, "单位排名");
    says(tab, ".board-table", "报齐时间");
    pictures(tab, "board-ranking");
}

#[test]
fn the_wall_shows_the_week_and_refreshes_itself() {
    let _desk = alone();
    let server = sample();
    let office = Desk::sign_in(&server, OFFICE);
    let wall = &office.tab;
    wall.evaluate("location.hash = '#wall'");
    let count = ".wall-tile[data-state=missing] .wall-count";
    says(wall, count, "121");
    says(wall, ".wall-units", "鸿鹰街道办事处");
    pictures(wall, "wall");
    let street = Desk::sign_in(&server, STREET);
    press_button(&street.tab, "报送");
    street.tab.wait_until(
        "a row to report",
        "(() => { const button = [...document.querySelectorAll('.report button')].find((button) => !button.hidden && !button.disabled && button.innerText.trim() === '零报告'); if (button) button.click(); return !!button; })()",
    );
    says(wall, count, "120");
    wall.evaluate("location.hash = ''");
    wall.wait_until(
        "the table again",
        "document.querySelector('[role=grid] [data-row]')",
    );
}

/// Every part of the board in English: what is said is English, only names of units and tasks stay as they are.
#[test]
fn the_board_reads_in_english() {
    let _desk = alone();
    let server = sample();
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    tab.resize(1366, 768);
    press_button(tab, "English");
    press_button(tab, "Board");
    says(
        tab,
        ".board-sentence",
        "Of 239 reports owed 118 have been made",
    );
    let parts = [
        ("Reports", ".board-table [data-head=board-missing]"),
        ("Week by week", ".board-change"),
        ("Ranking", ".board-table"),
        ("My tasks", ".board-tasks-left"),
    ];
    for (part, shown) in parts {
        press_button(tab, part);
        tab.wait_until(part, &format!("document.querySelector(\"{shown}\")"));
        let name = part.to_lowercase().replace(' ', "-");
        tab.screenshot(&picture(&format!("board-english-{name}")));
        // Names apart, nothing is left over of the other language; and what is a button fits.
        let left_over = tab.evaluate(
            "[...document.querySelectorAll('.board-head *, .board-sentence, .board-numbers button, .board-change, .board-legend, .board-key, .board-tasks-left, .board thead th:not([title])')]
                .map((part) => part.innerText).filter((words) => /[\\u4e00-\\u9fff]/.test(words))",
        );
        assert_eq!(left_over, json!([]), "{part}");
        let cut = tab.evaluate(
            "[...document.querySelectorAll('.board-head button, .board-head a, .board-numbers button')].filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.innerText)",
        );
        assert_eq!(cut, json!([]), "{part}");
    }
    tab.evaluate(LISTEN);
    tab.click(".board button[data-kind=primary]");
    says(
        tab,
        ".board-reminder",
        "[Reminder] The dispatch table of week 2 was due at",
    );
    press_button(tab, "Close");
    press_button(tab, "中文");
}
