//! The week as a workbook in the look of the paper form. Equal input gives equal bytes: no clock, no randomness.

use std::ops::Range;

use diaodu_plan::{
    campaign::{Campaign, Week},
    column::Column,
    table::TableRow,
    value::Value,
};
use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::{
    heading,
    sentences::{Language, sentence},
};

/// Row of the title, the line under it, and the two rows of headings; the table begins at `HEADING_END`.
const HEADING_START: u32 = 2;
const HEADING_END: u32 = 4;

/// Excel's own bound on the height of a row, in points.
const ROW_HEIGHT_MAX: f64 = 409.0;
const LINE_HEIGHT: f64 = 13.5;
const ROW_HEIGHT_MIN: f64 = 27.0;

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
/// `rows`: in table order. Errors: the writer's own, for input no workbook can hold.
/// Source: the printed form; 专项行动 and 重点任务 are merged downwards, text stays text.
pub fn write_week(campaign: &Campaign, week: &Week, rows: &[TableRow], paper: Paper) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(year(week.start), week.start.month() as u8, week.start.day() as u8)?;
    workbook.set_properties(&DocProperties::new().set_title(&campaign.table_title).set_creation_datetime(&created));
    let sheet = workbook.add_worksheet();
    sheet.set_name(text("table.sheet", &[("week", &week.number.to_string())]))?;
    let columns = printed();
    let looks = Looks::new();
    set_page(sheet, paper, &columns)?;
    write_title(sheet, campaign, week, &columns, &looks)?;
    write_headings(sheet, &columns, &looks)?;
    for (index, row) in rows.iter().enumerate() {
        write_row(sheet, HEADING_END + index as u32, row, &columns, &looks)?;
    }
    for column in [Column::Action, Column::Measure] {
        merge_groups(sheet, rows, column, &columns, &looks)?;
    }
    if rows.iter().all(|row| row.cell(Column::TotalReason).text.is_empty()) {
        sheet.set_column_hidden(position(&columns, Column::TotalReason))?;
    }
    workbook.save_to_buffer()
}

/// Returns the columns on paper: all but 应报/协助, which is the office's own concern.
pub fn printed() -> Vec<Column> {
    Column::ALL.into_iter().filter(|column| *column != Column::Duty).collect()
}

fn text(key: &str, values: &[(&str, &str)]) -> String {
    sentence(Language::Chinese, key, values)
}

fn year(date: Date) -> u16 {
    u16::try_from(date.year()).unwrap_or(1900)
}

fn position(columns: &[Column], column: Column) -> u16 {
    columns.iter().position(|other| *other == column).unwrap_or_default() as u16
}

/// Width in characters of the default font; a Chinese character takes two.
fn width(column: Column) -> f64 {
    match column {
        Column::Number => 5.0,
        Column::Action | Column::Measure => 16.0,
        Column::LeadUnits | Column::Unit => 13.0,
        Column::Role | Column::Duty => 7.0,
        Column::Progress => 46.0,
        Column::CheckedWeek
        | Column::FoundWeek
        | Column::FixedWeek
        | Column::CheckedTotal
        | Column::FoundTotal
        | Column::FixedTotal
        | Column::FixRate => 7.5,
        Column::TotalReason => 16.0,
        Column::Problem | Column::NextPlan => 28.0,
        Column::Status => 8.0,
        Column::Leader | Column::Owner | Column::Reporter => 9.0,
        Column::Phone => 14.0,
        Column::SubmittedAt => 12.0,
        Column::Remark => 18.0,
    }
}

fn is_text_block(column: Column) -> bool {
    matches!(column, Column::Progress | Column::Problem | Column::NextPlan | Column::Remark | Column::TotalReason)
}

struct Looks {
    title: Format,
    line: Format,
    heading: Format,
    block: Format,
    block_quoted: Format,
    centre: Format,
    centre_quoted: Format,
    group: Format,
}

impl Looks {
    fn new() -> Self {
        let base = Format::new().set_font_name("宋体").set_font_size(10);
        let cell = base.clone().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::VerticalCenter);
        let centre = cell.clone().set_align(FormatAlign::Center);
        let heading = centre.clone().set_font_name("黑体").set_background_color(Color::RGB(0x00E8_EEF4));
        Looks {
            title: base.clone().set_font_name("黑体").set_font_size(18).set_align(FormatAlign::Center),
            line: base.set_align(FormatAlign::Left).set_align(FormatAlign::VerticalCenter),
            heading,
            block: cell.clone().set_align(FormatAlign::Left),
            block_quoted: cell.clone().set_align(FormatAlign::Left).set_quote_prefix(),
            centre_quoted: centre.clone().set_quote_prefix(),
            group: centre.clone(),
            centre,
        }
    }

    /// Text that a spreadsheet would take for a formula when it is edited is marked as text.
    fn of(&self, column: Column, text: &str) -> &Format {
        let quoted = text.starts_with(['=', '+', '-', '@']);
        match (is_text_block(column), quoted) {
            (true, true) => &self.block_quoted,
            (true, false) => &self.block,
            (false, true) => &self.centre_quoted,
            (false, false) => &self.centre,
        }
    }
}

