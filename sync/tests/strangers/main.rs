//! What strangers may do at a server's lines: stock clients with all their rights, hostile ones with none.

mod crafted;
mod desk;
mod mutants;
mod stock;
