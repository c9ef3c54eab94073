//! `GET /api/online`: whose lines are open, in the order of the plan, as far as the caller may read a sheet of their unit.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::{campaign::UnitId, layout::DocumentKind};
use diaodu_wire::repo::DocumentId;
use serde::Serialize;

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::text::Language;

/// Somebody who is online.
#[derive(Debug, Serialize)]
struct Presence {
    account: String,
    unit: String,
    unit_name: String,
    /// The person's name; may be empty.
    person: String,
    /// The week in which it is, as far as the reader may see its sheet.
    week: Option<u8>,
}

/// `GET`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let Some(callers) = office.live.online().await else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage",
            language,
        ));
    };
    let (policy, reader) = (office.policy.get(), visitor.author());
    let seen_week = |document: Option<DocumentId>| {
        let kind = office.directory.kind(&document?)?;
        let may_read = policy.may_read(&reader, kind);
        kind.week().filter(|_| may_read).map(|week| week.0)
    };
    // The office is seen by all: it is whom they ask.
    let may_see = |unit: &UnitId| {
        let sheet = |week| DocumentKind::Sheet(week, unit.clone());
        let mut weeks = policy.campaign.weeks.iter();
        *unit == policy.campaign.office
            || weeks.any(|week| policy.may_read(&reader, &sheet(week.number)))
    };
    let mut present: Vec<(usize, Presence)> = Vec::new();
    for (caller, document) in callers {
        let person = caller.person;
        if !may_see(&person.unit) {
            continue;
        }
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
            person: caller.name,
            week: seen_week(document),
        };
        present.push((place.unwrap_or(usize::MAX), presence));
    }
    present.sort_by(|(place, one), (other_place, other)| {
        (place, &one.account).cmp(&(other_place, &other.account))
    });
    // Of several pages of one account the one that has moved counts.
    present.dedup_by(|(_, later), (_, kept)| {
        let is_same = later.account == kept.account;
        if is_same {
            kept.week = kept.week.or(later.week);
        }
        is_same
    });
    let present: Vec<_> = present.into_iter().map(|(_, presence)| presence).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(present)).into_response())
}
