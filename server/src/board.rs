//! The weeks of the board: each is worked out once and again when one of its documents, or the week before, has changed.
//! Counted for everybody; who asks is told of the rows that he may read.

use std::{collections::BTreeMap, sync::Arc};

use diaodu_plan::{
    campaign::{Campaign, Week, WeekNumber},
    carry::{self, Carried},
    summary::{self, Figured},
};
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::{
    deadlines,
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
    /// What the week after goes on from; `None` where that is frozen, or all before it: then its sheets say it.
    openings: Option<Arc<Carried>>,
    /// What it goes on from itself.
    begun: Option<Arc<Carried>>,
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
        let first = deadlines::first_open(policy);
        let mut openings = None;
        let mut weeks = Vec::new();
        for week in &policy.campaign.weeks {
            let count = counts.get(&week.number).copied().unwrap_or_default();
            let of_week = known.weeks.get(&week.number);
            let fresh = of_week.filter(|of| of.written == count && of.begun == openings);
            let counted = match fresh {
                Some(counted) => counted.clone(),
                None => {
                    let view = reader.read_alone(week.number, None).await?;
                    let is_carried = first.is_some_and(|first| week.number >= first);
                    let is_open = !policy.frozen.contains(&week.number);
                    let counted = count_week(view, count, openings, is_open, is_carried);
                    let counted = Arc::new(counted);
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

/// `is_open`: not frozen, so that it begins with what the weeks before come to now. `is_carried`: the week after goes on from it.
fn count_week(
    mut view: WeekView,
    written: u64,
    begun: Option<Arc<Carried>>,
    is_open: bool,
    is_carried: bool,
) -> Counted {
    let openings = is_carried.then(|| {
        let sheets = view.sheets.values().map(|sheet| &**sheet);
        let carried = match &begun {
            Some(begun) => carry::carry(begun, sheets),
            None => {
                let said = sheets.clone().flat_map(carry::openings).collect();
                carry::carry(&said, sheets)
            }
        };
        Arc::new(carried)
    });
    if let Some(begun) = begun.as_ref().filter(|_| is_open) {
        for sheet in view.sheets.values_mut() {
            carry::take_over(begun, Arc::make_mut(sheet));
        }
    }
    let rows = view.rows();
    let cutoff = view.week.cutoff();
    let figured = view.with_lines(&rows, |lines| summary::figure(cutoff, lines));
    Counted {
        openings,
        frozen: view.hub.frozen,
        campaign: view.campaign,
        week: view.week,
        rows: figured,
        written,
        begun,
    }
}
