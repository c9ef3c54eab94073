//! Values of cells: from what a person types to what documents store, and back. Knows kinds, not relations (see `table`).

use std::fmt;

use automerge::ScalarValue;

use crate::{
    column::{Choices, Column, Kind},
    limits::{COUNT_MAX, MOMENT_MILLIS_MAX},
};

/// A value in a cell. A missing cell is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Text as typed, CRLF as LF, never trimmed; also a word of a choice.
    Text(String),
    /// A whole number.
    Count(u64),
}

/// 状态: how the unit sees its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 未启动
    NotStarted,
    /// 推进中
    UnderWay,
    /// 已完成
    Done,
    /// 滞后
    Lagging,
}

/// Why what a person typed is not a value of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Not a number at all.
    NotANumber,
    /// Below 0.
    Negative,
    /// Not whole.
    Fraction,
    /// Above the bound.
    NumberTooLarge {
        /// The largest number allowed.
        max: u64,
    },
    /// More text than a cell of this kind holds.
    TextTooLong {
        /// Bytes of the text.
        bytes: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Not one of the words offered.
    NotAChoice(Choices),
    /// Nobody types into this column.
    ReadOnly,
}

/// Why a scalar may not stand in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Not what the column holds.
    Kind,
    /// What the column holds, but too large.
    Size,
}

/// Reads what a person typed into a column; `None` empties the cell.
pub fn parse(column: Column, text: &str) -> Result<Option<Value>, Mistake> {
    let kind = column.kind();
    match kind {
        Kind::Preset | Kind::Derived => Err(Mistake::ReadOnly),
        Kind::Text | Kind::LongText => parse_text(kind.text_bytes_max(), text),
        Kind::Count => parse_count(text, COUNT_MAX),
        Kind::Moment => parse_count(text, MOMENT_MILLIS_MAX),
        Kind::Choice(choices) => parse_choice(choices, text),
    }
}

fn parse_text(max: usize, text: &str) -> Result<Option<Value>, Mistake> {
    let text = unix_lines(text);
    if text.len() > max {
        return Err(Mistake::TextTooLong {
            bytes: text.len(),
            max,
        });
    }
    Ok(Some(Value::Text(text)).filter(|value| !value.is_empty()))
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn parse_choice(choices: Choices, text: &str) -> Result<Option<Value>, Mistake> {
    let word = text.trim();
    if word.is_empty() {
        return Ok(None);
    }
    if !choices.words().contains(&word) {
        return Err(Mistake::NotAChoice(choices));
    }
    Ok(Some(Value::Text(word.to_owned())))
}

fn parse_count(text: &str, max: u64) -> Result<Option<Value>, Mistake> {
    let plain: String = text.trim().chars().map(half_width).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let is_negative = plain.starts_with('-');
    let unsigned = plain.trim_start_matches('-');
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = without_separators(whole).ok_or(Mistake::NotANumber)?;
    if plain.len() - unsigned.len() > 1 || !is_digits(fraction) {
        return Err(Mistake::NotANumber);
    }
    if is_negative {
        return Err(Mistake::Negative);
    }
    if fraction.bytes().any(|digit| digit != b'0') {
        return Err(Mistake::Fraction);
    }
    match digits.parse() {
        Ok(number) if number <= max => Ok(Some(Value::Count(number))),
        // Only digits are left: what does not parse is too large.
        Ok(_) | Err(_) => Err(Mistake::NumberTooLarge { max }),
    }
}

/// Turns what a Chinese input method writes for a number into ASCII.
pub fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        '．' | '。' => '.',
        '，' => ',',
        '－' | '−' => '-',
        '％' => '%',
        other => other,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes `1,234,567` apart; any other use of commas is no number.
fn without_separators(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next().filter(|group| is_digits(group))?;
    let mut digits = first.to_owned();
    for group in groups {
        if first.len() > 3 || group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

impl Value {
    /// Returns what documents store.
    pub fn to_scalar(&self) -> ScalarValue {
        match self {
            Value::Text(text) => ScalarValue::Str(text.as_str().into()),
            Value::Count(number) => ScalarValue::Int(i64::try_from(*number).unwrap_or(i64::MAX)),
        }
    }

    /// Reads a stored scalar for display; `None` if it is not of the kind. Words and sizes of later versions are kept.
    pub fn from_scalar(kind: Kind, scalar: &ScalarValue) -> Option<Value> {
        match (kind, scalar) {
            (Kind::Text | Kind::LongText | Kind::Choice(_), ScalarValue::Str(text)) => {
                Some(Value::Text(text.to_string()))
            }
            (Kind::Count | Kind::Moment, ScalarValue::Int(number)) => {
                u64::try_from(*number).ok().map(Value::Count)
            }
            (Kind::Count | Kind::Moment, ScalarValue::Uint(number)) => Some(Value::Count(*number)),
            (
                Kind::Text
                | Kind::LongText
                | Kind::Choice(_)
                | Kind::Count
                | Kind::Moment
                | Kind::Preset
                | Kind::Derived,
                _,
            ) => None,
        }
    }

    /// Judges a scalar that somebody wants to store: the law behind `parse`.
    pub fn check(kind: Kind, scalar: &ScalarValue) -> Result<Value, Unfit> {
        let value = Value::from_scalar(kind, scalar).ok_or(Unfit::Kind)?;
        match (kind, &value) {
            // Programs may write an empty text where a person deletes.
            (_, Value::Text(text)) if text.is_empty() => Ok(value),
            (Kind::Choice(choices), Value::Text(word))
                if !choices.words().contains(&word.as_str()) =>
            {
                Err(Unfit::Kind)
            }
            (_, Value::Text(text)) if text.len() > kind.text_bytes_max() => Err(Unfit::Size),
            (Kind::Moment, Value::Count(at)) if *at <= MOMENT_MILLIS_MAX => Ok(value),
            (_, Value::Count(number)) if *number > COUNT_MAX => Err(Unfit::Size),
            (_, Value::Text(_) | Value::Count(_)) => Ok(value),
        }
    }

    /// Says whether it is the empty text, which readers take for an empty cell.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::Count(_) => false,
        }
    }

    /// Returns the number, if it is one.
    pub fn count(&self) -> Option<u64> {
        match self {
            Value::Count(number) => Some(*number),
            Value::Text(_) => None,
        }
    }
}

/// What the cell shows, and what its editor begins with.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Count(number) => write!(f, "{number}"),
        }
    }
}

