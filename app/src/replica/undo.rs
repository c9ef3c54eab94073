//! Undo and redo of one's own edits. Knows steps, not documents: what stands now is asked for.

use std::collections::VecDeque;

use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    edit::CellRef,
    layout::card::EntryKey,
    row::RowId,
    value::Value,
};
use serde_json::Value as Json;

/// 500 steps: more than a day of filling, and less than a megabyte.
const STEPS_MAX: usize = 500;
/// 1 MB: a tab's own memory holds five, and a day of filling fits in a tenth of it.
const NOTE_BYTES_MAX: usize = 1_000_000;
/// 500 kB of it for what can be put forth again: it is gone with the next edit.
const REDO_BYTES_MAX: usize = 500_000;
/// 100 kB: a step of a thousand cells. A larger one for which there is no room is left out alone, and the steps before it are kept.
const LARGE_BYTES: usize = 100_000;

/// One cell of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    /// In which week.
    pub week: WeekNumber,
    /// Which cell.
    pub cell: CellRef,
    /// What stood there.
    pub before: Option<Value>,
    /// What I wrote.
    pub after: Option<Value>,
}

/// Edits that were made at once.
pub type Step = Vec<Stroke>;

/// What came of undo or redo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turned {
    /// What to write.
    pub step: Step,
    /// Cells that were left alone: what stands in them now is not what I wrote.
    pub foreign: Vec<CellRef>,
    /// Cells that were left alone: nobody like me writes them any more.
    pub closed: Vec<CellRef>,
    /// How many cells the step had, where it was too large to be kept over a reload.
    pub lost: usize,
}

/// What has become of a cell since I wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The value I wrote is the only one that stands there.
    Mine,
    /// Another one stands there.
    Foreign,
    /// I may not write there now: the week is frozen, or the right is gone.
    Closed,
}

/// What can be taken back, and put forth again.
#[derive(Debug, Default)]
pub struct Undo {
    done: VecDeque<Noted>,
    undone: Vec<Noted>,
}

/// A step with its note.
#[derive(Debug, PartialEq, Eq)]
struct Noted {
    what: What,
    /// As the tab's own memory keeps it, written once and not at every edit; `None` where it is too long for that.
    note: Option<String>,
}

/// What is kept of a step.
#[derive(Debug, PartialEq, Eq)]
enum What {
    /// All of it.
    Step(Step),
    /// That there was one, of which week and of how many cells: it was too large to be kept over a reload.
    Lost(WeekNumber, usize),
}

impl Undo {
    /// Notes an edit of this person; what was undone before cannot be put forth again.
    pub fn did(&mut self, step: Step) {
        self.undone.clear();
        self.push(step);
    }

    /// Takes back the newest step of the week on screen.
    ///
    /// `since`: says what has become of a cell. Only those that are mine are written.
    pub fn undo(&mut self, week: WeekNumber, since: &dyn Fn(&Stroke) -> Since) -> Turned {
        let newest = self.done.iter().rposition(|done| done.is_of(week));
        let what = newest.and_then(|index| Some(self.done.remove(index)?.what));
        let back = what.map_or_else(Turned::default, |what| what.turned(since));
        if !back.step.is_empty() {
            self.undone.push(Noted::of(back.step.clone()));
        }
        back
    }

    /// Puts forth again what was taken back last in the week on screen.
    pub fn redo(&mut self, week: WeekNumber, since: &dyn Fn(&Stroke) -> Since) -> Turned {
        let newest = self.undone.iter().rposition(|undone| undone.is_of(week));
        let what = newest.map(|index| self.undone.remove(index).what);
        let forth = what.map_or_else(Turned::default, |what| what.turned(since));
        self.push(forth.step.clone());
        forth
    }

    /// Writes the newest steps that can be taken back or put forth again, for the tab's own memory. Older ones are left out when there
    /// is no room; of a single large one it is kept that it was there.
    pub fn to_note(&self) -> String {
        let (undone, bytes) = noted(self.undone.iter().rev(), REDO_BYTES_MAX);
        let (done, _) = noted(self.done.iter().rev(), NOTE_BYTES_MAX - bytes);
        format!("[[{}],[{}]]", done.join(","), undone.join(","))
    }

