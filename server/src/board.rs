//! The weeks of the board: each is worked out once and again when one of its documents, or the week before, has changed.
//! Counted for everybody; who asks is told of the rows that he may read.

use std::{collections::BTreeMap, sync::Arc};

use diaodu_plan::{
    campaign::{Campaign, UnitId, Week, WeekNumber},
    row::RowId,
    summary::{self, Figured},
    table,
    tally::{Tally, Totals},
};
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::{
    policy::Policy,
    saver::Written,
    week::{Reader, ViewError, WeekView},
};

/// A week of the board.
#[derive(Debug)]
pub struct Counted {
    /// The campaign, as it holds for the week.
    pub campaign: Campaign,
    /// The week.
    pub week: Week,
    /// When it was frozen.
    pub frozen: Option<Timestamp>,
    /// All its rows, in plan order.
    pub rows: Vec<Figured>,
    written: u64,
    /// What the week after begins with.
    openings: Arc<BTreeMap<RowId, Totals>>,
    /// What it began with.
    begun: Arc<BTreeMap<RowId, Totals>>,
}

/// The weeks that are known.
#[derive(Debug, Default)]
pub struct Boards(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    policy: Option<Arc<Policy>>,
    weeks: BTreeMap<WeekNumber, Arc<Counted>>,
}

impl Boards {
    /// Returns all weeks as they are on disk now. One asks at a time: the others find the work done.
    ///
    /// `reader`: of `policy`; whoever may read everything, since all is counted once: whoever asks is told of his part of it.
    pub async fn weeks(
        &self,
        reader: Reader<'_>,
        policy: &Arc<Policy>,
        written: &Written,
    ) -> Result<Vec<Arc<Counted>>, ViewError> {
        let mut known = self.0.lock().await;
        if !known
            .policy
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, policy))
        {
            known.weeks.clear();
            known.policy = Some(policy.clone());
        }
        // Counted before documents are read: what is written meanwhile is read again next time.
        let counts = written.by_week(reader.directory);
        let mut openings = Arc::default();
        let mut weeks = Vec::new();
        for week in &policy.campaign.weeks {
            let count = counts.get(&week.number).copied().unwrap_or_default();
            let of_week = known.weeks.get(&week.number);
            let fresh = of_week.filter(|of| of.written == count && of.begun == openings);
            let counted = match fresh {
                Some(counted) => counted.clone(),
                None => {
                    let view = reader.read_alone(week.number, None).await?;
                    let counted = Arc::new(count_week(view, count, openings));
                    known.weeks.insert(week.number, counted.clone());
                    counted
                }
            };
            openings = counted.openings.clone();
            weeks.push(counted);
        }
        Ok(weeks)
    }
}

fn count_week(mut view: WeekView, written: u64, begun: Arc<BTreeMap<RowId, Totals>>) -> Counted {
    for (row, totals) in &*begun {
        let unit = row.unit().unwrap_or_else(|| UnitId(String::new()));
        let Some(sheet) = view.sheets.get_mut(&unit) else {
            continue;
        };
        let before = &mut Arc::make_mut(sheet)
            .rows
            .entry(row.clone())
            .or_default()
            .before;
        for tally in Tally::ALL {
            let known = before.get(tally).or(totals.get(tally));
            before.set(tally, known);
        }
    }
    let rows = view.rows();
    let cutoff = view.week.cutoff();
    let figured = view.with_lines(&rows, |lines| summary::figure(cutoff, lines));
    let stored = view.sheets.values().flat_map(|sheet| &sheet.rows);
    let openings = stored
        .map(|(row, stored)| (row.clone(), table::totals(stored)))
        .filter(|(_, totals)| *totals != Totals::default());
    Counted {
        openings: Arc::new(openings.collect()),
        frozen: view.hub.frozen,
        campaign: view.campaign,
        week: view.week,
        rows: figured,
        written,
        begun,
    }
}
