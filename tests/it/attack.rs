//! Who may write what, attacked: every role, column, state of the week and way of writing, by people who make their own changes.

use std::collections::{BTreeMap, VecDeque};

use automerge::{
    ActorId, Automerge, AutomergeError, Change, ChangeHash, ObjId, ObjType, ReadDoc, ScalarValue,
    marks::{ExpandMark, Mark},
    sync::{ChunkList, Have, Message, MessageFlags, MessageVersion},
    transaction::{CommitOptions, Transactable, Transaction},
};
use diaodu_interchange::sample::campaign;
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::{Column, Owner},
    layout::DocumentKind,
    permission::{self, AccountRole, State, Verdict, Visibility, WeekState},
    touch,
};
use diaodu_server::{
    documents,
    gatekeeper::{Directory, Gate},
    policy::{Policy, PolicyCell},
};
use diaodu_sync::{
    event::{Author, ConnectionId, Effect, Event, Line, Millis, Stored},
    hub::Hub,
};
use diaodu_wire::{
    notice::{Notice, Resume},
    repo::{DocumentId, Frame, Sync},
};
use fastrand::Rng;

/// Cases in every run; `DIAODU_ATTACKS` asks for more.
const CASES: u64 = 4_000;
const NOW: Millis = Millis(1_618_558_200_000);
const OPEN: WeekNumber = WeekNumber(2);
const FROZEN: WeekNumber = WeekNumber(1);
/// Those who attack: account, unit, role.
const PEOPLE: [(&str, &str, AccountRole); 6] = [
    ("office", "u-gongjianban", AccountRole::Office),
    ("clerk", "u-gongjianban", AccountRole::Unit),
    ("lead", "u-shengtai", AccountRole::Unit),
    ("street", "s-hongying", AccountRole::Unit),
    ("other", "s-pucheng", AccountRole::Unit),
    ("viewer", "s-hongying", AccountRole::Viewer),
];

/// A way of writing. Only the first three are ways in which anything may be written at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Put,
    Delete,
    PutAndPutBack,
    List,
    Insert,
    Splice,
    MarkText,
    Counter,
    Increment,
    ObjectOverCell,
    NestedObject,
    OnRefused,
    ForgedActor,
    Replayed,
    WholeDocument,
}

const WAYS: [Way; 15] = [
    Way::Put,
    Way::Delete,
    Way::PutAndPutBack,
    Way::List,
    Way::Insert,
    Way::Splice,
    Way::MarkText,
    Way::Counter,
    Way::Increment,
    Way::ObjectOverCell,
    Way::NestedObject,
    Way::OnRefused,
    Way::ForgedActor,
    Way::Replayed,
    Way::WholeDocument,
];

/// A server in memory, with the real gate.
struct Server {
    hub: Hub,
    gate: Gate,
    policy: PolicyCell,
    directory: std::sync::Arc<Directory>,
    disk: BTreeMap<DocumentId, Stored>,
    lines: u64,
    sent: VecDeque<(ConnectionId, Vec<u8>)>,
}

impl Server {
    fn new() -> Server {
        let campaign = campaign();
        let built = documents::build(&campaign, &[], NOW).unwrap();
        let rows = built.iter().map(|new| new.row.clone()).collect();
        let disk = built.into_iter().map(|new| {
            let stored = Stored {
                snapshot: new.snapshot,
                actors: vec![(new.actor, Author("@server".into()))],
                ..Stored::default()
            };
            (new.row.id, stored)
        });
        let directory = std::sync::Arc::new(Directory::new(rows));
        let policy = PolicyCell::new(Policy {
            campaign,
            visibility: Visibility::All,
            frozen: [FROZEN].into(),
        });
        let mut gate = Gate::new(directory.clone(), policy.clone());
        for person in PEOPLE {
            gate.meet(Author(person.0.into()), author(person));
        }
        Server {
            hub: Hub::new("server".to_owned(), [7; 32]),
            gate,
            policy,
            directory,
            disk: disk.collect(),
            lines: 0,
            sent: VecDeque::new(),
        }
    }

