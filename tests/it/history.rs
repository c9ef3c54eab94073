//! Who wrote what and when it arrived, as the server tells it: on the line, and to who asks. Only what the asker may read.

use diaodu_plan::{
    campaign::WeekNumber,
    history::{Arrival, History},
    layout::sheet,
};
use diaodu_tests::interop::{ClientError, Desk};
use diaodu_wire::{http::history::Changes, repo::DocumentId};
use serde_json::json;

use crate::{
    accounts::{OFFICE, command, newcomer},
    house::{House, STREET},
};

const ROW: &str = "m07.s-hongying";
const OTHER: &str = "s-pucheng";

async fn changes(desk: &Desk, url: &str, after: i64) -> Changes {
    let id = url.trim_start_matches("automerge:");
    let path = format!("/api/documents/{id}/changes?after={after}");
    let answer = desk.get(&path).await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn status(desk: &Desk, id: &str) -> u16 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http
        .get(format!("{}/api/documents/{id}/changes", desk.server))
        .header(reqwest::header::COOKIE, &desk.cookie);
    request.send().await.unwrap().status().as_u16()
}

fn millis(moment: &str) -> i64 {
    let moment: jiff::Timestamp = format!("{moment}+08:00").parse().unwrap();
    moment.as_millisecond()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_on_the_line_and_over_http_is_the_same_and_not_what_the_change_claims() {
    let mut house = House::open_at("2021-04-14T09:00:00").await;
    let office = house.desk(OFFICE).await;
    let person = newcomer(&house, "周填报", STREET, "unit").await;
    let url = person
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let (mut writer, mut reader) = (person.dial().await.unwrap(), office.dial().await.unwrap());
    let (id, read) = (
        writer.open(&url).await.unwrap(),
        reader.open(&url).await.unwrap(),
    );
    for (moment, text) in [("2021-04-14T09:30:00", "一"), ("2021-04-15T10:00:00", "二")] {
        house.turn(moment);
        writer.put(id, ROW, "progress", text).await.unwrap();
        writer.until_sent().await.unwrap();
    }
    let told = |client: &diaodu_tests::interop::Client| client.receipts().len() == 2;
    reader.until("both receipts", told).await.unwrap();
    writer.until("both receipts", told).await.unwrap();

    let newest = |client: &diaodu_tests::interop::Client| {
        let value = client.cell(read, ROW, "progress");
        value.is_some_and(|value| value.as_str() == Some("二"))
    };
    reader.until("the newest value", newest).await.unwrap();

    let listed = changes(&office, &url, 0).await;
    assert_eq!(listed.writers.len(), 1);
    let writer_of = &listed.writers[0];
    assert_eq!((&*writer_of.account, &*writer_of.unit), ("周填报", STREET));
    assert!(!writer_of.person.is_empty());
    let moments: Vec<i64> = listed.changes.iter().map(|(_, _, at)| *at).collect();
    assert_eq!(
        moments,
        [millis("2021-04-14T09:30:00"), millis("2021-04-15T10:00:00")]
    );
    for client in [&writer, &reader] {
        let told: Vec<(String, i64)> = client
            .receipts()
            .iter()
            .flat_map(|(_, received)| {
                assert_eq!((&*received.account, &*received.unit), ("周填报", STREET));
                let hash =
                    |hash: &diaodu_wire::notice::Hash| automerge::ChangeHash(hash.0).to_string();
                received
                    .changes
                    .iter()
                    .map(move |each| (hash(each), received.at_ms))
            })
            .collect();
        let listed: Vec<(String, i64)> = listed
            .changes
            .iter()
            .map(|(hash, _, at)| (hash.clone(), *at))
            .collect();
        assert_eq!(told, listed);
    }
    let rest = changes(&office, &url, listed.through).await;
    assert_eq!(
        (rest.changes.len(), rest.through, rest.more),
        (0, listed.through, false)
    );

    // The table of Wednesday evening, from the history and the server's word alone.
    let document = reader.document(read).unwrap();
    let history = History::read(document);
    let times = history.times(|hash| {
        let hash = hash.to_string();
        let known = listed.changes.iter().find(|(of, _, _)| *of == hash);
        known.map_or(Arrival::Known, |(_, _, at)| Arrival::At(*at))
    });
    let evening = history.until(&times, millis("2021-04-14T20:00:00"));
    let row = diaodu_plan::row::RowId(ROW.to_owned());
    let column = diaodu_plan::column::Column::Progress;
    let text = |sheet: &sheet::Sheet| sheet.rows[&row].cells[&column][0].to_string();
    assert_eq!(text(&history.sheet(&evening)), "一");
    assert_eq!(text(&history.sheet(&history.whole())), "二");

    // Somebody who moves to another office has still written as the old one.
    let moved = json!({ "command": "change-account", "account": "周填报", "person": "周某", "unit": OTHER, "role": "unit", "disabled": false });
    command(&office, moved).await;
    house.reopen_at("2021-04-16T09:00:00").await;
    let office = house.desk(OFFICE).await;
    let again = changes(&office, &url, 0).await;
    assert_eq!(again.changes, listed.changes);
    assert_eq!(
        (&*again.writers[0].unit, &*again.writers[0].person),
        (STREET, "周某")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn history_refuses_foreign_documents_just_as_sync_does() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let street = house.desk(STREET).await;
    let all = office.documents().await.unwrap();
    for visibility in ["all", "leads", "own"] {
        command(
            &office,
            json!({ "command": "set-visibility", "visibility": visibility }),
        )
        .await;
        let listed = street.documents().await.unwrap();
        let mut line = street.dial().await.unwrap();
        let (mut open, mut closed) = (0, 0);
        for entry in all.iter().filter(|entry| {
            entry
                .week
                .is_none_or(|week| WeekNumber(week) == WeekNumber(2))
        }) {
            let id = entry.url.trim_start_matches("automerge:");
            let answered = status(&street, id).await;
            let opened = line.open(&entry.url).await;
            match answered {
                200 => {
                    open += 1;
                    assert!(opened.is_ok(), "{visibility}: {entry:?}");
                    assert!(listed.contains(entry), "{visibility}: {entry:?}");
                }
                404 => {
                    closed += 1;
                    let error: ClientError = opened.unwrap_err();
                    assert!(
                        error.to_string().contains("not available"),
                        "{visibility}: {error}"
                    );
                    assert!(!listed.contains(entry), "{visibility}: {entry:?}");
                }
                status => panic!("{visibility}: {status} for {entry:?}"),
            }
        }
        assert!(
            open > 3 && closed > 3,
            "{visibility}: {open} open, {closed} closed"
        );
    }
    let stranger = DocumentId([7; 16]).to_string();
    for id in [stranger.as_str(), "nonsense"] {
        assert_eq!(status(&office, id).await, 404, "{id}");
    }
    let mut nobody = street.clone();
    nobody.cookie.clear();
    let own = street
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    assert_eq!(
        status(&nobody, own.trim_start_matches("automerge:")).await,
        401
    );
}
