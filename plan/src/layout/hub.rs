//! The hub document of a week: which sheets it has, when reports arrived, and what was frozen when. The server alone writes it.

use std::collections::BTreeMap;

use automerge::{
    Automerge, AutomergeError, ChangeHash, ObjId, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};
use jiff::Timestamp;

use super::{LayoutError, integer_in, map_in, map_made_in, put_new, text_in, texts_under};
use crate::{
    action_plan::Filed,
    campaign::{UnitId, WeekNumber},
    report::{Acceptance, Signing, Standing},
    row::RowId,
    tally::{Tally, Totals},
};

const ACTION_PLANS: &str = "action_plans";
const RECEIPTS: &str = "receipts";
const REPORTS: &str = "reports";
const SNAPSHOTS: &str = "snapshots";
const OPENINGS: &str = "openings";

/// What a week consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHub {
    /// Which week.
    pub week: WeekNumber,
    /// The sheet of each unit, as an `automerge:` url.
    pub sheets: BTreeMap<UnitId, String>,
    /// When the report of a row arrived at the server.
    pub receipts: BTreeMap<RowId, Timestamp>,
    /// 行动方案 of each unit that has filed one; in the hub of the week in which they are due.
    pub action_plans: BTreeMap<UnitId, Filed>,
    /// 定稿: when the office froze the week. Never lifted.
    pub frozen: Option<Timestamp>,
}

/// The two moments at which a week is held fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cut {
    /// 截止: due and grace are over.
    Due,
    /// 定稿: the office has frozen the week.
    Final,
}

/// The week as it stood at one moment: the heads of its documents. History is never thrown away, so they can be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The moment: what the server had received before it is in.
    pub at: Timestamp,
    /// When it was written down; later than `at` when the server was down at that moment.
    pub taken: Timestamp,
    /// The server was down at that moment: it is what had been received durably.
    pub was_down: bool,
    /// The heads of each document, by its `automerge:` url: catalogue, this hub, sheets, talks.
    pub heads: BTreeMap<String, Vec<ChangeHash>>,
    /// What rows began the week with at that moment where their sheets do not say so: a week before was not frozen.
    pub openings: BTreeMap<RowId, Totals>,
}

impl Cut {
    /// Both, in the order of time.
    pub const ALL: [Cut; 2] = [Cut::Due, Cut::Final];

