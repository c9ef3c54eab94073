//! Sorting, filtering, columns, folding and saved views, as people see them.

use diaodu_tests::browser::keys::{Held, Key};
use diaodu_tests::browser::tab::Tab;
use diaodu_tests::process::ServerProcess;
use serde_json::{Value, json};

use crate::desk::*;

const STREET: &str = "s-hongying";
const OFFICE: &str = "u-gongjianban";

fn says(tab: &Tab, words: &str) {
    let expression = format!("document.body.innerText.includes({})", json!(words));
    tab.wait_until(&format!("the page to say {words}"), &expression);
}

/// Chooses only these words of a column, as one does with the mouse.
fn pick(tab: &Tab, column: &str, words: &[&str]) {
    open_list(tab, column);
    tab.click(".grid-list-word[data-all=true] input");
    tab.wait_until(
        "nothing to be chosen",
        "!document.querySelector('.grid-list-word input:checked')",
    );
    let pick = format!(
        "[...document.querySelectorAll('.grid-list-word')].filter((box) => {}.includes(box.querySelector('.grid-list-text').innerText)).map((box) => box.click()).length",
        json!(words)
    );
    assert_eq!(
        tab.evaluate(&pick),
        json!(words.len()),
        "{words:?} in {column}"
    );
}

fn open_list(tab: &Tab, column: &str) {
    let heading = format!("[role=columnheader][data-column='{column}']");
    tab.click(&format!("{heading} .grid-list-button"));
    tab.wait_until(
        "the list to be open",
        "document.querySelector('.grid-list[role=dialog]')",
    );
}

fn rows_on_screen(tab: &Tab) -> Vec<String> {
    let rows = tab.evaluate(
        "[...document.querySelectorAll('[role=row][data-line]:not([hidden])')]
            .sort((one, other) => one.dataset.line - other.dataset.line)
            .map((row) => row.querySelector('[data-row]')).filter((cell) => cell).map((cell) => cell.dataset.row)",
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    rows.iter()
        .filter_map(|row| row.as_str().map(str::to_owned))
        .collect()
}

fn headings(tab: &Tab) -> Vec<String> {
    let headings = tab.evaluate(
        "[...document.querySelectorAll('[role=columnheader][data-column]')]
            .sort((one, other) => one.getAttribute('aria-colindex') - other.getAttribute('aria-colindex'))
            .map((heading) => heading.dataset.column)",
    );
    let headings = headings.as_array().cloned().unwrap_or_default();
    headings
        .iter()
        .filter_map(|heading| heading.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn a_filter_keeps_rows_in_place_until_it_is_applied_again() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let (one, two) = (place(&rows[0], "status"), place(&rows[1], "status"));
    write(tab, &one, "滞后");
    write(tab, &two, "滞后");
    pick(tab, "status", &["滞后"]);
    tab.screenshot(&picture("filter-list"));
    press_button(tab, "确定");
    says(tab, "筛选后 2 / ");
    assert_eq!(rows_on_screen(tab), rows[..2]);
    tab.screenshot(&picture("filtered"));
    write(tab, &one, "已完成");
    let stray =
        "document.querySelectorAll('[role=row][data-stray=true]:not([hidden])').length === 1";
    tab.wait_until("the row to be marked quietly", stray);
    tab.screenshot(&picture("stray"));
    assert_eq!(rows_on_screen(tab), rows[..2], "nothing jumps");
    press_button(tab, "重新应用");
    says(tab, "筛选后 1 / ");
    tab.shortcut(Held::ControlShift, 'l');
    says(tab, "筛选已关闭");
    assert!(rows_on_screen(tab).len() > 2);
    tab.shortcut(Held::ControlShift, 'l');
    says(tab, "筛选后 1 / ");
    write(tab, &two, "已完成");
    tab.wait_until("the row to be marked quietly", stray);
    tab.chord("Ctrl+Alt+L");
    says(tab, "筛选后 0 / ");
    tab.reload();
    tab.wait_until("the table", "document.querySelector('[role=grid]')");
    says(tab, "筛选后 0 / ");
    press_button(tab, "清除筛选");
    tab.wait_until(
        "all rows to be back",
        "!document.body.innerText.includes('筛选后')",
    );
}

#[test]
fn a_paste_passes_by_the_rows_that_a_filter_keeps_out() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let leader = |row: usize| place(&rows[row], "leader");
    write(tab, &leader(3), "张三");
    write(tab, &leader(4), "李四");
    for row in [0, 2] {
        write(tab, &place(&rows[row], "status"), "滞后");
    }
    select(tab, &leader(3));
    tab.chord("Shift+ArrowDown");
    tab.chord("Ctrl+C");
    pick(tab, "status", &["滞后"]);
    press_button(tab, "确定");
    says(tab, "筛选后 2 / ");
    select(tab, &leader(0));
    tab.chord("Ctrl+V");
    see(tab, &leader(0), "张三");
    see(tab, &leader(2), "李四");
    says(tab, "已粘贴 2 格");
    press_button(tab, "清除筛选");
    see(tab, &leader(1), "");
    select(tab, &leader(2));
    tab.chord("Ctrl+Z");
    see(tab, &leader(0), "");
    see(tab, &leader(2), "");
}

#[test]
fn rows_that_are_not_reported_are_found_by_keyboard_and_type_ahead() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, OFFICE);
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    select(tab, &place(&row, "submitted_at"));
    tab.press_with(Held::AltShift, Key::ArrowDown);
    tab.wait_until(
        "the list to have the keys",
        "document.activeElement.matches('.grid-list input')",
    );
    tab.type_text("wb");
    tab.wait_until(
        "the list to show what fits",
        "[...document.querySelectorAll('.grid-list-word .grid-list-text')].map((word) => word.innerText).join(' ') === '全选 未报'",
    );
    tab.screenshot(&picture("filter-typed"));
    tab.press(Key::Enter);
    says(tab, "筛选后");
    let filled = "[...document.querySelectorAll('[role=gridcell][data-column=submitted_at]')].every((cell) => cell.innerText.trim() === '')";
    tab.wait_until("only rows without a report", filled);
    tab.screenshot(&picture("not-reported"));
}

