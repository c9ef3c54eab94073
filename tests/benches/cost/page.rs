//! The page in real Chromium: first load, warm start, key presses, the other browser, a long history, memory.

use std::fs;

use diaodu_tests::{
    browser::{Browser, keys::Key, tab::Tab},
    interop::Desk,
    process::{Folder, PASSWORD, ServerProcess},
};
use jiff::civil::Date;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    Outcome,
    figures::{against, quantiles},
    relay::{OFFICE, STREET, write_history},
};

const PRESSES: usize = 60;
/// Changes of a long history.
pub const HISTORY: usize = 20_000;
/// Notes when the first cell is painted, and keeps hold of the wasm memory.
const WATCH: &str = "(() => {
    const real = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
        const made = await real.apply(WebAssembly, given);
        // The first is the page itself; its chunks have none of their own.
        window.benchWasm = window.benchWasm || made.instance.exports.memory;
        return made;
    };
    window.benchPainted = (is, then) => {
        const look = () => {
            if (!is()) return requestAnimationFrame(look);
            const channel = new MessageChannel();
            channel.port1.onmessage = () => then(performance.now());
            channel.port2.postMessage(0);
        };
        requestAnimationFrame(look);
    };
    const first = () => {
        const cell = document.querySelector('[role=gridcell][data-row]');
        return cell && cell.textContent.trim();
    };
    benchPainted(first, (at) => { window.benchFirst = at; });
})()";
/// Says whether page and server agree.
pub const IN_STEP: &str = "document.querySelector('[role=status]') && document.querySelector('[role=status]').innerText.includes('已同步')";

pub fn run(runtime: &Runtime) -> Outcome<()> {
    let sample = ServerProcess::start_with(&["--demo", "--sample"]);
    loading(&sample, runtime)?;
    presses(&sample, STREET, "the sample week")?;
    for (measures, streets) in [(37, 9), (99, 101)] {
        let folder = Folder::new("bench");
        let file = folder.path().join("campaign.toml");
        fs::write(&file, campaign(measures, streets))?;
        let file = file.to_string_lossy().into_owned();
        let server = ServerProcess::start_with(&["--demo", "--campaign", &file]);
        presses(&server, "s-001", &format!("{} rows", measures * streets))?;
    }
    other_browser(&sample)?;
    runtime.block_on(long_history(&sample))?;
    println!("a week with {HISTORY} changes of history:");
    let visit = Visit::begin(&sample, OFFICE);
    visit.report("  opened for the first time", f64::INFINITY);
    visit.tab.reload();
    visit.report("  opened again", f64::INFINITY);
    println!("  wasm memory: {} MB", visit.wasm_mb());
    Ok(())
}

/// Somebody signed in, with the page loading.
pub struct Visit {
    _browser: Browser,
    /// The tab.
    pub tab: Tab,
}

impl Visit {
    /// Signs in and opens the page.
    pub fn begin(server: &ServerProcess, account: &str) -> Self {
        let browser = Browser::start();
        let tab = browser.tab();
        tab.command(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": WATCH }),
        );
        tab.open(&format!("{}/health", server.url()));
        tab.wait_until(
            "the server to be reached",
            "location.pathname === '/health'",
        );
        let body = json!({ "account": account, "password": PASSWORD }).to_string();
        let sign_in = format!(
            "fetch('/api/session', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: {} }}).then((answer) => answer.ok)",
            json!(body)
        );
        assert_eq!(tab.evaluate(&sign_in), json!(true), "{account} signs in");
        tab.open(&server.url());
        Visit {
            _browser: browser,
            tab,
        }
    }

    /// Milliseconds from the start of the navigation until the first cell was painted.
    pub fn first_cell(&self) -> f64 {
        self.tab.wait_until("the first cell", "window.benchFirst");
        self.tab
            .evaluate("window.benchFirst")
            .as_f64()
            .unwrap_or(f64::NAN)
    }

    /// Prints when the first cell was painted, and when everything was in step.
    fn report(&self, what: &str, bound_ms: f64) {
        let first = self.first_cell();
        self.tab.wait_until("the page to be in step", IN_STEP);
        let step = self.number("performance.now()");
        let verdict = if bound_ms.is_finite() {
            against(first, bound_ms, "ms")
        } else {
            String::new()
        };
        println!(
            "{what}: first cell painted after {first:.0} ms {verdict}, in step before {step:.0} ms"
        );
    }

