//! What only our own peers understand: refusals with their cells.

use minicbor::{Decode, Encode};

use crate::{limits::REFUSED_CELLS_MAX, repo::FrameError};

/// A message of type `diaodu`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Notice {
    /// The server applied nothing of a message, and holds the document for this line.
    #[n(0)]
    Refused(#[n(0)] Refused),
}

/// Why a message was refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Refused {
    /// Which document.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub document: [u8; 16],
    /// A stable word, e.g. `unknown-object`.
    #[n(1)]
    pub reason: String,
    /// The cells concerned, as far as they could be read; at most `REFUSED_CELLS_MAX`.
    #[n(2)]
    pub cells: Vec<Cell>,
}

/// A cell by path.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Cell {
    /// Keys of the maps from the root: `["rows", "m07.s-hongying"]`.
    #[n(0)]
    pub path: Vec<String>,
    /// Key in the last map.
    #[n(1)]
    pub key: String,
}

impl Notice {
    /// Writes the notice.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match minicbor::encode(self, &mut bytes) {
            Ok(()) => bytes,
            Err(error) => unreachable!("writing cbor to memory failed: {error}"),
        }
    }

    /// Reads a notice.
    ///
    /// Errors: `FrameError` for anything malformed or over its bound.
    pub fn decode(bytes: &[u8]) -> Result<Notice, FrameError> {
        let notice: Notice = minicbor::decode(bytes)?;
        let Notice::Refused(refused) = &notice;
        if refused.cells.len() > REFUSED_CELLS_MAX {
            return Err(FrameError::TooManyFields);
        }
        Ok(notice)
    }
}
