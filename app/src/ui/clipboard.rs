//! Copying a text, also where the browser gives no clipboard to pages without https.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Puts a text on the clipboard.
pub fn copy(text: &str) {
    let document = document();
    let made = document.create_element("textarea").ok();
    let area = made.and_then(|area| area.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    let (Some(area), Some(body)) = (area, document.body()) else {
        return;
    };
    let before = document.active_element();
    area.set_value(text);
    if body.append_child(&area).is_err() {
        return;
    }
    area.select();
    // The old way works on plain http, too.
    if let Ok(document) = document.dyn_into::<web_sys::HtmlDocument>() {
        let _ = document.exec_command("copy");
    }
    area.remove();
    if let Some(before) = before.and_then(|before| before.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = before.focus();
    }
}
