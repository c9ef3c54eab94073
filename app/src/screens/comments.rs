//! Comments on a cell: the panel beside the table, and the list of what was not read yet.

use diaodu_plan::{column::Column, row::RowId};
use leptos::prelude::*;

use super::comment_box::CommentBox;
use crate::{
    grid::model::{CellPlace, Command as GridCommand},
    i18n::Locale,
    replica::{Command, Replica, TalkCommand},
    store::{
        Store,
        refusal::reason_sentence,
        row::columns,
        talk::{Said, Thread},
    },
    ui::{banner::Banner, dialog::Dialog},
};

/// As many letters of a comment as the list shows.
const EXCERPT_LETTERS: usize = 80;

/// The cell whose comments are open.
#[derive(Clone, Copy)]
pub struct Talking {
    /// Which; `None`: the panel is closed.
    pub place: RwSignal<Option<CellPlace>>,
    reveal: RwSignal<Option<CellPlace>>,
    order: RwSignal<Option<GridCommand>>,
}

impl Talking {
    /// Nothing is open. `reveal`: takes a cell to go to. `order`: gives the keys back to the table.
    pub fn new(reveal: RwSignal<Option<CellPlace>>, order: RwSignal<Option<GridCommand>>) -> Self {
        let place = RwSignal::new(None);
        Self {
            place,
            reveal,
            order,
        }
    }

    /// Goes to a cell and opens its comments.
    fn go(&self, place: CellPlace) {
        self.reveal.set(Some(place.clone()));
        let open = self.place;
        open.set(None);
        // After the table has gone there and taken the keys.
        gloo::timers::callback::Timeout::new(0, move || drop(open.try_set(Some(place)))).forget();
    }

    fn close(&self) {
        self.place.set(None);
        self.order.set(Some(GridCommand::Native));
    }
}

/// The panel, while a cell's comments are open.
#[component]
pub fn Comments(talking: Talking) -> impl IntoView {
    move || {
        let place = talking.place.get();
        place.map(|place| view! { <Panel place talking/> })
    }
}

#[component]
fn Panel(place: CellPlace, talking: Talking) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let cell = Column::from_id(&place.column).map(|column| (RowId(place.row.clone()), column));
    let cell = StoredValue::new(cell);
    let all = store.talk.threads.clone();
    let threads = Memo::new(move |_| {
        cell.with_value(|cell| {
            let (row, column) = cell.as_ref()?;
            let unit = row.unit()?;
            let here = |thread: &&Thread| (&thread.row, thread.column) == (row, *column);
            all.with(|all| {
                Some(
                    all.get(&unit)?
                        .iter()
                        .filter(here)
                        .cloned()
                        .collect::<Vec<_>>(),
                )
            })
        })
        .unwrap_or_default()
    });
    let seen = replica.clone();
    Effect::new(move || {
        let unread = threads.with(|threads| unread(threads.iter()));
        if !unread.is_empty() {
            seen.command(Command::Talk(TalkCommand::Seen(unread)));
        }
    });
    let (rows, close) = (store.week.clone(), move |_| talking.close());
    let title = move || cell_title(&rows, cell.with_value(Clone::clone).as_ref(), locale);
    let open = move || {
        threads
            .get()
            .into_iter()
            .filter(|thread| thread.resolved.is_none())
            .collect::<Vec<_>>()
    };
    let settled = move || {
        threads
            .get()
            .into_iter()
            .filter(|thread| thread.resolved.is_some())
            .collect::<Vec<_>>()
    };
    let answered = Memo::new(move |_| open().first().map(|thread| thread.id.clone()));
    let count = move || settled().len();
    view! {
        <aside class="comments" data-pane="comments" aria-label=move || locale.say("comments-title")>
            <header class="comments-head">
                <h2 class="comments-title">{move || locale.say("comments-title")}</h2>
                <button class="button" data-kind="icon" type="button" on:click=close
                    aria-label=move || locale.say("close") title=move || locale.say("close")>"×"</button>
            </header>
            <p class="comments-place">{title}</p>
            <div class="comments-threads" aria-live="polite">
                {move || open().into_iter().map(|thread| view! { <ThreadView thread/> }).collect_view()}
                <p class="comments-none" hidden=move || threads.with(|threads| !threads.is_empty())>{move || locale.say("comments-none")}</p>
                <details class="comments-settled" hidden=move || count() == 0>
                    <summary>{move || locale.say_with("comments-settled", &[("count", (count() as i64).into())])}</summary>
                    {move || settled().into_iter().map(|thread| view! { <ThreadView thread/> }).collect_view()}
                </details>
            </div>
            <CommentBox place answered on_close=Callback::new(move |()| talking.close())/>
        </aside>
    }
}

