//! The week on paper: what the browser prints is read back and looked at, page by page.

use std::path::{Path, PathBuf};
use std::process::Command;

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

/// Rows of the sample's week, as the plan counts them.
const ROWS: usize = 288;

fn pages(pdf: &Path) -> Vec<String> {
    let mut read = Command::new("pdftotext");
    let text = output(read.arg("-layout").arg(pdf).arg("-"));
    let pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages
        .into_iter()
        .filter(|page| !page.trim().is_empty())
        .collect()
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("poppler is installed by set-up");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Draws pages as pictures, to be looked at.
fn draw(pdf: &Path, name: &str) {
    let to = picture(name).with_extension("");
    let mut draw = Command::new("pdftoppm");
    draw.args(["-png", "-r", "70", "-l", "3"]).arg(pdf).arg(to);
    output(&mut draw);
}

/// Chooses the paper in the window that Ctrl+P opens, and prints.
fn print(tab: &Tab, paper: &str) -> PathBuf {
    tab.chord("Ctrl+P");
    press_button(tab, paper);
    tab.evaluate("window.print = () => { window.asked = true }");
    press_button(tab, "打印");
    tab.wait_until(
        "the browser to be asked",
        "window.asked && !document.querySelector('.dialog')",
    );
    tab.evaluate("window.asked = false");
    let pdf = picture(&format!("print-{paper}")).with_extension("pdf");
    tab.print(&pdf);
    pdf
}

/// The size of the pages in millimetres.
fn size(pdf: &Path) -> (u32, u32) {
    let mut ask = Command::new("pdfinfo");
    ask.arg(pdf);
    let said = output(&mut ask);
    let line = said
        .lines()
        .find(|line| line.starts_with("Page size:"))
        .expect("a size");
    let points: Vec<f64> = line
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let mm = |points: f64| (points / 72.0 * 25.4).round() as u32;
    (mm(points[0]), mm(points[1]))
}

#[test]
fn all_rows_are_printed_under_repeated_headings_on_either_paper() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, "u-shengtai");
    let tab = &desk.tab;
    let rows =
        tab.evaluate("Number(document.querySelector('[role=grid]').getAttribute('aria-rowcount'))");
    assert!(
        rows.as_u64().unwrap_or(0) as usize > ROWS,
        "far more than are drawn: {rows}"
    );
    select(tab, &place(&own_rows(tab)[0], "progress"));
    for (paper, across) in [("A3", (420, 297)), ("A4", (297, 210))] {
        let pdf = print(tab, paper);
        assert_eq!(size(&pdf), across, "{paper} across");
        draw(&pdf, &format!("print-{paper}"));
        let pages = pages(&pdf);
        assert!(pages.len() > 3, "{} pages", pages.len());
        for (number, page) in pages.iter().enumerate() {
            assert!(
                page.contains("本周工作"),
                "page {number} has no headings:\n{page}"
            );
        }
        let first = &pages[0];
        assert!(first.contains("第2周") && first.contains("盖章"), "{first}");
        // Units stand in a narrow column, whose words are broken over lines: the figures of 序号 are not.
        let all = pages.concat();
        assert!(all.contains("重点任务 22"), "the last task is there");
        assert!(
            all.contains("（一）") && all.contains("（十三）"),
            "grouped by action"
        );
    }
    tab.wait_until("the form to be gone", "!document.querySelector('#print')");
    tab.press(Key::Escape);
}

#[test]
fn no_row_is_cut_by_the_end_of_a_page() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    // Each row has a first and a last word of its own, with lines between them.
    for (index, row) in rows.iter().take(6).enumerate() {
        let cell = place(row, "progress");
        select(tab, &cell);
        tab.chord("F2");
        for line in 0..18 {
            let word = match line {
                0 => format!("FIRST{index}"),
                17 => format!("LAST{index}"),
                line => format!("line {line}"),
            };
            tab.type_text(&word);
            if line < 17 {
                tab.chord("Alt+Enter");
            }
        }
        tab.press(Key::Enter);
    }
    let pages = pages(&print(tab, "A4"));
    let mut checked = 0;
    for page in &pages {
        for index in 0..6 {
            let (first, last) = (format!("FIRST{index}"), format!("LAST{index}"));
            assert_eq!(
                page.contains(&first),
                page.contains(&last),
                "row {index} is cut"
            );
            checked += usize::from(page.contains(&first));
        }
    }
    assert_eq!(checked, rows.len().min(6), "each row is printed once");
}

#[test]
fn what_is_typed_is_printed_as_typed() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    write(tab, &place(&own_rows(tab)[0], "progress"), "<b>3</b>");
    let pages = pages(&print(tab, "A4"));
    assert!(pages.iter().any(|page| page.contains("<b>3</b>")));
}

#[test]
fn the_form_is_printed_though_nothing_but_the_table_is_there() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = browser.tab();
    tab.command("Network.enable", json!({}));
    let later = json!({ "urls": ["*/split_*", "*/chunk_*"] });
    tab.command("Network.setBlockedURLs", later);
    tab.open(&server.url());
    sign_in(&tab, "s-hongying");
    // As the browser's own menu does: without a word to the page before.
    let pdf = picture("print-at-once").with_extension("pdf");
    tab.print(&pdf);
    let pages = pages(&pdf);
    assert!(pages.len() > 1, "{pages:?}");
    for page in &pages {
        assert!(page.contains("本周工作"), "no headings:\n{page}");
    }
    tab.wait_until("the form to be gone", "!document.querySelector('#print')");
    // A circular on screen is printed by itself.
    tab.evaluate("document.documentElement.setAttribute('data-print', 'paper')");
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    assert_eq!(tab.evaluate("!document.querySelector('#print')"), true);
}
