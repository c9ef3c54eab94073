//! Boundary times and turns of reporting, as text.

use super::*;

const CUTOFF: &str = "2021-04-16T16:00:00+08:00";

fn friday(clock: &str) -> Timestamp {
    format!("2021-04-16T{clock}+08:00").parse().unwrap()
}

/// `script`: `CLOCK sent|zero|withdrawn|gone|edit|accept|corrected|sign|release [saved=CLOCK]`, parted by `;`.
fn played(script: &str, cutoff: Timestamp) -> Standing {
    played_by(script, cutoff.into())
}

fn played_by(script: &str, terms: Terms) -> Standing {
    let mut standing = Standing::default();
    for line in script
        .split(';')
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = friday(words[0]);
        let saved_at = words.get(2).and_then(|word| word.strip_prefix("saved="));
        let mut hear = |report| {
            let saved_at = saved_at.map(friday);
            standing.hear(&Said { report, saved_at }, at, terms);
        };
        match words[1] {
            "sent" => hear(Some(Report::Sent)),
            "zero" => hear(Some(Report::Zero)),
            "withdrawn" => hear(Some(Report::Withdrawn)),
            "gone" => hear(None),
            "edit" => standing.note_edit(at),
            "accept" => {
                standing.accepted = Some(Acceptance {
                    at,
                    by: "office".to_owned(),
                    reason: "断网".to_owned(),
                });
            }
            "sign" => {
                let by = "leader".to_owned();
                standing.sign(&Signing { at, by }, terms.sign_off);
            }
            "release" => standing.release(),
            "corrected" => standing.corrected = Some(at),
            other => panic!("{other}"),
        }
    }
    standing
}

fn words(state: State) -> String {
    let flags = [
        (state.zero, "零报告"),
        (state.offline, "离线填写"),
        (state.accepted, "认定"),
        (state.edited, "报送后有修改"),
        (state.withdrawn, "已撤回"),
        (state.waiting, "待审签"),
    ];
    let flags = flags.iter().filter(|(is_set, _)| *is_set);
    let words = std::iter::once(state.timeliness.word()).chain(flags.map(|(_, word)| *word));
    words.collect::<Vec<_>>().join(" ")
}

fn check(script: &str, expected: &str) {
    let cutoff = CUTOFF.parse().unwrap();
    assert_eq!(
        words(played(script, cutoff).state(cutoff)),
        expected,
        "{script}"
    );
}

#[test]
fn four_o_clock_sharp_is_late() {
    check("", "未报");
    check("15:59:59.999 sent", "按时");
    check("16:00:00.000 sent", "迟报");
    check("16:00:00.001 sent", "迟报");
}

#[test]
fn grace_moves_the_cutoff_and_is_strict_too() {
    let cutoff = friday("16:10:00");
    let state = |script| words(played(script, cutoff).state(cutoff));
    assert_eq!(state("16:09:59.999 sent"), "按时");
    assert_eq!(state("16:10:00 sent"), "迟报");
    assert_eq!(state("15:00:00 sent; 16:05:00 withdrawn"), "未报");
}

#[test]
fn nothing_to_report_is_a_report() {
    check("15:00:00 zero", "按时 零报告");
    check("17:00:00 zero", "迟报 零报告");
    check("15:00:00 zero; 15:10:00 sent", "按时");
}

#[test]
fn a_withdrawal_before_due_cancels_and_after_it_does_not() {
    check("15:00:00 sent; 15:59:59.999 withdrawn", "未报");
    check("15:00:00 sent; 15:30:00 gone", "未报");
    check("15:00:00 sent; 16:00:00 withdrawn", "按时 已撤回");
    check("15:00:00 sent; 15:30:00 withdrawn; 16:30:00 sent", "迟报");
    check("15:00:00 sent; 16:10:00 withdrawn; 16:30:00 sent", "按时");
    check("16:10:00 sent; 16:20:00 withdrawn", "迟报 已撤回");
    check("15:00:00 withdrawn", "未报");
}

