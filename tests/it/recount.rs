//! All numbers counted again by a script in another language (`tests/recount.py`) from the csv of the week.

use std::{fs, process::Command};

use diaodu_tests::{
    interop::Desk,
    process::{Folder, project},
    stock::run,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{ask, command},
    house::{House, STREET},
};

const OFFICE: &str = "u-gongjianban";

/// What a group is counted by.
const REPORTED: [&str; 8] = [
    "on_time", "late", "made_up", "missing", "total", "zero", "offline", "edited",
];
const WORK: [&str; 6] = [
    "checked_week",
    "found_week",
    "fixed_week",
    "checked_total",
    "found_total",
    "fixed_total",
];

async fn get(desk: &Desk, path: &str) -> Value {
    let (status, body) = ask(desk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// Counts a week's csv again and compares it with the summary of the same moment: `now`, `due` or `final`.
pub async fn check(desk: &Desk, week: u8, at: &str, summary: &Value) -> Value {
    let recounted = recount(desk, week, at, summary).await;
    let same = |what: &str, found: &Value, expected: &Value| {
        for duty in ["due", "assisting"] {
            for key in REPORTED {
                assert_eq!(
                    found[duty][key], expected[duty][key],
                    "week {week} {at}: {what} {duty} {key}"
                );
            }
        }
        for key in WORK {
            assert_eq!(
                found["work"][key], expected["work"][key],
                "week {week} {at}: {what} {key}"
            );
        }
    };
    same("all", summary, &recounted["all"]);
    for (list, groups) in [
        ("units", "units"),
        ("streets", "units"),
        ("actions", "actions"),
    ] {
        let told = summary[list].as_array().unwrap();
        for group in told {
            let name = group["name"].as_str().unwrap();
            same(name, group, &recounted[groups][name]);
        }
        if list == groups {
            assert_eq!(told.len(), recounted[groups].as_object().unwrap().len());
        }
    }
    recounted
}

async fn recount(desk: &Desk, week: u8, at: &str, summary: &Value) -> Value {
    let answer = desk.get(&format!("/api/weeks/{week}.csv?at={at}")).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200, "week {week} {at}");
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.starts_with("\u{feff}".as_bytes()), "Excel needs it");
    let folder = Folder::new("recount");
    let path = folder.path().join("week.csv");
    fs::create_dir_all(folder.path()).unwrap();
    fs::write(&path, bytes).unwrap();
    let cutoff = summary["cutoff_ms"].as_i64().unwrap();
    let cutoff = jiff::Timestamp::from_millisecond(cutoff).unwrap();
    let cutoff = jiff::tz::offset(8).to_datetime(cutoff);
    let cutoff = cutoff.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let python = std::env::var("DIAODU_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
    let mut script = Command::new(python);
    script.arg(project().join("tests/recount.py")).arg(&path);
    let said = run(script.arg(cutoff), "apt-get install python3");
    serde_json::from_str(&said).unwrap()
}

/// The sentences and tables of the circular against what was counted from the rows of the frozen week.
pub fn check_circular(week: u8, circular: &Value, recounted: &Value) {
    let blocks = circular["paper"].as_array().unwrap();
    let lines = |block: &Value| {
        let lines = block["lines"].as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap()).collect::<String>()
    };
    let texts: Vec<String> = blocks.iter().map(lines).collect();
    let said = |text: String| {
        let is_said = texts.iter().any(|line| line.contains(&text));
        assert!(is_said, "week {week}: {text}\n{}", texts.join("\n"));
    };
    let (due, assisting) = (&recounted["all"]["due"], &recounted["all"]["assisting"]);
    let units = recounted["units"].as_object().unwrap();
    let count = |group: &Value, key: &str| group["due"][key].as_u64().unwrap();
    let owing = units.values().filter(|unit| count(unit, "total") > 0);
    said(format!(
        "本周应报送单位{}个、报表{}项",
        owing.clone().count(),
        due["total"]
    ));
    said(format!(
        "按时报送{}项，迟报{}项，未报{}项。",
        due["on_time"], due["late"], due["missing"]
    ));
    let reported = ["on_time", "late", "made_up"].map(|key| assisting[key].as_u64().unwrap());
    said(format!(
        "协助单位报表{}项，已报送{}项。",
        assisting["total"],
        reported.iter().sum::<u64>()
    ));
    if due["zero"] != 0 {
        said(format!("零报告{}项。", due["zero"]));
    }
    let punctual = owing
        .clone()
        .filter(|unit| count(unit, "on_time") == count(unit, "total"));
    let with = |key| owing.clone().filter(|unit| count(unit, key) > 0).count();
    for (words, count) in [
        ("全部按时报送的单位", punctual.count()),
        ("有迟报的单位", with("late")),
        ("有未报的单位", with("missing")),
    ] {
        if count > 0 {
            said(format!("{words}{count}个"));
        }
    }
    for (action, counted) in recounted["actions"].as_object().unwrap() {
        let [
            checked,
            found,
            fixed,
            checked_total,
            found_total,
            fixed_total,
        ] = WORK.map(|key| &counted["work"][key]);
        let of_action = texts.iter().find(|text| text.contains(action.as_str()));
        let of_action = of_action.unwrap_or_else(|| panic!("week {week}: {action} is not told of"));
        for part in [
            format!("本周排查{checked}处，发现问题{found}个，整改{fixed}个；"),
            format!("累计排查{checked_total}处，发现问题{found_total}个，整改{fixed_total}个"),
        ] {
            assert!(
                of_action.contains(&part),
                "week {week}: {part}\n{of_action}"
            );
        }
    }
    check_tables(week, blocks, recounted);
}

