//! A small circular word for word, the sample's in numbers, and who is never named.

use std::collections::{BTreeMap, BTreeSet};

use diaodu_plan::{
    campaign::WeekNumber,
    circular::{Amendment, Sources, compose},
    column::Column,
    edit::Edit,
    fixture,
    layout::sheet::SheetRow,
    report::Standing,
    row::{Row, RowId, row, rows},
    sample,
    summary::Line,
    value,
};

use super::*;
use crate::sample::{SAMPLE_WEEK_JSON, campaign};

type Known = BTreeMap<RowId, (Standing, SheetRow)>;

/// A circular with all that it is made from.
pub(crate) struct Made {
    pub campaign: Campaign,
    pub week: Week,
    pub circular: Circular,
}

impl Made {
    fn of(campaign: Campaign, known: &Known, previous: Option<&Known>) -> Made {
        let week = campaign.week(WeekNumber(2)).unwrap().clone();
        let nothing = (Standing::default(), SheetRow::default());
        let demanded = rows(&campaign, week.number);
        let line = |row| {
            let row: &Row = row;
            let (standing, stored) = known.get(&row.id).unwrap_or(&nothing);
            let before = previous.map(|known| known.get(&row.id).unwrap_or(&nothing));
            Line {
                row,
                standing,
                stored,
                previous: before.map(|(_, stored)| stored),
            }
        };
        let lines: Vec<Line<'_>> = demanded.iter().map(line).collect();
        let amendment = |unit: &str, new: &str| Amendment {
            id: format!("c-{unit}"),
            week: WeekNumber(1),
            row: row(&campaign, WeekNumber(1), &RowId(format!("m02.{unit}"))).unwrap(),
            cells: vec![(Column::FoundWeek, String::new(), new.to_owned())],
            files: match unit.starts_with('u') {
                true => vec!["盖章扫描件.pdf".to_owned()],
                false => Vec::new(),
            },
            reason: "漏填。".to_owned(),
            by_lead: unit.starts_with('u'),
        };
        let amendments = match previous {
            Some(_) => vec![amendment("s-hongying", "3"), amendment("u-zhujian", "5")],
            None => Vec::new(),
        };
        let circular = compose(&Sources {
            campaign: &campaign,
            week: &week,
            frozen: frozen(),
            lines: &lines,
            late_before: &BTreeSet::from([UnitId("s-hongying".to_owned())]),
            amendments: &amendments,
        });
        Made {
            circular,
            week,
            campaign,
        }
    }

    pub fn paper(&self, draft: &Draft) -> Vec<Block> {
        paper(&self.campaign, &self.week, &self.circular, draft)
    }

    /// A draft in which everybody is named who could be.
    pub fn all_named(&self) -> Draft {
        let mut draft = small_draft();
        for mention in &self.circular.mentions {
            draft.tick(&mention.key, true).unwrap();
        }
        draft
    }
}

pub(crate) fn frozen() -> Timestamp {
    "2021-04-17T01:00:00Z".parse().unwrap()
}

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
            (column, vec![value::parse(column, text).unwrap().unwrap()])
        });
        let stored = SheetRow {
            cells: cells.collect(),
            ..SheetRow::default()
        };
        (RowId(words[0].to_owned()), (standing, stored))
    };
    table.lines().map(line).collect()
}

pub(crate) fn small() -> Made {
    let table = "\
m01.u-shengtai 15:00:00 progress=排查辖区企业三十六家，发现问题两处 checked_week=36 found_week=2 fixed_week=1 problem=无 status=推进中
m01.s-donganlu 18:20:00 progress=无 checked_week=4 problem=无 status=滞后
m01.s-hongying 16:00:00 progress=排查辖区企业三十六家，发现问题两处 found_week=3 problem=缺人，缺{unit}<车>。 next_plan=补人 office_status=滞后
m02.u-zhujian - problem=协助单位的问题 status=滞后";
    let before = "m01.u-shengtai - checked_week=30 found_week=2 fixed_week=2";
    let mut campaign = fixture::campaign(fixture::SMALL);
    campaign.measures[0].title = "排查核实".to_owned();
    campaign.measures[1].title = "动态清零".to_owned();
    Made::of(campaign, &known(table), Some(&known(before)))
}

pub(crate) fn small_draft() -> Draft {
    Draft {
        head: "卫东区污染防治攻坚战领导小组办公室".to_owned(),
        number: "平卫攻坚办〔2021〕9号".to_owned(),
        basis: "《卫东区冲刺60天改善环境质量攻坚方案》（平卫攻坚办〔2021〕8号）".to_owned(),
        environment: "本周有效监测7天，优良天数5天。".to_owned(),
        date: "2021-04-17".to_owned(),
        copies: "区委办公室，区人大常委会办公室，区政协办公室。".to_owned(),
        ..Draft::default()
    }
}

