//! Which screen is shown.

use gloo::events::EventListener;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    i18n::Locale,
    later::{later, new_password, set_up, wall},
    replica::{Command, Replica},
    screens::{display::Display, password::setup_secret, sign_in::SignIn, week::WeekScreen},
    session::{Desk, SessionState},
    store::Store,
};

/// The address of the screen for the wall.
pub const WALL: &str = "#wall";

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let locale = Locale::remembered();
    let session = SessionState::new();
    provide_context(locale);
    provide_context(session);
    provide_context(Display::remembered());
    spawn_local(async move {
        locale.load().await;
        session.find_out().await;
    });
    // Another address of the same page is another screen.
    let on_wall = RwSignal::new(is_wall());
    let moved = EventListener::new(&window(), "hashchange", move |_| {
        if untrack(|| on_wall.get()) != is_wall() {
            on_wall.set(is_wall());
        }
    });
    moved.forget();
    Effect::new(move || document().set_title(&locale.say("product")));
    move || match session.desk.get() {
        Desk::Opening => view! { <Opening/> }.into_any(),
        Desk::Nobody => match setup_secret() {
            Some(secret) => {
                view! { <main class="sign-in-page">{later(set_up(secret))}</main> }.into_any()
            }
            None => view! { <main class="sign-in-page"><SignIn/></main> }.into_any(),
        },
        Desk::Taken(taken) if taken.must_change => {
            view! { <main class="sign-in-page">{later(new_password())}</main> }.into_any()
        }
        Desk::Taken(taken) => {
            let store = Store::new();
            let language = untrack(|| locale.language());
            let replica = Replica::start(taken.clone(), session, store.clone(), language);
            provide_context(store);
            provide_context(replica.clone());
            let speaker = replica.clone();
            Effect::new(move || speaker.command(Command::Speak(locale.language())));
            let screen = move || match on_wall.get() {
                true => later(wall(taken.account.clone())).into_any(),
                false => view! { <WeekScreen session=taken.clone()/> }.into_any(),
            };
            screen.into_any()
        }
    }
}

/// Says whether the address is that of the screen for the wall.
fn is_wall() -> bool {
    window().location().hash().is_ok_and(|hash| hash == WALL)
}

#[component]
fn Opening() -> impl IntoView {
    let locale = Locale::expect();
    view! {
        <div class="shell" aria-busy="true">
            <div class="shell-bar"><span class="shell-name">{move || locale.say("product")}</span></div>
            <div class="shell-progress" role="progressbar"><div class="shell-progress-mark"></div></div>
            <p class="shell-text">{move || locale.say("opening")}</p>
        </div>
    }
}
