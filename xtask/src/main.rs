//! One way to do each chore: `cargo xtask <chore>`. Reads the command line; each chore has its own file.

mod shell;
mod stamp;

mod bench;
mod check;
mod page;
mod serve;
mod setup;
mod test;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use page::Profile;
use shell::{Failure, Outcome};

const HELP: &str = "\
cargo xtask serve [-- ARGUMENTS]      sets up, builds and starts Diaodu on http://127.0.0.1:8080; ARGUMENTS go to `diaodu serve`
cargo xtask test [FILTER]             runs every test, real browsers included; FILTER is a part of a test's name
cargo xtask check                     format, lints, import rules, licences
cargo xtask bench [FILTER]            measures on this machine
cargo xtask setup [tests]             gets the tools that are missing, below target/setup; with `tests` what the tests need, too
cargo xtask page [--profile page|dev] builds the page into target/page/dist; with `bench` the one that is measured, into target/page/bench";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome<()> {
    let root = project_root()?;
    let chore = arguments.first().map_or("help", String::as_str);
    let rest = arguments.get(1..).unwrap_or_default();
    match chore {
        "setup" => set_up(&root, rest),
        "page" => {
            let tools = setup::tools(&root)?;
            page::build(&root, &tools, profile(rest)?)
        }
        "serve" => serve::serve(&root, rest),
        "test" => test::test(&root, rest.first().map(String::as_str)),
        "check" => check::check(&root),
        "bench" => bench::bench(&root, rest.first().map(String::as_str)),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        unknown => Err(Failure::new(format!(
            "there is no chore `{unknown}`; `cargo xtask help` lists them"
        ))),
    }
}

fn set_up(root: &Path, arguments: &[String]) -> Outcome<()> {
    setup::tools(root)?;
    if arguments.iter().any(|argument| argument == "tests") {
        setup::browsers(&setup::folder(root))?;
    }
    Ok(())
}

fn profile(arguments: &[String]) -> Outcome<Profile> {
    match arguments {
        [] => Ok(Profile::Page),
        [option, name] if option == "--profile" && name == "page" => Ok(Profile::Page),
        [option, name] if option == "--profile" && name == "dev" => Ok(Profile::Dev),
        [option, name] if option == "--profile" && name == "bench" => Ok(Profile::Bench),
        _ => Err(Failure::new(
            "`cargo xtask page` takes `--profile page`, `--profile dev` or `--profile bench`",
        )),
    }
}

/// Returns the folder of the workspace: the one above xtask's own.
fn project_root() -> Outcome<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    match own.parent() {
        Some(root) if root.join("Cargo.toml").is_file() => Ok(root.to_path_buf()),
        _ => Err(Failure::new(
            "the project has moved since xtask was built; run `cargo clean --package xtask` and start again",
        )),
    }
}
