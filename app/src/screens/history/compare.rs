//! What differs between two moments of a week, marked in the table too, or between two weeks.

use std::sync::Arc;

use diaodu_plan::{
    campaign::{Campaign, UnitId, WeekNumber},
    layout::hub::Cut,
    row::RowId,
};
use leptos::prelude::*;

use super::{HistoryState, moment_name, row_name, unit_name, value_text};
use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::{Command, Replica},
    store::{
        Store,
        history::{Ask, Differences, Differing, Moment, Timeline},
        row::column_name,
    },
    ui::segments::Segments,
};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Moments,
    Weeks,
}

/// The comparison.
#[component]
pub fn Compare() -> impl IntoView {
    let locale = Locale::expect();
    let kind = RwSignal::new(Kind::Moments);
    let kinds = Signal::derive(move || {
        [
            (Kind::Moments, "history-two-moments"),
            (Kind::Weeks, "history-two-weeks"),
        ]
        .map(|(kind, key)| (kind, locale.say(key)))
        .to_vec()
    });
    let name = Signal::derive(move || locale.say("history-compare"));
    view! {
        <div class="history-tabs"><Segments name choices=kinds chosen=kind/></div>
        {move || match kind.get() {
            Kind::Moments => view! { <Moments/> }.into_any(),
            Kind::Weeks => view! { <Weeks/> }.into_any(),
        }}
    }
}

#[component]
fn Moments() -> impl IntoView {
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
    let choice = move |label: &'static str,
                       chosen: RwSignal<Option<Moment>>,
                       other: RwSignal<Option<Moment>>| {
        let campaign = campaign.clone();
        let offered = Memo::new(move |_| {
            let timeline = timeline.get();
            let cuts = timeline.cuts.iter().map(|(cut, _)| Moment::Cut(*cut));
            let mut offered: Vec<Moment> = cuts.collect();
            offered.insert(0, Moment::At(begin(&timeline)));
            offered.push(Moment::Now);
            offered.extend(chosen.get().filter(|moment| !offered.contains(moment)));
            offered
        });
        let pick = move |event| {
            let index: Option<usize> = event_target_value(&event).parse().ok();
            let moment = index.and_then(|index| offered.get_untracked().get(index).copied());
            chosen.set(moment);
            if moment.is_some() {
                state.has_bar.set(true);
                if other.get_untracked().is_none() {
                    other.set(Some(match label {
                        "history-compare-from" => Moment::Now,
                        _ => Moment::At(begin(&timeline.get_untracked())),
                    }));
                }
            }
        };
        let options = move || {
            let campaign = campaign.get()?;
            let language = locale.language();
            let timeline = timeline.get();
            let at = |moment: Moment| {
                let cut = |(of, _): &&(Cut, i64)| Moment::Cut(*of) == moment;
                timeline.cuts.iter().find(cut).map(|(_, at)| *at)
            };
            let option = |(index, moment): (usize, Moment)| {
                let is_begin = moment == Moment::At(begin(&timeline));
                let name = match is_begin {
                    true => locale.say("history-begin"),
                    false => moment_name(moment, at, &campaign, language),
                };
                let selected = chosen.get() == Some(moment);
                view! { <option value=index.to_string() selected=selected>{name}</option> }
            };
            let options = offered.get().into_iter().enumerate().map(option);
            Some(options.collect_view())
        };
        view! {
            <label class="history-choice">
                <span>{move || locale.say(label)}</span>
                <select class="select" on:change=pick>
                    <option value="" selected=move || chosen.get().is_none()>{move || locale.say("history-choose")}</option>
                    {options}
                </select>
            </label>
        }
    };
    let is_chosen = move || state.moment.get().is_some() && state.since.get().is_some();
    view! {
        {choice.clone()("history-compare-from", state.since, state.moment)}
        {choice("history-compare-to", state.moment, state.since)}
        <Show when=is_chosen fallback=move || view! { <p class="history-note">{locale.say("history-compare-hint")}</p> }>
            <Found differences=state.differences/>
        </Show>
    }
}

/// Before anything was received.
fn begin(timeline: &Timeline) -> i64 {
    timeline.moments.first().map_or(0, |first| first - 1)
}

