//! Sentences across the screen: those that stay, and those that pass.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long a passing sentence stays.
const STAY_MS: u32 = 4_000;

/// A sentence that stays as long as its reason; what can be done about it stands behind it.
#[component]
pub fn Banner(text: Signal<String>, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! { <div class="banner" role="alert"><span>{move || text.get()}</span>{children.map(|children| children())}</div> }
}

/// A sentence that passes; set `text` to say something.
#[component]
pub fn Notice(text: RwSignal<Option<String>>) -> impl IntoView {
    let stay = StoredValue::new_local(None::<Timeout>);
    Effect::new(move || {
        let is_shown = text.with(Option::is_some);
        // Dropping the one before stops it: it must not take away what was said after it.
        stay.set_value(is_shown.then(|| Timeout::new(STAY_MS, move || drop(text.try_set(None)))));
    });
    view! { <div class="notice" aria-live="polite" data-state=move || if text.get().is_some() { "shown" } else { "hidden" }>{move || text.get()}</div> }
}