fn check_tables(week: u8, blocks: &[Value], recounted: &Value) {
    let tables = blocks.iter().filter(|block| block["kind"] == "table");
    let tables: Vec<Vec<Vec<String>>> = tables
        .map(|table| serde_json::from_value(table["rows"].clone()).unwrap())
        .collect();
    let reports = ["total", "on_time", "late", "missing"];
    let shown = |group: &Value| reports.map(|key| group["due"][key].to_string());
    let (last, of_units) = tables[0].split_last().unwrap();
    for row in of_units {
        let expected = shown(&recounted["units"][&row[1]]);
        assert_eq!(row[2..6], expected, "week {week}: {row:?}");
    }
    assert_eq!(last[2..6], shown(&recounted["all"]), "week {week}");
    let measures = recounted["measures"].as_object().unwrap();
    assert_eq!(tables[3].len(), measures.len() + 1);
    for row in &tables[3][..measures.len()] {
        let counted = &measures[&row[1]];
        let work = ["checked_week", "found_week", "fixed_week"];
        let work = work.map(|key| counted["work"][key].to_string());
        let expected: Vec<String> = shown(counted).into_iter().chain(work).collect();
        assert_eq!(row[3..10], expected, "week {week}: {row:?}");
    }
}

async fn check_now(desk: &Desk, at: &str) -> Value {
    let summary = get(desk, &format!("/api/weeks/2/summary?at={at}")).await;
    check(desk, 2, at, &summary).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_is_counted_again_from_its_csv_and_comes_to_the_domains_numbers() {
    let mut house = House::open_with(true).await;
    let desk = house.desk(OFFICE).await;
    check_now(&desk, "now").await;
    house.reopen_at("2021-04-17T09:00:00").await;
    let desk = house.desk(OFFICE).await;
    command(&desk, json!({ "command": "freeze-week", "week": 2 })).await;
    check_now(&desk, "due").await;
    let recounted = check_now(&desk, "final").await;
    let circular = get(&desk, "/api/weeks/2/circular").await;
    check_circular(2, &circular, &recounted);
    assert_eq!(recounted["rows"], 288);
    let counts = |duty: &str| {
        let keys = ["on_time", "late", "missing", "total"];
        keys.map(|key| recounted["all"][duty][key].as_u64().unwrap())
    };
    assert_eq!(counts("due"), [107, 11, 121, 239]);
    assert_eq!(counts("assisting"), [47, 1, 1, 49]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_csv_holds_what_its_reader_may_read_and_no_formula() {
    let house = House::open_with(true).await;
    let office = house.desk(OFFICE).await;
    let street = house.desk(STREET).await;
    let lines = async |desk: &Desk, path: &str| {
        let answer = desk.get(path).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        let rows = text.split("\r\n").filter(|line| line.starts_with("\"m"));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    let all = lines(&office, "/api/weeks/2.csv").await;
    assert_eq!(all.len(), 288);
    assert_eq!(lines(&street, "/api/weeks/2.csv").await, all);
    let hide = json!({ "command": "set-visibility", "visibility": "own" });
    command(&office, hide).await;
    let own = lines(&street, "/api/weeks/2.csv").await;
    let expected: Vec<String> = all
        .iter()
        .filter(|line| line.contains(&format!(".{STREET}\"")))
        .cloned()
        .collect();
    assert_eq!(own, expected, "with the numbers of the whole table");

    for (path, status) in [
        ("/api/weeks/77.csv", 404),
        ("/api/weeks/x.csv", 404),
        ("/api/weeks/2.txt", 404),
        ("/api/weeks/5.csv?at=due", 404),
        ("/api/weeks/2.csv?at=noon", 400),
    ] {
        assert_eq!(office.get(path).await.unwrap().status(), status, "{path}");
    }
    let stranger = reqwest::get(format!("{}/api/weeks/2.csv", house.url())).await;
    assert_eq!(stranger.unwrap().status(), 401);

    let url = street
        .document("sheet", Some(5), Some(STREET))
        .await
        .unwrap()
        .url;
    let mut client = street.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    client
        .put(id, "m01.s-hongying", "remark", "=1+1")
        .await
        .unwrap();
    client.until_sent().await.unwrap();
    let lines = lines(&street, "/api/weeks/5.csv").await;
    assert!(lines[0].ends_with(",\"'=1+1\""), "{}", lines[0]);
}
