//! What documents weigh in the server.

use std::time::Duration;

use diaodu_tests::{
    interop::Desk,
    process::{PASSWORD, ServerProcess},
};

use crate::{Outcome, figures::memory_kb, relay::OFFICE};

/// Longer than the server keeps a document that nobody has open.
const UNTIL_IDLE: Duration = Duration::from_secs(75);

pub async fn run() -> Outcome<()> {
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server.url(), OFFICE, PASSWORD).await?;
    let documents = desk.documents().await?;
    let empty = memory_kb(&server)?;
    let mut client = desk.dial().await?;
    for document in &documents {
        client.open(&document.url).await?;
    }
    let active = memory_kb(&server)?;
    drop(client);
    // A bench may wait by the clock; nothing is asserted.
    tokio::time::sleep(UNTIL_IDLE).await;
    let idle = memory_kb(&server)?;
    let count = documents.len() as u64;
    println!("server memory with the sample week, {count} documents:");
    println!("  nobody there: {} MB", empty / 1024);
    println!(
        "  all open at one desk: {} MB, {} kB per active document",
        active / 1024,
        active.saturating_sub(empty) / count
    );
    println!(
        "  a minute after everybody left: {} MB, {} kB per idle document",
        idle / 1024,
        idle.saturating_sub(empty) / count
    );
    Ok(())
}
