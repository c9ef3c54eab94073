//! 定稿: what it does, what is still missing, and doing it.

use diaodu_plan::{period, review::Reviewed};
use diaodu_wire::http::Command;
use jiff::Timestamp;
use leptos::prelude::*;

use super::{super::Said, Desk};
use crate::{screens::countdown::end_of, store::Store};

/// So many units are named; more would not be read.
const NAMED_MAX: usize = 12;

/// The freeze of the week.
#[component]
pub fn Freeze(desk: Desk) -> impl IntoView {
    let work = desk.work();
    let store: Store = expect_context();
    let is_asked = RwSignal::new(false);
    let campaign = store.campaign.clone();
    let (frozen, week) = (store.week.frozen.clone(), store.week);
    let missing = move || {
        let summary = desk.summary.get()?;
        let units = summary.units.iter().filter(|unit| unit.due.missing > 0);
        let names: Vec<String> = units.map(|unit| unit.name.clone()).collect();
        let (count, units) = (summary.due.missing as i64, names.len() as i64);
        let comma = work.locale.say("list-comma");
        let mut named = names[..names.len().min(NAMED_MAX)].join(&comma);
        if names.len() > NAMED_MAX {
            named.push_str(&work.locale.say("desk-and-more"));
        }
        let values = [
            ("count", count.into()),
            ("units", units.into()),
            ("names", named.into()),
        ];
        let key = match count {
            0 => "desk-freeze-none-missing",
            _ => "desk-freeze-missing",
        };
        Some(work.locale.say_with(key, &values))
    };
    let unreviewed = move || {
        week.rows.track();
        week.news.track();
        let measures = week.review_measures();
        let rows = measures
            .iter()
            .flat_map(|measure| week.reviews(measure.number));
        let (mut waiting, mut returned) = (0_i64, 0_i64);
        for row in rows {
            match row.reviewed {
                Reviewed::Waiting | Reviewed::Again => waiting += 1,
                Reviewed::Returned => returned += 1,
                Reviewed::NotReported | Reviewed::Passed => {}
            }
        }
        let values = [("waiting", waiting.into()), ("returned", returned.into())];
        work.locale.say_with("desk-freeze-review", &values)
    };
    let unreviewed = StoredValue::new(unreviewed);
    let before = move || {
        let due = desk.summary.get()?;
        let is_early = due.at_ms < due.cutoff_ms;
        is_early.then(|| work.locale.say("desk-freeze-early"))
    };
    // The last days have no other table.
    let closing = move || {
        let (campaign, due) = (campaign.get()?, desk.summary.get()?);
        let is_last = campaign.weeks.last()?.number.0 == due.week;
        let closing = period::closing(&campaign).filter(|_| is_last)?;
        let now = Timestamp::from_millisecond(due.at_ms).ok()?;
        closing.lasts(now).then(|| {
            let values = [("until", end_of(campaign.end).into())];
            work.locale.say_with("desk-freeze-closing", &values)
        })
    };
    let closing = StoredValue::new(closing);
    let freeze = move |_| {
        is_asked.set(false);
        let early = Some(untrack(before).is_some());
        work.command(Command::FreezeWeek {
            week: untrack(|| desk.number()).0,
            early,
        });
    };
    view! {
        <div class="office-page">
            <p>{work.say("desk-freeze-what")}</p>
            <p class="dialog-note">{work.say("desk-freeze-never")}</p>
            <Show when=move || frozen.get() fallback=move || view! {
                <div class="office-facts">
                    <p class="office-warn" hidden=move || before().is_none()>{before}</p>
                    {move || closing.with_value(|closing| closing()).map(|words| view! { <p class="office-warn closing">{words}</p> })}
                    <p>{missing}</p>
                    <p>{move || unreviewed.with_value(|unreviewed| unreviewed())}</p>
                </div>
                <Show when=move || is_asked.get() fallback=move || view! {
                    <button class="button" data-kind="primary" type="button" on:click=move |_| is_asked.set(true)>{work.say("desk-freeze-ask")}</button>
                }>
                    <p class="office-warn" role="alert">{work.say("desk-freeze-sure")}</p>
                    <p class="office-acts">
                        <button class="button" data-kind="primary" type="button" on:click=freeze>{work.say("week-freeze-yes")}</button>
                        <button class="button" data-kind="plain" type="button" on:click=move |_| is_asked.set(false)>{work.say("cancel")}</button>
                    </p>
                </Show>
            }>
                <p class="office-warn" role="status">{work.say("desk-is-frozen")}</p>
            </Show>
            <Said work/>
        </div>
    }
}
