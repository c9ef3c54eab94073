//! Documents for the tests of this crate, with actors that are told, not drawn.

use automerge::{ActorId, Automerge};

use crate::{
    campaign::{Campaign, UnitId, WeekNumber},
    edit::{self, Edit, EditError},
    layout::{card, sheet},
    row::rows,
};

/// The sample week, as the product ships it.
pub const SAMPLE_WEEK: &str = include_str!("../../interchange/fixtures/sample-week.json");

/// Makes an empty document written by actor `name`.
pub fn document(name: u8) -> Automerge {
    Automerge::new().with_actor(ActorId::from([name]))
}

/// Makes the sheet of a unit in week 2.
pub fn sheet_of(campaign: &Campaign, unit: &UnitId) -> Automerge {
    let mut doc = document(0);
    doc.transact(|tx| {
        sheet::create(
            campaign,
            WeekNumber(2),
            unit,
            &rows(campaign, WeekNumber(2)),
            tx,
        )
    })
    .unwrap();
    doc
}

/// Makes the card of a unit.
pub fn card_of(unit: &UnitId) -> Automerge {
    let mut doc = document(0);
    doc.transact(|tx| card::create(unit, tx)).unwrap();
    doc
}

/// Makes a copy at another desk.
pub fn desk(doc: &Automerge, name: u8) -> Automerge {
    doc.clone().with_actor(ActorId::from([name]))
}

/// Carries out an edit; says whether anything was written.
pub fn perform(doc: &mut Automerge, edit: &Edit) -> Result<bool, EditError> {
    let before = doc.get_heads();
    let done = doc.transact(|tx| edit::apply(edit, tx));
    done.map_err(|failure| failure.error)?;
    Ok(doc.get_heads() != before)
}

/// A small generator for seeded tests.
pub struct Dice(pub u64);

impl Dice {
    /// Throws a number below `sides`.
    pub fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}
