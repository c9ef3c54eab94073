//! Which cell is active and what is selected: one active cell, one rectangle. Bands are stepped over.

use std::ops::RangeInclusive;

use super::command::{Direction, Reach};
use super::outline::Outline;

/// A cell by its position among lines and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// Among all lines, bands included.
    pub line: usize,
    /// Among all columns.
    pub column: usize,
}

/// The active cell and the rectangle that reaches from it to a corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// Where typing goes.
    pub active: Spot,
    /// The other corner of the rectangle; the active cell itself if nothing more is selected.
    pub corner: Spot,
    /// The column where Tab was first pressed: Enter returns there.
    begun: Option<usize>,
}

/// What a move needs to know of the cells, which the selection does not.
pub struct Ground<'a> {
    /// The lines.
    pub outline: &'a Outline,
    /// How many columns are frozen.
    pub frozen: usize,
    /// Whether there is something in a cell.
    pub filled: &'a dyn Fn(Spot) -> bool,
    /// The line one screen above or below another.
    pub page: &'a dyn Fn(usize, Direction) -> usize,
}

impl Selection {
    /// Selects one cell.
    pub fn at(spot: Spot) -> Self {
        Self {
            active: spot,
            corner: spot,
            begun: None,
        }
    }

    /// Moves the active cell; nothing else stays selected.
    pub fn go(self, reach: Reach, ground: &Ground<'_>) -> Self {
        Self::at(reached(self.active, reach, ground))
    }

    /// Moves the other corner.
    pub fn grow(self, reach: Reach, ground: &Ground<'_>) -> Self {
        Self {
            corner: reached(self.corner, reach, ground),
            begun: None,
            ..self
        }
    }

    /// Moves the other corner to a cell.
    pub fn grow_to(self, spot: Spot) -> Self {
        Self {
            corner: spot,
            begun: None,
            ..self
        }
    }

    /// Selects only the active cell.
    pub fn collapse(self) -> Self {
        Self {
            corner: self.active,
            ..self
        }
    }

