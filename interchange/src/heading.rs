//! Headings: what a column is called on paper.

use diaodu_plan::column::Column;

use crate::sentences::{Language, sentence};

/// Returns the heading of a column.
pub fn heading(language: Language, column: Column) -> String {
    sentence(language, &format!("heading.{}", column.id()), &[])
}

/// Returns the heading over a column that it shares with its neighbours, e.g. 本周.
pub fn group(language: Language, column: Column) -> Option<String> {
    let id = column.id();
    let group = ["week", "total"].into_iter().find(|group| id.ends_with(&format!("_{group}")))?;
    Some(sentence(language, &format!("group.{group}"), &[]))
}
