//! One of a few, side by side.

use leptos::prelude::*;

/// A row of buttons of which one is pressed.
#[component]
pub fn Segments<T>(
    name: Signal<String>,
    choices: Signal<Vec<(T, String)>>,
    chosen: RwSignal<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    view! {
        <div class="segments" role="group" aria-label=move || name.get()>
            {move || choices.get().into_iter().map(|(choice, text)| view! {
                <button class="segments-part" type="button" aria-pressed=move || (chosen.get() == choice).to_string()
                    on:click=move |_| chosen.set(choice)>{text}</button>
            }).collect_view()}
        </div>
    }
}
