//! The gate: microseconds for one change to one cell of a sheet with a long history, in memory and without a disk.

use std::{cell::Cell, time::Instant};

use automerge::{
    ActorId, Automerge, Change, ChangeHash, ROOT, ReadDoc, ScalarValue,
    sync::{ChunkList, Message, MessageVersion},
    transaction::Transactable,
};
use diaodu_interchange::sample::campaign;
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    layout::DocumentKind,
    permission::{AccountRole, Author as Person, Visibility},
};
use diaodu_server::{
    config::DEMO_CLOCK,
    documents,
    gatekeeper::{Directory, Gate},
    policy::{Policy, PolicyCell},
};
use diaodu_sync::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Line, Stored},
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::repo::{DocumentId, Frame, Sync};

use crate::{
    Outcome,
    figures::{against, quantiles},
    relay::{COLUMNS, STREET},
};

const CHANGES: usize = 2_000;
/// What a page writes while it has no line for a week: 200 edits a day, ten days.
const OFFLINE: usize = 2_000;
/// As many as the relay has clients.
const ACTORS: usize = 20;
const HISTORIES: [usize; 3] = [0, 10_000, 50_000];
/// So many changes somebody writes without seeing another.
const TOGETHER: usize = 20;
const BOUND_US: f64 = 50.0;
const LINE: ConnectionId = ConnectionId(1);

pub fn run() -> Outcome<()> {
    for history in HISTORIES {
        println!("gate, one cell a change, {history} changes of history:");
        for (what, sees_others) in [("on the newest", true), ("beside somebody else", false)] {
            let mut scene = Scene::set(history)?;
            let mut times = Times::default();
            for number in 0..CHANGES {
                scene.one(number, sees_others, &mut times)?;
            }
            times.print(what);
        }
        let mut scene = Scene::set(history)?;
        let took_ms = scene.many(OFFLINE)?;
        println!(
            "  {OFFLINE} changes in one message: {took_ms:.0} ms, judged, applied and relayed"
        );
    }
    Ok(())
}

/// Microseconds from the frame to the judge, of the judge, and after it.
#[derive(Default)]
struct Times {
    validate: Vec<f64>,
    judge: Vec<f64>,
    gate: Vec<f64>,
    apply: Vec<f64>,
}

impl Times {
    fn print(self, what: &str) {
        let [validate, judge, gate, apply] =
            [self.validate, self.judge, self.gate, self.apply].map(quantiles);
        println!(
            "  {what}: p50 {:.0} µs, p95 {:.0} µs {} (p95: read and validate {:.0}, judge {:.1}); apply and answer p50 {:.0}, p95 {:.0}",
            gate.0,
            gate.1,
            against(gate.1, BOUND_US, "µs"),
            validate.1,
            judge.1,
            apply.0,
            apply.1
        );
    }
}

/// The server's gatekeeper with a stopwatch.
struct Stopwatch {
    gate: Gate,
    asked: Cell<Option<Instant>>,
    answered: Cell<Option<Instant>>,
}

impl Gatekeeper for Stopwatch {
    fn may_read(&self, author: &Author, document: &DocumentId) -> bool {
        self.gate.may_read(author, document)
    }

    fn judge(
        &self,
        author: &Author,
        document: &DocumentId,
        content: &Automerge,
        cell: &CellAddress,
        value: Option<&ScalarValue>,
    ) -> Result<(), String> {
        self.asked.set(Some(Instant::now()));
        let judged = self.gate.judge(author, document, content, cell, value);
        self.answered.set(Some(Instant::now()));
        judged
    }
}

/// A hub with one sheet, a street on a line, and its own copy.
struct Scene {
    hub: Hub,
    gate: Stopwatch,
    sheet: DocumentId,
    desk: Automerge,
    rows: Vec<String>,
}

impl Scene {
    fn set(history: usize) -> Outcome<Scene> {
        let campaign = campaign();
        let built = documents::build(&campaign, &[], DEMO_CLOCK)?;
        let kind = DocumentKind::Sheet(WeekNumber(2), UnitId(STREET.into()));
        let new = built.iter().find(|new| new.row.kind == kind);
        let new = new.ok_or("a sheet")?;
        let (sheet, server) = (new.row.id, new.actor.clone());
        let mut document = Automerge::load(&new.snapshot)?;
        let (_, map) = document.get(ROOT, "rows")?.ok_or("rows")?;
        let rows: Vec<String> = document.keys(&map).collect();
        let author = Author(STREET.into());
        let mut actors = vec![(server, Author("@server".into()))];
        for number in 0..history {
            let actor = ActorId::from([number.rem_euclid(ACTORS) as u8 + 1; 16]);
            if number < ACTORS {
                actors.push((actor.clone(), author.clone()));
            }
            document.set_actor(actor);
            write(&mut document, &rows, number, &format!("第{number}次填报"))?;
        }
        let rows_of_all = built.iter().map(|new| new.row.clone()).collect();
        let policy = PolicyCell::new(Policy {
            campaign,
            visibility: Visibility::All,
            frozen: [].into(),
        });
        let mut gate = Gate::new(Directory::new(rows_of_all).into(), policy);
        let person = Person {
            account: STREET.into(),
            unit: UnitId(STREET.into()),
            role: AccountRole::Unit,
        };
        gate.meet(author.clone(), person);
        let (asked, answered) = (Cell::new(None), Cell::new(None));
        let mut scene = Scene {
            hub: Hub::new("server".to_owned(), [7; 32]),
            gate: Stopwatch {
                gate,
                asked,
                answered,
            },
            sheet,
            desk: document.fork().with_actor(ActorId::from([0x77; 16])),
            rows,
        };
        let snapshot = document.save();
        let stored = Stored {
            snapshot,
            actors,
            ..Stored::default()
        };
        let join = Frame::Join {
            sender: "page".to_owned(),
            ours: true,
            versions: vec!["1".to_owned()],
        };
        scene.handle(Event::Connected(LINE, Line::Accepted, author));
        scene.handle(Event::Frame(LINE, join.encode()));
        let hello = scene.frame(document.get_heads(), Vec::new());
        scene.handle(Event::Frame(LINE, hello));
        scene.handle(Event::Loaded(sheet, stored));
        Ok(scene)
    }

