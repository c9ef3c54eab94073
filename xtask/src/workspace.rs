//! What cargo knows of the workspace, and the one build that tests and lints share: clippy compiles the project's own crates and complains
//! as it does. Linted apart from it, every dependency would be looked through a second time.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::shell::{Failure, Outcome, answer, cargo, gently};

/// Clippy's compiler.
const CLIPPY: &str = "clippy-driver";

/// Everything in one call: another selection would build shared crates twice, with other features.
const BUILD: [&str; 3] = ["build", "--workspace", "--all-targets"];

/// Returns whether this Rust has clippy. Without it everything is built all the same, and nothing linted.
pub fn has_clippy() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    // rustup puts a program of that name on the PATH for toolchains that have none, too.
    *HAS.get_or_init(|| answer(Command::new(CLIPPY).arg("--version")).is_some())
}

/// Returns what cargo says of all packages; dependencies included, unless `options` say otherwise.
pub fn metadata(root: &Path, options: &[&str]) -> Outcome<Value> {
    let mut metadata = cargo();
    metadata
        .current_dir(root)
        .args(["metadata", "--format-version", "1"])
        .args(options);
    let text = answer(&mut metadata)
        .ok_or_else(|| Failure::new("`cargo metadata` failed; type it to see why"))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("`cargo metadata` is not understood: {error}")))
}

/// Returns the names of the test programs in folders `tests`.
pub fn test_programs(root: &Path) -> Outcome<Vec<String>> {
    // Without dependencies: those of other systems are not fetched either.
    let metadata = metadata(root, &["--no-deps"])?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let programs = targets.filter(|target| target["kind"][0] == "test");
    let names = programs.filter_map(|target| target["name"].as_str());
    Ok(names.map(str::to_owned).collect())
}

/// Returns the command that builds programs, tests, benches and examples, or does nothing where they are built. It lets others go first: what takes longest
/// is the page, which is built beside it.
pub fn build(root: &Path) -> Command {
    let mut build = cargo_of(gently(cargo()), root);
    build.args(BUILD);
    build
}

/// Returns the command that runs test programs of the build; it takes which, and what is meant for them.
pub fn test(root: &Path) -> Command {
    let mut test = cargo_of(cargo(), root);
    test.args(["test", "--workspace"]);
    test
}

fn cargo_of(mut cargo: Command, root: &Path) -> Command {
    cargo.current_dir(root);
    if has_clippy() {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", CLIPPY);
    }
    cargo
}
