//! Several values in one cell: who wrote them, and the merge of two long texts whose edits do not overlap.

use automerge::{ActorId, Automerge, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, Value as Stored};
use diaodu_plan::{
    column::{Column, Kind},
    edit::{self, CellRef},
    row::RowId,
    value::Value,
};

use super::Desk;

/// One way to settle a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What would stand there.
    pub value: Value,
    /// Both edits together, not one of the values that stand there.
    pub is_merged: bool,
}

impl Desk {
    /// Lists what a person can choose from in a cell, the merge first.
    pub(super) fn compare(&self, row: &RowId, column: Column) -> Vec<Choice> {
        let Some(cell) = self.cell(row, column) else {
            return Vec::new();
        };
        let Some(document) = self
            .document_of(&cell)
            .and_then(|id| self.hub.document(&id))
        else {
            return Vec::new();
        };
        let standing = edit::current(document, &cell);
        let merged = match (column.kind(), standing.as_slice()) {
            (Kind::LongText | Kind::Text, [Value::Text(one), Value::Text(other)]) => {
                base(document, &cell).and_then(|base| merge(&base, one, other))
            }
            _ => None,
        };
        let merged = merged.map(|text| Choice {
            value: Value::Text(text),
            is_merged: true,
        });
        merged
            .into_iter()
            .chain(standing.into_iter().map(|value| Choice {
                value,
                is_merged: false,
            }))
            .collect()
    }
}

/// Returns who wrote the values that stand in a cell.
pub fn writers(document: &Automerge, cell: &CellRef) -> Vec<ActorId> {
    operations(document, cell)
        .into_iter()
        .filter_map(|id| actor(&id))
        .collect()
}

fn operations(document: &Automerge, cell: &CellRef) -> Vec<ObjId> {
    let (path, key) = cell.address();
    let Some(map) = map_at(document, &path) else {
        return Vec::new();
    };
    document
        .get_all(&map, key.as_str())
        .unwrap_or_default()
        .into_iter()
        .map(|(_, id)| id)
        .collect()
}

fn actor(id: &ObjId) -> Option<ActorId> {
    match id {
        ObjId::Id(_, actor, _) => Some(actor.clone()),
        ObjId::Root => None,
    }
}

fn map_at(document: &Automerge, path: &[String]) -> Option<ObjId> {
    path.iter().try_fold(ROOT, |object, key| {
        match document.get(&object, key.as_str()) {
            Ok(Some((Stored::Object(ObjType::Map), id))) => Some(id),
            Ok(Some((Stored::Object(_) | Stored::Scalar(_), _)) | None) | Err(_) => None,
        }
    })
}

/// Returns the text that both writers saw, if it was the same.
fn base(document: &Automerge, cell: &CellRef) -> Option<String> {
    let (path, key) = cell.address();
    let map = map_at(document, &path)?;
    let mut bases = operations(document, cell).into_iter().map(|id| {
        let heads = seen_by(document, &id)?;
        match document.get_at(&map, key.as_str(), &heads) {
            Ok(Some((Stored::Scalar(scalar), _))) => scalar.as_str().map(str::to_owned),
            Ok(Some((Stored::Object(_), _))) | Err(_) => None,
            Ok(None) => Some(String::new()),
        }
    });
    let first = bases.next()??;
    bases
        .all(|base| base.as_deref() == Some(first.as_str()))
        .then_some(first)
}

/// Returns the heads that the writer of an operation saw.
fn seen_by(document: &Automerge, id: &ObjId) -> Option<Vec<ChangeHash>> {
    let ObjId::Id(counter, actor, _) = id else {
        return None;
    };
    let change = document.get_changes(&[]).into_iter().find(|change| {
        change.actor_id() == actor
            && change.start_op().get() <= *counter
            && *counter <= change.max_op()
    })?;
    Some(change.deps().to_vec())
}

/// Merges two edits of one text; `None` where they overlap or touch.
fn merge(base: &str, one: &str, other: &str) -> Option<String> {
    let text: Vec<char> = base.chars().collect();
    let (a, b) = (Region::of(&text, one), Region::of(&text, other));
    let (first, second) = if a.start <= b.start { (a, b) } else { (b, a) };
    // Edits at the same place have no order of their own.
    if first.end >= second.start {
        return None;
    }
    let between = &text[first.end..second.start];
    Some(
        text[..first.start]
            .iter()
            .chain(&first.written)
            .chain(between)
            .chain(&second.written)
            .chain(&text[second.end..])
            .collect(),
    )
}

/// Which part of a text was written anew, in characters.
struct Region {
    start: usize,
    end: usize,
    written: Vec<char>,
}

impl Region {
    fn of(base: &[char], edited: &str) -> Region {
        let edited: Vec<char> = edited.chars().collect();
        let start = base.iter().zip(&edited).take_while(|(a, b)| a == b).count();
        let rest = base.len().min(edited.len()) - start;
        let same = base
            .iter()
            .rev()
            .zip(edited.iter().rev())
            .take(rest)
            .take_while(|(a, b)| a == b)
            .count();
        Region {
            start,
            end: base.len() - same,
            written: edited[start..edited.len() - same].to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, one: &str, other: &str, expected: Option<&str>) {
        assert_eq!(merge(base, one, other).as_deref(), expected);
        assert_eq!(merge(base, other, one).as_deref(), expected);
    }

    #[test]
    fn edits_at_different_places_are_put_together() {
        check(
            "排查12处。整改3处。",
            "排查15处。整改3处。",
            "排查12处。整改8处。",
            Some("排查15处。整改8处。"),
        );
        check("已启动", "本周已启动", "已启动。", Some("本周已启动。"));
    }

    #[test]
    fn edits_of_the_same_place_are_not() {
        check("排查12处", "排查15处", "排查18处", None);
        check("", "甲", "乙", None);
    }
}
