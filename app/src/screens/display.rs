//! How the page looks and reads for this person, in one small window: colours, large letters, contrast, motion, reading aloud. Remembered
//! by this browser; `start.js` sets the same attributes before the first paint.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::{browser, i18n::Locale, ui::segments::Segments};

/// 18 px for 14, as style/tokens.css has them.
const LARGE_LETTERS: f64 = 18.0 / 14.0;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    /// As the system is set.
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// The value of the attribute, and the end of its name's key.
    fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Theme::System => "theme-system",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        }
    }
}

/// One switch: the attribute of the root element that it sets, kept as `diaodu.NAME`, and its two values.
#[derive(Debug, Clone, Copy)]
struct Switch {
    attribute: &'static str,
    on: &'static str,
    off: &'static str,
    word: &'static str,
    is_on: RwSignal<bool>,
}

impl Switch {
    /// Reads what stands at the root element: what was chosen, or what the system asks for.
    fn remembered(
        attribute: &'static str,
        (on, off): (&'static str, &'static str),
        word: &'static str,
    ) -> Switch {
        let root = document().document_element();
        let stands = root.and_then(|root| root.get_attribute(&format!("data-{attribute}")));
        let is_on = RwSignal::new(stands.as_deref() == Some(on));
        Switch {
            attribute,
            on,
            off,
            word,
            is_on,
        }
    }

    fn set(self, is_on: bool) {
        self.is_on.set(is_on);
        choose(self.attribute, if is_on { self.on } else { self.off });
    }
}

/// Sets an attribute of the root element, and remembers it.
fn choose(attribute: &str, word: &str) {
    browser::remember(&format!("diaodu.{attribute}"), word);
    if let Some(root) = document().document_element() {
        root.set_attribute(&format!("data-{attribute}"), word)
            .unwrap_or_default();
    }
}

/// How the page looks and reads, in the context of every screen.
#[derive(Debug, Clone, Copy)]
pub struct Display {
    theme: RwSignal<Theme>,
    switches: [Switch; 4],
}

impl Display {
    /// Takes what was chosen last on this machine, else what the system is set to.
    pub fn remembered() -> Display {
        let kept = browser::recall("diaodu.theme");
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| kept.as_deref() == Some(theme.word()));
        Display {
            theme: RwSignal::new(theme.unwrap_or(Theme::System)),
            switches: [
                Switch::remembered("text", ("large", "usual"), "display-large"),
                Switch::remembered("contrast", ("more", "usual"), "display-contrast"),
                Switch::remembered("motion", ("less", "usual"), "display-still"),
                Switch::remembered("aloud", ("on", "off"), "display-aloud"),
            ],
        }
    }

    /// Tells how much larger than usual letters are.
    pub fn letters(self) -> Signal<f64> {
        let is_large = self.switches[0].is_on;
        Signal::derive(move || if is_large.get() { LARGE_LETTERS } else { 1.0 })
    }

    /// Tells whether the focus stands in the cells, for screen readers.
    pub fn is_aloud(self) -> Signal<bool> {
        self.switches[3].is_on.into()
    }
}

/// The button, and the window under it.
#[component]
pub fn DisplayDoor() -> impl IntoView {
    let locale = Locale::expect();
    let display: Display = expect_context();
    let is_open = RwSignal::new(false);
    let themes = Signal::derive(move || {
        let named = Theme::ALL.map(|theme| (theme, locale.say(theme.name())));
        named.to_vec()
    });
    Effect::new(move |before: Option<()>| {
        let theme = display.theme.get();
        if before.is_some() {
            choose("theme", theme.word());
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.stop_propagation();
            is_open.set(false);
        }
    };
    // Whoever goes on to something else has done with it.
    let on_leave = move |event: ev::FocusEvent| {
        let next = event.related_target();
        let next = next.and_then(|next| next.dyn_into::<web_sys::Element>().ok());
        if next.is_some_and(|next| matches!(next.closest(".display"), Ok(None))) {
            is_open.set(false);
        }
    };
    view! {
        <div class="display" on:keydown=on_key on:focusout=on_leave>
            <button class="button" data-kind="quiet" type="button" aria-controls="display" aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)>{move || locale.say("display")}</button>
            <div class="display-panel" id="display" role="group" aria-label=move || locale.say("display") hidden=move || !is_open.get()>
                <Segments name=Signal::derive(move || locale.say("display-theme")) choices=themes chosen=display.theme/>
                {display.switches.map(|switch| view! {
                    <label class="display-switch">
                        <input type="checkbox" prop:checked=move || switch.is_on.get()
                            on:change=move |event| switch.set(event_target_checked(&event))/>
                        <span>{move || locale.say(switch.word)}</span>
                    </label>
                })}
                <p class="display-note">{move || locale.say("display-note")}</p>
            </div>
        </div>
    }
}
