//! What is kept of sheets is what is on disk, and what weeks carry is what whole sheets read one after the other carry.

use automerge::{ActorId, Automerge};
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    edit::{self, Edit},
    fixture,
    layout::DocumentKind,
    row::RowId,
    table,
    tally::{Tally, Totals},
};
use diaodu_sync::event::{Author, Millis, SavedChange};

use super::*;
use crate::{
    deadlines, documents,
    gatekeeper::Directory,
    policy::Policy,
    storage::{Batch, memory::MemoryStorage},
};

struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.throw(from.len() as u64)).unwrap()]
    }
}

/// A campaign of nine weeks on a disk, and what the server keeps of its sheets.
struct Premises {
    storage: Arc<MemoryStorage>,
    written: Written,
    sheets: Sheets,
    policy: Policy,
    directory: Directory,
}

impl Premises {
    async fn new() -> Premises {
        let campaign = fixture::campaign(fixture::SMALL);
        let storage = Arc::new(MemoryStorage::default());
        let new = documents::build(&campaign, &[], Millis(0)).unwrap();
        storage.create_documents(new).await.unwrap();
        let written = Written::default();
        Premises {
            sheets: Sheets::new(storage.clone(), written.clone()),
            directory: Directory::new(storage.documents().await.unwrap()),
            policy: Policy {
                campaign,
                visibility: Default::default(),
                frozen: Default::default(),
            },
            storage,
            written,
        }
    }

    fn units(&self) -> Vec<UnitId> {
        let units = self.policy.campaign.active_units();
        units.map(|unit| unit.id.clone()).collect()
    }

    fn find(&self, week: WeekNumber, unit: &UnitId) -> DocumentId {
        let kind = DocumentKind::Sheet(week, unit.clone());
        self.directory.find(&kind).unwrap()
    }

    async fn on_disk(&self, document: DocumentId) -> Automerge {
        compaction::load(&self.storage.load(document).await.unwrap().stored).unwrap()
    }

    /// Writes as the saver does: first to disk, then it is counted.
    async fn write(&self, document: DocumentId, write: impl FnOnce(&mut Automerge)) {
        let mut content = self.on_disk(document).await;
        let before = content.get_heads();
        content.set_actor(ActorId::random());
        write(&mut content);
        let changes = content.get_changes(&before);
        let changes = changes.iter().map(|change| SavedChange {
            bytes: change.raw_bytes().into(),
            hash: change.hash(),
            actor: change.actor_id().clone(),
            author: Author("甲".into()),
            received: Millis(5),
        });
        let batch = Batch {
            document,
            changes: changes.collect(),
        };
        self.storage.append(vec![batch]).await.unwrap();
        self.written.note(document);
    }

    /// Somebody types a number into some row, or the server writes what it begins with.
    async fn write_something(&self, dice: &mut Dice) {
        let unit = dice.pick(&self.units()).clone();
        let document = self.find(WeekNumber(number(dice, 9)), &unit);
        let rows = self.sheets.read(document).await.unwrap();
        let rows: Vec<RowId> = rows.rows.keys().cloned().collect();
        if rows.is_empty() {
            return;
        }
        let (row, tally) = (dice.pick(&rows).clone(), *dice.pick(&Tally::ALL));
        let count = dice.throw(50);
        if dice.throw(8) == 0 {
            let mut totals = Totals::default();
            totals.set(tally, Some(count));
            let put = |content: &mut Automerge| {
                let done = content.transact(|tx| sheet::put_opening(&row, &totals, tx));
                done.unwrap();
            };
            return self.write(document, put).await;
        }
        let column = match dice.throw(6) {
            0 => tally.total_column(),
            _ => tally.week_column(),
        };
        let text = match dice.throw(5) {
            0 => String::new(),
            _ => count.to_string(),
        };
        let edit = Edit::typed(&row, column, &text, "").unwrap();
        let put = |content: &mut Automerge| {
            content.transact(|tx| edit::apply(&edit, tx)).unwrap();
        };
        self.write(document, put).await;
    }

