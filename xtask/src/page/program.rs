//! The page's program: the module that cargo has linked is taken apart, and what is left of it is bound to JavaScript.
//!
//! Both steps are libraries here: their programs would bring a web server, an HTTP client and a test runner, which take longer to build than
//! they do.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support as wasm_split;

use crate::shell::{Failure, Outcome, at};

/// The program, as cargo and index.html call it.
pub const PROGRAM: &str = "diaodu-app";
/// The script that loads the chunks, as wasm-split names it.
pub const LOADER: &str = "__wasm_split.js";
/// What of the module stays when everything else is split off.
const MAIN: &str = "main.wasm";

/// Splits off what the page loads later and binds the rest: script, module, loader and chunks lie in this folder then.
pub fn make(linked: &Path, folder: &Path) -> Outcome<()> {
    if folder.exists() {
        // Another build may have had more chunks.
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    let main = split(linked, folder)?;
    bind(&main, folder)?;
    fs::remove_file(&main).map_err(at(&main))
}

fn split(linked: &Path, folder: &Path) -> Outcome<PathBuf> {
    let linked = fs::read(linked).map_err(at(linked))?;
    let main = folder.join(MAIN);
    let mut options = wasm_split::Options::new(&linked);
    options.output_dir = folder;
    options.main_out_path = &main;
    wasm_split::transform(options).map_err(failed("wasm-split"))?;
    Ok(main)
}

fn bind(main: &Path, folder: &Path) -> Outcome<()> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true).map_err(failed("wasm-bindgen"))?;
    bindgen
        .input_path(main)
        .out_name(PROGRAM)
        .typescript(false)
        // The chunks join the module by its function table, which wasm-bindgen would drop.
        .keep_lld_exports(true);
    bindgen.generate(folder).map_err(failed("wasm-bindgen"))
}

/// Turns a library's error, causes included, into one sentence.
fn failed<E: Display>(step: &str) -> impl Fn(E) -> Failure {
    move |error| Failure::new(format!("{step} failed: {error:#}"))
}
