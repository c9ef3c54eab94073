//! Walks a TOML document and notes what is wrong with the line it stands in, instead of stopping at the first mistake.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::campaign_file::{Misread, Problem};

/// Collects misreads against the text they stand in.
pub struct Notes<'a> {
    text: &'a str,
    found: Vec<Misread>,
}

impl<'a> Notes<'a> {
    pub fn new(text: &'a str) -> Self {
        Notes { text, found: Vec::new() }
    }

    pub fn add(&mut self, at: Range<usize>, problem: Problem) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        self.found.push(Misread { line, problem });
    }

    pub fn into_sorted(mut self) -> Vec<Misread> {
        self.found.sort_by_key(|misread| misread.line);
        self.found
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
        Table { table, place, asked: Vec::new() }
    }

    pub fn text(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Found<String>> {
        let value = self.required(key, notes)?;
        let text = value.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        found(key, "text", value, text, notes)
    }

    pub fn optional_text(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Found<String>> {
        self.value(key)?;
        self.text(key, notes)
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
        found(key, "date", value, text, notes)
    }

    pub fn number(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Found<u8>> {
        let value = self.required(key, notes)?;
        let number = value.get_ref().as_integer().and_then(|n| n.as_str().parse().ok()).filter(|n| *n > 0);
        found(key, "number", value, number, notes)
    }

    pub fn flag(&mut self, key: &'static str, default: bool, notes: &mut Notes<'_>) -> bool {
        let Some(value) = self.value(key) else { return default };
        found(key, "flag", value, value.get_ref().as_bool(), notes).map_or(default, |flag| flag.value)
    }

    pub fn texts(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Vec<Found<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = found(key, "list", value, value.get_ref().as_array(), notes) else { return Vec::new() };
        let mut texts = Vec::new();
        for item in items.value.iter() {
            texts.extend(found(key, "text", item, item.get_ref().as_str().map(str::to_owned), notes));
        }
        texts
    }

    pub fn tables(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Vec<Table<'a, 'i>> {
        let Some(value) = self.required(key, notes) else { return Vec::new() };
        let Some(items) = found(key, "tables", value, value.get_ref().as_array(), notes) else { return Vec::new() };
        let mut tables = Vec::new();
        for item in items.value.iter() {
            let table = found(key, "tables", item, item.get_ref().as_table(), notes);
            tables.extend(table.map(|table| Table::new(table.value, table.at)));
        }
        tables
    }

    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Notes the keys that nobody asked for.
    pub fn finish(self, notes: &mut Notes<'_>) {
        for key in self.table.keys() {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                notes.add(key.span(), Problem::UnknownKey { key: key.get_ref().to_string() });
            }
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn required(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<&'a Spanned<DeValue<'i>>> {
        let value = self.value(key);
        if value.is_none() {
            notes.add(self.place.clone(), Problem::Missing { key: key.to_owned() });
        }
        value
    }
}

fn found<T>(
    key: &str,
    expected: &str,
    value: &Spanned<DeValue<'_>>,
    read: Option<T>,
    notes: &mut Notes<'_>,
) -> Option<Found<T>> {
    if read.is_none() {
        notes.add(value.span(), Problem::WrongKind { key: key.to_owned(), expected: expected.to_owned() });
    }
    read.map(|read| Found { value: read, at: value.span() })
}
