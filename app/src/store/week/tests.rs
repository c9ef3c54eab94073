//! The table as a person sees it: what is shown, what is closed, and what goes back.

use diaodu_plan::{
    fixture,
    permission::AccountRole,
    report::{Acceptance, Standing},
    value::Value,
};

use super::*;

fn opening(campaign: &Arc<Campaign>, week: u8, unit: &UnitId) -> Opening {
    Opening {
        campaign: campaign.clone(),
        week: WeekNumber(week),
        person: Author {
            account: "甲".to_owned(),
            unit: unit.clone(),
            role: AccountRole::Unit,
        },
        state: WeekState::Open,
    }
}

fn week() -> (WeekStore, RowId, UnitId) {
    let campaign = Arc::new(fixture::campaign(
        "unit u-a office 甲办\naction 行动\nmeasure lead=u-a",
    ));
    let store = WeekStore::new();
    let unit = UnitId("u-a".to_owned());
    store.open(opening(&campaign, 1, &unit));
    (store, RowId("m01.u-a".to_owned()), unit)
}

fn shown(store: &WeekStore, column: Column) -> crate::grid::model::CellContent {
    let order = store.columns.get_untracked();
    let index = order
        .columns
        .iter()
        .position(|each| *each == column)
        .expect("shown");
    store
        .row("m01.u-a")
        .expect("the row is there")
        .get_untracked()
        .cells[index]
        .clone()
}

#[test]
fn rows_are_closed_until_their_sheet_is_here() {
    let (store, id, unit) = week();
    assert!(shown(&store, Column::Remark).readonly.is_some());
    let mut row = SheetRow::default();
    row.cells
        .insert(Column::Remark, vec![Value::Text("好".to_owned())]);
    store.take_rows(&unit, [(id, row)]);
    assert_eq!(shown(&store, Column::Remark).shown, "好");
    assert_eq!(shown(&store, Column::Remark).readonly, None);
}

#[test]
fn another_week_does_not_show_what_this_one_holds() {
    let (store, id, unit) = week();
    let looked_at = store.row("m01.u-a").expect("the row is there");
    let mut row = SheetRow::default();
    row.cells
        .insert(Column::Remark, vec![Value::Text("好".to_owned())]);
    store.take_rows(&unit, [(id, row)]);
    let campaign = Arc::new(fixture::campaign(
        "unit u-a office 甲办\naction 行动\nmeasure lead=u-a",
    ));
    store.open(opening(&campaign, 2, &unit));
    assert!(
        looked_at
            .get_untracked()
            .cells
            .iter()
            .all(|cell| cell.shown != "好")
    );
    assert_eq!(shown(&store, Column::Remark).shown, "");
}

#[test]
fn the_past_is_shown_in_place_of_the_present_closed_and_with_what_changed_in_words() {
    let (store, id, unit) = week();
    let row = |remark: &str| {
        let mut row = SheetRow::default();
        let remark = Value::Text(remark.to_owned());
        row.cells.insert(Column::Remark, vec![remark]);
        row
    };
    store.take_rows(&unit, [(id.clone(), row("现在"))]);
    let past = |changed: &[(Column, &str)]| PastTable {
        stored: [(id.clone(), row("从前"))].into(),
        changed: changed
            .iter()
            .map(|(column, old)| ((id.clone(), *column), (*old).to_owned()))
            .collect(),
        ..PastTable::default()
    };
    store.show_past(Some(past(&[])));
    let cell = shown(&store, Column::Remark);
    assert_eq!((&*cell.shown, cell.draft), ("从前", false));
    assert!(cell.readonly.is_some_and(|why| why.contains("过去")));
    // What comes meanwhile is kept, and not shown.
    store.take_rows(&unit, [(id.clone(), row("新来"))]);
    assert_eq!(shown(&store, Column::Remark).shown, "从前");
    store.show_past(Some(past(&[(Column::Remark, "更早")])));
    let cell = shown(&store, Column::Remark);
    assert_eq!((&*cell.shown, cell.state), ("更早 → 从前", Some("changed")));
    store.show_past(None);
    let cell = shown(&store, Column::Remark);
    assert_eq!((&*cell.shown, cell.readonly), ("新来", None));
}

