//! Moments that pass: what had been received before one of them, read from disk; and what passed while the server was down.
//! The loop says when (`live::cuts`); here is what.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use automerge::{Automerge, AutomergeError, ChangeHash};
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    carry::{self, Carried},
    layout::{
        DocumentKind, correction,
        hub::{self, Cut},
        sheet::{self, Sheet},
    },
    period::{self, Counts, Period},
    row,
    summary::Work,
};
use diaodu_sync::event::{Millis, Stored};
use diaodu_wire::repo::DocumentId;
use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::{
    attachments, commands, compaction,
    gatekeeper::Directory,
    live::{Event, LiveHandle, cuts::Past},
    orders::Order,
    policy::Policy,
    receipts,
    sheets::Sheets,
    storage::{CorrectionState, Received, Storage, StorageError},
};

/// The documents of a week at a moment.
#[derive(Debug)]
pub struct Taken {
    /// Heads by url: catalogue, sheets and talks; the loop adds the hub.
    pub heads: BTreeMap<String, Vec<ChangeHash>>,
    /// What rows began the week with where their sheets do not say so.
    pub begun: Carried,
    /// What the first week after it that is not frozen begins with; only at the freeze.
    pub openings: Vec<Order>,
}

/// Reads what had been received before `end`.
pub async fn take(
    storage: &dyn Storage,
    sheets: &Sheets,
    policy: &Policy,
    directory: &Directory,
    week: WeekNumber,
    cut: Cut,
    end: Timestamp,
) -> Result<Taken, StorageError> {
    let mut heads = BTreeMap::new();
    let units = || policy.campaign.active_units().map(|unit| unit.id.clone());
    let of_sheets = units().map(|unit| DocumentKind::Sheet(week, unit));
    let of_talks = units().map(|unit| DocumentKind::Talk(week, unit));
    let all = std::iter::once(DocumentKind::Catalogue);
    for kind in all.chain(of_sheets).chain(of_talks) {
        let Some(id) = directory.find(&kind) else {
            continue;
        };
        let loaded = storage.load(id).await?.stored;
        let received = storage.received(id).await?;
        heads.insert(
            id.url(),
            heads_before(&loaded, &received, end).map_err(failed)?,
        );
    }
    let at = Some((storage, end));
    let mut begun = Carried::default();
    for unit in policy.campaign.active_units() {
        let before = begun_at(sheets, policy, directory, week, &unit.id, at).await?;
        let kind = DocumentKind::Sheet(week, unit.id.clone());
        if let (Some(before), Some(id)) = (before, directory.find(&kind)) {
            let sheet = read_at(sheets, id, at).await?;
            begun.extend(carry::differing(&before, &sheet));
        }
    }
    let openings = match cut {
        Cut::Due => Vec::new(),
        Cut::Final => openings(sheets, policy, directory, week).await?,
    };
    Ok(Taken {
        heads,
        begun,
        openings,
    })
}

fn failed(error: impl std::fmt::Display) -> StorageError {
    StorageError::Failed(error.to_string())
}

/// Returns the heads of a document as it was before a moment.
pub fn heads_before(
    stored: &Stored,
    received: &[Received],
    end: Timestamp,
) -> Result<Vec<ChangeHash>, AutomergeError> {
    Ok(frontier(&compaction::load(stored)?, received, end))
}

fn frontier(document: &Automerge, received: &[Received], end: Timestamp) -> Vec<ChangeHash> {
    let late: HashSet<ChangeHash> = received
        .iter()
        .filter(|each| each.at >= Millis(end.as_millisecond()))
        .map(|each| each.hash)
        .collect();
    if late.is_empty() {
        return document.get_heads();
    }
    let early: Vec<_> = document
        .get_changes(&[])
        .into_iter()
        .filter(|change| !late.contains(&change.hash()))
        .collect();
    let inner: HashSet<&ChangeHash> = early.iter().flat_map(|change| change.deps()).collect();
    let mut heads: Vec<ChangeHash> = early.iter().map(|change| change.hash()).collect();
    heads.retain(|hash| !inner.contains(hash));
    heads.sort_unstable();
    heads
}

