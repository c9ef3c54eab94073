//! The week as a workbook in the look of the paper form. Equal input gives equal bytes: no clock, no randomness.

use std::{borrow::Cow, ops::Range};

use diaodu_plan::{
    campaign::{Campaign, Week},
    column::{Column, Kind, Owner},
    limits::COUNT_MAX,
    row::Duty,
    table::TableRow,
};
use jiff::civil::Date;
use look::Looks;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::{
    heading,
    sentences::{Language, sentence},
};

mod extent;
mod look;

/// Row of the title, the line under it, and the two rows of headings; the table begins at `HEADING_END`.
const HEADING_START: u32 = 2;
const HEADING_END: u32 = 4;

/// What the week is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// A3 landscape.
    #[default]
    A3,
    /// A4 landscape.
    A4,
}

/// Writes a week as xlsx.
///
/// `rows`: in table order, with telephones only where the reader may see them: the caller decides.
/// Errors: the writer's own, for input no workbook can hold.
/// Source: the printed form. 专项行动 and 重点任务 are merged downwards; text stays text; a row is as high as its text,
/// up to the 409 points that Excel allows: longer texts get a wider column, then smaller type.
pub fn write_week(
    campaign: &Campaign,
    week: &Week,
    rows: &[TableRow],
    paper: Paper,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new().set_title(&campaign.table_title);
    workbook.set_properties(&properties.set_creation_datetime(&created(week)?));
    let sheet = workbook.add_worksheet();
    sheet.set_name(text("table.sheet", &[("week", &week.number.to_string())]))?;
    let columns = columns_of(rows);
    let widths = extent::widths(rows, &columns, paper);
    let looks = Looks::new();
    set_page(sheet, paper, &columns, &widths)?;
    write_title(sheet, campaign, week, &columns, &looks)?;
    write_headings(sheet, &columns, &looks)?;
    let merged = merged(campaign, rows, &columns);
    let heights = extent::heights(rows, &columns, &widths, &merged);
    for (index, row) in rows.iter().enumerate() {
        let line = HEADING_END + index as u32;
        sheet.set_row_height(line, heights[index])?;
        write_row(sheet, line, row, &columns, &widths, &looks)?;
    }
    for (column, groups) in &merged {
        for group in groups {
            let size = extent::type_size(&group.text, widths[*column]);
            let look = looks.of(columns[*column], &group.text, size);
            write_group(sheet, *column as u16, group, &look)?;
        }
    }
    workbook.save_to_buffer()
}

/// The week's first day: the file is a function of its input, so it cannot know when it was made.
fn created(week: &Week) -> Result<ExcelDateTime, XlsxError> {
    let (month, day) = (week.start.month() as u8, week.start.day() as u8);
    let year = u16::try_from(week.start.year()).unwrap_or(0);
    ExcelDateTime::from_ymd(year, month, day).or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))
}

/// Returns the columns on paper: all but 应报/协助 and the review, which are the office's and the leads' own concern, and 附件, which
/// come where there are any. None of them is hidden.
pub fn printed() -> Vec<Column> {
    let is_printed = |column: &Column| {
        !matches!(
            (column, column.owner()),
            (Column::Duty | Column::Attachments, _) | (_, Owner::Lead | Owner::Office)
        )
    };
    Column::ALL.into_iter().filter(is_printed).collect()
}

/// Returns the columns for these rows: 附件 and 汇总 are on paper only where somebody has attached or summed up something, so that the form
/// is not made narrower by a column that stays empty.
fn columns_of(rows: &[TableRow]) -> Vec<Column> {
    let mut columns = printed();
    let has = |column: Column| {
        rows.iter()
            .any(|row| !row.cell(column).text.trim().is_empty())
    };
    if has(Column::Attachments) {
        let before = position(&columns, Column::SubmittedAt);
        columns.insert(before + 1, Column::Attachments);
    }
    if has(Column::Summary) {
        columns.push(Column::Summary);
    }
    columns
}

/// Rows whose cells in one column are one cell, and what stands in it.
struct Group {
    rows: Range<usize>,
    text: String,
}

/// Returns the columns that are merged downwards, by their places, with their groups.
fn merged(campaign: &Campaign, rows: &[TableRow], columns: &[Column]) -> Vec<(usize, Vec<Group>)> {
    let is_merged = |(_, column): &(usize, &Column)| is_merged(**column);
    let merged = columns.iter().enumerate().filter(is_merged);
    merged
        .map(|(place, column)| (place, groups(campaign, rows, *column)))
        .collect()
}

fn is_merged(column: Column) -> bool {
    matches!(column, Column::Action | Column::Measure | Column::Summary)
}

fn text(key: &str, values: &[(&str, &str)]) -> String {
    sentence(Language::Chinese, key, values)
}

fn position(columns: &[Column], column: Column) -> usize {
    let index = columns.iter().position(|other| *other == column);
    index.expect("printed() leaves out nothing that is asked for")
}

fn set_page(
    sheet: &mut Worksheet,
    paper: Paper,
    columns: &[Column],
    widths: &[f64],
) -> Result<(), XlsxError> {
    for (index, width) in widths.iter().enumerate() {
        sheet.set_column_width(index as u16, *width)?;
    }
    let size = match paper {
        Paper::A3 => 8,
        Paper::A4 => 9,
    };
    sheet
        .set_paper_size(size)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(format!("&C{}", text("table.footer", &[])));
    sheet.set_repeat_rows(HEADING_START, HEADING_END - 1)?;
    sheet.set_freeze_panes(HEADING_END, position(columns, Column::Unit) as u16 + 1)?;
    Ok(())
}

