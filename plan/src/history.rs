//! What stood in the cells of a sheet or card, and when: from automerge's changes and the server's receipts to versions, tables of
//! a moment, and differences. Knows no clock: when a change was received is told.

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ReadDoc, ScalarValue, legacy};

use crate::{
    column::{Column, Kind},
    layout::{
        card::{Card, ENTRIES, EntryKey},
        sheet::{ROWS, Sheet, SheetRow},
    },
    row::RowId,
    tally::Tally,
    value::Value,
};

/// What is known of a change's way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The server received it at this moment, in milliseconds since 1970.
    At(i64),
    /// The server has it; when it came is not known here.
    Known,
    /// The server does not have it yet.
    Unsent,
}

/// When each change counts, in the order of the history: its own moment, or that of what it builds on where none is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times(Vec<i64>);

/// Changes with all that they build on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part(Vec<bool>);

/// One thing that somebody did to one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which cell.
    pub cell: HistoryCell,
    /// The change that did it.
    pub change: ChangeHash,
    /// Who wrote it, as automerge names them.
    pub actor: ActorId,
    /// What the writer saw, the value that plain readers see first; empty for an empty cell.
    pub old: Vec<Value>,
    /// What stood there afterwards; empty for an empty cell.
    pub new: Vec<Value>,
    /// When the server received it, or what it builds on; `i64::MIN` where neither is known, `i64::MAX` while it is not sent.
    pub time: i64,
    /// Whether it still stands in the cell.
    pub stands: bool,
}

/// A cell of a sheet or an entry of a card.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryCell {
    /// In a sheet.
    Sheet(RowId, Column),
    /// In a card.
    Card(EntryKey),
}

/// A cell that is not the same in two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// What stands in the one.
    pub old: Vec<Value>,
    /// What stands in the other.
    pub new: Vec<Value>,
}

/// An operation: its counter, and whose it is by place in `History::actors`.
type OpId = (u64, usize);

#[derive(Debug, Clone)]
struct Op {
    change: usize,
    id: OpId,
    replaces: Vec<OpId>,
    /// `None` takes values away.
    value: Option<ScalarValue>,
    /// What a delete has left standing: it settles a conflict.
    left: Vec<OpId>,
}

#[derive(Debug, Clone)]
struct Known {
    hash: ChangeHash,
    actor: usize,
    deps: Vec<usize>,
}

/// The history of one document, read once and caught up with.
#[derive(Debug, Clone, Default)]
pub struct History {
    heads: Vec<ChangeHash>,
    changes: Vec<Known>,
    places: HashMap<ChangeHash, usize>,
    actors: Vec<ActorId>,
    actor_places: HashMap<ActorId, usize>,
    /// The maps of the document, by the operation that made them: the path from the root.
    maps: HashMap<OpId, Vec<String>>,
    /// The operations on each cell by the last key of its path and its own, in the order of the history.
    cells: BTreeMap<(String, String), Vec<Op>>,
}

impl History {
    /// Reads the history of a document.
    pub fn read(doc: &Automerge) -> History {
        let mut history = History::default();
        history.catch_up(doc);
        history
    }

    /// Reads what has come since. A document that went back to what the server has is read anew.
    pub fn catch_up(&mut self, doc: &Automerge) {
        let heads = doc.get_heads();
        if heads == self.heads {
            return;
        }
        let is_known = |hash: &ChangeHash| doc.get_change_meta_by_hash(hash).is_some();
        if !self.heads.iter().all(is_known) {
            *self = History::default();
        }
        for change in doc.get_changes(&self.heads) {
            if !self.places.contains_key(&change.hash()) {
                self.take(&change, doc);
            }
        }
        self.heads = heads;
    }

    /// Says how many changes there are.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Says whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the hashes and writers of all changes, each after what it builds on.
    pub fn changes(&self) -> impl Iterator<Item = (&ChangeHash, &ActorId)> {
        let of = |known: &'_ Known| known.actor;
        self.changes
            .iter()
            .map(move |known| (&known.hash, &self.actors[of(known)]))
    }

