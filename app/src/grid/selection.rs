//! Which cell is active and what is selected: ranges of cells, the active cell in one of them. Where moves lead is said by `moves`.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::command::{Direction, Reach};
use super::moves::{self, Ground};
use super::outline::Outline;

/// 200 ranges: more than anybody clicks together, and few enough to look through for every drawn row.
const RANGES_MAX: usize = 200;

/// A cell by its position among lines and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Spot {
    /// Among all lines, bands included.
    pub line: usize,
    /// Among all columns.
    pub column: usize,
}

/// A rectangle of cells between two corners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// The corner that stays when it grows.
    pub anchor: Spot,
    /// The corner that moves.
    pub corner: Spot,
}

impl Range {
    /// A rectangle of one cell.
    pub fn of(spot: Spot) -> Self {
        Self {
            anchor: spot,
            corner: spot,
        }
    }

    /// Returns its lines, bands included.
    pub fn lines(&self) -> RangeInclusive<usize> {
        self.anchor.line.min(self.corner.line)..=self.anchor.line.max(self.corner.line)
    }

    /// Returns its columns.
    pub fn columns(&self) -> RangeInclusive<usize> {
        self.anchor.column.min(self.corner.column)..=self.anchor.column.max(self.corner.column)
    }

    /// Tells whether a cell lies in it.
    pub fn holds(&self, spot: Spot) -> bool {
        self.lines().contains(&spot.line) && self.columns().contains(&spot.column)
    }
}

/// What moves do to the selection until the key is pressed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Growth {
    /// They take the active cell along.
    #[default]
    None,
    /// They grow the range (F8).
    Grow,
    /// They begin a further range (Shift+F8).
    Add,
}

/// The ranges that are selected, with the active cell in one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Where typing goes.
    pub active: Spot,
    /// The range that grows.
    pub range: Range,
    /// What moves do.
    pub growth: Growth,
    /// The other ranges, in the order of choosing.
    others: Vec<Range>,
    /// The range was begun in the mode that adds, and has only been moved since.
    loose: bool,
    /// The column where Tab was first pressed: Enter returns there.
    begun: Option<usize>,
}

impl Selection {
    /// Selects one cell.
    pub fn at(spot: Spot) -> Self {
        Self {
            active: spot,
            range: Range::of(spot),
            ..Self::default()
        }
    }

    /// Moves the active cell; nothing else stays selected, unless a mode says so.
    pub fn go(self, reach: Reach, ground: &Ground<'_>) -> Self {
        match self.growth {
            Growth::None => Self::at(moves::reached(self.active, reach, ground)),
            Growth::Grow => self.grow(reach, ground),
            Growth::Add => {
                let spot = moves::reached(self.active, reach, ground);
                let begun = if self.loose { self } else { self.put_aside() };
                Self {
                    active: spot,
                    range: Range::of(spot),
                    loose: true,
                    ..begun
                }
            }
        }
    }

    /// Moves the other corner.
    pub fn grow(self, reach: Reach, ground: &Ground<'_>) -> Self {
        let corner = moves::reached(self.range.corner, reach, ground);
        self.grow_to(corner)
    }

    /// Moves the other corner to a cell.
    pub fn grow_to(self, spot: Spot) -> Self {
        Self {
            range: Range {
                corner: spot,
                ..self.range
            },
            begun: None,
            loose: false,
            ..self
        }
    }

    /// Begins a further range at a cell. A single cell that was chosen before is let go instead.
    pub fn add(mut self, spot: Spot) -> Self {
        let same = Range::of(spot);
        let known = self.others.iter().position(|range| *range == same);
        if let Some(index) = known {
            self.others.remove(index);
            return self;
        }
        if self.range == same {
            if let Some(last) = self.others.pop() {
                self.range = last;
                self.active = last.anchor;
            }
            return self;
        }
        Self {
            active: spot,
            range: same,
            begun: None,
            ..self.put_aside()
        }
    }

    /// Selects a range; the active cell is its first corner.
    pub fn over(range: Range) -> Self {
        Self {
            active: range.anchor,
            range,
            ..Self::default()
        }
    }

    /// Adds a range to what is selected.
    pub fn add_range(self, range: Range) -> Self {
        Self {
            active: range.anchor,
            range,
            begun: None,
            ..self.put_aside()
        }
    }

    /// Selects only the active cell.
    pub fn collapse(self) -> Self {
        Self::at(self.active)
    }

    /// Makes all ranges as wide as the table.
    pub fn whole_rows(self, outline: &Outline) -> Self {
        let last = outline.columns().saturating_sub(1);
        self.reshaped(|range| Range {
            anchor: Spot {
                column: 0,
                ..range.anchor
            },
            corner: Spot {
                column: last,
                ..range.corner
            },
        })
    }

    /// Makes all ranges as high as the table.
    pub fn whole_columns(self, outline: &Outline) -> Self {
        let (first, last) = rows_of(outline);
        self.reshaped(|range| Range {
            anchor: Spot {
                line: first,
                ..range.anchor
            },
            corner: Spot {
                line: last,
                ..range.corner
            },
        })
    }

