//! `POST /api/tokens`: a program's way into `/sync` and to what only reads.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_wire::http::{Token, TokenWish};

use super::{
    Office,
    problem::Problem,
    visitor::{SignedIn, bearer},
};
use crate::{
    accounts::session::{self, Wanted},
    audit::Kind,
    config::{DAY_MILLIS, LABEL_LETTERS_MAX, TOKEN_DAYS_MAX, TOKEN_MILLIS},
    storage::PassKind,
    text::Language,
};

/// `POST`: the secret is shown once. A token makes no further tokens: they would outlive it.
pub async fn issue(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    if bearer(&headers).is_some() {
        let status = StatusCode::FORBIDDEN;
        return Err(Problem::new(status, "token-by-token", language));
    }
    let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad-request", language);
    let wish: TokenWish = if body.is_empty() {
        TokenWish::default()
    } else {
        serde_json::from_slice(&body).map_err(|_| bad())?
    };
    let reads_only = match wish.scope.as_deref() {
        None | Some("write") => visitor.reads_only,
        Some("read") => true,
        Some(_) => return Err(bad()),
    };
    let millis = match wish.days {
        None => TOKEN_MILLIS,
        Some(days @ 1..=TOKEN_DAYS_MAX) => i64::from(days) * DAY_MILLIS,
        Some(_) => return Err(bad()),
    };
    if wish.label.chars().count() > LABEL_LETTERS_MAX {
        return Err(bad());
    }
    let storage_failed = |error| Problem::storage(&error, language);
    if wish.days.is_some() {
        let scope = if reads_only { "read" } else { "write" };
        let detail = format!("issue-token {scope} {}", wish.label);
        let entered = office.enter(Kind::Command, &visitor.account, &visitor.account, &detail);
        entered.await.map_err(storage_failed)?;
    }
    let wanted = Wanted {
        kind: PassKind::Token,
        account: &visitor.account,
        millis,
        label: wish.label,
        reads_only,
    };
    let issued = session::issue(&*office.storage, wanted, office.clock.now()).await;
    let (secret, expires) = issued.map_err(storage_failed)?;
    let token = Token {
        token: secret.0,
        expires_ms: expires.0,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(token)).into_response())
}
