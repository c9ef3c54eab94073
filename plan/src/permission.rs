//! Who may write what: the only place that says so. Values in, verdict out.

use crate::{
    campaign::{Campaign, Party, UnitId, WeekNumber},
    column::{Column, Owner},
    layout::{
        DocumentKind,
        talk::{TalkColumn, TalkKey, cell_of},
    },
    limits::{CARD_ENTRIES_MAX, TALK_KEYS_MAX},
    review::{self, Reviewed},
    row::{self, Duty, Row, RowId},
    touch::{Touch, Write},
    value::{Unfit, Value},
};

/// What an account may do, beside what its unit may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountRole {
    /// 区攻坚办: administers the campaign, reviews, rates.
    Office,
    /// 填报单位: writes its unit's rows, and reviews the measures that its unit leads.
    Unit,
    /// 责任领导: what 填报单位 may, and signs the unit's reports off where the office demands it.
    Leader,
    /// 领导查看: reads everything, writes nothing.
    Viewer,
}

/// Who reads or writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The account's name.
    pub account: String,
    /// The unit to which the account belongs.
    pub unit: UnitId,
    /// What it may do.
    pub role: AccountRole,
}

/// Whether a week is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeekState {
    /// Nothing is refused for being late.
    Open,
    /// 定稿: nobody writes its sheets any more.
    Frozen,
}

/// Which units see each other's sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// All see all.
    #[default]
    All,
    /// Leads see the units of their measures, the others their own.
    Leads,
    /// Each sees its own.
    Own,
}

/// What has to be known beside author and touch.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The document that is written.
    pub document: &'a DocumentKind,
    /// The campaign to which it belongs.
    pub campaign: &'a Campaign,
    /// The state of the document's week; documents of no week are open.
    pub week: WeekState,
    /// How many keys the card or talk has beside the one that is written; 0 for other documents.
    pub entries: usize,
    /// How the review stands of the row whose review is written; `NotReported` for other cells and documents.
    pub reviewed: Reviewed,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be written.
    Accept,
    /// It may not.
    Refuse(Reason),
}

/// Why something may not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The document belongs to the server.
    ServerDocument,
    /// The cell belongs to the server.
    ServerColumn,
    /// Not a cell at all.
    UnknownObject,
    /// The plan does not demand such a row of this unit.
    UnknownRow,
    /// 「相关街道」 does not mean this street in this week.
    NotRelevant,
    /// Sheets do not store such a column.
    UnknownColumn,
    /// Cards do not store such an entry.
    UnknownEntry,
    /// The account only reads.
    ReadsOnly,
    /// The week is frozen.
    WeekFrozen,
    /// Another unit's row.
    ForeignRow,
    /// Another unit's card.
    ForeignCard,
    /// Another person's comment, or written in another's name.
    ForeignComment,
    /// Reviewing is for the leads of the measure, and nobody reviews his own row.
    NotReviewer,
    /// The office has set that nobody reviews the measure.
    NotReviewed,
    /// The lead reviews it first, and has said nothing yet of the report that stands.
    LeadReviews,
    /// The column belongs to the office.
    OfficeColumn,
    /// Not what the column holds.
    ValueKind,
    /// Too large.
    ValueSize,
    /// The card or talk is full.
    TooManyEntries,
}

/// Says whether the author may do this: first whether there is such a cell, then whose it is, then what is written.
pub fn judge(author: &Author, touch: &Touch, state: &State<'_>) -> Verdict {
    let judged = match touch {
        Touch::Cell { row, column, write } => judge_row(row, state)
            .and_then(|row| {
                judge_cell(author, &row, *column, state.campaign, state.week)?;
                judge_turn(author, &row, *column, state.campaign, state.reviewed)
            })
            .and_then(|()| judge_write(write)),
        Touch::Entry { entry: _, write } => judge_card(author, state)
            .and_then(|()| judge_write(write))
            .and_then(|()| judge_room(write, state)),
        Touch::Comment { key, write } => judge_comment(author, key)
            .and_then(|()| judge_write(write))
            .and_then(|()| judge_said(author, key, write, state))
            .and_then(|()| judge_room(write, state)),
        Touch::ServerCell { row } => judge_row(row, state).and(Err(Reason::ServerColumn)),
        Touch::UnknownColumn { row, key: _ } => {
            judge_row(row, state).and(Err(Reason::UnknownColumn))
        }
        Touch::UnknownEntry { key: _ } => Err(Reason::UnknownEntry),
        Touch::ServerDocument => Err(Reason::ServerDocument),
        Touch::Everything => Err(Reason::UnknownObject),
    };
    match judged {
        Ok(()) => Verdict::Accept,
        Err(reason) => Verdict::Refuse(reason),
    }
}

