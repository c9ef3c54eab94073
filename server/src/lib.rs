//! The office building: serves the page, relays and stores what offices write, decides who may come in.

pub mod config;
pub mod text;
pub mod serve;
pub mod live;
pub mod socket;
pub mod gatekeeper;
pub mod receipts;
pub mod saver;
pub mod compaction;
pub mod clock;
pub mod documents;
pub mod desk;
pub mod sample;
pub mod http;
pub mod accounts;
pub mod storage;
pub mod command_line;
