//! Changes of one line that came before what they build on. They are held back, never stored, never relayed.

use std::collections::BTreeMap;

use automerge::{Change, ChangeHash};

use crate::limits::{WAITING_BYTES_MAX, WAITING_CHANGES_MAX};

/// Changes by what they lack.
#[derive(Debug, Default)]
pub struct Waiting {
    changes: BTreeMap<ChangeHash, Change>,
    by_missing: BTreeMap<ChangeHash, Vec<ChangeHash>>,
    bytes: usize,
}

impl Waiting {
    /// Holds a change back until `missing` is there; says whether there was room.
    pub fn insert(&mut self, change: Change, missing: ChangeHash) -> bool {
        let hash = change.hash();
        if self.changes.contains_key(&hash) {
            return true;
        }
        self.bytes += change.raw_bytes().len();
        self.by_missing.entry(missing).or_default().push(hash);
        self.changes.insert(hash, change);
        self.changes.len() <= WAITING_CHANGES_MAX && self.bytes <= WAITING_BYTES_MAX
    }

    /// Takes out what waited for this change.
    pub fn release(&mut self, arrived: &ChangeHash) -> Vec<Change> {
        let waited = self.by_missing.remove(arrived).unwrap_or_default();
        let released: Vec<Change> = waited
            .iter()
            .filter_map(|hash| self.changes.remove(hash))
            .collect();
        self.bytes -= released
            .iter()
            .map(|change| change.raw_bytes().len())
            .sum::<usize>();
        released
    }

    /// Takes out what waited for changes that came another way.
    pub fn release_all(&mut self, has: impl Fn(&ChangeHash) -> bool) -> Vec<Change> {
        let arrived: Vec<ChangeHash> = self
            .by_missing
            .keys()
            .filter(|hash| has(hash))
            .copied()
            .collect();
        arrived.iter().flat_map(|hash| self.release(hash)).collect()
    }

    /// How much is held back.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Says whether the change is held back.
    pub fn contains(&self, hash: &ChangeHash) -> bool {
        self.changes.contains_key(hash)
    }

    /// What the waiting changes build on.
    pub fn dependencies(&self) -> impl Iterator<Item = &ChangeHash> {
        self.changes.values().flat_map(|change| change.deps())
    }
}
