//! Two values in one cell: both are kept, a person chooses.

use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

#[test]
fn two_values_typed_at_the_same_time_are_both_kept_and_a_person_chooses() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let cell = place(&own_rows(&one.tab)[0], "leader");
    server.kill();
    wait_for_status(&one.tab, "离线");
    wait_for_status(&other.tab, "离线");
    write(&one.tab, &cell, "张某");
    write(&other.tab, &cell, "李某");
    server.restart();
    for desk in [&one, &other] {
        wait_for_status(&desk.tab, "已同步");
        let marked = format!(
            "document.querySelector({}).matches('[data-conflict=true]')",
            json!(cell.selector())
        );
        desk.tab.wait_until("the cell to be marked", &marked);
    }
    one.tab.click(&format!("{} [role=img]", cell.selector()));
    let choices = "[...document.querySelectorAll('[role=dialog] li')].map((choice) => choice.innerText).join()";
    one.tab.wait_until(
        "both values to be offered",
        &format!("/张某/.test({choices}) && /李某/.test({choices})"),
    );
    one.tab.screenshot(&picture("conflict-1366x768"));
    one.tab.evaluate("[...document.querySelectorAll('[role=dialog] li')].find((choice) => choice.innerText.includes('李某')).querySelector('button').click()");
    for desk in [&one, &other] {
        see(&desk.tab, &cell, "李某");
        let unmarked = format!(
            "!document.querySelector({}).matches('[data-conflict=true]')",
            json!(cell.selector())
        );
        desk.tab.wait_until("the mark to be gone", &unmarked);
    }
}
