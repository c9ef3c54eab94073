//! Looks at one incoming change and says whether it may be applied. Knows how automerge can be broken; who may write
//! what is the gatekeeper's word.

mod chain;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use automerge::{
    ActorId, Automerge, Change, ChangeHash, ExpandedChange, ObjId, ObjType, ReadDoc, ScalarValue,
    Value, legacy,
};
use diaodu_wire::{limits::REFUSED_CELLS_MAX, repo::DocumentId};

use crate::{
    event::{Author, CellAddress, Refusal},
    hub::Gatekeeper,
    limits::{CELL_TEXT_BYTES_MAX, CHANGE_DEPENDENCIES_MAX, CHANGE_OPERATIONS_MAX},
};
pub use chain::Chain;
use chain::OperationId;

/// An actor's newest change; its next one must build on it.
#[derive(Debug, Clone, Copy)]
struct Newest {
    seq: u64,
    max_op: u64,
    hash: ChangeHash,
}

/// What the gate knows about a document besides its content.
#[derive(Debug, Default)]
pub struct Registry {
    /// The newest change of each actor.
    newest: BTreeMap<ActorId, Newest>,
    /// The account each actor was first seen under.
    owners: BTreeMap<ActorId, Author>,
    /// Path of every map a cell may lie in, by the operation that made it.
    maps: BTreeMap<(u64, ActorId), Vec<String>>,
}

impl Registry {
    /// Reads what there is to know from a document just loaded.
    pub fn read(content: &Automerge, owners: Vec<(ActorId, Author)>) -> Self {
        let mut registry = Registry {
            owners: owners.into_iter().collect(),
            ..Registry::default()
        };
        for change in content.get_changes_meta(&[]) {
            let newest = Newest {
                seq: change.seq,
                max_op: change.max_op,
                hash: change.hash,
            };
            let known = registry
                .newest
                .entry(change.actor.into_owned())
                .or_insert(newest);
            if known.seq < newest.seq {
                *known = newest;
            }
        }
        registry.read_maps(content);
        registry
    }

    /// Notes the maps anew; only this process makes maps.
    pub fn read_maps(&mut self, content: &Automerge) {
        self.maps.clear();
        self.walk(content, &automerge::ROOT, &mut Vec::new());
    }

    /// Notes a change that was applied.
    pub fn applied(&mut self, change: &Change, author: &Author) {
        let newest = Newest {
            seq: change.seq(),
            max_op: change.max_op(),
            hash: change.hash(),
        };
        self.newest.insert(change.actor_id().clone(), newest);
        self.owners
            .entry(change.actor_id().clone())
            .or_insert_with(|| author.clone());
    }

    fn walk(&mut self, content: &Automerge, object: &ObjId, path: &mut Vec<String>) {
        for key in content.keys(object).collect::<Vec<_>>() {
            let Ok(Some((Value::Object(ObjType::Map), ObjId::Id(counter, actor, index)))) =
                content.get(object, &*key)
            else {
                continue;
            };
            path.push(key);
            self.maps.insert((counter, actor.clone()), path.clone());
            self.walk(content, &ObjId::Id(counter, actor, index), path);
            path.pop();
        }
    }
}

/// Decides about one change against the document as it stands with the chain applied, which must have all that the change
/// depends on and must take it. What is let pass is the newest of the chain.
///
/// Errors: a `Refusal` with a stable word. Never panics, whatever the change holds.
pub fn examine(
    content: &Automerge,
    registry: &Registry,
    chain: &mut Chain,
    (document, author): (&DocumentId, &Author),
    change: Change,
    gatekeeper: &dyn Gatekeeper,
) -> Result<(), Refusal> {
    if change.deps().len() > CHANGE_DEPENDENCIES_MAX || change.len() > CHANGE_OPERATIONS_MAX {
        return Err(refuse("too-large"));
    }
    let newest = registry.newest.get(change.actor_id());
    let base = match chain.last() {
        // Its only dependency is the newest of the same actor.
        Some(last) => {
            check_place(registry, author, &change, last.seq(), last.max_op())?;
            chain.base().map(<[_]>::to_vec)
        }
        None => {
            let max_op = max_op_of(content, change.deps())?;
            let seq = newest.map_or(0, |newest| newest.seq);
            check_place(registry, author, &change, seq, max_op)?;
            let is_newest = same(&content.get_heads(), change.deps());
            if !is_newest {
                check_lineage(content, newest, &change)?;
            }
            (!is_newest).then(|| change.deps().to_vec())
        }
    };
    let expanded = decode(&change)?;
    let operations = read_operations(registry, &expanded)?;
    let mut written = Vec::with_capacity(operations.len());
    for (operation, counter) in operations.iter().zip(change.start_op().get()..) {
        let left = check_predecessors(content, chain, operation, base.as_deref())?;
        let stands = match operation.value {
            Some(_) => BTreeSet::from([(counter, change.actor_id().clone())]),
            None => left,
        };
        let place = (operation.object.clone(), operation.cell.key.clone());
        written.push((place, stands));
    }
    let mut refusal: Option<Refusal> = None;
    for operation in operations {
        let judged = gatekeeper.judge(author, document, content, &operation.cell, operation.value);
        if let Err(reason) = judged {
            let cells = Vec::new();
            let refusal = refusal.get_or_insert(Refusal { reason, cells });
            refusal.cells.push(operation.cell);
        }
    }
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    drop(expanded);
    chain.push(change, base, written);
    Ok(())
}

