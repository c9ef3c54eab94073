//! `GET /api/audit` and `/api/audit.csv`: the audit log, for the office.

use std::{fmt::Write, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_sync::event::Millis;
use diaodu_wire::http::AuditEntry;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Office, accounts::office_only, problem::Problem, visitor::SignedIn};
use crate::{
    audit::{self, Kind},
    config::{AUDIT_PAGE, AUDIT_PIECE},
    storage::StorageError,
    text::Language,
};

/// Which entries are asked for.
#[derive(Debug, Deserialize)]
pub struct Wishes {
    account: Option<String>,
    kind: Option<String>,
    text: Option<String>,
    before: Option<i64>,
}

impl Wishes {
    fn query(&self, limit: i64) -> audit::Query {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        audit::Query {
            account: filled(&self.account),
            kind: filled(&self.kind),
            text: filled(&self.text),
            before: self.before,
            after: None,
            limit,
        }
    }
}

/// `GET /api/audit?account=&kind=&text=&before=`: newest first, a page at a time.
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    Query(wishes): Query<Wishes>,
) -> Result<Response, Problem> {
    office_only(&visitor, language)?;
    let rows = office.storage.audit(wishes.query(AUDIT_PAGE)).await;
    let rows = rows.map_err(|error| Problem::storage(&error, language))?;
    let entries: Vec<AuditEntry> = rows.into_iter().map(tell).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}

fn tell(row: audit::Row) -> AuditEntry {
    AuditEntry {
        number: row.number,
        at_ms: row.entry.at.0,
        kind: row.entry.kind,
        account: row.entry.account,
        subject: row.entry.subject,
        detail: row.entry.detail,
        hash: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// `GET /api/audit.csv`: everything that the same query finds, oldest first, with its hashes; read and sent piece by piece.
pub async fn csv(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    Query(wishes): Query<Wishes>,
) -> Result<Response, Problem> {
    office_only(&visitor, language)?;
    let storage_failed = |error| Problem::storage(&error, language);
    // What is entered from now on is left out, the export itself too.
    let newest = office.storage.audit(wishes.query(1)).await;
    let newest = newest.map_err(storage_failed)?;
    let entered = office.enter(Kind::Export, &visitor.account, "audit.csv", "");
    entered.await.map_err(storage_failed)?;
    let query = audit::Query {
        before: Some(newest.first().map_or(0, |row| row.number.saturating_add(1))),
        after: Some(0),
        limit: AUDIT_PIECE,
        ..wishes.query(AUDIT_PIECE)
    };
    let rest = stream::try_unfold((office, Some(query)), |(office, query)| async move {
        let Some(query) = query else {
            return Ok::<_, StorageError>(None);
        };
        let rows = office.storage.audit(query.clone()).await?;
        let next = rows.last().map(|row| audit::Query {
            after: Some(row.number),
            ..query
        });
        Ok(Some((lines(rows), (office, next))))
    });
    // Excel takes a file without the mark for the local code page.
    let head = "\u{feff}number,time,kind,account,subject,detail,hash\r\n".to_owned();
    let body = Body::from_stream(stream::once(async { Ok(head) }).chain(rest));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}

fn lines(rows: Vec<audit::Row>) -> String {
    let mut text = String::new();
    for row in rows.into_iter().map(tell) {
        let fields = [
            row.number.to_string(),
            moment(Millis(row.at_ms)),
            row.kind,
            row.account,
            row.subject,
            row.detail,
            row.hash,
        ];
        let fields = fields.map(|field| quoted(&field));
        // Writing to a string does not fail.
        write!(text, "{}\r\n", fields.join(",")).unwrap_or_default();
    }
    text
}

fn moment(at: Millis) -> String {
    Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}

/// A field in quotes; a spreadsheet takes what begins like a formula for one, so that is led by an apostrophe.
pub fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let lead = if is_formula { "'" } else { "" };
    format!("\"{lead}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_never_taken_for_a_formula_or_for_two_fields() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a\",\"b"), "\"a\"\",\"\"b\"");
        assert_eq!(quoted("甲"), "\"甲\"");
    }
}
