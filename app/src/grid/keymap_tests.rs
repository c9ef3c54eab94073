//! What keys mean, tried one by one.

use std::collections::HashSet;

use super::*;

fn check(mode: Mode, keys: &str, code: &str, expected: Option<Command>) {
    let mut chord = Chord {
        code,
        ..Chord::default()
    };
    for part in keys.split('+') {
        match part {
            "Ctrl" => chord.ctrl = true,
            "Shift" => chord.shift = true,
            "Alt" => chord.alt = true,
            "ScrollLock" => chord.scroll_lock = true,
            key => chord.key = key,
        }
    }
    assert_eq!(command(mode, chord), expected, "{keys} in {mode:?}");
}

fn alone(reach: Reach) -> Option<Command> {
    Some(Move(reach, Alone))
}

fn grow(reach: Reach) -> Option<Command> {
    Some(Move(reach, Grow))
}

const MODES: [Mode; 4] = [Mode::Ready, Mode::Enter, Mode::Edit, Mode::List];

#[test]
fn no_chord_means_two_things() {
    let mut met = HashSet::new();
    for binding in BINDINGS {
        for mode in binding.modes {
            assert!(
                met.insert((binding.keys, format!("{mode:?}"))),
                "{binding:?}"
            );
        }
        let parts: Vec<&str> = binding.keys.split('+').collect();
        let held: Vec<&&str> = ["ScrollLock", "Ctrl", "Alt", "Shift"]
            .iter()
            .filter(|held| parts.contains(held))
            .collect();
        assert_eq!(
            held.len() + 1,
            parts.len(),
            "{}: written in the usual order",
            binding.keys
        );
        assert!(
            parts.iter().zip(&held).all(|(part, held)| part == *held),
            "{}",
            binding.keys
        );
    }
}

#[test]
fn arrows_move_when_ready_commit_when_typing_and_belong_to_the_caret_when_editing() {
    check(Mode::Ready, "ArrowLeft", "ArrowLeft", alone(Step(Left)));
    check(Mode::Enter, "ArrowLeft", "ArrowLeft", alone(Step(Left)));
    check(Mode::Edit, "ArrowLeft", "ArrowLeft", None);
    check(Mode::Enter, "Shift+ArrowLeft", "ArrowLeft", None);
    check(
        Mode::Ready,
        "Shift+ArrowDown",
        "ArrowDown",
        grow(Step(Down)),
    );
    check(
        Mode::Ready,
        "Ctrl+ArrowDown",
        "ArrowDown",
        alone(Edge(Down)),
    );
    check(
        Mode::Ready,
        "Ctrl+Shift+ArrowDown",
        "ArrowDown",
        grow(Edge(Down)),
    );
    check(
        Mode::List,
        "ArrowDown",
        "ArrowDown",
        Some(Command::ListStep(Down)),
    );
    check(
        Mode::Ready,
        "ScrollLock+ArrowUp",
        "ArrowUp",
        Some(Command::Scroll(Up)),
    );
    check(Mode::Ready, "ScrollLock+PageUp", "PageUp", alone(Page(Up)));
}

#[test]
fn enter_and_tab_leave_the_cell_in_every_mode() {
    for mode in MODES {
        check(mode, "Enter", "Enter", Some(Command::Enter(Down)));
        check(mode, "Shift+Enter", "Enter", Some(Command::Enter(Up)));
        check(mode, "Tab", "Tab", Some(Command::Tab(Right)));
        check(mode, "Shift+Tab", "Tab", Some(Command::Tab(Left)));
        check(mode, "Escape", "Escape", Some(Command::Cancel));
        check(mode, "Ctrl+s", "KeyS", Some(Command::Save));
    }
    check(Mode::Edit, "Ctrl+Enter", "Enter", Some(Command::CommitHere));
    check(
        Mode::Ready,
        "Ctrl+Enter",
        "Enter",
        Some(Command::FillSelection),
    );
    check(Mode::Edit, "Alt+Enter", "Enter", Some(Command::LineBreak));
    check(Mode::Enter, "Alt+Enter", "Enter", Some(Command::LineBreak));
}

#[test]
fn undo_in_the_editor_is_the_editor_s() {
    check(Mode::Ready, "Ctrl+z", "KeyZ", Some(Command::Undo));
    check(Mode::Ready, "Ctrl+Shift+Z", "KeyZ", Some(Command::Redo));
    check(Mode::Ready, "Ctrl+y", "KeyY", Some(Command::Redo));
    check(Mode::Edit, "Ctrl+z", "KeyZ", None);
    check(Mode::Enter, "Delete", "Delete", None);
    check(Mode::Enter, "Home", "Home", None);
}

#[test]
fn what_the_browser_would_take_is_ours_while_something_is_typed_too() {
    for mode in [Mode::Enter, Mode::Edit, Mode::List] {
        // Load the page anew, make a bookmark, search the page.
        for (keys, code) in [("Ctrl+r", "KeyR"), ("Ctrl+d", "KeyD"), ("Ctrl+g", "KeyG")] {
            check(mode, keys, code, Some(Command::Hold));
        }
        for (keys, code, decline) in [
            ("Ctrl+u", "KeyU", Decline::Formats),
            ("Ctrl+1", "Digit1", Decline::Formats),
            ("Ctrl+5", "Digit5", Decline::Formats),
            ("Ctrl+k", "KeyK", Decline::Links),
            ("Ctrl+e", "KeyE", Decline::FlashFill),
        ] {
            check(mode, keys, code, Some(Command::Decline(decline)));
        }
    }
    check(Mode::Ready, "Ctrl+r", "KeyR", Some(Command::Fill(Right)));
    let absent = BINDINGS
        .iter()
        .filter(|binding| binding.chapter == Chapter::Absent);
    for binding in absent {
        assert_eq!(binding.modes, MODES, "{}", binding.keys);
    }
}

