//! What leaves this machine, and what stays of it.

use automerge::transaction::Transactable;
use diaodu_plan::{fixture, layout::card, row};

use super::*;

const ROW: &str = "m01.s-hongying";

fn entry(kind: &str, id: DocumentId) -> DocumentEntry {
    DocumentEntry {
        campaign: "c".to_owned(),
        kind: kind.to_owned(),
        week: None,
        unit: None,
        url: id.url(),
    }
}

fn id(number: u8) -> DocumentId {
    DocumentId([number; 16])
}

fn typed(key: &str, value: Option<&str>) -> Typed {
    let path = vec!["rows".to_owned(), ROW.to_owned()];
    let cell = CellAddress {
        path,
        key: key.to_owned(),
    };
    (cell, value.map(|text| ScalarValue::Str(text.into())))
}

/// As for a sheet of week 2.
fn place(cell: &CellAddress) -> Place {
    let column = Column::from_id(&cell.key);
    column.map_or(Place::Nowhere, |column| {
        Place::Cell(WeekNumber(2), RowId(cell.path[1].clone()), column)
    })
}

/// `key text` for each draft.
fn drafts(typed: &[Typed], notes: &[(&str, &str)]) -> Vec<String> {
    let notes = notes
        .iter()
        .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    let drafts = drafts_of(typed, place, &notes.collect()).unwrap();
    let told = drafts
        .iter()
        .map(|placed| format!("{} {}", placed.key(), placed.draft.text));
    told.collect()
}

#[test]
fn what_is_not_listed_goes_and_a_list_without_a_catalogue_takes_nothing() {
    let kept = [id(1), id(2), id(3)];
    let listed = [entry("catalogue", id(1)), entry("sheet", id(3))];
    assert_eq!(unlisted(&kept, &listed), [id(2)]);
    assert_eq!(unlisted(&kept, &listed[1..]), []);
    assert_eq!(unlisted(&kept, &[]), []);
}

#[test]
fn what_was_typed_becomes_drafts_beside_its_cells() {
    let all = [
        typed("progress", Some("离线填的")),
        typed("remark", None),
        typed("found_before", Some("别处")),
    ];
    assert_eq!(
        drafts(&all, &[]),
        ["draft|2|m01.s-hongying|progress 离线填的"]
    );
    let reason = drafts_of(&all, place, &BTreeMap::new()).unwrap()[0]
        .draft
        .reason
        .clone();
    assert_eq!(reason.as_deref(), Some(REASON));
}

#[test]
fn a_draft_that_stands_there_already_is_not_lost() {
    let one = [typed("progress", Some("新的"))];
    let key = "2|m01.s-hongying|progress";
    let note = Draft {
        text: "旧的".to_owned(),
        reason: Some("week-frozen".to_owned()),
    };
    let both = ["draft|2|m01.s-hongying|progress 旧的\n新的"];
    assert_eq!(drafts(&one, &[(key, &note.to_note())]), both);
    let same = ["draft|2|m01.s-hongying|progress 新的"];
    assert_eq!(drafts(&one, &[(key, "新的")]), same);
}

#[test]
fn what_cannot_be_placed_yet_keeps_its_document() {
    let one = [typed("progress", Some("还没有方案"))];
    let not_yet = |_: &CellAddress| Place::NotYet;
    assert_eq!(drafts_of(&one, not_yet, &BTreeMap::new()), None);
    let emptied = [typed("progress", None)];
    assert_eq!(
        drafts_of(&emptied, not_yet, &BTreeMap::new()),
        Some(Vec::new())
    );
}

#[test]
fn memory_knows_better_than_disk() {
    let disk = vec![typed("progress", Some("一")), typed("remark", Some("二"))];
    let memory = vec![typed("progress", Some("三")), typed("problem", None)];
    let expected = [
        typed("progress", Some("三")),
        typed("remark", Some("二")),
        typed("problem", None),
    ];
    assert_eq!(newest(disk, memory), expected);
}

#[test]
fn a_document_says_itself_what_it_is() {
    let campaign = fixture::campaign(fixture::SMALL);
    let (week, unit) = (WeekNumber(2), UnitId("s-hongying".to_owned()));
    let rows = row::rows(&campaign, week);
    let mut document = Automerge::new();
    let made = document.transact(|tx| sheet::create(&campaign, week, &unit, &rows, tx));
    made.unwrap();
    let kind = DocumentKind::Sheet(week, unit.clone());
    assert_eq!(kind_of(&document), Some(kind));
    let mut document = Automerge::new();
    document.transact(|tx| card::create(&unit, tx)).unwrap();
    assert_eq!(kind_of(&document), Some(DocumentKind::Card(unit)));
    let mut document = Automerge::new();
    document.transact(|tx| tx.put(ROOT, "week", 2)).unwrap();
    assert_eq!(kind_of(&document), None);
}
