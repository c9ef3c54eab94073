//! Two people, one week.

use diaodu_tests::browser::keys::{Held, Key};
use diaodu_tests::process::ServerProcess;
use serde_json::json;

use crate::accessible;
use crate::desk::*;

#[test]
fn two_offices_see_each_others_edits_without_reload() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let of_street = place(&own_rows(&street.tab)[0], "progress");
    let of_bureau = place(&own_rows(&bureau.tab)[0], "progress");
    write(&street.tab, &of_street, "检查停放充电场所12处");
    write(&bureau.tab, &of_bureau, "巡查工地3个");
    see(&bureau.tab, &of_street, "检查停放充电场所12处");
    see(&street.tab, &of_bureau, "巡查工地3个");
    wait_for_status(&street.tab, "已同步");
    wait_for_status(&bureau.tab, "已同步");
}

/// What stands at the cells where the others are.
const OTHERS: &str =
    "[...document.querySelectorAll('.grid-other')].map((other) => other.innerText).join()";

#[test]
fn each_sees_cell_selection_and_typing_of_the_other_until_the_other_goes() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let rows = own_rows(&street.tab);
    let of_street = place(&rows[0], "progress");
    select(&street.tab, &of_street);
    find(&bureau.tab, &of_street);
    bureau.tab.evaluate(&format!(
        "document.querySelector({}).scrollIntoView({{ block: 'center' }})",
        json!(of_street.selector())
    ));
    bureau.tab.point_nowhere();
    let says = |what: &str, words: &str| {
        let holds = format!("{OTHERS}.includes({})", json!(words));
        bureau.tab.wait_until(what, &holds);
    };
    says(
        "unit and name at the other's cell",
        "鸿鹰街道办事处 s-hongying",
    );
    street.tab.press_with(Held::Shift, Key::ArrowRight);
    let selected = format!(
        "document.querySelectorAll({}).length === 2",
        json!(format!("[data-row='{}'][data-others]", rows[0]))
    );
    bureau.tab.wait_until("the other's selection", &selected);
    street.tab.type_text("检查12处");
    says("what the other types, before it is committed", "正在输入");
    says("the text so far", "检查12处");
    assert_eq!(shown(&bureau.tab, &of_street), "", "nothing is committed");
    accessible::bring_axe(&bureau.tab);
    accessible::check(&bureau.tab, "others");
    bureau.tab.screenshot(&picture("others"));
    bureau.tab.prefer_colours("dark");
    bureau.tab.screenshot(&picture("others-dark"));
    street.tab.press(Key::Escape);
    let is_quiet = format!("!{OTHERS}.includes('正在输入')");
    bureau.tab.wait_until("the typing to be over", &is_quiet);
    let phone = of_street.beside("phone");
    select(&street.tab, &phone);
    street.tab.type_text("0375-1234567");
    find(&bureau.tab, &phone);
    says("that somebody types a telephone", "正在输入");
    let is_kept = format!("!{OTHERS}.includes('0375')");
    bureau
        .tab
        .wait_until("the number itself to be kept", &is_kept);
    drop(street);
    bureau
        .tab
        .wait_until("the name to go", &format!("{OTHERS} === ''"));
}

#[test]
fn what_is_typed_beside_the_table_is_seen_before_it_is_committed() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let of_street = place(&own_rows(&street.tab)[0], "progress");
    find(&bureau.tab, &of_street);
    bureau.tab.point_nowhere();
    let says = |what: &str, words: &str| {
        let holds = format!("{OTHERS}.includes({})", json!(words));
        bureau.tab.wait_until(what, &holds);
    };
    select(&street.tab, &of_street);
    street.tab.chord("Ctrl+F2");
    street.tab.wait_until(
        "the field to have the keys",
        "document.activeElement.matches('.beside .cell-field-text')",
    );
    says("who is in the field", "鸿鹰街道办事处 s-hongying");
    street.tab.type_text("窗里写的");
    says("that somebody types", "正在输入");
    says("the text so far", "窗里写的");
    assert_eq!(shown(&bureau.tab, &of_street), "", "nothing is committed");
    street.tab.press(Key::Escape);
    let is_quiet = format!("{OTHERS}.includes('s-hongying') && !{OTHERS}.includes('正在输入')");
    bureau.tab.wait_until("the typing to be over", &is_quiet);
}

