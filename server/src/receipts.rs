//! Receipts: when a row was reported, by the server's clock. Hears what rows say, and folds it into what the week's hub knows.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use automerge::{Automerge, AutomergeError, Change, ReadDoc};
use diaodu_plan::{
    campaign::WeekNumber,
    column::{Column, Owner},
    layout::{
        hub,
        sheet::{self, Cells},
    },
    report::{Report, Said, Standing, Terms},
    row::RowId,
};
use diaodu_sync::event::{Millis, Stored};
use diaodu_wire::repo::DocumentId;
use jiff::Timestamp;

use crate::{compaction, storage::Received};

/// Rows that the gate let somebody write, until the loop looks at them; and whether more than the report was written.
#[derive(Debug, Default)]
pub struct Touched(RefCell<BTreeMap<(DocumentId, RowId), Parts>>);

/// Which of a unit's cells of a row were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// 报送, 零报告, 撤回.
    pub report: bool,
    /// What is reported.
    pub content: bool,
}

impl Touched {
    /// Notes a cell, if it is one of the unit's own.
    pub fn note(&self, sheet: DocumentId, row: &RowId, column: Column) {
        if column.owner() != Owner::Unit {
            return;
        }
        let mut touched = self.0.borrow_mut();
        let parts = touched.entry((sheet, row.clone())).or_default();
        match Column::BESIDE.contains(&column) {
            true => parts.report = true,
            false => parts.content = true,
        }
    }

    /// Takes what was noted.
    pub fn take(&self) -> BTreeMap<(DocumentId, RowId), Parts> {
        self.0.take()
    }
}

/// What one row said at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    said: Said,
    /// What is reported was written, not the report.
    edited: bool,
    at: Timestamp,
}

/// What rows have said since the hubs were last written, by week.
#[derive(Debug, Default)]
pub struct Receipts {
    heard: BTreeMap<WeekNumber, BTreeMap<RowId, Vec<Turn>>>,
    /// How reported rows looked: a change that was refused leaves them so.
    seen: HashMap<(WeekNumber, RowId), u64>,
}

impl Receipts {
    /// Notes a row that was written at `now`.
    pub fn note(
        &mut self,
        week: WeekNumber,
        row: RowId,
        parts: Parts,
        sheet: &Automerge,
        now: Millis,
    ) {
        let (Some(stored), Some(at)) = (sheet::read_row(sheet, &row), moment(now)) else {
            return;
        };
        let said = Said::read(&stored.cells);
        if !parts.report && said.report.is_none() {
            return;
        }
        let look = look_of(&stored.cells);
        let before = self.seen.insert((week, row.clone()), look);
        // Who comes back from offline sends both at once: what was mended first, then the report.
        let edited = (parts.content && before != Some(look)).then_some(true);
        let reported = parts.report.then_some(false);
        for edited in edited.into_iter().chain(reported) {
            let turns = self.heard.entry(week).or_default();
            let turns = turns.entry(row.clone()).or_default();
            let turn = Turn { said, edited, at };
            let is_news = |last: &Turn| (last.said, last.edited) != (turn.said, turn.edited);
            // Hearing the same again changes nothing: the earlier moment stands.
            if turns.last().is_none_or(is_news) {
                turns.push(turn);
            }
        }
    }

    /// The weeks whose hubs are to be written.
    pub fn weeks(&self) -> Vec<WeekNumber> {
        self.heard.keys().copied().collect()
    }

    /// Forgets a week that is not there.
    pub fn forget(&mut self, week: WeekNumber) {
        self.heard.remove(&week);
    }

    /// Says whether something heard before `at` still waits to be written into the week's hub.
    pub fn is_waiting(&self, week: WeekNumber, at: Timestamp) -> bool {
        let rows = self.heard.get(&week);
        rows.is_some_and(|rows| rows.values().flatten().any(|turn| turn.at < at))
    }

