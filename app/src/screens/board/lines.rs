//! Units × measures, by unit, lead, street or special action, each with its work beside that of the week before.

use std::{collections::BTreeMap, sync::Arc};

use diaodu_plan::{
    board::{BoardLine, Grouping},
    report::Timeliness,
    summary::{Figures, Tallied},
};
use diaodu_wire::http::week::{WeekSummary, Work};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Live,
    drawing::reported_bar,
    legend::{Legend, REPORTED},
};
use crate::{api, i18n::Locale, ui::segments::Segments};

const GROUPINGS: [(Grouping, &str); 4] = [
    (Grouping::Unit, "board-by-unit"),
    (Grouping::Lead, "board-by-lead"),
    (Grouping::Street, "board-by-street"),
    (Grouping::Action, "board-by-action"),
];

/// 应报 rows, as they were reported.
const REPORT_HEADS: [&str; 6] = [
    "board-due",
    "board-on-time",
    "board-late",
    "board-made-up",
    "board-missing",
    "board-zero",
];

/// The work, each with what has changed since the week before.
const WORK_HEADS: [&str; 5] = [
    "board-found",
    "board-fixed",
    "board-under-way",
    "board-done",
    "board-lagging",
];

/// How the work of each line stood a week ago.
type Before = BTreeMap<String, Work>;

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
    let told = week_before(live);
    let before = Memo::new(move |_| {
        let grouping = grouping.get();
        told.with(|told| {
            told.as_ref()
                .map(|told| of_grouping(told, grouping))
                .unwrap_or_default()
        })
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
        let (lines, before) = (lines.unwrap_or_default(), before.get());
        let lines = lines.into_iter();
        lines
            .map(move |line| whole(line, &before, locale))
            .collect_view()
    };
    let heads = REPORT_HEADS.into_iter().chain(WORK_HEADS);
    view! {
        <div class="board-tools">
            <Segments name=Signal::derive(move || locale.say("board-by")) choices=groupings chosen=grouping/>
            <Legend parts=&REPORTED/>
        </div>
        <p class="dialog-note board-key">{move || locale.say("board-key")}</p>
        <div class="board-scroller" tabindex="0" role="region" aria-label=move || locale.say("board-lines")>
            <table class="board-table">
                <thead><tr>
                    <th scope="col" class="board-name">{move || locale.say("board-name")}</th>
                    <th scope="col">{move || locale.say("board-drawn")}</th>
                    {heads.map(|key| view! { <th scope="col" class="board-count">{move || locale.say(key)}</th> }).collect_view()}
                    {measures}
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

/// The week before, as the server sums it up: its sheets are not here. Asked for when another week comes on screen.
fn week_before(live: Memo<Option<Arc<Live>>>) -> RwSignal<Option<WeekSummary>> {
    let told = RwSignal::new(None);
    let number = Memo::new(move |_| live.with(|live| live.as_ref().map(|live| live.week.number.0)));
    Effect::new(move || {
        told.set(None);
        let Some(before) = number.get().and_then(|number| number.checked_sub(1)) else {
            return;
        };
        if before == 0 {
            return;
        }
        spawn_local(async move {
            let address = format!("/api/weeks/{before}/summary");
            // Without the server the changes are not shown, and everything else is.
            if let Ok(summary) = api::list::<WeekSummary>(&address).await {
                let is_asked = number.try_get_untracked().flatten() == Some(before + 1);
                if is_asked {
                    told.try_set(Some(summary));
                }
            }
        });
    });
    told
}

fn of_grouping(told: &WeekSummary, grouping: Grouping) -> Before {
    let groups = match grouping {
        Grouping::Unit => {
            let units = told.units.iter();
            return units.map(|line| (line.unit.clone(), line.work)).collect();
        }
        Grouping::Lead => &told.leads,
        Grouping::Street => &told.streets,
        Grouping::Action => &told.actions,
    };
    let groups = groups.iter();
    groups.map(|group| (group.id.clone(), group.work)).collect()
}

fn whole(line: BoardLine, before: &Before, locale: Locale) -> impl IntoView + use<> {
    let BoardLine {
        id,
        name,
        figures,
        cells,
        ..
    } = line;
    let (due, work) = (figures.due, figures.work);
    let reports = [
        due.total(),
        due.on_time,
        due.late,
        due.made_up,
        due.missing,
        due.zero,
    ];
    let reports = reports.into_iter().zip(REPORT_HEADS).map(|(count, key)| {
        let is_alarming = count > 0 && key == "board-missing";
        view! { <td class="board-count" data-head=key data-state=is_alarming.then_some("alarm")>{count}</td> }
    });
    let then = before.get(&id).copied();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let works = [
        (work.week.found, then.map(|then| then.found_week)),
        (work.week.fixed, then.map(|then| then.fixed_week)),
        (
            count(work.under_way),
            then.map(|then| count(then.under_way)),
        ),
        (count(work.done), then.map(|then| count(then.done))),
        (count(work.lagging), then.map(|then| count(then.lagging))),
    ];
    let works = works.into_iter().zip(WORK_HEADS).map(|((now, then), key)| {
        let is_alarming = now > 0 && key == "board-lagging";
        view! {
            <td class="board-count" data-head=key data-state=is_alarming.then_some("alarm")>
                {now}{then.and_then(|then| shift(now - then, locale))}
            </td>
        }
    });
    let cells = cells.into_iter().map(|cell| measure(cell, locale));
    view! {
        <tr data-line=id>
            <th scope="row" class="board-name" title=name.clone()>{name.clone()}</th>
            <td class="board-drawn" inner_html=reported_bar(&due)></td>
            {reports.collect_view()}
            {works.collect_view()}
            {cells.collect_view()}
        </tr>
    }
}

/// What has changed since the week before; nothing where nothing has.
pub fn shift(change: i64, locale: Locale) -> Option<AnyView> {
    let shown = signed(change);
    let words = shown.clone();
    let title = move || locale.say_with("board-shift", &[("change", words.clone().into())]);
    (change != 0).then(|| view! { <span class="board-shift" title=title>{shown}</span> }.into_any())
}

/// A change with its sign; the minus as wide as the plus.
pub fn signed(change: i64) -> String {
    match change {
        1.. => format!("+{change}"),
        0 => "0".to_owned(),
        _ => format!("−{}", change.unsigned_abs()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_carries_its_sign() {
        assert_eq!([3, 0, -3].map(signed), ["+3", "0", "−3"]);
    }

    #[test]
    fn the_worst_row_marks_a_cell_of_several() {
        let tallied = |on_time, late, missing| Tallied {
            on_time,
            late,
            missing,
            ..Tallied::default()
        };
        assert_eq!(worst(&tallied(2, 1, 1)), Some(Timeliness::Missing));
        assert_eq!(worst(&tallied(2, 1, 0)), Some(Timeliness::Late));
        assert_eq!(worst(&tallied(2, 0, 0)), Some(Timeliness::OnTime));
        assert_eq!(worst(&tallied(0, 0, 0)), None);
    }
}
