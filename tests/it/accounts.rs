//! Accounts, roles and settings on a real server: who may do what, and that it holds at once.

use diaodu_tests::{
    interop::{Client, ClientError, Desk},
    process::{Folder, PASSWORD},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::house::{House, STREET};

/// The office's own account.
pub const OFFICE: &str = "u-gongjianban";
const ROW: &str = "m07.s-hongying";

/// Asks as a page of the server's own does; returns status and body.
pub async fn ask(desk: &Desk, method: Method, path: &str, body: Value) -> (u16, Value) {
    let origin = Some(desk.server.clone());
    ask_from(desk, method, path, body, origin).await
}

async fn ask_from(
    desk: &Desk,
    method: Method,
    path: &str,
    body: Value,
    origin: Option<String>,
) -> (u16, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http
        .request(method, format!("{}{path}", desk.server))
        .header(header::COOKIE, &desk.cookie);
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    if !body.is_null() {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

/// Has a command carried out; panics with the server's sentence if it is not.
pub async fn command(desk: &Desk, body: Value) -> Value {
    let (status, answer) = ask(desk, Method::POST, "/api/commands", body.clone()).await;
    assert_eq!(status, 200, "{body}: {answer}");
    answer
}

/// Makes an account and changes its one-time password.
pub async fn newcomer(house: &House, name: &str, unit: &str, role: &str) -> Desk {
    let office = house.desk(OFFICE).await;
    let create = json!({ "command": "create-account", "account": name, "person": "某人", "unit": unit, "role": role });
    let done = command(&office, create).await;
    let one_time = done["one_time_password"].as_str().unwrap();
    let desk = house.try_desk(name, one_time).await.unwrap();
    let change = json!({ "old": one_time, "new": PASSWORD_OF_THEIRS });
    let (status, answer) = ask(&desk, Method::POST, "/api/password", change).await;
    assert_eq!(status, 204, "{answer}");
    desk
}

/// What a newcomer chooses.
pub const PASSWORD_OF_THEIRS: &str = "自己选的密码一二三四";

async fn sheet_of(desk: &Desk, unit: &str) -> String {
    desk.document("sheet", Some(2), Some(unit))
        .await
        .unwrap()
        .url
}

/// Writes into a row; returns the reason if it is refused.
async fn try_write(desk: &Desk, unit: &str, column: &str, value: &str) -> Option<String> {
    let mut client = desk.dial().await.unwrap();
    write_on(&mut client, &sheet_of(desk, unit).await, column, value).await
}

async fn write_on(client: &mut Client, url: &str, column: &str, value: &str) -> Option<String> {
    let id = client.open(url).await.unwrap();
    client.put(id, ROW, column, value).await.unwrap();
    client
        .until("an answer to the edit", |client| {
            client.unsent() == 0 || client.held(id).is_some()
        })
        .await
        .unwrap();
    client.held(id).map(str::to_owned)
}

async fn ends(client: &mut Client) {
    let ended = client.until("the line to end", |_| false).await;
    assert!(matches!(ended, Err(ClientError::Closed(_))), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_writes_its_own_and_the_server_decides() {
    let house = House::open().await;
    let street = house.desk(STREET).await;
    let other = house.desk("s-pucheng").await;
    let office = house.desk(OFFICE).await;
    assert_eq!(
        try_write(&street, STREET, "progress", "自己的行").await,
        None
    );
    let refused = try_write(&other, STREET, "progress", "别人的行").await;
    assert_eq!(refused.as_deref(), Some("foreign-row"));
    let refused = try_write(&office, STREET, "progress", "代填").await;
    assert_eq!(refused.as_deref(), Some("foreign-row"));
    assert_eq!(try_write(&office, STREET, "review", "通过").await, None);
    assert_eq!(
        try_write(&office, STREET, "office_status", "滞后").await,
        None
    );
    let refused = try_write(&street, STREET, "review", "不通过").await;
    assert_eq!(refused.as_deref(), Some("not-reviewer"));
    let refused = try_write(&street, STREET, "office_status", "已完成").await;
    assert_eq!(refused.as_deref(), Some("office-column"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_password_opens_nothing_but_its_own_change() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let create = json!({ "command": "create-account", "account": "王试填", "person": "王试填", "unit": STREET, "role": "unit" });
    let done = command(&office, create.clone()).await;
    let one_time = done["one_time_password"].as_str().unwrap();
    let desk = house.try_desk("王试填", one_time).await.unwrap();
    let (_, session) = ask(&desk, Method::GET, "/api/session", Value::Null).await;
    assert_eq!(session["must_change"], true);
    let (status, answer) = ask(&desk, Method::GET, "/api/documents", Value::Null).await;
    assert_eq!(
        (status, &answer["error"]),
        (403, &json!("must-change-password"))
    );
    assert!(desk.dial().await.is_err());
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    for (body, word) in [
        (change("不对", PASSWORD_OF_THEIRS), "wrong-old-password"),
        (change(one_time, "短"), "short-password"),
        (change(one_time, "啊啊啊啊啊啊啊啊啊啊啊"), "easy-password"),
        (change(one_time, one_time), "same-password"),
    ] {
        let (_, answer) = ask(&desk, Method::POST, "/api/password", body).await;
        assert_eq!(answer["error"], word);
    }
    let body = change(one_time, PASSWORD_OF_THEIRS);
    let (status, _) = ask(&desk, Method::POST, "/api/password", body).await;
    assert_eq!(status, 204);
    assert_eq!(try_write(&desk, STREET, "progress", "新人填的").await, None);
    let (_, answer) = ask(&office, Method::POST, "/api/commands", create).await;
    assert_eq!(answer["error"], "account-exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_disabled_while_it_chooses_a_password_stays_disabled() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let desk = newcomer(&house, "xinren", STREET, "unit").await;
    let change = json!({ "old": PASSWORD_OF_THEIRS, "new": "另一个自己选的密码九八七" });
    let disable = json!({ "command": "change-account", "account": "xinren", "person": "某人", "unit": STREET, "role": "unit", "disabled": true });
    let (_, (status, answer)) = tokio::join!(
        ask(&desk, Method::POST, "/api/password", change),
        ask(&office, Method::POST, "/api/commands", disable)
    );
    assert_eq!(status, 200, "{answer}");
    let (_, accounts) = ask(&office, Method::GET, "/api/accounts", Value::Null).await;
    let accounts = accounts.as_array().unwrap().iter();
    let found = accounts.filter(|one| one["account"] == "xinren");
    let disabled: Vec<&Value> = found.map(|one| &one["disabled"]).collect();
    assert_eq!(disabled, [&json!(true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_office_commands_and_only_from_its_own_page() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let freeze = json!({ "command": "freeze-week", "week": 9 });
    let (status, answer) = ask(&street, Method::POST, "/api/commands", freeze.clone()).await;
    assert_eq!((status, &answer["error"]), (403, &json!("not-office")));
    for origin in [None, Some("http://evil.example".to_owned())] {
        let post = ask_from(
            &office,
            Method::POST,
            "/api/commands",
            freeze.clone(),
            origin,
        );
        let (status, answer) = post.await;
        assert_eq!((status, &answer["error"]), (403, &json!("foreign-origin")));
    }
    for path in ["/api/accounts", "/api/audit", "/api/audit.csv"] {
        assert_eq!(
            ask(&street, Method::GET, path, Value::Null).await.0,
            403,
            "{path}"
        );
        assert_eq!(
            ask(&office, Method::GET, path, Value::Null).await.0,
            200,
            "{path}"
        );
    }
    let path = "/api/audit?kind=refusal";
    let (_, entries) = ask(&office, Method::GET, path, Value::Null).await;
    let entries = entries.as_array().unwrap().iter().rev();
    let told: Vec<[&str; 3]> = entries
        .map(|entry| ["account", "subject", "detail"].map(|key| entry[key].as_str().unwrap()))
        .collect();
    let command = "POST /api/commands";
    let expected = [
        [STREET, command, "not-office"],
        [OFFICE, command, "foreign-origin"],
        ["", command, "foreign-origin"],
        [STREET, "GET /api/accounts", "not-office"],
        [STREET, "GET /api/audit", "not-office"],
        [STREET, "GET /api/audit.csv", "not-office"],
    ];
    assert_eq!(told, expected);
    let unknown = json!({ "command": "burn-it", "week": 1 });
    assert_eq!(
        ask(&office, Method::POST, "/api/commands", unknown).await.0,
        400
    );
    let of = |account: &str, role: &str, disabled: bool| {
        json!({
            "command": "change-account", "account": account, "person": "", "unit": OFFICE, "role": role, "disabled": disabled
        })
    };
    for body in [of(OFFICE, "office", true), of(OFFICE, "viewer", false)] {
        let (_, answer) = ask(&office, Method::POST, "/api/commands", body).await;
        assert_eq!(answer["error"], "last-office");
    }
    let body = json!({ "command": "create-account", "account": "x", "person": "", "unit": STREET, "role": "office" });
    let (_, answer) = ask(&office, Method::POST, "/api/commands", body).await;
    assert_eq!(answer["error"], "bad-role");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_may_do_changes_on_open_lines() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let desk = newcomer(&house, "赵换岗", STREET, "unit").await;
    let mut line = desk.dial().await.unwrap();
    let url = sheet_of(&desk, STREET).await;
    assert_eq!(
        write_on(&mut line, &url, "progress", "还是填报人").await,
        None
    );
    let change = |unit: &str, role: &str, disabled: bool| {
        json!({
            "command": "change-account", "account": "赵换岗", "person": "赵换岗", "unit": unit, "role": role, "disabled": disabled
        })
    };
    command(&office, change(STREET, "viewer", false)).await;
    ends(&mut line).await;
    let refused = try_write(&desk, STREET, "progress", "改为查看之后").await;
    assert_eq!(refused.as_deref(), Some("reads-only"));
    command(&office, change("s-pucheng", "unit", false)).await;
    let refused = try_write(&desk, STREET, "progress", "调走之后").await;
    assert_eq!(refused.as_deref(), Some("foreign-row"));
    let mut line = desk.dial().await.unwrap();
    line.open(&url).await.unwrap();
    command(&office, change(STREET, "unit", true)).await;
    ends(&mut line).await;
    assert!(desk.dial().await.is_err());
    assert!(house.try_desk("赵换岗", PASSWORD_OF_THEIRS).await.is_err());
    command(&office, change(STREET, "unit", false)).await;
    let desk = house.try_desk("赵换岗", PASSWORD_OF_THEIRS).await.unwrap();
    let mut line = desk.dial().await.unwrap();
    line.open(&url).await.unwrap();
    let (_, passes) = ask(&office, Method::GET, "/api/passes", Value::Null).await;
    let passes = passes.as_array().unwrap();
    let theirs = passes
        .iter()
        .find(|pass| pass["account"] == "赵换岗")
        .unwrap();
    command(
        &office,
        json!({ "command": "revoke-pass", "id": theirs["id"] }),
    )
    .await;
    ends(&mut line).await;
    assert_eq!(
        ask(&desk, Method::GET, "/api/session", Value::Null).await.0,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_what_the_campaign_allows() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let lead = house.desk("u-zhujian").await;
    let foreign = sheet_of(&street, "s-pucheng").await;
    let cards = |all: &[diaodu_wire::http::DocumentEntry]| {
        all.iter().filter(|entry| entry.kind == "card").count()
    };
    assert_eq!(cards(&street.documents().await.unwrap()), 1);
    assert_eq!(cards(&office.documents().await.unwrap()), 26);
    let listed = lead.documents().await.unwrap();
    assert!(
        (2..26).contains(&cards(&listed)),
        "a lead rings the units of its measure"
    );
    let set = |visibility: &str| json!({ "command": "set-visibility", "visibility": visibility });
    command(&office, set("own")).await;
    // Catalogue, hubs, sheets with what is said of them, cards.
    assert_eq!(street.documents().await.unwrap().len(), 1 + 9 + 2 * 9 + 1);
    assert_eq!(
        office.documents().await.unwrap().len(),
        1 + 9 + 26 * 2 * 9 + 26
    );
    let mut line = street.dial().await.unwrap();
    assert!(
        line.open(&foreign).await.is_err(),
        "knowing the address is no way in"
    );
    let book = |desk: Desk| async move {
        desk.get("/api/weeks/2.xlsx")
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
    };
    let (of_street, of_office) = (book(street.clone()).await, book(office.clone()).await);
    assert!(of_street.len() < of_office.len() / 2);
    command(&office, set("all")).await;
    ends(&mut line).await;
    let mut line = street.dial().await.unwrap();
    line.open(&foreign).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_week_refuses_everybody_and_stays_frozen() {
    let mut house = House::open().await;
    let office = house.desk(OFFICE).await;
    let street = house.desk(STREET).await;
    let mut line = street.dial().await.unwrap();
    let url = sheet_of(&street, STREET).await;
    assert_eq!(
        write_on(&mut line, &url, "progress", "定稿之前").await,
        None
    );
    command(
        &office,
        json!({ "command": "freeze-week", "week": 2, "early": true }),
    )
    .await;
    let refused = write_on(&mut line, &url, "progress", "定稿之后").await;
    assert_eq!(refused.as_deref(), Some("week-frozen"));
    let hub = office.document("hub", Some(2), None).await.unwrap().url;
    house.reopen_after(1).await;
    let street = house.desk(STREET).await;
    let refused = try_write(&street, STREET, "progress", "重启之后").await;
    assert_eq!(refused.as_deref(), Some("week-frozen"));
    let mut line = street.dial().await.unwrap();
    let id = line.open(&hub).await.unwrap();
    let said = |client: &Client| {
        let hub = diaodu_plan::layout::hub::read(client.document(id).unwrap()).unwrap();
        hub.frozen.is_some()
    };
    line.until("the hub to say so", said).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_views_stand_in_the_catalogue_and_only_the_office_changes_them() {
    let mut house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let save =
        json!({ "command": "save-view", "name": "滞后的行", "arrangement": "{\"filters\":{}}" });
    let (status, answer) = ask(&street, Method::POST, "/api/commands", save.clone()).await;
    assert_eq!((status, &answer["error"]), (403, &json!("not-office")));
    let listed = street.document("catalogue", None, None).await.unwrap().url;
    let mut line = street.dial().await.unwrap();
    let id = line.open(&listed).await.unwrap();
    let views = |client: &Client| {
        let read = diaodu_plan::layout::catalogue::read(client.document(id).unwrap()).unwrap();
        read.views
    };
    assert!(views(&line).is_empty());
    command(&office, save).await;
    let shared = [("滞后的行".to_owned(), "{\"filters\":{}}".to_owned())];
    let says = |client: &Client| views(client) == shared.clone().into();
    line.until("the catalogue to say so", says).await.unwrap();
    let bad = json!({ "command": "save-view", "name": "", "arrangement": "{}" });
    let (status, answer) = ask(&office, Method::POST, "/api/commands", bad).await;
    assert_eq!((status, &answer["error"]), (400, &json!("bad-view-name")));
    house.reopen_after(1).await;
    let office = house.desk(OFFICE).await;
    let mut line = house.desk(STREET).await.dial().await.unwrap();
    line.open(&listed).await.unwrap();
    line.until("the catalogue to say it still", says)
        .await
        .unwrap();
    let remove = json!({ "command": "remove-view", "name": "滞后的行" });
    command(&office, remove.clone()).await;
    let is_gone = |client: &Client| views(client).is_empty();
    line.until("the view to go", is_gone).await.unwrap();
    let (status, answer) = ask(&office, Method::POST, "/api/commands", remove).await;
    assert_eq!((status, &answer["error"]), (404, &json!("no-view")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_its_scope_says_until_it_is_revoked() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let url = sheet_of(&street, STREET).await;
    let issue = |scope: &str| json!({ "scope": scope, "days": 30, "label": "填报程序" });
    let mut tokens = Vec::new();
    for (scope, refused) in [("write", None), ("read", Some("reads-only"))] {
        let (status, token) = ask(&street, Method::POST, "/api/tokens", issue(scope)).await;
        assert_eq!(status, 200, "{token}");
        let token = token["token"].as_str().unwrap().to_owned();
        let mut line = street.dial_token(&token).await.unwrap();
        let held = write_on(&mut line, &url, "remark", scope).await;
        assert_eq!(held.as_deref(), refused);
        tokens.push((token, line));
    }
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let bearer = |path: &str, token: &str| {
        let request = http
            .get(format!("{}{path}", street.server))
            .bearer_auth(token);
        async move { request.send().await.unwrap().status() }
    };
    assert_eq!(bearer("/api/documents", &tokens[1].0).await, StatusCode::OK);
    assert_eq!(
        bearer("/api/accounts", &tokens[1].0).await,
        StatusCode::FORBIDDEN
    );
    let (_, passes) = ask(&street, Method::GET, "/api/passes", Value::Null).await;
    let passes = passes.as_array().unwrap().clone();
    let token = passes
        .iter()
        .find(|pass| pass["kind"] == "token" && pass["reads_only"] == false);
    command(
        &office,
        json!({ "command": "revoke-pass", "id": token.unwrap()["id"] }),
    )
    .await;
    ends(&mut tokens[0].1).await;
    assert_eq!(
        bearer("/api/documents", &tokens[0].0).await,
        StatusCode::UNAUTHORIZED
    );
    let (status, _) = ask(&street, Method::POST, "/api/tokens", issue("everything")).await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_tells_who_did_what_and_hides_what_was_typed() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    assert!(house.try_desk(STREET, "不对的密码").await.is_err());
    assert_eq!(
        try_write(&street, STREET, "progress", "机密内容").await,
        None
    );
    let refused = try_write(&office, STREET, "progress", "机密代填").await;
    assert!(refused.is_some());
    street.get("/api/weeks/2.xlsx").await.unwrap();
    command(
        &office,
        json!({ "command": "set-visibility", "visibility": "leads" }),
    )
    .await;
    let find = async |query: &str| {
        let path = format!("/api/audit?{query}");
        let (_, entries) = ask(&office, Method::GET, &path, Value::Null).await;
        entries.as_array().unwrap().clone()
    };
    let of = |account: &str, kind: &str| format!("account={account}&kind={kind}");
    for (account, kind) in [
        (STREET, "sign-in"),
        (STREET, "sign-in-failure"),
        (STREET, "change"),
        (STREET, "export"),
        (OFFICE, "command"),
    ] {
        assert!(
            !find(&of(account, kind)).await.is_empty(),
            "{account} {kind}"
        );
    }
    // Entered beside the answer to the author: it may come a moment later.
    let mut refusals = find(&of(OFFICE, "refusal")).await;
    for _ in 0..100 {
        if refusals.is_empty() {
            refusals = find(&of(OFFICE, "refusal")).await;
        }
    }
    assert_eq!(
        refusals[0]["detail"],
        format!("foreign-row rows/{ROW}/progress")
    );
    let (_, csv) = ask(&office, Method::GET, "/api/audit.csv", Value::Null).await;
    let csv = csv.as_str().unwrap();
    assert!(csv.contains("foreign-row") && csv.contains("set-visibility"));
    for secret in ["机密", PASSWORD, "不对的密码"] {
        assert!(!csv.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    let folder = Folder::new("setup");
    let config = House::config(folder.path().join("data"));
    let running = diaodu_server::serve::start(config).await.unwrap();
    let server = format!("http://{}", running.address);
    let secret = running.setup.clone().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let set_up = async |secret: &str, account: &str| {
        let body = json!({ "secret": secret, "account": account, "person": "某人", "password": PASSWORD_OF_THEIRS });
        let request = http
            .post(format!("{server}/api/setup"))
            .header(header::ORIGIN, &server);
        request.json(&body).send().await.unwrap().status()
    };
    assert_eq!(set_up("猜的", "admin").await, StatusCode::FORBIDDEN);
    // Two follow it at once: one of them is in.
    let both = tokio::join!(set_up(&secret, "admin"), set_up(&secret, "other"));
    let [first, second] = [both.0, both.1].map(|status| status == StatusCode::NO_CONTENT);
    assert!(first != second, "{both:?}");
    let admin = if first { "admin" } else { "other" };
    assert_eq!(set_up(&secret, "second").await, StatusCode::FORBIDDEN);
    let desk = Desk::sign_in(&server, admin, PASSWORD_OF_THEIRS)
        .await
        .unwrap();
    assert_eq!(
        ask(&desk, Method::GET, "/api/accounts", Value::Null)
            .await
            .0,
        200
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cookie_changes_demands_our_own_origin_or_no_browser() {
    let house = House::open().await;
    let desk = house.desk(OFFICE).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = async |method: Method, path: &str, headers: &[(&str, &str)]| {
        let url = format!("{}{path}", desk.server);
        let mut request = http.request(method, url);
        request = request.header(header::COOKIE, &desk.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.body("{}").send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        (
            status,
            body["error"].as_str().unwrap_or_default().to_owned(),
        )
    };
    // The session comes last: it ends.
    let ways = [
        (Method::POST, "/api/password", false),
        (Method::POST, "/api/setup", false),
        (Method::POST, "/api/commands", false),
        (Method::POST, "/api/session", true),
        (Method::POST, "/api/tokens", true),
        (Method::DELETE, "/api/session", true),
    ];
    for (method, path, is_for_programs) in ways {
        let foreign: [&[(&str, &str)]; 5] = [
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
        ];
        for headers in foreign {
            let refused = send(method.clone(), path, headers).await;
            let expected = (403, "foreign-origin".to_owned());
            assert_eq!(refused, expected, "{method} {path} {headers:?}");
        }
        let (status, word) = send(method.clone(), path, &[]).await;
        let is_refused = word == "foreign-origin";
        assert_eq!(
            is_refused, !is_for_programs,
            "{method} {path}: {status} {word}"
        );
    }
    // The stable surface: a program signs in and draws a token, without an origin.
    let program = house.desk(STREET).await;
    let token = program.token().await.unwrap();
    program.dial_token(&token).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_makes_no_token_and_ends_with_its_owners_access() {
    let house = House::open().await;
    let office = house.desk(OFFICE).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = async |token: &str, path: &str, body: Value| {
        let url = format!("{}{path}", office.server);
        let request = http.post(url).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        (
            status,
            body["error"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let second = newcomer(&house, "二号管理员", OFFICE, "office").await;
    let mut tokens = Vec::new();
    for scope in ["write", "read"] {
        let wish = json!({ "scope": scope, "days": 1, "label": "程序" });
        let (_, token) = ask(&second, Method::POST, "/api/tokens", wish).await;
        tokens.push(token["token"].as_str().unwrap().to_owned());
    }
    let longer = json!({ "scope": "write", "days": 366, "label": "更久" });
    for token in &tokens {
        let (status, word) = post(token, "/api/tokens", longer.clone()).await;
        assert_eq!((status, word.as_str()), (403, "token-by-token"));
    }
    // With the cookie beside it, too: the token is what was shown.
    let both = http.post(format!("{}/api/tokens", office.server));
    let both = both
        .bearer_auth(&tokens[0])
        .header(header::COOKIE, &second.cookie);
    assert_eq!(both.json(&longer).send().await.unwrap().status(), 403);
    // The office's write token commands as its owner does, a read token does not.
    let grace = json!({ "command": "set-grace", "minutes": 5 });
    assert_eq!(
        post(&tokens[0], "/api/commands", grace.clone()).await.0,
        200
    );
    let (status, word) = post(&tokens[1], "/api/commands", grace.clone()).await;
    assert_eq!((status, word.as_str()), (403, "not-office"));
    let entries = ask(
        &office,
        Method::GET,
        "/api/audit?text=set-grace",
        Value::Null,
    )
    .await
    .1;
    assert_eq!(
        entries[0]["account"], "二号管理员",
        "and the log names the owner"
    );
    let of = |role: &str, disabled: bool| json!({ "command": "change-account", "account": "二号管理员", "person": "", "unit": OFFICE, "role": role, "disabled": disabled });
    command(&office, of("viewer", false)).await;
    let (status, word) = post(&tokens[0], "/api/commands", grace.clone()).await;
    assert_eq!((status, word.as_str()), (403, "not-office"));
    command(&office, of("office", true)).await;
    command(&office, of("office", false)).await;
    assert_eq!(
        post(&tokens[0], "/api/commands", grace).await.0,
        401,
        "and stays out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_password_ends_what_was_open_and_is_good_for_its_own_change_alone() {
    let house = House::open().await;
    let (office, street) = (house.desk(OFFICE).await, house.desk(STREET).await);
    let mut line = street.dial().await.unwrap();
    line.open(&sheet_of(&street, STREET).await).await.unwrap();
    let token = street.token().await.unwrap();
    let reset = |account: &str| json!({ "command": "reset-password", "account": account });
    let (status, answer) = ask(&street, Method::POST, "/api/commands", reset(STREET)).await;
    assert_eq!((status, &answer["error"]), (403, &json!("not-office")));
    let (status, answer) = ask(&office, Method::POST, "/api/commands", reset("nobody")).await;
    assert_eq!((status, &answer["error"]), (404, &json!("no-account")));

    let done = command(&office, reset(STREET)).await;
    let one_time = done["one_time_password"].as_str().unwrap();
    ends(&mut line).await;
    assert!(street.dial_token(&token).await.is_err());
    assert_eq!(
        ask(&street, Method::GET, "/api/session", Value::Null)
            .await
            .0,
        401
    );
    assert!(house.try_desk(STREET, PASSWORD).await.is_err());
    let desk = house.try_desk(STREET, one_time).await.unwrap();
    assert!(desk.dial().await.is_err() && desk.documents().await.is_err());
    let (_, log) = ask(&office, Method::GET, "/api/audit.csv", Value::Null).await;
    assert!(!log.to_string().contains(one_time));
    let change = |old: &str| json!({ "old": old, "new": PASSWORD_OF_THEIRS });
    let (status, answer) = ask(&desk, Method::POST, "/api/password", change("猜的旧密码")).await;
    assert_eq!(
        (status, &answer["error"]),
        (403, &json!("wrong-old-password"))
    );
    let (status, answer) = ask(&desk, Method::POST, "/api/password", change(one_time)).await;
    assert_eq!(status, 204, "{answer}");
    assert!(
        house.try_desk(STREET, one_time).await.is_err(),
        "it is used up"
    );
    let desk = house.try_desk(STREET, PASSWORD_OF_THEIRS).await.unwrap();
    assert_eq!(try_write(&desk, STREET, "progress", "照常填").await, None);
    let path = format!("/api/audit?account={STREET}&kind=sign-in-failure&text=wrong-old-password");
    let (_, entries) = ask(&office, Method::GET, &path, Value::Null).await;
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
}
