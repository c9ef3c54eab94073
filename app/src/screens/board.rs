//! 督办板: who has reported and how the work stands, drawn from the sheets that are here and live with them; the weeks before
//! come from the server.

pub mod drawing;
pub mod legend;
mod lines;
mod periods;
mod ranking;
mod tasks;
mod weeks;

use std::sync::Arc;

use diaodu_plan::{
    board::{self, BoardLine, Grouping},
    campaign::{Campaign, Week},
    summary::{Figured, Figures},
};
use leptos::prelude::*;

use super::countdown::{Countdown, short_moment};
use crate::{
    app::WALL,
    grid::model::CellPlace,
    i18n::Locale,
    later::{board_desk, later},
    session::SessionState,
    store::Store,
    ui::{clipboard::copy, dialog::Dialog, segments::Segments},
};

/// The week on screen, worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The week.
    pub week: Week,
    /// Its rows, in the order of the plan.
    pub rows: Vec<Figured>,
}

impl Live {
    /// Sums up all rows.
    pub fn all(&self) -> Figures {
        let mut all = Figures::default();
        self.rows.iter().for_each(|row| all.add(row));
        all
    }

    /// Returns the lines of the board.
    pub fn lines(&self, grouping: Grouping) -> Vec<BoardLine> {
        board::lines(&self.campaign, &self.rows, grouping)
    }
}

/// The week on screen, worked out again whenever one of its documents has changed.
pub fn live() -> Memo<Option<Arc<Live>>> {
    let store: Store = expect_context();
    let week = store.week;
    Memo::new(move |_| {
        week.number.track();
        week.rows.track();
        week.news.track();
        let (campaign, week, rows) = week.figured()?;
        let live = Live {
            campaign,
            week,
            rows,
        };
        Some(Arc::new(live))
    })
}

/// The parts of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Lines,
    Weeks,
    Ranking,
    Tasks,
}

impl Part {
    const ALL: [(Part, &'static str); 4] = [
        (Part::Lines, "board-lines"),
        (Part::Weeks, "board-weeks"),
        (Part::Ranking, "board-ranking"),
        (Part::Tasks, "board-tasks"),
    ];
}

/// Opens the board.
#[component]
pub fn BoardDoor(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    view! {
        <button class="button" data-kind="quiet" type="button" on:click=move |_| is_open.set(true)>
            {move || locale.say("board")}
        </button>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("board")) on_close=close>
                {later(board_desk(reveal, close))}
            </Dialog>
        </Show>
    }
}

/// The board.
#[component]
pub fn BoardDesk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let role = session.current.get_untracked().map(|session| session.role);
    // A unit looks at its own work first.
    let first = match role.as_deref() {
        Some("unit" | "leader") => Part::Tasks,
        Some(_) | None => Part::Lines,
    };
    let part = RwSignal::new(first);
    let parts = Signal::derive(move || {
        Part::ALL
            .map(|(part, key)| (part, locale.say(key)))
            .to_vec()
    });
    let live = live();
    view! {
        <div class="board">
            <div class="board-head">
                <h2 class="dialog-title">{move || locale.say("board")}</h2>
                <Segments name=Signal::derive(move || locale.say("board")) choices=parts chosen=part/>
                <Countdown/>
                <span class="head-fill"></span>
                <a class="button" data-kind="plain" href=format!("/{WALL}") target="_blank">{move || locale.say("board-wall")}</a>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
            </div>
            <Numbers live/>
            {move || match part.get() {
                Part::Lines => view! { <lines::Lines live/> }.into_any(),
                Part::Weeks => view! { <weeks::Weeks live/> }.into_any(),
                Part::Ranking => view! { <ranking::Ranking live/> }.into_any(),
                Part::Tasks => view! { <tasks::Tasks reveal close/> }.into_any(),
            }}
        </div>
    }
}

/// The week in one sentence, and the reminder for the chat group.
#[component]
fn Numbers(live: Memo<Option<Arc<Live>>>) -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let copied = RwSignal::new(None::<String>);
    let sentence = move || {
        let all = live.get()?.all();
        let values = [
            ("due", all.due.total()),
            ("reported", all.due.total() - all.due.missing),
            ("on_time", all.due.on_time),
            ("late", all.due.late),
            ("made_up", all.due.made_up),
            ("missing", all.due.missing),
            ("zero", all.due.zero),
            ("assisting", all.assisting.total()),
            ("assisted", all.assisting.total() - all.assisting.missing),
        ];
        let values = values.map(|(name, count)| (name, (count as i64).into()));
        Some(locale.say_with("board-sentence", &values))
    };
    let has_missing =
        move || live.with(|live| live.as_ref().is_some_and(|live| live.all().due.missing > 0));
    let remind = move |_| {
        if let Some(live) = live.get_untracked() {
            let now_ms = untrack(|| session.server_now_ms());
            let text = untrack(|| reminder(&live, now_ms, locale));
            copy(&text);
            copied.set(Some(text));
        }
    };
    view! {
        <div class="board-numbers">
            <p class="board-sentence" role="status">{sentence}</p>
            <Show when=has_missing>
                <button class="button" data-kind="primary" type="button" on:click=remind>{move || locale.say("board-remind")}</button>
            </Show>
        </div>
        <div class="board-copied" role="status" hidden=move || copied.with(Option::is_none)>
            <p class="board-copied-words">{move || copied.with(Option::is_some).then(|| locale.say("board-copied"))}</p>
            // In full, so that it can be read before it is sent, and copied by hand where the browser has not done it.
            <p class="board-reminder">{move || copied.get()}</p>
        </div>
    }
}

/// The text for the chat group: who has 应报 rows missing, in the order of the plan.
fn reminder(live: &Live, now_ms: i64, locale: Locale) -> String {
    let lines = live.lines(Grouping::Unit);
    let named: Vec<String> = board::missing(&lines)
        .map(|(line, count)| {
            let values = [
                ("name", line.name.clone().into()),
                ("count", (count as i64).into()),
            ];
            locale.say_with("board-reminder-unit", &values)
        })
        .collect();
    let due = live.week.due;
    let key = match due.as_millisecond() > now_ms {
        true => "board-reminder",
        false => "board-reminder-over",
    };
    let values = [
        ("week", i64::from(live.week.number.0).into()),
        ("at", short_moment(live.campaign.local(due)).into()),
        ("units", (named.len() as i64).into()),
        ("rows", (live.all().due.missing as i64).into()),
        ("names", named.join(&locale.say("list-comma")).into()),
    ];
    locale.say_with(key, &values)
}
