//! The verdicts, written by hand and compared with what `judge` says.

use automerge::ScalarValue;

use super::*;
use crate::{
    campaign::{Campaign, WeekNumber},
    fixture, limits, touch,
};

/// `place`: `sheet m01.s-hongying progress`, `card KEY`, `hub KEY`, `catalogue KEY`; `sheet` is that of s-hongying.
fn check_judge(place: &str, value: Option<ScalarValue>, expected: &str) {
    let campaign = fixture::campaign(fixture::SMALL);
    let unit = UnitId("s-hongying".to_owned());
    let words: Vec<&str> = place.split(' ').collect();
    let (document, path, key) = match words.as_slice() {
        ["sheet", row, key] => (
            DocumentKind::Sheet(WeekNumber(2), unit.clone()),
            vec!["rows", *row],
            *key,
        ),
        ["sheet", key] => (
            DocumentKind::Sheet(WeekNumber(2), unit.clone()),
            vec![],
            *key,
        ),
        ["card", key] => (DocumentKind::Card(unit.clone()), vec!["entries"], *key),
        ["talk", key] => (
            DocumentKind::Talk(WeekNumber(2), unit.clone()),
            vec!["entries"],
            *key,
        ),
        ["hub", key] => (DocumentKind::Hub(WeekNumber(2)), vec!["sheets"], *key),
        ["catalogue", key] => (DocumentKind::Catalogue, vec!["campaign"], *key),
        other => panic!("{other:?}"),
    };
    let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
    let touch = touch::read(&document, &path, key, value.as_ref());
    let author = author("s-hongying", AccountRole::Unit);
    let state = State {
        document: &document,
        campaign: &campaign,
        week: WeekState::Open,
        entries: 0,
        reviewed: Reviewed::NotReported,
    };
    let verdict = match judge(&author, &touch, &state) {
        Verdict::Accept => "accept",
        Verdict::Refuse(reason) => reason.word(),
    };
    assert_eq!(verdict, expected, "{place} {value:?}");
}

fn text(text: &str) -> Option<ScalarValue> {
    Some(ScalarValue::Str(text.into()))
}

#[test]
fn stored_cells_of_the_right_kind_are_accepted() {
    check_judge("sheet m01.s-hongying progress", text("甲"), "accept");
    check_judge("sheet m01.s-hongying progress", None, "accept");
    check_judge("sheet m01.s-hongying progress", text(""), "accept");
    check_judge(
        "sheet m02.s-hongying found_total",
        Some(ScalarValue::Int(3)),
        "accept",
    );
    check_judge("sheet m02.s-hongying status", text("滞后"), "accept");
    check_judge("card reporter:冯演示/phone", text("0375-0000069"), "accept");
    check_judge("card reporter:冯/演示/phone", None, "accept");
    check_judge("card unit/phone", text("0375-0000069"), "accept");
}

#[test]
fn the_wrong_kind_or_size_is_refused() {
    check_judge("sheet m01.s-hongying found_week", text("3"), "value-kind");
    check_judge(
        "sheet m01.s-hongying found_week",
        Some(ScalarValue::Int(-3)),
        "value-kind",
    );
    check_judge(
        "sheet m01.s-hongying progress",
        Some(ScalarValue::Null),
        "value-kind",
    );
    check_judge(
        "sheet m01.s-hongying progress",
        Some(ScalarValue::counter(1)),
        "value-kind",
    );
    check_judge("sheet m01.s-hongying status", text("还行"), "value-kind");
    check_judge(
        "sheet m01.s-hongying progress",
        text(&"x".repeat(limits::LONG_TEXT_BYTES_MAX + 1)),
        "value-size",
    );
    check_judge(
        "sheet m01.s-hongying found_week",
        Some(ScalarValue::Int(1_000_000_000)),
        "value-size",
    );
    check_judge("card unit/phone", Some(ScalarValue::Int(1)), "value-kind");
}

