//! 更正申请: asked for by a unit, agreed to by lead and office, written into the sheet by the server.

use diaodu_plan::{
    campaign::WeekNumber,
    column::Column,
    correction::{self, Stage},
    layout::{
        DocumentKind,
        correction::Applied,
        sheet::{self, SheetRow},
    },
    row::{self, Row, RowId},
    value::{self, Value},
};
use diaodu_wire::http::{
    Done,
    week::{CellChange, CellWish},
};

use super::{
    CommandError,
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

/// Takes a request; it goes to the lead first, or to the office where nobody else leads.
pub async fn ask(
    office: &Office,
    visitor: &Visitor,
    week: WeekNumber,
    row: String,
    wishes: Vec<CellWish>,
    reason: &str,
) -> Result<Done, CommandError> {
    let reason = checked_reason(reason)?.to_owned();
    let policy = office.policy.get();
    if policy.campaign.week(week).is_none() {
        return Err(CommandError::NoWeek);
    }
    if !policy.frozen.contains(&week) {
        return Err(CommandError::NotFrozen);
    }
    let row = row::row(&policy.campaign, week, &RowId(row)).ok_or(CommandError::NoRow)?;
    if !correction::may_ask(&visitor.author(), &row) {
        return Err(CommandError::NotYours);
    }
    let stored = stored_row(office, week, &row).await?;
    let cells = changes(&wishes, &stored)?;
    if office.storage.corrections(week).await?.len() >= CORRECTIONS_PER_WEEK_MAX {
        return Err(CommandError::TooMany);
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
    match changes.is_empty() {
        true => Err(CommandError::BadCell),
        false => Ok(changes),
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
    let stored = office.storage.load(id).await?.stored;
    let document =
        compaction::load(&stored).map_err(|error| StorageError::Damaged(error.to_string()))?;
    Ok(sheet::read_row(&document, &row.id).unwrap_or_default())
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
    if request.state == CorrectionState::Agreed {
        write(office, &policy, &row, request).await?;
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
    for order in orders(row, request, at)? {
        carried_out(office, order).await?;
    }
    let openings = deadlines::openings(&office.sheets, policy, &office.directory, week).await?;
    let of_unit = openings
        .into_iter()
        .filter(|order| order.document().unit() == Some(&row.unit));
    for order in of_unit {
        carried_out(office, order).await?;
    }
    Ok(())
}

/// Returns what an agreed request writes: into the sheet, and into the hub that the row is corrected.
pub fn orders(
    row: &Row,
    request: Correction,
    at: jiff::Timestamp,
) -> Result<[Order; 2], StorageError> {
    let mut cells = Vec::new();
    for change in cells_of(&request)? {
        // Parsed when it was asked for; what a later version no longer takes is left as it is.
        if let Some(column) = Column::from_id(&change.column)
            && let Ok(value) = value::parse(column, &change.new)
        {
            cells.push((column, value));
        }
    }
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
    Ok([
        Order::Correct(request.week, row.unit.clone(), Box::new(applied)),
        Order::Corrected(request.week, row.id.clone(), at),
    ])
}
