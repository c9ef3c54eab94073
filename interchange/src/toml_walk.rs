//! Walks a TOML document and notes what is wrong with the line it stands in, instead of stopping at the first mistake.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use diaodu_plan::limits::NAME_BYTES_MAX;

use crate::campaign_file::{Expected, Misread, Problem, scalar::checked_id};

/// Marks that a Chinese input method writes where TOML has ASCII ones.
const FULL_WIDTH: &str = "\u{201C}\u{201D}\u{2018}\u{2019}\u{FF02}\u{FF1D}\u{FF0C}\u{3001}\u{3010}\u{3011}\u{FF3B}\u{FF3D}\u{FF03}\u{3000}";

/// Collects misreads against the text they stand in.
pub struct Notes<'a> {
    text: &'a str,
    found: Vec<Misread>,
}

impl<'a> Notes<'a> {
    pub fn new(text: &'a str) -> Self {
        let found = Vec::new();
        Notes { text, found }
    }

    pub fn add(&mut self, at: Range<usize>, problem: Problem) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let beside = before.rsplit('\n').next().unwrap_or(before);
        self.found.push(Misread {
            line: before.matches('\n').count() + 1,
            column: beside.chars().count() + 1,
            problem,
        });
    }

    pub fn into_misreads(self) -> Vec<Misread> {
        self.found
    }
}

/// Returns what is not TOML, at most one mistake a line: the rest of the line follows from the first.
pub fn syntax_misreads(text: &str, errors: &[toml::de::Error]) -> Vec<Misread> {
    let mut notes = Notes::new(text);
    for error in errors {
        let at = error.span().unwrap_or(text.len()..text.len());
        let problem = syntax_problem(text, &at, error.message());
        notes.add(at, problem);
    }
    let mut misreads = notes.into_misreads();
    misreads.sort_by_key(|misread| (misread.line, misread.column));
    misreads.dedup_by_key(|misread| misread.line);
    misreads
}

/// Blanks the lines that are not TOML, because the parser gives up behind some of them; every place stays where it is.
///
/// Headers stay: without one its keys would belong to the table before.
pub fn blank_broken_lines(text: &str, errors: &[toml::de::Error]) -> String {
    let mut readable = text.to_owned();
    for error in errors {
        let at = error.span().map_or(text.len(), |span| span.start);
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = behind.find('\n').map_or(text.len(), |newline| at + newline);
        if !text[start..end].trim_start().starts_with('[') {
            readable.replace_range(start..end, &" ".repeat(end - start));
        }
    }
    readable
}

