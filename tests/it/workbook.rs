//! The week as xlsx, downloaded and read by other programs: every cell equals the document.

use std::{collections::BTreeMap, fs, io::Cursor, path::Path};

use automerge::ScalarValue;
use calamine::{Data, Range, Reader, Xlsx};
use diaodu_interchange::{sample::campaign, xlsx_out::printed};
use diaodu_plan::{campaign::WeekNumber, column::Column, row};
use diaodu_tests::process::Folder;
use serde_json::json;

use crate::{
    house::{House, STREET},
    sample::week_2,
    tools::{convert, openpyxl_cells, openpyxl_look},
};

/// Two rows of title, two of headings.
const HEAD_ROWS: usize = 4;

fn open(bytes: Vec<u8>) -> Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range_at(0).unwrap().unwrap()
}

fn text(data: Option<&Data>) -> String {
    match data {
        None | Some(Data::Empty) => String::new(),
        Some(Data::String(text)) => text.clone(),
        Some(Data::Float(number)) => number.to_string(),
        Some(Data::Int(number)) => number.to_string(),
        Some(other) => panic!("a cell is {other:?}"),
    }
}

fn shown(value: Option<&ScalarValue>) -> String {
    match value {
        None => String::new(),
        Some(ScalarValue::Str(text)) => text.to_string(),
        Some(ScalarValue::Int(number)) => number.to_string(),
        Some(other) => panic!("a document holds {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_workbook_equals_the_document_in_three_other_programs() {
    let house = House::open_with(true).await;
    let desk = house.desk(STREET).await;
    let answer = desk.get("/api/weeks/2.xlsx").await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        kind,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    );
    let bytes = answer.bytes().await.unwrap().to_vec();
    let folder = Folder::new("workbook");
    let file = folder.path().join("week-2.xlsx");
    fs::write(&file, &bytes).unwrap();

    let range = open(bytes);
    let documents = week_2(&desk, &mut desk.dial().await.unwrap()).await;
    let columns = printed();
    let stored = |column: &&Column| column.is_stored_in_sheet();
    let mut compared = 0;
    for (index, row) in row::rows(&campaign(), WeekNumber(2)).iter().enumerate() {
        for column in columns.iter().filter(stored) {
            let at = columns.iter().position(|other| other == column).unwrap();
            let found = text(range.get((HEAD_ROWS + index, at)));
            let key = (row.id.0.clone(), column.id().to_owned());
            // A total that nobody overrode is computed: checked where it is computed.
            if column.id().ends_with("_total") && !documents.contains_key(&key) {
                continue;
            }
            assert_eq!(found, shown(documents.get(&key)), "{key:?}");
            compared += usize::from(!found.is_empty());
        }
    }
    assert!(compared > 176 * 8, "only {compared} cells were filled");
    assert_eq!(range.height(), HEAD_ROWS + 288);

    check_openpyxl(&file, &range);
    check_libreoffice(&file, &range, folder.path());
}

/// openpyxl reads the same texts and numbers, and no formula.
fn check_openpyxl(file: &Path, range: &Range<Data>) {
    let mut others: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (row, column, value) in openpyxl_cells(file) {
        let value = match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        others.insert((row, column), value);
    }
    for (row, column, data) in range.used_cells() {
        let ours = text(Some(data));
        let theirs = others.get(&(row, column)).map_or("", String::as_str);
        assert_eq!(
            theirs.replace("\r\n", "\n"),
            ours,
            "row {row}, column {column}"
        );
    }
}

/// LibreOffice opens it without a word, prints it, and writes the same cells back.
fn check_libreoffice(file: &Path, range: &Range<Data>, folder: &Path) {
    let printed = convert(file, "pdf", folder);
    assert!(fs::read(printed).unwrap().starts_with(b"%PDF"));
    let again = folder.join("again");
    fs::create_dir_all(&again).unwrap();
    let written = open(fs::read(convert(file, "xlsx", &again)).unwrap());
    for (row, column, data) in range.used_cells() {
        assert_eq!(
            text(written.get((row, column))),
            text(Some(data)),
            "row {row}, column {column}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workbook_is_printed_as_the_paper_form_on_both_papers() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let folder = Folder::new("papers");
    let progress = printed()
        .iter()
        .position(|column| *column == Column::Progress)
        .unwrap();
    let cell = format!("{}5", char::from(b'A' + progress as u8));
    for (paper, size) in [("a3", 8), ("a4", 9)] {
        let address = format!("/api/weeks/2.xlsx?paper={paper}");
        let answer = desk.get(&address).await.unwrap();
        assert_eq!(answer.status(), 200);
        let file = folder.path().join(format!("{paper}.xlsx"));
        fs::write(&file, answer.bytes().await.unwrap()).unwrap();
        let look = openpyxl_look(&file, &cell);
        let unit = printed().iter().position(|c| *c == Column::Unit).unwrap();
        let frozen = format!("{}5", char::from(b'A' + unit as u8 + 1));
        let expected = json!(["landscape", size, [1, 0], "$3:$4", frozen, true]);
        assert_eq!(look, expected, "{paper}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_exports_what_was_just_acknowledged_and_formulas_stay_text() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let url = desk
        .document("sheet", Some(5), Some(STREET))
        .await
        .unwrap()
        .url;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let typed = [
        "=1+1",
        "+86",
        "-7",
        "@SUM(A1)",
        "第一行\n第二行",
        "  前后空格  ",
        "<b>&amp;</b>",
        "0123",
    ];
    let rows: Vec<String> = {
        let sheet = diaodu_plan::layout::sheet::read(client.document(id).unwrap());
        row::rows(&campaign(), WeekNumber(5))
            .iter()
            .filter(|row| sheet.rows.contains_key(&row.id))
            .map(|row| row.id.0.clone())
            .collect()
    };
    for (row, text) in rows.iter().zip(typed) {
        client.put(id, row, "progress", text).await.unwrap();
    }
    client.until_sent().await.unwrap();
    let range = open(
        desk.get("/api/weeks/5.xlsx")
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
            .to_vec(),
    );
    let at = printed()
        .iter()
        .position(|column| *column == Column::Progress)
        .unwrap();
    let all: Vec<String> = (HEAD_ROWS..range.height())
        .map(|row| text(range.get((row, at))))
        .collect();
    let filled: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    assert_eq!(filled, typed);
}
