//! Circulars for which one's own unit has yet to sign, told on every screen until it has.

use diaodu_wire::http::circular::IssuedEntry;
use gloo::timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};

use crate::{api, i18n::Locale, session::SessionState};

/// Once in a minute: whoever issues a circular does not wait for each unit.
const LOOK_STEP_MS: u32 = 60_000;

/// How many there are, for every screen that tells of them.
#[derive(Clone, Copy)]
pub struct Unsigned(RwSignal<usize>);

impl Unsigned {
    /// Nothing is known yet.
    pub fn new() -> Unsigned {
        Unsigned(RwSignal::new(0))
    }

    /// Finds it in the context of a component.
    pub fn expect() -> Unsigned {
        expect_context()
    }

    /// Says how many there are; tracked.
    pub fn count(self) -> usize {
        self.0.get()
    }

    /// Takes what the server says of all circulars.
    pub fn take(self, issued: &[IssuedEntry]) {
        let count = issued.iter().filter(|entry| entry.mine).count();
        if self.0.try_get_untracked() != Some(count) {
            self.0.try_set(count);
        }
    }

    /// Asks the server. Without it nothing can be signed for either.
    pub fn look(self) {
        spawn_local(async move {
            if let Ok(issued) = api::list::<Vec<IssuedEntry>>("/api/circulars").await {
                self.take(&issued);
            }
        });
    }
}

/// Says that a circular waits, and opens it. Looks for new ones as long as somebody is there who may sign.
#[component]
pub fn CircularNews(open: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let session = SessionState::expect();
    let unsigned = Unsigned::expect();
    let signs = Memo::new(move |_| {
        let session = session.current.get();
        session.is_some_and(|session| matches!(session.role.as_str(), "unit" | "leader"))
    });
    Effect::new(move || {
        if signs.get() {
            unsigned.look();
        }
    });
    let clock = Interval::new(LOOK_STEP_MS, move || {
        if signs.get_untracked() {
            unsigned.look();
        }
    });
    let clock = StoredValue::new_local(clock);
    on_cleanup(move || clock.dispose());
    let words = move || {
        let count = i64::try_from(unsigned.count()).unwrap_or(i64::MAX);
        locale.say_with("circular-news", &[("count", count.into())])
    };
    view! {
        <span class="circular-news" role="status">
            <Show when=move || { unsigned.count() > 0 }>
                <button class="button reminding" data-kind="plain" type="button" on:click=move |_| open.run(())>{words}</button>
            </Show>
        </span>
    }
}
