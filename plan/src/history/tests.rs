//! History against a naive model: automerge's own tables at heads, and what each writer saw. Seeded, with concurrency and conflicts.

use std::collections::BTreeMap;

use super::*;
use crate::{
    campaign::UnitId,
    edit::{self, CellRef, Edit},
    fixture,
    layout::{card, sheet},
    rehearsal::{self, Dice},
};

const ROW: &str = "m01.s-hongying";

fn unit() -> UnitId {
    UnitId("s-hongying".to_owned())
}

fn sheet() -> Automerge {
    rehearsal::sheet_of(&fixture::campaign(fixture::SMALL), &unit())
}

fn row() -> RowId {
    RowId(ROW.to_owned())
}

fn typed(row: &RowId, column: Column, text: &str) -> Edit {
    Edit::typed(row, column, text, "").unwrap()
}

fn write(doc: &mut Automerge, column: Column, text: &str) -> ChangeHash {
    rehearsal::perform(doc, &typed(&row(), column, text)).unwrap();
    doc.get_heads()[0]
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// What automerge says the sheet was; rows that hold nothing are left out.
fn naive(doc: &Automerge, heads: &[ChangeHash]) -> Sheet {
    let mut sheet = sheet::read(&doc.fork_at(heads).unwrap());
    sheet.rows.retain(|_, row| *row != SheetRow::default());
    sheet
}

/// What somebody did, as the model remembers it.
struct Deed {
    change: ChangeHash,
    cell: (RowId, Column),
    old: Vec<Value>,
    new: Vec<Value>,
}

/// Three desks write, empty and settle cells and meet now and then; the server receives what each has, in its own order.
struct Story {
    server: Automerge,
    deeds: Vec<Deed>,
    received: BTreeMap<ChangeHash, i64>,
    /// The server's heads after each moment.
    moments: Vec<(i64, Vec<ChangeHash>)>,
}

fn tell(seed: u64) -> Story {
    let mut dice = Dice(seed);
    let mut server = sheet();
    let mut desks: Vec<Automerge> = (1..=3).map(|name| rehearsal::desk(&server, name)).collect();
    let mut story = Story {
        server: server.clone(),
        deeds: Vec::new(),
        received: BTreeMap::new(),
        moments: vec![(0, server.get_heads())],
    };
    let rows = [row(), RowId("m02.s-hongying".to_owned())];
    let columns = [Column::Progress, Column::FoundWeek, Column::Remark];
    for step in 1..80_i64 {
        let desk = &mut desks[dice.throw(3) as usize];
        match dice.throw(4) {
            0 => {
                let known: BTreeSet<ChangeHash> = hashes(&server);
                server.merge(desk).unwrap();
                for hash in hashes(&server).difference(&known) {
                    story.received.insert(*hash, step * 10);
                }
                story.moments.push((step * 10, server.get_heads()));
                desk.merge(&mut server).unwrap();
            }
            _ => {
                let cell = (
                    rows[dice.throw(2) as usize].clone(),
                    columns[dice.throw(3) as usize],
                );
                let of = CellRef::Sheet {
                    row: cell.0.clone(),
                    column: cell.1,
                };
                let old = edit::current(desk, &of);
                // Now and then what stands first is chosen, which automerge writes as a delete of the others.
                let edit = match (dice.throw(5), old.first()) {
                    (0, _) => Edit::set(of.clone(), None),
                    (1, Some(first)) => Edit::set(of.clone(), Some(first.clone())),
                    _ => typed(&cell.0, cell.1, &dice.throw(4).to_string()),
                };
                if rehearsal::perform(desk, &edit).unwrap() {
                    story.deeds.push(Deed {
                        change: desk.get_last_local_change().unwrap().hash(),
                        cell,
                        old,
                        new: edit::current(desk, &of),
                    });
                }
            }
        }
    }
    for desk in &mut desks {
        server.merge(desk).unwrap();
    }
    story.server = server;
    story
}

fn hashes(doc: &Automerge) -> BTreeSet<ChangeHash> {
    let changes = doc.get_changes_meta(&[]).into_iter();
    changes.map(|change| change.hash).collect()
}

fn arrival(story: &Story, hash: &ChangeHash) -> Arrival {
    match story.received.get(hash) {
        Some(at) => Arrival::At(*at),
        None if story.deeds.iter().any(|deed| deed.change == *hash) => Arrival::Unsent,
        None => Arrival::Known,
    }
}

#[test]
fn every_moment_shows_the_table_as_automerge_had_it() {
    for seed in 1..=40 {
        let story = tell(seed);
        let history = History::read(&story.server);
        let times = history.times(|hash| arrival(&story, hash));
        for (at, heads) in &story.moments {
            let expected = naive(&story.server, heads);
            let shown = history.sheet(&history.until(&times, *at));
            assert_eq!(shown, expected, "seed {seed}, moment {at}");
            let mut newest = history.heads(&history.until(&times, *at));
            newest.sort();
            let mut known = heads.clone();
            known.sort();
            assert_eq!(newest, known, "seed {seed}, moment {at}");
            let shown = history.sheet(&history.at_heads(heads).unwrap());
            assert_eq!(shown, expected, "seed {seed}, heads of {at}");
        }
        let now = history.sheet(&history.whole());
        assert_eq!(
            now,
            naive(&story.server, &story.server.get_heads()),
            "seed {seed}"
        );
    }
}

#[test]
fn every_deed_is_one_version_with_what_its_writer_saw_and_left() {
    let mut settled = 0;
    for seed in 1..=40 {
        let story = tell(seed);
        let history = History::read(&story.server);
        let times = history.times(|hash| arrival(&story, hash));
        let versions = history.versions(&times, |_| true);
        assert_eq!(versions.len(), story.deeds.len(), "seed {seed}");
        for deed in &story.deeds {
            let version = versions
                .iter()
                .find(|version| version.change == deed.change);
            let version = version.unwrap_or_else(|| panic!("seed {seed}: a deed is missing"));
            let (row, column) = deed.cell.clone();
            assert_eq!(version.cell, HistoryCell::Sheet(row, column), "seed {seed}");
            assert_eq!(
                (&version.old, &version.new),
                (&deed.old, &deed.new),
                "seed {seed}"
            );
            settled += usize::from(deed.old.len() > 1 && deed.new.len() == 1);
        }
        for pair in versions.windows(2) {
            assert!(pair[0].time >= pair[1].time, "seed {seed}: newest first");
        }
    }
    assert!(settled > 10, "conflicts were settled {settled} times");
}

#[test]
fn what_stands_is_marked_and_nothing_else() {
    for seed in 1..=20 {
        let story = tell(seed);
        let history = History::read(&story.server);
        let times = history.times(|hash| arrival(&story, hash));
        let mut standing: BTreeMap<HistoryCell, BTreeSet<Value>> = BTreeMap::new();
        for version in history.versions(&times, |_| true) {
            if version.stands {
                let values = standing.entry(version.cell).or_default();
                values.extend(version.new);
            }
        }
        standing.retain(|_, values| !values.is_empty());
        let now = history.sheet(&history.whole());
        let mut expected: BTreeMap<HistoryCell, BTreeSet<Value>> = BTreeMap::new();
        for (row, stored) in now.rows {
            for (column, values) in stored.cells {
                let cell = HistoryCell::Sheet(row.clone(), column);
                expected.insert(cell, values.into_iter().collect());
            }
        }
        assert_eq!(standing, expected, "seed {seed}");
    }
}

#[test]
fn catching_up_reads_the_same_as_reading_anew() {
    for seed in 1..=20 {
        let story = tell(seed);
        let mut history = History::default();
        for (_, heads) in &story.moments {
            history.catch_up(&story.server.fork_at(heads).unwrap());
        }
        history.catch_up(&story.server);
        let anew = History::read(&story.server);
        assert_eq!(history.len(), anew.len(), "seed {seed}");
        let versions = |history: &History| {
            let times = history.times(|hash| arrival(&story, hash));
            let mut all = history.versions(&times, |_| true);
            all.sort_by_key(|version| version.change);
            all
        };
        assert_eq!(versions(&history), versions(&anew), "seed {seed}");
    }
}

#[test]
fn a_document_that_went_back_is_read_anew() {
    let mut doc = sheet();
    let kept = write(&mut doc, Column::Remark, "留下");
    let mut back = doc.clone();
    write(&mut doc, Column::Remark, "退回");
    let mut history = History::read(&doc);
    write(&mut back, Column::Remark, "改成");
    history.catch_up(&back);
    let times = history.times(|_| Arrival::Known);
    let versions = history.versions(&times, |_| true);
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1].change, kept);
    assert_eq!(versions[0].new, [text("改成")]);
}