    /// Turns moves into growing or adding, or back.
    pub fn toggle(self, growth: Growth) -> Self {
        let growth = if self.growth == growth {
            Growth::None
        } else {
            growth
        };
        Self {
            growth,
            loose: false,
            ..self
        }
    }

    /// Moves as Tab does. In a range it goes round in it; else it remembers where the row was begun. Behind the last cell of a row
    /// comes the next row; nothing comes behind the last of all.
    pub fn tab(self, way: Direction, ground: &Ground<'_>) -> Self {
        if !self.is_single() {
            return self.cycled(way, ground.outline);
        }
        let spot = moves::stepped(self.active, way, ground.outline);
        if spot != self.active {
            let begun = self.begun.or(Some(self.active.column));
            return Self {
                begun,
                ..Self::at(spot)
            };
        }
        let last_column = ground.outline.columns().saturating_sub(1);
        let next = match way {
            Direction::Left | Direction::Up => {
                ground.outline.row_above(spot.line).map(|line| Spot {
                    line,
                    column: last_column,
                })
            }
            Direction::Right | Direction::Down => {
                let column = ground.frozen.min(last_column);
                ground
                    .outline
                    .row_below(spot.line)
                    .map(|line| Spot { line, column })
            }
        };
        Self::at(next.unwrap_or(spot))
    }

    /// Moves as Enter does: round in a range; else down or up, to the column where the row was begun.
    pub fn enter(self, way: Direction, ground: &Ground<'_>) -> Self {
        if !self.is_single() {
            return self.cycled(way, ground.outline);
        }
        let mut spot = moves::stepped(self.active, way, ground.outline);
        if spot.line != self.active.line {
            spot.column = self.begun.unwrap_or(spot.column);
        }
        Self::at(spot)
    }

    /// Selects the group of rows around the active cell, and if that is selected already, all rows.
    pub fn all(self, outline: &Outline) -> Self {
        let columns = outline.columns().saturating_sub(1);
        let over = |(first, last): (usize, usize)| Range {
            anchor: Spot {
                line: first,
                column: 0,
            },
            corner: Spot {
                line: last,
                column: columns,
            },
        };
        let group = over(moves::group(self.active.line, outline));
        let is_group = self.others.is_empty() && self.range == group;
        let range = if is_group || self.range == over(rows_of(outline)) {
            over(rows_of(outline))
        } else {
            group
        };
        Self {
            active: self.active,
            ..Self::over(range)
        }
    }

    /// Selects all rows; the active cell stays.
    pub fn table(self, outline: &Outline) -> Self {
        let (first, last) = rows_of(outline);
        let corner = Spot {
            line: last,
            column: outline.columns().saturating_sub(1),
        };
        let anchor = Spot {
            line: first,
            column: 0,
        };
        Self {
            active: self.active,
            ..Self::over(Range { anchor, corner })
        }
    }

    /// Moves the active cell to the next corner of its range, clockwise.
    pub fn next_corner(self) -> Self {
        let (lines, columns) = (self.range.lines(), self.range.columns());
        let (top, bottom) = (*lines.start(), *lines.end());
        let (left, right) = (*columns.start(), *columns.end());
        let corners = [(top, left), (top, right), (bottom, right), (bottom, left)];
        let here = corners
            .iter()
            .position(|corner| *corner == (self.active.line, self.active.column));
        let (line, column) = corners[here.map_or(0, |index| (index + 1) % 4)];
        Self {
            active: Spot { line, column },
            ..self
        }
    }

