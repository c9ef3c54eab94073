//! The wasm target without rustup: std built once from Debian's own packages into a private sysroot.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::TARGET;
use crate::shell::{
    Failure, Outcome, answer, apt_install, at, forget_cargo, forget_toolchain, run, say,
};
use crate::stamp;

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

/// Returns whether the sysroot is there and made from the compiler that is installed now.
pub fn is_ready(setup: &Path) -> bool {
    debian_version()
        .is_some_and(|version| stamp::is_fresh(&stamp_of(setup), &stamp_text(setup, &version)))
}

/// Makes the sysroot if needed and returns its folder.
pub fn ensure(setup: &Path) -> Outcome<PathBuf> {
    let sysroot = setup.join("sysroot");
    if is_ready(setup) {
        return Ok(sysroot);
    }
    if !PACKAGES.iter().all(|package| is_installed(package)) {
        apt_install(&PACKAGES, "the wasm target is built from Debian's packages")?;
    }
    let version = debian_version().ok_or_else(|| {
        Failure::new(format!(
            "{RUSTC} does not run; type `apt-get install --reinstall {}`",
            PACKAGES.join(" ")
        ))
    })?;
    say("building std for wasm from Debian's sources (a minute)");
    let scratch = setup.join("scratch");
    build_std(&scratch)?;
    lay_out(&scratch, &sysroot)?;
    stamp::write(&stamp_of(setup), &stamp_text(setup, &version))?;
    Ok(sysroot)
}

fn is_installed(package: &str) -> bool {
    let status = answer(Command::new("dpkg-query").args([
        "--show",
        "--showformat=${db:Status-Status}",
        package,
    ]));
    status.as_deref() == Some("installed")
}

fn debian_version() -> Option<String> {
    answer(Command::new(RUSTC).arg("--version"))
}

/// A panic ends the page with a trap and no words: the page shows the same screen, and is a sixteenth smaller.
pub const PANIC_FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort";

/// std as small as it gets: the page is loaded over slow lines.
const STD_FLAGS: &str = "-Cembed-bitcode=yes -Copt-level=z";

fn stamp_of(setup: &Path) -> PathBuf {
    setup.join("sysroot.stamp")
}

// The scripts in bin name the folder, so a moved project builds its sysroot again.
fn stamp_text(setup: &Path, version: &str) -> String {
    format!(
        "{version}\n{STD_FLAGS} {PANIC_FLAGS}, optimize_for_size\n{}\n",
        setup.display()
    )
}

fn build_std(scratch: &Path) -> Outcome<()> {
    if scratch.exists() {
        // Libraries of an earlier way to build would be taken along.
        fs::remove_dir_all(scratch).map_err(at(scratch))?;
    }
    let source = scratch.join("src");
    fs::create_dir_all(&source).map_err(at(&source))?;
    let manifest = "[package]\nname = \"scratch\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\n[workspace]\n";
    fs::write(scratch.join("Cargo.toml"), manifest).map_err(at(scratch))?;
    fs::write(source.join("lib.rs"), "#![no_std]\n").map_err(at(scratch))?;
    let mut build = Command::new(CARGO);
    forget_cargo(&mut build);
    forget_toolchain(&mut build);
    build.current_dir(scratch).args([
        "build",
        "--release",
        "--quiet",
        "-Z",
        "build-std=std,panic_abort,proc_macro,test",
        "-Z",
        "build-std-features=optimize_for_size",
        "--target",
        TARGET,
    ]);
    build
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", scratch.join("target"));
    // Without embedded bitcode a later fat LTO fails.
    build.env("RUSTFLAGS", format!("{STD_FLAGS} {PANIC_FLAGS}"));
    run(
        &mut build,
        "std for wasm could not be built from Debian's sources; look at the compiler's output above",
    )
}

fn lay_out(scratch: &Path, sysroot: &Path) -> Outcome<()> {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if sysroot.exists() {
        fs::remove_dir_all(sysroot).map_err(at(sysroot))?;
    }
    fs::create_dir_all(&libraries).map_err(at(&libraries))?;
    let built = scratch.join("target").join(TARGET).join("release/deps");
    for name in stamp::names(&built)? {
        if name.ends_with(".rlib") && !name.contains("scratch") {
            fs::copy(built.join(&name), libraries.join(&name)).map_err(at(&libraries))?;
        }
    }
    let rustlib = sysroot.join("lib/rustlib");
    for name in [
        &format!("{}-unknown-linux-gnu", std::env::consts::ARCH),
        "src",
    ] {
        link(
            &Path::new("/usr/lib/rustlib").join(name),
            &rustlib.join(name),
        )?;
    }
    let programs = sysroot.join("bin");
    fs::create_dir_all(&programs).map_err(at(&programs))?;
    for name in ["rustc", "rustdoc"] {
        write_script(
            &programs.join(name),
            &format!(
                "#!/bin/sh\nexec /usr/bin/{name} --sysroot={} \"$@\"\n",
                sysroot.display()
            ),
        )?;
    }
    link(Path::new(CARGO), &programs.join("cargo"))
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Outcome<()> {
    std::os::unix::fs::symlink(from, to).map_err(at(to))
}

#[cfg(unix)]
fn write_script(path: &Path, text: &str) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).map_err(at(path))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(at(path))
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Outcome<()> {
    Err(Failure::new(
        "the Debian way works on Debian only; take DIAODU_WASM away",
    ))
}

#[cfg(not(unix))]
fn write_script(_: &Path, _: &str) -> Outcome<()> {
    Err(Failure::new(
        "the Debian way works on Debian only; take DIAODU_WASM away",
    ))
}
