//! When the week is due, and how long after it a report is still on time: both set before they pass.

use diaodu_wire::http::Command;
use jiff::{Timestamp, civil::DateTime};
use leptos::prelude::*;

use super::{
    super::{Said, Work},
    Desk,
    sign_off::SignOffSetting,
};
use crate::session::SessionState;

/// As fields for date and time write it.
const FIELD_FORMAT: &str = "%Y-%m-%dT%H:%M";

/// Due and grace.
#[component]
pub fn Due(desk: Desk) -> impl IntoView {
    let work = desk.work();
    let session = SessionState::expect();
    let is_over = move || {
        let now = Timestamp::from_millisecond(session.server_now_ms()).unwrap_or_default();
        desk.week
            .with(|week| week.as_ref().is_some_and(|week| week.is_due(now)))
    };
    let shown = move || {
        let campaign = work.campaign.get()?;
        let week = desk.week.get()?;
        let at = diaodu_plan::table::moment(&campaign, week.due);
        let values = [
            ("at", at.into()),
            ("grace", i64::from(week.grace_minutes).into()),
        ];
        Some(work.locale.say_with("desk-due-now", &values))
    };
    let reason = move || {
        desk.week
            .get()
            .map(|week| week.due_reason)
            .filter(|reason| !reason.is_empty())
    };
    view! {
        <div class="office-page">
            <p>{shown}</p>
            <p class="dialog-note" hidden=move || reason().is_none()>
                {move || work.locale.say_with("desk-due-reason", &[("text", reason().unwrap_or_default().into())])}
            </p>
            <Show when=move || !is_over() fallback=move || view! { <p class="dialog-note">{work.say("desk-due-over")}</p> }>
                <Move desk work/>
            </Show>
            <Grace desk/>
            <SignOffSetting desk/>
        </div>
    }
}

#[component]
fn Move(desk: Desk, work: Work) -> impl IntoView {
    let field = move || {
        let due = desk.week.get()?.due;
        let campaign = work.campaign.get()?;
        Some(campaign.local(due).strftime(FIELD_FORMAT).to_string())
    };
    let at = RwSignal::new(None::<String>);
    let reason = RwSignal::new(String::new());
    let save = move |_| {
        let campaign = work.campaign.get_untracked();
        let typed = at.get_untracked().or_else(|| untrack(field));
        let moment = typed.and_then(|text| {
            let local: DateTime = text.parse().ok()?;
            campaign?.offset().to_timestamp(local).ok()
        });
        let reason = reason.get_untracked();
        match (moment, reason.trim().is_empty()) {
            (None, _) => work.say_now("desk-due-bad"),
            (Some(_), true) => work.say_now("desk-reason-missing"),
            (Some(due), false) => work.command(Command::SetDue {
                week: untrack(|| desk.number()).0,
                due_ms: due.as_millisecond(),
                reason,
            }),
        }
    };
    view! {
        <h3 class="office-title">{work.say("desk-due-move")}</h3>
        <p class="dialog-note">{work.say("desk-due-note")}</p>
        <div class="office-form">
            <label class="office-label"><span>{work.say("desk-due-field")}</span>
                <input class="field-input office-wide" type="datetime-local" name="due" prop:value=field
                    on:input=move |event| at.set(Some(event_target_value(&event)))/></label>
            <label class="office-label"><span>{work.say("desk-reason")}</span>
                <input class="field-input office-wide" type="text" name="due-reason" autocomplete="off" placeholder=work.say("desk-due-example")
                    on:input=move |event| { work.said.set(None); reason.set(event_target_value(&event)); }/></label>
            <button class="button" data-kind="primary" type="button" on:click=save>{work.say("desk-due-save")}</button>
        </div>
        <Said work/>
    }
}

#[component]
fn Grace(desk: Desk) -> impl IntoView {
    let work = desk.work();
    let minutes = RwSignal::new(None::<String>);
    let kept = move || {
        let week = desk.week.get();
        week.map_or_else(String::new, |week| week.grace_minutes.to_string())
    };
    let save = move |_| {
        let typed = minutes.get_untracked().unwrap_or_else(|| untrack(kept));
        match typed.trim().parse() {
            Ok(minutes) => work.command(Command::SetGrace { minutes }),
            Err(_) => work.say_now("desk-grace-bad"),
        }
    };
    view! {
        <h3 class="office-title">{work.say("desk-grace")}</h3>
        <p class="dialog-note">{work.say("desk-grace-note")}</p>
        <div class="office-form">
            <label class="office-label"><span>{work.say("desk-grace-field")}</span>
                <input class="field-input" type="text" inputmode="numeric" name="grace" autocomplete="off" prop:value=kept
                    on:input=move |event| minutes.set(Some(event_target_value(&event)))/></label>
            <button class="button" data-kind="primary" type="button" on:click=save>{work.say("desk-grace-save")}</button>
        </div>
        <Said work/>
    }
}