#[test]
fn the_first_standing_report_decides() {
    check("15:00:00 sent; 16:30:00 sent", "按时");
    let cutoff = CUTOFF.parse().unwrap();
    let standing = played("15:00:00 sent; 16:30:00 sent", cutoff);
    assert_eq!(standing.receipt, Some(friday("15:00:00")));
}

#[test]
fn later_edits_are_told_and_earlier_ones_are_not() {
    check("14:00:00 edit; 15:00:00 sent", "按时");
    check("15:00:00 sent; 15:10:00 edit", "按时 报送后有修改");
    check(
        "15:00:00 sent; 16:10:00 edit; 16:20:00 sent",
        "按时 报送后有修改",
    );
    check(
        "15:00:00 sent; 15:10:00 edit; 15:20:00 withdrawn; 15:30:00 sent",
        "按时",
    );
}

#[test]
fn what_was_typed_before_due_without_network_is_marked_and_may_be_accepted() {
    check("16:40:00 sent saved=15:50:00", "迟报 离线填写");
    check("16:40:00 sent saved=16:10:00", "迟报");
    check(
        "16:40:00 sent saved=15:50:00; 18:00:00 accept",
        "按时 离线填写 认定",
    );
    check("15:55:00 sent saved=15:50:00", "按时");
    check("18:00:00 accept", "未报");
}

#[test]
fn a_row_that_was_missing_at_the_freeze_is_made_up() {
    check("18:00:00 corrected", "补报");
    check("15:00:00 sent; 18:00:00 corrected", "按时");
}

#[test]
fn hearing_the_same_again_changes_nothing() {
    let cutoff: Timestamp = CUTOFF.parse().unwrap();
    for script in [
        "15:00:00 sent saved=14:59:00",
        "15:00:00 sent; 16:20:00 withdrawn",
        "16:20:00 zero",
    ] {
        let once = played(script, cutoff);
        let last = script.rsplit(';').next().unwrap().trim();
        let (_, what) = last.split_once(' ').unwrap();
        let twice = played(&format!("{script}; 19:00:00 {what}"), cutoff);
        assert_eq!(once, twice, "{script}");
    }
}

#[test]
fn what_was_known_before_a_moment_leaves_out_what_came_later() {
    let cutoff: Timestamp = CUTOFF.parse().unwrap();
    let state = |script| {
        let known = played(script, cutoff).before(friday("16:00:00"));
        words(known.state(cutoff))
    };
    assert_eq!(state("16:00:00 sent"), "未报");
    assert_eq!(
        state("15:59:59.999 sent; 16:20:00 edit; 16:30:00 withdrawn"),
        "按时"
    );
}

#[test]
fn of_a_report_and_a_withdrawal_at_once_the_report_counts() {
    let text = |word: &str| Value::Text(word.to_owned());
    let said = |values: &[&str]| {
        let values = values.iter().map(|word| text(word)).collect();
        Said::read(&[(Column::Report, values)].into()).report
    };
    assert_eq!(said(&["撤回", "报送"]), Some(Report::Sent));
    assert_eq!(said(&["零报告", "撤回"]), Some(Report::Zero));
    assert_eq!(said(&["撤回"]), Some(Report::Withdrawn));
    assert_eq!(said(&["将来的词"]), None);
    assert_eq!(said(&[]), None);
}

#[test]
fn a_desks_moment_is_read_as_it_was_saved() {
    let cells = [(Column::ReportSavedAt, vec![Value::Count(1_618_559_999_999)])].into();
    assert_eq!(Said::read(&cells).saved_at, Some(friday("15:59:59.999")));
}

