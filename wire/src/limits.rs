//! Bounds of what is said, each with its reason.

/// 8 MiB: a whole sheet of 10,000 cells with history is under 3 MB; nothing honest is larger.
pub const FRAME_BYTES_MAX: usize = 8 * 1024 * 1024;

/// 256 bytes: peer ids of known clients are under 64.
pub const PEER_ID_BYTES_MAX: usize = 256;

/// 64 keys in one message: the protocol knows a dozen, unknown ones are skipped.
pub const MAP_ENTRIES_MAX: u64 = 64;

/// 16 levels of nesting in skipped values: metadata of known clients has two.
pub const NESTING_MAX: u8 = 16;

/// 1 KiB of presence in one ephemeral message.
pub const EPHEMERAL_BYTES_MAX: usize = 1024;

/// 180 bytes, 60 Chinese characters, of what somebody is typing: a line over the cell; of more only that they type is told.
pub const TYPED_BYTES_MAX: usize = 180;

/// 200 cells named in one refusal: enough to find the mistake, small enough to send.
pub const REFUSED_CELLS_MAX: usize = 200;

/// 1,000 changes in one notice of receipt: 32 kB; the rest goes with the next.
pub const RECEIVED_CHANGES_MAX: usize = 1_000;

/// 5,000 changes in one answer of `GET /api/documents/ID/changes`: under half a megabyte.
pub const LISTED_CHANGES_MAX: usize = 5_000;

/// 1,000 hashes in one refusal: as many changes written at the same time as nobody has seen.
pub const REFUSED_HEADS_MAX: usize = 1_000;
