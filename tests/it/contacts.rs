//! 联络信息表: who may write it, who sees digits, what the record keeps.

use diaodu_tests::interop::Desk;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{ask, command},
    house::House,
};

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";
const OTHER: &str = "s-pucheng";
/// Leads measures of the street.
const LEAD: &str = "u-shengtai";
const MOBILE: &str = "13800005678";

fn liaison(name: &str, mobile: &str) -> Value {
    json!({
        "command": "set-contact", "unit": STREET, "role": "liaison_a", "name": name, "position": "科员",
        "office_phone": "0375-2345678", "mobile": mobile, "email": "feng@example.cn", "measures": [1, 7], "from": "2021-04-06",
    })
}

async fn contacts(desk: &Desk) -> Value {
    let (status, view) = ask(desk, Method::GET, "/api/contacts", Value::Null).await;
    assert_eq!(status, 200, "{view}");
    view
}

fn of<'a>(view: &'a Value, unit: &str) -> &'a Value {
    let units = view["units"].as_array().unwrap();
    units.iter().find(|each| each["unit"] == unit).unwrap()
}

async fn refused(desk: &Desk, body: Value) -> String {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body).await;
    assert_ne!(status, 200, "{answer}");
    answer["error"].as_str().unwrap().to_owned()
}

async fn csv(desk: &Desk) -> String {
    let answer = desk.get("/api/contacts.csv").await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn digits_reach_the_office_and_the_unit_itself_and_nobody_else() {
    let house = House::open().await;
    let street = house.desk(STREET).await;
    let view = contacts(&street).await;
    assert_eq!(of(&view, STREET)["missing"], true);
    assert_eq!(view["units"].as_array().unwrap().len(), 26);
    command(&street, liaison("冯演示", MOBILE)).await;

    for account in [STREET, OFFICE] {
        let desk = house.desk(account).await;
        let view = contacts(&desk).await;
        let line = &of(&view, STREET)["lines"][0];
        assert_eq!(line["mobile"], MOBILE);
        assert_eq!(line["in_force"], true);
        assert_eq!(of(&view, STREET)["missing"], false);
        assert!(csv(&desk).await.contains(MOBILE));
    }
    // Leads ring by the telephone column of the table; this one is not theirs either.
    for account in [OTHER, LEAD] {
        let desk = house.desk(account).await;
        let view = contacts(&desk).await;
        let unit = of(&view, STREET);
        assert_eq!(unit["masked"], true);
        assert_eq!(unit["lines"][0]["name"], "冯演示");
        assert_eq!(unit["lines"][0]["mobile"], "138****5678");
        assert_eq!(unit["lines"][0]["office_phone"], "037*-***5678");
        assert_eq!(unit["lines"][0]["email"], "f***@example.cn");
        let csv = csv(&desk).await;
        assert!(csv.contains("\"138****5678\""), "{csv}");
        for text in [view.to_string(), csv] {
            assert!(!text.contains(MOBILE) && !text.contains("2345678") && !text.contains("feng@"));
        }
    }
    // What was done stands in the audit log without a digit of it.
    let office = house.desk(OFFICE).await;
    let (_, log) = ask(&office, Method::GET, "/api/audit", Value::Null).await;
    let log = log.to_string();
    assert!(log.contains("set-contact liaison_a new"), "{log}");
    assert!(!log.contains(MOBILE) && !log.contains("冯演示"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_writes_its_own_lines_and_the_office_all() {
    let house = House::open().await;
    let (street, office) = (house.desk(STREET).await, house.desk(OFFICE).await);
    let mut foreign = liaison("甲", MOBILE);
    foreign["unit"] = json!(OTHER);
    assert_eq!(refused(&street, foreign.clone()).await, "not-yours");
    command(&office, foreign).await;
    let view = contacts(&office).await;
    let id = of(&view, OTHER)["lines"][0]["id"].clone();
    let remove = json!({ "command": "remove-contact", "id": id });
    assert_eq!(refused(&street, remove.clone()).await, "not-yours");
    command(&house.desk(OTHER).await, remove.clone()).await;
    assert_eq!(refused(&office, remove).await, "no-contact");

    for (field, value, word) in [
        ("name", json!(" "), "contact-name"),
        ("mobile", json!("一三八"), "contact-phone"),
        ("email", json!("a@b\r\nBcc: c@d"), "contact-email"),
        ("measures", json!([99]), "contact-measures"),
        ("until", json!("2021-04-01"), "contact-dates"),
        ("from", json!("四月"), "contact-dates"),
        ("unit", json!("s-huangtai"), "no-unit"),
        ("role", json!("boss"), "bad-request"),
    ] {
        let mut bad = liaison("乙", MOBILE);
        bad[field] = value;
        assert_eq!(refused(&street, bad).await, word);
    }
    assert_eq!(of(&contacts(&street).await, STREET)["missing"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_over_does_so_from_a_day_on_and_the_record_keeps_what_was() {
    let mut house = House::open_at("2021-04-16T10:00:00").await;
    let street = house.desk(STREET).await;
    command(&street, liaison("冯演示", MOBILE)).await;
    let first = of(&contacts(&street).await, STREET)["lines"][0].clone();
    // The next one begins on the 20th, so this one ends on the 19th.
    let mut ended = liaison("冯演示", MOBILE);
    ended["id"] = first["id"].clone();
    ended["until"] = json!("2021-04-19");
    let mut next = liaison("陈演示", "13900001111");
    next["from"] = json!("2021-04-20");
    command(&street, next).await;
    command(&street, ended.clone()).await;
    // Said once more it changes nothing.
    command(&street, ended).await;
    let names = |view: &Value| {
        let lines = of(view, STREET)["lines"].as_array().unwrap().iter();
        let lines = lines.filter(|line| line["in_force"] == true);
        lines
            .map(|line| line["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    house.turn("2021-04-19T23:59:59");
    assert_eq!(names(&contacts(&street).await), ["冯演示"]);
    house.turn("2021-04-20T00:00:00");
    assert_eq!(names(&contacts(&street).await), ["陈演示"]);

    house.reopen_at("2021-04-20T09:00:00").await;
    let view = contacts(&house.desk(STREET).await).await;
    let record: Vec<String> = of(&view, STREET)["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let fields = change["fields"].as_array().unwrap().iter();
            let fields = fields
                .map(|field| format!(" {} {}→{}", field["field"], field["old"], field["new"]));
            format!(
                "{} {} {}{}",
                change["kind"].as_str().unwrap(),
                change["name"].as_str().unwrap(),
                change["account"].as_str().unwrap(),
                fields.collect::<String>()
            )
        })
        .collect();
    assert_eq!(
        record,
        [
            "changed 冯演示 s-hongying \"until\" \"\"→\"2021-04-19\"",
            "added 陈演示 s-hongying",
            "added 冯演示 s-hongying",
        ]
    );
}
