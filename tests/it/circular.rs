//! 通报: the numbers of the sample, counted again from the exported rows; what is typed, issued and signed for; and the same bytes
//! for ever.

use std::{collections::BTreeMap, fs, io::Cursor};

use calamine::{Data, Range, Reader, Xlsx};
use diaodu_tests::{interop::Desk, process::Folder, stock::run};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{ask, command},
    house::House,
    tools::convert,
};

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";
const SATURDAY: &str = "2021-04-17T09:00:00";

async fn get(desk: &Desk, path: &str) -> Value {
    let (status, body) = ask(desk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn refused(desk: &Desk, method: Method, path: &str, body: Value) -> String {
    let (status, answer) = ask(desk, method, path, body).await;
    assert_ne!(status, 200, "{path}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

async fn refused_command(desk: &Desk, body: Value) -> String {
    refused(desk, Method::POST, "/api/commands", body).await
}

async fn file(desk: &Desk, week: u8) -> Vec<u8> {
    let path = format!("/api/weeks/{week}/circular.docx");
    let answer = desk.get(&path).await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert!(kind.ends_with("wordprocessingml.document"), "{kind}");
    answer.bytes().await.unwrap().to_vec()
}

fn edit(week: u8, set: Value) -> Value {
    json!({ "command": "edit-circular", "week": week, "set": set })
}

fn freeze(week: u8) -> Value {
    json!({ "command": "freeze-week", "week": week })
}

/// The sample week, frozen on Saturday morning.
async fn frozen_sample() -> House {
    let mut house = House::open_with(true).await;
    house.reopen_at(SATURDAY).await;
    command(&house.desk(OFFICE).await, freeze(2)).await;
    house
}

fn texts(view: &Value) -> Vec<String> {
    let blocks = view["paper"].as_array().unwrap().iter();
    let text = |block: &Value| {
        let lines = block["lines"].as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap()).collect::<String>()
    };
    blocks.map(text).collect()
}

fn tables(view: &Value) -> Vec<Vec<Vec<String>>> {
    let blocks = view["paper"].as_array().unwrap().iter();
    let tables = blocks.filter(|block| block["kind"] == "table");
    tables
        .map(|table| serde_json::from_value(table["rows"].clone()).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_summary_has_the_documented_shape_and_the_domains_numbers() {
    let house = House::open_with(true).await;
    let summary = get(&house.desk(OFFICE).await, "/api/weeks/2/summary").await;
    let counts = |duty: &str| {
        let keys = ["on_time", "late", "missing", "total"];
        keys.map(|key| summary[duty][key].as_u64().unwrap())
    };
    assert_eq!(counts("due"), [107, 11, 121, 239]);
    assert_eq!(counts("assisting"), [47, 1, 1, 49]);
    let units = summary["units"].as_array().unwrap();
    let total: u64 = units
        .iter()
        .map(|unit| unit["due"]["total"].as_u64().unwrap())
        .sum();
    assert_eq!(total, 239);
    assert!(units.iter().all(|unit| unit["unit"].is_string()));
}

/// What the exported rows say: by 专项行动 and by 重点任务, for 应报 and for all.
#[derive(Default)]
struct Recount {
    owed: [usize; 4],
    assisting: [usize; 2],
    /// Title → this week's three counts.
    actions: Vec<(String, [u64; 3])>,
    /// Title → 应报, 按时, 迟报, 未报, and this week's three counts.
    measures: Vec<(String, [usize; 4], [u64; 3])>,
    /// 应报 rows of each unit: 应报, 按时, 迟报, 未报.
    units: BTreeMap<String, [usize; 4]>,
}

/// Counts again without a line of the code that counts: by the words on the sheet alone.
fn recount(range: &Range<Data>) -> Recount {
    let text = |row: u32, column: u32| match range.get_value((row, column)) {
        Some(Data::String(text)) => text.clone(),
        Some(Data::Float(number)) => number.to_string(),
        Some(Data::Int(number)) => number.to_string(),
        _ => String::new(),
    };
    // The second row of headings, and the first where there is no second: the columns by name.
    let width = range.width() as u32;
    let mut columns = BTreeMap::new();
    let mut over = String::new();
    for column in 0..width {
        let (upper, lower) = (text(2, column), text(3, column));
        if !upper.is_empty() {
            over = upper.clone();
        }
        let name = match lower.is_empty() {
            true => upper,
            false => format!("{over}{lower}"),
        };
        columns.insert(name, column);
    }
    let mut found = Recount::default();
    let number = |row: u32, name: &str| text(row, columns[name]).parse::<u64>().unwrap_or(0);
    for row in 4..range.height() as u32 {
        let said = |name: &str| text(row, columns[name]);
        let counts = ["本周排查数", "本周发现问题数", "本周整改数"].map(|name| number(row, name));
        let (action, measure) = (said("专项行动"), said("重点任务"));
        if !action.is_empty() {
            found.actions.push((action, [0; 3]));
        }
        if !measure.is_empty() {
            found.measures.push((measure, [0; 4], [0; 3]));
        }
        let add = |to: &mut [u64; 3]| to.iter_mut().zip(counts).for_each(|(to, n)| *to += n);
        add(&mut found.actions.last_mut().unwrap().1);
        let of_measure = found.measures.last_mut().unwrap();
        add(&mut of_measure.2);
        let (unit, received) = (said("责任单位"), said("报送时间"));
        // As the plan says who reports: leads and streets.
        let is_owed = said("角色").contains("牵头") || unit.ends_with("街道办事处");
        let state = match received.as_str() {
            "" => 3,
            at if at < "2021-04-16 16:00:00" => 1,
            _ => 2,
        };
        if is_owed {
            let of_unit = found.units.entry(unit).or_default();
            for counted in [&mut found.owed, &mut of_measure.1, of_unit] {
                counted[0] += 1;
                counted[state] += 1;
            }
        } else {
            found.assisting[0] += 1;
            found.assisting[1] += usize::from(state != 3);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_the_circular_is_counted_again_from_the_exported_rows() {
    let house = frozen_sample().await;
    let office = house.desk(OFFICE).await;
    let workbook = office.get("/api/weeks/2.xlsx").await.unwrap();
    let bytes = workbook.bytes().await.unwrap().to_vec();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let counted = recount(&book.worksheet_range_at(0).unwrap().unwrap());
    assert_eq!(counted.owed, [239, 107, 11, 121]);
    assert_eq!(counted.assisting, [49, 48]);

    let view = get(&office, "/api/weeks/2/circular").await;
    let texts = texts(&view);
    let said = |text: &str| assert!(texts.iter().any(|line| line.contains(text)), "{text}");
    let [total, on_time, late, missing] = counted.owed;
    said(&format!(
        "本周应报送单位{}个、报表{total}项，截至4月16日16时，按时报送{on_time}项，迟报{late}项，未报{missing}项。",
        counted.units.len()
    ));
    let [total, reported] = counted.assisting;
    said(&format!("协助单位报表{total}项，已报送{reported}项。"));
    let on_time = counted.units.values().filter(|unit| unit[0] == unit[1]);
    said(&format!("全部按时报送的单位{}个", on_time.count()));
    let late = counted.units.values().filter(|unit| unit[2] > 0);
    said(&format!("有迟报的单位{}个", late.count()));
    let missing = counted.units.values().filter(|unit| unit[3] > 0);
    said(&format!("有未报的单位{}个", missing.count()));
    assert_eq!(counted.actions.len(), 13);
    for (action, [checked, found, fixed]) in &counted.actions {
        said(&format!(
            "{action}。本周排查{checked}处，发现问题{found}个，整改{fixed}个；"
        ));
    }

    let tables = tables(&view);
    let numbers =
        |cells: &[String]| -> Vec<u64> { cells.iter().map(|cell| cell.parse().unwrap()).collect() };
    let of_units = &tables[0][..tables[0].len() - 1];
    assert_eq!(of_units.len(), counted.units.len());
    for row in of_units {
        let expected = counted.units[&row[1]].map(|count| count as u64);
        assert_eq!(numbers(&row[2..6]), expected, "{row:?}");
    }
    assert_eq!(
        numbers(&tables[0].last().unwrap()[2..6]),
        [239, 107, 11, 121]
    );
    let of_measures = &tables[3];
    assert_eq!(of_measures.len(), 23);
    for (row, (title, reports, counts)) in of_measures.iter().zip(&counted.measures) {
        assert_eq!(row[1], *title);
        let mut expected: Vec<u64> = reports.iter().map(|count| *count as u64).collect();
        expected.extend(counts);
        assert_eq!(numbers(&row[3..10]), expected, "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issued_circular_keeps_its_bytes_for_ever_and_the_next_tells_what_was_corrected() {
    let mut house = frozen_sample().await;
    let [office, street] = [house.desk(OFFICE).await, house.desk(STREET).await];
    let path = "/api/weeks/2/circular";
    assert_eq!(
        refused(&street, Method::GET, path, Value::Null).await,
        "no-circular"
    );
    let issue = json!({ "command": "issue-circular", "week": 2 });
    assert_eq!(
        refused_command(&office, issue.clone()).await,
        "circular-unnumbered"
    );
    // Two persons change different things: nothing of either is lost.
    let second = house.desk(OFFICE).await;
    command(
        &office,
        edit(
            2,
            json!({ "number": "平卫攻坚办〔2021〕9号", "date": "2021-04-17" }),
        ),
    )
    .await;
    command(&second, edit(2, json!({ "environment": "优良天数5天。" }))).await;
    for bad in [
        json!({ "date": "4月17日" }),
        json!({ "colour": "red" }),
        json!({ "number": "九".repeat(300) }),
    ] {
        assert_eq!(refused_command(&office, edit(2, bad)).await, "bad-circular");
    }
    assert_eq!(
        refused_command(&street, edit(2, json!({ "number": "1" }))).await,
        "not-office"
    );
    let view = get(&office, path).await;
    assert_eq!(view["draft"]["environment"], "优良天数5天。");
    assert_eq!(view["draft"]["number"], "平卫攻坚办〔2021〕9号");
    let lagging = view["mentions"].as_array().unwrap().iter();
    let lagging = lagging.filter(|mention| mention["kind"] == "lagging");
    let keys: Vec<&Value> = lagging.map(|mention| &mention["key"]).collect();
    assert!(!keys.is_empty());
    assert!(!texts(&view).iter().any(|text| text.contains("存在问题")));
    command(
        &office,
        json!({ "command": "edit-circular", "week": 2, "tick": keys }),
    )
    .await;
    let view = get(&office, path).await;
    assert!(
        texts(&view)
            .iter()
            .any(|text| text.contains("一是整改进度滞后。"))
    );

    // Same snapshot, same draft, same program: the same bytes, also after another start.
    let draft = file(&office, 2).await;
    assert!(draft == file(&second, 2).await);
    house.reopen_at("2021-04-17T12:00:00").await;
    let [office, street] = [house.desk(OFFICE).await, house.desk(STREET).await];
    assert!(draft == file(&office, 2).await, "not equal after a restart");
    command(&office, issue.clone()).await;
    assert_eq!(refused_command(&office, issue).await, "circular-issued");
    assert_eq!(
        refused_command(&office, edit(2, json!({ "environment": "改" }))).await,
        "circular-issued"
    );
    assert!(
        draft == file(&street, 2).await,
        "what was issued is another"
    );
    let issued = get(&street, path).await;
    assert_eq!(issued["paper"], view["paper"]);
    assert_eq!(issued["mentions"], json!([]));

    // A correction afterwards changes nothing of it; the next circular tells, once.
    let row = "m07.s-hongying";
    let asked = command(
        &street,
        json!({ "command": "ask-correction", "week": 2, "row": row, "reason": "统计时漏了一处",
            "cells": [{ "column": "found_week", "new": "77" }] }),
    )
    .await;
    command(
        &office,
        json!({ "command": "decide-correction", "id": asked["correction"], "agree": true, "answer": "" }),
    )
    .await;
    assert!(draft == file(&street, 2).await);
    house.reopen_at("2021-04-24T09:00:00").await;
    let office = house.desk(OFFICE).await;
    command(&office, freeze(3)).await;
    let told = "第2周鸿鹰街道办事处“继续推进城市清洁行动”：本周发现问题数由“";
    let third = get(&office, "/api/weeks/3/circular").await;
    let line = texts(&third).into_iter().find(|text| text.contains(told));
    let line = line.unwrap();
    assert!(
        line.contains("更正为“77”。更正原因：统计时漏了一处。已经区攻坚办同意。"),
        "{line}"
    );
    let same_number = json!({ "number": "平卫攻坚办〔2021〕9号", "date": "2021-04-24" });
    command(&office, edit(3, same_number)).await;
    let issue = json!({ "command": "issue-circular", "week": 3 });
    assert_eq!(
        refused_command(&office, issue.clone()).await,
        "circular-number-taken"
    );
    command(
        &office,
        edit(3, json!({ "number": "平卫攻坚办〔2021〕10号" })),
    )
    .await;
    command(&office, issue).await;
    house.reopen_at("2021-05-01T09:00:00").await;
    let office = house.desk(OFFICE).await;
    command(&office, freeze(4)).await;
    let fourth = get(&office, "/api/weeks/4/circular").await;
    assert!(!texts(&fourth).iter().any(|text| text.contains("更正说明")));
    assert!(draft == file(&house.desk(STREET).await, 2).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_unit_signs_once_and_the_office_sees_who_has_not() {
    let house = House::open_at(SATURDAY).await;
    let [office, street] = [house.desk(OFFICE).await, house.desk(STREET).await];
    let sign = json!({ "command": "sign-circular", "week": 2 });
    assert_eq!(
        refused(&office, Method::GET, "/api/weeks/2/circular", Value::Null).await,
        "circular-not-frozen"
    );
    assert_eq!(
        refused_command(&office, edit(2, json!({ "number": "9" }))).await,
        "circular-not-frozen"
    );
    command(&office, freeze(2)).await;
    assert_eq!(refused_command(&street, sign.clone()).await, "no-circular");
    assert_eq!(get(&street, "/api/circulars").await, json!([]));
    command(
        &office,
        edit(2, json!({ "number": "9号", "date": "2021-04-17" })),
    )
    .await;
    command(&office, json!({ "command": "issue-circular", "week": 2 })).await;
    let list = get(&street, "/api/circulars").await;
    assert_eq!(
        (&list[0]["week"], &list[0]["mine"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(
        list[0]["unsigned"],
        json!([]),
        "others' are the office's concern"
    );
    assert_eq!(refused_command(&office, sign.clone()).await, "not-yours");
    house.turn("2021-04-17T10:00:00");
    command(&street, sign.clone()).await;
    house.turn("2021-04-17T11:00:00");
    command(&street, sign).await;
    let list = get(&office, "/api/circulars").await;
    let at: jiff::Timestamp = "2021-04-17T10:00:00+08:00".parse().unwrap();
    let signed = json!([{ "unit": STREET, "name": "鸿鹰街道办事处", "account": STREET, "at_ms": at.as_millisecond() }]);
    assert_eq!(list[0]["signed"], signed);
    let unsigned = list[0]["unsigned"].as_array().unwrap();
    assert_eq!(unsigned.len(), 24, "{unsigned:?}");
    assert!(!unsigned.contains(&json!("鸿鹰街道办事处")));
    let other = get(&house.desk("s-pucheng").await, "/api/circulars").await;
    assert_eq!(other[0]["signed"], json!([]));
    let log = get(&office, "/api/audit?kind=command").await.to_string();
    for word in [
        "edit-circular date number",
        "issue-circular",
        "sign-circular",
    ] {
        assert!(log.contains(word), "{word} is not in {log}");
    }
}

/// Where text stands on the printed page: the standard's type area, its lines and characters, its page numbers.
#[tokio::test(flavor = "multi_thread")]
async fn libreoffice_prints_it_in_the_measure_of_the_standard() {
    let house = frozen_sample().await;
    let office = house.desk(OFFICE).await;
    let copies = "区委办公室，区人大常委会办公室，区政协办公室";
    let typed = json!({ "date": "2021-04-17", "copies": copies });
    command(&office, edit(2, typed)).await;
    let folder = Folder::new("circular");
    let docx = folder.path().join("circular.docx");
    fs::write(&docx, file(&office, 2).await).unwrap();
    let pdf = convert(&docx, "pdf", folder.path());
    let mut command = std::process::Command::new("pdftotext");
    command
        .args(["-bbox-layout", "-f", "2", "-l", "3"])
        .arg(&pdf)
        .arg("-");
    let told = run(&mut command, "apt-get install poppler-utils");
    assert!(told.contains("<page width=\"595.3"), "not A4: {told}");
    let mm = |line: &str, key: &str| -> f64 {
        let (_, after) = line.split_once(&format!("{key}=\"")).unwrap();
        let points: f64 = after.split('"').next().unwrap().parse().unwrap();
        points * 25.4 / 72.0
    };
    let pages: Vec<&str> = told.split("<page ").skip(1).collect();
    // 版记: alone on the last page, at the foot of the type area, and without a number.
    let mut command = std::process::Command::new("pdftotext");
    command.arg("-bbox-layout").arg(&pdf).arg("-");
    let whole = run(&mut command, "apt-get install poppler-utils");
    let last = whole.rsplit("<page ").next().unwrap_or_default();
    let words: Vec<&str> = last
        .lines()
        .filter(|line| line.contains("<word "))
        .collect();
    assert!(words[0].contains(">抄送：区委办公室"), "{words:?}");
    assert!(words.last().unwrap().contains("印发<"), "{words:?}");
    let top = mm(words[0], "yMin");
    let foot = words
        .iter()
        .map(|word| mm(word, "yMax"))
        .fold(0.0, f64::max);
    assert!(
        (243.0..249.0).contains(&top) && (258.0..262.0).contains(&foot),
        "the colophon stands from {top} to {foot}"
    );
    for (page, number, at_right) in [(pages[0], "2", false), (pages[1], "3", true)] {
        let words: Vec<&str> = page
            .lines()
            .filter(|line| line.contains("<word "))
            .collect();
        let (foot, body): (Vec<&str>, Vec<&str>) =
            words.into_iter().partition(|word| mm(word, "yMin") > 262.0);
        let left = body
            .iter()
            .map(|word| mm(word, "xMin"))
            .fold(f64::MAX, f64::min);
        // LibreOffice lets a point or comma hang over the edge, whatever the file says.
        let hangs = |word: &&&str| {
            ["、<", "，<", "。<", "；<", "：<"]
                .iter()
                .any(|end| word.contains(end))
        };
        let inside = body.iter().filter(|word| !hangs(word));
        let right = inside.map(|word| mm(word, "xMax")).fold(0.0, f64::max);
        assert!(
            (27.5..29.5).contains(&left),
            "the type area begins at {left}"
        );
        assert!(
            (180.0..185.5).contains(&right),
            "the type area ends at {right}"
        );
        let mut lines: Vec<i64> = body
            .iter()
            .map(|word| mm(word, "yMin").round() as i64)
            .collect();
        lines.sort_unstable();
        lines.dedup_by(|one, other| (*one - *other).abs() < 3);
        assert_eq!(lines.len(), 22, "{lines:?}");
        assert!(
            foot.iter().any(|word| word.contains(&format!(">{number}<"))
                || word.contains(&format!("—{number}—"))),
            "{foot:?}"
        );
        let middle = foot.iter().map(|word| mm(word, "xMin")).sum::<f64>() / foot.len() as f64;
        assert_eq!(
            middle > 105.0,
            at_right,
            "the page number stands at {middle}"
        );
    }
}
