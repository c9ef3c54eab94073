//! Two ways to count failures, in rows with growing pauses and as a level that sinks, and when it was told last.

use std::time::{Duration, Instant};

use crate::config::{
    FAILURES_MAX, THROTTLE_FORGETS, THROTTLE_PAUSE, THROTTLE_PAUSE_MAX, THROTTLE_TOLD,
};

/// Failures in a row, and how often a row was full.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    count: u32,
    full: u32,
    last: Instant,
}

impl From<Instant> for Rounds {
    fn from(now: Instant) -> Rounds {
        Rounds {
            count: 0,
            full: 0,
            last: now,
        }
    }
}

impl Rounds {
    /// Returns how long to wait, if at all.
    pub fn pause(&self, now: Instant) -> Option<Duration> {
        if self.count < FAILURES_MAX {
            return None;
        }
        let doubled = 2_u32.saturating_pow(self.full.saturating_sub(1));
        let whole = THROTTLE_PAUSE.saturating_mul(doubled);
        whole
            .min(THROTTLE_PAUSE_MAX)
            .checked_sub(now.saturating_duration_since(self.last))
            .filter(|rest| !rest.is_zero())
    }

    /// Notes a failure.
    pub fn fail(&mut self, now: Instant) {
        if now >= self.forgotten_at() {
            *self = Rounds::from(now);
        }
        if self.count >= FAILURES_MAX {
            self.count = 0;
        }
        self.count += 1;
        self.full += u32::from(self.count >= FAILURES_MAX);
        self.last = now;
    }

    /// When it is as if nothing had happened.
    pub fn forgotten_at(&self) -> Instant {
        self.last + THROTTLE_FORGETS
    }
}

/// A level that rises by one with each failure and sinks with time.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// When all is forgiven.
    empty_at: Instant,
}

impl From<Instant> for Level {
    fn from(now: Instant) -> Level {
        Level { empty_at: now }
    }
}

impl Level {
    /// Returns how long to wait, if at all: from `most` on until one is forgiven.
    pub fn pause(&self, most: u32, forgives: Duration, now: Instant) -> Option<Duration> {
        let room = forgives.saturating_mul(most.saturating_sub(1));
        self.empty_at
            .saturating_duration_since(now)
            .checked_sub(room)
            .filter(|rest| !rest.is_zero())
    }

    /// Notes a failure; each is forgiven after so long.
    pub fn rise(&mut self, forgives: Duration, now: Instant) {
        self.empty_at = self.empty_at.max(now) + forgives;
    }

    /// When it is as if nothing had happened.
    pub fn forgotten_at(&self) -> Instant {
        self.empty_at
    }
}

/// When it was told last that a count is full.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    again_at: Instant,
}

impl From<Instant> for Told {
    fn from(now: Instant) -> Told {
        Told { again_at: now }
    }
}

impl Told {
    /// Says whether it is time to tell, and notes it.
    pub fn tell(&mut self, now: Instant) -> bool {
        let is_time = now >= self.again_at;
        if is_time {
            self.again_at = now + THROTTLE_TOLD;
        }
        is_time
    }

    /// When it is as if nothing had been told.
    pub fn forgotten_at(&self) -> Instant {
        self.again_at
    }
}