/// 审核: a lead's or the office's word on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Review {
    /// 通过
    Passed,
    /// 不通过
    Returned,
}

impl Review {
    /// Both, in the order in which they are offered.
    pub const ALL: [Review; 2] = [Review::Passed, Review::Returned];

    /// Returns the form's own word; this is what cells store.
    pub fn word(self) -> &'static str {
        match self {
            Review::Passed => "通过",
            Review::Returned => "不通过",
        }
    }

    /// Reads the form's own word.
    pub fn from_word(word: &str) -> Option<Review> {
        Review::ALL.into_iter().find(|review| review.word() == word)
    }
}

impl Status {
    /// All statuses in the order in which they are offered.
    pub const ALL: [Status; 4] = [
        Status::NotStarted,
        Status::UnderWay,
        Status::Done,
        Status::Lagging,
    ];

    /// Returns the word that documents store.
    pub fn word(self) -> &'static str {
        match self {
            Status::NotStarted => "未启动",
            Status::UnderWay => "推进中",
            Status::Done => "已完成",
            Status::Lagging => "滞后",
        }
    }

    /// Returns the status with this word.
    pub fn from_word(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{limits, rehearsal::Dice};

    fn check_parse(column: Column, text: &str, expected: &str) {
        let shown = match parse(column, text) {
            Ok(Some(value)) => format!("{value:?}"),
            Ok(None) => "empty".to_owned(),
            Err(mistake) => format!("{mistake:?}"),
        };
        assert_eq!(shown, expected, "{column:?} {text:?}");
    }

    #[test]
    fn counts_are_read_as_people_type_them() {
        let column = Column::FoundWeek;
        for text in [
            "36",
            "３６",
            " 36 ",
            "\u{3000}36\n",
            "0036",
            "36.0",
            "３６．００",
            "36。0",
        ] {
            check_parse(column, text, "Count(36)");
        }
        check_parse(column, "0", "Count(0)");
        check_parse(column, "1,234", "Count(1234)");
        check_parse(column, "１，２３４，５６７", "Count(1234567)");
        check_parse(column, "999999999", "Count(999999999)");
        check_parse(column, "", "empty");
        check_parse(column, " \u{3000}", "empty");
    }

    #[test]
    fn what_is_no_count_is_told_apart() {
        let column = Column::CheckedTotal;
        for text in [
            "abc",
            "12a",
            "十二",
            "1 2",
            "1,23",
            "12,34,567",
            ",1",
            "1,",
            "--1",
            "-",
            ".",
            "1.",
            "1.2.3",
            "1e3",
            "+1",
            "𠮷",
        ] {
            check_parse(column, text, "NotANumber");
        }
        for text in ["-3", "－３", "−3", "-0.5"] {
            check_parse(column, text, "Negative");
        }
        check_parse(column, "3.5", "Fraction");
        check_parse(column, "3。5", "Fraction");
        check_parse(column, "36％", "NotANumber");
        let too_large = "NumberTooLarge { max: 999999999 }";
        check_parse(column, "1000000000", too_large);
        check_parse(column, "99999999999999999999999999", too_large);
    }

    #[test]
    fn text_is_kept_as_typed() {
        let column = Column::Progress;
        check_parse(column, "  \t冲洗  ", r#"Text("  \t冲洗  ")"#);
        check_parse(column, "甲\r\n乙\r丙\n", r#"Text("甲\n乙\n丙\n")"#);
        check_parse(column, "=SUM(A1:A9)", r#"Text("=SUM(A1:A9)")"#);
        check_parse(column, "", "empty");
        check_parse(column, " ", r#"Text(" ")"#);
    }

    #[test]
    fn long_text_is_told_its_bound() {
        let fits = "字".repeat(limits::LONG_TEXT_BYTES_MAX / 3);
        assert!(parse(Column::Progress, &fits).is_ok());
        check_parse(
            Column::Progress,
            &format!("{fits}x"),
            "TextTooLong { bytes: 30001, max: 30000 }",
        );
        check_parse(
            Column::Owner,
            &fits,
            "TextTooLong { bytes: 30000, max: 3000 }",
        );
    }

    #[test]
    fn status_is_one_of_its_words() {
        check_parse(Column::Status, " 滞后\n", r#"Text("滞后")"#);
        check_parse(Column::Status, "", "empty");
        check_parse(Column::Status, "还行", "NotAChoice(Status)");
    }

    #[test]
    fn nobody_types_into_derived_columns() {
        check_parse(Column::FixRate, "70%", "ReadOnly");
        check_parse(Column::Unit, "区住建局", "ReadOnly");
    }

    #[test]
    fn whatever_is_accepted_reads_back_the_same() {
        let mut dice = Dice(7);
        let alphabet: Vec<char> = "0123456789０９,，.。-－ \t\r\n\u{3000}甲乙𠮷<&=+@\u{b}未启动"
            .chars()
            .collect();
        for _ in 0..20_000 {
            let length = dice.throw(8);
            let text: String = (0..length)
                .map(|_| alphabet[dice.throw(alphabet.len() as u64) as usize])
                .collect();
            for column in Column::ALL {
                let Ok(Some(value)) = parse(column, &text) else {
                    continue;
                };
                assert_eq!(
                    parse(column, &value.to_string()),
                    Ok(Some(value.clone())),
                    "{column:?} {text:?}"
                );
                assert_eq!(
                    Value::check(column.kind(), &value.to_scalar()),
                    Ok(value),
                    "{column:?} {text:?}"
                );
            }
        }
    }

    #[test]
    fn scalars_of_another_kind_do_not_fit() {
        let text = ScalarValue::Str("7".into());
        assert_eq!(Value::check(Kind::Count, &text), Err(Unfit::Kind));
        assert_eq!(
            Value::check(Kind::Count, &ScalarValue::Int(-1)),
            Err(Unfit::Kind)
        );
        assert_eq!(
            Value::check(Kind::Count, &ScalarValue::F64(1.0)),
            Err(Unfit::Kind)
        );
        assert_eq!(
            Value::check(Kind::Count, &ScalarValue::Uint(u64::MAX)),
            Err(Unfit::Size)
        );
        assert_eq!(
            Value::check(Kind::Count, &ScalarValue::Uint(7)),
            Ok(Value::Count(7))
        );
        assert_eq!(
            Value::check(Kind::Text, &ScalarValue::Int(7)),
            Err(Unfit::Kind)
        );
        assert_eq!(
            Value::check(Kind::Text, &ScalarValue::Null),
            Err(Unfit::Kind)
        );
        assert_eq!(
            Value::check(Kind::Choice(Choices::Status), &text),
            Err(Unfit::Kind)
        );
        assert_eq!(Value::check(Kind::Derived, &text), Err(Unfit::Kind));
    }
}
