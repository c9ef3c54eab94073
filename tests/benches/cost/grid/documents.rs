//! The grid with documents behind it: 9,999 rows of 101 sheets, twelve cells filled in each.

use std::{fs, time::Instant};

use automerge::ScalarValue;
use diaodu_tests::{
    interop::Desk,
    process::{Folder, PASSWORD, ServerProcess},
};
use serde_json::json;
use tokio::runtime::Runtime;

use super::{FRAME_MS, PAGE, PASTED_MS, paste, presses, rest};
use crate::{
    Outcome,
    figures::{against, load, quantiles},
    page::{IN_STEP, Visit, campaign},
};

const MEASURES: usize = 99;
const STREETS: usize = 101;
const HEAP_MB: f64 = 30.0;
const TEXTS: [&str; 8] = [
    "progress",
    "problem",
    "next_plan",
    "leader",
    "owner",
    "reporter",
    "remark",
    "total_reason",
];
const COUNTS: [&str; 4] = ["checked_week", "found_week", "fixed_week", "checked_total"];
const SENTENCE: &str = "已排查电动自行车停放充电场所，督促物业服务企业整改到位，下周完成复查并销号";

pub fn run(runtime: &Runtime, floor_press: Option<f64>) -> Outcome<()> {
    let folder = Folder::new("bench");
    let file = folder.path().join("campaign.toml");
    fs::write(&file, campaign(MEASURES, STREETS))?;
    let file = file.to_string_lossy().into_owned();
    let server = ServerProcess::start_with(&["--demo", "--campaign", &file]);
    runtime.block_on(fill(&server))?;
    println!(
        "grid with documents behind it, {} rows × {} filled cells, load {}:",
        MEASURES * STREETS,
        TEXTS.len() + COUNTS.len(),
        load()
    );
    let street = open(&server, "s-001");
    street.tab.click("[role=gridcell][data-column=progress]");
    let (p50, p95) = quantiles(presses(&street.tab));
    let verdict = floor_press.map_or_else(String::new, |floor| {
        against(p50, (floor + FRAME_MS).ceil(), "ms")
    });
    println!("  Enter → painted: p50 {p50:.0} ms, p95 {p95:.0} ms {verdict}");
    drop(street);
    let office = open(&server, "u-ban");
    heap(&office);
    // What the office may write of twelve columns: the last three. The others are counted and said.
    office.tab.click("[role=gridcell][data-column=review_note]");
    let begun = Instant::now();
    let took = office.number(&paste(MEASURES * STREETS, 2));
    rest(&office.tab, 200);
    office.tab.wait_until("all of it to be written", IN_STEP);
    println!(
        "  paste of {} × 2 into 101 sheets: painted after {took:.0} ms {}, with the server after {:.1} s",
        MEASURES * STREETS,
        against(took, PASTED_MS, "ms"),
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

fn open(server: &ServerProcess, account: &str) -> Visit {
    let visit = Visit::begin(server, account);
    visit.first_cell();
    visit.tab.wait_until("the page to be in step", IN_STEP);
    visit.tab.evaluate(PAGE);
    visit
}

/// Prints what the page holds, documents included.
fn heap(visit: &Visit) {
    visit.tab.command("HeapProfiler.collectGarbage", json!({}));
    let used = visit.tab.command("Runtime.getHeapUsage", json!({}));
    let script = used["usedSize"].as_f64().unwrap_or(f64::NAN) / 1e6;
    let wasm = visit.number("window.benchWasm.buffer.byteLength") / 1e6;
    println!(
        "  heap: {script:.1} MB of JavaScript and {wasm:.1} MB of wasm memory {}",
        against(script + wasm, HEAP_MB, "MB")
    );
}

/// Every street fills its rows: one change a row, as after a paste.
async fn fill(server: &ServerProcess) -> Outcome<()> {
    for street in 1..=STREETS {
        let unit = format!("s-{street:03}");
        let desk = Desk::sign_in(&server.url(), &unit, PASSWORD).await?;
        let url = desk.document("sheet", Some(2), Some(&unit)).await?.url;
        let mut client = desk.dial().await?;
        let document = client.open(&url).await?;
        let open = client.document(document).ok_or("the sheet is open")?;
        let rows: Vec<String> = diaodu_plan::layout::sheet::read(open)
            .rows
            .keys()
            .map(|row| row.0.clone())
            .collect();
        for (number, row) in rows.iter().enumerate() {
            client
                .put_row(document, row, &cells(number + street))
                .await?;
        }
        client.until_sent().await?;
    }
    Ok(())
}

fn cells(number: usize) -> Vec<(&'static str, ScalarValue)> {
    let text = |column: usize| {
        let letters = 4 + (number * 7 + column * 5) % 30;
        SENTENCE.chars().take(letters).collect::<String>()
    };
    let texts = TEXTS.iter().enumerate();
    let texts = texts.map(|(column, name)| (*name, ScalarValue::from(text(column))));
    let counts = COUNTS.iter().enumerate();
    let counts = counts.map(|(column, name)| {
        let count = (number * 31 + column * 17) % 500;
        (*name, ScalarValue::Int(count as i64))
    });
    texts.chain(counts).collect()
}
