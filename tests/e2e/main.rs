//! What only real browsers can show: typing, input methods, reloads, crashes, downloads, old versions, looks.
//!
//! One test at a time: each has up to two browsers, and the machine may have two cores.

mod desk;

mod accessible;
mod accounts;
mod action_plan;
mod arranging;
mod attachments;
mod board;
mod circular;
mod clipboard;
mod closing;
mod comments;
mod composing;
mod conflict;
mod contacts;
mod display;
mod editing;
mod export;
mod finding;
mod freezing;
mod history;
mod keyboard;
mod looks;
mod offline;
mod old;
mod phone;
mod plan_text;
mod print;
mod process;
mod reminding;
mod reporting;
mod rights;
mod selecting;
mod shared_desk;
mod side_editor;
mod sign_off;
mod stock;
mod together;
mod touch;
