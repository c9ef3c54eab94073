//! A week read from disk, as it stands or as it stood at one of its two cuts: what was acknowledged is in, nothing else.

use std::{collections::BTreeMap, sync::Arc};

use automerge::{Automerge, ChangeHash};
use diaodu_plan::{
    campaign::{Campaign, UnitId, Week, WeekNumber},
    carry::{self, Carried},
    layout::{
        DocumentKind, catalogue,
        hub::{self, Cut, Snapshot, WeekHub},
        sheet::{self, Sheet, SheetRow},
    },
    permission::Author,
    report::Standing,
    row::{self, Row, RowId},
    summary::{self, Line, Summary},
    table,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    compaction, deadlines,
    gatekeeper::Directory,
    policy::Policy,
    sheets::Sheets,
    storage::{Storage, StorageError},
};

/// A week as somebody may see it.
#[derive(Debug)]
pub struct WeekView {
    /// The campaign, as it was then.
    pub campaign: Campaign,
    /// The week, as it was then.
    pub week: Week,
    /// Its hub.
    pub hub: WeekHub,
    /// The snapshot, unless it is the week as it stands.
    pub snapshot: Option<Snapshot>,
    /// What was known of rows' reports.
    pub standings: BTreeMap<RowId, Standing>,
    /// The sheets that the reader may read.
    pub sheets: BTreeMap<UnitId, Arc<Sheet>>,
    /// The same sheets a week before, with their opening totals; empty in the first week, and before a
    /// cut or a frozen week where that week is not frozen.
    pub previous: BTreeMap<UnitId, Arc<Sheet>>,
}

/// Why a week cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The campaign has none of this number.
    #[error("no such week")]
    NoWeek,
    /// The moment has not come yet.
    #[error("no such snapshot")]
    NoSnapshot,
    /// Storage failed, or holds what is no such document.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What a week is read with.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Where documents lie.
    pub storage: &'a dyn Storage,
    /// Sheets as they stand.
    pub sheets: &'a Sheets,
    /// What the office has decided.
    pub policy: &'a Policy,
    /// All documents.
    pub directory: &'a Directory,
    /// Who reads.
    pub author: &'a Author,
}

