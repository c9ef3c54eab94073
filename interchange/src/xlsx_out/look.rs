//! Fonts, borders and alignment of the paper form.

use diaodu_plan::column::Column;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::{extent::TYPE_SIZE, text};

const HEADING_GREY: Color = Color::RGB(0x00E8_EEF4);
const TITLE_SIZE: f64 = 18.0;

/// What a spreadsheet would take for a formula when the cell is edited.
const FORMULA_STARTS: [char; 4] = ['=', '+', '-', '@'];

/// The formats of a workbook.
pub struct Looks {
    /// The title over the table.
    pub title: Format,
    /// The line under the title.
    pub line: Format,
    /// Headings of columns.
    pub heading: Format,
    centre: Format,
    block: Format,
}

impl Looks {
    /// Draws up all formats.
    pub fn new() -> Self {
        let base = Format::new()
            .set_font_name(text("font.body", &[]))
            .set_font_size(TYPE_SIZE)
            .set_align(FormatAlign::VerticalCenter);
        let cell = base.clone().set_border(FormatBorder::Thin).set_text_wrap();
        let centre = cell.clone().set_align(FormatAlign::Center);
        let bold = base.clone().set_bold();
        Looks {
            title: bold
                .set_font_size(TITLE_SIZE)
                .set_align(FormatAlign::Center),
            line: base.set_align(FormatAlign::Left),
            heading: centre.clone().set_bold().set_background_color(HEADING_GREY),
            centre,
            block: cell.set_align(FormatAlign::Left),
        }
    }

    /// Returns the format of a cell. Text that looks like a formula is marked as text.
    pub fn of(&self, column: Column, text: &str, type_size: f64) -> Format {
        let mut format = match column {
            Column::Progress
            | Column::Problem
            | Column::NextPlan
            | Column::Attachments
            | Column::Remark
            | Column::ReviewNote
            | Column::Summary
            | Column::TotalReason => self.block.clone(),
            Column::Number
            | Column::Action
            | Column::Measure
            | Column::LeadUnits
            | Column::Unit
            | Column::Role
            | Column::Duty
            | Column::CheckedWeek
            | Column::FoundWeek
            | Column::FixedWeek
            | Column::CheckedTotal
            | Column::FoundTotal
            | Column::FixedTotal
            | Column::FixRate
            | Column::Status
            | Column::Leader
            | Column::Owner
            | Column::Reporter
            | Column::Phone
            | Column::SubmittedAt
            | Column::Report
            | Column::ReportSavedAt
            | Column::ReviewOf
            | Column::Review
            | Column::OfficeStatus => self.centre.clone(),
        };
        if type_size < TYPE_SIZE {
            format = format.set_font_size(type_size);
        }
        if text.starts_with(FORMULA_STARTS) {
            format = format.set_quote_prefix();
        }
        format
    }
}
