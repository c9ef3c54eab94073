//! How high lines are and which of them are in sight. Pixels and indexes only; nothing is measured here.

use std::ops::Range;

use super::model::{CellContent, ColumnSpec};

/// Font size of a cell, as in style/grid.css. Wrong by a little is fine: drawn rows are measured.
const FONT_PX: f64 = 14.0;
/// Line height of a cell.
const LINE_PX: f64 = 20.0;
/// Line height of the sentence about a mistake, and its font size.
const MISTAKE_LINE_PX: f64 = 16.0;
const MISTAKE_FONT_PX: f64 = 12.0;
/// Left and right of the text in a cell, with the line between columns.
const CELL_PAD_X_PX: f64 = 13.0;
/// Above and below it, with the line between rows.
const CELL_PAD_Y_PX: f64 = 9.0;
/// The least height of a row.
pub const ROW_PX: f64 = 32.0;
/// The height of a band.
pub const BAND_PX: f64 = 30.0;
/// Lines of a cell that are drawn; the rest is one key away.
pub const CELL_LINES_MAX: u32 = 20;
/// Lines drawn above and below what is in sight, so that a turn of the wheel meets drawn rows.
const OVERSCAN_PX: f64 = 320.0;

/// The heights of all lines, with their sums: finding a line at a height costs log n.
#[derive(Debug, Clone, Default)]
pub struct Heights {
    heights_px: Vec<f64>,
    /// A Fenwick tree over the heights; entry 0 is unused.
    sums: Vec<f64>,
}

impl Heights {
    /// Sums up heights.
    pub fn new(heights_px: Vec<f64>) -> Self {
        let mut sums = vec![0.0; heights_px.len() + 1];
        for index in 1..sums.len() {
            sums[index] += heights_px[index - 1];
            let parent = index + (index & index.wrapping_neg());
            if parent < sums.len() {
                sums[parent] += sums[index];
            }
        }
        Self { heights_px, sums }
    }

    /// Returns how many lines there are.
    pub fn len(&self) -> usize {
        self.heights_px.len()
    }

    /// Returns the height of a line; 0 beyond the end.
    pub fn height_px(&self, line: usize) -> f64 {
        self.heights_px.get(line).copied().unwrap_or(0.0)
    }

    /// Returns where a line begins; for the line after the last, where all end.
    pub fn top_px(&self, line: usize) -> f64 {
        let mut index = line.min(self.len());
        let mut sum = 0.0;
        while index > 0 {
            sum += self.sums[index];
            index &= index - 1;
        }
        sum
    }

    /// Returns the height of all lines.
    pub fn total_px(&self) -> f64 {
        self.top_px(self.len())
    }

    /// Sets the height of a line and tells whether that changed anything worth moving for.
    pub fn set(&mut self, line: usize, height_px: f64) -> bool {
        let Some(before) = self.heights_px.get(line).copied() else {
            return false;
        };
        let delta = height_px - before;
        if delta.abs() < 0.25 {
            return false;
        }
        self.heights_px[line] = height_px;
        let mut index = line + 1;
        while index < self.sums.len() {
            self.sums[index] += delta;
            index += index & index.wrapping_neg();
        }
        true
    }

    /// Returns the line at a height; the last one below everything, 0 without lines.
    pub fn line_at(&self, y_px: f64) -> usize {
        let mut step = self.sums.len().next_power_of_two() / 2;
        let (mut index, mut rest) = (0, y_px.max(0.0));
        while step > 0 {
            let next = index + step;
            if next < self.sums.len() && self.sums[next] <= rest {
                index = next;
                rest -= self.sums[next];
            }
            step /= 2;
        }
        index.min(self.len().saturating_sub(1))
    }

    /// Returns the lines to draw for a part in sight.
    pub fn window(&self, top_px: f64, view_px: f64) -> Range<usize> {
        if self.len() == 0 {
            return 0..0;
        }
        let first = self.line_at(top_px - OVERSCAN_PX);
        let last = self.line_at(top_px + view_px + OVERSCAN_PX);
        first..last + 1
    }

    /// Returns the place that should not move when heights change: a line in sight and how much of it is above.
    pub fn anchor(&self, top_px: f64) -> Anchor {
        let line = self.line_at(top_px);
        Anchor {
            line,
            above_px: top_px - self.top_px(line),
        }
    }

    /// Returns how far to scroll so that the anchor is where it was.
    pub fn anchored_px(&self, anchor: Anchor) -> f64 {
        // Nobody who looks at the first line wants to find a taller one above the edge.
        if anchor.line == 0 && anchor.above_px <= 0.0 {
            return 0.0;
        }
        self.top_px(anchor.line) + anchor.above_px.min(self.height_px(anchor.line))
    }