    fn actor(&mut self, actor: &ActorId) -> usize {
        if let Some(place) = self.actor_places.get(actor) {
            return *place;
        }
        let place = self.actors.len();
        self.actors.push(actor.clone());
        self.actor_places.insert(actor.clone(), place);
        place
    }

    fn take(&mut self, change: &Change, doc: &Automerge) {
        let place = self.changes.len();
        let actor = self.actor(change.actor_id());
        let known = Known {
            hash: change.hash(),
            actor,
            deps: change
                .deps()
                .iter()
                .filter_map(|dep| self.places.get(dep).copied())
                .collect(),
        };
        self.places.insert(known.hash, place);
        self.changes.push(known);
        let counters = change.start_op().get()..;
        for (op, counter) in change.decode().operations.iter().zip(counters) {
            self.take_op(op, (counter, actor), place, change.deps(), doc);
        }
    }

    fn take_op(
        &mut self,
        op: &legacy::Op,
        id: OpId,
        change: usize,
        deps: &[ChangeHash],
        doc: &Automerge,
    ) {
        let legacy::Key::Map(key) = &op.key else {
            return;
        };
        let (object, path) = match &op.obj {
            legacy::ObjectId::Root => (automerge::ROOT, Vec::new()),
            legacy::ObjectId::Id(object) => {
                let map = (object.counter(), self.actor(object.actor()));
                let Some(path) = self.maps.get(&map) else {
                    return;
                };
                let object = ObjId::Id(object.counter(), object.actor().clone(), 0);
                (object, path.clone())
            }
        };
        let value = match &op.action {
            legacy::OpType::Make(_) => {
                let path = path.into_iter().chain([key.to_string()]).collect();
                self.maps.insert(id, path);
                return;
            }
            legacy::OpType::Put(value) => Some(value.clone()),
            legacy::OpType::Delete => None,
            legacy::OpType::Increment(_)
            | legacy::OpType::MarkBegin(_)
            | legacy::OpType::MarkEnd(_) => return,
        };
        let name = match path.as_slice() {
            [rows, row] if rows == ROWS => row.clone(),
            [entries] if entries == ENTRIES => entries.clone(),
            _ => return,
        };
        let replaces: Vec<OpId> = op
            .pred
            .iter()
            .map(|id| (id.counter(), self.actor(id.actor())))
            .collect();
        let left = match value {
            Some(_) => Vec::new(),
            None => self.left(doc, &object, key, deps, &replaces),
        };
        let op = Op {
            change,
            id,
            replaces,
            value,
            left,
        };
        let cell = (name, key.to_string());
        self.cells.entry(cell).or_default().push(op);
    }

    /// automerge writes the choice of the value that stands first as a delete of the others.
    fn left(
        &mut self,
        doc: &Automerge,
        object: &ObjId,
        key: &str,
        deps: &[ChangeHash],
        gone: &[OpId],
    ) -> Vec<OpId> {
        let seen = doc.get_all_at(object, key, deps).unwrap_or_default();
        let ids = seen.into_iter().filter_map(|(_, id)| match id {
            ObjId::Id(counter, actor, _) => Some((counter, self.actor(&actor))),
            ObjId::Root => None,
        });
        ids.filter(|id| !gone.contains(id)).collect()
    }

