//! A Friday at random: offices report, withdraw and edit, the clock jumps, the server comes and goes. What it says in the end is
//! recounted by hand from the script.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::*;

const ROWS: [&str; 5] = [
    "m01.s-hongying",
    "m02.s-hongying",
    "m01.s-pucheng",
    "m01.u-shengtai",
    "m02.u-shengtai",
];
const STEPS: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Sent,
    Zero,
    Withdrawn,
    Edit,
}

/// Milliseconds after 15:00, in the order of the script.
type Acts = BTreeMap<&'static str, Vec<(i64, Act)>>;

const DUE: i64 = 3_600_000;

fn clock(millis: i64) -> String {
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let (hour, minute, second) = (15 + seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("2021-04-16T{hour:02}:{minute:02}:{second:02}.{millis:03}")
}

/// Looks for the report that decides, the other way round: from the end of what counts.
fn recounted(acts: &[(i64, Act)]) -> &'static str {
    let said: Vec<_> = acts.iter().filter(|(_, act)| *act != Act::Edit).collect();
    let last_in_time = said.iter().rfind(|(at, _)| *at < DUE);
    if last_in_time.is_some_and(|(_, act)| *act != Act::Withdrawn) {
        return "on_time";
    }
    let is_late = said
        .iter()
        .any(|(at, act)| *at >= DUE && *act != Act::Withdrawn);
    if is_late { "late" } else { "missing" }
}

/// Plays a script and returns what everybody did.
async fn play(house: &mut House, seed: u64) -> Acts {
    let mut rng = Rng::with_seed(seed);
    let mut acts = Acts::new();
    let mut now = 0;
    for step in 0..STEPS {
        // Half of the script lies in the last and the first milliseconds around due.
        now = match step {
            8 => DUE - 2,
            9..=16 => now + rng.i64(0..2),
            _ => now + rng.i64(1..300_000),
        };
        // Not around due: starting takes its time, the clock runs meanwhile, and it never goes back.
        if rng.u8(..6) == 0 && !(8..=16).contains(&step) {
            house.reopen_at(&clock(now)).await;
        }
        house.turn(&clock(now));
        let row = ROWS[rng.usize(..ROWS.len())];
        let acted = acts.entry(row).or_default();
        let drawn = match rng.u8(..5) {
            0 | 1 => Act::Sent,
            2 => Act::Zero,
            3 => Act::Withdrawn,
            _ => Act::Edit,
        };
        // Who says the same once more says nothing: a cell that keeps its value is no change.
        let stands = acted.iter().rfind(|(_, act)| *act != Act::Edit);
        let act = match stands {
            Some((_, stands)) if *stands == drawn => Act::Edit,
            _ => drawn,
        };
        let cell = match act {
            Act::Sent => ("report", text("报送")),
            Act::Zero => ("report", text("零报告")),
            Act::Withdrawn => ("report", text("撤回")),
            Act::Edit => ("remark", text(&format!("第{step}步"))),
        };
        acted.push((now, act));
        assert_eq!(write(house, 2, row, &[cell]).await, None);
    }
    acts
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_on_a_friday_is_recounted_the_same() {
    for seed in [5, 16, 1600] {
        let mut house = House::open_at(&clock(0)).await;
        let acts = play(&mut house, seed).await;
        // A server that starts again has written every receipt before it listens.
        house.reopen_at("2021-04-16T20:00:00").await;
        let now = summary(&house, "2/summary").await;
        let then = summary(&house, "2/summary?at=due").await;
        for row in ROWS {
            let acted = acts.get(row).map_or(&[][..], Vec::as_slice);
            let expected = recounted(acted);
            let found = row_of(&now, row);
            let state = found.split(' ').next();
            assert_eq!(
                state,
                Some(expected),
                "seed {seed}: {row} {acted:?}: {found}"
            );
            let in_time: Vec<_> = acted.iter().copied().filter(|(at, _)| *at < DUE).collect();
            let found = row_of(&then, row);
            let state = found.split(' ').next();
            let expected = recounted(&in_time);
            assert_eq!(
                state,
                Some(expected),
                "seed {seed}: {row} {in_time:?}: {found}"
            );
        }
        let again = summary(&house, "2/summary?at=due").await;
        assert_eq!(again, then, "seed {seed}");
    }
}
