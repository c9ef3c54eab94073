//! What a request says about its sender: session and language.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use super::{
    Office,
    denied::Whose,
    problem::Problem,
    sender::{Origin, Sender},
};
use crate::{
    accounts::{Visitor, session},
    storage::{PassKind, StorageError},
    text::Language,
};

/// Somebody with a valid session; anybody else is answered with 401.
pub struct SignedIn(pub Visitor);

impl FromRequestParts<Arc<Office>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let language = language(&parts.headers);
        let problem = |status, word| Problem::new(status, word, language);
        let found = match bearer(&parts.headers) {
            Some(token) => by_secret(office, PassKind::Token, token).await,
            None => by_cookie(office, &parts.headers).await,
        };
        if let (Ok(Some(visitor)), Some(whose)) = (&found, parts.extensions.get::<Whose>()) {
            whose.say(&visitor.account);
        }
        match found {
            Ok(Some(visitor)) if visitor.must_change => {
                Err(problem(StatusCode::FORBIDDEN, "must-change-password"))
            }
            Ok(Some(visitor)) => Ok(SignedIn(visitor)),
            Ok(None) => Err(problem(StatusCode::UNAUTHORIZED, "not-signed-in")),
            Err(error) => Err(Problem::storage(&error, language)),
        }
    }
}

/// Recognises a secret.
pub async fn by_secret(
    office: &Office,
    kind: PassKind,
    secret: &str,
) -> Result<Option<Visitor>, StorageError> {
    let (now, idle) = (office.clock.now(), office.sessions.idle_millis);
    session::recognise(&*office.storage, kind, secret, now, idle).await
}

/// Recognises the session in the cookies.
pub async fn by_cookie(
    office: &Office,
    headers: &HeaderMap,
) -> Result<Option<Visitor>, StorageError> {
    match secret(headers) {
        Some(secret) => by_secret(office, PassKind::Session, secret).await,
        None => Ok(None),
    }
}

/// Finds a program's token: `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// Lets pass what comes from our own pages, or from a program that shows a token.
pub fn own_origin(headers: &HeaderMap, sender: &Sender, language: Language) -> Result<(), Problem> {
    match sender.origin {
        Origin::Own => Ok(()),
        Origin::Absent if bearer(headers).is_some() => Ok(()),
        Origin::Absent | Origin::Foreign => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "foreign-origin",
            language,
        )),
    }
}

/// Finds the session's secret.
pub fn secret(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, session::COOKIE)
}

/// Finds a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .find_map(|value| session::in_cookies(value.to_str().ok()?, name))
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
