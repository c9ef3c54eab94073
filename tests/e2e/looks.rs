//! What a person sees, as pictures in target/screenshots, and what can be told about them without eyes.

use diaodu_interchange::sample::{SAMPLE_WEEK_JSON, campaign};
use diaodu_plan::{campaign::MeasureNumber, row::RowId};
use diaodu_tests::browser::Browser;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::{Value, json};

use crate::desk::*;

const SIZES: [(u32, u32); 2] = [(1366, 768), (1920, 1080)];

/// Words that stay Latin in Chinese: a program, keys, the switch to English named in itself, an account, a kind of file, what is measured.
const LATIN: [&str; 21] = [
    "Excel", "Esc", "English", "hongying", "Ctrl", "Enter", "Alt", "Shift", "Tab", "CSV", "PM",
    "VOCs", "km", "docx", "PDF", "PNG", "JPEG", "MB", "mg", "SUM", "GPS",
];

/// Words in sight that are not Chinese, but for what people and programs are called and what stands on keys.
const FOREIGN: &str = "(() => {
    const words = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const part = walk.currentNode.parentElement;
        if (!part.offsetParent || part.closest('kbd, code, td, script, style, noscript, [role=grid], [lang=en]')) continue;
        words.push(...(walk.currentNode.data.match(/[A-Za-z]{2,}[A-Za-z-]*/g) || []));
    }
    return [...new Set(words)];
})()";

/// Parts of the screen outside the table whose content does not fit; what keys can scroll may be wider.
const CLIPPED: &str = "[...document.querySelectorAll('header *, button, label, .banner, dialog h2, [role=dialog] h2, [role=dialog] th')]
    .filter((part) => part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline' && !part.matches('[tabindex=\"0\"]'))
    .map((part) => part.className + ': ' + part.innerText)";

/// No drawn row reaches into the next, and several are drawn that are higher than one line of text.
const SEPARATE: &str = "(() => {
    const boxes = [...document.querySelectorAll('.grid-row:not([hidden])')].map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    return boxes.filter((box) => box.height > 40).length >= 3 && boxes.every((box, at) => at === 0 || boxes[at - 1].bottom <= box.top + 1);
})()";

/// Headings in sight whose words do not fit.
const CUT_HEADINGS: &str = "[...document.querySelectorAll('.grid-heading-text')]
    .filter((text) => text.clientWidth > 0 && text.scrollWidth > text.clientWidth + 1)
    .map((text) => text.innerText)";

#[test]
fn the_sample_week_looks_right_at_common_sizes() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "u-shengtai");
    desk.tab.point_nowhere();
    for (width, height) in SIZES {
        desk.tab.resize(width, height);
        for scheme in ["light", "dark"] {
            desk.tab.prefer_colours(scheme);
            take(&desk.tab, &format!("week-{scheme}-{width}x{height}"));
            check_layout(&desk.tab);
        }
    }
    desk.tab.prefer_colours("light");
    desk.tab
        .evaluate("document.querySelector('.grid-scroller').scrollTo(600, 2500)");
    take(&desk.tab, "week-scrolled-1920x1080");
}

#[test]
fn difficult_texts_of_the_sample_stand_on_screen_as_they_were_typed() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "u-gongjianban");
    let campaign = campaign();
    let sample: Value = serde_json::from_str(SAMPLE_WEEK_JSON).unwrap();
    let is_difficult = |text: &str| {
        let begins = ["=", "+", "-", "@", " ", "\t"];
        begins.iter().any(|sign| text.starts_with(sign))
            || text.contains(['\n', '<', '"', '\t', '\u{3000}'])
            || text.chars().count() > 200
    };
    // Blanks at the ends and between are the layout's; everything else is the text.
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let mut compared = 0;
    for row in sample["rows"].as_array().unwrap() {
        for column in ["progress", "problem", "next_plan"] {
            let text = row[column].as_str().unwrap_or_default();
            if !is_difficult(text) {
                continue;
            }
            let unit = campaign.unit_named(row["unit"].as_str().unwrap()).unwrap();
            let measure = MeasureNumber(row["measure_no"].as_u64().unwrap() as u8);
            let place = place(&RowId::new(measure, &unit.id).0, column);
            assert_eq!(bare(&shown(&desk.tab, &place)), bare(text), "{place:?}");
            compared += 1;
        }
    }
    assert!(compared >= 5, "only {compared} texts are difficult");
}

