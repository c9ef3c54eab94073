//! `GET /api/weeks/N/openings`: what rows begin a week with (期初累计), carried through weeks that are not frozen. Pages hold one week, so they
//! cannot compute it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_plan::tally::{Tally, Totals};
use diaodu_wire::http::week::{Opening, WeekOpenings};
use tokio::sync::Semaphore;

use super::{Office, of_week::OfWeek, problem::Problem, visitor::SignedIn};
use crate::text::Language;

/// Two at a time: each goes through all weeks that are not frozen, and editing comes first.
static TURNS: Semaphore = Semaphore::const_new(2);

/// `GET`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    OfWeek(number): OfWeek,
) -> Result<Response, Problem> {
    // Never closed: waiting for a turn cannot fail.
    let _turn = TURNS.acquire().await.ok();
    let policy = office.policy.get();
    let author = visitor.author();
    let reader = office.reader(&policy, &author);
    let (stored, begun) = reader
        .openings(number)
        .await
        .map_err(|error| Problem::view(&error, language))?;
    let rows = begun.into_iter().map(|(row, totals)| {
        let in_sheet = stored.get(&row).map(counts).unwrap_or_default();
        let opening = Opening {
            before: counts(&totals),
            stored: in_sheet,
        };
        (row.0, opening)
    });
    let body = WeekOpenings {
        week: number.0,
        rows: rows.collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn counts(totals: &Totals) -> [Option<u64>; 3] {
    Tally::ALL.map(|tally| totals.get(tally))
}
