//! A change of access: milliseconds from the office's command until the line it concerns has ended.

use std::time::Instant;

use diaodu_tests::{
    interop::{ClientError, Desk},
    process::{PASSWORD, ServerProcess},
};
use reqwest::header;
use serde_json::{Value, json};

use crate::{
    Outcome,
    figures::{against, quantiles},
    relay::{OFFICE, STREET},
};

const TRIES: usize = 50;
const BOUND_MS: f64 = 200.0;
/// Where the account is moved to.
const OTHER: &str = "s-pucheng";
const ACCOUNT: &str = "赵换岗";
const THEIR_PASSWORD: &str = "自己选的密码一二三四";

pub async fn run() -> Outcome<()> {
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server.url(), OFFICE, PASSWORD).await?;
    let create = json!({ "command": "create-account", "account": ACCOUNT, "person": "某人", "unit": STREET, "role": "unit" });
    let done = post(&office, "/api/commands", create).await?;
    let one_time = done["one_time_password"].as_str().ok_or("a password")?;
    let desk = Desk::sign_in(&server.url(), ACCOUNT, one_time).await?;
    let change = json!({ "old": one_time, "new": THEIR_PASSWORD });
    post(&desk, "/api/password", change).await?;
    println!("access changed → the line has ended, {TRIES} tries each:");
    let change = |unit: &str, role: &str, disabled: bool| json!({ "command": "change-account", "account": ACCOUNT, "person": "某人", "unit": unit, "role": role, "disabled": disabled });
    for (what, command) in [
        ("disabled", Some(change(STREET, "unit", true))),
        ("another role", Some(change(STREET, "viewer", false))),
        ("moved to another unit", Some(change(OTHER, "unit", false))),
        ("session revoked", None),
    ] {
        let mut times = Vec::new();
        for _ in 0..TRIES {
            times.push(one(&server, &office, command.clone()).await?);
            post(&office, "/api/commands", change(STREET, "unit", false)).await?;
        }
        let (p50, p95) = quantiles(times);
        let verdict = against(p95, BOUND_MS, "ms");
        println!("  {what}: p50 {p50:.1} ms, p95 {p95:.1} ms {verdict}");
    }
    Ok(())
}

/// Opens a line and a sheet, and takes the access away: by the command, or by revoking the session.
async fn one(server: &ServerProcess, office: &Desk, command: Option<Value>) -> Outcome<f64> {
    let desk = Desk::sign_in(&server.url(), ACCOUNT, THEIR_PASSWORD).await?;
    let url = desk.document("sheet", Some(2), Some(STREET)).await?.url;
    let mut line = desk.dial().await?;
    line.open(&url).await?;
    let command = match command {
        Some(command) => command,
        None => revoke(&desk).await?,
    };
    let began = Instant::now();
    let ended = async {
        let end = line.until("the line to end", |_| false).await;
        (end, began.elapsed())
    };
    let (done, (end, took)) = futures_util::join!(post(office, "/api/commands", command), ended);
    done?;
    match end {
        Err(ClientError::Closed(_)) => {}
        end => return Err(format!("the line goes on: {end:?}").into()),
    }
    Ok(took.as_secs_f64() * 1000.0)
}

/// The command that ends the desk's own session.
async fn revoke(desk: &Desk) -> Outcome<Value> {
    let passes: Value = desk.get("/api/passes").await?.json().await?;
    let mut passes = passes.as_array().into_iter().flatten();
    let own = passes.find(|pass| pass["own"] == true);
    let id = &own.ok_or("an own session")?["id"];
    Ok(json!({ "command": "revoke-pass", "id": id }))
}

async fn post(desk: &Desk, path: &str, body: Value) -> Outcome<Value> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let request = http
        .post(format!("{}{path}", desk.server))
        .header(header::COOKIE, &desk.cookie)
        .header(header::ORIGIN, &desk.server);
    let answer = request.json(&body).send().await?.error_for_status()?;
    Ok(serde_json::from_str(&answer.text().await?).unwrap_or(Value::Null))
}