/// Says whether the author may write into a cell of this column and row, whatever is written.
///
/// Errors: why not. The page closes its cells by it; the server judges by `judge`, which asks here.
pub fn judge_cell(
    author: &Author,
    row: &Row,
    column: Column,
    campaign: &Campaign,
    week: WeekState,
) -> Result<(), Reason> {
    match (author.role, week) {
        (AccountRole::Viewer, _) => return Err(Reason::ReadsOnly),
        (AccountRole::Office | AccountRole::Unit | AccountRole::Leader, WeekState::Frozen) => {
            return Err(Reason::WeekFrozen);
        }
        (AccountRole::Office | AccountRole::Unit | AccountRole::Leader, WeekState::Open) => {}
    }
    match row.duty {
        Duty::Owed | Duty::Assisting => {}
        Duty::Released => return Err(Reason::NotRelevant),
    }
    // 联系电话 is shown in the row and lies in the unit's card.
    match column.owner() {
        Owner::Unit if author.unit == row.unit => Ok(()),
        Owner::Unit => Err(Reason::ForeignRow),
        Owner::Lead if column == Column::Summary => review::judge_summary(author, row, campaign),
        Owner::Lead => review::judge_review(author, row, campaign),
        Owner::Office if author.role == AccountRole::Office => Ok(()),
        Owner::Office => Err(Reason::OfficeColumn),
        Owner::Server => Err(Reason::ServerColumn),
    }
}

/// Says whether it is the author's turn to write into a cell of this column: where a measure is reviewed in serial, the office's
/// comes after the lead's word on the report that stands.
///
/// `reviewed`: how the row's review stands. Errors: the lead comes first. The page asks, too, as it asks `judge_cell`.
pub fn judge_turn(
    author: &Author,
    row: &Row,
    column: Column,
    campaign: &Campaign,
    reviewed: Reviewed,
) -> Result<(), Reason> {
    match column.is_of_review() && review::is_leads_turn(author, row, campaign, reviewed) {
        true => Err(Reason::LeadReviews),
        false => Ok(()),
    }
}

/// Says whether the author may read a document at all.
pub fn may_read(
    author: &Author,
    document: &DocumentKind,
    campaign: &Campaign,
    visibility: Visibility,
) -> bool {
    let is_of_all = author.role.reads_all();
    match (document, visibility) {
        (DocumentKind::Catalogue | DocumentKind::Hub(_), _) => true,
        (
            DocumentKind::Sheet(_, unit) | DocumentKind::Card(unit) | DocumentKind::Talk(_, unit),
            _,
        ) if is_of_all || *unit == author.unit => true,
        (DocumentKind::Sheet(_, _) | DocumentKind::Talk(_, _), Visibility::All) => true,
        (DocumentKind::Sheet(_, _), Visibility::Own) => false,
        // Telephones are for those who have to ring: leads ring the units of their measures.
        (DocumentKind::Sheet(week, unit), Visibility::Leads) => {
            leads_unit(&author.unit, unit, campaign, *week)
        }
        // Leads and the units of their measures talk with each other, whoever sees whose sheet.
        (DocumentKind::Talk(week, unit), Visibility::Leads | Visibility::Own) => {
            leads_unit(&author.unit, unit, campaign, *week)
        }
        (DocumentKind::Card(unit), _) => {
            let mut weeks = campaign.weeks.iter();
            weeks.any(|week| leads_unit(&author.unit, unit, campaign, week.number))
        }
    }
}

fn leads_unit(lead: &UnitId, unit: &UnitId, campaign: &Campaign, week: WeekNumber) -> bool {
    let party = Party::Unit(lead.clone());
    let mut led = campaign
        .measures
        .iter()
        .filter(|measure| measure.lead.contains(&party));
    led.any(|measure| row::row(campaign, week, &RowId::new(measure.number, unit)).is_some())
}

fn judge_row(row: &RowId, state: &State<'_>) -> Result<Row, Reason> {
    let week = state.document.week().ok_or(Reason::UnknownRow)?;
    let demanded = row::row_or_released(state.campaign, week, row).ok_or(Reason::UnknownRow)?;
    if state.document.unit() == Some(&demanded.unit) {
        Ok(demanded)
    } else {
        Err(Reason::UnknownRow)
    }
}

fn judge_card(author: &Author, state: &State<'_>) -> Result<(), Reason> {
    if author.role == AccountRole::Viewer {
        return Err(Reason::ReadsOnly);
    }
    if state.document.unit() == Some(&author.unit) {
        Ok(())
    } else {
        Err(Reason::ForeignCard)
    }
}

/// Whoever reads a talk writes in it, viewers apart, also after the freeze: a comment is no part of the report.
/// What is said is its author's alone; a thread may be called settled by everybody, in one's own name.
fn judge_comment(author: &Author, key: &TalkKey) -> Result<(), Reason> {
    if author.role == AccountRole::Viewer {
        return Err(Reason::ReadsOnly);
    }
    let is_own = key.entry.account() == author.account;
    match key.column {
        TalkColumn::Resolved => Ok(()),
        TalkColumn::Cell
        | TalkColumn::Thread
        | TalkColumn::Text
        | TalkColumn::Mentions
        | TalkColumn::Unit
        | TalkColumn::At => is_own.then_some(()).ok_or(Reason::ForeignComment),
    }
}

