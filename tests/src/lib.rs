//! The rehearsal: simulated offices, and real processes and browsers to test against.

pub mod script;
pub mod office;
pub mod disk;
pub mod network;
pub mod faults;
pub mod world;
pub mod promises;

pub mod process;
pub mod browser;
pub mod interop;
