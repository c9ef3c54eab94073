//! Running other programs, and failing in one sentence.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// What went wrong, in one sentence, with the command that mends it where there is one.
#[derive(Debug)]
pub struct Failure(String);

/// A chore's result.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// Makes a failure of its sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Tells what is being done now, and how long it may take; after the first minute also how long everything has taken so far.
pub fn say(sentence: &str) {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let minutes = BEGIN.get_or_init(Instant::now).elapsed().as_secs() / 60;
    match minutes {
        0 => println!("▸ {sentence}"),
        minutes => println!("▸ after {minutes} min: {sentence}"),
    }
}

/// Runs a program, its output in view, and fails with `on_failure` if it does not end well.
pub fn run(command: &mut Command, on_failure: &str) -> Outcome<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::new(on_failure)),
        Err(error) => Err(not_started(command, &error)),
    }
}

/// Returns what a program prints, or nothing where it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout)
        .ok()
        .map(|text| text.trim().to_owned())
}

/// Says that a program could not be started.
pub fn not_started(command: &Command, error: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::new(format!("`{program}` is not installed or not on the PATH"))
        }
        _ => Failure::new(format!("`{program}` could not be started: {error}")),
    }
}

/// Returns where a program lies on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Returns a PATH with this folder before everything else.
pub fn path_with(folder: &Path) -> Outcome<std::ffi::OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&old));
    std::env::join_paths(all)
        .map_err(|error| Failure::new(format!("a folder's name cannot stand in PATH: {error}")))
}

/// Returns a text file, or a sentence about why not.
pub fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))
}

/// Turns a file error into a sentence about that path.
pub fn at(path: &Path) -> impl Fn(io::Error) -> Failure + '_ {
    move |error| Failure::new(format!("{}: {error}", path.display()))
}

/// Returns whether apt-get can be used without asking: Debian, as root.
pub fn is_debian_root() -> bool {
    Path::new("/etc/debian_version").exists()
        && on_path("apt-get").is_some()
        && answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Installs Debian packages as root; elsewhere fails with the command to type.
pub fn apt_install(packages: &[&str], why: &str) -> Outcome<()> {
    let typed = format!(
        "apt-get install --no-install-recommends {}",
        packages.join(" ")
    );
    if !is_debian_root() {
        return Err(Failure::new(format!("{why}; on Debian: `sudo {typed}`")));
    }
    say(&format!("{why}: {typed} (a minute or two)"));
    let lists_stale =
        format!("`apt-get update` failed; look at its output above, then type `{typed}`");
    run(
        Command::new("apt-get").args(["update", "-qq"]),
        &lists_stale,
    )?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "--yes", "-qq", "--no-install-recommends"])
        .args(packages);
    install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null());
    run(
        &mut install,
        &format!("`{typed}` failed; look at its output above"),
    )
}

/// Returns cargo as it was called, so that a chosen toolchain stays chosen.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Returns the command as one that lets others go first, where there is `nice`. To be called before the command is given anything.
pub fn gently(command: Command) -> Command {
    if on_path("nice").is_none() {
        return command;
    }
    let mut nice = Command::new("nice");
    nice.args(["-n", "10"]).arg(command.get_program());
    nice
}

/// Removes what cargo tells `cargo xtask` about itself and flags meant for it: both would mislead other builds.
pub fn forget_cargo(command: &mut Command) {
    forget(command, |name| {
        name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"].contains(&name)
    });
}

/// Removes the choice of a toolchain, where another one is to be used.
pub fn forget_toolchain(command: &mut Command) {
    forget(command, |name| {
        ["RUSTUP_TOOLCHAIN", "RUSTC", "CARGO"].contains(&name)
    });
}

fn forget(command: &mut Command, is_forgotten: impl Fn(&str) -> bool) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(&is_forgotten) {
            command.env_remove(name);
        }
    }
}
