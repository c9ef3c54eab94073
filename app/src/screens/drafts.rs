//! What was typed and is not in the table: to be copied, tried again, looked up or thrown away.

use diaodu_plan::{column::Column, correction, permission::Reason};
use leptos::prelude::*;

use super::corrections::Correcting;
use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    later::{draft_list, later},
    replica::{Command, Replica},
    store::{Store, row::column_name, week::ListedDraft},
    ui::{banner::Banner, clipboard, dialog::Dialog},
};

/// Says how many drafts there are, and shows them.
#[component]
pub fn Drafts(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let is_open = RwSignal::new(false);
    let (count, some) = (store.week.drafts.clone(), store.week.drafts.clone());
    let text = Signal::derive(move || {
        let count = count.get() as i64;
        locale.say_with("drafts", &[("count", count.into())])
    });
    let close = Callback::new(move |()| is_open.set(false));
    view! {
        <Show when=move || { some.get() > 0 }>
            <Banner text>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| is_open.set(true)>
                    {move || locale.say("drafts-show")}
                </button>
            </Banner>
        </Show>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("drafts-title")) on_close=close>
                <h2 class="dialog-title">{move || locale.say("drafts-title")}</h2>
                {later(draft_list(reveal, close))}
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>
                    {move || locale.say("close")}
                </button>
            </Dialog>
        </Show>
    }
}

/// Every draft of the week.
#[component]
pub fn DraftList(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let listed = move || {
        if store.week.drafts.get() == 0 {
            close.run(());
        }
        store.week.drafts()
    };
    move || {
        let replica = replica.clone();
        let items = listed().into_iter().map(move |draft| {
            let replica = replica.clone();
            view! { <Item draft replica reveal close/> }
        });
        view! { <ul class="choices" aria-label=locale.say("drafts-title")>{items.collect_view()}</ul> }
    }
}

#[component]
fn Item(
    draft: ListedDraft,
    replica: Replica,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let locale = Locale::expect();
    let ListedDraft {
        row,
        column,
        text,
        label,
        sentence,
        refused,
    } = draft;
    // What a frozen week does not take any more can be asked for.
    let is_closed = refused.as_deref() == Some(Reason::WeekFrozen.word());
    let correcting = Correcting::expect();
    let asked = row.clone();
    let ask = (is_closed && correction::is_correctable(column)).then(|| {
        let act = move || {
            close.run(());
            let (row, column) = (asked.0.clone(), column.id().to_owned());
            correcting.asking.set(Some(CellPlace { row, column }));
        };
        view! {
            <button class="button" data-kind="primary" type="button" on:click=move |_| act()>{move || locale.say("menu-correct")}</button>
        }
    });
    let title = column_name(column, locale.language());
    // A report is seen where its receipt stands.
    let shown_in = match column {
        Column::Report => Column::SubmittedAt,
        column => column,
    };
    let (retried, discarded, place) = (row.clone(), row.clone(), row);
    let (retry, discard) = (replica.clone(), replica);
    let copied = text.clone();
    let button = move |key: &'static str, act: Box<dyn Fn()>| {
        view! {
            <button class="button" data-kind="plain" type="button" on:click=move |_| act()>{move || locale.say(key)}</button>
        }
    };
    view! {
        <li class="choices-item draft">
            <p class="draft-place">{label}" · "{title}</p>
            <p class="choices-text">{text}</p>
            <p class="draft-reason">{sentence}</p>
            <p class="draft-acts">
                {ask}
                {button("draft-copy", Box::new(move || clipboard::copy(&copied)))}
                {button("draft-retry", Box::new(move || retry.command(Command::Retry(retried.clone(), column))))}
                {button("draft-find", Box::new(move || {
                    close.run(());
                    reveal.set(Some(CellPlace { row: place.0.clone(), column: shown_in.id().to_owned() }));
                }))}
                {button("draft-discard", Box::new(move || discard.command(Command::Discard(discarded.clone(), column))))}
            </p>
        </li>
    }
}
