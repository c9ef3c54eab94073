//! Light or dark: as the system is set, until a person chooses.

use leptos::prelude::*;

use crate::{browser, i18n::Locale};

const KEPT_AS: &str = "diaodu.theme";

/// The colours of this page, in the context of every screen.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    is_dark: RwSignal<bool>,
}

impl Theme {
    /// Takes what was chosen last on this machine, else what the system is set to.
    pub fn remembered() -> Theme {
        let is_dark = match browser::recall(KEPT_AS).as_deref() {
            Some("dark") => true,
            Some("light") => false,
            Some(_) | None => browser::prefers_dark(),
        };
        Theme {
            is_dark: RwSignal::new(is_dark),
        }
    }

    fn switch(self) {
        let is_dark = !self.is_dark.get_untracked();
        let word = if is_dark { "dark" } else { "light" };
        browser::remember(KEPT_AS, word);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", word);
        }
        self.is_dark.set(is_dark);
    }
}

/// Switches between light and dark: names what it switches to.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let locale = Locale::expect();
    let theme: Theme = expect_context();
    let text = move || {
        locale.say(if theme.is_dark.get() {
            "theme-light"
        } else {
            "theme-dark"
        })
    };
    view! {
        <button class="button" data-kind="quiet" type="button" on:click=move |_| theme.switch()>{text}</button>
    }
}
