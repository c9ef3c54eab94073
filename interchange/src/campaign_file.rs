//! The campaign file: TOML that a district writes for itself (docs/campaign.md). All mistakes are told at once, each with its line.

use diaodu_plan::campaign::{
    Action, ActionNumber, Campaign, Measure, MeasureNumber, Party, Unit, UnitId, UnitKind, Week, WeekNumber,
};
use jiff::{Timestamp, civil::Date};
use toml::de::DeTable;

use crate::{
    sentences::sentence,
    toml_walk::{Found, Notes, Table},
};

pub use crate::sentences::Language;

/// How a file names every active street.
pub const ALL_STREETS: &str = "各街道";
/// How a file names the streets of `relevant_streets`.
pub const RELEVANT_STREETS: &str = "相关街道";

/// A mistake and the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Counts from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong in a campaign file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentences in templates/ say what each means")]
pub enum Problem {
    Syntax { detail: String },
    Missing { key: String },
    UnknownKey { key: String },
    WrongKind { key: String, expected: String },
    Format,
    BadId { id: String },
    Twice { id: String },
    UnknownUnit { id: String },
    NotAStreet { id: String },
    NoRelevantStreets,
    Nobody,
    BadDate { text: String },
    BadMoment { text: String },
    BadOffset { text: String },
    BadUnitKind { text: String },
    Order { expected: u8, found: u8 },
    EndBeforeStart,
    WeekOverlap,
    DueOutside,
}