    fn dial(&mut self, account: &str) -> ConnectionId {
        self.lines += 1;
        let line = ConnectionId(self.lines);
        self.handle(Event::Connected(
            line,
            Line::Accepted,
            Author(account.into()),
        ));
        let join = Frame::Join {
            sender: format!("{account}-{}", line.0),
            ours: true,
            versions: vec!["1".to_owned()],
        };
        self.handle(Event::Frame(line, join.encode()));
        line
    }

    fn handle(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.hub.handle(NOW, event, &self.gate) {
                match effect {
                    Effect::Load(id) => {
                        let stored = self.disk.get(&id).cloned().unwrap_or_default();
                        events.push_back(Event::Loaded(id, stored));
                    }
                    Effect::Save(ticket, id, changes) => {
                        let stored = self.disk.get_mut(&id).expect("a known document");
                        for change in changes {
                            stored.actors.push((change.actor, change.author));
                            stored.changes.push(change.bytes.to_vec());
                        }
                        events.push_back(Event::Saved(ticket));
                    }
                    Effect::Send(line, bytes) => self.sent.push_back((line, bytes)),
                    Effect::Damaged(id, error) => panic!("{id}: {error}"),
                    _ => {}
                }
            }
        }
    }

    fn hang_up(&mut self, lines: &[ConnectionId]) {
        for line in lines {
            self.handle(Event::Disconnected(*line));
        }
        self.sent.clear();
    }

    /// What the server holds of a document.
    fn content(&self, id: DocumentId) -> &Automerge {
        self.hub.document(&id).expect("open")
    }

    /// What is on disk loads, and is what is in memory.
    fn check_disk(&self, id: DocumentId) {
        let stored = &self.disk[&id];
        let mut loaded = Automerge::load(&stored.snapshot).unwrap();
        let changes = stored.changes.iter().cloned();
        let changes = changes.map(|bytes| Change::from_bytes(bytes).unwrap());
        loaded.apply_changes(changes.collect::<Vec<_>>()).unwrap();
        assert_eq!(loaded.get_heads(), self.content(id).get_heads());
        Automerge::load(&self.content(id).save()).unwrap();
    }

    /// Says a sync message on a line, as it is.
    fn say(&mut self, line: ConnectionId, id: DocumentId, message: Message) {
        let sync = Sync {
            sender: "x".to_owned(),
            target: "server".to_owned(),
            document: id,
            data: message.encode(),
        };
        self.handle(Event::Frame(line, Frame::Sync(sync).encode()));
    }

    /// Takes what was said on a line: whether it was refused, and the changes that were sent.
    fn heard(&mut self, line: ConnectionId) -> (bool, Vec<ChangeHash>) {
        let (mut refused, mut hashes) = (false, Vec::new());
        let (said, rest): (VecDeque<_>, VecDeque<_>) =
            self.sent.drain(..).partition(|(to, _)| *to == line);
        self.sent = rest;
        for (_, bytes) in said {
            match Frame::decode(&bytes).unwrap() {
                Frame::Diaodu {
                    notice: Notice::Refused(_),
                    ..
                } => refused = true,
                Frame::Sync(sync) => {
                    let message = Message::decode(&sync.data).unwrap();
                    let changes = message.changes.iter();
                    let changes =
                        changes.filter_map(|bytes| Change::from_bytes(bytes.to_vec()).ok());
                    hashes.extend(changes.map(|change| change.hash()));
                }
                _ => {}
            }
        }
        (refused, hashes)
    }
}

fn author((account, unit, role): (&str, &str, AccountRole)) -> permission::Author {
    permission::Author {
        account: account.to_owned(),
        unit: UnitId(unit.to_owned()),
        role,
    }
}

/// Everything about one attack.
#[derive(Debug, Clone)]
struct Case {
    person: (&'static str, &'static str, AccountRole),
    document: DocumentKind,
    /// Where the cell's map is, by keys.
    path: Vec<String>,
    key: String,
    value: ScalarValue,
    way: Way,
    version: bool,
}

