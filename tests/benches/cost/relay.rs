//! The relay: server CPU per edit and latency, with 20 own clients, on sheets with and without history.

use std::time::{Duration, Instant};

use automerge::ReadDoc;
use diaodu_tests::{
    interop::{Client, Desk},
    process::{PASSWORD, ServerProcess, project},
};
use diaodu_wire::repo::DocumentId;

use crate::{
    Outcome,
    figures::{against, bare_fsync, cpu_seconds, quantiles},
};

/// 20 offices, as in the figures of docs/decisions/003.
const CLIENTS: usize = 20;
const EDITS_EACH: usize = 50;
/// Signs in first, and reads everything.
pub const OFFICE: &str = "u-gongjianban";
/// A street with rows in many measures.
pub const STREET: &str = "s-hongying";
pub const COLUMNS: [&str; 6] = [
    "progress",
    "problem",
    "next_plan",
    "leader",
    "owner",
    "remark",
];
/// How many own edits may be under way while a history is written.
const UNDER_WAY: usize = 200;

pub async fn run() -> Outcome<()> {
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server.url(), STREET, PASSWORD).await?;
    let (p50, p95) = bare_fsync(&project().join("target"))?;
    println!("bare fsync of 4 kB on this disk: p50 {p50:.2} ms, p95 {p95:.2} ms");
    let mut without = None;
    for (week, history) in [(2, 0), (3, 10_000), (4, 50_000)] {
        let url = desk.document("sheet", Some(week), Some(STREET)).await?.url;
        let rows = write_history(&desk, &url, history).await?;
        println!(
            "relay, {CLIENTS} own clients × {EDITS_EACH} edits, {history} changes of history:"
        );
        let cpu_ms = storm(&server, &desk, &url, &rows).await?;
        let base = *without.get_or_insert(cpu_ms);
        if history > 0 {
            println!(
                "  that is {:.1} × the cost without history {}",
                cpu_ms / base,
                against(cpu_ms / base, 1.5, "×")
            );
        }
        awaited(&server, &desk, &url, &rows).await?;
    }
    Ok(())
}

/// Writes changes into a sheet and returns its rows.
pub async fn write_history(desk: &Desk, url: &str, changes: usize) -> Outcome<Vec<String>> {
    let mut client = desk.dial().await?;
    let document = client.open(url).await?;
    let open = client.document(document).ok_or("the sheet is open")?;
    let rows: Vec<String> = diaodu_plan::layout::sheet::read(open)
        .rows
        .keys()
        .map(|row| row.0.clone())
        .collect();
    for change in 0..changes {
        let column = COLUMNS[change / rows.len() % COLUMNS.len()];
        let text = format!("第{change}次填报");
        client
            .put(document, &rows[change % rows.len()], column, text)
            .await?;
        if change % UNDER_WAY == 0 {
            client.until_sent().await?;
        }
    }
    client.until_sent().await?;
    Ok(rows)
}

async fn dial_all(desk: &Desk, url: &str) -> Outcome<Vec<(Client, DocumentId)>> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = desk.dial().await?;
        let document = client.open(url).await?;
        clients.push((client, document));
    }
    Ok(clients)
}

/// Everybody writes as fast as they can, until all have everything. Returns server CPU per edit, ms.
async fn storm(server: &ServerProcess, desk: &Desk, url: &str, rows: &[String]) -> Outcome<f64> {
    let cpu = cpu_seconds(server)?;
    let clients = dial_all(desk, url).await?;
    let cpu_ms = (cpu_seconds(server)? - cpu) * 1000.0 / CLIENTS as f64;
    println!("  {CLIENTS} clients open it: server CPU {cpu_ms:.1} ms each");
    let before = clients
        .first()
        .and_then(|(client, document)| Some(client.document(*document)?.get_changes(&[]).len()))
        .ok_or("the sheet is open")?;
    let all = before + CLIENTS * EDITS_EACH;
    let (cpu, began) = (cpu_seconds(server)?, Instant::now());
    let work = clients
        .into_iter()
        .enumerate()
        .map(|(number, (mut client, document))| async move {
            for edit in 0..EDITS_EACH {
                let (row, column) = cell(rows, number * EDITS_EACH + edit);
                client
                    .put(document, row, column, format!("{number}：{edit}"))
                    .await?;
            }
            let has_all = |client: &Client| {
                client
                    .document(document)
                    .is_some_and(|open| open.stats().num_changes == all as u64)
            };
            client.until("all edits", has_all).await?;
            client.until_sent().await
        });
    for done in futures_util::future::join_all(work).await {
        done?;
    }
    let edits = (CLIENTS * EDITS_EACH) as f64;
    let cpu_ms = (cpu_seconds(server)? - cpu) * 1000.0 / edits;
    println!(
        "  as fast as they can: server CPU per edit, gate and fsync included: {cpu_ms:.2} ms {}; {:.0} edits a second",
        against(cpu_ms, 0.3, "ms"),
        edits / began.elapsed().as_secs_f64()
    );
    Ok(cpu_ms)
}

/// Everybody waits for the server's word after each edit: the smallest batches there can be.
async fn awaited(server: &ServerProcess, desk: &Desk, url: &str, rows: &[String]) -> Outcome<()> {
    let clients = dial_all(desk, url).await?;
    let cpu = cpu_seconds(server)?;
    let work = clients
        .into_iter()
        .enumerate()
        .map(|(number, client)| write_awaited(client, number, rows));
    let mut latencies = Vec::new();
    for one in futures_util::future::join_all(work).await {
        latencies.extend(one?.iter().map(|time| time.as_secs_f64() * 1000.0));
    }
    let cpu_ms = (cpu_seconds(server)? - cpu) * 1000.0 / (CLIENTS * EDITS_EACH) as f64;
    let (p50, p95) = quantiles(latencies);
    println!(
        "  every edit awaited: server CPU per edit {cpu_ms:.2} ms; acknowledged after p50 {p50:.1} ms, p95 {p95:.1} ms"
    );
    let (mut client, document) = dial_all(desk, url).await?.swap_remove(0);
    let mut alone = Vec::new();
    for edit in 0..EDITS_EACH {
        alone.push(put_awaited(&mut client, document, rows, "独自", edit).await?);
    }
    let (p50, p95) = quantiles(
        alone
            .iter()
            .map(|time| time.as_secs_f64() * 1000.0)
            .collect(),
    );
    println!(
        "  one client writes, 19 listen no more: acknowledged after p50 {p50:.1} ms, p95 {p95:.1} ms"
    );
    Ok(())
}

async fn write_awaited(
    (mut client, document): (Client, DocumentId),
    number: usize,
    rows: &[String],
) -> Outcome<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(EDITS_EACH);
    for edit in 0..EDITS_EACH {
        let place = number * EDITS_EACH + edit;
        latencies.push(put_awaited(&mut client, document, rows, "等候", place).await?);
    }
    Ok(latencies)
}

async fn put_awaited(
    client: &mut Client,
    document: DocumentId,
    rows: &[String],
    word: &str,
    place: usize,
) -> Outcome<Duration> {
    let began = Instant::now();
    let (row, column) = cell(rows, place);
    client
        .put(document, row, column, format!("{word}：{place}"))
        .await?;
    client.until_sent().await?;
    Ok(began.elapsed())
}

fn cell(rows: &[String], number: usize) -> (&str, &'static str) {
    (
        &rows[number % rows.len()],
        COLUMNS[number / rows.len() % COLUMNS.len()],
    )
}
