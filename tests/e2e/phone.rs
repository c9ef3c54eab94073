//! A phone, 390 px wide: the week of one's own unit as cards, filled by the same edits as the table.

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::{PASSWORD, ServerProcess};
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
const ROW: &str = "m07.s-hongying";
/// A phone of the commonest width.
const PHONE: (u32, u32) = (390, 844);

/// Signs in on a phone and waits for the cards.
fn phone(browser: &Browser, url: &str) -> Tab {
    let tab = browser.tab();
    tab.resize(PHONE.0, PHONE.1);
    tab.open(url);
    tab.click("input[name=account]");
    tab.type_text(STREET);
    tab.click("input[type=password]");
    tab.type_text(PASSWORD);
    tab.press(Key::Enter);
    tab.wait_until("the cards", "document.querySelector('.card')");
    wait_for_status(&tab, "已同步");
    tab
}

fn field(column: &str) -> String {
    format!(".cell-field[data-row='{ROW}'][data-column='{column}']")
}

fn open_card(tab: &Tab) {
    let head = format!(".card[data-row='{ROW}'] .card-head");
    tab.click(&head);
    tab.wait_until(
        "the fields",
        &format!("document.querySelector({})", json!(field("progress"))),
    );
}

fn says(tab: &Tab, column: &str, words: &str) {
    let says = format!(
        "document.querySelector({}).innerText.includes({})",
        json!(field(column)),
        json!(words)
    );
    tab.wait_until(&format!("{column} to say {words}"), &says);
}

/// Types into a field. Touches it again if what is said of the field above moved it away meanwhile, as a person does.
fn fill(tab: &Tab, column: &str, text: &str) {
    let area = format!("{} textarea", field(column));
    let has_keys = format!("document.activeElement.matches({})", json!(area));
    for _ in 0..3 {
        tab.click(&area);
        if tab.evaluate(&has_keys) == json!(true) {
            break;
        }
    }
    assert_eq!(
        tab.evaluate(&has_keys),
        json!(true),
        "{column} has the keys"
    );
    tab.type_text(text);
    assert_eq!(typed(tab), text);
    tab.evaluate("document.activeElement.blur()");
}

fn nothing_sticks_out(tab: &Tab) {
    let out = "[...document.querySelectorAll('.week *')].filter((part) => part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.className)";
    assert_eq!(
        tab.evaluate(out),
        json!([]),
        "nothing is wider than the phone"
    );
}

#[test]
fn a_row_is_filled_checked_and_reported_on_a_phone_and_a_desk_sees_it() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = phone(&browser, &server.url());
    tab.screenshot(&picture("phone"));
    nothing_sticks_out(&tab);
    open_card(&tab);
    fill(&tab, "progress", "已巡查道路十二条，清理垃圾三车");
    fill(&tab, "checked_week", "12");
    fill(&tab, "found_week", "三个");
    says(&tab, "found_week", "数字");
    fill(&tab, "found_total", "2");
    fill(&tab, "fixed_total", "5");
    says(&tab, "fixed_total", "大于");
    says(&tab, "review", "自审");
    nothing_sticks_out(&tab);
    tab.screenshot(&picture("phone-card"));
    tab.evaluate("document.querySelector('.cards').scrollTo(0, 700)");
    tab.screenshot(&picture("phone-card-lower"));
    let send = format!(
        "[...document.querySelectorAll(\".card[data-row='{ROW}'] button\")].find((button) => !button.hidden && button.innerText.trim() === '报送').click()"
    );
    tab.evaluate(&send);
    let reported = format!(
        "document.querySelector(\".card[data-row='{ROW}'] .card-state\").innerText.includes('收到')"
    );
    tab.wait_until("the report to have arrived", &reported);
    let desk = Desk::sign_in(&server, STREET);
    see(
        &desk.tab,
        &place(ROW, "progress"),
        "已巡查道路十二条，清理垃圾三车",
    );
    see(&desk.tab, &place(ROW, "checked_week"), "12");
}

#[test]
fn an_input_method_composes_in_a_card_while_the_desk_writes_and_a_conflict_is_chosen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = phone(&browser, &server.url());
    let desk = Desk::sign_in(&server, STREET);
    open_card(&tab);
    tab.click(&format!("{} textarea", field("progress")));
    tab.compose(&["n", "ni", "nih"]);
    write(&desk.tab, &place(ROW, "progress"), "桌上写的");
    says(&tab, "progress", "桌上写的");
    tab.accept_composition("你好");
    assert_eq!(typed(&tab), "你好");
    tab.evaluate("document.activeElement.blur()");
    see(&desk.tab, &place(ROW, "progress"), "你好");
}

#[test]
fn escape_in_a_card_gives_the_old_text_back() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = phone(&browser, &server.url());
    let desk = Desk::sign_in(&server, STREET);
    open_card(&tab);
    fill(&tab, "progress", "旧文字");
    see(&desk.tab, &place(ROW, "progress"), "旧文字");
    tab.click(&format!("{} textarea", field("progress")));
    tab.type_text("改了");
    tab.press(Key::Escape);
    let value = format!(
        "document.querySelector({}).value",
        json!(format!("{} textarea", field("progress")))
    );
    assert_eq!(tab.evaluate(&value), json!("旧文字"));
    fill(&tab, "remark", "此后写的");
    see(&desk.tab, &place(ROW, "remark"), "此后写的");
    assert_eq!(shown(&desk.tab, &place(ROW, "progress")), "旧文字");
}

#[test]
fn a_row_of_another_unit_stands_above_the_cards_and_is_read() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = phone(&browser, &server.url());
    let other = Desk::sign_in(&server, "u-zhujian");
    let theirs = place("m18.u-zhujian", "progress");
    write(&other.tab, &theirs, "工地巡查三处");
    open_paper(&tab, "方案");
    tab.wait_until("the plan", "document.querySelector('.plan-paper')");
    tab.evaluate("document.querySelector('.plan-rows [data-row=\"m18.u-zhujian\"]').click()");
    let field = ".card[data-other=true] .cell-field[data-column=progress] textarea";
    let reads = format!(
        "(document.querySelector({0}) || {{}}).value === '工地巡查三处' && document.querySelector({0}).readOnly",
        json!(field)
    );
    tab.wait_until("the other unit's row, to be read", &reads);
    tab.wait_until(
        "its reason",
        "document.querySelector('.card[data-other=true]').innerText.includes('由区住建局填写')",
    );
    // Once for the row, not at each of its cells.
    let times = "document.querySelector('.card[data-other=true]').innerText.split('由区住建局填写').length - 1";
    assert_eq!(tab.evaluate(times), json!(1));
    nothing_sticks_out(&tab);
    tab.screenshot(&picture("phone-other-unit"));
    press_button(&tab, "关闭");
    tab.wait_until(
        "it to be gone",
        "!document.querySelector('.card[data-other=true]')",
    );
}

#[test]
fn the_whole_table_is_one_button_away_and_so_are_the_cards() {
    let _desk = alone();
    let server = ServerProcess::start();
    let browser = Browser::shared();
    let tab = phone(&browser, &server.url());
    press_button(&tab, "查看整张表");
    wait_for_table(&tab);
    tab.screenshot(&picture("phone-table"));
    press_button(&tab, "回到卡片");
    tab.wait_until("the cards", "document.querySelector('.card')");
}
