//! What this machine keeps: chunks of documents, and notes, each under an account. Appends; only `compact` and `withdraw` take away,
//! and only what was read, so that two tabs never lose each other's work.

use std::sync::Arc;

use automerge::ChangeHash;
use diaodu_sync::event::Stored;
use diaodu_wire::repo::DocumentId;
use idb::{
    CursorDirection, Database, DatabaseEvent, Factory, IndexParams, KeyPath, KeyRange,
    ObjectStoreParams, Query, TransactionMode, TransactionResult,
};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

const DATABASE: &str = "diaodu";
const CHUNKS: &str = "chunks";
const NOTES: &str = "notes";
const BY_DOCUMENT: &str = "document";
/// 32 bytes of a change's hash.
const HASH_BYTES: usize = 32;

/// Why the disk did not do it; the text is for logs.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct DiskError(pub String);

impl From<idb::Error> for DiskError {
    fn from(error: idb::Error) -> Self {
        DiskError(error.to_string())
    }
}

/// A document as it was read, and the keys of the chunks, for `compact`.
#[derive(Debug, Default)]
pub struct Kept {
    /// For the hub.
    pub stored: Stored,
    /// Which chunks were read.
    pub keys: Vec<f64>,
}

/// The account's part of the browser's database.
pub struct Disk {
    account: String,
    /// `None`: this browser keeps nothing. The page then works only as long as it is open.
    database: Option<Database>,
}

impl Disk {
    /// Opens the database. A browser that keeps nothing is no error here; `is_lasting` tells.
    pub async fn open(account: &str) -> Disk {
        let database = open_database().await;
        if let Err(error) = &database {
            web_sys::console::error_1(&error.to_string().into());
        }
        Disk {
            account: account.to_owned(),
            database: database.ok(),
        }
    }

    /// Says whether anything outlives the page.
    pub fn is_lasting(&self) -> bool {
        self.database.is_some()
    }

    /// Reads a document.
    pub async fn load(&self, document: DocumentId) -> Result<Kept, DiskError> {
        let Some(database) = &self.database else {
            return Ok(Kept::default());
        };
        let transaction = database.transaction(&[CHUNKS, NOTES], TransactionMode::ReadOnly)?;
        let index = transaction.object_store(CHUNKS)?.index(BY_DOCUMENT)?;
        let only = || KeyRange::only(&self.name(document).into()).map(Query::KeyRange);
        let values = index.get_all(Some(only()?), None)?;
        let keys = index.get_all_keys(Some(only()?), None)?;
        let heads = transaction
            .object_store(NOTES)?
            .get(JsValue::from(self.heads_key(document)))?;
        let (values, keys, heads) = (values.await?, keys.await?, heads.await?);
        let mut kept = Kept {
            keys: keys.iter().filter_map(JsValue::as_f64).collect(),
            stored: Stored::default(),
        };
        for value in &values {
            let bytes = bytes_of(&property(value, "bytes"));
            if property(value, "whole").is_truthy() && kept.stored.snapshot.is_empty() {
                kept.stored.snapshot = bytes;
            } else {
                kept.stored.changes.push(bytes);
            }
        }
        kept.stored.server_heads = heads
            .map(|heads| hashes(&bytes_of(&heads)))
            .unwrap_or_default();
        Ok(kept)
    }