    /// Returns the scroll position nearest to the present one at which a line is wholly in sight, or its head if it is too tall.
    ///
    /// `covered_px`: what is covered at the upper edge, unless the table stands at its beginning.
    pub fn revealed_px(&self, line: usize, covered_px: f64, top_px: f64, view_px: f64) -> f64 {
        let (first, last) = (self.top_px(line), self.top_px(line + 1));
        let covered_px = if top_px > 0.0 { covered_px } else { 0.0 };
        if first < top_px + covered_px || last - first > view_px - covered_px {
            (first - covered_px).max(0.0)
        } else if last > top_px + view_px {
            last - view_px
        } else {
            top_px
        }
    }
}

/// A place in the table that should stay where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    line: usize,
    above_px: f64,
}

/// Guesses how high a row will be.
pub fn row_px(columns: &[ColumnSpec], cells: &[CellContent]) -> f64 {
    let needed = columns.iter().zip(cells).map(|(column, cell)| {
        let width_px = (column.width_px - CELL_PAD_X_PX).max(FONT_PX);
        let lines = text_lines(&cell.shown, width_px / FONT_PX).min(CELL_LINES_MAX);
        let mistake = cell.mistake.as_deref().unwrap_or_default();
        let mistake_lines = match mistake.is_empty() {
            true => 0,
            false => text_lines(mistake, width_px / MISTAKE_FONT_PX),
        };
        CELL_PAD_Y_PX + f64::from(lines) * LINE_PX + f64::from(mistake_lines) * MISTAKE_LINE_PX
    });
    needed.fold(ROW_PX, f64::max)
}

/// Guesses how many lines a text takes.
fn text_lines(text: &str, width_em: f64) -> u32 {
    let mut lines = 1;
    let mut used_em = 0.0;
    for character in text.chars() {
        if character == '\n' {
            lines += 1;
            used_em = 0.0;
            continue;
        }
        let em = em(character);
        if used_em + em > width_em && used_em > 0.0 {
            lines += 1;
            used_em = 0.0;
        }
        used_em += em;
    }
    lines
}

/// Returns how wide a column has to be for its texts, as far as that can be told without drawing; a long text wraps.
pub fn fit_px<'a>(title: &str, texts: impl Iterator<Item = &'a str>) -> f64 {
    /// Beyond it a text reads better in several lines.
    const WRAPS_PX: f64 = 480.0;
    /// The grip, the button and the edge beside a heading.
    const HEADING_PX: f64 = 44.0;
    let width_em = |line: &str| -> f64 { line.chars().map(em).sum() };
    let widest = texts.flat_map(str::lines).map(width_em).fold(0.0, f64::max);
    let texts_px = (widest * FONT_PX).ceil() + CELL_PAD_X_PX + 2.0;
    let title_px = (width_em(title) * FONT_PX).ceil() + HEADING_PX;
    texts_px.min(WRAPS_PX).max(title_px)
}

/// Returns the edge between columns that is nearest to a place: 0 before the first, and so on.
pub fn nearest_edge(columns: &[ColumnSpec], x_px: f64) -> usize {
    let mut left = 0.0;
    for (index, column) in columns.iter().enumerate() {
        if x_px < left + column.width_px / 2.0 {
            return index;
        }
        left += column.width_px;
    }
    columns.len()
}

/// Returns the column at a place of the window, in pixels from the left edge of the table in sight; the last one beyond all.
pub fn column_at(columns: &[ColumnSpec], in_view_px: f64, scrolled_px: f64) -> usize {
    let mut x_px = in_view_px.max(0.0);
    if x_px >= frozen_px(columns) {
        x_px += scrolled_px;
    }
    let mut right = 0.0;
    for (index, column) in columns.iter().enumerate() {
        right += column.width_px;
        if x_px < right {
            return index;
        }
    }
    columns.len().saturating_sub(1)
}

/// How wide a letter is. A Chinese character is one em wide, a Latin one a little more than half.
fn em(character: char) -> f64 {
    if character.is_ascii() { 0.55 } else { 1.0 }
}

/// Returns how far to scroll sideways so that a column is in sight beside the frozen ones.
pub fn revealed_column_px(
    columns: &[ColumnSpec],
    column: usize,
    left_px: f64,
    view_px: f64,
) -> f64 {
    let Some(spec) = columns.get(column) else {
        return left_px;
    };
    if spec.frozen {
        return left_px;
    }
    let frozen = frozen_px(columns);
    let first = column_left_px(columns, column) - frozen;
    let room = view_px - frozen;
    if first < left_px || spec.width_px > room {
        first
    } else if first + spec.width_px > left_px + room {
        first + spec.width_px - room
    } else {
        left_px
    }
}

