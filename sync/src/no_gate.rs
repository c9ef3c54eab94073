//! Stands in for the gate where nobody may come in: a page takes changes from its server alone, and loads no gate.

use automerge::{ActorId, Automerge, Change, ChangeHash};
use diaodu_wire::repo::DocumentId;

use crate::{
    event::{Author, Refusal},
    hub::Gatekeeper,
};

/// Knows nothing, for nothing is asked.
#[derive(Debug, Default)]
pub struct Registry;

impl Registry {
    /// Reads nothing.
    pub fn read(_: &Automerge, _: Vec<(ActorId, Author)>) -> Self {
        Registry
    }

    /// Notes nothing.
    pub fn read_maps(&mut self, _: &Automerge) {}

    /// Notes nothing.
    pub fn applied(&mut self, _: &Change, _: &Author) {}
}

/// Holds nothing, for nothing is let pass.
#[derive(Debug, Default)]
pub struct Chain {}

impl Chain {
    /// Takes any, to refuse it.
    pub fn takes(&self, _: &Change) -> bool {
        true
    }

    /// Has none.
    pub fn has(&self, _: &ChangeHash) -> bool {
        false
    }

    /// Holds none.
    pub fn take(&mut self) -> Vec<Change> {
        Vec::new()
    }
}

/// Names nothing, for nothing is judged.
pub fn name_refused(
    _: &Automerge,
    _: &Registry,
    _: (&DocumentId, &Author),
    _: &Change,
    _: &dyn Gatekeeper,
    _: &mut Refusal,
) {
}

/// Refuses every change.
pub fn examine(
    _: &Automerge,
    _: &Registry,
    _: &mut Chain,
    _: (&DocumentId, &Author),
    _: Change,
    _: &dyn Gatekeeper,
) -> Result<(), Refusal> {
    Err(Refusal {
        reason: "no-gate".to_owned(),
        cells: Vec::new(),
    })
}
