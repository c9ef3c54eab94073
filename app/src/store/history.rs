//! What the screens show of history: which moment the table shows, and what lists and comparisons are made of.

use std::collections::{BTreeMap, HashMap};

use automerge::ChangeHash;
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    carry::Carried,
    column::Column,
    layout::{card::Card, hub::Cut, sheet::SheetRow},
    row::RowId,
};
use jiff::Timestamp;
use leptos::prelude::*;

/// A moment of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// As the server had it then, in milliseconds since 1970.
    At(i64),
    /// 截止 or 定稿.
    Cut(Cut),
    /// As it is.
    Now,
}

/// What the table shows instead of what is there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The moment.
    pub moment: Moment,
    /// It, in milliseconds since 1970.
    pub at_ms: i64,
    /// What it is compared with: cells that differ are marked.
    pub since: Option<Moment>,
}

/// What screens of history listen to.
#[derive(Clone, Default)]
pub struct HistoryStore {
    /// Rises when there is something new to be told.
    pub news: ArcRwSignal<u64>,
    /// What the table shows; `None`: what is there now.
    pub shown: ArcRwSignal<Option<Shown>>,
}

/// The rows of a week as they were.
#[derive(Default)]
pub struct PastTable {
    /// Rows of the sheets.
    pub stored: HashMap<RowId, SheetRow>,
    /// Cards.
    pub cards: HashMap<UnitId, Card>,
    /// Receipts.
    pub receipts: BTreeMap<RowId, Timestamp>,
    /// What the snapshot keeps of what rows began the week with, where their sheet does not say it; `None`: no snapshot, they began it as they do now.
    pub begun: Option<Carried>,
    /// Cells that are marked: what stood there at the other moment.
    pub changed: HashMap<(RowId, Column), String>,
}

/// What a list of versions is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One cell.
    Cell(RowId, Column),
    /// All cells of a row, its telephone included.
    Row(RowId),
    /// All cells of a unit's rows, their telephones included.
    Unit(UnitId),
}

/// When the server received a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In milliseconds since 1970.
    At(i64),
    /// It has, and this page does not know when.
    Known,
    /// Not yet: 未上传.
    Unsent,
}

/// Who wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// An account, as the server told it.
    Person {
        /// The person's name, or the account's.
        name: String,
        /// The unit's name.
        unit: String,
    },
    /// The server itself: openings and corrections.
    Server,
    /// Not known on this page.
    Unknown,
}

/// One version of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// The change.
    pub change: ChangeHash,
    /// What stood there before; empty for an empty cell.
    pub old: String,
    /// What stood there then.
    pub new: String,
    /// When.
    pub when: When,
    /// Who.
    pub who: Who,
    /// Whether it still stands.
    pub stands: bool,
}

/// Versions, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    /// As many as were asked for.
    pub listed: Vec<Listed>,
    /// How many there are.
    pub all: usize,
    /// Whether what the server has told is being read.
    pub waits: bool,
}

/// A cell that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// In the one.
    pub old: String,
    /// In the other.
    pub new: String,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// The first of them, in the order of the table.
    pub listed: Vec<Differing>,
    /// How many there are.
    pub all: usize,
    /// Whether documents are still to come.
    pub waits: bool,
}

/// What the bar over the table shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// Moments at which the server received something, in order.
    pub moments: Vec<i64>,
    /// 截止 and 定稿, in order.
    pub cuts: Vec<(Cut, i64)>,
    /// The server was down at 截止 and has taken it later, from what it had received before.
    pub was_down: bool,
    /// The end: the server's clock now.
    pub now_ms: i64,
    /// Whether there is more to be read.
    pub waits: bool,
    /// Whether the server has received changes of which this page does not know when.
    pub has_unknown: bool,
}

/// What came of restoring.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restored {
    /// Cells that were written.
    pub written: usize,
    /// Cells that say no.
    pub closed: usize,
    /// Why the first of them does, a stable word.
    pub reason: Option<String>,
}

/// What a screen wants of history.
pub enum Ask {
    /// So many of the newest versions.
    Versions(Scope, usize, Callback<Versions>),
    /// The bar.
    Timeline(Callback<Timeline>),
    /// Show the table as it was, or is again; `since`: mark what has changed since then.
    Show {
        /// `None`: what is there now, to be written in.
        moment: Option<Moment>,
        /// The other moment.
        since: Option<Moment>,
        /// Told what differs.
        tell: Callback<Differences>,
    },
    /// Compare the week on screen with another one; of one unit or of all.
    Weeks(WeekNumber, Option<UnitId>, Callback<Differences>),
    /// Write once more what a version has written into its cell.
    RestoreCell(RowId, Column, String, Callback<Restored>),
    /// Write once more what stood in a row when this change had arrived.
    RestoreRow(RowId, ChangeHash, Callback<Restored>),
}
