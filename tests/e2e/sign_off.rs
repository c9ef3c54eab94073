//! 单位审签 as office, unit and leader see it.

use diaodu_tests::browser::Browser;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::{Value, json};

use crate::{
    desk::*,
    process::{press_in, set},
};

const ROW: &str = "m01.s-hongying";
const REASON: &str = "请写明排查数量";
const OWN: &str = "自己选的密码一二三四";

/// Asks the server as the person who sits at this tab.
fn post(tab: &Tab, path: &str, body: &Value) -> Value {
    let body = json!(body.to_string());
    tab.evaluate(&format!(
        "fetch({}, {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: {body} }})
            .then(async (answer) => answer.status === 204 ? true : answer.json())",
        json!(path)
    ))
}

/// Makes an account of a unit's leader, and lets him sit down.
fn leader(server: &ServerProcess, office: &Tab, browser: &Browser) -> Tab {
    let create = json!({ "command": "create-account", "account": "lidaoying", "person": "李带队", "unit": "s-hongying", "role": "leader" });
    let made = post(office, "/api/commands", &create);
    let one_time = made["one_time_password"]
        .as_str()
        .expect("it is shown once");
    let tab = browser.tab();
    tab.open(&format!("{}/health", server.url()));
    tab.wait_until("the server", "location.pathname === '/health'");
    let sign_in = json!({ "account": "lidaoying", "password": one_time });
    post(&tab, "/api/session", &sign_in);
    post(
        &tab,
        "/api/password",
        &json!({ "old": one_time, "new": OWN }),
    );
    tab.open(&server.url());
    wait_for_table(&tab);
    tab
}

#[test]
fn a_unit_submits_its_leader_sends_back_and_signs_and_the_office_has_said_so() {
    let _desk = alone();
    let server = ServerProcess::start();
    let (office, street) = (
        Desk::sign_in(&server, "u-gongjianban"),
        Desk::sign_in(&server, "s-hongying"),
    );
    let browser = Browser::shared();
    let of_row = format!(".report[data-row='{ROW}']");

    press_button(&office.tab, "本周办理");
    set(&office.tab, "select[name=sign-off]", "submission");
    says(
        &office.tab,
        ".office-page",
        "没有责任领导账号、无法审签的单位",
    );
    office.tab.screenshot(&picture("sign-off-setting"));
    let leader = leader(&server, &office.tab, &browser);

    press_button(&street.tab, "报送");
    press_in(&street.tab, &of_row, "报送");
    says(&street.tab, &of_row, "等待责任领导审签");
    street.tab.screenshot(&picture("sign-off-waiting"));
    let may_sign = "[...document.querySelectorAll('button')].some((button) => !button.hidden && button.innerText.includes('审签'))";
    assert_eq!(
        street.tab.evaluate(may_sign),
        json!(false),
        "a clerk signs nothing"
    );

    press_button(&leader, "报送（待审签 1 行）");
    says(&leader, &of_row, "等待责任领导审签");
    leader.screenshot(&picture("sign-off-leader"));

    press_in(&leader, &of_row, "退回");
    set(
        &leader,
        &format!("{of_row} [name=send-back-reason]"),
        REASON,
    );
    leader.screenshot(&picture("send-back-leader"));
    press_in(&leader, &of_row, "退回给填报人");
    let told = format!("责任领导（lidaoying）退回：{REASON}");
    says(&leader, &of_row, &told);
    says(&street.tab, &of_row, &told);
    street.tab.screenshot(&picture("send-back-unit"));
    press_button(&street.tab, "关闭");
    press_button(&street.tab, "报送（退回 1 行）");
    press_in(&street.tab, &of_row, "再次报送");
    says(&leader, &of_row, &format!("此前退回：{REASON}"));
    assert_eq!(
        leader.evaluate("[...document.querySelectorAll('.report-returned')].filter((each) => !each.hidden).length"),
        json!(0),
        "what is reported again is sent back no more"
    );

    press_in(&leader, &of_row, "审签");
    says(&leader, &of_row, "lidaoying 于");
    for tab in [&leader, &street.tab] {
        says(tab, &of_row, "已报送，");
    }
}
