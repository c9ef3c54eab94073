//! Who reviews whom, written by hand, and how a review follows the report of which it speaks.

use super::*;
use crate::{
    campaign::{UnitId, WeekNumber},
    fixture, row,
};

/// `mode author row: review summary`, of the sample. 1 is led by u-shengtai, 7 by nobody, 17 by a group of streets, 18 by the
/// office, 19 by a unit that stands among the cooperating as well.
const VERDICTS: &str = "\
parallel u-shengtai   unit   m01.s-hongying   accept       not-reviewer
parallel u-shengtai   unit   m01.u-shengtai   not-reviewer accept
parallel u-gongjianban office m01.s-hongying  accept       not-reviewer
parallel u-gongjianban office m01.u-shengtai  accept       not-reviewer
parallel u-gongjianban unit  m01.s-hongying   not-reviewer not-reviewer
parallel s-hongying   unit   m01.s-hongying   not-reviewer not-reviewer
parallel s-donganlu   unit   m01.s-hongying   not-reviewer not-reviewer
serial   u-shengtai   unit   m01.s-hongying   accept       not-reviewer
serial   u-shengtai   unit   m01.u-shengtai   not-reviewer accept
serial   u-gongjianban office m01.s-hongying  accept       not-reviewer
serial   u-gongjianban office m01.u-shengtai  accept       not-reviewer
serial   s-donganlu   unit   m01.s-hongying   not-reviewer not-reviewer
none     u-shengtai   unit   m01.s-hongying   not-reviewed not-reviewer
none     u-shengtai   unit   m01.u-shengtai   not-reviewed accept
none     u-gongjianban office m01.s-hongying  not-reviewed not-reviewer
none     s-hongying   unit   m01.s-hongying   not-reviewed not-reviewer
parallel u-gongjianban office m07.s-hongying  accept       accept
serial   u-gongjianban office m07.s-hongying  accept       accept
none     u-gongjianban office m07.s-hongying  not-reviewed accept
parallel s-donganlu   unit   m07.s-hongying   not-reviewer not-reviewer
parallel s-donganlu   unit   m17.s-donganlu   not-reviewer not-reviewer
parallel s-donganlu   unit   m17.s-donghuanlu not-reviewer not-reviewer
parallel u-gongjianban office m17.s-donganlu  accept       accept
serial   u-gongjianban office m17.s-donganlu  accept       accept
parallel u-gongjianban office m18.u-gongjianban not-reviewer accept
serial   u-gongjianban office m18.u-gongjianban not-reviewer accept
parallel u-gongjianban office m18.u-zhujian   accept       not-reviewer
serial   u-gongjianban office m18.u-zhujian   accept       not-reviewer
parallel u-zhujian    unit   m19.u-zhujian    not-reviewer accept
parallel u-zhujian    unit   m19.u-caizheng   accept       not-reviewer
serial   u-zhujian    unit   m19.u-caizheng   accept       not-reviewer
serial   u-gongjianban office m19.u-caizheng  accept       not-reviewer
serial   u-gongjianban office m19.u-zhujian   accept       not-reviewer
";

fn author(unit: &str, role: &str) -> Author {
    Author {
        account: unit.to_owned(),
        unit: UnitId(unit.to_owned()),
        role: AccountRole::from_word(role).unwrap(),
    }
}

/// `author role row`: whether in serial mode the row is another lead's first; in parallel mode no row is.
const FIRST: &str = "\
u-gongjianban office m01.s-hongying      lead
u-gongjianban office m01.u-shengtai      -
u-gongjianban office m07.s-hongying      -
u-gongjianban office m17.s-donganlu      -
u-gongjianban office m18.u-gongjianban   -
u-gongjianban office m18.u-zhujian       -
u-gongjianban office m19.u-caizheng      lead
u-gongjianban office m19.u-zhujian       -
u-shengtai    unit   m01.s-hongying      -
";

#[test]
fn in_serial_mode_the_office_waits_for_the_lead_where_another_unit_leads() {
    for line in FIRST.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [unit, role, row, expected] = words.as_slice() else {
            panic!("{line}");
        };
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let id = RowId((*row).to_owned());
        let row = row::row(&campaign, WeekNumber(1), &id).unwrap();
        let author = author(unit, role);
        for mode in ReviewMode::ALL {
            campaign.reviews.insert(row.measure, mode);
            let turn = |reviewed| is_leads_turn(&author, &row, &campaign, reviewed);
            let is_lead = *expected == "lead" && mode == ReviewMode::Serial;
            for unseen in [Reviewed::NotReported, Reviewed::Waiting, Reviewed::Again] {
                assert_eq!(turn(unseen), is_lead, "{line} {mode:?} {unseen:?}");
            }
            for seen in [Reviewed::Passed, Reviewed::Returned] {
                assert!(!turn(seen), "{line} {mode:?} {seen:?}");
            }
        }
    }
}

