//! `/api/session`: sign in, who am I, sign out.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json,
    body::Bytes,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::campaign::UnitId;
use diaodu_wire::http::{Session, SignIn};

use super::{
    Office,
    problem::Problem,
    visitor::{SignedIn, secret},
};
use crate::{
    accounts::{password, session},
    config::{ACCOUNT_BYTES_MAX, PASSWORD_BYTES_MAX},
    live::Event,
    storage::PassKind,
    text::Language,
};

/// `GET`
pub async fn show(State(office): State<Arc<Office>>, SignedIn(visitor): SignedIn) -> Response {
    (
        [(header::CACHE_CONTROL, "no-store")],
        Json(describe(&office, &visitor.account, &visitor.unit)),
    )
        .into_response()
}

/// `POST`
pub async fn sign_in(
    State(office): State<Arc<Office>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    language: Language,
    body: Bytes,
) -> Result<Response, Problem> {
    let wrong = || Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", language);
    let Ok(SignIn {
        account: name,
        password,
    }) = serde_json::from_slice(&body)
    else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            language,
        ));
    };
    if name.len() > ACCOUNT_BYTES_MAX || password.len() > PASSWORD_BYTES_MAX {
        return Err(wrong());
    }
    let now = Instant::now();
    if let Some(pause) = office.throttle.pause(&name, address.ip(), now) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", language);
        return Err(problem.retry_after(pause.as_secs() + 1));
    }
    let storage_failed = |error| Problem::storage(&error, language);
    let account = office
        .storage
        .account(&name)
        .await
        .map_err(storage_failed)?;
    // Also without an account the password is hashed: the time tells nothing.
    let hash = account
        .as_ref()
        .filter(|account| !account.disabled)
        .map(|account| account.password_hash.clone());
    let fits = password::verify(password, hash).await.map_err(|error| {
        tracing::error!("{error}");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage", language)
    })?;
    let Some(account) = account.filter(|_| fits) else {
        office.throttle.failed(&name, address.ip(), now);
        tracing::info!(address = %address.ip(), "sign-in refused");
        return Err(wrong());
    };
    office.throttle.succeeded(&name, address.ip());
    let issued = session::issue(
        &*office.storage,
        PassKind::Session,
        &account.name,
        office.clock.now(),
    )
    .await;
    let (secret, _) = issued.map_err(storage_failed)?;
    tracing::info!(account = account.name, "signed in");
    let headers = [
        (header::SET_COOKIE, session::cookie(&secret)),
        (header::CACHE_CONTROL, "no-store".into()),
    ];
    Ok((
        headers,
        Json(describe(&office, &account.name, &account.unit)),
    )
        .into_response())
}

/// `DELETE`: also for those whose session has ended already.
pub async fn sign_out(
    State(office): State<Arc<Office>>,
    language: Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(secret) = secret(&headers) {
        let digest = session::digest(secret);
        let removed = office.storage.remove_pass(PassKind::Session, digest).await;
        removed.map_err(|error| Problem::storage(&error, language))?;
        office.live.tell(Event::SignedOut(digest)).await;
    }
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, session::empty_cookie())],
    )
        .into_response())
}

fn describe(office: &Office, account: &str, unit: &UnitId) -> Session {
    let unit_name = office
        .campaign
        .units
        .iter()
        .find(|known| known.id == *unit)
        .map(|unit| unit.name.clone());
    Session {
        account: account.to_owned(),
        unit: unit.0.clone(),
        unit_name: unit_name.unwrap_or_else(|| unit.0.clone()),
        campaign: office.campaign.id.clone(),
        now_ms: office.clock.now().0,
        demo: office.demo,
    }
}
