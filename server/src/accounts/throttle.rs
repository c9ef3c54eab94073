//! A brake on guessing passwords, per account and address. Forgets the oldest first.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::config::{FAILURES_MAX, THROTTLE_ENTRIES_MAX, THROTTLE_PAUSE};

/// Counts failures.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<(String, IpAddr), Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Throttle {
    /// Returns how long this pair must wait, if it must.
    pub fn pause(&self, account: &str, address: IpAddr, now: Instant) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = failures
            .get(&(account.to_owned(), address))
            .filter(|seen| seen.count >= FAILURES_MAX)?;
        THROTTLE_PAUSE
            .checked_sub(now.saturating_duration_since(seen.last))
            .filter(|pause| !pause.is_zero())
    }

    /// Notes a wrong password.
    pub fn failed(&self, account: &str, address: IpAddr, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account.to_owned(), address);
        if failures.len() >= THROTTLE_ENTRIES_MAX && !failures.contains_key(&key) {
            let oldest = failures
                .iter()
                .min_by_key(|(_, seen)| seen.last)
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                failures.remove(&oldest);
            }
        }
        let seen = failures.entry(key).or_insert(Failures {
            count: 0,
            last: now,
        });
        if seen.count >= FAILURES_MAX {
            seen.count = 0;
        }
        seen.count += 1;
        seen.last = now;
    }

    /// Forgets the pair after a right password.
    pub fn succeeded(&self, account: &str, address: IpAddr) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(account.to_owned(), address));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn five_failures_make_one_pair_wait_and_time_heals() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..FAILURES_MAX {
            assert_eq!(throttle.pause("甲", HERE, now), None);
            throttle.failed("甲", HERE, now);
        }
        assert_eq!(throttle.pause("甲", HERE, now), Some(THROTTLE_PAUSE));
        assert_eq!(throttle.pause("乙", HERE, now), None);
        assert_eq!(throttle.pause("甲", HERE, now + THROTTLE_PAUSE), None);
    }

    #[test]
    fn a_right_password_forgets_the_failures() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..FAILURES_MAX {
            throttle.failed("甲", HERE, now);
        }
        throttle.succeeded("甲", HERE);
        assert_eq!(throttle.pause("甲", HERE, now), None);
    }

    #[test]
    fn the_map_stays_bounded() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..THROTTLE_ENTRIES_MAX + 10 {
            throttle.failed(&number.to_string(), HERE, now);
        }
        assert_eq!(
            throttle.failures.lock().unwrap().len(),
            THROTTLE_ENTRIES_MAX
        );
    }
}