impl Reader<'_> {
    /// Reads a week; `cut`: as it stood then, `None`: as it stands.
    pub async fn read(&self, number: WeekNumber, cut: Option<Cut>) -> Result<WeekView, ViewError> {
        let mut view = self.read_alone(number, cut).await?;
        view.previous = self.previous(&view.campaign, number, cut).await?;
        // What is frozen began as it stood then.
        if cut.is_none() && !self.policy.frozen.contains(&number) {
            let (sheets, policy, directory) = (self.sheets, self.policy, self.directory);
            for (unit, sheet) in &mut view.sheets {
                let before = deadlines::begun(sheets, policy, directory, number, unit).await?;
                if let Some(before) = before {
                    carry::take_over(&before, Arc::make_mut(sheet));
                }
            }
        }
        Ok(view)
    }

    /// Reads a week without the ones before: what they come to is known of frozen ones alone.
    pub async fn read_alone(
        &self,
        number: WeekNumber,
        cut: Option<Cut>,
    ) -> Result<WeekView, ViewError> {
        let found = self.policy.campaign.week(number);
        let week = found.ok_or(ViewError::NoWeek)?.clone();
        let now = self.document(&DocumentKind::Hub(number), None).await?;
        let now = now.ok_or(ViewError::NoWeek)?;
        let snapshot = match cut {
            Some(cut) => Some(self.snapshot(&now, cut)?),
            None => None,
        };
        let hub = match &snapshot {
            Some(_) => {
                self.document(&DocumentKind::Hub(number), snapshot.as_ref())
                    .await?
            }
            None => Some(now),
        };
        let document = hub.ok_or(ViewError::NoWeek)?;
        let mut hub = hub::read(&document).map_err(damaged)?;
        let snapshots = hub::snapshots(&document);
        // What the office changes after the freeze does not change what is frozen.
        let decided = snapshot.as_ref().or(snapshots.get(&Cut::Final));
        let (campaign, week) = match decided {
            Some(_) => {
                let kind = DocumentKind::Catalogue;
                let document = self.document(&kind, decided).await?;
                let document = document.ok_or(ViewError::NoSnapshot)?;
                let campaign = catalogue::read(&document).map_err(damaged)?.campaign;
                let week = campaign.week(number).cloned().ok_or(ViewError::NoWeek)?;
                (campaign, week)
            }
            None => (self.policy.campaign.clone(), week),
        };
        let end = snapshot
            .as_ref()
            .zip(cut)
            .map(|(snapshot, cut)| end(cut, snapshot.at));
        // The hub holds what came a moment later, too.
        if let Some(end) = end {
            hub.frozen = hub.frozen.filter(|at| *at < end);
            hub.action_plans.retain(|_, filed| filed.at < end);
        }
        let begun = decided.map(|decided| decided.openings.clone());
        let mut sheets = self.sheets(&campaign, number, snapshot.as_ref()).await?;
        begin(&mut sheets, &begun.unwrap_or_default());
        let reports = hub::reports(&document).into_iter();
        let standings = reports.map(|(row, standing)| {
            let known = end.map_or_else(|| standing.clone(), |end| standing.before(end));
            (row, known)
        });
        Ok(WeekView {
            standings: standings.collect(),
            sheets,
            previous: BTreeMap::new(),
            campaign,
            week,
            hub,
            snapshot,
        })
    }

    fn snapshot(&self, hub: &Automerge, cut: Cut) -> Result<Snapshot, ViewError> {
        hub::snapshots(hub)
            .remove(&cut)
            .ok_or(ViewError::NoSnapshot)
    }

    async fn sheets(
        &self,
        campaign: &Campaign,
        week: WeekNumber,
        snapshot: Option<&Snapshot>,
    ) -> Result<BTreeMap<UnitId, Arc<Sheet>>, StorageError> {
        let mut sheets = BTreeMap::new();
        for unit in self.readable(campaign, week) {
            let kind = DocumentKind::Sheet(week, unit.clone());
            let sheet = match (snapshot, self.directory.find(&kind)) {
                (None, Some(id)) => Some(self.sheets.read(id).await?),
                (Some(_), Some(_)) => {
                    let document = self.document(&kind, snapshot).await?;
                    document.map(|document| Arc::new(sheet::read(&document)))
                }
                (_, None) => None,
            };
            if let Some(sheet) = sheet {
                sheets.insert(unit.clone(), sheet);
            }
        }
        Ok(sheets)
    }

    /// The units whose sheets of a week the reader may read.
    fn readable<'c>(
        &self,
        campaign: &'c Campaign,
        week: WeekNumber,
    ) -> impl Iterator<Item = &'c UnitId> {
        let units = campaign.active_units().map(|unit| &unit.id);
        units.filter(move |unit| {
            let kind = DocumentKind::Sheet(week, (*unit).clone());
            self.policy.may_read(self.author, &kind)
        })
    }

    /// Reads the week before: for a cut and for a frozen week as it was frozen, and not at all if it was not, so that what is frozen
    /// never changes with what is typed since.
    async fn previous(
        &self,
        campaign: &Campaign,
        week: WeekNumber,
        cut: Option<Cut>,
    ) -> Result<BTreeMap<UnitId, Arc<Sheet>>, StorageError> {
        let before = WeekNumber(week.0.saturating_sub(1));
        if campaign.week(before).is_none() {
            return Ok(BTreeMap::new());
        }
        if cut.is_some() || self.policy.frozen.contains(&week) {
            return match self.frozen(before).await? {
                Some(snapshot) => {
                    let mut sheets = self.sheets(campaign, before, Some(&snapshot)).await?;
                    begin(&mut sheets, &snapshot.openings);
                    Ok(sheets)
                }
                None => Ok(BTreeMap::new()),
            };
        }
        let mut sheets = BTreeMap::new();
        for unit in self.readable(campaign, before) {
            let sheet =
                deadlines::carried(self.sheets, self.policy, self.directory, before, unit).await?;
            sheets.insert(unit.clone(), Arc::new(sheet));
        }
        Ok(sheets)
    }

    /// Returns what rows begin a week with: by the word of its sheets, and in truth, of the rows for which the two differ.
    pub async fn openings(&self, number: WeekNumber) -> Result<(Carried, Carried), ViewError> {
        let (sheets, policy, directory) = (self.sheets, self.policy, self.directory);
        let (mut stored, mut begun) = (Carried::new(), Carried::new());
        // Mostly so: its sheets say it.
        if deadlines::first_open(policy) == Some(number) {
            return Ok((stored, begun));
        }
        let view = self.read_alone(number, None).await?;
        for (unit, begins) in &view.sheets {
            let kind = DocumentKind::Sheet(number, unit.clone());
            let Some(id) = directory.find(&kind) else {
                continue;
            };
            let sheet = sheets.read(id).await?;
            let before = match view.hub.frozen {
                Some(_) => Some(carry::openings(begins)),
                None => deadlines::begun(sheets, policy, directory, number, unit).await?,
            };
            if let Some(before) = before {
                begun.extend(carry::differing(&before, &sheet));
                stored.extend(carry::openings(&sheet));
            }
        }
        Ok((stored, begun))
    }

    /// Returns the snapshot 定稿 of a week, if there is one.
    pub async fn frozen(&self, week: WeekNumber) -> Result<Option<Snapshot>, StorageError> {
        let hub = self.document(&DocumentKind::Hub(week), None).await?;
        Ok(hub.and_then(|hub| self.snapshot(&hub, Cut::Final).ok()))
    }

    /// Reads a document, as it was in a snapshot if one is given; `None` where there is none, or the snapshot leaves it out.
    async fn document(
        &self,
        kind: &DocumentKind,
        snapshot: Option<&Snapshot>,
    ) -> Result<Option<Automerge>, StorageError> {
        let Some(id) = self.directory.find(kind) else {
            return Ok(None);
        };
        let stored = self.storage.load(id).await?.stored;
        let heads: Option<&Vec<ChangeHash>> = match snapshot {
            Some(snapshot) => match snapshot.heads.get(&id.url()) {
                Some(heads) => Some(heads),
                None => return Ok(None),
            },
            None => None,
        };
        let read = match heads {
            Some(heads) => deadlines::view(&stored, heads),
            None => compaction::load(&stored),
        };
        read.map(Some)
            .map_err(|error| StorageError::Damaged(error.to_string()))
    }
}

