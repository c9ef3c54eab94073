//! What the tests need of browsers, Node.js, Python and LibreOffice. Never skipped silently: missing is a failure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::programs::npm_install;
use crate::shell::{Failure, Outcome, answer, apt_install, at, is_debian_root, on_path, run, say};

/// Old browsers as npm carries them: the package, and the browser in it.
const OLD: [(&str, u32); 2] = [
    ("chrome-aws-lambda@2.1.1", 80),
    ("chrome-aws-lambda@8.0.2", 90),
];

/// Unpacks a browser: its program, and the libraries beside it.
const UNPACK: &str = "
const { brotliDecompressSync } = require('zlib');
const { readFileSync, writeFileSync } = require('fs');
const [from, to] = process.argv.slice(1);
writeFileSync(to + '/chromium', brotliDecompressSync(readFileSync(from + '/chromium.br')), { mode: 0o755 });
for (const name of ['aws', 'swiftshader']) {
  writeFileSync(to + '/' + name + '.tar', brotliDecompressSync(readFileSync(from + '/' + name + '.tar.br')));
}
";

/// What the tests are given.
pub struct Browsers {
    /// The current Chromium.
    pub chromium: PathBuf,
    /// Its engine without a window to hide: starts a page in a sixth of the time. Chromium itself, where there is none.
    pub headless: PathBuf,
    /// The folder with `chromium-80` and `chromium-90`.
    pub old: PathBuf,
    /// A Python that has openpyxl.
    pub python: PathBuf,
}

/// Gets what the tests need, where it can be had without asking; else says what to install.
pub fn browsers(setup: &Path) -> Outcome<Browsers> {
    let missing = missing_packages();
    if !missing.is_empty() {
        apt_install(
            &missing,
            "the tests need Chromium, Chinese fonts, Node.js, openpyxl, LibreOffice and poppler",
        )?;
    }
    let chromium = chromium().ok_or_else(|| {
        Failure::new(
            "Chromium is installed but not on the PATH; set DIAODU_CHROMIUM to its program",
        )
    })?;
    let headless = headless().or_else(get_headless);
    let headless = headless.unwrap_or_else(|| chromium.clone());
    let python = python().ok_or_else(|| {
        Failure::new("no Python with openpyxl was found; type `python3 -m pip install openpyxl`")
    })?;
    let old = setup.join("browsers");
    for (package, version) in OLD {
        unpack(&old, package, version)?;
    }
    Ok(Browsers {
        chromium,
        headless,
        old,
        python,
    })
}

fn missing_packages() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if chromium().is_none() {
        missing.push("chromium");
    }
    let fonts = answer(Command::new("fc-list").arg(":lang=zh-cn")).unwrap_or_default();
    if fonts.is_empty() {
        missing.extend(["fontconfig", "fonts-noto-cjk"]);
    }
    if on_path("node").is_none() || on_path("npm").is_none() {
        missing.extend(["nodejs", "npm"]);
    }
    if python().is_none() {
        missing.push("python3-openpyxl");
    }
    if on_path("soffice").is_none() && on_path("libreoffice").is_none() {
        missing.push("libreoffice-calc");
    }
    if on_path("lowriter").is_none() {
        missing.push("libreoffice-writer");
    }
    if on_path("pdftotext").is_none() || on_path("pdftoppm").is_none() {
        missing.push("poppler-utils");
    }
    missing
}

fn chromium() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("DIAODU_CHROMIUM") {
        return Some(chosen.into());
    }
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .into_iter()
    .find_map(on_path)
}

/// Beside a Chromium that was chosen, another program would be another version.
fn headless() -> Option<PathBuf> {
    match std::env::var_os("DIAODU_CHROMIUM") {
        Some(chosen) => Some(chosen.into()),
        None => ["chromium-headless-shell", "chrome-headless-shell"]
            .into_iter()
            .find_map(on_path),
    }
}

/// Without it the tests only take longer.
fn get_headless() -> Option<PathBuf> {
    if is_debian_root() {
        let why = "the tests take a third less time with Chromium's headless shell";
        if let Err(failure) = apt_install(&["chromium-headless-shell"], why) {
            say(&format!("going on with Chromium itself: {failure}"));
        }
    }
    headless()
}

fn python() -> Option<PathBuf> {
    let candidates = [on_path("python3"), Some(PathBuf::from("/usr/bin/python3"))];
    candidates
        .into_iter()
        .flatten()
        .find(|python| answer(Command::new(python).args(["-c", "import openpyxl"])).is_some())
}

fn unpack(browsers: &Path, package: &str, version: u32) -> Outcome<()> {
    let folder = browsers.join(format!("chromium-{version}"));
    let done = folder.join("unpacked");
    if done.exists() {
        return Ok(());
    }
    say(&format!(
        "fetching Chromium {version} from npm ({package}, 50 MB)"
    ));
    let npm = browsers.join(format!("npm-{version}"));
    // --legacy-peer-deps: its peer puppeteer-core is not wanted.
    npm_install(&npm, &[package, "--legacy-peer-deps"])?;
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    let packed = npm.join("node_modules/chrome-aws-lambda/bin");
    let broken = format!(
        "Chromium {version} could not be unpacked; remove {} and start again",
        folder.display()
    );
    run(
        Command::new("node")
            .args(["-e", UNPACK])
            .arg(&packed)
            .arg(&folder),
        &broken,
    )?;
    for archive in ["aws.tar", "swiftshader.tar"] {
        run(
            Command::new("tar")
                .arg("-xf")
                .arg(folder.join(archive))
                .arg("-C")
                .arg(&folder),
            &broken,
        )?;
        fs::remove_file(folder.join(archive)).map_err(at(&folder))?;
    }
    fs::remove_dir_all(&npm).map_err(at(&npm))?;
    fs::write(&done, package).map_err(at(&done))
}
