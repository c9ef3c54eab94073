//! Other people's programs beside the page: what an automerge-repo client writes is on screen, and what is typed reaches it.

use diaodu_tests::interop;
use diaodu_tests::process::{PASSWORD, ServerProcess};
use diaodu_tests::stock::Stock;
use serde_json::json;

use crate::desk::*;

const STREET: &str = "s-hongying";
const ROW: &str = "m07.s-hongying";

#[test]
fn a_stock_client_and_a_person_fill_one_sheet() {
    let _desk = alone();
    let server = ServerProcess::start();
    let page = Desk::sign_in(&server, STREET);
    write(&page.tab, &place(ROW, "progress"), "页面上填的");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut stock = runtime.block_on(async {
        let desk = interop::Desk::sign_in(&server.url(), STREET, PASSWORD).await;
        let desk = desk.expect("the account of the sample");
        let sheet = desk.document("sheet", Some(2), Some(STREET)).await;
        let mut stock = Stock::start();
        stock.open(&desk, &sheet.expect("the sheet is listed").url, 1).await;
        stock.ask(sees("progress", "页面上填的")).await;
        let put = json!({ "command": "put", "client": 0, "row": ROW, "column": "problem", "value": "程序写的" });
        stock.ask(put).await;
        let put = json!({ "command": "put", "client": 0, "row": ROW, "column": "checked_week", "value": 58 });
        stock.ask(put).await;
        stock
    });
    see(&page.tab, &place(ROW, "problem"), "程序写的");
    see(&page.tab, &place(ROW, "checked_week"), "58");
    write(&page.tab, &place(ROW, "problem"), "页面上改的");
    runtime.block_on(async {
        stock.ask(sees("problem", "页面上改的")).await;
        stock.ask(json!({ "command": "close" })).await;
    });
    wait_for_status(&page.tab, "已同步");
}

fn sees(column: &str, text: &str) -> serde_json::Value {
    json!({ "command": "see", "client": 0, "row": ROW, "column": column, "value": text })
}
