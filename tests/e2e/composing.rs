//! Chinese input methods, as the DevTools protocol plays them.

use diaodu_tests::browser::keys::Key;
use diaodu_tests::process::ServerProcess;

use crate::desk::*;

#[test]
fn a_composition_keeps_its_first_letter_and_enter_in_it_does_not_commit() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    let cell = place(&row, "progress");
    select(tab, &cell);

    tab.compose(&["j", "ji", "jian", "jian'c", "jian'cha"]);
    assert_eq!(typed(tab), "jian'cha", "the first letter is kept");
    tab.enter_in_composition();
    assert_eq!(shown(tab, &cell), "", "Enter belongs to the input method");
    tab.accept_composition("检查");
    assert_eq!(typed(tab), "检查");
    assert_eq!(
        shown(tab, &cell),
        "",
        "a finished composition is not committed by itself"
    );

    tab.compose(&["w", "wan"]);
    tab.accept_composition("完");
    assert_eq!(typed(tab), "检查完");
    tab.press(Key::Enter);
    see(tab, &cell, "检查完");
    wait_for_status(tab, "已同步");
}

#[test]
fn an_edit_of_another_office_does_not_disturb_a_composition() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let other = Desk::sign_in(&server, "s-hongying");
    let row = own_rows(&desk.tab)[0].clone();
    let (mine, theirs) = (place(&row, "progress"), place(&row, "problem"));
    select(&desk.tab, &mine);
    desk.tab.compose(&["z", "zheng"]);
    write(&other.tab, &theirs, "同一行的另一格");
    see(&desk.tab, &theirs, "同一行的另一格");
    desk.tab.compose(&["zheng'g", "zheng'gai"]);
    desk.tab.accept_composition("整改");
    assert_eq!(typed(&desk.tab), "整改");
    desk.tab.press(Key::Enter);
    see(&desk.tab, &mine, "整改");
    see(&other.tab, &mine, "整改");
}
