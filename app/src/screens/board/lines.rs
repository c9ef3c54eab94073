//! Units × measures, by unit, lead, street or special action; and the units by punctuality.

use std::sync::Arc;

use diaodu_plan::{
    board::{self, BoardLine, Grouping},
    report::Timeliness,
    summary::{Figures, Tallied},
};
use leptos::prelude::*;

use super::{Live, bar, short_moment};
use crate::{i18n::Locale, ui::segments::Segments};

const GROUPINGS: [(Grouping, &str); 4] = [
    (Grouping::Unit, "board-by-unit"),
    (Grouping::Lead, "board-by-lead"),
    (Grouping::Street, "board-by-street"),
    (Grouping::Action, "board-by-action"),
];

const HEADS: [&str; 10] = [
    "board-due",
    "board-on-time",
    "board-late",
    "board-made-up",
    "board-missing",
    "board-zero",
    "board-not-started",
    "board-under-way",
    "board-done",
    "board-lagging",
];

/// The lines.
#[component]
pub fn Lines(live: Memo<Option<Arc<Live>>>) -> impl IntoView {
    let locale = Locale::expect();
    let grouping = RwSignal::new(Grouping::Unit);
    let groupings = Signal::derive(move || {
        GROUPINGS
            .map(|(grouping, key)| (grouping, locale.say(key)))
            .to_vec()
    });
    let measures = move || {
        let live = live.get();
        let measures = live.iter().flat_map(|live| &live.campaign.measures);
        measures
            .map(|measure| {
                let (number, title) = (measure.number.to_string(), measure.title.clone());
                view! { <th scope="col" class="board-measure" title=title>{number}</th> }
            })
            .collect_view()
    };
    let lines = move || {
        let lines = live.get().map(|live| live.lines(grouping.get()));
        let lines = lines.unwrap_or_default().into_iter();
        lines.map(move |line| whole(line, locale)).collect_view()
    };
    view! {
        <div class="board-tools">
            <Segments name=Signal::derive(move || locale.say("board-by")) choices=groupings chosen=grouping/>
            <p class="dialog-note">{move || locale.say("board-key")}</p>
        </div>
        <div class="board-scroller" tabindex="0" role="region" aria-label=move || locale.say("board-lines")>
            <table class="board-table">
                <thead><tr>
                    <th scope="col" class="board-name">{move || locale.say("board-name")}</th>
                    <th scope="col">{move || locale.say("board-drawn")}</th>
                    {HEADS.map(|key| view! { <th scope="col">{move || locale.say(key)}</th> }).collect_view()}
                    {measures}
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

fn whole(line: BoardLine, locale: Locale) -> impl IntoView {
    let BoardLine {
        id,
        name,
        figures,
        cells,
        ..
    } = line;
    let (due, work) = (figures.due, figures.work);
    let counts = [
        due.total(),
        due.on_time,
        due.late,
        due.made_up,
        due.missing,
        due.zero,
        work.not_started,
        work.under_way,
        work.done,
        work.lagging,
    ];
    let counts = counts.into_iter().zip(HEADS).map(|(count, key)| {
        let is_alarming = count > 0 && matches!(key, "board-missing" | "board-lagging");
        view! { <td class="board-count" data-head=key data-state=is_alarming.then_some("alarm")>{count}</td> }
    });
    let cells = cells.into_iter().map(|cell| measure(cell, locale));
    view! {
        <tr data-line=id>
            <th scope="row" class="board-name">{name}</th>
            <td class="board-drawn" inner_html=reported_bar(&due)></td>
            {counts.collect_view()}
            {cells.collect_view()}
        </tr>
    }
}

/// One measure: the mark of a single row, or how many of several were reported.
fn measure(cell: Option<Figures>, locale: Locale) -> AnyView {
    let Some(cell) = cell else {
        return view! { <td class="board-cell"></td> }.into_any();
    };
    let (due, assisting) = (cell.due, cell.assisting);
    let (of, kind) = match due.total() {
        0 => (assisting, "assisting"),
        _ => (due, "owed"),
    };
    let mark = worst(&of);
    let state = match (kind, mark) {
        // 协助 is never missing.
        (_, None) | ("assisting", Some(Timeliness::Missing)) => "open",
        (_, Some(mark)) => mark.id(),
    };
    let key = match (of.total(), kind, mark) {
        (_, _, None) => None,
        (1, _, _) if of.zero > 0 => Some("board-cell-zero"),
        (1, "assisting", Some(Timeliness::Missing)) => Some("board-cell-open"),
        (1, _, Some(Timeliness::OnTime)) => Some("board-cell-on-time"),
        (1, _, Some(Timeliness::Late)) => Some("board-cell-late"),
        (1, _, Some(Timeliness::MadeUp)) => Some("board-cell-made-up"),
        (1, _, Some(Timeliness::Missing)) => Some("board-cell-missing"),
        (_, _, Some(_)) => None,
    };
    let text = move || match key {
        Some(key) => locale.say(key),
        None if of.total() == 0 => String::new(),
        None => format!("{}/{}", of.total() - of.missing, of.total()),
    };
    view! { <td class="board-cell" data-state=state data-duty=kind>{text}</td> }.into_any()
}

fn worst(of: &Tallied) -> Option<Timeliness> {
    let counts = [
        (Timeliness::Missing, of.missing),
        (Timeliness::MadeUp, of.made_up),
        (Timeliness::Late, of.late),
        (Timeliness::OnTime, of.on_time),
    ];
    let mut counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.next().map(|(mark, _)| mark)
}

fn reported_bar(due: &Tallied) -> String {
    bar(&[
        ("on_time", due.on_time),
        ("late", due.late),
        ("made_up", due.made_up),
        ("missing", due.missing),
    ])
}

/// The units that owe something, in the order of the plan or by punctuality.
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
        if by_punctuality.get() {
            board::rank(&mut lines);
        }
        let campaign = live.campaign.clone();
        let place = lines.into_iter().enumerate().map(move |(index, line)| {
            let complete = line.complete.map(|at| short_moment(campaign.local(at)));
            let due = line.figures.due;
            let counts = [due.on_time, due.late, due.made_up, due.missing];
            view! {
                <tr data-line=line.id>
                    <td class="board-count">{index + 1}</td>
                    <th scope="row" class="board-name">{line.name}</th>
                    <td class="board-drawn" data-size="wide" inner_html=reported_bar(&due)></td>
                    {counts.map(|count| view! { <td class="board-count">{count}</td> }).collect_view()}
                    <td>{complete.unwrap_or_else(|| diaodu_plan::table::NOTHING.to_owned())}</td>
                </tr>
            }
        });
        Some(place.collect_view())
    };
    const HEADS: [&str; 8] = [
        "board-place",
        "board-name",
        "board-drawn",
        "board-on-time",
        "board-late",
        "board-made-up",
        "board-missing",
        "board-complete",
    ];
    view! {
        <div class="board-tools">
            <Segments name=Signal::derive(move || locale.say("board-ranking")) choices=orders chosen=by_punctuality/>
        </div>
        <div class="board-scroller" tabindex="0" role="region" aria-label=move || locale.say("board-ranking")>
            <table class="board-table">
                <thead><tr>{HEADS.map(|key| view! { <th scope="col">{move || locale.say(key)}</th> }).collect_view()}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}
