//! How long the audit log is kept, by the server's clock.

use diaodu_tests::interop::Desk;
use reqwest::Method;
use serde_json::Value;

use crate::{
    accounts::{OFFICE, ask},
    house::{House, STREET},
};

/// 300 answers of a server: cleaning is done long before.
const TRIES: usize = 300;

/// How many sign-ins of the street the log still tells of.
async fn sign_ins(office: &Desk) -> usize {
    let path = format!("/api/audit?kind=sign-in&account={STREET}");
    let (status, entries) = ask(office, Method::GET, &path, Value::Null).await;
    assert_eq!(status, 200, "{entries}");
    entries.to_string().matches("\"sign-in\"").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_kept_as_long_as_was_set_and_half_a_year_at_least() {
    let mut house = House::open().await;
    house.desk(STREET).await;
    assert_eq!(sign_ins(&house.desk(OFFICE).await).await, 1);
    // A day is asked for: less than half a year is not to be had.
    for (after_days, audit_days) in [(182, 1), (300, 400), (399, 400)] {
        house.reopen_keeping(after_days, audit_days).await;
        let office = house.desk(OFFICE).await;
        for _ in 0..20 {
            assert_eq!(sign_ins(&office).await, 1, "{audit_days} days are kept");
        }
    }
    house.reopen_keeping(401, 400).await;
    let office = house.desk(OFFICE).await;
    let mut left = 1;
    for _ in 0..TRIES {
        left = sign_ins(&office).await;
        if left == 0 {
            break;
        }
    }
    assert_eq!(left, 0, "then it goes");
}
