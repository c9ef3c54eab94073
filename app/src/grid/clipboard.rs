//! Cells as text between tabs and line ends, as every spreadsheet puts them on the clipboard.

/// Cells that are read from a clipboard at most: a whole week of 60 units has fewer.
const PASTED_CELLS_MAX: usize = 200_000;

/// Digits that spreadsheets keep of a figure.
const DIGITS_MAX: usize = 15;

/// Cells between which things are copied: rows of texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clip {
    /// At least one row; rows may be of different length.
    pub rows: Vec<Vec<String>>,
}

impl Clip {
    /// Returns the length of the longest row, at least 1.
    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(1)
    }

    /// Returns rows as columns.
    pub fn turned(self) -> Self {
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let rows = (0..self.width())
            .map(|column| self.rows.iter().map(|row| cell(row, column)).collect())
            .collect();
        Self { rows }
    }

    /// Writes the cells as a table, as spreadsheets read it: line breaks inside of a cell stay, and what is a text stays one, were it
    /// 18 digits, `1-2` or `=1+1`.
    ///
    /// `counts`: which columns hold figures to calculate with; of the others everything is a text.
    pub fn to_html(&self, counts: &[bool]) -> String {
        let mut html = String::from("<table>");
        for row in &self.rows {
            html.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let is_figure = counts.get(column) == Some(&true) && is_figure(cell);
                html.push_str(match cell.is_empty() || is_figure {
                    true => "<td>",
                    false => "<td style=\"mso-number-format:'\\@'\">",
                });
                html.push_str(&escaped(cell));
                html.push_str("</td>");
            }
            html.push_str("</tr>");
        }
        html + "</table>"
    }
}

/// Tells whether a spreadsheet reads the same figure in a text: digits that it does not round, and no zero that it takes away.
fn is_figure(text: &str) -> bool {
    let digits = text.strip_suffix('%').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = whole == "0" || !whole.starts_with('0');
    is_digits(whole) && is_digits(fraction) && is_plain && digits.len() <= DIGITS_MAX
}

/// Writes a text for a table. A line break is one that stays in its cell in Excel, too.
fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    text.replace('\n', "<br style=\"mso-data-placement:same-cell\">")
}

/// One cell of a table that was read, with how far it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// What stands in it.
    pub text: String,
    /// How many columns it covers, at least 1.
    pub columns: usize,
    /// How many rows it covers, at least 1.
    pub rows: usize,
}

/// Lays the cells of a table out: a merged cell's text stands in its first corner, the rest of it is empty.
pub fn laid_out(rows: &[Vec<Spanned>]) -> Clip {
    let mut laid: Vec<Vec<Option<String>>> = vec![Vec::new(); rows.len()];
    let mut count = 0;
    for (line, row) in rows.iter().enumerate() {
        let mut column = 0;
        for cell in row {
            while laid[line].get(column).is_some_and(Option::is_some) {
                column += 1;
            }
            let (high, wide) = (cell.rows.min(rows.len() - line), cell.columns);
            count += high * wide;
            if count > PASTED_CELLS_MAX {
                break;
            }
            for (below, row) in laid.iter_mut().enumerate().skip(line).take(high) {
                if row.len() < column + wide {
                    row.resize(column + wide, None);
                }
                for (offset, place) in row[column..column + wide].iter_mut().enumerate() {
                    let is_corner = below == line && offset == 0;
                    *place = Some(if is_corner {
                        cell.text.clone()
                    } else {
                        String::new()
                    });
                }
            }
            column += wide;
        }
    }
    let rows = laid
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect());
    Clip {
        rows: rows.collect(),
    }
}

