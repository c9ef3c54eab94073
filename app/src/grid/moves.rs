//! Where a move leads. Bands are stepped over.

use super::command::{Direction, Reach};
use super::outline::Outline;
use super::selection::Spot;

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
    /// The column one screen to the left or the right of another.
    pub page_sideways: &'a dyn Fn(usize, Direction) -> usize,
    /// The last line and the last column in which anything stands; `None` where nothing does.
    pub last_used: &'a dyn Fn() -> Option<Spot>,
}

/// Returns the cell that a move reaches.
pub fn reached(from: Spot, reach: Reach, ground: &Ground<'_>) -> Spot {
    let outline = ground.outline;
    let last_column = outline.columns().saturating_sub(1);
    let last_row = outline.row_above(outline.len()).unwrap_or(from.line);
    match reach {
        Reach::Step(way) => stepped(from, way, outline),
        Reach::Edge(way) => edge(from, way, ground),
        Reach::Page(way @ (Direction::Left | Direction::Right)) => Spot {
            column: (ground.page_sideways)(from.column, way).min(last_column),
            ..from
        },
        Reach::Page(way) => {
            let line = (ground.page)(from.line, way);
            Spot {
                line: outline.nearest_row(line).unwrap_or(from.line),
                ..from
            }
        }
        Reach::Group(way) => Spot {
            line: next_group(from.line, way, outline),
            ..from
        },
        Reach::RowStart => Spot { column: 0, ..from },
        Reach::RowEnd => Spot {
            column: last_column,
            ..from
        },
        Reach::TableStart => Spot {
            line: outline.nearest_row(0).unwrap_or(0),
            column: ground.frozen.min(last_column),
        },
        Reach::TableEnd => (ground.last_used)().unwrap_or(Spot {
            line: last_row,
            column: last_column,
        }),
    }
}

/// Returns the neighbour of a cell, or the cell itself at the edge of the table.
pub fn stepped(from: Spot, way: Direction, outline: &Outline) -> Spot {
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

/// Returns the lines of the group of rows that a row stands in: its neighbours without a band between them.
pub fn group(line: usize, outline: &Outline) -> (usize, usize) {
    let is_row = |line: &usize| outline.row_id(*line).is_some();
    let first = (0..line).rev().take_while(is_row).last().unwrap_or(line);
    let last = (line + 1..outline.len())
        .take_while(is_row)
        .last()
        .unwrap_or(line);
    (first, last)
}

/// Goes to the first row of the next group; upwards to the first of its own, then of the one before.
fn next_group(line: usize, way: Direction, outline: &Outline) -> usize {
    let (first, last) = group(line, outline);
    match way {
        Direction::Down | Direction::Right => outline.row_below(last).unwrap_or(line),
        Direction::Up | Direction::Left if first < line => first,
        Direction::Up | Direction::Left => outline
            .row_above(first)
            .map_or(line, |line| group(line, outline).0),
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

    fn go(
        outline: &Outline,
        filled: &[(usize, usize)],
        from: (usize, usize),
        reach: Reach,
    ) -> (usize, usize) {
        let ground = Ground {
            outline,
            frozen: 2,
            filled: &|spot: Spot| filled.contains(&(spot.line, spot.column)),
            page: &|line, way| match way {
                Down => (line + 10).min(outline.len() - 1),
                _ => line.saturating_sub(10),
            },
            page_sideways: &|column, way| match way {
                Right => column + 4,
                _ => column.saturating_sub(4),
            },
            last_used: &|| {
                let line = filled.iter().map(|(line, _)| *line).max()?;
                let column = filled.iter().map(|(_, column)| *column).max()?;
                Some(spot(line, column))
            },
        };
        let Spot { line, column } = reached(spot(from.0, from.1), reach, &ground);
        (line, column)
    }

    #[test]
    fn steps_skip_bands_and_stop_at_the_edges() {
        let outline = fixture("Aa..b.", 3);
        let go = |from, reach| go(&outline, &[], from, reach);
        assert_eq!(go((3, 2), Reach::Step(Down)), (5, 2));
        assert_eq!(go((3, 2), Reach::Step(Right)), (3, 2));
        assert_eq!(go((2, 0), Reach::Step(Up)), (2, 0));
        assert_eq!(go((2, 0), Reach::Step(Left)), (2, 0));
        assert_eq!(go((3, 2), Reach::TableStart), (2, 2));
        assert_eq!(go((3, 2), Reach::TableEnd), (5, 2));
        assert_eq!(go((3, 2), Reach::RowStart), (3, 0));
        assert_eq!(go((3, 0), Reach::RowEnd), (3, 2));
    }

    #[test]
    fn an_edge_is_the_end_of_a_block_or_the_start_of_the_next() {
        let outline = fixture("......", 1);
        let filled = [(1, 0), (2, 0), (4, 0)];
        let down = |line| go(&outline, &filled, (line, 0), Reach::Edge(Down)).0;
        assert_eq!(
            [down(0), down(1), down(2), down(4), down(5)],
            [1, 2, 4, 5, 5]
        );
    }

    #[test]
    fn a_page_lands_on_a_row() {
        let outline = fixture("A.........a...", 1);
        assert_eq!(go(&outline, &[], (1, 0), Reach::Page(Down)).0, 11);
        assert_eq!(go(&outline, &[], (9, 0), Reach::Page(Up)).0, 1);
    }

    #[test]
    fn a_page_sideways_ends_in_the_table_and_its_end_is_what_was_used_last() {
        let outline = fixture("A....", 9);
        let go = |filled: &[(usize, usize)], from, reach| go(&outline, filled, from, reach);
        assert_eq!(go(&[], (1, 2), Reach::Page(Right)), (1, 6));
        assert_eq!(go(&[], (1, 6), Reach::Page(Right)), (1, 8));
        assert_eq!(go(&[], (1, 8), Reach::Page(Left)), (1, 4));
        let filled = [(1, 7), (3, 2)];
        assert_eq!(go(&filled, (1, 0), Reach::TableEnd), (3, 7));
        assert_eq!(go(&[], (1, 0), Reach::TableEnd), (4, 8));
    }

    #[test]
    fn groups_lie_between_bands() {
        let outline = fixture("Aa..b...B.", 1);
        let go = |line, way| go(&outline, &[], (line, 0), Reach::Group(way)).0;
        assert_eq!([go(2, Down), go(3, Down), go(6, Down)], [5, 5, 9]);
        assert_eq!(go(9, Down), 9, "behind the last group comes none");
        assert_eq!([go(7, Up), go(5, Up), go(2, Up)], [5, 2, 2]);
        assert_eq!(group(6, &outline), (5, 7));
        assert_eq!(group(9, &outline), (9, 9));
    }
}