/// Lets rows begin a week as its snapshot says, where it does.
fn begin(sheets: &mut BTreeMap<UnitId, Arc<Sheet>>, openings: &Carried) {
    if openings.is_empty() {
        return;
    }
    for sheet in sheets.values_mut() {
        carry::take_some_over(openings, Arc::make_mut(sheet));
    }
}

fn damaged(error: impl std::fmt::Display) -> StorageError {
    StorageError::Damaged(error.to_string())
}

/// The first moment that a cut leaves out: the cut-off itself is late, what came in the moment of the freeze is in.
pub fn end(cut: Cut, at: Timestamp) -> Timestamp {
    match cut {
        Cut::Due => at,
        Cut::Final => at
            .saturating_add(SignedDuration::from_millis(1))
            .unwrap_or(at),
    }
}

impl WeekView {
    /// Returns the rows that the reader may see, in plan order.
    pub fn rows(&self) -> Vec<Row> {
        let rows = self.numbered_rows().into_iter();
        rows.map(|(_, row)| row).collect()
    }

    /// Returns the same rows with their 序号, which are those of the whole table: who sees fewer rows sees gaps.
    pub fn numbered_rows(&self) -> Vec<(usize, Row)> {
        let holds = |id: &RowId| {
            let sheet = id.unit().and_then(|unit| self.sheets.get(&unit));
            let stored = sheet.and_then(|sheet| sheet.rows.get(id));
            stored.is_some_and(SheetRow::holds_something)
        };
        let rows = row::rows_holding(&self.campaign, self.week.number, holds);
        let numbered = row::numbered(&rows).filter(|(_, row)| self.sheets.contains_key(&row.unit));
        numbered
            .map(|(number, row)| (number, row.clone()))
            .collect()
    }

    /// Returns what the sheet holds of a row, with the opening totals that the server has not written yet.
    pub fn stored(&self, row: &Row) -> SheetRow {
        let mut stored = stored_in(&self.sheets, row).cloned().unwrap_or_default();
        if let Some(previous) = stored_in(&self.previous, row) {
            stored.before = table::opening(&stored, previous);
        }
        stored
    }

    /// Returns what is known of a row's report.
    pub fn standing(&self, row: &RowId) -> Standing {
        self.standings.get(row).cloned().unwrap_or_default()
    }

    /// Sums up these rows.
    pub fn summary(&self, rows: &[Row]) -> Summary {
        let cutoff = self.week.cutoff();
        self.with_lines(rows, |lines| {
            summary::summarise(&self.campaign, cutoff, lines)
        })
    }

    /// Puts together what is known of these rows.
    pub fn with_lines<T>(&self, rows: &[Row], work: impl FnOnce(&[Line<'_>]) -> T) -> T {
        let (nothing, unknown) = (SheetRow::default(), Standing::default());
        let has_previous = |row: &Row| self.previous.contains_key(&row.unit);
        let lines: Vec<Line<'_>> = rows
            .iter()
            .map(|row| Line {
                row,
                standing: self.standings.get(&row.id).unwrap_or(&unknown),
                stored: stored_in(&self.sheets, row).unwrap_or(&nothing),
                previous: has_previous(row)
                    .then(|| stored_in(&self.previous, row).unwrap_or(&nothing)),
            })
            .collect();
        work(&lines)
    }
}

fn stored_in<'a>(sheets: &'a BTreeMap<UnitId, Arc<Sheet>>, row: &Row) -> Option<&'a SheetRow> {
    sheets.get(&row.unit)?.rows.get(&row.id)
}
