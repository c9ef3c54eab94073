//! Where what is pasted goes. Knows lines and columns, not who may write there.

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
    /// What is selected afterwards; `None` to leave the selection.
    pub range: Option<Range>,
}

/// Lays cells over the table from the corner of the selection on; bands are passed over. One text fills all that is selected; a block
/// fills a selection that it fits into several times.
pub fn spread<'a>(clip: &'a Clip, selection: &Selection, outline: &Outline) -> Spread<'a> {
    if let [row] = clip.rows.as_slice()
        && let [text] = row.as_slice()
    {
        let cells = selection.cells(outline).into_iter();
        return Spread {
            writes: cells.map(|spot| (spot, text.as_str())).collect(),
            outside: 0,
            range: None,
        };
    }
    let range = selection.range;
    let (height, width) = (clip.rows.len(), clip.width());
    let rows = rows_in(&range, outline).len();
    let columns = range.columns().count();
    let tiles = rows > 0 && rows.is_multiple_of(height) && columns.is_multiple_of(width);
    let (tall, wide) = if tiles {
        (rows, columns)
    } else {
        (height, width)
    };
    let (first_line, first_column) = (*range.lines().start(), *range.columns().start());
    let mut lines = (first_line..outline.len()).filter(|line| outline.row_id(*line).is_some());
    let mut spread = Spread {
        writes: Vec::with_capacity(tall * wide),
        outside: 0,
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
    use std::collections::BTreeMap;

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
