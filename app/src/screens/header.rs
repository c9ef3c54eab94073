//! The head of the week screen: campaign, week, view, export, state, person.

use diaodu_plan::campaign::{Campaign, Week, WeekNumber};
use diaodu_wire::http::Session;
use jiff::civil::Date;
use leptos::prelude::*;

use super::{
    arranging::Arranging,
    board::BoardDoor,
    cards::CardsDoor,
    circular::unsigned::{CircularNews, Unsigned},
    columns::ColumnsDoor,
    comments::{CommentsDoor, Talking},
    conflicts::{Conflicts, ConflictsDoor},
    corrections::CorrectionsDoor,
    countdown::Countdown,
    display::DisplayDoor,
    history::HistoryDoor,
    office::{OfficeDoor, week::WeekDeskDoor},
    online::Online,
    reporting::ReportingDoor,
    review::ReviewDoor,
    status::SyncStatus,
    views::ViewsDoor,
};
use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    later::{by_itself, circular_desk, contacts, later, plan_text, reminder_door},
    replica::{Command, Replica},
    session::SessionState,
    store::{Store, outline::View, status::Connection},
    ui::{
        dialog::Dialog, language::LanguageSwitch, menu::Menu, screen::Screen, segments::Segments,
    },
};

/// The head of the week screen.
#[component]
pub fn Header(
    session: Session,
    arranging: Arranging,
    reveal: RwSignal<Option<CellPlace>>,
    conflicts: Conflicts,
    talking: Talking,
    is_there: RwSignal<bool>,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let campaign = store.campaign;
    let name = move || {
        campaign
            .get()
            .map(|campaign| campaign.name.clone())
            .unwrap_or_default()
    };
    let account = StoredValue::new(session.account.clone());
    let screen: Screen = expect_context();
    let state = SessionState::expect();
    let current = Memo::new(move |_| state.current.get().unwrap_or_else(|| session.clone()));
    let is_office = move || current.with(|session| session.role == "office");
    let paper = RwSignal::new(None::<Paper>);
    let leave = move |_| replica.command(Command::Leave);
    let views = Signal::derive(move || {
        View::ALL
            .map(|view| (view, locale.say(view.word())))
            .to_vec()
    });
    view! {
        <header class="head">
            <div class="head-line" data-pane="head">
                <span class="head-product">{move || locale.say("product")}</span>
                <h1 class="head-campaign">{name}</h1>
                <span class="head-fill"></span>
                <SyncStatus/>
                <Online/>
                <BoardDoor reveal/>
                <Papers reveal opened=paper/>
                <Show when=is_office><OfficeDoor/></Show>
                <span class="head-person">
                    <span class="head-unit">{move || current.with(|session| session.unit_name.clone())}</span>
                    <span class="head-account">{move || current.with(|session| session.account.clone())}</span>
                </span>
                <LanguageSwitch/>
                <DisplayDoor/>
                <button class="button" data-kind="quiet" type="button" on:click=leave>{move || locale.say("sign-out")}</button>
            </div>
            <div class="head-line" data-pane="tools">
                <WeekSwitch/>
                <Countdown/>
                <CircularNews open=Callback::new(move |()| paper.set(Some(Paper::Circular)))/>
                <Show when=move || is_there.get()>{by_itself(reminder_door(reveal))}</Show>
                <ConflictsDoor conflicts/>
                <CommentsDoor talking/>
                <CardsDoor/>
                <span class="head-fill"></span>
                // Cards are one's own rows, all of them.
                <Show when=move || !screen.shows_cards()>
                    <Segments name=Signal::derive(move || locale.say("view-label")) choices=views chosen=arranging.view/>
                    <ColumnsDoor arranging/>
                    <ViewsDoor account=account.get_value() arranging/>
                    <HistoryDoor/>
                </Show>
                <Export/>
                <CorrectionsDoor reveal/>
                <Show when=is_office><WeekDeskDoor/></Show>
                <ReviewDoor reveal/>
                <ReportingDoor reveal/>
            </div>
        </header>
    }
}

/// What the campaign has on paper beside the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    /// 方案
    Plan,
    /// 联络信息表
    Contacts,
    /// 通报
    Circular,
}

impl Paper {
    /// What the button says, and the dialog.
    fn words(self) -> [&'static str; 2] {
        match self {
            Paper::Plan => ["plan-text"; 2],
            Paper::Contacts => ["contacts", "contacts-title"],
            Paper::Circular => ["circular"; 2],
        }
    }
}

