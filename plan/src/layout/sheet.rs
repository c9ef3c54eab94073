//! The sheet document: one unit's rows of one week. Row maps are the server's, cells are people's.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{
    Automerge, AutomergeError, ObjId, Patch, PatchAction, Prop, ROOT, ReadDoc, Value as Stored,
    iter::MapRangeItem,
    transaction::{Transactable, Transaction},
};

use super::{attachment, integer_in, map_in, map_made_in, put_new, sent_back, text_in, values_in};
use crate::{
    attachment::Attached,
    campaign::{Campaign, UnitId, WeekNumber},
    column::{Column, Kind},
    row::{Row, RowId},
    sent_back::SentBack,
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
    /// 附件, as the server wrote them, in the order in which they came.
    pub attached: Vec<Attached>,
    /// 退回 by the unit's 责任领导, the last one, as the server wrote it; whether it still stands is another question.
    pub sent_back: Option<SentBack>,
}

impl SheetRow {
    /// Says whether anything stands in the row that somebody put there.
    pub fn holds_something(&self) -> bool {
        !self.cells.is_empty() || !self.attached.is_empty()
    }
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

/// Writes what a row begins the week with, in place of what stood there; a row that the sheet does not have is passed over.
pub fn put_opening(
    row: &RowId,
    totals: &Totals,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    let Some(map) = row_map(tx, row) else {
        return Ok(());
    };
    for tally in Tally::ALL {
        let count = totals
            .get(tally)
            .and_then(|count| i64::try_from(count).ok());
        match count {
            Some(count) => put_new(tx, &map, tally.before_id(), count)?,
            None if tx.get(&map, tally.before_id())?.is_some() => {
                tx.delete(&map, tally.before_id())?;
            }
            None => {}
        }
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
        let id = RowId(id);
        let row = with_beside(doc, &id, read_cells(doc, &map));
        Some((id, row))
    };
    Sheet {
        rows: ids.into_iter().filter_map(row).collect(),
    }
}

/// Reads one row; `None` if the sheet does not have it.
pub fn read_row(doc: &impl ReadDoc, row: &RowId) -> Option<SheetRow> {
    let stored = read_cells(doc, &row_map(doc, row)?);
    Some(with_beside(doc, row, stored))
}

/// Adds what the server has written beside the rows.
fn with_beside(doc: &impl ReadDoc, id: &RowId, row: SheetRow) -> SheetRow {
    SheetRow {
        attached: attachment::read(doc, id),
        sent_back: sent_back::read(doc, id),
        ..row
    }
}

/// Returns the map that holds a row's cells, made if it is missing: row maps are the server's.
pub(super) fn row_map_made(tx: &mut Transaction<'_>, row: &RowId) -> Result<ObjId, AutomergeError> {
    let rows = map_made_in(tx, &ROOT, ROWS)?;
    map_made_in(tx, &rows, &row.0)
}

/// Returns the map that holds a row's cells.
pub(crate) fn row_map(doc: &impl ReadDoc, row: &RowId) -> Option<ObjId> {
    map_in(doc, &map_in(doc, &ROOT, ROWS)?, &row.0)
}

fn read_cells(doc: &impl ReadDoc, map: &ObjId) -> SheetRow {
    let mut row = SheetRow::default();
    for item in doc.map_range(map, ..) {
        if let Some(tally) = Tally::from_before_id(&item.key) {
            let before = item_values(doc, map, &item, Kind::Count);
            row.before.set(tally, before.first().and_then(Value::count));
        }
        let column = Column::from_id(&item.key).filter(|column| column.is_stored_in_sheet());
        let Some(column) = column else { continue };
        let values = item_values(doc, map, &item, column.kind());
        if !values.is_empty() {
            row.cells.insert(column, values);
        }
    }
    row
}

/// Reads what the walk over the map found; looking up each key anew costs several times as much.
fn item_values(doc: &impl ReadDoc, map: &ObjId, item: &MapRangeItem<'_>, kind: Kind) -> Vec<Value> {
    if item.conflict {
        return values_in(doc, map, &item.key, kind);
    }
    let value = match item.value.clone().into_value() {
        Stored::Scalar(scalar) => Value::from_scalar(kind, &scalar),
        Stored::Object(_) => None,
    };
    value
        .filter(|value| !value.is_empty())
        .into_iter()
        .collect()
}

/// Says which rows to read again after a change.
pub fn rows_touched(patches: &[Patch]) -> Touched {
    let mut rows = BTreeSet::new();
    for patch in patches {
        match touch_of(patch) {
            Reach::Nothing => {}
            Reach::Row(row) => {
                rows.insert(RowId(row.to_owned()));
            }
            Reach::Everything => return Touched::All,
        }
    }
    Touched::Rows(rows)
}

enum Reach<'a> {
    Nothing,
    Row(&'a str),
    Everything,
}

/// Says whether what lies under this root key lies there by row.
fn is_by_row(key: &str) -> bool {
    [ROWS, attachment::ATTACHMENTS, sent_back::SENT_BACK].contains(&key)
}

fn touch_of(patch: &Patch) -> Reach<'_> {
    let mut keys = patch.path.iter().map(|(_, prop)| prop);
    match (keys.next(), keys.next()) {
        // The root's own scalars are not shown in rows; a new map of rows is.
        (None, _) => match key_of(&patch.action) {
            Some(key) if key != ROWS => Reach::Nothing,
            Some(_) | None => Reach::Everything,
        },
        (Some(Prop::Map(key)), None) if is_by_row(key) => {
            key_of(&patch.action).map_or(Reach::Everything, Reach::Row)
        }
        (Some(Prop::Map(key)), Some(Prop::Map(row))) if is_by_row(key) => Reach::Row(row),
        (Some(Prop::Map(_) | Prop::Seq(_)), _) => Reach::Everything,
    }
}

