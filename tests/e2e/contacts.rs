//! 联络信息表, as a unit fills it and others read it.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::accessible::{bring_axe, check};
use crate::desk::*;

const STREET: &str = "s-hongying";

fn fill(tab: &Tab, name: &str, text: &str) {
    tab.click(&format!(".contacts-side [name=\"{name}\"]"));
    tab.type_text(text);
}

fn press_in(tab: &Tab, selector: &str, words: &str) {
    let press = format!(
        "(() => {{ const button = [...document.querySelectorAll({})].find((button) => button.innerText.trim() === {}); if (button) button.click(); return !!button; }})()",
        json!(format!("{selector} button")),
        json!(words)
    );
    tab.wait_until(&format!("a button {words} in {selector}"), &press);
}

#[test]
fn a_street_files_its_contact_and_only_the_office_sees_the_digits() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    bring_axe(tab);
    tab.click(".head-campaign");
    open_paper(tab, "联络");
    says(tab, ".contacts-missing", "没有登记联络信息的单位 26 个");
    let own = format!(".contacts-table [data-unit=\"{STREET}\"]");
    press_in(tab, &own, "添加");
    fill(tab, "name", "冯演示");
    fill(tab, "position", "科员");
    tab.press(Key::Enter);
    // One sentence, and nothing that was typed is lost.
    says(tab, ".contacts-fault", "请填写办公电话或手机");
    tab.screenshot(&picture("contacts-form"));
    check(tab, "contacts, with the form");
    fill(tab, "mobile", "13800005678");
    fill(tab, "measures", "1、7");
    press_in(tab, ".contacts-side", "保存");
    says(tab, &own, "13800005678");
    says(tab, ".contacts-missing", "没有登记联络信息的单位 25 个");
    press_in(tab, &own, "13800005678");
    says(tab, ".circular-said", "已复制：13800005678");
    press_in(tab, &own, "更换");
    says(
        tab,
        ".contacts-side",
        "冯演示的任期到新人员生效日期的前一天为止",
    );
    fill(tab, "name", "陈演示");
    fill(tab, "mobile", "13900001111");
    press_in(tab, ".contacts-side", "保存");
    says(tab, &own, "陈演示");
    press_in(tab, &own, "变更记录");
    says(tab, ".contacts-record", "登记联络员（A角） 陈演示");
    tab.screenshot(&picture("contacts-own"));
    check(tab, "contacts, with the record");
    tab.prefer_colours("dark");
    tab.screenshot(&picture("contacts-own-dark"));
    tab.prefer_colours("light");

    let other = Desk::sign_in(&server, "s-pucheng");
    let tab = &other.tab;
    bring_axe(tab);
    tab.click(".head-campaign");
    open_paper(tab, "联络");
    says(tab, &own, "139****1111");
    let digits = "document.body.innerText.includes('13900001111') || !!document.querySelector('[data-unit=\"s-hongying\"] button')";
    assert_eq!(tab.evaluate(digits), json!(false));
    tab.screenshot(&picture("contacts-masked"));
    check(tab, "contacts of others");

    let office = Desk::sign_in(&server, "u-gongjianban");
    let tab = &office.tab;
    tab.click(".head-campaign");
    open_paper(tab, "联络");
    says(tab, &own, "13900001111");
    press_button(tab, "未登记");
    let gone = format!("!document.querySelector({})", json!(own));
    tab.wait_until("the street to be gone", &gone);
    tab.screenshot(&picture("contacts-office"));
}
