//! One document in memory: content, what is on disk of it, and the log of raw changes since it was loaded.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use automerge::{
    ActorId, Automerge, AutomergeError, Change, ChangeHash, LoadChangeError, Patch, PatchAction,
    PatchLog, Prop, ReadDoc, ScalarValue,
    sync::BloomFilter,
    transaction::{CommitOptions, Transaction},
};

use crate::{
    event::{Author, CellAddress, ConnectionId, Millis, Refusal, SaveTicket, SavedChange, Stored},
    fault::{Fault, is_planted},
    gate::Registry,
};

/// What was put (`Some`) or deleted (`None`) where.
pub type Typed = (CellAddress, Option<ScalarValue>);

/// One change since the document was loaded.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its hash.
    pub hash: ChangeHash,
    /// What it depends on.
    pub deps: Vec<ChangeHash>,
    /// The raw chunk, sent as it is to every reader.
    pub bytes: Arc<[u8]>,
    /// The line it came over; that peer need not be sent it.
    pub from: Option<ConnectionId>,
}

/// A document in memory.
pub struct Document {
    /// The content, including what is not on disk yet.
    pub content: Automerge,
    /// What the gate knows.
    pub registry: Registry,
    /// The actor this process writes with, once it has.
    pub actor: Option<ActorId>,
    /// Own changes that the server has not acknowledged (pages).
    pub unsent: BTreeSet<ChangeHash>,
    /// What the server acknowledged last (pages).
    pub server_heads: Vec<ChangeHash>,
    /// Why the server refused our changes (pages).
    pub held: Option<Refusal>,
    log: VecDeque<Entry>,
    log_start: u64,
    positions: BTreeMap<ChangeHash, u64>,
    durable: u64,
    durable_heads: Vec<ChangeHash>,
    saving: Option<(SaveTicket, Vec<SavedChange>)>,
    to_save: Vec<SavedChange>,
    /// The whole document as one chunk, until the next change: who opens it in the morning is not alone.
    whole: OnceCell<Arc<[u8]>>,
    /// A filter over all changes on disk, until there are more of them.
    filter: OnceCell<BloomFilter>,
}

impl Document {
    /// Loads a document; empty when storage knows nothing of it.
    ///
    /// Errors: `LoadError`, for a damaged snapshot or change.
    pub fn load(stored: Stored) -> Result<Self, LoadError> {
        let mut content = if stored.snapshot.is_empty() {
            Automerge::new()
        } else {
            Automerge::load(&stored.snapshot)?
        };
        let mut changes = Vec::with_capacity(stored.changes.len());
        for bytes in stored.changes {
            changes.push(Change::from_bytes(bytes)?);
        }
        content.apply_changes(changes)?;
        let registry = Registry::read(&content, stored.actors);
        Ok(Document::from_content(
            content,
            registry,
            stored.server_heads,
        ))
    }

    fn from_content(
        content: Automerge,
        registry: Registry,
        server_heads: Vec<ChangeHash>,
    ) -> Document {
        Document {
            durable_heads: sorted(content.get_heads()),
            unsent: unacknowledged(&content, &server_heads),
            content,
            registry,
            actor: None,
            server_heads,
            held: None,
            log: VecDeque::new(),
            log_start: 0,
            positions: BTreeMap::new(),
            durable: 0,
            saving: None,
            to_save: Vec::new(),
            whole: OnceCell::new(),
            filter: OnceCell::new(),
        }
    }

    /// Goes back to what the server has (pages), as if just loaded; nothing of the rest stays.
    ///
    /// Result: what was put (`Some`) or deleted (`None`) since, the newest for each cell, in the order in which it was first
    /// written. Errors: `AutomergeError`; the document is as it was then.
    pub fn go_back(&mut self) -> Result<Vec<Typed>, AutomergeError> {
        let unsent = self.unsent_changes();
        let mut kept_heads: BTreeSet<ChangeHash> = self.content.get_heads().into_iter().collect();
        kept_heads.extend(unsent.iter().flat_map(Change::deps));
        let typed = self.typed_in(&unsent);
        let kept_heads: Vec<ChangeHash> = kept_heads.difference(&self.unsent).copied().collect();
        let content = self.content.fork_at(&kept_heads)?;
        let registry = Registry::read(&content, Vec::new());
        let mut fresh = Document::from_content(content, registry, self.server_heads.clone());
        fresh.unsent.clear();
        *self = fresh;
        Ok(typed)
    }

