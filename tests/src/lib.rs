//! The rehearsal: simulated offices, and real processes and browsers to test against.

pub mod disk;
pub mod faults;
pub mod network;
pub mod office;
pub mod promises;
pub mod script;
pub mod world;

pub mod browser;
pub mod interop;
pub mod process;
pub mod raw;
pub mod stock;