    /// Takes what a week's rows have said, folded into what its hub knows of them.
    ///
    /// `terms`: those of the week.
    pub fn take(
        &mut self,
        week: WeekNumber,
        hub: &Automerge,
        terms: Terms,
    ) -> Vec<(RowId, Standing)> {
        let heard = self.heard.remove(&week).unwrap_or_default();
        let folded = heard.into_iter().map(|(row, turns)| {
            let mut standing = hub::standing(hub, &row);
            for turn in turns {
                turn.fold(&mut standing, terms);
            }
            (row, standing)
        });
        folded.collect()
    }
}

impl Turn {
    fn fold(&self, standing: &mut Standing, terms: Terms) {
        match self.edited {
            true => standing.note_edit(self.at),
            false => standing.hear(&self.said, self.at, terms),
        }
    }
}

fn moment(at: Millis) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.0).ok()
}

/// What a unit's cells of a row look like, apart from the report.
fn look_of(cells: &Cells) -> u64 {
    let mut hasher = DefaultHasher::new();
    let is_content =
        |column: &Column| column.owner() == Owner::Unit && !Column::BESIDE.contains(column);
    for (column, values) in cells.iter().filter(|(column, _)| is_content(column)) {
        (column, values).hash(&mut hasher);
    }
    hasher.finish()
}

/// Returns the standings that a week's hub lacks, because the server died between a report and its receipt.
///
/// `received`: when each change of the sheet arrived. Source: the sheet's own history, played again.
pub fn recover(
    stored: &Stored,
    received: &[Received],
    hub: &Automerge,
    terms: Terms,
) -> Result<Vec<(RowId, Standing)>, AutomergeError> {
    let document = compaction::load(stored)?;
    let rows = sheet::read(&document).rows;
    let lacks = |row: &RowId, cells: &Cells| {
        let known = hub::standing(hub, row);
        let is_heard = known.receipt.is_some() || known.submitted.is_some();
        match Said::read(cells).report {
            Some(Report::Sent | Report::Zero) => !is_heard || known.withdrawn.is_some(),
            Some(Report::Withdrawn) | None => is_heard && known.withdrawn.is_none(),
        }
    };
    // Signatures come by command and are never lost: they take their place among what is played again.
    let sign = |row: &RowId, standing: &mut Standing, at: Timestamp| {
        if let Some(signing) = hub::standing(hub, row).signed.filter(|each| each.at <= at) {
            standing.sign(&signing, terms.sign_off);
        }
    };
    let mut lacking: BTreeMap<RowId, Standing> = rows
        .iter()
        .filter(|(row, stored)| lacks(row, &stored.cells))
        .map(|(row, _)| (row.clone(), Standing::default()))
        .collect();
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let mut early: Vec<Change> = document.get_changes(&[]);
    early.retain(|change| !received.iter().any(|each| each.hash == change.hash()));
    let mut again = Automerge::new();
    again.apply_changes(early)?;
    let mut before: BTreeMap<RowId, (Said, u64)> = BTreeMap::new();
    for each in received {
        let change = document.get_change_by_hash(&each.hash);
        let (Some(change), Some(at)) = (change, moment(each.at)) else {
            continue;
        };
        again.apply_changes([change])?;
        for (row, standing) in &mut lacking {
            sign(row, standing, at);
            if let Some(stored) = sheet::read_row(&again, row) {
                let now = (Said::read(&stored.cells), look_of(&stored.cells));
                let then = before.insert(row.clone(), now);
                if then.is_some_and(|then| then.1 != now.1) {
                    standing.note_edit(at);
                }
                standing.hear(&now.0, at, terms);
            }
        }
    }
    let with_decisions = lacking.into_iter().map(|(row, mut standing)| {
        sign(&row, &mut standing, Timestamp::MAX);
        let known = hub::standing(hub, &row);
        let standing = Standing {
            accepted: known.accepted,
            corrected: known.corrected,
            ..standing
        };
        (row, standing)
    });
    Ok(with_decisions.collect())
}

#[cfg(test)]
mod tests;
