//! The line above the table that says how it is filtered and sorted, and takes it back with one click.

use leptos::prelude::*;

use super::arranging::Arranging;
use crate::{
    grid::{arrangement::SortKey, model::ColumnSpec},
    i18n::Locale,
};

/// Says how many rows pass and by what they are sorted; nothing where neither holds.
#[component]
pub fn Arranged(arranging: Arranging) -> impl IntoView {
    let locale = Locale::expect();
    let arrangement = arranging.shape.arrangement;
    let filtered =
        Memo::new(move |_| arrangement.with(|now| now.filters.keys().cloned().collect::<Vec<_>>()));
    let filters = Memo::new(move |_| filtered.with(|filtered| !filtered.is_empty()));
    let sort = Memo::new(move |_| arrangement.with(|now| now.sort.clone()));
    let is_sorted = Memo::new(move |_| sort.with(|sort| !sort.is_empty()));
    let turn = arranging.shape.turn;
    let counted = move || {
        if arrangement.with(|now| now.filters_off) {
            return locale.say("arranged-off");
        }
        let (shown, all) = arranging.counts.get();
        let values = [
            ("shown", (shown as i64).into()),
            ("all", (all as i64).into()),
        ];
        locale.say_with("arranged-filtered", &values)
    };
    let unfilter = move |_| {
        arrangement.update(|now| {
            now.filters.clear();
            now.filters_off = false;
        })
    };
    let unsort = move |_| arrangement.update(|now| now.sort.clear());
    view! {
        <Show when=move || filters.get() || is_sorted.get()>
            <div class="arranged">
                <Show when=move || filters.get()>
                    <span class="arranged-count" aria-live="polite">{counted}</span>
                    {move || filtered.get().into_iter().map(|column| filter_button(arranging, column, locale)).collect_view()}
                    <button class="button" data-kind="quiet" type="button" on:click=unfilter>{move || locale.say("arranged-clear")}</button>
                </Show>
                <Show when=move || is_sorted.get()>
                    <span class="arranged-name">{move || locale.say("arranged-sorted")}</span>
                    {move || sort.get().into_iter().map(|key| key_button(arranging, key, locale)).collect_view()}
                    <button class="button" data-kind="quiet" type="button" on:click=unsort>{move || locale.say("arranged-unsort")}</button>
                </Show>
                <span class="head-fill"></span>
                <button class="button" data-kind="plain" type="button" title=move || locale.say("arranged-again-hint")
                    on:click=move |_| turn.update(|turn| *turn = turn.wrapping_add(1))>{move || locale.say("arranged-again")}</button>
            </div>
        </Show>
    }
}

/// One key of the sort; a click takes it away.
fn key_button(arranging: Arranging, key: SortKey, locale: Locale) -> impl IntoView {
    let arrangement = arranging.shape.arrangement;
    let title = title(arranging, &key.column);
    let word = if key.down {
        "arranged-key-down"
    } else {
        "arranged-key-up"
    };
    let text = locale.say_with(word, &[("column", title.into())]);
    view! {
        <button class="button" data-kind="plain" type="button" title=locale.say("arranged-key-remove")
            on:click=move |_| arrangement.update(|now| now.sort.retain(|other| other.column != key.column))>{text}</button>
    }
}

/// A column that is filtered, on screen or not; a click lets everything pass it.
fn filter_button(arranging: Arranging, column: String, locale: Locale) -> impl IntoView {
    let arrangement = arranging.shape.arrangement;
    let title = title(arranging, &column);
    view! {
        <button class="button" data-kind="plain" type="button" title=locale.say("filter-clear")
            on:click=move |_| arrangement.update(|now| now.set_filter(&column, None))>{title}</button>
    }
}

fn title(arranging: Arranging, id: &str) -> String {
    arranging.shape.columns.with(|columns| {
        let column = columns.iter().find(|column| column.id == id);
        column.map_or_else(|| id.to_owned(), ColumnSpec::full_title)
    })
}
