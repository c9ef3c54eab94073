//! The sheet document: one unit's rows of one week. Row maps are the server's, cells are people's.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{
    Automerge, AutomergeError, ObjId, Patch, PatchAction, Prop, ROOT, ReadDoc,
    transaction::Transaction,
};

use super::{integer_in, map_in, map_made_in, put_new, text_in, values_in};
use crate::{
    campaign::{Campaign, UnitId, WeekNumber},
    column::{Column, Kind},
    row::{Row, RowId},
    tally::{Tally, Totals},
    value::Value,
};

/// The root key under which the rows lie.
pub const ROWS: &str = "rows";

/// The cells of one row: all values that stand in a cell at once, the one that plain readers see first. Empty cells are missing.
pub type Cells = BTreeMap<Column, Vec<Value>>;

/// What a sheet says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The campaign's id.
    pub campaign: String,
    /// Which week.
    pub week: WeekNumber,
    /// Whose rows.
    pub unit: UnitId,
}

/// A sheet, read whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its rows.
    pub rows: BTreeMap<RowId, SheetRow>,
}

/// One row as the sheet stores it. Keys that are not known are left in the document and out of here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetRow {
    /// What people typed.
    pub cells: Cells,
    /// The opening totals, as the server wrote them.
    pub before: Totals,
}

/// Which rows some patches concern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// Possibly every row.
    All,
    /// These rows; none when empty.
    Rows(BTreeSet<RowId>),
}

/// Makes the sheet of a unit and the maps of its rows; what stands there already is left alone.
///
/// `rows`: rows of other units are passed over.
pub fn create(
    campaign: &Campaign,
    week: WeekNumber,
    unit: &UnitId,
    rows: &[Row],
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    put_new(tx, &ROOT, "campaign", campaign.id.as_str())?;
    put_new(tx, &ROOT, "week", i64::from(week.0))?;
    put_new(tx, &ROOT, "unit", unit.0.as_str())?;
    let map = map_made_in(tx, &ROOT, ROWS)?;
    for row in rows.iter().filter(|row| row.unit == *unit) {
        map_made_in(tx, &map, &row.id.0)?;
    }
    Ok(())
}

/// Returns what the sheet says about itself; `None` while it is not there yet.
pub fn head(doc: &impl ReadDoc) -> Option<Head> {
    let week = u8::try_from(integer_in(doc, &ROOT, "week")?).ok()?;
    Some(Head {
        campaign: text_in(doc, &ROOT, "campaign")?,
        week: WeekNumber(week),
        unit: UnitId(text_in(doc, &ROOT, "unit")?),
    })
}

/// Reads the sheet whole; a document that is not there yet has no rows.
pub fn read(doc: &Automerge) -> Sheet {
    let Some(rows) = map_in(doc, &ROOT, ROWS) else {
        return Sheet::default();
    };
    let ids: Vec<String> = doc.keys(&rows).collect();
    let row = |id: String| {
        let map = map_in(doc, &rows, &id)?;
        Some((RowId(id), read_cells(doc, &map)))
    };
    Sheet {
        rows: ids.into_iter().filter_map(row).collect(),
    }
}

/// Reads one row; `None` if the sheet does not have it.
pub fn read_row(doc: &impl ReadDoc, row: &RowId) -> Option<SheetRow> {
    Some(read_cells(doc, &row_map(doc, row)?))
}

/// Returns the map that holds a row's cells.
pub(crate) fn row_map(doc: &impl ReadDoc, row: &RowId) -> Option<ObjId> {
    map_in(doc, &map_in(doc, &ROOT, ROWS)?, &row.0)
}

fn read_cells(doc: &impl ReadDoc, map: &ObjId) -> SheetRow {
    let mut row = SheetRow::default();
    for key in doc.keys(map) {
        if let Some(tally) = Tally::from_before_id(&key) {
            let before = values_in(doc, map, &key, Kind::Count);
            row.before.set(tally, before.first().and_then(Value::count));
        }
        let Some(column) = Column::from_id(&key).filter(|column| column.is_stored_in_sheet())
        else {
            continue;
        };
        let values = values_in(doc, map, &key, column.kind());
        if !values.is_empty() {
            row.cells.insert(column, values);
        }
    }
    row
}

/// Says which rows to read again after a change.
pub fn rows_touched(patches: &[Patch]) -> Touched {
    let mut rows = BTreeSet::new();
    for patch in patches {
        let mut keys = patch.path.iter().map(|(_, prop)| prop);
        match (keys.next(), keys.next()) {
            // The root's own scalars are not shown in rows; a new map of rows is.
            (None, _) => match put_key(&patch.action) {
                Some(ROWS) => return Touched::All,
                Some(_) => {}
                None => return Touched::All,
            },
            (Some(Prop::Map(key)), None) if key == ROWS => match put_key(&patch.action) {
                Some(row) => drop(rows.insert(RowId(row.to_owned()))),
                None => return Touched::All,
            },
            (Some(Prop::Map(key)), Some(Prop::Map(row))) if key == ROWS => {
                drop(rows.insert(RowId(row.clone())))
            }
            (Some(Prop::Map(_) | Prop::Seq(_)), _) => return Touched::All,
        }
    }
    Touched::Rows(rows)
}

fn put_key(action: &PatchAction) -> Option<&str> {
    match action {
        PatchAction::PutMap { key, .. } | PatchAction::DeleteMap { key } => Some(key),
        PatchAction::Conflict {
            prop: Prop::Map(key),
        } => Some(key),
        _ => None,
    }
}