    /// Returns what was typed here and not acknowledged, the newest for each cell (pages).
    ///
    /// Where nothing is known of what the server has, only this process's own changes count: the others' may be among the rest.
    pub fn typed_here(&self) -> Vec<Typed> {
        let mut unsent = self.unsent_changes();
        if self.server_heads.is_empty() {
            unsent.retain(|change| Some(change.actor_id()) == self.actor.as_ref());
        }
        self.typed_in(&unsent)
    }

    fn unsent_changes(&self) -> Vec<Change> {
        let mut changes = self.content.get_changes(&self.known(&self.server_heads));
        changes.retain(|change| self.unsent.contains(&change.hash()));
        changes
    }

    fn typed_in(&self, changes: &[Change]) -> Vec<Typed> {
        let mut typed: Vec<Typed> = Vec::new();
        for change in changes {
            for patch in self.content.diff(change.deps(), &[change.hash()]) {
                let Some((cell, value)) = read_patch(patch) else {
                    continue;
                };
                match typed.iter_mut().find(|(known, _)| *known == cell) {
                    Some((_, known)) => *known = value,
                    None => typed.push((cell, value)),
                }
            }
        }
        typed
    }

    fn known(&self, hashes: &[ChangeHash]) -> Vec<ChangeHash> {
        let is_known = |hash: &&ChangeHash| self.content.get_change_meta_by_hash(hash).is_some();
        hashes.iter().filter(is_known).copied().collect()
    }

    /// Says whether the change is in memory.
    pub fn has(&self, hash: &ChangeHash) -> bool {
        self.positions.contains_key(hash) || self.content.get_change_meta_by_hash(hash).is_some()
    }

    /// Says whether the change is on disk.
    pub fn has_durably(&self, hash: &ChangeHash) -> bool {
        match self.positions.get(hash) {
            Some(position) => *position < self.durable,
            None => self.content.get_change_meta_by_hash(hash).is_some(),
        }
    }

    /// The newest changes on disk, sorted.
    pub fn durable_heads(&self) -> &[ChangeHash] {
        &self.durable_heads
    }

    /// The log position after the last change on disk.
    pub fn durable(&self) -> u64 {
        self.durable
    }

    /// The log position after the last change in memory.
    pub fn newest(&self) -> u64 {
        self.log_start + self.log.len() as u64
    }

    /// Says whether everything is on disk.
    pub fn is_saved(&self) -> bool {
        self.saving.is_none() && self.to_save.is_empty()
    }

    /// Entries on disk from a position on.
    pub fn durable_since(&self, position: u64) -> impl Iterator<Item = &Entry> {
        let skip = usize::try_from(position.saturating_sub(self.log_start)).unwrap_or(usize::MAX);
        let take = usize::try_from(self.durable - self.log_start).unwrap_or(usize::MAX);
        self.log.iter().take(take).skip(skip)
    }

    /// Returns the whole document as one chunk.
    pub fn whole(&self) -> Arc<[u8]> {
        let whole = self.whole.get_or_init(|| self.content.save().into());
        whole.clone()
    }

    /// Returns a filter over all changes on disk.
    pub fn durable_filter(&self) -> BloomFilter {
        let filter = self.filter.get_or_init(|| self.durable_filter_since(&[]));
        filter.clone()
    }

    /// Returns a filter over the changes on disk that are not among these or their ancestors.
    pub fn durable_filter_since(&self, known: &[ChangeHash]) -> BloomFilter {
        let since = self.content.get_changes_meta(known).into_iter();
        let hashes: Vec<ChangeHash> = since
            .map(|change| change.hash)
            .filter(|hash| self.has_durably(hash))
            .collect();
        BloomFilter::from_hashes(hashes.iter())
    }