impl Misread {
    /// Returns what is wrong as a sentence, without the line.
    pub fn sentence(&self, language: Language) -> String {
        let one = |key: &str, name: &str, value: &str| sentence(language, key, &[(name, value)]);
        match &self.problem {
            Problem::Syntax { detail } => one("misread.syntax", "detail", detail),
            Problem::Missing { key } => one("misread.missing", "key", key),
            Problem::UnknownKey { key } => one("misread.unknown-key", "key", key),
            Problem::WrongKind { key, expected } => {
                let expected = sentence(language, &format!("expected.{expected}"), &[]);
                sentence(language, "misread.wrong-kind", &[("key", key), ("expected", &expected)])
            }
            Problem::Format => sentence(language, "misread.format", &[]),
            Problem::BadId { id } => one("misread.bad-id", "id", id),
            Problem::Twice { id } => one("misread.twice", "id", id),
            Problem::UnknownUnit { id } => one("misread.unknown-unit", "id", id),
            Problem::NotAStreet { id } => one("misread.not-a-street", "id", id),
            Problem::NoRelevantStreets => sentence(language, "misread.no-relevant-streets", &[]),
            Problem::Nobody => sentence(language, "misread.nobody", &[]),
            Problem::BadDate { text } => one("misread.bad-date", "text", text),
            Problem::BadMoment { text } => one("misread.bad-moment", "text", text),
            Problem::BadOffset { text } => one("misread.bad-offset", "text", text),
            Problem::BadUnitKind { text } => one("misread.bad-unit-kind", "text", text),
            Problem::Order { expected, found } => {
                let values = [("expected", expected.to_string()), ("found", found.to_string())];
                sentence(language, "misread.order", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
            Problem::EndBeforeStart => sentence(language, "misread.end-before-start", &[]),
            Problem::WeekOverlap => sentence(language, "misread.week-overlap", &[]),
            Problem::DueOutside => sentence(language, "misread.due-outside", &[]),
        }
    }
}

/// Reads a campaign file.
///
/// Result: the campaign where nothing is wrong, else `None`; and all mistakes in the order of their lines.
pub fn read(text: &str) -> (Option<Campaign>, Vec<Misread>) {
    let mut notes = Notes::new(text);
    let campaign = match DeTable::parse(text) {
        Ok(table) => read_campaign(Table::new(table.get_ref(), 0..0), &mut notes),
        Err(error) => {
            notes.add(error.span().unwrap_or(0..0), Problem::Syntax { detail: error.message().to_owned() });
            None
        }
    };
    let misreads = notes.into_sorted();
    (campaign.filter(|_| misreads.is_empty()), misreads)
}

fn read_campaign(mut table: Table<'_, '_>, notes: &mut Notes<'_>) -> Option<Campaign> {
    if let Some(format) = table.number("format", notes)
        && format.value != 1
    {
        notes.add(format.at, Problem::Format);
    }
    let id = table.text("id", notes).and_then(|id| checked_id(id, notes));
    let name = table.text("name", notes);
    let table_title = table.text("table_title", notes);
    let start = table.moment("start", notes).and_then(|date| checked_date(date, notes));
    let end = table.moment("end", notes).and_then(|date| checked_date(date, notes));
    let offset = table.text("utc_offset", notes).and_then(|offset| checked_offset(&offset, notes));
    let office = table.text("office", notes);
    let units = read_units(&mut table, notes);
    let (actions, measures) = read_actions(&mut table, &units, notes);
    let weeks = read_weeks(&mut table, offset, notes);
    if let Some(office) = &office {
        check_unit(office, &units, notes);
    }
    if let (Some(start), Some(end)) = (&start, &end)
        && end.value < start.value
    {
        notes.add(end.at.clone(), Problem::EndBeforeStart);
    }
    table.finish(notes);
    Some(Campaign {
        id: id?.value,
        name: name?.value,
        table_title: table_title?.value,
        start: start?.value,
        end: end?.value,
        utc_offset_minutes: offset?,
        office: UnitId(office?.value),
        actions,
        measures,
        units,
        weeks,
    })
}

fn read_units(table: &mut Table<'_, '_>, notes: &mut Notes<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for mut table in table.tables("units", notes) {
        let id = table.text("id", notes).and_then(|id| checked_id(id, notes));
        if let Some(id) = &id
            && units.iter().any(|unit| unit.id.0 == id.value)
        {
            notes.add(id.at.clone(), Problem::Twice { id: id.value.clone() });
        }
        let name = table.text("name", notes);
        let full_name = table.optional_text("full_name", notes);
        let kind = table.text("kind", notes).and_then(|kind| checked_kind(kind, notes));
        let active = table.flag("active", true, notes);
        table.finish(notes);
        // A unit with a mistake of its own still counts as known, so that one mistake is not told twice.
        if let Some(id) = id {
            let name = name.map_or_else(|| id.value.clone(), |name| name.value);
            let full_name = full_name.map_or_else(|| name.clone(), |full| full.value);
            let kind = kind.unwrap_or(UnitKind::Street);
            units.push(Unit { id: UnitId(id.value), name, full_name, kind, active });
        }
    }
    units
}

fn read_actions(table: &mut Table<'_, '_>, units: &[Unit], notes: &mut Notes<'_>) -> (Vec<Action>, Vec<Measure>) {
    let (mut actions, mut measures) = (Vec::new(), Vec::new());
    for mut table in table.tables("actions", notes) {
        let number = table.number("number", notes);
        let number = check_order(number, actions.len(), notes);
        let title = table.text("title", notes);
        let preamble = table.optional_text("preamble", notes);
        for measure in table.tables("measures", notes) {
            measures.extend(read_measure(measure, ActionNumber(number), measures.len(), units, notes));
        }
        table.finish(notes);
        actions.push(Action {
            number: ActionNumber(number),
            title: title.map_or_else(String::new, |title| title.value),
            preamble: preamble.map_or_else(String::new, |preamble| preamble.value),
        });
    }
    (actions, measures)
}

fn read_measure(
    mut table: Table<'_, '_>,
    action: ActionNumber,
    before: usize,
    units: &[Unit],
    notes: &mut Notes<'_>,
) -> Option<Measure> {
    let number = table.number("number", notes);
    let number = check_order(number, before, notes);
    let title = table.text("title", notes);
    let text = table.text("text", notes);
    let lead = read_parties(&mut table, "lead", units, notes);
    let implementing = read_parties(&mut table, "implementing", units, notes);
    let cooperating = read_parties(&mut table, "cooperating", units, notes);
    let mut relevant_streets = Vec::new();
    for street in table.texts("relevant_streets", notes) {
        match units.iter().find(|unit| unit.id.0 == street.value) {
            Some(unit) if unit.is_street() => relevant_streets.push(unit.id.clone()),
            Some(_) => notes.add(street.at, Problem::NotAStreet { id: street.value }),
            None => notes.add(street.at, Problem::UnknownUnit { id: street.value }),
        }
    }
    let parties: Vec<&Party> = lead.iter().chain(&implementing).chain(&cooperating).collect();
    if parties.is_empty() {
        notes.add(table.place(), Problem::Nobody);
    }
    if relevant_streets.is_empty() && parties.contains(&&Party::RelevantStreets) {
        notes.add(table.place(), Problem::NoRelevantStreets);
    }
    table.finish(notes);
    Some(Measure {
        number: MeasureNumber(number),
        action,
        title: title?.value,
        text: text?.value,
        lead,
        implementing,
        cooperating,
        relevant_streets,
    })
}

fn read_parties(table: &mut Table<'_, '_>, key: &'static str, units: &[Unit], notes: &mut Notes<'_>) -> Vec<Party> {
    let mut parties = Vec::new();
    for name in table.texts(key, notes) {
        let party = match name.value.as_str() {
            ALL_STREETS => Party::AllStreets,
            RELEVANT_STREETS => Party::RelevantStreets,
            _ => match check_unit(&name, units, notes) {
                Some(id) => Party::Unit(id),
                None => continue,
            },
        };
        if parties.contains(&party) {
            notes.add(name.at, Problem::Twice { id: name.value });
        } else {
            parties.push(party);
        }
    }
    parties
}

fn read_weeks(table: &mut Table<'_, '_>, offset: Option<i16>, notes: &mut Notes<'_>) -> Vec<Week> {
    let mut weeks: Vec<Week> = Vec::new();
    for mut table in table.tables("weeks", notes) {
        let number = table.number("number", notes);
        let number = check_order(number, weeks.len(), notes);
        let start = table.moment("start", notes).and_then(|date| checked_date(date, notes));
        let end = table.moment("end", notes).and_then(|date| checked_date(date, notes));
        let due = table.moment("due", notes);
        table.finish(notes);
        let (Some(start), Some(end), Some(due)) = (start, end, due) else { continue };
        let Ok(moment) = due.value.parse::<Timestamp>() else {
            notes.add(due.at, Problem::BadMoment { text: due.value });
            continue;
        };
        let zone = jiff::tz::Offset::from_seconds(i32::from(offset.unwrap_or(0)) * 60).unwrap_or(jiff::tz::Offset::UTC);
        let day = zone.to_datetime(moment).date();
        if end.value < start.value {
            notes.add(end.at, Problem::EndBeforeStart);
        } else if weeks.last().is_some_and(|last| start.value <= last.end) {
            notes.add(start.at, Problem::WeekOverlap);
        } else if offset.is_some() && (day < start.value || day > end.value) {
            notes.add(due.at, Problem::DueOutside);
        }
        weeks.push(Week { number: WeekNumber(number), start: start.value, end: end.value, due: moment });
    }
    weeks
}

fn check_order(number: Option<Found<u8>>, before: usize, notes: &mut Notes<'_>) -> u8 {
    let expected = u8::try_from(before + 1).unwrap_or(u8::MAX);
    if let Some(number) = number
        && number.value != expected
    {
        notes.add(number.at, Problem::Order { expected, found: number.value });
    }
    expected
}

fn checked_id(id: Found<String>, notes: &mut Notes<'_>) -> Option<Found<String>> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.value.chars().all(allowed) && id.value.len() <= 40 {
        return Some(id);
    }
    notes.add(id.at, Problem::BadId { id: id.value });
    None
}

fn checked_date(date: Found<String>, notes: &mut Notes<'_>) -> Option<Found<Date>> {
    match date.value.parse() {
        Ok(value) => Some(Found { value, at: date.at }),
        Err(_) => {
            notes.add(date.at, Problem::BadDate { text: date.value });
            None
        }
    }
}

/// Reads `+08:00` as minutes.
fn checked_offset(offset: &Found<String>, notes: &mut Notes<'_>) -> Option<i16> {
    let minutes = offset.value.split_at_checked(1).and_then(|(sign, rest)| {
        let (hours, minutes) = rest.split_once(':')?;
        let total = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?;
        match sign {
            "+" => Some(total),
            "-" => Some(-total),
            _ => None,
        }
    });
    let minutes = minutes.filter(|minutes| minutes.abs() <= 14 * 60);
    if minutes.is_none() {
        notes.add(offset.at.clone(), Problem::BadOffset { text: offset.value.clone() });
    }
    minutes
}

fn checked_kind(kind: Found<String>, notes: &mut Notes<'_>) -> Option<UnitKind> {
    match kind.value.as_str() {
        "office" => Some(UnitKind::Office),
        "department" => Some(UnitKind::Department),
        "institution" => Some(UnitKind::Institution),
        "branch" => Some(UnitKind::Branch),
        "street" => Some(UnitKind::Street),
        _ => {
            notes.add(kind.at, Problem::BadUnitKind { text: kind.value });
            None
        }
    }
}

fn check_unit(name: &Found<String>, units: &[Unit], notes: &mut Notes<'_>) -> Option<UnitId> {
    let unit = units.iter().find(|unit| unit.id.0 == name.value);
    if unit.is_none() {
        notes.add(name.at.clone(), Problem::UnknownUnit { id: name.value.clone() });
    }
    unit.map(|unit| unit.id.clone())
}

#[cfg(test)]
#[path = "campaign_file_tests.rs"]
mod tests;