/// Returns a document as it was at some heads.
pub fn view(stored: &Stored, heads: &[ChangeHash]) -> Result<Automerge, AutomergeError> {
    let document = compaction::load(stored)?;
    // Most of what is asked for was never written again.
    match document.get_heads() == heads {
        true => Ok(document),
        false => document.fork_at(heads),
    }
}

/// Returns what the first week after this one that is not frozen begins with: what all weeks before it come to by now, corrected
/// since or not. Frozen weeks in between stay as they are. What stands there already is left out.
pub async fn openings(
    sheets: &Sheets,
    policy: &Policy,
    directory: &Directory,
    week: WeekNumber,
) -> Result<Vec<Order>, StorageError> {
    let mut weeks = policy.campaign.weeks.iter().map(|each| each.number);
    let Some(next) = weeks.find(|each| *each > week && !policy.frozen.contains(each)) else {
        return Ok(Vec::new());
    };
    let mut orders = Vec::new();
    for unit in policy.campaign.active_units() {
        let kind = DocumentKind::Sheet(next, unit.id.clone());
        let Some(id) = directory.find(&kind) else {
            continue;
        };
        let mut before = Carried::default();
        for number in 1..next.0 {
            let kind = DocumentKind::Sheet(WeekNumber(number), unit.id.clone());
            if let Some(id) = directory.find(&kind) {
                let sheet = sheets.read(id).await?;
                before = carry::carry(&before, [&*sheet]);
            }
        }
        let sheet = sheets.read(id).await?;
        let news = carry::differing(&before, &sheet);
        if !news.is_empty() {
            orders.push(Order::Openings(next, unit.id.clone(), news));
        }
    }
    Ok(orders)
}

/// Returns the first week that is not frozen: its sheets say what it begins with. Later ones go on from it by computation.
pub fn first_open(policy: &Policy) -> Option<WeekNumber> {
    let mut weeks = policy.campaign.weeks.iter().map(|week| week.number);
    weeks.find(|week| !policy.frozen.contains(week))
}

/// Returns what a unit's rows begin a week with, as computed from the weeks before; `None` where the sheet itself says it.
pub async fn begun(
    sheets: &Sheets,
    policy: &Policy,
    directory: &Directory,
    week: WeekNumber,
    unit: &UnitId,
) -> Result<Option<Carried>, StorageError> {
    begun_at(sheets, policy, directory, week, unit, None).await
}

/// The same, of what had been received before a moment.
async fn begun_at(
    sheets: &Sheets,
    policy: &Policy,
    directory: &Directory,
    week: WeekNumber,
    unit: &UnitId,
    at: Option<(&dyn Storage, Timestamp)>,
) -> Result<Option<Carried>, StorageError> {
    // A week that has been frozen meanwhile began as it stood then.
    let Some(first) = first_before(policy, week) else {
        return Ok(None);
    };
    let mut before: Option<Carried> = None;
    for number in first.0..week.0 {
        let kind = DocumentKind::Sheet(WeekNumber(number), unit.clone());
        let Some(id) = directory.find(&kind) else {
            continue;
        };
        let sheet = read_at(sheets, id, at).await?;
        let begun = before.unwrap_or_else(|| carry::openings(&sheet));
        before = Some(carry::carry(&begun, [&*sheet]));
    }
    Ok(before)
}

/// The first week that is not frozen, if it lies before this one.
fn first_before(policy: &Policy, week: WeekNumber) -> Option<WeekNumber> {
    first_open(policy).filter(|first| *first < week)
}

/// Reads a sheet as it stands, or as it had been received before a moment.
async fn read_at(
    sheets: &Sheets,
    id: DocumentId,
    at: Option<(&dyn Storage, Timestamp)>,
) -> Result<Arc<Sheet>, StorageError> {
    let Some((storage, end)) = at else {
        return sheets.read(id).await;
    };
    let received = storage.received(id).await?;
    let end_ms = Millis(end.as_millisecond());
    if received.iter().all(|each| each.at < end_ms) {
        return sheets.read(id).await;
    }
    let stored = storage.load(id).await?.stored;
    let heads = heads_before(&stored, &received, end).map_err(failed)?;
    let document = view(&stored, &heads).map_err(failed)?;
    Ok(Arc::new(sheet::read(&document)))
}

