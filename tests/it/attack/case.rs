//! Who attacks what, how: drawn, or counted through; and what `judge` says of it.

use automerge::{Automerge, ReadDoc, ScalarValue};
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::{Column, Owner},
    layout::{
        DocumentKind,
        talk::{EntryId, TalkColumn, TalkKey},
    },
    permission::{self, AccountRole, State, Verdict, WeekState},
    report::Report,
    review::Reviewed,
    touch,
};
use diaodu_sync::event::Millis;
use fastrand::Rng;

use super::server::Server;

/// The demo's moment.
pub const NOW: Millis = Millis(1_618_558_200_000);
/// A week that is written.
pub const OPEN: WeekNumber = WeekNumber(2);
/// A week that is not.
pub const FROZEN: WeekNumber = WeekNumber(1);
/// Account, unit, role.
pub type Person = (&'static str, &'static str, AccountRole);
/// Those who attack.
pub const PEOPLE: [Person; 7] = [
    ("office", "u-gongjianban", AccountRole::Office),
    ("clerk", "u-gongjianban", AccountRole::Unit),
    ("lead", "u-shengtai", AccountRole::Unit),
    ("street", "s-hongying", AccountRole::Unit),
    ("other", "s-pucheng", AccountRole::Unit),
    ("leader", "s-hongying", AccountRole::Leader),
    ("viewer", "s-hongying", AccountRole::Viewer),
];
/// What stands where a column's id belongs, beside the columns.
const OTHER_KEYS: [&str; 2] = ["nonsense", "found_before"];

/// A way of writing. Only the first three are ways in which anything may be written at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
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
    OverTheRow,
    NestedObject,
    OnRefused,
    ForgedActor,
    Replayed,
    WholeDocument,
}

/// All of them.
pub const WAYS: [Way; 16] = [
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
    Way::OverTheRow,
    Way::NestedObject,
    Way::OnRefused,
    Way::ForgedActor,
    Way::Replayed,
    Way::WholeDocument,
];

/// The account of a person on a real server: in the demo each unit has one that is called like it.
pub fn account((name, unit, _): Person) -> &'static str {
    match name {
        "clerk" => "文员",
        "leader" => "责任领导",
        "viewer" => "领导",
        _ => unit,
    }
}

/// The person, as `judge` knows it.
pub fn author(person: Person) -> permission::Author {
    let (_, unit, role) = person;
    permission::Author {
        account: account(person).to_owned(),
        unit: UnitId(unit.to_owned()),
        role,
    }
}

/// Whatever a row may hold, and what only looks like it.
fn keys() -> impl Iterator<Item = &'static str> {
    let columns = Column::ALL.into_iter().chain(Column::BESIDE);
    columns.map(Column::id).chain(OTHER_KEYS)
}

/// So many of them.
const KEYS: usize = Column::ALL.len() + Column::BESIDE.len() + OTHER_KEYS.len();

/// Person × key × week × way: so many combinations there are.
pub const COMBINATIONS: u64 = (PEOPLE.len() * KEYS * 2 * WAYS.len()) as u64;

/// Everything about one attack.
#[derive(Debug, Clone)]
pub struct Case {
    /// Account, unit, role.
    pub person: Person,
    /// What is written to.
    pub document: DocumentKind,
    /// Where the cell's map is, by keys.
    pub path: Vec<String>,
    /// The cell.
    pub key: String,
    /// What is typed.
    pub value: ScalarValue,
    /// How.
    pub way: Way,
    /// Whether the message is of version 2.
    pub is_v2: bool,
}

impl Case {
    /// The case of a seed. Odd seeds count through all combinations of person, key, week and way, on sheets; even ones are
    /// drawn, so that half of what they try is honest, and cards, talks, hubs and the catalogue have their turn.
    pub fn draw(seed: u64, rng: &mut Rng, server: &Server) -> Case {
        if seed % 2 == 1 {
            return Case::counted(seed / 2, rng, server);
        }
        let person = PEOPLE[rng.usize(..PEOPLE.len())];
        let week = if rng.u8(..4) == 0 { FROZEN } else { OPEN };
        let way = match rng.bool() {
            true => WAYS[rng.usize(..3)],
            false => WAYS[rng.usize(..WAYS.len())],
        };
        let unit = unit_of(person, rng);
        if rng.u8(..8) == 0 {
            return Case::in_talk(person, DocumentKind::Talk(week, unit), way, rng, server);
        }
        let (document, path, key) = match rng.u8(..12) {
            0 => (DocumentKind::Hub(week), "sheets", "s-hongying"),
            1 => (DocumentKind::Catalogue, "campaign", "name"),
            2 => (DocumentKind::Card(unit), "entries", "unit/phone"),
            _ => {
                let key = keys()
                    .nth(rng.usize(..KEYS))
                    .expect("as many as were counted");
                return Case::on_sheet(
                    person,
                    DocumentKind::Sheet(week, unit),
                    key,
                    way,
                    rng,
                    server,
                );
            }
        };
        Case::with(person, document, vec![path.to_owned()], key, way, rng)
    }

    fn counted(number: u64, rng: &mut Rng, server: &Server) -> Case {
        let mut rest = usize::try_from(number % COMBINATIONS).expect("few thousand");
        let mut next = |size: usize| {
            let digit = rest % size;
            rest /= size;
            digit
        };
        let (person, way) = (PEOPLE[next(PEOPLE.len())], WAYS[next(WAYS.len())]);
        let week = [OPEN, FROZEN][next(2)];
        let key = keys().nth(next(KEYS)).expect("as many as were counted");
        let sheet = DocumentKind::Sheet(week, unit_of(person, rng));
        Case::on_sheet(person, sheet, key, way, rng, server)
    }