    /// Says when each change counts.
    pub fn times(&self, arrival: impl Fn(&ChangeHash) -> Arrival) -> Times {
        let mut times: Vec<i64> = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            let base = change.deps.iter().map(|dep| times[*dep]);
            let base = base.max().unwrap_or(i64::MIN);
            times.push(match arrival(&change.hash) {
                Arrival::At(at) => base.max(at),
                Arrival::Known => base,
                Arrival::Unsent => i64::MAX,
            });
        }
        Times(times)
    }

    /// Returns what the server had received up to a moment, in milliseconds since 1970.
    pub fn until(&self, times: &Times, at: i64) -> Part {
        Part(times.0.iter().map(|time| *time <= at).collect())
    }

    /// Returns these changes and all that they build on; `None` where one of them is not here.
    pub fn at_heads(&self, heads: &[ChangeHash]) -> Option<Part> {
        let mut part = vec![false; self.changes.len()];
        let places: Option<Vec<usize>> = heads
            .iter()
            .map(|hash| self.places.get(hash).copied())
            .collect();
        let mut open = places?;
        while let Some(place) = open.pop() {
            if !std::mem::replace(&mut part[place], true) {
                open.extend(&self.changes[place].deps);
            }
        }
        Some(Part(part))
    }

    /// Returns this change and all that counts before it.
    pub fn through(&self, times: &Times, change: &ChangeHash) -> Option<Part> {
        let last = *self.places.get(change)?;
        let key = |place: usize| (times.0[place], place);
        let part = (0..self.changes.len()).map(|place| key(place) <= key(last));
        Some(Part(part.collect()))
    }

    /// Returns the newest of these changes.
    pub fn heads(&self, part: &Part) -> Vec<ChangeHash> {
        let of_part = || (0..self.changes.len()).filter(|place| part.0[*place]);
        let built_on: HashSet<usize> = of_part()
            .flat_map(|place| self.changes[place].deps.iter().copied())
            .collect();
        let newest = of_part().filter(|place| !built_on.contains(place));
        newest.map(|place| self.changes[place].hash).collect()
    }

    /// Returns everything.
    pub fn whole(&self) -> Part {
        Part(vec![true; self.changes.len()])
    }

    /// Returns the sheet as it stood with these changes.
    pub fn sheet(&self, part: &Part) -> Sheet {
        let mut rows: BTreeMap<RowId, SheetRow> = BTreeMap::new();
        for ((name, key), ops) in self.cells.iter().filter(|((name, _), _)| name != ENTRIES) {
            let standing = self.standing(ops, part);
            if standing.is_empty() {
                continue;
            }
            let row = rows.entry(RowId(name.clone())).or_default();
            if let Some(tally) = Tally::from_before_id(key) {
                let before = values(Kind::Count, &standing);
                row.before.set(tally, before.first().and_then(Value::count));
            }
            let Some(column) = sheet_column(key) else {
                continue;
            };
            let values = values(column.kind(), &standing);
            if !values.is_empty() {
                row.cells.insert(column, values);
            }
        }
        Sheet { rows }
    }

    /// Returns the card as it stood with these changes.
    pub fn card(&self, part: &Part) -> Card {
        let entries = self.cells.iter().filter_map(|((name, key), ops)| {
            let entry = EntryKey::parse(key).filter(|_| name == ENTRIES)?;
            let values = values(entry.kind(), &self.standing(ops, part));
            (!values.is_empty()).then_some((entry, values))
        });
        Card {
            entries: entries.collect(),
        }
    }

    /// What stands in a cell with these changes: the value that plain readers see first.
    fn standing<'a>(&'a self, ops: &'a [Op], part: &Part) -> Vec<&'a ScalarValue> {
        let of_part = || ops.iter().filter(|op| part.0[op.change]);
        let gone: HashSet<OpId> = of_part().flat_map(|op| op.replaces.clone()).collect();
        let mut standing: Vec<(&OpId, &ScalarValue)> = of_part()
            .filter(|op| !gone.contains(&op.id))
            .filter_map(|op| Some((&op.id, op.value.as_ref()?)))
            .collect();
        standing.sort_by_key(|(id, _)| Reverse(self.rank(id)));
        standing.into_iter().map(|(_, value)| value).collect()
    }

    /// The order in which automerge prefers operations.
    fn rank(&self, id: &OpId) -> (u64, &ActorId) {
        (id.0, &self.actors[id.1])
    }

    /// Lists what was done to the cells that are wanted, the newest first: what is not sent, then by the moment of receipt.
    pub fn versions(&self, times: &Times, wanted: impl Fn(&HistoryCell) -> bool) -> Vec<Version> {
        let mut versions: Vec<(usize, Version)> = Vec::new();
        for ((name, key), ops) in &self.cells {
            let Some((cell, kind)) = cell_of(name, key).filter(|(cell, _)| wanted(cell)) else {
                continue;
            };
            let gone: HashSet<&OpId> = ops.iter().flat_map(|op| &op.replaces).collect();
            let by_id: HashMap<&OpId, &Op> = ops.iter().map(|op| (&op.id, op)).collect();
            let find = |ids: &[OpId]| {
                let mut ids: Vec<&OpId> = ids.iter().collect();
                ids.sort_by_key(|id| Reverse(self.rank(id)));
                let stored: Vec<&ScalarValue> = ids
                    .into_iter()
                    .filter_map(|id| by_id.get(id)?.value.as_ref())
                    .collect();
                values(kind, &stored)
            };
            for op in ops {
                let seen: Vec<OpId> = op.replaces.iter().chain(&op.left).copied().collect();
                let new = match &op.value {
                    Some(value) => values(kind, &[value]),
                    None => find(&op.left),
                };
                let known = &self.changes[op.change];
                let stands = match (&op.value, op.left.is_empty()) {
                    (Some(_), _) => !gone.contains(&op.id),
                    (None, true) => ops
                        .iter()
                        .all(|op| op.value.is_none() || gone.contains(&op.id)),
                    (None, false) => op.left.iter().any(|id| !gone.contains(id)),
                };
                let version = Version {
                    cell: cell.clone(),
                    change: known.hash,
                    actor: self.actors[known.actor].clone(),
                    old: find(&seen),
                    new,
                    time: times.0[op.change],
                    stands,
                };
                versions.push((op.change, version));
            }
        }
        versions.sort_by(|(place, one), (other_place, other)| {
            let key = |place: &usize, version: &Version| (version.time, *place);
            key(other_place, other)
                .cmp(&key(place, one))
                .then_with(|| one.cell.cmp(&other.cell))
        });
        versions.into_iter().map(|(_, version)| version).collect()
    }
}