fn set_page(sheet: &mut Worksheet, paper: Paper, columns: &[Column]) -> Result<(), XlsxError> {
    for (index, column) in columns.iter().enumerate() {
        sheet.set_column_width(index as u16, width(*column))?;
    }
    let size = match paper {
        Paper::A3 => 8,
        Paper::A4 => 9,
    };
    sheet.set_paper_size(size).set_landscape().set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(format!("&C{}", text("table.footer", &[])));
    sheet.set_repeat_rows(HEADING_START, HEADING_END - 1)?;
    sheet.set_freeze_panes(HEADING_END, position(columns, Column::Unit) + 1)?;
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
        text("table.date", &[("month", &date.month().to_string()), ("day", &date.day().to_string())])
    };
    let label = text("table.sheet", &[("week", &week.number.to_string())]);
    let period =
        text("table.title-week", &[("label", &label), ("start", &day(week.start)), ("end", &day(week.end))]);
    sheet.merge_range(0, 0, 0, last, &campaign.table_title, &looks.title)?;
    sheet.set_row_height(0, 30)?;
    let line = format!("{period}　　　　{}", text("table.form-line", &[]));
    sheet.merge_range(1, 0, 1, last, &line, &looks.line)?;
    sheet.set_row_height(1, 22)?;
    Ok(())
}

fn write_headings(sheet: &mut Worksheet, columns: &[Column], looks: &Looks) -> Result<(), XlsxError> {
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
        sheet.merge_range(HEADING_START, first, HEADING_START + 1, first, &title, &looks.heading)?;
        return Ok(());
    };
    sheet.merge_range(HEADING_START, first, HEADING_START, last, group, &looks.heading)?;
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
    looks: &Looks,
) -> Result<(), XlsxError> {
    let mut height = ROW_HEIGHT_MIN;
    for (index, column) in columns.iter().enumerate() {
        let cell = row.cell(*column);
        let look = looks.of(*column, &cell.text);
        match (cell.values.first(), cell.text.parse::<u64>()) {
            (Some(Value::Count(_)), Ok(count)) => {
                sheet.write_number_with_format(line, index as u16, count as f64, look)?;
            }
            (None, Ok(count)) if heading::group(Language::Chinese, *column).is_some() => {
                sheet.write_number_with_format(line, index as u16, count as f64, look)?;
            }
            _ => {
                sheet.write_string_with_format(line, index as u16, &cell.text, look)?;
            }
        }
        if !matches!(column, Column::Action | Column::Measure) {
            height = height.max(lines(&cell.text, width(*column)) * LINE_HEIGHT + 4.0);
        }
    }
    sheet.set_row_height(line, height.min(ROW_HEIGHT_MAX))?;
    Ok(())
}

/// Estimates how many lines a text takes; spreadsheets do not fit heights by themselves when a file is opened.
fn lines(text: &str, width: f64) -> f64 {
    let room = (width - 1.0).max(1.0);
    let wide = |c: char| if c.is_ascii() { 1.0 } else { 2.0 };
    text.lines().map(|line| (line.chars().map(wide).sum::<f64>() / room).ceil().max(1.0)).sum::<f64>().max(1.0)
}

/// Merges cells of one column downwards where neighbours belong together.
fn merge_groups(
    sheet: &mut Worksheet,
    rows: &[TableRow],
    column: Column,
    columns: &[Column],
    looks: &Looks,
) -> Result<(), XlsxError> {
    let at = position(columns, column);
    let mut start = 0;
    while start < rows.len() {
        let same = |row: &&TableRow| match column {
            Column::Measure => row.row.measure == rows[start].row.measure,
            _ => row.cell(column).text == rows[start].cell(column).text,
        };
        let end = start + rows[start..].iter().take_while(same).count();
        if end - start > 1 {
            let (first, last) = (HEADING_END + start as u32, HEADING_END + end as u32 - 1);
            sheet.merge_range(first, at, last, at, &rows[start].cell(column).text, &looks.group)?;
        }
        start = end;
    }
    Ok(())
}

#[cfg(test)]
#[path = "xlsx_out_tests.rs"]
mod tests;