#[test]
fn reviews_and_summaries_are_judged_as_the_table_says() {
    for line in VERDICTS.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mode, unit, role, row, expected @ ..] = words.as_slice() else {
            panic!("{line}");
        };
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let id = RowId((*row).to_owned());
        let row = row::row(&campaign, WeekNumber(1), &id).unwrap();
        let mode = ReviewMode::from_word(mode).unwrap();
        campaign.reviews.insert(row.measure, mode);
        let author = author(unit, role);
        let judged = [
            judge_review(&author, &row, &campaign),
            judge_summary(&author, &row, &campaign),
        ];
        let judged = judged.map(|judged| judged.map_or_else(Reason::word, |()| "accept"));
        assert_eq!(judged, *expected, "{line}");
    }
}

fn cells(review: &[&str], of: Option<u64>, report: Option<&str>, saved: Option<u64>) -> Cells {
    let text = |word: &&str| Value::Text((**word).to_owned());
    let mut cells = Cells::default();
    cells.insert(Column::Review, review.iter().map(text).collect());
    cells.insert(Column::Report, report.iter().map(text).collect());
    cells.insert(Column::ReviewOf, of.into_iter().map(Value::Count).collect());
    let saved = saved.into_iter().map(Value::Count).collect();
    cells.insert(Column::ReportSavedAt, saved);
    cells
}

#[test]
fn a_review_stands_until_the_row_is_reported_again() {
    let of = |review: &[&str], of, report, saved| read(&cells(review, of, report, saved));
    let sent = Some("报送");
    assert_eq!(of(&[], None, None, None), Reviewed::NotReported);
    assert_eq!(of(&[], None, Some("撤回"), Some(1)), Reviewed::NotReported);
    assert_eq!(of(&[], None, sent, Some(1)), Reviewed::Waiting);
    assert_eq!(of(&[], None, Some("零报告"), None), Reviewed::Waiting);
    assert_eq!(of(&["通过"], Some(1), sent, Some(1)), Reviewed::Passed);
    assert_eq!(of(&["不通过"], Some(1), sent, Some(1)), Reviewed::Returned);
    assert_eq!(of(&["不通过"], Some(1), sent, Some(2)), Reviewed::Again);
    assert_eq!(of(&["通过"], Some(1), sent, Some(2)), Reviewed::Again);
    // Withdrawn to be mended: it is still the one that was returned.
    let withdrawn = of(&["不通过"], Some(1), Some("撤回"), Some(2));
    assert_eq!(withdrawn, Reviewed::Returned);
    // By other programs, which say nothing of the report; and reviewed before anything was reported.
    assert_eq!(of(&["通过"], None, sent, Some(2)), Reviewed::Passed);
    assert_eq!(of(&["不通过"], None, None, None), Reviewed::Returned);
    let both = of(&["通过", "不通过"], Some(1), sent, Some(1));
    assert_eq!(both, Reviewed::Returned);
}

#[test]
fn a_review_speaks_of_the_report_that_stands() {
    let row = RowId("m01.s-hongying".to_owned());
    let edit = of_report(&row, &cells(&[], None, Some("报送"), Some(7)));
    assert_eq!(edit.value(), Some(&Value::Count(7)));
    let edit = of_report(&row, &Cells::default());
    assert_eq!((edit.value(), edit.cell().unit()), (None, row.unit()));
}

#[test]
fn the_summary_lies_in_the_lead_s_row_or_where_it_lies_already() {
    let campaign = fixture::campaign(fixture::WEIDONG);
    let all = row::rows(&campaign, WeekNumber(1));
    let place = |unit: &str, role: &str, measure: u8, held: &str| {
        let rows = all.iter().filter(|row| row.measure.0 == measure);
        let rows = rows.map(|row| (row, row.id.0 == held));
        summary_row(&author(unit, role), &campaign, rows).map(|row| row.0.as_str())
    };
    let lead = place("u-shengtai", "unit", 1, "");
    assert_eq!(lead, Some("m01.u-shengtai"));
    assert_eq!(place("s-hongying", "unit", 1, ""), Some("m01.u-shengtai"));
    let first = place("u-gongjianban", "office", 7, "");
    assert!(first.is_some_and(|row| row.starts_with("m07.")));
    let held = place("u-gongjianban", "office", 7, "m07.s-hongying");
    assert_eq!(held, Some("m07.s-hongying"));
    assert_eq!(place("s-donganlu", "unit", 7, "m07.s-hongying"), held);
}
