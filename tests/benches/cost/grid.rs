//! The grid beside its floor, a bare recycler of some hundred lines: in turn, on the same rows, in real Chromium. Then with documents
//! behind it.

mod documents;
mod files;

use diaodu_tests::browser::{Browser, keys::Key, tab::Tab};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    Outcome,
    figures::{load, quantiles, ratio},
};
use files::Files;

/// What both pages are asked by.
const PAGE: &str = include_str!("grid/page.js");
/// Each page is opened so often, in turn.
const RUNS: usize = 5;
const PRESSES: usize = 20;
/// How far is scrolled in two seconds.
const SCROLLED_PX: u32 = 20_000;
/// One frame at 60 a second.
pub const FRAME_MS: f64 = 1000.0 / 60.0;
const FIRST_BOUND: f64 = 1.5;
const FRAMES_BOUND: f64 = 0.95;
const OPENED_MS: f64 = 2_000.0;
pub const PASTED_MS: f64 = 1_000.0;

/// What was measured of one page on the same rows, run by run.
#[derive(Default)]
struct Figures {
    /// Milliseconds until the first cells were painted.
    first: Vec<f64>,
    /// Frames while scrolling for two seconds.
    frames: Vec<f64>,
    /// The longest gap between two frames, milliseconds.
    gap: Vec<f64>,
    /// Gaps of 20 px without a row when scrolling ended.
    blank: Vec<f64>,
    /// Milliseconds from Enter until the text was painted: the median, and the 95th percentile of a run.
    press: Vec<f64>,
    press_p95: Vec<f64>,
    /// Milliseconds until a pasted block was painted.
    paste: Vec<f64>,
}

/// A table to measure on.
struct Table {
    rows: usize,
    columns: usize,
    is_chinese: bool,
}

pub fn run(runtime: &Runtime) -> Outcome<()> {
    let files = Files::serve()?;
    let sizes = [
        Table {
            rows: 10_000,
            columns: 12,
            is_chinese: true,
        },
        Table {
            rows: 100_000,
            columns: 20,
            is_chinese: false,
        },
    ];
    let mut floor_press = f64::NAN;
    for table in &sizes {
        let (mut floor, mut grid) = (Figures::default(), Figures::default());
        let before = load();
        for run in 0..RUNS {
            let mut pages = [("floor.html", &mut floor), ("#bench", &mut grid)];
            // Neither always goes first.
            if run % 2 == 1 {
                pages.reverse();
            }
            for (page, figures) in pages {
                measure(&format!("{}/{page}", files.url()), table, figures);
            }
        }
        println!(
            "grid, {} × {} {}, {RUNS} runs of each page in turn, load {before} to {}; floor → grid:",
            table.rows,
            table.columns,
            if table.is_chinese {
                "Chinese text"
            } else {
                "plain data"
            },
            load()
        );
        let press = tell(&floor, &grid, table);
        if floor_press.is_nan() {
            floor_press = press;
        }
    }
    documents::run(runtime, Some(floor_press))
}

/// The last part alone, which needs no other page.
pub fn with_documents(runtime: &Runtime) -> Outcome<()> {
    documents::run(runtime, None)
}

