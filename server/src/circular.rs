//! 通报: made from the snapshot 定稿 and what a person has typed and ticked; once issued, read as it was issued.

use std::collections::BTreeSet;

use diaodu_interchange::{
    circular_docx,
    circular_text::{self, Block},
};
use diaodu_plan::{
    campaign::{Campaign, Week, WeekNumber},
    circular::{self, Amendment, Circular, Draft, Field, Sources},
    column::Column,
    layout::hub::Cut,
    report::Timeliness,
    row,
};
use diaodu_wire::http::circular::{MentionEntry, PaperBlock, PaperColumn};
use jiff::Timestamp;

use crate::{
    commands::correction::cells_of,
    http::Office,
    policy::Policy,
    storage::{self, CorrectionState, Issued, StorageError},
    week::{Reader, ViewError},
};

/// A circular as it would be issued now.
#[derive(Debug)]
pub struct Made {
    /// What a person has typed and ticked.
    pub draft: Draft,
    /// The campaign, as it was at the freeze.
    pub campaign: Campaign,
    /// The week, as it was at the freeze.
    pub week: Week,
    /// What it says.
    pub circular: Circular,
    /// The week before is not frozen, so that nothing of it is in the draft.
    pub previous_open: bool,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum CircularError {
    /// The campaign has no such week, or it is not frozen yet.
    #[error(transparent)]
    View(#[from] ViewError),
    /// It has been issued.
    #[error("circular-issued")]
    Issued,
    /// There is none to be read or signed for.
    #[error("no-circular")]
    None,
    /// No such field, or not what it can hold.
    #[error("bad-circular")]
    BadField,
    /// 发文字号 or 成文日期 are missing.
    #[error("circular-unnumbered")]
    Unnumbered,
    /// Another circular has this number.
    #[error("circular-number-taken")]
    NumberTaken,
    /// The file could not be written.
    #[error("export")]
    File(String),
}

impl From<StorageError> for CircularError {
    fn from(error: StorageError) -> Self {
        CircularError::View(error.into())
    }
}

/// Returns what is kept of a week's circular; an untouched draft where there is nothing.
pub async fn kept(office: &Office, week: WeekNumber) -> Result<storage::Circular, StorageError> {
    let all = office.storage.circulars().await?;
    let found = all.into_iter().find(|kept| kept.week == week);
    Ok(found.unwrap_or_else(|| storage::Circular {
        week,
        draft: String::new(),
        issued: None,
    }))
}

/// Reads a draft as it is kept.
pub fn draft_of(kept: &storage::Circular) -> Result<Draft, StorageError> {
    if kept.draft.is_empty() {
        return Ok(Draft::default());
    }
    serde_json::from_str(&kept.draft).map_err(|error| StorageError::Damaged(error.to_string()))
}

/// Makes a week's circular with this draft. From snapshots of frozen weeks alone: what is typed elsewhere meanwhile does not change it.
pub async fn make(
    office: &Office,
    number: WeekNumber,
    draft: Draft,
) -> Result<Made, CircularError> {
    let policy = office.policy.get();
    let author = policy.own_author();
    let reader = office.reader(&policy, &author);
    let view = reader.read(number, Some(Cut::Final)).await?;
    let before = WeekNumber(number.0.saturating_sub(1));
    let previous_open =
        view.campaign.week(before).is_some() && reader.frozen(before).await?.is_none();
    let late_before = late_before(&reader, number).await?;
    let amendments = amendments(office, &policy, number).await?;
    let rows = view.rows();
    let snapshot = view.snapshot.as_ref();
    let circular = view.with_lines(&rows, |lines| {
        circular::compose(&Sources {
            campaign: &view.campaign,
            week: &view.week,
            frozen: snapshot.map_or(view.week.cutoff(), |snapshot| snapshot.at),
            lines,
            late_before: &late_before,
            amendments: &amendments,
        })
    });
    Ok(Made {
        draft,
        circular,
        previous_open,
        campaign: view.campaign,
        week: view.week,
    })
}

/// Units that were late or missing the week before; none if it is not frozen, or there was none.
async fn late_before(
    reader: &Reader<'_>,
    week: WeekNumber,
) -> Result<BTreeSet<diaodu_plan::campaign::UnitId>, ViewError> {
    let before = WeekNumber(week.0.saturating_sub(1));
    let view = match reader.read(before, Some(Cut::Final)).await {
        Ok(view) => view,
        Err(ViewError::NoWeek | ViewError::NoSnapshot) => return Ok(BTreeSet::new()),
        Err(error @ ViewError::Storage(_)) => return Err(error),
    };
    let units = view.summary(&view.rows()).units.into_iter();
    let late = units.filter(|unit| unit.mark.is_some_and(|mark| mark != Timeliness::OnTime));
    Ok(late.map(|unit| unit.unit).collect())
}

/// Corrections of this week and those before it that no issued circular tells of.
async fn amendments(
    office: &Office,
    policy: &Policy,
    number: WeekNumber,
) -> Result<Vec<Amendment>, StorageError> {
    let circulars = office.storage.circulars().await?;
    let issued = circulars.iter().filter_map(|kept| kept.issued.as_ref());
    let told: BTreeSet<&String> = issued.flat_map(|issued| &issued.amended).collect();
    let mut amendments = Vec::new();
    for week in (1..=number.0).map(WeekNumber) {
        let attached = office.storage.attachments(week).await?;
        for request in office.storage.corrections(week).await? {
            if request.state != CorrectionState::Agreed || told.contains(&request.id) {
                continue;
            }
            let Some(row) = row::row_or_released(&policy.campaign, week, &request.row) else {
                continue;
            };
            let cells = cells_of(&request)?.into_iter();
            let known =
                cells.filter_map(|cell| Some((Column::from_id(&cell.column)?, cell.old, cell.new)));
            let files = attached
                .iter()
                .filter(|each| request.files.contains(&each.file.id));
            amendments.push(Amendment {
                cells: known.collect(),
                files: files.map(|each| each.file.name.clone()).collect(),
                week,
                row,
                by_lead: !request.lead_by.is_empty(),
                id: request.id,
                reason: request.reason,
            });
        }
    }
    Ok(amendments)
}

impl Made {
    /// Returns the paper.
    pub fn paper(&self) -> Vec<Block> {
        circular_text::paper(&self.campaign, &self.week, &self.circular, &self.draft)
    }

    /// Writes the file: equal snapshot and draft give equal bytes.
    pub fn file(&self) -> Result<Vec<u8>, CircularError> {
        circular_docx::write(&self.paper(), self.circular.frozen)
            .map_err(|error| CircularError::File(error.to_string()))
    }

    /// Says who could be named.
    pub fn mentions(&self) -> Vec<MentionEntry> {
        let told = self.circular.mentions.iter().map(|mention| MentionEntry {
            key: mention.key.clone(),
            kind: mention.kind.id().to_owned(),
            unit: mention.unit.0.clone(),
            name: name(&self.campaign, &mention.unit),
            rows: mention.rows.iter().map(|row| row.0.clone()).collect(),
            last_ms: mention.last.map(Timestamp::as_millisecond),
            text: mention.problem.clone(),
            ticked: self.draft.ticked.contains(&mention.key),
        });
        told.collect()
    }

    /// Fixes it as it is now.
    pub fn issue(&self, at: diaodu_sync::event::Millis, by: &str) -> Result<Issued, CircularError> {
        let paper = self.paper();
        let docx = self.file()?;
        let title = paper.iter().find_map(|block| match block {
            Block::Title(lines) => Some(lines.concat()),
            Block::Head(_)
            | Block::Number { .. }
            | Block::Addressees(_)
            | Block::Heading(_)
            | Block::Item { .. }
            | Block::Text(_)
            | Block::Attachments { .. }
            | Block::Signature { .. }
            | Block::Attachment { .. }
            | Block::Colophon { .. }
            | Block::Caption(_)
            | Block::Table(_) => None,
        });
        let amended = self.circular.amendments.iter();
        Ok(Issued {
            at,
            by: by.to_owned(),
            number: self.draft.number.clone(),
            title: title.unwrap_or_default(),
            amended: amended.map(|amendment| amendment.id.clone()).collect(),
            paper: serde_json::to_string(&told(paper))
                .map_err(|error| CircularError::File(error.to_string()))?,
            digest: digest(&docx),
            docx,
        })
    }
}

/// Returns the fields of a draft by their words.
pub fn fields(draft: &Draft) -> impl Iterator<Item = (String, String)> {
    let fields = Field::ALL.into_iter();
    fields.map(|field| (field.id().to_owned(), draft.get(field).to_owned()))
}

/// Names a unit as the table does.
pub fn name(campaign: &Campaign, unit: &diaodu_plan::campaign::UnitId) -> String {
    let known = campaign.unit(unit);
    known.map_or_else(|| unit.0.clone(), |unit| unit.name.clone())
}

fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Tells a paper to pages and programs.
pub fn told(paper: Vec<Block>) -> Vec<PaperBlock> {
    let plain = |kind: &str, lines: Vec<String>| PaperBlock {
        kind: kind.to_owned(),
        lines,
        ..PaperBlock::default()
    };
    let told = paper.into_iter().map(|block| match block {
        Block::Head(text) => plain("head", vec![text]),
        Block::Number { number, ruled } => {
            let kind = if ruled { "ruled-number" } else { "number" };
            plain(kind, vec![number])
        }
        Block::Title(lines) => plain("title", lines),
        Block::Addressees(text) => plain("addressees", vec![text]),
        Block::Heading(text) => plain("heading", vec![text]),
        Block::Item { lead, text } => plain("item", vec![lead, text]),
        Block::Text(text) => plain("text", vec![text]),
        Block::Attachments { label, titles } => {
            let lines = std::iter::once(label).chain(titles);
            plain("attachments", lines.collect())
        }
        Block::Signature { issuer, date } => plain("signature", vec![issuer, date]),
        Block::Attachment { label, title } => plain("attachment", vec![label, title]),
        Block::Colophon {
            copies,
            printer,
            printed,
        } => plain("colophon", vec![copies, printer, printed]),
        Block::Caption(text) => plain("caption", vec![text]),
        Block::Table(table) => PaperBlock {
            kind: "table".to_owned(),
            lines: Vec::new(),
            columns: table
                .columns
                .into_iter()
                .map(|column| PaperColumn {
                    heading: column.heading,
                    width_mm: column.width_mm,
                    is_text: column.is_text,
                })
                .collect(),
            rows: table.rows,
        },
    });
    told.collect()
}
