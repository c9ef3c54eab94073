//! Which columns are shown, in which order, and up to which they stay in sight. For whoever does not drag headings.

use leptos::prelude::*;

use super::arranging::Arranging;
use crate::{
    grid::model::ColumnSpec,
    i18n::Locale,
    later::{column_list, later},
    ui::dialog::Dialog,
};

/// Opens the list of columns.
#[component]
pub fn ColumnsDoor(arranging: Arranging) -> impl IntoView {
    let locale = Locale::expect();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    view! {
        <button class="button" data-kind="plain" type="button" on:click=move |_| is_open.set(true)>{move || locale.say("columns")}</button>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("columns-title")) on_close=close>
                {later(column_list(arranging, close))}
            </Dialog>
        </Show>
    }
}

/// All columns, in order.
#[component]
pub fn ColumnList(arranging: Arranging, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let arrangement = arranging.shape.arrangement;
    let reset = move |_| {
        arrangement.update(|now| {
            now.order.clear();
            now.shown.clear();
            now.widths.clear();
            now.frozen = None;
        });
    };
    let thaw = move |_| arrangement.update(|now| now.frozen = Some(String::new()));
    view! {
        <h2 class="dialog-title">{move || locale.say("columns-title")}</h2>
        <p class="dialog-note">{move || locale.say("columns-note")}</p>
        <ul class="columns-list">
            <For each=move || arranging.shape.columns.get().to_vec() key=|column| (column.id.clone(), column.title.clone()) let:column>
                <Item arranging column/>
            </For>
        </ul>
        <div class="columns-feet">
            <button class="button" data-kind="quiet" type="button" on:click=reset>{move || locale.say("columns-reset")}</button>
            <button class="button" data-kind="quiet" type="button" on:click=thaw>{move || locale.say("columns-thaw")}</button>
            <span class="head-fill"></span>
            <button class="button" data-kind="primary" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
        </div>
    }
}

/// One column.
#[component]
fn Item(arranging: Arranging, column: ColumnSpec) -> impl IntoView {
    let locale = Locale::expect();
    let arrangement = arranging.shape.arrangement;
    let name = column.full_title();
    let id = StoredValue::new(column.id);
    let is_shown = move || {
        id.with_value(|id| {
            arranging
                .columns
                .with(|shown| shown.iter().any(|column| column.id == *id))
        })
    };
    let is_frozen = move || {
        let last = arranging.columns.with(|shown| {
            let frozen = shown.iter().take_while(|column| column.frozen);
            frozen.last().map(|column| column.id.clone())
        });
        last == Some(id.get_value())
    };
    let show = move |event| {
        let checked = event_target_checked(&event);
        arrangement.update(|now| {
            now.shown.insert(id.get_value(), checked);
        });
    };
    let freeze = move |_| arrangement.update(|now| now.frozen = Some(id.get_value()));
    let up = move |_| step(arranging, &id.get_value(), false);
    let down = move |_| step(arranging, &id.get_value(), true);
    let named = move |key: &'static str| {
        let name = name.clone();
        move || locale.say_with(key, &[("column", name.clone().into())])
    };
    view! {
        <li class="columns-item">
            <label class="columns-name">
                <input type="checkbox" prop:checked=is_shown on:change=show/>
                <span>{named("columns-name")}</span>
            </label>
            <button class="button" data-kind="icon" type="button" aria-label=named("columns-up") title=named("columns-up") on:click=up>"↑"</button>
            <button class="button" data-kind="icon" type="button" aria-label=named("columns-down") title=named("columns-down") on:click=down>"↓"</button>
            <label class="columns-freeze">
                <input type="radio" name="frozen" prop:checked=is_frozen on:change=freeze/>
                {move || locale.say("columns-freeze")}
            </label>
        </li>
    }
}

/// Moves a column past its neighbour.
fn step(arranging: Arranging, id: &str, down: bool) {
    let all = arranging.shape.columns.get_untracked();
    let ids: Vec<&str> = all.iter().map(|column| column.id.as_str()).collect();
    let Some(index) = ids.iter().position(|other| *other == id) else {
        return;
    };
    let before = match down {
        true if index + 1 == ids.len() => return,
        true => ids.get(index + 2).copied(),
        false if index == 0 => return,
        false => ids.get(index - 1).copied(),
    };
    arranging
        .shape
        .arrangement
        .update(|now| now.move_column(&ids, id, before));
}