/// Prints the medians; returns the floor's milliseconds from Enter.
fn tell(floor: &Figures, grid: &Figures, table: &Table) -> f64 {
    let median = |values: &[f64]| quantiles(values.to_vec()).0;
    let both = |of: fn(&Figures) -> &Vec<f64>| (median(of(floor)), median(of(grid)));
    let (floor_first, first) = both(|figures| &figures.first);
    println!(
        "  first cells painted: {floor_first:.0} → {first:.0} ms, {}",
        ratio(
            first / floor_first,
            FIRST_BOUND,
            first <= floor_first * FIRST_BOUND
        )
    );
    if table.rows > 10_000 {
        println!(
            "  opened: {first:.0} ms {}",
            crate::figures::against(first, OPENED_MS, "ms")
        );
    }
    let (floor_frames, frames) = both(|figures| &figures.frames);
    println!(
        "  frames in {SCROLLED_PX} px and 2 s: {floor_frames:.0} → {frames:.0}, {}",
        ratio(
            frames / floor_frames,
            FRAMES_BOUND,
            frames >= floor_frames * FRAMES_BOUND
        )
    );
    let within = |what: &str, of: fn(&Figures) -> &Vec<f64>| {
        let (floor, grid) = both(of);
        println!(
            "  {what}: {floor:.0} → {grid:.0} ms {}",
            crate::figures::against(grid, (floor + FRAME_MS).ceil(), "ms")
        );
        floor
    };
    within("longest gap", |figures| &figures.gap);
    let press = within("Enter → painted, p50", |figures| &figures.press);
    within("Enter → painted, p95", |figures| &figures.press_p95);
    let (floor_paste, paste) = both(|figures| &figures.paste);
    println!(
        "  paste of 10,000 × {}: {floor_paste:.0} → {paste:.0} ms {}",
        table.columns,
        crate::figures::against(paste, PASTED_MS, "ms")
    );
    let blank = median(&grid.blank);
    if blank > 0.0 {
        println!("  MISSED: {blank} lines without a row when scrolling ended");
    }
    press
}

fn measure(url: &str, table: &Table, figures: &mut Figures) {
    let browser = Browser::start();
    let tab = browser.tab();
    tab.open(url);
    tab.wait_until("the page to wait for rows", "!!window.benchOpen");
    tab.evaluate(PAGE);
    let Table {
        rows,
        columns,
        is_chinese,
    } = table;
    tab.evaluate(&format!(
        "void benchHold(...benchData({rows}, {columns}, {is_chinese}))"
    ));
    figures.first.push(number(&tab, "benchFirst()"));
    rest(&tab, 1_500);
    let scrolled = tab.evaluate(&format!("benchScroll({SCROLLED_PX}, 2000)"));
    let of = |name: &str| scrolled[name].as_f64().unwrap_or(f64::NAN);
    figures.frames.push(of("frames"));
    figures.gap.push(of("gap"));
    figures.blank.push(of("blank"));
    tab.evaluate("benchScroll(0, 50)");
    rest(&tab, 300);
    click_first(&tab);
    let (p50, p95) = quantiles(presses(&tab));
    figures.press.push(p50);
    figures.press_p95.push(p95);
    click_first(&tab);
    figures.paste.push(number(&tab, &paste(10_000, *columns)));
}

/// Commits one text after the other, downwards; returns the milliseconds of each.
pub fn presses(tab: &Tab) -> Vec<f64> {
    let press = |number_of: usize| {
        let text = format!("第{number_of}项");
        tab.type_text(&text);
        tab.evaluate(&format!("benchPress({})", json!(text)));
        tab.press(Key::Enter);
        let took = number(tab, "benchPressed");
        rest(tab, 30);
        took
    };
    (0..PRESSES).map(press).collect()
}

/// Asks for a block to be pasted at the active cell.
pub fn paste(rows: usize, columns: usize) -> String {
    format!(
        "benchPaste(Array.from({{ length: {rows} }}, (_, row) => Array.from({{ length: {columns} }}, (_, column) => `${{row}}号${{column}}`).join('\\t')).join('\\n'), '0号0')"
    )
}

/// Selects the first cell of the first row.
fn click_first(tab: &Tab) {
    tab.evaluate("benchScroll(0, 50)");
    tab.evaluate("benchMarkFirst()");
    tab.click("[data-bench-first]");
}

pub fn rest(tab: &Tab, ms: u32) {
    tab.evaluate(&format!(
        "new Promise((done) => setTimeout(done, {ms}, true))"
    ));
}

pub fn number(tab: &Tab, expression: &str) -> f64 {
    tab.evaluate(expression).as_f64().unwrap_or(f64::NAN)
}