#[component]
fn ThreadView(thread: Thread) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let (unit, id, is_settled) = (
        thread.unit.clone(),
        thread.id.clone(),
        thread.resolved.is_some(),
    );
    let by = thread.resolved.clone().map(|account| view! {
        <p class="comments-by">{move || locale.say_with("comments-settled-by", &[("account", account.clone().into())])}</p>
    });
    let settle = replica.clone();
    let act = move |_| {
        settle.command(Command::Talk(TalkCommand::Resolve(
            unit.clone(),
            id.clone(),
            !is_settled,
        )))
    };
    let owner = thread.unit.clone();
    let said = thread.said.into_iter().map(move |said| {
        let take_back = said.is_own.then(|| {
            let (replica, owner, id) = (replica.clone(), owner.clone(), said.id.clone());
            let act = move |_| replica.command(Command::Talk(TalkCommand::TakeBack(owner.clone(), id.clone())));
            view! { <button class="button" data-kind="quiet" type="button" on:click=act>{move || locale.say("comments-take-back")}</button> }
        });
        let take_back = take_back.filter(|_| said.text.is_some());
        view! { <li class="comments-said">{said_view(said, locale)}{take_back}</li> }
    });
    let word = if is_settled {
        "comments-reopen"
    } else {
        "comments-settle"
    };
    view! {
        <section class="comments-thread" data-state=if is_settled { "settled" } else { "open" }>
            <ol class="comments-list">{said.collect_view()}</ol>
            {by}
            <button class="button" data-kind="plain" type="button" on:click=act>{move || locale.say(word)}</button>
        </section>
    }
}

fn said_view(said: Said, locale: Locale) -> impl IntoView {
    let store: Store = expect_context();
    let campaign = store.campaign;
    let (unit, account) = (said.unit.clone(), said.id.account().to_owned());
    let head = move || {
        let campaign = campaign.get();
        let name = campaign
            .as_ref()
            .zip(unit.as_ref())
            .and_then(|(campaign, unit)| Some(campaign.unit(unit)?.name.clone()));
        let at = jiff::Timestamp::from_millisecond(said.at_ms).ok();
        let at = campaign.zip(at).map(|(campaign, at)| campaign.local(at));
        let at = at.map_or_else(String::new, |at| {
            format!(
                "{:02}-{:02} {:02}:{:02}",
                at.month(),
                at.day(),
                at.hour(),
                at.minute()
            )
        });
        (format!("{} {account}", name.unwrap_or_default()), at)
    };
    let time = head.clone();
    let is_gone = said.text.is_none();
    let text = said
        .text
        .map(|text| view! { <p class="comments-text">{text}</p> });
    view! {
        <p class="comments-who"><b>{move || head().0}</b><span class="comments-at">{move || time().1}</span></p>
        {text}
        {is_gone.then(|| view! { <p class="comments-gone">{move || locale.say("comments-gone")}</p> })}
    }
}

/// Says how many comments wait to be read; all that concern the reader behind it.
#[component]
pub fn CommentsDoor(talking: Talking) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let is_open = RwSignal::new(false);
    let all = store.talk.threads.clone();
    let counts = Memo::new(move |_| {
        all.with(|all| {
            let mine = all.values().flatten().filter(|thread| thread.concerns);
            mine.fold((0, 0), |(unread, open), thread| {
                (
                    unread + thread.unread(),
                    open + usize::from(thread.resolved.is_none()),
                )
            })
        })
    });
    let text = move || match counts.get().0 {
        0 => locale.say("comments-door"),
        unread => locale.say_with("comments-unread", &[("count", (unread as i64).into())]),
    };
    view! {
        <span class="comments-door" aria-live="polite">
            <Show when=move || counts.get() != (0, 0)>
                <button class="button" data-kind="plain" type="button" on:click=move |_| is_open.set(true)
                    data-state=move || (counts.get().0 > 0).then_some("unread")>{text}</button>
            </Show>
        </span>
        <Show when=move || is_open.get()><CommentList is_open talking/></Show>
    }
}

