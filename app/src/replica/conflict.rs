//! Several values in one cell: who wrote them and when they arrived, what can be chosen, and what all writers had seen.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{
    ActorId, Automerge, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, Value as Stored,
};
use diaodu_plan::{
    column::{Column, Kind},
    edit::{self, CellRef},
    row::RowId,
    value::Value,
};

use super::{Desk, merge};
use crate::store::history::{When, Who};

/// What a person can choose from in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// The ways to settle it, the best first.
    pub choices: Vec<Choice>,
    /// Why the person may not settle it, a stable word; `None` where it may.
    pub closed: Option<String>,
    /// Whether what the server has told of the writers is still being read.
    pub waits: bool,
}

/// One way to settle a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What would stand there.
    pub value: Value,
    /// Where it comes from.
    pub kind: ChoiceKind,
}

/// Where a choice comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceKind {
    /// It stands in the cell, from each of these.
    Standing(Vec<Origin>),
    /// The edits of all writers in one text.
    Merged,
    /// All texts, one below the other.
    Joined,
}

/// Who wrote a value, and when the server received it: its word, and not what the change says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// This page, or another of the same account in this tab.
    pub is_own: bool,
    /// Who.
    pub who: Who,
    /// When.
    pub when: When,
}

impl Desk {
    /// Lists what a person can choose from in a cell, the merge first, and everything one below the other last.
    pub(super) fn compare(&mut self, row: &RowId, column: Column) -> Comparison {
        let id = self
            .cell(row, column)
            .and_then(|cell| self.document_of(&cell));
        let waits = id.is_some_and(|id| !self.want_receipts(id));
        let told = id.map(|id| self.word_on_writers(id)).unwrap_or_default();
        let found = self.cell(row, column).and_then(|cell| {
            let id = self.document_of(&cell)?;
            Some((id, self.hub.document(&id)?, cell))
        });
        let Some((id, document, cell)) = found else {
            return Comparison::default();
        };
        let standing = edit::current(document, &cell);
        let writes = writes(document, &cell);
        let now = self.hub.actor(&id);
        let origin = |write: &Write| {
            let (who, when) = self.word_on(id, (&write.change, &write.actor), &told);
            Origin {
                is_own: self.own_actors.contains(&write.actor) || Some(&write.actor) == now,
                who,
                when,
            }
        };
        let texts: Vec<&str> = standing
            .iter()
            .filter_map(|value| match value {
                Value::Text(text) => Some(text.as_str()),
                Value::Count(_) => None,
            })
            .collect();
        let is_text = matches!(column.kind(), Kind::LongText | Kind::Text)
            && texts.len() == standing.len()
            && texts.len() > 1;
        let merged = is_text.then(|| base(document, &cell, &writes)).flatten();
        let merged = merged.and_then(|base| merge::merge(&base, &texts));
        let joined = (is_text && merged.is_none()).then(|| texts.join("\n"));
        let fits = |text: &String| text.len() <= column.kind().text_bytes_max();
        let of_text = |text: Option<String>, kind: ChoiceKind| {
            text.filter(fits).map(|text| Choice {
                value: Value::Text(text),
                kind,
            })
        };
        let (first, last) = (
            of_text(merged, ChoiceKind::Merged),
            of_text(joined, ChoiceKind::Joined),
        );
        let standing = standing.iter().map(|value| {
            let of_value = writes
                .iter()
                .filter(|write| write.scalar == value.to_scalar());
            Choice {
                value: value.clone(),
                kind: ChoiceKind::Standing(of_value.map(origin).collect()),
            }
        });
        Comparison {
            choices: first.into_iter().chain(standing).chain(last).collect(),
            closed: self.closed(row, column),
            waits,
        }
    }
}

impl Desk {
    /// Says whose the values that stand in a cell are, as far as this page knows.
    pub(super) fn whose(&mut self, cell: &CellRef) -> Vec<Who> {
        let Some(id) = self.document_of(cell) else {
            return Vec::new();
        };
        // What is not here yet is known when somebody asks again.
        self.want_receipts(id);
        let told = self.word_on_writers(id);
        let writes = self
            .hub
            .document(&id)
            .map_or_else(Vec::new, |document| writes(document, cell));
        let mut found: Vec<Who> = Vec::new();
        for write in &writes {
            let (who, _) = self.word_on(id, (&write.change, &write.actor), &told);
            match who {
                Who::Person { .. } | Who::Server if !found.contains(&who) => found.push(who),
                Who::Person { .. } | Who::Server | Who::Unknown => {}
            }
        }
        found
    }
}

/// Returns who wrote the values that stand in a cell.
pub fn writers(document: &Automerge, cell: &CellRef) -> Vec<ActorId> {
    operations(document, cell)
        .into_iter()
        .filter_map(|(_, id)| Some(actor(&id)?.1))
        .collect()
}

/// One value that stands in a cell.
struct Write {
    scalar: automerge::ScalarValue,
    actor: ActorId,
    change: ChangeHash,
}

