//! The documents of a campaign at its beginning: catalogue, hubs, sheets, cards, talks. Made once, together.

use std::collections::{BTreeMap, btree_map::Entry};

use automerge::{
    ActorId, Automerge, AutomergeError,
    transaction::{CommitOptions, Transaction},
};
use diaodu_plan::{
    campaign::{Campaign, WeekNumber},
    layout::{
        DocumentKind, card,
        catalogue::{self, Links},
        hub, sheet, talk,
    },
    row,
};
use diaodu_sync::event::Millis;
use diaodu_wire::repo::DocumentId;

use crate::storage::{DocumentRow, NewDocument, StorageError};

/// Builds all documents of a campaign, in the order of `GET /api/documents`.
///
/// `known`: documents that exist already; they keep their ids and are not built again.
pub fn build(
    campaign: &Campaign,
    known: &[DocumentRow],
    now: Millis,
) -> Result<Vec<NewDocument>, StorageError> {
    let mut maker = Maker {
        campaign,
        now,
        new: Vec::new(),
    };
    let units: Vec<_> = campaign
        .active_units()
        .map(|unit| unit.id.clone())
        .collect();
    let mut ids: BTreeMap<DocumentKind, DocumentId> =
        known.iter().map(|row| (row.kind.clone(), row.id)).collect();
    for kind in kinds(campaign) {
        if let Entry::Vacant(place) = ids.entry(kind) {
            place.insert(draw_id()?);
        }
    }
    let url = |kind: DocumentKind| ids.get(&kind).map(DocumentId::url).unwrap_or_default();
    let weeks = campaign.weeks.iter().map(|week| week.number);
    let links = Links {
        hubs: weeks
            .map(|week| (week, url(DocumentKind::Hub(week))))
            .collect(),
        cards: units
            .iter()
            .map(|unit| (unit.clone(), url(DocumentKind::Card(unit.clone()))))
            .collect(),
    };
    for kind in kinds(campaign)
        .into_iter()
        .filter(|kind| !known.iter().any(|row| row.kind == *kind))
    {
        let id = ids[&kind];
        match &kind {
            DocumentKind::Catalogue => {
                maker.make(id, &kind, |tx| catalogue::write(campaign, &links, tx))?
            }
            DocumentKind::Hub(week) => {
                let sheets = units
                    .iter()
                    .map(|unit| (unit.clone(), url(DocumentKind::Sheet(*week, unit.clone()))));
                let sheets = sheets.collect();
                maker.make(id, &kind, |tx| hub::create(*week, &sheets, tx))?;
            }
            DocumentKind::Sheet(week, unit) => {
                let rows = row::rows(campaign, *week);
                maker.make(id, &kind, |tx| {
                    sheet::create(campaign, *week, unit, &rows, tx)
                })?;
            }
            DocumentKind::Card(unit) => maker.make(id, &kind, |tx| card::create(unit, tx))?,
            DocumentKind::Talk(week, unit) => {
                maker.make(id, &kind, |tx| talk::create(*week, unit, tx))?;
            }
        }
    }
    Ok(maker.new)
}

/// Every document that a campaign has.
fn kinds(campaign: &Campaign) -> Vec<DocumentKind> {
    let units: Vec<_> = campaign
        .active_units()
        .map(|unit| unit.id.clone())
        .collect();
    let weeks: Vec<_> = weeks_of(campaign).collect();
    let mut kinds = vec![DocumentKind::Catalogue];
    kinds.extend(weeks.iter().map(|week| DocumentKind::Hub(*week)));
    for week in weeks {
        kinds.extend(
            units
                .iter()
                .map(|unit| DocumentKind::Sheet(week, unit.clone())),
        );
    }
    kinds.extend(units.iter().cloned().map(DocumentKind::Card));
    for week in weeks_of(campaign) {
        let talks = units
            .iter()
            .map(|unit| DocumentKind::Talk(week, unit.clone()));
        kinds.extend(talks);
    }
    kinds
}

fn weeks_of(campaign: &Campaign) -> impl Iterator<Item = WeekNumber> {
    campaign.weeks.iter().map(|week| week.number)
}

struct Maker<'a> {
    campaign: &'a Campaign,
    now: Millis,
    new: Vec<NewDocument>,
}

impl Maker<'_> {
    fn make(
        &mut self,
        id: DocumentId,
        kind: &DocumentKind,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) -> Result<(), StorageError> {
        let actor = ActorId::from(draw::<16>()?);
        let mut document = Automerge::new().with_actor(actor.clone());
        let seconds = self.now.0.div_euclid(1_000);
        let failed = |error: AutomergeError| {
            StorageError::Failed(format!("cannot make {}: {error}", kind.word()))
        };
        let mut transaction = document.transaction();
        write(&mut transaction).map_err(failed)?;
        transaction.commit_with(CommitOptions::default().with_time(seconds));
        let row = DocumentRow {
            id,
            campaign: self.campaign.id.clone(),
            kind: kind.clone(),
        };
        self.new.push(NewDocument {
            row,
            snapshot: document.save(),
            actor,
        });
        Ok(())
    }
}

fn draw_id() -> Result<DocumentId, StorageError> {
    draw().map(DocumentId)
}

fn draw<const N: usize>() -> Result<[u8; N], StorageError> {
    let mut random = [0; N];
    getrandom::fill(&mut random).map_err(|error| StorageError::Failed(error.to_string()))?;
    Ok(random)
}