pub(crate) fn sample_week() -> Made {
    let campaign = campaign();
    let file = sample::parse(SAMPLE_WEEK_JSON).unwrap();
    let mut known = Known::new();
    for step in sample::replay(&campaign, &file).unwrap() {
        let (standing, stored) = known.entry(step.row.clone()).or_default();
        standing.receipt = step.submitted_at.or(standing.receipt);
        for edit in step.edits {
            if let Edit::SetCell { column, value, .. } = edit {
                stored.cells.insert(column, value.into_iter().collect());
            }
        }
    }
    Made::of(campaign, &known, None)
}

/// The paper as text: what a person compares.
pub(crate) fn told(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        text += &match block {
            Block::Head(head) => format!("[红头] {head}\n"),
            Block::Number { number, ruled } => format!("[文号 {ruled}] {number}\n"),
            Block::Title(lines) => format!("[标题] {}\n", lines.join(" / ")),
            Block::Addressees(text) => format!("[主送] {text}\n"),
            Block::Heading(text) => format!("[一级] {text}\n"),
            Block::Item { lead, text } => format!("[二级] {lead}|{text}\n"),
            Block::Text(text) => format!("[正文] {text}\n"),
            Block::Attachments { label, titles } => {
                format!("[附件说明] {label}{}\n", titles.join(" / "))
            }
            Block::Signature { issuer, date } => format!("[署名] {issuer} / {date}\n"),
            Block::Attachment { label, title } => format!("[附件] {label} / {title}\n"),
            Block::Colophon {
                copies,
                printer,
                printed,
            } => format!("[版记] {copies} / {printer} / {printed}\n"),
            Block::Caption(text) => format!("[表题] {text}\n"),
            Block::Table(table) => {
                let headings = table.columns.iter().map(|column| column.heading.clone());
                let mut lines = vec![headings.collect::<Vec<_>>()];
                lines.extend(table.rows.iter().cloned());
                let lines = lines.iter().map(|line| line.join("｜") + "\n");
                lines.collect()
            }
        };
    }
    text
}

/// Compares with a file beside the fixtures; `UPDATE_EXPECT=1` accepts.
pub(crate) fn check_expected(name: &str, found: &str) {
    let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "run with UPDATE_EXPECT=1: {found}");
}

#[test]
fn a_small_circular_reads_word_for_word() {
    let made = small();
    let text = told(&made.paper(&made.all_named()));
    check_expected("circular-small.txt", &text);
}

#[test]
fn an_untouched_draft_names_nobody_under_problems_and_has_no_red_head() {
    let made = small();
    let text = told(&made.paper(&Draft::default()));
    assert!(!text.contains("存在问题\n"), "{text}");
    assert!(!text.contains("红头") && !text.contains("文号"), "{text}");
    assert!(!text.contains("附件3") && !text.contains("3. "), "{text}");
    assert!(text.contains("[一级] 二、工作进展情况\n"), "{text}");
    assert!(text.contains("[署名] 区攻坚办 / \n"), "{text}");
}

#[test]
fn what_a_lead_says_of_its_measure_stands_with_the_figures_of_the_action() {
    let table = "m01.u-shengtai 15:00:00 checked_week=36 problem=无";
    let mut known = known(table);
    let mut say = |row: &str, text: &str| {
        let (_, stored) = known.entry(RowId(row.to_owned())).or_default();
        let text = value::parse(Column::Summary, text).unwrap().unwrap();
        stored.cells.insert(Column::Summary, vec![text]);
    };
    say("m01.u-shengtai", " 排查全面铺开\n取缔两家。 ");
    say("m02.u-shengtai", "  ");
    let made = Made::of(fixture::campaign(fixture::SMALL), &known, None);
    let text = told(&made.paper(&Draft::default()));
    let item = text.lines().find(|line| line.starts_with("[二级] （一）"));
    let item = item.unwrap();
    assert!(
        item.contains("。排查全面铺开。取缔两家。（牵头单位："),
        "{item}"
    );
}

