//! The campaign file: TOML that a district writes for itself (docs/campaign.md). All mistakes are told at once, each with its line.

use std::collections::BTreeMap;

use diaodu_plan::{
    campaign::{
        self, Action, ActionNumber, Campaign, Measure, MeasureNumber, Party, Unit, UnitId,
        UnitKind, Week, WeekNumber,
    },
    limits::{
        ACTIONS_MAX, LONG_TEXT_BYTES_MAX, MEASURES_MAX, NAME_BYTES_MAX, ROWS_MAX, UNITS_MAX,
        WEEKS_MAX,
    },
    reminder,
    report::SignOff,
    row::rows,
};
use jiff::{Timestamp, civil::Date, tz::Offset};
use toml::de::DeTable;

use crate::toml_walk::{Found, Notes, Table, blank_broken_lines, syntax_misreads};
use scalar::{check_order, checked_date, checked_kind, checked_offset, checked_unit};

pub use crate::sentences::Language;
pub use misread::{Expected, Misread, Problem};
pub use write::write;

mod misread;
mod plan_text;
pub(crate) mod scalar;
mod write;

/// How a file names every active street; the plan's own longer word is understood too.
pub const ALL_STREETS: &str = "各街道";
/// How a file names the streets of `relevant_streets`; the plan's own longer word is understood too.
pub const RELEVANT_STREETS: &str = "相关街道";

/// The version of the format.
const FORMAT: u8 = 1;

/// Reads a campaign file.
///
/// Result: the campaign where nothing is wrong, else `None`; and all mistakes in the order of their places.
/// Beside lines that are not TOML only those mistakes are told that do not depend on other lines.
pub fn read(text: &str) -> (Option<Campaign>, Vec<Misread>) {
    let (_, mut errors) = DeTable::parse_recoverable(text);
    let readable = blank_broken_lines(text, &errors);
    let (table, more_errors) = DeTable::parse_recoverable(&readable);
    errors.extend(more_errors);
    let mut notes = Notes::new(text);
    let campaign = read_campaign(Table::new(table.get_ref(), 0..0), &mut notes);
    let mut misreads = notes.into_misreads();
    let broken = syntax_misreads(text, &errors);
    if !broken.is_empty() {
        let is_certain = |misread: &Misread| {
            misread.problem.stands_alone() && broken.iter().all(|other| other.line != misread.line)
        };
        misreads.retain(is_certain);
        misreads.extend(broken);
    }
    misreads.sort_by_key(|misread| (misread.line, misread.column));
    let mut campaign = campaign.filter(|_| misreads.is_empty());
    // Counted last: the rows of a campaign with other mistakes mean nothing.
    if let Some(rows) = campaign
        .as_ref()
        .map(|campaign| rows(campaign, WeekNumber(1)).len())
        && rows > ROWS_MAX
    {
        campaign = None;
        let (line, column, max) = (1, 1, ROWS_MAX);
        let problem = Problem::TooManyRows { rows, max };
        misreads.push(Misread {
            line,
            column,
            problem,
        });
    }
    (campaign, misreads)
}

fn read_campaign(mut table: Table<'_, '_>, notes: &mut Notes<'_>) -> Option<Campaign> {
    if let Some(format) = table.number("format", notes)
        && format.value != FORMAT
    {
        notes.add(format.at, Problem::Format);
    }
    let id = table.id(notes);
    let name = table.text("name", NAME_BYTES_MAX, notes);
    let table_title = table.text("table_title", NAME_BYTES_MAX, notes);
    let start = table.moment("start", notes);
    let start = start.and_then(|date| checked_date(date, notes));
    let end = table.moment("end", notes);
    let end = end.and_then(|date| checked_date(date, notes));
    let action_plan_due = read_action_plan_due(&mut table, &start, &end, notes);
    let offset = table.text("utc_offset", NAME_BYTES_MAX, notes);
    let offset = offset.and_then(|offset| checked_offset(offset, notes));
    let office = table.text("office", NAME_BYTES_MAX, notes);
    let plan_text = plan_text::read(&mut table, notes);
    let units = read_units(&mut table, notes);
    let (actions, measures) = read_actions(&mut table, &units, notes);
    let weeks = read_weeks(&mut table, offset, notes);
    let office = office.and_then(|office| checked_unit(&office, &units, notes));
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
        office: office?,
        actions,
        measures,
        units,
        weeks,
        duties: BTreeMap::new(),
        duties_before: BTreeMap::new(),
        reminders: reminder::usual(),
        action_plan_due,
        plan_text,
        reviews: BTreeMap::new(),
    })
}

