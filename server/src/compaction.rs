//! Puts a snapshot in place of a document's many changes. Works on what is on disk, beside the loop.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use automerge::{Automerge, AutomergeError, Change};
use diaodu_sync::event::Stored;
use diaodu_wire::repo::DocumentId;
use tokio::task::spawn_blocking;

use crate::storage::{Storage, StorageError};

/// Compacts one document; a failure is logged and leaves everything as it was.
pub async fn compact(storage: Arc<dyn Storage>, document: DocumentId) {
    match try_compact(&*storage, document).await {
        Ok(()) => tracing::debug!(%document, "compacted"),
        Err(error) => tracing::warn!(%document, "not compacted: {error}"),
    }
}

async fn try_compact(storage: &dyn Storage, document: DocumentId) -> Result<(), StorageError> {
    let loaded = storage.load(document).await?;
    if loaded.stored.changes.is_empty() {
        return Ok(());
    }
    let work = move || catch_unwind(AssertUnwindSafe(|| snapshot(&loaded.stored)));
    let snapshot = spawn_blocking(work)
        .await
        .map_err(|error| StorageError::Failed(error.to_string()))?;
    let snapshot = snapshot.map_err(|_| StorageError::Failed("automerge panicked".into()))??;
    storage
        .replace_snapshot(document, snapshot, loaded.through)
        .await
}

/// Returns a document whole, as one chunk that was loaded again and found equal.
fn snapshot(stored: &Stored) -> Result<Vec<u8>, StorageError> {
    let whole = load(stored).map_err(|error| StorageError::Failed(error.to_string()))?;
    let bytes = whole.save();
    let again = Automerge::load(&bytes).map_err(|error| StorageError::Failed(error.to_string()))?;
    if again.get_heads() == whole.get_heads() {
        Ok(bytes)
    } else {
        Err(StorageError::Failed(
            "the snapshot differs from the document".into(),
        ))
    }
}

/// Builds a document from what storage has of it.
pub fn load(stored: &Stored) -> Result<Automerge, AutomergeError> {
    let mut document = if stored.snapshot.is_empty() {
        Automerge::new()
    } else {
        Automerge::load(&stored.snapshot)?
    };
    let changes = stored
        .changes
        .iter()
        .map(|bytes| Change::from_bytes(bytes.clone()));
    document.apply_changes(changes.collect::<Result<Vec<_>, _>>()?)?;
    Ok(document)
}
