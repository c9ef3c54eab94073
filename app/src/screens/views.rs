//! Saved views: arrangements with a name, one's own on this machine, the office's for everybody.

use std::{collections::BTreeMap, sync::Arc};

use diaodu_wire::http::Command;
use leptos::{prelude::*, task::spawn_local};

use super::arranging::Arranging;
use crate::{
    api, browser,
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
    let work = Work {
        locale,
        arranging,
        own: RwSignal::new(own.unwrap_or_default()),
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
    view! {
        <button class="button" data-kind="plain" type="button" on:click=move |_| is_open.set(true)>{move || locale.say("views")}</button>
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
                let remove = Callback::new(move |()| work.keep(|own| drop(own.remove(&gone))));
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
        self.keep(|own| drop(own.insert(name, arrangement)));
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

    fn keep(self, change: impl FnOnce(&mut BTreeMap<String, Arrangement>)) {
        self.own.update(change);
        let kept = self.own.with_untracked(serde_json::to_string);
        if let Ok(text) = kept {
            self.kept_as.with_value(|key| browser::remember(key, &text));
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
