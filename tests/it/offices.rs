//! Simulated offices: 500 random days, and the same days with mistakes planted.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use diaodu_tests::{
    faults::Fault,
    promises::Broken,
    script::{Act, Script, Step, Write},
    world::{Tally, play},
};

/// 500 days: each planted fault is caught by many of them.
const SEEDS: u64 = 500;

/// 100 of them show how often a planted fault is caught; all are played where these catch none.
const FAULT_SEEDS: u64 = 100;

/// 150 attempts at a shorter script: a few seconds.
const SHRINK_TRIES: usize = 150;

/// Plays a day; a panic is a broken promise too.
fn rehearse(script: &Script, fault: Option<Fault>) -> Result<Tally, Broken> {
    catch_unwind(AssertUnwindSafe(|| play(script, fault))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Broken::new("no panic", text.unwrap_or_default()))
    })
}

/// Plays the days of the first seeds on all cores.
fn rehearse_all(seeds: u64, fault: Option<Fault>) -> Vec<(u64, Result<Tally, Broken>)> {
    let next = AtomicU64::new(0);
    let work = || {
        let mut results = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return results;
            }
            results.push((seed, rehearse(&Script::draw(seed), fault)));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all
}

fn report(seed: u64, broken: &Broken) -> String {
    let script = Script::draw(seed);
    let small = script.shrink(SHRINK_TRIES, |shorter| {
        rehearse(shorter, None).is_err_and(|again| again.promise == broken.promise)
    });
    format!(
        "seed {seed} broke 「{}」: {}\nscript: {}",
        broken.promise,
        broken.detail,
        small.text()
    )
}

#[test]
fn offices_converge_and_lose_nothing_on_500_days() {
    let results = rehearse_all(SEEDS, None);
    let failed: Vec<_> = results
        .iter()
        .filter_map(|(seed, result)| Some((*seed, result.as_ref().err()?)))
        .collect();
    for (seed, broken) in failed.iter().skip(3) {
        println!(
            "seed {seed} broke 「{}」: {}",
            broken.promise, broken.detail
        );
    }
    let reports: Vec<String> = failed
        .iter()
        .take(3)
        .map(|(seed, broken)| report(*seed, broken))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {SEEDS} days failed\n{}",
        failed.len(),
        reports.join("\n")
    );

    let tallies: Vec<&Tally> = results
        .iter()
        .filter_map(|(_, result)| result.as_ref().ok())
        .collect();
    let sum = |field: fn(&Tally) -> u64| tallies.iter().map(|tally| field(tally)).sum::<u64>();
    println!(
        "{SEEDS} days: {} edits, {} kept on the office's disk, {} acknowledged, {} frames, {} bent, {} crashes, {} full disks, {} hang-ups, longest healing {} s",
        sum(|t| t.edits),
        sum(|t| t.saved),
        sum(|t| t.acknowledged),
        sum(|t| t.frames),
        sum(|t| t.bent),
        sum(|t| t.crashes),
        sum(|t| t.full),
        sum(|t| t.hangups),
        tallies.iter().map(|t| t.heal_ms).max().unwrap_or(0) / 1_000,
    );
    assert!(sum(|t| t.edits) > 40 * SEEDS / 2, "the days are empty");
    assert!(
        sum(|t| t.saved) * 10 > sum(|t| t.edits) * 9,
        "most edits are kept"
    );
    assert!(
        sum(|t| t.crashes) > SEEDS && sum(|t| t.full) > SEEDS / 4,
        "the days are too calm"
    );
}

#[test]
fn days_that_once_failed_pass() {
    let days: Vec<Script> = serde_json::from_str(include_str!("../fixtures/scripts.json")).unwrap();
    for day in days {
        let played = rehearse(&day, None);
        assert!(played.is_ok(), "{played:?}\n{}", day.text());
    }
}

#[test]
fn equal_seed_equal_run() {
    for seed in [1, 17, 42] {
        let script = Script::draw(seed);
        assert_eq!(
            rehearse(&script, None),
            rehearse(&script, None),
            "seed {seed}"
        );
    }
}

#[test]
fn a_quiet_day_acknowledges_every_edit() {
    let open = |office| Step {
        after_ms: 100,
        act: Act::Open {
            office,
            document: 0,
        },
    };
    let mut steps: Vec<Step> = (0..3).map(open).collect();
    for number in 0..60 {
        let (office, row) = (number % 3, number / 3);
        let act = Act::Edit {
            office,
            document: 0,
            row,
            column: number,
            cells: 1,
            write: Write::Text(number.into()),
        };
        steps.push(Step { after_ms: 20, act });
    }
    let script = Script {
        seed: 5,
        offices: 3,
        accounts: 3,
        documents: 1,
        steps,
    };
    let tally = rehearse(&script, None).unwrap();
    assert_eq!((tally.edits, tally.saved, tally.acknowledged), (60, 60, 60));
    assert_eq!((tally.crashes, tally.full, tally.hangups), (0, 0, 0));
}

#[test]
fn planted_faults_are_each_caught() {
    for fault in Fault::ALL {
        let is_caught = [FAULT_SEEDS, SEEDS].into_iter().any(|seeds| {
            let results = rehearse_all(seeds, Some(fault));
            let mut promises: Vec<&str> = results
                .iter()
                .filter_map(|(_, r)| Some(r.as_ref().err()?.promise))
                .collect();
            let caught = promises.len();
            promises.sort_unstable();
            promises.dedup();
            println!(
                "planted {fault:?}: caught by {caught} of {seeds} days ({})",
                promises.join("; ")
            );
            caught > 0
        });
        assert!(is_caught, "{fault:?} is caught by none of {SEEDS} days");
    }
}
