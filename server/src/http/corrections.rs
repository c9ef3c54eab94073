//! `GET /api/weeks/N/corrections`: what units ask to be changed after the freeze, for those concerned. `GET /api/corrections`: in which
//! weeks something waits for the caller's word.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use diaodu_plan::{
    correction,
    permission::Author,
    row::{self, Row},
};
use diaodu_wire::http::{
    attachment::AttachmentEntry,
    week::{CorrectionEntry, WaitingCorrections},
};

use super::{Office, attachments, of_week::OfWeek, problem::Problem, visitor::SignedIn};
use crate::{
    commands::correction::{cells_of, stage_of},
    policy::Policy,
    storage::{Attachment, CorrectionState},
    text::Language,
};

/// `GET`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    OfWeek(week): OfWeek,
) -> Result<Response, Problem> {
    let policy = office.policy.get();
    let failed = |error| Problem::storage(&error, language);
    let author = visitor.author();
    let mut entries = Vec::new();
    let mut files: BTreeMap<String, AttachmentEntry> = BTreeMap::new();
    for Attachment { row, file, .. } in office.storage.attachments(week).await.map_err(failed)? {
        files.insert(file.id.clone(), attachments::entry(row, file));
    }
    for request in office.storage.corrections(week).await.map_err(failed)? {
        let Some(row) = row::row(&policy.campaign, request.week, &request.row) else {
            continue;
        };
        if !correction::may_read(&policy.campaign, &author, &row) {
            continue;
        }
        let mine = is_mine(&policy, &author, &row, request.state);
        let of_request = request.files.iter();
        entries.push(CorrectionEntry {
            cells: cells_of(&request).map_err(failed)?,
            files: of_request.filter_map(|id| files.remove(id)).collect(),
            id: request.id,
            row: request.row.0,
            state: request.state.word().to_owned(),
            reason: request.reason,
            asked_by: request.asked_by,
            asked_ms: request.asked.0,
            lead_by: request.lead_by,
            lead_ms: request.lead.0,
            office_by: request.office_by,
            office_ms: request.office.0,
            answer: request.answer,
            mine,
        });
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}

/// Says whether the caller decides a request now.
fn is_mine(policy: &Policy, author: &Author, row: &Row, state: CorrectionState) -> bool {
    stage_of(state)
        .is_some_and(|stage| correction::may_decide(&policy.campaign, author, row, stage))
}

/// `GET /api/corrections`
pub async fn waiting(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let policy = office.policy.get();
    let author = visitor.author();
    let mut entries = Vec::new();
    for week in &policy.frozen {
        let requests = office.storage.corrections(*week).await;
        let requests = requests.map_err(|error| Problem::storage(&error, language))?;
        let mine = requests.iter().filter(|request| {
            let row = row::row(&policy.campaign, *week, &request.row);
            row.is_some_and(|row| is_mine(&policy, &author, &row, request.state))
        });
        let waiting = mine.count();
        if waiting > 0 {
            entries.push(WaitingCorrections {
                week: week.0,
                waiting,
            });
        }
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(entries)).into_response())
}
