//! Where what is pasted goes. Knows lines and columns, not who may write there.

use std::collections::BTreeMap;

use super::clipboard::Clip;
use super::outline::Outline;
use super::selection::{Range, Selection, Spot};

/// What is pasted, cell by cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread<'a> {
    /// Which cell gets which text.
    pub writes: Vec<(Spot, &'a str)>,
    /// Texts that the table is too small for.
    pub outside: usize,
    /// Ranges that do not have the shape of what is pasted, and get nothing of it.
    pub misfit: usize,
    /// What is selected afterwards; `None` to leave the selection.
    pub range: Option<Range>,
}

/// Lays cells over the table from the corner of the selection on; bands are passed over. One text fills all that is selected; a block
/// fills a selection that it fits into several times. Of several ranges each is filled that it fits into, and from a single cell on it goes
/// as far as it needs.
pub fn spread<'a>(clip: &'a Clip, selection: &Selection, outline: &Outline) -> Spread<'a> {
    if let [row] = clip.rows.as_slice()
        && let [text] = row.as_slice()
    {
        let cells = selection.cells(outline).into_iter();
        return Spread {
            writes: cells.map(|spot| (spot, text.as_str())).collect(),
            outside: 0,
            misfit: 0,
            range: None,
        };
    }
    let ranges: Vec<&Range> = selection.ranges().collect();
    if let [range] = ranges.as_slice() {
        return laid_over(clip, range, outline);
    }
    let mut writes = BTreeMap::new();
    let (mut outside, mut misfit) = (0, 0);
    for range in ranges {
        let is_one = rows_in(range, outline).len() == 1 && range.columns().count() == 1;
        if is_one || tiles(clip, range, outline) {
            let laid = laid_over(clip, range, outline);
            // Where two meet, the one that was chosen last.
            writes.extend(laid.writes);
            outside += laid.outside;
        } else {
            misfit += 1;
        }
    }
    Spread {
        writes: writes.into_iter().collect(),
        outside,
        misfit,
        range: None,
    }
}

/// Tells whether a block fits into a range once or several times.
fn tiles(clip: &Clip, range: &Range, outline: &Outline) -> bool {
    let (rows, columns) = (rows_in(range, outline).len(), range.columns().count());
    rows > 0 && rows.is_multiple_of(clip.rows.len()) && columns.is_multiple_of(clip.width())
}

/// Lays a block over a range: as often as it fits, else once from its corner on.
fn laid_over<'a>(clip: &'a Clip, range: &Range, outline: &Outline) -> Spread<'a> {
    let (height, width) = (clip.rows.len(), clip.width());
    let rows = rows_in(range, outline).len();
    let columns = range.columns().count();
    let (tall, wide) = if tiles(clip, range, outline) {
        (rows, columns)
    } else {
        (height, width)
    };
    let (first_line, first_column) = (*range.lines().start(), *range.columns().start());
    let mut lines = (first_line..outline.len()).filter(|line| outline.row_id(*line).is_some());
    let mut spread = Spread {
        writes: Vec::with_capacity(tall * wide),
        outside: 0,
        misfit: 0,
        range: None,
    };
    for index in 0..tall {
        let line = lines.next();
        let row = &clip.rows[index % height];
        for offset in 0..wide {
            let Some(text) = row.get(offset % width) else {
                continue;
            };
            let column = first_column + offset;
            match line.filter(|_| column < outline.columns()) {
                Some(line) => spread.writes.push((Spot { line, column }, text)),
                None => spread.outside += 1,
            }
        }
        if let Some(line) = line {
            let last = (first_column + wide).min(outline.columns());
            spread.range = Some(Range {
                anchor: spread.range.map_or(
                    Spot {
                        line,
                        column: first_column,
                    },
                    |range| range.anchor,
                ),
                corner: Spot {
                    line,
                    column: last.saturating_sub(1),
                },
            });
        }
    }
    spread
}

