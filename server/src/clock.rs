//! The server's clock: the machine's, or one that was set at start and runs on from there. It never goes back, whatever the
//! machine's does: receipts depend on it.

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
    /// The latest time told; while the machine's clock is behind it, time stands still.
    floor: Millis,
    /// While a sample is replayed the clock stands still where it was turned to, wherever that is.
    turned: Option<Millis>,
}

impl Clock {
    /// Makes a clock that shows `start` now, or the machine's time; never less than `floor`, the latest moment that counts already.
    pub fn new(start: Option<Millis>, floor: Millis) -> Clock {
        let set = start.map(|start| (start.max(floor), Instant::now()));
        Clock {
            state: Mutex::new(State {
                set,
                floor,
                turned: None,
            }),
        }
    }

    /// Returns the time.
    pub fn now(&self) -> Millis {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turned) = state.turned {
            return turned;
        }
        let shown = match state.set {
            Some((start, since)) => Millis(start.0 + whole_millis(since.elapsed())),
            None => Millis(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map(whole_millis)
                    .unwrap_or_default(),
            ),
        };
        state.floor = state.floor.max(shown);
        state.floor
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
        let clock = Clock::new(Some(Millis(1_000)), Millis(0));
        clock.turn(Some(Millis(5)));
        assert_eq!(clock.now(), Millis(5));
        clock.turn(None);
        assert!(clock.now() >= Millis(1_000));
    }

    #[test]
    fn a_clock_that_was_set_back_goes_on_from_what_counts_already() {
        let clock = Clock::new(Some(Millis(1_000)), Millis(9_000));
        assert!(clock.now() >= Millis(9_000));
        let ahead = Millis(i64::MAX - 1);
        assert_eq!(
            Clock::new(None, ahead).now(),
            ahead,
            "the machine's stands still"
        );
    }
}
