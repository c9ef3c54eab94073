//! Other people's clients beside ours on one sheet: automerge-repo in JavaScript, samod in Rust.

use std::{convert::Infallible, sync::Arc};

use automerge::{Automerge, ReadDoc, ScalarValue, transaction::Transactable};
use diaodu_tests::{
    interop::{Client, Desk, PATIENCE, scalar},
    stock::Stock,
};
use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use reqwest::Method;
use samod::{BackoffConfig, DialError, Dialer, DocHandle, Repo, Transport};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::{
    accounts::{OFFICE, ask},
    house::{House, STREET},
};

const ROW: &str = "m07.s-hongying";

/// How a samod client reaches `/sync`.
struct TokenDialer {
    address: String,
}

impl Dialer for TokenDialer {
    type Error = Infallible;

    fn url(&self) -> url::Url {
        self.address.parse().unwrap()
    }

    fn connect(&self) -> BoxFuture<'static, Result<Transport, DialError<Infallible>>> {
        let address = self.address.clone();
        Box::pin(async move {
            let (socket, _) = connect_async(address).await.map_err(DialError::transient)?;
            let (sink, stream) = socket.split();
            let bytes = stream.filter_map(|message| async move {
                match message {
                    Ok(Message::Binary(bytes)) => Some(Ok(bytes.to_vec())),
                    Ok(_) => None,
                    Err(error) => Some(Err(error)),
                }
            });
            let sink = sink.with(|bytes: Vec<u8>| async move {
                Ok::<_, tokio_tungstenite::tungstenite::Error>(Message::Binary(bytes.into()))
            });
            Ok(Transport::new(Box::pin(bytes), Box::pin(sink)))
        })
    }
}

async fn samod_client(desk: &Desk, url: &str) -> (Repo, DocHandle) {
    let repo = Repo::build_tokio().load().await;
    let dialer = Arc::new(TokenDialer {
        address: desk.sync_address().await.unwrap(),
    });
    let line = repo.dial(BackoffConfig::default(), dialer).unwrap();
    timeout(PATIENCE, line.established())
        .await
        .unwrap()
        .unwrap();
    let id = url.strip_prefix("automerge:").unwrap().parse().unwrap();
    let handle = timeout(PATIENCE, repo.find(id))
        .await
        .unwrap()
        .unwrap()
        .expect("the sheet exists");
    (repo, handle)
}

async fn samod_put(handle: &DocHandle, column: &str, value: impl Into<ScalarValue>) {
    handle.with_document(|document| {
        document
            .transact(|tx| {
                let (_, rows) = tx.get(automerge::ROOT, "rows")?.unwrap();
                let (_, row) = tx.get(&rows, ROW)?.unwrap();
                tx.put(&row, column, value)
            })
            .unwrap();
    });
}

async fn samod_sees(handle: &DocHandle, column: &str, value: &str) {
    let mut changes = handle.changes();
    let seen = async {
        loop {
            let cell = handle
                .with_document(|document: &mut Automerge| scalar(document, &["rows", ROW], column));
            if cell.as_ref().and_then(|cell| cell.as_str()) == Some(value) {
                return;
            }
            changes.next().await.expect("the document stays open");
        }
    };
    timeout(PATIENCE, seen)
        .await
        .unwrap_or_else(|_| panic!("samod does not see {value}"));
}

