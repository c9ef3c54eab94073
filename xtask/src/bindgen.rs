//! wasm-bindgen as Trunk calls it: what the page loads later is split off first, then the real wasm-bindgen binds the rest.
//!
//! Trunk knows no such step, but takes the wasm-bindgen that it finds first. So it finds this program under that name.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::Tools;
use crate::shell::{Failure, Outcome, at, run};

/// The name that Trunk looks for.
const NAME: &str = "wasm-bindgen";
const REAL: &str = "DIAODU_WASM_BINDGEN";
const SPLIT: &str = "DIAODU_WASM_SPLIT";
const CHUNKS: &str = "DIAODU_CHUNKS";
/// What of the module stays when everything else is split off.
const MAIN: &str = "main.wasm";

/// The script that loads the chunks, as wasm-split names it.
pub const LOADER: &str = "__wasm_split.js";

/// Returns whether this program was called in place of wasm-bindgen.
pub fn is_called() -> bool {
    let called = std::env::args_os().next().map(PathBuf::from);
    called.is_some_and(|called| called.file_stem() == Some(OsStr::new(NAME)))
}

/// Returns where the chunks of the last build lie.
pub fn chunks(root: &Path) -> PathBuf {
    root.join("target/page/chunks")
}

fn name() -> String {
    format!("{NAME}{}", std::env::consts::EXE_SUFFIX)
}

fn folder(root: &Path) -> PathBuf {
    root.join("target/page/programs")
}

/// Puts a copy of this program where Trunk looks for wasm-bindgen. To be done before anything is built: a build of the workspace takes
/// this program's own file away and puts a new one there.
pub fn place(root: &Path) -> Outcome<()> {
    let folder = folder(root);
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    let own = std::env::current_exe()
        .map_err(|error| Failure::new(format!("xtask does not find itself: {error}")))?;
    // Whole or not at all: the copy of another build may be running.
    let whole = folder.join(format!("{}.{}", name(), std::process::id()));
    fs::copy(&own, &whole).map_err(at(&own))?;
    fs::rename(&whole, folder.join(name())).map_err(at(&whole))
}

/// Lets a command find the copy that was placed; returns the folder to look in first.
pub fn stand_in(root: &Path, tools: &Tools, command: &mut Command) -> PathBuf {
    command
        .env(REAL, tools.programs.join(name()))
        .env(SPLIT, tools.programs.join("wasm-split-cli"))
        .env(CHUNKS, chunks(root));
    folder(root)
}

/// Does what wasm-bindgen would, to what is left of the module.
pub fn run_in_place() -> Outcome<()> {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let module = arguments
        .iter_mut()
        .find(|argument| Path::new(argument).extension() == Some(OsStr::new("wasm")));
    if let Some(module) = module {
        *module = split(Path::new(module))?.into_os_string();
    }
    // The chunks join the module by its function table, which wasm-bindgen would drop.
    arguments.push("--keep-lld-exports".into());
    run(
        Command::new(given(REAL)?).args(arguments),
        "wasm-bindgen failed; look at its output above",
    )
}

fn split(module: &Path) -> Outcome<PathBuf> {
    let chunks = PathBuf::from(given(CHUNKS)?);
    if chunks.exists() {
        fs::remove_dir_all(&chunks).map_err(at(&chunks))?;
    }
    fs::create_dir_all(&chunks).map_err(at(&chunks))?;
    run(
        Command::new(given(SPLIT)?).arg(module).arg(&chunks),
        "wasm-split failed; look at its output above",
    )?;
    Ok(chunks.join(MAIN))
}

fn given(name: &str) -> Outcome<OsString> {
    std::env::var_os(name).ok_or_else(|| {
        Failure::new(format!(
            "{name} is not set; `cargo xtask page` builds the page"
        ))
    })
}
