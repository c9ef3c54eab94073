//! What stays on a machine's disk, sessions that end meanwhile, and several tabs where there is no service worker.

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::browser::{INTRANET, Version};
use diaodu_tests::process::{ServerProcess, server_program};
use serde_json::json;

use crate::desk::*;

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";
const NEXT: &str = "s-pucheng";

fn says(tab: &Tab, words: &str) {
    let expression = format!("document.body.innerText.includes({})", json!(words));
    tab.wait_until(&format!("the page to say {words}"), &expression);
}

fn until_asked(tab: &Tab) {
    tab.wait_until(
        "the page to ask who is there",
        "!!document.querySelector('input[type=password]')",
    );
}

/// The names of documents of an account on the browser's disk that fulfil a condition over `id` and `listed`.
fn on_disk(account: &str, condition: &str) -> String {
    format!(
        "(async () => {{
            const listed = new Map((await (await fetch('/api/documents')).json()).map((one) => [one.url.slice('automerge:'.length), one]));
            const base = await new Promise((done) => {{ const ask = indexedDB.open('diaodu'); ask.onsuccess = () => done(ask.result); }});
            const all = await new Promise((done) => {{ const ask = base.transaction('chunks').objectStore('chunks').getAll(); ask.onsuccess = () => done(ask.result); }});
            base.close();
            const names = [...new Set(all.map((chunk) => chunk.document))].filter((name) => name.startsWith('{account}|'));
            return names.map((name) => name.split('|')[1]).filter((id) => {condition}).length;
        }})()"
    )
}

#[test]
fn an_ended_session_is_renewed_in_place_and_nothing_typed_is_lost() {
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let office = Desk::sign_in(&server, OFFICE);
    let row = own_rows(&street.tab)[0].clone();
    let cells = ["progress", "problem"].map(|column| place(&row, column));
    write(&street.tab, &cells[0], "登录还在时填的");
    wait_for_status(&street.tab, "已同步");
    select(&street.tab, &cells[1]);
    street.tab.type_text("正在填时登录失效");
    let ended = "fetch('/api/session', { method: 'DELETE' }).then((answer) => answer.status)";
    assert_eq!(street.tab.evaluate(ended), json!(204));
    until_asked(&street.tab);
    street.tab.screenshot(&picture("signed-in-again"));
    sign_in_again_if_asked(&street.tab);
    wait_for_status(&street.tab, "已同步");
    street.tab.wait_until(
        "the form to go",
        "!document.querySelector('input[type=password]')",
    );
    if typed(&street.tab) == "正在填时登录失效" {
        street.tab.press(diaodu_tests::browser::keys::Key::Enter);
    }
    for (cell, text) in cells.iter().zip(["登录还在时填的", "正在填时登录失效"]) {
        see(&street.tab, cell, text);
        see(&office.tab, cell, text);
    }
}