#[test]
fn the_sign_in_screen_looks_right_at_common_sizes() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = browser.tab();
    tab.open(&server.url());
    tab.wait_until(
        "the form to be there",
        "document.querySelector('input[name=account]')",
    );
    for (width, height) in SIZES {
        tab.resize(width, height);
        take(&tab, &format!("sign-in-{width}x{height}"));
        check_layout(&tab);
    }
}

#[test]
fn chinese_screens_have_no_english_left_over() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let words = desk
        .tab
        .evaluate("document.body.innerText.match(/[A-Za-z]{2,}[A-Za-z-]*/g) || []");
    let left_over: Vec<&Value> = words
        .as_array()
        .unwrap()
        .iter()
        .filter(|word| !LATIN.iter().any(|known| *word == known))
        .collect();
    assert!(left_over.is_empty(), "{left_over:?}");
}

#[test]
fn another_language_and_other_columns_leave_every_row_its_height() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    tab.resize(1366, 768);
    tab.wait_until("rows under each other", SEPARATE);
    press_button(tab, "English");
    tab.wait_until(
        "the other language",
        "document.body.innerText.includes('Progress this week')",
    );
    tab.wait_until("rows under each other in English", SEPARATE);
    check_layout(tab);
    assert_eq!(tab.evaluate(CUT_HEADINGS), json!([]), "headings in full");
    take(tab, "week-english-1366x768");
    press_button(tab, "Own only");
    tab.wait_until("rows under each other, fewer", SEPARATE);
    press_button(tab, "中文");
    tab.wait_until(
        "the first language",
        "document.body.innerText.includes('本周工作进展')",
    );
    tab.wait_until("rows under each other in Chinese", SEPARATE);
}

/// Asserts that nothing on the screen is cut off and no English is left over.
pub fn check_words(tab: &Tab, screen: &str) {
    let campaign = campaign();
    let clipped = tab.evaluate(CLIPPED);
    let words = tab.evaluate(FOREIGN);
    let words = words.as_array().cloned().unwrap_or_default();
    let foreign: Vec<&Value> = words
        .iter()
        .filter(|word| !LATIN.iter().any(|known| *word == known))
        .filter(|word| {
            !campaign
                .units
                .iter()
                .any(|unit| unit.id.0.ends_with(word.as_str().unwrap_or("?")))
        })
        .collect();
    assert_eq!(clipped, json!([]), "{screen}: nothing is cut off");
    assert!(foreign.is_empty(), "{screen}: {foreign:?}");
}

#[test]
fn nothing_jumps_while_the_page_loads() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "s-hongying");
    for visit in ["first", "again"] {
        desk.tab.reload();
        wait_for_table(&desk.tab);
        wait_for_status(&desk.tab, "已同步");
        // What moved although nobody touched anything, weighed as browsers do: share of the screen × share of the way.
        let moved = desk.tab.evaluate(
            "new Promise((done) => {
                const seen = [];
                new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
                requestAnimationFrame(() => requestAnimationFrame(() => done(seen.filter((entry) => !entry.hadRecentInput).map((entry) =>
                    [entry.value, entry.sources.map((source) => source.node && source.node.className)]))));
            })",
        );
        let all = moved.as_array().expect("a list").iter();
        let sum: f64 = all.filter_map(|entry| entry[0].as_f64()).sum();
        // Up to here browsers call a page steady; rows that grow as their texts arrive take a third of it.
        assert!(sum < 0.1, "{visit}: {moved}");
    }
}

fn take(tab: &Tab, name: &str) {
    // Two frames: layout, then paint.
    tab.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))");
    tab.screenshot(&picture(name));
}

fn check_layout(tab: &Tab) {
    let sideways = "document.documentElement.scrollWidth <= window.innerWidth && document.documentElement.scrollHeight <= window.innerHeight + 1";
    assert_eq!(
        tab.evaluate(sideways),
        json!(true),
        "the page itself does not scroll"
    );
    assert_eq!(tab.evaluate(CLIPPED), json!([]), "nothing is clipped");
}
