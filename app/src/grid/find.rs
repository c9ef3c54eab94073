//! Finding and replacing over all rows, drawn or not. Pure: rows come as they stand, what is to be written goes out.

use std::{collections::BTreeMap, sync::Arc};

use super::model::{CellKind, ColumnSpec, Line, RowContent};
use super::needle::Needle;
use super::selection::Spot;

/// Returns the cells that hold a needle, line by line. A band that holds it counts once, as the first cell below it.
///
/// `row`: the row with an id; one that is not there holds nothing.
pub fn hits(
    needle: &Needle,
    lines: &[Line],
    columns: usize,
    row: impl Fn(&str) -> Option<Arc<RowContent>>,
) -> Vec<Spot> {
    let mut found = Vec::new();
    let mut in_band = false;
    for (line, content) in lines.iter().enumerate() {
        match content {
            Line::Band { text, .. } => in_band |= needle.is_in(text),
            Line::Row { id } => {
                let content = row(id);
                let cells = content
                    .iter()
                    .flat_map(|row| row.cells.iter().take(columns));
                let first = found.len();
                found.extend(
                    cells
                        .enumerate()
                        .filter(|(_, cell)| needle.is_in(&cell.shown))
                        .map(|(column, _)| Spot { line, column }),
                );
                let spot = Spot { line, column: 0 };
                if std::mem::take(&mut in_band) && found.get(first) != Some(&spot) {
                    found.insert(first, spot);
                }
            }
        }
    }
    found
}

/// Which hit is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The active cell if it is one, else the next.
    Here,
    /// The next.
    Next,
    /// The one before.
    Previous,
}

/// Returns the index of the hit that is wanted from a cell on; behind the last comes the first.
pub fn wanted(hits: &[Spot], from: Spot, wanted: Wanted) -> Option<usize> {
    let last = hits.len().checked_sub(1)?;
    let place = |spot: &Spot| (spot.line, spot.column);
    let from = place(&from);
    let next = match wanted {
        Wanted::Here => hits.partition_point(|hit| place(hit) < from),
        Wanted::Next => hits.partition_point(|hit| place(hit) <= from),
        Wanted::Previous => {
            let before = hits.partition_point(|hit| place(hit) < from);
            return Some(before.checked_sub(1).unwrap_or(last));
        }
    };
    Some(if next > last { 0 } else { next })
}

/// What replacing would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replacing {
    /// Row id, column id, new text.
    pub cells: Vec<(String, String, String)>,
    /// How many cells stay as they are, by the reason in words.
    pub left: BTreeMap<String, usize>,
}

/// What there is to say about cells that cannot be replaced.
pub struct Reasons<'a> {
    /// Of a cell with several values: somebody has to choose first.
    pub conflict: &'a str,
    /// Of a cell that is never edited and gives no reason.
    pub readonly: &'a str,
    /// What is wrong with a new text: `(row, column, text)`.
    pub check: &'a dyn Fn(&str, &str, &str) -> Option<String>,
}

