//! `diaodu account …` on a data directory that no server is using: what the office's screen does, and the same refusals.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use diaodu_tests::{
    interop::Desk,
    process::{Folder, server_program},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{OFFICE, PASSWORD_OF_THEIRS, ask, newcomer},
    house::{House, STREET},
};

/// No account of the demo: those get their password again at each start.
const CLERK: &str = "wangtianbao";

fn account(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(server_program());
    command.arg("account").args(words).args(["--lang", "en"]);
    command.arg("--data").arg(data).output().unwrap()
}

/// What it prints; panics with its sentence where it fails.
fn says(data: &Path, words: &[&str]) -> String {
    let output = account(data, words);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The one sentence with which it fails.
fn fails(data: &Path, words: &[&str]) -> String {
    let output = account(data, words);
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

/// Columns of the line that holds a word.
fn line<'a>(table: &'a str, word: &str) -> Vec<&'a str> {
    let line = table.lines().find(|line| line.contains(word));
    line.unwrap_or_else(|| panic!("{word} is not in {table}"))
        .split('\t')
        .collect()
}

/// What a cookie of before is answered, after the server has moved.
async fn status(house: &House, desk: &Desk) -> u16 {
    let mut desk = desk.clone();
    desk.server = house.url();
    ask(&desk, Method::GET, "/api/session", Value::Null).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_change_and_passwords_are_reset_from_the_command_line() {
    let mut house = House::open().await;
    let desk = newcomer(&house, CLERK, STREET, "unit").await;
    let in_use = fails(&house.data(), &["list"]);
    assert!(in_use.contains("server"), "{in_use}");
    house.close().await;
    let data = house.data();

    let listed = says(&data, &["list"]);
    assert_eq!(line(&listed, CLERK)[1..4], [STREET, "unit", "enabled"]);
    let change = ["change", CLERK, "--person", "王填报", "--state", "disabled"];
    says(&data, &change);
    let listed = says(&data, &["list"]);
    assert_eq!(line(&listed, CLERK)[3..], ["disabled", "王填报"]);
    house.reopen_after(1).await;
    assert_eq!(status(&house, &desk).await, 401, "its session has ended");
    assert!(house.try_desk(CLERK, PASSWORD_OF_THEIRS).await.is_err());
    house.close().await;

    says(&data, &["change", CLERK, "--state", "enabled"]);
    let reset = says(&data, &["reset-password", CLERK]);
    let one_time = reset.split(": ").nth(1).unwrap();
    let one_time = one_time.split_whitespace().next().unwrap();
    house.reopen_after(2).await;
    assert!(house.try_desk(CLERK, PASSWORD_OF_THEIRS).await.is_err());
    let desk = house.try_desk(CLERK, one_time).await.unwrap();
    let (status, answer) = ask(&desk, Method::GET, "/api/documents", Value::Null).await;
    assert_eq!(
        (status, &answer["error"]),
        (403, &json!("must-change-password"))
    );
    let office = house.desk(OFFICE).await;
    let path = "/api/audit?account=@operator";
    let (_, entries) = ask(&office, Method::GET, path, Value::Null).await;
    let done: Vec<&str> = entries
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|entry| entry["detail"].as_str().unwrap())
        .map(|detail| detail.split(' ').next().unwrap())
        .collect();
    assert_eq!(done, ["change-account", "change-account", "reset-password"]);
    assert!(!entries.to_string().contains(one_time));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_revoked_from_the_command_line() {
    let mut house = House::open().await;
    let (desk, other) = (house.desk(STREET).await, house.desk("s-pucheng").await);
    house.close().await;
    let data = house.data();
    let sessions = says(&data, &["sessions"]);
    let [id, kind, ..] = line(&sessions, STREET)[..] else {
        panic!("{sessions}")
    };
    assert_eq!(kind, "session");
    for secret in desk
        .cookie
        .split(['=', ';', ' '])
        .filter(|part| part.len() > 30)
    {
        assert!(!sessions.contains(secret), "no secret is listed");
    }
    says(&data, &["revoke", id]);
    let gone = fails(&data, &["revoke", id]);
    assert!(gone.contains(id), "{gone}");
    house.reopen_after(1).await;
    assert_eq!(
        (status(&house, &desk).await, status(&house, &other).await),
        (401, 200)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_cannot_be_shut_out_from_the_command_line_either() {
    let mut house = House::open().await;
    house.close().await;
    let data = house.data();
    for wish in [["--state", "disabled"], ["--role", "viewer"]] {
        let sentence = fails(&data, &["change", OFFICE, wish[0], wish[1]]);
        assert!(sentence.contains("last account"), "{sentence}");
    }
    let listed = says(&data, &["list"]);
    assert_eq!(line(&listed, OFFICE)[2..4], ["office", "enabled"]);
    let add = ["add", "second", "--unit", OFFICE, "--role", "office"];
    says(&data, &add);
    says(&data, &["change", OFFICE, "--state", "disabled"]);
    let sentence = fails(&data, &["change", "second", "--role", "viewer"]);
    assert!(sentence.contains("last account"), "{sentence}");
    let unknown = fails(&data, &["change", "nobody", "--state", "disabled"]);
    assert!(unknown.contains("nobody"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_log_that_was_tampered_with_is_found_out() {
    let folder = Folder::new("audit");
    let mut house = House::open().await;
    house.close().await;
    let data = house.data();
    says(
        &data,
        &["change", STREET, "--person", "changed-by-operator"],
    );
    let whole = says(&data, &["verify-audit"]);
    assert!(whole.contains("whole"), "{whole}");
    // Whoever holds the disk needs no database to write into a file.
    let copy = folder.path().join("data");
    fs::create_dir_all(&copy).unwrap();
    let mut altered = 0;
    for file in fs::read_dir(&data).unwrap().map(Result::unwrap) {
        if !file.path().is_file() {
            continue;
        }
        let mut bytes = fs::read(file.path()).unwrap();
        let (old, new) = (
            b"enabled changed-by-operator",
            b"enabled changed-by-nobody-!",
        );
        while let Some(at) = bytes.windows(old.len()).position(|part| part == old) {
            bytes[at..at + old.len()].copy_from_slice(new);
            altered += 1;
        }
        fs::write(copy.join(file.file_name()), bytes).unwrap();
    }
    assert!(altered > 0, "the entry lies in the file as it was typed");
    let sentence = fails(&copy, &["verify-audit"]);
    assert!(sentence.contains("altered"), "{sentence}");
}
