//! What strangers may do at a server's lines: stock clients with all their rights, hostile ones with none.

#![allow(clippy::unwrap_used, reason = "all of this is test")]

mod crafted;
mod desk;
mod mutants;
mod stock;
