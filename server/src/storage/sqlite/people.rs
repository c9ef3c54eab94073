//! Accounts and passes in SQLite.

use diaodu_plan::{campaign::UnitId, permission::AccountRole};
use diaodu_sync::event::Millis;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::storage::{Account, Pass, PassDigest, PassKind, StorageError};

/// Returns an account.
pub async fn account(readers: &SqlitePool, name: String) -> Result<Option<Account>, StorageError> {
    let query = sqlx::query(
        "SELECT name, person, unit, role, password_hash, must_change, disabled FROM accounts WHERE name = ?",
    );
    let row = query.bind(name).fetch_optional(readers).await?;
    row.as_ref().map(read_account).transpose()
}

/// Lists the accounts by name.
pub async fn accounts(readers: &SqlitePool) -> Result<Vec<Account>, StorageError> {
    let query = sqlx::query(
        "SELECT name, person, unit, role, password_hash, must_change, disabled FROM accounts ORDER BY name",
    );
    let rows = query.fetch_all(readers).await?;
    rows.iter().map(read_account).collect()
}

fn read_account(row: &SqliteRow) -> Result<Account, StorageError> {
    let role: String = row.try_get(3)?;
    let role = AccountRole::from_word(&role)
        .ok_or_else(|| StorageError::Damaged(format!("an account with the role {role}")))?;
    Ok(Account {
        name: row.try_get(0)?,
        person: row.try_get(1)?,
        unit: UnitId(row.try_get(2)?),
        role,
        password_hash: row.try_get(4)?,
        must_change: row.try_get(5)?,
        disabled: row.try_get(6)?,
    })
}

/// Makes or replaces an account.
pub async fn put_account(
    connection: &mut SqliteConnection,
    account: Account,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO accounts (name, person, unit, role, password_hash, must_change, disabled) VALUES (?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET person = excluded.person, unit = excluded.unit, role = excluded.role, \
         password_hash = excluded.password_hash, must_change = excluded.must_change, disabled = excluded.disabled",
    )
    .bind(account.name)
    .bind(account.person)
    .bind(account.unit.0)
    .bind(account.role.word())
    .bind(account.password_hash)
    .bind(account.must_change)
    .bind(account.disabled)
    .execute(connection)
    .await?;
    Ok(())
}

/// Remembers a pass.
pub async fn put_pass(
    connection: &mut SqliteConnection,
    kind: PassKind,
    pass: Pass,
) -> Result<(), StorageError> {
    let sql = match kind {
        PassKind::Session => {
            "INSERT INTO sessions (digest, account, expires_ms, created_ms, used_ms, label, reads_only) VALUES (?, ?, ?, ?, ?, ?, ?)"
        }
        PassKind::Token => {
            "INSERT INTO tokens (digest, account, expires_ms, created_ms, used_ms, label, reads_only) VALUES (?, ?, ?, ?, ?, ?, ?)"
        }
    };
    sqlx::query(sql)
        .bind(pass.digest.0.to_vec())
        .bind(pass.account)
        .bind(pass.expires.0)
        .bind(pass.created.0)
        .bind(pass.used.0)
        .bind(pass.label)
        .bind(pass.reads_only)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns a pass.
pub async fn pass(
    readers: &SqlitePool,
    kind: PassKind,
    digest: PassDigest,
) -> Result<Option<Pass>, StorageError> {
    let sql = match kind {
        PassKind::Session => {
            "SELECT digest, account, expires_ms, created_ms, used_ms, label, reads_only FROM sessions WHERE digest = ?"
        }
        PassKind::Token => {
            "SELECT digest, account, expires_ms, created_ms, used_ms, label, reads_only FROM tokens WHERE digest = ?"
        }
    };
    let query = sqlx::query(sql).bind(digest.0.to_vec());
    let row = query.fetch_optional(readers).await?;
    row.as_ref().map(read_pass).transpose()
}

/// Lists the passes of a kind, the one used last first.
pub async fn passes(readers: &SqlitePool, kind: PassKind) -> Result<Vec<Pass>, StorageError> {
    let sql = match kind {
        PassKind::Session => {
            "SELECT digest, account, expires_ms, created_ms, used_ms, label, reads_only FROM sessions ORDER BY used_ms DESC, digest"
        }
        PassKind::Token => {
            "SELECT digest, account, expires_ms, created_ms, used_ms, label, reads_only FROM tokens ORDER BY used_ms DESC, digest"
        }
    };
    let rows = sqlx::query(sql).fetch_all(readers).await?;
    rows.iter().map(read_pass).collect()
}

fn read_pass(row: &SqliteRow) -> Result<Pass, StorageError> {
    let digest: Vec<u8> = row.try_get(0)?;
    let digest = digest
        .try_into()
        .map_err(|_| StorageError::Damaged("a digest of the wrong length".into()))?;
    Ok(Pass {
        digest: PassDigest(digest),
        account: row.try_get(1)?,
        expires: Millis(row.try_get(2)?),
        created: Millis(row.try_get(3)?),
        used: Millis(row.try_get(4)?),
        label: row.try_get(5)?,
        reads_only: row.try_get(6)?,
    })
}

/// Notes that a pass was shown.
pub async fn use_pass(
    connection: &mut SqliteConnection,
    kind: PassKind,
    digest: PassDigest,
    now: Millis,
) -> Result<(), StorageError> {
    let sql = match kind {
        PassKind::Session => "UPDATE sessions SET used_ms = ? WHERE digest = ?",
        PassKind::Token => "UPDATE tokens SET used_ms = ? WHERE digest = ?",
    };
    let query = sqlx::query(sql).bind(now.0).bind(digest.0.to_vec());
    query.execute(connection).await?;
    Ok(())
}

/// Forgets a pass.
pub async fn remove_pass(
    connection: &mut SqliteConnection,
    kind: PassKind,
    digest: PassDigest,
) -> Result<(), StorageError> {
    let sql = match kind {
        PassKind::Session => "DELETE FROM sessions WHERE digest = ?",
        PassKind::Token => "DELETE FROM tokens WHERE digest = ?",
    };
    let query = sqlx::query(sql).bind(digest.0.to_vec());
    query.execute(connection).await?;
    Ok(())
}

/// Forgets all passes that ended before `now`.
pub async fn remove_expired(
    connection: &mut SqliteConnection,
    now: Millis,
) -> Result<(), StorageError> {
    for sql in [
        "DELETE FROM sessions WHERE expires_ms <= ?",
        "DELETE FROM tokens WHERE expires_ms <= ?",
    ] {
        sqlx::query(sql)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
