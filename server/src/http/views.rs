//! `GET /api/views`, `PUT /api/views`: the arrangements of the table that a person keeps for itself, on whichever machine.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_wire::http::{KeptView, OwnViews};

use super::{
    Office,
    problem::Problem,
    sender::Sender,
    visitor::{SignedIn, own_origin},
};
use crate::{text::Language, views};

/// `GET`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let views = office.storage.views(&visitor.account).await;
    let views = views.map_err(|error| Problem::storage(&error, language))?;
    let body = Json(OwnViews { views });
    Ok(([(header::CACHE_CONTROL, "no-store")], body).into_response())
}

/// `PUT`: one view. Of two under one name the one that comes last is kept.
pub async fn put(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    Extension(sender): Extension<Sender>,
    language: Language,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    own_origin(&headers, &sender, language)?;
    let problem = |status, word| Problem::new(status, word, language);
    if visitor.reads_only {
        return Err(problem(StatusCode::FORBIDDEN, "not-yours"));
    }
    let KeptView { name, arrangement } = serde_json::from_slice(&body)
        .map_err(|_| problem(StatusCode::BAD_REQUEST, "bad-request"))?;
    let failed = |error| Problem::storage(&error, language);
    if let Some(arrangement) = &arrangement {
        let mut known = office
            .storage
            .views(&visitor.account)
            .await
            .map_err(failed)?;
        views::put(&mut known, name.clone(), arrangement.clone())
            .map_err(|error| problem(StatusCode::BAD_REQUEST, error.word()))?;
    }
    let kept = office.storage.put_view(visitor.account, name, arrangement);
    kept.await.map_err(failed)?;
    Ok(StatusCode::NO_CONTENT)
}
