//! The names of the page's program: its script, its module and the chunks that are loaded later carry one digest, so that
//! a browser never joins files of two builds, and keeps each for ever.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Failure, Outcome, at, read};
use crate::stamp::{self, Digest};

use super::index::COPIED;
use super::program::{LOADER, PROGRAM};

/// How wasm-split's script names the program's own script.
const PROGRAM_IN_LOADER: &str = "\"./main.js\"";
/// Where index.html says what is loaded later.
const LATER: &str = "data-later=\"\"";

/// Gives the program's files their final names, in themselves and in index.html.
pub fn give_names(dist: &Path) -> Outcome<()> {
    let names = stamp::names(dist)?;
    let (script, module) = (format!("{PROGRAM}.js"), format!("{PROGRAM}_bg.wasm"));
    let chunks: Vec<&String> = names.iter().filter(|name| is_chunk(name)).collect();

    let mut digest = Digest::default();
    for name in [&script, &module, &LOADER.to_owned()]
        .into_iter()
        .chain(chunks.iter().copied())
    {
        digest.tree(dist, name)?;
    }
    let digest = digest.text();
    let (new_script, new_module) = (
        format!("{PROGRAM}-{digest}.js"),
        format!("{PROGRAM}-{digest}_bg.wasm"),
    );
    let new_loader = format!("later-{digest}.js");
    let new_chunk = |name: &str| format!("{}-{digest}.wasm", name.trim_end_matches(".wasm"));

    // Its imports alone: the module itself knows the loader by its first name.
    let import = |name: &str| format!("from \"./{name}\"");
    rewrite(
        &dist.join(&script),
        &[(import(LOADER), import(&new_loader))],
    )?;
    let mut in_loader = vec![(PROGRAM_IN_LOADER.to_owned(), format!("\"./{new_script}\""))];
    in_loader.extend(
        chunks
            .iter()
            .map(|name| (format!("./{name}"), format!("./{}", new_chunk(name)))),
    );
    rewrite(&dist.join(LOADER), &in_loader)?;
    let later: Vec<String> = std::iter::once(format!("/{new_loader}"))
        .chain(chunks.iter().map(|name| format!("/{}", new_chunk(name))))
        .collect();
    let in_index = [
        (script.clone(), new_script.clone()),
        (module.clone(), new_module.clone()),
        (
            LATER.to_owned(),
            format!("data-later=\"{}\"", later.join(" ")),
        ),
    ];
    rewrite(&dist.join("index.html"), &in_index)?;

    rename(dist, &script, &new_script)?;
    rename(dist, &module, &new_module)?;
    rename(dist, LOADER, &new_loader)?;
    chunks
        .iter()
        .try_for_each(|name| rename(dist, name, &new_chunk(name)))?;
    refuse_unnamed(dist, &digest)
}

/// A part of the program that kept its first name would be joined with parts of another build, and not be there offline.
fn refuse_unnamed(dist: &Path, digest: &str) -> Outcome<()> {
    let is_unnamed = |name: &String| {
        let is_program = name.ends_with(".wasm") || name.ends_with(".js");
        // Snippets of JavaScript that crates bring lie in a folder.
        let is_program = is_program || dist.join(name).is_dir();
        is_program && !name.contains(digest) && !COPIED.contains(&name.as_str())
    };
    match stamp::names(dist)?.into_iter().find(is_unnamed) {
        None => Ok(()),
        Some(name) => Err(Failure::new(format!(
            "the page has a part {name} that xtask/src/page/names.rs does not know"
        ))),
    }
}

/// Returns whether a file of the finished page is loaded when somebody first needs it.
pub fn is_later(file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| is_chunk(&name.to_string_lossy()))
}

fn is_chunk(name: &str) -> bool {
    (name.starts_with("split_") || name.starts_with("chunk_")) && name.ends_with(".wasm")
}

/// Puts other words into a file; each must stand there.
fn rewrite(file: &Path, words: &[(String, String)]) -> Outcome<()> {
    let mut text = read(file)?;
    for (old, new) in words {
        if !text.contains(old.as_str()) {
            return Err(Failure::new(format!(
                "{} does not say {old}",
                file.display()
            )));
        }
        text = text.replace(old.as_str(), new);
    }
    fs::write(file, text).map_err(at(file))
}

fn rename(folder: &Path, old: &str, new: &str) -> Outcome<()> {
    let old: PathBuf = folder.join(old);
    fs::rename(&old, folder.join(new)).map_err(at(&old))
}
