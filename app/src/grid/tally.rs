//! What the selection amounts to, below the table: how many cells hold something, and the sum and mean of the figures among them.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::desk::Desk;
use super::selection::{Growth, Selection};

/// Counted only when the selection rests, for it may hold the whole table; and no more often while its cells change.
const REST_MS: u32 = 120;
/// 200,000 cells are counted at most; more says nothing that a person would act on.
const COUNTED_MAX: usize = 200_000;

/// What a selection amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Tally {
    filled: usize,
    figures: usize,
    sum: f64,
}

impl Tally {
    fn take(&mut self, shown: &str) {
        if shown.is_empty() || shown == "—" {
            return;
        }
        self.filled += 1;
        if let Some(figure) = figure(shown) {
            self.figures += 1;
            self.sum += figure;
        }
    }
}

/// Reads what is shown as a figure; a rate counts as what it says.
fn figure(shown: &str) -> Option<f64> {
    let (digits, is_rate) = match shown.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (shown, false),
    };
    let is_plain = digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-')
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let figure: f64 = digits.parse().ok().filter(|_| is_plain)?;
    Some(if is_rate { figure / 100.0 } else { figure })
}

/// Writes a figure without digits that mean nothing.
fn written(figure: f64) -> String {
    let rounded = format!("{figure:.2}");
    rounded
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// Draws the line below the table.
#[component]
pub fn TallyLine(desk: Desk) -> impl IntoView {
    let tally = RwSignal::new(None::<Tally>);
    let rest = StoredValue::new_local(None::<Timeout>);
    let is_due = StoredValue::new(false);
    let count_soon = move || {
        is_due.set_value(true);
        Timeout::new(REST_MS, move || {
            is_due.try_set_value(false);
            let counted = desk
                .outline
                .try_with_untracked(|_| ())
                .map(|()| count(desk));
            // Not said again where it is the same.
            if tally.try_with_untracked(|before| *before != counted) == Some(true) {
                tally.set(counted);
            }
        })
    };
    let is_single = Memo::new(move |_| desk.selection.with(Selection::is_single));
    Effect::new(move |_| {
        desk.selection.track();
        desk.outline.track();
        let is_single = is_single.get();
        // Dropping the one before stops it.
        rest.set_value((!is_single).then(count_soon));
        if is_single {
            is_due.set_value(false);
            tally.set(None);
        }
    });
    let changed = desk.source.with_value(|source| source.changed);
    Effect::new(move |_| {
        if is_single.get() {
            return;
        }
        changed.track();
        // One that is on its way is not put off: where many write it would never come.
        if !is_due.get_value() {
            rest.set_value(Some(count_soon()));
        }
    });
    let words = desk.words;
    let mode = move || {
        let growth = desk.selection.with(|selection| selection.growth);
        words.with(|words| match growth {
            Growth::None => None,
            Growth::Grow => Some(words.growing.clone()),
            Growth::Add => Some(words.adding.clone()),
        })
    };
    let parts = move || {
        let tally = tally.get()?;
        let words = words.get();
        let mut parts = vec![(words.count, tally.filled.to_string())];
        if tally.figures > 0 {
            parts.push((words.sum, written(tally.sum)));
            parts.push((words.mean, written(tally.sum / tally.figures as f64)));
        }
        Some(parts)
    };
    view! {
        <div class="grid-tally" aria-live="polite">
            <span class="grid-tally-mode">{mode}</span>
            {move || parts().map(|parts| parts.into_iter().map(|(name, value)| view! {
                <span class="grid-tally-part">{name}" "<b>{value}</b></span>
            }).collect_view())}
        </div>
    }
}

fn count(desk: Desk) -> Tally {
    let outline = desk.outline.get_untracked();
    let cells = desk
        .selection
        .with_untracked(|selection| selection.cells(&outline));
    let mut tally = Tally::default();
    let mut row = None;
    for spot in cells.into_iter().take(COUNTED_MAX) {
        if row.as_ref().is_none_or(|(line, _)| *line != spot.line) {
            let content = outline.row_id(spot.line).and_then(|id| desk.glance(id));
            row = content.map(|content| (spot.line, content));
        }
        if let Some(cell) = row.as_ref().and_then(|(_, row)| row.cells.get(spot.column)) {
            tally.take(&cell.shown);
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_summed_and_words_are_counted() {
        let mut tally = Tally::default();
        for shown in ["3", "12", "", "—", "推进中", "87.5%", "第3周", "1-2"] {
            tally.take(shown);
        }
        assert_eq!((tally.filled, tally.figures), (6, 3));
        assert_eq!(written(tally.sum), "15.88");
    }

    #[test]
    fn figures_carry_no_empty_digits() {
        assert_eq!(
            [written(3.0), written(2.5), written(0.126), written(-10.0)],
            ["3", "2.5", "0.13", "-10"]
        );
    }
}
