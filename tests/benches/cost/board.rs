//! The office's board and the table of a snapshot with 40 weeks of 333 rows: what the server answers, and what real Chromium paints.

use std::{collections::BTreeMap, fs, time::Instant};

use automerge::ScalarValue;
use diaodu_tests::{
    interop::Desk,
    process::{Folder, PASSWORD, ServerProcess},
};
use tokio::runtime::Runtime;

use crate::{
    Outcome,
    figures::{against, quantiles},
    page::{IN_STEP, Visit, campaign_of},
};

const BOUND_MS: f64 = 300.0;
const WEEKS: usize = 40;
/// 37 × 9: the rows of the largest week that the plan allows.
const MEASURES: usize = 37;
const STREETS: usize = 9;
const OFFICE: &str = "u-ban";
/// Before the first report is due, and when all weeks are over but not one is frozen.
const BEGIN: &str = "2021-04-06T09:00:00+08:00";
const END: &str = "2022-01-08T09:00:00+08:00";
/// How often each request is made, and each view is opened.
const TRIES: usize = 9;

pub fn run(runtime: &Runtime) -> Outcome<()> {
    let folder = Folder::new("bench-board");
    let file = folder.path().join("campaign.toml");
    fs::write(&file, campaign_of(MEASURES, STREETS, WEEKS))?;
    let file = file.to_string_lossy().into_owned();
    let options = |clock| ["--demo", "--campaign", &file, "--clock", clock].map(str::to_owned);
    let [begin, end] = [BEGIN, END].map(options);
    let mut server = ServerProcess::start_with(&begin.each_ref().map(String::as_str));
    runtime.block_on(fill(&server))?;
    let began = Instant::now();
    // All cut-offs have passed meanwhile: the server takes the snapshots before it listens.
    server.restart_with(&end.each_ref().map(String::as_str));
    println!(
        "board, {WEEKS} weeks of {} rows; {WEEKS} snapshots caught up with at start: {:.0} ms",
        MEASURES * STREETS,
        began.elapsed().as_secs_f64() * 1000.0
    );
    runtime.block_on(answers(&server))?;
    painted(&server);
    Ok(())
}

/// Every street fills and reports every row of every week.
async fn fill(server: &ServerProcess) -> Outcome<()> {
    for street in 1..=STREETS {
        let account = format!("s-{street:03}");
        let desk = Desk::sign_in(&server.url(), &account, PASSWORD).await?;
        let mut client = desk.dial().await?;
        for document in desk.documents().await? {
            let Some(week) = document.week.filter(|_| document.kind == "sheet") else {
                continue;
            };
            if document.unit.as_deref() != Some(account.as_str()) {
                continue;
            }
            let open = client.open(&document.url).await?;
            for measure in 1..=MEASURES {
                let row = format!("m{measure:02}.{account}");
                let number = (i64::from(week) * 7 + measure as i64) % 20;
                let count = |number: i64| ScalarValue::Int(number);
                let cells = [
                    (
                        "progress",
                        format!("第{week}周排查企业{number}家，已督促整改到位。").into(),
                    ),
                    ("checked_week", count(number)),
                    ("found_week", count(number / 2)),
                    ("fixed_week", count(number / 3)),
                    ("problem", "无".into()),
                    ("next_plan", "继续推进。".into()),
                    ("status", if number == 0 { "滞后" } else { "推进中" }.into()),
                    ("report", "报送".into()),
                    ("report_saved_at", count(1_617_674_400_000)),
                ];
                client.put_row(open, &row, &cells).await?;
            }
            client.until_sent().await?;
        }
    }
    Ok(())
}

