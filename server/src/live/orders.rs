//! What the server itself writes: receipts and orders. A document that is not in memory is opened for the next look.

use std::mem;

use automerge::ChangeHash;
use diaodu_plan::layout::{DocumentKind, hub as week_hub};
use diaodu_sync::event::{Author, Event as HubEvent};
use diaodu_wire::repo::DocumentId;
use tokio::sync::oneshot;

use super::Live;
use crate::{orders::Order, storage::SERVER_AUTHOR};

/// Told when an order is on disk; dropped when it cannot be carried out.
pub type Answer = oneshot::Sender<()>;

/// Orders on their way, and who waits for them.
#[derive(Debug, Default)]
pub struct Orders {
    waiting: Vec<(Order, Option<Answer>)>,
    /// Written, not on disk yet: the document, its heads when it was, and who waits.
    written: Vec<(DocumentId, Vec<ChangeHash>, Option<Answer>)>,
}

impl Orders {
    /// Says whether nothing is left to be written, or on its way to disk.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.written.is_empty()
    }

    /// Gives up what was written and is not known to be on disk: whoever waits is told that it failed.
    pub fn forget_written(&mut self) {
        self.written.clear();
    }

    /// Adds one.
    pub fn add(&mut self, order: Order, answer: Option<Answer>) {
        self.waiting.push((order, answer));
    }
}

impl Live {
    /// Writes what can be written now, in the order in which it was ordered.
    pub(super) fn carry_out(&mut self) {
        self.write_receipts();
        let mut blocked: Vec<DocumentId> = Vec::new();
        for (order, answer) in mem::take(&mut self.orders.waiting) {
            let Some(id) = self.gate.find(&order.document()) else {
                tracing::error!("no document for an order: {:?}", order.document());
                continue;
            };
            if blocked.contains(&id) || !self.is_open(id) {
                blocked.push(id);
                self.orders.waiting.push((order, answer));
                continue;
            }
            let order = self.completed(id, order);
            if !self.write(id, &order) {
                continue;
            }
            self.note_cut(&order);
            let heads = self.hub.document(&id).map(|document| document.get_heads());
            let written = (id, heads.unwrap_or_default(), answer);
            self.orders.written.push(written);
        }
        self.answer_orders();
    }

    /// Tells those who wait for orders that are on disk by now.
    pub(super) fn answer_orders(&mut self) {
        for (id, heads, answer) in mem::take(&mut self.orders.written) {
            // A document leaves memory only when it is wholly on disk.
            let is_safe = self.hub.document(&id).is_none()
                || heads.iter().all(|head| self.hub.has_durably(&id, head));
            match (is_safe, answer) {
                (true, Some(answer)) => drop(answer.send(())),
                (true, None) => {}
                (false, answer) => self.orders.written.push((id, heads, answer)),
            }
        }
    }

    /// A snapshot holds the hub itself as it is when the snapshot is written: with all receipts that were due. The catalogue
    /// says what holds when it is written.
    fn completed(&self, id: DocumentId, mut order: Order) -> Order {
        if let Order::Catalogue(campaign) = &mut order {
            **campaign = self.gate.policy().campaign.clone();
        }
        if let (Order::Snapshot(_, _, snapshot), Some(hub)) = (&mut order, self.hub.document(&id)) {
            snapshot.heads.insert(id.url(), hub.get_heads());
        }
        order
    }

    fn is_open(&mut self, id: DocumentId) -> bool {
        if self.hub.document(&id).is_some() {
            return true;
        }
        self.give(HubEvent::Open(id));
        false
    }

    fn write(&mut self, id: DocumentId, order: &Order) -> bool {
        let author = Author(SERVER_AUTHOR.into());
        let now = self.clock.now();
        match self.hub.change(now, id, &author, |tx| order.write(tx)) {
            Ok(((), effects)) => {
                effects.into_iter().for_each(|effect| self.perform(effect));
                true
            }
            Err(error) => {
                tracing::error!(document = %id, "not written: {error}");
                false
            }
        }
    }

    /// Writes receipts into the hubs of their weeks.
    pub(super) fn write_receipts(&mut self) {
        let policy = self.gate.policy();
        for number in self.receipts.weeks() {
            let id = self.gate.find(&DocumentKind::Hub(number));
            let (Some(id), Some(week)) = (id, policy.campaign.week(number)) else {
                self.receipts.forget(number);
                continue;
            };
            if !self.is_open(id) {
                continue;
            }
            let Some(hub) = self.hub.document(&id) else {
                continue;
            };
            let mut news = self.receipts.take(number, hub, week.terms());
            news.retain(|(row, standing)| week_hub::standing(hub, row) != *standing);
            if !news.is_empty() {
                self.write(id, &Order::Standings(number, news));
            }
        }
    }
}
