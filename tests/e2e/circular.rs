//! 通报, as the office drafts it and units sign for it.

use std::{fs, io::Read};

use diaodu_tests::browser::keys::Key;
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::desk::*;

const OFFICE: &str = "u-gongjianban";
const STREET: &str = "s-hongying";

/// Fills a field as a person who then leaves it.
fn fill(tab: &Tab, name: &str, text: &str) {
    tab.click(&format!(".circular-side [name=\"{name}\"]"));
    tab.type_text(text);
    tab.press(Key::Tab);
    says(tab, ".circular-said", "已保存");
}

#[test]
fn the_office_drafts_ticks_and_issues_and_a_street_signs() {
    let _desk = alone();
    let server =
        ServerProcess::start_with(&["--demo", "--sample", "--clock", "2021-04-17T09:00:00+08:00"]);
    let office = Desk::sign_in(&server, OFFICE);
    let tab = &office.tab;
    open_paper(tab, "通报");
    says(tab, ".circular-said", "还没有定稿");
    press_button(tab, "关闭");
    freeze(tab, 2);
    open_paper(tab, "通报");
    says(tab, ".paper", "按时报送107项，迟报11项，未报121项");
    tab.screenshot(&picture("circular-untouched"));
    fill(tab, "number", "平卫攻坚办〔2021〕9号");
    says(tab, ".paper", "平卫攻坚办〔2021〕9号");
    fill(tab, "environment", "本周有效监测7天，优良天数5天。");
    says(tab, ".paper", "二、环境质量情况");
    fill(tab, "head", "卫东区污染防治攻坚战领导小组办公室");
    says(tab, ".paper [data-kind=head]", "领导小组办公室");
    // A day is chosen, not typed.
    tab.evaluate(
        "(() => { const field = document.querySelector('.circular-side [name=date]'); field.value = '2021-04-17'; \
         for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true })); })()",
    );
    says(tab, ".paper [data-kind=signature]", "2021年4月17日");

    // Nobody is named before a person ticks; a tick leads to the paper, the measure beside it to the row.
    let problems = "document.querySelector('.paper').innerText.includes('存在问题')";
    assert_eq!(tab.evaluate(problems), json!(false));
    tab.click(".circular-kind[data-kind=lagging] summary");
    tab.click(".circular-kind[data-kind=lagging] input");
    says(tab, ".paper", "一是整改进度滞后");
    tab.screenshot(&picture("circular-draft"));
    tab.prefer_colours("dark");
    tab.screenshot(&picture("circular-draft-dark"));
    tab.prefer_colours("light");
    let row = tab.evaluate(
        "document.querySelector('.circular-kind[data-kind=lagging] .circular-row').dataset.row",
    );
    tab.click(".circular-kind[data-kind=lagging] .circular-row");
    let place = place(row.as_str().expect("a row"), "problem");
    let selected = format!(
        "(document.querySelector({}) || {{ getAttribute: () => '' }}).getAttribute('aria-selected') === 'true'",
        json!(place.selector())
    );
    tab.wait_until("the row's problem to be selected", &selected);

    open_paper(tab, "通报");
    says(tab, ".paper", "一是整改进度滞后");
    let file = tab.download(|| tab.click(".circular-side a[download]"));
    let mut bytes = Vec::new();
    fs::File::open(&file)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .expect("the file is there");
    assert!(bytes.starts_with(b"PK"), "{} is no docx", file.display());
    press_button(tab, "印发……");
    press_button(tab, "确定印发");
    says(tab, ".circular-side", "已经印发，不再更改");
    tab.screenshot(&picture("circular-issued"));

    let street = Desk::sign_in(&server, STREET);
    let tab = &street.tab;
    // It is told in the header, and at the menu, until it is signed for.
    says(tab, ".circular-news[role=status]", "1 份通报待签收");
    let marks =
        "document.querySelectorAll('.fold-head[data-news], .fold-list > [data-news]').length";
    assert_eq!(tab.evaluate(marks), json!(2));
    tab.screenshot(&picture("circular-news"));
    press_button(tab, "1 份通报待签收");
    says(tab, ".circular-item", "平卫攻坚办〔2021〕9号");
    press_button(tab, "阅看");
    says(tab, ".paper", "一是整改进度滞后");
    press_button(tab, "签收");
    says(tab, ".circular-item", "已签收。");
    tab.wait_until(
        "nothing to be told any more",
        &format!("!document.querySelector('.circular-news').innerText && {marks} === 0"),
    );
    tab.screenshot(&picture("circular-street"));

    let tab = &office.tab;
    press_button(tab, "已印发");
    says(tab, ".circular-item", "已签收 1 个单位");
    tab.screenshot(&picture("circular-signed"));
}
