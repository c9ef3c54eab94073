//! Saved views: arrangements with a name, one's own and the office's for everybody. One's own follow the account; a machine keeps them for
//! when there is no server, with the names of those that the server has not heard of.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diaodu_wire::http::{Command, KeptView, OwnViews};
use leptos::{prelude::*, task::spawn_local};

use super::arranging::Arranging;
use crate::{
    api::{self, FetchError},
    browser,
    grid::arrangement::Arrangement,
    i18n::Locale,
    later::{later, view_list},
    session::SessionState,
    store::Store,
    ui::dialog::Dialog,
};

/// 50 views: more than a person tells apart in a list.
const VIEWS_MAX: usize = 50;
/// 40 characters of a name fit the list.
const NAME_LETTERS_MAX: usize = 40;

/// What the list works with.
#[derive(Clone, Copy)]
pub struct Work {
    locale: Locale,
    arranging: Arranging,
    /// One's own, by name.
    own: RwSignal<BTreeMap<String, Arrangement>>,
    /// Names under which something was kept or removed that the server has not heard of; `None` before it was first asked.
    unsent: StoredValue<Option<BTreeSet<String>>>,
    kept_as: StoredValue<String>,
    shared: Signal<Arc<BTreeMap<String, String>>>,
    is_office: Signal<bool>,
    /// What was done or went wrong.
    said: RwSignal<Option<String>>,
    name: RwSignal<String>,
    close: Callback<()>,
}

/// Opens the list of views.
#[component]
pub fn ViewsDoor(account: String, arranging: Arranging) -> impl IntoView {
    let locale = Locale::expect();
    let state = SessionState::expect();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    let kept_as = format!("diaodu.views.{account}");
    let own = browser::recall(&kept_as).and_then(|text| serde_json::from_str(&text).ok());
    let unsent = browser::recall(&unsent_key(&kept_as));
    let unsent = unsent.and_then(|text| serde_json::from_str(&text).ok());
    let work = Work {
        locale,
        arranging,
        own: RwSignal::new(own.unwrap_or_default()),
        unsent: StoredValue::new(unsent),
        kept_as: StoredValue::new(kept_as),
        shared: expect_context::<Store>().views.into(),
        is_office: Signal::derive(move || {
            state.current.with(|session| {
                session
                    .as_ref()
                    .is_some_and(|session| session.role == "office")
            })
        }),
        said: RwSignal::new(None),
        name: RwSignal::new(String::new()),
        close,
    };
    let open = move |_| {
        is_open.set(true);
        work.exchange();
    };
    view! {
        <button class="button" data-kind="plain" type="button" on:click=open>{move || locale.say("views")}</button>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("views")) on_close=close>
                {later(view_list(work))}
            </Dialog>
        </Show>
    }
}

/// One's own views, and the office's.
#[component]
pub fn ViewList(work: Work) -> impl IntoView {
    let locale = work.locale;
    let own = move || {
        work.own
            .get()
            .into_iter()
            .map(|(name, arrangement)| {
                let gone = name.clone();
                let remove = Callback::new(move |()| work.keep(&gone, None));
                item(work, name, Some(arrangement), Some(remove))
            })
            .collect_view()
    };
    let shared = move || {
        let is_office = work.is_office.get();
        work.shared
            .get()
            .iter()
            .map(|(name, text)| {
                let gone = name.clone();
                let remove = Callback::new(move |()| {
                    work.command(Command::RemoveView { name: gone.clone() }, "views-removed")
                });
                item(
                    work,
                    name.clone(),
                    Arrangement::from_text(text),
                    is_office.then_some(remove),
                )
            })
            .collect_view()
    };
    let is_named = move || !work.name.with(|name| name.trim().is_empty());
    view! {
        <h2 class="dialog-title">{move || locale.say("views")}</h2>
        <p class="dialog-note">{move || locale.say("views-note")}</p>
        <ul class="views-list">
            {move || item(work, locale.say("views-usual"), Some(Arrangement::default()), None)}
            {own}
        </ul>
        <h3 class="views-head">{move || locale.say("views-shared")}</h3>
        <ul class="views-list">
            {shared}
            <Show when=move || work.shared.with(|shared| shared.is_empty())>
                <li class="dialog-note">{move || locale.say("views-shared-none")}</li>
            </Show>
        </ul>
        <h3 class="views-head">{move || locale.say("views-save-title")}</h3>
        <div class="views-save">
            <input class="grid-find-text" type="text" autocomplete="off" maxlength=NAME_LETTERS_MAX.to_string()
                aria-label=move || locale.say("views-name") placeholder=move || locale.say("views-name")
                prop:value=move || work.name.get() on:input=move |event| work.name.set(event_target_value(&event))/>
            <button class="button" data-kind="primary" type="button" disabled=move || !is_named() on:click=move |_| work.save_own()>
                {move || locale.say("views-save")}
            </button>
            <Show when=move || work.is_office.get()>
                <button class="button" type="button" disabled=move || !is_named() on:click=move |_| work.share()>
                    {move || locale.say("views-share")}
                </button>
            </Show>
        </div>
        <p class="office-said" aria-live="polite">{move || work.said.get()}</p>
        <div class="columns-feet">
            <span class="head-fill"></span>
            <button class="button" type="button" on:click=move |_| work.close.run(())>{move || locale.say("close")}</button>
        </div>
    }
}

