//! `--sample`: the sample week comes out of the documents as it stands in the file.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ReadDoc, ScalarValue, Value};
use diaodu_interchange::sample::{SAMPLE_WEEK_JSON, campaign};
use diaodu_tests::interop::{Client, Desk, scalar};

use crate::house::House;

/// Columns of the file that people type, by key.
const TYPED: [&str; 14] = [
    "progress",
    "checked_week",
    "found_week",
    "fixed_week",
    "checked_total",
    "found_total",
    "fixed_total",
    "problem",
    "next_plan",
    "status",
    "leader",
    "owner",
    "reporter",
    "remark",
];

type Cells = BTreeMap<(String, String), ScalarValue>;

/// Reads the file without the help of the code that replays it.
fn expected() -> (Cells, BTreeMap<(String, String), String>) {
    let file: serde_json::Value = serde_json::from_str(SAMPLE_WEEK_JSON).unwrap();
    let campaign = campaign();
    let (mut cells, mut phones) = (BTreeMap::new(), BTreeMap::new());
    let rows = file["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 176);
    for row in rows {
        let name = row["unit"].as_str().unwrap();
        let unit = campaign
            .units
            .iter()
            .find(|unit| unit.name == name || unit.full_name == name)
            .unwrap();
        let id = format!("m{:02}.{}", row["measure_no"].as_u64().unwrap(), unit.id.0);
        for column in TYPED {
            let value = match &row[column] {
                serde_json::Value::String(text) if !text.is_empty() => {
                    text.replace("\r\n", "\n").into()
                }
                serde_json::Value::Number(number) => number.as_i64().unwrap().into(),
                _ => continue,
            };
            assert!(
                cells
                    .insert((id.clone(), column.to_owned()), value)
                    .is_none(),
                "{id} stands twice in the file"
            );
        }
        if let Some(at) = row["submitted_at"].as_str() {
            let millis = at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            let reported = [
                ("report", "报送".into()),
                ("report_saved_at", millis.into()),
            ];
            for (column, value) in reported {
                cells.insert((id.clone(), column.to_owned()), value);
            }
        }
        let (phone, reporter) = (
            row["phone"].as_str().unwrap(),
            row["reporter"].as_str().unwrap(),
        );
        if !phone.is_empty() {
            let entry = match reporter.trim() {
                "" => "unit/phone".to_owned(),
                name => format!("reporter:{name}/phone"),
            };
            phones.insert((unit.id.0.clone(), entry), phone.to_owned());
        }
    }
    (cells, phones)
}

/// Returns all cells of a sheet's rows.
fn cells_of(sheet: &Automerge) -> Cells {
    let mut cells = BTreeMap::new();
    let Some((_, rows)) = sheet.get(automerge::ROOT, "rows").unwrap() else {
        panic!("a sheet has rows")
    };
    for row in sheet.keys(&rows) {
        let Some((_, columns)) = sheet.get(&rows, row.as_str()).unwrap() else {
            continue;
        };
        for column in sheet.keys(&columns) {
            if let Some((Value::Scalar(value), _)) = sheet.get(&columns, column.as_str()).unwrap() {
                cells.insert((row.clone(), column), value.into_owned());
            }
        }
    }
    cells
}

/// Opens all sheets of week 2 and returns their cells.
pub async fn week_2(desk: &Desk, client: &mut Client) -> Cells {
    let mut cells = Cells::new();
    for entry in desk
        .documents()
        .await
        .unwrap()
        .iter()
        .filter(|e| e.kind == "sheet" && e.week == Some(2))
    {
        let id = client.open(&entry.url).await.unwrap();
        cells.extend(cells_of(client.document(id).unwrap()));
    }
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_week_reads_back_cell_by_cell() {
    let mut house = House::open_first(true).await;
    let (cells, phones) = expected();
    assert_eq!(house.sample_rows(), 176);
    let desk = house.desk("u-gongjianban").await;
    let mut client = desk.dial().await.unwrap();
    let found = week_2(&desk, &mut client).await;
    for (at, value) in &cells {
        assert_eq!(found.get(at), Some(value), "{at:?}");
    }
    let extra: Vec<_> = found.keys().filter(|at| !cells.contains_key(at)).collect();
    assert_eq!(
        extra,
        Vec::<&(String, String)>::new(),
        "cells that the file does not have"
    );
    assert!(
        found
            .values()
            .all(|value| value.as_str().is_none_or(|text| !text.contains('\r')))
    );
    check_phones(&desk, &mut client, &phones, &found).await;

    // The sample's late reports do not drag the clock along.
    house.reopen_after(1).await;
    let session = house.desk("u-gongjianban").await.get("/api/session").await;
    let session: serde_json::Value = session.unwrap().json().await.unwrap();
    let due = "2021-04-16T16:00:00+08:00".parse::<jiff::Timestamp>();
    assert!(session["now_ms"].as_i64().unwrap() < due.unwrap().as_millisecond());
    house.reopen_after(60).await;
    assert_eq!(house.sample_rows(), 0);
    let desk = house.desk("u-gongjianban").await;
    assert_eq!(
        week_2(&desk, &mut desk.dial().await.unwrap()).await,
        found,
        "a second start adds nothing"
    );
}

/// Telephones are in the cards, all of them, and nowhere else.
async fn check_phones(
    desk: &Desk,
    client: &mut Client,
    phones: &BTreeMap<(String, String), String>,
    sheets: &Cells,
) {
    let numbers: BTreeSet<&str> = phones.values().map(String::as_str).collect();
    assert!(numbers.len() > 20, "{} telephones", numbers.len());
    for ((unit, entry), phone) in phones {
        let url = desk.document("card", None, Some(unit)).await.unwrap().url;
        let id = client.open(&url).await.unwrap();
        let found = scalar(client.document(id).unwrap(), &["entries"], entry);
        assert_eq!(
            found
                .and_then(|value| value.as_str().map(str::to_owned))
                .as_ref(),
            Some(phone),
            "{unit} {entry}"
        );
    }
    for (at, value) in sheets {
        assert!(
            at.1 != "phone" && value.as_str().is_none_or(|text| !numbers.contains(text)),
            "{at:?} is a telephone"
        );
    }
}
