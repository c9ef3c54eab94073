//! The program `diaodu`.

use std::process::ExitCode;

fn main() -> ExitCode {
    diaodu_server::command_line::run(std::env::args_os())
}