fn item(
    work: Work,
    name: String,
    arrangement: Option<Arrangement>,
    remove: Option<Callback<()>>,
) -> impl IntoView {
    let locale = work.locale;
    let take = move |_| {
        if let Some(arrangement) = arrangement.clone() {
            work.arranging.take(arrangement);
            work.close.run(());
        }
    };
    view! {
        <li class="views-item">
            <span class="views-name">{name}</span>
            <button class="button" type="button" on:click=take>{locale.say("views-take")}</button>
            {remove.map(|remove| view! {
                <button class="button" data-kind="quiet" type="button" on:click=move |_| remove.run(())>{locale.say("views-remove")}</button>
            })}
        </li>
    }
}

impl Work {
    /// Keeps the arrangement of the moment under the name.
    fn save_own(self) {
        let name = self.name.get_untracked().trim().to_owned();
        let arrangement = self.arranging.shape.arrangement.get_untracked();
        let (is_full, is_new) = self
            .own
            .with_untracked(|own| (own.len() >= VIEWS_MAX, !own.contains_key(&name)));
        if (is_full && is_new) || arrangement.to_text().is_none() {
            return self.say("views-too-many");
        }
        self.keep(&name, Some(arrangement));
        self.say("views-saved");
    }

    /// Has the server share the arrangement of the moment under the name.
    fn share(self) {
        let name = self.name.get_untracked().trim().to_owned();
        match self
            .arranging
            .shape
            .arrangement
            .with_untracked(Arrangement::to_text)
        {
            Some(arrangement) => {
                self.command(Command::SaveView { name, arrangement }, "views-saved")
            }
            None => self.say("views-too-many"),
        }
    }

    /// Keeps one of one's own, or takes it away: here at once, and on the server when it is in reach.
    fn keep(self, name: &str, arrangement: Option<Arrangement>) {
        self.own.update(|own| match arrangement {
            Some(arrangement) => drop(own.insert(name.to_owned(), arrangement)),
            None => drop(own.remove(name)),
        });
        let own = self
            .own
            .with_untracked(|own| own.keys().cloned().collect::<BTreeSet<_>>());
        self.unsent.update_value(|unsent| {
            unsent.get_or_insert(own).insert(name.to_owned());
        });
        self.remember();
        self.exchange();
    }

    fn remember(self) {
        let own = self.own.try_with_untracked(serde_json::to_string);
        let unsent = self.unsent.try_with_value(|unsent| {
            let unsent = unsent.as_ref()?;
            serde_json::to_string(unsent).ok()
        });
        self.kept_as.try_with_value(|key| {
            if let Some(Ok(text)) = own {
                browser::remember(key, &text);
            }
            if let Some(Some(text)) = unsent {
                browser::remember(&unsent_key(key), &text);
            }
        });
    }

