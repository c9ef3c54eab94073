//! Prints what the server's hub costs: CPU per edit with many offices, and per change with a long history.
//!
//! `cargo run --release -p diaodu-sync --example cost -- 0 50000`

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use automerge::{
    ActorId, Automerge, AutomergeError, ObjType, PatchLog, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};
use diaodu_sync::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Line, Millis, Stored},
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::repo::DocumentId;

const SHEET: DocumentId = DocumentId([9; 16]);
const NOW: Millis = Millis(1_618_558_200_000);
const ROWS: usize = 30;
const COLUMNS: usize = 12;

struct Open;

/// CPU time of this thread: a busy machine must not count.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

impl Gatekeeper for Open {
    fn may_read(&self, _: &Author, _: &DocumentId) -> bool {
        true
    }

    fn judge(
        &self,
        _: &Author,
        _: &DocumentId,
        _: &Automerge,
        _: &CellAddress,
        _: Option<&ScalarValue>,
    ) -> Result<(), String> {
        Ok(())
    }
}

fn put(tx: &mut Transaction<'_>, cell: usize, text: String) -> Result<(), AutomergeError> {
    let (_, rows) = tx.get(ROOT, "rows")?.ok_or(AutomergeError::Fail)?;
    let (_, row) = tx
        .get(&rows, format!("m{:02}", cell % ROWS))?
        .ok_or(AutomergeError::Fail)?;
    tx.put(&row, format!("c{}", cell / ROWS % COLUMNS), text)
}

fn sheet(history: usize) -> Automerge {
    let mut sheet = Automerge::new().with_actor(ActorId::from([0xaa; 16]));
    let made = sheet.transact::<_, _, AutomergeError>(|tx| {
        let rows = tx.put_object(ROOT, "rows", ObjType::Map)?;
        for row in 0..ROWS {
            tx.put_object(&rows, format!("m{row:02}"), ObjType::Map)?;
        }
        Ok(())
    });
    made.expect("an empty document takes a layout");
    for edit in 0..history {
        sheet.set_actor(ActorId::from([(edit % 7) as u8; 16]));
        let mut tx = sheet
            .transaction_log_patches(PatchLog::inactive())
            .expect("no other transaction");
        put(&mut tx, edit * 7, format!("第{edit}次")).expect("the row is there");
        tx.commit();
    }
    sheet
}

/// A hub whose disk answers at once, with the time spent in it.
struct Node {
    hub: Hub,
    stored: Stored,
    outbox: VecDeque<(ConnectionId, Vec<u8>)>,
    spent: Duration,
    bytes_sent: usize,
}

impl Node {
    fn new(name: String, stored: Stored, seed: u8) -> Self {
        Node {
            hub: Hub::new(name, [seed; 32]),
            stored,
            outbox: VecDeque::new(),
            spent: Duration::ZERO,
            bytes_sent: 0,
        }
    }

    fn tell(&mut self, event: Event) {
        let start = cpu();
        let effects = self.hub.handle(NOW, event, &Open);
        self.spent += cpu() - start;
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Load(id) => {
                    let stored = std::mem::take(&mut self.stored);
                    self.tell(Event::Loaded(id, stored));
                }
                Effect::Save(ticket, _, _) => self.tell(Event::Saved(ticket)),
                Effect::Send(connection, bytes) => {
                    self.bytes_sent += bytes.len();
                    self.outbox.push_back((connection, bytes));
                }
                Effect::Hangup(_, why) => panic!("hung up: {why:?}"),
                Effect::Refused(_, _, why) => panic!("refused: {why:?}"),
                Effect::Damaged(_, why) => panic!("damaged: {why}"),
                Effect::Changed(..)
                | Effect::Unsent(..)
                | Effect::Acknowledged(..)
                | Effect::Ready(_)
                | Effect::Unavailable(_)
                | Effect::Presence(..)
                | Effect::Received(..)
                | Effect::Rewrite(..)
                | Effect::Held(..) => {}
            }
        }
    }

    fn write(&mut self, author: &Author, cell: usize, text: String) {
        let written = self
            .hub
            .change(NOW, SHEET, author, |tx| put(tx, cell, text));
        self.perform(written.expect("the sheet is open").1);
    }
}

struct World {
    server: Node,
    pages: Vec<Node>,
}

impl World {
    fn new(document: &Automerge, pages: usize) -> Self {
        let stored = Stored {
            snapshot: document.save(),
            ..Stored::default()
        };
        let mut world = World {
            server: Node::new("server".to_owned(), stored, 255),
            pages: Vec::new(),
        };
        for number in 0..pages {
            let mut page = Node::new(
                format!("page-{number}"),
                Stored::default(),
                number as u8 + 1,
            );
            let line = ConnectionId(number as u64);
            page.tell(Event::Open(SHEET));
            page.tell(Event::Connected(
                line,
                Line::Dialled,
                Author("@server".into()),
            ));
            world.server.tell(Event::Connected(
                line,
                Line::Accepted,
                Author(format!("u{number}").into()),
            ));
            world.pages.push(page);
            while world.carry() {}
        }
        (world.server.spent, world.server.bytes_sent) = (Duration::ZERO, 0);
        world
    }

