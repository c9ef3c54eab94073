//! 附件, as people add, look at and remove them: beside the table, from the menu, on a phone, and without a network.

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::{PASSWORD, ServerProcess};
use serde_json::json;

use crate::{
    desk::*,
    process::{press_in, set},
};

const STREET: &str = "s-hongying";
const ROW: &str = "m07.s-hongying";
/// A red dot.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";
const WEB_PAGE: &str = "PGh0bWw+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PjwvaHRtbD4=";

/// Makes files in the page, and does something with them: `data` is a `DataTransfer` that holds them.
fn with_files(tab: &Tab, files: &[(&str, &str)], act: &str) {
    let made = files.iter().map(|(name, content)| {
        format!(
            "data.items.add(new File([Uint8Array.from(atob('{content}'), (letter) => letter.charCodeAt(0))], {}))",
            json!(name)
        )
    });
    let made: Vec<String> = made.collect();
    tab.evaluate(&format!(
        "(() => {{ const data = new DataTransfer(); {}; {act} }})()",
        made.join("; ")
    ));
}

/// Chooses files in the window that the button opens.
fn choose(tab: &Tab, files: &[(&str, &str)]) {
    tab.wait_until("the button", "document.querySelector('.attachments-input')");
    let act = "const input = document.querySelector('.attachments-input'); input.files = data.files; input.dispatchEvent(new Event('change', { bubbles: true }))";
    with_files(tab, files, act);
}

/// Opens the editor beside the table at the row.
fn open_beside(tab: &Tab) {
    select(tab, &place(ROW, "progress"));
    tab.chord("Ctrl+F2");
    tab.wait_until(
        "the files beside",
        "document.querySelector('.beside .attachments')",
    );
}

/// Opens the window of the row's files from the menu of a cell.
fn open_window(tab: &Tab) {
    let cell = place(ROW, "progress");
    select(tab, &cell);
    tab.click_second(&cell.selector());
    tab.wait_until("the menu", "document.querySelector('.menu-line')");
    tab.evaluate("[...document.querySelectorAll('.menu-line')].find((line) => line.innerText.trim().startsWith('附件')).click()");
    tab.wait_until(
        "the window",
        "document.querySelector('.dialog .attachments')",
    );
}

/// Waits until the list shows these names in these states, e.g. `attached 扫描.png`.
fn shows(tab: &Tab, expected: &[&str]) {
    let list = "JSON.stringify([...document.querySelectorAll('.attachments-item')].map((item) => item.dataset.state + ' ' + item.querySelector('.attachments-name').innerText))";
    let expected = serde_json::to_string(expected).expect("names");
    tab.wait_until(
        &format!("the files to be {expected}"),
        &format!("{list} === {}", json!(expected)),
    );
}

#[test]
fn a_street_attaches_a_scan_and_the_office_opens_it() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    open_beside(tab);
    shows(tab, &[]);
    choose(tab, &[("盖章扫描件.png", PNG), ("假照片.png", WEB_PAGE)]);
    shows(tab, &["attached 盖章扫描件.png"]);
    says(
        tab,
        ".attachments .field-wrong",
        "“假照片.png”没有添加：只能附 PDF、PNG 或 JPEG",
    );
    let paste = "document.querySelector('.attachments button').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    with_files(tab, &[("截图.png", PNG)], paste);
    shows(tab, &["attached 盖章扫描件.png", "attached 截图.png"]);
    let drop = "document.querySelector('.attachments').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
    with_files(tab, &[("拖入.png", PNG)], drop);
    shows(
        tab,
        &[
            "attached 盖章扫描件.png",
            "attached 截图.png",
            "attached 拖入.png",
        ],
    );
    // By the unit's name: nobody knows accounts.
    says(tab, ".attachments-told", "鸿鹰街道办事处");
    tab.screenshot(&picture("attachments-beside"));

    let office = Desk::sign_in(&server, "u-gongjianban");
    let desk = &office.tab;
    find(desk, &place(ROW, "progress"));
    open_window(desk);
    shows(
        desk,
        &[
            "attached 盖章扫描件.png",
            "attached 截图.png",
            "attached 拖入.png",
        ],
    );
    desk.screenshot(&picture("attachments-window"));
    let opened = desk.evaluate("fetch(document.querySelector('a.attachments-name').href).then(async (answer) => [answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength])");
    assert_eq!(opened, json!([200, "image/png", 85]));
    assert_eq!(
        desk.evaluate("!!document.querySelector('.attachments-input')"),
        json!(false),
        "another office's row"
    );
    // The street takes one out: the office sees it go.
    let remove = "[...document.querySelectorAll('.attachments-item')].find((item) => item.innerText.includes('截图')).querySelector('button')";
    tab.evaluate(&format!("{remove}.click()"));
    tab.wait_until(
        "to be asked",
        &format!("{remove}.innerText.trim() === '确认删除'"),
    );
    tab.evaluate(&format!("{remove}.click()"));
    shows(tab, &["attached 盖章扫描件.png", "attached 拖入.png"]);
    shows(desk, &["attached 盖章扫描件.png", "attached 拖入.png"]);
    desk.press(Key::Escape);

    // The column 附件 is off at first; the row says how many once it is shown.
    press_button(desk, "列");
    desk.wait_until("the columns", "document.querySelector('.dialog')");
    desk.evaluate("[...document.querySelectorAll('.dialog label')].find((label) => label.innerText.trim() === '附件').querySelector('input').click()");
    desk.press(Key::Escape);
    let count = place(ROW, "attachments");
    let scroll = "(() => { const grid = document.querySelector('[role=grid]'); let part = grid; while (part && part.scrollWidth <= part.clientWidth + 1) part = part.parentElement; part.scrollLeft = 1e6; return true; })()";
    desk.evaluate(scroll);
    see(desk, &count, "2");
    desk.screenshot(&picture("attachments-column"));
}

