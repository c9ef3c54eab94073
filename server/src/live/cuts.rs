//! 截止 and 定稿 in the loop: whether a moment has passed is looked at before anything else happens, so that what was received
//! before it is in and what came after it is not.

use std::collections::{BTreeMap, BTreeSet};

use diaodu_plan::{
    campaign::WeekNumber,
    layout::hub::{Cut, Snapshot},
};
use diaodu_sync::event::{Millis, SaveTicket};
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::{Event, Live};
use crate::{
    deadlines::{self, Taken},
    orders::Order,
    storage::StorageError,
    week::end,
};

/// How far the snapshots of the weeks are.
#[derive(Debug, Default)]
pub struct Cuts {
    /// Whether what happened while the server was down has been caught up with: nothing is looked at before.
    up: bool,
    states: BTreeMap<(WeekNumber, Cut), State>,
    waiting: Vec<oneshot::Sender<()>>,
}

#[derive(Debug)]
enum State {
    /// What was received before the moment is on its way to disk.
    Settling(Wanted, BTreeSet<SaveTicket>),
    /// The documents are being read.
    Reading,
    /// The snapshot is ordered.
    Ordered,
    /// It is in the hub.
    Taken,
}

#[derive(Debug, Clone, Copy)]
struct Wanted {
    at: Timestamp,
    was_down: bool,
}

/// What the hubs said when the server started.
#[derive(Debug, Default)]
pub struct Past {
    /// Snapshots that were taken.
    pub taken: BTreeSet<(WeekNumber, Cut)>,
    /// When weeks were frozen.
    pub frozen: Vec<(WeekNumber, Timestamp)>,
}

impl Live {
    /// From now on moments are looked at; those that passed while the server was down are caught up with first.
    pub(super) fn catch_up(&mut self, past: Past, answer: oneshot::Sender<()>) {
        let taken = past.taken.into_iter();
        self.cuts.states = taken.map(|place| (place, State::Taken)).collect();
        self.cuts.up = true;
        self.mark_due(true);
        for (week, at) in past.frozen {
            self.mark(week, Cut::Final, at, true);
        }
        self.cuts.waiting.push(answer);
        self.take_cuts();
    }

    /// Marks the weeks whose cut-off has passed.
    pub(super) fn mark_due(&mut self, was_down: bool) {
        if !self.cuts.up {
            return;
        }
        let now = self.clock.now();
        let policy = self.gate.policy();
        for week in &policy.campaign.weeks {
            if Millis(week.cutoff().as_millisecond()) <= now {
                self.mark(week.number, Cut::Due, week.cutoff(), was_down);
            }
        }
    }

    /// Marks a moment, once.
    pub(super) fn mark(&mut self, week: WeekNumber, cut: Cut, at: Timestamp, was_down: bool) {
        let tickets = self.saving.keys().copied().collect();
        let wanted = Wanted { at, was_down };
        let state = self.cuts.states.entry((week, cut));
        state.or_insert(State::Settling(wanted, tickets));
    }

    /// Goes on with every snapshot that can be gone on with.
    pub(super) fn take_cuts(&mut self) {
        let mut ready = Vec::new();
        for ((week, cut), state) in &mut self.cuts.states {
            if let State::Settling(wanted, tickets) = state {
                tickets.retain(|ticket| self.saving.contains_key(ticket));
                if tickets.is_empty() && !self.receipts.is_waiting(*week, end(*cut, wanted.at)) {
                    ready.push((*week, *cut, *wanted));
                    *state = State::Reading;
                }
            }
        }
        for (week, cut, wanted) in ready {
            let (storage, sheets) = (self.storage.clone(), self.sheets.clone());
            let events = self.events.clone();
            let (policy, directory) = (self.gate.policy(), self.gate.directory());
            tokio::spawn(async move {
                let end = end(cut, wanted.at);
                let taken =
                    deadlines::take(&*storage, &sheets, &policy, &directory, week, cut, end).await;
                let event = Event::Cut(week, cut, wanted.at, wanted.was_down, taken);
                events.send(event).await.ok();
            });
        }
        let is_done = |state: &State| matches!(state, State::Taken);
        if self.cuts.states.values().all(is_done) && self.orders.is_empty() {
            for answer in self.cuts.waiting.drain(..) {
                answer.send(()).ok();
            }
        }
    }

    /// The documents of a week have been read, as they were at a moment.
    pub(super) fn cut_read(
        &mut self,
        (week, cut): (WeekNumber, Cut),
        at: Timestamp,
        was_down: bool,
        taken: Result<Taken, StorageError>,
    ) {
        let Ok(taken) = taken.inspect_err(|error| {
            tracing::error!(week = week.0, cut = cut.word(), "no snapshot yet: {error}");
        }) else {
            let again = State::Settling(Wanted { at, was_down }, BTreeSet::new());
            self.cuts.states.insert((week, cut), again);
            return;
        };
        let now = Timestamp::from_millisecond(self.clock.now().0).unwrap_or(at);
        let snapshot = Snapshot {
            at,
            taken: now,
            was_down,
            heads: taken.heads,
            openings: taken.begun,
        };
        self.cuts.states.insert((week, cut), State::Ordered);
        for order in taken.openings {
            self.orders.add(order, None);
        }
        self.orders.add(Order::Snapshot(week, cut, snapshot), None);
        self.carry_out();
    }

    /// A snapshot stands in its hub.
    pub(super) fn note_cut(&mut self, order: &Order) {
        if let Order::Snapshot(week, cut, snapshot) = order {
            self.cuts.states.insert((*week, *cut), State::Taken);
            tracing::info!(
                week = week.0,
                cut = cut.word(),
                was_down = snapshot.was_down,
                "snapshot taken"
            );
        }
    }

    /// Answers when all snapshots that are due stand in their hubs, on disk.
    pub(super) fn answer_when_cut(&mut self, answer: oneshot::Sender<()>) {
        self.cuts.waiting.push(answer);
        self.take_cuts();
    }
}
