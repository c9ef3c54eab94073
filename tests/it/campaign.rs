//! The whole campaign, nine weeks and the closing period, played by simulated offices over a turned clock. What comes out is one text.
//!
//! `tests/fixtures/campaign.expected.txt` holds what everybody did, every receipt and state, both snapshots, the sums and each circular, word
//! for word; `UPDATE_EXPECT=1` renews it (read the difference before it is committed).

mod offices;
mod record;
mod stage;
mod weeks;

use diaodu_tests::process::project;

use crate::{house::House, recount};
use record::{MOMENTS, Record};
use serde_json::Value;
use stage::Stage;

const SEED: u64 = 60;

/// Plays the campaign; returns the office's building, and what everybody did.
async fn played() -> (House, String) {
    let mut stage = Stage::open(SEED).await;
    weeks::play(&mut stage).await;
    stage.end()
}

/// Names the first line that differs: the whole is too long to be read.
fn check_equal(what: &str, found: &Record, expected: &Record) {
    check_text(what, &found.text, &expected.text);
    for ((name, found), (_, expected)) in found.files.iter().zip(&expected.files) {
        assert!(found == expected, "{what}: {name} differs");
    }
    let summaries = found.summaries.iter().zip(&expected.summaries);
    for (week, (found, expected)) in (1..).zip(summaries) {
        for ((moment, found), expected) in MOMENTS.iter().zip(found).zip(expected) {
            let pretty = |value| format!("{value:#}");
            check_text(
                &format!("{what}, week {week} {moment}"),
                &pretty(found),
                &pretty(expected),
            );
        }
    }
    assert_eq!(found.files.len(), expected.files.len());
}

fn check_text(what: &str, found: &str, expected: &str) {
    let lines = found.lines().zip(expected.lines()).enumerate();
    for (index, (found, expected)) in lines {
        assert_eq!(found, expected, "{what}, seed {SEED}, line {}", index + 1);
    }
    assert!(
        found == expected,
        "{what}, seed {SEED}: one is longer: {} and {} bytes",
        found.len(),
        expected.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_campaign_comes_out_word_for_word_again_and_after_a_restart() {
    let ((mut house, done), (second, done_again)) = tokio::join!(played(), played());
    let (first, again) = tokio::join!(Record::read(&house), Record::read(&second));
    check_text("played twice", &done_again, &done);
    check_equal("played twice", &again, &first);

    let office = second.desk(stage::OFFICE).await;
    for (week, told) in (1..).zip(&again.summaries) {
        let mut recounted = Value::Null;
        for (moment, summary) in MOMENTS.into_iter().zip(told) {
            recounted = recount::check(&office, week, moment, summary).await;
        }
        let circular = &again.circulars[usize::from(week) - 1];
        recount::check_circular(week, circular, &recounted);
    }
    house.close().await;
    let twin = house.twin_at("2021-06-07T09:00:00").await;
    check_equal("after a restart", &Record::read(&twin).await, &first);

    let found = format!("{done}\n{}", first.text);
    let path = project().join("tests/fixtures/campaign.expected.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    check_text("run with UPDATE_EXPECT=1", &found, &expected);
}
