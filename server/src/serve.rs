//! Starts and stops a server: data directory, database, documents, accounts, loop, HTTP.

use std::{
    fs::{self, File, TryLockError},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use diaodu_interchange::campaign_file::{self, Misread};
use diaodu_plan::campaign::Campaign;
use diaodu_sync::event::Millis;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use crate::{
    accounts::{
        password::{self, PasswordError},
        throttle::Throttle,
    },
    clock::Clock,
    config::{ClockStart, Config, DEMO_CLOCK, STOP_MAX},
    documents,
    gatekeeper::{Directory, Gate},
    http::{Office, router},
    live::{self, Event, LiveHandle},
    sample::{self, ReplayError},
    saver::Writable,
    storage::{Account, Storage, StorageError, sqlite::SqliteStorage},
};

/// The setting that holds the campaign as JSON.
const CAMPAIGN_SETTING: &str = "campaign";
/// The file that says that a server has the data directory.
const LOCK_NAME: &str = "diaodu.lock";
/// An hour between two looks for expired passes.
const CLEANING: Duration = Duration::from_secs(3_600);

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Accounts to try, with `--demo`.
    pub demo: Option<Demo>,
    /// Whether anybody can sign in.
    pub has_accounts: bool,
    /// Rows of the sample week that were written.
    pub sample_rows: usize,
    stopping: watch::Sender<bool>,
    ended: JoinHandle<()>,
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
    /// No password could be made.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The sample could not be written.
    #[error(transparent)]
    Sample(#[from] ReplayError),
}

/// Starts a server and returns when it listens and everything is in place.
pub async fn start(config: Config) -> Result<Running, StartError> {
    if config.demo && !config.listen.ip().is_loopback() {
        return Err(StartError::DemoAddress(config.listen));
    }
    let given = config.campaign.as_deref().map(read_campaign).transpose()?;
    let lock = lock(&config.data)?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr().map_err(|error| StartError::Listen { address: config.listen, error })?;
    let storage_failed = |error| StartError::Storage { path: config.data.clone(), error };

    let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(&config.data).await.map_err(storage_failed)?);
    let clock = Arc::new(Clock::new(clock_start(&config)));
    storage.remove_expired(clock.now()).await.map_err(storage_failed)?;
    let campaign = keep_campaign(&*storage, given, &config.data).await?;
    let directory = Arc::new(make_documents(&*storage, &campaign, clock.now()).await.map_err(storage_failed)?);
    let demo = if config.demo { Some(make_demo_accounts(&*storage, &campaign, &config).await?) } else { None };
    let has_accounts = storage.account_count().await.map_err(storage_failed)? > 0;

    let writable = Writable::default();
    let (live, live_task) = live::start(live::Parts {
        storage: storage.clone(),
        gate: Gate::new(directory.clone(), campaign.clone()),
        clock: clock.clone(),
        writable: writable.clone(),
    });
    let sample_rows = if config.sample {
        sample::write(&*storage, &live, &clock, &campaign, &directory).await?
    } else {
        0
    };
    let office = Office {
        storage: storage.clone(),
        live: live.clone(),
        clock,
        campaign,
        directory,
        writable,
        throttle: Throttle::default(),
        demo: config.demo,
    };
    let (stopping, stop) = watch::channel(false);
    let ended = tokio::spawn(run(Parts { listener, office: Arc::new(office), live, live_task, storage, lock }, stop));
    tracing::info!(%address, "listening");
    Ok(Running { address, demo, has_accounts, sample_rows, stopping, ended })
}

impl Running {
    /// Stops the server: lines are closed, what was accepted is on disk, the database is closed.
    pub async fn stop(self) {
        self.stopping.send(true).ok();
        // A task that was aborted has nothing left to stop.
        self.ended.await.ok();
    }
}

struct Parts {
    listener: TcpListener,
    office: Arc<Office>,
    live: LiveHandle,
    live_task: JoinHandle<()>,
    storage: Arc<dyn Storage>,
    lock: File,
}

/// Serves until told to stop, then ends in order: lines, loop, database, lock.
async fn run(parts: Parts, stop: watch::Receiver<bool>) {
    let cleaning = tokio::spawn(clean(parts.office.clone()));
    let service = router(parts.office).into_make_service_with_connect_info::<SocketAddr>();
    let mut until = stop.clone();
    let server = axum::serve(parts.listener, service).with_graceful_shutdown(async move {
        until.wait_for(|stop| *stop).await.ok();
    });
    let mut serving = tokio::spawn(async move { server.await });
    let mut stop = stop;
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        ended = &mut serving => tracing::error!("http ended by itself: {ended:?}"),
    }
    tracing::info!("stopping");
    cleaning.abort();
    parts.live.tell(Event::Stop).await;
    let in_order = async {
        // The loop's end closes the lines; requests that are still answered get a moment.
        parts.live_task.await.ok();
        timeout(Duration::from_secs(2), &mut serving).await.ok();
    };
    if timeout(STOP_MAX, in_order).await.is_err() {
        tracing::warn!("not everything ended in time");
    }
    serving.abort();
    if let Err(error) = parts.storage.close().await {
        tracing::warn!("database not closed: {error}");
    }
    drop(parts.lock);
    tracing::info!("stopped");
}

async fn clean(office: Arc<Office>) {
    let mut hours = tokio::time::interval(CLEANING);
    loop {
        hours.tick().await;
        if let Err(error) = office.storage.remove_expired(office.clock.now()).await {
            tracing::warn!("expired sessions not removed: {error}");
        }
    }
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
    let text = fs::read_to_string(path)
        .map_err(|error| StartError::CampaignFile { path: path.to_owned(), error })?;
    match campaign_file::read(&text) {
        (Some(campaign), _) => Ok(campaign),
        (None, misreads) => Err(StartError::Campaign { path: path.to_owned(), misreads }),
    }
}

/// Takes the data directory for this process alone; the lock ends with the process, however that ends.
pub fn lock(data: &Path) -> Result<File, StartError> {
    let failed = |error| StartError::DataDirectory { path: data.to_owned(), error };
    fs::create_dir_all(data).map_err(failed)?;
    let file = File::options().write(true).create(true).truncate(false).open(data.join(LOCK_NAME)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::DataInUse(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortInUse(address),
        _ => StartError::Listen { address, error },
    })
}

/// Returns the campaign of the data directory; on first start the given one, or the sample.
pub async fn keep_campaign(
    storage: &dyn Storage,
    given: Option<Campaign>,
    data: &Path,
) -> Result<Campaign, StartError> {
    let failed = |error| StartError::Storage { path: data.to_owned(), error };
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
    storage.put_setting(CAMPAIGN_SETTING, json).await.map_err(failed)?;
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
        tracing::info!(campaign = campaign.id, documents = new.len(), "making documents");
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
    let account = |unit: &diaodu_plan::campaign::UnitId| Account {
        name: unit.0.clone(),
        unit: unit.clone(),
        password_hash: password_hash.clone(),
        disabled: false,
    };
    let accounts = campaign.active_units().map(|unit| account(&unit.id)).collect();
    let failed = |error| StartError::Storage { path: config.data.clone(), error };
    storage.put_accounts(accounts).await.map_err(failed)?;
    let names = campaign.active_units().map(|unit| (unit.id.0.clone(), unit.name.clone())).collect();
    Ok(Demo { password, accounts: names })
}
