//! What strangers may throw at a server: it says one clear thing, stays up, and nothing is lost.

use diaodu_tests::interop::{Client, ClientError};
use diaodu_wire::{
    limits::FRAME_BYTES_MAX,
    repo::{DocumentId, Frame, Sync},
};
use fastrand::Rng;
use tokio_tungstenite::tungstenite::Message;

use crate::house::{House, STREET};

/// A sheet with one cell that must survive, and a client that watches it.
struct Scene {
    house: House,
    url: String,
    id: DocumentId,
    watcher: Client,
    count: i64,
}

const ROW: &str = "m07.s-hongying";

impl Scene {
    async fn set() -> Scene {
        let house = House::open().await;
        let desk = house.desk(STREET).await;
        let url = desk
            .document("sheet", Some(2), Some(STREET))
            .await
            .unwrap()
            .url;
        let mut watcher = desk.dial().await.unwrap();
        let id = watcher.open(&url).await.unwrap();
        Scene {
            house,
            url,
            id,
            watcher,
            count: 0,
        }
    }

    async fn stranger(&self) -> Client {
        self.house.desk("u-zhujian").await.dial().await.unwrap()
    }

    /// The server still takes edits and passes them on; everything earlier is there.
    async fn holds(&mut self) {
        self.count += 1;
        let (id, count) = (self.id, self.count);
        self.watcher
            .put(id, ROW, "checked_week", count)
            .await
            .unwrap();
        self.watcher.until_sent().await.unwrap();
        let mut other = self.house.desk("u-shengtai").await.dial().await.unwrap();
        other.open(&self.url).await.unwrap();
        assert_eq!(
            other.cell(id, ROW, "checked_week").unwrap().as_i64(),
            Some(count)
        );
    }
}

