//! Cuts automerge's chunks apart without trusting them: header, length, bounded inflation.

use std::{io::Read, panic::catch_unwind};

use automerge::Change;

use crate::limits::CHANGE_BYTES_MAX;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const HEADER_BYTES: usize = 9;

/// What a chunk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkKind {
    /// A whole document.
    Document,
    /// One change.
    Change,
    /// One change, deflated.
    CompressedChange,
}

/// One chunk as it came, header included.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// What it holds.
    pub kind: ChunkKind,
    /// The whole chunk.
    pub bytes: &'a [u8],
    body: usize,
}

/// Why bytes are not chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// No magic, a broken length, or cut short.
    #[error("not-a-change")]
    Malformed,
    /// A type that is not known.
    #[error("not-a-change")]
    Kind(u8),
    /// Inflated beyond the bound.
    #[error("too-large")]
    TooLarge,
    /// The change inside is broken.
    #[error("undecodable")]
    Change,
}

/// Cuts `bytes` into chunks; all of it must be chunks.
pub fn scan(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, ChunkError> {
    let mut chunks = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (chunk, after) = first(rest)?;
        chunks.push(chunk);
        rest = after;
    }
    Ok(chunks)
}

fn first(bytes: &[u8]) -> Result<(Chunk<'_>, &[u8]), ChunkError> {
    if bytes.len() < HEADER_BYTES || bytes[..4] != MAGIC {
        return Err(ChunkError::Malformed);
    }
    let kind = match bytes[8] {
        0 => ChunkKind::Document,
        1 => ChunkKind::Change,
        2 => ChunkKind::CompressedChange,
        other => return Err(ChunkError::Kind(other)),
    };
    let (length, length_bytes) = length(&bytes[HEADER_BYTES..])?;
    let body = HEADER_BYTES + length_bytes;
    let end = body.checked_add(length).ok_or(ChunkError::Malformed)?;
    if end > bytes.len() {
        return Err(ChunkError::Malformed);
    }
    let (chunk, rest) = bytes.split_at(end);
    Ok((
        Chunk {
            kind,
            bytes: chunk,
            body,
        },
        rest,
    ))
}

/// Reads an unsigned LEB128 of at most five bytes.
fn length(bytes: &[u8]) -> Result<(usize, usize), ChunkError> {
    let mut value: usize = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value, index + 1));
        }
    }
    Err(ChunkError::Malformed)
}

impl Chunk<'_> {
    /// Reads the change in this chunk; inflates at most `CHANGE_BYTES_MAX`, before automerge sees it.
    ///
    /// Errors: `ChunkError`, also for a document chunk.
    pub fn change(&self) -> Result<Change, ChunkError> {
        match self.kind {
            ChunkKind::Document => return Err(ChunkError::Kind(0)),
            ChunkKind::Change if self.bytes.len() > CHANGE_BYTES_MAX => {
                return Err(ChunkError::TooLarge);
            }
            ChunkKind::Change => {}
            ChunkKind::CompressedChange => self.check_inflated()?,
        }
        let parsed = catch_unwind(|| Change::try_from(self.bytes).ok())
            .ok()
            .flatten();
        // automerge does not compare the checksum of a change, but what is stored with a wrong one is never loaded again.
        parsed
            .filter(|change| change.hash().0[..4] == self.bytes[4..8])
            .ok_or(ChunkError::Change)
    }

    fn check_inflated(&self) -> Result<(), ChunkError> {
        let body = &self.bytes[self.body..];
        let mut inflated =
            flate2::read::DeflateDecoder::new(body).take(CHANGE_BYTES_MAX as u64 + 1);
        let length =
            std::io::copy(&mut inflated, &mut std::io::sink()).map_err(|_| ChunkError::Change)?;
        if length > CHANGE_BYTES_MAX as u64 {
            return Err(ChunkError::TooLarge);
        }
        Ok(())
    }
}
