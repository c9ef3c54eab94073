//! The HTTP surface: who answers what. docs/protocol.md is its promise.

pub mod accounts;
pub mod audit;
pub mod commands;
pub mod corrections;
pub mod documents;
pub mod health;
pub mod online;
pub mod page;
pub mod password;
pub mod problem;
pub mod session;
pub mod setup;
pub mod summary;
pub mod sync;
pub mod tokens;
pub mod visitor;
pub mod weeks;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};

use crate::{
    accounts::throttle::Throttle,
    audit::{Entry, Kind},
    clock::Clock,
    config::BODY_BYTES_MAX,
    gatekeeper::Directory,
    live::LiveHandle,
    policy::PolicyCell,
    saver::Writable,
    storage::{Storage, StorageError},
    text::Language,
};
use problem::Problem;

/// What the routes work with.
pub struct Office {
    /// Everything that lasts.
    pub storage: Arc<dyn Storage>,
    /// The loop.
    pub live: LiveHandle,
    /// The server's clock.
    pub clock: Arc<Clock>,
    /// What the office has decided: the campaign, who sees whom.
    pub policy: PolicyCell,
    /// All documents.
    pub directory: Arc<Directory>,
    /// Whether the last write succeeded.
    pub writable: Writable,
    /// Brakes guessing.
    pub throttle: Throttle,
    /// Whether the server runs with `--demo`.
    pub demo: bool,
    /// How long sessions last.
    pub sessions: SessionLimits,
}

/// How long sessions last, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// At most.
    pub millis: i64,
    /// Without use.
    pub idle_millis: i64,
}

impl Office {
    /// Enters something in the audit log.
    pub async fn enter(
        &self,
        kind: Kind,
        account: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StorageError> {
        let entry = Entry::new(self.clock.now(), kind, account, subject, detail);
        self.storage.put_audit(vec![entry]).await
    }
}

/// Builds all routes.
pub fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route(
            "/api/session",
            get(session::show)
                .post(session::sign_in)
                .delete(session::sign_out),
        )
        .route("/api/tokens", post(tokens::issue))
        .route("/api/documents", get(documents::list))
        .route("/api/online", get(online::list))
        .route("/api/password", post(password::change))
        .route("/api/setup", post(setup::begin))
        .route("/api/commands", post(commands::perform))
        .route("/api/accounts", get(accounts::list))
        .route("/api/passes", get(accounts::passes))
        .route("/api/settings", get(accounts::settings))
        .route("/api/audit", get(audit::list))
        .route("/api/audit.csv", get(audit::csv))
        .route("/api/weeks/{week}", get(weeks::workbook))
        .route("/api/weeks/{week}/summary", get(summary::show))
        .route("/api/weeks/{week}/corrections", get(corrections::list))
        .route("/api/periods", get(summary::periods))
        .route("/api/{*rest}", any(unknown))
        .route("/api", any(unknown))
        .route("/health", get(health::show))
        .route("/sync", get(sync::upgrade))
        .method_not_allowed_fallback(wrong_method)
        .fallback(page::serve)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(refuse_strangers))
        .layer(from_fn(page::add_security_headers))
        .with_state(office)
}

async fn unknown(language: Language) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", language)
}

async fn wrong_method(language: Language) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", language)
}

/// Another site's page may make a browser send our cookie: what changes something must come from our own.
async fn refuse_strangers(request: Request, next: Next) -> Response {
    let is_reading = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if !is_reading && origin(request.headers()) == Origin::Foreign {
        let language = visitor::language(request.headers());
        return Problem::new(StatusCode::FORBIDDEN, "foreign-origin", language).into_response();
    }
    next.run(request).await
}

/// Where a request says it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It does not say: no browser.
    Absent,
    /// From our own pages.
    Own,
    /// From somewhere else.
    Foreign,
}

/// Compares `Origin` with `Host`.
pub fn origin(headers: &HeaderMap) -> Origin {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Origin::Absent;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let named = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    if named.is_some() && named == host {
        Origin::Own
    } else {
        Origin::Foreign
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_host_is_our_own_origin() {
        let check = |origin_header: Option<&'static str>, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "diaodu.example:8080".parse().unwrap());
            if let Some(value) = origin_header {
                headers.insert(header::ORIGIN, value.parse().unwrap());
            }
            assert_eq!(origin(&headers), expected, "{origin_header:?}");
        };
        check(None, Origin::Absent);
        check(Some("http://diaodu.example:8080"), Origin::Own);
        check(Some("https://diaodu.example:8080"), Origin::Own);
        check(Some("http://diaodu.example"), Origin::Foreign);
        check(Some("http://evil.example"), Origin::Foreign);
        check(Some("null"), Origin::Foreign);
    }
}
