//! How often listeners are told: at once when it was quiet, then no more than once in each rest, and never too little: the last of many is told.

/// Whether it was quiet.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Nothing was told lately.
    #[default]
    Quiet,
    /// Something was told, and a rest is not over.
    Resting {
        /// Whether more has happened since.
        has_more: bool,
    },
}

impl Pace {
    /// Something has happened. Result: whether to tell, and to begin a rest.
    #[must_use]
    pub fn happened(&mut self) -> bool {
        let is_quiet = *self == Self::Quiet;
        *self = Self::Resting {
            has_more: !is_quiet,
        };
        is_quiet
    }

    /// The rest is over. Result: whether to tell, and to begin another.
    #[must_use]
    pub fn rested(&mut self) -> bool {
        let has_more = *self == Self::Resting { has_more: true };
        *self = match has_more {
            true => Self::Resting { has_more: false },
            false => Self::Quiet,
        };
        has_more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_last_of_many_after_the_rest() {
        let mut pace = Pace::default();
        assert!(pace.happened());
        assert!(!pace.happened());
        assert!(!pace.happened());
        assert!(pace.rested(), "two happened in the rest");
        assert!(!pace.happened(), "it rests again");
        assert!(pace.rested());
        assert!(!pace.rested(), "nothing happened");
        assert!(pace.happened(), "it was quiet again");
    }
}
