//! What a server is started with, and the bounds of what it does, each with its reason.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use diaodu_sync::event::Millis;

use crate::{http::sender::Proxies, reminders::Transports, text::Language};

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
    /// Whether the server speaks TLS itself.
    pub tls: TlsChoice,
    /// Whose word on where a request comes from is believed.
    pub proxies: Proxies,
    /// How many lines one address may have.
    pub lines_per_address: usize,
    /// How reminders leave the server.
    pub transports: Transports,
    /// The password of the demo accounts; drawn when `None`.
    pub demo_password: Option<String>,
    /// The language of what is printed and logged for the operator.
    pub language: Language,
}

/// Whether the server speaks TLS itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsChoice {
    /// Plain http.
    Off,
    /// With a certificate of one's own.
    Files {
        /// The certificate, and those between it and its CA.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// With a CA of the server's own.
    Local {
        /// Names and addresses that people use for the server, beside those that it knows itself.
        names: Vec<String>,
    },
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
/// 30 lines of one session or token: more tabs than a person can tell apart.
pub const LINES_PER_PASS_MAX: usize = 30;
/// 300 lines of one address: 60 people behind one, with five tabs each. Unless the command line says otherwise.
pub const LINES_PER_ADDRESS: u32 = 300;
/// 4,096 connections at once, lines and requests: two for each line.
pub const SOCKETS_MAX: usize = 4_096;
/// 3 connections of one address for each line that it may have: browsers open six for a moment while a page loads.
pub const SOCKETS_PER_LINE: usize = 3;
/// 30 s for the head of a request, and for the next one on an idle connection.
pub const HEAD_MAX: Duration = Duration::from_secs(30);
/// 30 s for a request to arrive whole and be answered: the longest, a workbook, takes one.
pub const REQUEST_MAX: Duration = Duration::from_secs(30);
/// 10 s to agree on TLS: a slow line needs one.
pub const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// 16 addresses in `X-Forwarded-For`: nobody has so many proxies of their own.
pub const FORWARDED_MAX: usize = 16;
/// 1 MiB of PEM: a chain of certificates has a few kB.
pub const PEM_BYTES_MAX: u64 = 1024 * 1024;
/// 10 years for the local CA: installing it at every desk is work.
pub const CA_DAYS: i64 = 3_650;
/// 397 days for the local certificate, which is the most that browsers accept anywhere.
pub const CERTIFICATE_DAYS: i64 = 397;
/// 30 days before its end a local certificate is renewed: a server that was off over the holidays is still in time.
pub const RENEWAL_DAYS: i64 = 30;
/// 180 days a browser remembers to come over TLS alone, with a certificate of one's own.
pub const HSTS_SECONDS: u32 = 180 * 86_400;
/// 64 KiB of JSON in a request: the longest honest body is a sign-in.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// 5 minutes for an attached file to arrive whole: 10 MiB over the 0.3 Mbit/s of a telephone at the edge of its network.
pub const UPLOAD_MAX: Duration = Duration::from_secs(5 * 60);
/// 12 files arrive at once, 120 MiB; more wait for their turn within their five minutes.
pub const UPLOADS_MAX: usize = 12;
/// 2 files of one account at once: a page sends one after the other, and there may be another page.
pub const UPLOADS_PER_ACCOUNT_MAX: usize = 2;
/// 1,024 bytes of password: argon2 would take any length.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// 64 bytes of account name.
pub const ACCOUNT_BYTES_MAX: usize = 64;

/// 4 times a second: the hub needs at least one a second, and retries failed writes with it.
pub const TICK: Duration = Duration::from_millis(250);
/// 5 s between pings, as automerge-repo does.
pub const PING: Duration = Duration::from_secs(5);
/// 6 pings without any sign of life, 30 s: counted, since time that a busy server spends elsewhere is nobody's silence.
pub const UNANSWERED_MAX: u32 = 6;
/// 30 s for one message to leave: then the reader is gone or far too slow.
pub const SEND_MAX: Duration = Duration::from_secs(30);
/// 60 s without a reader: then a document leaves memory; loading it again takes milliseconds.
pub const IDLE: Duration = Duration::from_secs(60);
/// 5 s that a command waits for the rows it asks for: a week's sheets are read in less, and they are made all the same.
pub const LAYOUT_WAIT: Duration = Duration::from_secs(5);
/// 1 s between tries to read a document that could not be read.
pub const LOAD_RETRY: Duration = Duration::from_secs(1);
/// 500 changes since the snapshot: then loading starts to be felt.
pub const COMPACT_CHANGES_MIN: usize = 500;
/// 64 MiB of sheets as they were read, for what is counted over all weeks: 40 weeks of 333 rows take about a third.
pub const SHEETS_KEPT_BYTES_MAX: usize = 64 * 1024 * 1024;
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
/// 120 bytes of a cell's name in the audit log: honest ones have a third of it.
pub const REFUSED_CELL_BYTES_MAX: usize = 120;
/// 200 bytes of the address that was denied, in the audit log: ours are shorter.
pub const DENIED_PATH_BYTES_MAX: usize = 200;
/// 20 refusals of one account are entered at once: a page asks again for each document, an honest desk has a few.
pub const REFUSALS_AT_ONCE: u32 = 20;
/// 1 s until one more is entered; what was left out is counted in the next entry.
pub const REFUSAL_FORGIVES_MILLIS: i64 = 1_000;
/// 10,000 accounts are counted: more than a district has people who write.
pub const REFUSED_ACCOUNTS_MAX: usize = 10_000;
/// 200 entries of the audit log on one page.
pub const AUDIT_PAGE: i64 = 200;
/// 1,000 entries of the exported audit log are read and sent at once: 300 kB in memory, however long the log is.
pub const AUDIT_PIECE: i64 = 1_000;
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
/// 10 minutes: a token that nobody asked days for. Its lines end with it.
pub const TOKEN_MILLIS: i64 = 10 * 60_000;
/// 20 s for a command to be on disk: then its caller is told that the disk is in trouble, and the next one gets its turn.
pub const COMMAND_MAX: Duration = Duration::from_secs(20);
/// 5 s: a due time is not changed in its last seconds, what is written then might come after it.
pub const DUE_CHANGE_MARGIN_SECONDS: i64 = 5;
/// 5,000 corrections of one week: several for each of the rows of a large district.
pub const CORRECTIONS_PER_WEEK_MAX: usize = 5_000;
/// 100 fields and names of one change of a circular stand in the audit log: a person ticks one by one, or all of a kind.
pub const CIRCULAR_WORDS_LOGGED_MAX: usize = 100;
/// 100 lines of one unit in the 联络信息表: six roles for each of a dozen measures.
pub const CONTACTS_PER_UNIT_MAX: usize = 100;
/// 5,000 changes of one unit's lines: a year of several a day.
pub const CONTACT_CHANGES_PER_UNIT_MAX: usize = 5_000;
/// Every second: a reminder is no later than that, and a look costs two short reads.
pub const REMINDER_TICK: Duration = Duration::from_secs(1);
/// 20 s for one letter or post: then the other side is in trouble, and the next try comes later.
pub const DELIVERY_MAX: Duration = Duration::from_secs(20);
/// 6 tries of one delivery, so many minutes before the next: an hour of trouble is bridged, and then it is given up.
pub const DELIVERY_PAUSES_MINUTES: [i64; 6] = [1, 2, 5, 10, 20, 30];
/// 5 wrong passwords in a row, then a pause.
pub const FAILURES_MAX: u32 = 5;
/// 30 s for the first pause: a person waits, a guesser gives up.
pub const THROTTLE_PAUSE: Duration = Duration::from_secs(30);
/// 15 minutes for the longest: 480 guesses a day for one pair of account and address.
pub const THROTTLE_PAUSE_MAX: Duration = Duration::from_secs(15 * 60);
/// A day without a failure, then the pauses begin short again.
pub const THROTTLE_FORGETS: Duration = Duration::from_secs(24 * 3_600);
/// 60 wrong passwords from one address: an office of 60 behind one address, each of whom mistypes once.
pub const ADDRESS_FAILURES_MAX: u32 = 60;
/// 10 s, then one more from that address.
pub const ADDRESS_FORGIVES: Duration = Duration::from_secs(10);
/// 20 wrong passwords for one account from places it has never signed in from: nobody mistypes so often.
pub const ACCOUNT_FAILURES_MAX: u32 = 20;
/// 3 minutes, then one more: 480 guesses a day over however many addresses.
pub const ACCOUNT_FORGIVES: Duration = Duration::from_secs(3 * 60);
/// 90 days a browser or an address is known for an account: a quarter's leave.
pub const KNOWN_DAYS: i64 = 90;
/// 8 accounts that one browser is known for: a desk that a section shares.
pub const BROWSER_PROOFS_MAX: usize = 8;
/// A minute between two entries of the audit log about one count that is full: 1,440 a day, however fast somebody tries.
pub const THROTTLE_TOLD: Duration = Duration::from_secs(60);
/// 4,096 pairs, addresses and accounts are remembered: what would be forgiven first is forgotten first.
pub const THROTTLE_ENTRIES_MAX: usize = 4_096;
/// 32 passwords of one address wait for their hash: under two seconds for everybody else.
pub const SIGN_INS_AT_ONCE: usize = 32;
/// 2 passwords are hashed at once: each takes 19 MiB and a core.
pub const HASHES_AT_ONCE: usize = 2;
