//! The protocol without IO: events in, effects out. Runs in the server, in every tab and in every test.

pub mod event;
pub mod hub;

mod chunks;
mod document;
pub mod fault;
mod gate;
pub mod limits;
mod line;
mod message;
mod peer;
mod waiting;

#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod tests;