/// Reads a unit's sheet with what its rows begin the week with.
pub async fn carried(
    sheets: &Sheets,
    policy: &Policy,
    directory: &Directory,
    week: WeekNumber,
    unit: &UnitId,
) -> Result<Sheet, StorageError> {
    let kind = DocumentKind::Sheet(week, unit.clone());
    let Some(id) = directory.find(&kind) else {
        return Ok(Sheet::default());
    };
    let mut sheet = Arc::unwrap_or_clone(sheets.read(id).await?);
    if let Some(before) = begun(sheets, policy, directory, week, unit).await? {
        carry::take_over(&before, &mut sheet);
    }
    Ok(sheet)
}

/// Returns what each period adds: this week's counts of all sheets as they stood at its end, less those at its beginning.
///
/// What is typed after a cut-off is counted in the next period, whichever sheet it stands in; what is typed after the last
/// day, in the last period. So the periods sum to what the sheets say.
pub async fn periods(
    storage: &dyn Storage,
    policy: &Policy,
    directory: &Directory,
) -> Result<Vec<(Period, Counts)>, StorageError> {
    let periods = period::periods(&policy.campaign);
    let mut wholes = vec![Counts::default(); periods.len()];
    for id in storage.written().await? {
        let Some(DocumentKind::Sheet(_, _)) = directory.kind(&id) else {
            continue;
        };
        let stored = storage.load(id).await?.stored;
        let received = storage.received(id).await?;
        let document = compaction::load(&stored).map_err(failed)?;
        let last = periods.len().saturating_sub(1);
        let mut known: Option<(Vec<ChangeHash>, Counts)> = None;
        for (index, (period, whole)) in periods.iter().zip(&mut wholes).enumerate() {
            let heads = match index == last {
                true => document.get_heads(),
                false => frontier(&document, &received, period.to),
            };
            let counts = match &known {
                Some((before, counts)) if *before == heads => *counts,
                Some(_) | None => counted(&document.fork_at(&heads).map_err(failed)?),
            };
            *whole = *whole + counts;
            known = Some((heads, counts));
        }
    }
    Ok(periods.into_iter().zip(period::split(&wholes)).collect())
}

/// Adds up this week's counts of a sheet.
fn counted(document: &Automerge) -> Counts {
    let rows = sheet::read(document).rows;
    rows.values().map(|row| Work::of(row, None).week).sum()
}

/// Catches up with what happened while the server was down or dying: receipts that were not written, freezes, cut-offs.
/// Nobody is listened to before it returns.
pub async fn catch_up(
    storage: &dyn Storage,
    sheets: &Sheets,
    policy: &Policy,
    directory: &Directory,
    live: &LiveHandle,
    now: Timestamp,
) -> Result<(), StorageError> {
    let mut past = Past::default();
    let written: HashSet<DocumentId> = storage.written().await?.into_iter().collect();
    for week in &policy.campaign.weeks {
        let Some(id) = directory.find(&DocumentKind::Hub(week.number)) else {
            continue;
        };
        let stored = storage.load(id).await?.stored;
        let document = compaction::load(&stored).map_err(failed)?;
        let known = hub::read(&document).map_err(failed)?;
        past.taken.extend(
            hub::snapshots(&document)
                .keys()
                .map(|cut| (week.number, *cut)),
        );
        if policy.frozen.contains(&week.number) {
            // A server that died between the two kept the freeze in its settings alone.
            past.frozen.push((week.number, known.frozen.unwrap_or(now)));
            continue;
        }
        for unit in policy.campaign.active_units() {
            let kind = DocumentKind::Sheet(week.number, unit.id.clone());
            let Some(id) = directory.find(&kind).filter(|id| written.contains(id)) else {
                continue;
            };
            let (stored, received) = (storage.load(id).await?.stored, storage.received(id).await?);
            let found = receipts::recover(&stored, &received, &document, week.terms());
            let found = found.map_err(failed)?;
            if !found.is_empty() {
                tracing::warn!(
                    week = week.number.0,
                    unit = unit.id.0,
                    "receipts written late"
                );
                live.order(Order::Standings(week.number, found)).await;
            }
        }
    }
    // Nothing is written where it says so already.
    live.order(Order::Catalogue(Box::new(policy.campaign.clone())))
        .await;
    for order in attachments::unwritten(storage, policy, directory).await? {
        live.order(order).await;
    }
    for (week, at) in &past.frozen {
        live.order(Order::Freeze(*week, *at)).await;
    }
    for order in unwritten_corrections(storage, policy, directory, now).await? {
        live.order(order).await;
    }
    let (answer, asked) = oneshot::channel();
    live.tell(Event::CatchUp(past, answer)).await;
    // A loop that ended has nothing left to catch up with.
    asked.await.ok();
    // A server that died behind a correction or a freeze has not carried it on.
    let is_last = |week: &&WeekNumber| {
        let next = WeekNumber(week.0.saturating_add(1));
        !policy.frozen.contains(&next)
    };
    for week in policy.frozen.iter().filter(is_last) {
        for order in openings(sheets, policy, directory, *week).await? {
            live.order(order).await;
        }
    }
    Ok(())
}