    /// Tells the server what it has not heard of, and takes what it has.
    fn exchange(self) {
        let language = untrack(|| self.locale.language());
        spawn_local(async move {
            // Offline: another time.
            let Ok(OwnViews { views: mut told }) = api::list::<OwnViews>("/api/views").await else {
                return;
            };
            for name in self.to_send(&told) {
                let text = self.text_of(&name);
                let view = KeptView {
                    name: name.clone(),
                    arrangement: text.clone(),
                };
                match api::keep_view(&view, language).await {
                    Ok(()) => self.was_sent(&name, &text),
                    // What the server does not take stays on this machine.
                    Err(FetchError::Refused(sentence)) => {
                        self.said.try_set(Some(sentence));
                        continue;
                    }
                    Err(_) => return,
                }
                match text {
                    Some(text) => drop(told.insert(name, text)),
                    None => drop(told.remove(&name)),
                }
            }
            let unsent = self.unsent.try_get_value().flatten().unwrap_or_default();
            self.own
                .try_update(|own| *own = merged(&told, own, &unsent));
            self.remember();
        });
    }

    /// Returns the names that the server has to hear of. When it is first asked, it has the last word on the names that it knows.
    fn to_send(self, told: &BTreeMap<String, String>) -> BTreeSet<String> {
        let own = self
            .own
            .try_with_untracked(|own| own.keys().cloned().collect());
        let own: BTreeSet<String> = own.unwrap_or_default();
        let unsent = self.unsent.try_update_value(|unsent| {
            let first = || {
                own.into_iter()
                    .filter(|name| !told.contains_key(name))
                    .collect()
            };
            unsent.get_or_insert_with(first).clone()
        });
        unsent.unwrap_or_default()
    }

    fn text_of(self, name: &str) -> Option<String> {
        let text =
            |own: &BTreeMap<String, Arrangement>| own.get(name).and_then(Arrangement::to_text);
        self.own.try_with_untracked(text).flatten()
    }

    /// The server has heard of it, unless it has been changed again meanwhile.
    fn was_sent(self, name: &str, text: &Option<String>) {
        if self.text_of(name) == *text {
            self.unsent.try_update_value(|unsent| {
                if let Some(unsent) = unsent {
                    unsent.remove(name);
                }
            });
        }
    }

    fn say(self, key: &str) {
        self.said.set(Some(untrack(|| self.locale.say(key))));
    }

    fn command(self, command: Command, done: &'static str) {
        let language = untrack(|| self.locale.language());
        spawn_local(async move {
            let said = match api::command(&command, language).await {
                Ok(_) => language.say(done),
                Err(error) => error.sentence(language),
            };
            self.said.try_set(Some(said));
        });
    }
}

fn unsent_key(kept_as: &str) -> String {
    format!("{kept_as}.unsent")
}

/// Returns what the server keeps, and of what it has not heard of what stands here.
fn merged(
    told: &BTreeMap<String, String>,
    own: &BTreeMap<String, Arrangement>,
    unsent: &BTreeSet<String>,
) -> BTreeMap<String, Arrangement> {
    let told = told.iter().filter(|(name, _)| !unsent.contains(*name));
    let told = told.filter_map(|(name, text)| Some((name.clone(), Arrangement::from_text(text)?)));
    let here = own.iter().filter(|(name, _)| unsent.contains(*name));
    let here = here.map(|(name, arrangement)| (name.clone(), arrangement.clone()));
    told.chain(here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(word: &str) -> Arrangement {
        Arrangement {
            rows: word.to_owned(),
            ..Arrangement::default()
        }
    }

    #[test]
    fn the_server_has_the_last_word_except_on_what_it_has_not_heard_of() {
        let text = |word: &str| rows(word).to_text().expect("it is small");
        let told = [
            ("别处改的", text("server")),
            ("这里删的", text("server")),
            ("这里改的", text("server")),
            ("读不懂的", "7".to_owned()),
        ];
        let told = told.map(|(name, text)| (name.to_owned(), text)).into();
        let own = [
            ("别处改的", rows("here")),
            ("别处删的", rows("here")),
            ("这里改的", rows("here")),
        ];
        let own = own.map(|(name, view)| (name.to_owned(), view)).into();
        let unsent = ["这里删的", "这里改的"].map(str::to_owned).into();
        let expected = [("别处改的", rows("server")), ("这里改的", rows("here"))];
        let expected = expected.map(|(name, view)| (name.to_owned(), view)).into();
        assert_eq!(merged(&told, &own, &unsent), expected);
    }
}
