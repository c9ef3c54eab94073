//! 更正申请: asked for by a unit, agreed to by lead and office, written into the sheet by the server; with cells, files or both.

use std::collections::BTreeSet;

use diaodu_plan::{
    campaign::WeekNumber,
    column::Column,
    correction::{self, Stage},
    layout::{DocumentKind, correction::Applied, hub, sheet::SheetRow},
    row::{self, Row, RowId},
    value::{self, Value},
};
use diaodu_wire::http::{
    Done,
    week::{CellChange, CellWish},
};

use super::{
    CommandError, attachment,
    week::{carried_out, checked_reason, now},
};
use crate::{
    accounts::{Visitor, session},
    compaction,
    config::CORRECTIONS_PER_WEEK_MAX,
    deadlines,
    http::Office,
    orders::Order,
    policy::Policy,
    storage::{Correction, CorrectionState, StorageError},
};

/// What a request wants.
#[derive(Debug)]
pub struct Wish {
    /// What is to stand where.
    pub cells: Vec<CellWish>,
    /// Ids of files that are to come to the row.
    pub files: Vec<String>,
}

/// Says whether a request for this row can be made now.
pub fn may_ask(
    policy: &Policy,
    visitor: &Visitor,
    week: WeekNumber,
    row: &RowId,
) -> Result<Row, CommandError> {
    policy.campaign.week(week).ok_or(CommandError::NoWeek)?;
    if !policy.frozen.contains(&week) {
        return Err(CommandError::NotFrozen);
    }
    let row = row::row(&policy.campaign, week, row).ok_or(CommandError::NoRow)?;
    match correction::may_ask(&visitor.author(), &row) {
        true => Ok(row),
        false => Err(CommandError::NotYours),
    }
}

/// Takes a request; it goes to the lead first, or to the office where nobody else leads.
pub async fn ask(
    office: &Office,
    visitor: &Visitor,
    week: WeekNumber,
    row: String,
    wish: Wish,
    reason: &str,
) -> Result<Done, CommandError> {
    let reason = checked_reason(reason)?.to_owned();
    let policy = office.policy.get();
    let row = may_ask(&policy, visitor, week, &RowId(row))?;
    let stored = stored_row(office, week, &row).await?;
    let cells = changes(&wish.cells, &stored)?;
    let known = office.storage.corrections(week).await?;
    if known.len() >= CORRECTIONS_PER_WEEK_MAX {
        return Err(CommandError::TooMany);
    }
    check_files(office, &row, week, &wish.files, &known).await?;
    let is_nothing = cells.is_empty() && wish.files.is_empty();
    // A row that is filled and was never reported is made up for as it stands.
    if is_nothing && !(stored.holds_something() && is_missing(office, week, &row.id).await?) {
        return Err(CommandError::BadCell);
    }
    let state = match correction::first_stage(&policy.campaign, &row) {
        Stage::Lead => CorrectionState::AtLead,
        Stage::Office => CorrectionState::AtOffice,
    };
    let secret = session::draw()?.0;
    let request = Correction {
        // The digest of something drawn: short, and nobody guesses it.
        id: session::digest(&secret).hex().chars().take(16).collect(),
        week,
        row: row.id,
        state,
        reason,
        cells: serde_json::to_string(&cells)
            .map_err(|error| StorageError::Failed(error.to_string()))?,
        asked_by: visitor.account.clone(),
        asked: office.clock.now(),
        lead_by: String::new(),
        lead: diaodu_sync::event::Millis(0),
        office_by: String::new(),
        office: diaodu_sync::event::Millis(0),
        answer: String::new(),
        files: wish.files,
    };
    let id = request.id.clone();
    office.storage.put_correction(request).await?;
    Ok(Done {
        correction: Some(id),
        ..Done::default()
    })
}

/// Turns wishes into changes of what stands in the row.
fn changes(wishes: &[CellWish], stored: &SheetRow) -> Result<Vec<CellChange>, CommandError> {
    let mut changes: Vec<CellChange> = Vec::new();
    for wish in wishes {
        let column = correctable(&wish.column)?;
        if changes.iter().any(|change| change.column == wish.column) {
            return Err(CommandError::BadCell);
        }
        let new = value::parse(column, &wish.new).map_err(|_| CommandError::BadCell)?;
        let change = CellChange {
            column: wish.column.clone(),
            old: standing(stored, column),
            new: new.as_ref().map(Value::to_string).unwrap_or_default(),
        };
        if change.old != change.new {
            changes.push(change);
        }
    }
    Ok(changes)
}

/// Demands files that were sent for a correction of this row, and that no other request has.
///
/// `known`: the requests of the week.
async fn check_files(
    office: &Office,
    row: &Row,
    week: WeekNumber,
    files: &[String],
    known: &[Correction],
) -> Result<(), CommandError> {
    let is_taken = |id: &String| known.iter().any(|request| request.files.contains(id));
    let is_twice = files.iter().collect::<BTreeSet<_>>().len() < files.len();
    if is_twice || files.iter().any(is_taken) {
        return Err(CommandError::AttachmentTaken);
    }
    let offered = office.storage.attachments(week).await?;
    let is_there = |id: &String| {
        let mut offered = offered.iter();
        let file = offered.find(|each| each.file.id == *id && each.row == row.id);
        file.is_some_and(|file| file.offered && file.removed.is_none())
    };
    match files.iter().all(is_there) {
        true => Ok(()),
        false => Err(CommandError::NoAttachment),
    }
}

fn correctable(column: &str) -> Result<Column, CommandError> {
    let column = Column::from_id(column).filter(|column| correction::is_correctable(*column));
    column.ok_or(CommandError::BadCell)
}

