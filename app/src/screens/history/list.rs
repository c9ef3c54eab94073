//! Versions of a cell, a row or a unit, newest first: who, from which unit, when the server received it, from what to what.

use std::sync::Arc;

use diaodu_plan::{
    campaign::Campaign,
    column::{Column, Kind},
    row::RowId,
};
use leptos::prelude::*;

use super::{
    HistoryState, Tab, restored_sentence, row_name, unit_name, value_text, when_text, who_text,
};
use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::{Command, Replica},
    store::{
        Store,
        history::{Ask, Listed, Moment, Restored, Scope, Versions, When},
        row::column_name,
    },
};

/// So many versions are listed, and so many more each time somebody asks.
const LISTED_STEP: usize = 100;

/// The list.
#[component]
pub fn List(tab: Tab) -> impl IntoView {
    let (locale, state) = (Locale::expect(), HistoryState::expect());
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let most = RwSignal::new(LISTED_STEP);
    let versions = RwSignal::new(None::<Versions>);
    let scope = Memo::new(move |_| scope_of(tab, state.place.get()));
    let (news, number) = (store.history.news.clone(), store.week.number.clone());
    let ask = replica.clone();
    Effect::new(move || {
        news.track();
        number.track();
        let Some(scope) = scope.get() else {
            return versions.set(None);
        };
        let tell = Callback::new(move |told: Versions| {
            // What is the same is not drawn again: whoever reads it keeps the place.
            let is_new = versions.try_with_untracked(|known| known.as_ref() != Some(&told));
            if is_new == Some(true) {
                versions.try_set(Some(told));
            }
        });
        ask.command(Command::History(Ask::Versions(scope, most.get(), tell)));
    });
    let campaign = store.campaign;
    let about = {
        let campaign = campaign.clone();
        move || Some(about(&scope.get()?, &*campaign.get()?, locale))
    };
    let note = move || {
        let told = versions.get();
        match (scope.get(), told) {
            (None, _) => Some(locale.say("history-no-cell")),
            (Some(Scope::Cell(_, column)), _) if is_computed(column) => {
                Some(locale.say("history-computed"))
            }
            (_, Some(told)) if told.all == 0 && !told.waits => Some(locale.say("history-nothing")),
            (_, Some(told)) if told.waits => Some(locale.say("history-waits")),
            (_, _) => None,
        }
    };
    let items = move || {
        let campaign = campaign.get()?;
        let scope = scope.get()?;
        let listed = versions.get()?.listed.into_iter();
        let replica = replica.clone();
        let item = move |listed| item(listed, &scope, &campaign, &replica, state, locale);
        Some(listed.map(item).collect_view())
    };
    let has_more = move || {
        versions.with(|told| {
            told.as_ref()
                .is_some_and(|told| told.all > told.listed.len())
        })
    };
    view! {
        <p class="history-about">{about}</p>
        <p class="history-note" aria-live="polite">{note}</p>
        <ol class="history-list" aria-label=move || locale.say("history-title")>{items}</ol>
        <Show when=has_more>
            <button class="button" type="button" on:click=move |_| most.update(|most| *most += LISTED_STEP)>
                {move || locale.say("history-more")}
            </button>
        </Show>
    }
}

fn scope_of(tab: Tab, place: Option<CellPlace>) -> Option<Scope> {
    let place = place?;
    let row = RowId(place.row);
    match tab {
        Tab::Cell => Some(Scope::Cell(row, Column::from_id(&place.column)?)),
        Tab::Row => Some(Scope::Row(row)),
        Tab::Unit => Some(Scope::Unit(row.unit()?)),
        Tab::Compare => None,
    }
}

/// Nobody types into such a column, so it has no versions. When a report came is told by the act of reporting.
fn is_computed(column: Column) -> bool {
    match column.kind() {
        Kind::Preset | Kind::Derived => column != Column::SubmittedAt,
        Kind::Text | Kind::LongText | Kind::Count | Kind::Choice(_) | Kind::Moment => false,
    }
}