impl Case {
    fn draw(rng: &mut Rng, server: &Server) -> Case {
        let person = PEOPLE[rng.usize(..PEOPLE.len())];
        let week = if rng.u8(..4) == 0 { FROZEN } else { OPEN };
        // Own sheets as often as others': half of what is tried is honest.
        let unit = match rng.u8(..3) {
            0 => PEOPLE[rng.usize(..PEOPLE.len())].1,
            _ => person.1,
        };
        let sheet = DocumentKind::Sheet(week, UnitId(unit.to_owned()));
        let (document, path, key) = match rng.u8(..12) {
            0 => (
                DocumentKind::Hub(week),
                vec!["sheets".to_owned()],
                "s-hongying".to_owned(),
            ),
            1 => (
                DocumentKind::Catalogue,
                vec!["campaign".to_owned()],
                "name".to_owned(),
            ),
            2 => {
                let card = DocumentKind::Card(UnitId(unit.to_owned()));
                (card, vec!["entries".to_owned()], "unit/phone".to_owned())
            }
            _ => {
                let content = server.hub.document(&server.directory.find(&sheet).unwrap());
                let content = content.cloned().unwrap_or_else(|| {
                    let id = server.directory.find(&sheet).unwrap();
                    Automerge::load(&server.disk[&id].snapshot).unwrap()
                });
                let (_, rows) = content.get(automerge::ROOT, "rows").unwrap().unwrap();
                let rows: Vec<String> = content.keys(&rows).collect();
                let row = rng.choice(&rows).unwrap().clone();
                let column = Column::ALL[rng.usize(..Column::ALL.len())];
                let key = match rng.u8(..20) {
                    0 => "nonsense".to_owned(),
                    1 => "found_before".to_owned(),
                    _ => column.id().to_owned(),
                };
                (sheet, vec!["rows".to_owned(), row], key)
            }
        };
        let value = match (rng.u8(..10), Column::from_id(&key).map(Column::owner)) {
            (0, _) => ScalarValue::Null,
            (1, _) => ScalarValue::Int(-4),
            (2, _) => "长".repeat(20_000).into(),
            (_, Some(Owner::Lead)) if key == "review" => "通过".into(),
            _ if key.ends_with("status") => "滞后".into(),
            _ if key.ends_with("_week") || key.ends_with("_total") => {
                ScalarValue::Int(rng.i64(0..5_000))
            }
            _ => format!("第{}稿", rng.u32(..)).into(),
        };
        Case {
            person,
            document,
            path,
            key,
            value,
            way: match rng.bool() {
                true => WAYS[rng.usize(..3)],
                false => WAYS[rng.usize(..WAYS.len())],
            },
            version: rng.bool(),
        }
    }

    /// What `judge` says of writing this value, or of emptying the cell.
    fn may(&self, server: &Server, value: Option<&ScalarValue>) -> bool {
        let policy = server.policy.get();
        let touch = touch::read(&self.document, &self.path, &self.key, value);
        let week = match self.document.week() {
            Some(FROZEN) => WeekState::Frozen,
            _ => WeekState::Open,
        };
        let state = State {
            document: &self.document,
            campaign: &policy.campaign,
            week,
            entries: 0,
        };
        permission::judge(&author(self.person), &touch, &state) == Verdict::Accept
    }
}

/// An attacker's own copy of a document; what it writes is sent as it likes.
struct Forge {
    content: Automerge,
    base: Vec<ChangeHash>,
}

impl Forge {
    fn of(content: &Automerge, actor: ActorId) -> Forge {
        Forge {
            content: content.fork().with_actor(actor),
            base: content.get_heads(),
        }
    }

    fn write(
        &mut self,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) -> Option<Change> {
        let mut transaction = self.content.transaction();
        if write(&mut transaction).is_err() {
            transaction.rollback();
            return None;
        }
        let (hash, _) = transaction.commit_with(CommitOptions::default());
        self.content.get_change_by_hash(&hash?)
    }
}

