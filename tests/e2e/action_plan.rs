//! 行动方案, as a leading unit files it and the office sees who has.

use diaodu_tests::process::ServerProcess;

use crate::accessible::{bring_axe, check};
use crate::desk::*;

#[test]
fn a_unit_files_its_action_plan_among_its_tasks_and_the_office_sees_who_has() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--clock", "2021-04-09T16:30:00+08:00"]);
    let lead = Desk::sign_in(&server, "u-zhujian");
    let tab = &lead.tab;
    bring_axe(tab);
    press_button(tab, "督办板");
    // The week is over its due time; the plan has until midnight.
    let own = ".board-tasks .action-plan-own";
    says(tab, own, "4月9日24:00以前报区攻坚办");
    tab.screenshot(&picture("action-plan-task"));
    check(tab, "action plan among the tasks");
    tab.click(".board-tasks input[name=action-plan]");
    tab.type_text("扬尘治理行动方案（卫住建〔2021〕5号）");
    press_button(tab, "报送行动方案");
    tab.wait_until(
        "the task to go",
        "document.querySelector('.board-tasks') && !document.querySelector('.board-tasks .action-plan')",
    );
    press_button(tab, "关闭");
    open_paper(tab, "方案");
    says(
        tab,
        ".action-plans .action-plan-own",
        "本单位行动方案按时，回执 2021-04-09 16:3",
    );
    says(tab, ".action-plans .action-plan-own", "卫住建〔2021〕5号");

    let street = Desk::sign_in(&server, "s-hongying");
    open_paper(&street.tab, "方案");
    says(
        &street.tab,
        ".action-plan-own",
        "本单位没有牵头的任务，可以不报",
    );
    drop(street);

    let office = Desk::sign_in(&server, "u-gongjianban");
    let tab = &office.tab;
    bring_axe(tab);
    open_paper(tab, "方案");
    let tally = ".action-plan-list > summary";
    says(tab, tally, "应报 12 个单位，按时 1，迟报 0，未报 11");
    tab.click(tally);
    says(tab, ".action-plan-list [data-unit=u-zhujian]", "按时");
    says(tab, ".action-plan-list [data-unit=u-chengguan]", "未报");
    tab.screenshot(&picture("action-plan-office"));
    check(tab, "action plans of the office");
    tab.prefer_colours("dark");
    tab.screenshot(&picture("action-plan-office-dark"));
}
