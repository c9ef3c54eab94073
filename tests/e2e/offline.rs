//! A network that goes and comes back; the server is stopped, not imagined away.

use diaodu_tests::browser::{INTRANET, Version};
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

#[test]
fn edits_survive_a_lost_server_a_reload_and_a_crash_and_merge_on_return() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let url = server.url();
    let street = Desk::sign_in_with(Version::Current, &server.url(), "s-hongying");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let row = own_rows(&street.tab)[0].clone();
    let cells = ["progress", "problem", "next_plan", "remark"].map(|column| place(&row, column));
    let of_bureau = place(&own_rows(&bureau.tab)[0], "progress");
    street.tab.wait_until(
        "the page to be kept for offline use",
        "navigator.serviceWorker.controller && caches.match('/').then((kept) => !!kept)",
    );
    write(&street.tab, &cells[0], "联网时写的");
    wait_for_status(&street.tab, "已同步");

    server.kill();
    wait_for_status(&street.tab, "离线");
    write(&street.tab, &cells[1], "断网后写的");
    wait_for_status(&street.tab, "1 处修改未上传");
    wait_for_status(&bureau.tab, "离线");
    write(&bureau.tab, &of_bureau, "对方断网后写的");

    street.tab.reload();
    wait_for_table(&street.tab);
    see(&street.tab, &cells[0], "联网时写的");
    see(&street.tab, &cells[1], "断网后写的");
    write(&street.tab, &cells[2], "断网重新载入后写的");
    wait_for_status(&street.tab, "2 处修改未上传");

    let street = street.crash_and_return(&url);
    see(&street.tab, &cells[1], "断网后写的");
    see(&street.tab, &cells[2], "断网重新载入后写的");
    write(&street.tab, &cells[3], "崩溃后写的");
    wait_for_status(&street.tab, "3 处修改未上传");

    server.restart();
    sign_in_again_if_asked(&street.tab);
    wait_for_status(&street.tab, "已同步");
    wait_for_status(&bureau.tab, "已同步");
    for (cell, text) in cells.iter().zip([
        "联网时写的",
        "断网后写的",
        "断网重新载入后写的",
        "崩溃后写的",
    ]) {
        see(&bureau.tab, cell, text);
    }
    see(&street.tab, &of_bureau, "对方断网后写的");
}

#[test]
fn plain_http_loses_nothing_while_the_page_stays_open() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let intranet = server.url().replace("127.0.0.1", INTRANET);
    let street = Desk::sign_in_with(Version::Current, &intranet, "s-hongying");
    assert_eq!(street.tab.evaluate("window.isSecureContext"), json!(false));
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let row = own_rows(&street.tab)[0].clone();
    server.kill();
    wait_for_status(&street.tab, "离线");
    write(&street.tab, &place(&row, "progress"), "没有网络也照填");
    wait_for_status(&street.tab, "1 处修改未上传");
    let says_what_it_cannot = "document.querySelector('.banner')?.innerText.includes('请不要关闭或重新载入本页') === true";
    street
        .tab
        .wait_until("the page to say what it cannot do", says_what_it_cannot);
    server.restart();
    wait_for_status(&street.tab, "已同步");
    street.tab.wait_until(
        "the sentence to go with its reason",
        &format!("!({says_what_it_cannot})"),
    );
    see(&bureau.tab, &place(&row, "progress"), "没有网络也照填");
}

#[test]
fn what_is_being_typed_survives_a_reload_whether_one_stays_when_asked_or_goes() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in_with(Version::Current, &server.url(), "s-hongying");
    let tab = &desk.tab;
    let progress = place(&own_rows(tab)[0], "progress");
    select(tab, &progress);
    tab.type_text("还没有按回车就重新载入");
    tab.reload();
    wait_for_table(tab);
    wait_for_status(tab, "已同步");
    see(tab, &progress, "还没有按回车就重新载入");

    let problem = progress.beside("problem");
    select(tab, &problem);
    tab.type_text("问了也照样走");
    tab.reload_anyway();
    wait_for_table(tab);
    wait_for_status(tab, "已同步");
    see(tab, &problem, "问了也照样走");

    let next_plan = progress.beside("next_plan");
    select(tab, &next_plan);
    tab.chord("Ctrl+F2");
    tab.wait_until(
        "the field beside the table to have the keys",
        "document.activeElement.matches('.beside .cell-field-text')",
    );
    tab.type_text("旁边的编辑框里也一样");
    tab.reload_anyway();
    wait_for_table(tab);
    see(tab, &next_plan, "旁边的编辑框里也一样");
}

#[test]
fn what_the_disk_had_no_time_for_is_written_when_the_page_returns() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in_with(Version::Current, &server.url(), "s-hongying");
    let tab = &street.tab;
    let progress = place(&own_rows(tab)[0], "progress");
    let problem = progress.beside("problem");
    tab.wait_until(
        "the page to be kept for offline use",
        "navigator.serviceWorker.controller && caches.match('/').then((kept) => !!kept)",
    );
    server.kill();
    wait_for_status(tab, "离线");
    // A machine that is so busy that the page is gone before its disk has begun.
    tab.evaluate("IDBDatabase.prototype.transaction = () => { throw new DOMException('busy', 'UnknownError'); }");
    write(tab, &progress, "没来得及落盘的");
    select(tab, &problem);
    tab.type_text("还没有按回车的");
    tab.reload_anyway();

    wait_for_table(tab);
    see(tab, &progress, "没来得及落盘的");
    see(tab, &problem, "还没有按回车的");
    wait_for_status(tab, "处修改未上传");
    tab.wait_until(
        "the notes to go with their reason",
        "localStorage.getItem('diaodu.unsaved.s-hongying') === null",
    );
    server.restart();
    sign_in_again_if_asked(tab);
    wait_for_status(tab, "已同步");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    see(&bureau.tab, &progress, "没来得及落盘的");
    see(&bureau.tab, &problem, "还没有按回车的");
}