    fn wasm_mb(&self) -> f64 {
        (self.number("window.benchWasm.buffer.byteLength") / 1_048_576.0).round()
    }

    /// Evaluates to a number.
    pub fn number(&self, expression: &str) -> f64 {
        self.tab.evaluate(expression).as_f64().unwrap_or(f64::NAN)
    }
}

fn loading(server: &ServerProcess, runtime: &Runtime) -> Outcome<()> {
    let visit = Visit::begin(server, STREET);
    visit.report("first load of the sample week", f64::INFINITY);
    visit.tab.wait_until(
        "what comes later to be loaded",
        "(document.querySelector('[data-later]')?.dataset.later || '').split(' ').filter(Boolean).every((name) => performance.getEntriesByType('resource').some((entry) => entry.name.endsWith(name)))",
    );
    let files = visit.tab.evaluate("[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize])");
    let (mut page, mut later, mut data) = (0, 0, 0);
    for file in files.as_array().ok_or("a list of files")? {
        let bytes = file[1].as_u64().unwrap_or_default();
        match file[0].as_str() {
            Some(path) if path.starts_with("/api/") => data += bytes,
            // What is loaded a moment after the table, for dialogs and panels.
            Some(path) if path.starts_with("/split_") || path.starts_with("/chunk_") => {
                later += runtime.block_on(packed(&format!("{}{path}", server.url())))?;
            }
            Some(_) | None => page += bytes,
        }
    }
    let [page, later, data] = [page, later, data].map(|bytes| bytes as f64 / 1000.0);
    println!(
        "  over the wire with brotli: {page:.1} kB before the first cell, {later:.1} kB later, in all {:.1} kB {}; and {data:.1} kB of answers",
        page + later,
        against(page + later, 600.0, "kB")
    );
    visit.tab.reload();
    visit.report("warm start", 1000.0);
    println!("  wasm memory: {} MB", visit.wasm_mb());
    Ok(())
}

/// So many bytes of a file go over the wire with brotli. The page may have it from its service worker, unpacked, and know no better.
async fn packed(address: &str) -> Outcome<u64> {
    let request = reqwest::Client::new().get(address);
    let answer = request.header("accept-encoding", "br").send().await?;
    Ok(answer.bytes().await?.len().try_into()?)
}

/// From Enter until the committed value is painted.
fn presses(server: &ServerProcess, account: &str, table: &str) -> Outcome<()> {
    let visit = Visit::begin(server, account);
    visit.first_cell();
    visit.tab.wait_until("the page to be in step", IN_STEP);
    visit
        .tab
        .click("[role=gridcell][data-column=remark], [role=gridcell][data-column=progress]");
    let mut times = Vec::new();
    for press in 0..PRESSES {
        times.push(commit(&visit.tab, &format!("第{press}项")));
        // Back to the row: a unit of few rows has no sixty to go down.
        visit.tab.press(Key::ArrowUp);
    }
    let (p50, p95) = quantiles(times);
    println!(
        "key press → committed cell painted, {table}: p50 {p50:.0} ms, p95 {p95:.0} ms {}",
        against(p95, 50.0, "ms")
    );
    Ok(())
}

/// Types over the selected cell and presses Enter; returns the milliseconds until the new value is painted.
fn commit(tab: &Tab, text: &str) -> f64 {
    tab.type_text(text);
    let watch = format!(
        "(() => {{
            const cell = document.querySelector('[role=gridcell][aria-selected=true]');
            const place = `[role=gridcell][data-row='${{cell.dataset.row}}'][data-column='${{cell.dataset.column}}']`;
            const is = () => document.querySelector(place).innerText.includes({text})
                && document.querySelector('[role=gridcell][aria-selected=true]').dataset.row !== cell.dataset.row;
            window.benchPress = new Promise((done) => addEventListener('keydown', (event) => {{
                window.benchPressed = performance.timeOrigin + event.timeStamp;
                benchPainted(is, (at) => done(at - event.timeStamp));
            }}, {{ capture: true, once: true }}));
        }})()",
        text = json!(text)
    );
    tab.evaluate(&watch);
    tab.press(Key::Enter);
    tab.evaluate("window.benchPress")
        .as_f64()
        .unwrap_or(f64::NAN)
}

