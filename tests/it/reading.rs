//! Who reads what, on every way out of the server: the list of documents, the sheets, the workbook, presence.

use std::{collections::BTreeSet, io::Cursor};

use automerge::sync::SyncDoc as _;
use calamine::{Data, Reader, Xlsx};
use diaodu_interchange::{sample::campaign, xlsx_out::printed};
use diaodu_plan::{
    campaign::{Party, UnitId, WeekNumber},
    column::Column,
    row,
};
use diaodu_tests::interop::{Client, Desk};
use diaodu_wire::repo::{DocumentId, Ephemeral, Frame, Sync};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    accounts::{OFFICE, ask, command, newcomer},
    house::{House, STREET},
};

/// Leads one measure, with units under it.
const LEAD: &str = "u-nongshui";
const OTHER: &str = "s-pucheng";
const WEEK: WeekNumber = WeekNumber(2);

/// Two rows of title, two of headings.
const HEAD_ROWS: usize = 4;

async fn set_visibility(office: &Desk, visibility: &str) {
    let body = json!({ "command": "set-visibility", "visibility": visibility });
    command(office, body).await;
}

/// A row of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    number: String,
    unit: String,
    phone: String,
    all: Vec<String>,
}

async fn book(desk: &Desk) -> Vec<Line> {
    let answer = desk.get("/api/weeks/2.xlsx").await.unwrap();
    let bytes = answer.bytes().await.unwrap().to_vec();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let at = |column| printed().iter().position(|each| *each == column).unwrap();
    // Action and measure are merged downwards over whichever rows there are.
    let own = |index: &usize| ![at(Column::Action), at(Column::Measure)].contains(index);
    let lines = range.rows().skip(HEAD_ROWS).map(|cells| {
        let text = |index: usize| cells.get(index).unwrap_or(&Data::Empty).to_string();
        Line {
            number: text(at(Column::Number)),
            unit: text(at(Column::Unit)),
            phone: text(at(Column::Phone)),
            all: (0..cells.len()).filter(own).map(text).collect(),
        }
    });
    lines.collect()
}

/// Names of units, as the workbook prints them.
fn names<'a>(units: impl IntoIterator<Item = &'a UnitId>) -> BTreeSet<String> {
    let campaign = campaign();
    let name = |id: &UnitId| campaign.unit(id).unwrap().name.clone();
    units.into_iter().map(name).collect()
}

fn units_of(lines: &[Line]) -> BTreeSet<String> {
    lines.iter().map(|line| line.unit.clone()).collect()
}

