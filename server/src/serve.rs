//! Starts and stops a server: premises, loop, HTTP.

use std::{fs::File, net::SocketAddr, sync::Arc, time::Duration};

use diaodu_plan::campaign::WeekNumber;
use diaodu_sync::event::Millis;
use jiff::Timestamp;
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    accounts::throttle::Throttle,
    clock::Clock,
    config::{AUDIT_DAYS_MIN, Config, DAY_MILLIS, STOP_MAX},
    gatekeeper::Gate,
    http::{Office, SessionLimits, router},
    live::{self, Event, LiveHandle},
    policy::PolicyCell,
    premises::{Demo, Premises, StartError},
    sample,
    saver::Writable,
    storage::{Storage, StorageError},
    views,
};

/// An hour between two looks for expired passes.
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
    stopping: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

/// Starts a server and returns when it listens and everything is in place.
pub async fn start(config: Config) -> Result<Running, StartError> {
    if config.demo && !config.listen.ip().is_loopback() {
        return Err(StartError::DemoAddress(config.listen));
    }
    let premises = Premises::prepare(&config).await?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr().map_err(|error| StartError::Listen {
        address: config.listen,
        error,
    })?;
    let Premises {
        lock,
        storage,
        clock,
        policy,
        directory,
        demo,
        setup,
    } = premises;
    let frozen: Vec<_> = policy.frozen.iter().copied().collect();
    let campaign = policy.campaign.clone();
    let policy = PolicyCell::new(policy);
    let writable = Writable::default();
    let (live, live_task) = live::start(live::Parts {
        storage: storage.clone(),
        gate: Gate::new(directory.clone(), policy.clone()),
        clock: clock.clone(),
        writable: writable.clone(),
    });
    let sample_rows = if config.sample {
        sample::write(&*storage, &live, &clock, &campaign, &directory).await?
    } else {
        0
    };
    remind(&live, &*storage, &clock, frozen)
        .await
        .map_err(|error| StartError::Storage {
            path: config.data.clone(),
            error,
        })?;
    let throttle = Throttle::default();
    let office = Office {
        storage: storage.clone(),
        live: live.clone(),
        clock,
        policy,
        directory,
        writable,
        throttle,
        demo: config.demo,
        sessions: SessionLimits {
            millis: i64::from(config.session_days) * DAY_MILLIS,
            idle_millis: i64::from(config.session_idle_days) * DAY_MILLIS,
        },
    };
    let (stopping, stop) = watch::channel(false);
    let audit_days = config.audit_days.max(AUDIT_DAYS_MIN);
    let office = Arc::new(office);
    let parts = Parts {
        listener,
        office,
        live,
        live_task,
        storage,
        lock,
        audit_days,
    };
    let ended = tokio::spawn(run(parts, stop));
    tracing::info!(%address, "listening");
    Ok(Running {
        address,
        demo,
        setup,
        sample_rows,
        stopping,
        ended,
    })
}

/// Tells the loop what documents should say: a server that died in between kept it in its settings alone.
async fn remind(
    live: &LiveHandle,
    storage: &dyn Storage,
    clock: &Clock,
    frozen: Vec<WeekNumber>,
) -> Result<(), StorageError> {
    for week in frozen {
        let at = Timestamp::from_millisecond(clock.now().0).unwrap_or(Timestamp::UNIX_EPOCH);
        live.tell(Event::Frozen(week, at)).await;
    }
    let views = views::load(storage).await?;
    live.tell(Event::ViewsChanged(views)).await;
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => StartError::PortInUse(address),
            _ => StartError::Listen { address, error },
        })
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
    audit_days: u32,
}

/// Serves until told to stop, then ends in order: lines, loop, database, lock.
async fn run(parts: Parts, mut stop: watch::Receiver<bool>) {
    let cleaning = tokio::spawn(clean(parts.office.clone(), parts.audit_days));
    let service = router(parts.office).into_make_service_with_connect_info::<SocketAddr>();
    let (end, ending) = oneshot::channel::<()>();
    let server = axum::serve(parts.listener, service).with_graceful_shutdown(async move {
        ending.await.ok();
    });
    let mut serving = tokio::spawn(async move { server.await });
    let is_serving = tokio::select! {
        // Also when the one who could stop it is gone.
        _ = stop.wait_for(|stop| *stop) => true,
        ended = &mut serving => {
            tracing::error!("http ended by itself: {ended:?}");
            false
        }
    };
    end.send(()).ok();
    tracing::info!("stopping");
    cleaning.abort();
    parts.live.tell(Event::Stop).await;
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
    if let Err(error) = parts.storage.close().await {
        tracing::warn!("database not closed: {error}");
    }
    drop(parts.lock);
    tracing::info!("stopped");
}

async fn clean(office: Arc<Office>, audit_days: u32) {
    let mut hours = tokio::time::interval(CLEANING);
    loop {
        hours.tick().await;
        let oldest = Millis(office.clock.now().0 - i64::from(audit_days) * DAY_MILLIS);
        if let Err(error) = office.storage.remove_audit(oldest).await {
            tracing::warn!("old entries of the audit log not removed: {error}");
        }
        if let Err(error) = office.storage.remove_expired(office.clock.now()).await {
            tracing::warn!("expired sessions not removed: {error}");
        }
    }
}
