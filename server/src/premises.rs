//! What a server stands on: data directory, lock, database, campaign, documents, accounts.

use std::{
    fs::{self, File, TryLockError},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use diaodu_interchange::campaign_file::{self, Misread};
use diaodu_plan::{
    campaign::{Campaign, UnitId},
    permission::AccountRole,
};
use diaodu_sync::event::Millis;

use crate::{
    accounts::{
        browser::BrowserKey,
        password::{self, PasswordError},
        session,
    },
    clock::Clock,
    config::{ClockStart, Config, DEMO_CLOCK},
    documents,
    door::tls::TlsError,
    gatekeeper::Directory,
    policy::{CAMPAIGN_SETTING, Policy},
    sample::{self, ReplayError},
    storage::{Account, Storage, StorageError, sqlite::SqliteStorage},
};

/// The setting that holds the digest of the set-up link's secret; empty once it was used.
pub const SETUP_SETTING: &str = "setup";
/// The file that says that a server has the data directory.
const LOCK_NAME: &str = "diaodu.lock";

/// Everything that is in place before the first line is opened.
pub struct Premises {
    /// Holds the data directory for this process.
    pub lock: File,
    /// Everything that lasts.
    pub storage: Arc<dyn Storage>,
    /// The server's clock.
    pub clock: Arc<Clock>,
    /// The campaign, and what else the office has decided.
    pub policy: Policy,
    /// All documents.
    pub directory: Arc<Directory>,
    /// Recognises browsers in which somebody has signed in before.
    pub browsers: BrowserKey,
    /// Accounts to try, with `--demo`.
    pub demo: Option<Demo>,
    /// The secret of the set-up link, while nobody can sign in.
    pub setup: Option<String>,
}

/// Accounts to try.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The password of all of them.
    pub password: String,
    /// Account name and the unit's name.
    pub accounts: Vec<(String, String)>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Demo accounts share a password: nobody else may reach them.
    #[error("demo on {0}, which is not loopback")]
    DemoAddress(SocketAddr),
    /// The data directory cannot be written.
    #[error("cannot write {path}: {error}")]
    DataDirectory {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Another server has the data directory.
    #[error("{0} is in use")]
    DataInUse(PathBuf),
    /// Somebody else listens there.
    #[error("{0} is in use")]
    PortInUse(SocketAddr),
    /// Cannot listen there.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// The campaign file cannot be read.
    #[error("cannot read {path}: {error}")]
    CampaignFile {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The campaign file has mistakes.
    #[error("{path} has {} mistakes", misreads.len())]
    Campaign {
        /// Which.
        path: PathBuf,
        /// What is wrong, line by line.
        misreads: Vec<Misread>,
    },
    /// The data directory holds another campaign.
    #[error("the data directory holds campaign {0}")]
    OtherCampaign(String),
    /// Storage failed.
    #[error("{error}")]
    Storage {
        /// The database.
        path: PathBuf,
        /// Why.
        error: StorageError,
    },
    /// There is no TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// No password could be made.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The sample could not be written.
    #[error("{0}")]
    Sample(Box<ReplayError>),
}

impl From<ReplayError> for StartError {
    fn from(error: ReplayError) -> Self {
        StartError::Sample(Box::new(error))
    }
}

impl Premises {
    /// Opens or makes everything.
    pub async fn prepare(config: &Config) -> Result<Premises, StartError> {
        let failed = |error| StartError::Storage {
            path: config.data.clone(),
            error,
        };
        let given = config.campaign.as_deref().map(read_campaign).transpose()?;
        let lock = lock(&config.data)?;
        let storage: Arc<dyn Storage> =
            Arc::new(SqliteStorage::open(&config.data).await.map_err(failed)?);
        let of_sample = sample::last_change(&*storage).await.map_err(failed)?;
        let floor = storage.last_received(of_sample).await.map_err(failed)?;
        let clock = Clock::new(clock_start(config), floor.unwrap_or(Millis(0)));
        let clock = Arc::new(clock);
        storage.remove_expired(clock.now()).await.map_err(failed)?;
        let campaign = keep_campaign(&*storage, given, &config.data).await?;
        let directory = make_documents(&*storage, &campaign, clock.now())
            .await
            .map_err(failed)?;
        let demo = match config.demo {
            true => Some(make_demo_accounts(&*storage, &campaign, config).await?),
            false => None,
        };
        let setup = match storage.account_count().await.map_err(failed)? {
            0 => Some(draw_setup(&*storage).await.map_err(failed)?),
            _ => None,
        };
        let browsers = BrowserKey::keep(&*storage).await.map_err(failed)?;
        let policy = Policy::load(&*storage, campaign).await.map_err(failed)?;
        Ok(Premises {
            lock,
            storage,
            clock,
            policy,
            directory: Arc::new(directory),
            browsers,
            demo,
            setup,
        })
    }
}

/// Draws the secret of the set-up link; an older link opens nothing any more.
async fn draw_setup(storage: &dyn Storage) -> Result<String, StorageError> {
    let secret = session::draw()?.0;
    let digest = session::digest(&secret).hex();
    storage.put_setting(SETUP_SETTING, digest).await?;
    Ok(secret)
}

fn clock_start(config: &Config) -> Option<Millis> {
    match config.clock {
        ClockStart::Machine => None,
        ClockStart::At(start) => Some(start),
        ClockStart::Default if config.demo => Some(DEMO_CLOCK),
        ClockStart::Default => None,
    }
}

fn read_campaign(path: &Path) -> Result<Campaign, StartError> {
    let text = fs::read_to_string(path).map_err(|error| StartError::CampaignFile {
        path: path.to_owned(),
        error,
    })?;
    match campaign_file::read(&text) {
        (Some(campaign), _) => Ok(campaign),
        (None, misreads) => Err(StartError::Campaign {
            path: path.to_owned(),
            misreads,
        }),
    }
}

/// Takes the data directory for this process alone; the lock ends with the process, however that ends.
pub fn lock(data: &Path) -> Result<File, StartError> {
    let failed = |error| StartError::DataDirectory {
        path: data.to_owned(),
        error,
    };
    fs::create_dir_all(data).map_err(failed)?;
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(data.join(LOCK_NAME))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::DataInUse(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Returns the campaign of the data directory; on first start the given one, or the sample.
pub async fn keep_campaign(
    storage: &dyn Storage,
    given: Option<Campaign>,
    data: &Path,
) -> Result<Campaign, StartError> {
    let failed = |error| StartError::Storage {
        path: data.to_owned(),
        error,
    };
    let damaged = |error: serde_json::Error| failed(StorageError::Damaged(error.to_string()));
    if let Some(kept) = storage.setting(CAMPAIGN_SETTING).await.map_err(failed)? {
        let kept: Campaign = serde_json::from_str(&kept).map_err(damaged)?;
        return match given {
            Some(given) if given.id != kept.id => Err(StartError::OtherCampaign(kept.id)),
            Some(_) | None => Ok(kept),
        };
    }
    let campaign = given.unwrap_or_else(diaodu_interchange::sample::campaign);
    let json = serde_json::to_string(&campaign).map_err(damaged)?;
    storage
        .put_setting(CAMPAIGN_SETTING, json)
        .await
        .map_err(failed)?;
    Ok(campaign)
}

async fn make_documents(
    storage: &dyn Storage,
    campaign: &Campaign,
    now: Millis,
) -> Result<Directory, StorageError> {
    let known = storage.documents().await?;
    let new = documents::build(campaign, &known, now)?;
    if !new.is_empty() {
        tracing::info!(
            campaign = campaign.id,
            documents = new.len(),
            "making documents"
        );
        storage.create_documents(new).await?;
    }
    Ok(Directory::new(storage.documents().await?))
}

async fn make_demo_accounts(
    storage: &dyn Storage,
    campaign: &Campaign,
    config: &Config,
) -> Result<Demo, StartError> {
    let password = match &config.demo_password {
        Some(password) => password.clone(),
        None => password::draw()?,
    };
    // One hash for all: everybody knows this password anyway, and the start stays quick.
    let password_hash = password::hash(password.clone()).await?;
    let account = |unit: &UnitId| Account {
        name: unit.0.clone(),
        person: String::new(),
        unit: unit.clone(),
        role: if *unit == campaign.office {
            AccountRole::Office
        } else {
            AccountRole::Unit
        },
        password_hash: password_hash.clone(),
        must_change: false,
        disabled: false,
    };
    let failed = |error| StartError::Storage {
        path: config.data.clone(),
        error,
    };
    let known = storage.accounts().await.map_err(failed)?;
    // What the office has changed of an account stays; the password is the one that is printed.
    let renewed = |unit: &UnitId| {
        let known = known.iter().find(|known| known.name == unit.0);
        known.cloned().map_or_else(
            || account(unit),
            |known| Account {
                password_hash: password_hash.clone(),
                must_change: false,
                ..known
            },
        )
    };
    let accounts = campaign
        .active_units()
        .map(|unit| renewed(&unit.id))
        .collect();
    storage.put_accounts(accounts).await.map_err(failed)?;
    let names = campaign
        .active_units()
        .map(|unit| (unit.id.0.clone(), unit.name.clone()))
        .collect();
    Ok(Demo {
        password,
        accounts: names,
    })
}
