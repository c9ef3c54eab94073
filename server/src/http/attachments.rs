//! `PUT /api/attachments/ID`, `GET /api/attachments/ID`, `GET /api/weeks/N/attachments`: files of rows. Whoever may read the sheet of
//! a row may read its files; nothing but pictures is ever shown in place, and those without any rights.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension, Json,
    body::to_bytes,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_plan::{
    attachment::{self, Attached, FileFault},
    correction,
    layout::DocumentKind,
    limits::ATTACHMENT_BYTES_MAX,
    row::{self, RowId},
};
use diaodu_wire::http::attachment::{AttachmentEntry, AttachmentPlace};
use tokio::sync::Semaphore;

use super::{
    Office,
    commands::refuse,
    of_week::OfWeek,
    problem::Problem,
    sender::Sender,
    visitor::{SignedIn, own_origin},
    weeks::disposition,
};
use crate::{
    accounts::Visitor,
    audit::Kind,
    commands::{
        CommandError,
        attachment::{attach, may_come},
    },
    config::{UPLOADS_MAX, UPLOADS_PER_ACCOUNT_MAX},
    policy::Policy,
    storage::{Attachment, Correction},
    text::Language,
};

/// Where files arrive and are fetched.
pub const ADDRESS: &str = "/api/attachments/";

/// A picture is drawn, and that is all.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Bytes on their way, of all accounts.
static TURNS: Semaphore = Semaphore::const_new(UPLOADS_MAX);
/// Bytes on their way, by account.
static BY_ACCOUNT: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// `PUT`: the bytes are the body, whatever it calls itself.
pub async fn put(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    Extension(sender): Extension<Sender>,
    language: Language,
    Path(id): Path<String>,
    place: Result<Query<AttachmentPlace>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    own_origin(&parts.headers, &sender, language)?;
    if !attachment::is_id(&id) {
        return Err(refuse(&CommandError::AttachmentTaken, language));
    }
    let Query(place) =
        place.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "bad-request", language))?;
    // Before the bytes are awaited; asked again when they are here.
    if office
        .storage
        .attachment(&id)
        .await
        .is_ok_and(|known| known.is_none())
    {
        may_come(&office.policy.get(), &visitor, &place)
            .map_err(|error| refuse(&error, language))?;
    }
    let too_large = || refuse(&CommandError::File(FileFault::Size), language);
    let max = usize::try_from(ATTACHMENT_BYTES_MAX).unwrap_or(usize::MAX);
    let declared = parts.headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    let busy =
        || Problem::new(StatusCode::TOO_MANY_REQUESTS, "attachments-busy", language).retry_after(3);
    let _own = OwnTurn::take(&visitor.account).ok_or_else(busy)?;
    let _turn = TURNS.acquire().await.map_err(|_| busy())?;
    let bytes = to_bytes(body, max).await.map_err(|_| too_large())?;
    let attached = attach(&office, &visitor, &id, place, bytes.into()).await;
    let attached = attached.map_err(|error| refuse(&error, language))?;
    let entry = entry(attached.row, attached.file);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entry)).into_response())
}

/// A turn of one account; given back when it is dropped.
struct OwnTurn(String);

impl OwnTurn {
    fn take(account: &str) -> Option<OwnTurn> {
        let mut all = BY_ACCOUNT.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(account.to_owned()).or_default();
        if *own >= UPLOADS_PER_ACCOUNT_MAX {
            return None;
        }
        *own += 1;
        Some(OwnTurn(account.to_owned()))
    }
}

impl Drop for OwnTurn {
    fn drop(&mut self) {
        let mut all = BY_ACCOUNT.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&self.0) {
            Some(own) if *own > 1 => *own -= 1,
            Some(_) | None => drop(all.remove(&self.0)),
        }
    }
}

/// `GET`: pictures in place, documents to be saved.
pub async fn fetch(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let failed = |error| Problem::storage(&error, language);
    let none = || refuse(&CommandError::NoAttachment, language);
    let known = office.storage.attachment(&id).await.map_err(failed)?;
    let policy = office.policy.get();
    let known = known.filter(|known| known.removed.is_none());
    let known = known.ok_or_else(none)?;
    let requests = office.storage.corrections(known.week).await;
    let requests = requests.map_err(failed)?;
    if !is_readable(&policy, &visitor, &known, &requests) {
        return Err(none());
    }
    let Attachment { row, file, .. } = known;
    let bytes = office.storage.attached_bytes(&file.digest).await;
    let bytes = bytes.map_err(failed)?.ok_or_else(|| {
        tracing::error!("the bytes of attachment {id} are gone");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage", language)
    })?;
    let detail = format!("attachment {id}");
    let entered = office.enter(Kind::Export, &visitor.account, &row.0, &detail);
    entered.await.map_err(failed)?;
    let word = match file.kind.is_picture() {
        true => "inline",
        false => "attachment",
    };
    let plain = format!("{id}.{}", file.kind.word());
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(file.kind.media_type()),
        ),
        (
            header::CONTENT_DISPOSITION,
            disposition(word, &file.name, &plain),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
        // Who may read it can change.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// `GET /api/weeks/N/attachments`: the files that rows have, as far as the caller may read the rows.
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    OfWeek(week): OfWeek,
) -> Result<Response, Problem> {
    let policy = office.policy.get();
    let failed = |error| Problem::storage(&error, language);
    let all = office.storage.attachments(week).await.map_err(failed)?;
    let requests = office.storage.corrections(week).await.map_err(failed)?;
    let readable = all.into_iter().filter(|each| {
        each.is_of_row(&requests) && is_readable(&policy, &visitor, each, &requests)
    });
    let entries: Vec<_> = readable.map(|each| entry(each.row, each.file)).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}

/// Whoever reads the sheet reads what its row has; whoever reads a request, what comes with it, and goes on reading that.
fn is_readable(
    policy: &Policy,
    visitor: &Visitor,
    known: &Attachment,
    requests: &[Correction],
) -> bool {
    let author = visitor.author();
    let row = row::row(&policy.campaign, known.week, &known.row);
    let is_asked = known.offered
        && row.is_some_and(|row| correction::may_read(&policy.campaign, &author, &row));
    let kind = known
        .row
        .unit()
        .map(|unit| DocumentKind::Sheet(known.week, unit));
    let is_in_sight = kind.is_some_and(|kind| policy.may_read(&author, &kind));
    is_asked || (known.is_of_row(requests) && is_in_sight)
}

/// What is told of a file.
pub fn entry(row: RowId, file: Attached) -> AttachmentEntry {
    AttachmentEntry {
        id: file.id,
        row: row.0,
        name: file.name,
        kind: file.kind.word().to_owned(),
        bytes: file.bytes,
        sha256: file.digest,
        account: file.account,
        person: file.person,
        at_ms: file.at.as_millisecond(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_so_many_turns_and_gives_them_back() {
        let take = || OwnTurn::take("甲的");
        let turns: Vec<_> = (0..UPLOADS_PER_ACCOUNT_MAX)
            .map(|_| take().unwrap())
            .collect();
        assert!(take().is_none() && OwnTurn::take("乙的").is_some());
        drop(turns);
        assert!(take().is_some());
    }
}
