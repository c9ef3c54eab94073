//! What lasts: documents, accounts, sessions. One port, two adapters that keep the same promises.

mod files;
pub mod memory;
pub mod sqlite;

#[cfg(test)]
mod contract;

use std::{future::Future, pin::Pin};

use automerge::{ActorId, ChangeHash};
use diaodu_plan::{
    attachment::{Attached, Filed},
    campaign::{UnitId, WeekNumber},
    layout::DocumentKind,
    permission::AccountRole,
    reminder::Reminder,
    row::RowId,
};
use diaodu_sync::event::{Millis, SavedChange, Stored};
use diaodu_wire::repo::DocumentId;
use sha2::{Digest, Sha256};

use crate::{
    audit::{Entry, Query, Row},
    views::Views,
};

/// The author of what the server itself writes; no account can have this name.
pub const SERVER_AUTHOR: &str = "@server";

/// What every method of `Storage` returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// Keeps everything that must survive a crash. What a method has answered with `Ok` is on disk.
pub trait Storage: Send + Sync {
    /// Returns a setting.
    fn setting(&self, name: &'static str) -> Answer<'_, Option<String>>;
    /// Writes a setting.
    fn put_setting(&self, name: &'static str, value: String) -> Answer<'_, ()>;

    /// Lists all documents in the order they were made.
    fn documents(&self) -> Answer<'_, Vec<DocumentRow>>;
    /// Makes documents, all or none.
    fn create_documents(&self, documents: Vec<NewDocument>) -> Answer<'_, ()>;
    /// Reads one document; empty where there is none.
    fn load(&self, document: DocumentId) -> Answer<'_, Loaded>;
    /// Appends changes, all or none.
    fn append(&self, batches: Vec<Batch>) -> Answer<'_, ()>;
    /// Puts a snapshot in place of all changes up to `through`; who wrote them is kept.
    fn replace_snapshot(
        &self,
        document: DocumentId,
        snapshot: Vec<u8>,
        through: ChangeNumber,
    ) -> Answer<'_, ()>;

    /// Lists when each change of a document arrived, in order; what the document was made of is not among them.
    fn received(&self, document: DocumentId) -> Answer<'_, Vec<Received>>;
    /// Lists who wrote changes of a document after one of them, and when they arrived, in order and at most `limit`.
    fn receipts(
        &self,
        document: DocumentId,
        after: ChangeNumber,
        limit: usize,
    ) -> Answer<'_, Vec<Receipt>>;
    /// Lists the documents that have changed since they were made.
    fn written(&self) -> Answer<'_, Vec<DocumentId>>;
    /// Returns the newest change.
    fn last_change(&self) -> Answer<'_, ChangeNumber>;
    /// Returns the latest moment at which a change after this one arrived.
    fn last_received(&self, after: ChangeNumber) -> Answer<'_, Option<Millis>>;

    /// Makes or replaces a correction; its week, row, cells and reason stay as they were asked for.
    fn put_correction(&self, correction: Correction) -> Answer<'_, ()>;
    /// Returns a correction.
    fn correction(&self, id: &str) -> Answer<'_, Option<Correction>>;
    /// Lists a week's corrections in the order in which they were asked for.
    fn corrections(&self, week: WeekNumber) -> Answer<'_, Vec<Correction>>;

    /// Makes or replaces the draft of a week's circular, or issues it. Error: `Issued` where an issued one stands.
    fn put_circular(&self, circular: Circular) -> Answer<'_, ()>;
    /// Lists the circulars by week, drafts among them.
    fn circulars(&self) -> Answer<'_, Vec<Circular>>;
    /// Notes that a unit has signed for a circular; its first signature stays.
    fn sign_circular(&self, signature: Signature) -> Answer<'_, ()>;
    /// Lists all signatures by week, the earliest first.
    fn signatures(&self) -> Answer<'_, Vec<Signature>>;

    /// Appends a change of a contact.
    fn put_contact(&self, change: ContactChange) -> Answer<'_, ()>;
    /// Lists all changes of contacts, the oldest first.
    fn contact_changes(&self) -> Answer<'_, Vec<ContactChange>>;

    /// Keeps a view of an account under its name, or takes it away.
    fn put_view(
        &self,
        account: String,
        name: String,
        arrangement: Option<String>,
    ) -> Answer<'_, ()>;
    /// Lists the views that an account keeps for itself.
    fn views(&self, account: &str) -> Answer<'_, Views>;

    /// Puts bytes on disk ahead of `put_attachment`, which then has little to write. A row has them only after that.
    fn keep_bytes(&self, digest: &str, bytes: Vec<u8>) -> Answer<'_, ()>;
    /// Keeps a file and that a row has it, the bytes first; equal bytes are kept once. One that is known stays as it is.
    fn put_attachment(&self, attachment: Attachment, bytes: Vec<u8>) -> Answer<'_, ()>;
    /// Returns an attachment, also one that was taken out.
    fn attachment(&self, id: &str) -> Answer<'_, Option<Attachment>>;
    /// Lists a week's attachments in the order in which they came, those that were taken out among them.
    fn attachments(&self, week: WeekNumber) -> Answer<'_, Vec<Attachment>>;
    /// Returns the bytes under a digest, checked against it; `None` where there are none.
    fn attached_bytes(&self, digest: &str) -> Answer<'_, Option<Vec<u8>>>;
    /// Notes that an attachment was taken out of its row. Bytes that no row has any more are thrown away.
    fn remove_attachment(&self, id: &str, account: String, at: Millis) -> Answer<'_, ()>;
    /// Throws away bytes that no row has: of a server that died between bytes and row.
    fn sweep_attachments(&self) -> Answer<'_, ()>;

    /// Notes a reminder with its deliveries, all or none; one that was given at `since` or later stays as it is.
    fn put_reminder(
        &self,
        given: Given,
        since: Millis,
        deliveries: Vec<Delivery>,
    ) -> Answer<'_, ()>;
    /// Lists the reminders that were given, by week, the earliest first.
    fn reminders(&self) -> Answer<'_, Vec<Given>>;
    /// Lists all deliveries in the order in which they were made.
    fn deliveries(&self) -> Answer<'_, Vec<Delivery>>;
    /// Notes how far a delivery has come.
    fn put_delivery(&self, delivery: Delivery) -> Answer<'_, ()>;

    /// Returns an account.
    fn account(&self, name: &str) -> Answer<'_, Option<Account>>;
    /// Lists the accounts by name.
    fn accounts(&self) -> Answer<'_, Vec<Account>>;
    /// Counts the accounts.
    fn account_count(&self) -> Answer<'_, usize>;
    /// Makes or replaces accounts, all or none.
    fn put_accounts(&self, accounts: Vec<Account>) -> Answer<'_, ()>;

    /// Remembers a pass.
    fn put_pass(&self, kind: PassKind, pass: Pass) -> Answer<'_, ()>;
    /// Returns a pass, also an expired one.
    fn pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, Option<Pass>>;
    /// Lists the passes of a kind, the one used last first.
    fn passes(&self, kind: PassKind) -> Answer<'_, Vec<Pass>>;
    /// Notes that a pass was shown.
    fn use_pass(&self, kind: PassKind, digest: PassDigest, now: Millis) -> Answer<'_, ()>;
    /// Forgets a pass.
    fn remove_pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, ()>;
    /// Forgets all passes that ended before `now`.
    fn remove_expired(&self, now: Millis) -> Answer<'_, ()>;

    /// Appends to the audit log, in order. Accepted changes are entered by `append`, in its own transaction.
    fn put_audit(&self, entries: Vec<Entry>) -> Answer<'_, ()>;
    /// Reads the audit log, newest first, or oldest first where the query says behind which entry.
    fn audit(&self, query: Query) -> Answer<'_, Vec<Row>>;
    /// Takes away what is older than `before`, from the beginning on.
    fn remove_audit(&self, before: Millis) -> Answer<'_, ()>;

    /// Closes files; nothing may be called afterwards.
    fn close(&self) -> Answer<'_, ()>;
}

/// Where a document stands in the campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// The campaign's id.
    pub campaign: String,
    /// What it is.
    pub kind: DocumentKind,
}

/// Reads what the database holds of a document's kind.
pub fn read_kind(
    word: &str,
    week: Option<WeekNumber>,
    unit: Option<UnitId>,
) -> Option<DocumentKind> {
    match (word, week, unit) {
        ("catalogue", None, None) => Some(DocumentKind::Catalogue),
        ("hub", Some(week), None) => Some(DocumentKind::Hub(week)),
        ("sheet", Some(week), Some(unit)) => Some(DocumentKind::Sheet(week, unit)),
        ("card", None, Some(unit)) => Some(DocumentKind::Card(unit)),
        ("talk", Some(week), Some(unit)) => Some(DocumentKind::Talk(week, unit)),
        _ => None,
    }
}

/// A document at its beginning.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Where it stands.
    pub row: DocumentRow,
    /// The whole document.
    pub snapshot: Vec<u8>,
    /// Who wrote the snapshot: the server's actor for it.
    pub actor: ActorId,
}

