//! Two people, one week.

use diaodu_tests::browser::keys::Held;
use diaodu_tests::process::ServerProcess;

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

#[test]
fn each_sees_in_which_cell_the_other_is_until_the_other_goes() {
    let _desk = alone();
    let server = ServerProcess::start();
    let street = Desk::sign_in(&server, "s-hongying");
    let bureau = Desk::sign_in(&server, "u-shengtai");
    let of_street = place(&own_rows(&street.tab)[0], "progress");
    select(&street.tab, &of_street);
    find(&bureau.tab, &of_street);
    let mark = format!("{} .grid-other", of_street.selector());
    let who = format!("(document.querySelector({mark:?}) || {{}}).textContent");
    bureau.tab.wait_until(
        "the other office's name at its cell",
        &format!("{who} === '鸿鹰街道办事处'"),
    );
    bureau.tab.screenshot(&picture("others"));
    drop(street);
    bureau
        .tab
        .wait_until("the name to go", &format!("{who} === undefined"));
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
    one.tab.shortcut(Held::Control, 'y');
    see(&one.tab, &kept, "第二次");
}