#[test]
fn a_sort_is_flat_names_what_the_bands_said_and_moves_nothing_for_others() {
    let _desk = alone();
    let server = ServerProcess::start_with(&["--demo", "--sample"]);
    let desk = Desk::sign_in(&server, OFFICE);
    let other = Desk::sign_in(&server, STREET);
    let before = rows_on_screen(&other.tab);
    let tab = &desk.tab;
    open_list(tab, "unit");
    press_button(tab, "升序");
    tab.wait_until(
        "the bands to be gone",
        "!document.querySelector('[role=row][data-band]:not([hidden])')",
    );
    tab.wait_until(
        "the measure to be a column",
        "document.querySelector('[role=columnheader][data-column=measure]')",
    );
    let sorted =
        "document.querySelector('[role=columnheader][data-column=unit]').getAttribute('aria-sort')";
    assert_eq!(tab.evaluate(sorted), json!("ascending"));
    open_list(tab, "found_week");
    tab.click(".grid-list-behind input");
    press_button(tab, "降序");
    says(tab, "本周 · 发现 ↓");
    tab.point_nowhere();
    tab.screenshot(&picture("sorted"));
    let first = rows_on_screen(tab);
    let edited = place(&first[3], "review_note");
    select(tab, &edited);
    tab.type_text("排序中填写");
    tab.press(Key::Enter);
    see(tab, &edited, "排序中填写");
    assert_eq!(rows_on_screen(&other.tab), before);
    let count = "document.querySelector('[role=grid]').getAttribute('aria-colcount')";
    assert_eq!(tab.evaluate(count), json!("28"));
    press_button(tab, "清除排序");
    tab.wait_until(
        "the bands to be back",
        "document.querySelector('[role=row][data-band]:not([hidden])')",
    );
    assert_eq!(tab.evaluate(count), json!("25"));
}