#[test]
fn a_receipt_is_shown_and_goes_with_its_withdrawal() {
    let (store, id, _) = week();
    let at = "2021-04-16T15:59:59+08:00".parse().expect("a moment");
    assert_eq!(shown(&store, Column::SubmittedAt).shown, "");
    store.take_receipts([(id, at)].into());
    assert!(
        shown(&store, Column::SubmittedAt)
            .shown
            .contains("15:59:59")
    );
    store.take_receipts(BTreeMap::new());
    assert_eq!(shown(&store, Column::SubmittedAt).shown, "");
}

#[test]
fn cells_stand_in_the_order_that_was_asked_for_and_an_edit_keeps_it() {
    let (store, id, unit) = week();
    let mut row = SheetRow::default();
    row.cells
        .insert(Column::Remark, vec![Value::Text("好".to_owned())]);
    store.take_rows(&unit, [(id.clone(), row.clone())]);
    assert_eq!(shown(&store, Column::Remark).shown, "好");
    let mut columns = store.columns.get_untracked().columns.clone();
    columns.reverse();
    store.arrange(ColumnOrder { columns, shown: 5 });
    assert_eq!(shown(&store, Column::Remark).shown, "好");
    assert_eq!(shown(&store, Column::Unit).shown, "甲办");
    row.cells
        .insert(Column::Remark, vec![Value::Text("更好".to_owned())]);
    store.take_rows(&unit, [(id, row)]);
    assert_eq!(shown(&store, Column::Remark).shown, "更好");
}

#[test]
fn a_report_is_filed_under_whether_it_came_in_time() {
    let (store, id, _) = week();
    let filed = |store: &WeekStore| {
        shown(store, Column::SubmittedAt)
            .filed
            .map(|filed| filed.key)
    };
    assert_eq!(filed(&store), Some("missing"));
    let campaign = store.table().campaign.clone().expect("open");
    let due = campaign.weeks[0].due;
    store.take_receipts([(id.clone(), due)].into());
    assert_eq!(filed(&store), Some("late"));
    let before = Timestamp::from_millisecond(due.as_millisecond() - 1).expect("a moment");
    store.take_receipts([(id, before)].into());
    assert_eq!(filed(&store), Some("on-time"));
}

#[test]
fn grace_acceptance_and_later_edits_are_told() {
    let (store, id, _) = week();
    let campaign = store.table().campaign.clone().expect("open");
    let due = campaign.weeks[0].due;
    let filed = |store: &WeekStore| {
        let cell = shown(store, Column::SubmittedAt);
        (cell.filed.map(|filed| filed.key), cell.shown)
    };
    let mut standing = Standing {
        receipt: Some(due),
        ..Standing::default()
    };
    store.take_receipts([(id.clone(), due)].into());
    store.take_reports([(id.clone(), standing.clone())].into());
    assert_eq!(filed(&store).0, Some("late"));
    standing.accepted = Some(Acceptance {
        at: due,
        by: "u-gongjianban".to_owned(),
        reason: "断网".to_owned(),
    });
    standing.edited = Some(due);
    store.take_reports([(id.clone(), standing)].into());
    let (key, words) = filed(&store);
    assert_eq!(key, Some("on-time"));
    assert!(words.ends_with("报送后有修改"), "{words}");

    let mut with_grace = (*campaign).clone();
    with_grace.weeks[0].grace_minutes = 10;
    let (state, person) = (WeekState::Open, store.table().person.clone());
    store.open(Opening {
        campaign: Arc::new(with_grace),
        week: campaign.weeks[0].number,
        person: person.expect("somebody looks"),
        state,
    });
    store.take_reports(BTreeMap::new());
    assert_eq!(
        filed(&store).0,
        Some("on-time"),
        "due has passed, grace has not"
    );
}

#[test]
fn a_draft_stands_beside_its_cell_in_words() {
    let (store, id, unit) = week();
    store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
    let draft = Draft::from_note("三个");
    store.take_drafts(vec![((id.clone(), Column::FoundWeek), Some(draft))]);
    let cell = shown(&store, Column::FoundWeek);
    assert!(
        cell.draft && cell.shown == "三个" && cell.mistake.is_some(),
        "{cell:?}"
    );
    store.take_drafts(vec![((id, Column::FoundWeek), None)]);
    assert_eq!(shown(&store, Column::FoundWeek).mistake, None);
}