    /// A part of a comment: one's own, or in another's name; the true value, or another's.
    fn in_talk(
        person: Person,
        talk: DocumentKind,
        way: Way,
        rng: &mut Rng,
        server: &Server,
    ) -> Case {
        let other = PEOPLE[rng.usize(..PEOPLE.len())];
        let whose = if rng.u8(..3) == 0 { other } else { person };
        let column = TalkColumn::ALL[rng.usize(..TalkColumn::ALL.len())];
        let entry = EntryId::new([rng.u8(..); 16], account(whose));
        let claimed = if rng.u8(..4) == 0 { other } else { person };
        let value: ScalarValue = match column {
            TalkColumn::Cell => {
                let sheet = DocumentKind::Sheet(OPEN, unit_of(person, rng));
                let row = rng.choice(&rows_of(server, &sheet)).expect("rows").clone();
                format!("{row}/progress").into()
            }
            TalkColumn::Thread => EntryId::new([rng.u8(..); 16], account(other))
                .to_string()
                .into(),
            TalkColumn::Text => format!("第{}句", rng.u32(..)).into(),
            TalkColumn::Mentions => {
                ["u-zhujian", "s-hongying u-shengtai", "u-nobody"][rng.usize(..3)].into()
            }
            TalkColumn::Unit => claimed.1.into(),
            TalkColumn::At => ScalarValue::Int(rng.i64(0..2_000_000_000_000)),
            TalkColumn::Resolved => account(claimed).into(),
        };
        let key = match rng.u8(..12) {
            0 => format!("{entry}/nonsense"),
            _ => TalkKey { entry, column }.to_string(),
        };
        let path = vec!["entries".to_owned()];
        let mut case = Case::with(person, talk, path, &key, way, rng);
        if rng.u8(..5) > 0 {
            case.value = value;
        }
        case
    }

    fn on_sheet(
        person: Person,
        sheet: DocumentKind,
        key: &str,
        way: Way,
        rng: &mut Rng,
        server: &Server,
    ) -> Case {
        let rows = rows_of(server, &sheet);
        let row = rng.choice(&rows).expect("a sheet has rows").clone();
        Case::with(person, sheet, vec!["rows".to_owned(), row], key, way, rng)
    }

    fn with(
        person: Person,
        document: DocumentKind,
        path: Vec<String>,
        key: &str,
        way: Way,
        rng: &mut Rng,
    ) -> Case {
        let value = match (rng.u8(..10), Column::from_id(key).map(Column::owner)) {
            (0, _) => ScalarValue::Null,
            (1, _) => ScalarValue::Int(-4),
            (2, _) => "长".repeat(20_000).into(),
            (_, Some(Owner::Lead)) if key == "review" => "通过".into(),
            _ if key == Column::Report.id() => {
                Report::ALL[rng.usize(..Report::ALL.len())].word().into()
            }
            _ if key == Column::ReportSavedAt.id() => ScalarValue::Int(NOW.0),
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
            key: key.to_owned(),
            value,
            way,
            is_v2: rng.bool(),
        }
    }

    /// Something that this person may write, plainly; `None` for those who may write nothing.
    pub fn honest(person: Person, rng: &mut Rng, server: &Server) -> Option<Case> {
        let (unit, key, value) = match person.2 {
            AccountRole::Office => {
                let word = ["未启动", "推进中", "已完成", "滞后"][rng.usize(..4)];
                ("s-hongying", "office_status", word.to_owned())
            }
            AccountRole::Unit if person.0 == "lead" && rng.bool() => {
                ("s-hongying", "review", "通过".to_owned())
            }
            AccountRole::Unit | AccountRole::Leader => {
                (person.1, "progress", format!("接着填{}", rng.u32(..)))
            }
            AccountRole::Viewer => return None,
        };
        let document = DocumentKind::Sheet(OPEN, UnitId(unit.to_owned()));
        let row = rows_of(server, &document).first()?.clone();
        let case = Case {
            person,
            document,
            path: vec!["rows".to_owned(), row],
            key: key.to_owned(),
            value: value.into(),
            way: Way::Put,
            is_v2: false,
        };
        case.may(server, Some(&case.value)).then_some(case)
    }

    /// Says whether it is a place where the gate looks at cells at all: not a derived or foreign document of the server.
    pub fn is_cell(&self) -> bool {
        match self.document {
            DocumentKind::Sheet(..) | DocumentKind::Card(_) | DocumentKind::Talk(..) => true,
            DocumentKind::Catalogue | DocumentKind::Hub(_) => false,
        }
    }

    /// What `judge` says of writing this value, or of emptying the cell.
    pub fn may(&self, server: &Server, value: Option<&ScalarValue>) -> bool {
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
            // No measure of the rehearsal is reviewed in serial.
            reviewed: Reviewed::NotReported,
        };
        permission::judge(&author(self.person), &touch, &state) == Verdict::Accept
    }
}

/// Own documents twice as often as others'.
fn unit_of(person: Person, rng: &mut Rng) -> UnitId {
    let unit = match rng.u8(..3) {
        0 => PEOPLE[rng.usize(..PEOPLE.len())].1,
        _ => person.1,
    };
    UnitId(unit.to_owned())
}

fn rows_of(server: &Server, sheet: &DocumentKind) -> Vec<String> {
    let id = server.directory.find(sheet).unwrap();
    let read = |content: &Automerge| {
        let (_, rows) = content.get(automerge::ROOT, "rows").unwrap().unwrap();
        content.keys(&rows).collect()
    };
    match server.hub.document(&id) {
        Some(content) => read(content),
        None => read(&Automerge::load(&server.disk[&id].snapshot).unwrap()),
    }
}
