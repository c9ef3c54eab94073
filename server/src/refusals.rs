//! How much of what is refused is entered in the audit log: all of it at an honest pace, and of somebody who is refused again and
//! again a count. Otherwise one account could fill the disk with what it may not do.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use diaodu_sync::event::Millis;

use crate::config::{REFUSAL_FORGIVES_MILLIS, REFUSALS_AT_ONCE, REFUSED_ACCOUNTS_MAX};

/// Counts what is refused, by account.
#[derive(Debug, Default)]
pub struct Refusals {
    by_account: Mutex<HashMap<String, Count>>,
}

#[derive(Debug)]
struct Count {
    /// So many more are entered at once.
    room: u32,
    since: Millis,
    left_out: u64,
}

impl Refusals {
    /// Takes one refusal in; returns how many were left out before it if it is to be entered, `None` if it is left out itself.
    pub fn take(&self, account: &str, now: Millis) -> Option<u64> {
        let mut all = self
            .by_account
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(account) && all.len() >= REFUSED_ACCOUNTS_MAX {
            all.retain(|_, count| !count.is_at_rest(now));
            if all.len() >= REFUSED_ACCOUNTS_MAX {
                return None;
            }
        }
        let count = all.entry(account.to_owned()).or_insert(Count {
            room: REFUSALS_AT_ONCE,
            since: now,
            left_out: 0,
        });
        count.forgive(now);
        if count.room == 0 {
            count.left_out += 1;
            return None;
        }
        count.room -= 1;
        Some(std::mem::take(&mut count.left_out))
    }
}

impl Count {
    fn forgive(&mut self, now: Millis) {
        let passed = now.0.saturating_sub(self.since.0).max(0) / REFUSAL_FORGIVES_MILLIS;
        self.room = u32::try_from(passed)
            .unwrap_or(REFUSALS_AT_ONCE)
            .saturating_add(self.room)
            .min(REFUSALS_AT_ONCE);
        self.since = Millis(
            self.since
                .0
                .saturating_add(passed * REFUSAL_FORGIVES_MILLIS),
        );
    }

    /// Nothing would be lost by forgetting it.
    fn is_at_rest(&mut self, now: Millis) -> bool {
        self.forgive(now);
        self.room == REFUSALS_AT_ONCE && self.left_out == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_pace_is_entered_whole() {
        let refusals = Refusals::default();
        for minute in 0..100 {
            let now = Millis(minute * 60_000);
            assert_eq!(refusals.take("甲", now), Some(0), "{minute}");
        }
    }

    #[test]
    fn of_many_at_once_the_first_are_entered_and_the_rest_is_counted() {
        let refusals = Refusals::default();
        let is_entered = || refusals.take("甲", Millis(5)).is_some();
        let entered = (0..1_000).filter(|_| is_entered()).count();
        assert_eq!(entered, REFUSALS_AT_ONCE as usize);
        assert_eq!(
            refusals.take("乙", Millis(5)),
            Some(0),
            "others are not meant"
        );
        let later = Millis(5 + REFUSAL_FORGIVES_MILLIS);
        let left_out = 1_000 - u64::from(REFUSALS_AT_ONCE);
        assert_eq!(refusals.take("甲", later), Some(left_out));
        assert_eq!(refusals.take("甲", later), None);
    }

    #[test]
    fn accounts_are_bounded() {
        let refusals = Refusals::default();
        for account in 0..REFUSED_ACCOUNTS_MAX {
            assert!(refusals.take(&account.to_string(), Millis(0)).is_some());
        }
        assert_eq!(refusals.take("新", Millis(0)), None);
        let rested = Millis(REFUSAL_FORGIVES_MILLIS * i64::from(REFUSALS_AT_ONCE));
        assert_eq!(refusals.take("新", rested), Some(0));
    }
}