#[test]
fn what_is_not_a_cell_is_refused() {
    check_judge("sheet m01.s-donganlu progress", text("甲"), "unknown-row");
    check_judge("sheet m01.u-zhujian progress", text("甲"), "unknown-row");
    check_judge("sheet nonsense progress", text("甲"), "unknown-row");
    check_judge(
        "sheet m01.s-hongying nonsense",
        text("甲"),
        "unknown-column",
    );
    check_judge(
        "sheet m01.s-hongying fix_rate",
        text("70%"),
        "unknown-column",
    );
    check_judge("sheet m01.s-hongying phone", text("1"), "unknown-column");
    check_judge(
        "sheet m01.s-hongying found_before",
        Some(ScalarValue::Int(1)),
        "server-column",
    );
    check_judge("sheet week", Some(ScalarValue::Int(3)), "unknown-object");
    check_judge("sheet attachments", text("甲.pdf"), "unknown-object");
    check_judge("card nonsense", text("1"), "unknown-entry");
    check_judge("card reporter:/phone", text("1"), "unknown-entry");
    check_judge("card reporter:冯演示/email", text("1"), "unknown-entry");
    check_judge("hub s-hongying", text("automerge:x"), "server-document");
    check_judge("catalogue name", None, "server-document");
}

#[test]
fn a_full_card_takes_no_more() {
    let campaign = fixture::campaign(fixture::SMALL);
    let document = DocumentKind::Card(UnitId("s-hongying".to_owned()));
    let author = author("s-hongying", AccountRole::Unit);
    let state = State {
        document: &document,
        campaign: &campaign,
        week: WeekState::Open,
        entries: CARD_ENTRIES_MAX,
        reviewed: Reviewed::NotReported,
    };
    let path = ["entries".to_owned()];
    let put = touch::read(&document, &path, "unit/phone", text("1").as_ref());
    assert_eq!(
        judge(&author, &put, &state),
        Verdict::Refuse(Reason::TooManyEntries)
    );
    let delete = touch::read(&document, &path, "unit/phone", None);
    assert_eq!(judge(&author, &delete, &state), Verdict::Accept);
}

fn author(unit: &str, role: AccountRole) -> Author {
    Author {
        account: format!("{unit}-a"),
        unit: UnitId(unit.to_owned()),
        role,
    }
}

/// Who may write what, written by hand: what the unit's cells, the review cells, the office's cell and 汇总 of a row answer.
/// `lead` leads measure 1; measure 2 is led by a group of streets, of which `street` is one.
const VERDICTS: &str = "\
office     open   m01.u-shengtai  foreign-row  accept       accept         not-reviewer
office     open   m01.s-hongying  foreign-row  accept       accept         not-reviewer
office     open   m01.s-donganlu  foreign-row  accept       accept         not-reviewer
office     open   m02.s-hongying  foreign-row  accept       accept         accept
office     open   m02.u-shengtai  foreign-row  accept       accept         accept
office     open   m02.u-zhujian   foreign-row  accept       accept         accept
clerk      open   m01.s-hongying  foreign-row  not-reviewer office-column  not-reviewer
clerk      open   m02.u-zhujian   foreign-row  not-reviewer office-column  not-reviewer
lead       open   m01.u-shengtai  accept       not-reviewer office-column  accept
lead       open   m01.s-hongying  foreign-row  accept       office-column  not-reviewer
lead       open   m01.s-donganlu  foreign-row  accept       office-column  not-reviewer
lead       open   m02.s-hongying  foreign-row  not-reviewer office-column  not-reviewer
lead       open   m02.u-shengtai  accept       not-reviewer office-column  not-reviewer
lead       open   m02.u-zhujian   foreign-row  not-reviewer office-column  not-reviewer
street     open   m01.u-shengtai  foreign-row  not-reviewer office-column  not-reviewer
street     open   m01.s-hongying  accept       not-reviewer office-column  not-reviewer
street     open   m01.s-donganlu  foreign-row  not-reviewer office-column  not-reviewer
street     open   m02.s-hongying  accept       not-reviewer office-column  not-reviewer
street     open   m02.u-shengtai  foreign-row  not-reviewer office-column  not-reviewer
street     open   m02.u-zhujian   foreign-row  not-reviewer office-column  not-reviewer
department open   m01.u-shengtai  foreign-row  not-reviewer office-column  not-reviewer
department open   m01.s-hongying  foreign-row  not-reviewer office-column  not-reviewer
department open   m02.u-zhujian   accept       not-reviewer office-column  not-reviewer
viewer     open   m01.s-hongying  reads-only   reads-only   reads-only     reads-only
viewer     open   m02.u-zhujian   reads-only   reads-only   reads-only     reads-only
office     frozen m01.s-hongying  week-frozen  week-frozen  week-frozen    week-frozen
office     frozen m02.u-zhujian   week-frozen  week-frozen  week-frozen    week-frozen
clerk      frozen m01.s-hongying  week-frozen  week-frozen  week-frozen    week-frozen
lead       frozen m01.u-shengtai  week-frozen  week-frozen  week-frozen    week-frozen
lead       frozen m01.s-hongying  week-frozen  week-frozen  week-frozen    week-frozen
street     frozen m01.s-hongying  week-frozen  week-frozen  week-frozen    week-frozen
street     frozen m01.s-donganlu  week-frozen  week-frozen  week-frozen    week-frozen
department frozen m02.u-zhujian   week-frozen  week-frozen  week-frozen    week-frozen
viewer     frozen m01.s-hongying  reads-only   reads-only   reads-only     reads-only
";

