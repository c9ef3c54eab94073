//! What one line knows of one document: what the other side has, what was sent, what is owed. Makes and reads sync messages.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use automerge::{
    Change, ChangeHash, ReadDoc,
    sync::{BloomFilter, ChunkList, Have, Message, MessageFlags, MessageVersion},
};

use crate::{
    document::{Document, Entry},
    event::{ConnectionId, Line, Millis, Refusal},
    fault::{Fault, is_planted},
    limits::{
        BUSY_MILLIS_MIN, REST_MILLIS_MAX, RESTS_PER_ANSWER, SENT_BYTES_MAX, SENT_DOCUMENT_BYTES_MAX,
    },
    waiting::Waiting,
};

/// Changes sent and not acknowledged.
#[derive(Debug)]
struct InFlight {
    /// Acknowledged when the other side's heads are these or build on them.
    heads: Vec<ChangeHash>,
    /// The log position up to which the other side then has everything; `None` while more is queued.
    until: Option<u64>,
    since: Millis,
}

/// One line's view of one document.
pub struct Peer {
    /// Encoded messages that wait for the document to be loaded.
    pub pending: VecDeque<Vec<u8>>,
    /// Changes that wait for their dependencies.
    pub waiting: Waiting,
    /// Refused once: nothing it sends is applied any more.
    pub held: bool,
    /// Refused, and to be told when what came before is on disk: up to which log position.
    pub refused: Option<(u64, Refusal)>,
    /// Since when an answer is owed to us.
    pub owed_since: Option<Millis>,
    /// The shell was told that the document is as the server has it.
    pub is_ready: bool,
    line: Line,
    greeted: bool,
    spoken: bool,
    told_again: bool,
    owes_acknowledgement: bool,
    takes_documents: bool,
    lacks: bool,
    their_heads: Vec<ChangeHash>,
    shared: Vec<ChangeHash>,
    settled: Option<u64>,
    cursor: u64,
    in_flight: Option<InFlight>,
    rests_until: Option<Millis>,
    sent: BTreeSet<ChangeHash>,
    queue: Vec<Outgoing>,
    last_heads: Vec<ChangeHash>,
    need: Vec<ChangeHash>,
    last_need: Vec<ChangeHash>,
}

/// A chunk to be sent: a change, or without a hash the whole document.
struct Outgoing {
    hash: Option<ChangeHash>,
    deps: Vec<ChangeHash>,
    bytes: Arc<[u8]>,
}

impl Outgoing {
    fn change(change: &Change) -> Self {
        Outgoing {
            hash: Some(change.hash()),
            deps: change.deps().to_vec(),
            bytes: change.raw_bytes().into(),
        }
    }

    fn entry(entry: &Entry) -> Self {
        Outgoing {
            hash: Some(entry.hash),
            deps: entry.deps.clone(),
            bytes: entry.bytes.clone(),
        }
    }
}

impl Peer {
    /// Makes a peer that has not been heard.
    pub fn new(line: Line) -> Self {
        Peer {
            pending: VecDeque::new(),
            waiting: Waiting::default(),
            held: false,
            refused: None,
            owed_since: None,
            is_ready: false,
            line,
            greeted: false,
            spoken: false,
            told_again: false,
            owes_acknowledgement: false,
            takes_documents: false,
            lacks: false,
            their_heads: Vec::new(),
            shared: Vec::new(),
            settled: None,
            cursor: 0,
            in_flight: None,
            rests_until: None,
            sent: BTreeSet::new(),
            queue: Vec::new(),
            last_heads: Vec::new(),
            need: Vec::new(),
            last_need: Vec::new(),
        }
    }

    /// Notes that changes of this peer are to be acknowledged once they are on disk.
    pub fn owes(&mut self) {
        self.owes_acknowledgement = true;
    }

    /// Log entries below this position are of no use to this peer any more.
    pub fn needs_log_from(&self) -> u64 {
        if self.greeted {
            self.cursor.min(self.settled.unwrap_or(0))
        } else {
            u64::MAX
        }
    }

    /// Reads what a message says besides its changes, which have been applied already. `may_rest`: a stock client, which is
    /// spoken to less often while it takes long over each message.
    pub fn hear(&mut self, document: &Document, message: &Message, now: Millis, may_rest: bool) {
        let first = !self.greeted;
        self.greeted = true;
        self.told_again = false;
        self.takes_documents |= message.flags.is_some();
        self.their_heads.clone_from(&message.heads);
        let reset = message
            .flags
            .is_some_and(|flags| flags.contains(MessageFlags::SYNC_RESET));
        if reset {
            // It has forgotten what we said, and waits for an answer.
            (self.in_flight, self.spoken) = (None, false);
        }
        let trusts = is_planted(Fault::TakesAnyMessageForAcknowledgement);
        if self
            .in_flight
            .as_ref()
            .is_some_and(|sent| trusts || document.is_covered(&sent.heads, &message.heads))
        {
            self.acknowledged(now, may_rest);
        }
        if message.heads.iter().all(|hash| document.has_durably(hash)) {
            self.shared.clone_from(&message.heads);
            if message.heads == document.durable_heads() {
                self.settled = Some(document.durable());
                self.cursor = self.cursor.max(document.durable());
            }
        }
        let lost = message.heads.is_empty() && self.spoken && !first && self.in_flight.is_none();
        if first || lost || reset {
            self.sent.clear();
            self.answer(document, message);
            if self.line == Line::Dialled && is_planted(Fault::DropsEditOnReconnect) {
                self.sent
                    .extend(self.queue.pop().and_then(|chunk| chunk.hash));
            }
        }
        self.queue_needed(document, &message.need);
        self.need = self.missing(document);
        if self.in_flight.is_none() && self.need.is_empty() {
            self.owed_since = None;
        }
    }

