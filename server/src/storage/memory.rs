//! Storage that forgets: the twin for tests. Can be told to be full.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use automerge::ActorId;
use diaodu_sync::event::{Author, Millis, SavedChange, Stored};
use diaodu_wire::repo::DocumentId;

use super::{
    Account, Answer, Batch, ChangeNumber, DocumentRow, Loaded, NewDocument, Pass, PassDigest,
    PassKind, SERVER_AUTHOR, Storage, StorageError,
};

/// Everything in maps.
#[derive(Default)]
pub struct MemoryStorage {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    full: bool,
    settings: HashMap<&'static str, String>,
    rows: Vec<DocumentRow>,
    documents: HashMap<DocumentId, Kept>,
    last: ChangeNumber,
    accounts: HashMap<String, Account>,
    passes: HashMap<(PassKind, PassDigest), Pass>,
}

#[derive(Default)]
struct Kept {
    snapshot: Vec<u8>,
    changes: Vec<(ChangeNumber, SavedChange)>,
    actors: Vec<(ActorId, Author)>,
}

impl MemoryStorage {
    /// Lets every later write fail, or succeed again.
    pub fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&mut State) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut state = self.state();
        if state.full {
            Err(StorageError::Full)
        } else {
            write(&mut state)
        }
    }
}

fn ready<'a, T: Send + 'a>(result: Result<T, StorageError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(result))
}

impl Storage for MemoryStorage {
    fn setting(&self, name: &'static str) -> Answer<'_, Option<String>> {
        ready(Ok(self.state().settings.get(name).cloned()))
    }

    fn put_setting(&self, name: &'static str, value: String) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.settings.insert(name, value);
            Ok(())
        }))
    }

    fn documents(&self) -> Answer<'_, Vec<DocumentRow>> {
        ready(Ok(self.state().rows.clone()))
    }

    fn create_documents(&self, documents: Vec<NewDocument>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            if documents
                .iter()
                .any(|new| state.documents.contains_key(&new.row.id))
            {
                return Err(StorageError::Failed("document exists".into()));
            }
            for new in documents {
                let actors = vec![(new.actor, Author(SERVER_AUTHOR.into()))];
                state.documents.insert(
                    new.row.id,
                    Kept {
                        snapshot: new.snapshot,
                        changes: Vec::new(),
                        actors,
                    },
                );
                state.rows.push(new.row);
            }
            Ok(())
        }))
    }

    fn load(&self, document: DocumentId) -> Answer<'_, Loaded> {
        let state = self.state();
        let Some(kept) = state.documents.get(&document) else {
            return ready(Ok(Loaded::default()));
        };
        let changes = kept
            .changes
            .iter()
            .map(|(_, change)| change.bytes.to_vec())
            .collect();
        let through = kept
            .changes
            .last()
            .map(|(number, _)| *number)
            .unwrap_or_default();
        let stored = Stored {
            snapshot: kept.snapshot.clone(),
            changes,
            actors: kept.actors.clone(),
            ..Stored::default()
        };
        ready(Ok(Loaded { stored, through }))
    }

    fn append(&self, batches: Vec<Batch>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            if batches
                .iter()
                .any(|batch| !state.documents.contains_key(&batch.document))
            {
                return Err(StorageError::Failed("no such document".into()));
            }
            for batch in batches {
                let Some(kept) = state.documents.get_mut(&batch.document) else {
                    continue;
                };
                for change in batch.changes {
                    state.last.0 += 1;
                    if !kept.actors.iter().any(|(actor, _)| *actor == change.actor) {
                        kept.actors
                            .push((change.actor.clone(), change.author.clone()));
                    }
                    kept.changes.push((state.last, change));
                }
            }
            Ok(())
        }))
    }

    fn replace_snapshot(
        &self,
        document: DocumentId,
        snapshot: Vec<u8>,
        through: ChangeNumber,
    ) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let kept = state
                .documents
                .get_mut(&document)
                .ok_or(StorageError::Failed("no such document".into()))?;
            kept.snapshot = snapshot;
            kept.changes.retain(|(number, _)| *number > through);
            Ok(())
        }))
    }

    fn account(&self, name: &str) -> Answer<'_, Option<Account>> {
        ready(Ok(self.state().accounts.get(name).cloned()))
    }

    fn account_count(&self) -> Answer<'_, usize> {
        ready(Ok(self.state().accounts.len()))
    }

    fn put_accounts(&self, accounts: Vec<Account>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.accounts.extend(
                accounts
                    .into_iter()
                    .map(|account| (account.name.clone(), account)),
            );
            Ok(())
        }))
    }

    fn put_pass(&self, kind: PassKind, pass: Pass) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.passes.insert((kind, pass.digest), pass);
            Ok(())
        }))
    }

    fn pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, Option<Pass>> {
        ready(Ok(self.state().passes.get(&(kind, digest)).cloned()))
    }

    fn remove_pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.passes.remove(&(kind, digest));
            Ok(())
        }))
    }

    fn remove_expired(&self, now: Millis) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.passes.retain(|_, pass| pass.expires > now);
            Ok(())
        }))
    }

    fn close(&self) -> Answer<'_, ()> {
        ready(Ok(()))
    }
}
