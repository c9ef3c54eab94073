//! The lines of the table with what moving needs to know of them. Built once for each list of lines.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::model::Line;

/// The lines, indexed.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    lines: Arc<Vec<Line>>,
    /// Where the bands stand, from above.
    bands: Vec<usize>,
    /// Made when somebody first asks: opening a large table does not.
    by_id: OnceLock<HashMap<String, usize>>,
    columns: usize,
}

impl Outline {
    /// Indexes lines.
    pub fn new(lines: Arc<Vec<Line>>, columns: usize) -> Self {
        let is_band = |index: &usize| matches!(lines[*index], Line::Band { .. });
        Self {
            bands: (0..lines.len()).filter(is_band).collect(),
            by_id: OnceLock::new(),
            lines,
            columns,
        }
    }

    /// Returns how many lines there are, bands included.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Returns how many columns there are.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Returns a line.
    pub fn line(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }

    /// Returns the id of the row at a line; `None` for a band.
    pub fn row_id(&self, index: usize) -> Option<&str> {
        match self.lines.get(index)? {
            Line::Row { id } => Some(id),
            Line::Band { .. } => None,
        }
    }

    /// Returns where the line with an id stands.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        let by_id = self.by_id.get_or_init(|| {
            let lines = self.lines.iter().enumerate();
            lines
                .map(|(index, line)| (self::id(line).to_owned(), index))
                .collect()
        });
        by_id.get(id).copied()
    }

    /// Returns the next row after a line.
    pub fn row_below(&self, index: usize) -> Option<usize> {
        (index + 1..self.len()).find(|index| self.row_id(*index).is_some())
    }

    /// Returns the row before a line.
    pub fn row_above(&self, index: usize) -> Option<usize> {
        (0..index.min(self.len()))
            .rev()
            .find(|index| self.row_id(*index).is_some())
    }

    /// Returns the line itself if it is a row, else the nearest row below, else above.
    pub fn nearest_row(&self, index: usize) -> Option<usize> {
        if self.row_id(index).is_some() {
            return Some(index);
        }
        self.row_below(index).or_else(|| self.row_above(index))
    }

    /// Tells whether every line stands where it stands in another outline.
    pub fn has_lines_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.lines, &other.lines) || self.lines == other.lines
    }

    /// Returns the bands that a line stands under, outermost first.
    pub fn bands_over(&self, index: usize) -> Vec<&Line> {
        let mut found: Vec<&Line> = Vec::new();
        let mut below = u8::MAX;
        let above = self.bands.partition_point(|band| *band <= index);
        for line in self.bands[..above]
            .iter()
            .rev()
            .map(|band| &self.lines[*band])
        {
            if let Line::Band { level, .. } = line
                && *level < below
            {
                below = *level;
                found.insert(0, line);
                if *level <= 1 {
                    break;
                }
            }
        }
        found
    }
}

/// Returns the id of a line.
pub fn id(line: &Line) -> &str {
    match line {
        Line::Band { id, .. } | Line::Row { id } => id,
    }
}

/// Outlines of one list are the same. Equal lists that were built twice are not: the rows behind them may have come in between.
impl PartialEq for Outline {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns && Arc::ptr_eq(&self.lines, &other.lines)
    }
}

/// Reads an outline from letters, for tests: `A` and `a` are bands of level 1 and 2, a dot is a row.
#[cfg(test)]
pub fn fixture(letters: &str, columns: usize) -> Outline {
    let lines = letters
        .chars()
        .enumerate()
        .map(|(index, letter)| match letter {
            '.' => Line::Row {
                id: format!("r{index}"),
            },
            letter => Line::Band {
                id: format!("b{index}"),
                level: if letter.is_uppercase() { 1 } else { 2 },
                text: letter.to_string(),
                detail: String::new(),
            },
        })
        .collect();
    Outline::new(Arc::new(lines), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_knows_the_bands_it_stands_under() {
        let outline = fixture("Aa..b.Bc.", 3);
        let over = |index| -> String {
            outline
                .bands_over(index)
                .iter()
                .map(|line| id(line))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(over(3), "b0 b1");
        assert_eq!(over(5), "b0 b4");
        assert_eq!(over(8), "b6 b7");
    }

    #[test]
    fn bands_are_no_rows() {
        let outline = fixture("Aa..b.B", 3);
        assert_eq!(outline.nearest_row(0), Some(2));
        assert_eq!(outline.nearest_row(6), Some(5));
        assert_eq!(outline.row_below(3), Some(5));
        assert_eq!(outline.row_above(2), None);
        assert_eq!(fixture("Aa", 3).nearest_row(0), None);
    }
}
