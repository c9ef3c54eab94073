//! What a server is started with, and the bounds of what it does, each with its reason.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use diaodu_sync::event::Millis;

use crate::text::Language;

/// What `diaodu serve` was told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the database lies.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether to make one account per unit of the sample campaign.
    pub demo: bool,
    /// Whether to replay the sample week.
    pub sample: bool,
    /// Where the clock starts.
    pub clock: ClockStart,
    /// The campaign to load on first start, instead of the sample.
    pub campaign: Option<PathBuf>,
    /// How long a session lasts at most.
    pub session_days: u32,
    /// How long a session lasts without use.
    pub session_idle_days: u32,
    /// How long the audit log is kept.
    pub audit_days: u32,
    /// The password of the demo accounts; drawn when `None`.
    pub demo_password: Option<String>,
    /// The language of what is printed and logged for the operator.
    pub language: Language,
}

/// Where the server's clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStart {
    /// The machine's clock; with `--demo` half an hour before week 2 is due.
    Default,
    /// The machine's clock.
    Machine,
    /// This moment at process start.
    At(Millis),
}

/// 2021-04-16T15:30+08:00: week 2 of the sample, half an hour before due.
pub const DEMO_CLOCK: Millis = Millis(1_618_558_200_000);

/// 1,024 events wait for the loop: more wait in the sockets, and so in the clients.
pub const EVENTS_MAX: usize = 1_024;
/// 1,024 batches share one transaction: its answer must not wait for ever.
pub const SAVES_PER_COMMIT_MAX: usize = 1_024;
/// 4,096 messages wait for one reader: opening 60 sheets takes a few hundred.
pub const OUTGOING_MESSAGES_MAX: usize = 4_096;
/// 64 MiB wait for one reader: a week of 60 sheets with history is under 20.
pub const OUTGOING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// 2,000 lines: an office of 200 with ten tabs each.
pub const CONNECTIONS_MAX: usize = 2_000;
/// 64 KiB of JSON in a request: the longest honest body is a sign-in.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// 1,024 bytes of password: argon2 would take any length.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// 64 bytes of account name.
pub const ACCOUNT_BYTES_MAX: usize = 64;

/// 4 times a second: the hub needs at least one a second, and retries failed writes with it.
pub const TICK: Duration = Duration::from_millis(250);
/// 5 s between pings, as automerge-repo does.
pub const PING: Duration = Duration::from_secs(5);
/// 30 s without any sign of life: six pings.
pub const SILENCE_MAX: Duration = Duration::from_secs(30);
/// 30 s for one message to leave: then the reader is gone or far too slow.
pub const SEND_MAX: Duration = Duration::from_secs(30);
/// 60 s without a reader: then a document leaves memory; loading it again takes milliseconds.
pub const IDLE: Duration = Duration::from_secs(60);
/// 1 s between tries to read a document that could not be read.
pub const LOAD_RETRY: Duration = Duration::from_secs(1);
/// 500 changes since the snapshot: then loading starts to be felt.
pub const COMPACT_CHANGES_MIN: usize = 500;
/// 10 s for an orderly end: then the process ends all the same, nothing acknowledged is lost.
pub const STOP_MAX: Duration = Duration::from_secs(10);

/// 30 days: then a person signs in again, however busy. Unless the command line says otherwise.
pub const SESSION_DAYS: u32 = 30;
/// 8 days without use: a desk that was offline for a week still knows its session. Unless the command line says otherwise.
pub const SESSION_IDLE_DAYS: u32 = 8;
/// 86,400,000 ms in a day.
pub const DAY_MILLIS: i64 = 24 * 3_600_000;
/// 1 minute: when a session was last used is known so exactly.
pub const USE_NOTED_MILLIS: i64 = 60_000;
/// 366 days for a program's token: it is renewed once a year.
pub const TOKEN_DAYS_MAX: u32 = 366;
/// 400 days of audit log; never less than six months. Unless the command line says otherwise.
pub const AUDIT_DAYS: u32 = 400;
/// 183 days: six months.
pub const AUDIT_DAYS_MIN: u32 = 183;
/// 20 cells of a refusal are named in the audit log, the rest is counted.
pub const REFUSED_CELLS_NAMED_MAX: usize = 20;
/// 200 entries of the audit log on one page.
pub const AUDIT_PAGE: i64 = 200;
/// 10 characters of a password that a person chooses.
pub const PASSWORD_LETTERS_MIN: usize = 10;
/// 100 characters of a person's name, or of what a program calls its token.
pub const LABEL_LETTERS_MAX: usize = 100;
/// 50 shared views: more than a person tells apart in a list.
pub const VIEWS_MAX: usize = 50;
/// 40 characters of a view's name fit the list.
pub const VIEW_NAME_LETTERS_MAX: usize = 40;
/// 16,000 bytes of an arrangement: 300 chosen words of a filter, with room; 50 of them stay below a megabyte in the catalogue.
pub const VIEW_BYTES_MAX: usize = 16_000;
/// 10 minutes to open a line with a token; an open line stays.
pub const TOKEN_MILLIS: i64 = 10 * 60_000;
/// 5 wrong passwords in a row, then a pause.
pub const FAILURES_MAX: u32 = 5;
/// 30 s of pause: a person waits, a guesser gives up.
pub const THROTTLE_PAUSE: Duration = Duration::from_secs(30);
/// 4,096 pairs of account and address are remembered: the oldest is forgotten first.
pub const THROTTLE_ENTRIES_MAX: usize = 4_096;
/// 2 passwords are hashed at once: each takes 19 MiB and a core.
pub const HASHES_AT_ONCE: usize = 2;
