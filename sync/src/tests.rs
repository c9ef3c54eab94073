//! What offices could notice of the protocol.

use std::collections::{BTreeMap, BTreeSet};

use diaodu_wire::repo::Frame;

use crate::{
    event::{Event, Stored},
    hub::forget::left_in,
    limits::{BUSY_MILLIS_MIN, REST_MILLIS_MAX},
    rehearsal::{DOCUMENT, Office},
};

#[test]
fn an_edit_reaches_the_others() {
    let mut office = Office::with_pages(3);
    office
        .pages
        .get_mut(&0)
        .unwrap()
        .put("progress", "排查52处");
    office.pump();
    for page in office.pages.values() {
        assert_eq!(page.get("progress"), ["排查52处"]);
    }
    let first = &office.pages[&0];
    assert!(first.seen.contains(&"ready".to_owned()));
    assert_eq!(
        first
            .seen
            .iter()
            .rfind(|s| s.starts_with("unsent"))
            .unwrap(),
        "unsent 0"
    );
}

#[test]
fn the_others_are_told_who_is_where_and_who_has_gone() {
    let mut office = Office::with_pages(3);
    office.pages.get_mut(&1).unwrap().seen.clear();
    office.be_in(0, Some("m01.u"));
    office.be_in(0, None);
    office.be_in(0, Some("m02.u"));
    office.cut(0);
    office.pump();
    let account = &office.pages[&0].author.0;
    let seen = ["m01.u", "gone", "m02.u", "gone"].map(|what| format!("{account} on 0 {what}"));
    assert_eq!(office.pages[&1].seen, seen);
    assert!(
        office.pages[&0]
            .seen
            .iter()
            .all(|seen| !seen.contains(" on "))
    );
}

#[test]
fn every_page_is_told_who_wrote_a_change_once_it_is_on_disk_and_its_author_too() {
    let mut office = Office::with_pages(3);
    for page in office.pages.values_mut() {
        page.receipts.clear();
    }
    office.server.disk_holds = true;
    office.pages.get_mut(&0).unwrap().put("progress", "甲");
    office.pump();
    assert!(
        office.pages.values().all(|page| page.receipts.is_empty()),
        "nothing is told before it is on disk"
    );
    office.server.release_disk();
    office.pump();
    let author = office.pages[&0].author.0.to_string();
    let heads = office.server.hub.durable_heads(&DOCUMENT).unwrap();
    for page in office.pages.values() {
        let [received] = page.receipts.as_slice() else {
            panic!("told once: {:?}", page.receipts);
        };
        assert_eq!(received.account, author);
        assert_eq!(received.unit, format!("unit of {author}"));
        let told: Vec<_> = received.changes.iter().map(|hash| hash.0).collect();
        assert_eq!(told, heads.iter().map(|hash| hash.0).collect::<Vec<_>>());
    }
}

