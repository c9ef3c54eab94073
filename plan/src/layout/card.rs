//! The card document: a unit's telephones in one flat map. The first put creates an entry.

use std::{collections::BTreeMap, fmt};

use automerge::{Automerge, AutomergeError, ROOT, ReadDoc, transaction::Transaction};

use super::{map_in, map_made_in, put_new, values_in};
use crate::{
    campaign::UnitId,
    column::{Column, Kind},
    limits::ENTRY_KEY_BYTES_MAX,
    value::Value,
};

/// The root key under which the entries lie.
pub const ENTRIES: &str = "entries";

const REPORTER: &str = "reporter:";
const PHONE: &str = "/phone";
const UNIT_PHONE: &str = "unit/phone";

/// Names an entry and its column: the key in the flat map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKey {
    /// `reporter:<name>/phone`: the telephone of a 填报人.
    ReporterPhone(String),
    /// `unit/phone`: the unit's own telephone, shown in rows that name no 填报人.
    UnitPhone,
}

/// A card, read whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// All values that stand in an entry at once, the one that plain readers see first.
    pub entries: BTreeMap<EntryKey, Vec<Value>>,
}

impl EntryKey {
    /// Returns where the telephone for this 填报人 stands. Blanks around a name do not make another person.
    pub fn phone_of(reporter: &str) -> EntryKey {
        match reporter.trim() {
            "" => EntryKey::UnitPhone,
            name => EntryKey::ReporterPhone(name.to_owned()),
        }
    }

    /// Reads a key; `None` if it is not known, or not written as we write it.
    pub fn parse(key: &str) -> Option<EntryKey> {
        if key.len() > ENTRY_KEY_BYTES_MAX {
            return None;
        }
        if key == UNIT_PHONE {
            return Some(EntryKey::UnitPhone);
        }
        let name = key.strip_prefix(REPORTER)?.strip_suffix(PHONE)?;
        let is_plain = !name.is_empty() && name.trim() == name;
        is_plain.then(|| EntryKey::ReporterPhone(name.to_owned()))
    }

    /// Says what the entry holds.
    pub fn kind(&self) -> Kind {
        match self {
            EntryKey::ReporterPhone(_) | EntryKey::UnitPhone => Column::Phone.kind(),
        }
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryKey::ReporterPhone(name) => write!(f, "{REPORTER}{name}{PHONE}"),
            EntryKey::UnitPhone => f.write_str(UNIT_PHONE),
        }
    }
}

impl Card {
    /// Returns the telephones for this 填报人; several if they were written at the same time.
    pub fn phones_of(&self, reporter: &str) -> &[Value] {
        self.entries
            .get(&EntryKey::phone_of(reporter))
            .map_or(&[], Vec::as_slice)
    }
}

/// Makes the card of a unit; what stands there already is left alone.
pub fn create(unit: &UnitId, tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    put_new(tx, &ROOT, "unit", unit.0.as_str())?;
    map_made_in(tx, &ROOT, ENTRIES).map(drop)
}

/// Reads the card; a document that is not there yet has no entries.
pub fn read(doc: &Automerge) -> Card {
    let Some(map) = map_in(doc, &ROOT, ENTRIES) else {
        return Card::default();
    };
    let keys: Vec<String> = doc.keys(&map).collect();
    let entry = |key: String| {
        let entry = EntryKey::parse(&key)?;
        let values = values_in(doc, &map, &key, entry.kind());
        Some((entry, values)).filter(|(_, values)| !values.is_empty())
    };
    Card {
        entries: keys.into_iter().filter_map(entry).collect(),
    }
}