/// The same where both measures are reviewed in serial, by how the row's review stands: the office's word comes after the lead's on the
/// report that stands, and nothing else waits. No single unit leads measure 2, and nobody else leads the lead's own row.
const SERIAL: &str = "\
office     not-reported m01.s-hongying  foreign-row  lead-reviews accept        not-reviewer
office     waiting      m01.s-hongying  foreign-row  lead-reviews accept        not-reviewer
office     again        m01.s-hongying  foreign-row  lead-reviews accept        not-reviewer
office     passed       m01.s-hongying  foreign-row  accept       accept        not-reviewer
office     returned     m01.s-hongying  foreign-row  accept       accept        not-reviewer
office     waiting      m01.s-donganlu  foreign-row  lead-reviews accept        not-reviewer
office     returned     m01.s-donganlu  foreign-row  accept       accept        not-reviewer
office     waiting      m01.u-shengtai  foreign-row  accept       accept        not-reviewer
office     again        m01.u-shengtai  foreign-row  accept       accept        not-reviewer
office     not-reported m02.s-hongying  foreign-row  accept       accept        accept
office     waiting      m02.s-hongying  foreign-row  accept       accept        accept
office     again        m02.u-zhujian   foreign-row  accept       accept        accept
office     passed       m02.u-zhujian   foreign-row  accept       accept        accept
clerk      waiting      m01.s-hongying  foreign-row  not-reviewer office-column not-reviewer
clerk      passed       m01.s-hongying  foreign-row  not-reviewer office-column not-reviewer
lead       not-reported m01.s-hongying  foreign-row  accept       office-column not-reviewer
lead       waiting      m01.s-hongying  foreign-row  accept       office-column not-reviewer
lead       again        m01.s-hongying  foreign-row  accept       office-column not-reviewer
lead       passed       m01.s-hongying  foreign-row  accept       office-column not-reviewer
lead       waiting      m01.u-shengtai  accept       not-reviewer office-column accept
street     waiting      m01.s-hongying  accept       not-reviewer office-column not-reviewer
street     passed       m01.s-hongying  accept       not-reviewer office-column not-reviewer
street     waiting      m01.s-donganlu  foreign-row  not-reviewer office-column not-reviewer
viewer     waiting      m01.s-hongying  reads-only   reads-only   reads-only    reads-only
viewer     passed       m01.s-hongying  reads-only   reads-only   reads-only    reads-only
";

/// The columns of the four groups, and those that nobody writes: the whole of a sheet's row.
const GROUPS: [&str; 4] = [
    "progress checked_week found_week fixed_week checked_total found_total fixed_total total_reason problem next_plan status \
     leader owner reporter remark report report_saved_at",
    "review review_note review_of",
    "office_status",
    "summary",
];
const NOBODYS: &str =
    "number action measure lead_units unit role duty fix_rate submitted_at attachments phone";

fn who(name: &str) -> Author {
    match name {
        "office" => author("u-office", AccountRole::Office),
        "clerk" => author("u-office", AccountRole::Unit),
        "lead" => author("u-shengtai", AccountRole::Unit),
        "street" => author("s-hongying", AccountRole::Unit),
        "department" => author("u-zhujian", AccountRole::Unit),
        "viewer" => author("s-hongying", AccountRole::Viewer),
        other => panic!("{other}"),
    }
}

fn verdict(
    campaign: &Campaign,
    author: &Author,
    (week, reviewed): (WeekState, Reviewed),
    row: &str,
    column: &str,
    value: Option<&ScalarValue>,
) -> &'static str {
    let unit = RowId(row.to_owned()).unit().expect("a row's id");
    let document = DocumentKind::Sheet(WeekNumber(2), unit);
    let path = ["rows".to_owned(), row.to_owned()];
    let touch = touch::read(&document, &path, column, value);
    let state = State {
        document: &document,
        campaign,
        week,
        entries: 0,
        reviewed,
    };
    match judge(author, &touch, &state) {
        Verdict::Accept => "accept",
        Verdict::Refuse(reason) => reason.word(),
    }
}