/// Counts changes over all documents in the order they were saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ChangeNumber(pub i64);

/// A document as it was read.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// For the hub.
    pub stored: Stored,
    /// The newest change it holds.
    pub through: ChangeNumber,
}

/// When a change arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Which.
    pub hash: ChangeHash,
    /// By the server's clock.
    pub at: Millis,
}

/// Who wrote a change, and when it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the order of arrival.
    pub number: ChangeNumber,
    /// Which.
    pub hash: ChangeHash,
    /// The account it came under.
    pub account: String,
    /// The person's name as it is now; empty where nobody has given it.
    pub person: String,
    /// The account's unit then; empty for the server itself.
    pub unit: UnitId,
    /// By the server's clock.
    pub at: Millis,
}

/// 更正申请: what a unit asks to be changed in a frozen row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Drawn by the server.
    pub id: String,
    /// Which week.
    pub week: WeekNumber,
    /// Which row.
    pub row: RowId,
    /// How far it has come.
    pub state: CorrectionState,
    /// Why.
    pub reason: String,
    /// Columns with old and new texts, as JSON.
    pub cells: String,
    /// Which account asked.
    pub asked_by: String,
    /// When.
    pub asked: Millis,
    /// Which account of the lead agreed; empty until then.
    pub lead_by: String,
    /// When; 0 until then.
    pub lead: Millis,
    /// Which account decided in the end; empty until then.
    pub office_by: String,
    /// When; 0 until then.
    pub office: Millis,
    /// What was said to it by whoever refused.
    pub answer: String,
    /// Ids of the files that come with it.
    pub files: Vec<String>,
}

