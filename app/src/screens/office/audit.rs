//! The audit log, searched and taken away as csv.

use diaodu_wire::http::AuditEntry;
use leptos::prelude::*;

use super::{Said, Work, button, cell, moment, table};

/// The kinds of entries, as the server names them.
const KINDS: [&str; 7] = [
    "sign-in",
    "sign-in-failure",
    "sign-out",
    "change",
    "refusal",
    "command",
    "export",
];

/// The audit log.
#[component]
pub fn Audit() -> impl IntoView {
    let work = Work::new();
    let text = || RwSignal::new(String::new());
    let (account, kind, words) = (text(), text(), text());
    let before = RwSignal::new(None::<i64>);
    // Another search begins with the newest.
    let search = move |field: RwSignal<String>, text: String| {
        before.set(None);
        field.set(text);
    };
    let query = move || {
        let encoded = |text: RwSignal<String>| {
            let text = text.get();
            String::from(js_sys::encode_uri_component(text.trim()))
        };
        format!(
            "account={}&kind={}&text={}",
            encoded(account),
            encoded(kind),
            encoded(words)
        )
    };
    let list = work.list::<Vec<AuditEntry>>(move || {
        let before = before.get().map(|number| format!("&before={number}"));
        format!("/api/audit?{}{}", query(), before.unwrap_or_default())
    });
    let row = move |entry: AuditEntry| {
        let kind = format!("audit-{}", entry.kind);
        view! {
            <tr data-kind=entry.kind>
                {cell(entry.number.to_string())} {cell(moment(work, entry.at_ms))}
                <td>{move || work.locale.say(&kind)}</td>
                {cell(entry.account)} {cell(entry.subject)} {cell(entry.detail)}
            </tr>
        }
        .into_any()
    };
    let heads = &[
        "audit-number",
        "audit-at",
        "audit-kind",
        "sign-in-account",
        "audit-subject",
        "audit-detail",
    ];
    let rows = move || list.get().into_iter().map(row).collect();
    let older = move || before.set(list.with_untracked(|list| list.last().map(|row| row.number)));
    view! {
        <div class="office-form">
            <input class="field-input" name="audit-account" aria-label=work.say("sign-in-account")
                placeholder=work.say("sign-in-account") on:change=move |event| search(account, event_target_value(&event))/>
            <select class="select" name="audit-kind" aria-label=work.say("audit-kind")
                on:change=move |event| search(kind, event_target_value(&event))>
                <option value="">{work.say("audit-all-kinds")}</option>
                {KINDS.map(|kind| {
                    let key = format!("audit-{kind}");
                    view! { <option value=kind>{move || work.locale.say(&key)}</option> }
                }).collect_view()}
            </select>
            <input class="field-input" name="audit-text" aria-label=work.say("audit-text")
                placeholder=work.say("audit-text") on:change=move |event| search(words, event_target_value(&event))/>
            {button(work, "audit-newest", move || before.set(None))}
            {button(work, "audit-older", older)}
            <a class="button" data-kind="plain" download="" href=move || format!("/api/audit.csv?{}", query())>{work.say("audit-csv")}</a>
        </div>
        <Said work/>
        {table(work, heads, rows)}
    }
}
