//! 报送, as a unit does it.

use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
const ROW: &str = "m07.s-hongying";

/// Waits until the list says of the row what is expected.
fn wait_for_state(tab: &Tab, words: &str) {
    let expression = format!(
        "((document.querySelector('.report[data-row=\"{ROW}\"] .report-state') || {{}}).innerText || '').includes({})",
        json!(words)
    );
    tab.wait_until(&format!("the report to be {words}"), &expression);
}

/// Presses the button of the row that is shown and says so.
fn press(tab: &Tab, words: &str) {
    let expression = format!(
        "[...document.querySelectorAll('.report[data-row=\"{ROW}\"] button')].find((button) => !button.hidden && button.innerText.trim() === {}).click()",
        json!(words)
    );
    tab.evaluate(&expression);
}

#[test]
fn a_street_reports_withdraws_and_reports_all() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    let progress = place(ROW, "progress");
    write(tab, &progress, "已巡查道路十二条，清理垃圾三车");
    press_button(tab, "报送");
    wait_for_state(tab, "未报送");
    tab.screenshot(&picture("reporting"));
    // 存在问题 is blank: told, and no reason to refuse.
    press(tab, "报送");
    wait_for_state(tab, "收到");
    press(tab, "撤回");
    wait_for_state(tab, "未报送");
    press(tab, "零报告");
    wait_for_state(tab, "零报告");
    press_button(tab, "全部报送");
    let done = "document.querySelector('.dialog-note').innerText.includes('应报的都已报送')";
    tab.wait_until("everything to be reported", done);
    tab.screenshot(&picture("reported"));
    press_button(tab, "关闭");
    let arrival = place(ROW, "submitted_at");
    tab.wait_until(
        "the time of arrival",
        &format!(
            "(document.querySelector({}) || {{ innerText: '' }}).innerText.includes(':')",
            json!(arrival.selector())
        ),
    );
    // Whoever writes after the report is seen to.
    write(tab, &progress, "已巡查道路十二条，清理垃圾四车");
    tab.wait_until(
        "the edit after the report to be told",
        &format!(
            "(document.querySelector({}) || {{ innerText: '' }}).innerText.includes('报送后有修改')",
            json!(arrival.selector())
        ),
    );
    tab.screenshot(&picture("edited-after-report"));
    press_button(tab, "报送");
    wait_for_state(tab, "报送后有修改");
}
