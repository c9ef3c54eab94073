//! `GET /api/action-plans`: who has filed an action plan (行动方案), and when.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_plan::{
    action_plan::{self, PlanLine},
    campaign::{Campaign, UnitId},
    layout::{DocumentKind, hub},
};
use diaodu_wire::http::action_plan as wire;

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::{
    commands::action_plan::may_file, compaction, policy::Policy, storage::StorageError,
    text::Language,
};

/// `GET /api/action-plans`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let policy = office.policy.get();
    let filed = read(&office, &policy).await;
    let filed = filed.map_err(|error| Problem::storage(&error, language))?;
    let lines = action_plan::lines(&policy.campaign, &filed);
    let due = action_plan::due(&policy.campaign);
    let reads_all = visitor.role.reads_all();
    let shown = lines
        .iter()
        .filter(|line| reads_all || line.unit == visitor.unit);
    let plans = wire::ActionPlans {
        due_ms: due.map(|due| due.as_millisecond()),
        mine: due.is_some() && may_file(&visitor),
        tally: reads_all.then(|| tally(&lines)),
        units: shown.map(|line| entry(&policy.campaign, line)).collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(plans)).into_response())
}

/// Reads the receipts from the hub of the week in which plans are due.
async fn read(
    office: &Office,
    policy: &Policy,
) -> Result<BTreeMap<UnitId, action_plan::Filed>, StorageError> {
    let damaged = |error: String| StorageError::Damaged(error);
    let week = action_plan::week(&policy.campaign);
    let id = week.and_then(|week| office.directory.find(&DocumentKind::Hub(week)));
    let Some(id) = id else {
        return Ok(BTreeMap::new());
    };
    let stored = office.storage.load(id).await?.stored;
    let document = compaction::load(&stored).map_err(|error| damaged(error.to_string()))?;
    let hub = hub::read(&document).map_err(|error| damaged(error.to_string()))?;
    Ok(hub.action_plans)
}

/// Puts into words how many have filed one.
pub fn tally(lines: &[PlanLine]) -> wire::PlansFiled {
    let tally = action_plan::tally(lines);
    wire::PlansFiled {
        on_time: tally.on_time,
        late: tally.late,
        missing: tally.missing,
        total: tally.on_time + tally.late + tally.missing,
    }
}

fn entry(campaign: &Campaign, line: &PlanLine) -> wire::PlanEntry {
    let unit = campaign.unit(&line.unit);
    let filed = line.filed.as_ref();
    let text = |text: fn(&action_plan::Filed) -> &String| {
        filed.map(|filed| text(filed).clone()).unwrap_or_default()
    };
    wire::PlanEntry {
        unit: line.unit.0.clone(),
        name: unit.map_or_else(|| line.unit.0.clone(), |unit| unit.name.clone()),
        duty: line.duty.id().to_owned(),
        state: line.timeliness.id().to_owned(),
        filed_ms: filed.map(|filed| filed.at.as_millisecond()),
        again_ms: filed
            .and_then(|filed| filed.again)
            .map(|at| at.as_millisecond()),
        title: text(|filed| &filed.title),
        by: text(|filed| &filed.by),
    }
}
