//! Weeks over weeks: reports, problems found and fixed, progress by special action. The server tells the weeks; the one on screen
//! is live.

use std::sync::Arc;

use diaodu_plan::{
    board::Grouping,
    campaign::WeekNumber,
    summary::{Tallied, Work},
};
use diaodu_wire::http::board::{Board, BoardWeek};
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Live,
    drawing::{bar, columns, reported_bar, work_parts},
    legend::{self, Legend, REPORTED},
    lines::{shift, signed},
    periods::Periods,
};
use crate::{api, i18n::Locale, session::SessionState};

/// How the rows of an action stand in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Stand {
    rows: usize,
    /// Its counts are not told.
    work: Work,
}

/// A week as it is drawn. Compared by its numbers: weeks come anew with every edit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawn {
    week: u8,
    due: Tallied,
    found: i64,
    fixed: i64,
    lagging: i64,
    actions: Vec<(String, Stand)>,
}

/// The weeks.
#[component]
pub fn Weeks(live: Memo<Option<Arc<Live>>>) -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let board = RwSignal::new(None::<Board>);
    let said = RwSignal::new(None::<String>);
    let language = untrack(|| locale.language());
    spawn_local(async move {
        match api::list_in::<Board>("/api/board", language).await {
            Ok(read) => drop(board.try_set(Some(read))),
            Err(error) => drop(said.try_set(Some(error.sentence(language)))),
        }
    });
    let weeks = Memo::new(move |_| {
        let live = live.get();
        let now = Timestamp::from_millisecond(session.server_now_ms()).unwrap_or_default();
        let begun = live.as_ref().map(|live| live.campaign.week_at(now));
        // What has not begun is not drawn: zeros would look like a fall.
        let has_begun =
            |week: &&BoardWeek| begun.is_none_or(|begun| WeekNumber(week.week) <= begun);
        board.with(|board| {
            let weeks = board.iter().flat_map(|board| &board.weeks);
            let weeks = weeks.filter(has_begun).map(|week| match &live {
                Some(live) if live.week.number.0 == week.week => live_week(live),
                Some(_) | None => told_week(week),
            });
            weeks.collect::<Vec<_>>()
        })
    });
    let number = Memo::new(move |_| live.with(|live| live.as_ref().map(|live| live.week.number.0)));
    let sentence = move || weeks.with(|weeks| change_sentence(weeks, number.get()?, locale));
    let actions = Memo::new(move |_| {
        live.with(|live| {
            let live = live.as_ref();
            let actions = live.map(|live| live.campaign.actions.iter());
            actions
                .into_iter()
                .flatten()
                .map(|action| (action.number.to_string(), action.title.clone()))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <p class="board-said" role="status">{move || said.get()}</p>
        <p class="board-change">{sentence}</p>
        <div class="board-scroller" tabindex="0" role="region" aria-label=move || locale.say("board-weeks")>
            {move || weeks.with(|weeks| actions.with(|actions| table(weeks, number.get(), actions, locale)))}
            <Periods/>
        </div>
    }
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn live_week(live: &Live) -> Drawn {
    let all = live.all();
    let lines = live.lines(Grouping::Action).into_iter();
    Drawn {
        week: live.week.number.0,
        due: all.due,
        found: all.work.week.found,
        fixed: all.work.week.fixed,
        lagging: count(all.work.lagging),
        actions: lines
            .map(|line| {
                let (rows, work) = (line.rows, line.figures.work);
                (line.id, Stand { rows, work })
            })
            .collect(),
    }
}

fn told_week(week: &BoardWeek) -> Drawn {
    let actions = week.actions.iter().map(|of| {
        let work = Work {
            not_started: of.work.not_started,
            under_way: of.work.under_way,
            done: of.work.done,
            lagging: of.work.lagging,
            ..Work::default()
        };
        (
            of.action.clone(),
            Stand {
                rows: of.rows,
                work,
            },
        )
    });
    Drawn {
        week: week.week,
        due: Tallied {
            on_time: week.due.on_time,
            late: week.due.late,
            made_up: week.due.made_up,
            missing: week.due.missing,
            ..Tallied::default()
        },
        found: week.work.found_week,
        fixed: week.work.fixed_week,
        lagging: count(week.work.lagging),
        actions: actions.collect(),
    }
}

/// This week against the week before.
fn change_sentence(weeks: &[Drawn], number: u8, locale: Locale) -> Option<String> {
    let of = |number: u8| weeks.iter().find(|week| week.week == number);
    let (now, before) = (of(number)?, of(number.checked_sub(1)?)?);
    let change = |read: fn(&Drawn) -> i64| signed(read(now) - read(before));
    let values = [
        ("found", now.found.into()),
        ("found_change", change(|week| week.found).into()),
        ("fixed", now.fixed.into()),
        ("fixed_change", change(|week| week.fixed).into()),
        ("lagging", now.lagging.into()),
        ("lagging_change", change(|week| week.lagging).into()),
    ];
    Some(locale.say_with("board-change", &values))
}

/// One table: whatever is drawn of a week stands in its column.
fn table(
    weeks: &[Drawn],
    shown: Option<u8>,
    actions: &[(String, String)],
    locale: Locale,
) -> impl IntoView + use<> {
    let state = |week: &Drawn| (Some(week.week) == shown).then_some("shown");
    let heads = weeks.iter().map(|week| {
        let values = [("week", i64::from(week.week).into())];
        view! { <th scope="col" class="board-week" data-state=state(week)>{locale.say_with("board-week-number", &values)}</th> }
    });
    let line = |key: &str, name: String, cells: Vec<AnyView>| {
        let cells = weeks.iter().zip(cells).map(|(week, cell)| {
            view! { <td class="board-week" data-week=week.week.to_string() data-state=state(week)>{cell}</td> }
        });
        view! { <tr data-line=key.to_owned()><th scope="row" class="board-name" title=name.clone()>{name.clone()}</th>{cells.collect_view()}</tr> }
    };
    let part = |key: &'static str, parts: Option<&'static [(&'static str, &'static str)]>| {
        view! {
            <tr class="board-part">
                <th scope="rowgroup" class="board-name">{locale.say(key)}</th>
                <td colspan=weeks.len().max(1).to_string()>
                    {match parts {
                        Some(parts) => view! { <Legend parts/> }.into_any(),
                        None => view! { <ul class="board-legend">
                            <li class="board-legend-part"><span class="board-swatch" data-state="found"></span>{locale.say("board-found")}</li>
                            <li class="board-legend-part"><span class="board-swatch" data-state="fixed"></span>{locale.say("board-fixed")}</li>
                        </ul> }.into_any(),
                    }}
                </td>
            </tr>
        }
    };
    let reports = weeks.iter().map(|week| reported(&week.due)).collect();
    let most = weeks.iter().map(|week| week.found.max(week.fixed));
    let most = most.max().unwrap_or_default();
    let drawn = weeks.iter().map(|week| {
        let drawn = columns(week.found, week.fixed, most);
        view! { <span class="board-pair" inner_html=drawn></span> }.into_any()
    });
    let counts = |read: fn(&Drawn) -> i64| {
        let counts = weeks.iter().map(|week| {
            let before = weeks.iter().find(|other| other.week + 1 == week.week);
            let change = before.and_then(|before| shift(read(week) - read(before), locale));
            view! { {read(week)}{change} }.into_any()
        });
        counts.collect::<Vec<_>>()
    };
    let progress = actions.iter().map(|(id, title)| {
        let stands = weeks.iter().map(|week| {
            let found = week.actions.iter().find(|(action, _)| action == id);
            progress(found.map(|(_, stand)| *stand).unwrap_or_default(), locale)
        });
        line(id, title.clone(), stands.collect())
    });
    view! {
        <table class="board-table" data-kind="weeks">
            <thead><tr><th scope="col" class="board-name">{locale.say("board-week")}</th>{heads.collect_view()}</tr></thead>
            <tbody>
                {part("board-reports", Some(&REPORTED))}
                {line("board-reported", locale.say("board-reported"), reports)}
            </tbody>
            <tbody>
                {part("board-problems", None)}
                {line("board-problems", locale.say("board-drawn"), drawn.collect())}
                {line("board-found", locale.say("board-found"), counts(|week| week.found))}
                {line("board-fixed", locale.say("board-fixed"), counts(|week| week.fixed))}
                {line("board-lagging", locale.say("board-lagging-rows"), counts(|week| week.lagging))}
            </tbody>
            <tbody>
                {part("board-progress", Some(&legend::WORK))}
                {progress.collect_view()}
            </tbody>
        </table>
    }
}

fn reported(due: &Tallied) -> AnyView {
    let all = due.total();
    share(reported_bar(due), all - due.missing, all, None)
}

fn progress(stand: Stand, locale: Locale) -> AnyView {
    let Stand { rows, work } = stand;
    let parts = work_parts(rows, &work);
    let values = parts.map(|(name, of)| (name, count(of).into()));
    let title = locale.say_with("board-stand", &values);
    share(bar(&parts), work.done, rows, Some(title))
}

/// A bar above how many there are of how many.
fn share(drawn: String, part: usize, all: usize, title: Option<String>) -> AnyView {
    view! {
        <span class="board-progress" title=title>
            <span inner_html=drawn></span>
            <span class="board-share">{format!("{part}/{all}")}</span>
        </span>
    }
    .into_any()
}