impl Replacing {
    /// Adds the cells of a row that hold the needle.
    pub fn add(
        &mut self,
        needle: &Needle,
        by: &str,
        (id, row, columns): (&str, &RowContent, &[(usize, &ColumnSpec)]),
        reasons: &Reasons<'_>,
    ) {
        for (index, column) in columns {
            let Some(cell) = row.cells.get(*index) else {
                continue;
            };
            if !needle.is_in(&cell.shown) {
                continue;
            }
            let fixed = (column.kind == CellKind::Fixed).then(|| reasons.readonly.to_owned());
            let conflict = cell.conflict.then(|| reasons.conflict.to_owned());
            let closed = cell.readonly.clone().or(fixed).or(conflict);
            // What is computed is shown, but there is no text to write it into.
            let new = needle.replaced(&cell.text, by);
            let reason = match (closed, &new) {
                (Some(reason), _) => Some(reason),
                (None, None) => Some(reasons.readonly.to_owned()),
                (None, Some(new)) => (reasons.check)(id, &column.id, new),
            };
            match (reason, new) {
                (Some(reason), _) => *self.left.entry(reason).or_default() += 1,
                (None, Some(new)) if new != cell.text => {
                    self.cells.push((id.to_owned(), column.id.clone(), new));
                }
                (None, _) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::numbers;
    use super::super::model::CellContent;
    use super::*;

    fn row(texts: &[&str]) -> Arc<RowContent> {
        let cell = |text: &&str| CellContent {
            text: (*text).to_owned(),
            shown: (*text).to_owned(),
            ..CellContent::default()
        };
        Arc::new(RowContent {
            cells: texts.iter().map(cell).collect(),
            ..RowContent::default()
        })
    }

    fn line(id: usize) -> Line {
        Line::Row { id: id.to_string() }
    }

    fn band(text: &str) -> Line {
        Line::Band {
            id: text.to_owned(),
            level: 1,
            text: text.to_owned(),
            detail: String::new(),
        }
    }

    fn column(id: &str, kind: CellKind) -> ColumnSpec {
        ColumnSpec {
            id: id.to_owned(),
            title: id.to_owned(),
            group: None,
            width_px: 100.0,
            frozen: false,
            kind,
            hint: String::new(),
        }
    }

    #[test]
    fn a_band_counts_once_as_the_first_cell_below_it() {
        let rows = [row(&["1", "电动车"]), row(&["2", "无"]), row(&["电", "无"])];
        let lines = [
            band("电"),
            band("动"),
            line(0),
            line(1),
            band("电"),
            line(2),
        ];
        let find = |id: &str| rows.get(id.parse::<usize>().ok()?).cloned();
        let needle = Needle::new("电").expect("something");
        let spots: Vec<(usize, usize)> = hits(&needle, &lines, 2, find)
            .iter()
            .map(|spot| (spot.line, spot.column))
            .collect();
        assert_eq!(spots, [(2, 0), (2, 1), (5, 0)]);
    }

    #[test]
    fn next_and_previous_go_round_in_step_with_a_list() {
        let mut draw = numbers(5);
        for _ in 0..500 {
            let mut spots: Vec<(usize, usize)> = (0..draw(6))
                .map(|_| (draw(5) as usize, draw(3) as usize))
                .collect();
            spots.sort_unstable();
            spots.dedup();
            let hits: Vec<Spot> = spots
                .iter()
                .map(|(line, column)| Spot {
                    line: *line,
                    column: *column,
                })
                .collect();
            let here = (draw(5) as usize, draw(3) as usize);
            let from = Spot {
                line: here.0,
                column: here.1,
            };
            let after = spots.iter().position(|spot| *spot > here);
            let first = (!spots.is_empty()).then_some(0);
            let before = spots.iter().rposition(|spot| *spot < here);
            let at = spots.iter().position(|spot| *spot >= here);
            assert_eq!(wanted(&hits, from, Wanted::Next), after.or(first));
            assert_eq!(wanted(&hits, from, Wanted::Here), at.or(first));
            let last = spots.len().checked_sub(1);
            assert_eq!(wanted(&hits, from, Wanted::Previous), before.or(last));
        }
    }

    #[test]
    fn what_cannot_be_written_is_counted_with_its_reason() {
        let mut content = (*row(&["甲", "甲", "甲乙", "甲", "丙"])).clone();
        content.cells[1].readonly = Some("别人的".to_owned());
        content.cells[3].conflict = true;
        let columns = [
            column("unit", CellKind::Fixed),
            column("a", CellKind::Text),
            column("b", CellKind::Text),
            column("c", CellKind::Text),
            column("d", CellKind::Text),
        ];
        let columns: Vec<(usize, &ColumnSpec)> = columns.iter().enumerate().collect();
        let needle = Needle::literal("甲").expect("something");
        let mut replacing = Replacing::default();
        for by in ["丁", "不行"] {
            let reasons = Reasons {
                conflict: "请先选择",
                readonly: "只读",
                check: &|_, _, text| text.contains("不行").then(|| "填错".to_owned()),
            };
            replacing.add(&needle, by, ("r", &content, &columns), &reasons);
        }
        let cell = |column: &str, text: &str| ("r".to_owned(), column.to_owned(), text.to_owned());
        assert_eq!(replacing.cells, [cell("b", "丁乙")]);
        let left: Vec<(&str, usize)> = replacing
            .left
            .iter()
            .map(|(reason, count)| (reason.as_str(), *count))
            .collect();
        assert_eq!(
            left,
            [("别人的", 2), ("只读", 2), ("填错", 1), ("请先选择", 2)]
        );
    }

    #[test]
    fn ten_thousand_rows_are_searched_at_once() {
        let long = "检查电动自行车停放充电场所，发现问题已督促整改。".repeat(4);
        let rows: Vec<Arc<RowContent>> = (0..10_000)
            .map(|index| {
                row(&[
                    &index.to_string(),
                    "卫东区",
                    &long,
                    "推进中",
                    "",
                    "",
                    "",
                    "",
                ])
            })
            .collect();
        let lines: Vec<Line> = (0..rows.len()).map(line).collect();
        let find = |id: &str| rows.get(id.parse::<usize>().ok()?).cloned();
        let needle = Needle::new("wdq").expect("something");
        assert_eq!(hits(&needle, &lines, 8, find).len(), 10_000);
    }
}