#[test]
fn values_written_at_the_same_time_are_both_kept() {
    let mut office = Office::with_pages(2);
    office.pages.get_mut(&0).unwrap().put("problem", "甲");
    office.pages.get_mut(&1).unwrap().put("problem", "乙");
    office.pump();
    for page in office.pages.values() {
        let mut values = page.get("problem");
        values.sort();
        assert_eq!(values, ["乙", "甲"]);
    }
    assert_eq!(
        office
            .server
            .hub
            .durable_heads(&crate::rehearsal::DOCUMENT)
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn either_of_two_values_can_be_taken() {
    for chosen in ["甲", "乙"] {
        let mut office = Office::with_pages(2);
        office.pages.get_mut(&0).unwrap().put("problem", "甲");
        office.pages.get_mut(&1).unwrap().put("problem", "乙");
        office.pump();
        let told = [0, 1].map(|page| office.pages[&page].repaints);
        office.pages.get_mut(&0).unwrap().put("problem", chosen);
        office.pump();
        for page in office.pages.values() {
            assert_eq!(page.get("problem"), [chosen]);
            assert!(!page.seen.iter().any(|s| s.starts_with("held")));
        }
        for page in [0, 1] {
            assert!(
                office.pages[&page].repaints > told[page as usize],
                "page {page} is told"
            );
        }
    }
}

#[test]
fn edits_made_without_a_line_arrive_later() {
    let mut office = Office::with_pages(2);
    office.cut(0);
    for number in 0..200 {
        office
            .pages
            .get_mut(&0)
            .unwrap()
            .put("progress", &format!("离线{number}"));
        office
            .pages
            .get_mut(&1)
            .unwrap()
            .put("problem", &format!("在线{number}"));
    }
    office.pump();
    assert_eq!(office.pages[&1].get("progress"), Vec::<String>::new());
    office.dial(0);
    office.pump();
    for page in office.pages.values() {
        assert_eq!(
            (page.get("progress"), page.get("problem")),
            (vec!["离线199".into()], vec!["在线199".into()])
        );
    }
}

#[test]
fn nothing_is_acknowledged_or_relayed_before_it_is_on_disk() {
    let mut office = Office::with_pages(2);
    office.server.disk_holds = true;
    office.pages.get_mut(&0).unwrap().put("progress", "未落盘");
    office.pump();
    assert_eq!(office.pages[&1].get("progress"), Vec::<String>::new());
    assert_eq!(office.pages[&0].seen.last().unwrap(), "unsent 1");
    office.server.release_disk();
    office.pump();
    assert_eq!(office.pages[&1].get("progress"), ["未落盘"]);
    assert_eq!(office.pages[&0].seen.last().unwrap(), "unsent 0");
}

#[test]
fn a_refused_edit_reaches_nobody_and_its_author_keeps_it_and_works_on() {
    let mut office = Office::with_pages(2);
    office.pages.get_mut(&0).unwrap().put("closed", "不许");
    office.pages.get_mut(&1).unwrap().put("progress", "可以");
    office.pump();
    for page in office.pages.values() {
        assert_eq!(page.get("closed"), Vec::<String>::new());
        assert_eq!(page.get("progress"), ["可以"]);
    }
    assert_eq!(office.server.get("closed"), Vec::<String>::new());
    let first = &office.pages[&0];
    let told = first.seen.iter().filter(|seen| *seen == "held closed");
    assert_eq!(
        (told.count(), &first.drafts),
        (1, &vec!["closed=不许".to_owned()])
    );
    office.pages.get_mut(&0).unwrap().put("problem", "接着填");
    office.pump();
    assert_eq!(office.pages[&1].get("problem"), ["接着填"]);
    assert_eq!(office.pages[&0].seen.last().unwrap(), "unsent 0");
}

/// A page comes back with edits, while somebody else has written, too.
///
/// Result: the messages on its line, both ways, until nobody speaks.
fn come_back_with(edits: &[(String, String)]) -> (Office, usize) {
    let mut office = Office::with_pages(2);
    office.cut(0);
    let page = office.pages.get_mut(&0).unwrap();
    for (key, value) in edits {
        page.put(key, value);
    }
    office
        .pages
        .get_mut(&1)
        .unwrap()
        .put("next_plan", "同时填的");
    office.pump();
    office.dial(0);
    let messages = office.pump();
    (office, messages)
}

#[test]
fn a_refused_offline_batch_is_settled_in_eight_messages_with_every_permitted_cell_kept() {
    let edit = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let few = vec![
        edit("progress", "第一稿"),
        edit("closed", "不许"),
        edit("problem", "无"),
        edit("progress", "第二稿"),
    ];
    // A week of it, with something forbidden again and again.
    let many = (0..300).map(|number| match number % 30 {
        7 => edit("closed", &format!("不许{number}")),
        _ => edit(
            ["progress", "problem", "owner"][number % 3],
            &format!("第{number}稿"),
        ),
    });
    // Two cells are forbidden, and the page knows of neither: it writes the second again until it is told.
    let two = vec![
        edit("closed", "不许"),
        edit("progress", "第一稿"),
        edit("barred", "也不许"),
        edit("problem", "无"),
    ];
    for batch in [few, many.collect(), two] {
        let (honest, forbidden): (Vec<_>, Vec<_>) = (batch.iter().cloned())
            .partition(|(key, _)| !matches!(key.as_str(), "closed" | "barred"));
        // The same without anything to refuse.
        let (_, honest_messages) = come_back_with(&honest);
        let (office, messages) = come_back_with(&batch);
        assert!(
            messages <= honest_messages + 8,
            "{messages} against {honest_messages}"
        );
        let drafts: BTreeMap<_, _> = forbidden.into_iter().collect();
        let drafts = drafts.iter().map(|(key, value)| format!("{key}={value}"));
        let kept: BTreeSet<_> = office.pages[&0].drafts.iter().cloned().collect();
        assert_eq!(kept, drafts.collect(), "each once, as it was typed last");
        assert_eq!(kept.len(), office.pages[&0].drafts.len());
        assert_eq!(office.pages[&0].seen.last().unwrap(), "unsent 0");
        for desk in office.pages.values().chain([&office.server]) {
            for key in ["progress", "problem", "owner"] {
                let typed = honest.iter().rfind(|(typed, _)| typed == key);
                let typed: Vec<&str> = typed.map(|(_, value)| value.as_str()).into_iter().collect();
                assert_eq!(desk.get(key), typed);
            }
            assert_eq!(desk.get("next_plan"), ["同时填的"]);
            for key in ["closed", "barred"] {
                assert_eq!(desk.get(key), Vec::<String>::new());
            }
        }
    }
}

#[test]
fn a_page_that_crashes_after_healing_has_nothing_refused_on_disk() {
    let mut office = Office::with_pages(1);
    office.pages.get_mut(&0).unwrap().put("closed", "不许");
    office.pump();
    office.pages.get_mut(&0).unwrap().put("progress", "接着填");
    office.pump();
    office.cut(0);
    let old = office.pages.remove(&0).unwrap();
    let mut page = crate::rehearsal::Desk::new("page0", 99);
    (page.disk, page.snapshot) = (old.disk, old.snapshot);
    office.pages.insert(0, page);
    office.dial(0);
    office.pump();
    assert_eq!(office.pages[&0].get("progress"), ["接着填"]);
    assert_eq!(office.pages[&0].drafts, Vec::<String>::new());
}

#[test]
fn a_reload_knows_what_is_unsent() {
    let mut office = Office::with_pages(1);
    office.cut(0);
    office.pages.get_mut(&0).unwrap().put("progress", "还没发");
    let old = office.pages.remove(&0).unwrap();
    let mut page = crate::rehearsal::Desk::new("page0", 99);
    page.disk = old.disk;
    office.pages.insert(0, page);
    office.dial(0);
    office.pump();
    assert_eq!(office.server.get("progress"), ["还没发"]);
    assert_eq!(office.pages[&0].seen.last().unwrap(), "unsent 0");
}

#[test]
fn garbage_ends_the_line_and_nothing_else() {
    let mut office = Office::with_pages(2);
    office
        .server
        .handle(Event::Frame(crate::event::ConnectionId(0), vec![0xff; 40]));
    assert!(
        office
            .server
            .seen
            .last()
            .unwrap()
            .starts_with("hangup Protocol")
    );
    office.pages.get_mut(&1).unwrap().put("progress", "照常");
    office.pump();
    assert_eq!(office.server.get("progress"), ["照常"]);
}

#[test]
fn a_document_closed_and_opened_again_catches_up() {
    let mut office = Office::with_pages(2);
    for round in 0..3 {
        office
            .pages
            .get_mut(&1)
            .unwrap()
            .handle(Event::Close(crate::rehearsal::DOCUMENT));
        office.pump();
        if round > 0 {
            office
                .pages
                .get_mut(&0)
                .unwrap()
                .put("progress", &format!("关着的时候{round}"));
            office.pump();
        }
        let page = office.pages.get_mut(&1).unwrap();
        page.seen.clear();
        page.handle(Event::Open(crate::rehearsal::DOCUMENT));
        office.pump();
        let page = &office.pages[&1];
        assert!(
            page.seen.contains(&"ready".to_owned()),
            "round {round}: {:?}",
            page.seen
        );
        assert_eq!(page.get("progress"), office.server.get("progress"));
    }
}

#[test]
fn a_document_closed_at_a_desk_does_not_cost_the_line() {
    use crate::event::Millis;
    let mut office = Office::with_pages(2);
    office
        .pages
        .get_mut(&1)
        .unwrap()
        .handle(Event::Close(crate::rehearsal::DOCUMENT));
    office.pages.get_mut(&0).unwrap().put("progress", "没人听");
    office.pump();
    for waits in [2, 4, 6] {
        let later = Millis(1_618_558_200_000 + waits * crate::limits::ANSWER_MILLIS_MAX);
        let effects = office
            .server
            .hub
            .handle(later, Event::Tick, &crate::rehearsal::Doorman);
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, crate::event::Effect::Hangup(..))),
            "{effects:?}"
        );
        // Told once more, because a frame may have been lost; then no more.
        assert_eq!(effects.len(), usize::from(waits == 2), "{effects:?}");
    }
    office
        .pages
        .get_mut(&1)
        .unwrap()
        .handle(Event::Open(crate::rehearsal::DOCUMENT));
    office.pump();
    assert_eq!(office.pages[&1].get("progress"), ["没人听"]);
    office
        .pages
        .get_mut(&0)
        .unwrap()
        .put("progress", "又听见了");
    office.pump();
    assert_eq!(office.pages[&1].get("progress"), ["又听见了"]);
}

