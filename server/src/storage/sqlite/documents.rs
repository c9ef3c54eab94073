//! Documents and their changes in SQLite. Leaves out the receipts, see `receipts`.

use automerge::{ActorId, ChangeHash};
use diaodu_plan::campaign::{UnitId, WeekNumber};
use diaodu_sync::event::{Author, Millis, Stored};
use diaodu_wire::repo::DocumentId;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{ROWS_PER_INSERT_MAX, log};
use crate::{
    audit::Entry,
    storage::{
        Batch, ChangeNumber, DocumentRow, Loaded, NewDocument, Received, SERVER_AUTHOR,
        StorageError, read_kind,
    },
};

/// 10,000 changes: more than are ever on their way to disk at once.
const NEWEST_LOOKED_AT: i64 = 10_000;

/// Lists all documents in the order in which they were made.
pub async fn list(readers: &SqlitePool) -> Result<Vec<DocumentRow>, StorageError> {
    let query =
        sqlx::query("SELECT id, campaign, kind, week, unit FROM documents ORDER BY position");
    let rows = query.fetch_all(readers).await?;
    rows.iter().map(read_row).collect()
}

/// Enters new documents behind those that are there, each with what it is made of.
pub async fn create(
    connection: &mut SqliteConnection,
    documents: Vec<NewDocument>,
) -> Result<(), StorageError> {
    let first: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(position), 0) + 1 FROM documents")
        .fetch_one(&mut *connection)
        .await?;
    for (position, new) in (first..).zip(documents) {
        create_one(connection, position, new).await?;
    }
    Ok(())
}

/// Replaces what a document is made of; changes up to that number keep no bytes of their own.
pub async fn replace_snapshot(
    connection: &mut SqliteConnection,
    document: DocumentId,
    snapshot: Vec<u8>,
    through: ChangeNumber,
) -> Result<(), StorageError> {
    let id = document.0.to_vec();
    let query =
        sqlx::query("INSERT OR REPLACE INTO snapshots (document, through, bytes) VALUES (?, ?, ?)");
    let query = query.bind(&id).bind(through.0).bind(snapshot);
    query.execute(&mut *connection).await?;
    let query = sqlx::query(
        "UPDATE changes SET bytes = NULL WHERE document = ? AND number <= ? AND bytes IS NOT NULL",
    );
    query.bind(&id).bind(through.0).execute(connection).await?;
    Ok(())
}

/// Lists when the changes of a document arrived, in their order.
pub async fn received(
    readers: &SqlitePool,
    document: DocumentId,
) -> Result<Vec<Received>, StorageError> {
    let query =
        sqlx::query("SELECT hash, received_ms FROM changes WHERE document = ? ORDER BY number");
    let rows = query.bind(document.0.to_vec()).fetch_all(readers).await?;
    rows.iter().map(read_received).collect()
}

/// Lists the documents that somebody has written.
pub async fn written(readers: &SqlitePool) -> Result<Vec<DocumentId>, StorageError> {
    let query = sqlx::query_scalar(
        "SELECT id FROM documents WHERE EXISTS (SELECT 1 FROM changes WHERE document = id) ORDER BY position",
    );
    let ids: Vec<Vec<u8>> = query.fetch_all(readers).await?;
    let ids = ids.into_iter().filter_map(|id| id.try_into().ok());
    Ok(ids.map(DocumentId).collect())
}

/// Returns the number of the newest change; 0 before the first.
pub async fn last_change(readers: &SqlitePool) -> Result<ChangeNumber, StorageError> {
    let query = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM changes");
    Ok(ChangeNumber(query.fetch_one(readers).await?))
}

/// Returns the latest moment at which a change after this one arrived.
pub async fn last_received(
    readers: &SqlitePool,
    after: ChangeNumber,
) -> Result<Option<Millis>, StorageError> {
    // Moments rise with the numbers, but for batches that were tried again: a look at the newest ones is enough.
    let newest = last_change(readers).await?;
    let after = after.0.max(newest.0 - NEWEST_LOOKED_AT);
    let query = sqlx::query_scalar("SELECT MAX(received_ms) FROM changes WHERE number > ?");
    let latest: Option<i64> = query.bind(after).fetch_one(readers).await?;
    Ok(latest.map(Millis))
}