fn row(cells: &[(Column, &str)]) -> SheetRow {
    let value = |column: Column, text: &str| match text.parse() {
        Ok(number) if column.kind() == crate::column::Kind::Count => Value::Count(number),
        _ => Value::Text(text.to_owned()),
    };
    SheetRow {
        cells: cells
            .iter()
            .map(|(column, text)| (*column, vec![value(*column, text)]))
            .collect(),
        ..SheetRow::default()
    }
}

fn check_findings(
    report: Report,
    cells: &[(Column, &str)],
    previous: Option<&SheetRow>,
    expected: &[Finding],
) {
    let found = super::check(report, &row(cells), previous);
    assert_eq!(found, expected, "{cells:?}");
    let columns: Vec<Column> = found.iter().map(|finding| finding.column()).collect();
    assert!(
        columns.iter().all(|column| column.is_stored_in_sheet()),
        "each leads to a cell"
    );
}

#[test]
fn before_a_report_a_person_is_told_what_to_look_at() {
    let full = [
        (Column::Progress, "全区排查企业四十四家，均已整改到位"),
        (Column::Problem, "无"),
    ];
    check_findings(Report::Sent, &full, None, &[]);
    check_findings(
        Report::Sent,
        &[],
        None,
        &[Finding::ProgressMissing, Finding::ProblemMissing],
    );
    check_findings(Report::Zero, &[], None, &[]);
    check_findings(
        Report::Sent,
        &full,
        Some(&row(&full)),
        &[Finding::ProgressLikeLastWeek],
    );
    let other = [
        (Column::Progress, "出动巡查人员一百二十人次"),
        (Column::Problem, "无"),
    ];
    check_findings(Report::Sent, &full, Some(&row(&other)), &[]);
    // What a measure that is done is offered, every week anew.
    let done = [
        (Column::Progress, CONSOLIDATING),
        (Column::Problem, "无"),
        (Column::Status, "已完成"),
    ];
    check_findings(Report::Sent, &done, Some(&row(&done)), &[]);
}

#[test]
fn a_total_that_falls_below_last_weeks_is_told_before_the_freeze_too() {
    let last = row(&[(Column::FoundTotal, "30")]);
    let this = [
        (Column::Progress, "全区排查企业四十四家，均已整改到位"),
        (Column::Problem, "无"),
        (Column::FoundTotal, "20"),
    ];
    let expected = [
        Finding::TotalBelowBefore(crate::tally::Tally::Found),
        Finding::TotalReasonMissing,
    ];
    check_findings(Report::Sent, &this, Some(&last), &expected);
}

#[test]
fn work_that_lags_needs_reason_and_plan() {
    let this = [
        (Column::Progress, "全区排查企业四十四家，均已整改到位"),
        (Column::Status, "滞后"),
        (Column::Problem, "无"),
    ];
    let expected = [Finding::LaggingWithoutProblem, Finding::LaggingWithoutPlan];
    check_findings(Report::Sent, &this, None, &expected);
}

/// Where a 责任领导 has to sign.
fn check_signed(sign_off: SignOff, script: &str, expected: &str) {
    let cutoff = CUTOFF.parse().unwrap();
    let standing = played_by(script, Terms { cutoff, sign_off });
    assert_eq!(words(standing.state(cutoff)), expected, "{script}");
}

#[test]
fn what_is_submitted_counts_for_nothing_until_it_is_signed() {
    for mode in [SignOff::Submission, SignOff::Signing] {
        check_signed(mode, "15:00:00 sent", "未报 待审签");
        check_signed(mode, "15:00:00 zero", "未报 待审签");
        check_signed(mode, "15:00:00 sent; 15:10:00 sign", "按时");
        check_signed(mode, "15:00:00 zero; 15:10:00 sign", "按时 零报告");
        check_signed(mode, "15:10:00 sign", "未报");
        check_signed(mode, "16:00:00 sent; 16:10:00 sign", "迟报");
    }
    check_signed(SignOff::None, "15:00:00 sent; 16:10:00 sign", "按时");
}

