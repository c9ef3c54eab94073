//! What must hold with many offices, real servers and other people's clients. Never sleeps to be right.

mod house;
mod tools;

mod offices;
mod sign_in;
mod documents;
mod lines;
mod bad_input;
mod trouble;
mod crash;
mod sample;
mod workbook;
mod interop;
