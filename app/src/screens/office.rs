//! The office's own desk: accounts, who is signed in, relevant streets, settings, the audit log. Needs the server.

mod accounts;
mod audit;
mod passes;
mod reminders;
mod settings;
mod streets;
pub mod week;

use std::sync::Arc;

use diaodu_plan::campaign::Campaign;
use diaodu_wire::http::Command;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, FetchError},
    i18n::Locale,
    later::{later, office_desk},
    store::Store,
    ui::{dialog::Dialog, segments::Segments},
};

const MINUTE_MS: i64 = 60_000;

/// The parts of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Accounts,
    Passes,
    Streets,
    Settings,
    Audit,
}

impl Part {
    const ALL: [(Part, &'static str); 5] = [
        (Part::Accounts, "office-accounts"),
        (Part::Passes, "office-passes"),
        (Part::Streets, "office-streets"),
        (Part::Settings, "office-settings"),
        (Part::Audit, "office-audit"),
    ];
}

/// Opens the office's desk.
#[component]
pub fn OfficeDoor() -> impl IntoView {
    let locale = Locale::expect();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    view! {
        <button class="button" data-kind="quiet" type="button" on:click=move |_| is_open.set(true)>{move || locale.say("office")}</button>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("office")) on_close=close>
                {later(office_desk(close))}
            </Dialog>
        </Show>
    }
}

/// The desk.
#[component]
pub fn OfficeDesk(close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let part = RwSignal::new(Part::Accounts);
    let parts = Signal::derive(move || {
        Part::ALL
            .map(|(part, key)| (part, locale.say(key)))
            .to_vec()
    });
    view! {
        <div class="office">
            <div class="office-head">
                <h2 class="dialog-title">{move || locale.say("office")}</h2>
                <Segments name=Signal::derive(move || locale.say("office")) choices=parts chosen=part/>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
            </div>
            {move || match part.get() {
                Part::Accounts => view! { <accounts::Accounts/> }.into_any(),
                Part::Passes => view! { <passes::Passes/> }.into_any(),
                Part::Streets => view! { <streets::Streets/> }.into_any(),
                Part::Settings => view! { <settings::Settings/> }.into_any(),
                Part::Audit => view! { <audit::Audit/> }.into_any(),
            }}
        </div>
    }
}

/// What every part has: a sentence about what went wrong or was done, and a reason to read its list anew.
#[derive(Clone, Copy)]
struct Work {
    locale: Locale,
    /// What is said; stays until the next work.
    said: RwSignal<Option<String>>,
    /// Rises when a list is to be read anew.
    turn: RwSignal<u32>,
    campaign: Signal<Option<Arc<Campaign>>>,
}

impl Work {
    fn new() -> Work {
        Work {
            locale: Locale::expect(),
            said: RwSignal::new(None),
            turn: RwSignal::new(0),
            campaign: expect_context::<Store>().campaign.into(),
        }
    }

    /// Has a command carried out, says how it went, and reads the list anew. A one-time password is shown once.
    fn command(self, command: Command) {
        self.command_then(command, || ());
    }

    /// The same; what is to be done once it is carried out: a form that was refused keeps what was typed.
    fn command_then(self, command: Command, done_too: impl FnOnce() + 'static) {
        let language = untrack(|| self.locale.language());
        spawn_local(async move {
            let answer = api::command(&command, language).await;
            if answer.is_ok() {
                done_too();
            }
            let said = match answer {
                Ok(done) => match (done.one_time_password, done.from_week) {
                    (Some(password), _) => {
                        let values = [("password", password.into())];
                        language.say_with("office-one-time", &values)
                    }
                    (None, Some(week)) => {
                        let values = [("week", i64::from(week).into())];
                        language.say_with("office-done-from", &values)
                    }
                    (None, None) => language.say("office-done"),
                },
                Err(error) => error.sentence(language),
            };
            self.said.set(Some(said));
            self.turn.update(|turn| *turn += 1);
        });
    }

    /// Reads a list now and whenever it is to be read anew.
    fn list<T: serde::de::DeserializeOwned + Send + Sync + Clone + Default + 'static>(
        self,
        address: impl Fn() -> String + 'static,
    ) -> RwSignal<T> {
        let list = RwSignal::new(T::default());
        let asked = StoredValue::new(0_u32);
        Effect::new(move || {
            self.turn.track();
            let address = address();
            asked.update_value(|times| *times += 1);
            let mine = asked.get_value();
            spawn_local(async move {
                match api::list::<T>(&address).await {
                    // An answer that comes late does not stand over a newer one.
                    Ok(_) if asked.try_get_value() != Some(mine) => {}
                    Ok(read) => drop(list.try_set(read)),
                    Err(error) => self.fail(&error),
                }
            });
        });
        list
    }

    fn fail(self, error: &FetchError) {
        let language = untrack(|| self.locale.language());
        self.said.try_set(Some(error.sentence(language)));
    }

    /// Says something at once.
    fn say_now(self, key: &'static str) {
        self.said.set(Some(untrack(|| self.locale.say(key))));
    }

    fn say(self, key: &'static str) -> impl Fn() -> String + Copy + 'static {
        move || self.locale.say(key)
    }
}

/// What was done or went wrong.
#[component]
fn Said(work: Work) -> impl IntoView {
    view! { <p class="office-said" role="status">{move || work.said.get()}</p> }
}

/// A list as a table; `heads` are keys of sentences.
fn table(
    work: Work,
    heads: &'static [&'static str],
    rows: impl Fn() -> Vec<AnyView> + Send + 'static,
) -> AnyView {
    view! {
        <div class="office-scroller">
            <table class="office-table">
                <thead><tr>{heads.iter().map(|key| view! { <th scope="col">{work.say(key)}</th> }).collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(text: String) -> AnyView {
    view! { <td>{text}</td> }.into_any()
}

/// A moment on the campaign's clock.
fn moment(work: Work, at_ms: i64) -> String {
    let campaign = work.campaign.get();
    let offset = campaign.map_or(0, |campaign| i64::from(campaign.utc_offset_minutes));
    let date = js_sys::Date::new(&((at_ms + offset * MINUTE_MS) as f64).into());
    let two = |number: u32| format!("{number:02}");
    format!(
        "{}-{}-{} {}:{}:{}",
        date.get_utc_full_year(),
        two(date.get_utc_month() + 1),
        two(date.get_utc_date()),
        two(date.get_utc_hours()),
        two(date.get_utc_minutes()),
        two(date.get_utc_seconds())
    )
}

fn button(work: Work, key: &'static str, act: impl Fn() + 'static) -> AnyView {
    view! { <button class="button" data-kind="plain" type="button" on:click=move |_| act()>{work.say(key)}</button> }
        .into_any()
}
