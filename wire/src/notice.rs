//! What only our own peers understand: refusals with their cells, who is in which cell, who wrote what and when it arrived.

use minicbor::{Decode, Encode};

use crate::{
    limits::{
        EPHEMERAL_BYTES_MAX, RECEIVED_CHANGES_MAX, REFUSED_CELLS_MAX, REFUSED_HEADS_MAX,
        TYPED_BYTES_MAX,
    },
    repo::FrameError,
};

/// A message of type `diaodu`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Notice {
    /// The server applied nothing of a message, and holds the document for this line.
    #[n(0)]
    Refused(#[n(0)] Refused),
    /// Somebody has moved, or is gone.
    #[n(1)]
    Presence(#[n(0)] Presence),
    /// The page has gone back to what the server has, and speaks of the document as for the first time: the hold ends.
    #[n(2)]
    Resume(#[n(0)] Resume),
    /// The server has received changes and has them on disk.
    #[n(3)]
    Received(#[n(0)] Received),
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
    /// The newest changes that the server has; what came before the refused one is among them.
    #[n(3)]
    pub heads: Vec<Hash>,
}

/// A change's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Hash(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Resume {
    /// Which document.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub document: [u8; 16],
}

/// Who wrote changes and when they arrived: the server's word, whatever the changes claim.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Received {
    /// Which document.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub document: [u8; 16],
    /// The account they came under.
    #[n(1)]
    pub account: String,
    /// Its unit then; empty for the server itself.
    #[n(2)]
    pub unit: String,
    /// When they came, in milliseconds since 1970 by the server's clock.
    #[n(3)]
    pub at_ms: i64,
    /// Which; at most `RECEIVED_CHANGES_MAX`.
    #[n(4)]
    pub changes: Vec<Hash>,
}

/// Where somebody is, stamped by the server with the account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Presence {
    /// Which document.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub document: [u8; 16],
    /// The line on which it was said; one for each page.
    #[n(1)]
    pub line: u64,
    /// Whose line it is.
    #[n(2)]
    pub account: String,
    /// What was said, see `Place`; empty when the line is gone.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub data: Vec<u8>,
}

/// What our pages say in ephemeral messages: the active cell, as a CBOR array of row id and column id, empty for none. What is
/// selected and typed follows as a second item, which those who know only the first pass over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Row id.
    pub row: String,
    /// Column id.
    pub column: String,
    /// The rows of a selection, as many as fit; none where the cell alone is selected.
    pub rows: Vec<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// Somebody is typing: the text so far, empty where it is too long to be said.
    pub typed: Option<String>,
}

/// The second item: rows, columns, what is typed.
type More = (Vec<String>, Vec<String>, Option<String>);

impl Place {
    /// Writes where somebody is; `None` is nowhere. What does not fit into one message is left out.
    pub fn encode(place: Option<&Place>) -> Vec<u8> {
        let Some(place) = place else {
            return written(Vec::<&str>::new());
        };
        let first = written([&place.row, &place.column]);
        let fits = |text: &String| text.len() <= TYPED_BYTES_MAX;
        let typed = place
            .typed
            .clone()
            .map(|text| if fits(&text) { text } else { String::new() });
        let mut more: More = (place.rows.clone(), place.columns.clone(), typed);
        if more == More::default() {
            return first;
        }
        loop {
            let bytes = [first.clone(), written(&more)].concat();
            if bytes.len() <= EPHEMERAL_BYTES_MAX || more == More::default() {
                return bytes;
            }
            // Rows are the most of it, and those near the active cell come first.
            if more.0.pop().is_none() {
                more = More::default();
            }
        }
    }

    /// Reads where somebody is; `None` for nowhere and for anything else.
    pub fn decode(data: &[u8]) -> Option<Place> {
        let mut decoder = minicbor::Decoder::new(data);
        let words: [&str; 2] = decoder.decode().ok()?;
        let [row, column] = words.map(str::to_owned);
        let (rows, columns, typed) = decoder.decode::<More>().unwrap_or_default();
        let typed = typed.filter(|text| text.len() <= TYPED_BYTES_MAX);
        Some(Place {
            row,
            column,
            rows,
            columns,
            typed,
        })
    }
}

fn written(item: impl minicbor::Encode<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    match minicbor::encode(item, &mut bytes) {
        Ok(()) => bytes,
        Err(error) => unreachable!("writing cbor to memory failed: {error}"),
    }
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
        match &notice {
            Notice::Refused(refused)
                if refused.cells.len() > REFUSED_CELLS_MAX
                    || refused.heads.len() > REFUSED_HEADS_MAX =>
            {
                Err(FrameError::TooManyFields)
            }
            Notice::Presence(presence) if presence.data.len() > EPHEMERAL_BYTES_MAX => {
                Err(FrameError::TooLarge(presence.data.len()))
            }
            Notice::Received(received) if received.changes.len() > RECEIVED_CHANGES_MAX => {
                Err(FrameError::TooManyFields)
            }
            Notice::Refused(_) | Notice::Presence(_) | Notice::Resume(_) | Notice::Received(_) => {
                Ok(notice)
            }
        }
    }
}
