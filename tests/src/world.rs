//! A server, up to 30 offices, their disks and the network between them, in virtual time. Equal script, equal run.
//!
//! What must hold is in `promises`; this file only lets things happen.

use std::collections::BTreeMap;

use automerge::ChangeHash;
use diaodu_sync::event::{Author, ConnectionId, Event, Line as LineKind, SaveTicket};
use diaodu_wire::repo::DocumentId;
use fastrand::Rng;

use crate::{
    faults::{Fault, Saboteur, infect},
    network::Line,
    office::{Machine, Office, Porter, empty_sheet, write_cells},
    promises::Broken,
    script::{Act, Place, Script, Way},
};

mod traffic;

/// 16 April 2021, 15:30 in Shanghai.
const START_MS: i64 = 1_618_558_200_000;

/// 30 s after the troubles end everybody must have everything: lines that died have been dialled anew by then, and the
/// hubs' own 60 s without an answer have not passed. Who needs those has forgotten to say something.
const REST_MS: i64 = 30_000;

/// 10 minutes where a frame was lost on a line that lived, which TCP rules out: there the hubs' own patience must help.
const CROOKED_REST_MS: i64 = 600_000;

/// 5 seconds in which converged peers must have nothing left to say.
const QUIET_MS: i64 = 5_000;

/// 400,000 happenings: the busiest honest day has under a tenth of that.
const HAPPENINGS_MAX: u64 = 400_000;

/// Which machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// The one server.
    Server,
    /// An office, by index.
    Office(usize),
}

#[derive(Debug)]
enum Happening {
    Step(usize),
    Start(Node),
    Dial(usize, u32),
    Disk(Node, u32),
    Told(Node, u32, Event),
    Tick(Node, u32),
    Arrive(usize, Way, Vec<u8>),
    Gone(usize, Node),
}

/// An edit, and what its office has been told about it.
#[derive(Debug)]
pub(crate) struct Typed {
    pub office: usize,
    pub document: DocumentId,
    pub hash: ChangeHash,
    /// The office's disk said `Saved`.
    pub saved: bool,
    /// The office was told that the server has it.
    pub acknowledged: bool,
}

/// What a run did, for counting that the days are not empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Edits made.
    pub edits: u64,
    /// Edits that the office's disk kept.
    pub saved: u64,
    /// Edits that the office was told the server has.
    pub acknowledged: u64,
    /// Frames that arrived.
    pub frames: u64,
    /// Frames that a script lost, delayed, repeated or let be overtaken.
    pub bent: u64,
    /// Crashes of tabs and server.
    pub crashes: u64,
    /// Saves that failed.
    pub full: u64,
    /// Lines that a hub hung up.
    pub hangups: u64,
    /// Virtual milliseconds from the end of the troubles until all were equal.
    pub heal_ms: i64,
    /// A fingerprint of everything that arrived, in order.
    pub fingerprint: u64,
}

/// Plays a day to its end and checks every promise.
pub fn play(script: &Script, fault: Option<Fault>) -> Result<Tally, Broken> {
    infect(fault);
    let mut world = World::new(script, fault);
    world.play_day()?;
    world.heal();
    world.come_to_rest()?;
    world.check_end()?;
    for typed in &world.typed {
        world.tally.saved += u64::from(typed.saved);
        world.tally.acknowledged += u64::from(typed.acknowledged);
    }
    Ok(world.tally)
}

pub(crate) struct World<'s> {
    script: &'s Script,
    pub now: i64,
    rng: Rng,
    queue: BTreeMap<(i64, u64), Happening>,
    queued: u64,
    happened: u64,
    /// Frames and disk work under way.
    under_way: usize,
    pub server: Machine,
    pub offices: Vec<Office>,
    pub documents: Vec<DocumentId>,
    porter: Porter,
    pub lines: Vec<Line>,
    pub typed: Vec<Typed>,
    tickets: BTreeMap<(usize, u32, SaveTicket), Vec<usize>>,
    pub unsent: BTreeMap<(usize, DocumentId), usize>,
    saboteur: Saboteur,
    pub tally: Tally,
    pub broken: Option<Broken>,
}

