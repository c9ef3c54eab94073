//! `GET /api/contacts`, `GET /api/contacts.csv`: the 联络信息表, telephones in full for the office and the unit itself alone.

use std::{fmt::Write, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use diaodu_wire::http::contact::{ContactUnit, ContactsView};

use super::{Office, audit::quoted, problem::Problem, visitor::SignedIn, weeks::attachment};
use crate::{
    accounts::Visitor,
    audit::Kind,
    commands::week::now,
    contacts,
    storage::StorageError,
    text::{Language, say},
};

/// `GET /api/contacts`
pub async fn list(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let view = view(&office, &visitor).await;
    let view = view.map_err(|error| Problem::storage(&error, language))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}

async fn view(office: &Office, visitor: &Visitor) -> Result<ContactsView, StorageError> {
    let policy = office.policy.get();
    let changes = office.storage.contact_changes().await?;
    let today = policy.campaign.local(now(office)).date();
    contacts::view(&policy.campaign, &changes, visitor, today)
}

/// `GET /api/contacts.csv`: those in force, in the order of the plan.
pub async fn csv(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
) -> Result<Response, Problem> {
    let failed = |error| Problem::storage(&error, language);
    let view = view(&office, &visitor).await.map_err(failed)?;
    let word = |key: &str| say(Language::Chinese, &format!("contacts-{key}"), &[]);
    let columns = [
        "unit",
        "role",
        "name",
        "position",
        "office_phone",
        "mobile",
        "email",
        "measures",
        "from",
        "until",
    ];
    let headings = columns.map(|column| quoted(&word(column)));
    // Excel takes a file without the mark for the local code page.
    let mut text = format!("\u{feff}{}\r\n", headings.join(","));
    for unit in &view.units {
        for fields in rows(unit, word) {
            let fields = fields.map(|field| quoted(&field));
            // Writing to a string does not fail.
            write!(text, "{}\r\n", fields.join(",")).unwrap_or_default();
        }
    }
    let entered = office.enter(Kind::Export, &visitor.account, "contacts.csv", "");
    entered.await.map_err(failed)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            attachment(&word("file-name"), "contacts.csv"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

fn rows(
    unit: &ContactUnit,
    word: impl Fn(&str) -> String + Copy,
) -> impl Iterator<Item = [String; 10]> {
    let in_force = unit.lines.iter().filter(|line| line.in_force);
    in_force.map(move |line| {
        let fields = line.fields.clone();
        let measures = fields.measures.iter().map(ToString::to_string);
        [
            unit.name.clone(),
            word(&format!("role-{}", fields.role.replace('_', "-"))),
            fields.name,
            fields.position,
            fields.office_phone,
            fields.mobile,
            fields.email,
            measures.collect::<Vec<_>>().join(" "),
            fields.from,
            fields.until.unwrap_or_default(),
        ]
    })
}
