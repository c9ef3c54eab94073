//! Who may open a line, and that what one writes the others see.

use diaodu_tests::interop::{Client, Desk, edit_offline};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, client::IntoClientRequest},
};

use crate::house::{House, STREET};

async fn knock(desk: &Desk, cookie: Option<&str>, origin: Option<&str>, query: &str) -> u16 {
    let address = format!("{}/sync{query}", desk.server.replacen("http", "ws", 1));
    let mut request = address.into_client_request().unwrap();
    if let Some(cookie) = cookie {
        request
            .headers_mut()
            .insert("cookie", cookie.parse().unwrap());
    }
    if let Some(origin) = origin {
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
    }
    match connect_async(request).await {
        Ok(_) => 101,
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_without_a_session() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let (own, cookie) = (Some(desk.server.as_str()), Some(desk.cookie.as_str()));
    let token = format!("?token={}", desk.token().await.unwrap());
    assert_eq!(knock(&desk, None, own, "").await, 401);
    assert_eq!(
        knock(&desk, Some("diaodu_session=wrong"), own, "").await,
        401
    );
    assert_eq!(knock(&desk, None, None, "?token=wrong").await, 401);
    assert_eq!(
        knock(&desk, cookie, None, "?token=wrong").await,
        401,
        "a wrong token is not mended by a cookie"
    );
    assert_eq!(
        knock(&desk, cookie, Some("http://evil.example"), "").await,
        403
    );
    assert_eq!(
        knock(&desk, cookie, None, "").await,
        403,
        "a missing origin is for tokens"
    );
    assert_eq!(knock(&desk, cookie, own, "").await, 101);
    assert_eq!(knock(&desk, None, None, &token).await, 101);
    for (account, status) in [(STREET, 101), ("s-pucheng", 409)] {
        let query = format!("?account={account}");
        let knocked = knock(&desk, cookie, own, &query).await;
        assert_eq!(knocked, status, "one account's page is no other's line");
        let query = format!("{token}&account={account}");
        assert_eq!(knock(&desk, None, None, &query).await, status, "{query}");
    }
    let plain = desk.get("/sync").await.unwrap().status().as_u16();
    assert!([403, 426].contains(&plain), "{plain}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_office_writes_the_others_see_and_a_restart_keeps() {
    let mut house = House::open().await;
    let (one, other) = (house.desk(STREET).await, house.desk("u-shengtai").await);
    let url = one
        .document("sheet", Some(2), Some(STREET))
        .await
        .unwrap()
        .url;
    let (mut writer, mut reader) = (one.dial().await.unwrap(), other.dial().await.unwrap());
    let (id, row) = (writer.open(&url).await.unwrap(), "m07.s-hongying");
    reader.open(&url).await.unwrap();
    writer
        .put(id, row, "progress", "出动58人次\n复核7处")
        .await
        .unwrap();
    writer.put(id, row, "checked_week", 58).await.unwrap();
    writer.until_sent().await.unwrap();
    let has_both = |client: &Client| client.cell(id, row, "checked_week").is_some();
    reader
        .until("the other office's edit", has_both)
        .await
        .unwrap();
    assert_eq!(
        reader.cell(id, row, "progress").unwrap().as_str(),
        Some("出动58人次\n复核7处")
    );
    drop((writer, reader));

    house.reopen_after(1).await;
    let mut late = house.desk(STREET).await.dial().await.unwrap();
    late.open(&url).await.unwrap();
    assert_eq!(
        late.cell(id, row, "checked_week").unwrap().as_i64(),
        Some(58)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_line() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let mut client = desk.dial().await.unwrap();
    let request = reqwest::Client::new().delete(format!("{}/api/session", desk.server));
    request.header("cookie", &desk.cookie).send().await.unwrap();
    let error = client
        .until("the line to end", |_| false)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("4001"), "{error}");
}

async fn ends_as_a_session(client: &mut Client) {
    let error = client
        .until("the line to end", |_| false)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("4001"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_by_itself_ends_its_open_line() {
    let house = House::open_at("2021-04-13T09:00:00").await;
    let (idle, used) = (house.desk(STREET).await, house.desk("s-pucheng").await);
    let mut still = idle.dial().await.unwrap();
    let mut busy = used.dial().await.unwrap();
    let url = idle.document("sheet", Some(2), Some(STREET)).await;
    let url = url.unwrap().url;
    // Eight days without a request end the one; a request on the seventh puts off the end of the other.
    house.turn("2021-04-20T09:00:00");
    assert_eq!(used.get("/api/session").await.unwrap().status(), 200);
    house.turn("2021-04-21T09:05:00");
    ends_as_a_session(&mut still).await;
    busy.open(&url).await.unwrap();
    assert!(idle.dial().await.is_err(), "nor does it open another");
    // Thirty days end it, however often it is used.
    for day in ["04-27", "05-04", "05-11"] {
        house.turn(&format!("2021-{day}T09:00:00"));
        let status = used.get("/api/session").await.unwrap().status();
        assert_eq!(status, 200, "{day}");
    }
    house.turn("2021-05-13T09:05:00");
    ends_as_a_session(&mut busy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_edits_of_two_offices_merge_when_they_return() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let url = desk
        .document("sheet", Some(3), Some(STREET))
        .await
        .unwrap()
        .url;
    let mut disks = Vec::new();
    for number in 0..2 {
        let mut client = desk.dial().await.unwrap();
        let id = client.open(&url).await.unwrap();
        let disk = std::mem::take(&mut client.disk);
        drop(client);
        let value = format!("离线{number}").into();
        disks.push(edit_offline(
            disk,
            id,
            STREET,
            "m07.s-hongying",
            "remark",
            value,
        ));
    }
    let mut clients = Vec::new();
    for disk in disks {
        let mut client = desk.dial_with(disk).await.unwrap();
        let id = client.open(&url).await.unwrap();
        client.until_sent().await.unwrap();
        clients.push((client, id));
    }
    for (client, id) in &mut clients {
        let id = *id;
        let both = |client: &Client| client.values(id, "m07.s-hongying", "remark").len() == 2;
        client.until("both values", both).await.unwrap();
        assert_eq!(
            client.values(id, "m07.s-hongying", "remark"),
            ["离线0", "离线1"]
        );
    }
}
