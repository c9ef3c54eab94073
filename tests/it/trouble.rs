//! Starts that cannot succeed: one clear sentence each, and nothing is touched.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

use diaodu_tests::{
    interop::Desk,
    process::{Folder, PASSWORD, ServerProcess, project, server_program},
};

use crate::house::{House, STREET};

fn serve(data: &Path, listen: &str, more: &[&str]) -> Output {
    let mut command = Command::new(server_program());
    command
        .arg("serve")
        .arg("--data")
        .arg(data)
        .args(["--listen", listen])
        .args(more);
    command.env("DIAODU_LOG", "off").output().unwrap()
}

fn check_one_sentence(output: &Output, code: i32, word: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "one sentence, not: {said}");
    assert!(said.contains(word), "{word} expected: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

fn is_healthy(server: &ServerProcess) -> bool {
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(Desk::sign_in(&server.url(), STREET, PASSWORD))
        .is_ok()
}

#[test]
fn a_second_server_on_the_same_data_says_so_and_the_first_goes_on() {
    let server = ServerProcess::start();
    let output = serve(&server.data(), "127.0.0.1:0", &["--demo"]);
    check_one_sentence(&output, 1, server.data().to_str().unwrap());
    assert!(is_healthy(&server));
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, folder) = (taken.local_addr().unwrap().to_string(), Folder::new("port"));
    check_one_sentence(&serve(folder.path(), &address, &["--demo"]), 1, &address);
}

#[test]
fn a_demo_stays_on_loopback() {
    let folder = Folder::new("loopback");
    check_one_sentence(
        &serve(folder.path(), "0.0.0.0:0", &["--demo"]),
        1,
        "0.0.0.0",
    );
}

#[test]
fn wrong_command_lines_end_with_2() {
    let run = |arguments: &[&str]| {
        Command::new(server_program())
            .args(arguments)
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(run(&["serve"]), Some(2));
    assert_eq!(
        run(&["serve", "--data", "x", "--listen", "nowhere"]),
        Some(2)
    );
    assert_eq!(run(&["dance"]), Some(2));
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new("file");
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    check_one_sentence(
        &serve(&file, "127.0.0.1:0", &["--demo"]),
        1,
        file.to_str().unwrap(),
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a folder");
}

#[test]
fn a_bad_clock_and_a_bad_campaign_are_told() {
    let folder = Folder::new("options");
    check_one_sentence(
        &serve(
            folder.path(),
            "127.0.0.1:0",
            &["--demo", "--clock", "yesterday"],
        ),
        1,
        "yesterday",
    );
    let missing = folder.path().join("none.toml");
    let missing = missing.to_str().unwrap();
    check_one_sentence(
        &serve(
            folder.path(),
            "127.0.0.1:0",
            &["--demo", "--campaign", missing],
        ),
        1,
        missing,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_database_is_told_and_left_as_it_is() {
    let mut house = House::open().await;
    let before = house.desk(STREET).await.documents().await.unwrap();
    house.close().await;
    let database = house.data().join("diaodu.sqlite");
    let whole = fs::read(&database).unwrap();
    let mut broken: Vec<Vec<u8>> = [whole.len() / 2, 4_096, 1_000, 100, 1, 0]
        .iter()
        .map(|length| whole[..*length].to_vec())
        .collect();
    broken.push(vec![0x5a; 100_000]);
    for bytes in broken {
        fs::write(&database, &bytes).unwrap();
        check_one_sentence(
            &serve(&house.data(), "127.0.0.1:0", &["--demo"]),
            1,
            house.data().to_str().unwrap(),
        );
        assert!(
            fs::read(&database).unwrap() == bytes,
            "{} bytes: the rest was changed",
            bytes.len()
        );
    }
    fs::write(&database, whole).unwrap();
    house.reopen_after(1).await;
    assert_eq!(house.desk(STREET).await.documents().await.unwrap(), before);
}

#[test]
fn a_campaign_file_is_checked_line_by_line() {
    let folder = Folder::new("campaign");
    let file = folder.path().join("ours.toml");
    let check = |text: &str| {
        fs::write(&file, text).unwrap();
        let mut command = Command::new(server_program());
        command.args(["--lang", "zh-CN", "campaign", "check"]);
        command.arg(&file).output().unwrap()
    };
    let sample = fs::read_to_string(project().join("interchange/campaigns/weidong-60.toml"));
    let sample = sample.unwrap();
    let good = check(&sample);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(said.contains("288") && said.contains("13"), "{said}");
    // Two mistakes, both told at once.
    let mut lines: Vec<String> = sample.lines().map(str::to_owned).collect();
    let mut spoil = |begins: &str, instead: &str| {
        let found = lines.iter().position(|line| line.starts_with(begins));
        let at = found.unwrap_or_else(|| panic!("no line begins with {begins}"));
        lines[at] = instead.to_owned();
        at + 1
    };
    let (one, other) = (
        spoil("lead = [\"u-shengtai", "lead = [\"u-nobody\"]"),
        spoil("lead = [\"u-shengtai", "lead = [\"u-nowhere\"]"),
    );
    let bad = check(&lines.join("\n"));
    let said = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert_eq!(bad.status.code(), Some(1), "{said}");
    for line in [one, other] {
        let place = format!("第 {line} 行：");
        assert!(said.contains(&place), "{place} expected: {said}");
    }
    assert!(
        said.contains("u-nobody") && said.contains("u-nowhere"),
        "{said}"
    );
}
