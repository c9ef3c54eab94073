//! 通报: the office drafts and issues it, units read it and sign. Needs the server; the paper is the server's own.

mod draft;
mod paper;
pub mod unsigned;

use diaodu_plan::campaign::WeekNumber;
use diaodu_wire::http::{
    Command,
    circular::{CircularView, IssuedEntry},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, grid::model::CellPlace, i18n::Locale, session::SessionState, store::Store,
    ui::segments::Segments,
};

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The office's draft.
    Draft,
    /// Those that have been issued.
    Issued,
}

/// What every part has: a sentence about what went wrong or was done, and a reason to read everything anew.
#[derive(Clone, Copy)]
struct Work {
    locale: Locale,
    said: RwSignal<Option<String>>,
    turn: RwSignal<u32>,
}

impl Work {
    /// Has a command carried out, says how it went, and reads everything anew.
    fn command(self, command: Command, done: &'static str) {
        let language = untrack(|| self.locale.language());
        spawn_local(async move {
            let said = match api::command(&command, language).await {
                Ok(_) => language.say(done),
                Err(error) => error.sentence(language),
            };
            self.said.try_set(Some(said));
            self.turn.try_update(|turn| *turn += 1);
        });
    }

    /// Reads something now and whenever it is to be read anew; `None` until it is there, or where the server refuses.
    fn read<T: serde::de::DeserializeOwned + Send + Sync + Clone + 'static>(
        self,
        address: impl Fn() -> Option<String> + 'static,
    ) -> RwSignal<Option<T>> {
        let found = RwSignal::new(None);
        Effect::new(move || {
            self.turn.track();
            let Some(address) = address() else {
                found.set(None);
                return;
            };
            let language = self.locale.language();
            spawn_local(async move {
                match api::list_in::<T>(&address, language).await {
                    Ok(read) => drop(found.try_set(Some(read))),
                    Err(error) => {
                        found.try_set(None);
                        self.said.try_set(Some(error.sentence(language)));
                    }
                }
            });
        });
        found
    }

    fn say(self, key: &'static str) -> impl Fn() -> String + Copy + 'static {
        move || self.locale.say(key)
    }
}

/// Drafting and issuing for the office, reading and signing for everybody.
#[component]
pub fn CircularDesk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let session = SessionState::expect();
    let work = Work {
        locale: Locale::expect(),
        said: RwSignal::new(None),
        turn: RwSignal::new(0),
    };
    let is_office = move || {
        let current = session.current.get();
        current.is_some_and(|session| session.role == "office")
    };
    let part = RwSignal::new(match untrack(is_office) {
        true => Part::Draft,
        false => Part::Issued,
    });
    let parts = Signal::derive(move || {
        vec![
            (Part::Draft, work.locale.say("circular-draft")),
            (Part::Issued, work.locale.say("circular-issued")),
        ]
    });
    view! {
        <div class="circular">
            <div class="circular-head">
                <h2 class="dialog-title">{work.say("circular")}</h2>
                <Show when=is_office>
                    <Segments name=Signal::derive(work.say("circular")) choices=parts chosen=part/>
                </Show>
                <p class="circular-said" role="status">{move || work.said.get()}</p>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{work.say("close")}</button>
            </div>
            {move || match part.get() {
                Part::Draft => view! { <draft::Desk work reveal close/> }.into_any(),
                Part::Issued => view! { <Issued work/> }.into_any(),
            }}
        </div>
    }
}

/// Those that have been issued: read, taken away as a file, signed for.
#[component]
fn Issued(work: Work) -> impl IntoView {
    let list = work.read::<Vec<IssuedEntry>>(|| Some("/api/circulars".to_owned()));
    let unsigned = unsigned::Unsigned::expect();
    // Read anew after each signature: what the header says goes with it.
    Effect::new(move || {
        list.with(|list| {
            if let Some(list) = list {
                unsigned.take(list);
            }
        });
    });
    let opened = RwSignal::new(None::<u8>);
    let view = work.read::<CircularView>(move || {
        let week = opened.get()?;
        Some(format!("/api/weeks/{week}/circular"))
    });
    let items = move || {
        let list = list.get().unwrap_or_default();
        list.into_iter()
            .map(|entry| view! { <Item work entry opened/> })
            .collect_view()
    };
    let is_empty = move || list.with(|list| list.as_ref().is_some_and(Vec::is_empty));
    view! {
        <div class="circular-parts">
            <div class="circular-side">
                <Show when=is_empty><p class="dialog-note">{work.say("circular-none")}</p></Show>
                <ul class="circular-list">{items}</ul>
            </div>
            <paper::Sheet work paper=Signal::derive(move || view.get().map(|view| view.paper).unwrap_or_default())/>
        </div>
    }
}

#[component]
fn Item(work: Work, entry: IssuedEntry, opened: RwSignal<Option<u8>>) -> impl IntoView {
    let store: Store = expect_context();
    let week = entry.week;
    let issued = store.campaign.get_untracked().map(|campaign| {
        let at = jiff::Timestamp::from_millisecond(entry.at_ms).unwrap_or_default();
        diaodu_plan::table::moment(&campaign, at)
    });
    let signed = entry.signed.iter().map(|signature| signature.name.clone());
    let (signed, unsigned) = (signed.collect::<Vec<_>>(), entry.unsigned.clone());
    let state = move || {
        let comma = work.locale.say("list-comma");
        let values = [
            ("signed", (signed.len() as i64).into()),
            ("unsigned", (unsigned.len() as i64).into()),
            ("names", unsigned.join(&comma).into()),
        ];
        match (unsigned.is_empty(), signed.is_empty()) {
            (false, _) => work.locale.say_with("circular-signatures", &values),
            (true, false) => work.locale.say("circular-signed"),
            (true, true) => work.locale.say("circular-unsigned"),
        }
    };
    let sign = move |_| work.command(Command::SignCircular { week }, "circular-signed");
    let said = move || {
        let values = [
            ("week", i64::from(week).into()),
            ("at", issued.clone().unwrap_or_default().into()),
        ];
        work.locale.say_with("circular-of-week", &values)
    };
    view! {
        <li class="circular-item" data-week=week.to_string()>
            <p class="circular-number">{entry.number}</p>
            <p>{entry.title}</p>
            <p class="dialog-note">{said}</p>
            <p class="dialog-note">{state}</p>
            <p class="circular-acts">
                <button class="button" data-kind="plain" type="button" aria-pressed=move || (opened.get() == Some(week)).to_string()
                    on:click=move |_| opened.set(Some(week))>{work.say("circular-read")}</button>
                <a class="button" data-kind="plain" href=format!("/api/weeks/{week}/circular.docx") download="">{work.say("circular-file")}</a>
                <Show when=move || entry.mine>
                    <button class="button" data-kind="primary" type="button" on:click=sign>{work.say("circular-sign")}</button>
                </Show>
            </p>
        </li>
    }
}

/// The weeks of the campaign, by number.
fn weeks(store: Store) -> Vec<WeekNumber> {
    let campaign = store.campaign.get();
    let weeks = campaign.iter().flat_map(|campaign| &campaign.weeks);
    weeks.map(|week| week.number).collect()
}
