//! Every cell, read back by another library, equals what the table shows.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use calamine::{Data, Reader, Xlsx};
use diaodu_plan::{
    campaign::{MeasureNumber, UnitId, WeekNumber},
    edit::Edit,
    layout::{card::Card, card::EntryKey, sheet::SheetRow},
    row::{RowId, numbered, rows, rows_holding},
    sample,
    table::{Sources, join},
    value::Value,
};

use super::*;
use crate::sample::{SAMPLE_WEEK_JSON, campaign};

fn sample_rows(campaign: &Campaign) -> Vec<TableRow> {
    let week = sample::parse(SAMPLE_WEEK_JSON).unwrap();
    let (mut stored, mut cards, mut receipts) =
        (BTreeMap::new(), BTreeMap::<_, Card>::new(), BTreeMap::new());
    for step in sample::replay(campaign, &week).unwrap() {
        let row: &mut SheetRow = stored.entry(step.row.clone()).or_default();
        receipts.insert(step.row.clone(), step.submitted_at);
        for edit in step.edits {
            match edit {
                Edit::SetCell { column, value, .. } => {
                    drop(row.cells.insert(column, value.into_iter().collect()))
                }
                Edit::SetPhone {
                    unit,
                    reporter,
                    value,
                } => {
                    let entries = &mut cards.entry(unit).or_default().entries;
                    entries.insert(EntryKey::phone_of(&reporter), value.into_iter().collect());
                }
            }
        }
    }
    let (empty_row, empty_card) = (SheetRow::default(), Card::default());
    let plan = rows(campaign, WeekNumber(2));
    let joined = plan.iter().enumerate().map(|(index, row)| {
        let sources = Sources {
            stored: stored.get(&row.id).unwrap_or(&empty_row),
            card: cards.get(&row.unit).unwrap_or(&empty_card),
            receipt: receipts.get(&row.id).copied().flatten(),
        };
        join(campaign, row, index + 1, &sources)
    });
    joined.collect()
}

fn read_back(bytes: Vec<u8>) -> calamine::Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range("第2周").unwrap()
}

