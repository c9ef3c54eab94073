//! 附件 on a real server: who may attach, who may read, what is taken, what outlives a power cut.

use std::{fs, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use diaodu_plan::{
    attachment::{Attached, FileKind},
    campaign::WeekNumber,
    layout::sheet,
    limits::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_PER_ROW_MAX},
    row::RowId,
};
use diaodu_server::storage::{
    Attachment, Correction, CorrectionState, Storage, digest_of, sqlite::SqliteStorage,
};
use diaodu_sync::event::Millis;
use diaodu_tests::{
    interop::Desk,
    process::{PASSWORD, ServerProcess},
};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    accounts::{OFFICE, ask, command, newcomer},
    house::{House, STREET},
};

const OTHER: &str = "s-pucheng";
const ROW: &str = "m07.s-hongying";
const SECOND_ROW: &str = "m01.s-hongying";

/// A small file of a kind, told from others by its text.
fn file(kind: FileKind, text: &str) -> Vec<u8> {
    let beginning: &[u8] = match kind {
        FileKind::Pdf => b"%PDF-1.4\n",
        FileKind::Png => b"\x89PNG\r\n\x1a\n",
        FileKind::Jpeg => b"\xff\xd8\xff\xe0",
    };
    [beginning, text.as_bytes()].concat()
}

fn id(number: u8) -> String {
    format!("{number:032x}")
}

fn address(id: &str, week: u8, row: &str, name: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("week", &week.to_string())
        .append_pair("row", row)
        .append_pair("name", name)
        .finish();
    format!("/api/attachments/{id}?{query}")
}

