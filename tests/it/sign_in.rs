//! Who gets in, how, and for how long.

use diaodu_tests::{
    interop::{ClientError, Desk},
    process::{PASSWORD, ServerProcess},
};
use diaodu_wire::http::{ErrorBody, Session};
use jiff::Timestamp;
use reqwest::{Client, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::house::{House, STREET};

async fn post_session(house: &House, language: &str, body: impl Into<reqwest::Body>) -> Response {
    let request = Client::new().post(format!("{}/api/session", house.url()));
    request
        .header(header::ACCEPT_LANGUAGE, language)
        .body(body)
        .send()
        .await
        .unwrap()
}

fn pair(account: &str, password: &str) -> String {
    json!({ "account": account, "password": password }).to_string()
}

async fn problem(answer: Response) -> (u16, String, String) {
    let status = answer.status().as_u16();
    let body: ErrorBody = answer.json().await.unwrap();
    (status, body.error, body.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_opens_and_the_cookie_is_for_our_pages_alone() {
    let house = House::open().await;
    let answer = post_session(&house, "", pair(STREET, PASSWORD)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = answer.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    let parts: Vec<String> = cookie
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase())
        .collect();
    assert!(cookie.starts_with("diaodu_session="), "{cookie}");
    for flag in ["httponly", "samesite=strict", "path=/"] {
        assert!(
            parts.iter().any(|part| part == flag),
            "{flag} is missing: {cookie}"
        );
    }
    let session: Session = answer.json().await.unwrap();
    assert_eq!(
        (
            session.account.as_str(),
            session.unit.as_str(),
            session.demo
        ),
        (STREET, STREET, true)
    );
    assert_eq!(session.unit_name, "鸿鹰街道办事处");
    assert!(session.now_ms >= 1_618_558_200_000, "{}", session.now_ms);

    let desk = house.desk(STREET).await;
    let again: Session = desk
        .get("/api/session")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (again.account, again.campaign),
        (session.account, session.campaign)
    );
    let signed_out = Client::new()
        .delete(format!("{}/api/session", house.url()))
        .header(header::COOKIE, &desk.cookie);
    assert_eq!(
        signed_out.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        problem(desk.get("/api/session").await.unwrap()).await.1,
        "not-signed-in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_account_are_told_the_same() {
    let house = House::open().await;
    let wrong = problem(post_session(&house, "", pair(STREET, "wrong")).await).await;
    let unknown = problem(post_session(&house, "", pair("nobody", "wrong")).await).await;
    assert_eq!(wrong, unknown);
    assert_eq!((wrong.0, wrong.1.as_str()), (401, "wrong-password"));
    assert!(
        wrong.2.chars().any(|letter| letter > '\u{4e00}'),
        "Chinese first: {}",
        wrong.2
    );
    let english =
        problem(post_session(&house, "en-GB,en;q=0.9", pair(STREET, "wrong")).await).await;
    assert!(english.2.is_ascii(), "{}", english.2);
    for body in ["", "{", "[]", r#"{"account": 7}"#, r#"{"account": "x"}"#] {
        assert_eq!(
            problem(post_session(&house, "", body).await).await.1,
            "bad-request",
            "{body}"
        );
    }
    let endless = post_session(&house, "", "x".repeat(1 << 20)).await;
    assert!(endless.status().is_client_error(), "{}", endless.status());
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_for_one_account_alone() {
    let house = House::open().await;
    let mut statuses = Vec::new();
    for guess in 0..6 {
        let answer = post_session(&house, "", pair("s-tieshan", &guess.to_string())).await;
        statuses.push(answer.status().as_u16());
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers().contains_key(header::RETRY_AFTER));
        }
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429]);
    house.desk(STREET).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_health_answers_strangers() {
    let house = House::open().await;
    let client = Client::new();
    for (cookie, path) in [
        ("", "/api/session"),
        ("", "/api/documents"),
        ("", "/api/weeks/2.xlsx"),
        ("diaodu_session=", "/api/documents"),
        (
            "diaodu_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "/api/documents",
        ),
        (
            "diaodu_session=../../etc/passwd; diaodu_session=x",
            "/api/documents",
        ),
        ("other=1", "/api/documents"),
    ] {
        let answer = client
            .get(format!("{}{path}", house.url()))
            .header(header::COOKIE, cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(problem(answer).await.1, "not-signed-in", "{cookie} {path}");
    }
    let tokens = client
        .post(format!("{}/api/tokens", house.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(tokens.status(), StatusCode::UNAUTHORIZED);
    let health = client
        .get(format!("{}/health", house.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), StatusCode::OK);
    assert_eq!(health.json::<Value>().await.unwrap()["status"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_changes_nothing() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    for origin in ["http://evil.example", "null"] {
        let request = Client::new().post(format!("{}/api/tokens", house.url()));
        let answer = request
            .header(header::COOKIE, &desk.cookie)
            .header(header::ORIGIN, origin)
            .send()
            .await
            .unwrap();
        assert_eq!(problem(answer).await.1, "foreign-origin", "{origin}");
    }
    assert!(desk.token().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_do_not_exist_say_so() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    for (path, word) in [
        ("/api/nothing", "not-found"),
        ("/api/weeks/2.pdf", "not-found"),
        ("/api/weeks/0.xlsx", "no-week"),
        ("/api/weeks/10.xlsx", "no-week"),
        ("/api/weeks/-1.xlsx", "no-week"),
        ("/api/weeks/%E4%BA%8C.xlsx", "no-week"),
        ("/api/campaigns/x/weeks/1.xlsx", "not-found"),
    ] {
        let (status, found, message) = problem(desk.get(path).await.unwrap()).await;
        assert_eq!((status, found.as_str()), (404, word), "{path}");
        assert!(!message.is_empty() && !message.contains('{'), "{message}");
    }
    let put = Client::new()
        .put(format!("{}/api/session", house.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(problem(put).await.1, "wrong-method");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_sync_alone_and_for_ten_minutes() {
    let mut house = House::open().await;
    let desk = house.desk(STREET).await;
    let token = desk.token().await.unwrap();
    let as_cookie = Client::new().get(format!("{}/api/documents", house.url()));
    let as_cookie = as_cookie
        .header(header::COOKIE, format!("diaodu_session={token}"))
        .send()
        .await
        .unwrap();
    assert_eq!(as_cookie.status(), StatusCode::UNAUTHORIZED);
    let session = desk.cookie.split(';').next().unwrap();
    let secret = session.split_once('=').unwrap().1.to_owned();
    assert_eq!(knock(&house, &secret).await, 401, "a session is no token");

    assert_eq!(knock(&house, &token).await, 101);
    house.reopen_after(9).await;
    assert_eq!(knock(&house, &token).await, 101, "tokens outlive a restart");
    house.reopen_after(11).await;
    assert_eq!(knock(&house, &token).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_a_restart_and_ends_after_eight_days_without_use() {
    let mut house = House::open().await;
    let desk = house.desk(STREET).await;
    let status = async |house: &House| {
        let request = Client::new().get(format!("{}/api/session", house.url()));
        request
            .header(header::COOKIE, &desk.cookie)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    house.reopen_after(6 * 24 * 60).await;
    assert_eq!(status(&house).await, 200);
    house.reopen_after(14 * 24 * 60 - 1).await;
    assert_eq!(status(&house).await, 200, "it was used on the sixth day");
    house.reopen_after(22 * 24 * 60).await;
    assert_eq!(status(&house).await, 401);
}

/// Asks for `/sync` with a token; returns the status.
async fn knock(house: &House, token: &str) -> u16 {
    let address = format!(
        "{}/sync?token={token}",
        house.url().replacen("http", "ws", 1)
    );
    match tokio_tungstenite::connect_async(address).await {
        Ok(_) => 101,
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => answer.status().as_u16(),
        Err(error) => panic!("{}", ClientError::from(error)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_without_a_password_draws_one_and_prints_it() {
    // The password that is printed, and what the clock says to whoever signs in with it.
    let told = async |server: &ServerProcess| {
        let log = server.log();
        let printed = log.split("the password of each is ").nth(1).unwrap();
        let password = printed.split(')').next().unwrap().to_owned();
        let desk = Desk::sign_in(&server.url(), STREET, &password).await;
        let answer = desk.unwrap().get("/api/session").await.unwrap();
        let session: Session = answer.json().await.unwrap();
        (password, session.now_ms)
    };
    let options = ["--demo", "--lang", "en"];
    let server = ServerProcess::start_drawing_password(&options);
    let (password, now_ms) = told(&server).await;
    // 2021-04-16T15:30+08:00, and the minutes that have gone by.
    let since_start = now_ms - 1_618_558_200_000;
    assert!((0..600_000).contains(&since_start), "{since_start}");

    let options = [&options[..], &["--clock", "now"]].concat();
    let other = ServerProcess::start_drawing_password(&options);
    let (other_password, now_ms) = told(&other).await;
    assert_ne!(password, other_password);
    let here = Timestamp::now().as_millisecond();
    assert!((now_ms - here).abs() < 600_000, "{now_ms} {here}");
}
