//! Who could be named, who never is, and what the sample week comes to, as text.

use super::*;
use crate::{
    edit::CellRef,
    fixture,
    layout::sheet::{self, SheetRow},
    rehearsal,
    report::{Said, Standing},
    row::rows,
    sample,
};

type Known = BTreeMap<RowId, (Standing, SheetRow)>;

/// `ROW CLOCK [column=text]…`, the clock of Friday of week 2, `-` for a row that is not reported.
fn known(table: &str) -> Known {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = format!("2021-04-16T{}+08:00", words[1]).parse();
        let standing = Standing {
            receipt: at.ok(),
            ..Standing::default()
        };
        let cells = words[2..].iter().map(|word| {
            let (column, text) = word.split_once('=').unwrap();
            let column = Column::from_id(column).unwrap();
            let value = crate::value::parse(column, text).unwrap().unwrap();
            (column, vec![value])
        });
        let stored = SheetRow {
            cells: cells.collect(),
            ..SheetRow::default()
        };
        (RowId(words[0].to_owned()), (standing, stored))
    };
    table.lines().map(line).collect()
}

fn composed(campaign: &Campaign, known: &Known, late_before: &[&str]) -> Circular {
    let nothing = (Standing::default(), SheetRow::default());
    let rows = rows(campaign, WeekNumber(2));
    let line = |row| {
        let row: &Row = row;
        let (standing, stored) = known.get(&row.id).unwrap_or(&nothing);
        Line {
            row,
            standing,
            stored,
            previous: None,
        }
    };
    let lines: Vec<Line<'_>> = rows.iter().map(line).collect();
    let late_before = late_before.iter().map(|unit| UnitId((*unit).to_owned()));
    compose(&Sources {
        campaign,
        week: campaign.week(WeekNumber(2)).unwrap(),
        frozen: "2021-04-17T01:00:00Z".parse().unwrap(),
        lines: &lines,
        late_before: &late_before.collect(),
        amendments: &[],
    })
}

fn told(circular: &Circular) -> String {
    let line = |mention: &Mention| {
        let rows: Vec<&str> = mention.rows.iter().map(|row| row.0.as_str()).collect();
        format!("{} {}\n", mention.key, rows.join(" "))
    };
    circular.mentions.iter().map(line).collect()
}

const ENOUGH: &str = "progress=排查辖区企业三十六家，发现问题两处 problem=无";

#[test]
fn who_owes_and_fails_could_be_named_and_who_assists_never() {
    let campaign = fixture::campaign(fixture::SMALL);
    let table = format!(
        "\
m01.u-shengtai 15:00:00 {ENOUGH}
m01.s-donganlu 16:00:00 {ENOUGH} status=滞后
m01.s-hongying 15:00:00 progress=无 problem=缺人 status=已完成 office_status=滞后 next_plan=补
m02.s-hongying 15:59:59 {ENOUGH} found_total=1 fixed_total=2
m02.u-zhujian - problem=缺钱 status=滞后"
    );
    let circular = composed(&campaign, &known(&table), &["s-donganlu", "s-hongying"]);
    let expected = "\
late/s-donganlu m01.s-donganlu
repeated/s-donganlu m01.s-donganlu
vague/m01.s-donganlu m01.s-donganlu
vague/m01.s-hongying m01.s-hongying
inconsistent/m02.s-hongying m02.s-hongying
lagging/m01.s-donganlu m01.s-donganlu
lagging/m01.s-hongying m01.s-hongying
problem/m01.s-hongying m01.s-hongying
";
    // 生态环境分局 and 区住建局 assist in measure 2, and said nothing there: not among those who are missing.
    assert_eq!(told(&circular), expected);
    assert_eq!(circular.owing, 3);
}

