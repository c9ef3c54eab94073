//! The window with the full text: of a measure on hover, of the active cell by key. It never takes the focus.

use leptos::prelude::*;

use super::desk::Desk;

/// The widest it gets, as in style/grid.css.
const WIDTH_PX: f64 = 480.0;
/// Kept free towards the edge of the page.
const MARGIN_PX: f64 = 12.0;
/// Room below that is enough for most texts; with less it opens upwards.
const ROOM_PX: f64 = 220.0;

/// Draws the full text, if it is to be shown.
#[component]
pub fn DetailWindow(desk: Desk) -> impl IntoView {
    move || {
        desk.detail.get().map(|detail| {
            let (page_width, page_height) = page_size();
            let left = (detail.x_px).min(page_width - WIDTH_PX - MARGIN_PX).max(MARGIN_PX);
            let below = page_height - detail.y_px;
            let upwards = below < ROOM_PX && detail.y_px > below;
            let words = desk.words.get();
            view! {
                <div
                    class="grid-detail"
                    role="tooltip"
                    aria-label=words.detail
                    aria-live="polite"
                    style:left=format!("{left}px")
                    style:top=(!upwards).then(|| format!("{}px", detail.y_px + MARGIN_PX / 2.0))
                    style:bottom=upwards.then(|| format!("{}px", below + MARGIN_PX * 3.0))
                >
                    {detail.paragraphs.into_iter().map(|text| view! { <p class="grid-detail-text">{text}</p> }).collect_view()}
                    <p class="grid-detail-close">{words.detail_close}</p>
                </div>
            }
        })
    }
}

fn page_size() -> (f64, f64) {
    let size = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        value.ok().and_then(|value| value.as_f64())
    };
    let window = window();
    (
        size(window.inner_width()).unwrap_or(1_366.0),
        size(window.inner_height()).unwrap_or(768.0),
    )
}