fn map_of(content: &impl ReadDoc, path: &[String]) -> ObjId {
    path.iter().fold(automerge::ROOT, |object, key| {
        content.get(&object, key.as_str()).unwrap().unwrap().1
    })
}

/// Makes the changes of a case. Each with whether it may stand.
fn forge(case: &Case, server: &Server, forge: &mut Forge) -> Vec<(Change, bool)> {
    let map = map_of(&forge.content, &case.path);
    let (key, value) = (case.key.as_str(), case.value.clone());
    let before = forge.content.get(&map, key).unwrap();
    let before = before.and_then(|(value, _)| value.as_scalar().cloned());
    let (puts, deletes) = (case.may(server, Some(&value)), case.may(server, None));
    let mut changes: Vec<(Option<Change>, bool)> = Vec::new();
    let mut never = |change: Option<Change>| changes.push((change, false));
    match case.way {
        Way::Put | Way::WholeDocument | Way::ForgedActor | Way::Replayed => {
            let may = puts && case.way == Way::Put;
            let change = forge.write(|tx| tx.put(&map, key, value));
            changes.push((change, may));
        }
        Way::Delete => {
            let change = forge.write(|tx| tx.delete(&map, key));
            changes.push((change, deletes));
        }
        Way::PutAndPutBack => {
            let back_may = puts && case.may(server, before.as_ref());
            let first = forge.write(|tx| tx.put(&map, key, value));
            changes.push((first, puts));
            let back = forge.write(|tx| match before {
                Some(before) => tx.put(&map, key, before),
                None => tx.delete(&map, key),
            });
            changes.push((back, back_may));
        }
        Way::List => never(forge.write(|tx| tx.put_object(&map, key, ObjType::List).map(drop))),
        Way::Insert => never(forge.write(|tx| {
            let list = tx.put_object(&map, key, ObjType::List)?;
            tx.insert(&list, 0, value)
        })),
        Way::Splice => never(forge.write(|tx| {
            let text = tx.put_object(&map, key, ObjType::Text)?;
            tx.splice_text(&text, 0, 0, "拼接")
        })),
        Way::MarkText => never(forge.write(|tx| {
            let text = tx.put_object(&map, key, ObjType::Text)?;
            tx.splice_text(&text, 0, 0, "标记")?;
            let mark = Mark::new("bold".to_owned(), true, 0, 1);
            tx.mark(&text, mark, ExpandMark::Both)
        })),
        Way::Counter => never(forge.write(|tx| tx.put(&map, key, ScalarValue::counter(5)))),
        Way::Increment => {
            never(forge.write(|tx| tx.put(&map, key, ScalarValue::counter(5))));
            never(forge.write(|tx| tx.increment(&map, key, 2)));
        }
        Way::ObjectOverCell => {
            never(forge.write(|tx| tx.put_object(&map, key, ObjType::Map).map(drop)));
        }
        Way::NestedObject => {
            never(forge.write(|tx| tx.put_object(&map, "nested", ObjType::Map).map(drop)));
            let nested = forge.content.get(&map, "nested").unwrap().unwrap().1;
            never(forge.write(|tx| tx.put(&nested, key, value)));
        }
        Way::OnRefused => {
            never(forge.write(|tx| tx.put(&map, "nonsense", 1)));
            never(forge.write(|tx| tx.put(&map, key, value)));
        }
    }
    // From the first one that may not stand, none does.
    let mut stands = true;
    let changes = changes.into_iter().filter_map(|(change, may)| {
        let change = change?;
        stands &= may;
        Some((change, stands))
    });
    changes.collect()
}

