//! Small parts that screens are made of.

pub mod banner;
pub mod clipboard;
pub mod dialog;
pub mod language;
pub mod menu;
pub mod screen;
pub mod segments;