    /// Returns the stable word: `due`, `final`.
    pub fn word(self) -> &'static str {
        match self {
            Cut::Due => "due",
            Cut::Final => "final",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Cut> {
        Cut::ALL.into_iter().find(|cut| cut.word() == word)
    }
}

/// Writes what a hub begins with; what stands there already is left alone.
pub fn create(
    week: WeekNumber,
    sheets: &BTreeMap<UnitId, String>,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    put_new(tx, &ROOT, "week", i64::from(week.0))?;
    let map = map_made_in(tx, &ROOT, "sheets")?;
    for (unit, url) in sheets {
        put_new(tx, &map, &unit.0, url.as_str())?;
    }
    map_made_in(tx, &ROOT, RECEIPTS).map(drop)
}

/// Writes that the week is frozen; the first moment stands.
pub fn freeze(at: Timestamp, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    match integer_in(tx, &ROOT, "frozen") {
        Some(_) => Ok(()),
        None => tx.put(&ROOT, "frozen", moment(at)),
    }
}

/// Writes that a unit has filed its action plan. The first receipt stands; what is filed later stands in place of what was there.
pub fn put_action_plan(
    unit: &UnitId,
    filed: &Filed,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    let plans = map_made_in(tx, &ROOT, ACTION_PLANS)?;
    let map = map_made_in(tx, &plans, &unit.0)?;
    let first = moment_in(tx, &map, "at");
    match first {
        None => put_new(tx, &map, "at", moment(filed.at))?,
        // Written twice, or older than what stands there.
        Some(first) if filed.at <= moment_in(tx, &map, "again").unwrap_or(first) => return Ok(()),
        Some(_) => put_new(tx, &map, "again", moment(filed.at))?,
    }
    put_new(tx, &map, "by", filed.by.as_str())?;
    put_new(tx, &map, "title", filed.title.as_str())
}

/// Writes what is known of a row's report.
pub fn put_standing(
    row: &RowId,
    standing: &Standing,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    let receipts = map_made_in(tx, &ROOT, RECEIPTS)?;
    put_or_delete(tx, &receipts, &row.0, standing.receipt.map(moment))?;
    let known = map_in(tx, &ROOT, REPORTS).and_then(|reports| map_in(tx, &reports, &row.0));
    let map = match (known, standing == &Standing::default()) {
        (Some(map), _) => map,
        (None, true) => return Ok(()),
        (None, false) => {
            let reports = map_made_in(tx, &ROOT, REPORTS)?;
            map_made_in(tx, &reports, &row.0)?
        }
    };
    let accepted = standing.accepted.as_ref();
    let signed = standing.signed.as_ref();
    let text = |text: &String| ScalarValue::Str(text.as_str().into());
    let fields = [
        ("zero", standing.zero.then_some(ScalarValue::Boolean(true))),
        ("submitted", standing.submitted.map(moment)),
        ("signed_at", signed.map(|each| moment(each.at))),
        ("signed_by", signed.map(|each| text(&each.by))),
        ("saved_at", standing.saved_at.map(moment)),
        ("edited", standing.edited.map(moment)),
        ("withdrawn", standing.withdrawn.map(moment)),
        ("corrected", standing.corrected.map(moment)),
        ("accepted_at", accepted.map(|each| moment(each.at))),
        ("accepted_by", accepted.map(|each| text(&each.by))),
        ("accepted_reason", accepted.map(|each| text(&each.reason))),
    ];
    fields
        .into_iter()
        .try_for_each(|(key, scalar)| put_or_delete(tx, &map, key, scalar))
}

/// Writes a snapshot; one that stands there already is left alone.
pub fn put_snapshot(
    cut: Cut,
    snapshot: &Snapshot,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    let snapshots = map_made_in(tx, &ROOT, SNAPSHOTS)?;
    if map_in(tx, &snapshots, cut.word()).is_some() {
        return Ok(());
    }
    let map = map_made_in(tx, &snapshots, cut.word())?;
    tx.put(&map, "at", moment(snapshot.at))?;
    tx.put(&map, "taken", moment(snapshot.taken))?;
    tx.put(&map, "was_down", snapshot.was_down)?;
    let heads = map_made_in(tx, &map, "heads")?;
    for (url, hashes) in &snapshot.heads {
        let words: Vec<String> = hashes.iter().map(ChangeHash::to_string).collect();
        tx.put(&heads, url.as_str(), words.join(" "))?;
    }
    if snapshot.openings.is_empty() {
        return Ok(());
    }
    let openings = map_made_in(tx, &map, OPENINGS)?;
    for (row, totals) in &snapshot.openings {
        tx.put(&openings, row.0.as_str(), opening_words(totals))?;
    }
    Ok(())
}

/// The counts in table order, parted by blanks; `-` where there is none.
fn opening_words(totals: &Totals) -> String {
    let word = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let words = Tally::ALL.map(|tally| word(totals.get(tally)));
    words.join(" ")
}

fn opening_of(words: &str) -> Totals {
    let mut totals = Totals::default();
    for (tally, word) in Tally::ALL.into_iter().zip(words.split(' ')) {
        totals.set(tally, word.parse().ok());
    }
    totals
}

fn moment(at: Timestamp) -> ScalarValue {
    ScalarValue::Timestamp(at.as_millisecond())
}

fn put_or_delete(
    tx: &mut Transaction<'_>,
    map: &ObjId,
    key: &str,
    scalar: Option<ScalarValue>,
) -> Result<(), AutomergeError> {
    match scalar {
        Some(scalar) => put_new(tx, map, key, scalar),
        None if tx.get(map, key)?.is_some() => tx.delete(map, key),
        None => Ok(()),
    }
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
        action_plans: read_action_plans(doc),
        frozen: moment_in(doc, &ROOT, "frozen"),
    })
}

/// Says whether the week is frozen, without reading the rest: asked for every cell that is written.
pub fn is_frozen(doc: &impl ReadDoc) -> bool {
    moment_in(doc, &ROOT, "frozen").is_some()
}

/// Reads what is known of one row's report; nothing is known of a row that is not there.
pub fn standing(doc: &impl ReadDoc, row: &RowId) -> Standing {
    let receipt = map_in(doc, &ROOT, RECEIPTS).and_then(|map| moment_in(doc, &map, &row.0));
    let map = map_in(doc, &ROOT, REPORTS).and_then(|reports| map_in(doc, &reports, &row.0));
    read_standing(doc, receipt, map)
}

