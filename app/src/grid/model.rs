//! What a screen gives the grid and what it gets back. Rows, columns and cells; what they mean is the screen's business.

use std::sync::Arc;

use leptos::prelude::*;

use super::arrangement::Arrangement;
pub use super::command::{Ask, Command, Decline, Direction};

/// A column as the grid draws it. Order on screen is order in the list; frozen columns come first.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSpec {
    /// Stable id, in `data-column`.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Heading above several neighbouring columns with the same words, such as 本周.
    pub group: Option<String>,
    /// Width in CSS pixels.
    pub width_px: f64,
    /// Stays in sight while the table scrolls sideways.
    pub frozen: bool,
    /// How it is edited.
    pub kind: CellKind,
    /// A sentence shown on hover of the heading; empty for none.
    pub hint: String,
}

impl ColumnSpec {
    /// Names the column where its heading stands alone: 本周 · 排查.
    pub fn full_title(&self) -> String {
        match &self.group {
            Some(group) => format!("{group} · {}", self.title),
            None => self.title.clone(),
        }
    }
}

/// How the cells of a column are edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellKind {
    /// A few words.
    Text,
    /// Sentences; wraps, and the row grows.
    LongText,
    /// A whole number. Full-width digits are typed as they come: the screen reads them.
    Count,
    /// One of these words.
    Choice(Vec<String>),
    /// Never edited.
    Fixed,
}

/// One line of the table, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading across all columns.
    Band {
        /// Stable id, unique among the lines.
        id: String,
        /// 1 for the outer grouping, 2 for the inner.
        level: u8,
        /// What stands in the band.
        text: String,
        /// The full text, one hover or key away; empty for none.
        detail: String,
    },
    /// A row of cells.
    Row {
        /// Stable id, in `data-row`.
        id: String,
    },
}

/// How loudly a mistake is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Severity {
    /// Nothing to mend.
    #[default]
    Calm,
    /// Stored, and should be looked at.
    Warning,
    /// Not stored as it stands.
    Error,
}

/// One cell as it looks now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellContent {
    /// What the editor starts with.
    pub text: String,
    /// What stands in the cell.
    pub shown: String,
    /// Why it cannot be edited here and now, in words.
    pub readonly: Option<String>,
    /// The sentence beside the cell.
    pub mistake: Option<String>,
    /// How loud that sentence is.
    pub severity: Severity,
    /// What is shown is a kept draft, not the stored value.
    pub draft: bool,
    /// Several values were written at the same time; a person has to choose.
    pub conflict: bool,
    /// More about this cell, one key away; empty for none.
    pub detail: String,
    /// Colour by state, as `data-state`: late, done, …
    pub state: Option<&'static str>,
    /// What filters know it by, if not by what it shows.
    pub filed: Option<Filed>,
    /// Something is said about it.
    pub commented: Option<Commented>,
}

/// How far what is said about a cell was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commented {
    /// All of it, and it is not settled.
    Open,
    /// Not all of it.
    Unread,
}

/// What filters know a cell by: a moment is filed under whether it was in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The same in every language.
    pub key: &'static str,
    /// In the reader's language.
    pub word: String,
}

/// One row as it looks now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowContent {
    /// Names the row to a screen reader.
    pub label: String,
    /// The row belongs to the reader's own unit.
    pub own: bool,
    /// One for each column, in their order.
    pub cells: Vec<CellContent>,
}

/// Where somebody else is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Other {
    /// Row id.
    pub row: String,
    /// Column id.
    pub column: String,
    /// The rows that are selected with it; none where the cell alone is.
    pub rows: Vec<String>,
    /// The columns.
    pub columns: Vec<String>,
    /// Who, as it stands on the cell.
    pub name: String,
    /// What is being typed, if something is; empty where it is not told.
    pub typed: Option<String>,
    /// Which of the six colours of people, by any stable choice; taken modulo 6.
    pub colour: u8,
}

/// Where the person is, as far as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    /// The active cell.
    pub place: CellPlace,
    /// The first rows of the range; none where the cell alone is selected.
    pub rows: Vec<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// What is being typed, if something is; empty where it is long.
    pub typed: Option<String>,
}

/// A cell by its ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CellPlace {
    /// Row id.
    pub row: String,
    /// Column id.
    pub column: String,
}

/// Finds the signal of a row; `None` while the row is not there yet. Called outside of tracking.
pub type RowSource = Arc<dyn Fn(&str) -> Option<ArcRwSignal<Arc<RowContent>>> + Send + Sync>;

/// Reads a row as it stands now, for whoever does not stay to see it change: nothing is kept of it. Called outside of tracking.
pub type RowGlance = Arc<dyn Fn(&str) -> Option<Arc<RowContent>> + Send + Sync>;

/// Says while typing what is wrong with a text for a cell: `(row, column, text)`.
pub type CellCheck = Arc<dyn Fn(&str, &str, &str) -> Option<String> + Send + Sync>;

/// Says that somebody else has written this text into the cell that is being edited.
pub type CellTheirs = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// What is typed by a key instead of letter by letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Today.
    Date,
    /// This minute.
    Time,
}

/// Writes the date or the time as cells hold them.
pub type CellClock = Arc<dyn Fn(Stamp) -> String + Send + Sync>;

