//! Getting the tools that are missing, below `target/setup`. What is tried first and why: README.md, docs/decisions/005-first-load.md.

mod browsers;
mod debian;
mod programs;

pub use browsers::{Browsers, browsers};

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{
    Failure, Outcome, answer, at, forget_cargo, forget_toolchain, on_path, path_with, run, say,
};

/// The Rust target of the page.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The tools that build the page.
pub struct Tools {
    /// Which Rust compiles the page.
    pub rust: PageRust,
    /// wasm-opt, and its version, because its options grew.
    pub wasm_opt: (PathBuf, u32),
}

/// The Rust that compiles the page.
pub enum PageRust {
    /// The one that compiles everything: it has the target.
    Own,
    /// Debian's, with a folder of ours that holds the target.
    Sysroot(PathBuf),
}

impl PageRust {
    /// Makes a command use this Rust.
    pub fn put_into(&self, command: &mut Command) -> Outcome<()> {
        forget_cargo(command);
        match self {
            // The chosen toolchain stays chosen: some crates carry a rust-toolchain.toml, which rustup would obey.
            PageRust::Own => Ok(()),
            PageRust::Sysroot(sysroot) => {
                forget_toolchain(command);
                let programs = sysroot.join("bin");
                command
                    .env("RUSTC", programs.join("rustc"))
                    .env("CARGO", programs.join("cargo"))
                    .env("PATH", path_with(&programs)?);
                Ok(())
            }
        }
    }

    /// Makes a build of the page take the flags that its std was built with.
    pub fn put_flags_into(&self, build: &mut Command) {
        match self {
            PageRust::Own => {}
            PageRust::Sysroot(_) => {
                // Cargo joins them to those of .cargo/config.toml. Outside nightly they need the first line.
                build.env("RUSTC_BOOTSTRAP", "1").env(
                    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                    debian::PANIC_FLAGS,
                );
            }
        }
    }

    /// Returns the compiler's own words about its version.
    pub fn version(&self) -> String {
        let rustc = match self {
            PageRust::Own => PathBuf::from("rustc"),
            PageRust::Sysroot(sysroot) => sysroot.join("bin/rustc"),
        };
        answer(Command::new(rustc).arg("--version")).unwrap_or_default()
    }
}

/// Returns the folder that everything fetched is kept in; `DIAODU_SETUP` names one that several checkouts share.
pub fn folder(root: &Path) -> PathBuf {
    match std::env::var_os("DIAODU_SETUP") {
        Some(folder) => PathBuf::from(folder),
        None => root.join("target/setup"),
    }
}

/// Gets what is missing to build the page. The second call takes well under a second.
pub fn tools(root: &Path) -> Outcome<Tools> {
    let setup = folder(root);
    fs::create_dir_all(&setup).map_err(at(&setup))?;
    let rust = page_rust(&setup)?;
    let wasm_opt = programs::wasm_opt(&setup)?;
    Ok(Tools { rust, wasm_opt })
}

fn page_rust(setup: &Path) -> Outcome<PageRust> {
    let asked_for_debian = std::env::var("DIAODU_WASM").is_ok_and(|way| way == "debian");
    if !asked_for_debian && own_rust_has_target() {
        return Ok(PageRust::Own);
    }
    if asked_for_debian || debian::is_ready(setup) {
        return debian::ensure(setup).map(PageRust::Sysroot);
    }
    if on_path("rustup").is_none() {
        return Err(Failure::new(format!(
            "this Rust has no {TARGET} target: install your distribution's package for it (Fedora: `dnf install rust-std-static-{TARGET}`), or on Debian set DIAODU_WASM=debian and start again"
        )));
    }
    say(&format!("rustup target add {TARGET} (30 MB, a minute)"));
    run(
        Command::new("rustup").args(["target", "add", TARGET]),
        &format!(
            "`rustup target add {TARGET}` failed; on Debian set DIAODU_WASM=debian and start again: that way needs only Debian's packages"
        ),
    )?;
    Ok(PageRust::Own)
}

fn own_rust_has_target() -> bool {
    let mut rustc = Command::new("rustc");
    let libraries = answer(rustc.args(["--print", "target-libdir", "--target", TARGET]));
    libraries.is_some_and(|folder| Path::new(&folder).is_dir())
}