#[test]
fn the_servers_word_orders_and_what_is_not_sent_comes_first() {
    let mut doc = sheet();
    let first = write(&mut doc, Column::Remark, "一");
    let second = write(&mut doc, Column::Remark, "二");
    let third = write(&mut doc, Column::Remark, "三");
    let history = History::read(&doc);
    let times = history.times(|hash| match *hash {
        hash if hash == first => Arrival::At(100),
        hash if hash == second => Arrival::Known,
        hash if hash == third => Arrival::Unsent,
        _ => Arrival::Known,
    });
    let versions = history.versions(&times, |_| true);
    let read: Vec<(ChangeHash, i64)> = versions
        .iter()
        .map(|version| (version.change, version.time))
        .collect();
    // Nobody says when the second came: not before what it builds on.
    assert_eq!(read, [(third, i64::MAX), (second, 100), (first, 100)]);
    assert_eq!(moments([&times]), [100]);
    let shown = history.sheet(&history.until(&times, 100));
    assert_eq!(shown.rows[&row()].cells[&Column::Remark], [text("二")]);
    for (change, value) in [(first, "一"), (second, "二"), (third, "三")] {
        let part = history.through(&times, &change).unwrap();
        let shown = history.sheet(&part);
        assert_eq!(shown.rows[&row()].cells[&Column::Remark], [text(value)]);
    }
    assert!(history.sheet(&history.until(&times, 99)).rows.is_empty());
}

