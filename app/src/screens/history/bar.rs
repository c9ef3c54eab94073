//! The bar over the table: a slider through the week with 截止 and 定稿 marked, what the table shows, and the way back.

use std::time::Duration;

use diaodu_plan::layout::hub::Cut;
use leptos::{ev, prelude::*};

use super::{HistoryState, Tab, moment_name, moment_text};
use crate::{
    i18n::Locale,
    replica::{Command, Replica},
    store::{
        Store,
        history::{Ask, Moment, Timeline},
    },
};

/// While the slider is drawn along, the table follows so often.
const FOLLOW_MS: u64 = 60;
/// The slider has about so many steps, each at least a second.
const STEPS: i64 = 2_000;
const SECOND_MS: i64 = 1_000;
/// Before the first change there is a minute in which nothing was there.
const MINUTE_MS: i64 = 60_000;

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let timeline = RwSignal::new(Timeline::default());
    let news = store.history.news.clone();
    Effect::new(move || {
        news.track();
        let tell = Callback::new(move |told| drop(timeline.try_set(told)));
        replica.command(Command::History(Ask::Timeline(tell)));
    });
    let campaign = store.campaign;
    let range = Memo::new(move |_| timeline.with(range_of));
    let at_ms = move |moment: Moment| timeline.with(|timeline| millis(timeline, moment));
    let value = Memo::new(move |_| {
        let moment = state.moment.get().and_then(at_ms);
        moment.unwrap_or(range.get().1)
    });
    let sentence = {
        let campaign = campaign.clone();
        move || {
            let campaign = campaign.get()?;
            let language = locale.language();
            let name = |moment| moment_name(moment, at_ms, &campaign, language);
            let (key, at) = match (state.moment.get(), state.since.get()) {
                (None, _) => return Some(locale.say("history-bar-now")),
                (Some(moment), None) => ("history-bar-past", name(moment)),
                (Some(moment), Some(since)) => {
                    let values = [("from", name(since).into()), ("to", name(moment).into())];
                    return Some(locale.say_with("history-bar-compared", &values));
                }
            };
            Some(locale.say_with(key, &[("at", at.into())]))
        }
    };
    let note = move || {
        let (waits, has_unknown) = timeline.with(|told| (told.waits, told.has_unknown));
        let is_due = state.moment.get() == Some(Moment::Cut(Cut::Due));
        let was_down = is_due && timeline.with(|told| told.was_down);
        match (waits, was_down, has_unknown) {
            (true, _, _) => Some(locale.say("history-waits")),
            (false, true, _) => Some(locale.say("history-was-down")),
            (false, false, true) => Some(locale.say("history-some-unknown")),
            (false, false, false) => None,
        }
    };
    let spoken = move || Some(moment_text(&*campaign.get()?, value.get()));
    let step = move |by: i32| {
        let here = value.get_untracked();
        let found = timeline.with_untracked(|timeline| match by {
            1 => timeline.moments.iter().find(|at| **at > here).copied(),
            _ => timeline.moments.iter().rfind(|at| **at < here).copied(),
        });
        if let Some(at) = found {
            state.turn_to(Moment::At(at));
        }
    };
    let pin = move |_| {
        state.since.set(state.moment.get_untracked());
        state.tab.set(Tab::Compare);
        state.is_open.set(true);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            state.leave_past();
        }
    };
    let button = move |key: &'static str, act: Box<dyn Fn() + Send + Sync>| {
        view! { <button class="button" data-kind="plain" type="button" on:click=move |_| act()>{move || locale.say(key)}</button> }
    };
    view! {
        <div class="past" role="region" data-pane="past" on:keydown=on_key aria-label=move || locale.say("history-bar")
            data-state=move || if state.moment.get().is_some() { "past" } else { "now" }>
            <p class="past-sentence" aria-live="polite">{sentence}" "<span class="past-note">{note}</span></p>
            <div class="past-line">
                {button("history-before", Box::new(move || step(-1)))}
                <Slider range value timeline spoken=Signal::derive(spoken)/>
                {button("history-after", Box::new(move || step(1)))}
                <button class="button" data-kind="plain" type="button" disabled=move || state.moment.get().is_none() on:click=pin>
                    {move || locale.say("history-pin")}
                </button>
                <button class="button" data-kind="primary" type="button" on:click=move |_| {
                    state.leave_past();
                    state.order.set(Some(crate::grid::model::Command::ShowActive));
                }>{move || locale.say("history-back")}</button>
            </div>
        </div>
    }
}