    /// Says what is to be said now, if anything.
    pub fn speak(
        &mut self,
        document: &Document,
        now: Millis,
        connection: ConnectionId,
    ) -> Option<Message> {
        if !self.greeted && (self.line == Line::Accepted || self.spoken) {
            return None;
        }
        let rests = self.rests_until.is_some_and(|until| now < until);
        if rests && !self.held && !self.lacks && self.need.is_empty() {
            return None;
        }
        let heads = document.durable_heads();
        let chunks = self.outgoing(document, connection);
        self.need.retain(|hash| !self.held && !document.has(hash));
        let need = self.need.clone();
        let news =
            heads != self.last_heads && (self.in_flight.is_none() || self.must_acknowledge());
        if self.spoken && chunks.is_empty() && !news && (need.is_empty() || need == self.last_need)
        {
            return None;
        }
        let whole = chunks.first().is_some_and(|chunk| chunk.hash.is_none());
        if !chunks.is_empty() {
            self.sent
                .extend(chunks.iter().filter_map(|chunk| chunk.hash));
            self.in_flight = Some(if self.queue.is_empty() {
                InFlight {
                    heads: heads.to_vec(),
                    until: Some(document.durable()),
                    since: now,
                }
            } else {
                InFlight {
                    heads: tips(&chunks),
                    until: None,
                    since: now,
                }
            });
        }
        let asks = !self.spoken && self.line == Line::Dialled;
        if asks || !chunks.is_empty() || !need.is_empty() {
            self.owed_since.get_or_insert(now);
        }
        let mut flags = MessageFlags::new();
        if !self.spoken {
            // The other side may remember an earlier conversation on this line, about a document closed and opened again.
            flags.set(MessageFlags::SYNC_RESET);
        }
        self.spoken = true;
        self.owes_acknowledgement = false;
        self.last_heads = heads.to_vec();
        self.last_need.clone_from(&need);
        Some(Message {
            have: vec![self.have(document)],
            heads: heads.to_vec(),
            need,
            changes: ChunkList::from(
                chunks
                    .iter()
                    .map(|chunk| chunk.bytes.to_vec())
                    .collect::<Vec<_>>(),
            ),
            flags: (self.line == Line::Dialled).then_some(flags),
            version: if whole {
                MessageVersion::V2
            } else {
                MessageVersion::V1
            },
        })
    }

    /// Nothing came back: what we have is named again, and who lacks some of it asks.
    pub fn say_again(&mut self, now: Millis) {
        self.told_again = true;
        self.in_flight = None;
        self.owed_since = Some(now);
        self.sent.clear();
        self.last_heads.clear();
        self.last_need.clear();
    }

    /// Says whether it has rested: what came meanwhile is to be said now.
    pub fn has_rested(&mut self, now: Millis) -> bool {
        self.rests_until.take_if(|until| now >= *until).is_some()
    }

    /// Says whether it was told again and has said nothing since.
    pub fn was_told_again(&self) -> bool {
        self.told_again
    }

    /// Says whether to acknowledge while a message of ours is under way. The dialled side does, so that never both wait;
    /// the other side waits for that, because each message costs a JavaScript peer a millisecond: fewer, fuller ones.
    fn must_acknowledge(&self) -> bool {
        self.owes_acknowledgement && self.line == Line::Dialled
    }

    fn acknowledged(&mut self, now: Millis, may_rest: bool) {
        let Some(sent) = self.in_flight.take() else {
            return;
        };
        let took = now.0.saturating_sub(sent.since.0);
        if may_rest && took >= BUSY_MILLIS_MIN {
            let rest = (took * RESTS_PER_ANSWER).min(REST_MILLIS_MAX);
            self.rests_until = Some(Millis(now.0 + rest));
        }
        if let Some(until) = sent.until {
            self.shared = sent.heads;
            self.settled = Some(until);
            self.sent.clear();
        }
    }

    /// Hashes that the other side has and we do not.
    fn missing(&self, document: &Document) -> Vec<ChangeHash> {
        let wanted = self.their_heads.iter().chain(self.waiting.dependencies());
        let missing: BTreeSet<ChangeHash> = wanted
            .filter(|hash| !self.waiting.contains(hash) && !document.has(hash))
            .copied()
            .collect();
        missing.into_iter().collect()
    }

