//! `POST /api/password`: a person chooses a new one.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use diaodu_wire::http::NewPassword;

use super::{
    Office,
    problem::Problem,
    sender::Sender,
    session::{begin, settle},
    visitor::{self, own_origin},
};
use crate::{
    accounts::{
        browser::BrowserId,
        password,
        throttle::{Attempt, Standing},
    },
    audit::Kind,
    config::{PASSWORD_BYTES_MAX, PASSWORD_LETTERS_MIN},
    storage::{Account, PassKind},
    text::Language,
};

/// `POST`: also while the password is a one-time one. Other sessions of the account end.
pub async fn change(
    State(office): State<Arc<Office>>,
    Extension(sender): Extension<Sender>,
    language: Language,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    own_origin(&headers, &sender, language)?;
    let problem = |status, word| Problem::new(status, word, language);
    let storage_failed = |error| Problem::storage(&error, language);
    let visitor = visitor::by_cookie(&office, &headers).await;
    let Some(visitor) = visitor.map_err(storage_failed)? else {
        return Err(problem(StatusCode::UNAUTHORIZED, "not-signed-in"));
    };
    let NewPassword { old, new } = serde_json::from_slice(&body)
        .map_err(|_| problem(StatusCode::BAD_REQUEST, "bad-request"))?;
    check_new(&new, &visitor.account, language)?;
    let attempt = Attempt {
        account: visitor.account.clone(),
        address: sender.address,
        standing: Standing::KnownBrowser(BrowserId::of_session(&visitor.digest)),
    };
    let busy = begin(&office, &attempt, language).await?;
    let account = office.storage.account(&visitor.account).await;
    let Some(account) = account.map_err(storage_failed)? else {
        return Err(problem(StatusCode::UNAUTHORIZED, "not-signed-in"));
    };
    let failed = |error: password::PasswordError| {
        tracing::error!("{error}");
        problem(StatusCode::SERVICE_UNAVAILABLE, "storage")
    };
    let hash = Some(account.password_hash.clone());
    let fits = old.len() <= PASSWORD_BYTES_MAX
        && password::verify(old.clone(), hash).await.map_err(failed)?;
    settle(&office, &attempt, fits, language).await?;
    drop(busy);
    if !fits {
        let (name, place) = (&visitor.account, sender.address.to_string());
        let entered = office.enter(Kind::SignInFailure, name, &place, "wrong-old-password");
        entered.await.map_err(storage_failed)?;
        return Err(problem(StatusCode::FORBIDDEN, "wrong-old-password"));
    }
    if old == new {
        return Err(problem(StatusCode::BAD_REQUEST, "same-password"));
    }
    let password_hash = password::hash(new).await.map_err(failed)?;
    // Hashing takes long: what the office has changed of the account meanwhile stands.
    let turn = crate::commands::turn().await;
    let known = account.password_hash;
    let account = office.storage.account(&visitor.account).await;
    let account = account.map_err(storage_failed)?;
    let is_same = |account: &Account| !account.disabled && account.password_hash == known;
    let Some(mut account) = account.filter(is_same) else {
        return Err(problem(StatusCode::UNAUTHORIZED, "not-signed-in"));
    };
    account.password_hash = password_hash;
    account.must_change = false;
    let kept = office.storage.put_accounts(vec![account]).await;
    kept.map_err(storage_failed)?;
    drop(turn);
    let sessions = office.storage.passes(PassKind::Session).await;
    for session in sessions.map_err(storage_failed)? {
        if session.account == visitor.account && session.digest != visitor.digest {
            let ended = crate::commands::end_pass(&office, PassKind::Session, session.digest);
            ended.await.map_err(storage_failed)?;
        }
    }
    let name = &visitor.account;
    let entered = office.enter(Kind::Command, name, name, "change-password");
    entered.await.map_err(storage_failed)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says whether a person may choose this one: long enough, and not the account's own name.
pub fn check_new(new: &str, account: &str, language: Language) -> Result<(), Problem> {
    let letters = new.chars().count();
    if letters < PASSWORD_LETTERS_MIN || new.len() > PASSWORD_BYTES_MAX {
        let problem = Problem::new(StatusCode::BAD_REQUEST, "short-password", language);
        return Err(problem.with("letters", PASSWORD_LETTERS_MIN));
    }
    let first = new.chars().next();
    if new.eq_ignore_ascii_case(account) || new.chars().all(|letter| Some(letter) == first) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "easy-password",
            language,
        ));
    }
    Ok(())
}
