//! The protocol without IO: events in, effects out. Runs in the server, in every tab and in every test.

pub mod event;
pub mod hub;

mod chunks;
mod document;
pub mod fault;
#[cfg(feature = "gate")]
mod gate;
pub mod limits;
mod line;
mod message;
#[cfg(not(feature = "gate"))]
mod no_gate;
mod peer;
mod waiting;

#[cfg(not(feature = "gate"))]
use no_gate as gate;

#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod tests;