/// All that the grid draws.
#[derive(Clone)]
pub struct GridSource {
    /// The columns; changing them repaints everything.
    pub columns: Signal<Arc<Vec<ColumnSpec>>>,
    /// The lines. The grid keeps its active cell by id when they change.
    pub lines: Signal<Arc<Vec<Line>>>,
    /// The rows behind the lines: one signal each, so that an edit repaints its row alone.
    pub row: RowSource,
    /// The same, at a glance.
    pub glance: RowGlance,
    /// Tells whenever cells may hold something else, in sight or not.
    pub changed: Signal<()>,
    /// Where the others are.
    pub others: Signal<Arc<Vec<Other>>>,
    /// The cell that is brought into sight, whatever is active: where somebody is who is followed.
    pub followed: Signal<Option<CellPlace>>,
    /// The check while typing.
    pub check: CellCheck,
    /// The sentence about what somebody else writes meanwhile.
    pub theirs: CellTheirs,
    /// The clock.
    pub clock: CellClock,
    /// The focus stands in the cells themselves, for programs that read them aloud.
    pub aloud: Signal<bool>,
    /// How the table is arranged.
    pub shape: Shape,
}

/// How the table is arranged, and what there is beside what is shown. The grid writes the arrangement; the screen carries it out.
#[derive(Clone, Copy)]
pub struct Shape {
    /// As the person has it.
    pub arrangement: RwSignal<Arrangement>,
    /// All columns as the cells of the rows stand: those that are shown come first.
    pub columns: Signal<Arc<Vec<ColumnSpec>>>,
    /// The lines with those that are folded away.
    pub whole: Signal<Arc<Vec<Line>>>,
    /// The ids of all rows of the view, also of those that filters keep out.
    pub rows: Signal<Arc<Vec<String>>>,
    /// Lets a row into the view that the view leaves out; without effect where there is no such row.
    pub let_in: Callback<String>,
    /// Rises when filters and sort are to be applied again; until then every row keeps its place.
    pub turn: RwSignal<u32>,
    /// The column whose list of filters is open.
    pub open_list: RwSignal<Option<String>>,
    /// How much larger than usual letters are drawn. Widths are kept for usual ones.
    pub letters: Signal<f64>,
}

/// What was done with many cells at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkKind {
    /// Pasted.
    Paste,
    /// Filled.
    Fill,
    /// Emptied.
    Clear,
}

/// What came of writing many cells at once: nothing is left out in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkReport {
    /// What was done.
    pub kind: BulkKind,
    /// Cells that hold it now.
    pub written: usize,
    /// Cells that held the same already.
    pub same: usize,
    /// Texts that are no values of their columns, and stand as drafts beside their cells.
    pub mistaken: usize,
    /// Cells that say no: the reason, and how many; the most frequent first.
    pub closed: Vec<(String, usize)>,
    /// Cells that the table is too small for.
    pub outside: usize,
    /// Ranges that do not have the shape of what was copied.
    pub misfit: usize,
}

/// What a person did.
#[derive(Debug, Clone, PartialEq)]
pub enum GridAction {
    /// The editor was left with another text than it started with.
    Commit {
        /// Row id.
        row: String,
        /// Column id.
        column: String,
        /// As typed, line breaks as LF.
        text: String,
    },
    /// Several cells were filled at once; one step for undo.
    Fill {
        /// Row id, column id, text. Cells that are read-only are left out.
        cells: Vec<(String, String, String)>,
    },
    /// Cells were emptied. One step for undo.
    Clear {
        /// Row id, column id. Cells that are read-only are left out.
        cells: Vec<(String, String)>,
    },
    /// Ctrl+Z.
    Undo,
    /// Ctrl+Y, Ctrl+Shift+Z.
    Redo,
    /// Ctrl+S: tell the person that everything is kept.
    Save,
    /// A person wants to choose between values written at the same time.
    Choose(CellPlace),
    /// Somebody wrote into a cell that says no; the reason was shown.
    Refused(CellPlace),
    /// Many cells were written; some may not have been.
    Report(BulkReport),
    /// The selected ranges make no rectangle, and so cannot be copied together.
    CannotCopy,
    /// The next paste turns rows into columns.
    WillTurn,
    /// The last change is none that can be done once more elsewhere.
    NothingToRepeat,
    /// Something around the table.
    Ask {
        /// What.
        ask: Ask,
        /// The active cell.
        place: Option<CellPlace>,
        /// Its lower left corner on the page.
        x_px: f64,
        /// Likewise.
        y_px: f64,
    },
    /// A habit that has no place here.
    Decline(Decline),
}

/// What the grid says itself, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GridWords {
    /// Names the table: 周调度表.
    pub label: String,
    /// Stands where there are no lines.
    pub empty: String,
    /// Between parts of what is read aloud: ，
    pub comma: String,
    /// Read for an empty cell: 空
    pub blank: String,
    /// On the mark of a cell with several values: 有多个值，点此选择
    pub conflict: String,
    /// Where somebody else types: 正在输入
    pub typing: String,
    /// Before those who are in the active cell too: 在此处
    pub also_here: String,
    /// On a cell about which something is said: 有批注
    pub commented: String,
    /// Likewise, not all of it read: 有未读批注
    pub commented_unread: String,
    /// On a draft: 草稿，尚未保存
    pub draft: String,
    /// Before the reason of a cell that cannot be edited: 只读
    pub readonly: String,
    /// Names the list of a choice: 可选项
    pub choices: String,
    /// Names the window with the full text: 全文
    pub detail: String,
    /// At the foot of that window: Esc 关闭
    pub detail_close: String,
    /// Before the number of selected cells: 计数
    pub count: String,
    /// Before the sum of the figures: 求和
    pub sum: String,
    /// Before their mean: 平均
    pub mean: String,
    /// While moves grow the range: 扩展选定区域
    pub growing: String,
    /// While moves add a range: 添加选定区域
    pub adding: String,
}
