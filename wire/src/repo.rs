//! automerge-repo's messages (protocol version 1) as CBOR, bounded. One map per binary WebSocket message.

use std::{fmt, str::FromStr};

use minicbor::{Decoder, Encoder, encode};
use sha2::{Digest, Sha256};

use crate::{
    cbor,
    limits::{EPHEMERAL_BYTES_MAX, FRAME_BYTES_MAX, PEER_ID_BYTES_MAX},
    notice::Notice,
};

/// The only protocol version there is.
pub const PROTOCOL_VERSION: &str = "1";

/// Names a document: 16 bytes, shown as bs58check, addressed as `automerge:<bs58check>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub [u8; 16]);

impl DocumentId {
    /// Returns `automerge:<bs58check>`.
    pub fn url(&self) -> String {
        format!("automerge:{self}")
    }
}

impl FromStr for DocumentId {
    type Err = FrameError;

    /// Reads the bare id or the url.
    fn from_str(text: &str) -> Result<Self, FrameError> {
        let bare = text.strip_prefix("automerge:").unwrap_or(text);
        let mut bytes = [0; 20];
        let length = bs58::decode(bare).onto(&mut bytes);
        let (id, check) = bytes.split_at(16);
        match id.try_into() {
            Ok(id) if length == Ok(20) && check == checksum(&id) => Ok(DocumentId(id)),
            Ok(_) | Err(_) => Err(FrameError::Field("documentId")),
        }
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 20];
        bytes[..16].copy_from_slice(&self.0);
        bytes[16..].copy_from_slice(&checksum(&self.0));
        f.write_str(&bs58::encode(bytes).into_string())
    }
}

/// The four bytes behind the id. bs58's own check would bring a second, older sha2 into the page.
fn checksum(id: &[u8; 16]) -> [u8; 4] {
    let digest = Sha256::digest(Sha256::digest(id));
    let mut check = [0; 4];
    check.copy_from_slice(&digest[..4]);
    check
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One message between peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The dialling side introduces itself.
    Join {
        /// Who speaks.
        sender: String,
        /// Whether the peer is one of ours (`peerMetadata.diaodu`).
        ours: bool,
        /// Protocol versions it speaks.
        versions: Vec<String>,
    },
    /// The accepting side answers.
    Peer {
        /// Who speaks.
        sender: String,
        /// Who is meant.
        target: String,
        /// Whether the peer is one of ours.
        ours: bool,
        /// The version chosen.
        version: String,
    },
    /// Something is wrong; the line ends.
    Error {
        /// For logs.
        message: String,
    },
    /// A polite goodbye.
    Leave {
        /// Who leaves.
        sender: String,
    },
    /// First message about a document the sender does not have.
    Request(Sync),
    /// Further messages about a document.
    Sync(Sync),
    /// The sender does not have the document.
    Unavailable {
        /// Who speaks.
        sender: String,
        /// Who is meant.
        target: String,
        /// Which document.
        document: DocumentId,
    },
    /// A passing message about a document, never stored.
    Ephemeral(Ephemeral),
    /// A message between our own peers.
    Diaodu {
        /// Who speaks.
        sender: String,
        /// Who is meant.
        target: String,
        /// What is said.
        notice: Notice,
    },
    /// A type we do not need (`remote-heads-changed`) or do not know.
    Unknown {
        /// Its type.
        kind: String,
    },
}

/// Carries one automerge sync message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// Who speaks.
    pub sender: String,
    /// Who is meant.
    pub target: String,
    /// Which document.
    pub document: DocumentId,
    /// The encoded automerge sync message.
    pub data: Vec<u8>,
}

/// Carries presence and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ephemeral {
    /// Who speaks.
    pub sender: String,
    /// Who is meant.
    pub target: String,
    /// Which document.
    pub document: DocumentId,
    /// The sender's session.
    pub session: String,
    /// Rises by one within a session.
    pub count: u64,
    /// CBOR of whatever the sender likes.
    pub data: Vec<u8>,
}

/// What is wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Over `FRAME_BYTES_MAX`.
    #[error("frame of {0} bytes is too large")]
    TooLarge(usize),
    /// Not CBOR, or cut short.
    #[error("not a cbor map: {0}")]
    Malformed(String),
    /// More keys than a message may have.
    #[error("too many fields")]
    TooManyFields,
    /// Nested beyond the bound.
    #[error("nested too deeply")]
    TooDeep,
    /// A field is missing or of the wrong kind.
    #[error("field {0} is missing or wrong")]
    Field(&'static str),
}

