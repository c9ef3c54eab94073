//! The domain: what may happen in a campaign. No IO, no clock, no randomness, no sentences for people.

pub mod campaign;
pub mod column;
pub mod edit;
pub mod layout;
pub mod permission;
pub mod row;
pub mod value;
