//! What the door bounds and what it says with every answer.

use diaodu_server::config::{BODY_BYTES_MAX, Config, LINES_PER_PASS_MAX};
use diaodu_tests::{
    interop::{Client, ClientError, Desk, PATIENCE},
    process::{PASSWORD, ServerProcess},
    raw::{Answer, ask},
};
use diaodu_wire::http::ErrorBody;
use futures_util::SinkExt;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::house::{House, STREET};

const ROW: &str = "m07.s-hongying";

async fn narrow(lines: usize) -> House {
    House::open_as(|config| Config {
        lines_per_address: lines,
        ..config
    })
    .await
}

/// Asks for a line and returns the refusal.
async fn refusal(desk: &Desk, language: &str) -> (u16, ErrorBody) {
    let mut request = format!("{}/sync", desk.server.replacen("http", "ws", 1))
        .into_client_request()
        .unwrap();
    let headers = request.headers_mut();
    headers.insert("cookie", desk.cookie.parse().unwrap());
    headers.insert("origin", desk.server.parse().unwrap());
    headers.insert("accept-language", language.parse().unwrap());
    match tokio_tungstenite::connect_async(request).await {
        Err(Error::Http(answer)) => {
            let body = answer.body().clone().unwrap_or_default();
            (
                answer.status().as_u16(),
                serde_json::from_slice(&body).unwrap(),
            )
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("a line was opened"),
    }
}

/// Dials until there is a place again: the server hears of a closed line a moment later.
async fn dial_when_free(desk: &Desk) -> Client {
    let end = Instant::now() + PATIENCE;
    loop {
        match desk.dial().await {
            Ok(client) => return client,
            Err(ClientError::Socket(error)) if matches!(*error, Error::Http(_)) => {}
            Err(error) => panic!("{error}"),
        }
        assert!(Instant::now() < end, "a closed line keeps its place");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_so_many_lines_and_is_told() {
    let house = narrow(3).await;
    let (one, other) = (house.desk(STREET).await, house.desk("u-shengtai").await);
    let mut lines = Vec::new();
    for desk in [&one, &other, &one] {
        lines.push(desk.dial().await.unwrap());
    }
    let (status, body) = refusal(&other, "en").await;
    assert_eq!((status, body.error.as_str()), (429, "too-many-lines-here"));
    assert!(body.message.is_ascii(), "{}", body.message);
    let (_, body) = refusal(&other, "zh-CN").await;
    assert!(!body.message.is_ascii(), "{}", body.message);
    drop(lines.pop());
    dial_when_free(&other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_has_so_many_lines_and_others_are_not_held_up() {
    let house = House::open().await;
    let (one, other) = (house.desk(STREET).await, house.desk(STREET).await);
    let mut lines = Vec::new();
    for _ in 0..LINES_PER_PASS_MAX {
        lines.push(one.dial().await.unwrap());
    }
    let (status, body) = refusal(&one, "").await;
    assert_eq!((status, body.error.as_str()), (429, "too-many-lines"));
    // A page is not told, and asks.
    let cookie = ("cookie", one.cookie.as_str());
    let stream = TcpStream::connect(house.address()).await.unwrap();
    let answer = ask(stream, "GET /sync", &[("host", "localhost"), cookie], "").await;
    let answer = answer.unwrap();
    assert_eq!(
        (answer.status, answer.word().as_str()),
        (429, "too-many-lines")
    );
    other.dial().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_three_for_each_line_are_dropped_and_places_come_free() {
    let house = narrow(1).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(house.address()).await.unwrap());
    }
    let mut fourth = TcpStream::connect(house.address()).await.unwrap();
    let mut end = [0];
    let read = timeout(PATIENCE, fourth.read(&mut end)).await.unwrap();
    assert!(matches!(read, Ok(0) | Err(_)), "dropped without a word");
    drop(held);
    let end = Instant::now() + PATIENCE;
    loop {
        let stream = TcpStream::connect(house.address()).await.unwrap();
        if let Ok(answer) = ask(stream, "GET /health", &[("Host", "x")], "").await {
            assert_eq!(answer.status, 200);
            return;
        }
        assert!(Instant::now() < end, "closed connections keep their places");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_ends_is_given_up() {
    let house = House::open().await;
    let half = async |begun: &str| -> String {
        let mut slow = TcpStream::connect(house.address()).await.unwrap();
        slow.write_all(begun.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let ended = timeout(PATIENCE, slow.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "held its connection: {begun}");
        String::from_utf8_lossy(&rest).into_owned()
    };
    let (head, body) = tokio::join!(
        half("GET / HTTP/1.1\r\nHost: x\r\n"),
        half("POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"),
    );
    assert!(!head.contains(" 200 "), "{head}");
    assert!(
        body.contains(" 408 ") && body.contains("too-slow"),
        "{body}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_never_reads_is_dropped_and_holds_nobody_up() {
    let house = House::open().await;
    let (stuck, writer) = (house.desk("u-zhujian").await, house.desk(STREET).await);
    let sheet = writer.document("sheet", Some(2), Some(STREET)).await;
    let url = sheet.unwrap().url;
    let token = stuck.token().await.unwrap();
    let request = format!("ws://{}/sync?token={token}", house.address());
    let stream = TcpStream::connect(house.address()).await.unwrap();
    let (mut deaf, _) = client_async(request, stream).await.unwrap();
    // Everything that it asks for is answered, and no answer is taken.
    for _ in 0..2_000 {
        deaf.send(Message::Ping(vec![7; 100].into())).await.unwrap();
    }
    let is_online = async || {
        let online = writer.get("/api/online").await.unwrap();
        let online: serde_json::Value = online.json().await.unwrap();
        let lines = online.as_array().unwrap().iter();
        lines.filter(|line| line["account"] == "u-zhujian").count()
    };
    let mut client = writer.dial().await.unwrap();
    let id = client.open(&url).await.unwrap();
    let end = Instant::now() + PATIENCE;
    let mut count = 0;
    while is_online().await > 0 {
        count += 1;
        client.put(id, ROW, "checked_week", count).await.unwrap();
        client.until_sent().await.unwrap();
        assert!(Instant::now() < end, "the deaf peer keeps its line");
    }
    assert!(count > 0, "others wrote meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_what_makes_a_browser_keep_it_to_itself() {
    let server = ServerProcess::start();
    let host = server.address().to_string();
    let desk = Desk::sign_in(&server.url(), STREET, PASSWORD)
        .await
        .unwrap();
    let send = async |request: &str, headers: &[(&str, &str)], body: &str| -> Answer {
        let headers = [&[("Host", host.as_str())], headers].concat();
        let stream = TcpStream::connect(server.address()).await.unwrap();
        ask(stream, request, &headers, body).await.unwrap()
    };
    let (own, evil) = (
        ("Cookie", desk.cookie.as_str()),
        ("Origin", "http://evil.example"),
    );
    let wrong = json!({ "account": "x", "password": "x" }).to_string();
    let (huge, origin) = ("x".repeat(BODY_BYTES_MAX + 1), server.url());
    let line = [
        own,
        ("Origin", origin.as_str()),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ];
    let answers = [
        ("the health", send("GET /health", &[], "").await, 200),
        ("a session", send("GET /api/session", &[own], "").await, 200),
        (
            "a workbook",
            send("GET /api/weeks/2.xlsx", &[own], "").await,
            200,
        ),
        ("nobody", send("GET /api/session", &[], "").await, 401),
        ("wrong", send("POST /api/session", &[], &wrong).await, 401),
        (
            "foreign",
            send("POST /api/tokens", &[own, evil], "").await,
            403,
        ),
        ("no address", send("GET /api/nothing", &[], "").await, 404),
        ("no file", send("GET /nothing.js", &[], "").await, 0),
        ("a screen", send("GET /week/2", &[], "").await, 0),
        ("no CA", send("GET /ca.crt", &[], "").await, 404),
        ("method", send("PUT /api/session", &[], "").await, 405),
        ("another method", send("DELETE /x", &[], "").await, 405),
        ("huge", send("POST /api/session", &[], &huge).await, 413),
        ("no body", send("POST /api/session", &[], "{").await, 400),
        ("no line", send("GET /sync", &[own, line[1]], "").await, 426),
        ("strange", send("BREW /api/session", &[], "").await, 405),
    ];
    for (name, answer, status) in &answers {
        // Without a built page, files and screens are answered with 503.
        let expected = [*status, answer.status][usize::from(*status == 0)];
        assert_eq!(answer.status, expected, "{name}");
        check_headers(name, answer);
    }
}

fn check_headers(name: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval';",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{name}: {policy}");
    }
    assert!(!policy.contains("unsafe-inline"), "{name}: {policy}");
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", ""),
        ("server", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(header), value, "{name}: {header}");
    }
}
