//! Keys as a page sees them.

/// A key that is not a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the keys say it all")]
pub enum Key {
    Enter,
    Tab,
    Escape,
    Delete,
    Backspace,
    F2,
    F3,
    ArrowUp,
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    Home,
    End,
}

impl Key {
    /// Returns the name that the page sees, and the number that Windows gave it.
    pub(super) fn name(self) -> (&'static str, u32) {
        match self {
            Key::Enter => ("Enter", 13),
            Key::Tab => ("Tab", 9),
            Key::Escape => ("Escape", 27),
            Key::Delete => ("Delete", 46),
            Key::Backspace => ("Backspace", 8),
            Key::F2 => ("F2", 113),
            Key::F3 => ("F3", 114),
            Key::ArrowUp => ("ArrowUp", 38),
            Key::ArrowDown => ("ArrowDown", 40),
            Key::ArrowLeft => ("ArrowLeft", 37),
            Key::ArrowRight => ("ArrowRight", 39),
            Key::Home => ("Home", 36),
            Key::End => ("End", 35),
        }
    }
}

/// What is held down with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// Alt
    Alt,
    /// Ctrl
    Control,
    /// Shift
    Shift,
    /// Ctrl and Shift
    ControlShift,
    /// Alt and Shift
    AltShift,
}

impl Held {
    pub(super) fn bits(self) -> u32 {
        match self {
            Held::Nothing => 0,
            Held::Alt => 1,
            Held::Control => 2,
            Held::Shift => 8,
            Held::ControlShift => 10,
            Held::AltShift => 9,
        }
    }
}

/// A chord as the table of keys writes it, taken apart for a browser: `Ctrl+Shift+Semicolon`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord {
    /// As in `KeyboardEvent.key` on a US keyboard.
    pub key: String,
    /// As in `KeyboardEvent.code`.
    pub code: String,
    /// The number that Windows gave the key.
    pub number: u32,
    /// What is held, as DevTools counts it.
    pub bits: u32,
}

/// Signs by their place on a US keyboard: code, sign, sign with Shift, number.
const SIGNS: [(&str, &str, &str, u32); 8] = [
    ("Semicolon", ";", ":", 186),
    ("Equal", "=", "+", 187),
    ("Minus", "-", "_", 189),
    ("Period", ".", ">", 190),
    ("Slash", "/", "?", 191),
    ("Backquote", "`", "~", 192),
    ("Backslash", "\\", "|", 220),
    ("Quote", "'", "\"", 222),
];
const FIGURES_WITH_SHIFT: [&str; 10] = [")", "!", "@", "#", "$", "%", "^", "&", "*", "("];
/// Keys that the page knows by name, with their numbers.
const NAMED: [(&str, u32); 17] = [
    ("Enter", 13),
    ("Tab", 9),
    ("Escape", 27),
    ("Delete", 46),
    ("Backspace", 8),
    ("ArrowUp", 38),
    ("ArrowDown", 40),
    ("ArrowLeft", 37),
    ("ArrowRight", 39),
    ("Home", 36),
    ("End", 35),
    ("PageUp", 33),
    ("PageDown", 34),
    ("ContextMenu", 93),
    ("F10", 121),
    ("F11", 122),
    ("F12", 123),
];

impl Chord {
    /// Reads a chord. Panics on a key that no keyboard has: the test is wrong then.
    pub fn read(keys: &str) -> Self {
        let parts: Vec<&str> = keys.split('+').collect();
        let (last, held) = parts.split_last().expect("a chord has a key");
        let bits = held
            .iter()
            .map(|held| match *held {
                "Alt" => 1,
                "Ctrl" => 2,
                "Shift" => 8,
                other => panic!("{other} in {keys} cannot be held"),
            })
            .sum();
        let (key, code, number) = Self::key(last, bits & 8 != 0);
        Self {
            key,
            code,
            number,
            bits,
        }
    }

    fn key(name: &str, shift: bool) -> (String, String, u32) {
        if let Some((code, plain, shifted, number)) = SIGNS.iter().find(|sign| sign.0 == name) {
            let sign = if shift { shifted } else { plain };
            return ((*sign).to_owned(), (*code).to_owned(), *number);
        }
        if let Some((name, number)) = NAMED.iter().find(|named| named.0 == name) {
            return ((*name).to_owned(), (*name).to_owned(), *number);
        }
        if let Some(number) = name
            .strip_prefix('F')
            .and_then(|number| number.parse::<u32>().ok())
        {
            return (name.to_owned(), name.to_owned(), 111 + number);
        }
        let letter = name.chars().next().expect("a key has a name");
        assert_eq!(name.len(), 1, "no keyboard has {name}");
        if let Some(figure) = letter.to_digit(10) {
            let shifted = FIGURES_WITH_SHIFT[figure as usize];
            let key = if shift { shifted } else { name };
            return (key.to_owned(), format!("Digit{name}"), 48 + figure);
        }
        let key = if shift {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        (
            key.to_string(),
            format!("Key{}", letter.to_ascii_uppercase()),
            u32::from(letter.to_ascii_uppercase()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_what_a_us_keyboard_sends() {
        let read = |keys| {
            let chord = Chord::read(keys);
            (chord.key, chord.code, chord.number, chord.bits)
        };
        let expected =
            |key: &str, code: &str, number, bits| (key.to_owned(), code.to_owned(), number, bits);
        assert_eq!(
            read("Ctrl+Shift+Semicolon"),
            expected(":", "Semicolon", 186, 10)
        );
        assert_eq!(read("Ctrl+D"), expected("d", "KeyD", 68, 2));
        assert_eq!(read("F8"), expected("F8", "F8", 119, 0));
        assert_eq!(read("Ctrl+Shift+7"), expected("&", "Digit7", 55, 10));
        assert_eq!(
            read("Alt+PageDown"),
            expected("PageDown", "PageDown", 34, 1)
        );
    }
}