#[test]
fn which_moment_counts_once_it_is_signed_is_the_offices_to_say() {
    let script = "15:59:59.999 sent saved=15:58:00; 16:00:00 sign";
    check_signed(SignOff::Submission, script, "按时");
    check_signed(SignOff::Signing, script, "迟报");
    let script = "15:00:00 sent; 15:59:59.999 sign";
    check_signed(SignOff::Signing, script, "按时");
    // What is written between the two is told, where the earlier moment counts.
    let script = "15:00:00 sent; 15:10:00 edit; 15:20:00 sign";
    check_signed(SignOff::Submission, script, "按时 报送后有修改");
    check_signed(SignOff::Signing, script, "按时");
    // What came late from a desk without network is offline by its submission, whenever it was signed.
    let script = "16:30:00 sent saved=15:50:00; 17:00:00 sign";
    check_signed(SignOff::Signing, script, "迟报 离线填写");
    check_signed(
        SignOff::Submission,
        &format!("{script}; 18:00:00 accept"),
        "按时 离线填写 认定",
    );
}

#[test]
fn the_first_submission_and_the_first_signature_stand() {
    let mode = SignOff::Submission;
    check_signed(mode, "15:00:00 sent; 16:10:00 sent; 16:20:00 sign", "按时");
    let again = "15:00:00 sent; 15:10:00 sign; 16:30:00 sign";
    check_signed(SignOff::Signing, again, "按时");
    check_signed(
        mode,
        "15:00:00 sent; 15:10:00 sign; 15:20:00 edit",
        "按时 报送后有修改",
    );
}

#[test]
fn what_nobody_has_signed_is_taken_back_at_any_time() {
    let mode = SignOff::Submission;
    check_signed(mode, "15:00:00 sent; 16:30:00 withdrawn", "未报");
    check_signed(
        mode,
        "15:00:00 sent; 16:30:00 withdrawn; 16:40:00 sign",
        "未报",
    );
    check_signed(
        mode,
        "15:00:00 sent; 15:05:00 gone; 16:40:00 sent; 16:50:00 sign",
        "迟报",
    );
    // Once signed it is a report like any other.
    check_signed(
        mode,
        "15:00:00 sent; 15:10:00 sign; 15:20:00 withdrawn",
        "未报",
    );
    check_signed(
        mode,
        "15:00:00 sent; 15:10:00 sign; 16:20:00 withdrawn",
        "按时 已撤回",
    );
    check_signed(
        mode,
        "15:00:00 sent; 15:10:00 sign; 15:20:00 withdrawn; 15:30:00 sent",
        "未报 待审签",
    );
}

#[test]
fn where_nobody_has_to_sign_any_more_the_submission_counts() {
    let mode = SignOff::Signing;
    check_signed(mode, "15:00:00 sent; 15:30:00 release", "按时");
    check_signed(
        mode,
        "15:00:00 sent; 15:10:00 sign; 15:30:00 release",
        "按时",
    );
    check_signed(mode, "15:30:00 release", "未报");
}

#[test]
fn a_signature_after_a_moment_was_not_known_at_it() {
    let (cutoff, sign_off) = (CUTOFF.parse().unwrap(), SignOff::Submission);
    let script = "15:00:00 zero saved=14:59:00; 16:10:00 sign; 16:20:00 edit";
    let standing = played_by(script, Terms { cutoff, sign_off });
    assert_eq!(words(standing.state(cutoff)), "按时 零报告 报送后有修改");
    let before = standing.before(cutoff);
    assert_eq!(words(before.state(cutoff)), "未报 待审签");
    assert_eq!(
        before,
        played_by("15:00:00 zero saved=14:59:00", Terms { cutoff, sign_off })
    );
    assert_eq!(
        words(standing.before(friday("16:15:00")).state(cutoff)),
        "按时 零报告"
    );
    assert_eq!(standing.before(friday("15:00:00")), Standing::default());
}