async fn create_one(
    connection: &mut SqliteConnection,
    position: i64,
    new: NewDocument,
) -> Result<(), StorageError> {
    let id = new.row.id.0.to_vec();
    sqlx::query("INSERT INTO documents (id, position, campaign, kind, week, unit) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(&id)
        .bind(position)
        .bind(new.row.campaign)
        .bind(new.row.kind.word())
        .bind(new.row.kind.week().map(|week| i64::from(week.0)))
        .bind(new.row.kind.unit().map(|unit| unit.0.clone()))
        .execute(&mut *connection)
        .await?;
    let query = sqlx::query("INSERT INTO snapshots (document, through, bytes) VALUES (?, 0, ?)");
    query
        .bind(&id)
        .bind(new.snapshot)
        .execute(&mut *connection)
        .await?;
    let query = sqlx::query("INSERT INTO actors (document, actor, account) VALUES (?, ?, ?)");
    query
        .bind(&id)
        .bind(new.actor.to_bytes().to_vec())
        .bind(SERVER_AUTHOR)
        .execute(connection)
        .await?;
    Ok(())
}

fn read_row(row: &SqliteRow) -> Result<DocumentRow, StorageError> {
    let word: String = row.try_get(2)?;
    let week: Option<i64> = row.try_get(3)?;
    let unit: Option<String> = row.try_get(4)?;
    let week = week
        .and_then(|week| u8::try_from(week).ok())
        .map(WeekNumber);
    let kind = read_kind(&word, week, unit.map(UnitId)).ok_or_else(|| {
        StorageError::Damaged(format!("a document of kind {word} at no known place"))
    })?;
    let id: Vec<u8> = row.try_get(0)?;
    let id = id
        .try_into()
        .map_err(|_| StorageError::Damaged("a document id of the wrong length".into()))?;
    Ok(DocumentRow {
        id: DocumentId(id),
        campaign: row.try_get(1)?,
        kind,
    })
}

fn read_received(row: &SqliteRow) -> Result<Received, StorageError> {
    Ok(Received {
        hash: hash_in(row.try_get(0)?)?,
        at: Millis(row.try_get(1)?),
    })
}

/// Reads the hash of a change.
pub fn hash_in(bytes: Vec<u8>) -> Result<ChangeHash, StorageError> {
    let hash = bytes.try_into();
    hash.map(ChangeHash)
        .map_err(|_| StorageError::Damaged("a hash of the wrong length".into()))
}

/// Reads a document: its snapshot, the changes after it, and who wrote under which actor.
pub async fn load(
    connection: &mut SqliteConnection,
    document: DocumentId,
) -> Result<Loaded, StorageError> {
    let id = document.0.to_vec();
    let query = sqlx::query("SELECT bytes, through FROM snapshots WHERE document = ?").bind(&id);
    let Some(row) = query.fetch_optional(&mut *connection).await? else {
        return Ok(Loaded::default());
    };
    let snapshot = row.try_get(0)?;
    let mut through: i64 = row.try_get(1)?;
    let query = sqlx::query(
        "SELECT number, bytes FROM changes WHERE document = ? AND number > ? AND bytes IS NOT NULL ORDER BY number",
    );
    let mut changes = Vec::new();
    for row in query
        .bind(&id)
        .bind(through)
        .fetch_all(&mut *connection)
        .await?
    {
        through = row.try_get(0)?;
        changes.push(row.try_get(1)?);
    }
    let query = sqlx::query("SELECT actor, account FROM actors WHERE document = ?").bind(&id);
    let mut actors = Vec::new();
    for row in query.fetch_all(connection).await? {
        let actor: Vec<u8> = row.try_get(0)?;
        let account: String = row.try_get(1)?;
        actors.push((ActorId::from(actor), Author(account.into())));
    }
    Ok(Loaded {
        stored: Stored {
            snapshot,
            changes,
            actors,
            ..Stored::default()
        },
        through: ChangeNumber(through),
    })
}

/// Enters changes, their actors, and the audit log's word on them.
pub async fn append(
    connection: &mut SqliteConnection,
    batches: &[Batch],
) -> Result<(), StorageError> {
    let rows: Vec<_> = batches
        .iter()
        .flat_map(|batch| {
            batch
                .changes
                .iter()
                .map(move |change| (batch.document, change))
        })
        .collect();
    for rows in rows.chunks(ROWS_PER_INSERT_MAX) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO changes (document, hash, actor, account, received_ms, bytes, unit) ",
        );
        insert.push_values(rows, |mut row, (document, change)| {
            row.push_bind(document.0.to_vec())
                .push_bind(change.hash.0.to_vec())
                .push_bind(change.actor.to_bytes().to_vec())
                .push_bind(change.author.0.to_string())
                .push_bind(change.received.0)
                .push_bind(change.bytes.to_vec())
                .push("COALESCE((SELECT unit FROM accounts WHERE name = ")
                .push_bind_unseparated(change.author.0.to_string())
                .push_unseparated("), '')");
        });
        insert
            .build()
            .persistent(false)
            .execute(&mut *connection)
            .await?;
        let mut insert =
            QueryBuilder::<Sqlite>::new("INSERT OR IGNORE INTO actors (document, actor, account) ");
        insert.push_values(rows, |mut row, (document, change)| {
            row.push_bind(document.0.to_vec())
                .push_bind(change.actor.to_bytes().to_vec())
                .push_bind(change.author.0.to_string());
        });
        insert
            .build()
            .persistent(false)
            .execute(&mut *connection)
            .await?;
    }
    let entries: Vec<Entry> = rows
        .iter()
        .map(|(document, change)| Entry::of_change(*document, change))
        .collect();
    log::enter(connection, &entries).await
}
