//! What may be said on the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Arg, ArgAction, Command, value_parser};

use crate::text::{Language, say};

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
    let add = Command::new("add")
        .about(help("account-add"))
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .required(true)
                .help(help("name")),
        )
        .arg(
            Arg::new("unit")
                .long("unit")
                .value_name("UNIT")
                .required(true)
                .help(help("unit")),
        )
        .arg(data(language));
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
        .subcommand(
            Command::new("account")
                .about(help("account"))
                .subcommand_required(true)
                .subcommand(add),
        )
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
        .arg(
            Arg::new("campaign")
                .long("campaign")
                .value_name("FILE")
                .help(help("campaign-option"))
                .value_parser(value_parser!(PathBuf)),
        )
}

fn data(language: Language) -> Arg {
    Arg::new("data")
        .long("data")
        .value_name("DIR")
        .required(true)
        .help(say(language, "help-data", &[]))
        .value_parser(value_parser!(PathBuf))
}