/// Returns the column one screen to the right or the left of another: as far as the part beside the frozen columns is wide, and at least
/// one column. Frozen columns are always in sight, and no screen ends in them.
pub fn paged_column(columns: &[ColumnSpec], column: usize, view_px: f64, right: bool) -> usize {
    let (first, last) = (frozen_count(columns), columns.len().saturating_sub(1));
    let room_px = view_px - frozen_px(columns);
    let left_px = |column: usize| column_left_px(columns, column);
    if right {
        let from = column.max(first.min(last));
        let reached_px = left_px(from) + room_px;
        let beyond = (from..=last).find(|column| left_px(*column) > reached_px);
        let reached = beyond.map_or(last, |beyond| beyond.saturating_sub(1));
        return reached.max(column + 1).min(last);
    }
    if column <= first {
        return column;
    }
    let reached_px = left_px(column) - room_px;
    let reached = (first..column).find(|column| left_px(*column) >= reached_px);
    reached.unwrap_or(column - 1)
}

/// Returns where a column begins.
pub fn column_left_px(columns: &[ColumnSpec], column: usize) -> f64 {
    columns.iter().take(column).map(|spec| spec.width_px).sum()
}

/// Returns how wide the frozen columns are together.
pub fn frozen_px(columns: &[ColumnSpec]) -> f64 {
    columns
        .iter()
        .filter(|spec| spec.frozen)
        .map(|spec| spec.width_px)
        .sum()
}

/// Returns how many columns are frozen.
pub fn frozen_count(columns: &[ColumnSpec]) -> usize {
    columns.iter().take_while(|spec| spec.frozen).count()
}

#[cfg(test)]
mod tests {
    use super::super::chance::numbers;
    use super::super::model::CellKind;
    use super::*;

    fn column(width_px: f64, frozen: bool) -> ColumnSpec {
        ColumnSpec {
            id: String::new(),
            title: String::new(),
            group: None,
            width_px,
            frozen,
            kind: CellKind::LongText,
            hint: String::new(),
        }
    }

    fn cell(shown: &str) -> CellContent {
        CellContent {
            shown: shown.to_owned(),
            ..CellContent::default()
        }
    }

    #[test]
    fn a_place_lies_in_a_column_frozen_ones_first() {
        let columns = [
            column(50.0, true),
            column(100.0, false),
            column(100.0, false),
        ];
        for (in_view, scrolled, expected) in [
            (-5.0, 0.0, 0),
            (49.0, 120.0, 0),
            (50.0, 0.0, 1),
            (50.0, 100.0, 2),
            (149.0, 0.0, 1),
            (150.0, 0.0, 2),
            (900.0, 0.0, 2),
        ] {
            assert_eq!(
                column_at(&columns, in_view, scrolled),
                expected,
                "{in_view} {scrolled}"
            );
        }
        assert_eq!(column_at(&[], 10.0, 0.0), 0);
    }

    #[test]
    fn sums_agree_with_adding_up_by_hand() {
        let mut draw = numbers(7);
        let mut plain: Vec<f64> = (0..1_000).map(|_| 20.0 + draw(80) as f64).collect();
        let mut heights = Heights::new(plain.clone());
        for _ in 0..500 {
            let (line, height) = (draw(1_000) as usize, 20.0 + draw(300) as f64);
            plain[line] = height;
            heights.set(line, height);
            let asked = draw(1_001) as usize;
            let expected: f64 = plain[..asked].iter().sum();
            assert_eq!(heights.top_px(asked), expected);
            let y = draw(60_000) as f64;
            let mut sum = 0.0;
            let by_hand = plain
                .iter()
                .position(|height| {
                    sum += height;
                    sum > y
                })
                .unwrap_or(plain.len() - 1);
            assert_eq!(heights.line_at(y), by_hand, "at {y}");
        }
    }

    #[test]
    fn few_of_ten_thousand_rows_are_drawn() {
        let heights = Heights::new(vec![40.0; 10_000]);
        let window = heights.window(200_000.0, 700.0);
        assert!(window.contains(&5_000) && window.contains(&5_017));
        assert!(window.len() < 40, "{}", window.len());
        assert_eq!(heights.window(0.0, 700.0).start, 0);
        assert_eq!(heights.window(1e9, 700.0).end, 10_000);
        assert_eq!(Heights::default().window(0.0, 700.0), 0..0);
    }

