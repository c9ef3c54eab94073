//! `GET /api/weeks/N.xlsx`: a week as a workbook, from what is on disk. `GET /api/weeks/N.csv` stands in `week_csv`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_interchange::xlsx_out::{Paper, write_week};
use diaodu_plan::{
    campaign::{Campaign, UnitId, Week, WeekNumber},
    carry::{self, Carried},
    layout::{
        DocumentKind, card,
        hub::{self, Cut},
        sheet,
    },
    permission::Author,
    row::{self, RowId},
    table::{Sources, join},
};
use diaodu_sync::event::Stored;
use serde::Deserialize;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{Office, problem::Problem, visitor::SignedIn, week_csv};
use crate::{
    accounts::Visitor,
    audit::Kind,
    compaction, deadlines,
    policy::Policy,
    storage::StorageError,
    text::{Language, say},
};

/// One workbook at a time: each takes a core for a moment, and editing comes first.
static TURN: Semaphore = Semaphore::const_new(1);

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The query of the exports.
#[derive(Deserialize)]
pub struct Wishes {
    paper: Option<String>,
    at: Option<String>,
}

/// `GET`: which kind of file the end of the name says.
pub async fn file(
    State(office): State<Arc<Office>>,
    SignedIn(visitor): SignedIn,
    language: Language,
    Path(file): Path<String>,
    Query(wishes): Query<Wishes>,
) -> Result<Response, Problem> {
    match file.rsplit_once('.') {
        Some((number, "xlsx")) => {
            let week = week(&office, number, language)?;
            workbook(&office, &visitor, language, &week, wishes.paper.as_deref()).await
        }
        Some((number, "csv")) => {
            let week = week(&office, number, language)?;
            let _turn = TURN.acquire().await.ok();
            week_csv::file(&office, &visitor, language, &week, wishes.at.as_deref()).await
        }
        Some(_) | None => Err(Problem::new(StatusCode::NOT_FOUND, "not-found", language)),
    }
}

fn week(office: &Office, number: &str, language: Language) -> Result<Week, Problem> {
    let known = number.parse().ok();
    let known = known.and_then(|number| {
        let policy = office.policy.get();
        policy.campaign.week(WeekNumber(number)).cloned()
    });
    known.ok_or_else(|| {
        let shown: String = number.chars().take(8).collect();
        Problem::new(StatusCode::NOT_FOUND, "no-week", language).with("week", shown)
    })
}