/// From Enter in one browser until the value is painted in another.
fn other_browser(server: &ServerProcess) -> Outcome<()> {
    let (writer, reader) = (Visit::begin(server, STREET), Visit::begin(server, STREET));
    for visit in [&writer, &reader] {
        visit.first_cell();
        visit.tab.wait_until("the page to be in step", IN_STEP);
    }
    writer.tab.click("[role=gridcell][data-column=progress]");
    let mut times = Vec::new();
    for press in 0..PRESSES / 3 {
        let text = format!("传到对面第{press}次");
        let watch = format!(
            "void (window.benchSeen = new Promise((done) => benchPainted(() => document.querySelector('[role=grid]').innerText.includes({}), (at) => done(performance.timeOrigin + at))))",
            json!(text)
        );
        reader.tab.evaluate(&watch);
        commit(&writer.tab, &text);
        let seen = reader.number("window.benchSeen");
        times.push(seen - writer.number("window.benchPressed"));
        // Back to the row: both browsers show it without scrolling.
        writer.tab.press(Key::ArrowUp);
    }
    let (p50, p95) = quantiles(times);
    println!(
        "key press → painted in the other browser: p50 {p50:.0} ms, p95 {p95:.0} ms {}",
        against(p95, 100.0, "ms")
    );
    Ok(())
}

/// Spreads changes over the sheets of ten streets, and returns these.
pub async fn long_history(server: &ServerProcess) -> Outcome<Vec<String>> {
    let desk = Desk::sign_in(&server.url(), OFFICE, PASSWORD).await?;
    let streets: Vec<String> = desk
        .documents()
        .await?
        .into_iter()
        .filter(|document| document.kind == "sheet" && document.week == Some(2))
        .filter_map(|document| document.unit)
        .filter(|unit| unit.starts_with("s-"))
        .take(10)
        .collect();
    for street in &streets {
        let desk = Desk::sign_in(&server.url(), street, PASSWORD).await?;
        let url = desk.document("sheet", Some(2), Some(street)).await?.url;
        write_history(&desk, &url, HISTORY / streets.len()).await?;
    }
    Ok(streets)
}

/// A campaign file of two weeks: every street has a row in every measure.
pub fn campaign(measures: usize, streets: usize) -> String {
    campaign_of(measures, streets, 2)
}

/// A campaign file: every street has a row in every measure. Weeks end on Fridays, the first on 9 April 2021.
pub fn campaign_of(measures: usize, streets: usize, weeks: usize) -> String {
    let friday = Date::constant(2021, 4, 9);
    let ends = friday.series(jiff::Span::new().weeks(1)).take(weeks);
    let ends: Vec<Date> = ends.collect();
    let last = ends.last().copied().unwrap_or(friday);
    let mut file = format!(
        "format = 1\nid = \"bench\"\nname = \"大表\"\ntable_title = \"大表\"\nstart = 2021-04-06\nend = {last}\n\
         utc_offset = \"+08:00\"\noffice = \"u-ban\"\n\n[[units]]\nid = \"u-ban\"\nname = \"区攻坚办\"\nkind = \"office\"\n",
    );
    for street in 1..=streets {
        file += &format!(
            "\n[[units]]\nid = \"s-{street:03}\"\nname = \"第{street}街道办事处\"\nkind = \"street\"\n"
        );
    }
    file += "\n[[actions]]\nnumber = 1\ntitle = \"专项行动\"\n";
    for measure in 1..=measures {
        file += &format!(
            "\n[[actions.measures]]\nnumber = {measure}\ntitle = \"第{measure}项\"\ntext = \"{measure}.每周排查并整改。\"\nlead = [\"各街道\"]\nimplementing = [\"各街道\"]\n"
        );
    }
    let mut start = Date::constant(2021, 4, 6);
    for (index, end) in ends.into_iter().enumerate() {
        let number = index + 1;
        file += &format!(
            "\n[[weeks]]\nnumber = {number}\nstart = {start}\nend = {end}\ndue = {end}T16:00:00+08:00\n"
        );
        start = end.saturating_add(jiff::Span::new().days(1));
    }
    file
}