#[test]
fn columns_are_resized_fitted_moved_hidden_and_frozen() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let width = |column: &str| -> f64 {
        let width = tab.evaluate(&format!(
            "document.querySelector('[role=columnheader][data-column={column}]').getBoundingClientRect().width"
        ));
        width.as_f64().unwrap_or_default()
    };
    drag(tab, "progress", ".grid-edge", 80.0);
    tab.wait_until("the column to be wider", "document.querySelector('[role=columnheader][data-column=progress]').getBoundingClientRect().width === 400");
    tab.double_click("[role=columnheader][data-column=progress] .grid-edge");
    tab.wait_until("the column to fit", "document.querySelector('[role=columnheader][data-column=progress]').getBoundingClientRect().width < 320");
    assert!(width("progress") > 60.0);
    // Two columns of counts to the right.
    drag(tab, "progress", ".grid-grip", width("progress") + 100.0);
    let first = |index: usize| headings(tab)[index].clone();
    tab.wait_until("the column to have moved", "+document.querySelector('[role=columnheader][data-column=progress]').getAttribute('aria-colindex') > 5");
    assert_eq!(first(4), "checked_week");
    tab.screenshot(&picture("columns-moved"));
    press_button(tab, "列");
    says(tab, "列的显示与顺序");
    tab.screenshot(&picture("columns"));
    let hide = "(() => { const row = [...document.querySelectorAll('.columns-item')].find((row) => row.innerText.includes('类别')); row.querySelector('input[type=checkbox]').click(); return true; })()";
    tab.evaluate(hide);
    tab.wait_until(
        "the column to be hidden",
        "!document.querySelector('[role=columnheader][data-column=duty]')",
    );
    let freeze = "(() => { const row = [...document.querySelectorAll('.columns-item')].find((row) => row.innerText.includes('填报单位')); row.querySelector('input[type=radio]').click(); return true; })()";
    tab.evaluate(freeze);
    tab.wait_until(
        "two columns to be frozen",
        "document.querySelectorAll('[role=columnheader][data-frozen=true]').length === 2",
    );
    tab.press(Key::Escape);
    // What is typed still goes where it is seen to go.
    let row = own_rows(tab)[0].clone();
    write(tab, &place(&row, "checked_week"), "12");
    write(tab, &place(&row, "progress"), "移动后填写");
    tab.reload();
    wait_for_table(tab);
    assert!(!headings(tab).contains(&"duty".to_owned()));
    see(tab, &place(&row, "progress"), "移动后填写");
    select(tab, &place(&row, "progress"));
    tab.chord("Ctrl+Shift+0");
    tab.wait_until(
        "the hidden column to be back",
        "document.querySelector('[role=columnheader][data-column=duty]')",
    );
}

/// Drags a part of a heading sideways.
fn drag(tab: &Tab, column: &str, part: &str, by: f64) {
    let place = tab.evaluate(&format!(
        "(() => {{ const box = document.querySelector('[role=columnheader][data-column={column}] {part}').getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
    ));
    let (x, y) = (
        place[0].as_f64().unwrap_or_default(),
        place[1].as_f64().unwrap_or_default(),
    );
    let mouse = |kind: &str, x: f64, buttons: u8| {
        let button = if kind == "mouseMoved" && buttons == 0 {
            "none"
        } else {
            "left"
        };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
        tab.command("Input.dispatchMouseEvent", event);
    };
    mouse("mouseMoved", x, 0);
    mouse("mousePressed", x, 1);
    mouse("mouseMoved", x + by / 2.0, 1);
    mouse("mouseMoved", x + by, 1);
    tab.wait_until(
        "a line to show where",
        "document.querySelector('.grid-guide')",
    );
    mouse("mouseReleased", x + by, 0);
}

#[test]
fn an_action_is_folded_by_key_and_mouse_and_a_search_unfolds_it() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    select(tab, &place(&rows[0], "progress"));
    tab.press_with(Held::AltShift, Key::ArrowLeft);
    says(tab, "已折叠");
    assert!(!rows_on_screen(tab).contains(&rows[0]));
    tab.screenshot(&picture("folded"));
    tab.press_with(Held::AltShift, Key::ArrowRight);
    tab.wait_until(
        "the rows to be back",
        "!document.body.innerText.includes('已折叠')",
    );
    assert!(rows_on_screen(tab).contains(&rows[0]));
    tab.click("[role=row][data-band='1'] .grid-fold");
    says(tab, "已折叠");
    let number: Value =
        tab.evaluate("document.querySelector('.grid-fold').getAttribute('aria-expanded')");
    assert_eq!(number, json!("false"));
    tab.shortcut(Held::Control, 'f');
    tab.type_text("鸿鹰");
    let active = "document.querySelector('[role=gridcell][data-active=true]')";
    tab.wait_until(
        "a hit",
        &format!("{active} && {active}.innerText.includes('鸿鹰')"),
    );
}

