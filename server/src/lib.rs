//! The office building: serves the page, relays and stores what offices write, decides who may come in.

pub mod accounts;
pub mod audit;
pub mod clock;
pub mod command_line;
pub mod commands;
pub mod compaction;
pub mod config;
pub mod desk;
pub mod documents;
pub mod door;
pub mod gatekeeper;
pub mod http;
pub mod live;
pub mod policy;
pub mod premises;
pub mod receipts;
pub mod relevance;
pub mod sample;
pub mod saver;
pub mod seats;
pub mod serve;
pub mod socket;
pub mod storage;
pub mod text;
pub mod views;
