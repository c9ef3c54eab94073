//! What the relay costs: server CPU, latency, memory, and the bytes of the first load. Prints figures; asserts none.

use std::{
    error::Error,
    fs::{self, File},
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use diaodu_tests::{
    interop::{Client, Desk},
    process::{PASSWORD, ServerProcess, project},
};
use diaodu_wire::repo::DocumentId;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// 20 offices, as in the figures of docs/decisions/003.
const CLIENTS: usize = 20;
const EDITS_EACH: usize = 50;
const STREET: &str = "s-hongying";
const ROW: &str = "m07.s-hongying";
const COLUMNS: [&str; 4] = ["progress", "problem", "next_plan", "remark"];
/// Linux counts CPU time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> Outcome<()> {
    first_load()?;
    let mut server = ServerProcess::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!(
        "server memory, 270 documents on disk, nobody there: {} MB",
        memory_mb(&server)?
    );
    runtime.block_on(relay(&server))?;
    println!(
        "server memory after {} edits with {CLIENTS} lines: {} MB",
        CLIENTS * EDITS_EACH,
        memory_mb(&server)?
    );
    println!(
        "bare fsync of 4 kB on this disk: {:.2} ms p50",
        bare_fsync(&project().join("target"))?
    );
    server.kill();
    Ok(())
}

/// Adds up what a browser that takes brotli loads first.
fn first_load() -> Outcome<()> {
    let dist = project().join("target/page/dist");
    let mut total = 0;
    for entry in fs::read_dir(&dist)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "br") {
            total += fs::metadata(&path)?.len();
        }
    }
    let verdict = if total <= 600_000 { "met" } else { "MISSED" };
    println!(
        "first load, brotli, all files: {} kB (bound 600 kB: {verdict})",
        total / 1000
    );
    Ok(())
}

async fn relay(server: &ServerProcess) -> Outcome<()> {
    let desk = Desk::sign_in(&server.url(), STREET, PASSWORD).await?;
    let url = desk.document("sheet", Some(2), Some(STREET)).await?.url;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = desk.dial().await?;
        let document = client.open(&url).await?;
        clients.push((client, document));
    }
    let (cpu, began) = (cpu_seconds(server)?, Instant::now());
    let work = clients
        .into_iter()
        .enumerate()
        .map(|(number, client)| write(client, number));
    let all = futures_util::future::join_all(work).await;
    let mut latencies = Vec::new();
    for one in all {
        latencies.extend(one?);
    }
    latencies.sort();
    let edits = (CLIENTS * EDITS_EACH) as f64;
    let cpu_ms = (cpu_seconds(server)? - cpu) * 1000.0 / edits;
    let verdict = if cpu_ms <= 0.3 { "met" } else { "MISSED" };
    println!("relay, {CLIENTS} own clients × {EDITS_EACH} edits on one sheet, every edit awaited:");
    println!(
        "  server CPU per edit, gate and fsync included: {cpu_ms:.2} ms (bound 0.3 ms: {verdict})"
    );
    println!(
        "  edits a second: {:.0}",
        edits / began.elapsed().as_secs_f64()
    );
    let at = |share: f64| {
        latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0
    };
    println!(
        "  edit → on the server's disk and acknowledged: p50 {:.1} ms, p95 {:.1} ms",
        at(0.5),
        at(0.95)
    );
    Ok(())
}

async fn write(
    (mut client, document): (Client, DocumentId),
    number: usize,
) -> Outcome<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(EDITS_EACH);
    for edit in 0..EDITS_EACH {
        let began = Instant::now();
        client
            .put(
                document,
                ROW,
                COLUMNS[edit % COLUMNS.len()],
                format!("{number}：第{edit}次"),
            )
            .await?;
        client.until_sent().await?;
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}

fn cpu_seconds(server: &ServerProcess) -> Outcome<f64> {
    let stat = fs::read_to_string(format!(
        "/proc/{}/stat",
        server.id().ok_or("the server runs")?
    ))?;
    let after_name = stat.rsplit_once(')').ok_or("a stat line")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    // utime and stime are fields 14 and 15 of the whole line.
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / TICKS_PER_SECOND)
}

fn memory_mb(server: &ServerProcess) -> Outcome<u64> {
    let status = fs::read_to_string(format!(
        "/proc/{}/status",
        server.id().ok_or("the server runs")?
    ))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("a line VmRSS")?;
    Ok(line
        .split_whitespace()
        .next()
        .ok_or("a number")?
        .parse::<u64>()?
        / 1024)
}

/// Times plain appends with fsync, for comparison.
fn bare_fsync(folder: &Path) -> Outcome<f64> {
    let path = folder.join("bench-fsync");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_all()?;
        times.push(began.elapsed());
    }
    fs::remove_file(&path)?;
    times.sort();
    Ok(times[times.len() / 2].as_secs_f64() * 1000.0)
}
