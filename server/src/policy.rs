//! What the office has decided and everything is judged by: the campaign, who sees whom, which weeks are frozen.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
};

use diaodu_plan::{
    campaign::{Campaign, WeekNumber},
    layout::DocumentKind,
    permission::{self, AccountRole, Author, Visibility, WeekState},
};

use crate::storage::{SERVER_AUTHOR, Storage, StorageError};

/// The setting that holds the campaign as JSON.
pub const CAMPAIGN_SETTING: &str = "campaign";
const VISIBILITY_SETTING: &str = "visibility";
const FROZEN_SETTING: &str = "frozen-weeks";

/// What holds at one moment.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The current campaign.
    pub campaign: Campaign,
    /// Which units see each other's sheets.
    pub visibility: Visibility,
    /// Weeks that nobody writes any more.
    pub frozen: BTreeSet<WeekNumber>,
}

impl Policy {
    /// Reads what storage keeps of it.
    pub async fn load(storage: &dyn Storage, campaign: Campaign) -> Result<Policy, StorageError> {
        let visibility = storage.setting(VISIBILITY_SETTING).await?;
        let frozen = storage.setting(FROZEN_SETTING).await?.unwrap_or_default();
        let frozen = frozen
            .split_whitespace()
            .filter_map(|week| week.parse().ok());
        Ok(Policy {
            campaign,
            visibility: visibility
                .and_then(|word| Visibility::from_word(&word))
                .unwrap_or_default(),
            frozen: frozen.map(WeekNumber).collect(),
        })
    }

    /// Returns as whom the server itself reads a week: it sees what the office sees.
    pub fn own_author(&self) -> Author {
        Author {
            account: SERVER_AUTHOR.to_owned(),
            unit: self.campaign.office.clone(),
            role: AccountRole::Office,
        }
    }

    /// Keeps visibility and frozen weeks.
    pub async fn keep(&self, storage: &dyn Storage) -> Result<(), StorageError> {
        let frozen: Vec<String> = self.frozen.iter().map(|week| week.0.to_string()).collect();
        storage
            .put_setting(VISIBILITY_SETTING, self.visibility.word().to_owned())
            .await?;
        storage.put_setting(FROZEN_SETTING, frozen.join(" ")).await
    }

    /// Keeps the campaign.
    pub async fn keep_campaign(&self, storage: &dyn Storage) -> Result<(), StorageError> {
        let json = serde_json::to_string(&self.campaign)
            .map_err(|error| StorageError::Failed(error.to_string()))?;
        storage.put_setting(CAMPAIGN_SETTING, json).await
    }

    /// Says whether the week of a document is open.
    pub fn week_state(&self, document: &DocumentKind) -> WeekState {
        match document.week() {
            Some(week) if self.frozen.contains(&week) => WeekState::Frozen,
            Some(_) | None => WeekState::Open,
        }
    }

    /// Says whether the author may read a document.
    pub fn may_read(&self, author: &Author, document: &DocumentKind) -> bool {
        permission::may_read(author, document, &self.campaign, self.visibility)
    }
}

/// Where the policy of the moment is found, by the loop and by every request.
#[derive(Debug, Clone)]
pub struct PolicyCell(Arc<RwLock<Arc<Policy>>>);

impl PolicyCell {
    /// Begins with this one.
    pub fn new(policy: Policy) -> PolicyCell {
        PolicyCell(Arc::new(RwLock::new(Arc::new(policy))))
    }

    /// Returns what holds now.
    pub fn get(&self) -> Arc<Policy> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Lets another one hold from now on.
    pub fn set(&self, policy: Policy) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }
}
