//! A disk that keeps its promises: what was answered with `Saved` survives, what was under way may or may not.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use automerge::{ActorId, Automerge, Change, ChangeHash};
use diaodu_sync::event::{Author, Event, SaveTicket, SavedChange, Stored};
use diaodu_wire::repo::DocumentId;
use fastrand::Rng;

/// What waits for the disk, in order.
#[derive(Debug)]
pub enum Work {
    /// Append changes to a document.
    Save(SaveTicket, DocumentId, Vec<SavedChange>),
    /// Read a document.
    Load(DocumentId),
    /// Note what the server has.
    Note(DocumentId, Vec<ChangeHash>),
}

/// One machine's disk.
#[derive(Debug, Default)]
pub struct Disk {
    files: BTreeMap<DocumentId, File>,
    queue: VecDeque<Work>,
    /// So many saves fail from now on.
    pub full_for: u8,
    /// So much longer each work takes.
    pub slower_ms: u32,
}

#[derive(Debug, Default)]
struct File {
    snapshot: Vec<u8>,
    changes: Vec<Vec<u8>>,
    hashes: BTreeSet<ChangeHash>,
    actors: BTreeMap<ActorId, Author>,
    server_heads: Vec<ChangeHash>,
}

impl Disk {
    /// Puts a document there as the server's start does, as one change or as a snapshot.
    pub fn place(
        &mut self,
        document: DocumentId,
        content: Automerge,
        author: Author,
        as_snapshot: bool,
    ) {
        let mut file = File::default();
        for change in content.get_changes(&[]) {
            file.hashes.insert(change.hash());
            file.actors
                .insert(change.actor_id().clone(), author.clone());
            if !as_snapshot {
                file.changes.push(change.raw_bytes().to_vec());
            }
        }
        if as_snapshot {
            file.snapshot = content.save();
        }
        self.files.insert(document, file);
    }

    /// Takes work; it is done when `finish` is called for it.
    pub fn begin(&mut self, work: Work) {
        self.queue.push_back(work);
    }

    /// Does the oldest work and returns what the hub is told, if anything.
    pub fn finish(&mut self) -> Option<Event> {
        match self.queue.pop_front()? {
            Work::Load(document) => Some(Event::Loaded(document, self.read(&document))),
            Work::Save(ticket, _, _) if self.full_for > 0 => {
                self.full_for -= 1;
                Some(Event::SaveFailed(ticket))
            }
            Work::Save(ticket, document, changes) => {
                self.write(document, &changes);
                Some(Event::Saved(ticket))
            }
            Work::Note(document, heads) => {
                self.files.entry(document).or_default().server_heads = heads;
                None
            }
        }
    }

    /// Does work at once, for who has no simulated time.
    pub fn do_now(&mut self, work: Work) -> Option<Event> {
        self.begin(work);
        self.finish()
    }

    /// The machine stops: of the saves under way, the first few are there and the rest are not.
    pub fn crash(&mut self, rng: &mut Rng) {
        let survivors = rng.usize(0..=self.queue.len());
        for work in std::mem::take(&mut self.queue).into_iter().take(survivors) {
            match work {
                Work::Save(_, document, changes) if self.full_for == 0 => {
                    self.write(document, &changes)
                }
                Work::Note(document, heads) => {
                    self.files.entry(document).or_default().server_heads = heads;
                }
                Work::Save(..) | Work::Load(_) => {}
            }
        }
    }

    /// Folds a document's changes into its snapshot, as storage does between two starts.
    pub fn compact(&mut self) {
        for file in self.files.values_mut() {
            if let Some(whole) = file.open() {
                file.snapshot = whole.save();
                file.changes.clear();
            }
        }
    }

    /// Says whether a crash would leave the change there.
    pub fn holds(&self, document: &DocumentId, hash: &ChangeHash) -> bool {
        self.files
            .get(document)
            .is_some_and(|file| file.hashes.contains(hash))
    }

    /// Returns the document as a restart would find it.
    pub fn open(&self, document: &DocumentId) -> Option<Automerge> {
        self.files.get(document)?.open()
    }

    /// Counts the work that waits.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// There is room again, and nothing is slow.
    pub fn heal(&mut self) {
        self.full_for = 0;
        self.slower_ms = 0;
    }

    fn read(&self, document: &DocumentId) -> Stored {
        let Some(file) = self.files.get(document) else {
            return Stored::default();
        };
        Stored {
            snapshot: file.snapshot.clone(),
            changes: file.changes.clone(),
            actors: file
                .actors
                .iter()
                .map(|(actor, author)| (actor.clone(), author.clone()))
                .collect(),
            server_heads: file.server_heads.clone(),
        }
    }

    fn write(&mut self, document: DocumentId, changes: &[SavedChange]) {
        let file = self.files.entry(document).or_default();
        for change in changes {
            if file.hashes.insert(change.hash) {
                file.changes.push(change.bytes.to_vec());
                file.actors
                    .entry(change.actor.clone())
                    .or_insert_with(|| change.author.clone());
            }
        }
    }
}

impl File {
    /// `None` when the bytes are no document.
    fn open(&self) -> Option<Automerge> {
        let mut document = match self.snapshot.as_slice() {
            [] => Automerge::new(),
            snapshot => Automerge::load(snapshot).ok()?,
        };
        let changes = self
            .changes
            .iter()
            .map(|bytes| Change::from_bytes(bytes.clone()));
        document
            .apply_changes(changes.collect::<Result<Vec<_>, _>>().ok()?)
            .ok()?;
        Some(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(ticket: u64) -> (Work, ChangeHash, DocumentId) {
        let mut document = Automerge::new().with_actor(ActorId::from([ticket as u8; 16]));
        let hash = document.empty_commit(Default::default());
        let change = document.get_changes(&[]).remove(0);
        let saved = SavedChange {
            bytes: change.raw_bytes().into(),
            hash,
            actor: change.actor_id().clone(),
            author: Author("a".into()),
            received: diaodu_sync::event::Millis(0),
        };
        let id = DocumentId([1; 16]);
        (Work::Save(SaveTicket(ticket), id, vec![saved]), hash, id)
    }

    #[test]
    fn what_was_saved_survives_and_what_was_under_way_may_not() {
        let mut lost = 0;
        for seed in 0..32 {
            let mut disk = Disk::default();
            let (first, first_hash, id) = save(1);
            let (second, second_hash, _) = save(2);
            disk.begin(first);
            assert!(matches!(disk.finish(), Some(Event::Saved(SaveTicket(1)))));
            disk.begin(second);
            disk.crash(&mut Rng::with_seed(seed));
            assert!(disk.holds(&id, &first_hash));
            lost += usize::from(!disk.holds(&id, &second_hash));
        }
        assert!((1..32).contains(&lost), "{lost} of 32 lost");
    }

    #[test]
    fn a_full_disk_says_so_and_keeps_nothing() {
        let mut disk = Disk {
            full_for: 1,
            ..Disk::default()
        };
        let (work, hash, id) = save(1);
        disk.begin(work);
        assert!(matches!(
            disk.finish(),
            Some(Event::SaveFailed(SaveTicket(1)))
        ));
        assert!(!disk.holds(&id, &hash));
    }

    #[test]
    fn compaction_loses_nothing() {
        let mut disk = Disk::default();
        let (work, hash, id) = save(1);
        disk.begin(work);
        disk.finish();
        disk.compact();
        assert_eq!(disk.open(&id).unwrap().get_heads(), [hash]);
    }
}
