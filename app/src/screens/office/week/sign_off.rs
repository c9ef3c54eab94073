//! 单位审签: whether reports wait for the signature of a unit's 责任领导, and which moment counts then. Set before weeks are due.

use std::collections::BTreeSet;

use diaodu_plan::{permission::AccountRole, report::SignOff};
use diaodu_wire::http::{AccountEntry, Command};
use leptos::prelude::*;

use super::{super::Said, Desk};

/// The setting, and the units in which nobody could sign.
#[component]
pub fn SignOffSetting(desk: Desk) -> impl IntoView {
    let work = desk.work();
    let accounts = work.list::<Vec<AccountEntry>>(|| "/api/accounts".to_owned());
    let kept = move || {
        desk.week
            .with(|week| week.as_ref().map(|week| week.sign_off))
    };
    let kept = move || kept().unwrap_or_default();
    let choose = move |event| {
        let mode = event_target_value(&event);
        work.command(Command::SetSignOff { mode });
    };
    let without = move || {
        let campaign = work.campaign.get()?;
        let leads = accounts.get().into_iter();
        let leads =
            leads.filter(|entry| entry.role == AccountRole::Leader.word() && !entry.disabled);
        let with: BTreeSet<String> = leads.map(|entry| entry.unit).collect();
        let without = campaign
            .active_units()
            .filter(|unit| !with.contains(&unit.id.0));
        let names: Vec<&str> = without.map(|unit| unit.name.as_str()).collect();
        let values = [
            ("count", (names.len() as i64).into()),
            ("names", names.join(&work.locale.say("list-comma")).into()),
        ];
        (!names.is_empty()).then(|| work.locale.say_with("desk-sign-without", &values))
    };
    view! {
        <h3 class="office-title">{work.say("desk-sign")}</h3>
        <p class="dialog-note">{work.say("desk-sign-note")}</p>
        <div class="office-form">
            <select class="select" name="sign-off" aria-label=work.say("desk-sign") on:change=choose>
                {SignOff::ALL.map(|each| view! {
                    <option value=each.word() selected=move || kept() == each>{work.say(key(each))}</option>
                }).collect_view()}
            </select>
        </div>
        <p class="dialog-note" hidden=move || !kept().is_needed()>{without}</p>
        <Said work/>
    }
}

fn key(mode: SignOff) -> &'static str {
    match mode {
        SignOff::None => "desk-sign-none",
        SignOff::Submission => "desk-sign-submission",
        SignOff::Signing => "desk-sign-signing",
    }
}
