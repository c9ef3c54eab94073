//! 我的待办: what one's own unit still has to do; each task leads to its row, or is done at once.

use diaodu_plan::{campaign::UnitId, column::Column, row::RowId};
use leptos::prelude::*;

use crate::{
    grid::model::CellPlace,
    i18n::Locale,
    replica::Replica,
    screens::{
        action_plan::{OwnPlan, Plans},
        circular::unsigned::Unsigned,
        corrections::Correcting,
        reporting::{ReportActs, listed},
    },
    session::SessionState,
    store::{Store, week::ListedReport},
};

/// The list.
#[component]
pub fn Tasks(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let correcting = Correcting::expect();
    let listed = listed();
    let tasks = Memo::new(move |_| {
        let listed = listed.get().into_iter();
        let tasks = listed.filter(is_task);
        tasks.map(|each| (each.row, each.label)).collect::<Vec<_>>()
    });
    let others = others();
    let plans = Plans::new();
    let owes_plan = Memo::new(move |_| plans.is_owed());
    let lead = {
        let (replica, number) = (replica.clone(), expect_context::<Store>().week.number);
        Callback::new(move |way: Way| {
            close.run(());
            match way {
                Way::Cell(row, column) => {
                    let (row, column) = (row.0, column.id().to_owned());
                    reveal.set(Some(CellPlace { row, column }));
                }
                Way::Corrections => correcting.open(number.get_untracked(), &replica),
            }
        })
    };
    let sentence = move || {
        let count = tasks.with(Vec::len) + others.with(Vec::len) + usize::from(owes_plan.get());
        let values = [("count", i64::try_from(count).unwrap_or(i64::MAX).into())];
        locale.say_with("board-tasks-left", &values)
    };
    let said = move || {
        let said = others.get().into_iter().map(|other| {
            let Other { key, count, way } = other;
            let sentence = locale.say_with(key, &[("count", count.into())]);
            let sentence = match way {
                None => sentence.into_any(),
                Some(way) => view! {
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| lead.run(way.clone())>{sentence}</button>
                }
                .into_any(),
            };
            view! { <li class="choices-item" data-task=key>{sentence}</li> }
        });
        said.collect_view()
    };
    view! {
        <p class="board-tasks-left" role="status">{sentence}</p>
        <div class="board-scroller board-tasks" tabindex="0" role="region" aria-label=move || locale.say("board-tasks")>
            <Show when=move || owes_plan.get()><OwnPlan plans/></Show>
            <ul class="choices">{said}</ul>
            <ul class="choices">
                <For each=move || tasks.get() key=|(row, _)| row.clone() let:task>
                    <Task row=task.0 label=task.1 listed replica=replica.clone() reveal close/>
                </For>
            </ul>
        </div>
    }
}

/// A row that was returned or sent back, waits for this person's signature, is owed and not reported, or is reported with something that a person should look at.
fn is_task(row: &ListedReport) -> bool {
    let is_open = row.closed.is_none();
    let is_owed = row.is_owed && !row.is_said;
    let has_findings = row.is_said && !row.findings.is_empty();
    is_open && (row.returned.is_some() || row.may_sign || is_owed || has_findings)
}

/// What is to be done elsewhere on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Other {
    /// The key of its sentence.
    key: &'static str,
    /// How much of it there is.
    count: i64,
    /// Where it is done; `None` where a menu leads there.
    way: Option<Way>,
}

/// A way from a task to where it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// The first of its cells.
    Cell(RowId, Column),
    /// The list of the corrections.
    Corrections,
}

fn others() -> Memo<Vec<Other>> {
    let correcting = Correcting::expect();
    let week = expect_context::<Store>().week;
    let session = SessionState::expect().current.get_untracked();
    let own = UnitId(session.map(|session| session.unit).unwrap_or_default());
    let unsigned = Unsigned::expect();
    unsigned.look();
    Memo::new(move |_| {
        week.rows.track();
        week.news.track();
        let conflicts = week.conflicts.with(|all| {
            let of_own = all
                .iter()
                .filter(|(row, _)| row.unit().as_ref() == Some(&own));
            of_own.cloned().collect::<Vec<_>>()
        });
        let conflict = conflicts.first().cloned();
        let draft = week.drafts().into_iter().next();
        let cell = |(row, column)| Way::Cell(row, column);
        let waiting = week.review_measures();
        let waiting = waiting.iter().map(|measure| measure.waiting).sum();
        let review = week.first_to_review().map(|row| (row, Column::Review));
        let all = [
            (
                "board-task-drafts",
                week.drafts.get(),
                draft.map(|draft| cell((draft.row, draft.column))),
            ),
            ("board-task-conflicts", conflicts.len(), conflict.map(cell)),
            ("board-task-reviews", waiting, review.map(cell)),
            (
                "board-task-corrections",
                correcting.count(),
                Some(Way::Corrections),
            ),
            ("board-task-circulars", unsigned.count(), None),
        ];
        let left = all.into_iter().filter(|(_, count, _)| *count > 0);
        let told = left.map(|(key, count, way)| Other {
            key,
            count: i64::try_from(count).unwrap_or(i64::MAX),
            way,
        });
        told.collect()
    })
}

#[component]
fn Task(
    row: RowId,
    label: String,
    listed: Memo<Vec<ListedReport>>,
    replica: Replica,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let (id, to_row) = (row.0.clone(), row.clone());
    let go = move |_| {
        close.run(());
        let (row, column) = (to_row.0.clone(), Column::Progress.id().to_owned());
        reveal.set(Some(CellPlace { row, column }));
    };
    view! {
        <li class="choices-item draft report" data-row=id>
            <p class="draft-place">
                <button class="button" data-kind="quiet" type="button" on:click=go>{label}</button>
            </p>
            <ReportActs id=row listed replica reveal close/>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(is_owed: bool, is_said: bool) -> ListedReport {
        ListedReport {
            row: RowId("m01.u-a".to_owned()),
            label: String::new(),
            is_owed,
            is_said,
            state: String::new(),
            may_sign: false,
            is_sent_back: false,
            returned: None,
            closed: None,
            findings: Vec::new(),
        }
    }

    #[test]
    fn what_is_owed_returned_or_worth_a_look_is_a_task_while_it_can_be_done() {
        assert!(is_task(&row(true, false)));
        assert!(!is_task(&row(true, true)));
        assert!(!is_task(&row(false, false)), "assisting is never missing");
        let returned = ListedReport {
            returned: Some("重写".to_owned()),
            ..row(true, true)
        };
        assert!(is_task(&returned));
        let unsigned = ListedReport {
            may_sign: true,
            ..row(false, true)
        };
        assert!(is_task(&unsigned));
        let looked_at = ListedReport {
            findings: vec![(Column::Progress, "空泛".to_owned())],
            ..row(false, true)
        };
        assert!(is_task(&looked_at));
        let closed = ListedReport {
            closed: Some("week-frozen".to_owned()),
            ..row(true, false)
        };
        assert!(!is_task(&closed));
    }
}