    #[test]
    fn a_corrected_height_above_moves_nothing_in_sight() {
        let mut heights = Heights::new(vec![40.0; 100]);
        let anchor = heights.anchor(1_010.0);
        heights.set(3, 100.0);
        assert_eq!(heights.anchored_px(anchor), 1_070.0);
        heights.set(60, 100.0);
        assert_eq!(heights.anchored_px(anchor), 1_070.0);
        let first = heights.anchor(0.0);
        heights.set(0, 90.0);
        assert_eq!(heights.anchored_px(first), 0.0);
    }

    #[test]
    fn revealing_scrolls_no_further_than_needed() {
        let heights = Heights::new(vec![40.0; 100]);
        assert_eq!(heights.revealed_px(5, 30.0, 0.0, 400.0), 0.0);
        assert_eq!(heights.revealed_px(10, 30.0, 0.0, 400.0), 40.0);
        assert_eq!(heights.revealed_px(2, 30.0, 200.0, 400.0), 50.0);
        assert_eq!(heights.revealed_px(5, 30.0, 200.0, 400.0), 170.0);
        assert_eq!(heights.revealed_px(0, 30.0, 200.0, 400.0), 0.0);
        let columns = [
            column(100.0, true),
            column(200.0, false),
            column(200.0, false),
        ];
        assert_eq!(revealed_column_px(&columns, 0, 50.0, 400.0), 50.0);
        assert_eq!(revealed_column_px(&columns, 2, 0.0, 400.0), 100.0);
        assert_eq!(revealed_column_px(&columns, 1, 100.0, 400.0), 0.0);
    }

    #[test]
    fn a_screen_sideways_is_as_wide_as_what_scrolls() {
        let mut columns = vec![column(100.0, true)];
        columns.extend((0..9).map(|_| column(80.0, false)));
        columns.push(column(600.0, false));
        let page = |from, right| paged_column(&columns, from, 420.0, right);
        assert_eq!([page(1, true), page(5, true), page(9, true)], [5, 9, 10]);
        assert_eq!(page(10, true), 10, "nothing comes behind the last");
        assert_eq!([page(9, false), page(5, false), page(3, false)], [5, 1, 1]);
        assert_eq!(page(10, false), 6, "from where it begins");
        assert_eq!([page(0, true), page(0, false), page(1, false)], [5, 0, 1]);
        let narrow = |from, right| paged_column(&columns, from, 90.0, right);
        assert_eq!([narrow(3, true), narrow(3, false)], [4, 2]);
        assert_eq!(paged_column(&[], 0, 90.0, true), 0);
    }

    #[test]
    fn chinese_text_wraps_sooner_than_latin() {
        assert_eq!(text_lines("检查电动自行车停放充电场所", 10.0), 2);
        assert_eq!(text_lines("inspect parking", 10.0), 1);
        assert_eq!(text_lines("一\n二\n三", 10.0), 3);
        assert_eq!(text_lines("", 10.0), 1);
    }

    #[test]
    fn a_column_fits_its_widest_line_and_its_title() {
        let fit = |texts: &[&str]| fit_px("排查", texts.iter().copied());
        assert_eq!(fit(&[]), 72.0);
        assert_eq!(fit(&["卫东区生态环境局", "短"]), 127.0);
        assert_eq!(fit(&["一行\n卫东区生态环境局"]), 127.0);
        assert_eq!(fit(&["长".repeat(900).as_str()]), 480.0);
    }

    #[test]
    fn the_nearest_edge_changes_in_the_middle_of_a_column() {
        let columns = [column(100.0, true), column(200.0, false)];
        let edges = [-5.0, 49.0, 51.0, 199.0, 201.0, 900.0].map(|x| nearest_edge(&columns, x));
        assert_eq!(edges, [0, 0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_row_is_as_high_as_its_tallest_cell_and_has_an_end() {
        let columns = [column(153.0, false), column(153.0, false)];
        assert_eq!(row_px(&columns, &[cell("短"), cell("短")]), ROW_PX);
        assert_eq!(row_px(&columns, &[cell("短"), cell("一\n二\n三")]), 69.0);
        assert_eq!(
            row_px(&columns, &[cell(&"长".repeat(5_000))]),
            9.0 + 20.0 * 20.0
        );
        let mistaken = CellContent {
            mistake: Some("整改数大于发现数".to_owned()),
            ..cell("9")
        };
        assert_eq!(row_px(&columns, &[mistaken]), 45.0);
    }
}