async fn ours_sees(
    client: &mut Client,
    id: diaodu_wire::repo::DocumentId,
    column: &str,
    value: &str,
) {
    let sees = |client: &Client| {
        client
            .cell(id, ROW, column)
            .as_ref()
            .and_then(|cell| cell.as_str())
            == Some(value)
    };
    client.until(value, sees).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_clients_read_and_write_a_sheet_beside_ours() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let url = desk
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let mut ours = desk.dial().await.unwrap();
    let id = ours.open(&url).await.unwrap();
    ours.put(id, ROW, "progress", "我们写的").await.unwrap();
    ours.until_sent().await.unwrap();

    let mut stock = Stock::start();
    stock.open(&desk, &url, 1).await;
    let (_repo, samod) = samod_client(&desk, &url).await;
    stock.ask(json!({ "command": "see", "client": 0, "row": ROW, "column": "progress", "value": "我们写的" })).await;
    samod_sees(&samod, "progress", "我们写的").await;

    stock.ask(json!({ "command": "put", "client": 0, "row": ROW, "column": "problem", "value": "JavaScript 写的" })).await;
    ours_sees(&mut ours, id, "problem", "JavaScript 写的").await;
    samod_sees(&samod, "problem", "JavaScript 写的").await;
    stock.ask(json!({ "command": "put", "client": 0, "row": ROW, "column": "checked_week", "value": 58 })).await;
    let is_integer =
        |client: &Client| client.cell(id, ROW, "checked_week") == Some(ScalarValue::Int(58));
    ours.until("an integer from JavaScript", is_integer)
        .await
        .unwrap();

    samod_put(&samod, "next_plan", "samod 写的").await;
    ours_sees(&mut ours, id, "next_plan", "samod 写的").await;
    stock.ask(json!({ "command": "see", "client": 0, "row": ROW, "column": "next_plan", "value": "samod 写的" })).await;
    let read = stock.ask(json!({ "command": "cells", "client": 0 })).await;
    let expected = json!({ ROW: { "progress": "我们写的", "problem": "JavaScript 写的", "next_plan": "samod 写的", "checked_week": 58 } });
    assert_eq!(read["cells"], expected);
    stock.ask(json!({ "command": "close" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_is_told_that_a_document_does_not_exist() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let mut stock = Stock::start();
    let server = desk.sync_address().await.unwrap();
    let url = diaodu_wire::repo::DocumentId([7; 16]).url();
    let answer = stock
        .ask(json!({ "command": "missing", "server": server, "url": url }))
        .await;
    assert_eq!(answer["found"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_that_writes_where_it_may_not_is_held_and_still_hears_the_others() {
    let house = House::open().await;
    let (owner, stranger) = (house.desk(STREET).await, house.desk("s-pucheng").await);
    let sheet = owner.document("sheet", Some(2), Some(STREET)).await;
    let url = sheet.unwrap().url;
    let mut ours = owner.dial().await.unwrap();
    let id = ours.open(&url).await.unwrap();
    let heads = ours.document(id).unwrap().get_heads();
    let mut stock = Stock::start();
    stock.open(&stranger, &url, 1).await;
    let put = |column: &str, value: &str| json!({ "command": "put", "client": 0, "row": ROW, "column": column, "value": value });
    let see = |column: &str, value: &str| json!({ "command": "see", "client": 0, "row": ROW, "column": column, "value": value });
    stock.ask(put("problem", "外单位写的")).await;
    // The refusal stands in the log: by then the server has heard it.
    let office = house.desk(OFFICE).await;
    let mut refusals = Value::Null;
    for _ in 0..500 {
        let path = "/api/audit?account=s-pucheng&kind=refusal";
        refusals = ask(&office, Method::GET, path, Value::Null).await.1;
        if refusals != json!([]) {
            break;
        }
    }
    let detail = format!("foreign-row rows/{ROW}/problem");
    assert_eq!(refusals[0]["detail"], detail);
    assert_eq!(ours.document(id).unwrap().get_heads(), heads);

    // Held: what it writes afterwards reaches nobody, and it goes on hearing, also after writing.
    for round in ["一", "二"] {
        let text = format!("本单位写的{round}");
        ours.put(id, ROW, "progress", text.as_str()).await.unwrap();
        ours.until_sent().await.unwrap();
        stock.ask(see("progress", &text)).await;
        stock.ask(put("remark", &format!("再写{round}"))).await;
    }
    let mut late = owner.dial().await.unwrap();
    late.open(&url).await.unwrap();
    for line in [&ours, &late] {
        let read = |column| line.cell(id, ROW, column);
        assert_eq!(read("progress"), Some("本单位写的二".into()));
        assert_eq!((read("problem"), read("remark")), (None, None));
    }
    stock.ask(json!({ "command": "close" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_stock_clients_with_fifty_edits_each_converge() {
    const CLIENTS: usize = 20;
    const EDITS: usize = 50;
    let mut house = House::open().await;
    let desk = house.desk(STREET).await;
    let url = desk
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let mut ours = desk.dial().await.unwrap();
    let id = ours.open(&url).await.unwrap();
    let rows: Vec<String> = {
        let sheet = diaodu_plan::layout::sheet::read(ours.document(id).unwrap());
        sheet.rows.keys().map(|row| row.0.clone()).collect()
    };
    let mut stock = Stock::start();
    stock.open(&desk, &url, CLIENTS).await;
    let columns = [
        "progress",
        "problem",
        "next_plan",
        "leader",
        "owner",
        "remark",
    ];
    let storm = json!({ "command": "storm", "rows": rows, "columns": columns, "edits": EDITS });
    let changes = |document: &Automerge| document.get_changes(&[]).len();
    let all = 1 + CLIENTS * EDITS;
    // It reads while the storm goes on: whoever does not is dropped as a slow reader.
    let (figures, read) = tokio::join!(
        stock.ask(storm),
        ours.until("all edits", |client| {
            client.document(id).is_some_and(|open| changes(open) == all)
        })
    );
    read.unwrap();
    println!(
        "{CLIENTS} × {EDITS} edits of stock clients: written in {} ms, converged in {} ms",
        figures["written_ms"], figures["converged_ms"]
    );

    let heads = stock.ask(json!({ "command": "same" })).await;
    assert_eq!(
        heads["heads"].as_array().unwrap().len(),
        ours.document(id).unwrap().get_heads().len()
    );
    let cells = stock.ask(json!({ "command": "cells", "client": 7 })).await;
    for (row, columns) in cells["cells"].as_object().unwrap() {
        for (column, value) in columns.as_object().unwrap() {
            let found = ours.cell(id, row, column);
            assert_eq!(
                found.as_ref().and_then(|cell| cell.as_str()),
                value.as_str(),
                "{row} {column}"
            );
        }
    }
    stock.ask(json!({ "command": "close" })).await;

    house.reopen_after(1).await;
    let mut late = house.desk(STREET).await.dial().await.unwrap();
    late.open(&url).await.unwrap();
    assert_eq!(
        changes(late.document(id).unwrap()),
        all,
        "a restart keeps every edit"
    );
}
