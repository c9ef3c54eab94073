//! Contacts and their changes, in SQLite.

use diaodu_plan::campaign::UnitId;
use diaodu_sync::event::Millis;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::storage::{ContactChange, StorageError};

/// Appends a change.
pub async fn put(
    connection: &mut SqliteConnection,
    change: ContactChange,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO contact_changes (id, unit, contact, account, at_ms) VALUES (?, ?, ?, ?, ?)",
    );
    query
        .bind(change.id)
        .bind(change.unit.0)
        .bind(change.contact.unwrap_or_default())
        .bind(change.account)
        .bind(change.at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Lists all changes, the oldest first.
pub async fn list(readers: &SqlitePool) -> Result<Vec<ContactChange>, StorageError> {
    let query = sqlx::query(
        "SELECT id, unit, contact, account, at_ms FROM contact_changes ORDER BY number",
    );
    let read = |row: &SqliteRow| {
        let contact: String = row.try_get(2)?;
        Ok(ContactChange {
            id: row.try_get(0)?,
            unit: UnitId(row.try_get(1)?),
            contact: Some(contact).filter(|contact| !contact.is_empty()),
            account: row.try_get(3)?,
            at: Millis(row.try_get(4)?),
        })
    };
    query.fetch_all(readers).await?.iter().map(read).collect()
}
