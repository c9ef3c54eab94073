//! What Diaodu costs: prints figures beside their bounds, asserts none. A word on the command line picks one part:
//! `gate`, `access`, `relay`, `memory`, `stock`, `page`, `history`, `board`, `grid`, and of `grid` the last part alone, `documents`.

mod access;
mod board;
mod figures;
mod gate;
mod grid;
mod history;
mod memory;
mod page;
mod relay;
mod stock;

use std::error::Error;

use diaodu_tests::process::server_program;

/// A bench that cannot go on says why.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // cargo itself adds `--bench`.
    let asked = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let wants = |part: &str| asked.as_deref().is_none_or(|asked| asked == part);
    let program = server_program();
    let kind = program
        .parent()
        .and_then(|folder| folder.file_name())
        .unwrap_or_default();
    println!(
        "server: {} build; load before: {}",
        kind.to_string_lossy(),
        figures::load()
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if wants("gate") {
        gate::run()?;
    }
    if wants("access") {
        runtime.block_on(access::run())?;
    }
    if wants("relay") {
        runtime.block_on(relay::run())?;
    }
    if wants("memory") {
        runtime.block_on(memory::run())?;
    }
    if wants("stock") {
        runtime.block_on(stock::run())?;
    }
    if wants("page") {
        page::run(&runtime)?;
    }
    if wants("history") {
        history::run(&runtime)?;
    }
    if wants("board") {
        board::run(&runtime)?;
    }
    if wants("grid") {
        grid::run(&runtime)?;
    }
    if asked.as_deref() == Some("documents") {
        grid::with_documents(&runtime)?;
    }
    Ok(())
}
