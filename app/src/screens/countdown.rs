//! How long it is until the week is due, by the server's clock.

use diaodu_plan::period;
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use leptos::prelude::*;

use crate::{i18n::Locale, session::SessionState, store::Store};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The countdown is told in minutes.
const CLOCK_STEP_MS: u32 = 10_000;

/// The server's clock in milliseconds since 1970, as it goes on.
pub fn ticking() -> RwSignal<i64> {
    let session = SessionState::expect();
    let now = RwSignal::new(untrack(|| session.server_now_ms()));
    // What the server says anew about the time counts at once.
    Effect::new(move |_| now.set(session.server_now_ms()));
    let clock = gloo::timers::callback::Interval::new(CLOCK_STEP_MS, move || {
        now.set(untrack(|| session.server_now_ms()))
    });
    let clock = StoredValue::new_local(clock);
    on_cleanup(move || clock.dispose());
    now
}

/// When the week is due and how long it is until then; once it is frozen, that it is.
#[component]
pub fn Countdown() -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let now = ticking();
    let (campaign, number, frozen) = (store.campaign, store.week.number, store.week.frozen);
    let (of_reason, of_week) = (campaign.clone(), number.clone());
    let last = (campaign.clone(), number.clone(), frozen.clone());
    let due = Signal::derive(move || {
        let (campaign, number) = (campaign.get()?, number.get()?);
        let due = campaign.week(number)?.due;
        let at = short_moment(campaign.local(due));
        Some((at, due.as_millisecond() - now.get(), frozen.get()))
    });
    // From the last cut-off on: the last days have their place in the last week's table, until it is frozen.
    let closing = Memo::new(move |_| {
        let (campaign, number) = (last.0.get()?, last.1.get()?);
        let is_last = campaign.weeks.last()?.number == number;
        let closing = period::closing(&campaign).filter(|_| is_last && !last.2.get())?;
        let now = Timestamp::from_millisecond(now.get()).ok()?;
        closing.holds(now).then(|| end_of(campaign.end))
    });
    let text = move || {
        due.get().map(|(at, left_ms, is_frozen)| {
            let left = match left_ms {
                _ if is_frozen => locale.say("due-frozen"),
                ..=0 if closing.with(Option::is_some) => {
                    let until = closing.get().unwrap_or_default();
                    locale.say_with("closing-now", &[("until", until.into())])
                }
                ..=0 => locale.say("due-over"),
                1..HOUR_MS => locale.say_with(
                    "due-minutes",
                    &[("count", ((left_ms + MINUTE_MS - 1) / MINUTE_MS).into())],
                ),
                HOUR_MS..DAY_MS => {
                    locale.say_with("due-hours", &[("count", (left_ms / HOUR_MS).into())])
                }
                _ => locale.say_with("due-days", &[("count", (left_ms / DAY_MS).into())]),
            };
            locale.say_with("due", &[("at", at.into()), ("left", left.into())])
        })
    };
    let state = move || match due.get() {
        Some((_, _, true)) => "frozen",
        Some((_, ..=0, false)) if closing.with(Option::is_some) => "closing",
        Some((_, ..=0, false)) => "over",
        Some((_, 1..HOUR_MS, false)) => "soon",
        Some(_) | None => "calm",
    };
    let reason = move || {
        if closing.with(Option::is_some) {
            return Some(locale.say("closing-note"));
        }
        let (campaign, number) = (of_reason.get()?, of_week.get()?);
        let reason = campaign.week(number)?.due_reason.clone();
        Some(reason).filter(|reason| !reason.is_empty())
    };
    view! { <span class="due" data-state=state title=reason>{text}</span> }
}

/// `06-05 24:00`: how the end of a day is written.
pub fn end_of(day: Date) -> String {
    format!("{:02}-{:02} 24:00", day.month(), day.day())
}

/// `04-16 16:00`
pub fn short_moment(at: DateTime) -> String {
    let (month, day, hour, minute) = (at.month(), at.day(), at.hour(), at.minute());
    format!("{month:02}-{day:02} {hour:02}:{minute:02}")
}
