//! What a person sees at once.

pub mod choose;
pub mod drafts;
pub mod header;
pub mod office;
pub mod online;
pub mod password;
pub mod sign_in;
pub mod status;
pub mod week;
