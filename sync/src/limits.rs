//! Bounds of the protocol, each with its reason.

/// 1 MiB of operations in one change: a pasted table of 10,000 cells is under that.
pub const CHANGE_BYTES_MAX: usize = 1024 * 1024;

/// 20,000 operations in one change: a paste of 10,000 × 2 cells.
pub const CHANGE_OPERATIONS_MAX: usize = 20_000;

/// 20,000 changes in one message from a client: stock clients send all they have at once, and a week offline is 200 edits a day.
pub const MESSAGE_CHANGES_MAX: usize = 20_000;

/// 1 MiB of changes in one message of ours: the rest follows when it is acknowledged, so that nobody's frame is too large.
pub const SENT_BYTES_MAX: usize = 1024 * 1024;

/// 4 MiB of a whole document in one message of ours; a larger one goes as changes.
pub const SENT_DOCUMENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// 32 KiB in one cell: 10,000 Chinese characters.
pub const CELL_TEXT_BYTES_MAX: usize = 32 * 1024;

/// 64 dependencies of one change: more than the offices that write one sheet at once.
pub const CHANGE_DEPENDENCIES_MAX: usize = 64;

/// 20,000 changes may wait for dependencies per line and document: all of one message.
pub const WAITING_CHANGES_MAX: usize = 20_000;

/// 8 MiB of changes may wait per line and document: all of one message.
pub const WAITING_BYTES_MAX: usize = 8 * 1024 * 1024;

/// 16 MiB wait per line over all its documents, for dependencies or for documents to be loaded: two of the largest frames.
pub const LINE_WAITING_BYTES_MAX: usize = 16 * 1024 * 1024;
/// 20,000 hashes in one list of a message: far more than changes that were ever written at the same time.
pub const MESSAGE_HEADS_MAX: usize = 20_000;

/// 4 filters in one message: known peers send one.
pub const MESSAGE_FILTERS_MAX: usize = 4;

/// 32 probes of a filter for one change: known peers use 7.
pub const FILTER_PROBES_MAX: u64 = 32;

/// 64 frames may wait per line and document while it is loaded from disk.
pub const WAITING_FRAMES_MAX: usize = 64;

/// 60 s without the answer that is owed: a client's document is forgotten until it speaks of it, a server is dialled anew.
pub const ANSWER_MILLIS_MAX: i64 = 60_000;

/// 1,000 documents on one line: 200 sheets, talks and cards of the largest district and the hubs of all weeks, with room.
pub const LINE_DOCUMENTS_MAX: usize = 1_000;

/// 10 ephemeral messages a second from one line.
pub const EPHEMERAL_PER_SECOND_MAX: u32 = 10;

/// 20 ms to acknowledge a message: a stock client that takes longer is busy.
pub const BUSY_MILLIS_MIN: i64 = 20;

/// 3 times as long as it took to answer, a busy stock client is left alone: what comes meanwhile goes in one message.
pub const RESTS_PER_ANSWER: i64 = 3;

/// 250 ms of rest at most: people still see edits come at once.
pub const REST_MILLIS_MAX: i64 = 250;