/// Puts tables below each other, as they stand in a page; `None` where none of them holds a cell.
pub fn below_each_other(tables: impl IntoIterator<Item = Clip>) -> Option<Clip> {
    let rows = tables.into_iter().flat_map(|table| table.rows);
    let mut count = 0;
    let rows = rows.take_while(|row| {
        count += row.len();
        count <= PASTED_CELLS_MAX
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let is_filled = rows.iter().any(|row| !row.is_empty());
    is_filled.then_some(Clip { rows })
}

/// Joins what a spreadsheet wrote twice, as text and as table. Text keeps the blanks that a table folds; a table knows whether quotes
/// stand around a text or belong to it. Where both differ in shape the table is right: a line of text may be a part of a cell.
pub fn reconciled(plain: Clip, table: Clip) -> Clip {
    let is_same_shape = plain.rows.len() == table.rows.len() && plain.width() == table.width();
    if !is_same_shape {
        return table;
    }
    let folded = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| letter.is_whitespace());
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let width = table.width();
    let rows = plain
        .rows
        .into_iter()
        .zip(table.rows)
        .map(|(mut plain, mut table)| {
            plain.resize(width, String::new());
            table.resize(width, String::new());
            let cells = plain.into_iter().zip(table);
            cells
                .map(|(plain, table)| {
                    if folded(&plain) == folded(&table) {
                        plain
                    } else {
                        table
                    }
                })
                .collect()
        });
    Clip {
        rows: rows.collect(),
    }
}

/// Writes rows of cells. A cell with a tab, a line break or a quote at its start is quoted. A last row of nothing has a line end of its
/// own: without it nobody could tell that it is there.
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
    let ends_in_nothing = lines.len() > 1 && lines.last().is_some_and(String::is_empty);
    lines.join("\n") + if ends_in_nothing { "\n" } else { "" }
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

    fn spanned(text: &str, columns: usize, rows: usize) -> Spanned {
        Spanned {
            text: text.to_owned(),
            columns,
            rows,
        }
    }

    /// Letters that clipboards trip over, and some that they do not.
    const LETTERS: [&str; 10] = ["\"", "\t", "\n", " ", "0", "7", "甲", "，", "<", "a"];

    #[test]
    fn whatever_is_copied_as_text_is_pasted_to_the_letter() {
        for seed in 0..2_000 {
            let mut draw = super::super::chance::numbers(seed);
            let (tall, wide) = (1 + draw(4), 1 + draw(4));
            let mut cell = || -> String {
                let length = draw(5);
                (0..length)
                    .map(|_| LETTERS[draw(LETTERS.len() as u64) as usize])
                    .collect()
            };
            let cells: Vec<Vec<String>> = (0..tall)
                .map(|_| (0..wide).map(|_| cell()).collect())
                .collect();
            assert_eq!(from_text(&to_text(&cells)), cells, "seed {seed}");
        }
    }

    /// Cells are merged on squared paper: every square knows which cell covers it.
    #[test]
    #[allow(
        clippy::needless_range_loop,
        reason = "squares are named by row and column"
    )]
    fn merged_cells_lie_as_on_squared_paper() {
        for seed in 0..2_000 {
            let mut draw = super::super::chance::numbers(seed);
            let (tall, wide) = (1 + draw(5) as usize, 1 + draw(5) as usize);
            let mut paper: Vec<Vec<Option<String>>> = vec![vec![None; wide]; tall];
            let mut table: Vec<Vec<Spanned>> = vec![Vec::new(); tall];
            let mut number = 0;
            for row in 0..tall {
                for column in 0..wide {
                    if paper[row][column].is_some() {
                        continue;
                    }
                    let free = (column..wide).take_while(|column| paper[row][*column].is_none());
                    let columns = 1 + draw(free.count() as u64) as usize;
                    let rows = 1 + draw((tall - row) as u64) as usize;
                    number += 1;
                    for squares in paper.iter_mut().skip(row).take(rows) {
                        for square in &mut squares[column..column + columns] {
                            *square = Some(String::new());
                        }
                    }
                    paper[row][column] = Some(number.to_string());
                    table[row].push(spanned(&number.to_string(), columns, rows));
                }
            }
            let expected = paper
                .into_iter()
                .map(|row| row.into_iter().flatten().collect());
            let expected: Vec<Vec<String>> = expected.collect();
            assert_eq!(laid_out(&table).rows, expected, "seed {seed}: {table:?}");
        }
    }

    #[test]
    fn merged_heads_leave_empty_cells_behind() {
        let table = [
            vec![spanned("单位", 1, 2), spanned("本周", 2, 1)],
            vec![spanned("排查", 1, 1), spanned("整改", 1, 1)],
            vec![spanned("鸿鹰", 1, 9), spanned("3", 1, 1)],
        ];
        let expected = rows(&[&["单位", "本周", ""], &["", "排查", "整改"], &["鸿鹰", "3"]]);
        assert_eq!(laid_out(&table).rows, expected);
    }

    #[test]
    fn several_tables_stand_below_each_other() {
        let clip = |cells: &[&[&str]]| Clip { rows: rows(cells) };
        let both = [clip(&[&["一", "二"]]), clip(&[&["三"], &["四"]])];
        let expected = clip(&[&["一", "二"], &["三"], &["四"]]);
        assert_eq!(below_each_other(both), Some(expected));
        assert_eq!(below_each_other([clip(&[&[], &[]])]), None);
        assert_eq!(below_each_other([]), None);
    }

    #[test]
    fn text_keeps_blanks_and_the_table_keeps_quotes() {
        let clip = |cells: &[&[&str]]| Clip { rows: rows(cells) };
        assert_eq!(
            reconciled(
                clip(&[&["  前", "引"], &["一\n二"]]),
                clip(&[&["前", "\"引\""], &["一\n二", ""]])
            ),
            clip(&[&["  前", "\"引\""], &["一\n二", ""]])
        );
        let table = clip(&[&["一\n二", "三"]]);
        assert_eq!(
            reconciled(clip(&[&["一"], &["二", "三"]]), table.clone()),
            table
        );
    }

    #[test]
    fn a_table_is_turned() {
        let clip = Clip {
            rows: rows(&[&["1", "2", "3"], &["4"]]),
        };
        assert_eq!(
            clip.turned().rows,
            rows(&[&["1", "4"], &["2", ""], &["3", ""]])
        );
    }

    #[test]
    fn a_table_keeps_line_breaks_and_zeros() {
        let clip = Clip {
            rows: rows(&[&["一\n<二>", "007", ""]]),
        };
        let text = "<td style=\"mso-number-format:'\\@'\">";
        let expected = format!(
            "<table><tr>{text}一<br style=\"mso-data-placement:same-cell\">&lt;二&gt;</td>\
             {text}007</td><td></td></tr></table>"
        );
        assert_eq!(clip.to_html(&[false, true, true]), expected);
    }

    #[test]
    fn texts_stay_texts_and_figures_stay_figures() {
        let is_text = |text: &str, is_count: bool| {
            let clip = Clip {
                rows: rows(&[&[text]]),
            };
            clip.to_html(&[is_count]).contains("mso-number-format")
        };
        for text in [
            "410105199001011234",
            "1-2",
            "=1+1",
            "+1",
            "1e5",
            "2026-04-16",
            "0.",
            "甲",
        ] {
            assert!(is_text(text, false) && is_text(text, true), "{text}");
        }
        for figure in ["0", "12", "87.5%", "0.5", "999999999"] {
            assert!(is_text(figure, false) && !is_text(figure, true), "{figure}");
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
