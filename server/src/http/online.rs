//! `GET /api/online`: whose lines are open, in the order of the plan.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::text::Language;

/// Somebody who is online.
#[derive(Debug, Serialize)]
struct Presence {
    account: String,
    unit: String,
    unit_name: String,
}

/// `GET`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(_): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let Some(callers) = office.live.online().await else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage",
            language,
        ));
    };
    let policy = office.policy.get();
    let mut present: Vec<(usize, Presence)> = Vec::new();
    for caller in callers {
        let person = caller.person;
        let place = policy
            .campaign
            .units
            .iter()
            .position(|unit| unit.id == person.unit);
        let unit_name = place.map_or(person.unit.0.clone(), |place| {
            policy.campaign.units[place].name.clone()
        });
        let presence = Presence {
            account: person.account,
            unit: person.unit.0,
            unit_name,
        };
        present.push((place.unwrap_or(usize::MAX), presence));
    }
    present.sort_by(|(place, one), (other_place, other)| {
        (place, &one.account).cmp(&(other_place, &other.account))
    });
    present.dedup_by(|(_, one), (_, other)| one.account == other.account);
    let present: Vec<_> = present.into_iter().map(|(_, presence)| presence).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(present)).into_response())
}