/// The units under the measures that a unit leads, and itself.
fn led_by(lead: &str) -> BTreeSet<UnitId> {
    let (campaign, lead) = (campaign(), UnitId(lead.to_owned()));
    let party = Party::Unit(lead.clone());
    let leads = |number| campaign.measure(number).unwrap().lead.contains(&party);
    let rows = row::rows(&campaign, WEEK).into_iter();
    let led = rows.filter(|row| leads(row.measure)).map(|row| row.unit);
    led.chain([lead.clone()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workbook_holds_what_the_reader_may_read_and_nothing_else() {
    let house = House::open_with(true).await;
    let office = house.desk(OFFICE).await;
    let viewer = newcomer(&house, "周查看", STREET, "viewer").await;
    let (street, lead) = (house.desk(STREET).await, house.desk(LEAD).await);
    let whole = book(&office).await;
    assert_eq!(whole.len(), 288);
    let own = names([&UnitId(STREET.to_owned())]);
    let (led, led_by_it) = (names(&led_by(LEAD)), led_by(LEAD));
    assert!((2..26).contains(&led_by_it.len()));

    set_visibility(&office, "own").await;
    assert_eq!(book(&office).await, whole, "the office reads everything");
    assert_eq!(book(&viewer).await, whole, "so does a viewer");
    let of_street = book(&street).await;
    assert_eq!(units_of(&of_street), own);
    // Word for word as in the whole table, under the same numbers.
    let expected: Vec<Line> = whole
        .iter()
        .filter(|line| own.contains(&line.unit))
        .cloned()
        .collect();
    assert_eq!(of_street, expected);
    assert_eq!(
        units_of(&book(&lead).await),
        names([&UnitId(LEAD.to_owned())])
    );

    set_visibility(&office, "leads").await;
    assert_eq!(units_of(&book(&street).await), own, "a street leads nobody");
    let of_lead = book(&lead).await;
    assert_eq!(units_of(&of_lead), led);

    set_visibility(&office, "all").await;
    let (of_street, of_lead) = (book(&street).await, book(&lead).await);
    assert_eq!((of_street.len(), of_lead.len()), (288, 288));
    let rings = |lines: &[Line]| {
        let with_phone = lines.iter().filter(|line| !line.phone.is_empty());
        with_phone
            .map(|line| line.unit.clone())
            .collect::<BTreeSet<_>>()
    };
    assert!(
        rings(&whole).len() > led.len(),
        "there are telephones to hide"
    );
    assert_eq!(
        rings(&of_street),
        own,
        "telephones are for those who have to ring"
    );
    assert!(rings(&of_lead).is_subset(&led) && rings(&of_lead).len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_names_what_the_reader_may_read_and_nothing_else() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let viewer = newcomer(&house, "周查看", STREET, "viewer").await;
    let (street, lead) = (house.desk(STREET).await, house.desk(LEAD).await);
    let units = async |desk: &Desk, kind: &str| {
        let all = desk.documents().await.unwrap().into_iter();
        let of_kind = all.filter(|entry| entry.kind == kind);
        let units = of_kind.filter_map(|entry| entry.unit);
        units.map(UnitId).collect::<BTreeSet<_>>()
    };
    let own = |unit: &str| BTreeSet::from([UnitId(unit.to_owned())]);
    let everybody: BTreeSet<UnitId> = campaign()
        .active_units()
        .map(|unit| unit.id.clone())
        .collect();
    for (visibility, of_street, of_lead) in [
        ("all", everybody.clone(), everybody.clone()),
        ("leads", own(STREET), led_by(LEAD)),
        ("own", own(STREET), own(LEAD)),
    ] {
        set_visibility(&office, visibility).await;
        assert_eq!(units(&street, "sheet").await, of_street, "{visibility}");
        assert_eq!(units(&lead, "sheet").await, of_lead, "{visibility}");
        for desk in [&office, &viewer] {
            assert_eq!(units(desk, "sheet").await, everybody, "{visibility}");
            assert_eq!(units(desk, "card").await, everybody, "{visibility}");
        }
        assert_eq!(units(&street, "card").await, own(STREET), "{visibility}");
        assert_eq!(units(&lead, "card").await, led_by(LEAD), "{visibility}");
    }
}

/// In which week the server says that the street is; `None` where it says nothing of it.
async fn week_told(desk: &Desk) -> Option<serde_json::Value> {
    let online = desk.get("/api/online").await.unwrap();
    let online: serde_json::Value = online.json().await.unwrap();
    let mut lines = online.as_array().unwrap().iter();
    let street = lines.find(|line| line["account"] == STREET)?;
    Some(street["week"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_for_those_who_may_read_the_sheet() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let other = house.desk(OTHER).await;
    let sheet = async |desk: &Desk, unit: &str| {
        let sheet = desk.document("sheet", Some(2), Some(unit)).await;
        sheet.unwrap().url
    };
    let (of_street, of_other) = (sheet(&office, STREET).await, sheet(&office, OTHER).await);
    let row = format!("m07.{STREET}");
    let heard = |line: &Client| {
        let of_street = line
            .heard()
            .iter()
            .filter(|(_, account, _)| account == STREET);
        of_street
            .filter_map(|(_, _, row)| row.clone())
            .collect::<Vec<_>>()
    };
    for (visibility, is_open) in [("all", true), ("own", false)] {
        set_visibility(&office, visibility).await;
        let (mut writer, mut reader) = (street.dial().await.unwrap(), office.dial().await.unwrap());
        let mut curious = other.dial().await.unwrap();
        let id = writer.open(&of_street).await.unwrap();
        reader.open(&of_street).await.unwrap();
        // Knowing the address is no way in, not to who is there either.
        assert_eq!(curious.open(&of_street).await.is_ok(), is_open);
        writer.be_in(id, &row).await.unwrap();
        let hears = |line: &Client| !heard(line).is_empty();
        reader.until("the writer to be seen", hears).await.unwrap();
        assert_eq!(heard(&reader), std::slice::from_ref(&row));
        assert_eq!(
            week_told(&office).await,
            Some(json!(2)),
            "so that the writer can be followed"
        );
        assert_eq!(
            week_told(&other).await,
            is_open.then(|| json!(2)),
            "whose sheet may not be read is not seen"
        );
        if is_open {
            curious.until("the writer to be seen", hears).await.unwrap();
        } else {
            // What the server said on this line before it answers now would have arrived by then.
            curious.open(&of_other).await.unwrap();
            assert_eq!(curious.heard(), []);
        }
    }
}

/// Everything a client can say about a document without having been let into it.
fn whispers(id: DocumentId, data: &[u8]) -> Vec<Frame> {
    let (sender, target) = ("page-x".to_owned(), "diaodu".to_owned());
    let sync = Sync {
        sender: sender.clone(),
        target: target.clone(),
        document: id,
        data: data.to_vec(),
    };
    let empty = Sync {
        data: Vec::new(),
        ..sync.clone()
    };
    vec![
        Frame::Request(sync.clone()),
        Frame::Sync(sync),
        Frame::Sync(empty),
        Frame::Ephemeral(Ephemeral {
            sender,
            target,
            document: id,
            session: "page-x".to_owned(),
            count: 1,
            data: vec![0x80],
        }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_an_address_that_may_not_be_read_learns_and_changes_nothing() {
    let house = House::open_with(true).await;
    let (office, curious) = (house.desk(OFFICE).await, house.desk(OTHER).await);
    set_visibility(&office, "own").await;
    let listed = curious.documents().await.unwrap();
    let all = office.documents().await.unwrap();
    let closed = all.iter().filter(|entry| {
        let is_listed = listed.iter().any(|own| own.url == entry.url);
        !is_listed && entry.week.is_none_or(|week| week == 2)
    });
    let closed: Vec<DocumentId> = closed.map(|entry| entry.url.parse().unwrap()).collect();
    assert_eq!(
        closed.len(),
        25 + 25 + 25,
        "sheets, talks and cards of all others"
    );
    let of_street = office.document("sheet", Some(2), Some(STREET)).await;
    let mut watcher = office.dial().await.unwrap();
    let id = watcher.open(&of_street.unwrap().url).await.unwrap();
    let heads = watcher.document(id).unwrap().get_heads();

    // A greeting that asks for everything, as a client writes it that has nothing yet.
    let nothing = automerge::Automerge::new();
    let mut state = automerge::sync::State::new();
    let greeting = nothing.generate_sync_message(&mut state);
    let greeting = greeting.unwrap().encode();
    let mut line = curious.dial().await.unwrap();
    for id in &closed {
        for frame in whispers(*id, &greeting) {
            let bytes = Message::Binary(frame.encode().into());
            line.send_raw(bytes).await.unwrap();
        }
    }
    // The line still serves what is its own, and by then everything above was answered.
    let own = curious.document("sheet", Some(2), Some(OTHER)).await;
    line.open(&own.unwrap().url).await.unwrap();
    for id in &closed {
        let got = line.document(*id).map(|document| document.get_heads());
        assert_eq!(got.unwrap_or_default(), [], "{id}");
    }
    assert_eq!(watcher.document(id).unwrap().get_heads(), heads);
    assert_eq!(watcher.heard(), [], "nor is it said to be there");

    // What is counted, asked for, exported and logged follows the same rule.
    let get = async |path: &str| ask(&curious, Method::GET, path, Value::Null).await;
    let (status, summary) = get("/api/weeks/2/summary").await;
    assert_eq!(status, 200);
    assert_eq!(summary["units"].as_array().unwrap().len(), 1);
    let words = summary.to_string();
    for entry in all.iter().filter_map(|entry| entry.unit.as_deref()) {
        let is_own = entry == OTHER;
        // Leads, streets and actions are named by the plan; rows of others are not.
        assert_eq!(words.contains(&format!(".{entry}\"")), is_own, "{entry}");
    }
    for path in [
        "/api/periods",
        "/api/accounts",
        "/api/audit",
        "/api/audit.csv",
    ] {
        assert_eq!(get(path).await.0, 403, "{path}");
    }
    let (_, passes) = get("/api/passes").await;
    let passes = passes.as_array().unwrap();
    assert!(!passes.is_empty() && passes.iter().all(|pass| pass["account"] == OTHER));
    assert_eq!(
        get("/api/weeks/2/circular").await.0,
        404,
        "a draft is the office's"
    );
    assert_eq!(get("/api/weeks/2/circular.docx").await.0, 404);
    assert_eq!(
        units_of(&book(&curious).await),
        names([&UnitId(OTHER.to_owned())])
    );
}