/// How far a correction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectionState {
    /// A lead has to agree.
    AtLead,
    /// The office has to agree.
    AtOffice,
    /// All have agreed; the server writes it.
    Agreed,
    /// Somebody has refused.
    Refused,
}

impl CorrectionState {
    /// All of them.
    pub const ALL: [CorrectionState; 4] = [
        CorrectionState::AtLead,
        CorrectionState::AtOffice,
        CorrectionState::Agreed,
        CorrectionState::Refused,
    ];

    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            CorrectionState::AtLead => "at-lead",
            CorrectionState::AtOffice => "at-office",
            CorrectionState::Agreed => "agreed",
            CorrectionState::Refused => "refused",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<CorrectionState> {
        CorrectionState::ALL
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// 通报: a week's circular, as a draft or as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circular {
    /// Which week.
    pub week: WeekNumber,
    /// What a person has typed and ticked, as JSON.
    pub draft: String,
    /// As it was issued; stays for ever.
    pub issued: Option<Issued>,
}

/// A circular as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// When.
    pub at: Millis,
    /// By which account.
    pub by: String,
    /// 发文字号
    pub number: String,
    /// Its title on one line.
    pub title: String,
    /// Ids of the corrections that it tells of.
    pub amended: Vec<String>,
    /// What the page shows of it, as JSON.
    pub paper: String,
    /// The file.
    pub docx: Vec<u8>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
}

/// 签收: somebody has signed for a circular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Of which week.
    pub week: WeekNumber,
    /// For which unit.
    pub unit: UnitId,
    /// Which account.
    pub account: String,
    /// When.
    pub at: Millis,
}

/// 变更记录: a line of the 联络信息表 as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    /// Which line; drawn by the server.
    pub id: String,
    /// Of which unit.
    pub unit: UnitId,
    /// The line as JSON; `None` where it was taken out.
    pub contact: Option<String>,
    /// Which account.
    pub account: String,
    /// When.
    pub at: Millis,
}

/// 附件: a file that a row has, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Which week.
    pub week: WeekNumber,
    /// Which row.
    pub row: RowId,
    /// The file.
    pub file: Attached,
    /// It came with a 更正申请: the row has it once the request is agreed to.
    pub offered: bool,
    /// Which account took it out, and when.
    pub removed: Option<(String, Millis)>,
}

