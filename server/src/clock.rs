//! The server's clock: the machine's, or one that was set at start and runs on from there.

use std::{
    sync::{Mutex, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use diaodu_sync::event::Millis;

/// Tells the time.
#[derive(Debug)]
pub struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// `None` is the machine's clock.
    set: Option<(Millis, Instant)>,
    /// While a sample is replayed the clock stands still where it was turned to.
    turned: Option<Millis>,
}

impl Clock {
    /// Makes a clock that shows `start` now, or the machine's time.
    pub fn new(start: Option<Millis>) -> Clock {
        let set = start.map(|start| (start, Instant::now()));
        Clock {
            state: Mutex::new(State { set, turned: None }),
        }
    }

    /// Returns the time.
    pub fn now(&self) -> Millis {
        let state = *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.turned, state.set) {
            (Some(turned), _) => turned,
            (None, Some((start, since))) => Millis(start.0 + whole_millis(since.elapsed())),
            (None, None) => Millis(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map(whole_millis)
                    .unwrap_or_default(),
            ),
        }
    }

    /// Stops the clock at `time`, or lets it run again.
    pub fn turn(&self, time: Option<Millis>) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .turned = time;
    }
}

fn whole_millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_clock_stands_and_runs_on_when_released() {
        let clock = Clock::new(Some(Millis(1_000)));
        clock.turn(Some(Millis(5)));
        assert_eq!(clock.now(), Millis(5));
        clock.turn(None);
        assert!(clock.now() >= Millis(1_000));
    }
}