/// `key=value` for each.
fn told(typed: Vec<crate::document::Typed>) -> Vec<String> {
    let words = typed.into_iter().map(|(cell, value)| {
        let value = value.and_then(|value| value.as_str().map(str::to_owned));
        format!("{}={}", cell.key, value.unwrap_or_default())
    });
    words.collect()
}

#[test]
fn a_forgotten_document_gives_out_what_was_typed_and_not_sent_and_nothing_of_the_others() {
    let mut office = Office::with_pages(2);
    office.pages.get_mut(&1).unwrap().put("problem", "别人的");
    office.pages.get_mut(&0).unwrap().put("status", "已送出");
    office.pump();
    office.cut(0);
    let page = office.pages.get_mut(&0).unwrap();
    page.put("progress", "离线一");
    page.put("remark", "离线二");
    page.put("progress", "离线三");
    let stored = Stored {
        changes: page
            .disk
            .iter()
            .map(|change| change.bytes.to_vec())
            .collect(),
        server_heads: page.heads.clone(),
        ..Stored::default()
    };
    let expected = ["progress=离线三", "remark=离线二"];
    assert_eq!(told(page.hub.forget(DOCUMENT)), expected);
    assert!(page.hub.document(&DOCUMENT).is_none());
    assert!(page.hub.forget(DOCUMENT).is_empty());
    let left = left_in(stored.clone()).unwrap();
    assert_eq!(
        told(left.typed),
        expected,
        "a later start finds the same on disk"
    );
    let unknown = Stored {
        server_heads: Vec::new(),
        ..stored
    };
    assert!(
        left_in(unknown).unwrap().typed.is_empty(),
        "whose it is cannot be told"
    );
}

