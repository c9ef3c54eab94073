//! Mistakes that the tests plant to see that they are caught. Without the feature `faults` there are none.

/// A mistake that a hub could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Any message of the other side counts as acknowledgement of what was sent.
    TakesAnyMessageForAcknowledgement,
    /// A page believes that its last unsent change was sent before the line broke.
    DropsEditOnReconnect,
}

#[cfg(feature = "faults")]
mod planted {
    use std::cell::Cell;

    use super::Fault;

    thread_local! {
        static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Plants a mistake into all hubs of this thread, or takes it out.
    pub fn plant(fault: Option<Fault>) {
        PLANTED.set(fault);
    }

    /// Says whether hubs of this thread make the mistake.
    pub(crate) fn is_planted(fault: Fault) -> bool {
        PLANTED.get() == Some(fault)
    }
}

#[cfg(feature = "faults")]
pub(crate) use planted::is_planted;
#[cfg(feature = "faults")]
pub use planted::plant;

/// Says that hubs make no mistakes on purpose.
#[cfg(not(feature = "faults"))]
pub(crate) const fn is_planted(_: Fault) -> bool {
    false
}
