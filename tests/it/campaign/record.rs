//! What came out of the campaign: as text to be read and compared, and the files that must not differ by a byte.

use std::fmt::Write;

use diaodu_plan::layout::hub;
use diaodu_tests::interop::Desk;
use reqwest::Method;
use serde_json::Value;

use super::stage::{OFFICE, shown};
use crate::{accounts::ask, house::House};

/// What is told of each week: as it stands, and as it stood at both snapshots.
pub const MOMENTS: [&str; 3] = ["now", "due", "final"];

/// Everything that can be asked for.
pub struct Record {
    pub text: String,
    /// The circular of each week: path and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The summaries of each week, as `MOMENTS` has them.
    pub summaries: Vec<[Value; 3]>,
    /// What each circular says.
    pub circulars: Vec<Value>,
}

impl Record {
    /// Asks for everything.
    pub async fn read(house: &House) -> Record {
        let office = house.desk(OFFICE).await;
        let mut record = Record {
            text: String::new(),
            files: Vec::new(),
            summaries: Vec::new(),
            circulars: Vec::new(),
        };
        for week in 1..=9 {
            record.week(&office, week).await;
        }
        record.periods(&office).await;
        record.plans(&office).await;
        record
    }

    async fn week(&mut self, office: &Desk, week: u8) {
        let base = format!("/api/weeks/{week}");
        let mut told = [Value::Null, Value::Null, Value::Null];
        for (told, moment) in told.iter_mut().zip(MOMENTS) {
            *told = get(office, &format!("{base}/summary?at={moment}")).await;
        }
        // The moment of asking.
        told[0]["at_ms"] = Value::Null;
        let [now, due, last] = &told;
        self.line(&format!(
            "# 第{week}周 截止 {} 计到 {} 定稿 {}",
            moment(&now["due_ms"]),
            moment(&now["cutoff_ms"]),
            moment(&now["frozen_ms"])
        ));
        self.line(&format!("现在 {}", counted(now)));
        self.text.push_str(&of_units(now));
        let documents = documents(office, week).await;
        for ((name, then), documents) in [("截止", due), ("定稿", last)].into_iter().zip(documents)
        {
            let down = match then["was_down"] == true {
                true => "，当时停机",
                false => "",
            };
            self.line(&format!(
                "{name}快照 {}{down}，{documents} 份文档",
                moment(&then["at_ms"])
            ));
            self.line(&format!("{name} {}", counted(then)));
            self.text.push_str(&differences(now, then));
        }
        self.line("通报");
        let view = get(office, &format!("{base}/circular")).await;
        self.paper(&view);
        let corrections = get(office, &format!("{base}/corrections")).await;
        for each in corrections.as_array().unwrap() {
            let told = [
                "row",
                "state",
                "reason",
                "asked_by",
                "lead_by",
                "office_by",
                "answer",
            ];
            let told = told.map(|key| each[key].as_str().unwrap_or("—"));
            self.line(&format!("更正 {} {}", told.join(" "), each["cells"]));
        }
        let path = format!("{base}/circular.docx");
        let file = office.get(&path).await.unwrap();
        assert_eq!(file.status(), 200, "{path}");
        let bytes = file.bytes().await.unwrap().to_vec();
        self.files.push((path, bytes));
        self.circulars.push(view);
        self.summaries.push(told);
    }

