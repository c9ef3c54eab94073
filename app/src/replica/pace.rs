//! How often listeners are told: soon when it was quiet, then no more than once in each rest; the last of many is told, too.

/// Where telling stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Nothing was told lately.
    #[default]
    Quiet,
    /// It is about to be told: what happens now is told with it.
    Due,
    /// Something was told, and a rest is not over.
    Resting {
        /// Whether more has happened since.
        has_more: bool,
    },
}

impl Pace {
    /// Something has happened. Result: whether it falls due by that.
    #[must_use]
    pub fn happened(&mut self) -> bool {
        let is_quiet = *self == Self::Quiet;
        *self = match *self {
            Self::Quiet | Self::Due => Self::Due,
            Self::Resting { .. } => Self::Resting { has_more: true },
        };
        is_quiet
    }

    /// It was told; a rest begins.
    pub fn told(&mut self) {
        *self = Self::Resting { has_more: false };
    }

    /// The rest is over. Result: whether more has happened, which falls due by that.
    #[must_use]
    pub fn rested(&mut self) -> bool {
        let has_more = *self == Self::Resting { has_more: true };
        *self = match has_more {
            true => Self::Due,
            false => Self::Quiet,
        };
        has_more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_soon_and_the_last_of_many_after_the_rest() {
        let mut pace = Pace::default();
        assert!(pace.happened());
        assert!(!pace.happened(), "it is told with the first");
        pace.told();
        assert!(!pace.happened());
        assert!(!pace.happened());
        assert!(pace.rested(), "two happened in the rest");
        assert!(!pace.happened(), "it is told with them");
        pace.told();
        assert!(!pace.rested(), "nothing happened");
        assert!(pace.happened(), "it was quiet again");
    }
}