#[test]
fn nobody_is_named_before_a_person_ticks() {
    let campaign = fixture::campaign(fixture::SMALL);
    let circular = composed(&campaign, &Known::new(), &[]);
    let mut draft = Draft::default();
    let named = |draft: &Draft| {
        let kinds = MentionKind::ALL.into_iter();
        kinds
            .map(|kind| circular.named(draft, kind).count())
            .sum::<usize>()
    };
    assert_eq!((circular.mentions.len(), named(&draft)), (3, 0));
    draft.tick("missing/s-hongying", true).unwrap();
    draft.tick("missing/nobody", true).unwrap();
    assert_eq!(named(&draft), 1);
    draft.tick("missing/s-hongying", false).unwrap();
    assert_eq!(named(&draft), 0);
}

#[test]
fn a_draft_bounds_its_texts_and_knows_a_day() {
    let mut draft = Draft::default();
    assert_eq!(
        draft.set(Field::Number, &"九".repeat(NAME_BYTES_MAX)),
        Err(DraftError::TooLong)
    );
    assert_eq!(draft.set(Field::Date, "4月17日"), Err(DraftError::NotADate));
    draft.set(Field::Date, " 2021-04-17\r\n").unwrap();
    assert_eq!(draft.day(), Some(Date::constant(2021, 4, 17)));
    assert_eq!(
        draft.set(Field::Printed, "4月18日"),
        Err(DraftError::NotADate)
    );
    assert_eq!(draft.printing_day(), draft.day(), "where none is typed");
    draft.set(Field::Printed, "2021-04-18").unwrap();
    assert_eq!(draft.printing_day(), Some(Date::constant(2021, 4, 18)));
    draft
        .set(Field::Environment, "优良天数5天。\r\n同比增加1天。")
        .unwrap();
    assert_eq!(draft.environment, "优良天数5天。\n同比增加1天。");
    for field in Field::ALL {
        draft.set(field, "").unwrap();
        assert_eq!(
            (draft.get(field), Field::from_id(field.id())),
            ("", Some(field))
        );
    }
}

/// The sample week as its file says it: what units typed, and when it arrived.
fn sample_week(campaign: &Campaign) -> Known {
    let file = sample::parse(rehearsal::SAMPLE_WEEK).unwrap();
    let cutoff = campaign.week(WeekNumber(2)).unwrap().cutoff();
    let (mut sheets, mut known) = (BTreeMap::new(), Known::new());
    for step in sample::replay(campaign, &file).unwrap() {
        let new = || rehearsal::sheet_of(campaign, &step.unit);
        let sheet = sheets.entry(step.unit.clone()).or_insert_with(new);
        for edit in &step.edits {
            if matches!(edit.cell(), CellRef::Sheet { .. }) {
                rehearsal::perform(sheet, edit).unwrap();
            }
        }
        let stored = sheet::read_row(sheet, &step.row).unwrap();
        let (standing, kept) = known.entry(step.row.clone()).or_default();
        standing.hear(&Said::read(&stored.cells), step.at, cutoff.into());
        *kept = stored;
    }
    known
}

#[test]
fn the_sample_weeks_circular_counts_as_the_domain_says() {
    let campaign = fixture::campaign(fixture::WEIDONG);
    let circular = composed(&campaign, &sample_week(&campaign), &[]);
    let due = circular.summary.all.due;
    assert_eq!(
        (due.on_time, due.late, due.missing, due.total()),
        (107, 11, 121, 239)
    );
    let rows_of = |kind| {
        let of_kind = circular.mentions.iter().filter(move |m| m.kind == kind);
        of_kind.map(|mention| mention.rows.len()).sum::<usize>()
    };
    assert_eq!(rows_of(MentionKind::Late), 11);
    assert_eq!(rows_of(MentionKind::Missing), 121);
    let measures = circular.measures.iter();
    let by_measure: usize = measures.map(|(_, figures)| figures.due.total()).sum();
    assert_eq!(by_measure, 239);
    let demanded = rows(&campaign, WeekNumber(2));
    let assists = |id: &RowId| {
        let row = demanded.iter().find(|row| row.id == *id).unwrap();
        row.duty != Duty::Owed
    };
    assert!(
        circular
            .mentions
            .iter()
            .all(|mention| !mention.rows.iter().any(assists)),
        "an assistant could be named"
    );
}
