//! Small things of the browser: its memory of choices, its clock, its randomness.

use gloo::timers::callback::Timeout;
use leptos::prelude::window;
use wasm_bindgen::JsCast;

/// Keeps a choice on this machine. Storage that says no costs the memory of the choice, not the choice.
pub fn remember(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Returns what was kept.
pub fn recall(key: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(key)
        .ok()
        .flatten()
}

/// Forgets what was kept.
pub fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(key);
    }
}

/// Keeps something as long as this tab lives, reloads included. A tab without room for it forgets.
pub fn remember_in_tab(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Returns what this tab has kept.
pub fn recall_in_tab(key: &str) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    storage.get_item(key).ok().flatten()
}

/// Returns this machine's clock in milliseconds since 1970. It decides nothing.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Draws random bytes.
///
/// Errors: the browser has no source of randomness.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Takes the focus away from whatever is being typed in, and gives it back should the page stay.
pub fn leave_focus() {
    let focused = window()
        .document()
        .and_then(|document| document.active_element())
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(element) = focused else {
        return;
    };
    let _ = element.blur();
    Timeout::new(0, move || {
        let _ = element.focus();
    })
    .forget();
}

/// Draws an id for a file, in 32 hexadecimal digits.
///
/// Errors: the browser has no source of randomness.
pub fn random_id() -> Result<String, getrandom::Error> {
    let drawn = random_bytes::<16>()?;
    Ok(drawn.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Loads the page anew.
pub fn reload() {
    let _ = window().location().reload();
}
