//! Bars and columns, drawn. What they show is told in words beside them, and by height as well as by colour.

use diaodu_plan::summary::{Tallied, Work};

/// Tells how far down a part begins and how high it is, in tenths: what is in order fills the bar, what is not yet is lower, and
/// what alarms hangs from above. So the parts differ without colours, too.
fn reach(state: &str) -> (u8, u8) {
    match state {
        "on_time" | "done" => (0, 10),
        "late" | "under_way" => (3, 7),
        "made_up" | "not_started" => (6, 4),
        "missing" | "lagging" => (0, 4),
        _ => (8, 2),
    }
}

/// Draws one bar of several parts, as wide as its place. The parts' colours go by state.
pub fn bar(parts: &[(&'static str, usize)]) -> String {
    let all: usize = parts.iter().map(|(_, count)| count).sum();
    let mut drawn = String::new();
    let mut left = 0;
    for (state, count) in parts.iter().filter(|(_, count)| *count > 0) {
        let (top, height) = reach(state);
        drawn.push_str(&format!(
            "<rect data-state=\"{state}\" x=\"{left}\" y=\"{top}\" width=\"{count}\" height=\"{height}\"/>"
        ));
        left += count;
    }
    let all = all.max(1);
    format!(
        "<svg class=\"board-bar\" aria-hidden=\"true\" viewBox=\"0 0 {all} 10\" preserveAspectRatio=\"none\">{drawn}</svg>"
    )
}

/// Draws how 应报 rows were reported.
pub fn reported_bar(due: &Tallied) -> String {
    bar(&[
        ("on_time", due.on_time),
        ("late", due.late),
        ("made_up", due.made_up),
        ("missing", due.missing),
    ])
}

/// The parts of a bar of the work of so many rows.
pub fn work_parts(rows: usize, work: &Work) -> [(&'static str, usize); 5] {
    let Work {
        not_started,
        under_way,
        done,
        lagging,
        ..
    } = *work;
    [
        ("done", done),
        ("under_way", under_way),
        ("not_started", not_started),
        ("lagging", lagging),
        (
            "unsaid",
            rows.saturating_sub(not_started + under_way + done + lagging),
        ),
    ]
}

/// How high the columns of a week are drawn, in pixels.
const HEIGHT: i64 = 72;

/// Draws the two columns of a week: what was found, and what was fixed.
///
/// `most`: the greatest count of all weeks.
pub fn columns(found: i64, fixed: i64, most: i64) -> String {
    let mut drawn = String::new();
    for (left, state, count) in [(1, "found", found), (21, "fixed", fixed)] {
        let height = count.max(0) * HEIGHT / most.max(1);
        let top = HEIGHT - height + 1;
        drawn.push_str(&format!(
            "<rect data-state=\"{state}\" x=\"{left}\" y=\"{top}\" width=\"16\" height=\"{height}\"/>"
        ));
    }
    let (high, base) = (HEIGHT + 2, HEIGHT + 1);
    format!(
        "<svg class=\"board-columns\" aria-hidden=\"true\" width=\"38\" height=\"{high}\" viewBox=\"0 0 38 {high}\">{drawn}<path d=\"M0 {base}H38\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_parts_and_what_is_missing_hangs_from_above() {
        let drawn = bar(&[("on_time", 2), ("late", 0), ("missing", 3)]);
        assert!(drawn.contains("viewBox=\"0 0 5 10\""), "{drawn}");
        let missing = "data-state=\"missing\" x=\"2\" y=\"0\" width=\"3\" height=\"4\"";
        assert!(drawn.contains(missing), "{drawn}");
        assert!(!drawn.contains("late"), "{drawn}");
        assert!(bar(&[]).contains("viewBox=\"0 0 1 10\""));
    }

    #[test]
    fn the_highest_column_is_the_greatest_count() {
        let drawn = columns(10, 5, 10);
        let found = "data-state=\"found\" x=\"1\" y=\"1\" width=\"16\" height=\"72\"";
        assert!(drawn.contains(found), "{drawn}");
        let fixed = "data-state=\"fixed\" x=\"21\" y=\"37\" width=\"16\" height=\"36\"";
        assert!(drawn.contains(fixed), "{drawn}");
        assert!(columns(0, 0, 0).contains("height=\"0\""));
    }
}
