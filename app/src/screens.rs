//! What a person sees at once.

pub mod around;
pub mod arranged;
pub mod arranging;
pub mod cell_menu;
pub mod choose;
pub mod circular;
pub mod columns;
pub mod conflicts;
pub mod drafts;
pub mod following;
pub mod go_to;
pub mod header;
pub mod history;
pub mod keys;
pub mod office;
pub mod online;
pub mod password;
pub mod reporting;
pub mod sign_in;
pub mod status;
pub mod views;
pub mod week;
