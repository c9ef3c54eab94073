//! Two values in one cell: both are kept, a person chooses.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::accessible;
use crate::desk::*;

const CHOICES: &str =
    "[...document.querySelectorAll('[role=dialog] li')].map((choice) => choice.innerText).join()";

/// Two people of one unit write these cells while the server is down, and meet again.
pub fn apart(server: &mut ServerProcess, desks: [&Desk; 2], cells: &[(&Place, [&str; 2])]) {
    server.kill();
    for (number, desk) in desks.iter().enumerate() {
        wait_for_status(&desk.tab, "离线");
        for (cell, texts) in cells {
            write(&desk.tab, cell, texts[number]);
        }
    }
    server.restart();
    for desk in desks {
        wait_for_status(&desk.tab, "已同步");
        for (cell, _) in cells {
            find(&desk.tab, cell);
            let marked = format!(
                "document.querySelector({}).matches('[data-conflict=true]')",
                json!(cell.selector())
            );
            desk.tab.wait_until("the cell to be marked", &marked);
        }
    }
}

fn offered(tab: &Tab, words: &[&str]) {
    for words in words {
        let holds = format!("{CHOICES}.includes({})", json!(words));
        tab.wait_until(&format!("{words} to be offered"), &holds);
    }
}

fn unmarked(tab: &Tab, cell: &Place) {
    let unmarked = format!(
        "!document.querySelector({}).matches('[data-conflict=true]')",
        json!(cell.selector())
    );
    tab.wait_until("the mark to be gone", &unmarked);
}

#[test]
fn two_values_typed_at_the_same_time_are_both_kept_and_a_person_chooses() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let cell = place(&own_rows(&one.tab)[0], "leader");
    apart(&mut server, [&one, &other], &[(&cell, ["张某", "李某"])]);
    one.tab.click(&format!("{} [role=img]", cell.selector()));
    offered(&one.tab, &["张某", "李某", "我，", "鸿鹰街道办事处 · "]);
    // Both were written while the server was down: what counts is when it received them.
    let times = "[...document.querySelectorAll('.choices-origin')].map((origin) => origin.innerText.split('，')).filter((parts) => parts.length > 1).map((parts) => parts.pop())";
    let are_received =
        format!("{times}.every((time) => /^\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$/.test(time))");
    one.tab
        .wait_until("the server's word on both", &are_received);
    let times = one.tab.evaluate(times);
    let of_server = "(async () => {
        const ask = async (path) => (await fetch(path)).json();
        const sheet = (await ask('/api/documents')).find((each) => each.kind === 'sheet' && each.week === 2 && each.unit === 's-hongying');
        const told = await ask(`/api/documents/${sheet.url.replace('automerge:', '')}/changes`);
        return told.changes.map(([, , at]) => new Date(at + 8 * 3600e3).toISOString().slice(5, 19).replace('T', ' '));
    })()";
    let of_server = one.tab.evaluate(of_server);
    let of_server = of_server.as_array().expect("a list");
    let shown = times.as_array().expect("a list");
    assert!(
        shown.len() == 2 && shown.iter().all(|time| of_server.contains(time)),
        "{shown:?} of {of_server:?}"
    );
    one.tab.screenshot(&picture("conflict-1366x768"));
    one.tab.evaluate("[...document.querySelectorAll('[role=dialog] li')].find((choice) => choice.innerText.includes('李某')).querySelector('button').click()");
    for desk in [&one, &other] {
        see(&desk.tab, &cell, "李某");
        unmarked(&desk.tab, &cell);
    }
}

