//! The whole table of keys: every chord that the page lists does what is expected of it here, and every chord that spreadsheets have
//! taught people is listed.

use std::collections::BTreeSet;

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::{Value, json};

use crate::desk::*;

/// What can be seen of the table.
const LOOK: &str = "(() => {
    const cell = document.querySelector('[role=gridcell][data-active=true]');
    const text = (selector) => (document.querySelector(selector) || { innerText: '' }).innerText;
    const scroller = document.querySelector('.grid-scroller');
    return {
        row: cell ? cell.dataset.row : '',
        column: cell ? cell.dataset.column : '',
        line: cell ? Number(cell.closest('[role=row]').getAttribute('aria-rowindex')) : 0,
        place: cell ? Number(cell.getAttribute('aria-colindex')) : 0,
        shown: cell ? cell.firstElementChild.innerText.trim() : '',
        selected: document.querySelectorAll('[role=gridcell][aria-selected=true]').length,
        texts: [...document.querySelectorAll('[role=gridcell][aria-selected=true]')]
            .map((cell) => [Number(cell.closest('[role=row]').getAttribute('aria-rowindex')), Number(cell.getAttribute('aria-colindex')), cell])
            .sort((one, other) => one[0] - other[0] || one[1] - other[1])
            .map(([, , cell]) => cell.firstElementChild.innerText.trim()).join('|'),
        copied: document.querySelectorAll('[data-copied=true]').length,
        mode: document.querySelector('.grid-editor').dataset.mode,
        typed: document.querySelector('.grid-input').value,
        caret: document.querySelector('.grid-input').selectionStart,
        dialog: document.querySelectorAll('[role=dialog]').length,
        menu: document.querySelectorAll('[role=menu]').length,
        history: document.querySelectorAll('.history').length,
        detail: document.querySelectorAll('.grid-detail').length,
        beside: document.querySelectorAll('.beside').length,
        options: document.querySelectorAll('[role=option]').length,
        marked: [...document.querySelectorAll('[role=option]')].findIndex((option) => option.matches('[aria-selected=true]')),
        notice: text('.notice'),
        growth: text('.grid-tally-mode'),
        focus: document.activeElement.className,
        week: document.querySelector('.week-switch select').value,
        columns: Number(document.querySelector('[role=grid]').getAttribute('aria-colcount')),
        top: scroller.scrollTop,
        left: scroller.scrollLeft,
        folded: document.querySelectorAll('.grid-fold[aria-expanded=false]').length,
        alive: window.alive === true,
    };
})()";

/// What was seen before and after a chord.
struct Seen {
    before: Value,
    after: Value,
}

impl Seen {
    fn number(of: &Value, name: &str) -> i64 {
        of[name].as_f64().map_or(0, |number| number as i64)
    }

    /// By how much a number has changed.
    fn change(&self, name: &str) -> i64 {
        Self::number(&self.after, name) - Self::number(&self.before, name)
    }

    fn now(&self, name: &str) -> i64 {
        Self::number(&self.after, name)
    }

    fn text(&self, name: &str) -> &str {
        self.after[name].as_str().unwrap_or_default()
    }

    fn stays(&self) -> bool {
        self.change("line") == 0 && self.change("place") == 0
    }
}

/// Where a case starts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// An empty cell below one that holds 7.
    Ready,
    /// The cell that holds 7.
    Filled,
    /// The empty cell beside the one that holds 7.
    Beside,
    /// Two columns by two rows, the upper ones 7 and empty.
    Range,
    /// The empty cell, once the 7 above it has been copied.
    Copied,
    /// 12 was written into the empty cell.
    Written,
    /// And was taken back.
    Undone,
    /// And the empty cell beside it was chosen then.
    Onwards,
    /// The empty cell, its special action folded.
    Folded,
    /// The empty cell, scrolled out of sight.
    Far,
    /// Typing over the empty cell: 12.
    Enter,
    /// The caret in front of it.
    EnterInFront,
    /// Editing it: 12.
    Edit,
    /// The caret in front of it.
    EditInFront,
    /// A cell with a choice.
    Choice,
    /// Its list is open, the second word marked.
    List,
}

type Expected = fn(&Seen) -> bool;

