//! Corrections after the freeze, as they stand in the sheet they have changed: which cells, on whose word. The server alone writes them.

use automerge::{
    AutomergeError, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};
use jiff::Timestamp;

use super::{integer_in, map_in, map_made_in, sheet, text_in};
use crate::{column::Column, row::RowId, value::Value};

const CORRECTIONS: &str = "corrections";

/// A correction that lead and office have agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its id.
    pub id: String,
    /// Which row.
    pub row: RowId,
    /// What is written; `None` empties the cell.
    pub cells: Vec<(Column, Option<Value>)>,
    /// Why.
    pub reason: String,
    /// Which account asked for it.
    pub asked_by: String,
    /// Which account of the lead agreed; empty where the office alone decides.
    pub lead_by: String,
    /// Which account of the office agreed.
    pub office_by: String,
    /// When it was written.
    pub at: Timestamp,
}

/// Writes the cells, and who agreed; a correction that stands there already is left alone.
pub fn apply(applied: &Applied, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    let Some(row) = sheet::row_map(tx, &applied.row) else {
        return Ok(());
    };
    let all = map_made_in(tx, &ROOT, CORRECTIONS)?;
    if map_in(tx, &all, &applied.id).is_some() {
        return Ok(());
    }
    let map = map_made_in(tx, &all, &applied.id)?;
    let columns: Vec<&str> = applied
        .cells
        .iter()
        .map(|(column, _)| column.id())
        .collect();
    let columns = columns.join(" ");
    let fields = [
        ("row", &applied.row.0),
        ("columns", &columns),
        ("reason", &applied.reason),
        ("asked_by", &applied.asked_by),
        ("lead_by", &applied.lead_by),
        ("office_by", &applied.office_by),
    ];
    for (key, text) in fields {
        tx.put(&map, key, text.as_str())?;
    }
    let at = ScalarValue::Timestamp(applied.at.as_millisecond());
    tx.put(&map, "at", at)?;
    for (column, value) in &applied.cells {
        match value {
            Some(value) => tx.put(&row, column.id(), value.to_scalar())?,
            None if tx.get(&row, column.id())?.is_some() => tx.delete(&row, column.id())?,
            None => {}
        }
    }
    Ok(())
}

/// Reads the corrections of a sheet, in the order of their ids. The values stand in the cells.
///
/// Result: the columns in `cells` carry no values.
pub fn read(doc: &impl ReadDoc) -> Vec<Applied> {
    let Some(all) = map_in(doc, &ROOT, CORRECTIONS) else {
        return Vec::new();
    };
    let ids: Vec<String> = doc.keys(&all).collect();
    let each = |id: String| {
        let map = map_in(doc, &all, &id)?;
        let text = |key| text_in(doc, &map, key).unwrap_or_default();
        let columns = text("columns");
        let cells = columns.split(' ').filter_map(Column::from_id);
        Some(Applied {
            row: RowId(text("row")),
            cells: cells.map(|column| (column, None)).collect(),
            reason: text("reason"),
            asked_by: text("asked_by"),
            lead_by: text("lead_by"),
            office_by: text("office_by"),
            at: Timestamp::from_millisecond(integer_in(doc, &map, "at")?).ok()?,
            id,
        })
    };
    ids.into_iter().filter_map(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{campaign::UnitId, fixture, rehearsal};

    #[test]
    fn a_correction_changes_its_cells_once_and_names_both() {
        let campaign = fixture::campaign(fixture::SMALL);
        let mut doc = rehearsal::sheet_of(&campaign, &UnitId("s-hongying".to_owned()));
        let row = RowId("m01.s-hongying".to_owned());
        let applied = Applied {
            id: "c-1".to_owned(),
            row: row.clone(),
            cells: vec![
                (Column::FoundWeek, Some(Value::Count(7))),
                (Column::Remark, None),
            ],
            reason: "漏报".to_owned(),
            asked_by: "s-hongying".to_owned(),
            lead_by: "u-shengtai".to_owned(),
            office_by: "u-office".to_owned(),
            at: "2021-04-18T09:00:00Z".parse().unwrap(),
        };
        doc.transact(|tx| apply(&applied, tx)).unwrap();
        let cells = sheet::read_row(&doc, &row).unwrap().cells;
        assert_eq!(cells[&Column::FoundWeek], [Value::Count(7)]);
        let heads = doc.get_heads();
        doc.transact(|tx| apply(&applied, tx)).unwrap();
        assert_eq!(doc.get_heads(), heads, "writing again writes nothing");
        let read = read(&doc);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].office_by, "u-office");
        assert_eq!(
            read[0].cells,
            [(Column::FoundWeek, None), (Column::Remark, None)]
        );
    }
}