async fn workbook(
    office: &Office,
    visitor: &Visitor,
    language: Language,
    week: &Week,
    paper: Option<&str>,
) -> Result<Response, Problem> {
    let policy = office.policy.get();
    let paper = match paper {
        Some("a4" | "A4") => Paper::A4,
        Some(_) | None => Paper::A3,
    };
    let failed = |error: String| {
        tracing::error!("export of week {}: {error}", week.number);
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "export", language)
    };
    let _turn = TURN
        .acquire()
        .await
        .map_err(|error| failed(error.to_string()))?;
    let parts = read(office, &policy, &visitor.author(), week)
        .await
        .map_err(|error| Problem::storage(&error, language))?;
    let of_week = week.clone();
    let built = spawn_blocking(move || build(&policy.campaign, &of_week, &parts, paper)).await;
    let bytes = built
        .map_err(|error| failed(error.to_string()))?
        .map_err(failed)?;
    let file = format!("{}.xlsx", week.number);
    let entered = office.enter(Kind::Export, &visitor.account, &file, "");
    entered
        .await
        .map_err(|error| Problem::storage(&error, language))?;
    let name = say(
        Language::Chinese,
        "export-file-name",
        &[("week", &week.number.to_string())],
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
        (
            header::CONTENT_DISPOSITION,
            attachment(&name, &format!("week-{}.xlsx", week.number)),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// The documents of a week as they are on disk: what was acknowledged is in, nothing else.
struct Parts {
    hub: Stored,
    units: Vec<Part>,
}

/// What a unit has of a week.
struct Part {
    unit: UnitId,
    sheet: Stored,
    card: Stored,
    /// What its rows begin the week with; `None` where the sheet says it, or the snapshot of a frozen week.
    begun: Option<Carried>,
}

async fn read(
    office: &Office,
    policy: &Policy,
    author: &Author,
    week: &Week,
) -> Result<Parts, StorageError> {
    let find = |kind: &DocumentKind| {
        let is_open = policy.may_read(author, kind);
        office.directory.find(kind).filter(|_| is_open)
    };
    let load = async |kind: DocumentKind| match find(&kind) {
        Some(id) => office.storage.load(id).await.map(|loaded| loaded.stored),
        None => Ok(Stored::default()),
    };
    let hub = load(DocumentKind::Hub(week.number)).await?;
    let mut units = Vec::new();
    for unit in policy.campaign.active_units() {
        let kind = DocumentKind::Sheet(week.number, unit.id.clone());
        if find(&kind).is_none() {
            continue;
        }
        let sheet = load(kind).await?;
        let card = load(DocumentKind::Card(unit.id.clone())).await?;
        let (sheets, directory) = (&office.sheets, &office.directory);
        let begun = match policy.frozen.contains(&week.number) {
            true => None,
            false => deadlines::begun(sheets, policy, directory, week.number, &unit.id).await?,
        };
        units.push(Part {
            unit: unit.id.clone(),
            sheet,
            card,
            begun,
        });
    }
    Ok(Parts { hub, units })
}

fn build(campaign: &Campaign, week: &Week, parts: &Parts, paper: Paper) -> Result<Vec<u8>, String> {
    let load = |stored| compaction::load(stored).map_err(|error| error.to_string());
    let hub = load(&parts.hub)?;
    let frozen = hub::snapshots(&hub).remove(&Cut::Final);
    let frozen = frozen.map(|snapshot| snapshot.openings).unwrap_or_default();
    let hub = hub::read(&hub).map_err(|error| error.to_string())?;
    let mut units = BTreeMap::new();
    for part in &parts.units {
        let mut sheet = sheet::read(&load(&part.sheet)?);
        match &part.begun {
            Some(before) => carry::take_over(before, &mut sheet),
            None => carry::take_some_over(&frozen, &mut sheet),
        }
        units.insert(part.unit.clone(), (sheet, card::read(&load(&part.card)?)));
    }
    let no_row = sheet::SheetRow::default();
    let stored = |row: &RowId| units.get(&row.unit()?)?.0.rows.get(row);
    // A row that is no longer relevant is printed while it holds something.
    let holds = |row: &RowId| stored(row).is_some_and(sheet::SheetRow::holds_something);
    let rows = row::rows_holding(campaign, week.number, holds);
    let rows: Vec<_> = row::numbered(&rows)
        // A unit that is not here may not be read by the caller: its rows are left out, the numbers of the others stand.
        .filter_map(|(number, row)| {
            let (_, card) = units.get(&row.unit)?;
            let sources = Sources {
                stored: stored(&row.id).unwrap_or(&no_row),
                card,
                receipt: hub.receipts.get(&row.id).copied(),
            };
            Some(join(campaign, row, number, &sources))
        })
        .collect();
    write_week(campaign, week, &rows, paper).map_err(|error| error.to_string())
}

/// Names the file in Chinese for those who can (RFC 8187), and plainly for the rest.
pub fn attachment(name: &str, plain: &str) -> HeaderValue {
    disposition("attachment", name, plain)
}

/// Names a file that is to be saved (`attachment`) or shown in place (`inline`).
pub fn disposition(word: &'static str, name: &str, plain: &str) -> HeaderValue {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let plain = format!("{word}; filename=\"{plain}\"");
    HeaderValue::from_str(&format!("{plain}; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_is_chinese_and_still_ascii_in_the_header() {
        let header = attachment("第2周.xlsx", "week-2.xlsx");
        let header = header.to_str().unwrap();
        assert_eq!(
            header,
            "attachment; filename=\"week-2.xlsx\"; filename*=UTF-8''%E7%AC%AC2%E5%91%A8.xlsx"
        );
    }
}
