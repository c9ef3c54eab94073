//! History on a week with 20,000 changes, in real Chromium: from the key until what was asked for is painted.

use tokio::runtime::Runtime;

use diaodu_tests::process::ServerProcess;

use crate::{
    Outcome,
    figures::{against, quantiles},
    page::{HISTORY, IN_STEP, Visit, long_history},
    relay::OFFICE,
};

const BOUND_MS: f64 = 300.0;
/// So many cells are asked about.
const CELLS: usize = 10;

pub fn run(runtime: &Runtime) -> Outcome<()> {
    let server = ServerProcess::start();
    let streets = runtime.block_on(long_history(&server))?;
    println!("history of a week with {HISTORY} changes, asked for → painted:");
    let mut opened = Vec::new();
    for street in streets.iter().take(CELLS) {
        // A page that knows nothing yet: it asks the server who wrote what.
        let visit = Visit::begin(&server, OFFICE);
        visit.first_cell();
        visit.tab.wait_until("the page to be in step", IN_STEP);
        go_to(&visit, street);
        opened.push(open(&visit));
        if Some(street) == streets.first() {
            part(
                &visit,
                "the unit, 2,000 changes",
                "单位",
                "document.querySelectorAll('.history-item').length >= 100",
            );
            part(
                &visit,
                "the whole table turned back",
                "回看过去的表",
                "document.querySelector('.past-sentence') && document.querySelector('.past-slider').max !== document.querySelector('.past-slider').min",
            );
            part(
                &visit,
                "one change before",
                "上一次修改",
                "document.querySelector('.past[data-state=past]')",
            );
        }
    }
    let (p50, p95) = quantiles(opened);
    println!(
        "  a cell, for the first time: p50 {p50:.0} ms, p95 {p95:.0} ms {}",
        against(p95, BOUND_MS, "ms")
    );
    Ok(())
}

/// Goes to the row of a street in the first measure.
fn go_to(visit: &Visit, street: &str) {
    visit.tab.click("[role=gridcell][data-column=progress]");
    visit.tab.chord("Ctrl+G");
    visit
        .tab
        .wait_until("the field", "document.querySelector('.keys-field')");
    let name = visit.tab.evaluate(&format!(
        "fetch('/api/weeks/2/summary').then((answer) => answer.json()).then((week) => week.units.find((unit) => unit.unit === '{street}').name)"
    ));
    visit.tab.type_text(name.as_str().unwrap_or_default());
    visit
        .tab
        .wait_until("a row", "document.querySelector('.keys-line button')");
    visit
        .tab
        .evaluate("document.querySelector('.keys-line button').click()");
    visit.tab.wait_until(
        "the row",
        &format!("document.querySelector('[role=gridcell][data-active=true]').dataset.row.endsWith('{street}')"),
    );
}

/// Milliseconds from the key until the versions of the cell are painted, with who and when.
fn open(visit: &Visit) -> f64 {
    let watch = "void (window.benchOpen = new Promise((done) => addEventListener('keydown', (event) => {
        const is = () => [...document.querySelectorAll('.history-item')].some((item) => item.innerText.includes('04-16'));
        benchPainted(is, (at) => done(at - event.timeStamp));
    }, { capture: true, once: true })))";
    visit.tab.evaluate(watch);
    visit.tab.chord("Ctrl+Alt+Shift+H");
    visit.number("window.benchOpen")
}

/// Presses a button and prints the milliseconds until something is painted.
fn part(visit: &Visit, what: &str, button: &str, until: &str) {
    let press = format!(
        "new Promise((done) => {{
            const began = performance.now();
            [...document.querySelectorAll('button')].find((each) => each.innerText.trim() === '{button}').click();
            benchPainted(() => {until}, (at) => done(at - began));
        }})"
    );
    let took = visit.number(&press);
    println!("  {what}: {took:.0} ms {}", against(took, BOUND_MS, "ms"));
}
