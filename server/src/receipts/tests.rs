//! What is receipted when, beside the loop.

use automerge::ActorId;
use diaodu_plan::{
    campaign::UnitId,
    edit::{self, Edit},
    fixture,
    report::{self, Report},
};

use super::*;

const ROW: &str = "m01.s-hongying";
const WEEK: WeekNumber = WeekNumber(1);

fn row() -> RowId {
    RowId(ROW.into())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}

fn sheet() -> Automerge {
    let campaign = fixture::campaign(fixture::SMALL);
    let rows = diaodu_plan::row::rows(&campaign, WeekNumber(1));
    let unit = UnitId("s-hongying".into());
    let mut document = Automerge::new().with_actor(ActorId::from([1]));
    let made = document.transact(|tx| sheet::create(&campaign, WEEK, &unit, &rows, tx));
    made.unwrap();
    document
}

fn hub() -> Automerge {
    let mut document = Automerge::new();
    document
        .transact(|tx| hub::create(WEEK, &BTreeMap::new(), tx))
        .unwrap();
    document
}

fn perform(document: &mut Automerge, edits: &[Edit]) {
    let mut tx = document.transaction();
    for each in edits {
        edit::apply(each, &mut tx).unwrap();
    }
    tx.commit();
}

fn typed(text: &str) -> [Edit; 1] {
    [Edit::typed(&row(), Column::Progress, text, "").unwrap()]
}

const REPORT: Parts = Parts {
    report: true,
    content: false,
};
const CONTENT: Parts = Parts {
    report: false,
    content: true,
};

/// A unit at work, and the loop beside it.
struct Rehearsal {
    sheet: Automerge,
    hub: Automerge,
    receipts: Receipts,
}

impl Rehearsal {
    fn new() -> Rehearsal {
        Rehearsal {
            sheet: sheet(),
            hub: hub(),
            receipts: Receipts::default(),
        }
    }

    fn note(&mut self, parts: Parts, now: i64) {
        self.receipts
            .note(WEEK, row(), parts, &self.sheet, Millis(now));
    }

    fn report(&mut self, report: Report, now: i64) {
        perform(&mut self.sheet, &report::edits(&row(), report, at(now)));
        self.note(REPORT, now);
    }

    fn types(&mut self, text: &str, now: i64) {
        perform(&mut self.sheet, &typed(text));
        self.note(CONTENT, now);
    }

    fn settle(&mut self) -> Standing {
        let taken = self.receipts.take(WEEK, &self.hub, at(100).into());
        for (row, standing) in taken {
            self.hub
                .transact(|tx| hub::put_standing(&row, &standing, tx))
                .unwrap();
        }
        hub::standing(&self.hub, &row())
    }
}

#[test]
fn typing_is_no_report() {
    let mut week = Rehearsal::new();
    week.types("已排查", 5);
    assert_eq!(week.settle(), Standing::default());
    assert!(week.receipts.weeks().is_empty());
}

#[test]
fn the_first_report_gets_the_receipt_for_good() {
    let mut week = Rehearsal::new();
    week.report(Report::Sent, 5);
    assert!(week.receipts.is_waiting(WEEK, at(6)));
    assert!(!week.receipts.is_waiting(WEEK, at(5)));
    assert_eq!(week.settle().receipt, Some(at(5)));
    week.report(Report::Zero, 9);
    let standing = week.settle();
    assert_eq!((standing.receipt, standing.zero), (Some(at(5)), true));
}

#[test]
fn several_turns_between_two_looks_are_heard_in_order() {
    let mut week = Rehearsal::new();
    week.report(Report::Sent, 5);
    week.report(Report::Withdrawn, 6);
    week.report(Report::Sent, 7);
    assert_eq!(week.settle().receipt, Some(at(7)));
}

#[test]
fn an_edit_after_the_report_is_told_and_a_refused_one_is_not() {
    let mut week = Rehearsal::new();
    week.types("已排查", 4);
    week.report(Report::Sent, 5);
    week.note(CONTENT, 6);
    assert_eq!(week.settle().edited, None, "the row looks as before");
    week.types("又排查", 7);
    assert_eq!(week.settle().edited, Some(at(7)));
}

#[test]
fn what_was_mended_offline_and_reported_again_is_told_as_an_edit() {
    let mut week = Rehearsal::new();
    week.report(Report::Sent, 5);
    week.settle();
    perform(&mut week.sheet, &typed("重新核实"));
    perform(&mut week.sheet, &report::edits(&row(), Report::Sent, at(8)));
    let both = Parts {
        report: true,
        content: true,
    };
    week.note(both, 9);
    let standing = week.settle();
    assert_eq!(
        (standing.receipt, standing.edited),
        (Some(at(5)), Some(at(9)))
    );
    // What is filled in and reported for the first time is no edit.
    let mut week = Rehearsal::new();
    perform(&mut week.sheet, &typed("已排查"));
    perform(&mut week.sheet, &report::edits(&row(), Report::Sent, at(8)));
    week.note(both, 9);
    assert_eq!(week.settle().edited, None);
}

#[test]
fn a_start_leaves_what_was_withdrawn_late_as_it_is() {
    let mut week = Rehearsal::new();
    week.report(Report::Sent, 5);
    week.types("改过", 7);
    week.report(Report::Withdrawn, 120);
    let standing = week.settle();
    assert_eq!(
        (standing.receipt, standing.edited, standing.withdrawn),
        (Some(at(5)), Some(at(7)), Some(at(120)))
    );
    let stored = Stored {
        snapshot: week.sheet.save(),
        ..Stored::default()
    };
    let lacking = recover(&stored, &[], &week.hub, at(100).into()).unwrap();
    assert_eq!(lacking, []);
}

#[test]
fn what_a_crash_kept_from_the_hub_is_found_in_the_sheets_history() {
    let mut week = Rehearsal::new();
    let made = week.sheet.get_heads();
    let begin = week.sheet.save();
    for (report, now) in [
        (Report::Sent, 5),
        (Report::Withdrawn, 50),
        (Report::Sent, 120),
        (Report::Zero, 130),
    ] {
        perform(&mut week.sheet, &report::edits(&row(), report, at(now)));
    }
    let changes = week.sheet.get_changes(&made);
    let received: Vec<Received> = [5, 50, 120, 130]
        .into_iter()
        .zip(&changes)
        .map(|(at, change)| Received {
            hash: change.hash(),
            at: Millis(at),
        })
        .collect();
    let stored = Stored {
        snapshot: begin,
        changes: changes
            .iter()
            .map(|change| change.raw_bytes().to_vec())
            .collect(),
        ..Stored::default()
    };
    let found = recover(&stored, &received, &week.hub, at(100).into()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, row());
    assert_eq!(found[0].1.receipt, Some(at(120)));
    week.hub
        .transact(|tx| hub::put_standing(&row(), &found[0].1, tx))
        .unwrap();
    assert_eq!(
        recover(&stored, &received, &week.hub, at(100).into()).unwrap(),
        []
    );
}
