//! Choosing a password: a one-time one must be changed; the first administrator is set up.

use diaodu_wire::http::Setup;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, FetchError},
    browser,
    i18n::Locale,
    session::SessionState,
};

/// What stands before the secret in the address that the server prints at its first start.
const SETUP_MARK: &str = "#setup=";

/// Returns the secret of the set-up link, if the page was opened by it.
pub fn setup_secret() -> Option<String> {
    let hash = window().location().hash().ok()?;
    hash.strip_prefix(SETUP_MARK).map(str::to_owned)
}

/// Asks for a new password in place of the one-time one.
#[component]
pub fn NewPassword() -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let fields = ["password-old", "password-new", "password-again"];
    let on_submit = move |texts: Vec<String>| async move {
        let language = untrack(|| locale.language());
        let [old, new, again]: [String; 3] = texts.try_into().unwrap_or_default();
        if new != again {
            return Err(language.say("password-differs"));
        }
        let changed = api::change_password(old, new, language).await;
        changed.map_err(|error| error.sentence(language))?;
        session.find_out().await;
        Ok(())
    };
    view! { <Form title="password-title" note="password-note" fields=fields.to_vec() on_submit/> }
}

/// Asks who the first administrator is.
#[component]
pub fn SetUp(secret: String) -> impl IntoView {
    let locale = Locale::expect();
    let fields = [
        "sign-in-account",
        "account-person",
        "password-new",
        "password-again",
    ];
    let on_submit = move |texts: Vec<String>| {
        let secret = secret.clone();
        async move {
            let language = untrack(|| locale.language());
            let [account, person, password, again]: [String; 4] =
                texts.try_into().unwrap_or_default();
            if password != again {
                return Err(language.say("password-differs"));
            }
            let setup = Setup {
                secret,
                account: account.trim().to_owned(),
                person,
                password,
            };
            let made = api::set_up(&setup, language).await;
            made.map_err(|error: FetchError| error.sentence(language))?;
            let _ = window().location().set_hash("");
            browser::reload();
            Ok(())
        }
    };
    view! { <Form title="setup-title" note="setup-note" fields=fields.to_vec() on_submit/> }
}

/// A form of some fields; those named like a password hide what is typed.
#[component]
fn Form<F, A>(
    title: &'static str,
    note: &'static str,
    fields: Vec<&'static str>,
    on_submit: F,
) -> impl IntoView
where
    F: Fn(Vec<String>) -> A + Clone + 'static,
    A: Future<Output = Result<(), String>> + 'static,
{
    let locale = Locale::expect();
    let failure = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let fields: Vec<(&'static str, RwSignal<String>)> = fields
        .into_iter()
        .map(|name| (name, RwSignal::new(String::new())))
        .collect();
    let typed: Vec<RwSignal<String>> = fields.iter().map(|(_, text)| *text).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        let texts: Vec<String> = typed.iter().map(|text| text.get_untracked()).collect();
        is_busy.set(true);
        let work = on_submit(texts);
        spawn_local(async move {
            let result = work.await;
            is_busy.set(false);
            failure.set(result.err());
        });
    };
    view! {
        <form class="sign-in" on:submit=submit aria-labelledby="form-title">
            <h1 class="sign-in-title" id="form-title">{move || locale.say(title)}</h1>
            <p class="sign-in-note">{move || locale.say(note)}</p>
            {fields.into_iter().map(|(name, text)| {
                let kind = if name.starts_with("password") { "password" } else { "text" };
                let purpose = match name {
                    "password-old" => "current-password",
                    "password-new" | "password-again" => "new-password",
                    _ => "off",
                };
                view! {
                    <label class="field">
                        <span class="field-name">{move || locale.say(name)}</span>
                        <input class="field-input" name=name type=kind autocomplete=purpose bind:value=text/>
                    </label>
                }
            }).collect_view()}
            <p class="sign-in-failure" role="alert">{move || failure.get()}</p>
            <button class="button sign-in-submit" data-kind="primary" type="submit" aria-busy=move || is_busy.get().to_string()>
                {move || locale.say("form-submit")}
            </button>
        </form>
    }
}
