//! The server, its clock and who is at their desks. What is done goes into one text.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write,
};

use automerge::ScalarValue;
use diaodu_interchange::sample::campaign;
use diaodu_plan::{
    campaign::{Campaign, WeekNumber},
    layout::hub::{self, Cut},
    row::RowId,
};
use diaodu_tests::{
    disk::Disk,
    interop::{Client, Desk},
};
use fastrand::Rng;
use reqwest::Method;
use serde_json::Value;

use super::offices::Act;
use crate::{accounts::ask, house::House};

/// The office's own account.
pub const OFFICE: &str = "u-gongjianban";

/// 24 and 7 days: before a session ends by itself (30) or because nobody used it (8).
const SESSION_MS_MAX: i64 = 24 * DAY_MS;
const UNUSED_MS_MAX: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 86_400_000;

/// Cells of a row, by column.
pub type Cells = Vec<(&'static str, ScalarValue)>;

/// Somebody who has signed in, and when.
struct Seat {
    desk: Desk,
    since: i64,
    used: i64,
}

/// The campaign as it is played.
pub struct Stage {
    house: House,
    pub campaign: Campaign,
    pub rng: Rng,
    /// Where the clock stands.
    now: i64,
    seats: BTreeMap<String, Seat>,
    urls: BTreeMap<(String, Option<u8>, Option<String>), String>,
    /// What offices that nobody directs do next, in order of time.
    pub acts: VecDeque<Act>,
    /// Rows whose receipts must have been written before a week is frozen.
    receipts: BTreeMap<u8, BTreeSet<RowId>>,
    said: String,
}

/// Reads a moment of the campaign's calendar: `2021-04-16T16:00:00`.
pub fn at(moment: &str) -> i64 {
    let moment: jiff::Timestamp = format!("{moment}+08:00").parse().unwrap();
    moment.as_millisecond()
}

/// `04-16 15:59:59.999`, in the campaign's own time.
pub fn shown(millis: i64) -> String {
    local(millis, "%m-%d %H:%M:%S%.3f")
}

/// A moment in the campaign's own time.
pub fn local(millis: i64, format: &str) -> String {
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap();
    let local = jiff::tz::offset(8).to_datetime(moment);
    local.strftime(format).to_string()
}

impl Stage {
    /// Opens the office's building on the first morning.
    pub async fn open(seed: u64) -> Stage {
        let morning = "2021-04-06T09:00:00";
        let mut stage = Stage {
            house: House::open_at(morning).await,
            campaign: campaign(),
            rng: Rng::with_seed(seed),
            now: at(morning),
            seats: BTreeMap::new(),
            urls: BTreeMap::new(),
            acts: VecDeque::new(),
            receipts: BTreeMap::new(),
            said: String::new(),
        };
        let documents = stage.desk(OFFICE).await.documents().await.unwrap();
        for entry in documents {
            stage
                .urls
                .insert((entry.kind, entry.week, entry.unit), entry.url);
        }
        stage
    }

    /// Ends the play.
    pub fn end(self) -> (House, String) {
        assert!(self.acts.is_empty(), "everybody has had a turn");
        (self.house, self.said)
    }

    /// Writes down what happens now.
    pub fn say(&mut self, what: &str) {
        let now = shown(self.now);
        writeln!(self.said, "{now} {what}").unwrap();
    }

    /// Writes down a heading.
    pub fn heading(&mut self, what: &str) {
        writeln!(self.said, "# {what}").unwrap();
    }

    /// Lets everybody do what they do before this moment, then turns the clock to it.
    pub async fn reach(&mut self, moment: &str) {
        let end = at(moment);
        assert!(end >= self.now, "{moment} is past");
        while self.acts.front().is_some_and(|act| act.at < end) {
            let act = self.acts.pop_front().unwrap();
            self.turn(act.at);
            let what = act.told();
            self.say(&what);
            self.write(act.week, &act.unit, &act.rows).await;
        }
        self.turn(end);
    }

    fn turn(&mut self, millis: i64) {
        self.now = millis;
        self.house.turn(&local(millis, "%Y-%m-%dT%H:%M:%S%.3f"));
    }

    /// Stops the server and starts it again at one moment; goes on at another.
    pub async fn reopen(&mut self, start: &str, go_on: &str) {
        self.house.close().await;
        self.say("服务器停止");
        self.house.reopen_at(start).await;
        for seat in self.seats.values_mut() {
            seat.desk.server = self.house.url();
        }
        self.turn(at(go_on));
        self.say("服务器已重新启动");
    }

    /// Starts the server again with its clock set back; asserts that it does not go back.
    pub async fn set_back(&mut self, to: &str, go_on: &str) {
        let before = self.now;
        self.house.close().await;
        self.house.reopen_at(to).await;
        for seat in self.seats.values_mut() {
            seat.desk.server = self.house.url();
        }
        let session = self.get(OFFICE, "/api/session").await;
        let told = session["now_ms"].as_i64().unwrap();
        assert!(told >= before, "{} after {}", shown(told), shown(before));
        self.say(&format!(
            "服务器重新启动，机器时钟拨回 {}：服务器的钟不倒走",
            shown(at(to))
        ));
        self.turn(at(go_on));
    }

    /// Returns somebody's desk; they sign in where they must.
    pub async fn desk(&mut self, account: &str) -> Desk {
        let now = self.now;
        let fresh = |seat: &&mut Seat| {
            now - seat.since < SESSION_MS_MAX && now - seat.used < UNUSED_MS_MAX + DAY_MS / 2
        };
        if let Some(seat) = self.seats.get_mut(account).filter(fresh) {
            seat.used = now;
            return seat.desk.clone();
        }
        let desk = self.house.desk(account).await;
        let seat = Seat {
            desk: desk.clone(),
            since: now,
            used: now,
        };
        self.seats.insert(account.to_owned(), seat);
        desk
    }

    /// Asks for something that is there.
    pub async fn get(&mut self, account: &str, path: &str) -> Value {
        let desk = self.desk(account).await;
        let (status, body) = ask(&desk, Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Has a command carried out.
    pub async fn command(&mut self, account: &str, body: Value) -> Value {
        let desk = self.desk(account).await;
        crate::accounts::command(&desk, body).await
    }

    /// Has a command refused; returns the word.
    pub async fn refused(&mut self, account: &str, body: Value) -> String {
        let desk = self.desk(account).await;
        let (status, answer) = ask(&desk, Method::POST, "/api/commands", body.clone()).await;
        assert_ne!(status, 200, "{body}: {answer}");
        answer["error"].as_str().unwrap().to_owned()
    }

    /// The address of a sheet.
    pub fn sheet(&self, week: u8, unit: &str) -> String {
        let key = ("sheet".to_owned(), Some(week), Some(unit.to_owned()));
        self.urls[&key].clone()
    }

    /// Writes rows in one change, as a desk does that pastes and reports all; they must be taken.
    pub async fn write(&mut self, week: u8, unit: &str, rows: &[(String, Cells)]) {
        let refused = self.write_from(week, unit, rows, Disk::default()).await;
        assert_eq!(refused, None, "week {week}, {unit}");
        for (row, cells) in rows {
            let reports = cells.iter().find(|(column, _)| *column == "report");
            let known = self.receipts.entry(week).or_default();
            match reports.and_then(|(_, value)| value.as_str()) {
                Some("撤回") | None => {}
                Some(_) => {
                    known.insert(RowId(row.clone()));
                }
            }
        }
    }

    /// Sends what a machine has kept, and writes more; returns why it is refused, if it is.
    pub async fn write_from(
        &mut self,
        week: u8,
        unit: &str,
        rows: &[(String, Cells)],
        disk: Disk,
    ) -> Option<String> {
        let (desk, url) = (self.desk(unit).await, self.sheet(week, unit));
        let mut client = desk.dial_with(disk).await.unwrap();
        let id = client.open(&url).await.unwrap();
        let rows: Vec<_> = rows
            .iter()
            .map(|(row, cells)| (row.as_str(), cells.as_slice()))
            .collect();
        if !rows.is_empty() {
            client.put_rows(id, &rows).await.unwrap();
        }
        let answered = |client: &Client| client.unsent() == 0 || client.held(id).is_some();
        client.until("an answer", answered).await.unwrap();
        client.held(id).map(str::to_owned)
    }

    /// Returns what a machine has on disk after it has had a sheet open.
    pub async fn kept(&mut self, week: u8, unit: &str) -> (Disk, diaodu_wire::repo::DocumentId) {
        let (desk, url) = (self.desk(unit).await, self.sheet(week, unit));
        let mut client = desk.dial().await.unwrap();
        let id = client.open(&url).await.unwrap();
        (std::mem::take(&mut client.disk), id)
    }

    /// Takes a row off those that have a receipt, and waits until the hub has done so too.
    pub async fn withdrawn(&mut self, week: u8, row: &str) {
        let row = RowId(row.to_owned());
        self.receipts.entry(week).or_default().remove(&row);
        self.settle(week, |_| true).await;
    }

    /// Waits until the week's hub has exactly the receipts that it must have, and what else is claimed of it.
    pub async fn settle(
        &mut self,
        week: u8,
        claim: impl Fn(&BTreeMap<RowId, diaodu_plan::report::Standing>) -> bool,
    ) -> usize {
        let desk = self.desk(OFFICE).await;
        let url = self.urls[&("hub".to_owned(), Some(week), None)].clone();
        let mut client = desk.dial().await.unwrap();
        let id = client.open(&url).await.unwrap();
        let expected = self.receipts.entry(week).or_default();
        let stands = |client: &Client| {
            let document = client.document(id).unwrap();
            let receipts = hub::read(document).unwrap().receipts;
            receipts.keys().eq(expected.iter()) && claim(&hub::reports(document))
        };
        client.until("the receipts", stands).await.unwrap();
        expected.len()
    }

    /// Waits until the snapshot of the due moment stands in the week's hub.
    pub async fn cut(&mut self, week: u8) {
        let desk = self.desk(OFFICE).await;
        let url = self.urls[&("hub".to_owned(), Some(week), None)].clone();
        let mut client = desk.dial().await.unwrap();
        let id = client.open(&url).await.unwrap();
        let is_cut =
            |client: &Client| hub::snapshots(client.document(id).unwrap()).contains_key(&Cut::Due);
        client.until("the snapshot", is_cut).await.unwrap();
    }

    /// The rows of a unit in a week, in the order of the plan.
    pub fn rows_of(&self, week: u8, unit: &str) -> Vec<String> {
        let rows = diaodu_plan::row::rows(&self.campaign, WeekNumber(week));
        let own = rows.into_iter().filter(|row| row.unit.0 == unit);
        own.map(|row| row.id.0).collect()
    }
}
