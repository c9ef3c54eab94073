//! What a request says about its sender: session and language.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use super::{Office, problem::Problem};
use crate::{
    accounts::{Visitor, session},
    storage::PassKind,
    text::Language,
};

/// Somebody with a valid session; anybody else is answered with 401.
pub struct SignedIn(pub Visitor);

impl FromRequestParts<Arc<Office>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let language = language(&parts.headers);
        match by_cookie(office, &parts.headers).await {
            Ok(Some(visitor)) => Ok(SignedIn(visitor)),
            Ok(None) => Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "not-signed-in",
                language,
            )),
            Err(error) => Err(Problem::storage(&error, language)),
        }
    }
}

/// Recognises the session in the cookies.
pub async fn by_cookie(
    office: &Office,
    headers: &HeaderMap,
) -> Result<Option<Visitor>, crate::storage::StorageError> {
    match secret(headers) {
        Some(secret) => {
            session::recognise(
                &*office.storage,
                PassKind::Session,
                secret,
                office.clock.now(),
            )
            .await
        }
        None => Ok(None),
    }
}

/// Finds the session's secret.
pub fn secret(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .find_map(|value| session::in_cookies(value.to_str().ok()?))
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(language(&parts.headers))
    }
}

/// The language of the answer's sentences.
pub fn language(headers: &HeaderMap) -> Language {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Language::of_header(header.unwrap_or_default())
}
