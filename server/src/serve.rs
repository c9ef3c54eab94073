//! Starts and stops a server: premises, loop, HTTP.

use std::{
    fs::File,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use diaodu_sync::event::Millis;
use jiff::Timestamp;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use crate::{
    accounts::throttle::Throttle,
    board::Boards,
    clock::Clock,
    config::{AUDIT_DAYS_MIN, Config, DAY_MILLIS, STOP_MAX},
    deadlines,
    door::{Door, tls::Tls},
    gatekeeper::{Directory, Gate},
    http::{Office, SessionLimits, router},
    live::{self, Event, LiveHandle, seating::Seating},
    orders::Order,
    policy::{Policy, PolicyCell},
    premises::{Demo, Premises, StartError},
    refusals::Refusals,
    relevance, reminders, sample,
    saver::Writable,
    sheets::Sheets,
    storage::{ChangeNumber, Storage, StorageError},
    views,
};

/// An hour between two looks for expired passes, old entries, and new certificates.
const CLEANING: Duration = Duration::from_secs(3_600);
/// 2 s for requests that are being answered when the server stops.
const REQUESTS_MAX: Duration = Duration::from_secs(2);

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Accounts to try, with `--demo`.
    pub demo: Option<Demo>,
    /// The secret of the set-up link, while nobody can sign in.
    pub setup: Option<String>,
    /// Rows of the sample week that were written.
    pub sample_rows: usize,
    /// The server's clock; rehearsals turn it.
    pub clock: Arc<Clock>,
    /// What the server shows of itself over TLS, if it speaks it.
    pub tls: Option<Arc<Tls>>,
    stopping: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

/// Starts a server and returns when it listens and everything is in place.
pub async fn start(config: Config) -> Result<Running, StartError> {
    if config.demo && !config.listen.ip().is_loopback() {
        return Err(StartError::DemoAddress(config.listen));
    }
    let premises = Premises::prepare(&config).await?;
    let tls = Tls::open(
        &config.tls,
        &config.data,
        config.listen.ip(),
        Timestamp::now(),
    )?;
    let tls = tls.map(Arc::new);
    let (listener, address) = listen(config.listen).await?;
    let Premises {
        lock,
        storage,
        clock,
        policy,
        directory,
        browsers,
        demo,
        setup,
    } = premises;
    let decided = policy.clone();
    let campaign = policy.campaign.clone();
    let policy = PolicyCell::new(policy);
    let writable = Writable::default();
    let sheets = Arc::new(Sheets::new(storage.clone(), writable.written().clone()));
    let refusals = Arc::<Refusals>::default();
    let (live, live_task) = live::start(live::Parts {
        storage: storage.clone(),
        sheets: sheets.clone(),
        gate: Gate::new(directory.clone(), policy.clone()),
        clock: clock.clone(),
        writable: writable.clone(),
        refusals: refusals.clone(),
    });
    let sample_rows = if config.sample {
        sample::write(&*storage, &live, &clock, &campaign, &directory).await?
    } else {
        0
    };
    let now = Timestamp::from_millisecond(clock.now().0).unwrap_or(Timestamp::UNIX_EPOCH);
    let failed = |error| StartError::Storage {
        path: config.data.clone(),
        error,
    };
    let reminded = remind(&live, &*storage, &decided, &directory).await;
    reminded.map_err(failed)?;
    let caught_up = deadlines::catch_up(&*storage, &sheets, &decided, &directory, &live, now).await;
    caught_up.map_err(failed)?;
    let office = Arc::new(Office {
        storage: storage.clone(),
        live: live.clone(),
        clock: clock.clone(),
        policy,
        directory,
        writable,
        sheets,
        boards: Boards::default(),
        throttle: Throttle::default(),
        browsers,
        refusals,
        seating: Seating::new(config.lines_per_address),
        proxies: config.proxies.clone(),
        tls: tls.clone(),
        transports: config.transports.clone(),
        demo: config.demo,
        sessions: SessionLimits::new(&config),
    });
    let (stopping, stop) = watch::channel(false);
    let parts = Parts {
        door: door(listener, &office, &config)?,
        listen: config.listen.ip(),
        office,
        live_task,
        lock,
        audit_days: config.audit_days.max(AUDIT_DAYS_MIN),
    };
    let ended = tokio::spawn(run(parts, stop));
    tracing::info!(%address, "listening");
    Ok(Running {
        address,
        demo,
        setup,
        sample_rows,
        clock,
        tls,
        stopping,
        ended,
    })
}

/// Tells the loop what documents should say: a server that died in between kept it in its settings alone.
///
/// Before anything else is caught up with: what the catalogue says tells which rows are not made yet.
async fn remind(
    live: &LiveHandle,
    storage: &dyn Storage,
    policy: &Policy,
    directory: &Directory,
) -> Result<(), StorageError> {
    match relevance::unfinished(storage, directory, &policy.campaign).await {
        Ok(Some(layout)) => live.tell(Event::CampaignChanged(layout)).await,
        Ok(None) => {}
        Err(error) => tracing::error!("catalogue not read: {error}"),
    }
    live.order(Order::Views(views::load(storage).await?)).await;
    Ok(())
}

fn door(listener: TcpListener, office: &Arc<Office>, config: &Config) -> Result<Door, StartError> {
    Ok(Door {
        listener,
        routes: router(office.clone()),
        tls: office.tls.as_ref().map(|tls| tls.acceptor()).transpose()?,
        proxies: config.proxies.clone(),
        lines_per_address: config.lines_per_address,
    })
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(address),
        _ => StartError::Listen { address, error },
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let own = listener.local_addr().map_err(failed)?;
    Ok((listener, own))
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
    door: Door,
    listen: IpAddr,
    office: Arc<Office>,
    live_task: JoinHandle<()>,
    lock: File,
    audit_days: u32,
}

/// Serves until told to stop, then ends in order: lines, loop, database, lock.
async fn run(parts: Parts, mut stop: watch::Receiver<bool>) {
    let office = parts.office;
    let cleaning = tokio::spawn(clean(office.clone(), parts.listen, parts.audit_days));
    let reminding = tokio::spawn(reminders::run(office.clone()));
    let counting = tokio::spawn(count_ahead(office.clone()));
    let (end, ending) = watch::channel(false);
    let mut serving = tokio::spawn(parts.door.serve(ending));
    let is_serving = tokio::select! {
        // Also when the one who could stop it is gone.
        _ = stop.wait_for(|stop| *stop) => true,
        ended = &mut serving => {
            tracing::error!("http ended by itself: {ended:?}");
            false
        }
    };
    end.send(true).ok();
    tracing::info!("stopping");
    cleaning.abort();
    reminding.abort();
    counting.abort();
    office.live.tell(Event::Stop).await;
    let in_order = async {
        // The loop's end closes the lines; requests that are still answered get a moment.
        parts.live_task.await.ok();
        if is_serving {
            timeout(REQUESTS_MAX, &mut serving).await.ok();
        }
    };
    if timeout(STOP_MAX, in_order).await.is_err() {
        tracing::warn!("not everything ended in time");
    }
    serving.abort();
    if let Err(error) = office.storage.close().await {
        tracing::warn!("database not closed: {error}");
    }
    drop(parts.lock);
    tracing::info!("stopped");
}

/// Counts the weeks of the board, for which every sheet is read, before somebody waits for it.
async fn count_ahead(office: Arc<Office>) {
    let policy = office.policy.get();
    let own = policy.own_author();
    let reader = office.reader(&policy, &own);
    let counted = match office.storage.last_change().await {
        // Nobody has written anything yet: the first who asks finds little to count.
        Ok(ChangeNumber(0)) => return,
        Ok(_) => office
            .boards
            .weeks(reader, &policy, office.writable.written())
            .await
            .map(drop),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = counted {
        tracing::warn!("the board is counted when it is asked for: {error}");
    }
}

async fn clean(office: Arc<Office>, listen: IpAddr, audit_days: u32) {
    let mut hours = tokio::time::interval(CLEANING);
    loop {
        hours.tick().await;
        if let Some(tls) = &office.tls
            && let Err(error) = tls.renew(listen, Timestamp::now())
        {
            tracing::error!("the certificate in use is kept: {error}");
        }
        let oldest = Millis(office.clock.now().0 - i64::from(audit_days) * DAY_MILLIS);
        if let Err(error) = office.storage.remove_audit(oldest).await {
            tracing::warn!("old entries of the audit log not removed: {error}");
        }
        if let Err(error) = office.storage.remove_expired(office.clock.now()).await {
            tracing::warn!("expired sessions not removed: {error}");
        }
    }
}