#[test]
fn a_key_of_the_sheet_is_carried_out_from_there() {
    for (index, binding) in BINDINGS.iter().enumerate() {
        let is_first = !BINDINGS[..index]
            .iter()
            .any(|before| before.word == binding.word);
        assert!(
            !is_first || binding.command != Command::Hold,
            "{}: the first of a word is what the sheet does",
            binding.keys
        );
    }
}

#[test]
fn keys_of_input_methods_and_browser_stay_free() {
    for mode in MODES {
        for (keys, code) in [
            ("Shift", "ShiftLeft"),
            ("Ctrl+ ", "Space"),
            ("Shift+ ", "Space"),
            ("Ctrl+.", "Period"),
            ("Ctrl+w", "KeyW"),
            ("Ctrl+t", "KeyT"),
            ("Ctrl+n", "KeyN"),
            ("Ctrl+Shift+N", "KeyN"),
            ("Ctrl+c", "KeyC"),
            ("Ctrl+v", "KeyV"),
            ("a", "KeyA"),
            ("Process", "KeyA"),
            ("Ctrl+PageUp", "PageUp"),
        ] {
            check(mode, keys, code, None);
        }
    }
}

/// What spreadsheets have taught hands, as far as a page can have it. What a word of it means is tried in the browser.
const HABITS: &str = "
    ArrowUp ArrowDown ArrowLeft ArrowRight Tab Shift+Tab Enter Shift+Enter Home End Ctrl+Home Ctrl+End
    Ctrl+ArrowUp Ctrl+ArrowDown Ctrl+ArrowLeft Ctrl+ArrowRight PageUp PageDown Alt+PageUp Alt+PageDown
    Ctrl+Shift+PageUp Ctrl+Shift+PageDown Ctrl+G Ctrl+Backspace Ctrl+F6 Ctrl+Alt+Period
    ScrollLock+ArrowUp ScrollLock+ArrowDown ScrollLock+ArrowLeft ScrollLock+ArrowRight
    Shift+ArrowUp Shift+ArrowDown Shift+ArrowLeft Shift+ArrowRight Shift+Home Shift+End Shift+PageUp Shift+PageDown
    Alt+Shift+PageUp Alt+Shift+PageDown Ctrl+Shift+ArrowUp Ctrl+Shift+ArrowDown Ctrl+Shift+ArrowLeft Ctrl+Shift+ArrowRight
    Ctrl+Shift+Home Ctrl+Shift+End Ctrl+A F8 Shift+F8 Alt+Semicolon Shift+Backspace Escape
    F2 Ctrl+Enter Alt+Enter Ctrl+Alt+Enter Delete Backspace Ctrl+Delete F4 Alt+ArrowDown
    Ctrl+C Ctrl+X Ctrl+V Ctrl+Shift+V Ctrl+Alt+V Ctrl+D Ctrl+R Ctrl+Semicolon Ctrl+Shift+Semicolon
    Ctrl+Quote Ctrl+Shift+Quote Ctrl+E Ctrl+Z Ctrl+Y Ctrl+Shift+Z Ctrl+F Ctrl+H F3 Shift+F3 Ctrl+Shift+G Ctrl+S
    Ctrl+Shift+Equal Ctrl+Shift+9 Ctrl+Shift+0 Alt+Shift+ArrowLeft Alt+Shift+ArrowRight Ctrl+Shift+L
    Ctrl+1 Ctrl+B Ctrl+I Ctrl+U Ctrl+5 Ctrl+Shift+7 Ctrl+Shift+Minus Ctrl+Backslash Ctrl+Backquote Ctrl+K
    Ctrl+Shift+1 Ctrl+Shift+2 Ctrl+Shift+3 Ctrl+Shift+4 Ctrl+Shift+5 Ctrl+Shift+6
    Shift+F2 ContextMenu Shift+F10 Alt+Slash Alt+Q F1 Ctrl+Slash F6 Shift+F6 Ctrl+P F9";

/// What browsers and input methods keep for themselves, and what does the same: a chord of the table.
const KEPT: [(&str, &str); 4] = [
    ("Ctrl+PageUp", "Ctrl+Shift+PageUp"),
    ("Ctrl+PageDown", "Ctrl+Shift+PageDown"),
    ("F5", "Ctrl+G"),
    ("Ctrl+Shift+Space", "Ctrl+A"),
];

#[test]
fn every_chord_that_hands_know_is_in_the_table() {
    let bound: HashSet<&str> = BINDINGS.iter().map(|binding| binding.keys).collect();
    let missing: Vec<&str> = HABITS
        .split_whitespace()
        .filter(|keys| !bound.contains(keys))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    for (kept, instead) in KEPT {
        assert!(!bound.contains(kept) && bound.contains(instead), "{kept}");
    }
}

#[test]
fn signs_are_known_by_their_place_and_letters_by_what_they_write() {
    check(
        Mode::Ready,
        "Ctrl+Shift+:",
        "Semicolon",
        Some(Command::TypeTime),
    );
    check(Mode::Ready, "Ctrl+；", "Semicolon", Some(Command::TypeDate));
    check(
        Mode::Ready,
        "Ctrl+Shift+!",
        "Digit1",
        Some(Command::Decline(Decline::Formats)),
    );
    check(Mode::Ready, "Ctrl+d", "KeyE", Some(Command::Fill(Down)));
    check(
        Mode::Ready,
        "Ctrl+Process",
        "KeyD",
        Some(Command::Fill(Down)),
    );
    check(Mode::Ready, "Alt+/", "Slash", Some(Command::Ask(Ask::Keys)));
}
