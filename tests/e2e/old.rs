//! Old desks: real Chromium 80 and 90, and what browsers before that are told.

use diaodu_tests::browser::{Browser, Version};
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

#[test]
fn chromium_80_signs_in_edits_and_receives() {
    let _desk = alone();
    check_smoke(Version::Old(80));
}

#[test]
fn chromium_90_signs_in_edits_and_receives() {
    let _desk = alone();
    check_smoke(Version::Old(90));
}

#[test]
fn current_chromium_signs_in_edits_and_receives() {
    let _desk = alone();
    check_smoke(Version::Current);
}

fn check_smoke(version: Version) {
    let server = ServerProcess::start();
    let old = Desk::sign_in_with(version, &server.url(), "s-hongying");
    let new = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&old.tab)[0].clone();
    write(&old.tab, &place(&row, "progress"), "旧电脑写的");
    see(&new.tab, &place(&row, "progress"), "旧电脑写的");
    write(&new.tab, &place(&row, "problem"), "新电脑写的");
    see(&old.tab, &place(&row, "problem"), "新电脑写的");
    if let Version::Old(number) = version {
        old.tab
            .screenshot(&picture(&format!("chromium-{number}-1366x768")));
    }
}

#[test]
fn browsers_before_chromium_80_are_told_what_to_use() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::start();
    let tab = browser.tab();
    let claimed = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.130 Safari/537.36";
    tab.command(
        "Emulation.setUserAgentOverride",
        json!({ "userAgent": claimed }),
    );
    tab.open(&server.url());
    tab.wait_until(
        "the sentence",
        "document.body && /浏览器太旧.*80/.test(document.body.innerText)",
    );
    assert_eq!(
        tab.evaluate("!document.querySelector('input')"),
        json!(true),
        "nothing else is begun"
    );
}