fn moment_in(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<Timestamp> {
    Timestamp::from_millisecond(integer_in(doc, object, key)?).ok()
}

fn flag_in(doc: &impl ReadDoc, object: &ObjId, key: &str) -> bool {
    super::scalar_in(doc, object, key) == Some(ScalarValue::Boolean(true))
}

fn read_action_plans(doc: &impl ReadDoc) -> BTreeMap<UnitId, Filed> {
    let Some(plans) = map_in(doc, &ROOT, ACTION_PLANS) else {
        return BTreeMap::new();
    };
    let units: Vec<String> = doc.keys(&plans).collect();
    let filed = |unit: String| {
        let map = map_in(doc, &plans, &unit)?;
        let text = |key| text_in(doc, &map, key).unwrap_or_default();
        let filed = Filed {
            at: moment_in(doc, &map, "at")?,
            by: text("by"),
            title: text("title"),
            again: moment_in(doc, &map, "again"),
        };
        Some((UnitId(unit), filed))
    };
    units.into_iter().filter_map(filed).collect()
}

fn read_receipts(doc: &impl ReadDoc) -> BTreeMap<RowId, Timestamp> {
    let Some(map) = map_in(doc, &ROOT, RECEIPTS) else {
        return BTreeMap::new();
    };
    let keys: Vec<String> = doc.keys(&map).collect();
    let receipt = |row: String| {
        let at = moment_in(doc, &map, &row)?;
        Some((RowId(row), at))
    };
    keys.into_iter().filter_map(receipt).collect()
}

/// Reads what is known of rows' reports, the receipts included.
pub fn reports(doc: &impl ReadDoc) -> BTreeMap<RowId, Standing> {
    let receipts = read_receipts(doc);
    let reports = map_in(doc, &ROOT, REPORTS);
    let known: Vec<String> = match &reports {
        Some(map) => doc.keys(map).collect(),
        None => Vec::new(),
    };
    let mut all: Vec<RowId> = known.into_iter().map(RowId).collect();
    all.extend(receipts.keys().cloned());
    let standing = |row: RowId| {
        let map = reports
            .as_ref()
            .and_then(|reports| map_in(doc, reports, &row.0));
        let standing = read_standing(doc, receipts.get(&row).copied(), map);
        (row, standing)
    };
    all.into_iter()
        .map(standing)
        .filter(|(_, standing)| *standing != Standing::default())
        .collect()
}

fn read_standing(doc: &impl ReadDoc, receipt: Option<Timestamp>, map: Option<ObjId>) -> Standing {
    let Some(map) = map else {
        return Standing {
            receipt,
            ..Standing::default()
        };
    };
    let at = |key| moment_in(doc, &map, key);
    let text = |key| text_in(doc, &map, key).unwrap_or_default();
    Standing {
        receipt,
        submitted: at("submitted"),
        signed: at("signed_at").map(|at| Signing {
            at,
            by: text("signed_by"),
        }),
        zero: flag_in(doc, &map, "zero"),
        saved_at: at("saved_at"),
        edited: at("edited"),
        withdrawn: at("withdrawn"),
        corrected: at("corrected"),
        accepted: at("accepted_at").map(|at| Acceptance {
            at,
            by: text("accepted_by"),
            reason: text("accepted_reason"),
        }),
    }
}

/// Reads 截止 and 定稿, as far as they are taken.
pub fn snapshots(doc: &Automerge) -> BTreeMap<Cut, Snapshot> {
    let Some(snapshots) = map_in(doc, &ROOT, SNAPSHOTS) else {
        return BTreeMap::new();
    };
    let snapshot = |cut: Cut| {
        let map = map_in(doc, &snapshots, cut.word())?;
        let heads = map_in(doc, &map, "heads")?;
        let urls: Vec<String> = doc.keys(&heads).collect();
        let hashes = |url: String| {
            let words = text_in(doc, &heads, &url)?;
            let hashes: Result<_, _> = words.split(' ').map(str::parse).collect();
            Some((url, hashes.ok()?))
        };
        let snapshot = Snapshot {
            at: moment_in(doc, &map, "at")?,
            taken: moment_in(doc, &map, "taken")?,
            was_down: flag_in(doc, &map, "was_down"),
            heads: urls.into_iter().filter_map(hashes).collect(),
            openings: openings_in(doc, &map),
        };
        Some((cut, snapshot))
    };
    Cut::ALL.into_iter().filter_map(snapshot).collect()
}

fn openings_in(doc: &Automerge, snapshot: &ObjId) -> BTreeMap<RowId, Totals> {
    // Most snapshots have none: the week before was frozen.
    let Some(map) = map_in(doc, snapshot, OPENINGS) else {
        return BTreeMap::new();
    };
    let rows: Vec<String> = doc.keys(&map).collect();
    let opening = |row: String| {
        let totals = opening_of(&text_in(doc, &map, &row)?);
        Some((RowId(row), totals))
    };
    rows.into_iter().filter_map(opening).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal;

    fn row() -> RowId {
        RowId("m01.s-hongying".to_owned())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hub() -> Automerge {
        let sheets = [(UnitId("s-hongying".to_owned()), "automerge:x".to_owned())].into();
        let mut doc = rehearsal::document(0);
        doc.transact(|tx| create(WeekNumber(2), &sheets, tx))
            .unwrap();
        doc
    }

    fn put(doc: &mut Automerge, standing: &Standing) -> bool {
        let heads = doc.get_heads();
        doc.transact(|tx| put_standing(&row(), standing, tx))
            .unwrap();
        doc.get_heads() != heads
    }

    #[test]
    fn a_hub_reads_back() {
        let doc = hub();
        let hub = read(&doc).unwrap();
        assert_eq!(hub.week, WeekNumber(2));
        assert_eq!(hub.sheets.len(), 1);
        assert!(hub.receipts.is_empty());
        assert!(reports(&doc).is_empty() && snapshots(&doc).is_empty());
        assert_eq!(hub.frozen, None);
    }

    #[test]
    fn a_standing_reads_back_and_goes_without_a_trace_that_counts() {
        let mut doc = hub();
        let standing = Standing {
            receipt: Some(at("2021-04-16T16:00:01+08:00")),
            submitted: Some(at("2021-04-16T15:55:01+08:00")),
            signed: Some(Signing {
                at: at("2021-04-16T16:00:01+08:00"),
                by: "leader".to_owned(),
            }),
            zero: true,
            saved_at: Some(at("2021-04-16T15:50:00+08:00")),
            edited: Some(at("2021-04-16T17:00:00+08:00")),
            withdrawn: Some(at("2021-04-16T17:01:00+08:00")),
            accepted: Some(Acceptance {
                at: at("2021-04-16T18:00:00+08:00"),
                by: "u-office".to_owned(),
                reason: "断网".to_owned(),
            }),
            corrected: Some(at("2021-04-18T18:00:00+08:00")),
        };
        assert!(put(&mut doc, &standing));
        let hub = read(&doc).unwrap();
        assert_eq!(reports(&doc), [(row(), standing.clone())].into());
        assert_eq!(hub.receipts, [(row(), standing.receipt.unwrap())].into());
        assert_eq!(super::standing(&doc, &row()), standing);
        assert!(!put(&mut doc, &standing), "writing again writes nothing");
        assert!(put(&mut doc, &Standing::default()));
        let hub = read(&doc).unwrap();
        assert!(reports(&doc).is_empty() && hub.receipts.is_empty());
    }

    #[test]
    fn nothing_is_written_of_a_row_of_which_nothing_is_known() {
        assert!(!put(&mut hub(), &Standing::default()));
    }

    #[test]
    fn the_first_freeze_and_the_first_snapshot_stand() {
        let mut doc = hub();
        let hash = doc.get_heads()[0];
        let first = Snapshot {
            at: at("2021-04-16T16:00:00+08:00"),
            taken: at("2021-04-16T16:00:02+08:00"),
            was_down: true,
            heads: [("automerge:x".to_owned(), vec![hash, hash])].into(),
            openings: [
                (row(), opening_of("3 - 0")),
                (RowId("m02.u".to_owned()), Totals::default()),
            ]
            .into(),
        };
        let other = Snapshot {
            was_down: false,
            ..first.clone()
        };
        for (snapshot, time) in [
            (&first, "2021-04-17T09:00:00Z"),
            (&other, "2021-04-18T09:00:00Z"),
        ] {
            doc.transact(|tx| put_snapshot(Cut::Due, snapshot, tx))
                .unwrap();
            doc.transact(|tx| freeze(at(time), tx)).unwrap();
        }
        let hub = read(&doc).unwrap();
        assert!(is_frozen(&doc) && !is_frozen(&self::hub()));
        assert_eq!(snapshots(&doc), [(Cut::Due, first)].into());
        assert_eq!(hub.frozen, Some(at("2021-04-17T09:00:00Z")));
    }

    #[test]
    fn the_first_receipt_of_an_action_plan_stands_and_the_last_title() {
        let mut doc = hub();
        let unit = UnitId("u-zhujian".to_owned());
        let filed = |time: &str, title: &str| Filed {
            at: at(time),
            by: "u-zhujian".to_owned(),
            title: title.to_owned(),
            again: None,
        };
        let first = filed("2021-04-09T20:00:00+08:00", "方案");
        let second = filed("2021-04-12T09:00:00+08:00", "方案（修订）");
        let mut sizes = Vec::new();
        for filed in [&first, &first, &second, &second, &first] {
            doc.transact(|tx| put_action_plan(&unit, filed, tx))
                .unwrap();
            sizes.push(doc.get_heads());
        }
        let expected = Filed {
            at: first.at,
            again: Some(second.at),
            ..second
        };
        assert_eq!(read(&doc).unwrap().action_plans, [(unit, expected)].into());
        assert_eq!(sizes[0], sizes[1], "written twice it writes nothing");
        assert_eq!(sizes[2], sizes[4]);
        assert!(read(&doc).unwrap().receipts.is_empty());
    }

    #[test]
    fn what_is_no_hub_is_told() {
        assert_eq!(
            read(&rehearsal::document(0)),
            Err(LayoutError::Missing("sheets"))
        );
    }
}
