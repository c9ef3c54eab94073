//! wasm-opt, and packages of npm: used where they are, else fetched once below `target/setup`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PageRust;
use crate::shell::{
    Failure, Outcome, answer, apt_install, at, cargo, is_debian_root, on_path, run, say,
};

const BINARYEN: &str = "132.0.0";
/// The binaryen that crates.io carries, for machines without Node.js.
const WASM_OPT_CRATE: &str = "0.116.1";
/// Older ones do not know the options that the page needs to run on Chromium 80.
const WASM_OPT_VERSION_MIN: u32 = 108;

/// Gets wasm-opt and returns it with its version.
pub fn wasm_opt(setup: &Path) -> Outcome<(PathBuf, u32)> {
    if let Some(found) = on_path("wasm-opt").and_then(with_version) {
        return Ok(found);
    }
    let npm = setup.join("npm");
    let from_npm = npm.join("node_modules/binaryen/bin/wasm-opt");
    let from_cargo = setup.join("tools/bin/wasm-opt");
    let marker = npm.join("node_modules/binaryen/package.json");
    if fs::read_to_string(&marker)
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{BINARYEN}\"")))
        && on_path("node").is_some()
    {
        return Ok((from_npm, major(BINARYEN)));
    }
    if let Some(found) = with_version(from_cargo.clone()) {
        return Ok(found);
    }
    if on_path("npm").is_none() && is_debian_root() {
        apt_install(&["nodejs", "npm"], "wasm-opt comes from npm")?;
    }
    if on_path("npm").is_none() {
        return build_wasm_opt(setup, from_cargo);
    }
    say(&format!(
        "npm install binaryen@{BINARYEN} (wasm-opt, half a minute)"
    ));
    npm_install(&npm, &[&format!("binaryen@{BINARYEN}")])?;
    Ok((from_npm, major(BINARYEN)))
}

/// Installs npm packages into a folder of ours, scripts of theirs not run.
pub fn npm_install(folder: &Path, packages: &[&str]) -> Outcome<()> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let manifest = folder.join("package.json");
    if !manifest.exists() {
        fs::write(&manifest, "{\"private\": true}\n").map_err(at(&manifest))?;
    }
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--save-exact",
        "--prefix",
    ])
    .arg(folder)
    .args(packages);
    run(
        &mut npm,
        &format!(
            "`npm install {}` failed; is the npm registry reachable? Try `npm ping`",
            packages.join(" ")
        ),
    )
}

fn build_wasm_opt(setup: &Path, program: PathBuf) -> Outcome<(PathBuf, u32)> {
    say(
        "there is no npm: building wasm-opt from crates.io instead (ten minutes on two cores, once; needs a C++ compiler)",
    );
    let tools = setup.join("tools");
    let mut install = cargo();
    PageRust::Own.put_into(&mut install)?;
    install
        .args(["install", "--quiet", "wasm-opt"])
        .args(["--version", WASM_OPT_CRATE])
        .arg("--root")
        .arg(&tools)
        .arg("--target-dir")
        .arg(setup.join("tools-target"));
    run(
        &mut install,
        "`cargo install wasm-opt` failed; it needs crates.io and a C++ compiler: look at its output above",
    )?;
    with_version(program).ok_or_else(|| {
        Failure::new(
            "the wasm-opt that was built does not run; install Node.js with npm and start again",
        )
    })
}

fn with_version(program: PathBuf) -> Option<(PathBuf, u32)> {
    // "wasm-opt version 116 (version_116)"
    let words = answer(Command::new(&program).arg("--version"))?;
    let version = words
        .split_whitespace()
        .find_map(|word| word.parse::<u32>().ok())?;
    (version >= WASM_OPT_VERSION_MIN).then_some((program, version))
}

fn major(version: &str) -> u32 {
    version
        .split('.')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
