//! Whatever can happen to the documents of this page, and what screens can want of them.

use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    report::Report,
    row::RowId,
    value::Value,
};
use diaodu_sync::event::{ConnectionId, SaveTicket};
use diaodu_wire::{
    http::{DocumentEntry, Session, week::WeekOpenings},
    repo::DocumentId,
};
use leptos::prelude::*;

use super::{
    Comparison, FileCommand, TalkCommand,
    files::FileNews,
    history::News,
    indexed_db::{DiskError, Kept},
    withdraw::{Leaving, PlacedDraft},
};
use crate::{
    api::{FetchError, Present},
    grid::model::Here,
    i18n::Language,
    store::{
        history::{Ask, Who},
        row::ColumnOrder,
    },
};

/// What can happen.
pub enum Event {
    /// A screen wants something.
    Command(Command),
    /// The server has said which documents there are.
    Documents(Result<Vec<DocumentEntry>, FetchError>),
    /// A document was read from this machine.
    Loaded(DocumentId, Result<Kept, DiskError>),
    /// What was damaged is set aside: open the document anew.
    Reopen(DocumentId),
    /// These documents lie on this machine's disk.
    OnDisk(Vec<DocumentId>),
    /// What disk has of a document that may not be read any more.
    Leaving(Box<Leaving>),
    /// A document has left this machine's disk for drafts, or could not.
    Withdrawn(DocumentId, Vec<PlacedDraft>, Result<(), DiskError>),
    /// What was seen of a week's comments was read from this machine.
    Seen(WeekNumber, Vec<(String, String)>),
    /// Drafts of a week were read from this machine.
    Drafts(WeekNumber, Vec<(String, String)>),
    /// What rows of a week begin it with, from this machine or from the server.
    Openings(WeekNumber, WeekOpenings),
    /// Changes are on this machine's disk, or are not.
    Saved(Vec<SaveTicket>, Result<Vec<(DocumentId, f64)>, DiskError>),
    /// A document lies on this machine's disk as one chunk under this key, or does not.
    Rewritten(DocumentId, Result<Option<f64>, DiskError>),
    /// It is time to dial.
    Dial,
    /// The server has said who is signed in.
    SessionChecked(Result<Session, FetchError>),
    /// Who is signed in, asked once more after the line was open.
    StillHere(ConnectionId, Session),
    /// The server has said who is online.
    Online(Vec<Present>),
    /// The line is up.
    SocketUp(ConnectionId),
    /// One message came over the line.
    Frame(ConnectionId, Vec<u8>),
    /// The line is gone.
    SocketDown(ConnectionId),
    /// The server has said why it opens no line.
    LineRefused(String),
    /// The browser has noticed that the network is there, or gone.
    Network {
        /// Whether it is there.
        is_there: bool,
    },
    /// It is time to tell the others where the person is.
    TellWhere,
    /// Something of files was read, or has happened to them.
    Files(FileNews),
    /// Something of history was read, or told.
    History(News),
    /// Time passed.
    Tick,
}

/// What a screen can want.
pub enum Command {
    /// Show this week.
    OpenWeek(WeekNumber),
    /// Report these rows, or take their reports back.
    Report(Vec<RowId>, Report),
    /// Write what a person typed; one step for undo.
    Write(Vec<Typed>),
    /// Take back one's own newest step; says what others have written over.
    Undo(Callback<LeftAlone>),
    /// Put it forth again.
    Redo(Callback<LeftAlone>),
    /// Say what stands in a cell at once, and what to choose from.
    Compare(RowId, Column, Callback<Comparison>),
    /// Make this the one value of a cell.
    Choose(RowId, Column, Value),
    /// Write a draft once more.
    Retry(RowId, Column),
    /// Throw a draft away.
    Discard(RowId, Column),
    /// The person is here now, or nowhere.
    BeIn(Option<Here>),
    /// Something with files.
    Files(FileCommand),
    /// Something with comments.
    Talk(TalkCommand),
    /// Follow this account, or nobody.
    Follow(Option<String>),
    /// Tell of the past, show it, or bring some of it back.
    History(Ask),
    /// Show also how this unit's rows stood last week.
    LookBack(UnitId),
    /// Say everything in another language.
    Speak(Language),
    /// Let the cells of all rows stand in this order.
    Arrange(ColumnOrder),
    /// The person has signed in again: dial.
    Renewed,
    /// Sign out, once everything is on disk.
    Leave,
}

/// Cells that undo left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// How many there are in which something else stands now.
    pub cells: usize,
    /// What stands in the first of them; empty for nothing.
    pub standing: String,
    /// Whose that is, as far as this page knows.
    pub whose: Vec<Who>,
    /// Those that are closed now.
    pub shut: Option<Shut>,
    /// How many cells the step had, where it was too large to be kept over a reload.
    pub lost: usize,
}

/// Cells that are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// How many.
    pub cells: usize,
    /// Why the first is, a stable word.
    pub reason: String,
    /// The name of the unit whose row that is.
    pub unit: String,
}

/// What a person typed into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// As typed; empty empties the cell.
    pub text: String,
}