fn write_title(
    sheet: &mut Worksheet,
    campaign: &Campaign,
    week: &Week,
    columns: &[Column],
    looks: &Looks,
) -> Result<(), XlsxError> {
    let last = columns.len() as u16 - 1;
    let day = |date: Date| {
        text(
            "table.date",
            &[
                ("month", &date.month().to_string()),
                ("day", &date.day().to_string()),
            ],
        )
    };
    let label = text("table.sheet", &[("week", &week.number.to_string())]);
    let period = text(
        "table.title-week",
        &[
            ("label", &label),
            ("start", &day(week.start)),
            ("end", &day(week.end)),
        ],
    );
    sheet.merge_range(0, 0, 0, last, &campaign.table_title, &looks.title)?;
    sheet.set_row_height(0, 30)?;
    let (gap, form) = (text("table.gap", &[]), text("table.form-line", &[]));
    let line = format!("{period}{gap}{form}");
    sheet.merge_range(1, 0, 1, last, &line, &looks.line)?;
    sheet.set_row_height(1, 22)?;
    Ok(())
}

fn write_headings(
    sheet: &mut Worksheet,
    columns: &[Column],
    looks: &Looks,
) -> Result<(), XlsxError> {
    let mut index = 0;
    while index < columns.len() {
        let group = heading::group(Language::Chinese, columns[index]);
        let end = match &group {
            None => index + 1,
            Some(_) => {
                let same = |column: &&Column| heading::group(Language::Chinese, **column) == group;
                index + columns[index..].iter().take_while(same).count()
            }
        };
        write_heading(sheet, columns, index..end, group.as_deref(), looks)?;
        index = end;
    }
    sheet.set_row_height(HEADING_START, 18)?;
    sheet.set_row_height(HEADING_START + 1, 30)?;
    Ok(())
}

fn write_heading(
    sheet: &mut Worksheet,
    columns: &[Column],
    range: Range<usize>,
    group: Option<&str>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let (first, last) = (range.start as u16, range.end as u16 - 1);
    let Some(group) = group else {
        let title = heading::heading(Language::Chinese, columns[range.start]);
        sheet.merge_range(
            HEADING_START,
            first,
            HEADING_START + 1,
            first,
            &title,
            &looks.heading,
        )?;
        return Ok(());
    };
    sheet.merge_range(
        HEADING_START,
        first,
        HEADING_START,
        last,
        group,
        &looks.heading,
    )?;
    for index in range {
        let title = heading::heading(Language::Chinese, columns[index]);
        sheet.write_string_with_format(HEADING_START + 1, index as u16, &title, &looks.heading)?;
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    row: &TableRow,
    columns: &[Column],
    widths: &[f64],
    looks: &Looks,
) -> Result<(), XlsxError> {
    for (index, column) in columns.iter().enumerate() {
        if is_merged(*column) {
            continue;
        }
        let text = &*printed_text(row, *column);
        let look = looks.of(*column, text, extent::type_size(text, widths[index]));
        match number(*column, text) {
            Some(number) => sheet.write_number_with_format(line, index as u16, number, &look)?,
            None => sheet.write_string_with_format(line, index as u16, text, &look)?,
        };
    }
    Ok(())
}

/// Returns what is printed of a cell. 应报/协助 is not, so a row that is no longer relevant says so beside its role.
fn printed_text(row: &TableRow, column: Column) -> Cow<'_, str> {
    let shown = row.cell(column).text.as_str();
    if column == Column::Role && row.row.duty == Duty::Released {
        let mark = row.row.duty.word();
        return Cow::Owned(text("table.released", &[("role", shown), ("mark", mark)]));
    }
    Cow::Borrowed(shown)
}

/// Returns what a spreadsheet may count with: 序号 and the numbers, never digits in a text.
fn number(column: Column, text: &str) -> Option<f64> {
    let is_number = column == Column::Number || column.kind() == Kind::Count;
    let number: u64 = text.parse().ok().filter(|_| is_number)?;
    (number <= COUNT_MAX && number.to_string() == text).then_some(number as f64)
}

/// Returns the rows that stand under one 专项行动, or under one 重点任务 with its 汇总.
fn groups(campaign: &Campaign, rows: &[TableRow], column: Column) -> Vec<Group> {
    let name = |row: &TableRow| {
        let measure = row.row.measure;
        let action = campaign.measure(measure).map(|measure| measure.action);
        (action, (column != Column::Action).then_some(measure))
    };
    let mut start = 0;
    let runs = rows.chunk_by(|one, next| name(one) == name(next));
    runs.map(|run| {
        let of_run = start..start + run.len();
        start = of_run.end;
        Group {
            rows: of_run,
            text: text_of_group(run, column),
        }
    })
    .collect()
}

/// All rows of an action or a measure say the same of it. Its 汇总 stands in one of them; two leads may have written two.
fn text_of_group(rows: &[TableRow], column: Column) -> String {
    let texts = rows.iter().map(|row| row.cell(column).text.as_str());
    match column {
        Column::Summary => {
            let written = texts.filter(|text| !text.trim().is_empty());
            written.collect::<Vec<_>>().join("\n")
        }
        _ => texts.take(1).collect(),
    }
}

fn write_group(
    sheet: &mut Worksheet,
    column: u16,
    group: &Group,
    look: &Format,
) -> Result<(), XlsxError> {
    let first = HEADING_END + group.rows.start as u32;
    if group.rows.len() == 1 {
        sheet.write_string_with_format(first, column, &group.text, look)?;
    } else {
        let last = HEADING_END + group.rows.end as u32 - 1;
        sheet.merge_range(first, column, last, column, &group.text, look)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "xlsx_out_tests.rs"]
mod tests;