#[test]
fn every_cell_reads_back_as_the_table_shows_it() {
    let campaign = campaign();
    let rows = sample_rows(&campaign);
    let week = campaign.week(WeekNumber(2)).unwrap();
    let range = read_back(write_week(&campaign, week, &rows, Paper::A3).unwrap());
    let columns = printed();
    let mut merged: BTreeMap<Column, String> = BTreeMap::new();
    let mut compared = 0;
    for (index, row) in rows.iter().enumerate() {
        for (at, column) in columns.iter().enumerate() {
            let shown = &row.cell(*column).text;
            let found = match range.get_value((HEADING_END + index as u32, at as u32)) {
                Some(Data::Float(number)) => number.to_string(),
                Some(Data::Int(number)) => number.to_string(),
                Some(Data::String(text)) => text.clone(),
                Some(Data::Empty) | None => String::new(),
                Some(other) => panic!("{other:?} in {}", column.id()),
            };
            if matches!(column, Column::Action | Column::Measure) {
                if !found.is_empty() {
                    merged.insert(*column, found);
                }
                assert_eq!(
                    merged.get(column),
                    Some(shown),
                    "{} of {:?}",
                    column.id(),
                    row.row.id
                );
            } else {
                assert_eq!(&found, shown, "{} of {:?}", column.id(), row.row.id);
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 288 * 24);
}

#[test]
fn nasty_texts_stay_as_typed() {
    let campaign = campaign();
    let rows = sample_rows(&campaign);
    let bytes = write_week(
        &campaign,
        campaign.week(WeekNumber(2)).unwrap(),
        &rows,
        Paper::A4,
    )
    .unwrap();
    let range = read_back(bytes);
    let progress = printed()
        .iter()
        .position(|column| *column == Column::Progress)
        .unwrap() as u32;
    let all: Vec<String> = (0..rows.len() as u32)
        .filter_map(|line| range.get_value((HEADING_END + line, progress)))
        .map(ToString::to_string)
        .collect();
    for nasty in [
        "  \t冲洗背街小巷11条，洒水22车次。  ",
        "=SUM(A1:A9) 为误贴公式，实际巡查12次，未发现火点。",
        "-沿线巡查5次\n-移交线索2条\n+新增监控1处",
        "开展\"清洁家园\"主题活动,发放宣传册300份;\n清理死角9处。",
        "对“𠮷祥”“㛃瑞”“䢺陵”三家运输企业登记，　车辆共14台；联系人：〇某。",
        "检查企业9家，PM10<150、VOCs>60mg/m³时启动 <b>加密</b> 巡查 & 记录；详见《附表①》。",
    ] {
        assert!(all.iter().any(|text| text == nasty), "not found: {nasty}");
    }
}

#[test]
fn equal_weeks_give_equal_bytes() {
    let campaign = campaign();
    let rows = sample_rows(&campaign);
    let write = || {
        write_week(
            &campaign,
            campaign.week(WeekNumber(2)).unwrap(),
            &rows,
            Paper::A3,
        )
        .unwrap()
    };
    assert!(write() == write());
}

#[test]
fn an_empty_week_is_a_form_to_fill() {
    let campaign = campaign();
    let plan = rows(&campaign, WeekNumber(2));
    let (stored, card) = (SheetRow::default(), Card::default());
    let sources = Sources {
        stored: &stored,
        card: &card,
        receipt: None,
    };
    let rows: Vec<TableRow> = plan
        .iter()
        .enumerate()
        .map(|(i, row)| join(&campaign, row, i + 1, &sources))
        .collect();
    let range = read_back(
        write_week(
            &campaign,
            campaign.week(WeekNumber(2)).unwrap(),
            &rows,
            Paper::A3,
        )
        .unwrap(),
    );
    assert_eq!(
        range.get_value((0, 0)).unwrap().to_string(),
        campaign.table_title
    );
    assert_eq!(rows[0].row.id, RowId("m01.u-shengtai".to_owned()));
}

/// The rows of a week in which the first row holds what is given, and all others nothing.
fn rows_with(campaign: &Campaign, cells: &[(Column, &str)]) -> Vec<TableRow> {
    let mut first = SheetRow::default();
    for (column, text) in cells {
        let value = Value::Text((*text).to_owned());
        first.cells.insert(*column, vec![value]);
    }
    let (empty, card) = (SheetRow::default(), Card::default());
    let plan = rows(campaign, WeekNumber(2));
    let joined = plan.iter().enumerate().map(|(index, row)| {
        let sources = Sources {
            stored: if index == 0 { &first } else { &empty },
            card: &card,
            receipt: None,
        };
        join(campaign, row, index + 1, &sources)
    });
    joined.collect()
}

fn write(campaign: &Campaign, rows: &[TableRow], paper: Paper) -> Vec<u8> {
    let week = campaign.week(WeekNumber(2)).unwrap();
    write_week(campaign, week, rows, paper).unwrap()
}

fn check_stays_text(column: Column, text: &str) {
    let campaign = campaign();
    let bytes = write(
        &campaign,
        &rows_with(&campaign, &[(column, text)]),
        Paper::A3,
    );
    let at = position(&printed(), column) as u32;
    let range = read_back(bytes);
    let found = range.get_value((HEADING_END, at));
    assert_eq!(
        found,
        Some(&Data::String(text.to_owned())),
        "{}",
        column.id()
    );
}

#[test]
fn whatever_is_typed_stays_text() {
    for text in [
        "=SUM(A1:A9)",
        "+86",
        "-7",
        "@x",
        "0123",
        "42",
        "1e5",
        "TRUE",
        "2021-04-16",
        "'单引号",
        "{=1}",
        "http://example.com",
        "  前后空格  ",
        "\t制表",
        "末尾换行\n",
        "\n",
        "𠮷㛃䢺👩‍👩‍👧",
        "<b>&amp;</b>",
        "_x0041_",
        "]]>",
    ] {
        check_stays_text(Column::Progress, text);
        check_stays_text(Column::Owner, text);
    }
    check_stays_text(Column::Progress, &"字".repeat(10_000));
    check_stays_text(Column::Progress, &"行\n".repeat(5_000));
}

#[test]
fn numbers_are_numbers() {
    let campaign = campaign();
    let range = read_back(write(&campaign, &sample_rows(&campaign), Paper::A3));
    let columns = printed();
    let mut counted = 0;
    for (index, column) in columns.iter().enumerate() {
        let is_number = *column == Column::Number || column.kind() == Kind::Count;
        for line in HEADING_END..range.height() as u32 {
            match range.get_value((line, index as u32)) {
                Some(Data::Float(_) | Data::Int(_)) => {
                    assert!(is_number, "a number in {}", column.id());
                    counted += 1;
                }
                Some(Data::String(text)) => {
                    assert!(!is_number || text.is_empty(), "{text} in {}", column.id());
                }
                Some(_) | None => {}
            }
        }
    }
    assert!(counted > 288 + 150 * 6, "only {counted} numbers");
}

#[test]
fn each_action_and_each_measure_is_one_merged_cell_over_its_rows() {
    let campaign = campaign();
    let rows = sample_rows(&campaign);
    let bytes = write(&campaign, &rows, Paper::A3);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let regions = book.merge_cells_by_sheet_name("第2周").unwrap();
    for (column, expected) in [(Column::Action, 13), (Column::Measure, 22)] {
        let at = position(&printed(), column) as u32;
        let of_column = |region: &&calamine::Dimensions| {
            region.start.1 == at && region.end.1 == at && region.start.0 >= HEADING_END
        };
        let mut merged: Vec<_> = regions.iter().filter(of_column).collect();
        merged.sort_by_key(|region| region.start.0);
        assert_eq!(merged.len(), expected);
        let covered: u32 = merged.iter().map(|r| r.end.0 - r.start.0 + 1).sum();
        assert_eq!(covered, 288);
        assert!(
            merged
                .windows(2)
                .all(|two| two[0].end.0 + 1 == two[1].start.0)
        );
    }
}

#[test]
fn a_measure_of_one_row_is_a_plain_cell() {
    let campaign = campaign();
    let one: Vec<TableRow> = sample_rows(&campaign).into_iter().take(1).collect();
    let bytes = write(&campaign, &one, Paper::A3);
    let range = read_back(bytes.clone());
    let found = range.get_value((HEADING_END, 2)).unwrap().to_string();
    assert_eq!(found, campaign.measures[0].title);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let regions = book.merge_cells_by_sheet_name("第2周").unwrap();
    assert!(regions.iter().all(|region| region.end.0 < HEADING_END));
}

#[test]
fn headings_stand_in_two_levels() {
    let campaign = campaign();
    let range = read_back(write(&campaign, &[], Paper::A3));
    let text = |line: u32, at: usize| {
        let cell = range.get_value((line, at as u32));
        cell.map_or(String::new(), ToString::to_string)
    };
    let columns = printed();
    let mut over = String::new();
    for (at, column) in columns.iter().enumerate() {
        let (upper, lower) = (text(HEADING_START, at), text(HEADING_START + 1, at));
        let found = match heading::group(Language::Chinese, *column) {
            None => heading::column(Language::Chinese, None, &upper),
            Some(_) => {
                if !upper.is_empty() {
                    over = upper;
                }
                heading::column(Language::Chinese, Some(&over), &lower)
            }
        };
        assert_eq!(found, Some(*column));
    }
    assert_eq!(over, "累计");
    let line = text(1, 0);
    assert!(line.starts_with("第2周（4月10日至4月16日）"), "{line}");
    assert!(line.contains("填报单位（盖章）"), "{line}");
}

#[test]
fn no_text_is_cut_and_one_long_report_does_not_shrink_the_page() {
    let campaign = campaign();
    let rows = sample_rows(&campaign);
    let columns = printed();
    let longest = rows
        .iter()
        .map(|row| row.cell(Column::Progress).text.chars().count());
    assert!(longest.max() > Some(1_500));
    for paper in [Paper::A3, Paper::A4] {
        let widths = extent::widths(&rows, &columns, paper);
        assert!(
            widths[position(&columns, Column::Progress)] < 70.0,
            "{widths:?}"
        );
        let merged = merged(&campaign, &rows, &columns);
        let heights = extent::heights(&rows, &columns, &widths, &merged);
        for (line, row) in rows.iter().enumerate() {
            for (index, column) in columns.iter().enumerate() {
                let group = merged.iter().find(|(merged, _)| *merged == index);
                let group = group.and_then(|(_, all)| all.iter().find(|g| g.rows.contains(&line)));
                let present: f64 = match group {
                    Some(group) => heights[group.rows.clone()].iter().sum(),
                    None => heights[line],
                };
                let text = &row.cell(*column).text;
                let size = extent::type_size(text, widths[index]);
                let needed = extent::height(text, widths[index], size);
                assert!(
                    needed <= present + 0.01,
                    "{} of {:?}",
                    column.id(),
                    row.row.id
                );
            }
        }
    }
}

#[test]
fn a_short_group_is_as_high_as_its_title() {
    let campaign = campaign();
    let one = &sample_rows(&campaign)[1..2];
    let columns = printed();
    let mut widths = extent::widths(one, &columns, Paper::A3);
    let merged = [(
        position(&columns, Column::Measure),
        groups(&campaign, one, Column::Measure),
    )];
    let usual = extent::heights(one, &columns, &widths, &merged)[0];
    widths[merged[0].0] = 3.0;
    let narrow = extent::heights(one, &columns, &widths, &merged)[0];
    assert!(narrow > usual * 2.0, "{usual} and {narrow}");
}

#[test]
fn a_row_that_is_no_longer_relevant_says_so_beside_its_role_and_has_no_number() {
    let mut campaign = campaign();
    let released = RowId("m17.s-donganlu".to_owned());
    let streets = [UnitId("s-hongying".to_owned())];
    let friday = "2021-04-16T15:30:00+08:00".parse().unwrap();
    let set = campaign.set_relevant_streets(MeasureNumber(17), &streets, friday, &BTreeSet::new());
    set.unwrap();
    let plan = rows_holding(&campaign, WeekNumber(2), |row| *row == released);
    let (stored, card) = (SheetRow::default(), Card::default());
    let sources = Sources {
        stored: &stored,
        card: &card,
        receipt: None,
    };
    let joined = numbered(&plan).map(|(number, row)| join(&campaign, row, number, &sources));
    let joined: Vec<TableRow> = joined.collect();
    let index = plan.iter().position(|row| row.id == released).unwrap();
    let range = read_back(write(&campaign, &joined, Paper::A3));
    let columns = printed();
    let shown = |row: usize, column: Column| {
        let at = position(&columns, column) as u32;
        let value = range.get_value((HEADING_END + row as u32, at));
        value.map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(shown(index, Column::Role), "牵头、落实（不再相关）");
    assert_eq!(shown(index, Column::Number), "—");
    assert_eq!(
        shown(joined.len() - 1, Column::Number),
        (plan.len() - 1).to_string()
    );
}

/// What stands in 汇总 of a row, and of the rest of its measure.
fn with_texts(campaign: &Campaign, texts: &[(usize, &str)]) -> Vec<TableRow> {
    let plan = rows(campaign, WeekNumber(2));
    let card = Card::default();
    let joined = plan.iter().enumerate().map(|(index, row)| {
        let mut stored = SheetRow::default();
        if let Some((_, text)) = texts.iter().find(|(at, _)| *at == index) {
            let value = Value::Text((*text).to_owned());
            stored.cells.insert(Column::Summary, vec![value]);
        }
        let sources = Sources {
            stored: &stored,
            card: &card,
            receipt: None,
        };
        join(campaign, row, index + 1, &sources)
    });
    joined.collect()
}

#[test]
fn what_a_lead_sums_up_is_one_cell_beside_all_rows_of_its_measure() {
    let campaign = campaign();
    let text = "两家牵头单位：排查全面铺开。\n=取缔两家。";
    let long = "逐户核实。".repeat(300);
    let rows = with_texts(&campaign, &[(0, text), (2, " "), (20, &long)]);
    let bytes = write(&campaign, &rows, Paper::A3);
    let range = read_back(bytes.clone());
    let at = range.width() as u32 - 1;
    let shown = |line: u32| {
        let cell = range.get_value((line, at));
        cell.map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(shown(HEADING_START), "汇总");
    assert_eq!(shown(HEADING_END), text, "over all rows, from the first on");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let regions = book.merge_cells_by_sheet_name("第2周").unwrap();
    let places = |column: u32| {
        let of = regions.iter().filter(|region| region.start.1 == column);
        let below = of.filter(|region| region.start.0 >= HEADING_END);
        let mut places: Vec<_> = below.map(|r| (r.start.0, r.end.0)).collect();
        places.sort_unstable();
        places
    };
    let measure = position(&printed(), Column::Measure) as u32;
    assert_eq!(places(at), places(measure));
    // A long one is not cut: its rows are high enough together.
    let columns = columns_of(&rows);
    let widths = extent::widths(&rows, &columns, Paper::A3);
    let merged = merged(&campaign, &rows, &columns);
    let heights = extent::heights(&rows, &columns, &widths, &merged);
    let (place, groups) = merged.last().unwrap();
    for group in groups {
        let size = extent::type_size(&group.text, widths[*place]);
        let needed = extent::height(&group.text, widths[*place], size);
        let present: f64 = heights[group.rows.clone()].iter().sum();
        assert!(needed <= present + 0.01, "{needed} and {present}");
    }
}

#[test]
fn where_nobody_has_summed_up_there_is_no_such_column() {
    let campaign = campaign();
    let range = read_back(write(
        &campaign,
        &with_texts(&campaign, &[(0, "  ")]),
        Paper::A3,
    ));
    assert_eq!(range.width(), printed().len());
}
