//! `GET /api/weeks/N/summary`: who has reported and how the work stands. `GET /api/periods`: what each period adds.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::{
    action_plan,
    campaign::UnitId,
    layout::hub::Cut,
    row::Row,
    summary::{Figures, Tallied, UnitLine, Work},
};
use diaodu_wire::http::{action_plan::PlansFiled, week as wire};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::{Office, action_plans::tally, of_week::OfWeek, problem::Problem, visitor::SignedIn};
use crate::{deadlines, text::Language, week::WeekView};

/// Two at a time: each reads all sheets of a week, and editing comes first.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The query of the summary.
#[derive(Deserialize)]
pub struct Wishes {
    at: Option<String>,
}

/// `GET /api/weeks/N/summary`
pub async fn show(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    OfWeek(number): OfWeek,
    Query(wishes): Query<Wishes>,
) -> Result<Response, Problem> {
    let problem = |status, word| Problem::new(status, word, language);
    let cut = match wishes.at.as_deref() {
        None | Some("now") => None,
        Some(word) => {
            let cut = Cut::from_word(word);
            Some(cut.ok_or_else(|| problem(StatusCode::BAD_REQUEST, "bad-request"))?)
        }
    };
    // Never closed: waiting for a turn cannot fail.
    let _turn = TURNS.acquire().await.ok();
    let policy = office.policy.get();
    let author = visitor.author();
    let view = office
        .reader(&policy, &author)
        .read(number, cut)
        .await
        .map_err(|error| Problem::view(&error, language))?;
    let summary = tell(&view, cut, office.clock.now().0);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(summary)).into_response())
}

fn tell(view: &WeekView, cut: Option<Cut>, now_ms: i64) -> wire::WeekSummary {
    let rows = view.rows();
    let summary = view.summary(&rows);
    let name = |unit: &UnitId| {
        let known = view.campaign.unit(unit);
        known.map_or_else(|| unit.0.clone(), |unit| unit.name.clone())
    };
    let of_units = |groups: Vec<(UnitId, Figures)>| {
        let groups = groups.into_iter();
        let told = groups.map(|(unit, figures)| group(unit.0.clone(), name(&unit), &figures));
        told.collect()
    };
    let actions = summary.actions.iter().map(|(number, figures)| {
        let action = view.campaign.action(*number);
        let title = action.map(|action| action.title.clone());
        group(number.to_string(), title.unwrap_or_default(), figures)
    });
    let snapshot = view.snapshot.as_ref();
    wire::WeekSummary {
        week: view.week.number.0,
        due_ms: view.week.due.as_millisecond(),
        cutoff_ms: view.week.cutoff().as_millisecond(),
        frozen_ms: view.hub.frozen.map(|at| at.as_millisecond()),
        at: cut.map_or("now", Cut::word).to_owned(),
        at_ms: snapshot.map_or(now_ms, |snapshot| snapshot.at.as_millisecond()),
        was_down: snapshot.is_some_and(|snapshot| snapshot.was_down),
        due: reported(&summary.all.due),
        assisting: reported(&summary.all.assisting),
        work: work(&summary.all.work),
        previous: summary.all.previous.as_ref().map(work),
        units: summary
            .units
            .iter()
            .map(|line| unit(view, &rows, line, name(&line.unit)))
            .collect(),
        actions: actions.collect(),
        leads: of_units(summary.leads),
        streets: of_units(summary.streets),
        action_plans: plans(view),
    }
}

/// In the week in which they are due, of the units whose sheets the reader may read; at a cut as they had been filed by then.
fn plans(view: &WeekView) -> Option<PlansFiled> {
    let week = action_plan::week(&view.campaign)?;
    if week != view.week.number {
        return None;
    }
    let mut lines = action_plan::lines(&view.campaign, &view.hub.action_plans);
    lines.retain(|line| view.sheets.contains_key(&line.unit));
    Some(tally(&lines))
}

fn group(id: String, name: String, figures: &Figures) -> wire::GroupSummary {
    wire::GroupSummary {
        id,
        name,
        due: reported(&figures.due),
        assisting: reported(&figures.assisting),
        work: work(&figures.work),
        previous: figures.previous.as_ref().map(work),
    }
}

fn unit(view: &WeekView, rows: &[Row], line: &UnitLine, name: String) -> wire::UnitSummary {
    let of_unit = rows.iter().filter(|row| row.unit == line.unit);
    let rows = of_unit.map(|row| {
        let standing = view.standing(&row.id);
        let state = standing.state(view.week.cutoff());
        wire::RowSummary {
            row: row.id.0.clone(),
            duty: row.duty.id().to_owned(),
            state: state.timeliness.id().to_owned(),
            receipt_ms: standing.receipt.map(|at| at.as_millisecond()),
            zero: state.zero,
            offline: state.offline,
            accepted: state.accepted,
            edited: state.edited,
            withdrawn: state.withdrawn,
            submitted_ms: standing.submitted.map(|at| at.as_millisecond()),
            signed_by: standing.signed.map(|signed| signed.by),
        }
    });
    wire::UnitSummary {
        unit: line.unit.0.clone(),
        name,
        mark: line.mark.map(|mark| mark.id().to_owned()),
        complete_ms: line.complete.map(|at| at.as_millisecond()),
        due: reported(&line.figures.due),
        assisting: reported(&line.figures.assisting),
        work: work(&line.figures.work),
        previous: line.figures.previous.as_ref().map(work),
        rows: rows.collect(),
    }
}

/// Puts into words how rows were reported.
pub fn reported(tallied: &Tallied) -> wire::Reported {
    wire::Reported {
        on_time: tallied.on_time,
        late: tallied.late,
        made_up: tallied.made_up,
        missing: tallied.missing,
        total: tallied.total(),
        zero: tallied.zero,
        offline: tallied.offline,
        edited: tallied.edited,
    }
}

/// Puts into words how the work stands.
pub fn work(work: &Work) -> wire::Work {
    wire::Work {
        checked_week: work.week.checked,
        found_week: work.week.found,
        fixed_week: work.week.fixed,
        checked_total: work.total.checked,
        found_total: work.total.found,
        fixed_total: work.total.fixed,
        not_started: work.not_started,
        under_way: work.under_way,
        done: work.done,
        lagging: work.lagging,
        problems: work.problems,
    }
}

/// `GET /api/periods`: for those who may read every sheet.
pub async fn periods(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    if !visitor.role.reads_all() {
        let problem = Problem::new(StatusCode::FORBIDDEN, "not-office", language);
        return Err(problem);
    }
    // Never closed: waiting for a turn cannot fail.
    let _turn = TURNS.acquire().await.ok();
    let policy = office.policy.get();
    let counted = deadlines::periods(&*office.storage, &policy, &office.directory).await;
    let counted = counted.map_err(|error| Problem::storage(&error, language))?;
    let entries: Vec<_> = counted
        .into_iter()
        .map(|(period, counts)| wire::PeriodEntry {
            week: period.week.map(|week| week.0),
            from_ms: period.from.as_millisecond(),
            to_ms: period.to.as_millisecond(),
            checked: counts.checked,
            found: counts.found,
            fixed: counts.fixed,
        })
        .collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}
