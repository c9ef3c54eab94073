//! Replays the sample week: each row written by its unit's own desk, the clock turned to the row's moment.

use std::{collections::HashMap, sync::Arc};

use diaodu_interchange::sample::SAMPLE_WEEK_JSON;
use diaodu_plan::{
    campaign::{Campaign, UnitId},
    edit::Edit,
    layout::DocumentKind,
    sample::{SampleError, parse, replay},
};
use diaodu_sync::event::Millis;
use diaodu_wire::repo::DocumentId;

use crate::{
    clock::Clock,
    desk::{Desk, DeskError},
    gatekeeper::Directory,
    live::LiveHandle,
    orders::Order,
    storage::{ChangeNumber, Storage, StorageError},
};

/// The setting that says that the sample is in.
const SETTING: &str = "sample";

/// Why the sample could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It does not fit the campaign.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The server did not take it.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A unit of the sample has no sheet or card.
    #[error("unit {} has no document", .0.0)]
    NoDocument(UnitId),
}

/// Writes the sample week, unless it was written before. Result: how many rows were written.
pub async fn write(
    storage: &dyn Storage,
    live: &LiveHandle,
    clock: &Arc<Clock>,
    campaign: &Campaign,
    directory: &Directory,
) -> Result<usize, ReplayError> {
    if storage.setting(SETTING).await?.is_some() {
        return Ok(0);
    }
    let week = parse(SAMPLE_WEEK_JSON)?;
    let steps = replay(campaign, &week)?;
    let mut desks: HashMap<UnitId, Desk> = HashMap::new();
    let mut rows = 0;
    for step in steps.iter().filter(|step| !step.edits.is_empty()) {
        clock.turn(Some(Millis(step.at.as_millisecond())));
        let desk = match desks.entry(step.unit.clone()) {
            std::collections::hash_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(Desk::open(live.clone(), clock.clone(), &step.unit).await?)
            }
        };
        let find = |kind| {
            directory
                .find(&kind)
                .ok_or_else(|| ReplayError::NoDocument(step.unit.clone()))
        };
        let (cells, phones): (Vec<_>, Vec<_>) = step
            .edits
            .iter()
            .cloned()
            .partition(|edit| matches!(edit, Edit::SetCell { .. }));
        let sheet = find(DocumentKind::Sheet(week.week.no, step.unit.clone()))?;
        write_some(desk, sheet, &cells).await?;
        write_some(desk, find(DocumentKind::Card(step.unit.clone()))?, &phones).await?;
        rows += 1;
    }
    for desk in desks.into_values() {
        desk.close().await;
    }
    // With nothing to write it answers when all receipts are on disk.
    live.carry_out(Order::Standings(week.week.no, Vec::new()))
        .await;
    let last = storage.last_change().await?;
    storage.put_setting(SETTING, last.0.to_string()).await?;
    clock.turn(None);
    Ok(rows)
}

/// Returns the last change of the replay: its moments are the sample's, the server's own begin after it.
pub async fn last_change(storage: &dyn Storage) -> Result<ChangeNumber, StorageError> {
    let written = storage.setting(SETTING).await?;
    let number = written.and_then(|number| number.parse().ok());
    Ok(ChangeNumber(number.unwrap_or_default()))
}

async fn write_some(
    desk: &mut Desk,
    document: DocumentId,
    edits: &[Edit],
) -> Result<(), DeskError> {
    if edits.is_empty() {
        Ok(())
    } else {
        desk.write(document, edits).await
    }
}
