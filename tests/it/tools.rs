//! Programs of others that the tests need. A missing one fails the test with the command that mends it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use diaodu_tests::process::project;

/// Runs a program to its end; panics with what it said when it fails.
pub fn run(command: &mut Command, mend: &str) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{name} does not start ({error}); install it: {mend}"));
    assert!(
        output.status.success(),
        "{name} failed; if something is missing: {mend}\n{}",
        said(&output)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Puts the stock clients and their packages below `target/interop`; returns the program to run with node.
pub fn stock_clients() -> &'static Path {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY.get_or_init(|| {
        let (source, target) = (
            project().join("tests/interop/js"),
            project().join("target/interop"),
        );
        std::fs::create_dir_all(&target).unwrap();
        let mut changed = !target.join("node_modules/.package-lock.json").is_file();
        for name in ["package.json", "package-lock.json", "clients.js"] {
            let new = std::fs::read(source.join(name)).unwrap();
            let known = std::fs::read(target.join(name)).ok();
            changed |= name == "package-lock.json" && known.as_ref() != Some(&new);
            std::fs::write(target.join(name), new).unwrap();
        }
        if changed {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(&target);
            run(&mut npm, "apt-get install nodejs npm");
        }
        target.join("clients.js")
    })
}

/// Reads every cell of a workbook with openpyxl: sheet, row, column (from 0), and text or number.
pub fn openpyxl_cells(workbook: &Path) -> Vec<(usize, usize, serde_json::Value)> {
    let python = std::env::var("DIAODU_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
    let script = "import json, sys, openpyxl\n\
        sheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]\n\
        print(json.dumps([[c.row - 1, c.column - 1, c.value] for r in sheet.iter_rows() for c in r if c.value is not None]))";
    let mut command = Command::new(python);
    command.args(["-c", script]).arg(workbook);
    serde_json::from_str(&run(&mut command, "apt-get install python3-openpyxl")).unwrap()
}

/// Converts a file with LibreOffice; returns the new file.
pub fn convert(file: &Path, format: &str, folder: &Path) -> PathBuf {
    let profile = format!(
        "-env:UserInstallation=file://{}",
        folder.join("profile").display()
    );
    let mut soffice = Command::new("soffice");
    soffice
        .args([
            &profile,
            "--headless",
            "--norestore",
            "--convert-to",
            format,
            "--outdir",
        ])
        .arg(folder)
        .arg(file);
    let said = run(
        &mut soffice,
        "apt-get install --no-install-recommends libreoffice-calc",
    );
    let made = folder.join(file.with_extension(format).file_name().unwrap());
    assert!(made.is_file(), "soffice made no {format}: {said}");
    made
}
