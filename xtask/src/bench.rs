//! `cargo xtask bench`: the same page and server as `serve`, measured by the programs in tests/benches.

use std::path::Path;

use crate::page::{self, Profile};
use crate::serve::build_server;
use crate::setup;
use crate::shell::{Outcome, cargo, run, say};

/// Builds everything in release and runs the benches, all of them or those whose name holds `filter`.
pub fn bench(root: &Path, filter: Option<&str>) -> Outcome<()> {
    let tools = setup::tools(root)?;
    let browsers = setup::browsers(&setup::folder(root))?;
    page::build(root, &tools, Profile::Page)?;
    build_server(root)?;
    say("building and running the benches (several minutes)");
    let mut bench = cargo();
    bench
        .current_dir(root)
        .args(["bench", "--quiet", "--package", "diaodu-tests"]);
    if let Some(filter) = filter {
        bench.args(["--", filter]);
    }
    bench.env("DIAODU_BIN", root.join("target/release/diaodu"));
    bench.env("DIAODU_CHROMIUM", browsers.chromium);
    run(&mut bench, "a bench failed; look at its output above")
}
