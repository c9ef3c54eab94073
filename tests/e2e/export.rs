//! The week as a workbook, fetched as a person does and read by another library.

use calamine::{Data, Reader, Xlsx, open_workbook};
use diaodu_tests::process::ServerProcess;

use crate::desk::*;

#[test]
fn the_downloaded_week_holds_what_is_on_screen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&desk.tab)[0].clone();
    write(&desk.tab, &place(&row, "progress"), "=1+1 不是公式");
    write(&desk.tab, &place(&row, "checked_week"), "52");
    wait_for_status(&desk.tab, "已同步");

    let file = desk.tab.download(|| desk.tab.click("a[download]"));
    assert!(
        file.extension().is_some_and(|ending| ending == "xlsx"),
        "{} is a workbook",
        file.display()
    );
    let mut workbook: Xlsx<_> = open_workbook(&file).unwrap();
    let (_, sheet) = workbook.worksheets().into_iter().next().unwrap();
    let texts: Vec<String> = sheet
        .used_cells()
        .map(|(_, _, value)| value.to_string())
        .collect();
    assert!(
        texts.iter().any(|text| text.contains("周调度表")),
        "it has its title"
    );
    assert!(
        texts.iter().any(|text| text == "=1+1 不是公式"),
        "text that looks like a formula stays text"
    );
    let written = sheet
        .rows()
        .find(|cells| {
            cells
                .iter()
                .any(|cell| cell == &Data::String("=1+1 不是公式".to_owned()))
        })
        .unwrap();
    assert!(
        written.iter().any(|cell| cell == &Data::Float(52.0)),
        "the number stands in the same row: {written:?}"
    );
}
