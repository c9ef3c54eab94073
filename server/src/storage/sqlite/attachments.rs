//! Which rows have which files, in SQLite. The bytes lie in `storage::files`.

use std::collections::BTreeSet;

use diaodu_plan::{
    attachment::{Attached, FileKind},
    campaign::WeekNumber,
    row::RowId,
};
use diaodu_sync::event::Millis;
use jiff::Timestamp;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::storage::{Attachment, StorageError};

const COLUMNS: &str = "id, week, row, name, kind, bytes, digest, account, at_ms, removed_by, removed_ms, person, offered";

/// Notes that a row has a file; one that is known stays as it is.
pub async fn put(
    connection: &mut SqliteConnection,
    attachment: Attachment,
) -> Result<(), StorageError> {
    let sql = format!(
        "INSERT INTO attachments ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
    );
    let Attachment {
        week,
        row,
        file,
        offered,
        removed,
    } = attachment;
    let (removed_by, removed) = removed.unwrap_or((String::new(), Millis(0)));
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(file.id)
        .bind(i64::from(week.0))
        .bind(row.0)
        .bind(file.name)
        .bind(file.kind.word())
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(file.digest)
        .bind(file.account)
        .bind(file.at.as_millisecond())
        .bind(removed_by)
        .bind(removed.0)
        .bind(file.person)
        .bind(offered)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a file was taken out of its row; the first who did stays.
pub async fn remove(
    connection: &mut SqliteConnection,
    id: &str,
    account: &str,
    at: Millis,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "UPDATE attachments SET removed_by = ?, removed_ms = ? WHERE id = ? AND removed_by = ''",
    );
    let query = query
        .bind(account.to_owned())
        .bind(at.0)
        .bind(id.to_owned());
    query.execute(connection).await?;
    Ok(())
}

/// Returns one.
pub async fn find(readers: &SqlitePool, id: String) -> Result<Option<Attachment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE id = ?");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id);
    let row = query.fetch_optional(readers).await?;
    row.as_ref().map(read).transpose()
}

/// Lists those of a week in the order in which they came.
pub async fn list(readers: &SqlitePool, week: WeekNumber) -> Result<Vec<Attachment>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE week = ? ORDER BY number");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(week.0));
    query.fetch_all(readers).await?.iter().map(read).collect()
}

/// Returns the digests of all files that some row has.
pub async fn needed(readers: &SqlitePool) -> Result<BTreeSet<String>, StorageError> {
    let query = sqlx::query_scalar("SELECT DISTINCT digest FROM attachments WHERE removed_by = ''");
    let digests: Vec<String> = query.fetch_all(readers).await?;
    Ok(digests.into_iter().collect())
}

fn read(row: &SqliteRow) -> Result<Attachment, StorageError> {
    let damaged = || StorageError::Damaged("an attachment of no known kind".into());
    let (week, kind): (i64, String) = (row.try_get(1)?, row.try_get(4)?);
    let (bytes, at): (i64, i64) = (row.try_get(5)?, row.try_get(8)?);
    let removed_by: String = row.try_get(9)?;
    Ok(Attachment {
        week: WeekNumber(u8::try_from(week).map_err(|_| damaged())?),
        row: RowId(row.try_get(2)?),
        file: Attached {
            id: row.try_get(0)?,
            name: row.try_get(3)?,
            kind: FileKind::from_word(&kind).ok_or_else(damaged)?,
            bytes: u64::try_from(bytes).map_err(|_| damaged())?,
            digest: row.try_get(6)?,
            account: row.try_get(7)?,
            person: row.try_get(11)?,
            at: Timestamp::from_millisecond(at).map_err(|_| damaged())?,
        },
        offered: row.try_get(12)?,
        removed: match removed_by.is_empty() {
            true => None,
            false => Some((removed_by, Millis(row.try_get(10)?))),
        },
    })
}