/// A server that died between the office's word and the sheet kept the correction in its database alone.
async fn unwritten_corrections(
    storage: &dyn Storage,
    policy: &Policy,
    directory: &Directory,
    now: Timestamp,
) -> Result<Vec<Order>, StorageError> {
    let mut orders = Vec::new();
    for week in &policy.frozen {
        let mut agreed = storage.corrections(*week).await?;
        agreed.retain(|request| request.state == CorrectionState::Agreed);
        for request in agreed {
            let Some(row) = row::row(&policy.campaign, *week, &request.row) else {
                continue;
            };
            let kind = DocumentKind::Sheet(*week, row.unit.clone());
            let Some(id) = directory.find(&kind) else {
                continue;
            };
            let stored = storage.load(id).await?.stored;
            let document = compaction::load(&stored).map_err(failed)?;
            let written = correction::read(&document);
            if !written.iter().any(|applied| applied.id == request.id) {
                orders.extend(commands::correction::orders(&row, request, now)?);
            }
        }
    }
    Ok(orders)
}

#[cfg(test)]
mod tests {
    use automerge::{ActorId, ROOT, transaction::Transactable};

    use super::*;

    #[test]
    fn what_arrived_at_the_moment_itself_is_out() {
        let mut document = Automerge::new().with_actor(ActorId::from([1]));
        document.transact(|tx| tx.put(ROOT, "a", 0)).unwrap();
        let begin = document.save();
        let made = document.get_heads();
        let mut at_each = Vec::new();
        for value in 1..4 {
            document.transact(|tx| tx.put(ROOT, "a", value)).unwrap();
            at_each.push(document.get_heads());
        }
        let changes = document.get_changes(&made);
        let received: Vec<Received> = [10, 20, 20]
            .into_iter()
            .zip(&changes)
            .map(|(at, change)| Received {
                hash: change.hash(),
                at: Millis(at),
            })
            .collect();
        let stored = Stored {
            snapshot: begin,
            changes: changes
                .iter()
                .map(|change| change.raw_bytes().to_vec())
                .collect(),
            ..Stored::default()
        };
        let compacted = Stored {
            snapshot: document.save(),
            ..Stored::default()
        };
        let check = |end, expected: &[ChangeHash]| {
            for stored in [&stored, &compacted] {
                let end = Timestamp::from_millisecond(end).unwrap();
                let heads = heads_before(stored, &received, end).unwrap();
                assert_eq!(heads, expected);
                let view = view(stored, &heads).unwrap();
                assert_eq!(view.get_heads(), expected);
            }
        };
        check(10, &made);
        check(11, &at_each[0]);
        check(20, &at_each[0]);
        check(21, &at_each[2]);
    }
}
