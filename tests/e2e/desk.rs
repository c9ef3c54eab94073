//! A person at a desk: signs in, looks at cells and writes into them, as the page's stable surface allows.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::browser::{Browser, Version};
use diaodu_tests::process::{PASSWORD, ServerProcess, project, wait_for};
use serde_json::json;

/// Waits for the other tests' browsers to go.
pub fn alone() -> MutexGuard<'static, ()> {
    static DESK: Mutex<()> = Mutex::new(());
    DESK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A browser with one tab in which somebody works.
pub struct Desk {
    browser: Browser,
    /// The tab.
    pub tab: Tab,
}

/// One cell of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    row: String,
    column: String,
}

/// Names a cell: `place("m07.s-hongying", "progress")`.
pub fn place(row: &str, column: &str) -> Place {
    Place {
        row: row.to_owned(),
        column: column.to_owned(),
    }
}

impl Place {
    /// Returns the cell of the same row in another column.
    pub fn beside(&self, column: &str) -> Self {
        place(&self.row, column)
    }

    /// Returns the selector of its element.
    pub fn selector(&self) -> String {
        format!(
            "[role=gridcell][data-row='{}'][data-column='{}']",
            self.row, self.column
        )
    }
}

impl Desk {
    /// Opens the current Chromium and signs in.
    pub fn sign_in(server: &ServerProcess, account: &str) -> Self {
        Self::sign_in_from(Browser::shared(), &server.url(), account)
    }

    /// Starts a browser of this version, which keeps its profile on disk, and signs in at this address.
    pub fn sign_in_with(version: Version, url: &str, account: &str) -> Self {
        Self::sign_in_from(Browser::start_as(version), url, account)
    }

    fn sign_in_from(browser: Browser, url: &str, account: &str) -> Self {
        let tab = browser.tab();
        tab.open(url);
        sign_in(&tab, account);
        Self { browser, tab }
    }

    /// Opens another tab of the same browser, already signed in.
    pub fn another_tab(&self, url: &str) -> Tab {
        let tab = self.browser.tab();
        tab.open(url);
        wait_for_table(&tab);
        tab
    }

    /// Kills the browser, starts it again with the same profile and opens the address.
    pub fn crash_and_return(self, url: &str) -> Self {
        drop(self.tab);
        let browser = self.browser.crash_and_return();
        let tab = browser.tab();
        tab.open(url);
        wait_for_table(&tab);
        Self { browser, tab }
    }
}

/// Fills in the form of the sign-in screen and waits for the table.
pub fn sign_in(tab: &Tab, account: &str) {
    tab.click("input[name=account]");
    tab.type_text(account);
    tab.click("input[type=password]");
    tab.type_text(PASSWORD);
    tab.press(Key::Enter);
    wait_for_table(tab);
    wait_for_status(tab, "已同步");
}

/// Signs in again in place, if the page asks: a browser that is killed may have lost a cookie of the last half minute.
pub fn sign_in_again_if_asked(tab: &Tab) {
    let asks = "!!document.querySelector('input[type=password]')";
    let is_synced = "document.querySelector('[role=status]').textContent.includes('已同步')";
    tab.wait_until(
        "the page to be in step again or to ask who is there",
        &format!("{asks} || {is_synced}"),
    );
    if tab.evaluate(asks) == json!(true) {
        tab.click("input[type=password]");
        tab.type_text(PASSWORD);
        tab.press(Key::Enter);
    }
}

/// Waits until the table shows rows.
pub fn wait_for_table(tab: &Tab) {
    tab.wait_until(
        "the table to show rows",
        "document.querySelector('[role=grid] [role=gridcell][data-row]')",
    );
}

/// Waits until the state of synchronisation holds these words.
pub fn wait_for_status(tab: &Tab, words: &str) {
    let expression = format!(
        "document.querySelector('[role=status]').innerText.includes({})",
        json!(words)
    );
    tab.wait_until(&format!("the status to say {words}"), &expression);
}

/// Returns the ids of the first rows on screen: the person's own.
pub fn own_rows(tab: &Tab) -> Vec<String> {
    let rows = tab.evaluate("[...new Set([...document.querySelectorAll('[role=row][data-own=true] [role=gridcell]')].map((cell) => cell.dataset.row))]");
    let rows = rows
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|row| row.as_str().map(str::to_owned));
    rows.collect()
}

