//! Weeks over weeks: progress by special action, problems found and fixed. The server tells the weeks; the one on screen is live.

use std::sync::Arc;

use diaodu_plan::{board::Grouping, summary::Work};
use diaodu_wire::http::board::Board;
use leptos::{prelude::*, task::spawn_local};

use super::{Live, bar, drawing::columns};
use crate::{api, i18n::Locale};

/// How the rows of an action stand in a week.
#[derive(Debug, Clone, Copy, Default)]
struct Stand {
    rows: usize,
    not_started: usize,
    under_way: usize,
    done: usize,
    lagging: usize,
}

/// A week as it is drawn.
#[derive(Debug, Clone)]
struct Drawn {
    week: u8,
    found: i64,
    fixed: i64,
    lagging: usize,
    actions: Vec<(String, Stand)>,
}

/// The weeks.
#[component]
pub fn Weeks(live: Memo<Option<Arc<Live>>>) -> impl IntoView {
    let locale = Locale::expect();
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
        let board = board.get();
        let weeks = board.iter().flat_map(|board| &board.weeks);
        let weeks = weeks.map(|week| match &live {
            Some(live) if live.week.number.0 == week.week => live_week(live),
            Some(_) | None => told_week(week),
        });
        Shown(weeks.collect())
    });
    let sentence = move || {
        let number = live.get()?.week.number.0;
        change_sentence(&weeks.get().0, number, locale)
    };
    view! {
        <p class="board-said" role="status">{move || said.get()}</p>
        <p class="board-change">{sentence}</p>
        <div class="board-scroller" tabindex="0" role="region" aria-label=move || locale.say("board-weeks")>
            <h3 class="board-title">{move || locale.say("board-problems")}</h3>
            <p class="dialog-note">{move || locale.say("board-problems-key")}</p>
            <div inner_html=move || columns(&weeks.get().0.iter().map(|week| (week.week, week.found, week.fixed)).collect::<Vec<_>>())></div>
            {move || counts(&weeks.get().0, locale)}
            <h3 class="board-title">{move || locale.say("board-progress")}</h3>
            <p class="dialog-note">{move || locale.say("board-progress-key")}</p>
            {move || progress(live.get(), &weeks.get().0, locale)}
        </div>
    }
}

/// Compared by the numbers alone: weeks come anew with every edit.
#[derive(Debug, Clone)]
struct Shown(Vec<Drawn>);

impl PartialEq for Shown {
    fn eq(&self, _: &Shown) -> bool {
        false
    }
}

fn live_week(live: &Live) -> Drawn {
    let all = live.all().work;
    let lines = live.lines(Grouping::Action).into_iter();
    let rows_of = |id: &str| {
        let of = live.rows.iter().filter(|row| {
            let measure = live.campaign.measure(row.row.measure);
            measure.is_some_and(|measure| measure.action.to_string() == id)
        });
        of.count()
    };
    Drawn {
        week: live.week.number.0,
        found: all.week.found,
        fixed: all.week.fixed,
        lagging: all.lagging,
        actions: lines
            .map(|line| {
                let rows = rows_of(&line.id);
                (line.id, stand(rows, &line.figures.work))
            })
            .collect(),
    }
}

fn stand(rows: usize, work: &Work) -> Stand {
    Stand {
        rows,
        not_started: work.not_started,
        under_way: work.under_way,
        done: work.done,
        lagging: work.lagging,
    }
}

fn told_week(week: &diaodu_wire::http::board::BoardWeek) -> Drawn {
    let actions = week.actions.iter().map(|of| {
        let stand = Stand {
            rows: of.rows,
            not_started: of.work.not_started,
            under_way: of.work.under_way,
            done: of.work.done,
            lagging: of.work.lagging,
        };
        (of.action.clone(), stand)
    });
    Drawn {
        week: week.week,
        found: week.work.found_week,
        fixed: week.work.fixed_week,
        lagging: week.work.lagging,
        actions: actions.collect(),
    }
}

/// This week against the week before.
fn change_sentence(weeks: &[Drawn], number: u8, locale: Locale) -> Option<String> {
    let of = |number: u8| weeks.iter().find(|week| week.week == number);
    let (now, before) = (of(number)?, of(number.checked_sub(1)?)?);
    let signed = |change: i64| match change {
        1.. => format!("+{change}"),
        _ => change.to_string(),
    };
    let lagging = now.lagging as i64 - before.lagging as i64;
    let values = [
        ("found", now.found.into()),
        ("found_change", signed(now.found - before.found).into()),
        ("fixed", now.fixed.into()),
        ("fixed_change", signed(now.fixed - before.fixed).into()),
        ("lagging", (now.lagging as i64).into()),
        ("lagging_change", signed(lagging).into()),
    ];
    Some(locale.say_with("board-change", &values))
}

fn counts(weeks: &[Drawn], locale: Locale) -> impl IntoView + use<> {
    let heads = weeks.iter().map(|week| view! { <th scope="col">{week.week}</th> });
    let line = |key: &'static str, read: fn(&Drawn) -> i64| {
        let cells = weeks.iter().map(|week| view! { <td class="board-count" data-week=week.week.to_string()>{read(week)}</td> });
        view! { <tr data-line=key><th scope="row" class="board-name">{locale.say(key)}</th>{cells.collect_view()}</tr> }
    };
    view! {
        <table class="board-table">
            <thead><tr><th scope="col" class="board-name">{locale.say("board-week")}</th>{heads.collect_view()}</tr></thead>
            <tbody>
                {line("board-found", |week| week.found)}
                {line("board-fixed", |week| week.fixed)}
                {line("board-lagging", |week| week.lagging as i64)}
            </tbody>
        </table>
    }
}

fn progress(live: Option<Arc<Live>>, weeks: &[Drawn], locale: Locale) -> Option<AnyView> {
    let campaign = live?.campaign.clone();
    let heads = weeks.iter().map(|week| view! { <th scope="col">{week.week}</th> });
    let lines = campaign.actions.iter().map(|action| {
        let id = action.number.to_string();
        let cells = weeks.iter().map(|week| {
            let found = week.actions.iter().find(|(action, _)| *action == id);
            let stand = found.map(|(_, stand)| *stand).unwrap_or_default();
            let Stand { rows, not_started, under_way, done, lagging } = stand;
            let unsaid = rows.saturating_sub(not_started + under_way + done + lagging);
            let drawn = bar(&[
                ("done", done),
                ("under_way", under_way),
                ("not_started", not_started),
                ("lagging", lagging),
                ("unsaid", unsaid),
            ]);
            let values = [
                ("done", done),
                ("under_way", under_way),
                ("not_started", not_started),
                ("lagging", lagging),
                ("unsaid", unsaid),
            ];
            let title = locale.say_with("board-stand", &values.map(|(name, count)| (name, (count as i64).into())));
            view! {
                <td class="board-progress" title=title>
                    <span inner_html=drawn></span>
                    <span class="board-share">{format!("{done}/{rows}")}</span>
                </td>
            }
        });
        let (number, name) = (id.clone(), action.title.clone());
        view! { <tr data-line=number><th scope="row" class="board-name" data-size="wide">{name}</th>{cells.collect_view()}</tr> }
    });
    let table = view! {
        <table class="board-table">
            <thead><tr><th scope="col" class="board-name">{locale.say("board-action")}</th>{heads.collect_view()}</tr></thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    };
    Some(table.into_any())
}