const UP: Expected = |seen| seen.change("line") < 0 && seen.change("place") == 0;
const DOWN: Expected = |seen| seen.change("line") > 0 && seen.change("place") == 0;
const LEFT: Expected = |seen| seen.change("place") == -1 && seen.change("line") == 0;
const RIGHT: Expected = |seen| seen.change("place") == 1 && seen.change("line") == 0;
const GROWS: Expected = |seen| seen.stays() && seen.now("selected") > 1;
const GROWS_BY_ONE: Expected = |seen| seen.stays() && seen.now("selected") == 2;
/// The active cell may be out of sight.
const GROWS_FAR: Expected = |seen| seen.now("selected") > 1;
const SAYS_FORMATS: Expected = |seen| seen.text("notice").contains("格式不能改") && seen.stays();
const COMMENTS: fn(&Seen) -> bool = |seen| seen.text("focus").contains("comments-input");
const TYPES_ON: Expected = |seen| {
    seen.stays()
        && seen.text("typed") == "12"
        && seen.text("mode") == "enter"
        && seen.now("dialog") == 0
        && seen.after["alive"] == json!(true)
};
const SHEET: Expected = |seen| seen.now("dialog") == 1;
const SEARCH: Expected = |seen| seen.text("focus") == "grid-find-text";