/// Scrolls through the table, as one looks for a row, until the cell is drawn.
pub fn find(tab: &Tab, place: &Place) {
    let search = scrolled_to(place, "true");
    tab.wait_until(&format!("{place:?} to be in the table"), &search);
}

/// A promise of what `expression` says at the moment when the cell is drawn, and of nothing if it is not in the table: rows may be measured
/// and move again a moment later.
fn scrolled_to(place: &Place, expression: &str) -> String {
    format!(
        "(async () => {{
            const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            const found = () => document.querySelector({selector}) ? {expression} : null;
            let scroller = document.querySelector('[role=grid]');
            while (scroller && !(scroller.scrollHeight > scroller.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(scroller).overflowY))) scroller = scroller.parentElement;
            if (!scroller) return found();
            if (found() === null) scroller.scrollTop = 0;
            await frame();
            while (found() === null && scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1) {{
                scroller.scrollTop += scroller.clientHeight / 2;
                await frame();
            }}
            return found();
        }})()",
        selector = json!(place.selector())
    )
}

/// Selects a cell with the mouse. Clicks again if rows moved under the mouse, as a person does.
pub fn select(tab: &Tab, place: &Place) {
    find(tab, place);
    let is_active = format!(
        "document.querySelector({}).matches('[aria-selected=true][data-active=true]') && document.activeElement.matches('.grid-input')",
        json!(place.selector())
    );
    for _ in 0..3 {
        tab.click(&place.selector());
        let settled = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))";
        tab.evaluate(settled);
        if tab.evaluate(&is_active) == json!(true) {
            return;
        }
        find(tab, place);
    }
    tab.wait_until(&format!("{place:?} to be selected"), &is_active);
}

/// Types over a cell and commits with Enter; returns when the cell shows it.
pub fn write(tab: &Tab, place: &Place, text: &str) {
    select(tab, place);
    tab.type_text(text);
    tab.press(Key::Enter);
    see(tab, place, text);
}

/// Waits until a cell shows this text.
pub fn see(tab: &Tab, place: &Place, text: &str) {
    let expression = format!(
        "{}.then((shown) => shown === {})",
        scrolled_to(place, &text_in(place)),
        json!(text)
    );
    tab.wait_until(&format!("{place:?} to show {text:?}"), &expression);
}

/// Returns what a cell shows.
pub fn shown(tab: &Tab, place: &Place) -> String {
    let read = scrolled_to(place, &text_in(place));
    wait_for(&format!("{place:?} to be in the table"), || {
        tab.evaluate(&read).as_str().map(str::to_owned)
    })
}

/// The cell's own text comes first in it, then what is said about it.
fn text_in(place: &Place) -> String {
    format!(
        "((document.querySelector({}) || {{}}).firstElementChild || {{ innerText: '' }}).innerText.trim()",
        json!(place.selector())
    )
}

/// Returns what stands in the cell editor.
pub fn typed(tab: &Tab) -> String {
    tab.evaluate("document.activeElement.value || ''")
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Waits until a part of the page says something.
pub fn says(tab: &Tab, selector: &str, words: &str) {
    let expression = format!(
        "[...document.querySelectorAll({})].some((part) => part.innerText.includes({}))",
        json!(selector),
        json!(words)
    );
    tab.wait_until(&format!("{selector} to say {words}"), &expression);
}

/// Presses the button with these words, once it is there.
pub fn press_button(tab: &Tab, words: &str) {
    let press = format!(
        "(() => {{
            const button = [...document.querySelectorAll('button')].find((button) => button.innerText.trim() === {});
            if (button) button.click();
            return !!button;
        }})()",
        json!(words)
    );
    tab.wait_until(&format!("a button {words}"), &press);
}

/// Opens one of the papers that the menu 资料 leads to: `open_paper(&tab, "通报")`.
pub fn open_paper(tab: &Tab, words: &str) {
    tab.click(".fold-head");
    press_button(tab, words);
}

/// 定稿, as a program of the office asks for it; the tab is the office's.
pub fn freeze(tab: &Tab, week: u8) {
    let body = json!({ "command": "freeze-week", "week": week, "early": true }).to_string();
    let expression = format!(
        "fetch('/api/commands', {{ method: 'POST', body: {} }}).then((answer) => answer.status)",
        json!(body)
    );
    assert_eq!(tab.evaluate(&expression), json!(200));
}

/// Returns where a picture of the screen goes.
pub fn picture(name: &str) -> PathBuf {
    project()
        .join("target/screenshots")
        .join(format!("{name}.png"))
}
