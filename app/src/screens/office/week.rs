//! 本周办理: what the office decides about the week on screen: due and grace, 定稿, who owes a report, what was filled offline,
//! and how measures are reviewed.

mod due;
mod duties;
mod freeze;
mod modes;
mod offline;
mod sign_off;

use diaodu_plan::campaign::{Week, WeekNumber};
use diaodu_wire::http::week::WeekSummary;
use leptos::prelude::*;

use super::Work;
use crate::{
    i18n::Locale,
    later::{later, week_desk},
    store::Store,
    ui::{dialog::Dialog, segments::Segments},
};

/// The parts of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Due,
    Freeze,
    Offline,
    Duties,
    Modes,
}

impl Part {
    const ALL: [(Part, &'static str); 5] = [
        (Part::Due, "desk-due"),
        (Part::Offline, "desk-offline"),
        (Part::Duties, "desk-duties"),
        (Part::Modes, "desk-modes"),
        (Part::Freeze, "desk-freeze"),
    ];
}

/// Opens the desk.
#[component]
pub fn WeekDeskDoor() -> impl IntoView {
    let locale = Locale::expect();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    view! {
        <button class="button" data-kind="plain" type="button" on:click=move |_| is_open.set(true)>{move || locale.say("desk")}</button>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("desk")) on_close=close>
                {later(week_desk(close))}
            </Dialog>
        </Show>
    }
}

/// The desk.
#[component]
pub fn WeekDesk(close: Callback<()>) -> impl IntoView {
    let work = Work::new();
    let store: Store = expect_context();
    let number = store.week.number.clone();
    let week = Memo::new(move |_| {
        let (campaign, number) = (store.campaign.get()?, number.get()?);
        campaign.week(number).cloned()
    });
    let number = move || week.with(|week| week.as_ref().map_or(WeekNumber(1), |week| week.number));
    let summary = work.list::<Option<WeekSummary>>(move || {
        let number = number();
        format!("/api/weeks/{number}/summary")
    });
    let desk = Desk {
        work,
        week,
        summary,
    };
    let part = RwSignal::new(Part::Due);
    let parts = Signal::derive(move || {
        Part::ALL
            .map(|(part, key)| (part, work.locale.say(key)))
            .to_vec()
    });
    let title = move || {
        let values = [("week", i64::from(number().0).into())];
        work.locale.say_with("desk-title", &values)
    };
    view! {
        <div class="office">
            <div class="office-head">
                <h2 class="dialog-title">{title}</h2>
                <Segments name=Signal::derive(work.say("desk")) choices=parts chosen=part/>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{work.say("close")}</button>
            </div>
            {move || match part.get() {
                Part::Due => view! { <due::Due desk/> }.into_any(),
                Part::Freeze => view! { <freeze::Freeze desk/> }.into_any(),
                Part::Offline => view! { <offline::Offline desk/> }.into_any(),
                Part::Duties => view! { <duties::Duties desk/> }.into_any(),
                Part::Modes => view! { <modes::Modes desk/> }.into_any(),
            }}
        </div>
    }
}

/// What every part has.
#[derive(Clone, Copy)]
struct Desk {
    work: Work,
    /// The week on screen, as the office has set it last.
    week: Memo<Option<Week>>,
    /// Who has reported.
    summary: RwSignal<Option<WeekSummary>>,
}

impl Desk {
    /// Work whose sentence stands at its own place.
    fn work(self) -> Work {
        Work {
            said: RwSignal::new(None),
            ..self.work
        }
    }

    fn number(self) -> WeekNumber {
        self.week
            .with(|week| week.as_ref().map_or(WeekNumber(1), |week| week.number))
    }
}
