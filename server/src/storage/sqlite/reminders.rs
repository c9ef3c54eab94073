//! Reminders that were given and their deliveries, in SQLite.

use diaodu_plan::{campaign::WeekNumber, reminder::Reminder};
use diaodu_sync::event::Millis;
use sqlx::{Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::storage::{Channel, Delivery, DeliveryState, Given, StorageError};

/// Notes a reminder with its deliveries; one that was given at `since` or later stays as it is, without new deliveries.
pub async fn put(
    connection: &mut SqliteConnection,
    given: Given,
    since: Millis,
    deliveries: Vec<Delivery>,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO reminders (week, minutes, at_ms, units) VALUES (?, ?, ?, ?) ON CONFLICT (week, minutes) \
         DO UPDATE SET at_ms = excluded.at_ms, units = excluded.units WHERE reminders.at_ms < ?",
    );
    let done = query
        .bind(i64::from(given.reminder.week.0))
        .bind(i64::from(given.reminder.minutes))
        .bind(given.at.0)
        .bind(i64::from(given.units))
        .bind(since.0)
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    for delivery in deliveries {
        let query = sqlx::query(
            "INSERT INTO deliveries (week, minutes, channel, target, subject, body, attempts, next_ms, state) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
        query
            .bind(i64::from(delivery.reminder.week.0))
            .bind(i64::from(delivery.reminder.minutes))
            .bind(delivery.channel.word())
            .bind(delivery.target)
            .bind(delivery.subject)
            .bind(delivery.body)
            .bind(i64::from(delivery.attempts))
            .bind(delivery.next.0)
            .bind(delivery.state.word())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Lists the reminders that were given, by week, the earliest first.
pub async fn given(readers: &SqlitePool) -> Result<Vec<Given>, StorageError> {
    let query = sqlx::query(
        "SELECT week, minutes, at_ms, units FROM reminders ORDER BY week, minutes DESC",
    );
    let read = |row: &SqliteRow| {
        let units: i64 = row.try_get(3)?;
        Ok(Given {
            reminder: reminder(row.try_get(0)?, row.try_get(1)?)?,
            at: Millis(row.try_get(2)?),
            units: u32::try_from(units).unwrap_or_default(),
        })
    };
    query.fetch_all(readers).await?.iter().map(read).collect()
}

/// Lists all deliveries in the order in which they were made.
pub async fn deliveries(readers: &SqlitePool) -> Result<Vec<Delivery>, StorageError> {
    let query = sqlx::query(
        "SELECT id, week, minutes, channel, target, subject, body, attempts, next_ms, state FROM deliveries ORDER BY id",
    );
    let read = |row: &SqliteRow| {
        let damaged = || StorageError::Damaged("a delivery of no kind".into());
        let (channel, state): (String, String) = (row.try_get(3)?, row.try_get(9)?);
        let attempts: i64 = row.try_get(7)?;
        Ok(Delivery {
            id: row.try_get(0)?,
            reminder: reminder(row.try_get(1)?, row.try_get(2)?)?,
            channel: Channel::from_word(&channel).ok_or_else(damaged)?,
            target: row.try_get(4)?,
            subject: row.try_get(5)?,
            body: row.try_get(6)?,
            attempts: u32::try_from(attempts).unwrap_or_default(),
            next: Millis(row.try_get(8)?),
            state: DeliveryState::from_word(&state).ok_or_else(damaged)?,
        })
    };
    query.fetch_all(readers).await?.iter().map(read).collect()
}

/// Notes how far a delivery has come.
pub async fn update(
    connection: &mut SqliteConnection,
    delivery: Delivery,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "UPDATE deliveries SET target = ?, subject = ?, body = ?, attempts = ?, next_ms = ?, state = ? WHERE id = ?",
    );
    query
        .bind(delivery.target)
        .bind(delivery.subject)
        .bind(delivery.body)
        .bind(i64::from(delivery.attempts))
        .bind(delivery.next.0)
        .bind(delivery.state.word())
        .bind(delivery.id)
        .execute(connection)
        .await?;
    Ok(())
}

fn reminder(week: i64, minutes: i64) -> Result<Reminder, StorageError> {
    let damaged = |_| StorageError::Damaged("a reminder of no week".into());
    Ok(Reminder {
        week: WeekNumber(u8::try_from(week).map_err(damaged)?),
        minutes: u16::try_from(minutes).map_err(damaged)?,
    })
}