fn syntax_problem(text: &str, at: &Range<usize>, message: &str) -> Problem {
    let here = text.get(at.clone()).unwrap_or_default();
    if message.starts_with("duplicate key") {
        let key = here.to_owned();
        return Problem::DuplicateKey { key };
    }
    let rest = text.get(at.start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    // Looked for outside quotes only: inside them the marks are text.
    let bare = line.split(['"', '\'', '#']).next().unwrap_or_default();
    match bare.chars().find(|letter| FULL_WIDTH.contains(*letter)) {
        Some(mark) => Problem::FullWidth { mark },
        None => Problem::Syntax {
            detail: message.to_owned(),
        },
    }
}

/// One table being read; keys that nobody asked for are unknown.
pub struct Table<'a, 'i> {
    table: &'a DeTable<'i>,
    place: Range<usize>,
    asked: Vec<&'static str>,
}

/// A value and where it stands.
pub struct Found<T> {
    pub value: T,
    pub at: Range<usize>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub fn new(table: &'a DeTable<'i>, place: Range<usize>) -> Self {
        Table {
            table,
            place,
            asked: Vec::new(),
        }
    }

    /// The table's own id.
    pub fn id(&mut self, notes: &mut Notes<'_>) -> Option<Found<String>> {
        let id = self.text("id", NAME_BYTES_MAX, notes)?;
        checked_id(id, notes)
    }

    /// A text that is not blank, without the blanks around it.
    pub fn text(
        &mut self,
        key: &'static str,
        bytes_max: usize,
        notes: &mut Notes<'_>,
    ) -> Option<Found<String>> {
        let value = self.required(key, notes)?;
        let text = value.get_ref().as_str().map(str::trim);
        let text = text.filter(|text| !text.is_empty());
        // A file from Windows says the same as any other.
        let text = text.map(|text| text.replace("\r\n", "\n"));
        let text = found(key, Expected::Text, value, text, notes)?;
        if text.value.len() > bytes_max {
            let (key, max) = (key.to_owned(), bytes_max);
            notes.add(text.at, Problem::TooLong { key, max });
            return None;
        }
        Some(text)
    }

    pub fn optional_text(
        &mut self,
        key: &'static str,
        bytes_max: usize,
        notes: &mut Notes<'_>,
    ) -> Option<Found<String>> {
        self.value(key)?;
        self.text(key, bytes_max, notes)
    }

    /// A date or a moment, bare or in quotes.
    pub fn moment(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Found<String>> {
        let value = self.required(key, notes)?;
        let text = match value.get_ref() {
            DeValue::Datetime(moment) => Some(moment.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        found(key, Expected::Date, value, text, notes)
    }

    /// A date or a moment that may be left out.
    pub fn optional_moment(
        &mut self,
        key: &'static str,
        notes: &mut Notes<'_>,
    ) -> Option<Found<String>> {
        self.value(key)?;
        self.moment(key, notes)
    }

    pub fn number(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Found<u8>> {
        let value = self.required(key, notes)?;
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|n| u8::from_str_radix(n.as_str(), n.radix()).ok())
            .filter(|n| *n > 0);
        found(key, Expected::Number, value, number, notes)
    }

    pub fn flag(&mut self, key: &'static str, default: bool, notes: &mut Notes<'_>) -> bool {
        let Some(value) = self.value(key) else {
            return default;
        };
        found(key, Expected::Flag, value, value.get_ref().as_bool(), notes)
            .map_or(default, |flag| flag.value)
    }

    pub fn texts(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Vec<Found<String>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(items) = found(
            key,
            Expected::List,
            value,
            value.get_ref().as_array(),
            notes,
        ) else {
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.value.iter() {
            texts.extend(found(
                key,
                Expected::Text,
                item,
                item.get_ref().as_str().map(str::to_owned),
                notes,
            ));
        }
        texts
    }

    /// A table written as `[key]`, where there is one.
    pub fn optional_table(
        &mut self,
        key: &'static str,
        notes: &mut Notes<'_>,
    ) -> Option<Table<'a, 'i>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        let table = found(key, Expected::Table, value, table, notes)?;
        Some(Table::new(table.value, table.at))
    }

    /// Tables written as `[[key]]`: one at least, `max` at most.
    pub fn tables(
        &mut self,
        key: &'static str,
        max: usize,
        notes: &mut Notes<'_>,
    ) -> Vec<Table<'a, 'i>> {
        let Some(value) = self.required(key, notes) else {
            return Vec::new();
        };
        let list = value.get_ref().as_array();
        let Some(items) = found(key, Expected::Tables, value, list, notes) else {
            return Vec::new();
        };
        let own_key = key.to_owned();
        if items.value.is_empty() {
            notes.add(items.at, Problem::Empty { key: own_key });
        } else if let Some(first_beyond) = items.value.get(max) {
            let problem = Problem::TooMany { key: own_key, max };
            notes.add(first_beyond.span(), problem);
        }
        let mut tables = Vec::new();
        for item in items.value.iter().take(max) {
            let table = found(
                key,
                Expected::Tables,
                item,
                item.get_ref().as_table(),
                notes,
            );
            tables.extend(table.map(|table| Table::new(table.value, table.at)));
        }
        tables
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where a key stands; where its table does if there is none.
    pub fn key_place(&self, key: &str) -> Range<usize> {
        let known = self.table.get_key_value(key);
        known.map_or_else(|| self.place(), |(key, _)| key.span())
    }

    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Notes the keys that nobody asked for.
    pub fn finish(self, notes: &mut Notes<'_>) {
        for key in self.table.keys() {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                notes.add(
                    key.span(),
                    Problem::UnknownKey {
                        key: key.get_ref().to_string(),
                    },
                );
            }
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn required(
        &mut self,
        key: &'static str,
        notes: &mut Notes<'_>,
    ) -> Option<&'a Spanned<DeValue<'i>>> {
        let value = self.value(key);
        if value.is_none() {
            notes.add(
                self.place.clone(),
                Problem::Missing {
                    key: key.to_owned(),
                },
            );
        }
        value
    }
}

fn found<T>(
    key: &str,
    expected: Expected,
    value: &Spanned<DeValue<'_>>,
    read: Option<T>,
    notes: &mut Notes<'_>,
) -> Option<Found<T>> {
    if read.is_none() {
        notes.add(
            value.span(),
            Problem::WrongKind {
                key: key.to_owned(),
                expected,
            },
        );
    }
    read.map(|read| Found {
        value: read,
        at: value.span(),
    })
}