#[component]
fn Weeks() -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let differences = RwSignal::new(Differences::default());
    let other = RwSignal::new(None::<WeekNumber>);
    let is_whole = RwSignal::new(false);
    let unit = Memo::new(move |_| state.place.get().and_then(|place| RowId(place.row).unit()));
    let (news, number) = (store.history.news, store.week.number.clone());
    Effect::new(move || {
        let Some(here) = number.get() else { return };
        news.track();
        // Last week, as long as nobody chooses another.
        let week = other.get().filter(|week| *week != here);
        let week = week.unwrap_or(WeekNumber(here.0.saturating_sub(1)));
        let unit: Option<UnitId> = unit.get().filter(|_| !is_whole.get());
        let tell = Callback::new(move |told: Differences| {
            let is_new = differences.try_with_untracked(|known| *known != told);
            if is_new == Some(true) {
                differences.try_set(told);
            }
        });
        replica.command(Command::History(Ask::Weeks(week, unit, tell)));
    });
    let (campaign, number) = (store.campaign.clone(), store.week.number);
    let options = move || {
        let (campaign, here) = (campaign.get()?, number.get()?);
        let chosen = other.get().filter(|week| *week != here);
        let chosen = chosen.unwrap_or(WeekNumber(here.0.saturating_sub(1)));
        let weeks = campaign.weeks.iter().map(|week| week.number);
        let option = |week: WeekNumber| {
            let name = locale.say_with("history-week", &[("number", i64::from(week.0).into())]);
            view! { <option value=week.0.to_string() selected=week == chosen>{name}</option> }
        };
        Some(
            weeks
                .filter(|week| *week != here)
                .map(option)
                .collect_view(),
        )
    };
    let campaign = store.campaign;
    let whose = move || {
        let (campaign, unit) = (campaign.get()?, unit.get()?);
        let name = unit_name(&campaign, &unit);
        let values = [("unit", name.into())];
        Some(locale.say_with("history-only-unit", &values))
    };
    let pick = move |event| other.set(event_target_value(&event).parse().ok().map(WeekNumber));
    view! {
        <label class="history-choice">
            <span>{move || locale.say("history-other-week")}</span>
            <select class="select" on:change=pick>{options}</select>
        </label>
        <p class="history-note">{move || if is_whole.get() { Some(locale.say("history-all-units")) } else { whose() }}</p>
        <label class="history-choice">
            <input type="checkbox" prop:checked=move || is_whole.get() on:change=move |event| is_whole.set(event_target_checked(&event))/>
            <span>{move || locale.say("history-whole")}</span>
        </label>
        <Found differences/>
    }
}

/// The cells that differ, each leading to its place in the table.
#[component]
fn Found(differences: RwSignal<Differences>) -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    let store: Store = expect_context();
    let summary = move || {
        differences.with(|found| {
            let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let all = [("count", count(found.all).into())];
            let mut sentence = locale.say_with("history-differ", &all);
            if found.all > found.listed.len() {
                let listed = [("count", count(found.listed.len()).into())];
                sentence.push_str(&locale.say_with("history-differ-first", &listed));
            }
            if found.waits {
                sentence.push_str(&locale.say("history-waits"));
            }
            sentence
        })
    };
    let items = move || {
        let campaign = store.campaign.get()?;
        let listed = differences.get().listed.into_iter();
        let item = move |each| found(each, &campaign, state, locale);
        Some(listed.map(item).collect_view())
    };
    view! {
        <p class="history-note" role="status" aria-live="polite">{summary}</p>
        <ol class="history-list" aria-label=move || locale.say("history-compare")>{items}</ol>
    }
}

fn found(
    each: Differing,
    campaign: &Arc<Campaign>,
    state: HistoryState,
    locale: Locale,
) -> impl IntoView + use<> {
    let language = locale.language();
    let place = format!(
        "{} · {}",
        row_name(campaign, &each.row, language),
        column_name(each.column, language)
    );
    let go = move |_| {
        let (row, column) = (each.row.0.clone(), each.column.id().to_owned());
        state.reveal.set(Some(CellPlace { row, column }));
    };
    view! {
        <li class="history-item" data-state="changed">
            <button class="history-place" type="button" title=locale.say("history-go") on:click=go>{place}</button>
            <p class="history-change">
                <span class="history-hidden">{locale.say("history-from")}</span>
                <del class="history-old">{value_text(&each.old, language)}</del>
                <span aria-hidden="true">" → "</span>
                <span class="history-hidden">{locale.say("history-to")}</span>
                <ins class="history-new">{value_text(&each.new, language)}</ins>
            </p>
        </li>
    }
}