fn standing(stored: &SheetRow, column: Column) -> String {
    let values = stored.cells.get(&column);
    let first = values.and_then(|values| values.first());
    first.map(Value::to_string).unwrap_or_default()
}

async fn stored_row(
    office: &Office,
    week: WeekNumber,
    row: &Row,
) -> Result<SheetRow, CommandError> {
    let kind = DocumentKind::Sheet(week, row.unit.clone());
    let id = office.directory.find(&kind).ok_or(CommandError::NoRow)?;
    let sheet = office.sheets.read(id).await?;
    Ok(sheet.rows.get(&row.id).cloned().unwrap_or_default())
}

/// Says whether a row was neither reported nor made up for.
async fn is_missing(office: &Office, week: WeekNumber, row: &RowId) -> Result<bool, CommandError> {
    let kind = DocumentKind::Hub(week);
    let id = office.directory.find(&kind).ok_or(CommandError::NoRow)?;
    let stored = office.storage.load(id).await?.stored;
    let hub =
        compaction::load(&stored).map_err(|error| StorageError::Damaged(error.to_string()))?;
    let standing = hub::standing(&hub, row);
    Ok(standing.receipt.is_none() && standing.corrected.is_none())
}

/// Agrees to a request or refuses it; with the office's word it is written.
pub async fn decide(
    office: &Office,
    visitor: &Visitor,
    id: &str,
    agree: bool,
    answer: &str,
) -> Result<Done, CommandError> {
    let policy = office.policy.get();
    let request = office.storage.correction(id).await?;
    let mut request = request.ok_or(CommandError::NoCorrection)?;
    let row = row::row(&policy.campaign, request.week, &request.row).ok_or(CommandError::NoRow)?;
    let stage = stage_of(request.state).ok_or(CommandError::Decided)?;
    if !correction::may_decide(&policy.campaign, &visitor.author(), &row, stage) {
        return Err(CommandError::NotYours);
    }
    request.answer = match agree {
        true if answer.trim().is_empty() => String::new(),
        true | false => checked_reason(answer)?.to_owned(),
    };
    let cells: Vec<CellChange> = cells_of(&request)?;
    if agree {
        let stored = stored_row(office, request.week, &row).await?;
        let is_same = |change: &CellChange| {
            correctable(&change.column).is_ok_and(|column| standing(&stored, column) == change.old)
        };
        if !cells.iter().all(is_same) {
            return Err(CommandError::Stale);
        }
    }
    let (by, at) = (visitor.account.clone(), office.clock.now());
    match stage {
        Stage::Lead => (request.lead_by, request.lead) = (by, at),
        Stage::Office => (request.office_by, request.office) = (by, at),
    }
    request.state = match (agree, stage) {
        (false, _) => CorrectionState::Refused,
        (true, Stage::Lead) => CorrectionState::AtOffice,
        (true, Stage::Office) => CorrectionState::Agreed,
    };
    // On disk first: a server that dies now writes it when it starts again.
    office.storage.put_correction(request.clone()).await?;
    match request.state {
        CorrectionState::Agreed => write(office, &policy, &row, request).await?,
        CorrectionState::Refused => {
            // Bytes that no row has go with them.
            for id in &request.files {
                let by = visitor.account.clone();
                office.storage.remove_attachment(id, by, at).await?;
            }
        }
        CorrectionState::AtLead | CorrectionState::AtOffice => {}
    }
    Ok(Done::default())
}

/// Says who decides next; `None` when all is decided.
pub fn stage_of(state: CorrectionState) -> Option<Stage> {
    match state {
        CorrectionState::AtLead => Some(Stage::Lead),
        CorrectionState::AtOffice => Some(Stage::Office),
        CorrectionState::Agreed | CorrectionState::Refused => None,
    }
}

/// Reads what a request wants to change.
pub fn cells_of(request: &Correction) -> Result<Vec<CellChange>, StorageError> {
    serde_json::from_str(&request.cells).map_err(|error| StorageError::Damaged(error.to_string()))
}

async fn write(
    office: &Office,
    policy: &Policy,
    row: &Row,
    request: Correction,
) -> Result<(), CommandError> {
    let (week, at) = (request.week, now(office));
    for id in &request.files {
        if let Some(file) = office.storage.attachment(id).await? {
            carried_out(office, attachment::order(&file)?).await?;
        }
    }
    for order in orders(row, request, at)? {
        carried_out(office, order).await?;
    }
    // The next week that is not frozen goes on from it, however many are frozen in between.
    for order in deadlines::openings(&office.sheets, policy, &office.directory, week).await? {
        carried_out(office, order).await?;
    }
    Ok(())
}

/// Returns what an agreed request writes: into the sheet, and into the hub that the row is corrected, but where nothing but files came:
/// by that a row is reported no more than before. The files have orders of their own.
pub fn orders(
    row: &Row,
    request: Correction,
    at: jiff::Timestamp,
) -> Result<Vec<Order>, StorageError> {
    let mut cells = Vec::new();
    for change in cells_of(&request)? {
        // Parsed when it was asked for; what a later version no longer takes is left as it is.
        if let Some(column) = Column::from_id(&change.column)
            && let Ok(value) = value::parse(column, &change.new)
        {
            cells.push((column, value));
        }
    }
    let corrected = Order::Corrected(request.week, row.id.clone(), at);
    let are_files_alone = cells.is_empty() && !request.files.is_empty();
    let corrected = (!are_files_alone).then_some(corrected);
    let applied = Applied {
        id: request.id,
        row: request.row,
        cells,
        reason: request.reason,
        asked_by: request.asked_by,
        lead_by: request.lead_by,
        office_by: request.office_by,
        at,
    };
    let correct = Order::Correct(request.week, row.unit.clone(), Box::new(applied));
    Ok([correct].into_iter().chain(corrected).collect())
}
