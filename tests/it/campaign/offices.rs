//! What offices do that nobody directs: drawn from the seed, week by week.

use automerge::ScalarValue;
use fastrand::Rng;

use super::stage::{Cells, Stage, at};

/// They are told what to do, see `weeks`.
pub const DIRECTED: [&str; 2] = ["s-hongying", "s-pucheng"];

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// One office writes some of its rows.
pub struct Act {
    pub at: i64,
    pub week: u8,
    pub unit: String,
    pub rows: Vec<(String, Cells)>,
}

impl Act {
    /// `m01 m02 零报告 m03`, in few words.
    pub fn told(&self) -> String {
        let mut words = vec![self.unit.clone()];
        let mut last = "";
        for (row, cells) in &self.rows {
            let report = cells.iter().find(|(column, _)| *column == "report");
            let word = report
                .and_then(|(_, value)| value.as_str())
                .unwrap_or("填写");
            if word != last {
                words.push(word.to_owned());
                last = word;
            }
            words.push(row.split('.').next().unwrap().to_owned());
        }
        words.join(" ")
    }
}

/// A text cell.
pub fn text(text: &str) -> ScalarValue {
    ScalarValue::Str(text.into())
}

/// What reports a row that was saved at this moment, with its work.
pub fn reported(saved: i64, counts: [i64; 3], progress: &str) -> Cells {
    let mut cells = worked(counts, progress);
    cells.push(("report_saved_at", ScalarValue::Int(saved)));
    cells.push(("report", text("报送")));
    cells
}

/// The work alone.
pub fn worked([checked, found, fixed]: [i64; 3], progress: &str) -> Cells {
    vec![
        ("progress", text(progress)),
        ("checked_week", ScalarValue::Int(checked)),
        ("found_week", ScalarValue::Int(found)),
        ("fixed_week", ScalarValue::Int(fixed)),
        ("problem", text("无")),
        ("status", text("推进中")),
    ]
}

/// The report alone: 报送, 零报告 or 撤回.
pub fn only(word: &str, saved: i64) -> Cells {
    vec![
        ("report_saved_at", ScalarValue::Int(saved)),
        ("report", text(word)),
    ]
}

/// Draws what all offices do in a week that is due at this moment.
pub fn draw(stage: &mut Stage, week: u8, due: &str) -> Vec<Act> {
    let due = at(due);
    let units: Vec<String> = stage
        .campaign
        .active_units()
        .map(|unit| unit.id.0.clone())
        .collect();
    let mut acts = Vec::new();
    for unit in units {
        let rows = stage.rows_of(week, &unit);
        let rng = &mut stage.rng;
        let silent = if unit.starts_with("s-") { 2 } else { 1 };
        if DIRECTED.contains(&unit.as_str()) || rows.is_empty() || rng.u8(..8) < silent {
            continue;
        }
        let is_late = rng.u8(..7) == 0;
        // Around due itself nobody but the directed writes.
        let moment = match is_late {
            true => due + rng.i64(45 * MINUTE_MS..5 * HOUR_MS),
            false => due - rng.i64(40 * MINUTE_MS..28 * HOUR_MS),
        };
        let (mut now, mut after) = (Vec::new(), Vec::new());
        for row in rows {
            match rng.u8(..20) {
                0 => {}
                1 | 2 => now.push((row, only("零报告", moment - rng.i64(1..90_000)))),
                3 => {
                    now.push((row.clone(), drawn(rng, moment)));
                    after.push((row, vec![("remark", text("补充了一处说明"))]));
                }
                _ => now.push((row, drawn(rng, moment))),
            }
        }
        let later = moment + rng.i64(MINUTE_MS..20 * MINUTE_MS);
        for (at, rows) in [(moment, now), (later, after)] {
            if !rows.is_empty() {
                let unit = unit.clone();
                acts.push(Act {
                    at,
                    week,
                    unit,
                    rows,
                });
            }
        }
    }
    acts.sort_by_key(|act| act.at);
    acts
}

fn drawn(rng: &mut Rng, moment: i64) -> Cells {
    let checked = rng.i64(0..40);
    let found = rng.i64(0..=checked / 3);
    let fixed = rng.i64(0..=found);
    let progress =
        format!("本周巡查{checked}处，发现问题{found}个，当场整改{fixed}个，其余已建立台账");
    let mut cells = reported(
        moment - rng.i64(1..90_000),
        [checked, found, fixed],
        &progress,
    );
    let (problem, status) = match rng.u8(..12) {
        0 => ("部分路段清扫保洁不到位", "滞后"),
        1 => ("个别商户配合不够", "推进中"),
        2 => ("无", "已完成"),
        _ => return cells,
    };
    for (column, value) in &mut cells {
        match *column {
            "problem" => *value = text(problem),
            "status" => *value = text(status),
            _ => {}
        }
    }
    if status == "滞后" {
        cells.push(("next_plan", text("下周增派人员，逐项销号")));
    }
    cells
}
