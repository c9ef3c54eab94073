//! The audit log in SQLite.

use diaodu_sync::event::Millis;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool};

use super::ROWS_PER_INSERT_MAX;
use crate::{
    audit::{BEGINNING, Entry, Query, Row},
    storage::StorageError,
};

/// Appends entries to the chain, inside of the caller's transaction.
pub async fn enter(
    connection: &mut SqliteConnection,
    entries: &[Entry],
) -> Result<(), StorageError> {
    let tip: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT hash FROM audit ORDER BY number DESC LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?;
    let mut previous = tip.map_or(Ok(BEGINNING), hash_of)?;
    for entries in entries.chunks(ROWS_PER_INSERT_MAX) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit (at_ms, kind, account, subject, detail, hash) ",
        );
        insert.push_values(entries, |mut row, entry| {
            previous = entry.link(&previous);
            row.push_bind(entry.at.0)
                .push_bind(entry.kind.clone())
                .push_bind(entry.account.clone())
                .push_bind(entry.subject.clone())
                .push_bind(entry.detail.clone())
                .push_bind(previous.to_vec());
        });
        let insert = insert.build().persistent(false);
        insert.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Reads entries, newest first, or oldest first behind a number.
pub async fn read(readers: &SqlitePool, query: Query) -> Result<Vec<Row>, StorageError> {
    let mut select = QueryBuilder::<Sqlite>::new(
        "SELECT number, at_ms, kind, account, subject, detail, hash FROM audit WHERE number < ",
    );
    select.push_bind(query.before.unwrap_or(i64::MAX));
    if let Some(after) = query.after {
        select.push(" AND number > ").push_bind(after);
    }
    if let Some(account) = query.account {
        select.push(" AND account = ").push_bind(account);
    }
    if let Some(kind) = query.kind {
        select.push(" AND kind = ").push_bind(kind);
    }
    if let Some(text) = query.text {
        // `instr` knows no wildcards that a person could type by mistake.
        select.push(" AND (instr(subject, ").push_bind(text.clone());
        select.push(") > 0 OR instr(detail, ").push_bind(text);
        select.push(") > 0)");
    }
    let order = match query.after {
        Some(_) => " ORDER BY number ASC LIMIT ",
        None => " ORDER BY number DESC LIMIT ",
    };
    select.push(order).push_bind(query.limit);
    let rows = select.build().persistent(false).fetch_all(readers).await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Row {
            number: row.try_get(0)?,
            entry: Entry {
                at: Millis(row.try_get(1)?),
                kind: row.try_get(2)?,
                account: row.try_get(3)?,
                subject: row.try_get(4)?,
                detail: row.try_get(5)?,
            },
            hash: hash_of(row.try_get(6)?)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Takes away what is older, but for the newest entry: the chain goes on from it.
pub async fn remove(connection: &mut SqliteConnection, before: Millis) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM audit WHERE number < (SELECT COALESCE(MIN(number), (SELECT MAX(number) FROM audit)) FROM audit WHERE at_ms >= ?)",
    )
    .bind(before.0)
    .execute(connection)
    .await?;
    Ok(())
}

fn hash_of(bytes: Vec<u8>) -> Result<[u8; 32], StorageError> {
    bytes
        .try_into()
        .map_err(|_| StorageError::Damaged("a hash of the audit log has the wrong length".into()))
}