impl From<minicbor::decode::Error> for FrameError {
    fn from(error: minicbor::decode::Error) -> Self {
        FrameError::Malformed(error.to_string())
    }
}

impl Frame {
    /// Reads one message.
    ///
    /// Errors: `FrameError`; a type that is not known is no error but `Frame::Unknown`.
    pub fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
        if bytes.len() > FRAME_BYTES_MAX {
            return Err(FrameError::TooLarge(bytes.len()));
        }
        let mut fields = Fields::default();
        let mut decoder = Decoder::new(bytes);
        cbor::map(&mut decoder, |key, decoder| fields.take(key, decoder))?;
        fields.into_frame()
    }

    /// Writes one message.
    pub fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        match self.write(&mut encoder) {
            Ok(()) => encoder.into_writer(),
            Err(error) => unreachable!("writing cbor to memory failed: {error}"),
        }
    }

    fn write(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), Unwritable> {
        match self {
            Frame::Join {
                sender,
                ours,
                versions,
            } => {
                e.map(4)?
                    .str("type")?
                    .str("join")?
                    .str("senderId")?
                    .str(sender)?;
                write_metadata(e, *ours)?;
                e.str("supportedProtocolVersions")?
                    .array(versions.len() as u64)?;
                for version in versions {
                    e.str(version)?;
                }
            }
            Frame::Peer {
                sender,
                target,
                ours,
                version,
            } => {
                e.map(5)?
                    .str("type")?
                    .str("peer")?
                    .str("senderId")?
                    .str(sender)?;
                e.str("targetId")?.str(target)?;
                write_metadata(e, *ours)?;
                e.str("selectedProtocolVersion")?.str(version)?;
            }
            Frame::Error { message } => {
                e.map(2)?
                    .str("type")?
                    .str("error")?
                    .str("message")?
                    .str(message)?;
            }
            Frame::Leave { sender } => {
                e.map(2)?
                    .str("type")?
                    .str("leave")?
                    .str("senderId")?
                    .str(sender)?;
            }
            Frame::Request(sync) => write_sync(e, "request", sync)?,
            Frame::Sync(sync) => write_sync(e, "sync", sync)?,
            Frame::Unavailable {
                sender,
                target,
                document,
            } => {
                e.map(4)?;
                write_address(e, "doc-unavailable", sender, target, document)?;
            }
            Frame::Ephemeral(ephemeral) => {
                e.map(7)?;
                write_address(
                    e,
                    "ephemeral",
                    &ephemeral.sender,
                    &ephemeral.target,
                    &ephemeral.document,
                )?;
                e.str("sessionId")?
                    .str(&ephemeral.session)?
                    .str("count")?
                    .u64(ephemeral.count)?;
                e.str("data")?.bytes(&ephemeral.data)?;
            }
            Frame::Diaodu {
                sender,
                target,
                notice,
            } => {
                e.map(4)?
                    .str("type")?
                    .str("diaodu")?
                    .str("senderId")?
                    .str(sender)?;
                e.str("targetId")?
                    .str(target)?
                    .str("data")?
                    .bytes(&notice.encode())?;
            }
            Frame::Unknown { kind } => {
                e.map(1)?.str("type")?.str(kind)?;
            }
        }
        Ok(())
    }
}

/// Writing to memory cannot fail.
type Unwritable = encode::Error<std::convert::Infallible>;

fn write_metadata(e: &mut Encoder<Vec<u8>>, ours: bool) -> Result<(), Unwritable> {
    e.str("peerMetadata")?;
    if ours {
        e.map(1)?.str("diaodu")?.u8(1)?;
    } else {
        e.map(0)?;
    }
    Ok(())
}

fn write_address(
    e: &mut Encoder<Vec<u8>>,
    kind: &str,
    sender: &str,
    target: &str,
    document: &DocumentId,
) -> Result<(), Unwritable> {
    e.str("type")?
        .str(kind)?
        .str("senderId")?
        .str(sender)?
        .str("targetId")?
        .str(target)?;
    e.str("documentId")?.str(&document.to_string())?;
    Ok(())
}

fn write_sync(e: &mut Encoder<Vec<u8>>, kind: &str, sync: &Sync) -> Result<(), Unwritable> {
    e.map(5)?;
    write_address(e, kind, &sync.sender, &sync.target, &sync.document)?;
    e.str("data")?.bytes(&sync.data)?;
    Ok(())
}

#[derive(Default)]
struct Fields {
    kind: Option<String>,
    sender: Option<String>,
    target: Option<String>,
    document: Option<String>,
    session: Option<String>,
    message: Option<String>,
    version: Option<String>,
    versions: Vec<String>,
    count: Option<u64>,
    data: Option<Vec<u8>>,
    ours: bool,
}