    /// Appends changes of several documents, all or none.
    ///
    /// Result: the keys of the new chunks.
    pub async fn append(
        &self,
        batch: &[(DocumentId, Vec<Arc<[u8]>>)],
    ) -> Result<Vec<(DocumentId, f64)>, DiskError> {
        let mut keys = Vec::new();
        let Some(database) = &self.database else {
            return Ok(keys);
        };
        let transaction = database.transaction(&[CHUNKS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(CHUNKS)?;
        let mut added = Vec::new();
        for (document, changes) in batch {
            for bytes in changes {
                let chunk = self.chunk(*document, bytes, false)?;
                added.push((*document, store.add(&chunk, None)?));
            }
        }
        // Nothing of it waits for this page any more: the last edits of a page that is being left are kept too.
        let committed = transaction.commit()?;
        for (document, key) in added {
            keys.extend(key.await?.as_f64().map(|key| (document, key)));
        }
        finished(committed.await?)?;
        Ok(keys)
    }

    /// Puts one whole chunk in place of those that this page has read or written.
    ///
    /// Result: the key of the new chunk.
    pub async fn compact(
        &self,
        document: DocumentId,
        snapshot: &[u8],
        keys: &[f64],
    ) -> Result<Option<f64>, DiskError> {
        let Some(database) = &self.database else {
            return Ok(None);
        };
        let transaction = database.transaction(&[CHUNKS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(CHUNKS)?;
        let added = store.add(&self.chunk(document, snapshot, true)?, None)?;
        for key in keys {
            store.delete(JsValue::from(*key))?;
        }
        let key = added.await?;
        finished(transaction.await?)?;
        Ok(key.as_f64())
    }

    /// Lists the documents of which there are chunks.
    pub async fn documents(&self) -> Result<Vec<DocumentId>, DiskError> {
        let mut documents = Vec::new();
        let Some(database) = &self.database else {
            return Ok(documents);
        };
        let first = format!("{}|", self.account);
        let last = format!("{first}\u{ffff}");
        let range = KeyRange::bound(&first.as_str().into(), &last.as_str().into(), None, None)?;
        let transaction = database.transaction(&[CHUNKS], TransactionMode::ReadOnly)?;
        let index = transaction.object_store(CHUNKS)?.index(BY_DOCUMENT)?;
        let once = Some(CursorDirection::NextUnique);
        let opened = index.open_key_cursor(Some(Query::KeyRange(range)), once)?;
        let Some(cursor) = opened.await? else {
            return Ok(documents);
        };
        let mut cursor = cursor.into_managed();
        while let Some(key) = cursor.key()? {
            let name = key.as_string();
            let id = name.as_deref().and_then(|name| name.strip_prefix(&first));
            documents.extend(id.and_then(|id| id.parse::<DocumentId>().ok()));
            cursor.next(None).await?;
        }
        Ok(documents)
    }

    /// Takes away chunks of a document and what is noted of it, and keeps drafts in their place, all or none.
    ///
    /// `keys`: as they were read; what another tab has appended since stays. `drafts`: key and text of their notes.
    pub async fn withdraw(
        &self,
        document: DocumentId,
        keys: &[f64],
        drafts: &[(String, String)],
    ) -> Result<(), DiskError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let transaction = database.transaction(&[CHUNKS, NOTES], TransactionMode::ReadWrite)?;
        let notes = transaction.object_store(NOTES)?;
        for (key, text) in drafts {
            notes.put(&text.as_str().into(), Some(&self.note_key(key).into()))?;
        }
        let chunks = transaction.object_store(CHUNKS)?;
        for key in keys {
            chunks.delete(JsValue::from(*key))?;
        }
        let unsent = key_of(&["unsent", &document.to_string()]);
        notes.delete(JsValue::from(self.heads_key(document)))?;
        notes.delete(JsValue::from(self.note_key(&unsent)))?;
        // Who wrote in it may not be read any more either.
        let first = self.note_key(&key_of(&["received", &document.to_string(), ""]));
        let last = format!("{first}\u{ffff}");
        let told = KeyRange::bound(&first.into(), &last.into(), None, None)?;
        notes.delete(Query::KeyRange(told))?;
        finished(transaction.await?)
    }

    /// Puts chunks that cannot be read where no document is looked for; they stay for whoever can repair them.
    pub async fn set_aside(&self, document: DocumentId, keys: &[f64]) -> Result<(), DiskError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let transaction = database.transaction(&[CHUNKS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(CHUNKS)?;
        for key in keys {
            let Some(chunk) = store.get(JsValue::from(*key))?.await? else {
                continue;
            };
            Reflect::set(
                &chunk,
                &BY_DOCUMENT.into(),
                &format!("damaged|{}", self.name(document)).into(),
            )
            .map_err(|error| DiskError(format!("{error:?}")))?;
            store.put(&chunk, Some(&JsValue::from(*key)))?;
        }
        finished(transaction.await?)
    }

    /// Keeps a file that waits to be sent, with what is known of it, both or neither.
    pub async fn keep_file(&self, id: &str, note: &str, blob: &Blob) -> Result<(), DiskError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let transaction = database.transaction(&[NOTES], TransactionMode::ReadWrite)?;
        let notes = transaction.object_store(NOTES)?;
        notes.put(
            blob,
            Some(&self.note_key(&key_of(&["file-bytes", id])).into()),
        )?;
        notes.put(
            &note.into(),
            Some(&self.note_key(&key_of(&["file", id])).into()),
        )?;
        finished(transaction.await?)
    }

    /// Returns a file that waits; `None` where it does not any more.
    pub async fn file(&self, id: &str) -> Result<Option<Blob>, DiskError> {
        let Some(database) = &self.database else {
            return Ok(None);
        };
        let key = self.note_key(&key_of(&["file-bytes", id]));
        let transaction = database.transaction(&[NOTES], TransactionMode::ReadOnly)?;
        let found = transaction.object_store(NOTES)?.get(JsValue::from(key))?;
        let found = found.await?;
        Ok(found.and_then(|found| found.dyn_into().ok()))
    }

    /// Takes away a file that waits no longer, and what was known of it.
    pub async fn drop_file(&self, id: &str) -> Result<(), DiskError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let transaction = database.transaction(&[NOTES], TransactionMode::ReadWrite)?;
        let notes = transaction.object_store(NOTES)?;
        for part in ["file", "file-bytes"] {
            notes.delete(JsValue::from(self.note_key(&key_of(&[part, id]))))?;
        }
        finished(transaction.await?)
    }

    /// Keeps what the server has acknowledged.
    pub async fn keep_heads(
        &self,
        document: DocumentId,
        heads: &[ChangeHash],
    ) -> Result<(), DiskError> {
        let bytes: Vec<u8> = heads.iter().flat_map(|hash| hash.0).collect();
        self.put_note(
            &self.heads_key(document),
            &Uint8Array::from(bytes.as_slice()).into(),
        )
        .await
    }

    /// Keeps a note: `None` takes it away.
    pub async fn keep_note(&self, key: &str, text: Option<&str>) -> Result<(), DiskError> {
        self.keep_notes(&[(key.to_owned(), text.map(str::to_owned))])
            .await
    }

    /// Keeps notes, or takes them away, all or none: a transaction for each would take seconds for ten thousand.
    pub async fn keep_notes(&self, notes: &[(String, Option<String>)]) -> Result<(), DiskError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let transaction = database.transaction(&[NOTES], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(NOTES)?;
        for (key, text) in notes {
            let key = JsValue::from(self.note_key(key));
            match text {
                Some(text) => drop(store.put(&text.as_str().into(), Some(&key))?),
                None => drop(store.delete(key)?),
            }
        }
        finished(transaction.await?)
    }

    /// Returns the notes whose keys begin like this: what follows in the key, and the text.
    pub async fn notes(&self, prefix: &str) -> Result<Vec<(String, String)>, DiskError> {
        let Some(database) = &self.database else {
            return Ok(Vec::new());
        };
        let first = self.note_key(prefix);
        let last = format!("{first}\u{ffff}");
        let range = || {
            KeyRange::bound(&first.as_str().into(), &last.as_str().into(), None, None)
                .map(Query::KeyRange)
        };
        let transaction = database.transaction(&[NOTES], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(NOTES)?;
        let keys = store.get_all_keys(Some(range()?), None)?;
        let values = store.get_all(Some(range()?), None)?;
        let (keys, values) = (keys.await?, values.await?);
        let pairs = keys.iter().zip(&values).filter_map(|(key, value)| {
            let key = key.as_string()?;
            Some((key.strip_prefix(&first)?.to_owned(), value.as_string()?))
        });
        Ok(pairs.collect())
    }

    async fn put_note(&self, key: &str, value: &JsValue) -> Result<(), DiskError> {
        let Some(database) = &self.database else {
            return Ok(());
        };
        let transaction = database.transaction(&[NOTES], TransactionMode::ReadWrite)?;
        transaction
            .object_store(NOTES)?
            .put(value, Some(&key.into()))?;
        finished(transaction.await?)
    }

    fn chunk(
        &self,
        document: DocumentId,
        bytes: &[u8],
        is_whole: bool,
    ) -> Result<JsValue, DiskError> {
        let chunk = Object::new();
        let set = |key: &str, value: &JsValue| {
            Reflect::set(&chunk, &key.into(), value)
                .map_err(|error| DiskError(format!("{error:?}")))
        };
        set(BY_DOCUMENT, &self.name(document).into())?;
        set("whole", &is_whole.into())?;
        set("bytes", &Uint8Array::from(bytes).into())?;
        Ok(chunk.into())
    }

    fn name(&self, document: DocumentId) -> String {
        format!("{}|{document}", self.account)
    }

    fn heads_key(&self, document: DocumentId) -> String {
        format!("heads|{}|{document}", self.account)
    }

    fn note_key(&self, key: &str) -> String {
        format!("note|{}|{key}", self.account)
    }
}

async fn open_database() -> Result<Database, DiskError> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        let made = event.database().and_then(|database| make_stores(&database));
        if let Err(error) = made {
            web_sys::console::error_1(&error.to_string().into());
        }
    });
    Ok(request.await?)
}

