//! What processes say to each other. Names documents and cells by strings; does not know `plan`.

mod cbor;
pub mod http;
pub mod limits;
pub mod notice;
pub mod repo;

#[cfg(test)]
mod tests;
