//! The HTTP surface: who answers what. docs/protocol.md is its promise.

pub mod accounts;
pub mod action_plans;
pub mod attachments;
pub mod audit;
pub mod board;
pub mod ca;
pub mod changes;
pub mod circulars;
pub mod commands;
pub mod contacts;
pub mod corrections;
pub mod denied;
pub mod documents;
pub mod health;
pub mod of_week;
pub mod online;
pub mod openings;
pub mod page;
pub mod password;
pub mod problem;
pub mod reminders;
pub mod sender;
pub mod session;
pub mod setup;
pub mod summary;
pub mod sync;
pub mod tokens;
pub mod views;
pub mod visitor;
pub mod week_csv;
pub mod weeks;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{Method, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use diaodu_plan::permission::Author;
use tokio::time::timeout;

use crate::{
    accounts::{browser::BrowserKey, throttle::Throttle},
    audit::{Entry, Kind},
    board::Boards,
    clock::Clock,
    config::{BODY_BYTES_MAX, Config, DAY_MILLIS, REQUEST_MAX, UPLOAD_MAX},
    door::tls::Tls,
    gatekeeper::Directory,
    live::{LiveHandle, seating::Seating},
    policy::{Policy, PolicyCell},
    refusals::Refusals,
    reminders::Transports,
    saver::Writable,
    sheets::Sheets,
    storage::{Storage, StorageError},
    text::Language,
    week::Reader,
};
use problem::Problem;
use sender::{Origin, Proxies, Sender};

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
    /// Sheets as they are on disk.
    pub sheets: Arc<Sheets>,
    /// The weeks of the board.
    pub boards: Boards,
    /// Brakes guessing.
    pub throttle: Throttle,
    /// Recognises browsers that the brake is not for.
    pub browsers: BrowserKey,
    /// How much of what is refused is entered in the audit log.
    pub refusals: Arc<Refusals>,
    /// Counts lines.
    pub seating: Seating,
    /// Whose word on where a request comes from is believed.
    pub proxies: Proxies,
    /// What the server shows of itself over TLS, if it speaks it.
    pub tls: Option<Arc<Tls>>,
    /// How reminders leave the server.
    pub transports: Transports,
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

impl SessionLimits {
    /// As the server was told.
    pub fn new(config: &Config) -> SessionLimits {
        SessionLimits {
            millis: i64::from(config.session_days) * DAY_MILLIS,
            idle_millis: i64::from(config.session_idle_days) * DAY_MILLIS,
        }
    }
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

    /// Reads weeks for this person, by what the office has decided.
    pub fn reader<'a>(&'a self, policy: &'a Policy, author: &'a Author) -> Reader<'a> {
        Reader {
            storage: &*self.storage,
            sheets: &self.sheets,
            policy,
            directory: &self.directory,
            author,
        }
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
        .route("/api/documents/{id}/changes", get(changes::list))
        .route("/api/online", get(online::list))
        .route("/api/password", post(password::change))
        .route("/api/setup", post(setup::begin))
        .route("/api/commands", post(commands::perform))
        .route("/api/accounts", get(accounts::list))
        .route("/api/passes", get(accounts::passes))
        .route("/api/settings", get(accounts::settings))
        .route("/api/audit", get(audit::list))
        .route("/api/audit.csv", get(audit::csv))
        .route("/api/weeks/{week}", get(weeks::file))
        .route("/api/weeks/{week}/summary", get(summary::show))
        .route("/api/weeks/{week}/openings", get(openings::list))
        .route("/api/weeks/{week}/corrections", get(corrections::list))
        .route("/api/corrections", get(corrections::waiting))
        .route("/api/weeks/{week}/circular", get(circulars::show))
        .route("/api/weeks/{week}/circular.docx", get(circulars::file))
        .route("/api/weeks/{week}/attachments", get(attachments::list))
        .route(
            "/api/attachments/{id}",
            get(attachments::fetch).put(attachments::put),
        )
        .route("/api/contacts", get(contacts::list))
        .route("/api/contacts.csv", get(contacts::csv))
        .route("/api/action-plans", get(action_plans::list))
        .route("/api/board", get(board::show))
        .route("/api/views", get(views::list).put(views::put))
        .route("/api/circulars", get(circulars::list))
        .route("/api/reminders", get(reminders::show))
        .route("/api/periods", get(summary::periods))
        .route("/api/{*rest}", any(unknown))
        .route("/api", any(unknown))
        .route("/health", get(health::show))
        .route("/ca.crt", get(ca::show))
        .route("/sync", get(sync::upgrade))
        .method_not_allowed_fallback(wrong_method)
        .fallback(page::serve)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(refuse_strangers))
        .layer(from_fn(give_up))
        .layer(from_fn_with_state(office.clone(), denied::note))
        .layer(from_fn_with_state(
            office.clone(),
            page::add_security_headers,
        ))
        .layer(from_fn_with_state(office.clone(), sender::recognise))
        .with_state(office)
}

async fn unknown(language: Language) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", language)
}

async fn wrong_method(language: Language) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", language)
}

/// Who sends a request drop by drop holds a connection, but not for ever; answers and lines are not meant.
async fn give_up(request: Request, next: Next) -> Response {
    let language = visitor::language(request.headers());
    // A file takes its time over a slow line.
    let is_file =
        request.method() == Method::PUT && request.uri().path().starts_with(attachments::ADDRESS);
    let max = if is_file { UPLOAD_MAX } else { REQUEST_MAX };
    let answered = timeout(max, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", language).into_response()
    })
}

/// Another site's page may make a browser send our cookie: what changes something must come from our own.
async fn refuse_strangers(request: Request, next: Next) -> Response {
    let is_reading = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let sender = request.extensions().get::<Sender>();
    let is_foreign = sender.is_none_or(|sender| sender.origin == Origin::Foreign);
    if !is_reading && is_foreign {
        let language = visitor::language(request.headers());
        return Problem::new(StatusCode::FORBIDDEN, "foreign-origin", language).into_response();
    }
    next.run(request).await
}
