//! What the table loads when it is first needed: filters, search, and the letters of pinyin (docs/decisions/007).
#![allow(unsafe_code)] // The macro declares what lies in another chunk as foreign.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::{desk::Desk, filter_list::List, find_bar::FindBar, model::ColumnSpec, pinyin};
use crate::later::{Missing, Part};

/// Loads the letters of pinyin.
pub async fn load_pinyin() -> Result<(), Missing> {
    pinyin::take(letters().await?);
    Ok(())
}

/// The search above the table.
pub async fn search(desk: Desk) -> Part {
    load_pinyin().await?;
    find_bar(desk).await
}

/// The list of a column, by its index.
pub async fn column_list(desk: Desk, index: usize, column: ColumnSpec) -> Part {
    load_pinyin().await?;
    filter_list(desk, index, column).await
}

#[wasm_split(desk, fallible)]
fn find_bar(desk: Desk) -> Part {
    Ok(view! { <FindBar desk/> }.into_any())
}

#[wasm_split(desk, fallible)]
fn filter_list(desk: Desk, index: usize, column: ColumnSpec) -> Part {
    Ok(view! { <List desk shape=desk.shape() index column/> }.into_any())
}

#[wasm_split(desk, fallible)]
fn letters() -> Result<&'static str, Missing> {
    Ok(pinyin::TABLE)
}
