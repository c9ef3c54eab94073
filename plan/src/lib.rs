//! The domain: what may happen in a campaign. No IO, no clock, no randomness, no sentences for people.

pub mod action_plan;
pub mod attachment;
pub mod board;
pub mod campaign;
pub mod carry;
pub mod circular;
pub mod column;
pub mod contact;
pub mod correction;
pub mod duty;
pub mod edit;
pub mod fixture;
pub mod history;
pub mod layout;
pub mod limits;
pub mod period;
pub mod permission;
pub mod plan_text;
pub mod problem;
pub mod relevance;
pub mod reminder;
pub mod report;
pub mod review;
pub mod row;
pub mod sample;
pub mod sent_back;
pub mod summary;
pub mod table;
pub mod tally;
pub mod touch;
pub mod value;

mod iso;
#[cfg(test)]
mod rehearsal;
