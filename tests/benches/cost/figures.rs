//! Figures: quantiles, bounds, and what Linux says of a process.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    time::Instant,
};

use diaodu_tests::process::ServerProcess;

use crate::Outcome;

/// Linux counts CPU time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// Returns the median and the 95th percentile.
pub fn quantiles(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        values
            .get((values.len().saturating_sub(1) as f64 * share) as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    (at(0.5), at(0.95))
}

/// Says whether a figure keeps its bound.
pub fn against(value: f64, bound: f64, unit: &str) -> String {
    let verdict = if value <= bound { "met" } else { "MISSED" };
    format!("(bound {bound} {unit}: {verdict})")
}

/// Says whether a share keeps its bound.
pub fn ratio(value: f64, bound: f64, is_kept: bool) -> String {
    let verdict = if is_kept { "met" } else { "MISSED" };
    format!("{value:.2} × (bound {bound} ×: {verdict})")
}

/// Returns the machine's load of the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

/// CPU seconds that a server has used.
pub fn cpu_seconds(server: &ServerProcess) -> Outcome<f64> {
    let stat = fs::read_to_string(format!(
        "/proc/{}/stat",
        server.id().ok_or("the server runs")?
    ))?;
    let after_name = stat.rsplit_once(')').ok_or("a stat line")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    // utime and stime are fields 14 and 15 of the whole line.
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / TICKS_PER_SECOND)
}

/// Resident memory of a server, kB.
pub fn memory_kb(server: &ServerProcess) -> Outcome<u64> {
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
        .parse::<u64>()?)
}

/// Milliseconds of plain appends of 4 kB with fsync, p50 and p95, for comparison.
pub fn bare_fsync(folder: &Path) -> Outcome<(f64, f64)> {
    let path = folder.join("bench-fsync");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_all()?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    fs::remove_file(&path)?;
    Ok(quantiles(times))
}