#[test]
fn heads_that_are_not_here_show_nothing() {
    let mut doc = sheet();
    let history = History::read(&doc);
    let later = write(&mut doc, Column::Remark, "后来");
    assert_eq!(history.at_heads(&[later]), None);
    assert!(history.at_heads(&doc.get_heads()).is_none());
}

#[test]
fn opening_totals_are_part_of_the_table_and_no_versions_of_people() {
    let mut doc = sheet();
    let totals = crate::tally::Totals {
        found: Some(7),
        ..Default::default()
    };
    doc.transact(|tx| sheet::put_opening(&row(), &totals, tx))
        .unwrap();
    let history = History::read(&doc);
    let times = history.times(|_| Arrival::Known);
    assert!(history.versions(&times, |_| true).is_empty());
    let shown = history.sheet(&history.whole());
    assert_eq!(shown.rows[&row()].before.found, Some(7));
}

#[test]
fn telephones_have_their_history_in_the_card() {
    let mut doc = rehearsal::card_of(&unit());
    for number in ["1", "2", ""] {
        let edit = typed(&row(), Column::Phone, number);
        rehearsal::perform(&mut doc, &edit).unwrap();
    }
    let history = History::read(&doc);
    let times = history.times(|_| Arrival::Known);
    let versions = history.versions(&times, |cell| {
        *cell == HistoryCell::Card(EntryKey::UnitPhone)
    });
    let new: Vec<Vec<Value>> = versions.into_iter().map(|version| version.new).collect();
    assert_eq!(new, [vec![], vec![text("2")], vec![text("1")]]);
    assert_eq!(history.card(&history.whole()), card::read(&doc));
}

#[test]
fn differences_name_each_cell_once_and_no_clock_of_a_desk() {
    let mut doc = sheet();
    write(&mut doc, Column::Remark, "旧");
    write(&mut doc, Column::FoundWeek, "3");
    let before = History::read(&doc);
    let before = before.sheet(&before.whole());
    write(&mut doc, Column::Remark, "新");
    write(&mut doc, Column::FoundWeek, "");
    write(&mut doc, Column::Progress, "加");
    write(&mut doc, Column::ReportSavedAt, "1");
    let after = History::read(&doc);
    let after = after.sheet(&after.whole());
    let told: Vec<_> = differences(&before, &after)
        .into_iter()
        .map(|each| (each.row.0, each.column, each.old, each.new))
        .collect();
    let row = || ROW.to_owned();
    let expected = [
        (row(), Column::Progress, vec![], vec![text("加")]),
        (row(), Column::FoundWeek, vec![Value::Count(3)], vec![]),
        (row(), Column::Remark, vec![text("旧")], vec![text("新")]),
    ];
    assert_eq!(told, expected);
    assert_eq!(differences(&after, &after), []);
}
