//! What the screens show. Written by the replica alone.

pub mod outline;
pub mod row;
pub mod status;
pub mod week;

use std::{collections::BTreeMap, sync::Arc};

use diaodu_plan::campaign::Campaign;
use leptos::prelude::*;

use crate::{api::Present, grid::model::Other};
use status::Status;
use week::WeekStore;

/// Everything the screens show of the documents.
#[derive(Clone)]
pub struct Store {
    /// The campaign, once its catalogue is here.
    pub campaign: ArcRwSignal<Option<Arc<Campaign>>>,
    /// Arrangements of the table that the office shares, by name.
    pub views: ArcRwSignal<Arc<BTreeMap<String, String>>>,
    /// The week on screen.
    pub week: WeekStore,
    /// Who is online, as the server said last; empty without a line.
    pub online: ArcRwSignal<Vec<Present>>,
    /// Where the others are.
    pub others: ArcRwSignal<Arc<Vec<Other>>>,
    /// How far this page and the server agree.
    pub status: ArcRwSignal<Status>,
}

impl Store {
    /// Makes an empty store.
    pub fn new() -> Store {
        Store {
            campaign: ArcRwSignal::new(None),
            views: ArcRwSignal::default(),
            week: WeekStore::new(),
            online: ArcRwSignal::new(Vec::new()),
            others: ArcRwSignal::new(Arc::default()),
            status: ArcRwSignal::new(Status::default()),
        }
    }
}