    /// Reads what a tab has noted before it was loaded again. What cannot be read is left out.
    pub fn from_note(note: &str) -> Self {
        let (done, undone): (Vec<Json>, Vec<Json>) = serde_json::from_str(note).unwrap_or_default();
        let read = |steps: Vec<Json>| steps.into_iter().filter_map(|step| Noted::from_json(&step));
        Self {
            done: read(done).collect(),
            undone: read(undone).collect(),
        }
    }

    fn push(&mut self, step: Step) {
        if step.is_empty() {
            return;
        }
        self.done.push_back(Noted::of(step));
        if self.done.len() > STEPS_MAX {
            self.done.pop_front();
        }
    }
}

impl Noted {
    fn of(step: Step) -> Self {
        let note = Json::Array(step.iter().map(stroke_to_json).collect()).to_string();
        let note = Some(note).filter(|note| note.len() <= NOTE_BYTES_MAX);
        let what = What::Step(step);
        Self { what, note }
    }

    fn from_json(json: &Json) -> Option<Self> {
        if let Some(lost) = json.as_object() {
            let number = |name: &str| lost.get(name)?.as_u64();
            let week = WeekNumber(number("week")?.try_into().ok()?);
            let what = What::Lost(week, number("cells")?.try_into().ok()?);
            return Some(Self { what, note: None });
        }
        let strokes = json.as_array()?.iter().map(stroke_from_json);
        Some(Self::of(strokes.collect::<Option<Step>>()?))
    }

    fn is_of(&self, week: WeekNumber) -> bool {
        match &self.what {
            What::Step(step) => step.first().is_some_and(|stroke| stroke.week == week),
            What::Lost(of, _) => *of == week,
        }
    }

    /// Says no more than that it was there.
    fn mark(&self) -> Option<String> {
        let (week, cells) = match &self.what {
            What::Step(step) => (step.first()?.week, step.len()),
            What::Lost(week, cells) => (*week, *cells),
        };
        Some(serde_json::json!({ "week": week.0, "cells": cells }).to_string())
    }
}

impl What {
    fn turned(&self, since: &dyn Fn(&Stroke) -> Since) -> Turned {
        match self {
            What::Step(step) => turned(step, since),
            What::Lost(_, cells) => Turned {
                lost: *cells,
                ..Turned::default()
            },
        }
    }
}

/// Returns the notes of the newest steps for which there is room, the oldest first, and how long they are together.
fn noted<'a>(
    newest_first: impl Iterator<Item = &'a Noted>,
    bytes_max: usize,
) -> (Vec<String>, usize) {
    let (mut notes, mut bytes) = (Vec::new(), 0);
    for step in newest_first {
        let length = step.note.as_ref().map_or(usize::MAX, String::len);
        let is_fitting = length <= bytes_max.saturating_sub(bytes);
        let note = match is_fitting {
            true => step.note.clone(),
            // Many steps of the usual length have filled the room: older ones go, as they do behind the last of `STEPS_MAX`.
            false if length <= LARGE_BYTES => break,
            false => step.mark(),
        };
        let Some(note) = note.filter(|note| bytes + note.len() <= bytes_max) else {
            break;
        };
        bytes += note.len();
        notes.push(note);
    }
    notes.reverse();
    (notes, bytes)
}

fn turned(step: &Step, since: &dyn Fn(&Stroke) -> Since) -> Turned {
    let mut turned = Turned::default();
    for stroke in step {
        match since(stroke) {
            Since::Mine => turned.step.push(Stroke {
                before: stroke.after.clone(),
                after: stroke.before.clone(),
                ..stroke.clone()
            }),
            Since::Foreign => turned.foreign.push(stroke.cell.clone()),
            Since::Closed => turned.closed.push(stroke.cell.clone()),
        }
    }
    turned
}

fn stroke_to_json(stroke: &Stroke) -> Json {
    let (kind, place, key) = match &stroke.cell {
        CellRef::Sheet { row, column } => ("sheet", row.0.clone(), column.id().to_owned()),
        CellRef::Card { unit, entry } => ("card", unit.0.clone(), entry.to_string()),
    };
    let value = |value: &Option<Value>| match value {
        None => Json::Null,
        Some(Value::Text(text)) => Json::from(text.as_str()),
        Some(Value::Count(count)) => Json::from(*count),
    };
    let week = Json::from(stroke.week.0);
    Json::Array(vec![
        week,
        kind.into(),
        place.into(),
        key.into(),
        value(&stroke.before),
        value(&stroke.after),
    ])
}

