//! The way to disk: whatever waits is committed together, so that one fsync serves many.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use diaodu_plan::{campaign::WeekNumber, layout::DocumentKind};
use diaodu_sync::event::{SaveTicket, SavedChange};
use diaodu_wire::repo::DocumentId;
use tokio::sync::mpsc;

use crate::{
    config::SAVES_PER_COMMIT_MAX,
    gatekeeper::Directory,
    storage::{Batch, Storage, StorageError},
};

/// One batch of the hub.
#[derive(Debug)]
pub struct Save {
    /// Which of the loop's hubs asks.
    pub generation: u64,
    /// Named in the answer.
    pub ticket: SaveTicket,
    /// Which document.
    pub document: DocumentId,
    /// What to append.
    pub changes: Vec<SavedChange>,
}

/// What became of batches that shared a transaction.
#[derive(Debug)]
pub struct SaveAnswer {
    /// Which of the loop's hubs had asked.
    pub generation: u64,
    /// Which, in the order they were handed in.
    pub tickets: Vec<SaveTicket>,
    /// Whether they are on disk.
    pub result: Result<(), StorageError>,
}

/// Whether the last write succeeded, and what has been written.
#[derive(Debug, Clone)]
pub struct Writable(Arc<AtomicBool>, Written);

impl Default for Writable {
    fn default() -> Self {
        Writable(Arc::new(AtomicBool::new(true)), Written::default())
    }
}

impl Writable {
    /// Says whether the last write succeeded.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns what has been written.
    pub fn written(&self) -> &Written {
        &self.1
    }

    /// Notes how a write went, and says so once when that changed.
    pub fn note(&self, result: &Result<(), StorageError>) {
        let was = self.0.swap(result.is_ok(), Ordering::Relaxed);
        match result {
            Ok(()) if !was => tracing::info!("writing to disk succeeds again"),
            Ok(()) => {}
            Err(error) if was => {
                tracing::error!("cannot write: {error}; nothing is acknowledged until it succeeds")
            }
            Err(error) => tracing::debug!("still cannot write: {error}"),
        }
    }
}

/// How often each document has been written since the server began: equal counts mean equal content.
#[derive(Debug, Clone, Default)]
pub struct Written(Arc<Mutex<HashMap<DocumentId, u64>>>);

impl Written {
    /// Notes that a document has been written.
    pub fn note(&self, document: DocumentId) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(document).or_default() += 1;
    }

    /// Returns the count of a document.
    pub fn of(&self, document: &DocumentId) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(document).copied().unwrap_or_default()
    }

    /// Adds up hubs and sheets by week.
    pub fn by_week(&self, directory: &Directory) -> BTreeMap<WeekNumber, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut weeks = BTreeMap::new();
        for (document, count) in &*counts {
            if let Some(DocumentKind::Hub(week) | DocumentKind::Sheet(week, _)) =
                directory.kind(document)
            {
                *weeks.entry(*week).or_default() += count;
            }
        }
        weeks
    }
}

/// Writes batches until `saves` ends.
pub async fn run(
    storage: Arc<dyn Storage>,
    mut saves: mpsc::UnboundedReceiver<Save>,
    answers: mpsc::UnboundedSender<SaveAnswer>,
    writable: Writable,
) {
    let mut waiting = Vec::new();
    while saves.recv_many(&mut waiting, SAVES_PER_COMMIT_MAX).await > 0 {
        let generation = waiting
            .last()
            .map(|save| save.generation)
            .unwrap_or_default();
        let of_it = waiting.iter().filter(|save| save.generation == generation);
        let tickets = of_it.map(|save| save.ticket).collect();
        let documents: Vec<_> = waiting.iter().map(|save| save.document).collect();
        let batches = waiting
            .drain(..)
            .map(|save| Batch {
                document: save.document,
                changes: save.changes,
            })
            .collect();
        let result = storage.append(batches).await;
        writable.note(&result);
        documents
            .into_iter()
            .for_each(|document| writable.written().note(document));
        if answers
            .send(SaveAnswer {
                generation,
                tickets,
                result,
            })
            .is_err()
        {
            return;
        }
    }
}