/// Returns the rows among the lines of a range.
pub fn rows_in(range: &Range, outline: &Outline) -> Vec<usize> {
    range
        .lines()
        .filter(|line| outline.row_id(*line).is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::chance::numbers;
    use super::super::outline::fixture;
    use super::*;

    /// Pasting by hand: onto an endless sheet of rows without bands, text by text, as often as it fits; then the sheet is cut to the table.
    fn by_hand(clip: &Clip, range: &Range, outline: &Outline) -> (BTreeMap<Spot, String>, usize) {
        let rows: Vec<usize> = (0..outline.len())
            .filter(|line| outline.row_id(*line).is_some())
            .collect();
        let begin = rows.iter().position(|line| line >= range.lines().start());
        let begin = begin.unwrap_or(rows.len());
        let (tall, wide) = (rows_in(range, outline).len(), range.columns().count());
        let (height, width) = (clip.rows.len(), clip.width());
        let fits = tall > 0 && tall.is_multiple_of(height) && wide.is_multiple_of(width);
        let (down, across) = match fits {
            true => (tall / height, wide / width),
            false => (1, 1),
        };
        let mut sheet = BTreeMap::new();
        for (copy_down, copy_across) in (0..down).flat_map(|d| (0..across).map(move |a| (d, a))) {
            for (row, cells) in clip.rows.iter().enumerate() {
                for (column, text) in cells.iter().enumerate() {
                    let place = (
                        begin + copy_down * height + row,
                        range.columns().start() + copy_across * width + column,
                    );
                    sheet.insert(place, text.clone());
                }
            }
        }
        let (inside, outside): (Vec<_>, Vec<_>) = sheet
            .into_iter()
            .partition(|((row, column), _)| *row < rows.len() && *column < outline.columns());
        let inside = inside.into_iter().map(|((row, column), text)| {
            let line = rows[row];
            (Spot { line, column }, text)
        });
        (inside.collect(), outside.len())
    }

    #[test]
    fn what_is_pasted_lies_where_hands_would_have_put_it() {
        for seed in 0..3_000 {
            let mut draw = numbers(seed);
            let mut below = move |bound: usize| draw(bound as u64) as usize;
            let letters: String = (0..2 + below(12))
                .map(|_| ['A', 'a', '.', '.', '.', '.'][below(6)])
                .collect();
            let columns = 1 + below(6);
            let outline = fixture(&format!("{letters}."), columns);
            let rows = rows_in(
                &Range {
                    anchor: Spot { line: 0, column: 0 },
                    corner: Spot {
                        line: outline.len() - 1,
                        column: 0,
                    },
                },
                &outline,
            );
            let mut any = || Spot {
                line: rows[below(rows.len())],
                column: below(columns),
            };
            let range = Range {
                anchor: any(),
                corner: any(),
            };
            let (height, width) = (1 + below(4), 1 + below(3));
            let mut number = 0;
            let mut text = || {
                number += 1;
                number.to_string()
            };
            // Rows of texts from elsewhere may end early.
            let clip = Clip {
                rows: (0..height)
                    .map(|row| {
                        let length = if row == 0 {
                            width
                        } else {
                            width - below(width)
                        };
                        (0..length).map(|_| text()).collect()
                    })
                    .collect(),
            };
            if (height, width) == (1, 1) {
                continue;
            }
            let found = spread(&clip, &Selection::over(range), &outline);
            let writes = found.writes.iter();
            let writes: BTreeMap<Spot, String> = writes
                .map(|(spot, text)| (*spot, (*text).to_owned()))
                .collect();
            let expected = by_hand(&clip, &range, &outline);
            assert_eq!(
                (writes, found.outside),
                expected,
                "seed {seed}: {letters}, {range:?}, {clip:?}"
            );
            let selected = found.range.map(Selection::over).expect("a row was there");
            assert!(
                found.writes.iter().all(|(spot, _)| selected.holds(*spot)),
                "seed {seed}: what was pasted is selected"
            );
        }
    }

    #[test]
    fn of_several_ranges_each_is_filled_that_has_the_shape() {
        let outline = fixture("A......", 4);
        let spot = |line, column| Spot { line, column };
        let range = |from: (usize, usize), to: (usize, usize)| Range {
            anchor: spot(from.0, from.1),
            corner: spot(to.0, to.1),
        };
        let clip = Clip {
            rows: vec![vec!["一".to_owned(), "二".to_owned()]],
        };
        let fill = |ranges: &[Range]| {
            let (first, rest) = ranges.split_first().expect("a range");
            let selection = Selection::over(*first);
            let selection = rest.iter().fold(selection, |all, one| all.add_range(*one));
            let found = spread(&clip, &selection, &outline);
            let writes = found.writes.iter();
            let writes: Vec<String> = writes
                .map(|(spot, text)| format!("{}:{}{text}", spot.line, spot.column))
                .collect();
            (writes.join(" "), found.outside, found.misfit)
        };
        let both = [range((1, 0), (1, 1)), range((3, 2), (4, 3))];
        let expected = "1:0一 1:1二 3:2一 3:3二 4:2一 4:3二".to_owned();
        assert_eq!(fill(&both), (expected, 0, 0));
        let odd = [range((1, 0), (2, 2)), range((4, 0), (4, 1))];
        assert_eq!(fill(&odd), ("4:0一 4:1二".to_owned(), 0, 1));
        let cells = [range((1, 0), (1, 0)), range((2, 3), (2, 3))];
        assert_eq!(fill(&cells), ("1:0一 1:1二 2:3一".to_owned(), 1, 0));
        let meeting = [range((1, 0), (1, 0)), range((1, 1), (1, 1))];
        assert_eq!(fill(&meeting), ("1:0一 1:1一 1:2二".to_owned(), 0, 0));
    }

    #[test]
    fn one_text_fills_all_that_is_selected() {
        let outline = fixture("A..", 3);
        let clip = Clip {
            rows: vec![vec!["同".to_owned()]],
        };
        let spot = |line, column| Spot { line, column };
        let selection = Selection::at(spot(1, 0)).grow_to(spot(2, 1));
        let found = spread(&clip, &selection, &outline);
        assert_eq!(found.writes.len(), 4);
        assert_eq!((found.outside, found.range), (0, None));
    }
}
