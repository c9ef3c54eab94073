//! Who wrote changes and when they arrived, in SQLite.

use diaodu_plan::campaign::UnitId;
use diaodu_sync::event::Millis;
use diaodu_wire::repo::DocumentId;
use sqlx::{Row as _, SqlitePool, sqlite::SqliteRow};

use super::documents::hash_in;
use crate::storage::{ChangeNumber, Receipt, StorageError};

/// Lists changes of a document after one of them, in the order of arrival.
pub async fn list(
    readers: &SqlitePool,
    document: DocumentId,
    after: ChangeNumber,
    limit: usize,
) -> Result<Vec<Receipt>, StorageError> {
    // What was written before units were noted goes by the account's unit of today.
    let query = sqlx::query(
        "SELECT number, hash, account, COALESCE(person, ''), COALESCE(NULLIF(changes.unit, ''), accounts.unit, ''), received_ms \
         FROM changes LEFT JOIN accounts ON accounts.name = changes.account \
         WHERE document = ? AND number > ? ORDER BY number LIMIT ?",
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let query = query.bind(document.0.to_vec()).bind(after.0).bind(limit);
    query.fetch_all(readers).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Receipt, StorageError> {
    Ok(Receipt {
        number: ChangeNumber(row.try_get(0)?),
        hash: hash_in(row.try_get(1)?)?,
        account: row.try_get(2)?,
        person: row.try_get(3)?,
        unit: UnitId(row.try_get(4)?),
        at: Millis(row.try_get(5)?),
    })
}