impl Attachment {
    /// Says whether the row has it.
    ///
    /// `requests`: the corrections of its week.
    pub fn is_of_row(&self, requests: &[Correction]) -> bool {
        let is_agreed = |request: &Correction| match request.state {
            CorrectionState::Agreed => request.files.contains(&self.file.id),
            CorrectionState::AtLead | CorrectionState::AtOffice | CorrectionState::Refused => false,
        };
        self.removed.is_none() && (!self.offered || requests.iter().any(is_agreed))
    }

    /// Says whether it was offered, and no request wants it any more, or none ever did.
    ///
    /// `requests`: the corrections of its week.
    pub fn is_stray(&self, requests: &[Correction]) -> bool {
        let is_wanted = |request: &Correction| match request.state {
            CorrectionState::Refused => false,
            CorrectionState::AtLead | CorrectionState::AtOffice | CorrectionState::Agreed => {
                request.files.contains(&self.file.id)
            }
        };
        self.removed.is_none() && self.offered && !requests.iter().any(is_wanted)
    }

    /// Returns what counts for the room that is left.
    pub fn filed(&self) -> Filed {
        Filed {
            row: self.row.clone(),
            bytes: self.file.bytes,
            is_removed: self.removed.is_some(),
        }
    }
}

/// Returns the digest under which bytes are kept: SHA-256 in hexadecimal digits.
pub fn digest_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A reminder that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Which.
    pub reminder: Reminder,
    /// When.
    pub at: Millis,
    /// How many units owed reports.
    pub units: u32,
}

/// Something that is sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Drawn by storage.
    pub id: i64,
    /// Of which reminder.
    pub reminder: Reminder,
    /// How it goes.
    pub channel: Channel,
    /// An address; empty for the webhook, and once it is settled.
    pub target: String,
    /// Of a letter; empty once it is settled.
    pub subject: String,
    /// The text, or JSON; empty once it is settled.
    pub body: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next: Millis,
    /// How far it has come.
    pub state: DeliveryState,
}

/// How something leaves the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A letter.
    Mail,
    /// A POST.
    Webhook,
}

impl Channel {
    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Webhook => "webhook",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Channel> {
        [Channel::Mail, Channel::Webhook]
            .into_iter()
            .find(|channel| channel.word() == word)
    }
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is tried.
    Waiting,
    /// Whoever takes it has taken it.
    Sent,
    /// Tried often enough, or too late.
    GivenUp,
}

impl DeliveryState {
    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Sent => "sent",
            DeliveryState::GivenUp => "given-up",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<DeliveryState> {
        [
            DeliveryState::Waiting,
            DeliveryState::Sent,
            DeliveryState::GivenUp,
        ]
        .into_iter()
        .find(|state| state.word() == word)
    }
}

/// Changes to one document.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Which.
    pub document: DocumentId,
    /// In order.
    pub changes: Vec<SavedChange>,
}

/// A person in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Unique.
    pub name: String,
    /// The unit it belongs to.
    pub unit: UnitId,
    /// The person's name, as others see it; empty where nobody has given it.
    pub person: String,
    /// What it may do.
    pub role: AccountRole,
    /// PHC string of argon2id.
    pub password_hash: String,
    /// The password is a one-time one: nothing else is open until it is changed.
    pub must_change: bool,
    /// A disabled account cannot sign in.
    pub disabled: bool,
}

/// What a pass opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassKind {
    /// A browser's session: everything.
    Session,
    /// A program's token: `/sync`, and what only reads.
    Token,
}

/// SHA-256 of what the holder shows; the database never holds the thing itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PassDigest(pub [u8; 32]);

impl PassDigest {
    /// Returns it in hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A session or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// How it is recognised.
    pub digest: PassDigest,
    /// Whose it is.
    pub account: String,
    /// When it ends.
    pub expires: Millis,
    /// When it was made.
    pub created: Millis,
    /// When it was last shown, to the minute.
    pub used: Millis,
    /// Where it came from, or what its holder calls it.
    pub label: String,
    /// Whether it opens nothing that writes.
    pub reads_only: bool,
}

/// Why storage failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// No room; everything before is safe.
    #[error("the disk is full")]
    Full,
    /// The file is not what it was.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// An issued circular is never rewritten.
    #[error("the circular has been issued")]
    Issued,
    /// Made by a newer program.
    #[error("the database was made by a newer version")]
    Newer,
    /// Anything else.
    #[error("storage failed: {0}")]
    Failed(String),
}
