//! The menu of a cell: what may be done here, with the keys that do it. What keys of browser or input method keep for themselves is
//! done from here.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::keys::shown;
use crate::{
    grid::{
        keymap::BINDINGS,
        model::{Ask, Command, Direction},
    },
    i18n::Locale,
};

/// Kept free towards the edge of the page.
const MARGIN_PX: f64 = 8.0;
/// As in style/screens/keys.css.
const WIDTH_PX: f64 = 260.0;
const LINE_PX: f64 = 30.0;

/// Where the menu opens, from the corner of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MenuPlace {
    /// To the right.
    pub x_px: f64,
    /// Down.
    pub y_px: f64,
}

/// The lines of the menu: what it is called, and what it does.
const LINES: [(&str, Command); 19] = [
    ("key-copy", Command::Native),
    ("key-cut", Command::Native),
    ("key-paste", Command::Native),
    ("key-paste-turned", Command::TurnNextPaste),
    ("key-clear", Command::Clear),
    ("key-fill-down", Command::Fill(Direction::Down)),
    ("key-fill-right", Command::Fill(Direction::Right)),
    ("key-comments", Command::Ask(Ask::Comments)),
    ("key-detail", Command::Detail),
    ("key-history", Command::Ask(Ask::History)),
    ("key-beside", Command::Ask(Ask::Beside)),
    ("menu-attachments", Command::Ask(Ask::Attachments)),
    ("menu-correct", Command::Ask(Ask::Correct)),
    ("menu-select-row", Command::SelectRows),
    ("menu-select-column", Command::SelectColumns),
    ("menu-select-table", Command::SelectTable),
    ("menu-next-corner", Command::NextCorner),
    ("key-undo", Command::Undo),
    ("menu-keys", Command::Ask(Ask::Keys)),
];

/// Shows the menu; closes itself by emptying `place`. `order`: takes what is chosen. `say`: takes a sentence for what only keys can do.
#[component]
pub fn CellMenu(
    place: RwSignal<Option<MenuPlace>>,
    order: RwSignal<Option<Command>>,
    say: RwSignal<Option<String>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let frame = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(frame) = frame.get() {
            focus(&frame, 0);
        }
    });
    let choose = move |command: Command, keys: String| {
        place.set(None);
        if command == Command::Native {
            // Browsers let pages touch the clipboard only where a key asked for it.
            say.set(Some(untrack(|| {
                locale.say_with("menu-copy-hint", &[("keys", keys.into())])
            })));
            // Nothing is done, but the table has the keys again.
            order.set(Some(Command::ShowActive));
        } else {
            order.set(Some(command));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Escape" | "Tab" => {
                event.prevent_default();
                place.set(None);
                order.set(Some(Command::ShowActive));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(frame) = frame.get_untracked() {
            focus(&frame, step);
        }
    };
    let at = place.get_untracked().unwrap_or(MenuPlace {
        x_px: 0.0,
        y_px: 0.0,
    });
    let (width, height) = page_size();
    let left = at.x_px.min(width - WIDTH_PX - MARGIN_PX).max(MARGIN_PX);
    let tall = LINE_PX * LINES.len() as f64 + 2.0 * MARGIN_PX;
    let top = at.y_px.min(height - tall - MARGIN_PX).max(MARGIN_PX);
    view! {
        <div class="menu-ground" on:mousedown=move |_| place.set(None) on:contextmenu=move |event| event.prevent_default()>
            <div class="menu" role="menu" aria-label=move || locale.say("key-menu") node_ref=frame on:keydown=on_key
                on:mousedown=move |event| event.stop_propagation()
                style:left=format!("{left}px") style:top=format!("{top}px")>
                {LINES.into_iter().map(|(word, command)| {
                    let keys = keys_of(word);
                    let said = keys.clone();
                    view! {
                        <button class="menu-line" role="menuitem" type="button" tabindex="-1" on:click=move |_| choose(command, said.clone())>
                            <span>{move || locale.say(word)}</span>
                            <kbd class="keys-chord">{keys}</kbd>
                        </button>
                    }
                }).collect_view()}
            </div>
        </div>
    }
}

/// Returns the first chord that has a name in the table of keys; empty for none.
fn keys_of(word: &str) -> String {
    let binding = BINDINGS.iter().find(|binding| binding.word == word);
    binding
        .map(|binding| shown(binding.keys))
        .unwrap_or_default()
}

/// Moves the focus among the lines, round at both ends.
fn focus(frame: &web_sys::HtmlDivElement, step: i32) {
    let lines = frame.children();
    let count = lines.length() as i32;
    let active = document().active_element();
    let here = (0..count).find(|index| lines.item(*index as u32) == active);
    let next = here.map_or(0, |here| (here + step).rem_euclid(count.max(1)));
    let line = lines
        .item(next as u32)
        .and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(line) = line {
        line.focus().unwrap_or_default();
    }
}

fn page_size() -> (f64, f64) {
    let window = window();
    let size = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| value.ok()?.as_f64();
    (
        size(window.inner_width()).unwrap_or(1_366.0),
        size(window.inner_height()).unwrap_or(768.0),
    )
}
