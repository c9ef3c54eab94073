//! What must hold with many offices, real servers and other people's clients. Never sleeps to be right.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails at once")]

mod house;
mod tools;

mod accounts;
mod action_plans;
mod attachments;
mod attack;
mod audit;
mod bad_input;
mod board;
mod campaign;
mod circular;
mod command_line;
mod contacts;
mod crash;
mod documents;
mod door;
mod friday;
mod fuzz;
mod guessing;
mod history;
mod interop;
mod kept;
mod lines;
mod log;
mod offices;
mod reading;
mod recount;
mod relevance;
mod reminders;
mod sample;
mod secrets;
mod sign_in;
mod tls;
mod trouble;
mod views;
mod workbook;
