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
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

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
    let merged = [Column::Action, Column::Measure]
        .map(|column| (position(&columns, column), groups(campaign, rows, column)));
    let heights = extent::heights(rows, &columns, &widths, &merged);
    for (index, row) in rows.iter().enumerate() {
        let line = HEADING_END + index as u32;
        sheet.set_row_height(line, heights[index])?;
        write_row(sheet, line, row, &columns, &widths, &looks)?;
    }
    for (column, groups) in &merged {
        for group in groups {
            let shown = &rows[group.start].cell(columns[*column]).text;
            write_group(sheet, *column as u16, group, shown, &looks)?;
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

/// Returns the columns for these rows: 附件 is on paper only where somebody has attached something, so that the form is not made narrower
/// by a column that stays empty.
fn columns_of(rows: &[TableRow]) -> Vec<Column> {
    let mut columns = printed();
    let has_files = |row: &TableRow| !row.cell(Column::Attachments).text.is_empty();
    if rows.iter().any(has_files) {
        let before = position(&columns, Column::SubmittedAt);
        columns.insert(before + 1, Column::Attachments);
    }
    columns
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
        if matches!(column, Column::Action | Column::Measure) {
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

/// Returns the rows that stand under one 专项行动 or one 重点任务.
fn groups(campaign: &Campaign, rows: &[TableRow], column: Column) -> Vec<Range<usize>> {
    let name = |row: &TableRow| {
        let measure = row.row.measure;
        let action = campaign.measure(measure).map(|measure| measure.action);
        (action, (column == Column::Measure).then_some(measure))
    };
    let mut start = 0;
    let runs = rows.chunk_by(|one, next| name(one) == name(next));
    runs.map(|run| {
        let group = start..start + run.len();
        start = group.end;
        group
    })
    .collect()
}

fn write_group(
    sheet: &mut Worksheet,
    column: u16,
    group: &Range<usize>,
    text: &str,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let first = HEADING_END + group.start as u32;
    if group.len() == 1 {
        sheet.write_string_with_format(first, column, text, &looks.centre)?;
    } else {
        let last = HEADING_END + group.end as u32 - 1;
        sheet.merge_range(first, column, last, column, text, &looks.centre)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "xlsx_out_tests.rs"]
mod tests;