    /// Queues all that the other side lacks, from its heads where we know them, else from its filter.
    fn answer(&mut self, document: &Document, message: &Message) {
        self.cursor = document.durable();
        self.queue.clear();
        if message.heads == document.durable_heads() {
            return;
        }
        if message.heads.is_empty()
            && self.takes_documents
            && self.line == Line::Accepted
            && document.is_saved()
        {
            let bytes = document.whole();
            if bytes.len() <= SENT_DOCUMENT_BYTES_MAX {
                self.queue.push(Outgoing {
                    hash: None,
                    deps: Vec::new(),
                    bytes,
                });
                return;
            }
        }
        let known = message.heads.iter().all(|hash| document.has(hash));
        let changes = if known {
            document.content.get_changes(&message.heads)
        } else {
            lacking(document, &message.have)
        };
        for change in changes {
            let hash = change.hash();
            if document.has_durably(&hash) {
                self.queue.push(Outgoing::change(&change));
            }
        }
    }

    fn queue_needed(&mut self, document: &Document, need: &[ChangeHash]) {
        if need.is_empty() {
            return;
        }
        let mut known: BTreeSet<ChangeHash> =
            self.queue.iter().filter_map(|chunk| chunk.hash).collect();
        let mut needed = Vec::new();
        for hash in need {
            if self.sent.contains(hash) || !document.has_durably(hash) || !known.insert(*hash) {
                continue;
            }
            // What comes next from the log is on its way.
            if document
                .position(hash)
                .is_some_and(|position| position >= self.cursor)
            {
                continue;
            }
            match document.entry(hash) {
                Some(entry) => needed.push(Outgoing::entry(entry)),
                None => needed.extend(
                    document
                        .content
                        .get_change_by_hash(hash)
                        .iter()
                        .map(Outgoing::change),
                ),
            }
        }
        self.lacks |= !needed.is_empty();
        needed.append(&mut self.queue);
        self.queue = needed;
    }

    /// Takes what may be sent now: at most one message without acknowledgement, except to held peers, whose word is not taken.
    fn outgoing(&mut self, document: &Document, connection: ConnectionId) -> Vec<Outgoing> {
        if !self.greeted {
            return Vec::new();
        }
        // What it asks for by name goes at once: without it the message under way is never acknowledged. And where a message
        // goes anyway to acknowledge, news goes with it: heads without their changes would only make the other side ask.
        if self.in_flight.is_some() && !self.held && !self.lacks && !self.must_acknowledge() {
            return Vec::new();
        }
        self.lacks = false;
        let fresh = document
            .durable_since(self.cursor)
            .filter(|entry| entry.from != Some(connection));
        self.queue.extend(fresh.map(Outgoing::entry));
        self.cursor = document.durable();
        let mut bytes = 0;
        let fits = self.queue.iter().take_while(|chunk| {
            bytes += chunk.bytes.len();
            bytes <= SENT_BYTES_MAX
        });
        let count = fits.count().max(1).min(self.queue.len());
        // A whole document travels alone: its message has another version.
        let count = if self.queue.first().is_some_and(|chunk| chunk.hash.is_none()) {
            1
        } else {
            count
        };
        self.queue.drain(..count).collect()
    }

    /// Summarises what we have on disk: what both have, and a filter over the rest.
    fn have(&self, document: &Document) -> Have {
        if let Some(settled) = self.settled {
            let hashes: Vec<ChangeHash> = document
                .durable_since(settled)
                .map(|entry| entry.hash)
                .collect();
            return Have {
                last_sync: self.shared.clone(),
                bloom: BloomFilter::from_hashes(hashes.iter()),
            };
        }
        let last_sync = if self.greeted {
            &self.shared
        } else {
            &document.server_heads
        };
        let known: Vec<ChangeHash> = last_sync
            .iter()
            .filter(|hash| document.has_durably(hash))
            .copied()
            .collect();
        let bloom = if known.is_empty() {
            document.durable_filter()
        } else {
            document.durable_filter_since(&known)
        };
        Have {
            last_sync: known,
            bloom,
        }
    }
}

/// The changes that no other of these builds on.
fn tips(chunks: &[Outgoing]) -> Vec<ChangeHash> {
    let built_on: BTreeSet<ChangeHash> = chunks
        .iter()
        .flat_map(|chunk| chunk.deps.iter().copied())
        .collect();
    chunks
        .iter()
        .filter_map(|chunk| chunk.hash)
        .filter(|hash| !built_on.contains(hash))
        .collect()
}

/// Changes that the filters do not contain, and all that depend on them.
fn lacking(document: &Document, have: &[Have]) -> Vec<Change> {
    let known = have
        .iter()
        .all(|have| have.last_sync.iter().all(|hash| document.has(hash)));
    let last_sync: Vec<ChangeHash> = if known {
        have.iter()
            .flat_map(|have| have.last_sync.iter().copied())
            .collect()
    } else {
        Vec::new()
    };
    let mut lacking = BTreeSet::new();
    let mut changes = document.content.get_changes(&last_sync);
    changes.retain(|change| {
        let hash = change.hash();
        let lacks = !known
            || have.iter().all(|have| !have.bloom.contains_hash(&hash))
            || change.deps().iter().any(|dep| lacking.contains(dep));
        if lacks {
            lacking.insert(hash);
        }
        lacks
    });
    changes
}