    async fn plans(&mut self, office: &Desk) {
        let told = get(office, "/api/action-plans").await;
        self.line(&format!("# 行动方案 {}", told["tally"]));
        for unit in told["units"].as_array().unwrap() {
            let word = |key: &str| unit[key].as_str().unwrap_or("—").to_owned();
            let line = format!(
                "  {} {} {} {}",
                word("unit"),
                word("duty"),
                word("state"),
                moment(&unit["filed_ms"])
            );
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn paper(&mut self, view: &Value) {
        for block in view["paper"].as_array().unwrap() {
            let kind = block["kind"].as_str().unwrap();
            let lines = block["lines"].as_array().unwrap().iter();
            let lines: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
            if kind != "table" {
                self.line(&format!("  {kind}: {}", lines.join("｜")));
                continue;
            }
            let headings = block["columns"].as_array().unwrap().iter();
            let headings: Vec<&str> = headings
                .map(|column| column["heading"].as_str().unwrap())
                .collect();
            self.line(&format!("  table: {}", headings.join("｜")));
            for row in block["rows"].as_array().unwrap() {
                let cells: Vec<&str> = row
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|cell| cell.as_str().unwrap())
                    .collect();
                self.line(&format!("    {}", cells.join("｜")));
            }
        }
        let issued = &view["issued"];
        self.line(&format!(
            "  {} {} {}，签收 {}，未签收 {} 个单位",
            issued["number"],
            moment(&issued["at_ms"]),
            issued["by"],
            issued["signed"]
                .as_array()
                .unwrap()
                .iter()
                .map(|each| format!("{} {}", each["unit"], moment(&each["at_ms"])))
                .collect::<Vec<_>>()
                .join("、"),
            issued["unsigned"].as_array().unwrap().len()
        ));
    }

    async fn periods(&mut self, office: &Desk) {
        self.line("# 各期间");
        let periods = get(office, "/api/periods").await;
        for period in periods.as_array().unwrap() {
            let week = period["week"].as_u64();
            self.line(&format!(
                "{} {} 至 {} 排查 {} 发现 {} 整改 {}",
                week.map_or("收尾".to_owned(), |week| format!("第{week}周")),
                moment(&period["from_ms"]),
                moment(&period["to_ms"]),
                period["checked"],
                period["found"],
                period["fixed"]
            ));
        }
        let mut sums = [0; 3];
        for period in periods.as_array().unwrap() {
            for (sum, key) in sums.iter_mut().zip(["checked", "found", "fixed"]) {
                *sum += period[key].as_i64().unwrap();
            }
        }
        let mut whole = [0; 3];
        for [now, ..] in &self.summaries {
            for (sum, key) in whole
                .iter_mut()
                .zip(["checked_week", "found_week", "fixed_week"])
            {
                *sum += now["work"][key].as_i64().unwrap();
            }
        }
        assert_eq!(sums, whole, "the periods sum to the whole");
    }
}

async fn get(desk: &Desk, path: &str) -> Value {
    let (status, body) = ask(desk, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

fn moment(millis: &Value) -> String {
    millis.as_i64().map_or("—".to_owned(), shown)
}

/// How many documents each of the two snapshots holds.
async fn documents(office: &Desk, week: u8) -> [usize; 2] {
    let url = office.document("hub", Some(week), None).await.unwrap().url;
    let mut client = office.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let snapshots = hub::snapshots(client.document(id).unwrap());
    [hub::Cut::Due, hub::Cut::Final].map(|cut| snapshots[&cut].heads.len())
}

fn counted(summary: &Value) -> String {
    let of = |duty: &str| {
        let count = |key: &str| summary[duty][key].as_u64().unwrap();
        format!(
            "按时{} 迟报{} 补报{} 未报{} 共{}（零报告{} 离线{} 有修改{}）",
            count("on_time"),
            count("late"),
            count("made_up"),
            count("missing"),
            count("total"),
            count("zero"),
            count("offline"),
            count("edited")
        )
    };
    format!(
        "应报 {}；协助 {}；{}",
        of("due"),
        of("assisting"),
        worked(&summary["work"])
    )
}

fn worked(work: &Value) -> String {
    let keys = [
        "checked_week",
        "found_week",
        "fixed_week",
        "checked_total",
        "found_total",
        "fixed_total",
        "not_started",
        "under_way",
        "done",
        "lagging",
        "problems",
    ];
    let numbers = keys.map(|key| work[key].to_string());
    format!(
        "本周 {}，累计 {}，状态 {}，问题 {}",
        numbers[..3].join("/"),
        numbers[3..6].join("/"),
        numbers[6..10].join("/"),
        numbers[10]
    )
}

/// State, marks and receipt of a row.
fn standing(row: &Value) -> String {
    let state = match row["state"].as_str().unwrap() {
        "on_time" => "按时",
        "late" => "迟报",
        "made_up" => "补报",
        "missing" => "未报",
        other => panic!("{other}"),
    };
    let marks = [
        ("zero", "零报告"),
        ("offline", "离线填写"),
        ("accepted", "认定按时"),
        ("edited", "报送后有修改"),
        ("withdrawn", "已撤回"),
    ];
    let mut told = vec![state.to_owned()];
    let set = marks.into_iter().filter(|(key, _)| row[*key] == true);
    told.extend(set.map(|(_, word)| word.to_owned()));
    if row["receipt_ms"].is_i64() {
        told.push(moment(&row["receipt_ms"]));
    }
    told.join(" ")
}

fn of_units(summary: &Value) -> String {
    let mut text = String::new();
    for unit in summary["units"].as_array().unwrap() {
        let mark = unit["mark"].as_str().unwrap_or("—");
        let complete = moment(&unit["complete_ms"]);
        let (name, work) = (unit["name"].as_str().unwrap(), worked(&unit["work"]));
        writeln!(text, "  {name} {mark} 报齐 {complete}；{work}").unwrap();
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for row in unit["rows"].as_array().unwrap() {
            let duty = match row["duty"] == "owed" {
                true => "",
                false => "协助 ",
            };
            let told = format!("{duty}{}", standing(row));
            let measure = row["row"].as_str().unwrap()[..3].to_owned();
            match groups.iter_mut().find(|(other, _)| *other == told) {
                Some((_, measures)) => measures.push(measure),
                None => groups.push((told, vec![measure])),
            }
        }
        for (told, measures) in groups {
            writeln!(text, "    {told}：{}", measures.join(" ")).unwrap();
        }
    }
    text
}

/// The rows that stood otherwise at another moment.
fn differences(now: &Value, then: &Value) -> String {
    let rows = |summary: &Value| {
        let units = summary["units"].as_array().unwrap().iter();
        units
            .flat_map(|unit| unit["rows"].as_array().unwrap().clone())
            .collect::<Vec<Value>>()
    };
    let (now, then) = (rows(now), rows(then));
    assert_eq!(now.len(), then.len());
    let mut text = String::new();
    for (now, then) in now.iter().zip(&then) {
        assert_eq!(now["row"], then["row"]);
        if standing(now) != standing(then) || now["duty"] != then["duty"] {
            let row = then["row"].as_str().unwrap();
            writeln!(text, "    {row} {}", standing(then)).unwrap();
        }
    }
    text
}