#[test]
fn a_file_waits_for_the_network_through_a_reload_and_is_sent_on_return() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    tab.wait_until(
        "the page to be kept for offline use",
        "navigator.serviceWorker.controller && caches.match('/').then((kept) => !!kept)",
    );
    open_beside(tab);
    server.kill();
    wait_for_status(tab, "离线");
    choose(tab, &[("断网时拍的.png", PNG)]);
    shows(tab, &["waiting 断网时拍的.png"]);
    says(tab, ".attachments-state", "待上传");
    wait_for_status(tab, "1 处修改未上传");
    tab.screenshot(&picture("attachments-offline"));

    tab.reload();
    wait_for_table(tab);
    wait_for_status(tab, "1 处修改未上传");
    open_beside(tab);
    shows(tab, &["waiting 断网时拍的.png"]);
    server.restart();
    shows(tab, &["attached 断网时拍的.png"]);
    wait_for_status(tab, "已同步");
    let kept = "new Promise((resolve) => { const open = indexedDB.open('diaodu'); open.onsuccess = () => { const keys = open.result.transaction('notes').objectStore('notes').getAllKeys(); keys.onsuccess = () => resolve(keys.result.filter((key) => key.includes('|file')).length); }; })";
    assert_eq!(
        tab.evaluate(kept),
        json!(0),
        "nothing is left on this machine"
    );
    let office = Desk::sign_in(&server, "u-gongjianban");
    open_window(&office.tab);
    shows(&office.tab, &["attached 断网时拍的.png"]);
}

#[test]
fn a_file_that_comes_after_the_freeze_is_kept_with_the_reason() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    open_beside(tab);
    tab.command("Network.enable", json!({}));
    let block = |urls: &[&str]| tab.command("Network.setBlockedURLs", json!({ "urls": urls }));
    block(&["*api/attachments*"]);
    choose(tab, &[("晚到.png", PNG)]);
    shows(tab, &["waiting 晚到.png"]);
    let office = Desk::sign_in(&server, "u-gongjianban");
    freeze(&office.tab, 2);
    block(&[]);
    shows(tab, &["refused 晚到.png"]);
    says(tab, ".attachments-state", "未被接收：本周已定稿");
    says(tab, ".attachments", "已定稿");
    tab.screenshot(&picture("attachments-refused"));
    tab.reload();
    wait_for_table(tab);
    open_beside(tab);
    shows(tab, &["refused 晚到.png"]);
    let saved = tab.download(|| press_button(tab, "另存"));
    assert_eq!(std::fs::metadata(saved).expect("saved").len(), 85);
    press_button(tab, "不要了");
    shows(tab, &[]);
}

