//! Who sees whom.

use diaodu_plan::permission::Visibility;
use diaodu_wire::http::Command;
use leptos::prelude::*;
use serde::Deserialize;

use super::{Said, Work, reminders::Reminders};

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
    let settings = work.list::<Answer>(|| "/api/settings".to_owned());
    let choose = move |event| {
        let visibility = event_target_value(&event);
        work.command(Command::SetVisibility { visibility });
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
    }
}

fn visibility_key(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::All => "visibility-all",
        Visibility::Leads => "visibility-leads",
        Visibility::Own => "visibility-own",
    }
}
