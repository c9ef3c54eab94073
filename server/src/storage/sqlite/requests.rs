//! Corrections in SQLite.

use diaodu_plan::{campaign::WeekNumber, row::RowId};
use diaodu_sync::event::Millis;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::storage::{Correction, CorrectionState, StorageError};

const COLUMNS: &str = "id, week, row, state, reason, cells, asked_by, asked_ms, lead_by, lead_ms, office_by, office_ms, answer, files";

/// Makes or replaces a correction; it keeps its place.
pub async fn put(
    connection: &mut SqliteConnection,
    correction: Correction,
) -> Result<(), StorageError> {
    let sql = format!(
        "INSERT INTO corrections ({COLUMNS}, position) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM corrections)) \
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, lead_by = excluded.lead_by, lead_ms = excluded.lead_ms, \
         office_by = excluded.office_by, office_ms = excluded.office_ms, answer = excluded.answer"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql));
    query
        .bind(correction.id)
        .bind(i64::from(correction.week.0))
        .bind(correction.row.0)
        .bind(correction.state.word())
        .bind(correction.reason)
        .bind(correction.cells)
        .bind(correction.asked_by)
        .bind(correction.asked.0)
        .bind(correction.lead_by)
        .bind(correction.lead.0)
        .bind(correction.office_by)
        .bind(correction.office.0)
        .bind(correction.answer)
        .bind(correction.files.join(" "))
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns one.
pub async fn find(readers: &SqlitePool, id: String) -> Result<Option<Correction>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM corrections WHERE id = ?");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id);
    let row = query.fetch_optional(readers).await?;
    row.as_ref().map(read).transpose()
}

/// Lists those of a week in the order in which they were asked for.
pub async fn list(readers: &SqlitePool, week: WeekNumber) -> Result<Vec<Correction>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM corrections WHERE week = ? ORDER BY position");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(week.0));
    query.fetch_all(readers).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Correction, StorageError> {
    let damaged = || StorageError::Damaged("a correction of no known kind".into());
    let (week, state): (i64, String) = (row.try_get(1)?, row.try_get(3)?);
    let files: String = row.try_get(13)?;
    Ok(Correction {
        id: row.try_get(0)?,
        week: WeekNumber(u8::try_from(week).map_err(|_| damaged())?),
        row: RowId(row.try_get(2)?),
        state: CorrectionState::from_word(&state).ok_or_else(damaged)?,
        reason: row.try_get(4)?,
        cells: row.try_get(5)?,
        asked_by: row.try_get(6)?,
        asked: Millis(row.try_get(7)?),
        lead_by: row.try_get(8)?,
        lead: Millis(row.try_get(9)?),
        office_by: row.try_get(10)?,
        office: Millis(row.try_get(11)?),
        answer: row.try_get(12)?,
        files: files.split_whitespace().map(str::to_owned).collect(),
    })
}
