//! A desk inside the server: writes as a page would, over a line of its own, through gate and disk.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use diaodu_plan::{
    campaign::UnitId,
    edit::{self, Edit, EditError},
    permission::{self, AccountRole},
};
use diaodu_sync::{
    event::{Author, ConnectionId, Effect, Event as HubEvent, Line, Stored},
    hub::{ChangeError, Gatekeeper, Hub},
};
use diaodu_wire::repo::DocumentId;

use crate::{
    clock::Clock,
    live::{
        Event, LiveHandle,
        line::{Caller, Inbox, Outgoing},
    },
    storage::PassDigest,
};

/// The one line of a desk.
const LINE: ConnectionId = ConnectionId(0);

/// One unit's desk.
pub struct Desk {
    hub: Hub,
    author: Author,
    clock: Arc<Clock>,
    live: LiveHandle,
    connection: ConnectionId,
    inbox: Inbox,
    ready: HashSet<DocumentId>,
    unsent: HashMap<DocumentId, usize>,
}

/// Why a desk could not write.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The server is stopping, or closed the line.
    #[error("the line was closed")]
    Closed,
    /// The gate said no.
    #[error("the gate refused: {0}")]
    Refused(String),
    /// The document is not there.
    #[error("document {0} is not there")]
    Unavailable(DocumentId),
    /// The edit does not fit the document.
    #[error(transparent)]
    Edit(Box<EditError>),
    /// The hub could not change the document.
    #[error(transparent)]
    Change(Box<ChangeError>),
}

impl Desk {
    /// Opens a line as the account that is named like the unit.
    pub async fn open(
        live: LiveHandle,
        clock: Arc<Clock>,
        unit: &UnitId,
    ) -> Result<Desk, DeskError> {
        let author = Author(unit.0.as_str().into());
        let caller = Caller {
            author: author.clone(),
            person: permission::Author {
                account: unit.0.clone(),
                unit: unit.clone(),
                role: AccountRole::Unit,
            },
            name: String::new(),
            pass: PassDigest([0; 32]),
        };
        let (connection, inbox) = live.connect(caller).await.ok_or(DeskError::Closed)?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| DeskError::Closed)?;
        let hub = Hub::new(format!("desk-{}", connection.0), seed);
        let (ready, unsent) = (HashSet::new(), HashMap::new());
        let mut desk = Desk {
            hub,
            author,
            clock,
            live,
            connection,
            inbox,
            ready,
            unsent,
        };
        desk.give(HubEvent::Connected(
            LINE,
            Line::Dialled,
            desk.author.clone(),
        ))
        .await?;
        Ok(desk)
    }

    /// Carries out edits on one document and waits until they are acknowledged.
    pub async fn write(&mut self, document: DocumentId, edits: &[Edit]) -> Result<(), DeskError> {
        if !self.ready.contains(&document) {
            self.give(HubEvent::Open(document)).await?;
            while !self.ready.contains(&document) {
                self.listen().await?;
            }
        }
        let now = self.clock.now();
        let changed = self.hub.change(now, document, &self.author, |tx| {
            Ok(edits.iter().try_for_each(|edit| edit::apply(edit, tx)))
        });
        let (done, effects) = changed.map_err(|error| DeskError::Change(Box::new(error)))?;
        done.map_err(|error| DeskError::Edit(Box::new(error)))?;
        self.perform(effects).await?;
        while self.unsent.get(&document).is_some_and(|unsent| *unsent > 0) {
            self.listen().await?;
        }
        Ok(())
    }

    /// Closes the line.
    pub async fn close(self) {
        self.live.tell(Event::Disconnected(self.connection)).await;
    }

    async fn listen(&mut self) -> Result<(), DeskError> {
        match self.inbox.next().await {
            Some(Outgoing::Frame(bytes)) => self.give(HubEvent::Frame(LINE, bytes)).await,
            Some(Outgoing::Close(_)) | None => Err(DeskError::Closed),
        }
    }

    async fn give(&mut self, event: HubEvent) -> Result<(), DeskError> {
        let effects = self.hub.handle(self.clock.now(), event, &NoGate);
        self.perform(effects).await
    }

    async fn perform(&mut self, effects: Vec<Effect>) -> Result<(), DeskError> {
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            let answer = match effect {
                // A desk has no disk: it starts empty, and what it writes lies safe when the server has it.
                Effect::Load(document) => HubEvent::Loaded(document, Stored::default()),
                Effect::Save(ticket, _, _) => HubEvent::Saved(ticket),
                Effect::Send(_, bytes) => {
                    self.live.tell(Event::Frame(self.connection, bytes)).await;
                    continue;
                }
                Effect::Ready(document) => {
                    self.ready.insert(document);
                    continue;
                }
                Effect::Unsent(document, unsent) => {
                    self.unsent.insert(document, unsent);
                    continue;
                }
                Effect::Hangup(_, _) => return Err(DeskError::Closed),
                Effect::Held(_, refusal) => return Err(DeskError::Refused(refusal.reason)),
                Effect::Unavailable(document) => return Err(DeskError::Unavailable(document)),
                Effect::Changed(_, _, _)
                | Effect::Acknowledged(_, _)
                | Effect::Damaged(_, _)
                | Effect::Refused(_, _, _)
                | Effect::Presence(..)
                | Effect::Received(..)
                | Effect::Rewrite(..) => continue,
            };
            waiting.extend(self.hub.handle(self.clock.now(), answer, &NoGate));
        }
        Ok(())
    }
}

/// Dialled lines are not judged.
struct NoGate;

impl Gatekeeper for NoGate {
    fn may_read(&self, _: &Author, _: &DocumentId) -> bool {
        true
    }

    fn judge(
        &self,
        _: &Author,
        _: &DocumentId,
        _: &automerge::Automerge,
        _: &diaodu_sync::event::CellAddress,
        _: Option<&automerge::ScalarValue>,
    ) -> Result<(), String> {
        Ok(())
    }
}
