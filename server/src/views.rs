//! Views, those that the office shares with all units and those that a person keeps: arrangements of the table by name. What an
//! arrangement means is the page's business; here it is a text with a bound.

use std::collections::BTreeMap;

use crate::{
    config::{VIEW_BYTES_MAX, VIEW_NAME_LETTERS_MAX, VIEWS_MAX},
    storage::{Storage, StorageError},
};

const VIEWS_SETTING: &str = "shared-views";

/// Arrangements by name.
pub type Views = BTreeMap<String, String>;

/// Why a view was not kept or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// Empty, too long, or with control characters.
    #[error("not a name")]
    Name,
    /// No JSON object, or too large.
    #[error("not an arrangement")]
    Arrangement,
    /// There are as many as there may be.
    #[error("too many views")]
    TooMany,
    /// There is none with this name.
    #[error("no such view")]
    Unknown,
}

impl ViewError {
    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            ViewError::Name => "bad-view-name",
            ViewError::Arrangement => "bad-view",
            ViewError::TooMany => "too-many-views",
            ViewError::Unknown => "no-view",
        }
    }
}

/// Reads what storage keeps.
pub async fn load(storage: &dyn Storage) -> Result<Views, StorageError> {
    let kept = storage.setting(VIEWS_SETTING).await?.unwrap_or_default();
    if kept.is_empty() {
        return Ok(Views::new());
    }
    serde_json::from_str(&kept).map_err(|error| StorageError::Damaged(error.to_string()))
}

/// Keeps them.
pub async fn keep(storage: &dyn Storage, views: &Views) -> Result<(), StorageError> {
    let text =
        serde_json::to_string(views).map_err(|error| StorageError::Failed(error.to_string()))?;
    storage.put_setting(VIEWS_SETTING, text).await
}

/// Adds a view, or puts another arrangement under its name.
pub fn put(views: &mut Views, name: String, arrangement: String) -> Result<(), ViewError> {
    let is_name = !name.trim().is_empty()
        && name.chars().count() <= VIEW_NAME_LETTERS_MAX
        && !name.chars().any(char::is_control);
    if !is_name {
        return Err(ViewError::Name);
    }
    let is_object = || {
        let read = serde_json::from_str::<serde_json::Value>(&arrangement);
        read.is_ok_and(|json| json.is_object())
    };
    if arrangement.len() > VIEW_BYTES_MAX || !is_object() {
        return Err(ViewError::Arrangement);
    }
    if views.len() >= VIEWS_MAX && !views.contains_key(&name) {
        return Err(ViewError::TooMany);
    }
    views.insert(name, arrangement);
    Ok(())
}

/// Removes a view.
pub fn remove(views: &mut Views, name: &str) -> Result<(), ViewError> {
    views.remove(name).map(drop).ok_or(ViewError::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, arrangement: &str, expected: Result<(), ViewError>) {
        let mut views = Views::new();
        assert_eq!(
            put(&mut views, name.to_owned(), arrangement.to_owned()),
            expected
        );
        assert_eq!(views.len(), usize::from(expected.is_ok()));
    }

    #[test]
    fn a_view_has_a_name_and_an_arrangement_within_bounds() {
        check("滞后", "{}", Ok(()));
        check(" ", "{}", Err(ViewError::Name));
        check("换\n行", "{}", Err(ViewError::Name));
        check(&"名".repeat(41), "{}", Err(ViewError::Name));
        check("滞后", "[]", Err(ViewError::Arrangement));
        check("滞后", "{", Err(ViewError::Arrangement));
        let large = format!("{{\"rows\":\"{}\"}}", "x".repeat(VIEW_BYTES_MAX));
        check("滞后", &large, Err(ViewError::Arrangement));
    }

    #[test]
    fn views_are_replaced_and_removed_by_name_and_have_an_end() {
        let mut views = Views::new();
        for number in 0..VIEWS_MAX {
            put(&mut views, number.to_string(), "{}".to_owned()).unwrap();
        }
        assert_eq!(
            put(&mut views, "more".to_owned(), "{}".to_owned()),
            Err(ViewError::TooMany)
        );
        put(&mut views, "7".to_owned(), "{\"rows\":\"x\"}".to_owned()).unwrap();
        assert_eq!(views["7"], "{\"rows\":\"x\"}");
        remove(&mut views, "7").unwrap();
        assert_eq!(remove(&mut views, "7"), Err(ViewError::Unknown));
    }
}