fn fitting(column: &str) -> ScalarValue {
    match column {
        "status" | "office_status" => "滞后".into(),
        "review" => "不通过".into(),
        "report" => "报送".into(),
        "report_saved_at" | "review_of" => ScalarValue::Int(1_618_559_999_999),
        count if count.ends_with("_week") || count.ends_with("_total") => ScalarValue::Int(3),
        _ => "甲".into(),
    }
}

fn state(word: &str) -> (WeekState, Reviewed) {
    match word {
        "open" => (WeekState::Open, Reviewed::NotReported),
        "frozen" => (WeekState::Frozen, Reviewed::NotReported),
        "not-reported" => (WeekState::Open, Reviewed::NotReported),
        "waiting" => (WeekState::Open, Reviewed::Waiting),
        "again" => (WeekState::Open, Reviewed::Again),
        "passed" => (WeekState::Open, Reviewed::Passed),
        "returned" => (WeekState::Open, Reviewed::Returned),
        other => panic!("{other}"),
    }
}

#[test]
fn every_role_column_and_state_is_judged_as_the_table_says() {
    check_verdicts(&fixture::campaign(fixture::SMALL), VERDICTS);
}

#[test]
fn in_serial_mode_every_role_and_column_is_judged_as_the_table_says() {
    let mut campaign = fixture::campaign(fixture::SMALL);
    for measure in [1, 2] {
        let measure = crate::campaign::MeasureNumber(measure);
        campaign.reviews.insert(measure, review::ReviewMode::Serial);
    }
    check_verdicts(&campaign, SERIAL);
}

/// Puts each column of a line's row, empties it, and puts what does not fit.
fn check_verdicts(campaign: &Campaign, table: &str) {
    for line in table.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, word, row, expected @ ..] = words.as_slice() else {
            panic!("{line}");
        };
        let judged = |column: &str, value: Option<&ScalarValue>| {
            verdict(campaign, &who(name), state(word), row, column, value)
        };
        assert_eq!(expected.len(), GROUPS.len());
        for (group, expected) in GROUPS.iter().zip(expected) {
            for column in group.split_whitespace() {
                assert_eq!(
                    judged(column, Some(&fitting(column))),
                    *expected,
                    "{line} {column}"
                );
                assert_eq!(judged(column, None), *expected, "{line} {column} emptied");
                let unfit = if *expected == "accept" {
                    "value-kind"
                } else {
                    expected
                };
                assert_eq!(
                    judged(column, Some(&ScalarValue::Null)),
                    unfit,
                    "{line} {column}"
                );
            }
        }
        for column in NOBODYS.split_whitespace() {
            assert_eq!(
                judged(column, Some(&"甲".into())),
                "unknown-column",
                "{line} {column}"
            );
        }
        for column in ["checked_before", "found_before", "fixed_before"] {
            assert_eq!(
                judged(column, Some(&ScalarValue::Int(1))),
                "server-column",
                "{line}"
            );
        }
    }
}

#[test]
fn the_table_of_verdicts_names_every_column() {
    let mut named: Vec<&str> = GROUPS
        .iter()
        .flat_map(|group| group.split_whitespace())
        .collect();
    named.extend(NOBODYS.split_whitespace());
    named.sort_unstable();
    let stored = Column::ALL.iter().chain(&Column::BESIDE);
    let mut all: Vec<&str> = stored.map(|column| column.id()).collect();
    all.sort_unstable();
    assert_eq!(named, all);
}

#[test]
fn special_measures_of_the_plan_are_reviewed_as_the_plan_wants_in_parallel_and_in_serial() {
    let parallel = fixture::campaign(fixture::WEIDONG);
    let mut serial = parallel.clone();
    for measure in &parallel.measures {
        let mode = review::ReviewMode::Serial;
        serial.reviews.insert(measure.number, mode);
    }
    for campaign in [parallel, serial] {
        check_special_measures(&campaign);
    }
}