fn operations(document: &Automerge, cell: &CellRef) -> Vec<(Stored<'static>, ObjId)> {
    let (path, key) = cell.address();
    let Some(map) = map_at(document, &path) else {
        return Vec::new();
    };
    let standing = document.get_all(&map, key.as_str()).unwrap_or_default();
    standing
        .into_iter()
        .map(|(value, id)| (value.into_owned(), id))
        .collect()
}

fn actor(id: &ObjId) -> Option<(u64, ActorId)> {
    match id {
        ObjId::Id(counter, actor, _) => Some((*counter, actor.clone())),
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

/// Finds the changes that wrote what stands in a cell.
fn writes(document: &Automerge, cell: &CellRef) -> Vec<Write> {
    let changes = document.get_changes(&[]);
    let find = |counter: u64, actor: &ActorId| {
        changes.iter().find(|change: &&Change| {
            change.actor_id() == actor
                && change.start_op().get() <= counter
                && counter <= change.max_op()
        })
    };
    let standing = operations(document, cell).into_iter();
    let standing = standing.filter_map(|(value, id)| {
        let (counter, actor) = actor(&id)?;
        let change = find(counter, &actor)?;
        match value {
            Stored::Scalar(scalar) => Some(Write {
                scalar: scalar.into_owned(),
                actor,
                change: change.hash(),
            }),
            Stored::Object(_) => None,
        }
    });
    standing.collect()
}

/// Returns the text that all writers had seen, if there was one.
fn base(document: &Automerge, cell: &CellRef, writes: &[Write]) -> Option<String> {
    let (path, key) = cell.address();
    let map = map_at(document, &path)?;
    let heads = seen_by_all(document, writes);
    let seen = document.get_all_at(&map, key.as_str(), &heads).ok()?;
    match seen.as_slice() {
        [] => Some(String::new()),
        [(Stored::Scalar(scalar), _)] => scalar.as_str().map(str::to_owned),
        // There was a conflict already, and what they saw was not one text.
        _ => None,
    }
}

/// Returns the heads of what the writers of all these values had seen.
fn seen_by_all(document: &Automerge, writes: &[Write]) -> Vec<ChangeHash> {
    let changes = document.get_changes(&[]);
    let deps: BTreeMap<ChangeHash, &[ChangeHash]> = changes
        .iter()
        .map(|change| (change.hash(), change.deps()))
        .collect();
    let above = |change: &Write| {
        let (mut met, mut left) = (BTreeSet::new(), vec![change.change]);
        while let Some(hash) = left.pop() {
            if met.insert(hash) {
                left.extend(deps.get(&hash).copied().unwrap_or_default());
            }
        }
        met
    };
    let seen = writes.iter().map(above);
    let seen = seen.reduce(|one, other| one.intersection(&other).copied().collect());
    let seen = seen.unwrap_or_default();
    let below: BTreeSet<ChangeHash> = seen
        .iter()
        .flat_map(|hash| deps.get(hash).copied().unwrap_or_default())
        .copied()
        .collect();
    seen.difference(&below).copied().collect()
}

#[cfg(test)]
mod tests {
    use automerge::transaction::Transactable;
    use diaodu_plan::layout::sheet::ROWS;

    use super::*;

    fn cell() -> CellRef {
        CellRef::Sheet {
            row: RowId("m01.u-a".to_owned()),
            column: Column::Progress,
        }
    }

    fn put(document: &mut Automerge, text: &str) {
        let (path, key) = cell().address();
        let map = map_at(document, &path).expect("there");
        let mut tx = document.transaction();
        tx.put(&map, key, text).expect("written");
        tx.commit();
    }

    fn sheet() -> Automerge {
        let mut document = Automerge::new();
        let mut tx = document.transaction();
        let rows = tx.put_object(ROOT, ROWS, ObjType::Map).expect("made");
        tx.put_object(rows, "m01.u-a", ObjType::Map).expect("made");
        tx.commit();
        document
    }

    #[test]
    fn the_base_is_what_all_had_seen_however_often_they_wrote_since() {
        let mut ours = sheet();
        put(&mut ours, "甲。乙。");
        let mut theirs = ours.fork();
        put(&mut ours, "甲一。乙。");
        put(&mut ours, "甲二。乙。");
        put(&mut theirs, "甲。乙三。");
        ours.merge(&mut theirs).expect("merged");
        let writes = writes(&ours, &cell());
        assert_eq!(writes.len(), 2);
        assert_eq!(base(&ours, &cell(), &writes).as_deref(), Some("甲。乙。"));
    }

    #[test]
    fn where_nothing_stood_before_the_base_is_empty() {
        let mut ours = sheet();
        let mut theirs = ours.fork();
        put(&mut ours, "甲");
        put(&mut theirs, "乙");
        ours.merge(&mut theirs).expect("merged");
        let writes = writes(&ours, &cell());
        assert_eq!(base(&ours, &cell(), &writes).as_deref(), Some(""));
    }
}
