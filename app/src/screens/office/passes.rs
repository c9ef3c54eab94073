//! Sessions and tokens, each with the way to end it, and the form that makes a token for a program.

use diaodu_wire::http::{Command, PassEntry, TokenWish};
use leptos::{prelude::*, task::spawn_local};

use super::{Said, Work, button, cell, moment, table};
use crate::api;

/// 30 days: one calls on its owner every month, unless he wants otherwise.
const DAYS: &str = "30";
/// The two scopes, as the server names them, with the keys of their sentences.
const SCOPES: [(&str, &str); 2] = [("read", "pass-token-read"), ("write", "pass-token")];

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
        let (id, account) = (entry.id.clone(), entry.account.clone());
        let revoke = move || work.command(Command::RevokePass { id: id.clone() });
        view! {
            <tr data-account=account data-own=entry.own.then_some("true")>
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
        <TokenForm work/>
        <Said work/>
        {table(work, heads, rows)}
    }
}

/// Makes a token under one's own account. Its secret is said once; the list names it without.
#[component]
fn TokenForm(work: Work) -> impl IntoView {
    let label = RwSignal::new(String::new());
    let days = RwSignal::new(DAYS.to_owned());
    let scope = RwSignal::new(SCOPES[0].0.to_owned());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(count) = days.get_untracked().trim().parse() else {
            return work.say_now("token-days-wrong");
        };
        let wish = TokenWish {
            scope: Some(scope.get_untracked()),
            days: Some(count),
            label: label.get_untracked().trim().to_owned(),
        };
        let language = untrack(|| work.locale.language());
        spawn_local(async move {
            let said = match api::token(&wish, language).await {
                Ok(made) => {
                    label.try_set(String::new());
                    language.say_with("token-made", &[("token", made.token.into())])
                }
                Err(error) => error.sentence(language),
            };
            work.said.set(Some(said));
            work.turn.update(|turn| *turn += 1);
        });
    };
    view! {
        <form class="office-form" on:submit=submit>
            <input class="field-input" name="token-label" autocomplete="off"
                aria-label=work.say("token-label") placeholder=work.say("token-label") bind:value=label/>
            <select class="select" name="token-scope" aria-label=work.say("pass-kind")
                on:change=move |event| scope.set(event_target_value(&event))>
                {SCOPES.map(|(word, key)| view! { <option value=word>{work.say(key)}</option> }).collect_view()}
            </select>
            <input class="field-input" name="token-days" inputmode="numeric" autocomplete="off"
                aria-label=work.say("token-days") placeholder=work.say("token-days") bind:value=days/>
            <button class="button" data-kind="primary" type="submit">{work.say("token-create")}</button>
        </form>
    }
}
