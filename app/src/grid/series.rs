//! What comes next after some cells, when they are dragged on: figures and dates go on, all else is repeated.

use std::ops::RangeInclusive;

/// What a text counts, with what stands around the figure.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Counted {
    /// A figure, alone or at the end of words: 3, 第3周, 点位12.
    Number {
        before: String,
        value: i64,
        width: usize,
        after: String,
    },
    /// A date, counted in days.
    Date { form: DateForm, day: i64 },
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateForm {
    /// 2021-04-16
    Dashes,
    /// 2021/4/16
    Slashes,
    /// 4月16日, in a year that does not matter but for its length.
    MonthDay,
}

/// The signs of a date that names month and day.
const MONTH: char = '月';
const DAY: char = '日';
/// A year without 29 February, for dates that name none.
const COMMON_YEAR: i64 = 2021;
/// Years that are read as years.
const YEARS: RangeInclusive<i64> = 1900..=2200;

/// Returns `count` texts that follow some texts, in their order.
///
/// `counts_on`: whether a single figure is counted on (Ctrl held) or repeated. Several figures go on by their common step, or
/// are repeated if they have none.
pub fn continued(texts: &[String], count: usize, counts_on: bool) -> Vec<String> {
    if texts.is_empty() {
        return vec![String::new(); count];
    }
    let step = common_step(texts, counts_on);
    let last = texts.last().and_then(|text| counted(text));
    (0..count)
        .map(|index| match (&last, step) {
            (Some(last), Some(step)) => moved(last, step.saturating_mul(index as i64 + 1)),
            _ => texts[index % texts.len()].clone(),
        })
        .collect()
}

/// Returns by how much each text is greater than the one before; `None` if they are not counted alike.
fn common_step(texts: &[String], counts_on: bool) -> Option<i64> {
    let counted: Vec<Counted> = texts
        .iter()
        .map(|text| counted(text))
        .collect::<Option<_>>()?;
    if let [only] = counted.as_slice() {
        // As spreadsheets do: a bare figure is repeated, a date or a numbered name goes on; Ctrl turns it round.
        let is_bare = matches!(only, Counted::Number { before, after, .. } if before.is_empty() && after.is_empty());
        return (is_bare == counts_on).then_some(1);
    }
    let mut steps = counted.windows(2).map(|pair| {
        same_kind(&pair[0], &pair[1]).then(|| value(&pair[1]).checked_sub(value(&pair[0])))?
    });
    let first = steps.next()??;
    steps.all(|step| step == Some(first)).then_some(first)
}

fn same_kind(one: &Counted, other: &Counted) -> bool {
    match (one, other) {
        (
            Counted::Number { before, after, .. },
            Counted::Number {
                before: before_other,
                after: after_other,
                ..
            },
        ) => before == before_other && after == after_other,
        (Counted::Date { form, .. }, Counted::Date { form: other, .. }) => form == other,
        (Counted::Number { .. }, Counted::Date { .. })
        | (Counted::Date { .. }, Counted::Number { .. }) => false,
    }
}

fn value(counted: &Counted) -> i64 {
    match counted {
        Counted::Number { value, .. } => *value,
        Counted::Date { day, .. } => *day,
    }
}

fn moved(counted: &Counted, by: i64) -> String {
    match counted {
        Counted::Number {
            before,
            value,
            width,
            after,
        } => {
            let value = value.saturating_add(by);
            format!("{before}{value:0width$}{after}")
        }
        Counted::Date { form, day } => {
            let (year, month, day) = date(day.saturating_add(by));
            match form {
                DateForm::Dashes => format!("{year:04}-{month:02}-{day:02}"),
                DateForm::Slashes => format!("{year}/{month}/{day}"),
                DateForm::MonthDay => format!("{month}{MONTH}{day}{DAY}"),
            }
        }
    }
}

fn counted(text: &str) -> Option<Counted> {
    dated(text).or_else(|| numbered(text))
}