/// Milliseconds from the request until the whole answer is there.
async fn answers(server: &ServerProcess) -> Outcome<()> {
    let desk = Desk::sign_in(&server.url(), OFFICE, PASSWORD).await?;
    println!(
        "  GET /api/board, for the first time since the start: {:.0} ms",
        ask(&desk, "/api/board").await?
    );
    let street = Desk::sign_in(&server.url(), "s-001", PASSWORD).await?;
    let sheet = street
        .document("sheet", Some(WEEKS as u8), Some("s-001"))
        .await?;
    let mut client = street.dial().await?;
    let open = client.open(&sheet.url).await?;
    let mut times = BTreeMap::<&str, Vec<f64>>::new();
    for turn in 0..TRIES {
        for (name, path) in [
            ("GET /api/board", "/api/board"),
            ("GET /api/weeks/40/summary", "/api/weeks/40/summary"),
            (
                "GET /api/weeks/40/summary?at=due",
                "/api/weeks/40/summary?at=due",
            ),
        ] {
            times.entry(name).or_default().push(ask(&desk, path).await?);
        }
        client
            .put(open, "m01.s-001", "remark", format!("第{turn}次"))
            .await?;
        client.until_sent().await?;
        let took = ask(&desk, "/api/board").await?;
        times
            .entry("GET /api/board after an edit")
            .or_default()
            .push(took);
    }
    for (name, times) in times {
        let (p50, p95) = quantiles(times);
        println!(
            "  {name}: p50 {p50:.0} ms, p95 {p95:.0} ms {}",
            against(p95, BOUND_MS, "ms")
        );
    }
    Ok(())
}

async fn ask(desk: &Desk, path: &str) -> Outcome<f64> {
    let began = Instant::now();
    let answer = desk.get(path).await?;
    if !answer.status().is_success() {
        return Err(format!("{path}: {}", answer.status()).into());
    }
    answer.bytes().await?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// From the press of a button until what it shows is painted.
fn painted(server: &ServerProcess) {
    let visit = Visit::begin(server, OFFICE);
    visit.first_cell();
    visit.tab.wait_until("the page to be in step", IN_STEP);
    let lines = format!("document.querySelectorAll('.board-table tbody tr').length >= {STREETS}");
    let weeks = format!(
        "document.querySelectorAll('[data-line=board-found] [data-week]').length === {WEEKS}"
    );
    let mut times = BTreeMap::<&str, Vec<f64>>::new();
    for _ in 0..TRIES {
        for (name, button, until) in [
            ("the board opened", "督办板", lines.as_str()),
            ("the board by weeks", "逐周走势", &weeks),
        ] {
            times
                .entry(name)
                .or_default()
                .push(press(&visit, button, until));
        }
        press(&visit, "关闭", "!document.querySelector('.board')");
    }
    visit.tab.click("[role=gridcell][data-column=progress]");
    visit.tab.chord("Ctrl+Alt+Shift+H");
    visit
        .tab
        .wait_until("the history", "document.querySelector('.history-item')");
    press(
        &visit,
        "回看过去的表",
        "document.querySelector('.past-mark[data-cut=due]')",
    );
    for _ in 0..TRIES {
        let took = press_at(
            &visit,
            "document.querySelector('.past-mark[data-cut=due]')",
            "document.querySelector('.past[data-state=past]') && document.querySelector('[role=gridcell][data-column=progress]').innerText.includes('第40周')",
        );
        times
            .entry("the table as it was at 截止")
            .or_default()
            .push(took);
        visit.tab.evaluate(
            "(() => {
                const slider = document.querySelector('.past-slider');
                slider.value = slider.min;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            })()",
        );
        visit.tab.wait_until(
            "another moment",
            "document.querySelector('.past-mark[data-cut=due][aria-pressed=false]')",
        );
    }
    for (name, times) in times {
        let first = times.first().copied().unwrap_or(f64::NAN);
        let (p50, p95) = quantiles(times);
        println!(
            "  {name}: first {first:.0} ms, p50 {p50:.0} ms, p95 {p95:.0} ms {}",
            against(p95, BOUND_MS, "ms")
        );
    }
}

fn press(visit: &Visit, button: &str, until: &str) -> f64 {
    let found = format!(
        "[...document.querySelectorAll('button')].find((each) => each.innerText.trim() === '{button}')"
    );
    press_at(visit, &found, until)
}

fn press_at(visit: &Visit, button: &str, until: &str) -> f64 {
    visit.number(&format!(
        "new Promise((done) => {{
            const began = performance.now();
            {button}.click();
            benchPainted(() => {until}, (at) => done(at - began));
        }})"
    ))
}