fn message(case: &Case, forge: &Forge, changes: &[(Change, bool)]) -> Message {
    let chunks: Vec<Vec<u8>> = if case.way == Way::WholeDocument {
        vec![forge.content.save()]
    } else {
        changes
            .iter()
            .map(|(change, _)| change.raw_bytes().to_vec())
            .collect()
    };
    Message {
        heads: forge.content.get_heads(),
        need: Vec::new(),
        have: vec![Have {
            last_sync: forge.base.clone(),
            bloom: automerge::sync::BloomFilter::default(),
        }],
        changes: ChunkList::from(chunks),
        flags: Some(MessageFlags::new()),
        version: if case.version {
            MessageVersion::V2
        } else {
            MessageVersion::V1
        },
    }
}

/// What a peer says that has nothing yet.
fn opening() -> Message {
    Message {
        heads: Vec::new(),
        need: Vec::new(),
        have: Vec::new(),
        changes: ChunkList::empty(),
        flags: None,
        version: MessageVersion::V1,
    }
}

/// Plays one case; panics where a promise is broken.
fn play(server: &mut Server, case: &Case, rng: &mut Rng) {
    let id = server.directory.find(&case.document).unwrap();
    let (watcher, line) = (server.dial("office"), server.dial(case.person.0));
    let opening = opening();
    let policy = server.policy.get();
    let may_read = policy.may_read(&author(case.person), &case.document);
    server.say(watcher, id, opening.clone());
    server.say(line, id, opening.clone());
    // The watcher has everything: what comes now is new.
    let heads = server.content(id).get_heads();
    server.say(watcher, id, Message { heads, ..opening });
    server.sent.clear();
    let actor = match case.way {
        // The next sequence number of somebody else who has written; the server has, everywhere.
        Way::ForgedActor => {
            let actors = server.disk[&id].actors.iter();
            let others = actors.filter(|(_, owner)| *owner.0 != *case.person.0);
            let others: Vec<_> = others.map(|(actor, _)| actor.clone()).collect();
            rng.choice(&others).unwrap().clone()
        }
        _ => ActorId::from(rng.u128(..).to_be_bytes()),
    };
    let mut attacker = Forge::of(server.content(id), actor);
    if case.way == Way::Replayed {
        // Somebody else's honest change, made for another sheet.
        let sheet = DocumentKind::Sheet(OPEN, UnitId("s-pucheng".to_owned()));
        let stored = &server.disk[&server.directory.find(&sheet).unwrap()];
        attacker.content = Automerge::load(&stored.snapshot)
            .unwrap()
            .with_actor(attacker.content.get_actor().clone());
        let (_, rows) = attacker
            .content
            .get(automerge::ROOT, "rows")
            .unwrap()
            .unwrap();
        let row = attacker.content.keys(&rows).next().unwrap();
        let path = vec!["rows".to_owned(), row];
        let case = Case {
            path,
            ..case.clone()
        };
        let changes = forge(&case, server, &mut attacker);
        let message = message(&case, &attacker, &changes);
        let heads = server.content(id).get_heads();
        server.say(line, id, message);
        if case.document != sheet {
            assert_eq!(server.content(id).get_heads(), heads, "{case:?}");
        }
        return server.hang_up(&[line, watcher]);
    }
    let heads = server.content(id).get_heads();
    let changes = forge(case, server, &mut attacker);
    if changes.is_empty() {
        return server.hang_up(&[line, watcher]);
    }
    let message = message(case, &attacker, &changes);
    server.say(line, id, message);
    let (refused, _) = server.heard(line);
    let (_, passed_on) = server.heard(watcher);
    let all_stand = changes.iter().all(|(_, stands)| *stands);
    for (change, stands) in &changes {
        let hash = change.hash();
        let stands = *stands && may_read;
        let is_known = server.content(id).get_change_by_hash(&hash).is_some();
        assert_eq!(is_known, stands, "{case:?} {}", hash);
        assert!(stands || !passed_on.contains(&hash), "{case:?} passed on");
    }
    // The rest follows when the first is acknowledged.
    let first = changes[0].0.hash();
    assert_eq!(
        passed_on.contains(&first),
        changes[0].1 && may_read,
        "{case:?} passed on"
    );
    if may_read {
        assert_eq!(refused, !all_stand, "{case:?} told");
    }
    if !changes[0].1 || !may_read {
        assert_eq!(server.content(id).get_heads(), heads, "{case:?}");
    }
    if !all_stand && may_read {
        resume(server, case, rng, line);
    }
    server.check_disk(id);
    server.hang_up(&[line, watcher]);
}