fn stroke_from_json(json: &Json) -> Option<Stroke> {
    let [week, kind, place, key, before, after] = json.as_array()?.as_slice() else {
        return None;
    };
    let (place, key) = (place.as_str()?.to_owned(), key.as_str()?);
    let cell = match kind.as_str()? {
        "sheet" => CellRef::Sheet {
            row: RowId(place),
            column: Column::from_id(key)?,
        },
        "card" => CellRef::Card {
            unit: UnitId(place),
            entry: EntryKey::parse(key)?,
        },
        _ => return None,
    };
    let value = |json: &Json| match json {
        Json::Null => Some(None),
        Json::String(text) => Some(Some(Value::Text(text.clone()))),
        Json::Number(count) => Some(Some(Value::Count(count.as_u64()?))),
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    };
    Some(Stroke {
        week: WeekNumber(week.as_u64()?.try_into().ok()?),
        cell,
        before: value(before)?,
        after: value(after)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(row: &str, before: &str, after: &str) -> Stroke {
        let value = |text: &str| Some(Value::Text(text.to_owned())).filter(|_| !text.is_empty());
        Stroke {
            week: WeekNumber(2),
            cell: CellRef::Sheet {
                row: RowId(row.to_owned()),
                column: Column::Remark,
            },
            before: value(before),
            after: value(after),
        }
    }

    /// One cell as the plainest model has it: all that was ever put into it, with the step of mine that did it, if it was I.
    type Pile = Vec<(Option<usize>, Option<Value>)>;

    /// Piles of cards against values and steps: I write, others write, I undo and redo, in any order. Undo takes my card away where it lies
    /// on top, and nowhere else.
    #[test]
    fn undo_agrees_with_piles_of_cards_whatever_others_write() {
        const CELLS: usize = 4;
        let week = WeekNumber(2);
        for seed in 0..1_000 {
            let mut random = crate::grid::chance::numbers(seed);
            let mut draw = move |below: usize| random(below as u64) as usize;
            let mut undo = Undo::default();
            // What stands in each cell now, and whether I put it there.
            let mut cells: Vec<(Option<Value>, bool)> = vec![(None, false); CELLS];
            let mut piles: Vec<Pile> = vec![Vec::new(); CELLS];
            let (mut done, mut undone) = (Vec::<(usize, Vec<usize>)>::new(), Vec::new());
            for number in 0..60 {
                let text = Some(Value::Text(format!("{number}")));
                // A page that is loaded again in between changes nothing.
                if draw(8) == 0 {
                    undo = Undo::from_note(&undo.to_note());
                }
                match draw(6) {
                    0..=2 => {
                        let first = draw(CELLS);
                        let chosen: Vec<usize> = (first..CELLS.min(first + 1 + draw(2))).collect();
                        let step = chosen.iter().map(|index| Stroke {
                            before: cells[*index].0.clone(),
                            after: text.clone(),
                            ..stroke(&format!("m01.{index}"), "", "")
                        });
                        undo.did(step.collect());
                        for index in &chosen {
                            cells[*index] = (text.clone(), true);
                            piles[*index].push((Some(number), text.clone()));
                        }
                        done.push((number, chosen));
                        undone.clear();
                    }
                    3 => {
                        let index = draw(CELLS);
                        cells[index] = (text.clone(), false);
                        piles[index].push((None, text));
                    }
                    4 => {
                        carry_out(&mut undo, &mut cells, |undo, since| undo.undo(week, since));
                        if let Some((step, chosen)) = done.pop() {
                            let is_mine = |index: &usize| {
                                piles[*index]
                                    .last()
                                    .is_some_and(|card| card.0 == Some(step))
                            };
                            let mine: Vec<usize> = chosen.into_iter().filter(is_mine).collect();
                            let cards = mine.iter().filter_map(|index| piles[*index].pop());
                            let cards: Vec<_> = cards.collect();
                            let left = mine.iter().map(|index| piles[*index].last().cloned());
                            let left: Vec<_> = left.collect();
                            if !mine.is_empty() {
                                undone.push((step, mine, cards, left));
                            }
                        }
                    }
                    _ => {
                        carry_out(&mut undo, &mut cells, |undo, since| undo.redo(week, since));
                        if let Some((step, chosen, cards, left)) = undone.pop() {
                            // A card comes back onto the one that it lay on. Their number alone says nothing: one may have gone and another come.
                            let mut back = Vec::new();
                            for ((index, card), left) in chosen.into_iter().zip(cards).zip(left) {
                                if piles[index].last() == left.as_ref() {
                                    piles[index].push(card);
                                    back.push(index);
                                }
                            }
                            if !back.is_empty() {
                                done.push((step, back));
                            }
                        }
                    }
                }
                let now: Vec<Option<Value>> = cells.iter().map(|cell| cell.0.clone()).collect();
                let tops = piles
                    .iter()
                    .map(|pile| pile.last().and_then(|card| card.1.clone()));
                assert_eq!(now, tops.collect::<Vec<_>>(), "seed {seed}, turn {number}");
            }
            let again = Undo::from_note(&undo.to_note());
            assert_eq!((again.done, again.undone), (undo.done, undo.undone));
        }
    }

    fn carry_out(
        undo: &mut Undo,
        cells: &mut [(Option<Value>, bool)],
        way: impl Fn(&mut Undo, &dyn Fn(&Stroke) -> Since) -> Turned,
    ) {
        let index = |cell: &CellRef| -> usize {
            let CellRef::Sheet { row, .. } = cell else {
                return 0;
            };
            row.0[4..].parse().unwrap()
        };
        let before = cells.to_vec();
        let since = |stroke: &Stroke| {
            let (value, mine) = &before[index(&stroke.cell)];
            match *value == stroke.after && (*mine || value.is_none()) {
                true => Since::Mine,
                false => Since::Foreign,
            }
        };
        for stroke in way(undo, &since).step {
            cells[index(&stroke.cell)] = (stroke.after, true);
        }
    }

    #[test]
    fn undo_puts_back_and_redo_puts_forth() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        let week = WeekNumber(2);
        assert_eq!(
            undo.undo(week, &|_| Since::Mine).step,
            vec![stroke("m01.a", "一", "")]
        );
        assert_eq!(
            undo.redo(week, &|_| Since::Mine).step,
            vec![stroke("m01.a", "", "一")]
        );
        assert_eq!(
            undo.undo(week, &|_| Since::Mine).step,
            vec![stroke("m01.a", "一", "")]
        );
        assert_eq!(undo.undo(week, &|_| Since::Mine), Turned::default());
    }

    #[test]
    fn cells_that_others_wrote_since_are_left_alone() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一"), stroke("m01.b", "", "二")]);
        let others = CellRef::Sheet {
            row: RowId("m01.a".to_owned()),
            column: Column::Remark,
        };
        let since = |stroke: &Stroke| match stroke.cell == others {
            true => Since::Foreign,
            false => Since::Mine,
        };
        assert_eq!(
            undo.undo(WeekNumber(2), &since),
            Turned {
                step: vec![stroke("m01.b", "二", "")],
                foreign: vec![others.clone()],
                ..Turned::default()
            }
        );
    }

    #[test]
    fn cells_that_are_closed_now_are_left_alone_both_ways() {
        let week = WeekNumber(2);
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一"), stroke("m01.b", "", "二")]);
        let closed = stroke("m01.a", "", "").cell;
        let since = |stroke: &Stroke| match stroke.cell == closed {
            true => Since::Closed,
            false => Since::Mine,
        };
        let back = undo.undo(week, &since);
        assert_eq!(back.step, vec![stroke("m01.b", "二", "")]);
        assert_eq!(back.closed, std::slice::from_ref(&closed));
        // A step of which nothing is left is no step.
        let forth = undo.redo(week, &|_| Since::Closed);
        assert_eq!((forth.step.len(), forth.closed.len()), (0, 1));
        assert_eq!(undo.undo(week, &|_| Since::Mine), Turned::default());
    }

    #[test]
    fn a_step_of_another_week_waits_for_its_week() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        assert_eq!(
            undo.undo(WeekNumber(3), &|_| Since::Mine),
            Turned::default()
        );
        assert_eq!(undo.undo(WeekNumber(2), &|_| Since::Mine).step.len(), 1);
    }

    #[test]
    fn what_can_be_taken_back_survives_a_reload() {
        let mut undo = Undo::default();
        undo.did(vec![
            stroke("m01.a", "", "一\n\"二\""),
            stroke("m01.b", "旧", ""),
        ]);
        let phone = CellRef::Card {
            unit: UnitId("u-a".to_owned()),
            entry: EntryKey::phone_of("张三"),
        };
        undo.did(vec![Stroke {
            week: WeekNumber(2),
            cell: phone,
            before: None,
            after: Some(Value::Count(7)),
        }]);
        let mut again = Undo::from_note(&undo.to_note());
        assert_eq!(again.done, undo.done);
        assert_eq!(again.undo(WeekNumber(2), &|_| Since::Mine).step.len(), 1);
        for nonsense in ["[[[[2]]],[]]", "[[{\"week\":2}],[]]", "[[],[]", "nonsense"] {
            assert_eq!(Undo::from_note(nonsense).done.len(), 0, "{nonsense}");
        }
    }

    #[test]
    fn what_was_taken_back_can_be_put_forth_after_a_reload() {
        let week = WeekNumber(2);
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        undo.did(vec![stroke("m01.a", "一", "二")]);
        undo.undo(week, &|_| Since::Mine);
        undo.undo(week, &|_| Since::Mine);
        let mut again = Undo::from_note(&undo.to_note());
        for after in ["一", "二"] {
            let forth = again.redo(week, &|_| Since::Mine).step;
            let value = Some(Value::Text(after.to_owned()));
            assert_eq!(forth[0].after, value, "in the order of undoing");
        }
        assert_eq!(again.redo(week, &|_| Since::Mine), Turned::default());
    }

    #[test]
    fn a_step_too_large_for_the_note_is_told_and_those_before_it_are_kept() {
        let week = WeekNumber(2);
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        let cells = 12_000;
        let large = (0..cells).map(|row| stroke(&format!("m01.{row}"), "", &"字".repeat(30)));
        undo.did(large.collect());
        undo.did(vec![stroke("m01.b", "", "二")]);
        let note = undo.to_note();
        assert!(note.len() <= NOTE_BYTES_MAX, "{}", note.len());
        // Twice: what is not there any more is not forgotten at the second reload.
        let mut again = Undo::from_note(&Undo::from_note(&note).to_note());
        let mut undo = || again.undo(week, &|_| Since::Mine);
        assert_eq!(undo().step, vec![stroke("m01.b", "二", "")]);
        let lost = undo();
        assert_eq!((lost.step.len(), lost.lost), (0, cells));
        assert_eq!(undo().step, vec![stroke("m01.a", "一", "")]);
        assert_eq!(undo(), Turned::default());
    }

    #[test]
    fn a_note_that_grows_too_long_keeps_the_newest_steps() {
        let mut undo = Undo::default();
        let long = "字".repeat(1_000);
        for number in 0..STEPS_MAX {
            undo.did(vec![stroke(&format!("m01.{number}"), "", &long)]);
        }
        let again = Undo::from_note(&undo.to_note());
        assert!(
            again.done.len() < STEPS_MAX && again.done.len() > 200,
            "{}",
            again.done.len()
        );
        assert_eq!(again.done.back(), undo.done.back());
    }

    #[test]
    fn a_new_edit_ends_redo() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        undo.undo(WeekNumber(2), &|_| Since::Mine);
        undo.did(vec![stroke("m01.a", "", "二")]);
        assert_eq!(
            undo.redo(WeekNumber(2), &|_| Since::Mine),
            Turned::default()
        );
    }

    #[test]
    fn at_least_two_hundred_steps_are_kept() {
        let mut undo = Undo::default();
        for number in 0..1000 {
            undo.did(vec![stroke(
                "m01.a",
                &number.to_string(),
                &(number + 1).to_string(),
            )]);
        }
        let steps = std::iter::repeat_with(|| undo.undo(WeekNumber(2), &|_| Since::Mine))
            .take_while(|turned| !turned.step.is_empty())
            .count();
        assert_eq!(steps, STEPS_MAX);
    }
}