fn key_of(action: &PatchAction) -> Option<&str> {
    match action {
        PatchAction::PutMap { key, .. } | PatchAction::DeleteMap { key } => Some(key),
        PatchAction::Conflict {
            prop: Prop::Map(key),
        } => Some(key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use automerge::{ObjType, PatchLog, transaction::Transactable};

    use super::*;
    use crate::{edit::Edit, fixture, rehearsal};

    fn unit() -> UnitId {
        UnitId("s-hongying".to_owned())
    }

    fn sheet() -> Automerge {
        rehearsal::sheet_of(&fixture::campaign(fixture::SMALL), &unit())
    }

    fn row(measure: u8) -> RowId {
        RowId::new(crate::campaign::MeasureNumber(measure), &unit())
    }

    fn edit(measure: u8, column: Column, text: &str) -> Edit {
        Edit::typed(&row(measure), column, text, "").unwrap()
    }

    fn touched(measures: &[u8]) -> Touched {
        Touched::Rows(measures.iter().map(|measure| row(*measure)).collect())
    }

    #[test]
    fn a_sheet_has_the_rows_of_its_unit() {
        let doc = sheet();
        assert_eq!(
            head(&doc),
            Some(Head {
                campaign: "fixture".to_owned(),
                week: WeekNumber(2),
                unit: unit()
            })
        );
        assert_eq!(
            read(&doc).rows.into_keys().collect::<Vec<_>>(),
            [row(1), row(2)]
        );
        assert_eq!(head(&rehearsal::document(0)), None);
        assert_eq!(read(&rehearsal::document(0)), Sheet::default());
    }

    #[test]
    fn creating_again_adds_only_new_rows() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        let mut doc = sheet();
        rehearsal::perform(&mut doc, &edit(1, Column::Progress, "甲")).unwrap();
        let mut create = |campaign: &Campaign| {
            let rows = crate::row::rows(campaign, WeekNumber(2));
            doc.transact(|tx| super::create(campaign, WeekNumber(2), &unit(), &rows, tx))
                .unwrap();
            (doc.get_heads(), read(&doc))
        };
        let (heads, first) = create(&campaign);
        assert_eq!(create(&campaign), (heads, first));
        let mut third = campaign.measures[0].clone();
        third.number.0 = 3;
        campaign.measures.push(third);
        let (_, grown) = create(&campaign);
        assert_eq!(
            grown.rows.keys().cloned().collect::<Vec<_>>(),
            [row(1), row(2), row(3)]
        );
        assert_eq!(
            grown.rows[&row(1)].cells[&Column::Progress],
            [Value::Text("甲".to_owned())]
        );
    }

    #[test]
    fn what_is_not_known_is_left_in_the_document() {
        let mut doc = sheet();
        rehearsal::perform(&mut doc, &edit(1, Column::Progress, "甲")).unwrap();
        doc.transact(|tx| {
            let map = row_map(tx, &row(1)).unwrap();
            tx.put(&map, "signed", "审签")?;
            tx.put(&map, "found_before", 7)?;
            tx.put(&map, "problem", 7)?;
            tx.put(&map, "fix_rate", "70%")?;
            tx.put_object(&map, "next_plan", ObjType::Text).map(drop)
        })
        .unwrap();
        let read = read_row(&doc, &row(1)).unwrap();
        assert_eq!(
            read.cells,
            Cells::from([(Column::Progress, vec![Value::Text("甲".to_owned())])])
        );
        assert_eq!(
            read.before,
            Totals {
                found: Some(7),
                ..Totals::default()
            }
        );
        assert_eq!(
            super::read(&doc).rows[&row(1)],
            read,
            "one row reads as the whole does"
        );
        assert_eq!(read_row(&doc, &RowId("m09.nobody".to_owned())), None);
    }

    #[test]
    fn an_edit_repaints_its_row_and_no_other() {
        let mut doc = sheet();
        let heads = doc.get_heads();
        rehearsal::perform(&mut doc, &edit(2, Column::Progress, "甲")).unwrap();
        let put = doc.get_heads();
        assert_eq!(rows_touched(&doc.diff(&heads, &put)), touched(&[2]));
        rehearsal::perform(&mut doc, &edit(2, Column::Progress, "")).unwrap();
        assert_eq!(
            rows_touched(&doc.diff(&put, &doc.get_heads())),
            touched(&[2]),
            "a deleted cell"
        );
        assert_eq!(rows_touched(&[]), touched(&[]));
    }

    #[test]
    fn a_conflict_repaints_its_row() {
        let mut ours = sheet();
        let mut theirs = rehearsal::desk(&ours, 9);
        rehearsal::perform(&mut ours, &edit(1, Column::Progress, "甲")).unwrap();
        rehearsal::perform(&mut theirs, &edit(1, Column::Progress, "乙")).unwrap();
        let mut mine = ours.clone();
        let mut log = PatchLog::active();
        mine.merge_and_log_patches(&mut theirs, &mut log).unwrap();
        assert_eq!(rows_touched(&mine.make_patches(&mut log)), touched(&[1]));
        let mut log = PatchLog::active();
        theirs.merge_and_log_patches(&mut ours, &mut log).unwrap();
        assert_eq!(rows_touched(&theirs.make_patches(&mut log)), touched(&[1]));
    }

    #[test]
    fn loading_repaints_everything() {
        assert_eq!(rows_touched(&sheet().current_state()), Touched::All);
    }

    #[test]
    fn new_rows_are_touched_one_by_one() {
        let mut doc = sheet();
        let heads = doc.get_heads();
        doc.transact(|tx| {
            let rows = map_in(tx, &ROOT, ROWS).unwrap();
            tx.put_object(&rows, row(7).0, ObjType::Map).map(drop)
        })
        .unwrap();
        assert_eq!(
            rows_touched(&doc.diff(&heads, &doc.get_heads())),
            touched(&[7])
        );
    }
}