    /// Returns all ranges; the one that grows is the last.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = &Range> {
        self.others.iter().chain(std::iter::once(&self.range))
    }

    /// Tells whether a cell is selected.
    pub fn holds(&self, spot: Spot) -> bool {
        self.ranges().any(|range| range.holds(spot))
    }

    /// Tells whether only the active cell is selected.
    pub fn is_single(&self) -> bool {
        self.others.is_empty() && self.range == Range::of(self.active)
    }

    /// Returns the columns of a line that are selected, as first and last; ranges may overlap.
    pub fn spans(&self, line: usize) -> Vec<(usize, usize)> {
        self.ranges()
            .filter(|range| range.lines().contains(&line))
            .map(|range| (*range.columns().start(), *range.columns().end()))
            .collect()
    }

    /// Returns the lines and columns of one rectangle that all ranges make together: side by side or one under the other.
    /// `None` if they make none, as when corners are chosen.
    pub fn rectangle(&self, outline: &Outline) -> Option<(Vec<usize>, Vec<usize>)> {
        let is_row = |line: &usize| outline.row_id(*line).is_some();
        let same = |other: &Range| {
            (
                other.lines() == self.range.lines(),
                other.columns() == self.range.columns(),
            )
        };
        let same: Vec<(bool, bool)> = self.others.iter().map(same).collect();
        if !same.iter().all(|same| same.0) && !same.iter().all(|same| same.1) {
            return None;
        }
        let lines: BTreeSet<usize> = self.ranges().flat_map(Range::lines).collect();
        let columns: BTreeSet<usize> = self.ranges().flat_map(Range::columns).collect();
        Some((
            lines.into_iter().filter(is_row).collect(),
            columns.into_iter().collect(),
        ))
    }

    /// Returns all selected cells once, line by line.
    pub fn cells(&self, outline: &Outline) -> Vec<Spot> {
        let mut cells: Vec<Spot> = Vec::new();
        for range in self.ranges() {
            let rows = range.lines().filter(|line| outline.row_id(*line).is_some());
            cells.extend(
                rows.flat_map(|line| range.columns().map(move |column| Spot { line, column })),
            );
        }
        if !self.others.is_empty() {
            cells.sort_unstable();
            cells.dedup();
        }
        cells
    }

    /// Returns the selection after the lines have changed: by id, so that a re-sorted row keeps its cell.
    pub fn carried(self, before: &Outline, after: &Outline) -> Self {
        let carry = |spot: Spot| {
            let moved = before
                .line(spot.line)
                .and_then(|line| after.index_of(super::outline::id(line)));
            let line = moved
                .unwrap_or(spot.line)
                .min(after.len().saturating_sub(1));
            Spot {
                line: after.nearest_row(line).unwrap_or(0),
                column: spot.column.min(after.columns().saturating_sub(1)),
            }
        };
        let active = carry(self.active);
        // A rectangle over lines in another order would hold other rows than were chosen.
        if self.is_single() || !after.has_lines_of(before) {
            return Self {
                begun: self.begun,
                growth: self.growth,
                ..Self::at(active)
            };
        }
        let carried = self.reshaped(|range| Range {
            anchor: carry(range.anchor),
            corner: carry(range.corner),
        });
        Self { active, ..carried }
    }

    fn reshaped(mut self, shape: impl Fn(Range) -> Range) -> Self {
        for range in &mut self.others {
            *range = shape(*range);
        }
        Self {
            range: shape(self.range),
            loose: false,
            ..self
        }
    }

    fn put_aside(mut self) -> Self {
        if self.others.len() < RANGES_MAX {
            self.others.push(self.range);
        }
        self
    }

    /// Goes to the next cell of the ranges: along rows sideways, along columns up and down, and from each range to the next.
    fn cycled(self, way: Direction, outline: &Outline) -> Self {
        let ranges: Vec<Range> = self.ranges().copied().collect();
        let here = ranges
            .iter()
            .rposition(|range| range.holds(self.active))
            .unwrap_or(ranges.len() - 1);
        let by_row = matches!(way, Direction::Left | Direction::Right);
        let forth = matches!(way, Direction::Right | Direction::Down);
        let active = next_in(&ranges[here], self.active, by_row, forth, outline).or_else(|| {
            let step = if forth { 1 } else { ranges.len() - 1 };
            end_of(&ranges[(here + step) % ranges.len()], forth, outline)
        });
        Self {
            active: active.unwrap_or(self.active),
            ..self
        }
    }
}

/// Returns the first and the last row of the table.
fn rows_of(outline: &Outline) -> (usize, usize) {
    (
        outline.nearest_row(0).unwrap_or(0),
        outline.row_above(outline.len()).unwrap_or(0),
    )
}

/// Returns the cell after another in a range; `None` behind its end.
fn next_in(
    range: &Range,
    spot: Spot,
    by_row: bool,
    forth: bool,
    outline: &Outline,
) -> Option<Spot> {
    let (lines, columns) = (range.lines(), range.columns());
    let near_line = |line: usize| {
        let next = if forth {
            outline.row_below(line)
        } else {
            outline.row_above(line)
        };
        next.filter(|line| lines.contains(line))
    };
    let near_column = |column: usize| {
        let next = if forth {
            Some(column + 1)
        } else {
            column.checked_sub(1)
        };
        next.filter(|column| columns.contains(column))
    };
    let end = end_of(range, forth, outline)?;
    let Spot { line, column } = spot;
    if by_row {
        let along = near_column(column).map(|column| Spot { line, column });
        along.or_else(|| {
            near_line(line).map(|line| Spot {
                line,
                column: end.column,
            })
        })
    } else {
        let along = near_line(line).map(|line| Spot { line, column });
        along.or_else(|| {
            near_column(column).map(|column| Spot {
                line: end.line,
                column,
            })
        })
    }
}

/// Returns the first cell of a range, or the last; `None` if it holds bands alone.
fn end_of(range: &Range, forth: bool, outline: &Outline) -> Option<Spot> {
    let is_row = |line: &usize| outline.row_id(*line).is_some();
    let line = if forth {
        range.lines().find(is_row)
    } else {
        range.lines().rev().find(is_row)
    }?;
    let columns = range.columns();
    let column = if forth {
        *columns.start()
    } else {
        *columns.end()
    };
    Some(Spot { line, column })
}

#[cfg(test)]
#[path = "selection_tests.rs"]
mod tests;
