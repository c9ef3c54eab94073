//! Undo and redo of one's own edits. Knows steps, not documents: what stands now is asked for.

use std::collections::VecDeque;

use diaodu_plan::{campaign::WeekNumber, edit::CellRef, value::Value};

/// 500 steps: more than a day of filling, and less than a megabyte.
const STEPS_MAX: usize = 500;

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

/// What can be taken back, and put forth again.
#[derive(Debug, Default)]
pub struct Undo {
    done: VecDeque<Step>,
    undone: Vec<Step>,
}

impl Undo {
    /// Notes an edit of this person; what was undone before cannot be put forth again.
    pub fn did(&mut self, step: Step) {
        self.undone.clear();
        self.push(step);
    }

    /// Takes the newest step back: returns what to write.
    ///
    /// `is_mine`: says whether the value I wrote is the only one that stands in the cell. Other cells are left alone.
    pub fn undo(&mut self, is_mine: impl Fn(&Stroke) -> bool) -> Step {
        while let Some(step) = self.done.pop_back() {
            let back = turned(&step, &is_mine);
            if !back.is_empty() {
                self.undone.push(back.clone());
                return back;
            }
        }
        Step::new()
    }

    /// Puts the newest undone step forth again: returns what to write.
    pub fn redo(&mut self, is_mine: impl Fn(&Stroke) -> bool) -> Step {
        while let Some(step) = self.undone.pop() {
            let forth = turned(&step, &is_mine);
            if !forth.is_empty() {
                self.push(forth.clone());
                return forth;
            }
        }
        Step::new()
    }

    fn push(&mut self, step: Step) {
        if step.is_empty() {
            return;
        }
        self.done.push_back(step);
        if self.done.len() > STEPS_MAX {
            self.done.pop_front();
        }
    }
}

fn turned(step: &Step, is_mine: impl Fn(&Stroke) -> bool) -> Step {
    let turn = |stroke: &Stroke| Stroke {
        before: stroke.after.clone(),
        after: stroke.before.clone(),
        ..stroke.clone()
    };
    step.iter()
        .filter(|stroke| is_mine(stroke))
        .map(turn)
        .collect()
}

#[cfg(test)]
mod tests {
    use diaodu_plan::{column::Column, row::RowId};

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

    #[test]
    fn undo_puts_back_and_redo_puts_forth() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        assert_eq!(undo.undo(|_| true), vec![stroke("m01.a", "一", "")]);
        assert_eq!(undo.redo(|_| true), vec![stroke("m01.a", "", "一")]);
        assert_eq!(undo.undo(|_| true), vec![stroke("m01.a", "一", "")]);
        assert_eq!(undo.undo(|_| true), Step::new());
    }

    #[test]
    fn cells_that_others_wrote_since_are_left_alone() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一"), stroke("m01.b", "", "二")]);
        let others = CellRef::Sheet {
            row: RowId("m01.a".to_owned()),
            column: Column::Remark,
        };
        assert_eq!(
            undo.undo(|stroke| stroke.cell != others),
            vec![stroke("m01.b", "二", "")]
        );
    }

    #[test]
    fn a_new_edit_ends_redo() {
        let mut undo = Undo::default();
        undo.did(vec![stroke("m01.a", "", "一")]);
        undo.undo(|_| true);
        undo.did(vec![stroke("m01.a", "", "二")]);
        assert_eq!(undo.redo(|_| true), Step::new());
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
        let steps = std::iter::repeat_with(|| undo.undo(|_| true))
            .take_while(|step| !step.is_empty())
            .count();
        assert_eq!(steps, STEPS_MAX);
    }
}
