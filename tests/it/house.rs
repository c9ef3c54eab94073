//! A real server inside the test, on a port of its own, with a clock that can be set at each start.

use std::{net::SocketAddr, path::PathBuf};

use diaodu_server::{
    config::{ClockStart, Config, DEMO_CLOCK, TlsChoice},
    http::sender::Proxies,
    reminders::Transports,
    serve::{self, Running},
    text::Language,
};
use diaodu_sync::event::Millis;
use diaodu_tests::{
    interop::{ClientError, Desk},
    process::{DataCopy, Folder, PASSWORD},
};
use tokio::sync::OnceCell;

/// The sheet that most tests write: a street that has rows of nearly every measure.
pub const STREET: &str = "s-hongying";

/// What the first start of a demo leaves: made once for all tests.
static EMPTY_WEEK: OnceCell<DataCopy> = OnceCell::const_new();
/// The same with the sample week.
static SAMPLE_WEEK: OnceCell<DataCopy> = OnceCell::const_new();

/// Reads a moment of the campaign's calendar: `2021-04-16T16:00:00`.
fn millis(moment: &str) -> Millis {
    let moment: jiff::Timestamp = format!("{moment}+08:00").parse().unwrap();
    Millis(moment.as_millisecond())
}

/// A server and its data folder.
pub struct House {
    running: Option<Running>,
    folder: Folder,
}

impl House {
    /// Opens a demo server with the sample campaign.
    pub async fn open() -> House {
        Self::open_with(false).await
    }

    /// Opens a demo server, with the sample week filled in or not, that goes on from what a first start has made.
    pub async fn open_with(sample: bool) -> House {
        let mut house = House {
            running: None,
            folder: Folder::new("house"),
        };
        House::made_with(sample).await.write(&house.data());
        house.start(sample, ClockStart::Default).await;
        house
    }

    async fn made_with(sample: bool) -> &'static DataCopy {
        let made = if sample { &SAMPLE_WEEK } else { &EMPTY_WEEK };
        made.get_or_init(async || {
            let mut first = House::open_first(sample).await;
            first.close().await;
            DataCopy::of(&first.data())
        })
        .await
    }

    /// Opens a demo server on an empty folder.
    pub async fn open_first(sample: bool) -> House {
        let mut house = House {
            running: None,
            folder: Folder::new("house"),
        };
        house.start(sample, ClockStart::Default).await;
        house
    }

    /// Opens a demo server with another door: TLS, proxies, limits.
    pub async fn open_as(change: impl FnOnce(Config) -> Config) -> House {
        let folder = Folder::new("house");
        let mut house = House {
            running: None,
            folder,
        };
        let config = house.demo(false, ClockStart::Default);
        house.running = Some(serve::start(change(config)).await.unwrap());
        house
    }

    /// Starts a closed server again, otherwise than a demo starts.
    pub async fn reopen_as(mut self, change: impl FnOnce(Config) -> Config) -> House {
        self.close().await;
        let config = self.demo(false, ClockStart::Default);
        self.running = Some(serve::start(change(config)).await.unwrap());
        self
    }

    /// Stops the server and starts it again so many days after the demo's moment, to keep the audit log for so long.
    pub async fn reopen_keeping(&mut self, after_days: i64, audit_days: u32) {
        self.close().await;
        let clock = ClockStart::At(Millis(DEMO_CLOCK.0 + after_days * 24 * 3_600_000));
        let config = Config {
            audit_days,
            ..self.demo(false, clock)
        };
        self.running = Some(serve::start(config).await.unwrap());
    }

    /// Stops the server and starts it again, so many minutes after the demo's moment.
    pub async fn reopen_after(&mut self, minutes: i64) {
        self.close().await;
        self.start(
            false,
            ClockStart::At(Millis(DEMO_CLOCK.0 + minutes * 60_000)),
        )
        .await;
    }

    /// Opens a demo server whose clock stands at this moment until it is turned.
    pub async fn open_at(moment: &str) -> House {
        let folder = Folder::new("house");
        let mut house = House {
            running: None,
            folder,
        };
        house.reopen_at(moment).await;
        house
    }

    /// Stops the server and starts it again at this moment; its clock stands there until it is turned.
    pub async fn reopen_at(&mut self, moment: &str) {
        self.close().await;
        self.start(false, ClockStart::At(millis(moment))).await;
        let clock = &self.running.as_ref().unwrap().clock;
        clock.turn(Some(clock.now()));
    }

    /// Turns the server's clock to this moment; it stands there.
    pub fn turn(&self, moment: &str) {
        let clock = &self.running.as_ref().unwrap().clock;
        clock.turn(Some(millis(moment)));
    }

    /// Opens another server on a copy of what a closed one has on disk.
    pub async fn twin_at(&self, moment: &str) -> House {
        let mut twin = House {
            running: None,
            folder: Folder::new("twin"),
        };
        DataCopy::of(&self.data()).write(&twin.data());
        twin.reopen_at(moment).await;
        twin
    }

    /// Stops the server in order.
    pub async fn close(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Where the database lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().address
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.running.as_ref().unwrap().address)
    }

    /// How many rows of the sample were written at the last start.
    pub fn sample_rows(&self) -> usize {
        self.running.as_ref().unwrap().sample_rows
    }

    /// Signs in at a unit's account.
    pub async fn desk(&self, account: &str) -> Desk {
        self.try_desk(account, PASSWORD).await.unwrap()
    }

    /// Tries to sign in.
    pub async fn try_desk(&self, account: &str, password: &str) -> Result<Desk, ClientError> {
        Desk::sign_in(&self.url(), account, password).await
    }

    /// How a server starts that is no demo.
    pub fn config(data: PathBuf) -> Config {
        Config {
            data,
            listen: ([127, 0, 0, 1], 0).into(),
            demo: false,
            sample: false,
            clock: ClockStart::Default,
            campaign: None,
            session_days: 30,
            session_idle_days: 8,
            audit_days: 400,
            tls: TlsChoice::Off,
            proxies: Proxies::none(),
            lines_per_address: 300,
            transports: Transports::default(),
            demo_password: None,
            language: Language::Chinese,
        }
    }

    async fn start(&mut self, sample: bool, clock: ClockStart) {
        let config = self.demo(sample, clock);
        self.running = Some(serve::start(config).await.unwrap());
    }

    fn demo(&self, sample: bool, clock: ClockStart) -> Config {
        Config {
            demo: true,
            sample,
            clock,
            demo_password: Some(PASSWORD.to_owned()),
            ..House::config(self.data())
        }
    }
}
