//! Which rows pass the filters, and in which order they stand then. Pure: rows come as they are at this moment.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use super::arrangement::{Arrangement, Filter};
use super::model::{CellContent, CellKind, ColumnSpec, RowContent};
use super::needle::{Needle, folded};
use super::pinyin;

/// 40 letters tell two texts apart, in a list and in an order.
const LETTERS_MAX: usize = 40;
/// 500 words in a list; a person searches in it, and does not read it.
pub const WORDS_MAX: usize = 500;

/// The rows as an arrangement wants them: indexes into `rows`, in order.
///
/// `columns`: all of them, as the cells of the rows stand.
pub fn arranged(
    rows: &[Arc<RowContent>],
    columns: &[ColumnSpec],
    arrangement: &Arrangement,
) -> Vec<usize> {
    let tests = Tests::new(columns, arrangement);
    let mut kept: Vec<usize> = (0..rows.len())
        .filter(|index| tests.pass(&rows[*index]))
        .collect();
    let keys: Vec<(usize, bool)> = arrangement
        .sort
        .iter()
        .filter_map(|key| {
            let column = columns.iter().position(|column| column.id == key.column)?;
            Some((column, key.down))
        })
        .collect();
    if keys.is_empty() {
        return kept;
    }
    let weights: Vec<Vec<Weight>> = rows
        .iter()
        .map(|row| {
            let weigh = |(column, _): &(usize, bool)| {
                let cell = row.cells.get(*column);
                cell.map_or(Weight::Nothing, |cell| weight(cell, &columns[*column].kind))
            };
            keys.iter().map(weigh).collect()
        })
        .collect();
    // A stable sort: rows of equal weight stay as they stood.
    kept.sort_by(|one, other| {
        let pairs = weights[*one].iter().zip(&weights[*other]);
        pairs
            .zip(&keys)
            .map(|((one, other), (_, down))| compare(one, other, *down))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    kept
}

/// The filters of an arrangement, ready for many rows.
pub struct Tests(Vec<(usize, Test)>);

enum Test {
    Filter(Filter),
    Holds(Needle),
}

impl Tests {
    /// Takes the filters that hold; those of unknown columns let everything pass.
    pub fn new(columns: &[ColumnSpec], arrangement: &Arrangement) -> Self {
        Self::but(columns, arrangement, "")
    }

    /// Takes the filters of all columns but one.
    pub fn but(columns: &[ColumnSpec], arrangement: &Arrangement, left_out: &str) -> Self {
        let filters = arrangement
            .filters
            .iter()
            .filter(|(id, _)| arrangement.filters_hold() && id.as_str() != left_out);
        let tests = filters.filter_map(|(id, filter)| {
            let column = columns.iter().position(|column| column.id == *id)?;
            let test = match filter {
                Filter::Contains(text) => Test::Holds(Needle::new(text)?),
                Filter::OneOf(_) | Filter::Empty | Filter::Filled => Test::Filter(filter.clone()),
            };
            Some((column, test))
        });
        Self(tests.collect())
    }

    /// Tells whether a row passes all of them.
    pub fn pass(&self, row: &RowContent) -> bool {
        self.0.iter().all(|(column, test)| {
            let cell = row.cells.get(*column);
            let shown = cell.map_or("", |cell| cell.shown.as_str());
            match test {
                Test::Holds(needle) => needle.is_in(shown),
                Test::Filter(Filter::OneOf(words)) => words.contains(cell.map_or("", word_of)),
                Test::Filter(Filter::Empty) => shown.is_empty(),
                Test::Filter(Filter::Filled) => !shown.is_empty(),
                Test::Filter(Filter::Contains(_)) => true,
            }
        })
    }
}

/// A word that cells are filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is kept.
    pub key: String,
    /// As it is shown; empty for empty cells.
    pub shown: String,
    /// How many cells.
    pub count: usize,
}

/// Returns the words of a column, as they sort: the empty one last. `None` if there are too many to choose from.
pub fn words<'a>(
    rows: impl Iterator<Item = &'a RowContent>,
    column: usize,
    kind: &CellKind,
) -> Option<Vec<Word>> {
    let mut found: BTreeMap<&str, (&CellContent, usize)> = BTreeMap::new();
    for cell in rows.filter_map(|row| row.cells.get(column)) {
        found.entry(word_of(cell)).or_insert((cell, 0)).1 += 1;
        if found.len() > WORDS_MAX {
            return None;
        }
    }
    let mut words: Vec<(Weight, Word)> = found
        .into_iter()
        .map(|(key, (cell, count))| {
            let shown = match &cell.filed {
                Some(filed) => filed.word.clone(),
                None => key.to_owned(),
            };
            let word = Word {
                key: key.to_owned(),
                shown,
                count,
            };
            (weight(cell, kind), word)
        })
        .collect();
    words.sort_by(|(one, _), (other, _)| compare(one, other, false));
    Some(words.into_iter().map(|(_, word)| word).collect())
}

