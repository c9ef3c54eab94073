//! `POST /api/setup`: the first administrator, by the link that the server printed.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use diaodu_plan::permission::AccountRole;
use diaodu_wire::http::Setup;

use super::{Office, password::check_new, problem::Problem, sender::Sender, visitor::own_origin};
use crate::{
    accounts::{is_name, password, session},
    audit::Kind,
    config::LABEL_LETTERS_MAX,
    premises::SETUP_SETTING,
    storage::Account,
    text::Language,
};

/// `POST`: works once.
pub async fn begin(
    State(office): State<Arc<Office>>,
    Extension(sender): Extension<Sender>,
    language: Language,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    own_origin(&headers, &sender, language)?;
    let problem = |status, word| Problem::new(status, word, language);
    let storage_failed = |error| Problem::storage(&error, language);
    let setup: Setup = serde_json::from_slice(&body)
        .map_err(|_| problem(StatusCode::BAD_REQUEST, "bad-request"))?;
    let kept = office.storage.setting(SETUP_SETTING).await;
    let kept = kept.map_err(storage_failed)?.unwrap_or_default();
    let shown = session::digest(&setup.secret).hex();
    if kept.is_empty() || kept != shown {
        return Err(problem(StatusCode::FORBIDDEN, "no-setup"));
    }
    if !is_name(&setup.account) || setup.person.chars().count() > LABEL_LETTERS_MAX {
        return Err(problem(StatusCode::BAD_REQUEST, "bad-name"));
    }
    check_new(&setup.password, &setup.account, language)?;
    let password_hash = password::hash(setup.password).await.map_err(|error| {
        tracing::error!("{error}");
        problem(StatusCode::SERVICE_UNAVAILABLE, "storage")
    })?;
    let account = Account {
        name: setup.account.clone(),
        person: setup.person,
        unit: office.policy.get().campaign.office.clone(),
        role: AccountRole::Office,
        password_hash,
        must_change: false,
        disabled: false,
    };
    // Two may have followed the link at once; the first has it.
    let _turn = crate::commands::turn().await;
    let kept = office.storage.setting(SETUP_SETTING).await;
    if kept.map_err(storage_failed)?.unwrap_or_default() != shown {
        return Err(problem(StatusCode::FORBIDDEN, "no-setup"));
    }
    let emptied = office
        .storage
        .put_setting(SETUP_SETTING, String::new())
        .await;
    emptied.map_err(storage_failed)?;
    let made = office.storage.put_accounts(vec![account]).await;
    made.map_err(storage_failed)?;
    let name = &setup.account;
    let entered = office.enter(Kind::Command, name, name, "set-up");
    entered.await.map_err(storage_failed)?;
    Ok(StatusCode::NO_CONTENT)
}