#[test]
fn following_somebody_shows_their_week_and_cell_until_a_key_is_pressed() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let far = place(own_rows(&street.tab).last().expect("rows"), "remark");
    select(&street.tab, &far);
    let tab = &bureau.tab;
    let own = place(&own_rows(tab)[0], "progress");
    select(tab, &own);
    let in_sight = |far: &Place| {
        format!(
            "(() => {{
                const cell = document.querySelector({});
                const frame = document.querySelector('.grid-scroller').getBoundingClientRect();
                const box = cell && cell.getBoundingClientRect();
                return !!box && box.bottom > frame.top && box.top < frame.bottom && box.left < frame.right && box.right > frame.left;
            }})()",
            json!(far.selector())
        )
    };
    let follow = || {
        // The list is as old as the last answer of the server.
        tab.wait_until(
            "the colleague to be listed",
            "!!document.querySelector('.online-person button')",
        );
        tab.evaluate("document.querySelector('.online').open = true");
        press_button(tab, "跟随");
        tab.wait_until(
            "the page to say who is followed",
            "/正在跟随 鸿鹰街道办事处/.test(document.querySelector('.following').innerText)",
        );
    };
    follow();
    tab.wait_until("the colleague's cell to come into sight", &in_sight(&far));
    tab.screenshot(&picture("following"));
    street.tab.chord("Ctrl+Shift+PageDown");
    tab.wait_until(
        "the colleague's week",
        "document.querySelector('.week-switch select').value === '3'",
    );
    tab.wait_until("the cell there", &in_sight(&far));
    tab.press(Key::Escape);
    tab.wait_until("following to end", "!document.querySelector('.following')");
    street.tab.chord("Ctrl+Shift+PageUp");
    follow();
    tab.wait_until(
        "the week before",
        "document.querySelector('.week-switch select').value === '2'",
    );
    tab.press(Key::ArrowDown);
    tab.wait_until("any key to end it", "!document.querySelector('.following')");
    tab.wait_until(
        "the keys to be the table's",
        "document.activeElement.matches('.grid-input')",
    );
}

#[test]
fn undo_takes_back_only_ones_own_edit() {
    let _desk = alone();
    let server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&one.tab)[0].clone();
    let (mine, theirs) = (place(&row, "progress"), place(&row, "problem"));
    write(&one.tab, &mine, "我写的");
    see(&other.tab, &mine, "我写的");
    write(&other.tab, &theirs, "别人写的");
    see(&one.tab, &theirs, "别人写的");
    select(&one.tab, &mine);
    one.tab.shortcut(Held::Control, 'z');
    see(&one.tab, &mine, "");
    see(&other.tab, &mine, "");
    one.tab.shortcut(Held::Control, 'z');
    assert_eq!(shown(&other.tab, &theirs), "别人写的");
    one.tab.shortcut(Held::Control, 'y');
    see(&other.tab, &mine, "我写的");
    see(&one.tab, &theirs, "别人写的");
}

#[test]
fn what_a_colleague_writes_where_one_types_is_said_before_it_is_written_over() {
    let _desk = alone();
    let server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let cell = place(&own_rows(&one.tab)[0], "progress");
    select(&one.tab, &cell);
    one.tab.type_text("我的");
    write(&other.tab, &cell, "别人写的");
    one.tab.wait_until(
        "the editor to say what stands there now",
        "document.querySelector('#grid-notice').innerText.includes('别人写的')",
    );
    one.tab.press(Key::Escape);
    see(&one.tab, &cell, "别人写的");
}

#[test]
fn two_tabs_of_one_browser_do_not_fight() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let second = desk.another_tab(&server.url());
    let row = own_rows(&desk.tab)[0].clone();
    for turn in 0..3 {
        desk.tab.show();
        write(
            &desk.tab,
            &place(&row, "progress"),
            &format!("第一页{turn}"),
        );
        second.show();
        write(&second, &place(&row, "problem"), &format!("第二页{turn}"));
    }
    desk.tab.show();
    see(&desk.tab, &place(&row, "problem"), "第二页2");
    second.show();
    see(&second, &place(&row, "progress"), "第一页2");
    wait_for_status(&desk.tab, "已同步");
    wait_for_status(&second, "已同步");
}

#[test]
fn undo_survives_a_reload_and_leaves_alone_what_others_wrote_since() {
    let _desk = alone();
    let server = ServerProcess::start();
    let one = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&one.tab)[0].clone();
    let (kept, lost) = (place(&row, "progress"), place(&row, "problem"));
    write(&one.tab, &kept, "第一次");
    write(&one.tab, &kept, "第二次");
    write(&one.tab, &lost, "我写的");
    see(&other.tab, &lost, "我写的");
    write(&other.tab, &lost, "别人改的");
    see(&one.tab, &lost, "别人改的");
    one.tab.reload();
    see(&one.tab, &kept, "第二次");
    select(&one.tab, &kept);
    one.tab.shortcut(Held::Control, 'z');
    one.tab.wait_until(
        "the page to say what stands there now",
        "document.querySelector('.notice').innerText.includes('别人改的')",
    );
    see(&one.tab, &lost, "别人改的");
    one.tab.shortcut(Held::Control, 'z');
    see(&one.tab, &kept, "第一次");
    one.tab.reload();
    see(&one.tab, &kept, "第一次");
    select(&one.tab, &kept);
    one.tab.shortcut(Held::Control, 'y');
    see(&one.tab, &kept, "第二次");
}

#[test]
fn two_hundred_steps_are_taken_back_after_a_reload() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let cell = place(&own_rows(tab)[0], "checked_week");
    select(tab, &cell);
    for step in 1..=200 {
        tab.type_text(&step.to_string());
        tab.chord("Ctrl+Enter");
    }
    see(tab, &cell, "200");
    tab.reload();
    see(tab, &cell, "200");
    select(tab, &cell);
    for left in ["100", ""] {
        for _ in 0..100 {
            tab.shortcut(Held::Control, 'z');
        }
        see(tab, &cell, left);
    }
}