#[test]
fn what_the_person_may_not_write_is_closed_and_says_whose_it_is() {
    let (store, id, unit) = week();
    store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
    assert_eq!(shown(&store, Column::Progress).readonly, None);
    assert!(shown(&store, Column::Review).readonly.is_some());
    let campaign = store.table().campaign.clone().expect("open");
    store.open(opening(&campaign, 1, &UnitId("u-b".to_owned())));
    let closed = shown(&store, Column::Progress).readonly.expect("closed");
    assert!(closed.contains("甲办"), "{closed}");
    store.open(opening(&campaign, 1, &unit));
    store.take_state(WeekState::Frozen);
    assert!(shown(&store, Column::Progress).readonly.is_some());
}

#[test]
fn a_refused_draft_is_listed_with_its_reason_and_reads_back_from_its_note() {
    let (store, id, unit) = week();
    store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
    let draft = Draft {
        text: "第一行\n第二行".to_owned(),
        reason: Some("week-frozen".to_owned()),
    };
    assert_eq!(Draft::from_note(&draft.to_note()), draft);
    store.take_drafts(vec![((id.clone(), Column::Progress), Some(draft))]);
    let named = store.labels().into_iter().find(|(row, _)| *row == id.0);
    let label = store
        .row(&id.0)
        .map(|row| row.get_untracked().label.clone());
    assert_eq!(named.map(|(_, label)| label), label);
    let listed = store.drafts();
    assert_eq!((listed.len(), store.drafts.get_untracked()), (1, 1));
    assert_eq!(listed[0].text, "第一行\n第二行");
    assert!(!listed[0].sentence.contains("week-frozen"), "{listed:?}");
}

/// Measure 2 of `SMALL` means 鸿鹰 until the campaign changes.
fn two_streets() -> (WeekStore, UnitId, RowId) {
    let campaign = Arc::new(fixture::campaign(fixture::SMALL));
    let (store, unit) = (WeekStore::new(), UnitId("s-hongying".to_owned()));
    store.open(opening(&campaign, 1, &unit));
    (store, unit, RowId("m02.s-hongying".to_owned()))
}

fn release(store: &WeekStore, unit: &UnitId) {
    let mut campaign = fixture::campaign(fixture::SMALL);
    campaign.measures[1].relevant_streets = vec![UnitId("s-donganlu".to_owned())];
    store.open(opening(&Arc::new(campaign), 1, unit));
}

fn ids(store: &WeekStore) -> Vec<String> {
    let rows = store.rows.get_untracked();
    rows.iter().map(|row| row.id.0.clone()).collect()
}

#[test]
fn a_new_relevant_street_has_its_row_without_a_reload_and_an_empty_old_one_goes() {
    let (store, unit, id) = two_streets();
    store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
    assert!(ids(&store).contains(&id.0));
    release(&store, &unit);
    assert!(!ids(&store).contains(&id.0));
    assert!(ids(&store).contains(&"m02.s-donganlu".to_owned()));
}

#[test]
fn a_row_that_is_no_longer_relevant_stays_while_it_holds_something_or_a_draft() {
    let (store, unit, id) = two_streets();
    release(&store, &unit);
    assert!(!ids(&store).contains(&id.0));
    let mut row = SheetRow::default();
    let text = Value::Text("先前填的".to_owned());
    row.cells.insert(Column::Remark, vec![text]);
    store.take_rows(&unit, [(id.clone(), row)]);
    assert!(ids(&store).contains(&id.0), "its sheet came later");
    let content = store.row(&id.0).expect("shown").get_untracked();
    assert!(content.cells.iter().any(|cell| cell.shown == "不再相关"));
    let closed = |cell: &crate::grid::model::CellContent| cell.readonly.is_some();
    assert!(content.cells.iter().all(closed));
    store.take_rows(&unit, [(id.clone(), SheetRow::default())]);
    assert!(!ids(&store).contains(&id.0));
    let draft = Draft::from_note("没送出去的");
    store.take_drafts(vec![((id.clone(), Column::Remark), Some(draft))]);
    assert!(ids(&store).contains(&id.0));
    assert_eq!(store.drafts().len(), 1, "no draft hides with its row");
    store.take_drafts(vec![((id.clone(), Column::Remark), None)]);
    assert!(!ids(&store).contains(&id.0));
}
