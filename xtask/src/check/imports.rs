//! Who may import whom, read from `cargo metadata`.

use serde_json::Value;

use super::{Complaints, Project};
use crate::shell::Outcome;

/// Ours, and whom of ours each may import. `diaodu-tests` may import everything.
const ARROWS: [(&str, &[&str]); 7] = [
    ("diaodu-plan", &[]),
    ("diaodu-wire", &[]),
    ("diaodu-sync", &["diaodu-wire"]),
    ("diaodu-interchange", &["diaodu-plan"]),
    (
        "diaodu-server",
        &[
            "diaodu-plan",
            "diaodu-wire",
            "diaodu-sync",
            "diaodu-interchange",
        ],
    ),
    (
        "diaodu-app",
        &[
            "diaodu-plan",
            "diaodu-wire",
            "diaodu-sync",
            "diaodu-interchange",
        ],
    ),
    ("xtask", &[]),
];

/// The crates in the middle: values in, values out.
pub const MIDDLE: [&str; 4] = ["plan", "wire", "sync", "interchange"];

/// Crates that do IO, tell the time, draw numbers or run tasks, by the beginning of their names.
const IMPURE: [&str; 22] = [
    "tokio",
    "async-",
    "futures",
    "smol",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "gloo",
    "leptos",
    "rand",
    "fastrand",
    "getrandom",
    "uuid",
    "chrono",
    "time",
    "axum",
    "hyper",
    "reqwest",
    "sqlx",
    "rusqlite",
    "tracing",
    "log",
];

/// Checks the arrows between our crates, of all kinds of dependency.
pub fn arrows(project: &Project) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    for package in ours(&project.metadata) {
        let name = text(package, "name");
        if name == "diaodu-tests" {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            complaints.push(format!(
                "{name} is new: say whom it may import, here and in ARCHITECTURE.md"
            ));
            continue;
        };
        for dependency in
            dependencies(package).filter(|dependency| dependency.get("path").is_some())
        {
            let target = text(dependency, "name");
            if !allowed.contains(&target) {
                complaints.push(format!("{name} must not import {target}"));
            }
        }
    }
    Ok(complaints)
}

/// Checks that the crates in the middle depend on nothing that does IO; tests may.
pub fn pure_dependencies(project: &Project) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    for package in ours(&project.metadata) {
        let name = text(package, "name");
        if !MIDDLE
            .iter()
            .any(|middle| name == format!("diaodu-{middle}"))
        {
            continue;
        }
        for dependency in
            dependencies(package).filter(|dependency| text(dependency, "kind") != "dev")
        {
            let target = text(dependency, "name");
            if IMPURE.iter().any(|impure| target.starts_with(impure)) {
                complaints.push(format!("{name} must not depend on {target}"));
            }
        }
    }
    Ok(complaints)
}

/// Returns the packages of the workspace.
fn ours(metadata: &Value) -> impl Iterator<Item = &Value> {
    packages(metadata).filter(|package| package.get("source").is_none_or(Value::is_null))
}

/// Returns all packages, dependencies included.
pub fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn dependencies(package: &Value) -> impl Iterator<Item = &Value> {
    package
        .get("dependencies")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Returns a text field, or nothing as empty text.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}
