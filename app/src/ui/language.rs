//! The switch of language: names the language it switches to.

use leptos::prelude::*;

use crate::i18n::{Language, Locale};

/// Switches to the other language.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let locale = Locale::expect();
    let other = move || match locale.language() {
        Language::Chinese => Language::English,
        Language::English => Language::Chinese,
    };
    view! {
        <button class="button" data-kind="quiet" type="button" lang=move || other().tag()
            on:click=move |_| locale.switch(untrack(other))>{move || other().own_name()}</button>
    }
}
