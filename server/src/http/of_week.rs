//! The week that an address names: `/api/weeks/N/…`.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
};
use diaodu_plan::campaign::WeekNumber;

use super::{Office, problem::Problem, visitor::language};

/// A week of the campaign; any other is answered with 404.
pub struct OfWeek(pub WeekNumber);

impl FromRequestParts<Arc<Office>> for OfWeek {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let named = Path::<String>::from_request_parts(parts, office).await;
        let number = named.ok().and_then(|Path(week)| week.parse().ok());
        let known = number
            .map(WeekNumber)
            .filter(|number| office.policy.get().campaign.week(*number).is_some());
        let none = || {
            Problem::new(
                StatusCode::NOT_FOUND,
                "no-such-week",
                language(&parts.headers),
            )
        };
        known.map(OfWeek).ok_or_else(none)
    }
}
