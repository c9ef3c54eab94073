//! What lies in the data directory opens nothing: no password, session, token or set-up link stands in it in clear.

use std::{fs, path::Path};

use diaodu_tests::{
    interop::Desk,
    process::{Folder, PASSWORD},
};
use reqwest::Method;
use serde_json::json;

use crate::{
    accounts::{OFFICE, PASSWORD_OF_THEIRS, ask, command},
    house::{House, STREET},
};

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

fn holds(bytes: &[u8], sought: &[u8]) -> bool {
    bytes.windows(sought.len()).any(|part| part == sought)
}

/// A secret as it was shown, and the bytes that its hexadecimal digits stand for.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let pairs = secret.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let mut forms = vec![secret.as_bytes().to_vec()];
    forms.extend(bytes.filter(|bytes| bytes.len() == 32));
    forms
}

fn look_for(data: &Path, secrets: &[&str], known: &str) {
    let files = files(data);
    assert!(
        files
            .iter()
            .any(|(_, bytes)| holds(bytes, known.as_bytes())),
        "the search finds what is there"
    );
    for secret in secrets {
        for form in forms(secret) {
            for (name, bytes) in &files {
                assert!(!holds(bytes, &form), "{secret} stands in {name}");
            }
        }
    }
}

fn of_cookie(desk: &Desk) -> String {
    let pair = desk.cookie.split(';').next().unwrap();
    pair.split_once('=').unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_directory_holds_no_secret_in_clear() {
    let mut house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    assert!(house.try_desk(STREET, "falsch-geraten").await.is_err());
    let short = street.token().await.unwrap();
    street.dial_token(&short).await.unwrap();
    let wish = json!({ "scope": "write", "days": 30, "label": "夜间导出" });
    let (status, long) = ask(&street, Method::POST, "/api/tokens", wish).await;
    assert_eq!(status, 200, "{long}");
    let create = json!({ "command": "create-account", "account": "wang-shi", "person": "某人", "unit": STREET, "role": "unit" });
    let made = command(&office, create).await;
    let one_time = made["one_time_password"].as_str().unwrap();
    let newcomer = house.try_desk("wang-shi", one_time).await.unwrap();
    let change = json!({ "old": one_time, "new": PASSWORD_OF_THEIRS });
    let (status, _) = ask(&newcomer, Method::POST, "/api/password", change).await;
    assert_eq!(status, 204);
    let reset = json!({ "command": "reset-password", "account": "s-pucheng" });
    let reset = command(&office, reset).await;
    let sessions = [&office, &street, &newcomer].map(of_cookie);
    assert!(sessions.iter().all(|secret| forms(secret).len() == 2));
    let mut secrets: Vec<&str> = sessions.iter().map(String::as_str).collect();
    secrets.extend([
        PASSWORD,
        PASSWORD_OF_THEIRS,
        "falsch-geraten",
        one_time,
        &short,
    ]);
    secrets.push(long["token"].as_str().unwrap());
    secrets.push(reset["one_time_password"].as_str().unwrap());
    // While it runs, with what waits beside the database, and when it has stopped.
    look_for(&house.data(), &secrets, "夜间导出");
    house.close().await;
    look_for(&house.data(), &secrets, "夜间导出");
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_it_hold_the_set_up_link() {
    let folder = Folder::new("link");
    let data = folder.path().join("data");
    let running = diaodu_server::serve::start(House::config(data.clone())).await;
    let running = running.unwrap();
    let secret = running.setup.clone().unwrap();
    assert_eq!(forms(&secret).len(), 2, "{secret}");
    running.stop().await;
    look_for(&data, &[&secret], STREET);
}