    /// The slow way: every sheet from the first week on that is not frozen, read from disk and carried on whole.
    async fn carried(&self, week: WeekNumber, unit: &UnitId) -> Sheet {
        let is_frozen = |week: &u8| self.policy.frozen.contains(&WeekNumber(*week));
        let first = (1..).find(|week| !is_frozen(week)).unwrap().min(week.0);
        let mut carried = Sheet::default();
        for number in first..=week.0 {
            let document = self.find(WeekNumber(number), unit);
            let mut sheet = sheet::read(&self.on_disk(document).await);
            for (row, stored) in sheet.rows.iter_mut().filter(|_| number > first) {
                let before = carried.rows.get(row).map(table::totals);
                stored.before = before.unwrap_or_default();
            }
            carried = sheet;
        }
        carried
    }

    async fn check(&self, seed: u64) {
        for week in (1..=9).map(WeekNumber) {
            for unit in self.units() {
                let (sheets, policy, directory) = (&self.sheets, &self.policy, &self.directory);
                let carried = deadlines::carried(sheets, policy, directory, week, &unit).await;
                let slowly = self.carried(week, &unit).await;
                assert_eq!(carried.unwrap(), slowly, "seed {seed}, {week:?}, {unit:?}");
            }
        }
    }
}

fn number(dice: &mut Dice, sides: u64) -> u8 {
    u8::try_from(1 + dice.throw(sides)).unwrap()
}

#[tokio::test]
async fn what_weeks_carry_follows_every_write_and_every_freeze() {
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let mut premises = Premises::new().await;
        premises.check(seed).await;
        for _ in 0..12 {
            for _ in 0..=dice.throw(6) {
                premises.write_something(&mut dice).await;
            }
            if dice.throw(6) == 0 {
                let week = WeekNumber(number(&mut dice, 9));
                premises.policy.frozen.insert(week);
            }
            premises.check(seed).await;
        }
    }
}

#[tokio::test]
async fn a_sheet_is_read_once_and_again_when_it_has_been_written() {
    let premises = Premises::new().await;
    let unit = UnitId("s-hongying".to_owned());
    let [one, other] = [1, 2].map(|week| premises.find(WeekNumber(week), &unit));
    let read = async |document| premises.sheets.read(document).await.unwrap();
    let (first, second) = (read(one).await, read(other).await);
    assert!(Arc::ptr_eq(&first, &read(one).await));
    let row = RowId("m01.s-hongying".to_owned());
    let edit = Edit::typed(&row, Column::Progress, "甲", "").unwrap();
    let put = |content: &mut Automerge| {
        content.transact(|tx| edit::apply(&edit, tx)).unwrap();
    };
    premises.write(one, put).await;
    let again = read(one).await;
    assert_eq!(*again, sheet::read(&premises.on_disk(one).await));
    assert_ne!(again, first);
    assert!(Arc::ptr_eq(&second, &read(other).await), "others stay");
}

#[tokio::test]
async fn what_finds_no_room_is_read_anew_and_what_shrank_makes_room() {
    let premises = Premises::new().await;
    let sheets = &premises.sheets;
    let large = |bytes: usize| {
        let mut row = SheetRow::default();
        let text = Value::Text("x".repeat(bytes));
        row.cells.insert(Column::Progress, vec![text]);
        let rows = [(RowId("m01.u".to_owned()), row)];
        Arc::new(Sheet { rows: rows.into() })
    };
    let [one, other] = [1, 2].map(|number| DocumentId([number; 16]));
    sheets.keep(one, 0, large(SHEETS_KEPT_BYTES_MAX / 2));
    sheets.keep(other, 0, large(SHEETS_KEPT_BYTES_MAX / 2));
    assert!(sheets.kept(&one, 0).is_some() && sheets.kept(&other, 0).is_none());
    sheets.keep(one, 1, large(10));
    sheets.keep(other, 0, large(SHEETS_KEPT_BYTES_MAX / 2));
    assert!(sheets.kept(&one, 0).is_none() && sheets.kept(&one, 1).is_some());
    assert!(sheets.kept(&other, 0).is_some());
}
