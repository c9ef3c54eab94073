//! Sheets as they stand on disk, read once and again when they have been written. Knows nothing of who may read them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use diaodu_plan::{
    layout::sheet::{self, Sheet, SheetRow},
    value::Value,
};
use diaodu_wire::repo::DocumentId;

use crate::{
    compaction,
    config::SHEETS_KEPT_BYTES_MAX,
    saver::Written,
    storage::{Storage, StorageError},
};

/// Reads sheets, and keeps what it has read.
pub struct Sheets {
    storage: Arc<dyn Storage>,
    written: Written,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    sheets: HashMap<DocumentId, Read>,
    bytes: usize,
}

/// A sheet as it was read when its document had been written so often.
struct Read {
    count: u64,
    sheet: Arc<Sheet>,
    bytes: usize,
}

impl Sheets {
    /// Nothing is read yet. `written`: counts every write to `storage`, before it is acknowledged.
    pub fn new(storage: Arc<dyn Storage>, written: Written) -> Sheets {
        Sheets {
            storage,
            written,
            kept: Mutex::default(),
        }
    }

    /// Returns a sheet as it is on disk now.
    pub async fn read(&self, document: DocumentId) -> Result<Arc<Sheet>, StorageError> {
        // Counted before it is read: what is written meanwhile is read again next time.
        let count = self.written.of(&document);
        if let Some(sheet) = self.kept(&document, count) {
            return Ok(sheet);
        }
        let stored = self.storage.load(document).await?.stored;
        let content = compaction::load(&stored);
        let content = content.map_err(|error| StorageError::Damaged(error.to_string()))?;
        let sheet = Arc::new(sheet::read(&content));
        self.keep(document, count, sheet.clone());
        Ok(sheet)
    }

    fn kept(&self, document: &DocumentId, count: u64) -> Option<Arc<Sheet>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let read = kept.sheets.get(document)?;
        (read.count == count).then(|| read.sheet.clone())
    }

    /// What finds no room is read anew each time.
    fn keep(&self, document: DocumentId, count: u64, sheet: Arc<Sheet>) {
        let bytes = bytes_of(&sheet);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let old = kept.sheets.remove(&document);
        kept.bytes -= old.map_or(0, |old| old.bytes);
        if kept.bytes + bytes <= SHEETS_KEPT_BYTES_MAX {
            kept.bytes += bytes;
            let read = Read {
                count,
                sheet,
                bytes,
            };
            kept.sheets.insert(document, read);
        }
    }
}

/// About what a sheet takes in memory: its texts, and what holds them.
fn bytes_of(sheet: &Sheet) -> usize {
    const OF_ROW: usize = 400;
    const OF_VALUE: usize = 100;
    let value = |value: &Value| match value {
        Value::Text(text) => OF_VALUE + text.len(),
        Value::Count(_) => OF_VALUE,
    };
    let row = |row: &SheetRow| -> usize {
        let values = row.cells.values().flatten().map(value);
        OF_ROW * (1 + row.attached.len()) + values.sum::<usize>()
    };
    sheet.rows.values().map(row).sum()
}

#[cfg(test)]
mod tests;
