//! History on screen: a panel of versions and comparisons beside the table, and a bar over it that turns the table back in time.

mod bar;
mod compare;
mod list;

use diaodu_plan::{campaign::Campaign, row::RowId};
use jiff::Timestamp;
use leptos::{ev, html, prelude::*};

use super::countdown::short_moment;
use crate::{
    grid::model::{CellPlace, Command as GridCommand},
    i18n::{Language, Locale},
    replica::{Command, Replica},
    store::{
        Store,
        history::{Ask, Differences, Moment, Restored, When, Who},
        refusal::reason_sentence,
    },
    ui::segments::Segments,
};
use bar::Bar;
use compare::Compare;
use list::List;

/// What the panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Versions of the active cell.
    Cell,
    /// Of its row.
    Row,
    /// Of its unit.
    Unit,
    /// What differs between two moments, or two weeks.
    Compare,
}

impl Tab {
    const ALL: [Tab; 4] = [Tab::Cell, Tab::Row, Tab::Unit, Tab::Compare];

    fn word(self) -> &'static str {
        match self {
            Tab::Cell => "history-cell",
            Tab::Row => "history-row",
            Tab::Unit => "history-unit",
            Tab::Compare => "history-compare",
        }
    }
}

/// What is open, and where it looks.
#[derive(Clone, Copy)]
pub struct HistoryState {
    is_open: RwSignal<bool>,
    has_bar: RwSignal<bool>,
    tab: RwSignal<Tab>,
    place: RwSignal<Option<CellPlace>>,
    /// The moment that the table shows; `None`: what is there now.
    moment: RwSignal<Option<Moment>>,
    /// The moment it is compared with.
    since: RwSignal<Option<Moment>>,
    differences: RwSignal<Differences>,
    said: RwSignal<Option<String>>,
    reveal: RwSignal<Option<CellPlace>>,
    order: RwSignal<Option<GridCommand>>,
}

impl HistoryState {
    /// Nothing is open. `reveal`: takes a cell to go to. `order`: takes a command for the table.
    pub fn new(
        reveal: RwSignal<Option<CellPlace>>,
        order: RwSignal<Option<GridCommand>>,
    ) -> HistoryState {
        HistoryState {
            is_open: RwSignal::new(false),
            has_bar: RwSignal::new(false),
            tab: RwSignal::new(Tab::Cell),
            place: RwSignal::new(None),
            moment: RwSignal::new(None),
            since: RwSignal::new(None),
            differences: RwSignal::new(Differences::default()),
            said: RwSignal::new(None),
            reveal,
            order,
        }
    }

    /// Finds it where a screen has provided it.
    pub fn expect() -> HistoryState {
        expect_context()
    }

    /// Opens the panel about a cell.
    pub fn open(self, place: Option<CellPlace>) {
        if place.is_some() {
            self.place.set(place);
            self.tab.set(Tab::Cell);
        }
        self.is_open.set(true);
    }

    /// The person is in this cell now, or in none.
    pub fn follow(self, place: Option<&CellPlace>) {
        if let Some(place) = place
            && self
                .place
                .with_untracked(|before| before.as_ref() != Some(place))
        {
            self.place.set(Some(place.clone()));
            self.said.set(None);
        }
    }

    /// Says whether anything of it is on screen.
    pub fn is_shown(self) -> bool {
        self.is_open.get() || self.has_bar.get()
    }

    /// Says whether the table shows the past.
    pub fn is_past(self) -> bool {
        self.moment.with_untracked(Option::is_some)
    }

    fn close(self) {
        self.is_open.set(false);
        self.order.set(Some(GridCommand::ShowActive));
    }

    /// Back to what is there now.
    fn leave_past(self) {
        self.has_bar.set(false);
        self.moment.set(None);
        self.since.set(None);
        self.differences.set(Differences::default());
    }

    /// Shows the table as it was at this moment.
    fn turn_to(self, moment: Moment) {
        self.has_bar.set(true);
        self.moment.set(Some(moment));
    }
}

/// Opens the panel from the head of the screen.
#[component]
pub fn HistoryDoor() -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    let turn = move |_| match state.is_open.get_untracked() {
        true => state.close(),
        false => state.open(None),
    };
    view! {
        <button class="button" data-kind="plain" type="button" aria-expanded=move || state.is_open.get().to_string()
            title=move || locale.say("history-hint") on:click=turn>{move || locale.say("history")}</button>
    }
}

/// Panel and bar, as far as they are open.
#[component]
pub fn History() -> impl IntoView {
    let (state, replica): (HistoryState, Replica) = (HistoryState::expect(), expect_context());
    show_moment(state, replica);
    view! {
        <Show when=move || state.has_bar.get()><Bar/></Show>
        <Show when=move || state.is_open.get()><Panel/></Show>
    }
}

/// Keeps the table at the moment that is chosen, and again when more of that moment is known.
fn show_moment(state: HistoryState, replica: Replica) {
    let store: Store = expect_context();
    let (news, number) = (store.history.news, store.week.number);
    let tell = Callback::new(move |differences| drop(state.differences.try_set(differences)));
    Effect::new(move |before: Option<(Option<Moment>, _)>| {
        let week = number.get();
        // Another week begins with what is there now.
        if before.is_some_and(|(_, of)| of != week) {
            untrack(|| state.leave_past());
        }
        let (moment, since) = (state.moment.get(), state.since.get());
        if moment.is_some() {
            news.track();
        }
        if moment.is_some() || before.is_some_and(|(before, _)| before.is_some()) {
            replica.command(Command::History(Ask::Show {
                moment,
                since,
                tell,
            }));
        }
        (moment, week)
    });
    let replica: Replica = expect_context();
    on_cleanup(move || {
        state.leave_past();
        replica.command(Command::History(Ask::Show {
            moment: None,
            since: None,
            tell: Callback::new(drop),
        }));
    });
}

