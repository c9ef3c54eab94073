//! How wide and high cells are, so that no text is cut: spreadsheets do not fit merged or wrapped cells when a file is opened.

use diaodu_plan::{column::Column, table::TableRow};

use super::{Group, Paper, printed_text};

/// The size of the type, in points, where a text fits with it.
pub const TYPE_SIZE: f64 = 10.0;

/// Smaller type for texts that would not fit into the highest row.
const TYPE_SIZES: [f64; 5] = [TYPE_SIZE, 9.0, 8.0, 7.0, 6.0];

/// Columns grow before type shrinks below this.
const TYPE_SIZE_LEGIBLE: f64 = 7.0;

/// Excel's own bound is 409.5 points.
const ROW_HEIGHT_MAX: f64 = 409.0;
const ROW_HEIGHT_MIN: f64 = 27.0;

/// Height of a line in sizes of its type; Chinese fonts take 1.3 to 1.45.
const LINE_HEIGHT: f64 = 1.42;
const PADDING_HEIGHT: f64 = 5.0;

/// A column grows to so many times its width, or to this width if that is more, and no further: the page must stay legible.
const WIDEN_MAX: f64 = 2.5;
const WIDEN_CHARS_MAX: f64 = 40.0;
const WIDEN_STEP: f64 = 4.0;

/// A4 is 0.7 times as wide as A3: narrower columns of text keep the type from shrinking as much.
const A4_TEXT_FACTOR: f64 = 0.75;

/// Returns the widths of columns, wider where a text would be cut otherwise.
///
/// Result: in characters of the default font; a Chinese character takes two.
pub fn widths(rows: &[TableRow], columns: &[Column], paper: Paper) -> Vec<f64> {
    let width = |column: &Column| {
        let texts = rows.iter().map(|row| row.cell(*column).text.as_str());
        let base = base_width(*column, paper);
        if *column == Column::TotalReason && texts.clone().all(str::is_empty) {
            return base / 2.0;
        }
        let fits = |text: &str, width| height(text, width, TYPE_SIZE_LEGIBLE) <= ROW_HEIGHT_MAX;
        let long: Vec<&str> = texts.filter(|text| !fits(text, base)).collect();
        let mut width = base;
        let bound = (base * WIDEN_MAX).max(WIDEN_CHARS_MAX);
        while width < bound && !long.iter().all(|text| fits(text, width)) {
            width += WIDEN_STEP;
        }
        width
    };
    columns.iter().map(width).collect()
}

fn base_width(column: Column, paper: Paper) -> f64 {
    let text_factor = match paper {
        Paper::A3 => 1.0,
        Paper::A4 => A4_TEXT_FACTOR,
    };
    match column {
        Column::Number => 5.0,
        Column::Action | Column::Measure => 16.0,
        Column::LeadUnits | Column::Unit => 14.0,
        Column::Role => 11.0,
        Column::Duty => 7.0,
        Column::Progress => 46.0 * text_factor,
        Column::CheckedWeek
        | Column::FoundWeek
        | Column::FixedWeek
        | Column::CheckedTotal
        | Column::FoundTotal
        | Column::FixedTotal
        | Column::FixRate => 7.5,
        Column::TotalReason => 16.0,
        Column::Problem | Column::NextPlan => 28.0 * text_factor,
        Column::Status | Column::Review | Column::OfficeStatus => 8.0,
        Column::Leader | Column::Owner | Column::Reporter => 9.0,
        Column::Phone => 14.0,
        Column::SubmittedAt => 12.0,
        Column::Attachments => 18.0,
        Column::Report | Column::ReportSavedAt | Column::ReviewOf => 8.0,
        Column::Summary => 40.0,
        Column::Remark | Column::ReviewNote => 18.0 * text_factor,
    }
}

/// Returns the largest type in which a text fits into a row, or the smallest there is.
pub fn type_size(text: &str, width: f64) -> f64 {
    let fits = |size: &f64| height(text, width, *size) <= ROW_HEIGHT_MAX;
    let smallest = TYPE_SIZES[TYPE_SIZES.len() - 1];
    TYPE_SIZES.into_iter().find(fits).unwrap_or(smallest)
}

/// Returns the heights of rows, in points.
///
/// `merged`: for each column whose cells are merged downwards, its index and the rows that belong together.
pub(super) fn heights(
    rows: &[TableRow],
    columns: &[Column],
    widths: &[f64],
    merged: &[(usize, Vec<Group>)],
) -> Vec<f64> {
    let needed =
        |text: &str, index: usize| height(text, widths[index], type_size(text, widths[index]));
    let is_merged = |index: &usize| merged.iter().any(|(column, _)| column == index);
    let own: Vec<usize> = (0..columns.len())
        .filter(|index| !is_merged(index))
        .collect();
    let mut heights: Vec<f64> = Vec::new();
    for row in rows {
        let highest = own
            .iter()
            .map(|index| needed(&printed_text(row, columns[*index]), *index));
        heights.push(highest.fold(ROW_HEIGHT_MIN, f64::max));
    }
    for (column, groups) in merged {
        for group in groups {
            let present: f64 = heights[group.rows.clone()].iter().sum();
            let lacking = needed(&group.text, *column) - present;
            if lacking > 0.0 {
                let share = lacking / group.rows.len() as f64;
                heights[group.rows.clone()]
                    .iter_mut()
                    .for_each(|h| *h += share);
            }
        }
    }
    heights
        .iter_mut()
        .for_each(|height| *height = height.min(ROW_HEIGHT_MAX));
    heights
}

/// Returns how high a text is, in points, when it wraps in a column.
pub fn height(text: &str, width: f64, size: f64) -> f64 {
    let lines: usize = text.split('\n').map(|line| lines(line, width, size)).sum();
    lines as f64 * size * LINE_HEIGHT + PADDING_HEIGHT
}

/// Counts the lines that a paragraph takes when it wraps; characters are never halved.
fn lines(paragraph: &str, width: f64, size: f64) -> usize {
    let room = ((width - 1.0) * TYPE_SIZE / size).floor().max(2.0) as usize;
    let (mut lines, mut used) = (1, 0);
    for letter in paragraph.chars() {
        let takes = if letter.is_ascii() { 1 } else { 2 };
        if used + takes > room {
            lines += 1;
            used = 0;
        }
        used += takes;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_lines(text: &str, width: f64, expected: usize) {
        assert_eq!(lines(text, width, TYPE_SIZE), expected, "{text} in {width}");
    }

    #[test]
    fn chinese_takes_two_places_and_is_never_halved() {
        check_lines("", 9.0, 1);
        check_lines("四个汉字", 9.0, 1);
        check_lines("五个汉字呢", 9.0, 2);
        check_lines("abcdefgh", 9.0, 1);
        check_lines("a四个汉字", 9.0, 2);
    }

    #[test]
    fn long_texts_get_smaller_type_until_they_fit() {
        assert!((type_size(&"字".repeat(20), 46.0) - TYPE_SIZE).abs() < 0.01);
        let text = "字".repeat(1_500);
        let size = type_size(&text, 66.0);
        assert!(size < TYPE_SIZE && height(&text, 66.0, size) <= ROW_HEIGHT_MAX);
    }
}