#[test]
fn on_a_phone_a_picture_goes_with_the_card() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = browser.tab();
    tab.resize(390, 844);
    tab.open(&server.url());
    tab.click("input[name=account]");
    tab.type_text(STREET);
    tab.click("input[type=password]");
    tab.type_text(PASSWORD);
    tab.press(Key::Enter);
    tab.wait_until("the cards", "document.querySelector('.card')");
    let card = format!(".card[data-row='{ROW}']");
    tab.click(&format!("{card} .card-head"));
    tab.evaluate(&format!(
        "document.querySelector(\"{card} .attachments-fold\").click()"
    ));
    choose(&tab, &[("现场照片.png", PNG)]);
    shows(&tab, &["attached 现场照片.png"]);
    says(&tab, &format!("{card} .attachments-fold"), "附件（1）");
    tab.evaluate("document.querySelector('.attachments').scrollIntoView({ block: 'center' })");
    tab.screenshot(&picture("attachments-phone"));
    let out = "[...document.querySelectorAll('.attachments, .attachments *')].filter((part) => part.getBoundingClientRect().right > innerWidth + 1).length";
    assert_eq!(tab.evaluate(out), json!(0), "nothing sticks out");
}

#[test]
fn a_file_that_comes_too_late_goes_with_a_correction() {
    let _desk = alone();
    let server = ServerProcess::start();
    let (street, office) = (
        Desk::sign_in(&server, STREET),
        Desk::sign_in(&server, "u-gongjianban"),
    );
    let tab = &street.tab;
    freeze(&office.tab, 2);
    tab.wait_until(
        "corrections to be offered",
        "[...document.querySelectorAll('button')].some((button) => button.innerText.trim() === '更正申请')",
    );
    select(tab, &place(ROW, "progress"));
    tab.chord("Shift+F10");
    press_button(tab, "申请更正");
    choose(tab, &[("补盖章.png", PNG), ("假照片.png", WEB_PAGE)]);
    shows(tab, &["offered 补盖章.png"]);
    says(tab, ".correction-form", "“假照片.png”没有添加");
    set(tab, ".correction-form [name=reason]", "补交盖章扫描件");
    tab.screenshot(&picture("correction-file-ask"));
    press_button(tab, "提交申请");
    // Nobody leads measure 7: the office alone decides.
    let waiting = format!(".correction[data-row='{ROW}'][data-state=at-office]");
    says(tab, &waiting, "补盖章.png");
    press_button(tab, "关闭");
    office.tab.reload();
    wait_for_table(&office.tab);
    press_button(&office.tab, "更正申请（待办 1 项）");
    says(&office.tab, &waiting, "补盖章.png");
    office.tab.screenshot(&picture("correction-file-office"));
    let opened = format!(
        "fetch(document.querySelector(\"{waiting} a\").href).then((answer) => answer.headers.get('content-type'))"
    );
    assert_eq!(office.tab.evaluate(&opened), json!("image/png"));
    press_in(&office.tab, &waiting, "同意");
    let agreed = format!(".correction[data-row='{ROW}'][data-state=agreed]");
    says(&office.tab, &agreed, "已写入表中");
    open_window(tab);
    shows(tab, &["attached 补盖章.png"]);
}

#[test]
fn the_past_shows_the_files_that_it_had_and_a_frozen_week_says_where_a_late_one_goes() {
    let _desk = alone();
    // 截止 is taken at the start, before anything is attached.
    let server = ServerProcess::start_with(&["--demo", "--clock", "2021-04-16T16:40:00+08:00"]);
    let (street, office) = (
        Desk::sign_in(&server, STREET),
        Desk::sign_in(&server, "u-gongjianban"),
    );
    let tab = &street.tab;
    open_window(tab);
    choose(tab, &[("盖章扫描件.png", PNG)]);
    shows(tab, &["attached 盖章扫描件.png"]);
    freeze(&office.tab, 2);
    says(
        tab,
        ".attachments .cell-field-closed",
        "本周已定稿，不能再添加或删除附件",
    );
    says(tab, ".attachments .cell-field-closed", "请随更正申请提交");
    tab.screenshot(&picture("attachments-frozen"));
    press_button(tab, "关闭");

    select(tab, &place(ROW, "progress"));
    tab.chord("Ctrl+Alt+Shift+H");
    press_button(tab, "回看过去的表");
    for (cut, files) in [("due", &[][..]), ("final", &["attached 盖章扫描件.png"])] {
        let mark = format!("document.querySelector('.past-mark[data-cut={cut}]')");
        tab.wait_until(cut, &mark);
        tab.evaluate(&format!("{mark}.click()"));
        tab.wait_until(
            "the table of that moment",
            &format!("document.querySelector('.past-mark[data-cut={cut}][aria-pressed=true]')"),
        );
        open_window(tab);
        shows(tab, files);
        tab.screenshot(&picture(&format!("attachments-past-{cut}")));
        press_button(tab, "关闭");
    }
}
