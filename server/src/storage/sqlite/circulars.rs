//! Circulars and who has signed for them, in SQLite.

use diaodu_plan::campaign::{UnitId, WeekNumber};
use diaodu_sync::event::Millis;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::storage::{Circular, Issued, Signature, StorageError};

/// What stands in the columns of a draft.
const DRAFT: Issued = Issued {
    at: Millis(0),
    by: String::new(),
    number: String::new(),
    title: String::new(),
    amended: Vec::new(),
    paper: String::new(),
    docx: Vec::new(),
    digest: String::new(),
};

/// Makes or replaces a draft, or issues it; an issued one stays as it is.
pub async fn put(
    connection: &mut SqliteConnection,
    circular: Circular,
) -> Result<(), StorageError> {
    let issued = circular.issued.unwrap_or(DRAFT);
    let query = sqlx::query(
        "INSERT INTO circulars (week, draft, issued_ms, issued_by, number, title, amended, paper, docx, digest) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (week) DO UPDATE SET draft = excluded.draft, issued_ms = excluded.issued_ms, issued_by = excluded.issued_by, \
         number = excluded.number, title = excluded.title, amended = excluded.amended, paper = excluded.paper, \
         docx = excluded.docx, digest = excluded.digest WHERE circulars.issued_ms = 0",
    );
    let done = query
        .bind(i64::from(circular.week.0))
        .bind(circular.draft)
        .bind(issued.at.0)
        .bind(issued.by)
        .bind(issued.number)
        .bind(issued.title)
        .bind(issued.amended.join(" "))
        .bind(issued.paper)
        .bind(issued.docx)
        .bind(issued.digest)
        .execute(connection)
        .await?;
    match done.rows_affected() {
        0 => Err(StorageError::Issued),
        _ => Ok(()),
    }
}

/// Lists them by week.
pub async fn list(readers: &SqlitePool) -> Result<Vec<Circular>, StorageError> {
    let query = sqlx::query(
        "SELECT week, draft, issued_ms, issued_by, number, title, amended, paper, docx, digest FROM circulars ORDER BY week",
    );
    query.fetch_all(readers).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Circular, StorageError> {
    let (at, amended): (i64, String) = (row.try_get(2)?, row.try_get(6)?);
    let issued = Issued {
        at: Millis(at),
        by: row.try_get(3)?,
        number: row.try_get(4)?,
        title: row.try_get(5)?,
        amended: amended.split_whitespace().map(str::to_owned).collect(),
        paper: row.try_get(7)?,
        docx: row.try_get(8)?,
        digest: row.try_get(9)?,
    };
    Ok(Circular {
        week: week(row.try_get(0)?)?,
        draft: row.try_get(1)?,
        issued: (at != 0).then_some(issued),
    })
}

/// Notes that a unit has signed; its first signature stays.
pub async fn sign(
    connection: &mut SqliteConnection,
    signature: Signature,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO circular_signatures (week, unit, account, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (week, unit) DO NOTHING",
    );
    query
        .bind(i64::from(signature.week.0))
        .bind(signature.unit.0)
        .bind(signature.account)
        .bind(signature.at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Lists all signatures by week, the earliest first.
pub async fn signatures(readers: &SqlitePool) -> Result<Vec<Signature>, StorageError> {
    let query = sqlx::query(
        "SELECT week, unit, account, at_ms FROM circular_signatures ORDER BY week, at_ms, unit",
    );
    let read = |row: &SqliteRow| {
        Ok(Signature {
            week: week(row.try_get(0)?)?,
            unit: UnitId(row.try_get(1)?),
            account: row.try_get(2)?,
            at: Millis(row.try_get(3)?),
        })
    };
    query.fetch_all(readers).await?.iter().map(read).collect()
}

fn week(number: i64) -> Result<WeekNumber, StorageError> {
    let number = u8::try_from(number);
    number
        .map(WeekNumber)
        .map_err(|_| StorageError::Damaged("a circular of no week".into()))
}
