//! What is in sight and where lines stand. Owns the heights and the scroll position; reads no layout except what the browser reports.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use leptos::{html, prelude::*};

use super::command::Direction;
use super::geometry::{self, BAND_PX, Heights, ROW_PX};
use super::model::{ColumnSpec, Line, RowGlance};
use super::outline::{Outline, id};

/// Rows drawn at once grow by so many: each growth repaints all of them.
const POOL_STEP: usize = 16;
/// How far a key scrolls sideways.
const COLUMN_STEP_PX: f64 = 96.0;
/// Rows whose height is guessed in one go: a few milliseconds.
const GUESSED_AT_ONCE: usize = 200;

/// Where the scrolled element is, as last reported.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Scroll {
    top_px: f64,
    left_px: f64,
    width_px: f64,
    height_px: f64,
}

/// The part of the table in sight.
#[derive(Clone, Copy)]
pub struct Viewport {
    /// The element that scrolls.
    pub scroller: NodeRef<html::Div>,
    /// The element that is as high as all lines.
    pub body: NodeRef<html::Div>,
    /// The lines that are drawn.
    pub window: RwSignal<Range<usize>>,
    /// The line at the upper edge, if its own beginning or the bands over it are out of sight.
    pub cut: RwSignal<Option<usize>>,
    /// How many rows are kept for drawing.
    pub pool: RwSignal<usize>,
    /// The height of the headings.
    pub head_px: RwSignal<f64>,
    /// Rises whenever lines move.
    pub laid_out: RwSignal<u32>,
    /// Rises whenever lines or columns are others: what is drawn says anew how high it is.
    pub replaced: RwSignal<u32>,
    heights: StoredValue<Heights>,
    scroll: StoredValue<Scroll>,
    /// Lines whose height is still to be guessed, last first.
    unguessed: StoredValue<Vec<usize>>,
}

impl Viewport {
    /// Starts with nothing in sight.
    pub fn new() -> Self {
        Self {
            scroller: NodeRef::new(),
            body: NodeRef::new(),
            window: RwSignal::new(0..0),
            cut: RwSignal::new(None),
            pool: RwSignal::new(0),
            head_px: RwSignal::new(0.0),
            heights: StoredValue::new(Heights::default()),
            laid_out: RwSignal::new(0),
            replaced: RwSignal::new(0),
            scroll: StoredValue::new(Scroll::default()),
            unguessed: StoredValue::new(Vec::new()),
        }
    }

    /// Returns where a line begins, and again whenever lines move.
    pub fn top_px(&self, line: usize) -> f64 {
        self.laid_out.track();
        self.top_px_now(line)
    }

    /// Returns where a line begins now.
    pub fn top_px_now(&self, line: usize) -> f64 {
        self.heights.with_value(|heights| heights.top_px(line))
    }

    /// Returns how high a line is, and again whenever lines move.
    pub fn line_px(&self, line: usize) -> f64 {
        self.laid_out.track();
        self.heights.with_value(|heights| heights.height_px(line))
    }

    /// Tells whether there is more room above a line than below it, for what opens beside it.
    pub fn opens_upwards(&self, line: usize, needed_px: f64) -> bool {
        let scroll = self.scroll.get_value();
        let above = self.top_px(line) - scroll.top_px;
        let below = self.view_px() - above - self.line_px(line);
        below < needed_px && above > below
    }

    /// Returns the line one screen below or above another.
    pub fn page(&self, line: usize, down: bool) -> usize {
        let step = (self.view_px() - ROW_PX).max(ROW_PX);
        self.heights.with_value(|heights| {
            let top = heights.top_px(line);
            heights.line_at(if down { top + step } else { top - step })
        })
    }

    /// Returns the column one screen to the right or the left of another.
    pub fn page_sideways(&self, columns: &[ColumnSpec], column: usize, right: bool) -> usize {
        let view_px = self.scroll.with_value(|scroll| scroll.width_px);
        geometry::paged_column(columns, column, view_px, right)
    }