#[test]
fn what_a_lead_says_of_its_measure_stands_whole_in_the_summary_table() {
    let mut known = known("m01.u-shengtai 15:00:00 checked_week=36 problem=无");
    let long = "逐户核实".repeat(100);
    let (_, stored) = known.get_mut(&RowId("m01.u-shengtai".to_owned())).unwrap();
    let text = value::parse(Column::Summary, &format!("{long}\n取缔两家。"));
    let text = text.unwrap().unwrap();
    stored.cells.insert(Column::Summary, vec![text]);
    let made = Made::of(fixture::campaign(fixture::SMALL), &known, None);
    let text = told(&made.paper(&Draft::default()));
    let (_, table) = text.split_once("[表题] （二）各牵头单位汇总\n").unwrap();
    let (_, measures) = text.split_once("[表题] （一）各项任务\n").unwrap();
    assert!(
        measures.starts_with("序号｜重点任务｜牵头单位｜应报"),
        "{text}"
    );
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "序号｜重点任务｜牵头单位｜汇总");
    assert!(
        lines[1].ends_with(&format!("｜生态环境分局｜{long}。取缔两家。")),
        "{text}"
    );
    assert!(lines[2].starts_with("[版记]"), "{text}");
}

#[test]
fn the_colophon_names_who_prints_it_and_who_gets_a_copy() {
    let made = small();
    let last = |draft: &Draft| told(&made.paper(draft)).lines().last().unwrap().to_owned();
    assert_eq!(last(&Draft::default()), "[版记]  / 区攻坚办 / ");
    assert_eq!(
        last(&small_draft()),
        "[版记] 抄送：区委办公室，区人大常委会办公室，区政协办公室。 / 区攻坚办 / 2021年4月17日印发"
    );
    let typed = Draft {
        printer: "区污染防治攻坚办综合组".to_owned(),
        printed: "2021-04-19".to_owned(),
        issuer: "区政府".to_owned(),
        ..small_draft()
    };
    assert!(
        last(&typed).ends_with(" / 区污染防治攻坚办综合组 / 2021年4月19日印发"),
        "{}",
        last(&typed)
    );
}

#[test]
fn whoever_assists_is_never_named() {
    let made = small();
    let text = told(&made.paper(&made.all_named()));
    assert!(!text.contains("区住建局"), "{text}");
    assert!(!text.contains("协助单位的问题"), "{text}");
}

#[test]
fn the_samples_circular_says_what_the_domain_says() {
    let made = sample_week();
    let text = told(&made.paper(&Draft::default()));
    let all =
        "本周应报送单位21个、报表239项，截至4月16日16时，按时报送107项，迟报11项，未报121项。";
    assert!(text.contains(all), "{text}");
    assert!(text.contains("协助单位报表49项，已报送48项。"), "{text}");
    let actions = text.lines().filter(|line| line.contains("。|本周排查"));
    assert_eq!(actions.count(), 13);
    let tables = made.paper(&Draft::default());
    let tables = tables.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        Block::Head(_)
        | Block::Number { .. }
        | Block::Title(_)
        | Block::Addressees(_)
        | Block::Heading(_)
        | Block::Item { .. }
        | Block::Text(_)
        | Block::Attachments { .. }
        | Block::Signature { .. }
        | Block::Attachment { .. }
        | Block::Colophon { .. }
        | Block::Caption(_) => None,
    });
    let tables: Vec<&Table> = tables.collect();
    assert_eq!(tables.len(), 4);
    for table in &tables {
        let width: u16 = table.columns.iter().map(|column| column.width_mm).sum();
        assert_eq!(width, 156);
        let is_whole = |row: &Vec<String>| row.len() == table.columns.len();
        assert!(table.rows.iter().all(is_whole));
    }
    // Each table that counts rows comes to the same.
    let sum = |table: &Table, rows: usize| {
        let place = table.columns.iter().position(|c| c.heading == "应报");
        let each = table.rows[..rows].iter();
        let numbers = each.map(|row| row[place.unwrap()].parse::<usize>().unwrap());
        numbers.sum::<usize>()
    };
    assert_eq!(sum(tables[0], tables[0].rows.len() - 1), 239);
    assert_eq!(sum(tables[3], 22), 239);
    assert_eq!(sum(tables[2], 12), 219);
}

#[test]
fn numbers_of_sections_are_chinese() {
    let found = [1, 9, 10, 11, 13, 20, 22, 90].map(chinese);
    assert_eq!(
        found,
        ["一", "九", "十", "十一", "十三", "二十", "二十二", "九十"]
    );
}

#[test]
fn a_quotation_is_one_line_and_bounded() {
    assert_eq!(quoted("缺人，\n  缺车。", 120), "缺人， 缺车");
    assert_eq!(quoted(&"缺".repeat(121), 120), "缺".repeat(120) + "……");
}

#[test]
fn every_sentence_of_the_circular_is_there() {
    let made = small();
    let text = told(&made.paper(&made.all_named()));
    assert!(!text.contains("circular."), "{text}");
    let unfilled = text.replace("{unit}", "");
    assert!(!unfilled.contains('{'), "{text}");
}
