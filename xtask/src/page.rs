//! Building the page: cargo, then the program is split and bound, then wasm-opt, then names, then the compressed twins. Skipped while
//! nothing has changed.

mod index;
mod names;
mod program;

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::{PageRust, TARGET, Tools};
use crate::shell::{Outcome, at, cargo, run, say};
use crate::stamp::{self, Digest};

/// What the page is made from. The server's and the tests' sources are not among it.
const SOURCES: [&str; 13] = [
    "app",
    "style",
    "plan",
    "sync",
    "wire",
    "interchange",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "xtask/src/page",
    "xtask/src/page.rs",
    "xtask/src/setup/debian.rs",
    "xtask/src/setup/programs.rs",
];

/// Files that are worth a compressed twin; pictures and fonts already are.
const COMPRESSED: [&str; 7] = ["html", "js", "css", "wasm", "json", "svg", "webmanifest"];

/// What Chromium 80 validates, and nothing beyond.
const WASM_OPT: [&str; 8] = [
    // Speed, not size: what it makes of the same page packs smaller.
    "-O2",
    // Functions that do the same for other types stand together then, and pack better.
    "--reorder-functions-by-name",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--disable-reference-types",
    "--disable-multivalue",
];

/// How the page is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Small, for people.
    Page,
    /// Quick to build, large; for whoever works on the page, in a current browser.
    Dev,
    /// Like `Page`, with the grid on plain rows beside it; nobody but the bench loads it.
    Bench,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Profile::Page => "page",
            Profile::Dev => "dev",
            Profile::Bench => "bench",
        }
    }

    /// Returns cargo's name of the profile and of its folder.
    fn of_cargo(self) -> (&'static str, &'static str) {
        match self {
            Profile::Page | Profile::Bench => ("page", "page"),
            Profile::Dev => ("dev", "debug"),
        }
    }

    /// Returns the folder of the finished page.
    pub fn dist(self, root: &Path) -> PathBuf {
        root.join(match self {
            Profile::Page | Profile::Dev => "target/page/dist",
            Profile::Bench => "target/page/bench",
        })
    }

    fn stamp(self, root: &Path) -> PathBuf {
        root.join(match self {
            Profile::Page | Profile::Dev => "target/page/page.stamp",
            Profile::Bench => "target/page/bench.stamp",
        })
    }
}

/// Builds the page into its folder, unless it stands there already.
pub fn build(root: &Path, tools: &Tools, profile: Profile) -> Outcome<()> {
    let (stamp, dist) = (profile.stamp(root), profile.dist(root));
    let text = digest(root, tools, profile)?;
    if stamp::is_fresh(&stamp, &text) && dist.join("index.html").is_file() {
        return Ok(());
    }
    say(match profile {
        Profile::Page => {
            "building the page (a quarter of an hour on two cores the first time, half of it when it has changed)"
        }
        Profile::Dev => {
            "building the page for development (five minutes the first time, then one or two)"
        }
        Profile::Bench => "building the page once more, with the grid on plain rows (ten minutes)",
    });
    let linked = link(root, tools, profile)?;
    // What is half made is no page: it takes its place when it is whole.
    let making = dist.with_extension("making");
    program::make(&linked, &making)?;
    index::write(root, &making)?;
    if profile != Profile::Dev {
        say("making the page small: wasm-opt (half a minute)");
        let files = files_below(&making)?;
        for file in files.iter().filter(|file| has_extension(file, &["wasm"])) {
            shrink(file, tools, profile)?;
        }
    }
    names::give_names(&making)?;
    let (first, later) = compress_all(&files_below(&making)?, profile)?;
    swap(&making, &dist, &stamp)?;
    if profile != Profile::Bench {
        say(&format!(
            "the page stands in target/page/dist: {} KB over the wire with brotli, and {} KB later",
            first.div_ceil(1000),
            later.div_ceil(1000)
        ));
    }
    stamp::write(&stamp, &text)
}

