//! The hub document of a week: which sheets it has, and when reports arrived. The server alone writes it.

use std::collections::BTreeMap;

use automerge::{Automerge, AutomergeError, ROOT, ReadDoc, ScalarValue, transaction::Transaction};
use jiff::Timestamp;

use super::{LayoutError, integer_in, map_in, map_made_in, put_new, texts_under};
use crate::{
    campaign::{UnitId, WeekNumber},
    row::RowId,
};

/// What a week consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHub {
    /// Which week.
    pub week: WeekNumber,
    /// The sheet of each unit, as an `automerge:` url.
    pub sheets: BTreeMap<UnitId, String>,
    /// When the report of a row arrived at the server.
    pub receipts: BTreeMap<RowId, Timestamp>,
    /// 定稿: when the office froze the week. Never lifted.
    pub frozen: Option<Timestamp>,
}

/// Writes the hub; what stands there already is left alone.
pub fn write(hub: &WeekHub, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    put_new(tx, &ROOT, "week", i64::from(hub.week.0))?;
    let sheets = map_made_in(tx, &ROOT, "sheets")?;
    for (unit, url) in &hub.sheets {
        put_new(tx, &sheets, &unit.0, url.as_str())?;
    }
    if let Some(at) = hub.frozen {
        put_new(
            tx,
            &ROOT,
            "frozen",
            ScalarValue::Timestamp(at.as_millisecond()),
        )?;
    }
    let receipts = map_made_in(tx, &ROOT, "receipts")?;
    for (row, at) in &hub.receipts {
        put_new(
            tx,
            &receipts,
            &row.0,
            ScalarValue::Timestamp(at.as_millisecond()),
        )?;
    }
    Ok(())
}

/// Reads the hub.
pub fn read(doc: &Automerge) -> Result<WeekHub, LayoutError> {
    let week = integer_in(doc, &ROOT, "week").and_then(|week| u8::try_from(week).ok());
    let sheets = texts_under(doc, "sheets").ok_or(LayoutError::Missing("sheets"))?;
    Ok(WeekHub {
        week: WeekNumber(week.ok_or(LayoutError::Missing("week"))?),
        sheets: sheets
            .into_iter()
            .map(|(unit, url)| (UnitId(unit), url))
            .collect(),
        receipts: read_receipts(doc),
        frozen: integer_in(doc, &ROOT, "frozen")
            .and_then(|at| Timestamp::from_millisecond(at).ok()),
    })
}

fn read_receipts(doc: &Automerge) -> BTreeMap<RowId, Timestamp> {
    let Some(map) = map_in(doc, &ROOT, "receipts") else {
        return BTreeMap::new();
    };
    let keys: Vec<String> = doc.keys(&map).collect();
    let receipt = |row: String| {
        let at = Timestamp::from_millisecond(integer_in(doc, &map, &row)?).ok()?;
        Some((RowId(row), at))
    };
    keys.into_iter().filter_map(receipt).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal;

    #[test]
    fn a_hub_reads_back_and_grows() {
        let mut hub = WeekHub {
            week: WeekNumber(2),
            sheets: [(UnitId("s-hongying".to_owned()), "automerge:x".to_owned())].into(),
            receipts: BTreeMap::new(),
            frozen: None,
        };
        let mut doc = rehearsal::document(0);
        doc.transact(|tx| write(&hub, tx)).unwrap();
        assert_eq!(read(&doc).as_ref(), Ok(&hub));
        let at = "2021-04-16T15:59:59+08:00".parse().unwrap();
        hub.receipts.insert(RowId("m01.s-hongying".to_owned()), at);
        doc.transact(|tx| write(&hub, tx)).unwrap();
        assert_eq!(read(&doc).as_ref(), Ok(&hub));
        let heads = doc.get_heads();
        doc.transact(|tx| write(&hub, tx)).unwrap();
        assert_eq!(doc.get_heads(), heads, "writing again writes nothing");
    }

    #[test]
    fn what_is_no_hub_is_told() {
        assert_eq!(
            read(&rehearsal::document(0)),
            Err(LayoutError::Missing("sheets"))
        );
    }
}
