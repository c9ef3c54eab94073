//! Frames, as they come from a socket.

use diaodu_wire::{
    notice::{Cell, Hash, Notice, Presence, Received, Refused, Resume},
    repo::{DocumentId, Ephemeral, Frame, FrameError, Sync},
};

use super::Target;

/// Decodes frames; what is read is written and read again alike.
pub struct Frames;

impl Target for Frames {
    const NAME: &'static str = "frame";
    const MUTANTS: u64 = 50_000;

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        let frames = frames().into_iter();
        frames
            .map(|frame| (word(&frame).to_owned(), frame.encode()))
            .collect()
    }

    fn take(&mut self, input: &[u8]) -> String {
        match Frame::decode(input) {
            Ok(frame) => {
                let again = Frame::decode(&frame.encode());
                assert_eq!(again.as_ref(), Ok(&frame), "{input:02x?}");
                word(&frame).to_owned()
            }
            // What was expected, not what stood there instead: a few dozen outcomes, not hundreds.
            Err(FrameError::Malformed(text)) => match text.rsplit_once(": expected ") {
                Some((_, expected)) => format!("malformed, expected {expected}"),
                None => {
                    let text = text.split(" at ").next().unwrap_or_default();
                    let text = text.replace(|letter: char| letter.is_ascii_digit(), "");
                    format!("malformed, {text}")
                }
            },
            Err(FrameError::TooLarge(_)) => "too large".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

fn word(frame: &Frame) -> &'static str {
    match frame {
        Frame::Join { .. } => "join",
        Frame::Peer { .. } => "peer",
        Frame::Error { .. } => "error",
        Frame::Leave { .. } => "leave",
        Frame::Request(_) => "request",
        Frame::Sync(_) => "sync",
        Frame::Unavailable { .. } => "unavailable",
        Frame::Ephemeral(_) => "ephemeral",
        Frame::Diaodu { notice, .. } => match notice {
            Notice::Refused(_) => "refused",
            Notice::Presence(_) => "presence",
            Notice::Resume(_) => "resume",
            Notice::Received(_) => "received",
        },
        Frame::Unknown { .. } => "unknown",
    }
}

/// One of each.
fn frames() -> Vec<Frame> {
    let (sender, target) = ("page-1".to_owned(), "server".to_owned());
    let document = DocumentId([7; 16]);
    let sync = Sync {
        sender: sender.clone(),
        target: target.clone(),
        document,
        data: vec![0x42, 0, 0, 0, 0],
    };
    let cell = Cell {
        path: vec!["rows".to_owned(), "m07.s-hongying".to_owned()],
        key: "progress".to_owned(),
    };
    let refused = Refused {
        document: document.0,
        reason: "foreign-row".to_owned(),
        cells: vec![cell],
        heads: vec![Hash([5; 32])],
    };
    let presence = Presence {
        document: document.0,
        line: 3,
        account: "s-hongying".to_owned(),
        data: vec![0x80],
    };
    let notices = [
        Notice::Refused(refused),
        Notice::Presence(presence),
        Notice::Resume(Resume {
            document: document.0,
        }),
        Notice::Received(Received {
            document: document.0,
            account: "s-hongying".to_owned(),
            unit: "s-hongying".to_owned(),
            at_ms: 1_618_558_200_000,
            changes: vec![Hash([6; 32])],
        }),
    ];
    let mut frames = vec![
        Frame::Join {
            sender: sender.clone(),
            ours: true,
            versions: vec!["1".to_owned()],
        },
        Frame::Peer {
            sender: sender.clone(),
            target: target.clone(),
            ours: true,
            version: "1".to_owned(),
        },
        Frame::Error {
            message: "so nicht".to_owned(),
        },
        Frame::Leave {
            sender: sender.clone(),
        },
        Frame::Request(sync.clone()),
        Frame::Sync(sync),
        Frame::Unavailable {
            sender: sender.clone(),
            target: target.clone(),
            document,
        },
        Frame::Ephemeral(Ephemeral {
            sender: sender.clone(),
            target: target.clone(),
            document,
            session: "s".to_owned(),
            count: 9,
            data: vec![0x82, 0x61, b'a', 0x61, b'b'],
        }),
        Frame::Unknown {
            kind: "remote-heads-changed".to_owned(),
        },
    ];
    frames.extend(notices.map(|notice| Frame::Diaodu {
        sender: sender.clone(),
        target: target.clone(),
        notice,
    }));
    frames
}
