//! A window over the page that holds the focus until it is closed.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Everything in a dialog that can have the focus.
const FOCUSABLE: &str = "button, input, select, a[href], textarea";

/// A window over the page. Without `on_close` it cannot be left.
#[component]
pub fn Dialog(
    label: Signal<String>,
    #[prop(optional)] on_close: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let before = document().active_element();
    Effect::new(move || {
        // A part of the dialog may have taken the focus already.
        if let Some(frame) = frame
            .get()
            .filter(|frame| !frame.contains(document().active_element().map(|e| e.into()).as_ref()))
        {
            let first = frame.query_selector(FOCUSABLE).ok().flatten();
            focus(first.unwrap_or_else(|| frame.into()));
        }
    });
    let before = StoredValue::new_local(before);
    on_cleanup(move || {
        if let Some(element) = before.try_get_value().flatten() {
            focus(element);
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        match (event.key().as_str(), frame.get_untracked()) {
            ("Escape", _) => {
                if let Some(close) = on_close {
                    close.run(());
                }
            }
            ("Tab", Some(frame)) => keep_inside(&event, &frame),
            _ => {}
        }
    };
    view! {
        <div class="dialog-ground">
            <div class="dialog" role="dialog" aria-modal="true" aria-label=move || label.get() tabindex="-1" node_ref=frame
                on:keydown=on_key>
                {children()}
            </div>
        </div>
    }
}

fn keep_inside(event: &ev::KeyboardEvent, frame: &web_sys::HtmlDivElement) {
    let Ok(parts) = frame.query_selector_all(FOCUSABLE) else {
        return;
    };
    let part = |index: u32| {
        parts
            .item(index)
            .and_then(|node| node.dyn_into::<web_sys::Element>().ok())
    };
    let (Some(first), Some(last)) = (part(0), part(parts.length().wrapping_sub(1))) else {
        return;
    };
    let active = document().active_element();
    let (from, to) = if event.shift_key() {
        (first.clone(), last)
    } else {
        (last, first.clone())
    };
    if active.as_ref() == Some(&from) {
        event.prevent_default();
        focus(to);
    }
}

fn focus(element: web_sys::Element) {
    if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}
