//! `cargo xtask bench`: the same page and server as `serve`, measured by the programs in tests/benches.

use std::path::Path;

use crate::page::{self, Profile};
use crate::serve::build_server;
use crate::setup;
use crate::shell::{Outcome, cargo, run, say};

/// Parts that no browser has to do with: the server is built with whatever page there is.
const WITHOUT_PAGE: [&str; 5] = ["gate", "access", "relay", "memory", "stock"];

/// Builds everything in release and runs the benches, all of them or the part that `filter` names.
pub fn bench(root: &Path, filter: Option<&str>) -> Outcome<()> {
    let needs_page = filter.is_none_or(|filter| !WITHOUT_PAGE.contains(&filter));
    let chromium = if needs_page {
        let tools = setup::tools(root)?;
        let browsers = setup::browsers(&setup::folder(root))?;
        page::build(root, &tools, Profile::Page)?;
        if filter.is_none_or(|filter| filter == "grid") {
            page::build(root, &tools, Profile::Bench)?;
        }
        Some(browsers.chromium)
    } else {
        None
    };
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
    if let Some(chromium) = chromium {
        bench
            .env("DIAODU_CHROMIUM", chromium)
            .env("DIAODU_BENCH_PAGE", Profile::Bench.dist(root));
    }
    run(&mut bench, "a bench failed; look at its output above")
}