    /// Says whether every one of `wanted` is among `heads` or their ancestors, as far back as the log reaches.
    pub fn is_covered(&self, wanted: &[ChangeHash], heads: &[ChangeHash]) -> bool {
        let mut missing: BTreeSet<ChangeHash> = wanted
            .iter()
            .filter(|hash| !heads.contains(hash))
            .copied()
            .collect();
        // What builds on a change stands behind it in the log: nothing before the first one wanted leads to any.
        // One that the log does not reach back to stands before all of it.
        let first = missing
            .iter()
            .map(|hash| self.position(hash))
            .min()
            .flatten();
        let mut open: Vec<ChangeHash> = heads.to_vec();
        let mut seen = BTreeSet::new();
        while !missing.is_empty() {
            let Some(hash) = open.pop() else { return false };
            missing.remove(&hash);
            if self.position(&hash) > first
                && seen.insert(hash)
                && let Some(entry) = self.entry(&hash)
            {
                open.extend(&entry.deps);
            }
        }
        true
    }

    /// Applies changes that the gate let pass, or that the server sent, each after what it builds on: far cheaper together.
    pub fn apply_all(
        &mut self,
        changes: Vec<Change>,
        author: &Author,
        from: ConnectionId,
        now: Millis,
        patches: &mut PatchLog,
    ) -> Result<(), AutomergeError> {
        self.content
            .apply_changes_log_patches(changes.clone(), patches)?;
        for change in &changes {
            self.note(change, author, Some(from), now);
        }
        Ok(())
    }

    /// Applies a whole-document chunk from the server.
    pub fn merge_chunk(
        &mut self,
        bytes: &[u8],
        author: &Author,
        from: ConnectionId,
        now: Millis,
        patches: &mut PatchLog,
    ) -> Result<(), AutomergeError> {
        let before = self.content.get_heads();
        self.content.load_incremental_log_patches(bytes, patches)?;
        for change in self.content.get_changes(&before) {
            self.note(&change, author, Some(from), now);
        }
        Ok(())
    }

    /// Writes from this process. `None` when `write` did nothing.
    pub fn write<T>(
        &mut self,
        author: &Author,
        now: Millis,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<T, AutomergeError>,
    ) -> Result<(T, Option<Vec<Patch>>), AutomergeError> {
        if let Some(actor) = &self.actor {
            self.content.set_actor(actor.clone());
        }
        let mut transaction = self
            .content
            .transaction_log_patches(PatchLog::active())
            .map_err(|_| AutomergeError::Fail)?;
        let result = match write(&mut transaction) {
            Ok(result) => result,
            Err(error) => {
                transaction.rollback();
                return Err(error);
            }
        };
        let (hash, mut patches) =
            transaction.commit_with(CommitOptions::default().with_time(now.0 / 1000));
        let Some(change) = hash.and_then(|hash| self.content.get_change_by_hash(&hash)) else {
            return Ok((result, None));
        };
        self.note(&change, author, None, now);
        self.unsent.insert(change.hash());
        let mut patches = self.content.make_patches(&mut patches);
        if patches.len() < change.len() {
            // automerge tells nobody here when taking the first of several values removes the others.
            patches = self.content.current_state();
        }
        if patches.iter().any(makes_object) {
            self.registry.read_maps(&self.content);
        }
        Ok((result, Some(patches)))
    }

    /// Takes the next batch for the disk, if none is under way.
    pub fn next_batch(&mut self, ticket: SaveTicket) -> Option<Vec<SavedChange>> {
        if self.saving.is_some() || self.to_save.is_empty() {
            return None;
        }
        let batch = std::mem::take(&mut self.to_save);
        self.saving = Some((ticket, batch.clone()));
        Some(batch)
    }

    /// Notes that a batch is on disk, and returns it; `None` if the ticket was not the one awaited.
    pub fn saved(&mut self, ticket: SaveTicket) -> Option<Vec<SavedChange>> {
        let (_, batch) = self.saving.take_if(|(awaited, _)| *awaited == ticket)?;
        for saved in &batch {
            let mut heads = std::mem::take(&mut self.durable_heads);
            if let Some(entry) = self.entry(&saved.hash) {
                heads.retain(|head| !entry.deps.contains(head));
            }
            heads.push(saved.hash);
            self.durable_heads = sorted(heads);
        }
        self.durable += batch.len() as u64;
        self.filter.take();
        Some(batch)
    }