/// Adds to a refusal which cells of a later change would be refused, too; nothing is applied, and what cannot be read is left out.
pub fn name_refused(
    content: &Automerge,
    registry: &Registry,
    (document, author): (&DocumentId, &Author),
    change: &Change,
    gatekeeper: &dyn Gatekeeper,
    refusal: &mut Refusal,
) {
    if change.len() > CHANGE_OPERATIONS_MAX {
        return;
    }
    let Ok(expanded) = decode(change) else {
        return;
    };
    for op in &expanded.operations {
        if refusal.cells.len() >= REFUSED_CELLS_MAX {
            return;
        }
        let Ok(Operation { cell, value, .. }) = read_operation(registry, op) else {
            continue;
        };
        let judged = gatekeeper.judge(author, document, content, &cell, value);
        if judged.is_err() && !refusal.cells.contains(&cell) {
            refusal.cells.push(cell);
        }
    }
}

/// The highest number of an operation among the dependencies.
fn max_op_of(content: &Automerge, dependencies: &[ChangeHash]) -> Result<u64, Refusal> {
    let mut max_op = 0;
    for dependency in dependencies {
        match content.get_change_meta_by_hash(dependency) {
            Some(meta) => max_op = max_op.max(meta.max_op),
            None => return Err(refuse("dependencies")),
        }
    }
    Ok(max_op)
}

fn refuse(reason: &str) -> Refusal {
    Refusal {
        reason: reason.to_owned(),
        cells: Vec::new(),
    }
}

fn same(left: &[ChangeHash], right: &[ChangeHash]) -> bool {
    left.len() == right.len() && left.iter().all(|hash| right.contains(hash))
}

/// Sequence, first operation, and whose actor it is. `seq`: of the actor's newest change; `max_op`: of what it depends on.
fn check_place(
    registry: &Registry,
    author: &Author,
    change: &Change,
    seq: u64,
    max_op: u64,
) -> Result<(), Refusal> {
    if registry
        .owners
        .get(change.actor_id())
        .is_some_and(|owner| owner != author)
    {
        return Err(refuse("foreign-actor"));
    }
    if change.seq() != seq + 1 {
        return Err(refuse("sequence"));
    }
    if change.start_op().get() != max_op + 1 || change.max_op() >= u64::from(u32::MAX) {
        return Err(refuse("first-operation"));
    }
    Ok(())
}

/// The actor's newest change must be among the ancestors: two branches of one actor would number their operations alike.
fn check_lineage(
    content: &Automerge,
    newest: Option<&Newest>,
    change: &Change,
) -> Result<(), Refusal> {
    let Some(newest) = newest else {
        return Ok(());
    };
    let mut open: Vec<ChangeHash> = change.deps().to_vec();
    let mut seen: BTreeSet<ChangeHash> = open.iter().copied().collect();
    while let Some(hash) = open.pop() {
        if hash == newest.hash {
            return Ok(());
        }
        // Operations are numbered upwards along the history: what ends before the newest change cannot build on it.
        if let Some(meta) = content
            .get_change_meta_by_hash(&hash)
            .filter(|meta| meta.max_op >= newest.max_op)
        {
            open.extend(meta.deps.into_iter().filter(|dep| seen.insert(*dep)));
        }
    }
    Err(refuse("sequence"))
}

/// Decodes, and demands that encoding again gives the same change: what automerge would write differently, it would load differently.
fn decode(change: &Change) -> Result<ExpandedChange, Refusal> {
    let decoded = catch_unwind(AssertUnwindSafe(|| {
        let expanded = change.decode();
        let again = Change::from(expanded.clone());
        (again.raw_bytes() == change.raw_bytes()).then_some(expanded)
    }));
    match decoded {
        Ok(Some(expanded)) => Ok(expanded),
        Ok(None) => Err(refuse("not-canonical")),
        Err(_) => Err(refuse("undecodable")),
    }
}

