//! 离线填写: late reports that were saved at a desk before the cut-off, to be accepted as on time with a reason.

use diaodu_plan::row::RowId;
use diaodu_wire::http::{
    Command,
    week::{RowSummary, WeekSummary},
};
use leptos::prelude::*;

use super::{
    super::{Said, moment},
    Desk,
};
use crate::store::Store;

/// What is late and was filled offline.
#[component]
pub fn Offline(desk: Desk) -> impl IntoView {
    let work = desk.work;
    let rows = Memo::new(move |_| {
        let summary = desk.summary.get();
        let units = summary
            .iter()
            .flat_map(|summary: &WeekSummary| &summary.units);
        let rows = units.flat_map(|unit| &unit.rows);
        rows.filter(|row| row.offline).cloned().collect::<Vec<_>>()
    });
    let is_empty = move || desk.summary.with(Option::is_some) && rows.with(Vec::is_empty);
    view! {
        <div class="office-page">
            <p class="dialog-note">{work.say("desk-offline-note")}</p>
            <Show when=is_empty><p>{work.say("desk-offline-none")}</p></Show>
            <ul class="office-list">
                <For each=move || rows.get() key=|row| (row.row.clone(), row.accepted) let:row>
                    <Item desk row/>
                </For>
            </ul>
        </div>
    }
}

#[component]
fn Item(desk: Desk, row: RowSummary) -> impl IntoView {
    let work = desk.work();
    let store: Store = expect_context();
    let label = store.week.glance(&row.row).map(|row| row.label.clone());
    let received = row.receipt_ms.map(|at_ms| {
        let values = [("at", moment(work, at_ms).into())];
        work.locale.say_with("desk-offline-received", &values)
    });
    let reason = RwSignal::new(String::new());
    let id = RowId(row.row.clone());
    let accept = move |_| {
        let reason = reason.get_untracked();
        if reason.trim().is_empty() {
            return work.say_now("desk-reason-missing");
        }
        work.command(Command::AcceptOnTime {
            week: untrack(|| desk.number()).0,
            row: id.0.clone(),
            reason,
        });
    };
    let accept = StoredValue::new(accept);
    let is_accepted = row.accepted;
    view! {
        <li class="office-item" data-row=row.row.clone() data-accepted=is_accepted.to_string()>
            <p class="draft-place">{label}</p>
            <p class="dialog-note">{received}</p>
            <Show when=move || !is_accepted fallback=move || view! { <p>{work.say("desk-offline-accepted")}</p> }>
                <div class="office-form">
                    <label class="office-label"><span>{work.say("desk-reason")}</span>
                        <input class="field-input office-wide" type="text" name="accept-reason" autocomplete="off"
                            on:input=move |event| { work.said.set(None); reason.set(event_target_value(&event)); }/></label>
                    <button class="button" data-kind="primary" type="button"
                        on:click=move |event| accept.with_value(|accept| accept(event))>{work.say("desk-offline-accept")}</button>
                </div>
                <Said work/>
            </Show>
        </li>
    }
}