/// All rows are reported, and nobody has said anything.
fn check_special_measures(campaign: &Campaign) {
    let may = |unit: &str, role, row: &str| {
        let author = author(unit, role);
        verdict(
            campaign,
            &author,
            (WeekState::Open, Reviewed::Waiting),
            row,
            "review",
            Some(&"通过".into()),
        ) == "accept"
    };
    let (office, unit) = (AccountRole::Office, AccountRole::Unit);
    // 7 has no lead: the office reviews.
    assert!(may("u-gongjianban", office, "m07.s-hongying"));
    assert!(!may("u-zhujian", unit, "m07.s-hongying"));
    // 17 is led by a group of streets: none reviews another, nor itself.
    assert!(!may("s-donganlu", unit, "m17.s-donganlu"));
    assert!(!may("s-donganlu", unit, "m17.s-donghuanlu"));
    assert!(may("u-gongjianban", office, "m17.s-donganlu"));
    // 18 is led by the receiver: it reviews the others, not itself.
    assert!(may("u-gongjianban", office, "m18.u-shengtai"));
    assert!(!may("u-gongjianban", office, "m18.u-gongjianban"));
    // 19: the lead stands among the cooperating, in one row.
    assert!(may("u-zhujian", unit, "m19.u-nongshui"));
    assert!(!may("u-zhujian", unit, "m19.u-zhujian"));
}

/// `who document: visible to all, to leads, to its own alone`
const READERS: &str = "\
office sheet s-hongying yes yes yes
viewer sheet u-zhujian  yes yes yes
lead   sheet s-hongying yes yes no
lead   sheet u-zhujian  yes no  no
street sheet s-hongying yes yes yes
street sheet s-donganlu yes no  no
street sheet u-shengtai yes no  no
office card  s-hongying yes yes yes
viewer card  s-hongying yes yes yes
lead   talk  s-hongying yes yes yes
lead   talk  u-zhujian  yes no  no
office talk  s-hongying yes yes yes
viewer talk  u-zhujian  yes yes yes
street talk  s-hongying yes yes yes
street talk  s-donganlu yes no  no
street talk  u-shengtai yes no  no
lead   card  s-hongying yes yes yes
lead   card  u-zhujian  no  no  no
street card  s-hongying yes yes yes
street card  s-donganlu no  no  no
street hub   -          yes yes yes
street catalogue -      yes yes yes
";

#[test]
fn documents_are_read_as_the_campaign_has_set_it() {
    let campaign = fixture::campaign(fixture::SMALL);
    for line in READERS.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, kind, unit, expected @ ..] = words.as_slice() else {
            panic!("{line}");
        };
        let unit = UnitId((*unit).to_owned());
        let document = match *kind {
            "sheet" => DocumentKind::Sheet(WeekNumber(1), unit),
            "card" => DocumentKind::Card(unit),
            "talk" => DocumentKind::Talk(WeekNumber(1), unit),
            "hub" => DocumentKind::Hub(WeekNumber(1)),
            _ => DocumentKind::Catalogue,
        };
        for (visibility, expected) in Visibility::ALL.into_iter().zip(expected) {
            let may = may_read(&who(name), &document, &campaign, visibility);
            assert_eq!(may, *expected == "yes", "{line} {visibility:?}");
        }
    }
}

#[test]
fn only_ones_own_card_is_written() {
    let campaign = fixture::campaign(fixture::SMALL);
    let judged = |name: &str| {
        let document = DocumentKind::Card(UnitId("s-hongying".to_owned()));
        let value = ScalarValue::from("0375-0000069");
        let touch = touch::read(
            &document,
            &["entries".to_owned()],
            "unit/phone",
            Some(&value),
        );
        let state = State {
            document: &document,
            campaign: &campaign,
            week: WeekState::Open,
            entries: 0,
            reviewed: Reviewed::NotReported,
        };
        judge(&who(name), &touch, &state)
    };
    assert_eq!(judged("street"), Verdict::Accept);
    assert_eq!(judged("lead"), Verdict::Refuse(Reason::ForeignCard));
    assert_eq!(judged("office"), Verdict::Refuse(Reason::ForeignCard));
    assert_eq!(judged("viewer"), Verdict::Refuse(Reason::ReadsOnly));
}

