//! Cells as text between tabs and line ends, as every spreadsheet puts them on the clipboard.

/// Cells that are read from a clipboard at most: a whole week of 60 units has fewer.
const PASTED_CELLS_MAX: usize = 200_000;

/// Writes rows of cells. A cell with a tab, a line break or a quote at its start is quoted.
pub fn to_text(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| quoted(cell))
                .collect::<Vec<_>>()
                .join("\t")
        })
        .collect();
    lines.join("\n")
}

fn quoted(cell: &str) -> String {
    if cell.contains(['\t', '\n', '\r']) || cell.starts_with('"') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// Reads rows of cells. A line end after the last row is not another row.
pub fn from_text(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rows = vec![vec![String::new()]];
    let mut rest = text.strip_suffix('\n').unwrap_or(&text).chars().peekable();
    let (mut quoted, mut fresh, mut count) = (false, true, 1);
    while let Some(character) = rest.next() {
        let row = rows.last_mut().expect("there is always a row");
        let cell = row.last_mut().expect("there is always a cell");
        match character {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if fresh => quoted = true,
            '\t' | '\n' if !quoted => {
                count += 1;
                if count > PASTED_CELLS_MAX {
                    break;
                }
                match character {
                    '\t' => row.push(String::new()),
                    _ => rows.push(vec![String::new()]),
                }
                fresh = true;
                continue;
            }
            character => cell.push(character),
        }
        fresh = false;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&[&str]]) -> Vec<Vec<String>> {
        cells
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect()
    }

    #[test]
    fn what_is_copied_is_pasted_again() {
        for cells in [
            rows(&[&["检查", "3"], &["一\n二", "\"引号\""]]),
            rows(&[&["", ""], &["有 \"中间\" 的引号", "尾\t"]]),
            rows(&[&[""]]),
        ] {
            assert_eq!(from_text(&to_text(&cells)), cells);
        }
    }

    #[test]
    fn spreadsheets_end_every_row_with_a_line_end() {
        assert_eq!(
            from_text("1\t2\r\n3\t4\r\n"),
            rows(&[&["1", "2"], &["3", "4"]])
        );
        assert_eq!(from_text("\"一\r\n二\"\t3\r\n"), rows(&[&["一\n二", "3"]]));
        assert_eq!(from_text("5\" 管"), rows(&[&["5\" 管"]]));
    }
}
