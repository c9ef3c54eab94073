//! 大屏: the week for the wall, in large letters, live. It follows the calendar to the next week and dials by itself.

use diaodu_plan::{board, board::Grouping};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    board::{
        drawing::{bar, reported_bar, work_parts},
        legend::{Legend, REPORTED, WORK},
        live,
    },
    countdown::{Countdown, ticking},
    sign_in::SignIn,
    status::SyncStatus,
};
use crate::{
    i18n::Locale,
    replica::{Command, Replica},
    session::SessionState,
    store::Store,
    ui::dialog::Dialog,
};

const TILES: [(&str, &str); 6] = [
    ("due", "board-due"),
    ("on_time", "board-on-time"),
    ("late", "board-late"),
    ("made_up", "board-made-up"),
    ("missing", "board-missing"),
    ("lagging", "board-lagging"),
];

/// The screen.
#[component]
pub fn Wall(account: String) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let state = SessionState::expect();
    let live = live();
    follow_the_calendar(&store, replica.clone());
    Effect::new(move |was: Option<bool>| {
        let is_expired = state.is_expired.get();
        if was == Some(true) && !is_expired {
            replica.command(Command::Renewed);
        }
        is_expired
    });
    let all = Memo::new(move |_| live.get().map(|live| live.all()).unwrap_or_default());
    let campaign = store.campaign;
    let name = move || campaign.get().map(|campaign| campaign.name.clone());
    let week = move || {
        let number = i64::from(live.get()?.week.number.0);
        Some(locale.say_with("wall-week", &[("week", number.into())]))
    };
    let tiles = TILES.map(|(state, key)| {
        let count = move || {
            let (due, work) = all.with(|all| (all.due, all.work));
            match state {
                "due" => due.total(),
                "on_time" => due.on_time,
                "late" => due.late,
                "made_up" => due.made_up,
                "missing" => due.missing,
                _ => work.lagging,
            }
        };
        view! {
            <div class="wall-tile" data-state=state>
                <span class="wall-count">{count}</span>
                <span class="wall-word">{move || locale.say(key)}</span>
            </div>
        }
    });
    let drawn = move || all.with(|all| reported_bar(&all.due));
    let progress = move || {
        let lines = live.get().map(|live| live.lines(Grouping::Action));
        let lines = lines.unwrap_or_default().into_iter();
        lines
            .map(|line| {
                let work = line.figures.work;
                let drawn = bar(&work_parts(line.rows, &work));
                view! {
                    <li class="wall-action" data-line=line.id>
                        <span class="wall-action-name">{line.name}</span>
                        <span class="wall-action-bar" inner_html=drawn></span>
                        <span class="wall-share">{format!("{}/{}", work.done, line.rows)}</span>
                    </li>
                }
            })
            .collect_view()
    };
    let missing = move || {
        let lines = live.get().map(|live| live.lines(Grouping::Unit));
        let lines = lines.unwrap_or_default();
        let named = board::missing(&lines);
        named
            .map(|(line, count)| {
                view! { <li class="wall-unit" data-line=line.id.clone()><span class="wall-unit-name">{line.name.clone()}</span><b>{count}</b></li> }
            })
            .collect_view()
    };
    let heading = move || match all.with(|all| all.due.missing) {
        0 => locale.say("wall-complete"),
        count => locale.say_with("wall-missing", &[("count", (count as i64).into())]),
    };
    let account = StoredValue::new(account);
    view! {
        <main class="wall">
            <div class="wall-head">
                <h1 class="wall-title">{name}" "{week}</h1>
                <Countdown/>
                <SyncStatus/>
            </div>
            <div class="wall-tiles">{tiles.collect_view()}</div>
            <div class="wall-bar" inner_html=drawn></div>
            <Legend parts=&REPORTED/>
            <div class="wall-parts">
                <section class="wall-part" data-part="missing">
                    <h2 class="wall-heading">{heading}</h2>
                    <ul class="wall-units">{missing}</ul>
                </section>
                <section class="wall-part" data-part="progress">
                    <h2 class="wall-heading">{move || locale.say("wall-progress")}</h2>
                    <Legend parts=&WORK/>
                    <ul class="wall-actions">{progress}</ul>
                </section>
            </div>
            <Show when=move || state.is_expired.get()>
                <Dialog label=Signal::derive(move || locale.say("sign-in-again"))>
                    <SignIn account=account.get_value() is_again=true/>
                </Dialog>
            </Show>
        </main>
    }
}

/// Nobody turns the page on the wall: when a week begins, it is opened.
fn follow_the_calendar(store: &Store, replica: Replica) {
    let now = ticking();
    let (campaign, number) = (store.campaign.clone(), store.week.number.clone());
    Effect::new(move || {
        let at = Timestamp::from_millisecond(now.get()).unwrap_or_default();
        let Some(campaign) = campaign.get() else {
            return;
        };
        let week = campaign.week_at(at);
        if number.get_untracked().is_some_and(|shown| shown != week) {
            replica.command(Command::OpenWeek(week));
        }
    });
}
