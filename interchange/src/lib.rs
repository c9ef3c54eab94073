//! Files: bytes to plan values and back. No IO: callers read and write.

pub mod campaign_file;
pub mod circular_docx;
pub mod circular_text;
pub mod heading;
pub mod sample;
pub mod xlsx_out;

mod sentences;
mod toml_walk;
