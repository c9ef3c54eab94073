//! `cargo xtask serve`: from a fresh clone to a running server in one command.

use std::path::Path;
use std::process::Command;

use crate::page::{self, Profile};
use crate::setup;
use crate::shell::{Outcome, cargo, run, say};

const DEFAULTS: [&str; 5] = ["--demo", "--data", "./data", "--listen", "127.0.0.1:8080"];

/// Sets up, builds and starts the server; what stands after `--` goes to `diaodu serve` in place of the defaults.
pub fn serve(root: &Path, arguments: &[String]) -> Outcome<()> {
    let chosen = match arguments {
        [dashes, rest @ ..] if dashes == "--" => rest,
        other => other,
    };
    let tools = setup::tools(root)?;
    page::build(root, &tools, Profile::Page)?;
    build_server(root)?;
    let mut server = Command::new(root.join("target/release/diaodu"));
    server.current_dir(root).arg("serve");
    if chosen.is_empty() {
        server.args(DEFAULTS);
    } else {
        server.args(chosen);
    }
    hand_over(&mut server)
}

/// Builds the server with the page inside, in release.
pub fn build_server(root: &Path) -> Outcome<()> {
    if !root.join("target/release/diaodu").exists() {
        say("building the server (about four minutes on two cores the first time)");
    }
    let mut build = cargo();
    build.current_dir(root).args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "diaodu-server",
        "--bin",
        "diaodu",
    ]);
    run(
        &mut build,
        "the server could not be built; look at the compiler's output above",
    )
}

/// Becomes the server, so that Ctrl+C and signals reach it and nothing else.
#[cfg(unix)]
fn hand_over(server: &mut Command) -> Outcome<()> {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(crate::shell::not_started(server, &error))
}

#[cfg(not(unix))]
fn hand_over(server: &mut Command) -> Outcome<()> {
    run(
        server,
        "the server ended with an error; its last line says why",
    )
}