/// May be left out; then nobody owes an action plan.
fn read_action_plan_due(
    table: &mut Table<'_, '_>,
    start: &Option<Found<Date>>,
    end: &Option<Found<Date>>,
    notes: &mut Notes<'_>,
) -> Option<Date> {
    let day = table.optional_moment("action_plan_due", notes)?;
    let day = checked_date(day, notes)?;
    // Days in the wrong order are told by themselves.
    if let (Some(start), Some(end)) = (start, end)
        && start.value <= end.value
        && !(start.value..=end.value).contains(&day.value)
    {
        notes.add(day.at, Problem::ActionPlanOutside);
        return None;
    }
    Some(day.value)
}

fn read_units(table: &mut Table<'_, '_>, notes: &mut Notes<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for mut table in table.tables("units", UNITS_MAX, notes) {
        let id = table.id(notes);
        if let Some(id) = &id
            && units.iter().any(|unit| unit.id.0 == id.value)
        {
            let (at, id) = (id.at.clone(), id.value.clone());
            notes.add(at, Problem::Twice { id });
        }
        let name = table.text("name", NAME_BYTES_MAX, notes);
        if let Some(name) = &name
            && units.iter().any(|unit| unit.name == name.value)
        {
            let (at, id) = (name.at.clone(), name.value.clone());
            notes.add(at, Problem::Twice { id });
        }
        let full_name = table.optional_text("full_name", NAME_BYTES_MAX, notes);
        let kind = table.text("kind", NAME_BYTES_MAX, notes);
        let kind = kind.and_then(|kind| checked_kind(kind, notes));
        let active = table.flag("active", true, notes);
        table.finish(notes);
        // A unit with a mistake of its own still counts as known, so that one mistake is not told twice.
        if let Some(id) = id {
            let name = name.map_or_else(|| id.value.clone(), |name| name.value);
            let full_name = full_name.map_or_else(|| name.clone(), |full| full.value);
            units.push(Unit {
                id: UnitId(id.value),
                name,
                full_name,
                kind: kind.unwrap_or(UnitKind::Street),
                active,
            });
        }
    }
    units
}

