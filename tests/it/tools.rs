//! Programs of others that the tests need. A missing one fails the test with the command that mends it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use diaodu_tests::stock::run;

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

/// Reads with openpyxl how a workbook is printed and shown: orientation, paper size, pages wide and high (0: as many
/// as it takes; a width that is not written is 1), repeated rows, frozen head, and
/// whether the cell at a place wraps.
pub fn openpyxl_look(workbook: &Path, cell: &str) -> serde_json::Value {
    let python = std::env::var("DIAODU_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
    let script = "import json, sys, openpyxl\n\
        sheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]\n\
        page = sheet.page_setup\n\
        fits = sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage\n\
        wide = [int(1 if page.fitToWidth is None else page.fitToWidth), int(page.fitToHeight)] if fits else None\n\
        print(json.dumps([page.orientation, int(page.paperSize), wide, sheet.print_title_rows, sheet.freeze_panes, bool(sheet[sys.argv[2]].alignment.wrap_text)]))";
    let mut command = Command::new(python);
    command.args(["-c", script]).arg(workbook).arg(cell);
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
