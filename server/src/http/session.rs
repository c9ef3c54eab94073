//! `/api/session`: sign in, who am I, sign out.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json,
    body::Bytes,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::{campaign::UnitId, permission::AccountRole};
use diaodu_wire::http::{Session, SignIn};

use super::{
    Office,
    problem::Problem,
    visitor::{self, secret},
};
use crate::{
    accounts::{
        password,
        session::{self, Wanted},
    },
    audit::Kind,
    commands::end_pass,
    config::{ACCOUNT_BYTES_MAX, PASSWORD_BYTES_MAX},
    storage::PassKind,
    text::Language,
};

/// `GET`: also while the password is a one-time one.
pub async fn show(
    State(office): State<Arc<Office>>,
    language: Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor::by_cookie(&office, &headers).await;
    let visitor = visitor.map_err(|error| Problem::storage(&error, language))?;
    let Some(visitor) = visitor else {
        let status = StatusCode::UNAUTHORIZED;
        return Err(Problem::new(status, "not-signed-in", language));
    };
    let person = Person {
        account: visitor.account,
        person: visitor.person,
        unit: visitor.unit,
        role: visitor.role,
        must_change: visitor.must_change,
    };
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        Json(describe(&office, person)),
    )
        .into_response())
}

/// `POST`
pub async fn sign_in(
    State(office): State<Arc<Office>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    language: Language,
    headers: HeaderMap,
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
    let storage_failed = |error| Problem::storage(&error, language);
    if let Some(pause) = office.throttle.pause(&name, address.ip(), now) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", language);
        return Err(problem.retry_after(pause.as_secs() + 1));
    }
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
        let place = address.ip().to_string();
        let entered = office.enter(Kind::SignInFailure, &name, &place, "wrong-password");
        entered.await.map_err(storage_failed)?;
        return Err(wrong());
    };
    office.throttle.succeeded(&name, address.ip());
    let wanted = Wanted {
        kind: PassKind::Session,
        account: &account.name,
        millis: office.sessions.millis,
        label: address.ip().to_string(),
        reads_only: false,
    };
    let issued = session::issue(&*office.storage, wanted, office.clock.now()).await;
    let (secret, _) = issued.map_err(storage_failed)?;
    tracing::info!(account = account.name, "signed in");
    let place = address.ip().to_string();
    let entered = office.enter(Kind::SignIn, &account.name, &place, "");
    entered.await.map_err(storage_failed)?;
    let cookie = session::cookie(&secret, office.sessions.millis, is_secure(&headers));
    let person = Person {
        account: account.name,
        person: account.person,
        unit: account.unit,
        role: account.role,
        must_change: account.must_change,
    };
    let headers = [
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, "no-store".into()),
    ];
    Ok((headers, Json(describe(&office, person))).into_response())
}

/// The page says itself over what it was loaded: the server may stand behind a proxy that does TLS.
fn is_secure(headers: &HeaderMap) -> bool {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| origin.starts_with("https://"))
}

/// `DELETE`: also for those whose session has ended already.
pub async fn sign_out(
    State(office): State<Arc<Office>>,
    language: Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(secret) = secret(&headers) {
        let storage_failed = |error| Problem::storage(&error, language);
        let visitor = visitor::by_cookie(&office, &headers).await;
        let digest = session::digest(secret);
        let ended = end_pass(&office, PassKind::Session, digest).await;
        ended.map_err(storage_failed)?;
        if let Some(visitor) = visitor.map_err(storage_failed)? {
            let entered = office.enter(Kind::SignOut, &visitor.account, "", "");
            entered.await.map_err(storage_failed)?;
        }
    }
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, session::empty_cookie())],
    )
        .into_response())
}

/// Whoever is signed in.
struct Person {
    account: String,
    person: String,
    unit: UnitId,
    role: AccountRole,
    must_change: bool,
}

fn describe(office: &Office, person: Person) -> Session {
    let policy = office.policy.get();
    let unit = policy.campaign.unit(&person.unit);
    Session {
        unit_name: unit.map_or(person.unit.0.clone(), |unit| unit.name.clone()),
        account: person.account,
        unit: person.unit.0,
        campaign: policy.campaign.id.clone(),
        now_ms: office.clock.now().0,
        demo: office.demo,
        role: person.role.word().to_owned(),
        person: person.person,
        must_change: person.must_change,
    }
}