fn numbered(text: &str) -> Option<Counted> {
    let end = text.rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let start = text[..end]
        .rfind(|letter: char| !letter.is_ascii_digit())
        .map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        });
    let digits = &text[start..end];
    let (before, after) = (&text[..start], &text[end..]);
    // 3.5 and 87% are amounts, not numbers of things.
    if before.ends_with(['.', ',']) || after.starts_with('%') {
        return None;
    }
    let is_negative = before == "-";
    let value: i64 = digits.parse().ok()?;
    let has_zeros = digits.len() > 1 && digits.starts_with('0');
    Some(Counted::Number {
        before: if is_negative {
            String::new()
        } else {
            before.to_owned()
        },
        value: if is_negative { -value } else { value },
        width: if has_zeros { digits.len() } else { 0 },
        after: after.to_owned(),
    })
}

fn dated(text: &str) -> Option<Counted> {
    let parts = |sign: char| -> Option<[i64; 3]> {
        let parts: Vec<i64> = text
            .split(sign)
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        parts.try_into().ok()
    };
    let form = [('-', DateForm::Dashes), ('/', DateForm::Slashes)];
    for (sign, form) in form {
        if let Some([year, month, day]) = parts(sign).filter(|parts| YEARS.contains(&parts[0])) {
            return Some(Counted::Date {
                form,
                day: day_number(year, month, day)?,
            });
        }
    }
    let (month, day) = text.strip_suffix(DAY)?.split_once(MONTH)?;
    let day = day_number(COMMON_YEAR, month.parse().ok()?, day.parse().ok()?)?;
    Some(Counted::Date {
        form: DateForm::MonthDay,
        day,
    })
}

/// Counts the days of the Gregorian calendar from 1 March 0000; `None` if there is no such day.
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year_shifted, month_shifted) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days_before = (153 * month_shifted + 2) / 5;
    let number = 365 * year_shifted + year_shifted.div_euclid(4) - year_shifted.div_euclid(100)
        + year_shifted.div_euclid(400)
        + days_before
        + day
        - 1;
    (date(number) == (year, month, day)).then_some(number)
}

fn date(number: i64) -> (i64, i64, i64) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let era = number.div_euclid(DAYS_IN_400_YEARS);
    let day_of_era = number.rem_euclid(DAYS_IN_400_YEARS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 {
        month_shifted + 3
    } else {
        month_shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], counts_on: bool, expected: &[&str]) {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(
            continued(&texts, expected.len(), counts_on),
            expected,
            "{texts:?}"
        );
    }

    #[test]
    fn figures_go_on_by_their_step() {
        check(&["1", "2"], false, &["3", "4", "5"]);
        check(&["10", "8"], false, &["6", "4", "2", "0", "-2"]);
        check(&["7"], false, &["7", "7"]);
        check(&["7"], true, &["8", "9"]);
        check(&["1", "2", "4"], false, &["1", "2", "4", "1"]);
        check(&["008", "009"], false, &["010", "011"]);
    }

    #[test]
    fn numbered_names_and_dates_count_on() {
        check(&["第3周"], false, &["第4周", "第5周"]);
        check(&["第3周"], true, &["第3周", "第3周"]);
        check(&["点位9", "点位11"], false, &["点位13"]);
        check(&["2021-04-30"], false, &["2021-05-01", "2021-05-02"]);
        check(&["2024/2/28"], false, &["2024/2/29", "2024/3/1"]);
        check(&["4月16日", "4月23日"], false, &["4月30日", "5月7日"]);
        check(&["2021-02-30"], false, &["2021-02-31"]);
    }

    #[test]
    fn all_else_is_repeated() {
        check(&["推进中"], false, &["推进中"]);
        check(
            &["推进中", "已完成"],
            false,
            &["推进中", "已完成", "推进中"],
        );
        check(&["87%"], false, &["87%"]);
        check(&["3.5"], true, &["3.5"]);
        check(&["", ""], false, &["", ""]);
        check(&["1", "甲"], false, &["1", "甲", "1"]);
        check(&["9223372036854775807"], true, &["9223372036854775807"]);
    }

    #[test]
    fn days_are_counted_both_ways() {
        for number in 690_000..740_000 {
            let (year, month, day) = date(number);
            assert_eq!(day_number(year, month, day), Some(number));
        }
    }
}