/// Returns the moments at which something was received, each once, in order.
pub fn moments<'a>(times: impl IntoIterator<Item = &'a Times>) -> Vec<i64> {
    let all = times.into_iter().flat_map(|times| times.0.iter().copied());
    let known: BTreeSet<i64> = all
        .filter(|time| *time > i64::MIN && *time < i64::MAX)
        .collect();
    known.into_iter().collect()
}

/// Lists the cells in which two sheets differ, by row and column. When a desk saved a report by its own clock is no content.
pub fn differences(old: &Sheet, new: &Sheet) -> Vec<Difference> {
    let rows: BTreeSet<&RowId> = old.rows.keys().chain(new.rows.keys()).collect();
    let nothing = SheetRow::default();
    let mut differences = Vec::new();
    for row in rows {
        let of = |sheet: &'_ Sheet| sheet.rows.get(row).cloned();
        let (one, other) = (of(old), of(new));
        let one = &one.as_ref().unwrap_or(&nothing).cells;
        let other = &other.as_ref().unwrap_or(&nothing).cells;
        let columns: BTreeSet<Column> = one.keys().chain(other.keys()).copied().collect();
        for column in columns {
            let of = |cells: &BTreeMap<Column, Vec<Value>>| {
                cells.get(&column).cloned().unwrap_or_default()
            };
            let (old, new) = (of(one), of(other));
            if is_told(column) && old != new {
                differences.push(Difference {
                    row: row.clone(),
                    column,
                    old,
                    new,
                });
            }
        }
    }
    differences
}

fn sheet_column(key: &str) -> Option<Column> {
    Column::from_id(key).filter(|column| column.is_stored_in_sheet())
}

/// Which report was saved when and reviewed is told by the report and the review.
fn is_told(column: Column) -> bool {
    !matches!(column, Column::ReportSavedAt | Column::ReviewOf)
}

fn cell_of(name: &str, key: &str) -> Option<(HistoryCell, Kind)> {
    if name == ENTRIES {
        let entry = EntryKey::parse(key)?;
        let kind = entry.kind();
        return Some((HistoryCell::Card(entry), kind));
    }
    let column = sheet_column(key).filter(|column| is_told(*column))?;
    Some((
        HistoryCell::Sheet(RowId(name.to_owned()), column),
        column.kind(),
    ))
}

/// Reads stored values as cells show them; equal ones once.
fn values(kind: Kind, stored: &[&ScalarValue]) -> Vec<Value> {
    let mut values = Vec::new();
    for scalar in stored {
        let value = Value::from_scalar(kind, scalar);
        if let Some(value) = value.filter(|value| !value.is_empty() && !values.contains(value)) {
            values.push(value);
        }
    }
    values
}