#[test]
fn what_may_not_be_read_any_more_leaves_the_browsers_disk() {
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let office = Desk::sign_in(&server, OFFICE);
    let foreign = on_disk(
        STREET,
        &format!(
            "listed.get(id) && listed.get(id).kind === 'sheet' && listed.get(id).unit !== '{STREET}'"
        ),
    );
    street.tab.wait_until(
        "the sheets of others to be on disk",
        &format!("{foreign}.then((count) => count > 10)"),
    );
    let own = "fetch('/api/commands', { method: 'POST', body: JSON.stringify({ command: 'set-visibility', visibility: 'own' }) }).then((answer) => answer.status)";
    assert_eq!(office.tab.evaluate(own), json!(200));
    let unlisted = on_disk(STREET, "!listed.has(id)");
    street.tab.wait_until(
        "the sheets of others to be gone from disk",
        &format!("{unlisted}.then((count) => count === 0)"),
    );
    let kept = on_disk(STREET, "listed.get(id).kind === 'sheet'");
    let kept = street.tab.evaluate(&kept).as_u64();
    assert!(
        kept.is_some_and(|kept| kept >= 1),
        "the own ones stay: {kept:?}"
    );

    // Moved to another unit while something typed has not been sent: it leaves too, and what was typed does not.
    let row = own_rows(&street.tab)[0].clone();
    server.kill();
    wait_for_status(&street.tab, "离线");
    write(&street.tab, &place(&row, "progress"), "调走之前填的");
    wait_for_status(&street.tab, "1 处修改未上传");
    let mut change = std::process::Command::new(server_program());
    change.args(["account", "change", STREET, "--unit", "s-pucheng", "--data"]);
    let done = change.arg(server.data()).output().expect("it runs");
    assert!(done.status.success(), "{done:?}");
    server.restart();
    says(&street.tab, "有 1 处填写没有写入表中");
    street.tab.wait_until(
        "the sheets of the unit before to be gone from disk",
        &format!("{unlisted}.then((count) => count === 0)"),
    );
    press_button(&street.tab, "查看");
    says(&street.tab, "调走之前填的");
    street.tab.screenshot(&picture("moved-away"));
}

#[test]
fn two_tabs_of_one_browser_do_not_fight_on_plain_http() {
    let server = ServerProcess::start();
    let intranet = server.url().replace("127.0.0.1", INTRANET);
    let desk = Desk::sign_in_with(Version::Current, &intranet, STREET);
    let second = desk.another_tab(&intranet);
    assert_eq!(second.evaluate("window.isSecureContext"), json!(false));
    let row = own_rows(&desk.tab)[0].clone();
    for turn in 0..3 {
        desk.tab.show();
        let text = format!("第一页{turn}");
        write(&desk.tab, &place(&row, "progress"), &text);
        second.show();
        write(&second, &place(&row, "problem"), &format!("第二页{turn}"));
    }
    desk.tab.show();
    see(&desk.tab, &place(&row, "problem"), "第二页2");
    second.show();
    see(&second, &place(&row, "progress"), "第一页2");
    wait_for_status(&desk.tab, "已同步");
    wait_for_status(&second, "已同步");
}

#[test]
fn what_one_person_left_unsent_is_never_sent_by_the_next_and_goes_when_the_first_returns() {
    let mut server = ServerProcess::start();
    let shared = Desk::sign_in(&server, STREET);
    let office = Desk::sign_in(&server, OFFICE);
    let row = own_rows(&shared.tab)[0].clone();
    let left = place(&row, "progress");
    server.kill();
    wait_for_status(&shared.tab, "离线");
    write(&shared.tab, &left, "甲离线填的，还没上传");
    wait_for_status(&shared.tab, "1 处修改未上传");
    // Leaves without a server; it is told when it is back.
    press_button(&shared.tab, "退出");
    until_asked(&shared.tab);
    server.restart();

    // The next at the same desk.
    shared.tab.reload();
    sign_in(&shared.tab, NEXT);
    says(&shared.tab, "蒲城街道办事处");
    let own = place(&own_rows(&shared.tab)[0], "progress");
    write(&shared.tab, &own, "乙填的");
    wait_for_status(&shared.tab, "已同步");
    see(&office.tab, &own, "乙填的");
    for tab in [&shared.tab, &office.tab] {
        assert_eq!(shown(tab, &left), "", "nobody sent it for the first");
    }
    press_button(&shared.tab, "退出");
    until_asked(&shared.tab);

    // The first returns.
    sign_in(&shared.tab, STREET);
    wait_for_status(&shared.tab, "已同步");
    see(&shared.tab, &left, "甲离线填的，还没上传");
    see(&office.tab, &left, "甲离线填的，还没上传");
    let authors = "fetch('/api/audit?kind=change').then((answer) => answer.json()).then((all) => all.map((one) => one.account).filter((one) => one !== '@server').sort())";
    assert_eq!(office.tab.evaluate(authors), json!([STREET, NEXT]));
}
