//! `GET /api/board`: how reporting and work went from week to week, as far as the caller may read.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_plan::{
    layout::DocumentKind,
    permission::Author,
    summary::{Figured, Figures},
};
use diaodu_wire::http::board as wire;

use super::{
    Office,
    problem::Problem,
    summary::{reported, work},
    visitor::SignedIn,
};
use crate::{board::Counted, policy::Policy, text::Language};

/// `GET /api/board`
pub async fn show(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let policy = office.policy.get();
    let own = policy.own_author();
    let reader = office.reader(&policy, &own);
    let written = office.writable.written();
    let counted = office.boards.weeks(reader, &policy, written);
    let weeks = counted
        .await
        .map_err(|error| Problem::view(&error, language))?;
    let author = visitor.author();
    let weeks = weeks.iter().map(|week| tell(week, &policy, &author));
    let board = wire::Board {
        weeks: weeks.collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(board)).into_response())
}

fn tell(counted: &Counted, policy: &Policy, author: &Author) -> wire::BoardWeek {
    let number = counted.week.number;
    let mut may_read = BTreeMap::new();
    let mut is_open = |row: &Figured| {
        let unit = &row.row.unit;
        *may_read
            .entry(unit.clone())
            .or_insert_with(|| policy.may_read(author, &DocumentKind::Sheet(number, unit.clone())))
    };
    let mut all = Figures::default();
    let mut actions = BTreeMap::<_, (usize, Figures)>::new();
    for row in &counted.rows {
        if !is_open(row) {
            continue;
        }
        all.add(row);
        if let Some(measure) = counted.campaign.measure(row.row.measure) {
            let (rows, figures) = actions.entry(measure.action).or_default();
            *rows += 1;
            figures.add(row);
        }
    }
    let in_order = counted.campaign.actions.iter().filter_map(|action| {
        let (rows, figures) = actions.get(&action.number)?;
        Some(wire::ActionWork {
            action: action.number.to_string(),
            rows: *rows,
            work: work(&figures.work),
        })
    });
    wire::BoardWeek {
        week: number.0,
        cutoff_ms: counted.week.cutoff().as_millisecond(),
        frozen_ms: counted.frozen.map(|at| at.as_millisecond()),
        due: reported(&all.due),
        assisting: reported(&all.assisting),
        work: work(&all.work),
        actions: in_order.collect(),
    }
}
