//! Files of rows, as they stand in the sheet: `attachments` → row id → file id → fields, written by the server alone, beside the rows
//! and not in them: what lies in a row is a cell. The bytes lie elsewhere.

use automerge::{
    AutomergeError, ObjId, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};
use jiff::Timestamp;

use super::{integer_in, map_in, map_made_in, sheet, text_in};
use crate::{
    attachment::{Attached, FileKind},
    row::RowId,
};

/// The root key under which files lie, by row.
pub const ATTACHMENTS: &str = "attachments";

/// Writes a file into a row; one that stands there already is left alone.
pub fn put(row: &RowId, file: &Attached, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    // A row that was not needed before is needed now.
    sheet::row_map_made(tx, row)?;
    let all = map_made_in(tx, &ROOT, ATTACHMENTS)?;
    let all = map_made_in(tx, &all, &row.0)?;
    if map_in(tx, &all, &file.id).is_some() {
        return Ok(());
    }
    let map = map_made_in(tx, &all, &file.id)?;
    let texts = [
        ("name", file.name.as_str()),
        ("kind", file.kind.word()),
        ("sha256", &file.digest),
        ("account", &file.account),
        ("person", &file.person),
    ];
    for (key, text) in texts {
        tx.put(&map, key, text)?;
    }
    tx.put(&map, "bytes", i64::try_from(file.bytes).unwrap_or(i64::MAX))?;
    tx.put(&map, "at", ScalarValue::Timestamp(file.at.as_millisecond()))
}

/// Takes a file out of a row; one that is not there is no mistake.
pub fn take_out(row: &RowId, id: &str, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    match of_row(tx, row) {
        Some(all) if map_in(tx, &all, id).is_some() => tx.delete(&all, id),
        Some(_) | None => Ok(()),
    }
}

fn of_row(doc: &impl ReadDoc, row: &RowId) -> Option<ObjId> {
    map_in(doc, &map_in(doc, &ROOT, ATTACHMENTS)?, &row.0)
}

/// Says whether any row has, or has ever had, a file.
pub fn is_used(doc: &impl ReadDoc) -> bool {
    map_in(doc, &ROOT, ATTACHMENTS).is_some()
}

/// Reads the files of all rows.
pub fn read_all(doc: &impl ReadDoc) -> Vec<(RowId, Vec<Attached>)> {
    let Some(all) = map_in(doc, &ROOT, ATTACHMENTS) else {
        return Vec::new();
    };
    let rows: Vec<RowId> = doc.keys(&all).map(RowId).collect();
    let rows = rows.into_iter();
    rows.map(|row| (row.clone(), read(doc, &row))).collect()
}

/// Reads the files of a row in the order in which they came; what is not understood is left out.
pub(super) fn read(doc: &impl ReadDoc, row: &RowId) -> Vec<Attached> {
    let Some(all) = of_row(doc, row) else {
        return Vec::new();
    };
    let ids: Vec<String> = doc.keys(&all).collect();
    let each = |id: String| {
        let map = map_in(doc, &all, &id)?;
        let text = |key| text_in(doc, &map, key);
        Some(Attached {
            name: text("name")?,
            kind: FileKind::from_word(&text("kind")?)?,
            bytes: u64::try_from(integer_in(doc, &map, "bytes")?).ok()?,
            digest: text("sha256")?,
            account: text("account")?,
            // Older ones have none.
            person: text("person").unwrap_or_default(),
            at: Timestamp::from_millisecond(integer_in(doc, &map, "at")?).ok()?,
            id,
        })
    };
    let mut files: Vec<Attached> = ids.into_iter().filter_map(each).collect();
    files.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    files
}

#[cfg(test)]
mod tests {
    use automerge::Automerge;

    use super::*;
    use crate::{campaign::UnitId, column::Column, edit::Edit, fixture, rehearsal};

    fn file(id: &str, at_ms: i64) -> Attached {
        Attached {
            id: id.to_owned(),
            name: format!("{id}.png"),
            kind: FileKind::Png,
            bytes: 12,
            digest: "ab".repeat(32),
            account: "s-hongying".to_owned(),
            person: "冯演示".to_owned(),
            at: Timestamp::from_millisecond(at_ms).unwrap(),
        }
    }

    fn names(doc: &Automerge, row: &RowId) -> String {
        let row = sheet::read_row(doc, row).unwrap();
        crate::attachment::names(&row.attached).replace('\n', " ")
    }

    #[test]
    fn files_come_and_go_beside_the_cells_and_twice_is_once() {
        let campaign = fixture::campaign(fixture::SMALL);
        let mut doc = rehearsal::sheet_of(&campaign, &UnitId("s-hongying".to_owned()));
        let row = RowId("m01.s-hongying".to_owned());
        let edit = Edit::typed(&row, Column::Remark, "好", "").unwrap();
        rehearsal::perform(&mut doc, &edit).unwrap();
        let (late, early) = (file("b", 7), file("a", 5));
        doc.transact(|tx| put(&row, &late, tx)).unwrap();
        doc.transact(|tx| put(&row, &early, tx)).unwrap();
        assert_eq!(names(&doc, &row), "a.png b.png");
        assert_eq!(sheet::read(&doc).rows[&row].attached, [early.clone(), late]);
        let heads = doc.get_heads();
        doc.transact(|tx| put(&row, &early, tx)).unwrap();
        doc.transact(|tx| take_out(&row, "c", tx)).unwrap();
        assert_eq!(doc.get_heads(), heads, "writing again writes nothing");
        doc.transact(|tx| take_out(&row, "a", tx)).unwrap();
        assert_eq!(names(&doc, &row), "b.png");
        let stored = sheet::read_row(&doc, &row).unwrap();
        assert_eq!(stored.cells.len(), 1, "cells are left alone");
        let past = doc.fork_at(&heads).unwrap();
        assert_eq!(names(&past, &row), "a.png b.png");
        let all = read_all(&past);
        assert_eq!((all.len(), &all[0].0, all[0].1.len()), (1, &row, 2));
        assert!(is_used(&doc) && read_all(&doc)[0].1.len() == 1);
    }

    #[test]
    fn a_file_repaints_its_row_and_makes_the_row_if_it_is_missing() {
        let campaign = fixture::campaign(fixture::SMALL);
        let mut doc = rehearsal::sheet_of(&campaign, &UnitId("s-hongying".to_owned()));
        let heads = doc.get_heads();
        let row = RowId("m02.s-hongying".to_owned());
        doc.transact(|tx| put(&row, &file("a", 5), tx)).unwrap();
        let touched = sheet::rows_touched(&doc.diff(&heads, &doc.get_heads()));
        assert_eq!(touched, sheet::Touched::Rows([row].into()));
        let new = RowId("m07.s-hongying".to_owned());
        doc.transact(|tx| put(&new, &file("a", 5), tx)).unwrap();
        assert_eq!(names(&doc, &new), "a.png");
    }
}