/// After the refusal the next allowed edit lands.
fn resume(server: &mut Server, case: &Case, rng: &mut Rng, line: ConnectionId) {
    let id = server.directory.find(&case.document).unwrap();
    let notice = Notice::Resume(Resume { document: id.0 });
    let frame = Frame::Diaodu {
        sender: "x".to_owned(),
        target: "server".to_owned(),
        notice,
    };
    server.handle(Event::Frame(line, frame.encode()));
    let honest = Case {
        key: "progress".to_owned(),
        value: format!("接着填{}", rng.u32(..)).into(),
        way: Way::Put,
        ..case.clone()
    };
    if !matches!(case.document, DocumentKind::Sheet(_, _))
        || !honest.may(server, Some(&honest.value))
    {
        return;
    }
    let actor = ActorId::from(rng.u128(..).to_be_bytes());
    let mut forged = Forge::of(server.content(id), actor);
    let changes = forge(&honest, server, &mut forged);
    let message = message(&honest, &forged, &changes);
    server.say(line, id, message);
    let hash = changes[0].0.hash();
    assert!(
        server.content(id).get_change_by_hash(&hash).is_some(),
        "{case:?}: the next allowed edit"
    );
}

#[test]
fn nothing_forbidden_is_applied_and_nothing_honest_refused() {
    let cases = std::env::var("DIAODU_ATTACKS").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let (mut allowed, mut server) = (0, Server::new());
    for seed in 0..cases {
        // Documents grow with what is honest: a fresh server now and then keeps a million cases quick.
        if seed % 2_000 == 1_999 {
            server = Server::new();
        }
        let mut rng = Rng::with_seed(seed);
        let case = Case::draw(&mut rng, &server);
        let value = Some(&case.value);
        allowed += u64::from(case.way == Way::Put && case.may(&server, value));
        play(&mut server, &case, &mut rng);
    }
    println!("{cases} attacks, of them {allowed} plain and allowed");
    assert!(
        allowed > cases / 50,
        "{allowed} honest ones: too few to show that they pass"
    );
}

#[test]
fn an_inflate_bomb_costs_no_more_than_a_megabyte() {
    let mut server = Server::new();
    let sheet = DocumentKind::Sheet(OPEN, UnitId("s-hongying".to_owned()));
    let id = server.directory.find(&sheet).unwrap();
    let line = server.dial("street");
    let watcher = server.dial("office");
    let case = Case::draw(&mut Rng::with_seed(1), &server);
    let opening = opening();
    server.say(watcher, id, opening.clone());
    server.say(line, id, opening);
    let mut forged = Forge::of(server.content(id), ActorId::from([9_u8; 16]));
    let (_, rows) = forged
        .content
        .get(automerge::ROOT, "rows")
        .unwrap()
        .unwrap();
    let row = forged.content.keys(&rows).next().unwrap();
    let map = map_of(&forged.content, &["rows".to_owned(), row]);
    let text = "炸".repeat(30_000_000);
    let bomb = forged
        .write(|tx| tx.put(&map, "progress", text.as_str()))
        .unwrap();
    let mut bomb = bomb;
    let packed = bomb.bytes().to_vec();
    assert!(
        packed.len() < 1_000_000,
        "{} bytes on the wire",
        packed.len()
    );
    let heads = server.content(id).get_heads();
    let mut message = message(&case, &forged, &[]);
    message.changes = ChunkList::from(vec![packed]);
    server.say(line, id, message);
    let (refused, _) = server.heard(line);
    assert!(refused);
    assert_eq!(server.content(id).get_heads(), heads);
}