    /// Takes one event, and says at once that everything is on disk; returns whether something was refused.
    fn handle(&mut self, event: Event) -> bool {
        let mut todo = vec![event];
        let mut refused = false;
        while let Some(event) = todo.pop() {
            for effect in self.hub.handle(DEMO_CLOCK, event, &self.gate) {
                match effect {
                    Effect::Save(ticket, _, _) => todo.push(Event::Saved(ticket)),
                    Effect::Refused(..) => refused = true,
                    _ => {}
                }
            }
        }
        refused
    }

    fn frame(&self, heads: Vec<ChangeHash>, chunks: Vec<Vec<u8>>) -> Vec<u8> {
        let message = Message {
            heads,
            need: Vec::new(),
            have: Vec::new(),
            changes: ChunkList::from(chunks),
            flags: None,
            version: MessageVersion::V1,
        };
        let sync = Sync {
            sender: "page".to_owned(),
            target: "server".to_owned(),
            document: self.sheet,
            data: message.encode(),
        };
        Frame::Sync(sync).encode()
    }

    /// Sends one change; where the author does not see others, somebody else has written since.
    fn one(&mut self, number: usize, sees_others: bool, times: &mut Times) -> Outcome<()> {
        if !sees_others && number.is_multiple_of(TOGETHER) {
            // It has caught up, and then somebody writes whom it does not see until it has written some more.
            let open = self.hub.document(&self.sheet).ok_or("open")?;
            let mut other = open.fork().with_actor(ActorId::from([0x78; 16]));
            self.desk = open.fork().with_actor(ActorId::from([0x77; 16]));
            let hello = self.frame(self.desk.get_heads(), Vec::new());
            self.handle(Event::Frame(LINE, hello));
            let beside = write(&mut other, &self.rows, number + 5, &format!("旁{number}"))?;
            let frame = self.frame(vec![beside.hash()], vec![beside.raw_bytes().to_vec()]);
            self.handle(Event::Frame(LINE, frame));
            self.gate.asked.take();
        }
        let change = write(&mut self.desk, &self.rows, number, &format!("量{number}"))?;
        let frame = self.frame(vec![change.hash()], vec![change.raw_bytes().to_vec()]);
        let began = Instant::now();
        let refused = self.handle(Event::Frame(LINE, frame));
        let ended = Instant::now();
        if refused {
            return Err("an honest change is refused".into());
        }
        let asked = self.gate.asked.take().ok_or("it was judged")?;
        let answered = self.gate.answered.take().ok_or("it was judged")?;
        let micros = |from: Instant, to: Instant| (to - from).as_secs_f64() * 1e6;
        times.validate.push(micros(began, asked));
        times.judge.push(micros(asked, answered));
        times.gate.push(micros(began, answered));
        times.apply.push(micros(answered, ended));
        Ok(())
    }

    /// Sends many changes at once; returns milliseconds.
    fn many(&mut self, count: usize) -> Outcome<f64> {
        let mut chunks = Vec::new();
        for number in 0..count {
            let change = write(&mut self.desk, &self.rows, number, &format!("补{number}"))?;
            chunks.push(change.raw_bytes().to_vec());
        }
        let frame = self.frame(self.desk.get_heads(), chunks);
        let began = Instant::now();
        if self.handle(Event::Frame(LINE, frame)) {
            return Err("an honest batch is refused".into());
        }
        Ok(began.elapsed().as_secs_f64() * 1000.0)
    }
}

/// Writes the cell that comes next.
fn write(document: &mut Automerge, rows: &[String], number: usize, text: &str) -> Outcome<Change> {
    let (_, map) = document.get(ROOT, "rows")?.ok_or("rows")?;
    let (_, row) = document
        .get(&map, rows[number % rows.len()].as_str())?
        .ok_or("a row")?;
    let column = COLUMNS[number / rows.len() % COLUMNS.len()];
    let mut tx = document.transaction();
    tx.put(&row, column, text)?;
    let hash = tx.commit().0.ok_or("a change")?;
    Ok(document.get_change_by_hash(&hash).ok_or("the change")?)
}