#[test]
fn a_forgotten_document_is_spoken_of_no_more() {
    let mut office = Office::with_pages(2);
    let page = office.pages.get_mut(&0).unwrap();
    page.hub.forget(DOCUMENT);
    page.seen.clear();
    office.pages.get_mut(&1).unwrap().put("problem", "别人的");
    office.pump();
    let page = &office.pages[&0];
    assert!(page.hub.document(&DOCUMENT).is_none());
    assert!(page.seen.is_empty(), "{:?}", page.seen);
}

/// How many sync messages wait for a line.
fn waiting_for(office: &Office, line: u64) -> usize {
    let waiting = office.server.outbox.iter().filter(|(c, _)| c.0 == line);
    waiting
        .filter(|(_, bytes)| matches!(Frame::decode(bytes), Ok(Frame::Sync(_))))
        .count()
}

/// One edit that a line acknowledges after so many milliseconds, then five more: how many messages they reach it in, at once and
/// after its rest.
fn busy(acknowledged_after: i64, line: u64) -> (usize, usize) {
    let mut office = Office::with_pages(2);
    office.dial_as_stranger(2);
    let put = |office: &mut Office, value: &str| {
        office.pages.get_mut(&0).unwrap().put("progress", value);
    };
    put(&mut office, "忙");
    office.hear_pages();
    office.server.now.0 += acknowledged_after;
    office.pump();
    let mut frames = [0, 0];
    for value in ["一", "二", "三", "四", "五"] {
        put(&mut office, value);
        office.hear_pages();
        frames[0] += waiting_for(&office, line);
        office.pump();
    }
    let rested = office.server.now.0 + REST_MILLIS_MAX;
    for now in [rested - 1, rested] {
        office.server.now.0 = now;
        office.server.handle(Event::Tick);
        frames[1] += waiting_for(&office, line);
        office.pump();
        let is_there = office.pages[&line].get("progress") == ["五"];
        assert_eq!(is_there, frames[0] > 0 || now == rested, "after {now}");
    }
    (frames[0], frames[1])
}

#[test]
fn a_busy_stock_client_hears_of_much_in_one_message() {
    assert_eq!(busy(100, 2), (0, 1), "slow");
    assert_eq!(busy(BUSY_MILLIS_MIN - 1, 2), (5, 0), "quick");
    assert_eq!(busy(100, 1), (5, 0), "our own page is not kept waiting");
}