/// Puts the page that is whole now in the place of the one before.
fn swap(making: &Path, dist: &Path, stamp: &Path) -> Outcome<()> {
    let old = dist.with_extension("old");
    for gone in [&old, stamp] {
        let removed = match gone.is_dir() {
            true => fs::remove_dir_all(gone),
            false => fs::remove_file(gone),
        };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(gone)(error)),
            Ok(()) | Err(_) => {}
        }
    }
    if dist.exists() {
        fs::rename(dist, &old).map_err(at(dist))?;
    }
    fs::rename(making, dist).map_err(at(making))?;
    if old.exists() {
        fs::remove_dir_all(&old).map_err(at(&old))?;
    }
    Ok(())
}

fn digest(root: &Path, tools: &Tools, profile: Profile) -> Outcome<String> {
    let mut digest = Digest::default();
    digest.word(profile.name());
    digest.word(&tools.rust.version());
    digest.word(&tools.wasm_opt.1.to_string());
    for source in SOURCES {
        digest.tree(root, source)?;
    }
    Ok(digest.text())
}

/// Compiles the program and returns the module.
fn link(root: &Path, tools: &Tools, profile: Profile) -> Outcome<PathBuf> {
    let folder = root.join("target/page");
    let (name, folder_name) = profile.of_cargo();
    let mut build = match &tools.rust {
        PageRust::Own => cargo(),
        PageRust::Sysroot(sysroot) => Command::new(sysroot.join("bin/cargo")),
    };
    tools.rust.put_into(&mut build)?;
    tools.rust.put_flags_into(&mut build);
    build
        .current_dir(root)
        .args(["build", "--package", program::PROGRAM])
        .args(["--target", TARGET, "--profile", name])
        .arg("--target-dir")
        .arg(&folder);
    if profile == Profile::Bench {
        build.args(["--features", "bench"]);
    }
    run(
        &mut build,
        "the page could not be built; look at the compiler's output above",
    )?;
    let module = format!("{}.wasm", program::PROGRAM);
    Ok(folder.join(TARGET).join(folder_name).join(module))
}

fn shrink(file: &Path, tools: &Tools, profile: Profile) -> Outcome<()> {
    let (program, version) = &tools.wasm_opt;
    let small = file.with_extension("small");
    let mut wasm_opt = Command::new(program);
    wasm_opt.args(WASM_OPT);
    if profile == Profile::Bench {
        // The names of functions stay: whoever measures asks where time goes.
        wasm_opt.arg("-g");
    }
    // Split off from bulk memory in version 120; older ones do not know the word.
    if *version >= 120 {
        wasm_opt.arg("--enable-bulk-memory-opt");
    }
    wasm_opt.arg(file).arg("-o").arg(&small);
    run(&mut wasm_opt, "wasm-opt failed; look at its output above")?;
    fs::rename(&small, file).map_err(at(file))
}

/// Writes `.br` and `.gz` beside each file and returns how many bytes go over the wire at first, and later.
fn compress_all(files: &[PathBuf], profile: Profile) -> Outcome<(usize, usize)> {
    let quality = match profile {
        Profile::Page => 11,
        Profile::Dev => 4,
        // Nothing goes over a wire.
        Profile::Bench => return Ok((0, 0)),
    };
    let (mut first, mut later) = (0, 0);
    for file in files.iter().filter(|file| has_extension(file, &COMPRESSED)) {
        let plain = fs::read(file).map_err(at(file))?;
        let bytes = write_twin(file, "br", &brotli(&plain, quality).map_err(at(file))?)?;
        *(if names::is_later(file) {
            &mut later
        } else {
            &mut first
        }) += bytes;
        write_twin(file, "gz", &gzip(&plain).map_err(at(file))?)?;
    }
    Ok((first, later))
}

fn write_twin(file: &Path, ending: &str, bytes: &[u8]) -> Outcome<usize> {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    let twin = PathBuf::from(name);
    fs::write(&twin, bytes).map_err(at(&twin))?;
    Ok(bytes.len())
}

fn brotli(plain: &[u8], quality: u32) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, quality, 24);
    writer.write_all(plain)?;
    writer.flush()?;
    drop(writer);
    Ok(packed)
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain)?;
    writer.finish()
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| extensions.contains(&extension))
}

fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for name in stamp::names(folder)? {
        let path = folder.join(name);
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
