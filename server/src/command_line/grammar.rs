//! What may be said on the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Arg, ArgAction, Command, value_parser};

use diaodu_plan::permission::AccountRole;

use crate::{
    config::{AUDIT_DAYS_MIN, CONNECTIONS_MAX},
    text::{Language, say},
};

/// Where a server listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8080";

/// Returns everything that may be said, with its help.
pub fn command(language: Language) -> Command {
    let help = |key: &str| say(language, &format!("help-{key}"), &[]);
    let file = Arg::new("file")
        .value_name("FILE")
        .required(true)
        .help(help("file"))
        .value_parser(value_parser!(PathBuf));
    let check = Command::new("check")
        .about(help("campaign-check"))
        .arg(file);
    Command::new("diaodu")
        .version(env!("CARGO_PKG_VERSION"))
        .about(help("diaodu"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("lang")
                .long("lang")
                .global(true)
                .value_name("zh-CN|en")
                .help(help("lang")),
        )
        .subcommand(serve(language))
        .subcommand(
            Command::new("campaign")
                .about(help("campaign"))
                .subcommand_required(true)
                .subcommand(check),
        )
        .subcommand(account(language))
}

fn account(language: Language) -> Command {
    let help = |key: &str| say(language, &format!("help-{key}"), &[]);
    let named = |name: &'static str, value: &'static str| {
        let key = format!("help-{name}");
        Arg::new(name)
            .value_name(value)
            .help(say(language, &key, &[]))
    };
    let name = || named("name", "NAME").required(true);
    let unit = || named("unit", "UNIT").long("unit");
    let person = || named("person", "PERSON").long("person");
    let role = || {
        let words = AccountRole::ALL.map(AccountRole::word);
        named("role", "ROLE").long("role").value_parser(words)
    };
    let state = named("state", "STATE").long("state");
    let state = state.value_parser(["enabled", "disabled"]);
    let part = |name: &'static str| {
        Command::new(name)
            .about(help(&format!("account-{name}")))
            .arg(data(language))
    };
    Command::new("account")
        .about(help("account"))
        .subcommand_required(true)
        .subcommand(part("add").args([name(), unit().required(true), person(), role()]))
        .subcommand(part("change").args([name(), unit(), person(), role(), state]))
        .subcommand(part("reset-password").arg(name()))
        .subcommand(part("list"))
        .subcommand(part("sessions"))
        .subcommand(part("revoke").arg(named("id", "ID").required(true)))
        .subcommand(part("verify-audit"))
}

fn serve(language: Language) -> Command {
    let help = |key: &str| say(language, &format!("help-{key}"), &[]);
    Command::new("serve")
        .about(help("serve"))
        .arg(data(language))
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDR")
                .default_value(LISTEN)
                .help(help("listen"))
                .value_parser(value_parser!(SocketAddr)),
        )
        .arg(
            Arg::new("demo")
                .long("demo")
                .action(ArgAction::SetTrue)
                .help(help("demo")),
        )
        .arg(
            Arg::new("sample")
                .long("sample")
                .action(ArgAction::SetTrue)
                .help(help("sample")),
        )
        .arg(
            Arg::new("clock")
                .long("clock")
                .value_name("TIME|now")
                .help(help("clock")),
        )
        .arg(days("session-days", language).value_parser(value_parser!(u32).range(1..=400)))
        .arg(days("session-idle-days", language).value_parser(value_parser!(u32).range(1..=400)))
        .arg(
            days("audit-days", language)
                .value_parser(value_parser!(u32).range(i64::from(AUDIT_DAYS_MIN)..)),
        )
        .args(door(language))
        .arg(
            Arg::new("campaign")
                .long("campaign")
                .value_name("FILE")
                .help(help("campaign-option"))
                .value_parser(value_parser!(PathBuf)),
        )
}

/// Who comes in, and how.
fn door(language: Language) -> [Arg; 5] {
    let named = |name: &'static str| {
        let key = format!("help-{name}");
        Arg::new(name).long(name).help(say(language, &key, &[]))
    };
    let tls = named("tls")
        .num_args(2)
        .value_names(["CERT", "KEY"])
        .value_parser(value_parser!(PathBuf));
    let local = named("tls-local")
        .action(ArgAction::SetTrue)
        .conflicts_with("tls");
    let name = named("tls-name")
        .value_name("NAME")
        .action(ArgAction::Append)
        .requires("tls-local");
    // Without a value it is a proxy on the same machine; `=` keeps the next word from being taken for one.
    let proxy = named("trust-proxy")
        .value_name("ADDR,…")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("");
    let most = i64::try_from(CONNECTIONS_MAX).unwrap_or(i64::MAX);
    let lines = named("lines-per-address")
        .value_name("N")
        .value_parser(value_parser!(u32).range(1..=most));
    [tls, local, name, proxy, lines]
}

fn days(name: &'static str, language: Language) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("DAYS")
        .help(say(language, &format!("help-{name}"), &[]))
}

fn data(language: Language) -> Arg {
    Arg::new("data")
        .long("data")
        .value_name("DIR")
        .required(true)
        .help(say(language, "help-data", &[]))
        .value_parser(value_parser!(PathBuf))
}
