//! 汇总: what the lead says of a measure as a whole, typed or gathered from the units' texts.

use diaodu_plan::{campaign::MeasureNumber, column::Column};
use leptos::prelude::*;

use crate::{
    i18n::Locale,
    replica::{Command, Replica, Typed},
    store::{
        Store,
        week::{ListedReview, ListedSummary},
    },
};

/// The text, and the field in which the lead writes it.
#[component]
pub fn Summary(measure: MeasureNumber, listed: Memo<Vec<ListedReview>>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let week = store.week.clone();
    let summary = Memo::new(move |_| {
        week.rows.track();
        week.news.track();
        week.frozen.track();
        week.summary(measure)
    });
    let typed = RwSignal::new(None::<String>);
    let kept = move || summary.with(|summary: &ListedSummary| summary.text.clone());
    let shown = move || typed.get().unwrap_or_else(kept);
    let may_write = Memo::new(move |_| summary.with(|summary| summary.may_write));
    let is_idle = move || typed.get().is_none_or(|typed| typed == kept());
    let gather = move |_| {
        let rows = listed.get_untracked();
        let lines = rows.iter().filter_map(|row| {
            let text = row.cells.get(&Column::Progress)?.trim();
            let values = [
                ("unit", row.unit.clone().into()),
                ("text", text.to_owned().into()),
            ];
            (!text.is_empty()).then(|| untrack(|| locale.say_with("review-gathered", &values)))
        });
        let gathered = lines.collect::<Vec<_>>().join("\n");
        let before = untrack(shown);
        // Behind what stands there already: nothing that was typed is written over.
        typed.set(Some(match before.trim().is_empty() {
            true => gathered,
            false => format!("{before}\n{gathered}"),
        }));
    };
    let save = StoredValue::new(move || {
        let row = summary.with_untracked(|summary| summary.row.clone());
        if let Some((row, text)) = row.zip(typed.get_untracked()) {
            let column = Column::Summary;
            let text = Typed { row, column, text };
            replica.command(Command::Write(vec![text]));
            typed.set(None);
        }
    });
    // What was typed is written when the desk is closed or another measure chosen, never dropped.
    on_cleanup(move || {
        let is_typed = typed.try_get_untracked().flatten().is_some();
        if is_typed && !is_idle_now(typed, summary) {
            save.try_with_value(|save| save());
        }
    });
    view! {
        <Show when=move || may_write.get() fallback=move || view! {
            <p class="review-summary" hidden=move || kept().is_empty()>
                <span class="review-quiet">{move || locale.say("review-summary")}</span>" "{kept}
            </p>
        }>
            <div class="review-summary">
                <label>
                    <span class="review-quiet">{move || locale.say("review-summary")}</span>
                    <textarea class="field-text" name="summary" rows="3" prop:value=shown
                        on:input=move |event| typed.set(Some(event_target_value(&event)))></textarea>
                </label>
                <p class="review-acts">
                    <button class="button" data-kind="plain" type="button" on:click=gather>{move || locale.say("review-gather")}</button>
                    <button class="button" data-kind="primary" type="button" disabled=is_idle
                        on:click=move |_| save.with_value(|save| save())>{move || locale.say("review-summary-save")}</button>
                </p>
            </div>
        </Show>
    }
}

fn is_idle_now(typed: RwSignal<Option<String>>, summary: Memo<ListedSummary>) -> bool {
    let typed = typed.try_get_untracked().flatten();
    let kept = summary.try_get_untracked().map(|summary| summary.text);
    typed == kept
}
