//! Who may write what: the only place that says so. Values in, verdict out.

use crate::{
    campaign::{Campaign, UnitId},
    layout::DocumentKind,
    limits::CARD_ENTRIES_MAX,
    row::{self, RowId},
    touch::{Touch, Write},
    value::Unfit,
};

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The account's name.
    pub account: String,
    /// The unit to which the account belongs.
    pub unit: UnitId,
}

/// What has to be known beside author and touch.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The document that is written.
    pub document: &'a DocumentKind,
    /// The campaign to which it belongs.
    pub campaign: &'a Campaign,
    /// How many entries the card has beside the one that is written; 0 for other documents.
    pub entries: usize,
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
    /// Sheets do not store such a column.
    UnknownColumn,
    /// Cards do not store such an entry.
    UnknownEntry,
    /// Not what the column holds.
    ValueKind,
    /// Too large.
    ValueSize,
    /// The card is full.
    TooManyEntries,
}

/// Says whether the author may do this.
///
/// Anyone who is signed in may fill any cell that is there to be filled; who may fill which is not told apart yet.
pub fn judge(author: &Author, touch: &Touch, state: &State<'_>) -> Verdict {
    let Author {
        account: _,
        unit: _,
    } = author;
    let judged = match touch {
        Touch::Cell {
            row,
            column: _,
            write,
        } => judge_row(row, state).and_then(|()| judge_write(write)),
        Touch::Entry { entry: _, write } => {
            judge_write(write).and_then(|()| judge_room(write, state))
        }
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

fn judge_row(row: &RowId, state: &State<'_>) -> Result<(), Reason> {
    let demanded = row::row(state.campaign, row).ok_or(Reason::UnknownRow)?;
    if state.document.unit() == Some(&demanded.unit) {
        Ok(())
    } else {
        Err(Reason::UnknownRow)
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
    match write {
        Write::Put(_) if state.entries >= CARD_ENTRIES_MAX => Err(Reason::TooManyEntries),
        Write::Put(_) | Write::Delete | Write::Unfit(_) => Ok(()),
    }
}

impl Reason {
    /// Returns the stable word that peers are told.
    pub fn word(self) -> &'static str {
        match self {
            Reason::ServerDocument => "server-document",
            Reason::ServerColumn => "server-column",
            Reason::UnknownObject => "unknown-object",
            Reason::UnknownRow => "unknown-row",
            Reason::UnknownColumn => "unknown-column",
            Reason::UnknownEntry => "unknown-entry",
            Reason::ValueKind => "value-kind",
            Reason::ValueSize => "value-size",
            Reason::TooManyEntries => "too-many-entries",
        }
    }
}
