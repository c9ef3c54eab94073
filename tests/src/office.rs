//! One machine: a hub, its disk, and how a person writes at it. The server is one too.

use std::collections::BTreeSet;

use automerge::{
    ActorId, Automerge, AutomergeError, ObjType, ROOT, ReadDoc, ScalarValue, Value,
    transaction::{Transactable, Transaction},
};
use diaodu_sync::{
    event::{Author, CellAddress, Millis},
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::repo::DocumentId;
use fastrand::Rng;

use crate::{disk::Disk, script::Write};

/// Row ids that every simulated sheet has.
pub const ROWS: [&str; 4] = [
    "m01.s-hongying",
    "m02.s-hongying",
    "m07.s-hongying",
    "m22.s-hongying",
];

/// Column ids that offices write.
pub const COLUMNS: [&str; 6] = [
    "progress",
    "checked_week",
    "found_week",
    "fixed_week",
    "problem",
    "status",
];

/// A server or a tab.
pub struct Machine {
    /// `None` while it is down.
    pub hub: Option<Hub>,
    /// Survives everything.
    pub disk: Disk,
    /// Counts starts: what was meant for an earlier one is void.
    pub boot: u32,
    /// When the disk has done all its work.
    pub disk_free_at: i64,
    /// How far its clock is off.
    pub skew_ms: i64,
}

impl Machine {
    /// Makes a machine that is switched off.
    pub fn new(skew_ms: i64) -> Machine {
        Machine {
            hub: None,
            disk: Disk::default(),
            boot: 0,
            disk_free_at: 0,
            skew_ms,
        }
    }

    /// Starts it with empty memory.
    pub fn start(&mut self, peer: &str, rng: &mut Rng) {
        self.boot += 1;
        let mut seed = [0; 32];
        rng.fill(&mut seed);
        self.hub = Some(Hub::new(format!("{peer}-{}", self.boot), seed));
    }

    /// Stops it without warning.
    pub fn crash(&mut self, rng: &mut Rng) {
        self.hub = None;
        self.disk.crash(rng);
        self.disk_free_at = 0;
    }

    /// What its clock shows.
    pub fn clock(&self, now: i64) -> Millis {
        Millis(now + self.skew_ms)
    }
}

/// An office at its desk.
pub struct Office {
    /// Its browser.
    pub machine: Machine,
    /// Under which account it works.
    pub author: Author,
    /// Which sheets its tab shows.
    pub wants: BTreeSet<DocumentId>,
    /// Whether it has a network.
    pub online: bool,
    /// The line it has, by index.
    pub line: Option<usize>,
}

/// Knows the simulated sheets, their rows and columns; anybody may write them.
pub struct Porter {
    /// The sheets there are.
    pub documents: BTreeSet<DocumentId>,
}

impl Gatekeeper for Porter {
    fn may_read(&self, _author: &Author, document: &DocumentId) -> bool {
        self.documents.contains(document)
    }

    fn judge(
        &self,
        _author: &Author,
        _document: &DocumentId,
        _content: &Automerge,
        cell: &CellAddress,
        _value: Option<&ScalarValue>,
    ) -> Result<(), String> {
        let row_known = matches!(cell.path.as_slice(), [rows, row] if rows == "rows" && ROWS.contains(&row.as_str()));
        if row_known && COLUMNS.contains(&cell.key.as_str()) {
            Ok(())
        } else {
            Err("unknown-cell".to_owned())
        }
    }
}

/// Makes the sheet as the server does: all row maps in one change.
pub fn empty_sheet(number: u8) -> Automerge {
    let mut sheet = Automerge::new().with_actor(ActorId::from([0xd0 + number; 16]));
    let mut tx = sheet.transaction();
    lay_out(&mut tx).expect("an empty document takes a layout");
    tx.commit();
    sheet
}

fn lay_out(tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    tx.put(ROOT, "week", 2)?;
    let rows = tx.put_object(ROOT, "rows", ObjType::Map)?;
    for row in ROWS {
        tx.put_object(&rows, row, ObjType::Map)?;
    }
    Ok(())
}

/// Writes some neighbouring cells of one row; `false` when the sheet has no rows yet.
pub fn write_cells(
    tx: &mut Transaction<'_>,
    row: u8,
    column: u8,
    cells: u8,
    write: Write,
) -> Result<bool, AutomergeError> {
    let Some((Value::Object(_), rows)) = tx.get(ROOT, "rows")? else {
        return Ok(false);
    };
    let row = ROWS[usize::from(row) % ROWS.len()];
    let Some((Value::Object(_), cells_of_row)) = tx.get(&rows, row)? else {
        return Ok(false);
    };
    for offset in 0..usize::from(cells).min(COLUMNS.len()) {
        let column = COLUMNS[(usize::from(column) + offset) % COLUMNS.len()];
        match write {
            Write::Text(number) => tx.put(&cells_of_row, column, format!("进展{number}"))?,
            Write::Number(number) => tx.put(&cells_of_row, column, i64::from(number))?,
            Write::Delete if tx.get(&cells_of_row, column)?.is_some() => {
                tx.delete(&cells_of_row, column)?
            }
            Write::Delete => {}
        }
    }
    Ok(tx.pending_ops() > 0)
}
