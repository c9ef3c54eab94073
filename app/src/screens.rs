//! What a person sees at once.

pub mod choose;
pub mod header;
pub mod online;
pub mod sign_in;
pub mod status;
pub mod week;
