//! Storage in one SQLite file. The only place that sees SQL.

mod attachments;
mod circulars;
mod contacts;
mod documents;
mod log;
mod people;
mod receipts;
mod reminders;
mod requests;
mod views;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use diaodu_plan::campaign::WeekNumber;
use diaodu_sync::event::Millis;
use diaodu_wire::repo::DocumentId;
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Mutex;

use super::{
    Account, Answer, Attachment, Batch, ChangeNumber, Circular, ContactChange, Correction,
    Delivery, DocumentRow, Given, Loaded, NewDocument, Pass, PassDigest, PassKind, Receipt,
    Received, Signature, Storage, StorageError, digest_of, files::Files,
};
use crate::{
    audit::{Entry, Query, Row},
    views::Views,
};

/// Name of the database in the data directory.
pub const FILE_NAME: &str = "diaodu.sqlite";
/// 512 bytes: the smallest page of SQLite, which takes anything shorter for an empty database.
const PAGE_BYTES_MIN: u64 = 512;
/// The database before it is complete.
const NEW_FILE_NAME: &str = "diaodu.new";
/// 500 rows of seven values: far below SQLite's 32,766 values in one statement.
const ROWS_PER_INSERT_MAX: usize = 500;
/// 4 readers: reads are short, and the machine has few cores.
const READERS_MAX: u32 = 4;

const MIGRATIONS: [(i64, &str, &str); 11] = [
    (1, "start", include_str!("../../migrations/0001_start.sql")),
    (
        2,
        "accounts",
        include_str!("../../migrations/0002_accounts.sql"),
    ),
    (
        3,
        "corrections",
        include_str!("../../migrations/0003_corrections.sql"),
    ),
    (
        4,
        "units of changes",
        include_str!("../../migrations/0004_units_of_changes.sql"),
    ),
    (
        6,
        "circulars",
        include_str!("../../migrations/0006_circulars.sql"),
    ),
    (
        8,
        "contacts",
        include_str!("../../migrations/0008_contacts.sql"),
    ),
    (
        9,
        "reminders",
        include_str!("../../migrations/0009_reminders.sql"),
    ),
    (
        10,
        "attachments",
        include_str!("../../migrations/0010_attachments.sql"),
    ),
    (
        11,
        "persons of attachments",
        include_str!("../../migrations/0011_attachment_persons.sql"),
    ),
    (
        12,
        "offered files",
        include_str!("../../migrations/0012_offered_files.sql"),
    ),
    (
        13,
        "own views",
        include_str!("../../migrations/0013_own_views.sql"),
    ),
];

/// One file, one writer, some readers; and a folder of attached files beside it.
pub struct SqliteStorage {
    files: Files,
    /// Held from the bytes to the row, and from the row to the bytes: what one throws away another does not count on.
    filing: Mutex<()>,
    readers: SqlitePool,
    writer: Mutex<Writer>,
    options: SqliteConnectOptions,
}

enum Writer {
    Open(SqliteConnection),
    /// A write failed. SQLite may have rolled back by itself then, so the connection was given up.
    Failed,
    Closed,
}

