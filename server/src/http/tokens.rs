//! `POST /api/tokens`: a program's short-lived way into `/sync`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_wire::http::Token;

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::{accounts::session, storage::PassKind, text::Language};

/// `POST`
pub async fn issue(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let issued = session::issue(
        &*office.storage,
        PassKind::Token,
        &visitor.account,
        office.clock.now(),
    )
    .await;
    let (secret, expires) = issued.map_err(|error| Problem::storage(&error, language))?;
    let token = Token {
        token: secret.0,
        expires_ms: expires.0,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(token)).into_response())
}
