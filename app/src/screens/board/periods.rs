//! What each period from cut-off to cut-off has added, the closing one (收官时段) among them; they sum to the whole. The server counts.

use diaodu_plan::campaign::Campaign;
use diaodu_wire::http::week::PeriodEntry;
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    i18n::Locale,
    screens::countdown::{end_of, short_moment},
    session::SessionState,
    store::Store,
};

/// The periods, for those who may read every sheet; counted when it is opened, for that takes the server a while.
#[component]
pub fn Periods() -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let store: Store = expect_context();
    let campaign = store.campaign;
    let entries = RwSignal::new(None::<Vec<PeriodEntry>>);
    let said = RwSignal::new(None::<String>);
    let reads_all = move || {
        let session = session.current.get();
        session.is_some_and(|session| matches!(session.role.as_str(), "office" | "viewer"))
    };
    let look = move |_| {
        let language = untrack(|| locale.language());
        spawn_local(async move {
            match api::list_in("/api/periods", language).await {
                Ok(read) => drop(entries.try_set(Some(read))),
                Err(error) => drop(said.try_set(Some(error.sentence(language)))),
            }
        });
    };
    let lines = move || {
        let campaign = campaign.get()?;
        let now_ms = session.server_now_ms();
        let entries = entries.get()?;
        // What has not begun adds nothing yet; the closing period is told of all the same.
        let begun = entries
            .into_iter()
            .filter(|entry| entry.from_ms <= now_ms || entry.week.is_none());
        let begun: Vec<PeriodEntry> = begun.collect();
        let sum = |read: fn(&PeriodEntry) -> i64| begun.iter().map(read).sum::<i64>();
        let whole = [
            sum(|entry| entry.checked),
            sum(|entry| entry.found),
            sum(|entry| entry.fixed),
        ];
        let lines = begun.iter().map(|entry| line(entry, &campaign, locale));
        Some(view! {
            <tbody>{lines.collect_view()}</tbody>
            <tfoot><tr>
                <th scope="row" class="board-name">{locale.say("board-period-sum")}</th>
                <td></td>
                {whole.map(|count| view! { <td class="board-count">{count}</td> }).collect_view()}
            </tr></tfoot>
        })
    };
    let heads = [
        ("board-period", "board-name"),
        ("board-period-span", ""),
        ("board-checked", "board-count"),
        ("board-found", "board-count"),
        ("board-fixed", "board-count"),
    ];
    view! {
        <Show when=reads_all>
            <details class="board-periods" on:toggle=look>
                <summary>{move || locale.say("board-periods")}</summary>
                <p class="dialog-note">{move || locale.say("board-periods-note")}</p>
                <p class="board-said" role="status">{move || said.get()}</p>
                <table class="board-table" data-kind="periods">
                    <thead><tr>{heads.map(|(key, class)| view! { <th scope="col" class=class>{move || locale.say(key)}</th> }).collect_view()}</tr></thead>
                    {lines.clone()}
                </table>
            </details>
        </Show>
    }
}

fn line(entry: &PeriodEntry, campaign: &Campaign, locale: Locale) -> impl IntoView + use<> {
    let name = match entry.week {
        Some(week) => locale.say_with("board-week-number", &[("week", i64::from(week).into())]),
        None => locale.say("closing"),
    };
    let id = entry
        .week
        .map_or("closing".to_owned(), |week| week.to_string());
    let at = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
    let from = short_moment(campaign.local(at(entry.from_ms)));
    let to = match entry.week {
        Some(_) => short_moment(campaign.local(at(entry.to_ms))),
        None => end_of(campaign.end),
    };
    let counts = [entry.checked, entry.found, entry.fixed];
    view! {
        <tr data-period=id>
            <th scope="row" class="board-name">{name}</th>
            <td>{format!("{from}–{to}")}</td>
            {counts.map(|count| view! { <td class="board-count">{count}</td> }).collect_view()}
        </tr>
    }
}