impl SqliteStorage {
    /// Opens the database of a data directory, makes it if there is none, and checks it.
    ///
    /// Errors: `Damaged` when the file is not whole; it is left as it is.
    pub async fn open(data: &Path) -> Result<SqliteStorage, StorageError> {
        let file = data.join(FILE_NAME);
        if !file.exists() {
            if data.join(format!("{FILE_NAME}-wal")).exists() {
                return Err(StorageError::Damaged(
                    "the file is gone, its journal is there".into(),
                ));
            }
            make(data, &file).await?;
        }
        if fs::metadata(&file).map_err(failed)?.len() < PAGE_BYTES_MIN {
            // A new database appears whole, by renaming: a shorter file was once a full one, and SQLite would overwrite it.
            return Err(StorageError::Damaged("the file is cut off".into()));
        }
        let options = options(&file);
        let mut writer = SqliteConnection::connect_with(&options).await?;
        check(&mut writer).await?;
        migrate(&mut writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .connect_with(options.clone())
            .await?;
        Ok(SqliteStorage {
            files: Files::new(data),
            filing: Mutex::new(()),
            readers,
            writer: Mutex::new(Writer::Open(writer)),
            options,
        })
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

async fn make(data: &Path, file: &Path) -> Result<(), StorageError> {
    let new = data.join(NEW_FILE_NAME);
    for leftover in ["", "-wal", "-shm"] {
        let leftover = PathBuf::from(format!("{}{leftover}", new.display()));
        if leftover.exists() {
            fs::remove_file(leftover).map_err(failed)?;
        }
    }
    let mut connection =
        SqliteConnection::connect_with(&options(&new).create_if_missing(true)).await?;
    migrate(&mut connection).await?;
    connection.close().await?;
    fs::rename(&new, file).map_err(failed)?;
    File::open(data)
        .and_then(|directory| directory.sync_all())
        .map_err(failed)
}

async fn check(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let lines: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_all(connection)
        .await?;
    match lines.first().map(String::as_str) {
        Some("ok") => Ok(()),
        line => Err(StorageError::Damaged(
            line.unwrap_or("no answer to the check").to_owned(),
        )),
    }
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        let sql = sqlx::SqlSafeStr::into_sql_str(sql);
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    match Migrator::with_migrations(migrations.to_vec())
        .run(connection)
        .await
    {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
            Err(StorageError::Newer)
        }
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(error.into())
        }
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: impl std::fmt::Display) -> StorageError {
    StorageError::Failed(error.to_string())
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        let of_database = error.as_database_error();
        let code = of_database.and_then(|error| error.code()?.parse::<i32>().ok());
        let text =
            of_database.map_or_else(|| error.to_string(), |error| error.message().to_owned());
        // The low byte of SQLite's extended codes is the primary one.
        match code.map(|code| code & 0xff) {
            Some(13) => StorageError::Full,
            Some(11 | 26) => StorageError::Damaged(text),
            _ => StorageError::Failed(text),
        }
    }
}

impl SqliteStorage {
    /// Opens a new writer after a failure, and folds the journal into the file: on a full disk that makes room.
    async fn reopen(&self) -> Result<SqliteConnection, StorageError> {
        let mut connection = SqliteConnection::connect_with(&self.options).await?;
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
        {
            tracing::debug!("journal not folded in: {error}");
        }
        Ok(connection)
    }

    /// Runs `write` in one transaction on the only writing connection.
    async fn write<F>(&self, write: F) -> Result<(), StorageError>
    where
        F: AsyncFnOnce(&mut SqliteConnection) -> Result<(), StorageError>,
    {
        let mut writer = self.writer.lock().await;
        let mut connection = match std::mem::replace(&mut *writer, Writer::Failed) {
            Writer::Open(connection) => connection,
            Writer::Failed => self.reopen().await?,
            Writer::Closed => {
                *writer = Writer::Closed;
                return Err(failed("storage is closed"));
            }
        };
        let result = write_in_transaction(&mut connection, write).await;
        match &result {
            Ok(()) => *writer = Writer::Open(connection),
            Err(_) => drop(connection.close_hard().await),
        }
        result
    }
}

async fn write_in_transaction<F>(
    connection: &mut SqliteConnection,
    write: F,
) -> Result<(), StorageError>
where
    F: AsyncFnOnce(&mut SqliteConnection) -> Result<(), StorageError>,
{
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    write(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

impl Storage for SqliteStorage {
    fn setting(&self, name: &'static str) -> Answer<'_, Option<String>> {
        Box::pin(async move {
            let query = sqlx::query_scalar("SELECT value FROM settings WHERE name = ?").bind(name);
            Ok(query.fetch_optional(&self.readers).await?)
        })
    }

    fn put_setting(&self, name: &'static str, value: String) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| {
            let query = sqlx::query("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)");
            query.bind(name).bind(value).execute(connection).await?;
            Ok(())
        }))
    }

    fn documents(&self) -> Answer<'_, Vec<DocumentRow>> {
        Box::pin(async move { documents::list(&self.readers).await })
    }

