//! What the board counts: the rows of the week whose sheets are here, each worked out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diaodu_plan::{
    campaign::{Campaign, Week},
    layout::sheet::SheetRow,
    report::Standing,
    row::RowId,
    summary::{self, Figured, Line},
};
use leptos::prelude::ReadUntracked;

use super::WeekStore;

impl WeekStore {
    /// Takes what the server knows of reports; the receipts among it come by themselves.
    pub fn take_reports(&self, reports: BTreeMap<RowId, Standing>) {
        let touched = {
            let mut table = self.table();
            let before = std::mem::replace(&mut table.reports, reports);
            let now = &table.reports;
            let ids = before.keys().chain(now.keys());
            // Where the receipt itself is another, it repaints the row.
            let is_other = |id: &&RowId| match (before.get(*id), now.get(*id)) {
                (Some(one), Some(other)) => one.receipt == other.receipt && one != other,
                (one, other) => one.or(other).is_some_and(|only| only.receipt.is_none()),
            };
            ids.filter(is_other).cloned().collect::<BTreeSet<RowId>>()
        };
        if !touched.is_empty() {
            self.refresh(Some(&touched));
        }
    }

    /// Works out the rows that the person may see, in the order of the plan; `None` before the campaign is here.
    pub fn figured(&self) -> Option<(Arc<Campaign>, Week, Vec<Figured>)> {
        let rows = self.rows.read_untracked().clone();
        let number = (*self.number.read_untracked())?;
        let table = self.table();
        let campaign = table.campaign.clone()?;
        let week = campaign.week(number)?.clone();
        let (nothing, unknown) = (SheetRow::default(), Standing::default());
        let lines: Vec<Line<'_>> = rows
            .iter()
            .filter(|row| table.here.contains(&row.unit))
            .map(|row| Line {
                row,
                standing: table.reports.get(&row.id).unwrap_or(&unknown),
                stored: table.stored.get(&row.id).unwrap_or(&nothing),
                previous: None,
            })
            .collect();
        let figured = summary::figure(week.cutoff(), &lines);
        Some((campaign, week, figured))
    }
}