    /// Takes note of the scroll position.
    pub fn scrolled(&self) {
        let Some(element) = self.scroller.get_untracked() else {
            return;
        };
        let (top, left) = (
            f64::from(element.scroll_top()),
            f64::from(element.scroll_left()),
        );
        self.scroll
            .update_value(|scroll| (scroll.top_px, scroll.left_px) = (top, left));
        self.draw_window();
    }

    /// Takes note of the size of the part in sight.
    pub fn resized(&self, width_px: f64, height_px: f64) {
        self.scroll
            .update_value(|scroll| (scroll.width_px, scroll.height_px) = (width_px, height_px));
        self.draw_window();
    }

    /// Takes note of the height of the headings.
    pub fn head_resized(&self, height_px: f64) {
        if self.head_px.get_untracked() != height_px {
            self.head_px.set(height_px);
            self.draw_window();
        }
    }

    /// Takes note of how high drawn rows really are. What is in sight stays where it is.
    pub fn measured(&self, lines: &[(usize, f64)]) {
        let scroll_top = self.scroll.get_value().top_px;
        let anchor = self
            .heights
            .with_value(|heights| heights.anchor(scroll_top));
        let first = self.heights.try_update_value(|heights| {
            let changed = lines
                .iter()
                .filter(|(line, height)| heights.set(*line, *height));
            changed.map(|(line, _)| *line).min()
        });
        let Some(first) = first.flatten() else {
            return;
        };
        // Below all that is drawn nothing moves but the end of the table.
        if first >= self.window.with_untracked(|window| window.end) + self.pool.get_untracked() {
            self.stretch();
        } else {
            self.lay_out(anchor);
        }
    }

    /// Takes other lines. Rows that stood in the old ones keep their height, the others get a guess.
    pub fn replace(&self, before: Option<&Outline>, after: &Outline) {
        let anchor = self.scroll.with_value(|scroll| {
            self.heights
                .with_value(|heights| heights.anchor(scroll.top_px))
        });
        let known: HashMap<&str, f64> = before.map_or_else(HashMap::new, |before| {
            self.heights.with_value(|heights| {
                (0..before.len())
                    .filter_map(|index| Some((id(before.line(index)?), heights.height_px(index))))
                    .collect()
            })
        });
        let mut unguessed = Vec::new();
        let heights = (0..after.len())
            .map(|index| match after.line(index) {
                Some(Line::Band { .. }) | None => BAND_PX,
                Some(Line::Row { id }) => known.get(id.as_str()).copied().unwrap_or_else(|| {
                    unguessed.push(index);
                    ROW_PX
                }),
            })
            .collect();
        unguessed.reverse();
        self.unguessed.set_value(unguessed);
        self.heights.set_value(Heights::new(heights));
        self.lay_out(anchor);
        self.replaced.update(|count| *count = count.wrapping_add(1));
    }

    /// Guesses the heights of some rows that were not measured yet. Returns whether there are more.
    pub fn guess_some(
        &self,
        outline: &Outline,
        columns: &[ColumnSpec],
        glance: &RowGlance,
    ) -> bool {
        let some = self
            .unguessed
            .try_update_value(|left| left.split_off(left.len().saturating_sub(GUESSED_AT_ONCE)));
        let some = some.unwrap_or_default();
        let drawn = self.window.get_untracked();
        let guesses: Vec<(usize, f64)> = some
            .into_iter()
            .filter(|line| !drawn.contains(line))
            .filter_map(|line| {
                let content = glance(outline.row_id(line)?)?;
                Some((line, geometry::row_px(columns, &content.cells)))
            })
            .collect();
        self.measured(&guesses);
        self.unguessed.with_value(|left| !left.is_empty())
    }