    /// Moves as Tab does and remembers where the row was begun. Behind the last cell of a row comes the next row; nothing comes
    /// behind the last of all.
    pub fn tab(self, way: Direction, ground: &Ground<'_>) -> Self {
        let spot = reached(self.active, Reach::Step(way), ground);
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

    /// Moves as Enter does: down or up, to the column where the row was begun.
    pub fn enter(self, way: Direction, ground: &Ground<'_>) -> Self {
        let mut spot = reached(self.active, Reach::Step(way), ground);
        if spot.line != self.active.line {
            spot.column = self.begun.unwrap_or(spot.column);
        }
        Self::at(spot)
    }

    /// Selects all rows, and leaves the active cell where it is if it can.
    pub fn all(self, outline: &Outline) -> Self {
        let first = Spot {
            line: outline.nearest_row(0).unwrap_or(0),
            column: 0,
        };
        let last = Spot {
            line: outline.row_above(outline.len()).unwrap_or(0),
            column: outline.columns().saturating_sub(1),
        };
        Self {
            active: first,
            corner: last,
            begun: None,
        }
    }

    /// Returns the lines of the rectangle.
    pub fn lines(&self) -> RangeInclusive<usize> {
        self.active.line.min(self.corner.line)..=self.active.line.max(self.corner.line)
    }

    /// Returns the columns of the rectangle.
    pub fn columns(&self) -> RangeInclusive<usize> {
        self.active.column.min(self.corner.column)..=self.active.column.max(self.corner.column)
    }

    /// Tells whether only the active cell is selected.
    pub fn is_single(&self) -> bool {
        self.active == self.corner
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
        let corner = if self.is_single() || !after.has_lines_of(before) {
            active
        } else {
            carry(self.corner)
        };
        Self {
            active,
            corner,
            begun: self.begun,
        }
    }
}

/// Returns the cell that a move reaches.
fn reached(from: Spot, reach: Reach, ground: &Ground<'_>) -> Spot {
    let outline = ground.outline;
    let last_column = outline.columns().saturating_sub(1);
    let last_row = outline.row_above(outline.len()).unwrap_or(from.line);
    match reach {
        Reach::Step(way) => stepped(from, way, outline),
        Reach::Edge(way) => edge(from, way, ground),
        Reach::Page(Direction::Left) => Spot {
            column: ground.frozen.min(last_column),
            ..from
        },
        Reach::Page(Direction::Right) => Spot {
            column: last_column,
            ..from
        },
        Reach::Page(way) => {
            let line = (ground.page)(from.line, way);
            Spot {
                line: outline.nearest_row(line).unwrap_or(from.line),
                ..from
            }
        }
        Reach::RowStart => Spot { column: 0, ..from },
        Reach::RowEnd => Spot {
            column: last_column,
            ..from
        },
        Reach::TableStart => Spot {
            line: outline.nearest_row(0).unwrap_or(0),
            column: ground.frozen.min(last_column),
        },
        Reach::TableEnd => Spot {
            line: last_row,
            column: last_column,
        },
    }
}

fn stepped(from: Spot, way: Direction, outline: &Outline) -> Spot {
    let Spot { line, column } = from;
    match way {
        Direction::Up => Spot {
            line: outline.row_above(line).unwrap_or(line),
            column,
        },
        Direction::Down => Spot {
            line: outline.row_below(line).unwrap_or(line),
            column,
        },
        Direction::Left => Spot {
            line,
            column: column.saturating_sub(1),
        },
        Direction::Right => Spot {
            line,
            column: (column + 1).min(outline.columns().saturating_sub(1)),
        },
    }
}

/// Goes to the end of a block of filled cells, or to where the next one begins.
fn edge(from: Spot, way: Direction, ground: &Ground<'_>) -> Spot {
    let next = |spot| Some(stepped(spot, way, ground.outline)).filter(|reached| *reached != spot);
    let Some(mut here) = next(from) else {
        return from;
    };
    let inside = (ground.filled)(from) && (ground.filled)(here);
    while let Some(ahead) = next(here) {
        let stop = if inside {
            !(ground.filled)(ahead)
        } else {
            (ground.filled)(here)
        };
        if stop {
            break;
        }
        here = ahead;
    }
    here
}

#[cfg(test)]
mod tests {
    use super::super::outline::fixture;
    use super::*;
    use Direction::{Down, Left, Right, Up};

    fn spot(line: usize, column: usize) -> Spot {
        Spot { line, column }
    }