#[test]
fn a_street_that_is_no_longer_relevant_is_refused_from_that_week_on_and_the_new_one_is_let_in() {
    let mut campaign = fixture::campaign(fixture::SMALL);
    let to = [UnitId("s-donganlu".to_owned())];
    let friday = "2021-04-16T15:30:00+08:00".parse().unwrap();
    let none = std::collections::BTreeSet::new();
    let from = campaign.set_relevant_streets(crate::campaign::MeasureNumber(2), &to, friday, &none);
    assert_eq!(from, Ok(WeekNumber(2)));
    let verdict = |week: u8, unit: &str, of: &Author, key: &str, state: WeekState| {
        let document = DocumentKind::Sheet(WeekNumber(week), UnitId(unit.to_owned()));
        let path = ["rows".to_owned(), format!("m02.{unit}")];
        let touch = touch::read(&document, &path, key, text("甲").as_ref());
        let state = State {
            document: &document,
            campaign: &campaign,
            week: state,
            entries: 0,
            reviewed: Reviewed::NotReported,
        };
        match judge(of, &touch, &state) {
            Verdict::Accept => "accept",
            Verdict::Refuse(reason) => reason.word(),
        }
    };
    let (old, new) = (
        author("s-hongying", AccountRole::Unit),
        author("s-donganlu", AccountRole::Unit),
    );
    let (office, viewer) = (
        author("u-office", AccountRole::Office),
        author("u-office", AccountRole::Viewer),
    );
    let open = WeekState::Open;
    for (week, unit, of, key, state, expected) in [
        (1, "s-hongying", &old, "progress", open, "accept"),
        (2, "s-hongying", &old, "progress", open, "not-relevant"),
        (
            2,
            "s-hongying",
            &office,
            "office_status",
            open,
            "not-relevant",
        ),
        (2, "s-hongying", &viewer, "progress", open, "reads-only"),
        (
            2,
            "s-hongying",
            &old,
            "progress",
            WeekState::Frozen,
            "week-frozen",
        ),
        (1, "s-donganlu", &new, "progress", open, "not-relevant"),
        (2, "s-donganlu", &new, "progress", open, "accept"),
        (9, "s-donganlu", &new, "progress", open, "accept"),
        (2, "s-donganlu", &old, "progress", open, "foreign-row"),
    ] {
        assert_eq!(
            verdict(week, unit, of, key, state),
            expected,
            "{week} {unit} {key}"
        );
    }
}

/// Who may put what into the talk of s-hongying's week 2, written by hand: into one's own comment and into that of
/// somebody else of s-hongying, the true value, another's name where one is written, and nothing (a delete).
/// A week that is frozen changes none of it.
const COMMENTS: &str = "\
office cell     accept          -               accept foreign-comment foreign-comment
office thread   accept          -               accept foreign-comment foreign-comment
office text     accept          -               accept foreign-comment foreign-comment
office mentions accept          -               accept foreign-comment foreign-comment
office unit     accept          foreign-comment accept foreign-comment foreign-comment
office at       accept          -               accept foreign-comment foreign-comment
office resolved accept          foreign-comment accept accept          accept
lead   cell     accept          -               accept foreign-comment foreign-comment
lead   thread   accept          -               accept foreign-comment foreign-comment
lead   text     accept          -               accept foreign-comment foreign-comment
lead   mentions accept          -               accept foreign-comment foreign-comment
lead   unit     accept          foreign-comment accept foreign-comment foreign-comment
lead   at       accept          -               accept foreign-comment foreign-comment
lead   resolved accept          foreign-comment accept accept          accept
street cell     accept          -               accept foreign-comment foreign-comment
street thread   accept          -               accept foreign-comment foreign-comment
street text     accept          -               accept foreign-comment foreign-comment
street mentions accept          -               accept foreign-comment foreign-comment
street unit     accept          foreign-comment accept foreign-comment foreign-comment
street at       accept          -               accept foreign-comment foreign-comment
street resolved accept          foreign-comment accept accept          accept
viewer cell     reads-only      -               reads-only reads-only reads-only
viewer thread   reads-only      -               reads-only reads-only reads-only
viewer text     reads-only      -               reads-only reads-only reads-only
viewer mentions reads-only      -               reads-only reads-only reads-only
viewer unit     reads-only      reads-only      reads-only reads-only reads-only
viewer at       reads-only      -               reads-only reads-only reads-only
viewer resolved reads-only      reads-only      reads-only reads-only reads-only
";