fn about(scope: &Scope, campaign: &Campaign, locale: Locale) -> String {
    let language = locale.language();
    match scope {
        Scope::Cell(row, column) => format!(
            "{} · {}",
            row_name(campaign, row, language),
            column_name(*column, language)
        ),
        Scope::Row(row) => row_name(campaign, row, language),
        Scope::Unit(unit) => unit_name(campaign, unit),
    }
}

fn item(
    listed: Listed,
    scope: &Scope,
    campaign: &Arc<Campaign>,
    replica: &Replica,
    state: HistoryState,
    locale: Locale,
) -> impl IntoView + use<> {
    let language = locale.language();
    let when = when_text(listed.when, campaign, language);
    let who = who_text(&listed.who, language);
    let column = column_name(listed.column, language);
    let place = match scope {
        Scope::Cell(..) => None,
        Scope::Row(_) => Some(column),
        Scope::Unit(_) => Some(format!(
            "{} · {column}",
            row_name(campaign, &listed.row, language)
        )),
    };
    let place = place.map(|text| {
        let go = {
            let (row, column) = (listed.row.0.clone(), listed.column.id().to_owned());
            move |_| {
                let (row, column) = (row.clone(), column.clone());
                state.reveal.set(Some(CellPlace { row, column }));
            }
        };
        view! { <button class="history-place" type="button" title=locale.say("history-go") on:click=go>{text}</button> }
    });
    let word = match (listed.when, listed.stands) {
        (When::Unsent, _) => "unsent",
        (When::At(_) | When::Known, true) => "standing",
        (When::At(_) | When::Known, false) => "past",
    };
    let standing = listed.stands.then(|| {
        view! { <span class="history-mark">{locale.say("history-standing")}</span> }
    });
    let tell = {
        let (campaign, row) = (campaign.clone(), listed.row.clone());
        Callback::new(move |restored: Restored| {
            let sentence = restored_sentence(&restored, &row, &campaign, language);
            // What was brought back stands in the present.
            if restored.written > 0 {
                state.leave_past();
            }
            state.said.try_set(Some(sentence));
        })
    };
    let restore = (!listed.stands && listed.column != Column::Report).then(|| {
        let (replica, row, column) = (replica.clone(), listed.row.clone(), listed.column);
        let text = listed.new.clone();
        let act = move |_| {
            state.said.set(None);
            let ask = Ask::RestoreCell(row.clone(), column, text.clone(), tell);
            replica.command(Command::History(ask));
        };
        view! { <button class="button" data-kind="plain" type="button" on:click=act>{locale.say("history-restore")}</button> }
    });
    // A telephone lies beside the rows: it alone is brought back.
    let is_of_row = matches!(scope, Scope::Row(_)) && listed.column != Column::Phone;
    let restore_row = is_of_row.then(|| {
        let (replica, row, change) = (replica.clone(), listed.row.clone(), listed.change);
        let act = move |_| {
            state.said.set(None);
            replica.command(Command::History(Ask::RestoreRow(row.clone(), change, tell)));
        };
        view! { <button class="button" data-kind="plain" type="button" on:click=act>{locale.say("history-restore-row")}</button> }
    });
    let look = match listed.when {
        When::At(at) => {
            let act = move |_| state.turn_to(Moment::At(at));
            Some(
                view! { <button class="button" data-kind="quiet" type="button" on:click=act>{locale.say("history-look")}</button> },
            )
        }
        When::Known | When::Unsent => None,
    };
    view! {
        <li class="history-item" data-state=word data-change=listed.change.to_string()>
            <p class="history-head"><span class="history-when">{when}</span>{standing}</p>
            <p class="history-who">{who}</p>
            {place}
            <p class="history-change">
                <span class="history-hidden">{locale.say("history-from")}</span>
                <del class="history-old">{value_text(&listed.old, language)}</del>
                <span aria-hidden="true">" → "</span>
                <span class="history-hidden">{locale.say("history-to")}</span>
                <ins class="history-new">{value_text(&listed.new, language)}</ins>
            </p>
            <p class="history-acts">{restore}{restore_row}{look}</p>
        </li>
    }
}
