//! `POST /api/commands`: what changes by the server alone.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::{
    attachment::FileFault, contact::ContactFault, duty::DutyError, relevance::RelevanceError,
};
use diaodu_wire::http::Command;

use super::{
    Office, circulars,
    problem::Problem,
    sender::Sender,
    visitor::{SignedIn, own_origin},
};
use crate::{
    commands::{self, CommandError},
    text::Language,
    views::ViewError,
};

/// `POST`
pub async fn perform(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    Extension(sender): Extension<Sender>,
    language: Language,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    own_origin(&headers, &sender, language)?;
    let command: Command = serde_json::from_slice(&body)
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "bad-request", language))?;
    let done = commands::perform(&office, &visitor, command)
        .await
        .map_err(|error| refuse(&error, language))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(done)).into_response())
}

/// Says why a command was not carried out.
pub fn refuse(error: &CommandError, language: Language) -> Problem {
    let problem = |status, word| Problem::new(status, word, language);
    match error {
        CommandError::NotOffice => problem(StatusCode::FORBIDDEN, "not-office"),
        CommandError::BadName => problem(StatusCode::BAD_REQUEST, "bad-name"),
        CommandError::AccountExists => problem(StatusCode::CONFLICT, "account-exists"),
        CommandError::NoAccount => problem(StatusCode::NOT_FOUND, "no-account"),
        CommandError::NoUnit => problem(StatusCode::BAD_REQUEST, "no-unit"),
        CommandError::BadRole => problem(StatusCode::BAD_REQUEST, "bad-role"),
        CommandError::LastOffice => problem(StatusCode::CONFLICT, "last-office"),
        CommandError::NoPass => problem(StatusCode::NOT_FOUND, "no-pass"),
        CommandError::BadSetting => problem(StatusCode::BAD_REQUEST, "bad-request"),
        CommandError::NoWeek => problem(StatusCode::NOT_FOUND, "no-such-week"),
        CommandError::NoRow => problem(StatusCode::NOT_FOUND, "no-such-row"),
        CommandError::TooLate => problem(StatusCode::CONFLICT, "due-passed"),
        CommandError::BadDue => problem(StatusCode::BAD_REQUEST, "bad-due"),
        CommandError::BadReason => problem(StatusCode::BAD_REQUEST, "bad-reason"),
        CommandError::Frozen => problem(StatusCode::CONFLICT, "week-frozen"),
        CommandError::NotBegun => problem(StatusCode::CONFLICT, "week-not-begun"),
        CommandError::NotDue => problem(StatusCode::CONFLICT, "week-not-due"),
        CommandError::Duty(DutyError::NoRow) => problem(StatusCode::NOT_FOUND, "no-such-row"),
        CommandError::Duty(DutyError::NoOpenWeek) => problem(StatusCode::CONFLICT, "no-open-week"),
        CommandError::NotSubmitted => problem(StatusCode::CONFLICT, "not-submitted"),
        CommandError::NotOffline => problem(StatusCode::CONFLICT, "not-offline"),
        CommandError::NotFrozen => problem(StatusCode::CONFLICT, "week-not-frozen"),
        CommandError::NotYours => problem(StatusCode::FORBIDDEN, "not-yours"),
        CommandError::BadCell => problem(StatusCode::BAD_REQUEST, "bad-cell"),
        CommandError::TooMany => problem(StatusCode::CONFLICT, "too-many-corrections"),
        CommandError::NoCorrection => problem(StatusCode::NOT_FOUND, "no-correction"),
        CommandError::Decided => problem(StatusCode::CONFLICT, "correction-decided"),
        CommandError::Stale => problem(StatusCode::CONFLICT, "correction-stale"),
        CommandError::Relevance(RelevanceError::NoMeasure) => {
            problem(StatusCode::NOT_FOUND, "no-such-measure")
        }
        CommandError::Relevance(RelevanceError::NotNamed) => {
            problem(StatusCode::CONFLICT, "names-no-relevant-streets")
        }
        CommandError::Relevance(RelevanceError::NoStreets) => {
            problem(StatusCode::BAD_REQUEST, "no-streets")
        }
        CommandError::Relevance(RelevanceError::NotAStreet) => {
            problem(StatusCode::BAD_REQUEST, "not-a-street")
        }
        CommandError::Relevance(RelevanceError::NoOpenWeek) => {
            problem(StatusCode::CONFLICT, "no-open-week")
        }
        CommandError::View(error @ ViewError::Unknown) => {
            problem(StatusCode::NOT_FOUND, error.word())
        }
        CommandError::View(error @ ViewError::TooMany) => {
            problem(StatusCode::CONFLICT, error.word())
        }
        CommandError::View(error @ (ViewError::Name | ViewError::Arrangement)) => {
            problem(StatusCode::BAD_REQUEST, error.word())
        }
        CommandError::Contact(
            error @ (ContactFault::Name
            | ContactFault::Phone
            | ContactFault::Email
            | ContactFault::Measures
            | ContactFault::Dates),
        ) => {
            let word = error.word();
            problem(StatusCode::BAD_REQUEST, word)
        }
        CommandError::NoContact => problem(StatusCode::NOT_FOUND, "no-contact"),
        CommandError::ManyContacts => problem(StatusCode::CONFLICT, "too-many-contacts"),
        CommandError::File(FileFault::Size) => {
            problem(StatusCode::PAYLOAD_TOO_LARGE, FileFault::Size.word())
        }
        CommandError::File(FileFault::Kind) => {
            problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, FileFault::Kind.word())
        }
        CommandError::File(error @ (FileFault::RowFull | FileFault::UnitFull)) => {
            problem(StatusCode::CONFLICT, error.word())
        }
        CommandError::File(error @ (FileFault::Name | FileFault::Empty)) => {
            problem(StatusCode::BAD_REQUEST, error.word())
        }
        CommandError::AttachmentTaken => problem(StatusCode::CONFLICT, "attachment-taken"),
        CommandError::AttachmentRemoved => problem(StatusCode::CONFLICT, "attachment-removed"),
        CommandError::NoAttachment => problem(StatusCode::NOT_FOUND, "no-attachment"),
        CommandError::BadReminders => problem(StatusCode::BAD_REQUEST, "bad-reminders"),
        CommandError::NoActionPlan => problem(StatusCode::CONFLICT, "no-action-plan"),
        CommandError::BadTitle => problem(StatusCode::BAD_REQUEST, "bad-title"),
        CommandError::Circular(error) => circulars::refuse(error, language),
        CommandError::Storage(error) => Problem::storage(error, language),
        CommandError::Password(error) => {
            tracing::error!("{error}");
            problem(StatusCode::SERVICE_UNAVAILABLE, "storage")
        }
    }
}
