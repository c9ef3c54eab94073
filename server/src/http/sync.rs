//! `/sync`: lets people in by cookie, programs by token, and hands the line to `socket`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{
        Query, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use diaodu_wire::limits::FRAME_BYTES_MAX;
use serde::Deserialize;

use super::{
    Office,
    problem::Problem,
    sender::{Origin, Sender},
    visitor,
};
use crate::{
    live::seating::Full,
    socket::{self, Term},
    storage::PassKind,
    text::Language,
};

/// 30 s: a line that has lost its network is given up by then.
const LINES_RETRY_SECONDS: u64 = 30;

/// The query of `/sync`.
#[derive(Deserialize)]
pub struct Entrance {
    token: Option<String>,
    /// Whom the page works for: what it has not sent yet goes out as this account's or not at all.
    account: Option<String>,
}

/// `GET`, upgraded.
pub async fn upgrade(
    State(office): State<Arc<Office>>,
    Extension(sender): Extension<Sender>,
    Query(entrance): Query<Entrance>,
    language: Language,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let storage_failed = |error| Problem::storage(&error, language);
    let has_token = entrance.token.is_some();
    let not_signed_in = || Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", language);
    let (kind, secret) = match entrance.token {
        Some(token) => (PassKind::Token, Some(token)),
        None => (
            PassKind::Session,
            visitor::secret(&headers).map(str::to_owned),
        ),
    };
    let secret = secret.ok_or_else(not_signed_in)?;
    let visitor = visitor::by_secret(&office, kind, &secret).await;
    let visitor = visitor.map_err(storage_failed)?.ok_or_else(not_signed_in)?;
    // Another tab may have signed in somebody else since the page asked; only here is cookie and line one thing.
    let is_theirs = |account: &String| *account == visitor.account;
    if !entrance.account.as_ref().is_none_or(is_theirs) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "another-account",
            language,
        ));
    }
    if visitor.must_change {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "must-change-password",
            language,
        ));
    }
    // Before the rest is looked at: browsers do not tell pages why a line was refused, so pages ask with a plain GET.
    let seat = office.seating.take(visitor.digest, sender.address);
    let seat = seat.map_err(|full| refuse(full, language))?;
    // Browsers always say where a page comes from; only a token may stand in for that.
    if !has_token && sender.origin != Origin::Own {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "foreign-origin",
            language,
        ));
    }
    let Ok(upgrade) = upgrade else {
        return Err(Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "not-a-websocket",
            language,
        ));
    };
    let upgrade = upgrade
        .max_message_size(FRAME_BYTES_MAX)
        .max_frame_size(FRAME_BYTES_MAX);
    Ok(upgrade
        .on_upgrade(async move |socket| {
            let again = visitor::by_secret(&office, kind, &secret);
            let (digest, idle) = (visitor.digest, office.sessions.idle_millis);
            let term = Term::new(&office.clock, &*office.storage, kind, digest, idle);
            socket::run(socket, &office.live, visitor, term, again).await;
            drop(seat);
        })
        .into_response())
}

fn refuse(full: Full, language: Language) -> Problem {
    let word = match full {
        Full::Pass => "too-many-lines",
        Full::Address => "too-many-lines-here",
        Full::Server => "too-many-lines-everywhere",
    };
    tracing::warn!("line refused: {word}");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, word, language).retry_after(LINES_RETRY_SECONDS)
}
