//! How wide the page is: a phone shows cards, everything else the table.

use gloo::events::EventListener;
use leptos::prelude::*;

/// As in style/screens/cards.css.
const NARROW: &str = "(max-width: 600px)";

/// The width of the page, in the context of every screen.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// A phone.
    pub is_narrow: RwSignal<bool>,
    /// The person wants the table all the same, until the page is closed.
    pub wants_table: RwSignal<bool>,
}

impl Screen {
    /// Looks, and goes on looking: a phone may be turned.
    pub fn watched() -> Screen {
        let query = window().match_media(NARROW).ok().flatten();
        let screen = Screen {
            is_narrow: RwSignal::new(query.as_ref().is_some_and(|query| query.matches())),
            wants_table: RwSignal::new(false),
        };
        let listener = query.map(|query| {
            let asked = query.clone();
            EventListener::new(&query, "change", move |_| {
                screen.is_narrow.set(asked.matches())
            })
        });
        let listener = StoredValue::new_local(listener);
        on_cleanup(move || listener.dispose());
        screen
    }

    /// Tells whether cards are shown.
    pub fn shows_cards(self) -> bool {
        self.is_narrow.get() && !self.wants_table.get()
    }
}