async fn ends_with(client: &mut Client, code: &str) {
    let error = client
        .until("the line to end", |_| false)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ClientError::Closed(reason) if reason.contains(code)),
        "{code} expected: {error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_closes_its_own_line_and_no_other() {
    let mut scene = Scene::set().await;
    for garbage in [
        vec![],
        vec![0xff; 64],
        b"hello".to_vec(),
        vec![0xa1, 0x64, b't'],
        vec![0x9f; 4_096],
    ] {
        let mut stranger = scene.stranger().await;
        stranger
            .send_raw(Message::Binary(garbage.into()))
            .await
            .unwrap();
        ends_with(&mut stranger, "Protocol").await;
    }
    scene.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_messages_are_not_taken() {
    let mut scene = Scene::set().await;
    let mut stranger = scene.stranger().await;
    stranger.send_raw(Message::Text("{}".into())).await.unwrap();
    ends_with(&mut stranger, "Unsupported").await;
    scene.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_closes_its_line() {
    let mut scene = Scene::set().await;
    let mut stranger = scene.stranger().await;
    // The server may hang up before the last byte has left.
    let sent = stranger
        .send_raw(Message::Binary(vec![0; FRAME_BYTES_MAX + 1].into()))
        .await;
    if sent.is_ok() {
        let error = stranger
            .until("the line to end", |_| false)
            .await
            .unwrap_err();
        let by_size = matches!(&error, ClientError::Closed(reason) if reason.contains("Size"));
        assert!(
            by_size || matches!(error, ClientError::Socket(_)),
            "{error}"
        );
    }
    scene.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_message_types_are_passed_over() {
    let mut scene = Scene::set().await;
    let mut stranger = scene.house.desk(STREET).await.dial().await.unwrap();
    let id = stranger.open(&scene.url).await.unwrap();
    for kind in [
        "remote-heads-changed",
        "remote-subscription-change",
        "from-the-future",
        "",
    ] {
        stranger
            .send_raw(Message::Binary(unknown(kind).into()))
            .await
            .unwrap();
    }
    stranger.put(id, ROW, "remark", "还在").await.unwrap();
    stranger.until_sent().await.unwrap();
    scene.holds().await;
    assert_eq!(
        scene.watcher.cell(id, ROW, "remark").unwrap().as_str(),
        Some("还在")
    );
}

/// `{"type": kind, "senderId": "x", "later": [1, {}]}` as CBOR.
fn unknown(kind: &str) -> Vec<u8> {
    let mut bytes = vec![0xa3, 0x64];
    bytes.extend(b"type");
    bytes.push(0x60 + u8::try_from(kind.len().min(23)).unwrap());
    bytes.extend(&kind.as_bytes()[..kind.len().min(23)]);
    if kind.len() > 23 {
        bytes.truncate(6);
        bytes.extend([0x78, u8::try_from(kind.len()).unwrap()]);
        bytes.extend(kind.as_bytes());
    }
    bytes.push(0x68);
    bytes.extend(b"senderId\x61x");
    bytes.push(0x65);
    bytes.extend(b"later\x82\x01\xa0");
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_spoilt_frames_break_nothing() {
    let mut scene = Scene::set().await;
    let mut rng = Rng::with_seed(20_210_416);
    let sync = Sync {
        sender: "page-x".to_owned(),
        target: "diaodu".to_owned(),
        document: scene.id,
        data: automerge::sync::Message::decode(&[0x42, 0, 0, 1, 0, 0, 0])
            .map_or(vec![0x42, 0, 0, 0, 0], |m| m.encode()),
    };
    let honest = [
        Frame::Join {
            sender: "page-x".to_owned(),
            ours: true,
            versions: vec!["1".to_owned()],
        }
        .encode(),
        Frame::Sync(sync.clone()).encode(),
        Frame::Request(sync).encode(),
        Frame::Leave {
            sender: "page-x".to_owned(),
        }
        .encode(),
    ];
    let desk = scene.house.desk("u-zhujian").await;
    let mut stranger = desk.dial().await.unwrap();
    for _ in 0..1_000 {
        let mut frame = rng.choice(&honest).unwrap().clone();
        for _ in 0..rng.usize(1..6) {
            let at = rng.usize(0..frame.len());
            match rng.u8(0..3) {
                0 => frame[at] = rng.u8(..),
                1 => frame.truncate(at.max(1)),
                _ => frame.insert(at, rng.u8(..)),
            }
        }
        if stranger
            .send_raw(Message::Binary(frame.into()))
            .await
            .is_err()
        {
            stranger = desk.dial().await.unwrap();
        }
    }
    scene.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_where_nobody_may_write_are_refused_and_not_passed_on() {
    let mut scene = Scene::set().await;
    let desk = scene.house.desk(STREET).await;
    let (hub, catalogue) = (
        desk.document("hub", Some(2), None).await.unwrap().url,
        desk.document("catalogue", None, None).await.unwrap().url,
    );
    let sheet = scene.url.clone();
    let cases: [(&str, &[&str], &str, automerge::ScalarValue); 7] = [
        (&hub, &[], "week", 3.into()),
        (&catalogue, &["campaign"], "name", "别的".into()),
        (&sheet, &[], "unit", "u-zhujian".into()),
        (&sheet, &["rows", ROW], "no_such_column", "x".into()),
        (&sheet, &["rows", ROW], "checked_week", "七".into()),
        (&sheet, &["rows", ROW], "checked_before", 7.into()),
        (
            &sheet,
            &["rows", ROW],
            "progress",
            "长".repeat(200_000).into(),
        ),
    ];
    for (url, path, key, value) in cases {
        let mut stranger = desk.dial().await.unwrap();
        let id = stranger.open(url).await.unwrap();
        let change = stranger.put_at(id, path, key, value).await.unwrap();
        stranger
            .until("the refusal", |client| client.held(id).is_some())
            .await
            .unwrap();
        assert!(!stranger.held(id).unwrap().is_empty(), "{key}");
        assert!(
            stranger.unsent() > 0,
            "{key}: a refused edit is not called sent"
        );
        let mut reader = desk.dial().await.unwrap();
        reader.open(url).await.unwrap();
        let known = automerge::ReadDoc::get_change_by_hash(reader.document(id).unwrap(), &change);
        assert!(known.is_none(), "{key}: passed on");
    }
    scene.holds().await;
}
