//! Following a colleague: says whom, and ends with the first key, click or turn of the wheel.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    grid::model::Command as GridCommand,
    i18n::Locale,
    replica::{Command, Replica},
    store::Store,
};

/// What ends it; where it is heard, before anything else hears it.
const ENDS: [&str; 3] = ["keydown", "mousedown", "wheel"];

/// Says who is followed. `order`: gives the keys back to the table.
#[component]
pub fn Following(order: RwSignal<Option<GridCommand>>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let (followed, shown) = (store.followed.clone(), store.followed);
    let account = Memo::new(move |_| {
        followed.with(|followed| followed.as_ref().map(|followed| followed.account.clone()))
    });
    let stop = Callback::new(move |()| {
        replica.command(Command::Follow(None));
        order.set(Some(GridCommand::Native));
    });
    Effect::new(move |_| account.with(Option::is_some).then(|| listen(stop)));
    let sentence = move || {
        shown.with(|followed| {
            let followed = followed.as_ref()?;
            let key = match followed.place {
                Some(_) => "following",
                None => "following-nowhere",
            };
            Some(locale.say_with(key, &[("name", followed.name.clone().into())]))
        })
    };
    view! {
        <div aria-live="polite">
            <Show when=move || account.with(Option::is_some)>
                <div class="following">
                    <span>{sentence.clone()}</span>
                    <Stop stop/>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Stop(stop: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let button = NodeRef::<html::Button>::new();
    Effect::new(move || {
        if let Some(button) = button.get() {
            button.focus().unwrap_or_default();
        }
    });
    view! {
        <button class="button" data-kind="quiet" type="button" node_ref=button on:click=move |_| stop.run(())>
            {move || locale.say("following-stop")}
        </button>
    }
}

/// Listens until it is dropped. A key does what it always does as well, Escape alone does nothing else.
fn listen(stop: Callback<()>) -> [EventListener; 3] {
    let options = EventListenerOptions {
        phase: EventListenerPhase::Capture,
        passive: false,
    };
    ENDS.map(|name| {
        EventListener::new_with_options(&document(), name, options, move |event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>();
            let key = key.map(web_sys::KeyboardEvent::key).unwrap_or_default();
            if matches!(key.as_str(), "Shift" | "Control" | "Alt" | "Meta") {
                return;
            }
            if key == "Escape" {
                event.prevent_default();
                event.stop_propagation();
            }
            stop.run(());
        })
    })
}
