//! Sessions and tokens, each with the way to end it.

use diaodu_wire::http::{Command, PassEntry};
use leptos::prelude::*;

use super::{Said, Work, button, cell, moment, table};

/// Who is signed in.
#[component]
pub fn Passes() -> impl IntoView {
    let work = Work::new();
    let list = work.list::<Vec<PassEntry>>(|| "/api/passes".to_owned());
    let row = move |entry: PassEntry| {
        let kind = match (entry.kind.as_str(), entry.reads_only) {
            ("session", _) => "pass-session",
            (_, true) => "pass-token-read",
            (_, false) => "pass-token",
        };
        let id = entry.id.clone();
        let revoke = move || work.command(Command::RevokePass { id: id.clone() });
        view! {
            <tr>
                {cell(entry.account)} <td>{work.say(kind)}</td> {cell(entry.label)}
                {cell(moment(work, entry.created_ms))} {cell(moment(work, entry.used_ms))} {cell(moment(work, entry.expires_ms))}
                <td class="office-acts">
                    {if entry.own { view! { <span>{work.say("pass-own")}</span> }.into_any() } else { button(work, "pass-revoke", revoke) }}
                </td>
            </tr>
        }
        .into_any()
    };
    let heads = &[
        "sign-in-account",
        "pass-kind",
        "pass-label",
        "pass-created",
        "pass-used",
        "pass-expires",
        "office-acts",
    ];
    let rows = move || list.get().into_iter().map(row).collect();
    view! {
        <Said work/>
        {table(work, heads, rows)}
    }
}