#[test]
fn edits_of_one_text_that_do_not_overlap_are_merged_by_one_key() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&one.tab)[0].clone();
    let (long, short) = (place(&row, "progress"), place(&row, "remark"));
    let before = "一、排查停放充电场所12处，整改3处。二、约谈1家。三、下周复查。";
    write(&one.tab, &long, before);
    see(&other.tab, &long, before);
    let texts = [
        "一、排查停放充电场所15处，整改3处。二、约谈1家。三、下周一复查，并通报。",
        "一、排查停放充电场所12处，整改3处。二、约谈2家，罚款1家。三、下周复查。",
    ];
    let cells = [(&long, texts), (&short, ["联系社区", "联系物业"])];
    apart(&mut server, [&one, &other], &cells);
    let merged =
        "一、排查停放充电场所15处，整改3处。二、约谈2家，罚款1家。三、下周一复查，并通报。";
    select(&one.tab, &long);
    one.tab.chord("Alt+ArrowDown");
    offered(&one.tab, &[merged, texts[0], texts[1]]);
    one.tab.screenshot(&picture("conflict-merged"));
    one.tab.prefer_colours("dark");
    one.tab.screenshot(&picture("conflict-merged-dark"));
    one.tab.chord("1");
    for desk in [&one, &other] {
        see(&desk.tab, &long, merged);
        unmarked(&desk.tab, &long);
    }
    // What overlaps can be kept whole, one below the other.
    select(&other.tab, &short);
    other.tab.chord("Alt+ArrowDown");
    offered(&other.tab, &["全部保留"]);
    other.tab.chord("3");
    unmarked(&one.tab, &short);
    let both = shown(&one.tab, &short);
    assert!(
        both == "联系社区\n联系物业" || both == "联系物业\n联系社区",
        "{both}"
    );
}

#[test]
fn all_conflicts_of_the_week_are_counted_listed_and_gone_through_by_key() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let rows = own_rows(&one.tab);
    let (first, second) = (place(&rows[0], "leader"), place(&rows[1], "owner"));
    let cells = [(&first, ["张某", "李某"]), (&second, ["王某", "赵某"])];
    apart(&mut server, [&one, &other], &cells);
    let reader = Desk::sign_in(&server, "u-shengtai");
    for tab in [&one.tab, &reader.tab] {
        tab.wait_until(
            "the count in the head",
            "/多个值 2 处/.test(document.querySelector('.head').innerText)",
        );
    }
    press_button(&one.tab, "多个值 2 处");
    offered(&one.tab, &["张某", "李某", "王某", "赵某"]);
    one.tab.screenshot(&picture("conflicts"));
    accessible::bring_axe(&one.tab);
    accessible::check(&one.tab, "list of conflicts");
    one.tab.press(Key::Escape);
    select(&one.tab, &place(&rows[0], "progress"));
    one.tab.chord("Alt+F7");
    offered(&one.tab, &["张某", "李某"]);
    accessible::check(&one.tab, "conflict");
    one.tab.chord("Alt+F7");
    offered(&one.tab, &["王某", "赵某"]);
    one.tab.chord("Alt+Shift+F7");
    offered(&one.tab, &["张某", "李某"]);
    one.tab.chord("1");
    one.tab.wait_until(
        "one to be left",
        "/多个值 1 处/.test(document.querySelector('.head').innerText)",
    );
    one.tab.wait_until(
        "the keys to be the table's",
        "document.activeElement.matches('.grid-input')",
    );
    one.tab.chord("Alt+F7");
    offered(&one.tab, &["王某", "赵某"]);
    // Whoever may not write there is told whose it is.
    let tab = &reader.tab;
    select(tab, &place(&own_rows(tab)[0], "progress"));
    tab.chord("Alt+F7");
    offered(tab, &["王某", "赵某"]);
    tab.wait_until("the buttons to be closed", "[...document.querySelectorAll('[role=dialog] li button')].every((button) => button.disabled)");
    // The other chooses: what is open here goes along.
    select(&other.tab, &second);
    other.tab.chord("Alt+ArrowDown");
    offered(&other.tab, &["王某"]);
    other.tab.chord("2");
    one.tab.wait_until(
        "nothing to be left to choose",
        "!document.querySelector('.conflicts button')",
    );
}