#[test]
fn a_view_is_saved_for_oneself_and_shared_by_the_office_offline_too() {
    let _desk = alone();
    let mut server = ServerProcess::start();
    let office = Desk::sign_in(&server, OFFICE);
    let street = Desk::sign_in(&server, STREET);
    let tab = &office.tab;
    pick(tab, "role", &["牵头"]);
    press_button(tab, "确定");
    says(tab, "筛选后");
    press_button(tab, "视图");
    name_view(tab, "牵头的行");
    press_button(tab, "共用给所有单位");
    says(tab, "已保存。");
    says(tab, "牵头的行");
    tab.screenshot(&picture("views"));
    tab.press(Key::Escape);
    press_button(&street.tab, "视图");
    says(&street.tab, "牵头的行");
    name_view(&street.tab, "我的常用");
    press_button(&street.tab, "存为我的视图");
    says(&street.tab, "已保存。");
    street.tab.press(Key::Escape);
    server.kill();
    wait_for_status(&street.tab, "离线");
    street.tab.reload();
    wait_for_table(&street.tab);
    take_view(&street.tab, "牵头的行");
    says(&street.tab, "筛选后");
    let role = "[...document.querySelectorAll('[role=gridcell][data-column=role]')].every((cell) => cell.innerText.trim() === '牵头')";
    street.tab.wait_until("only rows of leads", role);
    take_view(&street.tab, "我的常用");
    street.tab.wait_until(
        "all rows to be back",
        "!document.body.innerText.includes('筛选后')",
    );
}

#[test]
fn a_view_of_one_s_own_is_there_on_another_machine_and_goes_there_too() {
    let _desk = alone();
    let server = ServerProcess::start();
    let (here, there) = (
        Desk::sign_in(&server, STREET),
        Desk::sign_in(&server, STREET),
    );
    press_button(&here.tab, "视图");
    name_view(&here.tab, "我的常用");
    press_button(&here.tab, "存为我的视图");
    says(&here.tab, "已保存。");
    // Until the list is opened over there, it may not have come yet.
    let tab = &there.tab;
    let listed = |name: &str, is_there: bool| {
        let look = format!(
            "(() => {{
                if (!document.querySelector('.views-list')) {{
                    [...document.querySelectorAll('button')].find((button) => button.innerText.trim() === '视图').click();
                    return false;
                }}
                const is = [...document.querySelectorAll('.views-item')].some((item) => item.innerText.includes({}));
                if (is !== {is_there}) {{
                    [...document.querySelectorAll('[role=dialog] button')].find((button) => button.innerText.trim() === '关闭').click();
                }}
                return is === {is_there};
            }})()",
            json!(name)
        );
        tab.wait_until(&format!("the list to have {name}: {is_there}"), &look);
    };
    listed("我的常用", true);
    press_button(&here.tab, "删除");
    here.tab.wait_until(
        "it to be gone here",
        "![...document.querySelectorAll('.views-item')].some((item) => item.innerText.includes('我的常用'))",
    );
    press_button(tab, "关闭");
    listed("我的常用", false);
}

fn name_view(tab: &Tab, name: &str) {
    tab.click(".views-save input");
    tab.type_text(name);
}

fn take_view(tab: &Tab, name: &str) {
    press_button(tab, "视图");
    let take = format!(
        "(() => {{
            const item = [...document.querySelectorAll('.views-item')].find((item) => item.innerText.includes({}));
            if (item) item.querySelector('button').click();
            return !!item;
        }})()",
        json!(name)
    );
    tab.wait_until(&format!("the view {name}"), &take);
}

#[test]
fn what_a_filter_hides_gives_way_to_a_draft_that_is_looked_for() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let rows = own_rows(tab);
    let drafted = place(&rows[0], "checked_week");
    select(tab, &drafted);
    tab.type_text("三个");
    tab.press(Key::Enter);
    says(tab, "有 1 处填写没有写入表中");
    pick(tab, "role", &["牵头"]);
    press_button(tab, "确定");
    tab.wait_until(
        "the row to be hidden",
        &format!("!document.querySelector({})", json!(drafted.selector())),
    );
    press_button(tab, "查看");
    press_button(tab, "定位");
    let active = format!(
        "document.querySelector({}).matches('[data-active=true]')",
        json!(drafted.selector())
    );
    tab.wait_until("the draft to be the active cell", &active);
    says(tab, "筛选已关闭");
}

