//! The campaign has changed: rows that are missing are made, then the catalogue says so. Documents that are not in memory are
//! opened first, so this may take several events.

use std::collections::{BTreeSet, VecDeque};

use diaodu_plan::{
    campaign::{Campaign, UnitId, WeekNumber},
    layout::{
        DocumentKind,
        catalogue::{self, Links},
        sheet,
    },
    row,
};
use diaodu_sync::event::{Author, Event as HubEvent};
use diaodu_wire::repo::DocumentId;
use tokio::sync::oneshot;

use super::Live;
use crate::storage::SERVER_AUTHOR;

/// What has to follow a change of the campaign.
#[derive(Debug)]
pub struct Layout {
    /// The sheets that may lack rows.
    pub sheets: BTreeSet<(WeekNumber, UnitId)>,
    /// Told when all of it is on its way to disk and to the readers.
    pub done: Option<oneshot::Sender<()>>,
}

/// Changes of the campaign, the oldest first: a later one is laid out after those before.
#[derive(Debug, Default)]
pub struct Layouts(VecDeque<Layout>);

impl Layouts {
    /// Adds one.
    pub fn add(&mut self, layout: Layout) {
        self.0.push_back(layout);
    }

    /// Waits no more for a document that cannot be read. Without the catalogue nothing can be told.
    pub fn give_up(&mut self, kind: Option<&DocumentKind>) {
        match kind {
            Some(DocumentKind::Catalogue) => self.0.clear(),
            Some(DocumentKind::Sheet(week, unit)) => {
                let sheet = (*week, unit.clone());
                for layout in &mut self.0 {
                    layout.sheets.remove(&sheet);
                }
            }
            Some(DocumentKind::Hub(_) | DocumentKind::Card(_) | DocumentKind::Talk(_, _))
            | None => {}
        }
    }
}

impl Live {
    /// Goes on with what is to be laid out, as far as documents are in memory.
    pub(super) fn lay_out(&mut self) {
        while let Some(mut layout) = self.layouts.0.pop_front() {
            // What holds now: another change may have come meanwhile.
            let policy = self.gate.policy();
            let campaign = &policy.campaign;
            layout.sheets.retain(|(week, unit)| {
                let kind = DocumentKind::Sheet(*week, unit.clone());
                !self.is_made(&kind, campaign)
            });
            if !layout.sheets.is_empty() || !self.is_made(&DocumentKind::Catalogue, campaign) {
                return self.layouts.0.push_front(layout);
            }
            if let Some(done) = layout.done {
                // Who asked may have gone.
                done.send(()).ok();
            }
        }
    }

    /// Writes one document, or asks for it; `false`: not yet. Rows that stand there already are left alone.
    fn is_made(&mut self, kind: &DocumentKind, campaign: &Campaign) -> bool {
        let Some(id) = self.gate.find(kind) else {
            return true;
        };
        if self.hub.document(&id).is_none() {
            self.give(HubEvent::Open(id));
            return false;
        }
        self.make(id, kind, campaign);
        true
    }

    fn make(&mut self, id: DocumentId, kind: &DocumentKind, campaign: &Campaign) {
        let (now, author) = (self.clock.now(), Author(SERVER_AUTHOR.into()));
        let written = self.hub.change(now, id, &author, |tx| match kind {
            DocumentKind::Catalogue => catalogue::write(campaign, &Links::default(), tx),
            DocumentKind::Sheet(week, unit) => {
                let rows = row::rows(campaign, *week);
                sheet::create(campaign, *week, unit, &rows, tx)
            }
            DocumentKind::Hub(_) | DocumentKind::Card(_) | DocumentKind::Talk(_, _) => Ok(()),
        });
        match written {
            Ok(((), effects)) => effects.into_iter().for_each(|effect| self.perform(effect)),
            Err(error) => tracing::error!(document = %id, "not laid out: {error}"),
        }
    }
}