    fn create_documents(&self, documents: Vec<NewDocument>) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| documents::create(connection, documents).await))
    }

    fn load(&self, document: DocumentId) -> Answer<'_, Loaded> {
        Box::pin(async move {
            // One transaction: a compaction in between would show the changes neither here nor there.
            let mut transaction = self.readers.begin().await?;
            let loaded = documents::load(&mut transaction, document).await?;
            transaction.commit().await?;
            Ok(loaded)
        })
    }

    fn append(&self, batches: Vec<Batch>) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| documents::append(connection, &batches).await))
    }

    fn replace_snapshot(
        &self,
        document: DocumentId,
        snapshot: Vec<u8>,
        through: ChangeNumber,
    ) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| {
            documents::replace_snapshot(connection, document, snapshot, through).await
        }))
    }

    fn received(&self, document: DocumentId) -> Answer<'_, Vec<Received>> {
        Box::pin(async move { documents::received(&self.readers, document).await })
    }

    fn receipts(
        &self,
        document: DocumentId,
        after: ChangeNumber,
        limit: usize,
    ) -> Answer<'_, Vec<Receipt>> {
        Box::pin(async move { receipts::list(&self.readers, document, after, limit).await })
    }

    fn written(&self) -> Answer<'_, Vec<DocumentId>> {
        Box::pin(async move { documents::written(&self.readers).await })
    }

    fn last_change(&self) -> Answer<'_, ChangeNumber> {
        Box::pin(async move { documents::last_change(&self.readers).await })
    }

    fn last_received(&self, after: ChangeNumber) -> Answer<'_, Option<Millis>> {
        Box::pin(async move { documents::last_received(&self.readers, after).await })
    }

    fn put_correction(&self, correction: Correction) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| requests::put(connection, correction).await))
    }

    fn correction(&self, id: &str) -> Answer<'_, Option<Correction>> {
        let id = id.to_owned();
        Box::pin(async move { requests::find(&self.readers, id).await })
    }

    fn corrections(&self, week: WeekNumber) -> Answer<'_, Vec<Correction>> {
        Box::pin(async move { requests::list(&self.readers, week).await })
    }

    fn put_circular(&self, circular: Circular) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| circulars::put(connection, circular).await))
    }

    fn circulars(&self) -> Answer<'_, Vec<Circular>> {
        Box::pin(circulars::list(&self.readers))
    }

    fn sign_circular(&self, signature: Signature) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| circulars::sign(connection, signature).await))
    }

    fn signatures(&self) -> Answer<'_, Vec<Signature>> {
        Box::pin(circulars::signatures(&self.readers))
    }

    fn put_contact(&self, change: ContactChange) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| contacts::put(connection, change).await))
    }

    fn contact_changes(&self) -> Answer<'_, Vec<ContactChange>> {
        Box::pin(contacts::list(&self.readers))
    }

    fn put_view(
        &self,
        account: String,
        name: String,
        arrangement: Option<String>,
    ) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| {
            views::put(connection, account, name, arrangement).await
        }))
    }

    fn views(&self, account: &str) -> Answer<'_, Views> {
        Box::pin(views::list(&self.readers, account.to_owned()))
    }

    fn keep_bytes(&self, digest: &str, bytes: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(self.files.put(digest.to_owned(), bytes))
    }

    fn put_attachment(&self, attachment: Attachment, bytes: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(async move {
            let _turn = self.filing.lock().await;
            self.files
                .put(attachment.file.digest.clone(), bytes)
                .await?;
            self.write(async move |connection| attachments::put(connection, attachment).await)
                .await
        })
    }

    fn attachment(&self, id: &str) -> Answer<'_, Option<Attachment>> {
        let id = id.to_owned();
        Box::pin(async move { attachments::find(&self.readers, id).await })
    }

    fn attachments(&self, week: WeekNumber) -> Answer<'_, Vec<Attachment>> {
        Box::pin(async move { attachments::list(&self.readers, week).await })
    }

    fn attached_bytes(&self, digest: &str) -> Answer<'_, Option<Vec<u8>>> {
        let digest = digest.to_owned();
        Box::pin(async move {
            let bytes = self.files.read(digest.clone()).await?;
            match bytes {
                Some(bytes) if digest_of(&bytes) != digest => Err(StorageError::Damaged(format!(
                    "the attached file {digest} is not what it was"
                ))),
                whole => Ok(whole),
            }
        })
    }

    fn remove_attachment(&self, id: &str, account: String, at: Millis) -> Answer<'_, ()> {
        let id = id.to_owned();
        Box::pin(async move {
            let _turn = self.filing.lock().await;
            let Some(known) = attachments::find(&self.readers, id.clone()).await? else {
                return Ok(());
            };
            self.write(async move |connection| {
                attachments::remove(connection, &id, &account, at).await
            })
            .await?;
            let digest = known.file.digest;
            if attachments::needed(&self.readers).await?.contains(&digest) {
                return Ok(());
            }
            self.files.remove(digest).await
        })
    }

    fn sweep_attachments(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let _turn = self.filing.lock().await;
            let needed = attachments::needed(&self.readers).await?;
            self.files.keep_only(needed).await
        })
    }

    fn put_reminder(
        &self,
        given: Given,
        since: Millis,
        deliveries: Vec<Delivery>,
    ) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| {
            reminders::put(connection, given, since, deliveries).await
        }))
    }

    fn reminders(&self) -> Answer<'_, Vec<Given>> {
        Box::pin(reminders::given(&self.readers))
    }

    fn deliveries(&self) -> Answer<'_, Vec<Delivery>> {
        Box::pin(reminders::deliveries(&self.readers))
    }

    fn put_delivery(&self, delivery: Delivery) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| reminders::update(connection, delivery).await))
    }

    fn account(&self, name: &str) -> Answer<'_, Option<Account>> {
        let name = name.to_owned();
        Box::pin(async move { people::account(&self.readers, name).await })
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        Box::pin(async move { people::accounts(&self.readers).await })
    }

    fn account_count(&self) -> Answer<'_, usize> {
        Box::pin(async move {
            let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM accounts")
                .fetch_one(&self.readers)
                .await?;
            Ok(usize::try_from(count).unwrap_or_default())
        })
    }

    fn put_accounts(&self, accounts: Vec<Account>) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| {
            for account in accounts {
                people::put_account(connection, account).await?;
            }
            Ok(())
        }))
    }

    fn put_pass(&self, kind: PassKind, pass: Pass) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| people::put_pass(connection, kind, pass).await))
    }

    fn pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, Option<Pass>> {
        Box::pin(async move { people::pass(&self.readers, kind, digest).await })
    }

    fn passes(&self, kind: PassKind) -> Answer<'_, Vec<Pass>> {
        Box::pin(async move { people::passes(&self.readers, kind).await })
    }

    fn use_pass(&self, kind: PassKind, digest: PassDigest, now: Millis) -> Answer<'_, ()> {
        Box::pin(
            self.write(async move |connection| {
                people::use_pass(connection, kind, digest, now).await
            }),
        )
    }

    fn remove_pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, ()> {
        Box::pin(
            self.write(async move |connection| people::remove_pass(connection, kind, digest).await),
        )
    }

    fn remove_expired(&self, now: Millis) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| people::remove_expired(connection, now).await))
    }

    fn put_audit(&self, entries: Vec<Entry>) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| log::enter(connection, &entries).await))
    }

    fn audit(&self, query: Query) -> Answer<'_, Vec<Row>> {
        Box::pin(async move { log::read(&self.readers, query).await })
    }

    fn remove_audit(&self, before: Millis) -> Answer<'_, ()> {
        Box::pin(self.write(async move |connection| log::remove(connection, before).await))
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            match std::mem::replace(&mut *self.writer.lock().await, Writer::Closed) {
                // The last connection folds the journal into the file.
                Writer::Open(writer) => Ok(writer.close().await?),
                Writer::Failed | Writer::Closed => Ok(()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_commit_is_on_disk_when_it_returns() {
        let folder = std::env::temp_dir().join(format!("diaodu-pragma-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let storage = SqliteStorage::open(&folder).await.unwrap();
        let mut writer = SqliteConnection::connect_with(&storage.options)
            .await
            .unwrap();
        let full: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&mut writer)
            .await
            .unwrap();
        assert_eq!(full, 2, "FULL: fsync at every commit");
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut writer)
            .await
            .unwrap();
        assert_eq!(journal, "wal");
        fs::remove_dir_all(&folder).ok();
    }
}