    /// Notes that a batch could not be written; it is the first of the next one.
    pub fn save_failed(&mut self, ticket: SaveTicket) {
        if let Some((_, mut batch)) = self.saving.take_if(|(awaited, _)| *awaited == ticket) {
            batch.append(&mut self.to_save);
            self.to_save = batch;
        }
    }

    /// Notes what the server has; returns whether the number of unsent changes fell.
    pub fn acknowledged(&mut self, heads: &[ChangeHash]) -> bool {
        if !heads.iter().all(|hash| self.has(hash)) {
            return false;
        }
        self.server_heads = heads.to_vec();
        let before = self.unsent.len();
        if before > 0 {
            let trusts = is_planted(Fault::TakesAnyMessageForAcknowledgement);
            let missing = if trusts {
                BTreeSet::new()
            } else {
                unacknowledged(&self.content, heads)
            };
            self.unsent.retain(|hash| missing.contains(hash));
        }
        self.unsent.len() < before
    }

    /// Forgets log entries below a position that every peer is past.
    pub fn trim(&mut self, position: u64) {
        while self.log_start < position.min(self.durable) {
            let Some(entry) = self.log.pop_front() else {
                break;
            };
            self.positions.remove(&entry.hash);
            self.log_start += 1;
        }
    }

    fn note(&mut self, change: &Change, author: &Author, from: Option<ConnectionId>, now: Millis) {
        self.registry.applied(change, author);
        self.whole.take();
        let bytes: Arc<[u8]> = change.raw_bytes().into();
        let hash = change.hash();
        self.positions
            .insert(hash, self.log_start + self.log.len() as u64);
        self.log.push_back(Entry {
            hash,
            deps: change.deps().to_vec(),
            bytes: bytes.clone(),
            from,
        });
        let (actor, author) = (change.actor_id().clone(), author.clone());
        self.to_save.push(SavedChange {
            bytes,
            hash,
            actor,
            author,
            received: now,
        });
    }

    /// The log position of a change, if the log reaches back to it.
    pub fn position(&self, hash: &ChangeHash) -> Option<u64> {
        self.positions.get(hash).copied()
    }

    /// The change in the log, if the log reaches back to it.
    pub fn entry(&self, hash: &ChangeHash) -> Option<&Entry> {
        self.positions
            .get(hash)
            .and_then(|position| self.at(*position))
    }

    fn at(&self, position: u64) -> Option<&Entry> {
        self.log
            .get(usize::try_from(position.checked_sub(self.log_start)?).ok()?)
    }
}

/// Why what disk holds is no document.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The snapshot, or a change that does not fit.
    #[error(transparent)]
    Document(#[from] AutomergeError),
    /// A change that is none.
    #[error(transparent)]
    Change(#[from] LoadChangeError),
}

fn sorted(mut heads: Vec<ChangeHash>) -> Vec<ChangeHash> {
    heads.sort_unstable();
    heads
}

fn unacknowledged(content: &Automerge, heads: &[ChangeHash]) -> BTreeSet<ChangeHash> {
    let known: Vec<ChangeHash> = heads
        .iter()
        .filter(|hash| content.get_change_meta_by_hash(hash).is_some())
        .copied()
        .collect();
    content
        .get_changes_meta(&known)
        .into_iter()
        .map(|change| change.hash)
        .collect()
}

fn read_patch(patch: Patch) -> Option<Typed> {
    let path = patch.path.into_iter().map(|(_, prop)| match prop {
        Prop::Map(key) => Some(key),
        Prop::Seq(_) => None,
    });
    let path: Option<Vec<String>> = path.collect();
    let (key, value) = match patch.action {
        PatchAction::PutMap {
            key,
            value: (automerge::Value::Scalar(value), _),
            ..
        } => (key, Some(value.into_owned())),
        PatchAction::DeleteMap { key } => (key, None),
        _ => return None,
    };
    Some((CellAddress { path: path?, key }, value))
}

fn makes_object(patch: &Patch) -> bool {
    matches!(
        &patch.action,
        automerge::PatchAction::PutMap {
            value: (automerge::Value::Object(_), _),
            ..
        }
    )
}