/// Returns the word that a cell is filed under.
fn word_of(cell: &CellContent) -> &str {
    match &cell.filed {
        Some(filed) => filed.key,
        None => match cell.shown.char_indices().nth(LETTERS_MAX) {
            Some((end, _)) => &cell.shown[..end],
            None => &cell.shown,
        },
    }
}

/// What a cell weighs in a sort: numbers before words before letters.
#[derive(Debug, Clone, PartialEq)]
enum Weight {
    Number(f64),
    /// Which of the words of a choice.
    Choice(usize),
    /// Initials first, as in a Chinese dictionary; then the letters themselves.
    Text(Vec<(char, char)>),
    /// Always last.
    Nothing,
}

fn weight(cell: &CellContent, kind: &CellKind) -> Weight {
    let shown = cell.shown.as_str();
    if shown.is_empty() {
        return Weight::Nothing;
    }
    if let CellKind::Choice(words) = kind
        && let Some(index) = words.iter().position(|word| word == shown)
    {
        return Weight::Choice(index);
    }
    let number = shown.strip_suffix('%').unwrap_or(shown).parse::<f64>();
    if let Some(number) = number.ok().filter(|number| number.is_finite()) {
        return Weight::Number(number);
    }
    let letters = shown.chars().take(LETTERS_MAX).map(|character| {
        let letter = folded(character);
        (pinyin::initial(letter).unwrap_or(letter), letter)
    });
    Weight::Text(letters.collect())
}

