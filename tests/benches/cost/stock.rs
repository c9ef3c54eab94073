//! Stock automerge-repo clients: 20 of them write at once, 20 times over.

use diaodu_tests::{
    interop::Desk,
    process::{PASSWORD, ServerProcess},
    stock::Stock,
};
use serde_json::json;

use crate::{
    Outcome,
    figures::quantiles,
    relay::{COLUMNS, STREET, write_history},
};

const RUNS: usize = 20;
const BOUND_MS: f64 = 5_000.0;

pub async fn run() -> Outcome<()> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let server = ServerProcess::start();
        let desk = Desk::sign_in(&server.url(), STREET, PASSWORD).await?;
        let url = desk.document("sheet", Some(2), Some(STREET)).await?.url;
        let rows = write_history(&desk, &url, 0).await?;
        let mut stock = Stock::start();
        stock.open(&desk, &url, 20).await;
        let storm = json!({ "command": "storm", "rows": rows, "columns": COLUMNS, "edits": 50 });
        let figures = stock.ask(storm).await;
        times.push(figures["converged_ms"].as_f64().ok_or("a time")?);
        stock.ask(json!({ "command": "close" })).await;
    }
    let kept = times.iter().filter(|time| **time <= BOUND_MS).count();
    let worst = times.iter().copied().fold(0.0, f64::max);
    let verdict = if kept == RUNS { "met" } else { "MISSED" };
    let (p50, _) = quantiles(times);
    println!(
        "20 stock JavaScript clients × 50 edits: p50 {p50:.0} ms, worst {worst:.0} ms; {kept} of {RUNS} runs within 5 s (bound: all, {verdict})"
    );
    Ok(())
}
