//! 收官时段: the last days have their place, and everybody is told where.

use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

#[test]
fn the_last_days_are_filled_into_the_last_table_and_counted_as_the_closing_period() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--clock", "2021-06-05T10:00:00+08:00"]);
    let street = Desk::sign_in(&server, "s-hongying");
    let tab = &street.tab;
    says(tab, ".due[data-state=closing]", "收官时段至 06-05 24:00");
    let chosen = "document.querySelector('.week-switch select').selectedOptions[0].textContent";
    let name = tab.evaluate(chosen);
    assert_eq!(name, json!("第9周及收官（5.29—6.5）"));
    write(tab, &place("m01.s-hongying", "found_week"), "7");
    wait_for_status(tab, "已同步");
    tab.screenshot(&picture("closing-street"));

    let office = Desk::sign_in(&server, "u-gongjianban");
    let tab = &office.tab;
    press_button(tab, "督办板");
    press_button(tab, "逐周走势");
    tab.wait_until("the periods", "document.querySelector('.board-periods')");
    tab.evaluate("document.querySelector('.board-periods > summary').click()");
    let closing = ".board-periods [data-period=closing]";
    says(tab, closing, "收官时段");
    says(tab, closing, "06-04 16:00–06-05 24:00");
    says(tab, &format!("{closing} :nth-child(4)"), "7");
    says(tab, ".board-periods tfoot td:nth-child(4)", "7");
    tab.evaluate("document.querySelector('.board-periods').scrollIntoView()");
    tab.screenshot(&picture("closing-board"));
    press_button(tab, "关闭");
    press_button(tab, "本周办理");
    press_button(tab, "定稿");
    says(tab, ".office-warn.closing", "收官时段到 06-05 24:00 才结束");
    tab.screenshot(&picture("closing-freeze"));
}
