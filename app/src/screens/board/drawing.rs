//! Bars and columns, drawn. What they show is told in words beside them.

/// Draws one bar of several parts, as wide as its place. The parts' colours go by state.
pub fn bar(parts: &[(&'static str, usize)]) -> String {
    let all: usize = parts.iter().map(|(_, count)| count).sum();
    let mut drawn = String::new();
    let mut left = 0;
    for (state, count) in parts.iter().filter(|(_, count)| *count > 0) {
        drawn.push_str(&format!(
            "<rect data-state=\"{state}\" x=\"{left}\" y=\"0\" width=\"{count}\" height=\"1\"/>"
        ));
        left += count;
    }
    let all = all.max(1);
    format!(
        "<svg class=\"board-bar\" aria-hidden=\"true\" viewBox=\"0 0 {all} 1\" preserveAspectRatio=\"none\">{drawn}</svg>"
    )
}

/// Draws two columns for each week: what was found and what was fixed.
pub fn columns(weeks: &[(u8, i64, i64)]) -> String {
    const HEIGHT: i64 = 100;
    let most = weeks.iter().map(|(_, found, fixed)| *found.max(fixed));
    let most = most.max().unwrap_or(0).max(1);
    let mut drawn = String::new();
    for (index, (week, found, fixed)) in weeks.iter().enumerate() {
        let left = index * 40;
        for (offset, state, count) in [(6, "found", found), (20, "fixed", fixed)] {
            let height = (*count).max(0) * HEIGHT / most;
            let (x, y) = (left + offset, HEIGHT - height + 10);
            drawn.push_str(&format!(
                "<rect data-state=\"{state}\" x=\"{x}\" y=\"{y}\" width=\"12\" height=\"{height}\"/>"
            ));
        }
        let middle = left + 19;
        drawn.push_str(&format!(
            "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{week}</text>",
            HEIGHT + 26
        ));
    }
    let width = weeks.len().max(1) * 40;
    format!(
        "<svg class=\"board-columns\" aria-hidden=\"true\" width=\"{width}\" height=\"140\" viewBox=\"0 0 {width} 140\">{drawn}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_parts() {
        let drawn = bar(&[("on_time", 2), ("late", 0), ("missing", 3)]);
        assert!(drawn.contains("viewBox=\"0 0 5 1\""), "{drawn}");
        assert!(drawn.contains("data-state=\"missing\" x=\"2\" y=\"0\" width=\"3\""), "{drawn}");
        assert!(!drawn.contains("late"), "{drawn}");
        assert!(bar(&[]).contains("viewBox=\"0 0 1 1\""));
    }

    #[test]
    fn the_highest_column_is_the_greatest_count() {
        let drawn = columns(&[(1, 10, 5), (2, 0, 0)]);
        assert!(drawn.contains("data-state=\"found\" x=\"6\" y=\"10\" width=\"12\" height=\"100\""), "{drawn}");
        assert!(drawn.contains("data-state=\"fixed\" x=\"20\" y=\"60\" width=\"12\" height=\"50\""), "{drawn}");
    }
}