    /// Scrolls no further than needed to bring a cell into sight.
    pub fn reveal(&self, line: usize, column: usize, columns: &Arc<Vec<ColumnSpec>>) {
        let scroll = self.scroll.get_value();
        let view_px = self.view_px();
        if view_px <= 0.0 {
            return;
        }
        let top = self
            .heights
            .with_value(|heights| heights.revealed_px(line, BAND_PX, scroll.top_px, view_px));
        let left = geometry::revealed_column_px(columns, column, scroll.left_px, scroll.width_px);
        self.scroll_to(top, left);
        self.draw_window();
    }

    /// Scrolls by a line or a column's width.
    pub fn scroll_by(&self, way: Direction) {
        let (right, down) = match way {
            Direction::Up => (0.0, -ROW_PX),
            Direction::Down => (0.0, ROW_PX),
            Direction::Left => (-COLUMN_STEP_PX, 0.0),
            Direction::Right => (COLUMN_STEP_PX, 0.0),
        };
        self.scroll_by_px(right, down);
    }

    /// Scrolls so far to the right and down; the browser stops it at the ends.
    pub fn scroll_by_px(&self, right_px: f64, down_px: f64) {
        let Some(element) = self.scroller.get_untracked() else {
            return;
        };
        element.set_scroll_left(element.scroll_left() + right_px.round() as i32);
        element.set_scroll_top(element.scroll_top() + down_px.round() as i32);
        self.scrolled();
    }

    /// Returns the line so far below the upper edge of the part in sight.
    pub fn line_at_px(&self, y_px: f64) -> usize {
        let top = self.scroll.with_value(|scroll| scroll.top_px);
        self.heights
            .with_value(|heights| heights.line_at(top + y_px))
    }

    fn view_px(&self) -> f64 {
        self.scroll.with_value(|scroll| scroll.height_px) - self.head_px.get_untracked()
    }

    fn scroll_to(&self, top_px: f64, left_px: f64) {
        let before = self.scroll.get_value();
        let Some(element) = self.scroller.get_untracked() else {
            return;
        };
        if (top_px - before.top_px).abs() >= 1.0 {
            element.set_scroll_top(top_px.round() as i32);
        }
        if (left_px - before.left_px).abs() >= 1.0 {
            element.set_scroll_left(left_px.round() as i32);
        }
        self.scroll.update_value(|scroll| {
            (scroll.top_px, scroll.left_px) = (top_px.round(), left_px.round())
        });
    }

    /// Moves lines to where they belong now, and scrolls so that the anchor does not move.
    fn lay_out(&self, anchor: geometry::Anchor) {
        let top = self
            .heights
            .with_value(|heights| heights.anchored_px(anchor));
        // Before scrolling: the browser does not scroll further than what is there.
        let total = self.stretch();
        let left = self.scroll.with_value(|scroll| scroll.left_px);
        let top = top.min((total - self.view_px()).max(0.0));
        self.scroll_to(top, left);
        self.laid_out.update(|count| *count = count.wrapping_add(1));
        self.draw_window();
    }

    /// Makes the table as high as its lines; returns how high.
    fn stretch(&self) -> f64 {
        let total = self.heights.with_value(Heights::total_px);
        if let Some(body) = self.body.get_untracked() {
            let style = web_sys::HtmlElement::style(&body);
            style
                .set_property("height", &format!("{total}px"))
                .unwrap_or_default();
        }
        total
    }

    fn draw_window(&self) {
        let top = self.scroll.with_value(|scroll| scroll.top_px);
        let window = self
            .heights
            .with_value(|heights| heights.window(top, self.view_px().max(0.0)));
        let cut = (top > 0.0).then(|| self.heights.with_value(|heights| heights.line_at(top)));
        if self.cut.get_untracked() != cut {
            self.cut.set(cut);
        }
        let needed = window.len().div_ceil(POOL_STEP) * POOL_STEP;
        if needed > self.pool.get_untracked() {
            self.pool.set(needed);
        }
        if self.window.with_untracked(|before| *before != window) {
            self.window.set(window);
        }
    }
}
