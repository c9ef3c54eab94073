//! 方案, as a person reads it and goes from it into the table.

use diaodu_tests::process::{ServerProcess, project};
use serde_json::json;

use crate::accessible::{bring_axe, check};
use crate::desk::*;

#[test]
fn the_plan_stands_there_in_full_and_each_measure_leads_to_its_rows() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let tab = &street.tab;
    bring_axe(tab);
    // Away from the table: what is under the mouse shows itself in full.
    tab.click(".head-campaign");
    open_paper(tab, "方案");
    tab.wait_until(
        "the plan",
        "document.querySelectorAll('.plan-rows').length === 22",
    );
    tab.screenshot(&picture("plan-text"));
    check(tab, "plan");
    tab.prefer_colours("dark");
    tab.screenshot(&picture("plan-text-dark"));
    tab.prefer_colours("light");
    // Every paragraph of the plan as it was issued stands on the page: blanks apart, and the measures' rows between them.
    let plan = std::fs::read_to_string(project().join("interchange/fixtures/seed-plan.txt"));
    let plan = plan.expect("the plan is part of the product");
    let paper = tab.evaluate(
        "(() => { const paper = document.querySelector('.plan-paper').cloneNode(true);
          paper.querySelectorAll('.plan-rows').forEach((rows) => rows.remove());
          return paper.textContent.replace(/\\s/g, ''); })()",
    );
    let paper = paper.as_str().expect("a text");
    for line in plan.replace("[bookmark: _GoBack]", "").lines() {
        let bare: String = line.split_whitespace().collect();
        let is_chance = bare == "—12—" || line.starts_with("附件") || line.contains("单位");
        if !is_chance {
            assert!(paper.contains(&bare), "not on the page: {line}");
        }
    }
    let units = tab.evaluate(
        "[...document.querySelectorAll('.plan-rows[data-measure=\"18\"] .plan-units button')].map((unit) => unit.textContent)",
    );
    assert_eq!(
        units,
        json!([
            "区攻坚办（牵头）",
            "区住建局",
            "区城市管理局",
            "区环境卫生服务中心",
            "生态环境分局",
            "五一路街道办事处",
            "建设路街道办事处",
            "东环路街道办事处"
        ])
    );
    tab.evaluate("document.querySelector('.plan-rows[data-measure=\"18\"] summary').click()");
    tab.evaluate("[...document.querySelectorAll('.plan-contents-line')].find((line) => line.innerText.startsWith('（九）')).click()");
    tab.screenshot(&picture("plan-text-rows"));
    tab.evaluate("document.querySelector('.plan-rows [data-row=\"m18.u-zhujian\"]').click()");
    let selected = format!(
        "(document.querySelector({}) || {{ getAttribute: () => '' }}).getAttribute('aria-selected') === 'true'",
        json!(place("m18.u-zhujian", "progress").selector())
    );
    tab.wait_until("the row in the table", &selected);
    // All that has come is there without a network, too.
    open_paper(tab, "方案");
    tab.wait_until("the plan", "document.querySelector('.plan-paper')");
    tab.evaluate("document.querySelector('.plan-rows[data-measure=\"1\"] .plan-to-table').click()");
    let selected = "(document.querySelector('[role=gridcell][aria-selected=true]') || { dataset: { row: '' } }).dataset.row.startsWith('m01.')";
    tab.wait_until("the measure's first row", selected);
}
