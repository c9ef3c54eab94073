//! `GET /api/weeks/N/circular`, `GET /api/weeks/N/circular.docx`, `GET /api/circulars`: the 通报, as a draft for the office, as it was
//! issued for all.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::campaign::{UnitId, WeekNumber};
use diaodu_wire::http::circular::{CircularView, IssuedEntry, PaperBlock, SignatureEntry};
use tokio::sync::Semaphore;

use super::{Office, of_week::OfWeek, problem::Problem, visitor::SignedIn, weeks::attachment};
use crate::{
    accounts::Visitor,
    audit::Kind,
    circular::{self, CircularError},
    commands::circular::may_sign,
    storage::{Circular, Signature, StorageError},
    text::{Language, say},
    week::ViewError,
};

/// One at a time: each reads all sheets of a week, and editing comes first.
static TURN: Semaphore = Semaphore::const_new(1);

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// `GET /api/weeks/N/circular`
pub async fn show(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    OfWeek(week): OfWeek,
) -> Result<Response, Problem> {
    // Never closed: waiting for a turn cannot fail.
    let _turn = TURN.acquire().await.ok();
    let view = view(&office, &visitor, week).await;
    let view = view.map_err(|error| refuse(&error, language))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}

async fn view(
    office: &Office,
    visitor: &Visitor,
    week: WeekNumber,
) -> Result<CircularView, CircularError> {
    let kept = circular::kept(office, week).await?;
    let read = |text: &str| -> Result<Vec<PaperBlock>, StorageError> {
        serde_json::from_str(text).map_err(|error| StorageError::Damaged(error.to_string()))
    };
    let mut view = CircularView {
        week: week.0,
        issued: None,
        frozen_ms: None,
        previous_open: false,
        draft: Default::default(),
        mentions: Vec::new(),
        paper: Vec::new(),
    };
    if let Some(issued) = &kept.issued {
        view.paper = read(&issued.paper)?;
        let signatures = office.storage.signatures().await?;
        view.issued = entry(office, visitor, &kept, &signatures);
        return Ok(view);
    }
    if !visitor.is_office() {
        return Err(CircularError::None);
    }
    let draft = circular::draft_of(&kept)?;
    let made = circular::make(office, week, draft).await?;
    view.frozen_ms = Some(made.circular.frozen.as_millisecond());
    view.previous_open = made.previous_open;
    view.draft = circular::fields(&made.draft).collect();
    view.mentions = made.mentions();
    view.paper = circular::told(made.paper());
    Ok(view)
}

/// `GET /api/weeks/N/circular.docx`
pub async fn file(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    OfWeek(week): OfWeek,
) -> Result<Response, Problem> {
    // Never closed: waiting for a turn cannot fail.
    let _turn = TURN.acquire().await.ok();
    let built = build(&office, &visitor, week).await;
    let bytes = built.map_err(|error| refuse(&error, language))?;
    let subject = format!("{week}/circular.docx");
    let entered = office.enter(Kind::Export, &visitor.account, &subject, "");
    entered
        .await
        .map_err(|error| Problem::storage(&error, language))?;
    let values = [("week", week.to_string())];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let name = say(Language::Chinese, "circular-file-name", &values);
    let plain = format!("circular-{week}.docx");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(DOCX)),
        (header::CONTENT_DISPOSITION, attachment(&name, &plain)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

async fn build(
    office: &Office,
    visitor: &Visitor,
    week: WeekNumber,
) -> Result<Vec<u8>, CircularError> {
    let kept = circular::kept(office, week).await?;
    match kept.issued {
        Some(issued) => Ok(issued.docx),
        None if visitor.is_office() => {
            let draft = circular::draft_of(&kept)?;
            circular::make(office, week, draft).await?.file()
        }
        None => Err(CircularError::None),
    }
}

/// `GET /api/circulars`: those that have been issued, the newest first.
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let failed = |error| Problem::storage(&error, language);
    let all = office.storage.circulars().await.map_err(failed)?;
    let signatures = office.storage.signatures().await.map_err(failed)?;
    let entries = all.iter().rev();
    let entries = entries.filter_map(|kept| entry(&office, &visitor, kept, &signatures));
    let entries: Vec<IssuedEntry> = entries.collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}

fn entry(
    office: &Office,
    visitor: &Visitor,
    kept: &Circular,
    signatures: &[Signature],
) -> Option<IssuedEntry> {
    let issued = kept.issued.as_ref()?;
    let policy = office.policy.get();
    let of_week = || signatures.iter().filter(|s| s.week == kept.week);
    let reads_all = visitor.role.reads_all();
    let shown = of_week().filter(|s| reads_all || s.unit == visitor.unit);
    let has_signed = |unit: &UnitId| of_week().any(|s| s.unit == *unit);
    let units = policy.campaign.active_units();
    let open = units.filter(|unit| unit.id != policy.campaign.office && !has_signed(&unit.id));
    Some(IssuedEntry {
        week: kept.week.0,
        number: issued.number.clone(),
        title: issued.title.clone(),
        at_ms: issued.at.0,
        by: issued.by.clone(),
        sha256: issued.digest.clone(),
        signed: shown
            .map(|signature| SignatureEntry {
                unit: signature.unit.0.clone(),
                name: circular::name(&policy.campaign, &signature.unit),
                account: signature.account.clone(),
                at_ms: signature.at.0,
            })
            .collect(),
        unsigned: open
            .filter(|_| reads_all)
            .map(|unit| unit.name.clone())
            .collect(),
        mine: may_sign(visitor) && !has_signed(&visitor.unit),
    })
}

/// Says why there is no circular, or why one cannot be changed.
pub fn refuse(error: &CircularError, language: Language) -> Problem {
    let problem = |status, word| Problem::new(status, word, language);
    match error {
        CircularError::View(ViewError::NoSnapshot) => {
            problem(StatusCode::CONFLICT, "circular-not-frozen")
        }
        CircularError::View(error) => Problem::view(error, language),
        CircularError::Issued => problem(StatusCode::CONFLICT, "circular-issued"),
        CircularError::None => problem(StatusCode::NOT_FOUND, "no-circular"),
        CircularError::BadField => problem(StatusCode::BAD_REQUEST, "bad-circular"),
        CircularError::Unnumbered => problem(StatusCode::BAD_REQUEST, "circular-unnumbered"),
        CircularError::NumberTaken => problem(StatusCode::CONFLICT, "circular-number-taken"),
        CircularError::File(error) => {
            tracing::error!("circular: {error}");
            problem(StatusCode::INTERNAL_SERVER_ERROR, "export")
        }
    }
}