impl<'s> World<'s> {
    fn new(script: &'s Script, fault: Option<Fault>) -> Self {
        let mut rng = Rng::with_seed(script.seed ^ 0x5eed);
        let documents: Vec<DocumentId> = (1..=script.documents.max(1))
            .map(|n| DocumentId([n; 16]))
            .collect();
        let mut server = Machine::new(0);
        for (number, document) in (0..).zip(&documents) {
            server.disk.place(
                *document,
                empty_sheet(number),
                Author("server".into()),
                rng.bool(),
            );
        }
        let accounts = usize::from(script.accounts.max(1));
        let offices = (0..usize::from(script.offices.max(1)))
            .map(|number| Office {
                machine: Machine::new(rng.i64(-86_400_000..86_400_000)),
                author: Author(format!("unit-{}", number % accounts).into()),
                wants: documents
                    .iter()
                    .copied()
                    .filter(|_| rng.u8(0..10) > 0)
                    .collect(),
                online: true,
                line: None,
            })
            .collect();
        let mut world = World {
            script,
            now: START_MS,
            rng,
            queue: BTreeMap::new(),
            queued: 0,
            happened: 0,
            under_way: 0,
            server,
            offices,
            porter: Porter {
                documents: documents.iter().copied().collect(),
            },
            documents,
            lines: Vec::new(),
            typed: Vec::new(),
            tickets: BTreeMap::new(),
            unsent: BTreeMap::new(),
            saboteur: Saboteur::new(fault),
            tally: Tally::default(),
            broken: None,
        };
        world.start(Node::Server);
        for number in 0..world.offices.len() {
            let after = world.rng.i64(0..50);
            world.plan(after, Happening::Start(Node::Office(number)));
        }
        world
    }

    fn plan(&mut self, after_ms: i64, what: Happening) {
        self.plan_at(self.now + after_ms, what);
    }

    fn plan_at(&mut self, at: i64, what: Happening) {
        self.queued += 1;
        self.queue.insert((at.max(self.now), self.queued), what);
    }

    fn play_day(&mut self) -> Result<(), Broken> {
        // 200 ms: time to open the sheets before the first step.
        let mut after = 200;
        for (index, step) in self.script.steps.iter().enumerate() {
            after += i64::from(step.after_ms);
            self.plan(after, Happening::Step(index));
        }
        self.run_until(START_MS + after)
    }