struct Operation<'a> {
    cell: CellAddress,
    object: ObjId,
    value: Option<&'a ScalarValue>,
    predecessors: BTreeSet<(u64, &'a ActorId)>,
}

fn read_operations<'a>(
    registry: &Registry,
    change: &'a ExpandedChange,
) -> Result<Vec<Operation<'a>>, Refusal> {
    let mut seen = BTreeSet::new();
    let mut operations = Vec::with_capacity(change.operations.len());
    for op in &change.operations {
        let operation = read_operation(registry, op)?;
        if !seen.insert(operation.cell.clone()) {
            return Err(Refusal {
                reason: "cell-twice".to_owned(),
                cells: vec![operation.cell],
            });
        }
        operations.push(operation);
    }
    Ok(operations)
}

fn read_operation<'a>(registry: &Registry, op: &'a legacy::Op) -> Result<Operation<'a>, Refusal> {
    let legacy::ObjectId::Id(id) = &op.obj else {
        return Err(refuse("unknown-object"));
    };
    let legacy::Key::Map(key) = &op.key else {
        return Err(refuse("not-a-cell"));
    };
    let path = registry
        .maps
        .get(&(id.counter(), id.actor().clone()))
        .ok_or_else(|| refuse("unknown-object"))?;
    let cell = CellAddress {
        path: path.clone(),
        key: key.to_string(),
    };
    let refuse = |reason: &str| Refusal {
        reason: reason.to_owned(),
        cells: vec![cell.clone()],
    };
    let value = match &op.action {
        legacy::OpType::Put(value) => Some(value),
        legacy::OpType::Delete => None,
        legacy::OpType::Make(_)
        | legacy::OpType::Increment(_)
        | legacy::OpType::MarkBegin(_)
        | legacy::OpType::MarkEnd(_) => return Err(refuse("not-put-or-delete")),
    };
    if op.insert {
        return Err(refuse("not-put-or-delete"));
    }
    match value {
        Some(ScalarValue::Str(text)) if text.len() > CELL_TEXT_BYTES_MAX => {
            return Err(refuse("too-large"));
        }
        Some(ScalarValue::Bytes(_) | ScalarValue::Counter(_) | ScalarValue::Unknown { .. }) => {
            return Err(refuse("value-kind"));
        }
        Some(_) | None => {}
    }
    Ok(Operation {
        object: ObjId::Id(id.counter(), id.actor().clone(), 0),
        value,
        predecessors: op
            .pred
            .iter()
            .map(|id| (id.counter(), id.actor()))
            .collect(),
        cell,
    })
}

/// The predecessors must be just the values that the author saw.
///
/// Result: the values that are left when the predecessors are gone.
fn check_predecessors(
    content: &Automerge,
    chain: &Chain,
    operation: &Operation<'_>,
    at: Option<&[ChangeHash]>,
) -> Result<BTreeSet<OperationId>, Refusal> {
    let refuse = |reason: &str| Refusal {
        reason: reason.to_owned(),
        cells: vec![operation.cell.clone()],
    };
    let key = operation.cell.key.as_str();
    let seen = match chain.visible(&operation.object, key) {
        Some(seen) => seen.clone(),
        None => visible(content, operation, at).ok_or_else(|| refuse("unknown-object"))?,
    };
    let left: BTreeSet<OperationId> = seen
        .iter()
        .filter(|(counter, actor)| !operation.predecessors.contains(&(*counter, actor)))
        .cloned()
        .collect();
    let are_seen = left.len() + operation.predecessors.len() == seen.len();
    // Taking the value that already stands first is written by automerge as a delete of the others.
    let is_settled = operation.value.is_none() && !operation.predecessors.is_empty();
    let is_replaced = operation.value.is_some() && left.is_empty();
    if !are_seen || !(is_settled || is_replaced) {
        return Err(refuse("predecessors"));
    }
    Ok(left)
}

/// The values that stand in the operation's cell; `None` where there is no such map.
fn visible(
    content: &Automerge,
    operation: &Operation<'_>,
    at: Option<&[ChangeHash]>,
) -> Option<BTreeSet<OperationId>> {
    let key = operation.cell.key.as_str();
    let values = match at {
        None => content.get_all(&operation.object, key),
        Some(heads) => content.get_all_at(&operation.object, key, heads),
    };
    let ids = values.ok()?.into_iter().map(|(_, id)| match id {
        ObjId::Id(counter, actor, _) => Some((counter, actor)),
        ObjId::Root => None,
    });
    ids.collect()
}
