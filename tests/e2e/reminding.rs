//! Reminders on the page: what is owed before a week is due, and the browser's bell, which nobody is asked about before a click.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::accessible::{bring_axe, check};
use crate::desk::*;

/// The browser's bell as this test hears it: headless browsers ring none.
const BELL: &str = "window.rung = []; window.asked = 0;
    window.Notification = class {
        static requestPermission() { window.asked += 1; this.permission = 'granted'; return Promise.resolve('granted'); }
        constructor(title, options) { window.rung.push([title, options.body, options.tag]); }
    };
    window.Notification.permission = 'default'; true";

#[test]
fn a_street_sees_what_it_owes_and_is_rung_once_it_has_allowed_it() {
    let _desk = alone();
    // Half an hour before week 2 is due, so that Friday 15:00 has passed.
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let tab = &street.tab;
    bring_axe(tab);
    tab.evaluate(BELL);
    says(tab, ".reminding", "还有 17 项未报送");
    tab.click(".head-campaign");
    tab.screenshot(&picture("reminding-head"));
    tab.click(".reminding");
    says(
        tab,
        ".remind-owed",
        "第2周周调度表 04-16 16:00 截止，本单位还有 17 项没有报送",
    );
    says(
        tab,
        "[role=dialog]",
        "04-15 16:00、04-16 10:00、04-16 15:00",
    );
    says(tab, ".remind-bell", "浏览器通知未开启");
    assert_eq!(
        tab.evaluate("window.asked"),
        json!(0),
        "nobody is asked before a click"
    );
    tab.screenshot(&picture("reminding"));
    check(tab, "reminder");
    tab.prefer_colours("dark");
    tab.screenshot(&picture("reminding-dark"));
    tab.prefer_colours("light");
    press_button(tab, "开启浏览器通知");
    says(tab, ".remind-bell", "浏览器通知已开启");
    for left in [16, 15] {
        tab.evaluate(
            "[...document.querySelectorAll('.report button')].find((button) => !button.hidden && button.innerText.trim() === '零报告').click()",
        );
        says(tab, ".remind-owed", &format!("还有 {left} 项没有报送"));
    }
    assert_eq!(
        tab.evaluate("window.rung"),
        json!([[
            "报送提醒",
            "第2周周调度表 04-16 16:00 截止，本单位还有 16 项没有报送。",
            "2-60-04-16 16:00"
        ]]),
        "once for each reminder"
    );
    press_button(tab, "全部报送");
    tab.wait_until(
        "nothing to be left",
        "!document.querySelector('.reminding')",
    );
}

#[test]
fn the_office_sets_the_moments_in_hours() {
    let _desk = alone();
    let server = ServerProcess::start();
    let office = Desk::sign_in(&server, "u-gongjianban");
    let tab = &office.tab;
    bring_axe(tab);
    press_button(tab, "管理");
    press_button(tab, "设置");
    says(tab, ".office", "服务器没有设置邮件和机器人");
    says(tab, ".office", "提醒第2周：21 个单位未报齐");
    let value = "document.querySelector('[name=reminders]').value === '24、6、1'";
    tab.wait_until("the hours", value);
    tab.click("[name=reminders]");
    tab.press(Key::End);
    tab.type_text("、0.5");
    press_button(tab, "保存提醒时间");
    let kept = "fetch('/api/reminders').then((answer) => answer.json()).then((view) => view.minutes.join() === '1440,360,60,30')";
    tab.wait_until("the moments to be kept", kept);
    tab.screenshot(&picture("reminders-office"));
    check(tab, "reminders, as the office sets them");
}
