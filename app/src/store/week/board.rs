//! What the board counts: the rows of the week whose sheets are here, each worked out.

use std::{collections::BTreeMap, sync::Arc};

use diaodu_plan::{
    campaign::{Campaign, Week},
    column::Column,
    layout::sheet::SheetRow,
    report::Standing,
    row::{Duty, RowId},
    summary::{self, Figured, Line},
    table,
    value::Review,
};
use leptos::prelude::ReadUntracked;

use super::WeekStore;

impl WeekStore {
    /// Takes what the server knows of reports; the receipts among it come by themselves.
    pub fn take_reports(&self, reports: BTreeMap<RowId, Standing>) {
        self.table().reports = reports;
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

    /// Lists the rows of the person's own unit that the lead or the office did not let pass, with what it said.
    pub fn returned(&self) -> BTreeMap<RowId, String> {
        let table = self.table();
        let Some(person) = &table.person else {
            return BTreeMap::new();
        };
        let own = table.rows.values().map(|(_, row)| row);
        let own = own.filter(|row| row.unit == person.unit && row.duty != Duty::Released);
        let returned = own.filter_map(|row| {
            let cells = &table.stored.get(&row.id)?.cells;
            let review = Review::from_word(&table::shown(cells, Column::Review));
            (review == Some(Review::Returned))
                .then(|| (row.id.clone(), table::shown(cells, Column::ReviewNote)))
        });
        returned.collect()
    }
}
