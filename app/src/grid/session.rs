//! The editing of one cell, from the first letter to commit or cancel. Knows no elements: what must hold with input methods is decided here.

use super::keymap::Mode;
use super::model::CellPlace;

/// What an input method is doing in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Composition {
    #[default]
    None,
    /// Letters are being composed.
    Open,
    /// It ended in this very tick; some browsers send its last key only now.
    JustEnded,
}

/// The state of the editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    mode: Mode,
    composition: Composition,
    /// The cell that is being edited and what stood in it.
    edited: Option<(CellPlace, String)>,
    /// The composition that is open was the first thing typed.
    begun_by_composition: bool,
}

/// What is left to do after an edit ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was being edited, or nothing was changed.
    Nothing,
    /// Another text was typed.
    Commit(CellPlace, String),
}

impl Session {
    /// Returns what the editor is doing.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Tells whether something is being edited.
    pub fn is_editing(&self) -> bool {
        self.mode != Mode::Ready
    }

    /// Tells whether letters are being composed: nothing may write to the editor then.
    pub fn is_composing(&self) -> bool {
        self.composition == Composition::Open
    }

    /// Tells whether a key belongs to the input method, as the event itself or our own count says.
    pub fn owns_key(&self, is_composing: bool, key_code: u32) -> bool {
        const KEY_OF_INPUT_METHOD: u32 = 229;
        is_composing || key_code == KEY_OF_INPUT_METHOD || self.composition != Composition::None
    }

    /// Returns the cell that is being edited.
    pub fn place(&self) -> Option<&CellPlace> {
        self.edited.as_ref().map(|(place, _)| place)
    }

    /// Returns what somebody else has written into the cell that is being edited; `None` where it says what it said when the edit
    /// began, or what is typed. `stands`: what its editor would start with now.
    pub fn theirs<'a>(&self, stands: &'a str, typed: &str) -> Option<&'a str> {
        let (_, before) = self.edited.as_ref()?;
        (before != stands && typed != stands).then_some(stands)
    }

    /// Begins an edit. `before`: what stands in the cell.
    pub fn begin(&mut self, mode: Mode, place: CellPlace, before: String) {
        self.mode = mode;
        self.edited = Some((place, before));
        self.begun_by_composition = false;
    }

    /// Changes the way of editing, if there is an edit.
    pub fn change_mode(&mut self, mode: Mode) {
        if self.is_editing() {
            self.mode = mode;
        }
    }

    /// Notes that a composition began. Returns whether an edit has to begin with it.
    pub fn composition_began(&mut self) -> bool {
        self.composition = Composition::Open;
        !self.is_editing()
    }

    /// Begins an edit whose first letters are being composed: an empty editor over the cell.
    pub fn begin_by_composition(&mut self, mode: Mode, place: CellPlace, before: String) {
        self.begin(mode, place, before);
        self.begun_by_composition = true;
    }

    /// Notes that a composition ended. Returns whether the edit is over, because nothing came of its first letters.
    pub fn composition_ended(&mut self, text: &str) -> bool {
        self.composition = Composition::JustEnded;
        let nothing_came = self.begun_by_composition && text.is_empty();
        self.begun_by_composition = false;
        if nothing_came {
            self.cancel();
        }
        nothing_came
    }

    /// Notes that the tick in which a composition ended is over.
    pub fn tick(&mut self) {
        if self.composition == Composition::JustEnded {
            self.composition = Composition::None;
        }
    }

    /// Ends the edit and forgets it.
    pub fn cancel(&mut self) {
        self.mode = Mode::Ready;
        self.edited = None;
    }

    /// Ends the edit with what was typed; never while composing.
    pub fn finish(&mut self, typed: &str) -> Outcome {
        assert!(
            !self.is_composing(),
            "a composition is ended before its text is taken"
        );
        self.mode = Mode::Ready;
        let typed = typed.replace("\r\n", "\n");
        match self.edited.take() {
            Some((place, before)) if before != typed => Outcome::Commit(place, typed),
            Some(_) | None => Outcome::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> CellPlace {
        CellPlace {
            row: "m07.s-hongying".to_owned(),
            column: "progress".to_owned(),
        }
    }

    fn composing() -> Session {
        let mut session = Session::default();
        assert!(session.composition_began());
        session.begin_by_composition(Mode::Enter, place(), "旧".to_owned());
        session
    }

    #[test]
    fn keys_of_a_composition_are_not_ours() {
        let mut session = composing();
        assert!(
            session.owns_key(false, 13),
            "Enter that confirms a candidate"
        );
        session.composition_ended("检查");
        assert!(
            session.owns_key(false, 229),
            "sent after the end by some browsers"
        );
        assert!(session.owns_key(false, 13), "in the same tick");
        session.tick();
        assert!(!session.owns_key(false, 13));
        assert!(session.owns_key(true, 13));
    }

    #[test]
    fn composed_text_is_committed_and_the_first_letter_opens_the_editor() {
        let mut session = composing();
        assert_eq!(session.mode(), Mode::Enter);
        assert!(!session.composition_ended("检查"));
        assert_eq!(
            session.finish("检查"),
            Outcome::Commit(place(), "检查".to_owned())
        );
    }

    #[test]
    fn a_composition_that_was_given_up_leaves_the_cell_as_it_was() {
        let mut session = composing();
        assert!(session.composition_ended(""));
        assert_eq!(session.finish(""), Outcome::Nothing);
    }

    #[test]
    fn escape_after_a_second_composition_ends_only_that_one() {
        let mut session = composing();
        session.composition_ended("检");
        session.tick();
        assert!(!session.composition_began());
        assert!(!session.composition_ended("检"));
        assert!(session.is_editing());
    }

    #[test]
    fn what_others_write_meanwhile_is_noticed_unless_it_is_the_same() {
        let mut session = Session::default();
        assert_eq!(session.theirs("别人的", ""), None);
        session.begin(Mode::Edit, place(), "旧".to_owned());
        assert_eq!(session.theirs("旧", "我的"), None);
        assert_eq!(session.theirs("别人的", "我的"), Some("别人的"));
        assert_eq!(session.theirs("", "我的"), Some(""));
        assert_eq!(session.theirs("我的", "我的"), None);
        session.cancel();
        assert_eq!(session.theirs("别人的", ""), None);
    }

    #[test]
    fn an_unchanged_text_is_no_edit() {
        let mut session = Session::default();
        session.begin(Mode::Edit, place(), "同\n样".to_owned());
        assert_eq!(session.finish("同\r\n样"), Outcome::Nothing);
        session.begin(Mode::Enter, place(), "旧".to_owned());
        assert_eq!(session.finish(""), Outcome::Commit(place(), String::new()));
        assert_eq!(session.finish("再"), Outcome::Nothing);
    }
}
