//! `GET /api/reminders`: when units are reminded, and what became of it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_wire::http::reminder::{GivenEntry, RemindersView};

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::{storage::DeliveryState, text::Language};

/// `GET /api/reminders`
pub async fn show(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let failed = |error| Problem::storage(&error, language);
    let policy = office.policy.get();
    let given = match visitor.is_office() {
        true => office.storage.reminders().await.map_err(failed)?,
        false => Vec::new(),
    };
    let deliveries = office.storage.deliveries().await.map_err(failed)?;
    let given = given.into_iter().map(|given| {
        let count = |state: DeliveryState| {
            let of_it = deliveries.iter().filter(|it| it.reminder == given.reminder);
            of_it.filter(|it| it.state == state).count()
        };
        GivenEntry {
            week: given.reminder.week.0,
            minutes: given.reminder.minutes,
            at_ms: given.at.0,
            units: given.units,
            waiting: count(DeliveryState::Waiting),
            sent: count(DeliveryState::Sent),
            given_up: count(DeliveryState::GivenUp),
        }
    });
    let view = RemindersView {
        minutes: policy.campaign.reminders.clone(),
        mail: office.transports.mail.is_some(),
        webhook: office.transports.hook.is_some(),
        given: given.collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}
