//! 我的待办: what one's own unit still has to do; each leads to its cell, or is reported at once.

use std::collections::BTreeMap;

use diaodu_plan::{column::Column, row::RowId};
use leptos::prelude::*;

use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::Replica,
    screens::reporting::{ReportActs, listed},
    store::Store,
};

/// The list.
#[component]
pub fn Tasks(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let week = expect_context::<Store>().week;
    let listed = listed();
    let returned = Memo::new(move |_| {
        listed.track();
        week.news.track();
        week.returned()
    });
    let tasks = Memo::new(move |_| {
        let returned = returned.get();
        let listed = listed.get().into_iter();
        let tasks = listed.filter(|each| {
            let is_open = each.closed.is_none();
            let is_unsaid = each.is_owed && !each.is_said;
            returned.contains_key(&each.row)
                || is_open && (is_unsaid || each.is_said && !each.findings.is_empty())
        });
        tasks
            .map(|each| (each.row, each.label))
            .collect::<Vec<_>>()
    });
    let sentence = move || {
        let count = tasks.with(Vec::len) as i64;
        locale.say_with("board-tasks-left", &[("count", count.into())])
    };
    view! {
        <p class="board-tasks-left" role="status">{sentence}</p>
        <ul class="choices board-tasks" aria-label=move || locale.say("board-tasks")>
            <For each=move || tasks.get() key=|(row, _)| row.clone() let:task>
                <Task row=task.0 label=task.1 returned listed replica=replica.clone() reveal close/>
            </For>
        </ul>
    }
}

#[component]
fn Task(
    row: RowId,
    label: String,
    returned: Memo<BTreeMap<RowId, String>>,
    listed: Memo<Vec<crate::store::week::ListedReport>>,
    replica: Replica,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let locale = Locale::expect();
    let go = move |row: &RowId, column: Column| {
        close.run(());
        let (row, column) = (row.0.clone(), column.id().to_owned());
        reveal.set(Some(CellPlace { row, column }));
    };
    let (of_row, to_row, to_review) = (row.clone(), row.clone(), row.clone());
    let note = Memo::new(move |_| returned.with(|returned| returned.get(&of_row).cloned()));
    let id = row.0.clone();
    view! {
        <li class="choices-item draft report" data-row=id>
            <p class="draft-place">
                <button class="button" data-kind="quiet" type="button" on:click=move |_| go(&to_row, Column::Progress)>{label}</button>
            </p>
            {move || note.get().map(|note| {
                let row = to_review.clone();
                view! {
                    <p class="draft-reason" data-kind="returned">
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| go(&row, Column::Review)>
                            {move || locale.say("board-returned")}
                        </button>
                        {note}
                    </p>
                }
            })}
            <ReportActs id=row listed replica reveal close/>
        </li>
    }
}