fn make_stores(database: &Database) -> Result<(), idb::Error> {
    let mut counted = ObjectStoreParams::new();
    counted.auto_increment(true);
    let chunks = database.create_object_store(CHUNKS, counted)?;
    chunks.create_index(
        BY_DOCUMENT,
        KeyPath::new_single(BY_DOCUMENT),
        Some(IndexParams::new()),
    )?;
    database
        .create_object_store(NOTES, ObjectStoreParams::new())
        .map(drop)
}

fn finished(result: TransactionResult) -> Result<(), DiskError> {
    match result {
        TransactionResult::Committed => Ok(()),
        // The usual reason is a full disk, or the browser's bound for one site.
        TransactionResult::Aborted => Err(DiskError("the browser took the write back".to_owned())),
    }
}

fn property(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn bytes_of(value: &JsValue) -> Vec<u8> {
    value
        .dyn_ref::<Uint8Array>()
        .map(Uint8Array::to_vec)
        .unwrap_or_default()
}

fn hashes(bytes: &[u8]) -> Vec<ChangeHash> {
    bytes
        .chunks_exact(HASH_BYTES)
        .filter_map(|hash| hash.try_into().ok().map(ChangeHash))
        .collect()
}

/// Names a note about several parts, for keys under `Disk::keep_note`.
pub fn key_of(parts: &[&str]) -> String {
    parts.join("|")
}
