//! 退回 by the unit's 责任领导, as it stands in the sheet: `sent_back` → row id → fields, written by the server alone. It lies here and not
//! in the hub, for the reason is for whoever reads the row, and touches no receipt.

use automerge::{
    AutomergeError, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};
use jiff::Timestamp;

use super::{integer_in, map_in, map_made_in, sheet, text_in};
use crate::{report::Said, row::RowId, sent_back::SentBack};

/// The root key under which they lie, by row.
pub const SENT_BACK: &str = "sent_back";

/// Writes that a row was sent back, of the report that it says now; one of this very moment that stands there already is left alone.
pub fn put(row: &RowId, back: &SentBack, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    let known = read(tx, row);
    if known.is_some_and(|known| known.at == back.at && known.by == back.by) {
        return Ok(());
    }
    let stored = sheet::read_row(tx, row).unwrap_or_default();
    let all = map_made_in(tx, &ROOT, SENT_BACK)?;
    let map = map_made_in(tx, &all, &row.0)?;
    let moment = |at: Timestamp| ScalarValue::Timestamp(at.as_millisecond());
    tx.put(&map, "at", moment(back.at))?;
    tx.put(&map, "by", back.by.as_str())?;
    tx.put(&map, "reason", back.reason.as_str())?;
    match Said::read(&stored.cells).saved_at {
        Some(at) => tx.put(&map, "of", moment(at)),
        None if tx.get(&map, "of")?.is_some() => tx.delete(&map, "of"),
        None => Ok(()),
    }
}

/// Reads how a row was sent back last; what is not understood is left out.
pub(super) fn read(doc: &impl ReadDoc, row: &RowId) -> Option<SentBack> {
    let map = map_in(doc, &map_in(doc, &ROOT, SENT_BACK)?, &row.0)?;
    let at = |key| Timestamp::from_millisecond(integer_in(doc, &map, key)?).ok();
    Some(SentBack {
        at: at("at")?,
        by: text_in(doc, &map, "by")?,
        reason: text_in(doc, &map, "reason")?,
        of: at("of"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{campaign::UnitId, fixture, rehearsal, report};

    fn back(minute: i64) -> SentBack {
        SentBack {
            at: Timestamp::from_second(minute * 60).unwrap(),
            by: "lidaoying".to_owned(),
            reason: format!("第{minute}次"),
            of: None,
        }
    }

    #[test]
    fn the_last_one_stands_beside_the_cells_and_speaks_of_the_report_of_its_moment() {
        let campaign = fixture::campaign(fixture::SMALL);
        let mut doc = rehearsal::sheet_of(&campaign, &UnitId("s-hongying".to_owned()));
        let row = RowId("m01.s-hongying".to_owned());
        let other = RowId("m02.s-hongying".to_owned());
        let saved = Timestamp::from_millisecond(1_618_558_200_000).unwrap();
        for edit in report::edits(&row, report::Report::Sent, saved) {
            rehearsal::perform(&mut doc, &edit).unwrap();
        }
        let read = |doc: &automerge::Automerge, row| sheet::read_row(doc, row).unwrap();
        let cells = read(&doc, &row).cells;
        let heads = doc.get_heads();
        doc.transact(|tx| put(&row, &back(1), tx)).unwrap();
        let of = Some(saved);
        assert_eq!(read(&doc, &row).sent_back, Some(SentBack { of, ..back(1) }));
        assert_eq!(read(&doc, &row).cells, cells, "cells are left alone");
        assert_eq!(sheet::read(&doc).rows[&row], read(&doc, &row));
        let touched = sheet::rows_touched(&doc.diff(&heads, &doc.get_heads()));
        assert_eq!(touched, sheet::Touched::Rows([row.clone()].into()));

        let heads = doc.get_heads();
        doc.transact(|tx| put(&row, &back(1), tx)).unwrap();
        assert_eq!(doc.get_heads(), heads, "writing again writes nothing");
        doc.transact(|tx| put(&row, &back(2), tx)).unwrap();
        doc.transact(|tx| put(&other, &back(2), tx)).unwrap();
        assert_eq!(read(&doc, &row).sent_back, Some(SentBack { of, ..back(2) }));
        assert_eq!(read(&doc, &other).sent_back, Some(back(2)));
    }
}