    fn with_ground<T>(
        outline: &Outline,
        filled: &[(usize, usize)],
        act: impl FnOnce(&Ground<'_>) -> T,
    ) -> T {
        act(&Ground {
            outline,
            frozen: 2,
            filled: &|spot: Spot| filled.contains(&(spot.line, spot.column)),
            page: &|line, way| {
                if way == Down {
                    (line + 10).min(outline.len() - 1)
                } else {
                    line.saturating_sub(10)
                }
            },
        })
    }

    #[test]
    fn steps_skip_bands_and_stop_at_the_edges() {
        let outline = fixture("Aa..b.", 3);
        with_ground(&outline, &[], |ground| {
            let start = Selection::at(spot(3, 2));
            assert_eq!(start.go(Reach::Step(Down), ground).active, spot(5, 2));
            assert_eq!(start.go(Reach::Step(Right), ground).active, spot(3, 2));
            assert_eq!(
                Selection::at(spot(2, 0)).go(Reach::Step(Up), ground).active,
                spot(2, 0)
            );
            assert_eq!(start.go(Reach::TableStart, ground).active, spot(2, 2));
            assert_eq!(start.go(Reach::TableEnd, ground).active, spot(5, 2));
            assert_eq!(start.go(Reach::RowStart, ground).active, spot(3, 0));
        });
    }

    #[test]
    fn enter_returns_to_the_column_where_the_row_was_begun() {
        let outline = fixture("A...", 6);
        with_ground(&outline, &[], |ground| {
            let tabbed = Selection::at(spot(1, 2))
                .tab(Right, ground)
                .tab(Right, ground);
            assert_eq!(tabbed.active, spot(1, 4));
            let next = tabbed.enter(Down, ground);
            assert_eq!(next.active, spot(2, 2));
            assert_eq!(next.enter(Down, ground).active, spot(3, 2));
            let strayed = tabbed.go(Reach::Step(Left), ground).enter(Down, ground);
            assert_eq!(
                strayed.active,
                spot(2, 3),
                "an arrow forgets where the row was begun"
            );
            assert_eq!(
                Selection::at(spot(3, 1)).enter(Down, ground).active,
                spot(3, 1)
            );
        });
    }

    #[test]
    fn shift_grows_a_rectangle_from_the_active_cell() {
        let outline = fixture("A....", 6);
        with_ground(&outline, &[], |ground| {
            let grown = Selection::at(spot(3, 3))
                .grow(Reach::Step(Up), ground)
                .grow(Reach::Step(Right), ground);
            assert_eq!((grown.lines(), grown.columns()), (2..=3, 3..=4));
            assert_eq!(grown.active, spot(3, 3));
            assert!(grown.go(Reach::Step(Left), ground).is_single());
            assert_eq!(grown.grow_to(spot(4, 0)).columns(), 0..=3);
        });
    }

    #[test]
    fn an_edge_is_the_end_of_a_block_or_the_start_of_the_next() {
        let outline = fixture("......", 1);
        let filled = [(1, 0), (2, 0), (4, 0)];
        with_ground(&outline, &filled, |ground| {
            let down = |line| {
                Selection::at(spot(line, 0))
                    .go(Reach::Edge(Down), ground)
                    .active
                    .line
            };
            assert_eq!(
                [down(0), down(1), down(2), down(4), down(5)],
                [1, 2, 4, 5, 5]
            );
        });
    }

    #[test]
    fn a_page_lands_on_a_row() {
        let outline = fixture("A.........a...", 1);
        with_ground(&outline, &[], |ground| {
            assert_eq!(
                Selection::at(spot(1, 0))
                    .go(Reach::Page(Down), ground)
                    .active
                    .line,
                11
            );
            assert_eq!(
                Selection::at(spot(9, 0))
                    .go(Reach::Page(Up), ground)
                    .active
                    .line,
                1
            );
        });
    }

    #[test]
    fn the_active_cell_follows_its_row_when_lines_change() {
        let before = fixture("A...", 3);
        let mut lines: Vec<_> = (0..4)
            .filter_map(|index| before.line(index).cloned())
            .collect();
        lines.reverse();
        let after = Outline::new(std::sync::Arc::new(lines), 3);
        let selection = Selection::at(spot(1, 2))
            .grow_to(spot(3, 2))
            .carried(&before, &after);
        assert_eq!(
            (selection.active, selection.is_single()),
            (spot(2, 2), true)
        );
        let shrunk = Selection::at(spot(3, 2)).carried(&before, &fixture("A.", 2));
        assert_eq!(shrunk.active, spot(1, 1));
    }

    #[test]
    fn tab_goes_on_in_the_next_row_and_ends_at_the_last_cell() {
        let outline = fixture(".a.", 4);
        with_ground(&outline, &[], |ground| {
            let next = Selection::at(spot(0, 3)).tab(Right, ground);
            assert_eq!(next.active, spot(2, 2), "the first column that scrolls");
            assert_eq!(
                Selection::at(spot(2, 0)).tab(Left, ground).active,
                spot(0, 3)
            );
            assert_eq!(
                Selection::at(spot(2, 3)).tab(Right, ground).active,
                spot(2, 3)
            );
            assert_eq!(
                Selection::at(spot(0, 0)).tab(Left, ground).active,
                spot(0, 0)
            );
        });
    }
}