#[component]
fn CommentList(is_open: RwSignal<bool>, talking: Talking) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let close = Callback::new(move |()| is_open.set(false));
    let all = store.talk.threads.clone();
    let listed = Memo::new(move |_| {
        all.with(|all| {
            let mine = all.values().flatten().filter(|thread| thread.concerns);
            let mut mine: Vec<Thread> = mine
                .filter(|thread| thread.unread() > 0 || thread.resolved.is_none())
                .cloned()
                .collect();
            // What waits to be read comes first, the newest before the older.
            mine.sort_by_key(|thread| {
                let newest = thread.said.last().map(|said| said.at_ms);
                (thread.unread() == 0, std::cmp::Reverse(newest))
            });
            mine
        })
    });
    let read_all = move |_| {
        let unread = listed.with_untracked(|listed| unread(listed.iter()));
        replica.command(Command::Talk(TalkCommand::Seen(unread)));
    };
    let is_all_read = move || listed.with(|listed| unread(listed.iter()).is_empty());
    let rows = store.week;
    let item = move |thread: Thread| {
        let title = cell_title(&rows, Some(&(thread.row.clone(), thread.column)), locale);
        let state = if thread.unread() > 0 {
            "comments-state-unread"
        } else {
            "comments-state-open"
        };
        let newest = thread
            .said
            .iter()
            .rev()
            .find_map(|said| said.text.clone())
            .unwrap_or_default();
        let excerpt: String = newest.chars().take(EXCERPT_LETTERS).collect();
        let place = CellPlace {
            row: thread.row.0,
            column: thread.column.id().to_owned(),
        };
        let go = move |_| {
            close.run(());
            talking.go(place.clone());
        };
        view! {
            <li class="choices-item draft">
                <p class="draft-place">{title}</p>
                <p class="choices-text">{excerpt}</p>
                <p class="comments-state">{locale.say(state)}</p>
                <button class="button" data-kind="plain" type="button" on:click=go>{locale.say("comments-open")}</button>
            </li>
        }
    };
    view! {
        <Dialog label=Signal::derive(move || locale.say("comments-list")) on_close=close>
            <h2 class="dialog-title">{move || locale.say("comments-list")}</h2>
            <p class="dialog-note">{move || locale.say("comments-list-note")}</p>
            <ul class="choices" aria-label=move || locale.say("comments-list")>{move || listed.get().into_iter().map(item.clone()).collect_view()}</ul>
            <button class="button" data-kind="plain" type="button" disabled=is_all_read on:click=read_all>{move || locale.say("comments-read-all")}</button>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
        </Dialog>
    }
}

/// Comments that the server did not take: they stand where they were written, to be sent again or thrown away.
#[component]
pub fn ReturnedComments(talking: Talking) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let campaign = store.campaign;
    let returned = store.talk.returned;
    let (first, shown, gone) = (returned.clone(), returned.clone(), returned);
    let sentence = Signal::derive(move || {
        let first = shown.with(|all| all.first().cloned());
        first.map_or_else(String::new, |first| {
            let unit = first.row.unit();
            let name = campaign
                .get()
                .zip(unit)
                .and_then(|(campaign, unit)| Some(campaign.unit(&unit)?.name.clone()));
            let reason =
                reason_sentence(&first.reason, &name.unwrap_or_default(), locale.language());
            locale.say_with("comments-returned", &[("reason", reason.into())])
        })
    });
    let go = Callback::new(move |()| {
        let first = gone
            .try_update(|all| (!all.is_empty()).then(|| all.remove(0)))
            .flatten();
        if let Some(first) = first {
            talking.go(CellPlace {
                row: first.row.0,
                column: first.column.id().to_owned(),
            });
        }
    });
    view! {
        <Show when=move || first.with(|all| !all.is_empty())>
            <Banner text=sentence>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| go.run(())>{move || locale.say("comments-open")}</button>
            </Banner>
        </Show>
    }
}

fn unread<'a>(
    threads: impl Iterator<Item = &'a Thread>,
) -> Vec<(
    diaodu_plan::campaign::UnitId,
    diaodu_plan::layout::talk::EntryId,
)> {
    let of = |thread: &'a Thread| {
        let unread = thread.said.iter().filter(|said| said.is_unread);
        unread.map(|said| (thread.unit.clone(), said.id.clone()))
    };
    threads.flat_map(of).collect()
}

fn cell_title(
    week: &crate::store::week::WeekStore,
    cell: Option<&(RowId, Column)>,
    locale: Locale,
) -> String {
    let title = cell.and_then(|(row, column)| {
        let specs = columns(locale.language());
        let title = specs
            .iter()
            .find(|spec| spec.id == column.id())?
            .full_title();
        let label = untrack(|| Some(week.row(&row.0)?.get().label.clone()))?;
        Some(format!("{label} · {title}"))
    });
    title.unwrap_or_default()
}
