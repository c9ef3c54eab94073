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