    fn run_until(&mut self, end: i64) -> Result<(), Broken> {
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > end {
                break;
            }
            self.now = entry.key().0;
            let what = entry.remove();
            self.happened += 1;
            if self.happened > HAPPENINGS_MAX {
                return Err(Broken::new("peers come to rest", "they talk without end"));
            }
            self.happen(what);
            if let Some(broken) = self.broken.take() {
                return Err(broken);
            }
        }
        self.now = end;
        Ok(())
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Step(index) => {
                let script = self.script;
                self.act(&script.steps[index].act);
            }
            Happening::Start(node) => self.start(node),
            Happening::Dial(office, boot) => self.dial(office, boot),
            Happening::Disk(node, boot) => self.disk_done(node, boot),
            Happening::Told(node, boot, event) => {
                if self.runs(node, boot) {
                    self.tell(node, event);
                }
            }
            Happening::Tick(node, boot) => {
                if self.runs(node, boot) {
                    self.plan(1_000, Happening::Tick(node, boot));
                    self.tell(node, Event::Tick);
                }
            }
            Happening::Arrive(line, way, frame) => self.arrive(line, way, frame),
            Happening::Gone(line, node) => self.gone(line, node),
        }
    }

    fn act(&mut self, act: &Act) {
        let offices = self.offices.len();
        let document = |number: u8| self.documents[usize::from(number) % self.documents.len()];
        match *act {
            Act::Edit {
                office,
                document: number,
                row,
                column,
                cells,
                write,
            } => {
                let document = document(number);
                self.edit(usize::from(office) % offices, document, |tx| {
                    write_cells(tx, row, column, cells, write)
                });
            }
            Act::Open {
                office,
                document: number,
            } => {
                let document = document(number);
                self.open(usize::from(office) % offices, document);
            }
            Act::Close {
                office,
                document: number,
            } => {
                let (number, document) = (usize::from(office) % offices, document(number));
                if self.offices[number].wants.remove(&document) {
                    self.tell(Node::Office(number), Event::Close(document));
                }
            }
            Act::Cut {
                office,
                up_arrives,
                down_arrives,
                heard_ms,
            } => {
                self.cut(
                    usize::from(office) % offices,
                    up_arrives,
                    down_arrives,
                    i64::from(heard_ms),
                );
            }
            Act::Offline { office } => {
                self.offices[usize::from(office) % offices].online = false;
                self.cut(usize::from(office) % offices, false, false, 300);
            }
            Act::Online { office } => self.come_online(usize::from(office) % offices),
            Act::Bend {
                office,
                way,
                mischief,
            } => {
                if let Some(line) = self.offices[usize::from(office) % offices].line {
                    self.tally.bent += 1;
                    self.lines[line].bend(way, mischief);
                }
            }
            Act::CrashTab { office, down_ms } => {
                self.crash_tab(usize::from(office) % offices, i64::from(down_ms));
            }
            Act::CrashServer { down_ms } => self.crash_server(i64::from(down_ms)),
            Act::DiskFull { place, saves } => self.place(place).disk.full_for += saves,
            Act::DiskSlow { place, more_ms } => self.place(place).disk.slower_ms = more_ms,
        }
    }

    fn place(&mut self, place: Place) -> &mut Machine {
        match place {
            Place::Server => &mut self.server,
            Place::Office(number) => {
                let number = usize::from(number) % self.offices.len();
                &mut self.offices[number].machine
            }
        }
    }

    fn machine(&mut self, node: Node) -> &mut Machine {
        match node {
            Node::Server => &mut self.server,
            Node::Office(number) => &mut self.offices[number].machine,
        }
    }

    fn runs(&mut self, node: Node, boot: u32) -> bool {
        let machine = self.machine(node);
        machine.hub.is_some() && machine.boot == boot
    }

    fn start(&mut self, node: Node) {
        let mut rng = self.rng.fork();
        let machine = self.machine(node);
        if machine.hub.is_some() {
            return;
        }
        if rng.u8(0..3) == 0 {
            machine.disk.compact();
        }
        match node {
            Node::Server => machine.start("diaodu", &mut rng),
            Node::Office(number) => machine.start(&format!("page-{number}"), &mut rng),
        }
        let boot = machine.boot;
        self.plan(1_000, Happening::Tick(node, boot));
        if let Node::Office(number) = node {
            let after = self.rng.i64(0..60);
            self.plan(after, Happening::Dial(number, boot));
            for document in self.offices[number].wants.clone() {
                self.tell(node, Event::Open(document));
            }
        }
    }

    fn open(&mut self, number: usize, document: DocumentId) {
        if self.offices[number].wants.insert(document) {
            self.tell(Node::Office(number), Event::Open(document));
        }
    }

    fn come_online(&mut self, number: usize) {
        self.offices[number].online = true;
        let boot = self.offices[number].machine.boot;
        self.plan(10, Happening::Dial(number, boot));
    }

    fn dial(&mut self, number: usize, boot: u32) {
        let office = &self.offices[number];
        if !office.online || office.line.is_some() || !self.runs(Node::Office(number), boot) {
            return;
        }
        if self.server.hub.is_none() {
            let after = self.rng.i64(200..2_000);
            self.plan(after, Happening::Dial(number, boot));
            return;
        }
        let author = self.offices[number].author.clone();
        let line = self.lines.len();
        self.lines.push(Line::new(number));
        self.offices[number].line = Some(line);
        self.tell(
            Node::Server,
            Event::Connected(
                ConnectionId(line as u64),
                LineKind::Accepted,
                author.clone(),
            ),
        );
        self.tell(
            Node::Office(number),
            Event::Connected(ConnectionId(line as u64), LineKind::Dialled, author),
        );
    }

    fn edit(
        &mut self,
        number: usize,
        document: DocumentId,
        write: impl FnOnce(
            &mut automerge::transaction::Transaction<'_>,
        ) -> Result<bool, automerge::AutomergeError>,
    ) {
        let office = &mut self.offices[number];
        let clock = office.machine.clock(self.now);
        let Some(hub) = &mut office.machine.hub else {
            return;
        };
        let Some(before) = hub.document(&document).map(|open| open.get_heads()) else {
            return;
        };
        // Held or just being loaded: the person sees it and types later.
        let Ok((_, effects)) = hub.change(clock, document, &office.author, write) else {
            return;
        };
        let changes = hub
            .document(&document)
            .map(|open| open.get_changes(&before))
            .unwrap_or_default();
        for change in changes {
            self.tally.edits += 1;
            let hash = change.hash();
            self.typed.push(Typed {
                office: number,
                document,
                hash,
                saved: false,
                acknowledged: false,
            });
        }
        self.perform(Node::Office(number), effects);
    }

    fn crash_tab(&mut self, number: usize, down_ms: i64) {
        if self.offices[number].machine.hub.is_none() {
            return;
        }
        self.tally.crashes += 1;
        let waiting = self.offices[number].machine.disk.waiting();
        self.under_way -= waiting;
        self.offices[number].machine.crash(&mut self.rng);
        self.unsent.retain(|(office, _), _| *office != number);
        if let Some(line) = self.offices[number].line.take() {
            self.lines[line].office_up = false;
            let heard = self.rng.i64(0..5_000);
            self.plan(heard, Happening::Gone(line, Node::Server));
        }
        self.plan(down_ms, Happening::Start(Node::Office(number)));
    }

    fn crash_server(&mut self, down_ms: i64) {
        if self.server.hub.is_none() {
            return;
        }
        self.tally.crashes += 1;
        self.under_way -= self.server.disk.waiting();
        self.server.crash(&mut self.rng);
        for line in 0..self.lines.len() {
            if std::mem::take(&mut self.lines[line].server_up) {
                let heard = self.rng.i64(0..2_000);
                self.plan(
                    heard,
                    Happening::Gone(line, Node::Office(self.lines[line].office)),
                );
            }
        }
        self.check_nothing_would_be_lost();
        self.plan(down_ms, Happening::Start(Node::Server));
    }

    /// The troubles end; whoever is away comes back, and everybody opens every sheet.
    fn heal(&mut self) {
        for line in &mut self.lines {
            line.heal();
        }
        self.server.disk.heal();
        for number in 0..self.offices.len() {
            self.offices[number].machine.disk.heal();
            for document in self.documents.clone() {
                self.open(number, document);
            }
            self.come_online(number);
        }
    }

    fn come_to_rest(&mut self) -> Result<(), Broken> {
        let healed_at = self.now;
        let crooked = self.lines.iter().any(|line| line.crooked);
        let rest_ms = if crooked { CROOKED_REST_MS } else { REST_MS };
        loop {
            self.run_until(self.now + 500)?;
            let differs = self.difference();
            match differs {
                None if self.under_way == 0 => break,
                None | Some(_) if self.now - healed_at < rest_ms => {}
                None => {
                    return Err(Broken::new(
                        "peers come to rest",
                        "frames are still under way",
                    ));
                }
                Some(difference) => {
                    return Err(Broken::new("everybody has everything", difference));
                }
            }
        }
        self.tally.heal_ms = self.now - healed_at;
        let frames = self.tally.frames;
        self.run_until(self.now + QUIET_MS)?;
        if self.tally.frames > frames {
            let more = self.tally.frames - frames;
            return Err(Broken::new(
                "converged peers fall silent",
                format!("{more} frames in {QUIET_MS} ms"),
            ));
        }
        Ok(())
    }
}
