//! What processes say to each other. Names documents and cells by strings; does not know `plan`.

pub mod http;
pub mod notice;
pub mod repo;