fn compare(one: &Weight, other: &Weight, down: bool) -> Ordering {
    let order = match (one, other) {
        (Weight::Nothing, Weight::Nothing) => return Ordering::Equal,
        (Weight::Nothing, _) => return Ordering::Greater,
        (_, Weight::Nothing) => return Ordering::Less,
        (Weight::Number(one), Weight::Number(other)) => one.total_cmp(other),
        (Weight::Choice(one), Weight::Choice(other)) => one.cmp(other),
        (Weight::Text(one), Weight::Text(other)) => one.cmp(other),
        (Weight::Number(_), _) | (Weight::Choice(_), Weight::Text(_)) => Ordering::Less,
        (Weight::Choice(_), Weight::Number(_)) | (Weight::Text(_), _) => Ordering::Greater,
    };
    if down { order.reverse() } else { order }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::chance::numbers;
    use super::super::model::Filed;
    use super::*;

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

    fn columns() -> Vec<ColumnSpec> {
        let status = ["未启动", "推进中", "已完成", "滞后"].map(str::to_owned);
        vec![
            column("unit", CellKind::Fixed),
            column("found", CellKind::Count),
            column("status", CellKind::Choice(status.into())),
        ]
    }

    fn row(texts: [&str; 3]) -> Arc<RowContent> {
        let cell = |text: &str| CellContent {
            text: text.to_owned(),
            shown: text.to_owned(),
            ..CellContent::default()
        };
        Arc::new(RowContent {
            cells: texts.map(cell).into(),
            ..RowContent::default()
        })
    }

    fn check(rows: &[[&str; 3]], arrangement: &str, expected: &[usize]) {
        let rows: Vec<_> = rows.iter().map(|texts| row(*texts)).collect();
        let arrangement = Arrangement::from_text(arrangement).expect("an arrangement");
        assert_eq!(arranged(&rows, &columns(), &arrangement), expected);
    }

    const ROWS: [[&str; 3]; 5] = [
        ["卫东区教育局", "9", "滞后"],
        ["红旗街道", "10", "未启动"],
        ["Ａ局", "", "已完成"],
        ["红英街道", "10", ""],
        ["蒲城街道", "2", "推进中"],
    ];

    #[test]
    fn numbers_sort_as_numbers_choices_in_their_order_texts_by_pinyin() {
        check(&ROWS, r#"{"sort":[{"column":"found"}]}"#, &[4, 0, 1, 3, 2]);
        check(
            &ROWS,
            r#"{"sort":[{"column":"found","down":true}]}"#,
            &[1, 3, 0, 4, 2],
        );
        check(&ROWS, r#"{"sort":[{"column":"status"}]}"#, &[1, 4, 2, 0, 3]);
        check(&ROWS, r#"{"sort":[{"column":"unit"}]}"#, &[2, 1, 3, 4, 0]);
        let both =
            r#"{"sort":[{"column":"found","down":true},{"column":"status"},{"column":"gone"}]}"#;
        check(&ROWS, both, &[1, 3, 0, 4, 2]);
    }

    #[test]
    fn rows_pass_all_filters_or_none_while_they_are_off() {
        check(
            &ROWS,
            r#"{"filters":{"unit":{"contains":"街道"}}}"#,
            &[1, 3, 4],
        );
        check(&ROWS, r#"{"filters":{"unit":{"contains":"wdq"}}}"#, &[0]);
        check(&ROWS, r#"{"filters":{"unit":{"contains":"a"}}}"#, &[2]);
        check(&ROWS, r#"{"filters":{"status":"empty"}}"#, &[3]);
        check(
            &ROWS,
            r#"{"filters":{"found":"filled","status":{"one-of":["","滞后"]}}}"#,
            &[0, 3],
        );
        check(
            &ROWS,
            r#"{"filters":{"status":"empty"},"filters_off":true}"#,
            &[0, 1, 2, 3, 4],
        );
        check(&ROWS, r#"{"filters":{"gone":"empty"}}"#, &[0, 1, 2, 3, 4]);
    }

    #[test]
    fn words_are_counted_and_stand_as_they_sort() {
        let mut rows: Vec<RowContent> = ROWS.iter().map(|texts| (*row(*texts)).clone()).collect();
        let list = |rows: &[RowContent], index: usize| -> Vec<String> {
            let words = words(rows.iter(), index, &columns()[index].kind).expect("few");
            words
                .into_iter()
                .map(|word| format!("{}={}×{}", word.key, word.shown, word.count))
                .collect()
        };
        assert_eq!(list(&rows, 1), ["2=2×1", "9=9×1", "10=10×2", "=×1"]);
        rows[0].cells[1].filed = Some(Filed {
            key: "late",
            word: "迟报".to_owned(),
        });
        assert!(list(&rows, 1).contains(&"late=迟报×1".to_owned()));
        let many: Vec<RowContent> = (0..=WORDS_MAX)
            .map(|index| (*row([&index.to_string(), "", ""])).clone())
            .collect();
        assert_eq!(words(many.iter(), 0, &CellKind::Text), None);
    }

    #[test]
    fn sieving_agrees_with_doing_it_by_hand() {
        let mut draw = numbers(17);
        for _ in 0..300 {
            let texts: Vec<[String; 3]> = (0..draw(30))
                .map(|_| {
                    let unit = ["红", "卫", "Ａ", ""][draw(4) as usize].to_owned();
                    let count = draw(12).to_string();
                    let status = ["未启动", "推进中", "滞后", ""][draw(4) as usize].to_owned();
                    [unit, count, status]
                })
                .collect();
            let rows: Vec<_> = texts
                .iter()
                .map(|texts| row([&texts[0], &texts[1], &texts[2]]))
                .collect();
            let wanted: BTreeSet<String> = (0..draw(3))
                .map(|_| ["红", "卫", ""][draw(3) as usize].to_owned())
                .collect();
            let down = draw(2) == 0;
            let mut arrangement = Arrangement::default();
            arrangement.set_filter("unit", Some(Filter::OneOf(wanted.clone())));
            arrangement.sort_by("found", down, false);
            arrangement.sort_by("status", false, true);
            let rank = |status: &str| {
                ["未启动", "推进中", "已完成", "滞后", ""]
                    .iter()
                    .position(|word| *word == status)
            };
            let mut naive: Vec<(i64, Option<usize>, usize)> = texts
                .iter()
                .enumerate()
                .filter(|(_, texts)| wanted.contains(&texts[0]))
                .map(|(index, texts)| {
                    let count: i64 = texts[1].parse().expect("a number");
                    (if down { -count } else { count }, rank(&texts[2]), index)
                })
                .collect();
            naive.sort_unstable();
            let naive: Vec<usize> = naive.into_iter().map(|(_, _, index)| index).collect();
            assert_eq!(arranged(&rows, &columns(), &arrangement), naive);
        }
    }
}
