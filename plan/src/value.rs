//! Values of cells: from what a person types to what documents store, and back. Knows kinds, not relations (see `table`).

use std::fmt;

use automerge::ScalarValue;

use crate::{
    column::{Choices, Column, Kind},
    limits::COUNT_MAX,
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
        Kind::Count => parse_count(text),
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

fn parse_count(text: &str) -> Result<Option<Value>, Mistake> {
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
        Ok(number) if number <= COUNT_MAX => Ok(Some(Value::Count(number))),
        // Only digits are left: what does not parse is too large.
        Ok(_) | Err(_) => Err(Mistake::NumberTooLarge { max: COUNT_MAX }),
    }
}

/// Turns what a Chinese input method writes for a number into ASCII.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        '．' => '.',
        '，' => ',',
        '－' | '−' => '-',
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
            (Kind::Count, ScalarValue::Int(number)) => {
                u64::try_from(*number).ok().map(Value::Count)
            }
            (Kind::Count, ScalarValue::Uint(number)) => Some(Value::Count(*number)),
            (
                Kind::Text
                | Kind::LongText
                | Kind::Choice(_)
                | Kind::Count
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
