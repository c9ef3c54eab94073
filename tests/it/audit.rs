//! `GET /api/audit.csv`: sent piece by piece, and whole.

use diaodu_server::config::AUDIT_PIECE;
use reqwest::Method;
use serde_json::Value;

use crate::{
    accounts::ask,
    house::{House, STREET},
};

const OFFICE: &str = "u-gongjianban";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_exported_whole_oldest_first() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let sheet = desk.document("sheet", Some(2), Some(STREET)).await;
    let mut client = desk.dial().await.unwrap();
    let id = client.open(&sheet.unwrap().url).await.unwrap();
    for number in 0..2 * AUDIT_PIECE + 10 {
        let text = format!("第{number}次");
        let put = client.put(id, "m01.s-hongying", "remark", text.as_str());
        put.await.unwrap();
    }
    client.until_sent().await.unwrap();
    let office = house.desk(OFFICE).await;
    let export = async |query: &str| {
        let path = format!("/api/audit.csv{query}");
        let (status, csv) = ask(&office, Method::GET, &path, Value::Null).await;
        assert_eq!(status, 200, "{csv}");
        csv.as_str().unwrap().to_owned()
    };
    let numbers = |csv: &str| -> Vec<i64> {
        let lines = csv.lines().skip(1);
        let first = lines.filter_map(|line| line.split('"').nth(1));
        first.map(|number| number.parse().unwrap()).collect()
    };
    let whole = export("").await;
    assert!(whole.starts_with("\u{feff}number,time,kind"));
    let found = numbers(&whole);
    assert!(found.len() > 2 * AUDIT_PIECE as usize);
    let expected: Vec<i64> = (1..=found.len() as i64).collect();
    assert_eq!(found, expected);
    assert!(
        !whole.contains("\"export\""),
        "the export itself comes after it"
    );
    assert!(export("").await.contains("\"export\""));
    let part = export("?kind=change&before=50").await;
    assert!(numbers(&part).iter().all(|number| *number < 50));
    assert_eq!(numbers(&export("?kind=none").await), [] as [i64; 0]);
}