#[test]
fn the_view_of_one_unit_gives_way_to_a_row_of_another() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let tab = &desk.tab;
    let own = place(&own_rows(tab)[0], "progress");
    press_button(tab, "只看本单位");
    tab.wait_until(
        "only the unit's own rows",
        "[...document.querySelectorAll('[role=gridcell][data-row]')].every((cell) => cell.dataset.row.endsWith('.s-hongying'))",
    );
    select(tab, &own);
    tab.chord("Ctrl+G");
    tab.wait_until(
        "the field for a row",
        "document.activeElement.matches('.keys-field')",
    );
    tab.type_text("生态环境分局");
    tab.wait_until("a row", "document.querySelector('.keys-command')");
    tab.press(Key::Enter);
    tab.wait_until(
        "the row of the other unit",
        "(() => { const cell = document.querySelector('[role=gridcell][data-active=true]'); return !!cell && cell.dataset.row.endsWith('.u-shengtai') && cell.dataset.column === 'progress'; })()",
    );
}

#[test]
fn one_unit_alone_or_everybody_is_a_press_away() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, "s-hongying");
    let rows = || {
        desk.tab
            .evaluate("+document.querySelector('[role=grid]').getAttribute('aria-rowcount')")
    };
    let all = rows().as_u64().unwrap();
    press_button(&desk.tab, "只看本单位");
    desk.tab.wait_until(
        "only the unit's own rows",
        "[...document.querySelectorAll('[role=gridcell][data-row]')].every((cell) => cell.dataset.row.endsWith('.s-hongying'))",
    );
    let own = rows().as_u64().unwrap();
    assert!(own < all / 4, "{own} of {all}");
    press_button(&desk.tab, "全部");
    desk.tab.wait_until(
        "the rows of others",
        "[...document.querySelectorAll('[role=gridcell][data-row]')].some((cell) => !cell.dataset.row.endsWith('.s-hongying'))",
    );
    // Bands that are drawn twice while the own rows stand first are drawn once again.
    let plain = rows().as_u64().unwrap();
    assert!(own < plain && plain <= all, "{own}, {plain} and {all}");
    press_button(&desk.tab, "本单位优先");
    desk.tab.wait_until(
        "the rows as they were",
        &format!("document.querySelector('[role=grid]').getAttribute('aria-rowcount') === '{all}'"),
    );
}

#[test]
fn a_column_is_widened_and_narrowed_and_fitted_by_keys_alone() {
    let _desk = alone();
    let server = ServerProcess::start();
    let desk = Desk::sign_in(&server, STREET);
    let tab = &desk.tab;
    let row = own_rows(tab)[0].clone();
    select(tab, &place(&row, "progress"));
    let width = || {
        let width = tab.evaluate(
            "document.querySelector('[role=columnheader][data-column=progress]').getBoundingClientRect().width",
        );
        width.as_f64().unwrap_or_default().round()
    };
    let before = width();
    tab.press_with(Held::AltShift, Key::ArrowDown);
    tab.wait_until(
        "the list to have the keys",
        "document.activeElement.matches('.grid-list input')",
    );
    let press = |words: &str| {
        let here = format!("document.activeElement.innerText === {}", json!(words));
        for _ in 0..12 {
            if tab.evaluate(&here) == json!(true) {
                break;
            }
            tab.press_with(Held::Shift, Key::Tab);
        }
        assert_eq!(tab.evaluate(&here), json!(true), "Tab reaches {words}");
        tab.press(Key::Enter);
    };
    let becomes = |width: f64| {
        tab.wait_until(
            &format!("a column of {width} px"),
            &format!("Math.round(document.querySelector('[role=columnheader][data-column=progress]').getBoundingClientRect().width) === {width}"),
        );
    };
    press("适合内容");
    tab.wait_until(
        "the column to be as narrow as its heading",
        &format!("document.querySelector('[role=columnheader][data-column=progress]').getBoundingClientRect().width < {before}"),
    );
    let fitting = width();
    press("变宽");
    becomes(fitting + 24.0);
    tab.press(Key::Enter);
    becomes(fitting + 48.0);
    tab.screenshot(&picture("column-width"));
    press("变窄");
    becomes(fitting + 24.0);
    tab.press(Key::Escape);
    tab.wait_until("the list to close", "!document.querySelector('.grid-list')");
}