/// Sends a file as a page of the server's own does.
async fn put_at(desk: &Desk, address: &str, bytes: Vec<u8>) -> (u16, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http
        .put(format!("{}{address}", desk.server))
        .header(header::COOKIE, &desk.cookie)
        .header(header::ORIGIN, &desk.server);
    let answer = request.body(bytes).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

async fn put(desk: &Desk, number: u8, row: &str, bytes: Vec<u8>) -> Value {
    let name = format!("扫描件 {number}.pdf");
    let (status, answer) = put_at(desk, &address(&id(number), 2, row, &name), bytes).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn refused(desk: &Desk, address: &str, bytes: Vec<u8>) -> String {
    let (status, answer) = put_at(desk, address, bytes).await;
    assert!(status >= 400, "{address}: {answer}");
    let sentence = answer["message"].as_str().unwrap_or_default();
    assert!(
        !sentence.is_empty() && !sentence.starts_with("http-"),
        "{answer}"
    );
    format!("{status} {}", answer["error"].as_str().unwrap())
}

async fn fetched(desk: &Desk, number: u8) -> (u16, Vec<u8>) {
    let answer = desk.get(&format!("/api/attachments/{}", id(number))).await;
    let answer = answer.unwrap();
    let status = answer.status().as_u16();
    (status, answer.bytes().await.unwrap().to_vec())
}

async fn listed(desk: &Desk) -> Vec<String> {
    let (status, list) = ask(desk, Method::GET, "/api/weeks/2/attachments", Value::Null).await;
    assert_eq!(status, 200, "{list}");
    let entries = list.as_array().unwrap().iter();
    let line = |entry: &Value| {
        format!(
            "{} {}",
            entry["row"].as_str().unwrap(),
            entry["name"].as_str().unwrap()
        )
    };
    entries.map(line).collect()
}

/// Waits until the sheet says that the row has these files.
async fn sheet_says(desk: &Desk, row: &str, expected: &[&str]) {
    let unit = RowId(row.to_owned()).unit().unwrap().0;
    let sheet = desk.document("sheet", Some(2), Some(&unit)).await.unwrap();
    let mut client = desk.dial().await.unwrap();
    let document = client.open(&sheet.url).await.unwrap();
    let row = RowId(row.to_owned());
    let says = |client: &diaodu_tests::interop::Client| {
        let stored = sheet::read_row(client.document(document)?, &row)?;
        let names: Vec<String> = stored.attached.into_iter().map(|file| file.name).collect();
        Some(names == expected)
    };
    client
        .until("the sheet to say what is attached", |client| {
            says(client) == Some(true)
        })
        .await
        .unwrap();
}

fn kept_files(house: &House) -> usize {
    fs::read_dir(house.data().join("attachments")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_to_a_row_is_read_by_others_and_goes_again() {
    let house = House::open().await;
    let (street, office) = (house.desk(STREET).await, house.desk(OFFICE).await);
    let scan = file(FileKind::Pdf, "盖章");
    let answer = put(&street, 1, ROW, scan.clone()).await;
    assert_eq!(answer["kind"], "pdf");
    assert_eq!(answer["name"], "扫描件 1.pdf");
    assert_eq!(answer["sha256"], digest_of(&scan));
    assert_eq!(answer["account"], STREET);
    assert_eq!(fetched(&office, 1).await, (200, scan.clone()));
    sheet_says(&office, ROW, &["扫描件 1.pdf"]).await;
    assert_eq!(listed(&office).await, ["m07.s-hongying 扫描件 1.pdf"]);

    // An answer was lost: the same again is the same, and equal bytes are kept once.
    assert_eq!(put(&street, 1, ROW, scan.clone()).await, answer);
    put(&street, 2, SECOND_ROW, scan.clone()).await;
    assert_eq!((listed(&street).await.len(), kept_files(&house)), (2, 1));
    let taken = address(&id(1), 2, ROW, "a.pdf");
    let other = refused(&street, &taken, file(FileKind::Pdf, "x"));
    assert_eq!(other.await, "409 attachment-taken");

    let remove = |number| json!({ "command": "remove-attachment", "id": id(number) });
    command(&street, remove(1)).await;
    sheet_says(&office, ROW, &[]).await;
    assert_eq!(fetched(&office, 1).await.0, 404);
    assert_eq!(fetched(&office, 2).await, (200, scan.clone()));
    let gone = address(&id(1), 2, ROW, "扫描件 1.pdf");
    let again = refused(&street, &gone, scan);
    assert_eq!(again.await, "409 attachment-removed");
    command(&street, remove(2)).await;
    assert_eq!((listed(&street).await.len(), kept_files(&house)), (0, 0));
    let (_, log) = ask(&office, Method::GET, "/api/audit?kind=command", Value::Null).await;
    let log = log.to_string();
    assert!(
        log.contains("attach 2 ") && log.contains("remove-attachment"),
        "{log}"
    );
    assert!(!log.contains("扫描件"), "names stay out of the log");
    let (_, log) = ask(&office, Method::GET, "/api/audit?kind=export", Value::Null).await;
    assert!(
        log.to_string().contains(&format!("attachment {}", id(2))),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_in_place_but_pictures_and_those_without_rights() {
    let house = House::open().await;
    let street = house.desk(STREET).await;
    put(&street, 1, ROW, file(FileKind::Pdf, "一")).await;
    put(&street, 2, ROW, file(FileKind::Png, "二")).await;
    put(&street, 3, ROW, file(FileKind::Jpeg, "三")).await;
    for (number, media, word) in [
        (1, "application/pdf", "attachment"),
        (2, "image/png", "inline"),
        (3, "image/jpeg", "inline"),
    ] {
        let answer = street
            .get(&format!("/api/attachments/{}", id(number)))
            .await;
        let answer = answer.unwrap();
        let text = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(text("content-type"), media);
        assert_eq!(text("x-content-type-options"), "nosniff");
        assert_eq!(text("cache-control"), "no-store");
        let policy = text("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("; sandbox"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let named = text("content-disposition");
        assert!(
            named.starts_with(&format!("{word}; filename=\"")),
            "{named}"
        );
        assert!(
            named.contains("filename*=UTF-8''%E6%89%AB%E6%8F%8F"),
            "{named}"
        );
    }
    // The page keeps its own policy.
    let page = street.get("/api/session").await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'self'"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_attached_is_refused_and_says_why() {
    let house = House::open().await;
    let street = house.desk(STREET).await;
    let png = || file(FileKind::Png, "照片");
    let at = |row: &str, name: &str| address(&id(9), 2, row, name);
    let own = at(ROW, "现场.png");
    let html = b"<html><script>alert(1)</script>".to_vec();
    assert_eq!(refused(&street, &own, html).await, "415 attachment-kind");
    assert_eq!(
        refused(&street, &own, Vec::new()).await,
        "400 attachment-empty"
    );
    let nameless = at(ROW, "../../");
    assert_eq!(
        refused(&street, &nameless, png()).await,
        "400 attachment-name"
    );
    let too_large = usize::try_from(ATTACHMENT_BYTES_MAX).unwrap() + 1;
    let mut large = png();
    large.resize(too_large, 0);
    assert_eq!(refused(&street, &own, large).await, "413 attachment-size");
    let mut largest = png();
    largest.resize(too_large - 1, 0);
    put(&street, 1, ROW, largest).await;

    let foreign = at("m07.s-pucheng", "a.png");
    assert_eq!(refused(&street, &foreign, png()).await, "403 not-yours");
    let office = house.desk(OFFICE).await;
    assert_eq!(refused(&office, &own, png()).await, "403 not-yours");
    for (address, word) in [
        (
            address(&id(9), 2, "m99.s-hongying", "a.png"),
            "404 no-such-row",
        ),
        (address(&id(9), 77, ROW, "a.png"), "404 no-such-week"),
        (
            address("..%2f..%2fetc", 2, ROW, "a.png"),
            "409 attachment-taken",
        ),
    ] {
        assert_eq!(refused(&street, &address, png()).await, word);
    }
    let viewer = newcomer(&house, "看表的", STREET, "viewer").await;
    assert_eq!(refused(&viewer, &own, png()).await, "403 not-yours");
    // Neither another site's page nor a token that only reads.
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}{own}", street.server);
    let foreign = http.put(&url).header(header::COOKIE, &street.cookie);
    let foreign = foreign
        .header(header::ORIGIN, "https://evil.example")
        .body(png());
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let wish = json!({ "scope": "read", "days": 1, "label": "只读" });
    let (_, token) = ask(&street, Method::POST, "/api/tokens", wish).await;
    let by_token = http.put(&url).bearer_auth(token["token"].as_str().unwrap());
    assert_eq!(by_token.body(png()).send().await.unwrap().status(), 403);
    let nobody = http
        .put(&url)
        .header(header::ORIGIN, &street.server)
        .body(png());
    assert_eq!(nobody.send().await.unwrap().status(), 401);

    for number in 1..=u8::try_from(ATTACHMENTS_PER_ROW_MAX).unwrap() {
        put(
            &street,
            100 + number,
            SECOND_ROW,
            file(FileKind::Png, &number.to_string()),
        )
        .await;
    }
    let full = at(SECOND_ROW, "a.png");
    assert_eq!(
        refused(&street, &full, png()).await,
        "409 attachments-row-full"
    );
    assert_eq!(listed(&street).await.len(), 1 + ATTACHMENTS_PER_ROW_MAX);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_week_keeps_its_files_and_takes_no_more() {
    let house = House::open().await;
    let (street, office) = (house.desk(STREET).await, house.desk(OFFICE).await);
    let scan = file(FileKind::Pdf, "定稿前");
    put(&street, 1, ROW, scan.clone()).await;
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    let place = address(&id(2), 2, ROW, "a.png");
    let late = refused(&street, &place, file(FileKind::Png, "晚"));
    assert_eq!(late.await, "409 week-frozen");
    let remove = json!({ "command": "remove-attachment", "id": id(1) });
    let (status, answer) = ask(&street, Method::POST, "/api/commands", remove).await;
    assert_eq!((status, &answer["error"]), (409, &json!("week-frozen")));
    assert_eq!(fetched(&office, 1).await, (200, scan));
    sheet_says(&office, ROW, &["扫描件 1.pdf"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_the_sheet_reads_none_of_its_files() {
    let house = House::open().await;
    let (street, office) = (house.desk(STREET).await, house.desk(OFFICE).await);
    let other = house.desk(OTHER).await;
    put(&street, 1, ROW, file(FileKind::Png, "看得见")).await;
    assert_eq!(fetched(&other, 1).await.0, 200);
    command(
        &office,
        json!({ "command": "set-visibility", "visibility": "own" }),
    )
    .await;
    assert_eq!(fetched(&other, 1).await.0, 404);
    assert_eq!(listed(&other).await, [] as [&str; 0]);
    let remove = json!({ "command": "remove-attachment", "id": id(1) });
    let (status, answer) = ask(&other, Method::POST, "/api/commands", remove).await;
    assert_eq!((status, &answer["error"]), (404, &json!("no-attachment")));
    assert_eq!(fetched(&street, 1).await.0, 200);
    assert_eq!(fetched(&office, 1).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_file_outlives_kill_9() {
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server.url(), STREET, PASSWORD)
        .await
        .unwrap();
    let photo = file(FileKind::Jpeg, &"现场".repeat(100_000));
    put(&street, 1, ROW, photo.clone()).await;
    server.kill();
    server.restart();
    let street = Desk::sign_in(&server.url(), STREET, PASSWORD)
        .await
        .unwrap();
    assert_eq!(fetched(&street, 1).await, (200, photo));
    sheet_says(&street, ROW, &["扫描件 1.pdf"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_kept_from_the_sheet_is_written_at_the_next_start() {
    let mut house = House::open_at("2021-04-16T15:00:00").await;
    let street = house.desk(STREET).await;
    put(&street, 1, ROW, file(FileKind::Png, "在表里")).await;
    house.close().await;
    // The server died after the list and before the sheet, once with a file that came and once with one that went.
    let storage = SqliteStorage::open(&house.data()).await.unwrap();
    let bytes = file(FileKind::Pdf, "还不在表里");
    let attachment = Attachment {
        week: WeekNumber(2),
        row: RowId(ROW.to_owned()),
        file: Attached {
            id: id(2),
            name: "没写进表.pdf".to_owned(),
            kind: FileKind::Pdf,
            bytes: bytes.len() as u64,
            digest: digest_of(&bytes),
            account: STREET.to_owned(),
            person: String::new(),
            at: "2021-04-16T15:01:00+08:00".parse().unwrap(),
        },
        offered: false,
        removed: None,
    };
    storage
        .put_attachment(attachment, bytes.clone())
        .await
        .unwrap();
    let removed = storage.remove_attachment(&id(1), STREET.to_owned(), Millis(5));
    removed.await.unwrap();
    fs::write(house.data().join("attachments/half.new"), b"half").unwrap();
    storage.close().await.unwrap();
    house.reopen_at("2021-04-16T15:05:00").await;
    let street = house.desk(STREET).await;
    sheet_says(&street, ROW, &["没写进表.pdf"]).await;
    assert_eq!(fetched(&street, 2).await, (200, bytes));
    assert_eq!(kept_files(&house), 1, "what no row has is swept");
}

/// Sends a file for a correction.
async fn offer(desk: &Desk, number: u8, row: &str, bytes: Vec<u8>) -> (u16, Value) {
    let name = format!("补交 {number}.pdf");
    let address = format!("{}&correction=true", address(&id(number), 2, row, &name));
    put_at(desk, &address, bytes).await
}

fn wish(row: &str, files: &[u8]) -> Value {
    let files: Vec<String> = files.iter().map(|number| id(*number)).collect();
    json!({ "command": "ask-correction", "week": 2, "row": row, "files": files, "reason": "漏了盖章件" })
}

fn decide(asked: &Value, agree: bool, answer: &str) -> Value {
    json!({ "command": "decide-correction", "id": asked["correction"], "agree": agree, "answer": answer })
}

async fn refused_command(desk: &Desk, body: Value) -> String {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body).await;
    assert_ne!(status, 200, "{answer}");
    answer["error"].as_str().unwrap().to_owned()
}

async fn requests(desk: &Desk) -> Vec<Value> {
    let path = "/api/weeks/2/corrections";
    let (_, list) = ask(desk, Method::GET, path, Value::Null).await;
    list.as_array().unwrap().clone()
}

const LEAD: &str = "u-shengtai";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_too_late_goes_with_a_correction_and_is_the_rows_once_both_agree() {
    let house = House::open_at("2021-04-16T17:00:00").await;
    let [street, lead, office, other] = [
        house.desk(STREET).await,
        house.desk(LEAD).await,
        house.desk(OFFICE).await,
        house.desk(OTHER).await,
    ];
    let scan = file(FileKind::Pdf, "补盖的章");
    let early = offer(&street, 1, SECOND_ROW, scan.clone()).await;
    assert_eq!(
        (early.0, &early.1["error"]),
        (409, &json!("week-not-frozen"))
    );
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    let plain = address(&id(1), 2, SECOND_ROW, "补交.pdf");
    assert_eq!(
        refused(&street, &plain, scan.clone()).await,
        "409 week-frozen"
    );
    let foreign = offer(&other, 1, SECOND_ROW, scan.clone()).await;
    assert_eq!((foreign.0, &foreign.1["error"]), (403, &json!("not-yours")));
    for _ in 0..2 {
        let (status, sent) = offer(&street, 1, SECOND_ROW, scan.clone()).await;
        assert_eq!((status, &sent["name"]), (200, &json!("补交 1.pdf")));
    }

    // Whoever reads the request reads the file; the row has none yet.
    for desk in [&street, &lead, &office] {
        assert_eq!(fetched(desk, 1).await, (200, scan.clone()));
    }
    assert_eq!(fetched(&other, 1).await.0, 404);
    assert_eq!(listed(&street).await, Vec::<String>::new());
    for (wrong, word) in [
        (wish(SECOND_ROW, &[9]), "no-attachment"),
        (wish(ROW, &[1]), "no-attachment"),
        (wish(SECOND_ROW, &[1, 1]), "attachment-taken"),
        (wish(SECOND_ROW, &[]), "bad-cell"),
    ] {
        assert_eq!(refused_command(&street, wrong).await, word);
    }
    let asked = command(&street, wish(SECOND_ROW, &[1])).await;
    let again = refused_command(&street, wish(SECOND_ROW, &[1])).await;
    assert_eq!(again, "attachment-taken");
    let shown = &requests(&lead).await[0];
    assert_eq!(shown["files"][0]["name"], "补交 1.pdf");
    assert_eq!(shown["cells"], json!([]));

    command(&lead, decide(&asked, true, "")).await;
    assert_eq!(fetched(&other, 1).await.0, 404);
    sheet_says(&office, SECOND_ROW, &[]).await;
    command(&office, decide(&asked, true, "")).await;
    sheet_says(&office, SECOND_ROW, &["补交 1.pdf"]).await;
    assert_eq!(fetched(&other, 1).await, (200, scan));
    assert_eq!(listed(&other).await, ["m01.s-hongying 补交 1.pdf"]);
    let path = "/api/weeks/2/summary";
    let (_, summary) = ask(&office, Method::GET, path, Value::Null).await;
    assert_eq!(summary["due"]["made_up"], 0, "a file alone is no report");
    let remove = json!({ "command": "remove-attachment", "id": id(1) });
    assert_eq!(refused_command(&street, remove).await, "week-frozen");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_refused_correction_go_and_those_that_wait_outlive_a_restart() {
    let mut house = House::open_at("2021-04-16T17:00:00").await;
    let [street, lead, office] = [
        house.desk(STREET).await,
        house.desk(LEAD).await,
        house.desk(OFFICE).await,
    ];
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    let sent = async |number: u8, row| {
        let bytes = file(FileKind::Pdf, &number.to_string());
        let (status, answer) = offer(&street, number, row, bytes).await;
        assert_eq!(status, 200, "{answer}");
    };
    sent(1, SECOND_ROW).await;
    let refused = command(&street, wish(SECOND_ROW, &[1])).await;
    assert_eq!(kept_files(&house), 1);
    command(&lead, decide(&refused, false, "看不清")).await;
    assert_eq!((fetched(&street, 1).await.0, kept_files(&house)), (404, 0));
    let shown = &requests(&street).await[0];
    assert_eq!(
        shown["files"][0]["name"], "补交 1.pdf",
        "what was refused is told"
    );

    // One with a request, one that nobody has asked for.
    sent(2, ROW).await;
    sent(3, ROW).await;
    let mut both = wish(ROW, &[2]);
    both["cells"] = json!([{ "column": "remark", "new": "见附件" }]);
    let asked = command(&street, both).await;
    house.reopen_at("2021-04-17T09:00:00").await;
    let [street, office] = [house.desk(STREET).await, house.desk(OFFICE).await];
    assert_eq!(fetched(&street, 3).await.0, 404);
    let kept = fetched(&office, 2).await;
    assert_eq!(kept, (200, file(FileKind::Pdf, "2")));
    sheet_says(&office, ROW, &[]).await;
    command(&office, decide(&asked, true, "")).await;
    sheet_says(&office, ROW, &["补交 2.pdf"]).await;

    // The office's word is on disk, and the server dies before the sheet has the file.
    sent_before_a_crash(&mut house).await;
    let office = house.desk(OFFICE).await;
    sheet_says(&office, SECOND_ROW, &["补交 4.pdf"]).await;
}

/// Writes into the database what stands there between the office's word and the sheet, and starts again.
async fn sent_before_a_crash(house: &mut House) {
    let street = house.desk(STREET).await;
    let bytes = file(FileKind::Pdf, "4");
    assert_eq!(offer(&street, 4, SECOND_ROW, bytes).await.0, 200);
    let asked = command(&street, wish(SECOND_ROW, &[4])).await;
    house.close().await;
    let storage = SqliteStorage::open(&house.data()).await.unwrap();
    let request = storage.correction(asked["correction"].as_str().unwrap());
    let agreed = Correction {
        state: CorrectionState::Agreed,
        office_by: OFFICE.to_owned(),
        ..request.await.unwrap().unwrap()
    };
    storage.put_correction(agreed).await.unwrap();
    storage.close().await.unwrap();
    house.reopen_at("2021-04-17T09:30:00").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workbook_names_files_where_there_are_any() {
    let house = House::open().await;
    let street = house.desk(STREET).await;
    let headings = async |desk: &Desk| {
        let answer = desk.get("/api/weeks/2.xlsx").await.unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes().await.unwrap())).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let text = |cell: &Data| cell.to_string();
        range
            .rows()
            .map(|row| row.iter().map(text).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let before = headings(&street).await;
    assert!(!before[2].contains(&"附件".to_owned()), "{:?}", before[2]);
    put(&street, 1, ROW, file(FileKind::Pdf, "一")).await;
    put(&street, 2, ROW, file(FileKind::Png, "二")).await;
    let after = headings(&street).await;
    let column = after[2].iter().position(|title| title == "附件").unwrap();
    let named: Vec<&str> = after[4..].iter().map(|row| row[column].as_str()).collect();
    assert_eq!(named.iter().filter(|names| !names.is_empty()).count(), 1);
    assert!(named.contains(&"扫描件 1.pdf\n扫描件 2.pdf"), "{named:?}");
}
