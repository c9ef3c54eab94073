//! What the screens show. Written by the replica alone.

pub mod files;
pub mod history;
pub mod outline;
pub mod refusal;
pub mod row;
pub mod status;
pub mod talk;
pub mod week;

use std::{collections::BTreeMap, sync::Arc};

use diaodu_plan::campaign::Campaign;
use leptos::prelude::*;

use crate::{
    api::Present,
    grid::model::{CellPlace, Other},
};
use files::WaitingFile;
use status::Status;
use talk::TalkStore;
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
    /// What was, and when.
    pub history: history::HistoryStore,
    /// Who is online, as the server said last; empty without a line.
    pub online: ArcRwSignal<Vec<Present>>,
    /// Where the others are.
    pub others: ArcRwSignal<Arc<Vec<Other>>>,
    /// What is said about the cells of the week on screen.
    pub talk: TalkStore,
    /// Who is followed.
    pub followed: ArcRwSignal<Option<Followed>>,
    /// 附件 that lie on this machine and in no row yet.
    pub files: ArcRwSignal<Arc<Vec<WaitingFile>>>,
    /// How far this page and the server agree.
    pub status: ArcRwSignal<Status>,
}

/// Whoever is followed: their week and cell come into view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The account.
    pub account: String,
    /// Unit and name.
    pub name: String,
    /// The cell, once it is known.
    pub place: Option<CellPlace>,
}

impl Store {
    /// Makes an empty store.
    pub fn new() -> Store {
        Store {
            campaign: ArcRwSignal::new(None),
            views: ArcRwSignal::default(),
            week: WeekStore::new(),
            history: history::HistoryStore::default(),
            online: ArcRwSignal::new(Vec::new()),
            others: ArcRwSignal::new(Arc::default()),
            talk: TalkStore::default(),
            followed: ArcRwSignal::new(None),
            files: ArcRwSignal::default(),
            status: ArcRwSignal::new(Status::default()),
        }
    }
}
