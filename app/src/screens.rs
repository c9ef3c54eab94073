//! What a person sees at once.

pub mod around;
pub mod arranged;
pub mod arranging;
pub mod beside;
pub mod cards;
pub mod cell_field;
pub mod cell_menu;
pub mod choose;
pub mod columns;
pub mod conflicts;
pub mod display;
pub mod drafts;
pub mod following;
pub mod go_to;
pub mod header;
pub mod history;
pub mod keys;
pub mod office;
pub mod online;
pub mod password;
pub mod print;
pub mod reporting;
pub mod sign_in;
pub mod status;
pub mod views;
pub mod week;