#[component]
fn Panel() -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    let frame = NodeRef::<html::Aside>::new();
    Effect::new(move || {
        if let Some(frame) = frame.get() {
            frame.focus().unwrap_or_default();
        }
    });
    // What was said of one list is not said of another.
    Effect::new(move || {
        state.tab.track();
        state.said.set(None);
    });
    let tabs = Signal::derive(move || Tab::ALL.map(|tab| (tab, locale.say(tab.word()))).to_vec());
    let name = Signal::derive(move || locale.say("history-about"));
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            state.close();
        }
    };
    view! {
        <aside class="history" tabindex="-1" data-pane="history" node_ref=frame on:keydown=on_key aria-label=move || locale.say("history-title")>
            <div class="history-top">
                <h2 class="history-title">{move || locale.say("history-title")}</h2>
                <button class="button" data-kind="icon" type="button" on:click=move |_| state.close()
                    aria-label=move || locale.say("history-close") title=move || locale.say("history-close")>"×"</button>
            </div>
            <div class="history-tabs"><Segments name choices=tabs chosen=state.tab/></div>
            <Show when=move || !state.has_bar.get()>
                <button class="button history-turn" data-kind="plain" type="button" on:click=move |_| state.has_bar.set(true)>
                    {move || locale.say("history-open-bar")}
                </button>
            </Show>
            <p class="history-said" role="status" aria-live="polite">{move || state.said.get()}</p>
            {move || match state.tab.get() {
                Tab::Compare => view! { <Compare/> }.into_any(),
                tab => view! { <List tab/> }.into_any(),
            }}
        </aside>
    }
}

/// Says a moment of a change: `04-16 15:32:08`.
/// Who wrote, in words.
pub fn who_text(who: &Who, language: Language) -> String {
    match who {
        Who::Person { name, unit } if unit.is_empty() => name.clone(),
        Who::Person { name, unit } => format!("{unit} · {name}"),
        Who::Server => language.say("history-server"),
        Who::Unknown => language.say("history-who-unknown"),
    }
}

/// When the server received it, in words.
pub fn when_text(when: When, campaign: &Campaign, language: Language) -> String {
    match when {
        When::At(at) => moment_text(campaign, at),
        When::Known => language.say("history-when-unknown"),
        When::Unsent => language.say("history-unsent"),
    }
}

fn moment_text(campaign: &Campaign, at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    let local = campaign.local(at);
    format!("{}:{:02}", short_moment(local), local.second())
}

/// Names a moment of the week.
fn moment_name(
    moment: Moment,
    at_ms: impl Fn(Moment) -> Option<i64>,
    campaign: &Campaign,
    language: Language,
) -> String {
    let at = at_ms(moment).map(|at| moment_text(campaign, at));
    let with = |key: &str| match at.clone() {
        Some(at) => language.say_with(key, &[("at", at.into())]),
        None => language.say(key),
    };
    match moment {
        Moment::Now => language.say("history-now"),
        Moment::At(at) => moment_text(campaign, at),
        Moment::Cut(diaodu_plan::layout::hub::Cut::Due) => with("history-due"),
        Moment::Cut(diaodu_plan::layout::hub::Cut::Final) => with("history-final"),
    }
}

/// Names a row: its unit and the number of its task.
fn row_name(campaign: &Campaign, row: &RowId, language: Language) -> String {
    let unit = row.unit().map(|unit| unit_name(campaign, &unit));
    let number = row.measure().map_or(0, |measure| i64::from(measure.0));
    let values = [
        ("unit", unit.unwrap_or_default().into()),
        ("number", number.into()),
    ];
    language.say_with("history-row-name", &values)
}

fn unit_name(campaign: &Campaign, unit: &diaodu_plan::campaign::UnitId) -> String {
    let known = campaign.unit(unit);
    known.map_or_else(|| unit.0.clone(), |unit| unit.name.clone())
}

/// Says what stands in a cell; nothing is said too.
fn value_text(text: &str, language: Language) -> String {
    match text.is_empty() {
        true => language.say("history-blank"),
        false => text.to_owned(),
    }
}

/// Says what came of restoring.
fn restored_sentence(
    restored: &Restored,
    row: &RowId,
    campaign: &Campaign,
    language: Language,
) -> String {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut sentence = match (restored.written, restored.closed) {
        (0, 0) => language.say("history-restored-same"),
        (0, _) => String::new(),
        (written, _) => language.say_with("history-restored", &[("count", count(written).into())]),
    };
    if let Some(reason) = &restored.reason {
        let unit = row.unit().map(|unit| unit_name(campaign, &unit));
        let reason = reason_sentence(reason, &unit.unwrap_or_default(), language);
        let values = [
            ("count", count(restored.closed).into()),
            ("reason", reason.into()),
        ];
        sentence.push_str(&language.say_with("history-restored-closed", &values));
    }
    sentence
}
