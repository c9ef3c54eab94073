//! Single values of a campaign file: ids, dates, offsets, kinds. Each is parsed once, or told as a mistake.

use diaodu_plan::{
    campaign::{Unit, UnitId, UnitKind},
    limits::ID_BYTES_MAX,
};
use jiff::civil::Date;

use super::misread::Problem;
use crate::toml_walk::{Found, Notes};

/// `2021-04-06` has ten characters; a date with a time behind it is not a date.
const DATE_CHARS: usize = 10;

/// No place on earth is further from UTC.
const OFFSET_HOURS_MAX: i16 = 14;

/// Returns how a campaign file writes a kind of unit.
pub fn kind_word(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Office => "office",
        UnitKind::Department => "department",
        UnitKind::Institution => "institution",
        UnitKind::Branch => "branch",
        UnitKind::Street => "street",
    }
}

pub fn checked_kind(kind: Found<String>, notes: &mut Notes<'_>) -> Option<UnitKind> {
    let kinds = [
        UnitKind::Office,
        UnitKind::Department,
        UnitKind::Institution,
        UnitKind::Branch,
        UnitKind::Street,
    ];
    let found = kinds
        .into_iter()
        .find(|each| kind_word(*each) == kind.value);
    if found.is_none() {
        notes.add(kind.at, Problem::BadUnitKind { text: kind.value });
    }
    found
}

pub fn checked_id(id: Found<String>, notes: &mut Notes<'_>) -> Option<Found<String>> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.value.chars().all(allowed) && id.value.len() <= ID_BYTES_MAX {
        return Some(id);
    }
    notes.add(id.at, Problem::BadId { id: id.value });
    None
}

pub fn checked_date(date: Found<String>, notes: &mut Notes<'_>) -> Option<Found<Date>> {
    match date.value.parse() {
        Ok(value) if date.value.len() == DATE_CHARS => Some(Found { value, at: date.at }),
        Ok(_) | Err(_) => {
            notes.add(date.at, Problem::BadDate { text: date.value });
            None
        }
    }
}

pub fn checked_offset(offset: Found<String>, notes: &mut Notes<'_>) -> Option<i16> {
    let minutes = offset_minutes(&offset.value);
    if minutes.is_none() {
        let text = offset.value;
        notes.add(offset.at, Problem::BadOffset { text });
    }
    minutes
}

/// Reads `+08:00` as minutes.
fn offset_minutes(text: &str) -> Option<i16> {
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let total = hours * 60 + minutes;
    match sign {
        _ if minutes > 59 || total > OFFSET_HOURS_MAX * 60 => None,
        "+" => Some(total),
        "-" => Some(-total),
        _ => None,
    }
}

fn two_digits(text: &str) -> Option<i16> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Writes minutes as `+08:00`.
pub fn offset_text(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

pub fn checked_unit(name: &Found<String>, units: &[Unit], notes: &mut Notes<'_>) -> Option<UnitId> {
    let unit = units.iter().find(|unit| unit.id.0 == name.value);
    if unit.is_none() {
        let id = name.value.clone();
        notes.add(name.at.clone(), Problem::UnknownUnit { id });
    }
    unit.map(|unit| unit.id.clone())
}

/// Checks that numbers run from 1 without a gap.
///
/// `before`: how many there were. Result: the number that belongs here, whatever stands there.
pub fn check_order(number: Option<Found<u8>>, before: usize, notes: &mut Notes<'_>) -> u8 {
    let expected = u8::try_from(before + 1).expect("the limits on lists are below 255");
    if let Some(number) = number
        && number.value != expected
    {
        let found = number.value;
        notes.add(number.at, Problem::Order { expected, found });
    }
    expected
}
