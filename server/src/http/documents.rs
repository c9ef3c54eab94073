//! `GET /api/documents`: what the caller may open.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_wire::http::DocumentEntry;

use super::{Office, visitor::SignedIn};

/// `GET`
pub async fn list(State(office): State<Arc<Office>>, SignedIn(visitor): SignedIn) -> Response {
    let (policy, author) = (office.policy.get(), visitor.author());
    let entries: Vec<_> = office
        .directory
        .rows()
        .iter()
        .filter(|row| policy.may_read(&author, &row.kind))
        .map(|row| DocumentEntry {
            campaign: row.campaign.clone(),
            kind: row.kind.word().to_owned(),
            week: row.kind.week().map(|week| week.0),
            unit: row.kind.unit().map(|unit| unit.0.clone()),
            url: row.id.url(),
        })
        .collect();
    ([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response()
}