    /// Carries what is under way once.
    fn carry(&mut self) -> bool {
        let mut moved = false;
        for (number, page) in self.pages.iter_mut().enumerate() {
            while let Some((_, bytes)) = page.outbox.pop_front() {
                moved = true;
                self.server
                    .tell(Event::Frame(ConnectionId(number as u64), bytes));
            }
        }
        while let Some((line, bytes)) = self.server.outbox.pop_front() {
            moved = true;
            self.pages[line.0 as usize].tell(Event::Frame(line, bytes));
        }
        moved
    }
}

/// 20 offices, 50 edits each; `together`: all write, then frames are carried.
fn relay(document: &Automerge, history: usize, together: bool) {
    let mut world = World::new(document, 20);
    let start = Instant::now();
    for edit in 0..1_000 {
        let author = Author(format!("u{}", edit % 20).into());
        world.pages[edit % 20].write(&author, edit * 11, format!("填报{edit}"));
        if !together || edit % 20 == 19 {
            while world.carry() {}
        }
    }
    let heads = world.server.hub.durable_heads(&SHEET);
    assert!(
        world
            .pages
            .iter()
            .all(|page| page.hub.durable_heads(&SHEET) == heads),
        "all are equal"
    );
    println!(
        "relay, 20 offices x 50 edits, {history} changes of history, {}: {:.3} ms of server CPU and {} bytes sent per edit, {:.2} s in all",
        if together {
            "all at once"
        } else {
            "one by one"
        },
        world.server.spent.as_secs_f64(),
        world.server.bytes_sent / 1_000,
        start.elapsed().as_secs_f64(),
    );
}

/// One office, one cell each time: read, judge, apply, hand to the disk.
fn intake(document: &Automerge, history: usize) {
    let mut world = World::new(document, 1);
    let author = Author("u0".into());
    let mut costs = Vec::new();
    for edit in 0..500 {
        world.pages[0].write(&author, edit * 11, format!("填报{edit}"));
        let Some((line, bytes)) = world.pages[0].outbox.pop_front() else {
            continue;
        };
        let start = cpu();
        let effects =
            world
                .server
                .hub
                .handle(NOW, Event::Frame(ConnectionId(line.0), bytes), &Open);
        costs.push(cpu() - start);
        world.server.perform(effects);
        while world.carry() {}
    }
    costs.sort();
    let at = |part: usize| costs[costs.len() * part / 100].as_micros();
    println!(
        "intake of one change, {history} changes of history: p50 {} us, p95 {} us (frame, gate, apply)",
        at(50),
        at(95)
    );
}

/// A page comes for the first time.
fn first_sync(document: &Automerge, history: usize) {
    let mut world = World::new(document, 0);
    world.server.tell(Event::Open(SHEET));
    world.server.spent = Duration::ZERO;
    let mut page = Node::new("page".to_owned(), Stored::default(), 1);
    page.tell(Event::Open(SHEET));
    page.tell(Event::Connected(
        ConnectionId(0),
        Line::Dialled,
        Author("@server".into()),
    ));
    world.server.tell(Event::Connected(
        ConnectionId(0),
        Line::Accepted,
        Author("u".into()),
    ));
    world.pages.push(page);
    while world.carry() {}
    println!(
        "first sync, {history} changes of history: {} bytes, {:.1} ms of server, {:.1} ms of page",
        world.server.bytes_sent,
        world.server.spent.as_secs_f64() * 1e3,
        world.pages[0].spent.as_secs_f64() * 1e3,
    );
}

/// Twenty offices were away for a week.
fn homecoming() {
    let document = sheet(0);
    let mut world = World::new(&document, 20);
    for number in 0..20 {
        world.server.tell(Event::Disconnected(ConnectionId(number)));
        world.pages[number as usize].tell(Event::Disconnected(ConnectionId(number)));
        world.pages[number as usize].outbox.clear();
        let author = Author(format!("u{number}").into());
        for edit in 0..1_400 {
            world.pages[number as usize].write(
                &author,
                edit * 13 + number as usize,
                format!("离线{number}.{edit}"),
            );
        }
    }
    let start = Instant::now();
    for number in 0..20_u64 {
        world.pages[number as usize].tell(Event::Connected(
            ConnectionId(number),
            Line::Dialled,
            Author("@server".into()),
        ));
        world.server.tell(Event::Connected(
            ConnectionId(number),
            Line::Accepted,
            Author(format!("u{number}").into()),
        ));
    }
    world.server.spent = Duration::ZERO;
    while world.carry() {}
    let heads = world.server.hub.durable_heads(&SHEET);
    let equal = world
        .pages
        .iter()
        .all(|page| page.hub.durable_heads(&SHEET) == heads);
    println!(
        "20 offices back with 1,400 edits each: server {:.2} s, all 21 together {:.2} s, equal: {equal}",
        world.server.spent.as_secs_f64(),
        start.elapsed().as_secs_f64(),
    );
}

/// From the command line, or the usual ones.
fn histories() -> Vec<usize> {
    let asked: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok())
        .collect();
    if asked.is_empty() {
        vec![0, 10_000, 50_000]
    } else {
        asked
    }
}

fn main() {
    for history in histories() {
        let document = sheet(history);
        relay(&document, history, false);
        relay(&document, history, true);
        intake(&document, history);
        first_sync(&document, history);
    }
    first_sync(&sheet(900), 900);
    homecoming();
}