fn read_actions(
    table: &mut Table<'_, '_>,
    units: &[Unit],
    notes: &mut Notes<'_>,
) -> (Vec<Action>, Vec<Measure>) {
    let (mut actions, mut measures) = (Vec::new(), Vec::new());
    let mut before = 0;
    for mut table in table.tables("actions", ACTIONS_MAX, notes) {
        let number = table.number("number", notes);
        let number = ActionNumber(check_order(number, actions.len(), notes));
        let title = table.text("title", NAME_BYTES_MAX, notes);
        let preamble = table.optional_text("preamble", LONG_TEXT_BYTES_MAX, notes);
        let bound = MEASURES_MAX - before;
        for measure in table.tables("measures", bound, notes) {
            measures.extend(read_measure(measure, number, before, units, notes));
            before += 1;
        }
        table.finish(notes);
        actions.push(Action {
            number,
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
    let title = table.text("title", NAME_BYTES_MAX, notes);
    let text = table.text("text", LONG_TEXT_BYTES_MAX, notes);
    let lead = read_parties(&mut table, "lead", units, notes);
    let implementing = read_parties(&mut table, "implementing", units, notes);
    let cooperating = read_parties(&mut table, "cooperating", units, notes);
    let relevant_streets = read_relevant_streets(&mut table, units, notes);
    let parties: Vec<&Party> = [&lead, &implementing, &cooperating]
        .into_iter()
        .flatten()
        .collect();
    // Names that are not known are told where they stand.
    let is_named = ["lead", "implementing", "cooperating"]
        .iter()
        .any(|key| table.has(key));
    if parties.is_empty() && !is_named {
        notes.add(table.place(), Problem::Nobody);
    }
    let means_some = parties.contains(&&Party::RelevantStreets);
    if means_some && !table.has("relevant_streets") {
        notes.add(table.place(), Problem::NoRelevantStreets);
    }
    if !means_some && !relevant_streets.is_empty() {
        let at = table.key_place("relevant_streets");
        notes.add(at, Problem::RelevantStreetsUnused);
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
        relevant_before: Vec::new(),
    })
}

fn read_parties(
    table: &mut Table<'_, '_>,
    key: &'static str,
    units: &[Unit],
    notes: &mut Notes<'_>,
) -> Vec<Party> {
    let mut parties = Vec::new();
    for name in table.texts(key, notes) {
        let party = match name.value.as_str() {
            ALL_STREETS | campaign::ALL_STREETS => Some(Party::AllStreets),
            RELEVANT_STREETS | campaign::RELEVANT_STREETS => Some(Party::RelevantStreets),
            _ => checked_unit(&name, units, notes).map(Party::Unit),
        };
        add_once(&mut parties, party, name, notes);
    }
    parties
}

fn read_relevant_streets(
    table: &mut Table<'_, '_>,
    units: &[Unit],
    notes: &mut Notes<'_>,
) -> Vec<UnitId> {
    let mut streets = Vec::new();
    for name in table.texts("relevant_streets", notes) {
        let street = checked_unit(&name, units, notes);
        let is_street = |id: &UnitId| {
            let unit = units.iter().find(|unit| unit.id == *id);
            unit.is_some_and(Unit::is_street)
        };
        if street.as_ref().is_some_and(|id| !is_street(id)) {
            notes.add(name.at, Problem::NotAStreet { id: name.value });
        } else {
            add_once(&mut streets, street, name, notes);
        }
    }
    streets
}

fn add_once<T: PartialEq>(
    list: &mut Vec<T>,
    item: Option<T>,
    name: Found<String>,
    notes: &mut Notes<'_>,
) {
    let Some(item) = item else { return };
    if list.contains(&item) {
        notes.add(name.at, Problem::Twice { id: name.value });
    } else {
        list.push(item);
    }
}

fn read_weeks(table: &mut Table<'_, '_>, offset: Option<i16>, notes: &mut Notes<'_>) -> Vec<Week> {
    let mut weeks: Vec<Week> = Vec::new();
    let tables = table.tables("weeks", WEEKS_MAX, notes);
    for (index, table) in tables.into_iter().enumerate() {
        weeks.extend(read_week(table, index, weeks.last(), offset, notes));
    }
    weeks
}

fn read_week(
    mut table: Table<'_, '_>,
    index: usize,
    last: Option<&Week>,
    offset: Option<i16>,
    notes: &mut Notes<'_>,
) -> Option<Week> {
    let number = table.number("number", notes);
    let number = WeekNumber(check_order(number, index, notes));
    let start = table.moment("start", notes);
    let start = start.and_then(|date| checked_date(date, notes));
    let end = table.moment("end", notes);
    let end = end.and_then(|date| checked_date(date, notes));
    let due = table.moment("due", notes);
    let due = due.and_then(|due| checked_moment(due, notes));
    table.finish(notes);
    let (start, end, due) = (start?, end?, due?);
    if last.is_some_and(|last| start.value <= last.end) {
        notes.add(start.at, Problem::WeekOverlap);
    }
    if end.value < start.value {
        notes.add(end.at, Problem::EndBeforeStart);
    } else if let Some(minutes) = offset {
        let offset = Offset::from_seconds(i32::from(minutes) * 60).unwrap_or(Offset::UTC);
        let day = offset.to_datetime(due.value).date();
        if day < start.value || day > end.value {
            notes.add(due.at, Problem::DueOutside);
        }
    }
    Some(Week {
        number,
        start: start.value,
        end: end.value,
        due: due.value,
        grace_minutes: 0,
        due_reason: String::new(),
        sign_off: SignOff::None,
    })
}

fn checked_moment(moment: Found<String>, notes: &mut Notes<'_>) -> Option<Found<Timestamp>> {
    let Found { value: text, at } = moment;
    match text.parse() {
        Ok(value) => Some(Found { value, at }),
        Err(_) => {
            notes.add(at, Problem::BadMoment { text });
            None
        }
    }
}

#[cfg(test)]
#[path = "campaign_file_tests.rs"]
mod tests;
