//! Signing in: at the start, and again in place when the session has ended.

use leptos::{html, prelude::*, task::spawn_local};

use super::display::DisplayDoor;
use crate::{api, i18n::Locale, session::SessionState, ui::language::LanguageSwitch};

/// Asks for account and password.
///
/// `account`: filled in already when the same person signs in again.
#[component]
pub fn SignIn(
    #[prop(optional)] account: String,
    #[prop(optional)] is_again: bool,
) -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let account = RwSignal::new(account);
    let password = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        let name = account.get_untracked().trim().to_owned();
        let secret = password.get_untracked();
        let language = untrack(|| locale.language());
        if name.is_empty() || secret.is_empty() {
            return failure.set(Some(language.say("sign-in-incomplete")));
        }
        is_busy.set(true);
        spawn_local(async move {
            let result = api::sign_in(&name, &secret, language).await;
            is_busy.set(false);
            match result {
                Ok(begun) => session.begin(begun),
                Err(error) => failure.set(Some(error.sentence(language))),
            }
        });
    };
    let (first, second) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    Effect::new(move || {
        let awaited = if is_again { second } else { first };
        if let Some(field) = awaited.get() {
            let _ = field.focus();
        }
    });
    let title = if is_again {
        "sign-in-again"
    } else {
        "product-long"
    };
    view! {
        <form class="sign-in" on:submit=submit aria-labelledby="sign-in-title">
            <h1 class="sign-in-title" id="sign-in-title">{move || locale.say(title)}</h1>
            <Show when=move || is_again>
                <p class="sign-in-note">{move || locale.say("sign-in-again-note")}</p>
            </Show>
            <label class="field">
                <span class="field-name">{move || locale.say("sign-in-account")}</span>
                <input class="field-input" name="account" autocomplete="username" autocapitalize="off" spellcheck="false"
                    node_ref=first bind:value=account/>
            </label>
            <label class="field">
                <span class="field-name">{move || locale.say("sign-in-password")}</span>
                <input class="field-input" name="password" type="password" autocomplete="current-password"
                    node_ref=second bind:value=password/>
            </label>
            <p class="sign-in-failure" role="alert">{move || failure.get()}</p>
            <button class="button sign-in-submit" data-kind="primary" type="submit" aria-busy=move || is_busy.get().to_string()>
                {move || locale.say(if is_busy.get() { "sign-in-busy" } else { "sign-in-submit" })}
            </button>
            <div class="sign-in-foot"><LanguageSwitch/><DisplayDoor/></div>
        </form>
    }
}
