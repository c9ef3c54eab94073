//! 更正申请: asked for by a unit once a week is frozen, decided by lead and office. Needs the server.

mod ask;
mod list;

pub use ask::AskForm;
pub use list::CorrectionList;

use diaodu_plan::campaign::WeekNumber;
use diaodu_wire::http::week::WaitingCorrections;
use gloo::timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    grid::model::CellPlace,
    i18n::Locale,
    later::{ask_correction, correction_list, later},
    replica::{Command, Replica},
    store::Store,
    ui::dialog::Dialog,
};

/// Once in a minute: whoever asks for a correction does not wait at the screen.
const LOOK_STEP_MS: u32 = 60_000;

/// What is open of the corrections, for every screen that leads to them.
#[derive(Clone, Copy)]
pub struct Correcting {
    /// The cell for which a correction is asked.
    pub asking: RwSignal<Option<CellPlace>>,
    /// The list is open.
    pub list: RwSignal<bool>,
    /// In which weeks so many wait for this person's word, by the server's.
    pub waiting: RwSignal<Vec<WaitingCorrections>>,
}

impl Correcting {
    /// Nothing is open.
    pub fn new() -> Correcting {
        Correcting {
            asking: RwSignal::new(None),
            list: RwSignal::new(false),
            waiting: RwSignal::new(Vec::new()),
        }
    }

    /// Asks the server what waits. Without it nothing can be decided either.
    pub fn look(self) {
        spawn_local(async move {
            if let Ok(waiting) = api::list::<Vec<WaitingCorrections>>("/api/corrections").await {
                self.waiting.try_set(waiting);
            }
        });
    }

    /// Says how many wait in all.
    pub fn count(self) -> usize {
        self.waiting
            .with(|waiting| waiting.iter().map(|week| week.waiting).sum())
    }

    /// Opens the list of the week on screen, or of the first week in which something waits.
    pub fn open(self, number: Option<WeekNumber>, replica: &Replica) {
        let first = self.waiting.with_untracked(|waiting| {
            let is_here = waiting
                .iter()
                .any(|week| Some(week.week) == number.map(|number| number.0));
            let first = waiting.first().filter(|_| !is_here);
            first.map(|week| WeekNumber(week.week))
        });
        if let Some(week) = first {
            replica.command(Command::OpenWeek(week));
        }
        self.list.set(true);
    }

    /// Finds it in the context of a component.
    pub fn expect() -> Correcting {
        expect_context()
    }
}

/// Opens the list, with how many wait for this person; there once the week is frozen, or something waits. Holds the form too.
#[component]
pub fn CorrectionsDoor(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let correcting = Correcting::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let (frozen, number) = (store.week.frozen.clone(), store.week.number.clone());
    let (rows, week) = (store.week.rows.clone(), store.week);
    let is_asked = Memo::new(move |_| {
        rows.track();
        week.is_reviewer()
    });
    // Leads and office decide; the others are not asked, and do not ask.
    Effect::new(move || {
        if is_asked.get() {
            correcting.look();
        }
    });
    let clock = Interval::new(LOOK_STEP_MS, move || {
        if is_asked.get_untracked() {
            correcting.look();
        }
    });
    let clock = StoredValue::new_local(clock);
    on_cleanup(move || clock.dispose());
    let words = move || match correcting.count() {
        0 => locale.say("corrections"),
        count => locale.say_with("corrections-waiting", &[("count", (count as i64).into())]),
    };
    let is_there = Memo::new(move |_| frozen.get() || correcting.count() > 0);
    let open = move |_| correcting.open(number.get_untracked(), &replica);
    let close = Callback::new(move |()| correcting.list.set(false));
    let leave = Callback::new(move |()| correcting.asking.set(None));
    view! {
        <Show when=move || is_there.get()>
            <button class="button" data-kind="plain" type="button" on:click=open.clone()>{words}</button>
        </Show>
        <Show when=move || correcting.list.get()>
            <Dialog label=Signal::derive(move || locale.say("corrections")) on_close=close>
                {later(correction_list(reveal, close))}
            </Dialog>
        </Show>
        {move || correcting.asking.get().map(|place| view! {
            <Dialog label=Signal::derive(move || locale.say("correction-ask")) on_close=leave>
                {later(ask_correction(place))}
            </Dialog>
        })}
    }
}