/// Every chord, where it starts, and what is expected.
const CASES: &[(&str, Start, Expected)] = &[
    ("ArrowUp", Start::Ready, UP),
    ("ArrowDown", Start::Ready, DOWN),
    ("ArrowLeft", Start::Ready, LEFT),
    ("ArrowRight", Start::Ready, RIGHT),
    ("Tab", Start::Ready, RIGHT),
    ("Tab", Start::Range, |seen| {
        seen.now("selected") == 4 && seen.change("place") == 1
    }),
    ("Shift+Tab", Start::Ready, LEFT),
    ("Enter", Start::Ready, DOWN),
    ("Enter", Start::Range, |seen| {
        seen.now("selected") == 4 && seen.change("line") > 0
    }),
    ("Shift+Enter", Start::Ready, UP),
    ("Home", Start::Ready, |seen| {
        seen.now("place") == 1 && seen.change("line") == 0
    }),
    ("End", Start::Ready, |seen| {
        seen.change("place") > 5 && seen.change("line") == 0
    }),
    ("Ctrl+Home", Start::Ready, |seen| {
        seen.now("line") <= 6 && seen.now("place") == 5
    }),
    ("Ctrl+End", Start::Ready, |seen| {
        seen.now("line") > 300 && seen.change("place") > 0
    }),
    ("Ctrl+ArrowUp", Start::Ready, UP),
    ("Ctrl+ArrowDown", Start::Ready, |seen| {
        seen.now("line") > 300
    }),
    ("Ctrl+ArrowLeft", Start::Ready, |seen| {
        seen.change("place") < 0
    }),
    ("Ctrl+ArrowRight", Start::Ready, |seen| {
        seen.change("place") > 1
    }),
    ("PageUp", Start::Ready, UP),
    ("PageDown", Start::Ready, |seen| seen.change("line") > 5),
    ("Alt+PageUp", Start::Ready, |seen| seen.now("place") == 5),
    ("Alt+PageDown", Start::Ready, |seen| {
        // A screen, and not all the rest of the row.
        seen.change("place") > 2 && seen.now("place") < seen.now("columns")
    }),
    ("Ctrl+F6", Start::Ready, DOWN),
    ("Ctrl+Alt+Period", Start::Ready, DOWN),
    ("Ctrl+Shift+F6", Start::Ready, UP),
    ("Ctrl+G", Start::Ready, SHEET),
    ("Ctrl+G", Start::Enter, TYPES_ON),
    ("Ctrl+Backspace", Start::Far, |seen| {
        seen.change("top") < 0 && seen.now("line") > 0 && seen.text("mode") == "ready"
    }),
    ("Ctrl+Shift+PageUp", Start::Ready, |seen| {
        seen.change("week") == 0 && seen.text("week") == "1"
    }),
    ("Ctrl+Shift+PageDown", Start::Ready, |seen| {
        seen.text("week") == "3"
    }),
    ("Shift+ArrowUp", Start::Ready, GROWS_BY_ONE),
    ("Shift+ArrowDown", Start::Ready, GROWS_BY_ONE),
    ("Shift+ArrowLeft", Start::Ready, GROWS_BY_ONE),
    ("Shift+ArrowRight", Start::Ready, GROWS_BY_ONE),
    ("Ctrl+Shift+ArrowUp", Start::Ready, GROWS),
    ("Ctrl+Shift+ArrowDown", Start::Ready, GROWS_FAR),
    ("Ctrl+Shift+ArrowLeft", Start::Ready, GROWS),
    ("Ctrl+Shift+ArrowRight", Start::Ready, GROWS),
    ("Shift+Home", Start::Ready, GROWS),
    ("Shift+End", Start::Ready, GROWS),
    ("Ctrl+Shift+Home", Start::Ready, GROWS),
    ("Ctrl+Shift+End", Start::Ready, GROWS_FAR),
    ("Shift+PageUp", Start::Ready, GROWS),
    ("Shift+PageDown", Start::Ready, GROWS),
    ("Alt+Shift+PageUp", Start::Ready, GROWS),
    ("Alt+Shift+PageDown", Start::Ready, GROWS),
    ("Ctrl+A", Start::Ready, GROWS),
    ("F8", Start::Ready, |seen| {
        seen.text("growth").contains("扩展")
    }),
    ("Shift+F8", Start::Ready, |seen| {
        seen.text("growth").contains("添加")
    }),
    ("Shift+Backspace", Start::Range, |seen| {
        seen.now("selected") == 1
    }),
    ("Alt+Semicolon", Start::Ready, |seen| {
        seen.text("notice").contains("看得见")
    }),
    ("F2", Start::Filled, |seen| {
        seen.text("mode") == "edit" && seen.text("typed") == "7"
    }),
    ("F2", Start::Enter, |seen| seen.text("mode") == "edit"),
    ("F2", Start::Edit, |seen| seen.text("mode") == "enter"),
    ("ArrowUp", Start::Enter, UP),
    ("ArrowDown", Start::Enter, DOWN),
    ("ArrowLeft", Start::Enter, LEFT),
    ("ArrowRight", Start::Enter, RIGHT),
    ("ArrowLeft", Start::Edit, |seen| {
        seen.stays() && seen.change("caret") == -1
    }),
    ("Tab", Start::Enter, RIGHT),
    ("Shift+Tab", Start::Edit, LEFT),
    ("Enter", Start::Edit, DOWN),
    ("Shift+Enter", Start::Enter, UP),
    ("Ctrl+Enter", Start::Enter, |seen| {
        seen.stays() && seen.text("shown") == "12"
    }),
    ("Ctrl+Enter", Start::Edit, |seen| {
        seen.stays() && seen.text("shown") == "12"
    }),
    ("Alt+Enter", Start::Enter, |seen| {
        seen.text("typed") == "12\n" && seen.text("mode") == "enter"
    }),
    ("Alt+Enter", Start::Edit, |seen| {
        seen.text("typed") == "12\n" && seen.text("mode") == "edit"
    }),
    ("Ctrl+Alt+Enter", Start::Edit, |seen| {
        seen.text("typed") == "12\n" && seen.text("mode") == "edit"
    }),
    ("Escape", Start::Enter, |seen| {
        seen.text("mode") == "ready" && seen.text("shown").is_empty()
    }),
    ("Escape", Start::Edit, |seen| {
        seen.text("mode") == "ready" && seen.text("shown").is_empty()
    }),
    ("Escape", Start::List, |seen| {
        seen.text("mode") == "ready" && seen.now("options") == 0
    }),
    ("Delete", Start::Filled, |seen| {
        seen.stays() && seen.text("shown").is_empty()
    }),
    ("Backspace", Start::Filled, |seen| {
        seen.text("mode") == "enter" && seen.text("typed").is_empty()
    }),
    ("Delete", Start::Range, |seen| {
        seen.stays() && seen.text("texts") == "|||"
    }),
    ("Ctrl+Delete", Start::Edit, |seen| {
        seen.text("typed") == "12"
    }),
    ("Ctrl+Delete", Start::EditInFront, |seen| {
        seen.text("typed").is_empty() && seen.text("mode") == "edit"
    }),
    ("Ctrl+Delete", Start::EnterInFront, |seen| {
        seen.text("typed").is_empty() && seen.text("mode") == "enter"
    }),
    ("Alt+ArrowDown", Start::Choice, |seen| {
        seen.now("options") > 2 && seen.text("mode") == "list"
    }),
    ("ArrowDown", Start::List, |seen| seen.change("marked") == 1),
    ("ArrowUp", Start::List, |seen| {
        seen.change("marked") == -1 && seen.text("mode") == "list"
    }),
    ("Alt+ArrowUp", Start::List, |seen| seen.now("options") == 0),
    ("Ctrl+Semicolon", Start::Ready, |seen| {
        seen.text("typed") == "2021-04-16"
    }),
    ("Ctrl+Shift+Semicolon", Start::Ready, |seen| {
        seen.text("typed").starts_with("15:3")
    }),
    ("Ctrl+Alt+V", Start::Ready, |seen| {
        seen.text("notice").contains("互换")
    }),
    ("Ctrl+D", Start::Ready, |seen| {
        seen.stays() && seen.text("shown") == "7"
    }),
    ("Ctrl+D", Start::Range, |seen| {
        seen.stays() && seen.text("texts") == "7||7|"
    }),
    ("Ctrl+R", Start::Beside, |seen| {
        seen.stays() && seen.text("shown") == "7" && seen.after["alive"] == json!(true)
    }),
    ("Ctrl+R", Start::Enter, TYPES_ON),
    ("Ctrl+R", Start::Edit, |seen| {
        seen.text("typed") == "12" && seen.after["alive"] == json!(true)
    }),
    ("Ctrl+D", Start::Enter, TYPES_ON),
    ("Ctrl+R", Start::Range, |seen| {
        seen.stays() && seen.text("texts") == "7|7||"
    }),
    ("Ctrl+Enter", Start::Range, |seen| {
        seen.stays() && seen.text("texts") == "7|7|7|7"
    }),
    ("Ctrl+Quote", Start::Ready, |seen| {
        seen.text("mode") == "edit" && seen.text("typed") == "7"
    }),
    ("Ctrl+Shift+Quote", Start::Ready, |seen| {
        seen.text("typed") == "7"
    }),
    ("F4", Start::Onwards, |seen| {
        seen.stays() && seen.text("shown") == "12"
    }),
    ("Ctrl+Z", Start::Written, |seen| {
        seen.stays() && seen.text("shown").is_empty()
    }),
    ("Ctrl+Y", Start::Undone, |seen| {
        seen.stays() && seen.text("shown") == "12"
    }),
    ("Ctrl+Shift+Z", Start::Undone, |seen| {
        seen.stays() && seen.text("shown") == "12"
    }),
    ("Ctrl+S", Start::Enter, |seen| {
        seen.text("notice").contains("保存") && seen.text("mode") == "ready"
    }),
    ("Ctrl+C", Start::Filled, |seen| seen.now("copied") == 1),
    ("Ctrl+X", Start::Filled, |seen| {
        seen.stays() && seen.text("shown").is_empty()
    }),
    ("Ctrl+V", Start::Copied, |seen| {
        seen.stays() && seen.text("shown") == "7"
    }),
    ("Ctrl+Shift+V", Start::Copied, |seen| {
        seen.stays() && seen.text("shown") == "7"
    }),
    ("Ctrl+F", Start::Ready, SEARCH),
    ("Ctrl+H", Start::Ready, SEARCH),
    ("F3", Start::Ready, SEARCH),
    ("Shift+F3", Start::Ready, SEARCH),
    ("Ctrl+Shift+G", Start::Ready, SEARCH),
    ("Ctrl+Shift+L", Start::Ready, SHEET),
    // What it brings back is seen in `arranging`, as with the hidden columns.
    ("Ctrl+Alt+L", Start::Ready, |seen| {
        seen.stays() && seen.text("mode") == "ready"
    }),
    ("Alt+Shift+ArrowDown", Start::Ready, SHEET),
    ("Alt+Shift+ArrowLeft", Start::Ready, |seen| {
        seen.now("folded") == 1
    }),
    ("Alt+Shift+ArrowRight", Start::Folded, |seen| {
        seen.change("folded") == -1
    }),
    ("Ctrl+Shift+9", Start::Folded, |seen| {
        seen.change("folded") == -1
    }),
    ("Ctrl+Shift+0", Start::Ready, |seen| {
        seen.stays() && seen.text("mode") == "ready"
    }),
    ("F1", Start::Ready, SHEET),
    ("Ctrl+Slash", Start::Ready, SHEET),
    ("Alt+Slash", Start::Ready, SHEET),
    ("Alt+Q", Start::Ready, SHEET),
    ("ContextMenu", Start::Ready, |seen| seen.now("menu") == 1),
    ("Shift+F10", Start::Ready, |seen| seen.now("menu") == 1),
    ("Alt+Enter", Start::Ready, |seen| seen.now("detail") == 1),
    ("Shift+F2", Start::Ready, COMMENTS),
    ("Ctrl+Alt+M", Start::Ready, COMMENTS),
    ("Ctrl+Shift+F2", Start::Ready, COMMENTS),
    ("Alt+F7", Start::Ready, |seen| {
        seen.text("notice").contains("没有需要选择")
    }),
    ("Alt+Shift+F7", Start::Ready, |seen| {
        seen.text("notice").contains("没有需要选择")
    }),
    ("Ctrl+F2", Start::Ready, |seen| {
        seen.now("beside") == 1 && seen.stays()
    }),
    ("Ctrl+F2", Start::Enter, |seen| {
        seen.now("beside") == 1 && seen.text("shown") == "12"
    }),
    ("F6", Start::Ready, |seen| {
        seen.text("focus") != "grid-input"
    }),
    ("Shift+F6", Start::Ready, |seen| {
        seen.text("focus") != "grid-input"
    }),
    ("Ctrl+Alt+Shift+H", Start::Ready, |seen| {
        seen.now("history") == 1 && seen.text("focus") == "history"
    }),
    ("Ctrl+P", Start::Ready, SHEET),
    ("F9", Start::Ready, |seen| {
        seen.text("notice").contains("自动更新")
    }),
    ("Ctrl+E", Start::Ready, |seen| {
        seen.text("notice").contains("填充")
    }),
    ("Ctrl+Shift+Equal", Start::Ready, |seen| {
        seen.text("notice").contains("方案规定")
    }),
    ("Ctrl+1", Start::Ready, SAYS_FORMATS),
    ("Ctrl+5", Start::Ready, SAYS_FORMATS),
    ("Ctrl+B", Start::Ready, SAYS_FORMATS),
    ("Ctrl+I", Start::Ready, SAYS_FORMATS),
    ("Ctrl+U", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+1", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+2", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+3", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+4", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+5", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+6", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+7", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Shift+Minus", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Backslash", Start::Ready, SAYS_FORMATS),
    ("Ctrl+Backquote", Start::Ready, |seen| {
        seen.text("notice").contains("没有公式")
    }),
    ("Ctrl+K", Start::Ready, |seen| {
        seen.text("notice").contains("不放链接")
    }),
    ("Ctrl+K", Start::Enter, |seen| {
        seen.text("notice").contains("不放链接") && seen.text("typed") == "12"
    }),
];

/// Listed by the page, but not to be pressed through DevTools: Scroll Lock cannot be switched on there. Its table is tested beside it.
const UNPRESSED: &[&str] = &[
    "ScrollLock+ArrowUp",
    "ScrollLock+ArrowDown",
    "ScrollLock+ArrowLeft",
    "ScrollLock+ArrowRight",
];

#[test]
fn every_key_of_the_table_does_what_hands_expect() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let (filled, empty) = (
        place(&rows[1], "checked_week"),
        place(&rows[2], "checked_week"),
    );
    write(tab, &filled, "7");
    tab.evaluate("window.alive = true");
    let listed = listed(tab);
    let tested: BTreeSet<String> = CASES
        .iter()
        .map(|(keys, _, _)| (*keys).to_owned())
        .collect();
    let known: BTreeSet<String> = tested
        .iter()
        .cloned()
        .chain(UNPRESSED.iter().map(|keys| (*keys).to_owned()))
        .collect();
    assert_eq!(
        listed.difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "listed, and not tested here"
    );
    assert_eq!(
        known.difference(&listed).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "tested here, and not listed"
    );
    let mut wrong = Vec::new();
    for (keys, start, expected) in CASES {
        begin(tab, *start, &filled, &empty);
        let before = tab.evaluate(LOOK);
        tab.chord(keys);
        tab.evaluate(
            "new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0, true)))",
        );
        let after = tab.evaluate(LOOK);
        let seen = Seen { before, after };
        if !expected(&seen) {
            wrong.push(format!("{keys}: {} -> {}", seen.before, seen.after));
        }
        tidy(tab, &filled, &empty);
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        CASES.len(),
        wrong.join("\n")
    );
}

