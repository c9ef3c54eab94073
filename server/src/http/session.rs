//! `/api/session`: sign in, who am I, sign out.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use diaodu_plan::{campaign::UnitId, permission::AccountRole};
use diaodu_sync::event::Millis;
use diaodu_wire::http::{Session, SignIn};

use super::{
    Office,
    problem::Problem,
    sender::{self, Sender},
    visitor::{self, secret},
};
use crate::{
    accounts::{
        browser, password,
        session::{self, Wanted},
        throttle::{Attempt, Pause, Rule, Standing},
    },
    audit::{Kind, Query, Row},
    commands::end_pass,
    config::{ACCOUNT_BYTES_MAX, AUDIT_PAGE, DAY_MILLIS, KNOWN_DAYS, PASSWORD_BYTES_MAX},
    seats::Seat,
    storage::{Account, PassKind, StorageError},
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
    Extension(sender): Extension<Sender>,
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
        let status = StatusCode::BAD_REQUEST;
        return Err(Problem::new(status, "bad-request", language));
    };
    if name.len() > ACCOUNT_BYTES_MAX || password.len() > PASSWORD_BYTES_MAX {
        return Err(wrong());
    }
    let storage_failed = |error| Problem::storage(&error, language);
    let attempt = stand(&office, &sender, &headers, name).await;
    let attempt = attempt.map_err(storage_failed)?;
    let busy = begin(&office, &attempt, language).await?;
    let account = office.storage.account(&attempt.account).await;
    let account = account.map_err(storage_failed)?;
    // Also without an account the password is hashed: the time tells nothing.
    let hash = account
        .as_ref()
        .filter(|account| !account.disabled)
        .map(|account| account.password_hash.clone());
    let fits = password::verify(password, hash).await.map_err(|error| {
        tracing::error!("{error}");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage", language)
    })?;
    settle(&office, &attempt, fits, language).await?;
    drop(busy);
    let place = sender.address.to_string();
    let Some(account) = account.filter(|_| fits) else {
        tracing::info!(address = place, "sign-in refused");
        let name = &attempt.account;
        let entered = office.enter(Kind::SignInFailure, name, &place, "wrong-password");
        entered.await.map_err(storage_failed)?;
        return Err(wrong());
    };
    admit(&office, &sender, &headers, account)
        .await
        .map_err(storage_failed)
}

/// Opens a session for somebody who has shown the right password.
async fn admit(
    office: &Office,
    sender: &Sender,
    headers: &HeaderMap,
    account: Account,
) -> Result<Response, StorageError> {
    let (place, now) = (sender.address.to_string(), office.clock.now());
    let wanted = Wanted {
        kind: PassKind::Session,
        account: &account.name,
        millis: office.sessions.millis,
        label: place.clone(),
        reads_only: false,
    };
    let (secret, _) = session::issue(&*office.storage, wanted, now).await?;
    tracing::info!(account = account.name, "signed in");
    let entered = office.enter(Kind::SignIn, &account.name, &place, "");
    entered.await?;
    let is_secure = sender::is_page_secure(headers, sender);
    let known = visitor::cookie(headers, browser::COOKIE).unwrap_or_default();
    let known = office.browsers.renew(known, &account.name, now)?;
    let person = Person {
        account: account.name,
        person: account.person,
        unit: account.unit,
        role: account.role,
        must_change: account.must_change,
    };
    let headers = AppendHeaders([
        (
            header::SET_COOKIE,
            session::cookie(&secret, office.sessions.millis, is_secure),
        ),
        (header::SET_COOKIE, browser::cookie(&known, is_secure)),
        (header::CACHE_CONTROL, "no-store".into()),
    ]);
    Ok((headers, Json(describe(office, person))).into_response())
}

/// Finds out what is known of somebody who says to be `account`.
async fn stand(
    office: &Office,
    sender: &Sender,
    headers: &HeaderMap,
    account: String,
) -> Result<Attempt, StorageError> {
    let now = office.clock.now();
    let known = visitor::cookie(headers, browser::COOKIE)
        .and_then(|cookie| office.browsers.recognise(cookie, &account, now));
    let mut attempt = Attempt {
        account,
        address: sender.address,
        standing: known.map_or(Standing::Stranger, Standing::KnownBrowser),
    };
    let checked = office.throttle.check(&attempt, Instant::now());
    // Only while the account is being guessed does it matter whether the address is known.
    if checked.is_err_and(|pause| pause.rule == Rule::Account)
        && has_signed_in(office, &attempt, now).await?
    {
        attempt.standing = Standing::KnownAddress;
    }
    Ok(attempt)
}

/// Asks the audit log whether the account has come in from this address lately.
async fn has_signed_in(
    office: &Office,
    attempt: &Attempt,
    now: Millis,
) -> Result<bool, StorageError> {
    let address = attempt.address.to_string();
    let query = Query {
        account: Some(attempt.account.clone()),
        kind: Some(Kind::SignIn.word().to_owned()),
        text: Some(address.clone()),
        before: None,
        after: None,
        limit: AUDIT_PAGE,
    };
    let since = now.0 - KNOWN_DAYS * DAY_MILLIS;
    let entries = office.storage.audit(query).await?;
    let is_it = |row: &Row| row.entry.subject == address && row.entry.at.0 > since;
    Ok(entries.iter().any(is_it))
}

/// Lets a password be tried, or says how long to wait.
pub async fn begin(
    office: &Office,
    attempt: &Attempt,
    language: Language,
) -> Result<Seat<IpAddr>, Problem> {
    let checked = office.throttle.check(attempt, Instant::now());
    let seat = checked.and_then(|()| {
        let seat = office.throttle.enter(attempt.address);
        seat.ok_or(Pause {
            rule: Rule::Address,
            lasts: Duration::ZERO,
        })
    });
    match seat {
        Ok(seat) => Ok(seat),
        Err(pause) => Err(too_many(office, attempt, pause, language).await),
    }
}

/// Notes how a try ended; one that came too late has not happened.
pub async fn settle(
    office: &Office,
    attempt: &Attempt,
    fits: bool,
    language: Language,
) -> Result<(), Problem> {
    match office.throttle.settle(attempt, fits, Instant::now()) {
        Ok(()) => Ok(()),
        Err(pause) => Err(too_many(office, attempt, pause, language).await),
    }
}

/// Which count is full is nobody's business; the office finds in the audit log that somebody was made to wait.
async fn too_many(office: &Office, attempt: &Attempt, pause: Pause, language: Language) -> Problem {
    if office.throttle.is_news(attempt, pause.rule, Instant::now()) {
        let (name, place) = (&attempt.account, attempt.address.to_string());
        let entered = office.enter(Kind::SignInFailure, name, &place, "too-many-tries");
        if let Err(error) = entered.await {
            return Problem::storage(&error, language);
        }
    }
    let status = StatusCode::TOO_MANY_REQUESTS;
    Problem::new(status, "too-many-tries", language).retry_after(pause.lasts.as_secs() + 1)
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
        visibility: policy.visibility.word().to_owned(),
    }
}
