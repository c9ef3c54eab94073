//! The one build that tests and lints share: clippy compiles the project's own crates and complains as it does. Linted apart from it, every
//! dependency would be looked through a second time.

use std::path::Path;
use std::process::Command;

use crate::shell::{cargo, on_path};

/// Clippy's compiler.
const CLIPPY: &str = "clippy-driver";

/// Server, tests and benches of the whole workspace in one call: another selection, or the server without the tests, would build shared crates
/// twice, with other features.
const BUILD: [&str; 6] = [
    "build",
    "--workspace",
    "--bin",
    "diaodu",
    "--tests",
    "--benches",
];

/// Returns whether this Rust has clippy. Without it everything is built all the same, and nothing linted.
pub fn has_clippy() -> bool {
    on_path(CLIPPY).is_some()
}

/// Returns the command that builds server, tests and benches, or does nothing where they are built.
pub fn build(root: &Path) -> Command {
    let mut build = cargo_of(root);
    build.args(BUILD);
    build
}

/// Returns the command that runs test programs of the build; it takes which, and what is meant for them.
pub fn test(root: &Path) -> Command {
    let mut test = cargo_of(root);
    test.args(["test", "--workspace"]);
    test
}

fn cargo_of(root: &Path) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(root);
    if has_clippy() {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", CLIPPY);
    }
    cargo
}
