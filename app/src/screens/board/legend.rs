//! What the parts of a bar mean: each as it is drawn, beside its word.

use leptos::prelude::*;

use super::drawing::bar;
use crate::i18n::Locale;

/// The parts of a bar of reports, in the order in which they are drawn, with their words.
pub const REPORTED: [(&str, &str); 4] = [
    ("on_time", "board-on-time"),
    ("late", "board-late"),
    ("made_up", "board-made-up"),
    ("missing", "board-missing"),
];

/// The parts of a bar of the work.
pub const WORK: [(&str, &str); 5] = [
    ("done", "board-done"),
    ("under_way", "board-under-way"),
    ("not_started", "board-not-started"),
    ("lagging", "board-lagging"),
    ("unsaid", "board-unsaid"),
];

/// Explains a bar.
#[component]
pub fn Legend(parts: &'static [(&'static str, &'static str)]) -> impl IntoView {
    let locale = Locale::expect();
    let items = parts.iter().map(|(state, key)| {
        view! {
            <li class="board-legend-part">
                <span class="board-swatch" inner_html=bar(&[(*state, 1)])></span>
                {move || locale.say(key)}
            </li>
        }
    });
    view! { <ul class="board-legend">{items.collect_view()}</ul> }
}
