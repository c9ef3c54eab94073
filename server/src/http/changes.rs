//! `GET /api/documents/ID/changes`: who wrote a document and when it arrived, for those who may read it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_wire::{
    http::history::{Changes, Writer},
    limits::LISTED_CHANGES_MAX,
    repo::DocumentId,
};
use serde::Deserialize;

use super::{Office, problem::Problem, visitor::SignedIn};
use crate::{storage::ChangeNumber, text::Language};

/// The query of the list.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    after: i64,
}

/// `GET`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    Path(id): Path<String>,
    Query(From { after }): Query<From>,
) -> Result<Response, Problem> {
    // What may not be read is not there, as on a line.
    let unavailable = || Problem::new(StatusCode::NOT_FOUND, "no-document", language);
    let document: DocumentId = id.parse().map_err(|_| unavailable())?;
    let (policy, author) = (office.policy.get(), visitor.author());
    let kind = office.directory.kind(&document);
    kind.filter(|kind| policy.may_read(&author, kind))
        .ok_or_else(unavailable)?;
    // One more than is told, to know whether there is more.
    let receipts = office
        .storage
        .receipts(document, ChangeNumber(after), LISTED_CHANGES_MAX + 1);
    let receipts = receipts
        .await
        .map_err(|error| Problem::storage(&error, language))?;
    let more = receipts.len() > LISTED_CHANGES_MAX;
    let mut answer = Changes {
        through: after,
        more,
        ..Changes::default()
    };
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for receipt in receipts.into_iter().take(LISTED_CHANGES_MAX) {
        let (account, unit) = (receipt.account, receipt.unit.0);
        let place = *places
            .entry((account.clone(), unit.clone()))
            .or_insert_with(|| {
                answer.writers.push(Writer {
                    account,
                    person: receipt.person,
                    unit,
                });
                answer.writers.len() - 1
            });
        let hash = receipt.hash.to_string();
        answer.changes.push((hash, place, receipt.at.0));
        answer.through = receipt.number.0;
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}