impl Fields {
    fn take(&mut self, key: &str, decoder: &mut Decoder<'_>) -> Result<(), FrameError> {
        match key {
            "type" => self.kind = cbor::text(decoder)?,
            "senderId" => self.sender = cbor::text(decoder)?,
            "targetId" => self.target = cbor::text(decoder)?,
            "documentId" => self.document = cbor::text(decoder)?,
            "sessionId" => self.session = cbor::text(decoder)?,
            "message" => self.message = cbor::text(decoder)?,
            "selectedProtocolVersion" => self.version = cbor::text(decoder)?,
            "supportedProtocolVersions" => self.versions = versions(decoder)?,
            "count" => self.count = cbor::count(decoder)?,
            "data" => self.data = cbor::bytes(decoder)?,
            "peerMetadata" | "metadata" => self.ours = is_ours(decoder)?,
            _ => cbor::skip(decoder)?,
        }
        Ok(())
    }

    fn into_frame(mut self) -> Result<Frame, FrameError> {
        let kind = self.kind.take().ok_or(FrameError::Field("type"))?;
        Ok(match kind.as_str() {
            "join" => Frame::Join {
                sender: self.sender()?,
                ours: self.ours,
                versions: self.versions,
            },
            "peer" => Frame::Peer {
                sender: self.sender()?,
                target: self.target(),
                ours: self.ours,
                version: self
                    .version
                    .ok_or(FrameError::Field("selectedProtocolVersion"))?,
            },
            "error" => Frame::Error {
                message: self.message.unwrap_or_default(),
            },
            "leave" => Frame::Leave {
                sender: self.sender.unwrap_or_default(),
            },
            "request" => Frame::Request(self.into_sync()?),
            "sync" => Frame::Sync(self.into_sync()?),
            "doc-unavailable" => Frame::Unavailable {
                sender: self.sender()?,
                target: self.target(),
                document: self.document()?,
            },
            "ephemeral" => Frame::Ephemeral(self.into_ephemeral()?),
            "diaodu" => {
                let data = self.data.take().ok_or(FrameError::Field("data"))?;
                Frame::Diaodu {
                    sender: self.sender()?,
                    target: self.target(),
                    notice: Notice::decode(&data)?,
                }
            }
            _ => Frame::Unknown { kind },
        })
    }

    fn sender(&mut self) -> Result<String, FrameError> {
        let sender = self.sender.take().ok_or(FrameError::Field("senderId"))?;
        if sender.is_empty() || sender.len() > PEER_ID_BYTES_MAX {
            return Err(FrameError::Field("senderId"));
        }
        Ok(sender)
    }

    fn target(&mut self) -> String {
        self.target.take().unwrap_or_default()
    }

    fn document(&mut self) -> Result<DocumentId, FrameError> {
        self.document
            .take()
            .ok_or(FrameError::Field("documentId"))?
            .parse()
    }

    fn into_sync(mut self) -> Result<Sync, FrameError> {
        Ok(Sync {
            sender: self.sender()?,
            target: self.target(),
            document: self.document()?,
            data: self.data.take().ok_or(FrameError::Field("data"))?,
        })
    }

    fn into_ephemeral(mut self) -> Result<Ephemeral, FrameError> {
        let data = self.data.take().ok_or(FrameError::Field("data"))?;
        if data.len() > EPHEMERAL_BYTES_MAX {
            return Err(FrameError::TooLarge(data.len()));
        }
        Ok(Ephemeral {
            sender: self.sender()?,
            target: self.target(),
            document: self.document()?,
            session: self.session.take().unwrap_or_default(),
            count: self.count.unwrap_or_default(),
            data,
        })
    }
}

fn versions(decoder: &mut Decoder<'_>) -> Result<Vec<String>, FrameError> {
    let mut versions = Vec::new();
    for version in decoder.array_iter::<&str>()? {
        if versions.len() >= 16 {
            return Err(FrameError::TooManyFields);
        }
        versions.push(version?.to_owned());
    }
    Ok(versions)
}

fn is_ours(decoder: &mut Decoder<'_>) -> Result<bool, FrameError> {
    use minicbor::data::Type;
    match decoder.datatype()? {
        Type::Map | Type::MapIndef => {}
        _ => {
            cbor::skip(decoder)?;
            return Ok(false);
        }
    }
    let mut ours = false;
    cbor::map(decoder, |key, decoder| {
        ours |= key == "diaodu";
        cbor::skip(decoder)
    })?;
    Ok(ours)
}
