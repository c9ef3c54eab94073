//! The units that owe something, by punctuality or in the order of the plan.

use std::sync::Arc;

use diaodu_plan::{
    board::{self, Grouping},
    table::NOTHING,
};
use leptos::prelude::*;

use super::{
    Live,
    drawing::reported_bar,
    legend::{Legend, REPORTED},
    short_moment,
};
use crate::{i18n::Locale, ui::segments::Segments};

const HEADS: [&str; 7] = [
    "board-name",
    "board-drawn",
    "board-on-time",
    "board-late",
    "board-made-up",
    "board-missing",
    "board-complete",
];

/// The ranking. Its places are by punctuality in both orders.
#[component]
pub fn Ranking(live: Memo<Option<Arc<Live>>>) -> impl IntoView {
    let locale = Locale::expect();
    let by_punctuality = RwSignal::new(true);
    let orders = Signal::derive(move || {
        vec![
            (true, locale.say("board-by-punctuality")),
            (false, locale.say("board-by-plan")),
        ]
    });
    let lines = move || {
        let live = live.get()?;
        let mut lines = live.lines(Grouping::Unit);
        lines.retain(|line| line.mark.is_some());
        let places = board::places(&lines);
        let mut placed: Vec<_> = places.into_iter().zip(lines).collect();
        if by_punctuality.get() {
            // Stable: equals stay in the order of the plan.
            placed.sort_by_key(|(place, _)| *place);
        }
        let campaign = live.campaign.clone();
        let lines = placed.into_iter().map(move |(place, line)| {
            let complete = line.complete.map(|at| short_moment(campaign.local(at)));
            let due = line.figures.due;
            let counts = [due.on_time, due.late, due.made_up];
            let state = (due.missing > 0).then_some("alarm");
            view! {
                <tr data-line=line.id>
                    <td class="board-count">{place}</td>
                    <th scope="row" class="board-name">{line.name}</th>
                    <td class="board-drawn" data-size="wide" inner_html=reported_bar(&due)></td>
                    {counts.map(|count| view! { <td class="board-count">{count}</td> }).collect_view()}
                    <td class="board-count" data-state=state>{due.missing}</td>
                    <td class="board-moment">{complete.unwrap_or_else(|| NOTHING.to_owned())}</td>
                </tr>
            }
        });
        Some(lines.collect_view())
    };
    view! {
        <div class="board-tools">
            <Segments name=Signal::derive(move || locale.say("board-ranking")) choices=orders chosen=by_punctuality/>
            <Legend parts=&REPORTED/>
        </div>
        <p class="dialog-note board-key">{move || locale.say("board-ranking-key")}</p>
        <div class="board-scroller" tabindex="0" role="region" aria-label=move || locale.say("board-ranking")>
            <table class="board-table" data-kind="ranking">
                <thead><tr>
                    <th scope="col" class="board-count">{move || locale.say("board-place")}</th>
                    {HEADS.map(|key| {
                        let class = if key == "board-name" { "board-name" } else { "" };
                        view! { <th scope="col" class=class>{move || locale.say(key)}</th> }
                    }).collect_view()}
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}
