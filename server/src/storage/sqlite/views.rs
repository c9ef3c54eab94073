//! The views that accounts keep for themselves, in SQLite.

use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::{storage::StorageError, views::Views};

/// Keeps a view of an account, or takes it away.
pub async fn put(
    connection: &mut SqliteConnection,
    account: String,
    name: String,
    arrangement: Option<String>,
) -> Result<(), StorageError> {
    let query = match arrangement {
        Some(arrangement) => sqlx::query(
            "INSERT INTO own_views (account, name, arrangement) VALUES (?, ?, ?)
             ON CONFLICT (account, name) DO UPDATE SET arrangement = excluded.arrangement",
        )
        .bind(account)
        .bind(name)
        .bind(arrangement),
        None => sqlx::query("DELETE FROM own_views WHERE account = ? AND name = ?")
            .bind(account)
            .bind(name),
    };
    query.execute(connection).await?;
    Ok(())
}

/// Lists the views of an account.
pub async fn list(readers: &SqlitePool, account: String) -> Result<Views, StorageError> {
    let query = sqlx::query("SELECT name, arrangement FROM own_views WHERE account = ?");
    let read = |row: &SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
    let rows = query.bind(account).fetch_all(readers).await?;
    rows.iter().map(read).collect()
}
