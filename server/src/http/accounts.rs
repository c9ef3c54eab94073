//! `GET /api/accounts`, `/api/passes`, `/api/settings`: for the office; a person sees the own passes.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_wire::http::{AccountEntry, PassEntry};
use serde::Serialize;

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::{
    accounts::Visitor,
    commands::pass_id,
    storage::{Pass, PassKind},
    text::Language,
};

/// Lets the office alone pass.
pub fn office_only(visitor: &Visitor, language: Language) -> Result<(), Problem> {
    if visitor.is_office() {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "not-office", language))
    }
}

/// `GET /api/accounts`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    office_only(&visitor, language)?;
    let accounts = office.storage.accounts().await;
    let accounts = accounts.map_err(|error| Problem::storage(&error, language))?;
    let policy = office.policy.get();
    let place = |unit| {
        policy
            .campaign
            .units
            .iter()
            .position(|known| known.id == unit)
    };
    let mut entries: Vec<_> = accounts
        .into_iter()
        .map(|account| {
            let entry = AccountEntry {
                account: account.name,
                person: account.person,
                unit: account.unit.0.clone(),
                role: account.role.word().to_owned(),
                disabled: account.disabled,
                must_change: account.must_change,
            };
            (place(account.unit), entry)
        })
        .collect();
    // In the order of the plan; the sort is stable, so within a unit by name.
    entries.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    let entries: Vec<_> = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}

/// `GET /api/passes`
pub async fn passes(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let now = office.clock.now();
    let mut entries = Vec::new();
    for (kind, word) in [(PassKind::Session, "session"), (PassKind::Token, "token")] {
        let passes = office.storage.passes(kind).await;
        let passes = passes.map_err(|error| Problem::storage(&error, language))?;
        let is_shown = |pass: &Pass| {
            pass.expires > now && (visitor.is_office() || pass.account == visitor.account)
        };
        for pass in passes.into_iter().filter(is_shown) {
            entries.push(PassEntry {
                id: pass_id(&pass),
                kind: word.to_owned(),
                own: pass.digest == visitor.digest,
                account: pass.account,
                label: pass.label,
                reads_only: pass.reads_only,
                created_ms: pass.created.0,
                used_ms: pass.used.0,
                expires_ms: pass.expires.0,
            });
        }
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}

/// What the office has set.
#[derive(Debug, Serialize)]
struct Settings {
    visibility: &'static str,
    frozen_weeks: Vec<u8>,
}

/// `GET /api/settings`
pub async fn settings(State(office): State<Arc<Office>>, SignedIn(_): SignedIn) -> Response {
    let policy = office.policy.get();
    let settings = Settings {
        visibility: policy.visibility.word(),
        frozen_weeks: policy.frozen.iter().map(|week| week.0).collect(),
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(settings)).into_response()
}