/// Says whether what is written is true, as far as it can be known: the author's names, a row of the unit, units that exist.
fn judge_said(
    author: &Author,
    key: &TalkKey,
    write: &Write,
    state: &State<'_>,
) -> Result<(), Reason> {
    let Write::Put(Value::Text(text)) = write else {
        return Ok(());
    };
    let is = |claimed: &str| {
        (*text == claimed)
            .then_some(())
            .ok_or(Reason::ForeignComment)
    };
    let is_unit = |id: &str| state.campaign.unit(&UnitId(id.to_owned())).is_some();
    match key.column {
        TalkColumn::Resolved => is(&author.account),
        TalkColumn::Unit => is(&author.unit.0),
        TalkColumn::Cell => {
            let (row, _) = cell_of(text).ok_or(Reason::ValueKind)?;
            judge_row(&row, state).map(drop)
        }
        TalkColumn::Mentions if text.split(' ').all(is_unit) => Ok(()),
        TalkColumn::Mentions => Err(Reason::ValueKind),
        TalkColumn::Thread | TalkColumn::Text | TalkColumn::At => Ok(()),
    }
}

fn judge_write(write: &Write) -> Result<(), Reason> {
    match write {
        Write::Delete | Write::Put(_) => Ok(()),
        Write::Unfit(Unfit::Kind) => Err(Reason::ValueKind),
        Write::Unfit(Unfit::Size) => Err(Reason::ValueSize),
    }
}

fn judge_room(write: &Write, state: &State<'_>) -> Result<(), Reason> {
    let max = match state.document {
        DocumentKind::Talk(_, _) => TALK_KEYS_MAX,
        DocumentKind::Catalogue
        | DocumentKind::Hub(_)
        | DocumentKind::Sheet(_, _)
        | DocumentKind::Card(_) => CARD_ENTRIES_MAX,
    };
    match write {
        Write::Put(_) if state.entries >= max => Err(Reason::TooManyEntries),
        Write::Put(_) | Write::Delete | Write::Unfit(_) => Ok(()),
    }
}

impl AccountRole {
    /// All of them, in the order in which they are offered.
    pub const ALL: [AccountRole; 4] = [
        AccountRole::Unit,
        AccountRole::Leader,
        AccountRole::Office,
        AccountRole::Viewer,
    ];

    /// Returns the stable word: `unit`, `leader`, `office`, `viewer`.
    pub fn word(self) -> &'static str {
        match self {
            AccountRole::Office => "office",
            AccountRole::Unit => "unit",
            AccountRole::Leader => "leader",
            AccountRole::Viewer => "viewer",
        }
    }

    /// Says whether it reads every unit's documents, whatever the setting.
    pub fn reads_all(self) -> bool {
        match self {
            AccountRole::Office | AccountRole::Viewer => true,
            AccountRole::Unit | AccountRole::Leader => false,
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<AccountRole> {
        AccountRole::ALL
            .into_iter()
            .find(|role| role.word() == word)
    }
}

impl Visibility {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Visibility; 3] = [Visibility::All, Visibility::Leads, Visibility::Own];

    /// Returns the stable word: `all`, `leads`, `own`.
    pub fn word(self) -> &'static str {
        match self {
            Visibility::All => "all",
            Visibility::Leads => "leads",
            Visibility::Own => "own",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Visibility> {
        Visibility::ALL.into_iter().find(|each| each.word() == word)
    }
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 19] = [
        Reason::ServerDocument,
        Reason::ServerColumn,
        Reason::UnknownObject,
        Reason::UnknownRow,
        Reason::NotRelevant,
        Reason::UnknownColumn,
        Reason::UnknownEntry,
        Reason::ReadsOnly,
        Reason::WeekFrozen,
        Reason::ForeignRow,
        Reason::ForeignCard,
        Reason::ForeignComment,
        Reason::NotReviewer,
        Reason::NotReviewed,
        Reason::LeadReviews,
        Reason::OfficeColumn,
        Reason::ValueKind,
        Reason::ValueSize,
        Reason::TooManyEntries,
    ];

    /// Returns the stable word that peers are told.
    pub fn word(self) -> &'static str {
        match self {
            Reason::ServerDocument => "server-document",
            Reason::ServerColumn => "server-column",
            Reason::UnknownObject => "unknown-object",
            Reason::UnknownRow => "unknown-row",
            Reason::NotRelevant => "not-relevant",
            Reason::UnknownColumn => "unknown-column",
            Reason::UnknownEntry => "unknown-entry",
            Reason::ReadsOnly => "reads-only",
            Reason::WeekFrozen => "week-frozen",
            Reason::ForeignRow => "foreign-row",
            Reason::ForeignCard => "foreign-card",
            Reason::ForeignComment => "foreign-comment",
            Reason::NotReviewer => "not-reviewer",
            Reason::NotReviewed => "not-reviewed",
            Reason::LeadReviews => "lead-reviews",
            Reason::OfficeColumn => "office-column",
            Reason::ValueKind => "value-kind",
            Reason::ValueSize => "value-size",
            Reason::TooManyEntries => "too-many-entries",
        }
    }
}

#[cfg(test)]
mod tests;
