//! The views that a person keeps: for the account, on whichever machine, and for nobody else.

use diaodu_tests::interop::Desk;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{accounts::ask, house::House};

const STREET: &str = "s-hongying";
const OTHER: &str = "s-pucheng";

async fn views(desk: &Desk) -> Value {
    let (status, answer) = ask(desk, Method::GET, "/api/views", Value::Null).await;
    assert_eq!(status, 200, "{answer}");
    answer["views"].clone()
}

async fn put(desk: &Desk, name: &str, arrangement: Option<&str>) -> (u16, Value) {
    let body = json!({ "name": name, "arrangement": arrangement });
    ask(desk, Method::PUT, "/api/views", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_keeps_is_there_on_another_machine_and_for_nobody_else() {
    let house = House::open().await;
    let (here, there) = (house.desk(STREET).await, house.desk(STREET).await);
    let other = house.desk(OTHER).await;
    assert_eq!(views(&here).await, json!({}));
    assert_eq!(put(&here, "常用", Some("{\"rows\":\"own\"}")).await.0, 204);
    assert_eq!(put(&here, "滞后", Some("{}")).await.0, 204);
    assert_eq!(
        put(&there, "滞后", Some("{\"rows\":\"late\"}")).await.0,
        204
    );
    let both = json!({ "常用": "{\"rows\":\"own\"}", "滞后": "{\"rows\":\"late\"}" });
    assert_eq!(views(&here).await, both);
    assert_eq!(views(&other).await, json!({}));
    assert_eq!(put(&there, "常用", None).await.0, 204);
    assert_eq!(views(&here).await, json!({ "滞后": "{\"rows\":\"late\"}" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn views_have_bounds() {
    let house = House::open().await;
    let desk = house.desk(STREET).await;
    let large = format!("{{\"rows\":\"{}\"}}", "x".repeat(16_000));
    for (name, arrangement, word) in [
        ("", "{}", "bad-view-name"),
        ("常用", "[]", "bad-view"),
        ("常用", large.as_str(), "bad-view"),
    ] {
        let (status, answer) = put(&desk, name, Some(arrangement)).await;
        assert_eq!((status, &answer["error"]), (400, &json!(word)), "{name}");
    }
    for number in 0..50 {
        assert_eq!(put(&desk, &number.to_string(), Some("{}")).await.0, 204);
    }
    let (status, answer) = put(&desk, "又一个", Some("{}")).await;
    assert_eq!((status, &answer["error"]), (400, &json!("too-many-views")));
    let nonsense = json!({ "name": "x", "arrangement": "{}", "whose": OTHER });
    let (status, _) = ask(&desk, Method::PUT, "/api/views", nonsense).await;
    assert_eq!(status, 400);
}