fn comment_verdict(
    author: &Author,
    account: &str,
    column: &str,
    value: Option<&ScalarValue>,
    week: WeekState,
    entries: usize,
) -> &'static str {
    let campaign = fixture::campaign(fixture::SMALL);
    let document = DocumentKind::Talk(WeekNumber(2), UnitId("s-hongying".to_owned()));
    let key = format!("{}:{account}/{column}", "0f".repeat(16));
    let touch = touch::read(&document, &["entries".to_owned()], &key, value);
    let state = State {
        document: &document,
        campaign: &campaign,
        week,
        entries,
        reviewed: Reviewed::NotReported,
    };
    match judge(author, &touch, &state) {
        Verdict::Accept => "accept",
        Verdict::Refuse(reason) => reason.word(),
    }
}

#[test]
fn every_part_of_a_comment_is_judged_as_the_table_says() {
    let mut met = Vec::new();
    for line in COMMENTS.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, column, expected @ ..] = words.as_slice() else {
            panic!("{line}");
        };
        met.push(*column);
        let author = who(name);
        let fitting: ScalarValue = match *column {
            "cell" => "m01.s-hongying/progress".into(),
            "thread" => format!("{}:s-hongying-b", "0e".repeat(16)).into(),
            "text" => "请核对".into(),
            "mentions" => "u-zhujian u-shengtai".into(),
            "unit" => author.unit.0.as_str().into(),
            "at" => ScalarValue::Int(1_618_559_999_999),
            "resolved" => author.account.as_str().into(),
            other => panic!("{other}"),
        };
        let foreign = (*column == "unit" || *column == "resolved").then(|| "别人".into());
        for week in [WeekState::Open, WeekState::Frozen] {
            let judged = |account: &str, value: Option<&ScalarValue>| {
                comment_verdict(&author, account, column, value, week, 0)
            };
            let own = author.account.as_str();
            let of_other = "s-hongying-b";
            let found = [
                judged(own, Some(&fitting)),
                foreign
                    .as_ref()
                    .map_or("-", |foreign| judged(own, Some(foreign))),
                judged(own, None),
                judged(of_other, Some(&fitting)),
                judged(of_other, None),
            ];
            assert_eq!(found, expected, "{line} {week:?}");
        }
    }
    for column in crate::layout::talk::TalkColumn::ALL {
        assert_eq!(
            met.iter().filter(|met| **met == column.word()).count(),
            4,
            "{column:?}"
        );
    }
}

#[test]
fn what_is_no_comment_is_refused() {
    let key = |rest: &str| format!("talk {}:{rest}", "0f".repeat(16));
    check_judge(&key("s-hongying-a/text"), text(""), "value-kind");
    check_judge(
        &key("s-hongying-a/text"),
        Some(ScalarValue::Int(3)),
        "value-kind",
    );
    check_judge(
        &key("s-hongying-a/text"),
        text(&"长".repeat(1_001)),
        "value-size",
    );
    check_judge(
        &key("s-hongying-a/text"),
        text(&"长".repeat(1_000)),
        "accept",
    );
    check_judge(&key("s-hongying-a/at"), text("昨天"), "value-kind");
    check_judge(
        &key("s-hongying-a/cell"),
        text("m01.s-donganlu/progress"),
        "unknown-row",
    );
    check_judge(
        &key("s-hongying-a/cell"),
        text("m01.s-hongying/nonsense"),
        "value-kind",
    );
    check_judge(
        &key("s-hongying-a/cell"),
        text("m01.s-hongying"),
        "value-kind",
    );
    check_judge(&key("s-hongying-a/thread"), text("第一条"), "value-kind");
    check_judge(
        &key("s-hongying-a/mentions"),
        text("u-nobody"),
        "value-kind",
    );
    check_judge(
        &key("s-hongying-a/mentions"),
        text(&["u-zhujian"; 21].join(" ")),
        "value-kind",
    );
    check_judge(&key("s-hongying-a/nonsense"), text("1"), "unknown-entry");
    check_judge(&key("s-hongying-a"), text("1"), "unknown-entry");
    check_judge("talk unit/phone", text("1"), "unknown-entry");
}

#[test]
fn a_full_talk_takes_no_more_but_lets_go() {
    let author = who("street");
    let (own, full) = (author.account.as_str(), limits::TALK_KEYS_MAX);
    let put = Some(&ScalarValue::Str("请核对".into())).cloned();
    let judged = |value: Option<&ScalarValue>, entries| {
        comment_verdict(&author, own, "text", value, WeekState::Open, entries)
    };
    assert_eq!(judged(put.as_ref(), full - 1), "accept");
    assert_eq!(judged(put.as_ref(), full), "too-many-entries");
    assert_eq!(judged(None, full), "accept");
}