#[component]
fn Slider(
    range: Memo<(i64, i64)>,
    value: Memo<i64>,
    timeline: RwSignal<Timeline>,
    spoken: Signal<Option<String>>,
) -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    // Where the slider has been drawn to and the table does not follow yet.
    let drawn = StoredValue::new(None::<i64>);
    let on_input = move |event| {
        let Ok(at) = event_target_value(&event).parse::<f64>() else {
            return;
        };
        let is_waiting = drawn.get_value().is_some();
        drawn.set_value(Some(at as i64));
        if !is_waiting {
            let follow = move || {
                let at = drawn.try_update_value(Option::take).flatten();
                if let Some(at) = at {
                    state.turn_to(Moment::At(at));
                }
            };
            set_timeout(follow, Duration::from_millis(FOLLOW_MS));
        }
    };
    let marks = move || {
        let (from, to) = range.get();
        let cuts = timeline.with(|timeline| timeline.cuts.clone());
        let mark = |(cut, at): (Cut, i64)| {
            let share = (at - from) as f64 / (to - from).max(1) as f64;
            let key = match cut {
                Cut::Due => "history-mark-due",
                Cut::Final => "history-mark-final",
            };
            view! {
                <button class="past-mark" type="button" data-cut=cut.word() style:left=format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)
                    aria-pressed=move || (state.moment.get() == Some(Moment::Cut(cut))).to_string()
                    on:click=move |_| state.turn_to(Moment::Cut(cut))>{locale.say(key)}</button>
            }
        };
        cuts.into_iter().map(mark).collect_view()
    };
    let step = move || {
        let (from, to) = range.get();
        ((to - from) / STEPS / SECOND_MS * SECOND_MS).max(SECOND_MS)
    };
    view! {
        <div class="past-track">
            <div class="past-marks">{marks}</div>
            <input class="past-slider" type="range" aria-label=move || locale.say("history-slider") aria-valuetext=move || spoken.get()
                min=move || range.get().0.to_string() max=move || range.get().1.to_string() step=move || step().to_string()
                prop:value=move || {
                    // The bounds first: a value beyond them would be cut.
                    range.track();
                    value.get().to_string()
                }
                on:input=on_input/>
        </div>
    }
}

/// From before the first change to the last thing of interest, or to now if that is near.
fn range_of(timeline: &Timeline) -> (i64, i64) {
    let first = timeline.moments.first().copied().unwrap_or(timeline.now_ms);
    let first = first - MINUTE_MS;
    let cuts = timeline.cuts.iter().map(|(_, at)| *at);
    let last = cuts.chain(timeline.moments.last().copied()).max();
    let last = last.unwrap_or(timeline.now_ms);
    let span = (last - first).max(MINUTE_MS);
    // Weeks later the week itself still has most of the bar.
    (first, timeline.now_ms.min(last + span / 10).max(last))
}

fn millis(timeline: &Timeline, moment: Moment) -> Option<i64> {
    match moment {
        Moment::At(at) => Some(at),
        Moment::Now => Some(timeline.now_ms),
        Moment::Cut(cut) => {
            let mut cuts = timeline.cuts.iter();
            cuts.find(|(of, _)| *of == cut).map(|(_, at)| *at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(moments: &[i64], cuts: &[(Cut, i64)], now_ms: i64) -> Timeline {
        Timeline {
            moments: moments.to_vec(),
            cuts: cuts.to_vec(),
            was_down: false,
            now_ms,
            ..Timeline::default()
        }
    }

    #[test]
    fn the_bar_holds_every_change_and_both_marks() {
        let hour = 3_600_000;
        let week = timeline(&[hour, 5 * hour], &[(Cut::Due, 4 * hour)], 6 * hour);
        assert_eq!(range_of(&week).0, hour - MINUTE_MS);
        assert!((5 * hour..=6 * hour).contains(&range_of(&week).1));
        let long_after = timeline(
            &[hour],
            &[(Cut::Due, 4 * hour), (Cut::Final, 9 * hour)],
            900 * hour,
        );
        let (_, to) = range_of(&long_after);
        assert!((9 * hour..11 * hour).contains(&to), "{to}");
        let empty = timeline(&[], &[], 7);
        assert!(range_of(&empty).0 < range_of(&empty).1);
    }
}
