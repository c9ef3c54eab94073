//! The queue between the loop and one socket: bounded in messages and bytes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use diaodu_plan::permission;
use diaodu_sync::event::{Author, Hangup};
use tokio::sync::mpsc;

use crate::{
    accounts::Visitor,
    config::{OUTGOING_BYTES_MAX, OUTGOING_MESSAGES_MAX},
    storage::PassDigest,
};

/// Makes a line's queue.
pub fn queue() -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(OUTGOING_MESSAGES_MAX);
    let queued_bytes = Arc::new(AtomicUsize::new(0));
    let outbox = Outbox {
        sender,
        queued_bytes: queued_bytes.clone(),
    };
    (
        outbox,
        Inbox {
            receiver,
            queued_bytes,
        },
    )
}

/// Who opened a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Under which name the line writes: the account's, or for a pass that only reads `reader`'s.
    pub author: Author,
    /// Who it is.
    pub person: permission::Author,
    /// The person's name; may be empty.
    pub name: String,
    /// The pass shown.
    pub pass: PassDigest,
}

impl Caller {
    /// Makes the caller of a visitor.
    pub fn new(visitor: &Visitor) -> Caller {
        let author = if visitor.reads_only {
            reader(&visitor.account)
        } else {
            Author(visitor.account.as_str().into())
        };
        Caller {
            author,
            person: visitor.author(),
            name: visitor.person.clone(),
            pass: visitor.digest,
        }
    }
}

/// Names an account where it only reads; no account can be called so.
pub fn reader(account: &str) -> Author {
    Author(format!("{account}~").into())
}

/// What waits for a line's socket.
#[derive(Debug)]
pub enum Outgoing {
    /// A binary message.
    Frame(Vec<u8>),
    /// The end, with its reason.
    Close(Closing),
}

/// Why the server closes a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// From the hub.
    Hangup(Hangup),
    /// The account signed out, or may not come in any more.
    SignedOut,
    /// What the account may do has changed: it comes again and is told.
    Changed,
    /// The server stops.
    Stopping,
}

/// The loop's end of a line's queue: bounded in messages and bytes.
#[derive(Debug)]
pub struct Outbox {
    sender: mpsc::Sender<Outgoing>,
    queued_bytes: Arc<AtomicUsize>,
}

/// The socket's end of a line's queue.
#[derive(Debug)]
pub struct Inbox {
    receiver: mpsc::Receiver<Outgoing>,
    queued_bytes: Arc<AtomicUsize>,
}

impl Outbox {
    /// Queues a message; `false` when there is no room or nobody.
    pub fn put(&self, outgoing: Outgoing) -> bool {
        let bytes = outgoing.bytes();
        let queued = self.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        queued + bytes <= OUTGOING_BYTES_MAX && self.sender.try_send(outgoing).is_ok()
    }
}

impl Inbox {
    /// Waits for the next message; `None` when the loop has let go of the line.
    pub async fn next(&mut self) -> Option<Outgoing> {
        let outgoing = self.receiver.recv().await?;
        self.queued_bytes
            .fetch_sub(outgoing.bytes(), Ordering::Relaxed);
        Some(outgoing)
    }

    /// Returns the next message if it is there already.
    pub fn next_waiting(&mut self) -> Option<Outgoing> {
        let outgoing = self.receiver.try_recv().ok()?;
        self.queued_bytes
            .fetch_sub(outgoing.bytes(), Ordering::Relaxed);
        Some(outgoing)
    }
}

impl Outgoing {
    fn bytes(&self) -> usize {
        match self {
            Outgoing::Frame(bytes) => bytes.len(),
            Outgoing::Close(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_taken_makes_room() {
        let (outbox, mut inbox) = queue();
        let half = || Outgoing::Frame(vec![0; OUTGOING_BYTES_MAX / 2]);
        assert!(outbox.put(half()) && outbox.put(half()));
        inbox.next().await.unwrap();
        assert!(outbox.put(half()));
    }

    #[test]
    fn a_reader_that_reads_nothing_is_found_out_by_bytes_and_by_number() {
        let (outbox, _inbox) = queue();
        assert!(!outbox.put(Outgoing::Frame(vec![0; OUTGOING_BYTES_MAX + 1])));
        let (outbox, _inbox) = queue();
        assert!((0..OUTGOING_MESSAGES_MAX).all(|_| outbox.put(Outgoing::Frame(Vec::new()))));
        assert!(!outbox.put(Outgoing::Frame(Vec::new())));
    }
}
