//! How the domain lies in Automerge documents. The only place, with `edit`, that names their keys.

pub mod attachment;
pub mod card;
pub mod catalogue;
pub mod correction;
pub mod hub;
pub mod sent_back;
pub mod sheet;
pub mod talk;

use automerge::{
    AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value as Stored,
    transaction::Transactable,
};

use crate::{
    campaign::{UnitId, WeekNumber},
    column::Kind,
    value::Value,
};

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// The campaign, and where everything else is.
    Catalogue,
    /// What a week consists of.
    Hub(WeekNumber),
    /// One unit's rows of one week.
    Sheet(WeekNumber, UnitId),
    /// One unit's telephones.
    Card(UnitId),
    /// Comments on one unit's rows of one week.
    Talk(WeekNumber, UnitId),
}

/// Why a document is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// A part is missing or of the wrong kind.
    #[error("{0} is missing or of the wrong kind")]
    Missing(&'static str),
    /// Nested beyond the bound.
    #[error("nested too deeply")]
    TooDeep,
    /// The campaign cannot be read.
    #[error("not a campaign: {0}")]
    Campaign(String),
}

impl DocumentKind {
    /// Returns the stable word for lists: `catalogue`, `hub`, `sheet`, `card`, `talk`.
    pub fn word(&self) -> &'static str {
        match self {
            DocumentKind::Catalogue => "catalogue",
            DocumentKind::Hub(_) => "hub",
            DocumentKind::Sheet(_, _) => "sheet",
            DocumentKind::Card(_) => "card",
            DocumentKind::Talk(_, _) => "talk",
        }
    }

    /// Returns the week to which the document belongs.
    pub fn week(&self) -> Option<WeekNumber> {
        match self {
            DocumentKind::Hub(week)
            | DocumentKind::Sheet(week, _)
            | DocumentKind::Talk(week, _) => Some(*week),
            DocumentKind::Catalogue | DocumentKind::Card(_) => None,
        }
    }

    /// Returns the unit to which the document belongs.
    pub fn unit(&self) -> Option<&UnitId> {
        match self {
            DocumentKind::Sheet(_, unit)
            | DocumentKind::Card(unit)
            | DocumentKind::Talk(_, unit) => Some(unit),
            DocumentKind::Catalogue | DocumentKind::Hub(_) => None,
        }
    }
}

/// Returns the map under a key, or `None` if there is none.
pub(crate) fn map_in(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<ObjId> {
    match doc.get(object, key) {
        Ok(Some((Stored::Object(ObjType::Map), id))) => Some(id),
        Ok(Some((Stored::Object(_) | Stored::Scalar(_), _)) | None) | Err(_) => None,
    }
}

/// Returns the map under a key, made if it is missing.
fn map_made_in<T: Transactable + ReadDoc>(
    tx: &mut T,
    object: &ObjId,
    key: &str,
) -> Result<ObjId, AutomergeError> {
    match map_in(tx, object, key) {
        Some(id) => Ok(id),
        None => tx.put_object(object, key, ObjType::Map),
    }
}

fn scalar_in(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<ScalarValue> {
    match doc.get(object, key) {
        Ok(Some((Stored::Scalar(scalar), _))) => Some(scalar.into_owned()),
        Ok(Some((Stored::Object(_), _)) | None) | Err(_) => None,
    }
}

pub(crate) fn text_in(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<String> {
    match scalar_in(doc, object, key)? {
        ScalarValue::Str(text) => Some(text.to_string()),
        _ => None,
    }
}

fn integer_in(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<i64> {
    match scalar_in(doc, object, key)? {
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => Some(number),
        ScalarValue::Uint(number) => i64::try_from(number).ok(),
        _ => None,
    }
}

/// Puts a scalar unless it stands there already.
fn put_new<T: Transactable + ReadDoc>(
    tx: &mut T,
    object: &ObjId,
    key: &str,
    scalar: impl Into<ScalarValue>,
) -> Result<(), AutomergeError> {
    let scalar = scalar.into();
    if scalar_in(tx, object, key).as_ref() == Some(&scalar) {
        return Ok(());
    }
    tx.put(object, key, scalar)
}

/// Returns all values that stand in a cell at once, the one that plain readers see first; equal ones once.
pub(crate) fn values_in(doc: &impl ReadDoc, object: &ObjId, key: &str, kind: Kind) -> Vec<Value> {
    let mut values = Vec::new();
    for (stored, _) in doc
        .get_all(object, key)
        .unwrap_or_default()
        .into_iter()
        .rev()
    {
        let value = match stored {
            Stored::Scalar(scalar) => Value::from_scalar(kind, &scalar),
            Stored::Object(_) => None,
        };
        if let Some(value) = value.filter(|value| !value.is_empty() && !values.contains(value)) {
            values.push(value);
        }
    }
    values
}

/// Returns every entry of a map of texts, e.g. addresses by name; other values are passed over.
fn texts_under(doc: &impl ReadDoc, key: &str) -> Option<Vec<(String, String)>> {
    let map = map_in(doc, &ROOT, key)?;
    let keys: Vec<String> = doc.keys(&map).collect();
    Some(
        keys.into_iter()
            .filter_map(|key| text_in(doc, &map, &key).map(|text| (key, text)))
            .collect(),
    )
}
