//! Guessing is slowed down, and whoever is guessed still comes in.

use diaodu_server::{config::Config, http::sender::Proxies};
use diaodu_tests::{
    process::PASSWORD,
    raw::{Answer, ask},
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::{
    accounts::{self, OFFICE},
    house::{House, STREET},
};

/// A server behind a proxy, so that a test can come from any address.
async fn behind_a_proxy() -> House {
    House::open_as(|config| Config {
        proxies: Proxies::read("127.0.0.1").unwrap(),
        ..config
    })
    .await
}

async fn sign_in(house: &House, account: &str, password: &str, from: &str, cookie: &str) -> Answer {
    let body = json!({ "account": account, "password": password }).to_string();
    let headers = [
        ("Host", "diaodu.example"),
        ("X-Forwarded-For", from),
        ("Cookie", cookie),
    ];
    let stream = TcpStream::connect(house.address()).await.unwrap();
    ask(stream, "POST /api/session", &headers, &body)
        .await
        .unwrap()
}

/// Returns the cookies of an answer as a browser sends them.
fn cookies(answer: &Answer) -> String {
    let all = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let pairs: Vec<_> = all
        .filter_map(|(_, value)| value.split(';').next())
        .collect();
    pairs.join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_has_signed_in_before_comes_in_while_its_neighbour_guesses() {
    let house = House::open().await;
    let here = "";
    let known = cookies(&sign_in(&house, STREET, PASSWORD, here, "").await);
    assert!(known.contains("diaodu_browser="), "{known}");
    let proof = known
        .split("; ")
        .find(|pair| pair.starts_with("diaodu_browser"));
    let proof = proof.unwrap();
    for _ in 0..5 {
        assert_eq!(sign_in(&house, STREET, "wrong", here, "").await.status, 401);
    }
    let stranger = sign_in(&house, STREET, PASSWORD, here, "").await;
    assert_eq!(stranger.word(), "too-many-tries");
    assert!(!stranger.header("retry-after").is_empty());
    let own = sign_in(&house, STREET, PASSWORD, here, proof).await;
    assert_eq!(own.status, 200, "the session's cookie is not needed for it");
    let another = sign_in(&house, "u-shengtai", PASSWORD, here, proof).await;
    assert_eq!(another.status, 200, "the neighbours are not held up at all");
    for _ in 0..5 {
        sign_in(&house, STREET, "wrong", here, &cookies(&own)).await;
    }
    let stolen = sign_in(&house, STREET, PASSWORD, here, &cookies(&own)).await;
    assert_eq!(
        stolen.word(),
        "too-many-tries",
        "a proof is no licence to guess"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_tells_who_was_made_to_wait_and_is_not_filled_by_it() {
    let house = House::open().await;
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(sign_in(&house, STREET, "wrong", "", "").await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 20);
    let office = house.desk(OFFICE).await;
    let path = format!("/api/audit?account={STREET}&kind=sign-in-failure");
    let (_, entries) = accounts::ask(&office, Method::GET, &path, Value::Null).await;
    let details: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|entry| entry["detail"].as_str().unwrap())
        .collect();
    let [wrong @ .., waits] = details.as_slice() else {
        panic!("{details:?}")
    };
    assert_eq!(
        (wrong, *waits),
        (&["wrong-password"; 5][..], "too-many-tries")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_guessed_from_many_addresses_opens_from_its_own() {
    let house = behind_a_proxy().await;
    let own = sign_in(&house, STREET, PASSWORD, "10.3.0.1", "").await;
    assert_eq!(own.status, 200);
    let mut statuses = Vec::new();
    for number in 0..22 {
        let from = format!("10.4.0.{number}");
        statuses.push(sign_in(&house, STREET, "wrong", &from, "").await.status);
    }
    assert_eq!(statuses[..20], [401; 20]);
    assert_eq!(statuses[20..], [429; 2]);
    let elsewhere = sign_in(&house, STREET, PASSWORD, "10.5.0.1", "").await;
    assert_eq!(elsewhere.word(), "too-many-tries");
    let own = sign_in(&house, STREET, PASSWORD, "10.3.0.1", "").await;
    assert_eq!(own.status, 200, "the person's own place");
    let similar = sign_in(&house, STREET, PASSWORD, "10.3.0.11", "").await;
    assert_eq!(similar.status, 429, "an address that only begins like it");
    let other = sign_in(&house, "u-shengtai", PASSWORD, "10.5.0.1", "").await;
    assert_eq!(other.status, 200, "other accounts");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_accounts_tried_from_one_address_slow_that_address_alone() {
    let house = behind_a_proxy().await;
    let mut told = 0;
    for number in 0..62 {
        let account = format!("account-{number}");
        let answer = sign_in(&house, &account, "同心协力", "10.6.0.1", "").await;
        told += u32::from(answer.status == 401);
    }
    // One more is forgiven every ten seconds that a busy machine takes.
    assert!((60..62).contains(&told), "{told}");
    let again = sign_in(&house, STREET, "wrong", "10.6.0.1", "").await;
    assert_eq!(again.word(), "too-many-tries");
    assert_eq!(
        sign_in(&house, STREET, PASSWORD, "10.6.0.2", "")
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_all_at_once_gains_nothing() {
    let house = House::open().await;
    let guesses = (0..24).map(|number| {
        let wrong = format!("wrong-{number}");
        let house = &house;
        async move { sign_in(house, STREET, &wrong, "", "").await.status }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    let told = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(told, 5, "{statuses:?}");
    let many = (0..12).map(|_| sign_in(&house, "u-shengtai", PASSWORD, "", ""));
    let many = futures_util::future::join_all(many).await;
    assert!(
        many.iter().all(|answer| answer.status == 200),
        "right ones all come in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarding_headers_are_believed_from_a_trusted_proxy_alone() {
    let label = async |house: &House, forwarded: &str| -> String {
        let answer = sign_in(house, STREET, PASSWORD, forwarded, "").await;
        let cookie = cookies(&answer);
        let stream = TcpStream::connect(house.address()).await.unwrap();
        let headers = [("Host", "x"), ("Cookie", cookie.as_str())];
        let passes = ask(stream, "GET /api/passes", &headers, "").await.unwrap();
        let passes: Value = serde_json::from_str(&passes.body).unwrap();
        let own = passes
            .as_array()
            .unwrap()
            .iter()
            .find(|pass| pass["own"] == true);
        own.unwrap()["label"].as_str().unwrap().to_owned()
    };
    let house = House::open().await;
    assert_eq!(label(&house, "10.9.9.9").await, "127.0.0.1");
    let house = behind_a_proxy().await;
    assert_eq!(label(&house, "10.9.9.9").await, "10.9.9.9");
    assert_eq!(
        label(&house, "1.2.3.4, 10.9.9.9, 127.0.0.1").await,
        "10.9.9.9"
    );
    assert_eq!(label(&house, "junk").await, "127.0.0.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxys_word_makes_cookies_secure_and_origins_https() {
    for (house, is_believed) in [(House::open().await, false), (behind_a_proxy().await, true)] {
        let send = async |origin: &str, proto: &str| {
            let body = json!({ "account": STREET, "password": PASSWORD }).to_string();
            let headers = [
                ("Host", "diaodu.example"),
                ("Origin", origin),
                ("X-Forwarded-Proto", proto),
            ];
            let stream = TcpStream::connect(house.address()).await.unwrap();
            ask(stream, "POST /api/session", &headers, &body)
                .await
                .unwrap()
        };
        let plain = send("http://diaodu.example", "https").await;
        let status = if is_believed { 403 } else { 200 };
        assert_eq!(plain.status, status, "a page that was loaded over http");
        assert!(!plain.header("set-cookie").contains("Secure"));
        let page = send("https://diaodu.example", "https").await;
        assert_eq!(page.status, 200);
        assert!(page.header("set-cookie").contains("Secure"));
        let spoofed = send("http://diaodu.example", "https, http").await;
        assert_eq!(spoofed.status, 200, "the nearest proxy says http");
    }
}
