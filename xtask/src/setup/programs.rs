//! Trunk, wasm-bindgen, wasm-split and wasm-opt: used where they are, else fetched once below `target/setup`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PageRust;
use crate::shell::{
    Failure, Outcome, answer, apt_install, at, cargo, is_debian_root, on_path, read, run, say,
};

const TRUNK: &str = "0.22.1";
/// The crate that the page names its split points with and the program that splits there change together.
const WASM_SPLIT: &str = "0.2.4";
const BINARYEN: &str = "132.0.0";
/// The binaryen that crates.io carries, for machines without Node.js.
const WASM_OPT_CRATE: &str = "0.116.1";
/// Older ones do not know the options that the page needs to run on Chromium 80.
const WASM_OPT_VERSION_MIN: u32 = 108;

/// Gets Trunk, wasm-bindgen and wasm-split and returns the folder that holds them.
pub fn ensure(root: &Path, setup: &Path, rust: &PageRust) -> Outcome<PathBuf> {
    let tools = setup.join("tools");
    let programs = tools.join("bin");
    fs::create_dir_all(&programs).map_err(at(&programs))?;
    // The glue and the crate must agree to the last digit.
    let bindgen = locked_version(root, "wasm-bindgen")?;
    let missing_bindgen = !is_there(&programs, "wasm-bindgen", &bindgen)?;
    let missing_trunk = !is_there(&programs, "trunk", TRUNK)?;
    if missing_bindgen {
        say(&format!(
            "building wasm-bindgen {bindgen} (two to three minutes on two cores, once)"
        ));
        install(
            &tools,
            rust,
            &[
                "wasm-bindgen-cli",
                "--version",
                &bindgen,
                "--no-default-features",
                "--bin",
                "wasm-bindgen",
            ],
        )?;
    }
    if missing_trunk {
        say(&format!(
            "building Trunk {TRUNK} (about five minutes on two cores, once)"
        ));
        install(
            &tools,
            rust,
            &[
                "trunk",
                "--version",
                TRUNK,
                "--no-default-features",
                "--features",
                "rustls",
                "--ignore-rust-version",
            ],
        )?;
    }
    if !has_wasm_split(&tools)? {
        say(&format!(
            "building wasm-split {WASM_SPLIT} (a minute on two cores, once)"
        ));
        install(
            &tools,
            rust,
            &[
                "wasm_split_cli_support",
                "--version",
                WASM_SPLIT,
                "--features",
                "build-binary",
            ],
        )?;
    }
    Ok(programs)
}

/// It does not tell its version: cargo's own note of what it has installed does.
fn has_wasm_split(tools: &Path) -> Outcome<bool> {
    let note = tools.join(".crates.toml");
    let entry = format!("\"wasm_split_cli_support {WASM_SPLIT} ");
    Ok(tools.join("bin/wasm-split-cli").exists() && read(&note)?.contains(&entry))
}

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
    install(
        &setup.join("tools"),
        &PageRust::Own,
        &["wasm-opt", "--version", WASM_OPT_CRATE],
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

/// Returns whether a program of this version is there; one on the PATH is linked into our folder.
fn is_there(programs: &Path, name: &str, version: &str) -> Outcome<bool> {
    let own = programs.join(name);
    let says_version = |program: &Path| {
        answer(Command::new(program).arg("--version"))
            .is_some_and(|words| words.split_whitespace().any(|word| word == version))
    };
    if own.exists() && says_version(&own) {
        return Ok(true);
    }
    match on_path(name) {
        Some(found) if says_version(&found) => {
            fs::copy(&found, &own).map_err(at(&own))?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Builds a tool with a cheap profile: compiled once, run for seconds.
fn install(tools: &Path, rust: &PageRust, arguments: &[&str]) -> Outcome<()> {
    let mut install = cargo();
    rust.put_into(&mut install, &[])?;
    if let PageRust::Sysroot(sysroot) = rust {
        install = Command::new(sysroot.join("bin/cargo"));
        rust.put_into(&mut install, &[])?;
    }
    install
        .arg("install")
        .args(arguments)
        .arg("--quiet")
        .arg("--root")
        .arg(tools);
    install
        .arg("--target-dir")
        .arg(tools.with_file_name("tools-target"));
    install
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    install
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    let tool = arguments.first().copied().unwrap_or_default();
    run(
        &mut install,
        &format!(
            "`cargo install {}` failed; {tool} needs crates.io and a C compiler: look at its output above",
            arguments.join(" ")
        ),
    )
}

/// Returns the version of a crate in Cargo.lock.
fn locked_version(root: &Path, package: &str) -> Outcome<String> {
    let lock = read(&root.join("Cargo.lock"))?;
    let heading = format!("name = \"{package}\"\nversion = \"");
    let rest = lock.split(&heading).nth(1);
    let version = rest.and_then(|rest| rest.split('"').next());
    version.map(str::to_owned).ok_or_else(|| {
        Failure::new(format!(
            "Cargo.lock does not name {package}; run `cargo update --workspace`"
        ))
    })
}
