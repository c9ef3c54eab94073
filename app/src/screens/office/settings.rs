//! Who sees whom, and freezing a week.

use diaodu_plan::permission::Visibility;
use diaodu_wire::http::Command;
use leptos::prelude::*;
use serde::Deserialize;

use super::{Said, Work, button, reminders::Reminders};
use crate::store::Store;

/// Answer of `GET /api/settings`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Answer {
    visibility: String,
    /// Weeks that nobody writes any more.
    pub frozen_weeks: Vec<u8>,
}

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    let work = Work::new();
    let store: Store = expect_context();
    let settings = work.list::<Answer>(|| "/api/settings".to_owned());
    let asked = RwSignal::new(None::<u8>);
    let choose = move |event| {
        let visibility = event_target_value(&event);
        work.command(Command::SetVisibility { visibility });
    };
    let weeks = move || {
        let campaign = store.campaign.get();
        let weeks = campaign.iter().flat_map(|campaign| campaign.weeks.clone());
        let item = |week: u8| {
            let is_frozen = settings.with(|settings| settings.frozen_weeks.contains(&week));
            let act = if is_frozen {
                view! { <span>{work.say("week-is-frozen")}</span> }.into_any()
            } else if asked.get() == Some(week) {
                let freeze = move || {
                    asked.set(None);
                    work.command(Command::FreezeWeek { week });
                };
                view! {
                    <span>{work.say("week-freeze-sure")}</span>
                    {button(work, "week-freeze-yes", freeze)}
                    {button(work, "cancel", move || asked.set(None))}
                }
                .into_any()
            } else {
                button(work, "week-freeze", move || asked.set(Some(week)))
            };
            let values = [("number", i64::from(week).into())];
            view! { <li class="office-week" data-week=week.to_string()><span>{work.locale.say_with("week-short", &values)}</span>{act}</li> }
        };
        weeks.map(|week| item(week.number.0)).collect_view()
    };
    view! {
        <Said work/>
        <label class="office-setting">
            <span>{work.say("visibility")}</span>
            <select class="select" name="visibility" on:change=choose>
                {Visibility::ALL.map(|each| view! {
                    <option value=each.word() selected=move || settings.with(|settings| settings.visibility == each.word())>
                        {work.say(visibility_key(each))}
                    </option>
                }).collect_view()}
            </select>
        </label>
        <Reminders work/>
        <h3 class="office-title">{work.say("week-freeze-title")}</h3>
        <p class="dialog-note">{work.say("week-freeze-note")}</p>
        <ul class="office-weeks">{weeks}</ul>
    }
}

fn visibility_key(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::All => "visibility-all",
        Visibility::Leads => "visibility-leads",
        Visibility::Own => "visibility-own",
    }
}
