//! The protocol without IO: events in, effects out. Runs in the server, in every tab and in every test.

pub mod event;
pub mod hub;