#[test]
fn f6_gives_the_keys_back_to_the_cell_and_goes_on_from_the_history() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let cell = place(&own_rows(tab)[0], "progress");
    select(tab, &cell);
    tab.chord("Shift+F6");
    tab.wait_until(
        "the keys to be elsewhere",
        "!document.activeElement.matches('.grid-input')",
    );
    tab.chord("F6");
    tab.wait_until(
        "the table to have the keys",
        "document.activeElement.matches('.grid-input')",
    );
    tab.chord("Ctrl+Alt+Shift+H");
    tab.wait_until(
        "the history to have the keys",
        "document.activeElement.matches('.history')",
    );
    tab.chord("F6");
    tab.wait_until(
        "the next part of the page",
        "!document.activeElement.closest('.history, .grid') && document.activeElement.tagName !== 'BODY'",
    );
}

/// Reads the chords from the page's own sheet.
fn listed(tab: &Tab) -> BTreeSet<String> {
    tab.chord("F1");
    tab.wait_until(
        "the sheet of keys",
        "document.querySelector('[data-chord]')",
    );
    tab.screenshot(&picture("keys"));
    let chords = tab.evaluate(
        "[...document.querySelectorAll('[data-chord]')].map((chord) => chord.dataset.chord)",
    );
    tab.press(Key::Escape);
    let chords = chords.as_array().expect("a list").iter();
    chords
        .filter_map(|chord| chord.as_str().map(str::to_owned))
        .collect()
}

