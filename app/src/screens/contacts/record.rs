//! 变更记录: what was done to a unit's lines, by whom and when.

use diaodu_wire::http::contact::{ContactRecord, ContactUnit};
use leptos::prelude::*;

use super::{Beside, Work, heading, role};
use crate::store::Store;

/// 变更记录 of a unit: who did what, when.
#[component]
pub fn Record(work: Work, unit: ContactUnit) -> impl IntoView {
    let store: Store = expect_context();
    let campaign = store.campaign.get_untracked();
    let moment = move |at_ms: i64| {
        let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
        campaign
            .as_ref()
            .map(|campaign| diaodu_plan::table::moment(campaign, at))
            .unwrap_or_default()
    };
    let items = unit.changes.into_iter().map(|change| {
        let at = moment(change.at_ms);
        item(work, change, at)
    });
    let items = items.collect_view();
    view! {
        <aside class="contacts-side" aria-label=work.say("contacts-record")>
            <h3 class="office-title">{work.say("contacts-record")}</h3>
            <p class="dialog-note">{unit.name}</p>
            <ul class="circular-list contacts-record">{items}</ul>
            <button class="button" data-kind="plain" type="button" on:click=move |_| work.beside.set(Beside::Nothing)>{work.say("contacts-record-close")}</button>
        </aside>
    }
}

fn item(work: Work, change: ContactRecord, at: String) -> impl IntoView {
    let key = match change.kind.as_str() {
        "added" => "contacts-added",
        "removed" => "contacts-removed",
        _ => "contacts-changed",
    };
    let kind = role(&change.role);
    let name = change.name.clone();
    let title = move || {
        let values = [
            ("role", work.locale.say(kind).into()),
            ("name", name.clone().into()),
        ];
        work.locale.say_with(key, &values)
    };
    let fields = change.fields.into_iter().map(|field| {
        let label: &'static str = heading(&field.field);
        let shown = move |text: &str| match (field.field.as_str(), text) {
            (_, "") => work.locale.say("contacts-empty"),
            ("role", word) => work.locale.say(role(word)),
            (_, text) => text.to_owned(),
        };
        let (old, new) = (field.old, field.new);
        let line = move || {
            let values = [
                ("field", work.locale.say(label).into()),
                ("old", shown(&old).into()),
                ("new", shown(&new).into()),
            ];
            work.locale.say_with("contacts-field-changed", &values)
        };
        view! { <p class="dialog-note">{line}</p> }
    });
    let fields = fields.collect_view();
    view! {
        <li class="circular-item">
            <p>{title}</p>
            {fields}
            <p class="dialog-note">{at}" "{change.account}</p>
        </li>
    }
}