/// Opens them, from one list.
#[component]
fn Papers(reveal: RwSignal<Option<CellPlace>>, opened: RwSignal<Option<Paper>>) -> impl IntoView {
    let locale = Locale::expect();
    let unsigned = Unsigned::expect();
    let has_news = Signal::derive(move || unsigned.count() > 0);
    let close = Callback::new(move |()| opened.set(None));
    let door = move |paper: Paper| {
        let [word, _] = paper.words();
        let is_new = move || (paper == Paper::Circular && has_news.get()).then_some("true");
        view! {
            <button class="button" data-kind="quiet" data-news=is_new type="button" on:click=move |_| opened.set(Some(paper))>
                {move || locale.say(word)}
            </button>
        }
    };
    view! {
        <Menu label=Signal::derive(move || locale.say("papers")) news=has_news>
            {[Paper::Plan, Paper::Contacts, Paper::Circular].map(door)}
        </Menu>
        {move || opened.get().map(|paper| {
            let [_, title] = paper.words();
            view! {
                <Dialog label=Signal::derive(move || locale.say(title)) on_close=close>
                    {match paper {
                        Paper::Plan => later(plan_text(reveal, close)).into_any(),
                        Paper::Contacts => later(contacts(close)).into_any(),
                        Paper::Circular => later(circular_desk(reveal, close)).into_any(),
                    }}
                </Dialog>
            }
        })}
    }
}

/// The weeks, for mouse and keyboard.
#[component]
fn WeekSwitch() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let (campaign, number) = (store.campaign.clone(), store.week.number.clone());
    let shown = number.clone();
    let options = move || {
        let campaign = campaign.get();
        let end = campaign.as_ref().map(|campaign| campaign.end);
        let weeks = campaign
            .map(|campaign| campaign.weeks.clone())
            .unwrap_or_default();
        let last = weeks.last().map(|week| week.number);
        let name = |week: &Week| {
            // The last days have their place in the last week's table.
            let until = end.filter(|end| Some(week.number) == last && *end > week.end);
            (week.number, week_name(week, until, locale))
        };
        weeks.iter().map(name).collect::<Vec<_>>()
    };
    let step = {
        let (campaign, replica) = (store.campaign.clone(), replica.clone());
        move |by: i16| {
            let target = number
                .get_untracked()
                .and_then(|week| neighbour(&*campaign.get_untracked()?, week, by));
            if let Some(week) = target {
                replica.command(Command::OpenWeek(week));
            }
        }
    };
    let (back, forth) = (step.clone(), step);
    let pick = move |event| {
        if let Ok(week) = event_target_value(&event).parse() {
            replica.command(Command::OpenWeek(WeekNumber(week)));
        }
    };
    view! {
        <div class="week-switch" role="group" aria-label=move || locale.say("week-label")>
            <button class="button" data-kind="icon" type="button" on:click=move |_| back(-1)
                aria-label=move || locale.say("week-before") title=move || locale.say("week-before")>"‹"</button>
            <select class="select" aria-label=move || locale.say("week-label") on:change=pick
                prop:value=move || shown.get().map(|week| week.0.to_string()).unwrap_or_default()>
                {move || {
                    let current = store.week.number.get();
                    options().into_iter().map(|(week, name)| view! {
                        <option value=week.0.to_string() selected=current == Some(week)>{name}</option>
                    }).collect_view()
                }}
            </select>
            <button class="button" data-kind="icon" type="button" on:click=move |_| forth(1)
                aria-label=move || locale.say("week-after") title=move || locale.say("week-after")>"›"</button>
        </div>
    }
}

/// Returns the week so many after another.
pub fn neighbour(campaign: &Campaign, week: WeekNumber, by: i16) -> Option<WeekNumber> {
    let number = u8::try_from(i16::from(week.0) + by).ok()?;
    campaign.week(WeekNumber(number)).map(|week| week.number)
}

fn week_name(week: &Week, closing_until: Option<Date>, locale: Locale) -> String {
    let day = |date: Date| format!("{}.{}", date.month(), date.day());
    let key = match closing_until {
        Some(_) => "week-name-closing",
        None => "week-name",
    };
    locale.say_with(
        key,
        &[
            ("number", i64::from(week.number.0).into()),
            ("start", day(week.start).into()),
            ("end", day(week.end).into()),
            ("until", closing_until.map(day).unwrap_or_default().into()),
        ],
    )
}

/// The week as a workbook; the server makes it.
#[component]
fn Export() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let (number, status) = (store.week.number, store.status);
    let is_offline =
        Signal::derive(move || status.with(|status| status.connection != Connection::Online));
    let address = move || {
        number
            .get()
            .map(|week| format!("/api/weeks/{}.xlsx", week.0))
    };
    view! {
        <Show when=move || !is_offline.get() fallback=move || view! {
            <span class="button" data-kind="plain" aria-disabled="true" title=move || locale.say("export-offline")>
                {move || locale.say("export-needs-server")}
            </span>
        }>
            <a class="button" data-kind="plain" href=address.clone() download="" title=move || locale.say("export-hint")>
                {move || locale.say("export")}
            </a>
        </Show>
    }
}