fn begin(tab: &Tab, start: Start, filled: &Place, empty: &Place) {
    match start {
        Start::Filled => select(tab, filled),
        Start::Ready => select(tab, empty),
        Start::Beside => select(tab, &filled.beside("found_week")),
        Start::Range => {
            select(tab, filled);
            tab.chord("Shift+ArrowRight");
            tab.chord("Shift+ArrowDown");
        }
        Start::Copied => {
            select(tab, filled);
            tab.chord("Ctrl+C");
            select(tab, empty);
        }
        Start::Written => {
            write(tab, empty, "12");
            select(tab, empty);
        }
        Start::Undone => {
            begin(tab, Start::Written, filled, empty);
            tab.chord("Ctrl+Z");
            see(tab, empty, "");
        }
        Start::Onwards => {
            begin(tab, Start::Written, filled, empty);
            select(tab, &empty.beside("found_week"));
        }
        Start::Folded => {
            select(tab, empty);
            tab.chord("Alt+Shift+ArrowLeft");
            tab.wait_until(
                "the action to be folded",
                "document.querySelector('.grid-fold[aria-expanded=false]')",
            );
        }
        Start::Far => {
            select(tab, empty);
            tab.evaluate("document.querySelector('.grid-scroller').scrollTop = 6000");
            tab.wait_until(
                "the cell to be out of sight",
                &format!("!document.querySelector({})", json!(empty.selector())),
            );
        }
        Start::Enter => {
            select(tab, empty);
            tab.type_text("12");
        }
        Start::EnterInFront => {
            begin(tab, Start::Enter, filled, empty);
            tab.press(Key::Home);
        }
        Start::Edit => {
            select(tab, empty);
            tab.press(Key::F2);
            tab.type_text("12");
        }
        Start::EditInFront => {
            begin(tab, Start::Edit, filled, empty);
            tab.press(Key::Home);
        }
        Start::Choice => select(tab, &empty.beside("status")),
        Start::List => {
            begin(tab, Start::Choice, filled, empty);
            tab.chord("Alt+ArrowDown");
            tab.chord("ArrowDown");
            tab.chord("ArrowDown");
        }
    }
}

/// Puts everything back as it was.
fn tidy(tab: &Tab, filled: &Place, empty: &Place) {
    for _ in 0..3 {
        tab.press(Key::Escape);
    }
    tab.evaluate("(() => { const week = document.querySelector('.week-switch select'); if (week.value !== '2') { week.value = '2'; week.dispatchEvent(new Event('change', { bubbles: true })); } })()");
    tab.evaluate("document.querySelectorAll('.grid-fold[aria-expanded=false]').forEach((button) => button.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true })))");
    tab.wait_until(
        "week 2",
        "document.querySelector('.week-switch select').value === '2'",
    );
    select(tab, empty);
    for held in [
        empty.clone(),
        empty.beside("found_week"),
        filled.beside("found_week"),
        filled.beside("progress"),
        empty.beside("progress"),
        empty.beside("status"),
    ] {
        if !shown(tab, &held).is_empty() {
            select(tab, &held);
            tab.press(Key::Delete);
            see(tab, &held, "");
        }
    }
    if shown(tab, filled) != "7" {
        write(tab, filled, "7");
    }
}
