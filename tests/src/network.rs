//! Lines between offices and the server. In order like TCP unless a script bends them; a lost frame kills its line.

use std::collections::VecDeque;

use fastrand::Rng;

use crate::script::{Mischief, Way};

/// One line, from dialling to its end.
#[derive(Debug)]
pub struct Line {
    /// Which office dialled.
    pub office: usize,
    /// Whether the office's end is up.
    pub office_up: bool,
    /// Whether the server's end is up.
    pub server_up: bool,
    /// Whether something happened on it that TCP rules out.
    pub crooked: bool,
    up: Wire,
    down: Wire,
}

#[derive(Debug, Default)]
struct Wire {
    /// Nothing sent from now on arrives.
    dead: bool,
    /// What is under way is lost as well.
    empty: bool,
    last_arrival: i64,
    late_ms: i64,
    mischief: VecDeque<Mischief>,
}

/// When a sent frame arrives, and when both ends hear that the line died with it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fate {
    /// Never, once or twice.
    pub arrivals: Vec<i64>,
    /// `Some` when the line dies.
    pub dies: Option<i64>,
}

impl Line {
    /// Makes a line that is up at both ends.
    pub fn new(office: usize) -> Line {
        Line {
            office,
            office_up: true,
            server_up: true,
            crooked: false,
            up: Wire::default(),
            down: Wire::default(),
        }
    }

    /// Lets something happen to the next frame.
    pub fn bend(&mut self, way: Way, mischief: Mischief) {
        self.wire(way).mischief.push_back(mischief);
    }

    /// From now on nothing sent arrives; what is under way does if so decided.
    pub fn cut(&mut self, up_arrives: bool, down_arrives: bool) {
        self.up.dead = true;
        self.down.dead = true;
        self.up.empty |= !up_arrives;
        self.down.empty |= !down_arrives;
    }

    /// Troubles end; what they did to frames already sent stays.
    pub fn heal(&mut self) {
        for wire in [&mut self.up, &mut self.down] {
            wire.mischief.clear();
            wire.late_ms = 0;
        }
    }

    /// Says whether both ends are up and frames get through both ways.
    pub fn lives(&self) -> bool {
        self.office_up && self.server_up && !self.up.dead && !self.down.dead
    }

    /// Says whether a frame under way still arrives.
    pub fn delivers(&self, way: Way) -> bool {
        match way {
            Way::Up => self.server_up && !self.up.empty,
            Way::Down => self.office_up && !self.down.empty,
        }
    }

    /// Decides what becomes of a frame sent now.
    pub fn send(&mut self, now: i64, way: Way, rng: &mut Rng) -> Fate {
        let wire = self.wire(way);
        if wire.dead {
            return Fate::default();
        }
        let mischief = wire.mischief.pop_front();
        if let Some(Mischief::Delay { ms }) = mischief {
            wire.late_ms += i64::from(ms);
        }
        let arrival = (now + rng.i64(1..30) + wire.late_ms).max(wire.last_arrival);
        let (fate, crooked) = match mischief {
            None | Some(Mischief::Delay { .. }) => {
                wire.last_arrival = arrival;
                (
                    Fate {
                        arrivals: vec![arrival],
                        dies: None,
                    },
                    false,
                )
            }
            Some(Mischief::Lose { heard_ms }) => {
                wire.dead = true;
                (
                    Fate {
                        arrivals: Vec::new(),
                        dies: Some(now + i64::from(heard_ms)),
                    },
                    false,
                )
            }
            Some(Mischief::Repeat) => {
                wire.last_arrival = arrival;
                (
                    Fate {
                        arrivals: vec![arrival, arrival],
                        dies: None,
                    },
                    true,
                )
            }
            Some(Mischief::Overtake { ms }) => (
                Fate {
                    arrivals: vec![arrival + i64::from(ms)],
                    dies: None,
                },
                true,
            ),
            Some(Mischief::Drop) => (Fate::default(), true),
        };
        self.crooked |= crooked;
        fate
    }

    fn wire(&mut self, way: Way) -> &mut Wire {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_arrive_in_order_unless_bent() {
        let (mut line, mut rng) = (Line::new(0), Rng::with_seed(1));
        let mut last = 0;
        for now in 0..100 {
            let arrival = line.send(now, Way::Up, &mut rng).arrivals[0];
            assert!(arrival >= last);
            last = arrival;
        }
        assert!(!line.crooked);
        line.bend(Way::Up, Mischief::Overtake { ms: 500 });
        let late = line.send(100, Way::Up, &mut rng).arrivals[0];
        assert!(line.send(101, Way::Up, &mut rng).arrivals[0] < late);
        assert!(line.crooked);
    }

    #[test]
    fn a_lost_frame_takes_the_line_with_it() {
        let (mut line, mut rng) = (Line::new(0), Rng::with_seed(1));
        line.bend(Way::Down, Mischief::Lose { heard_ms: 700 });
        let fate = line.send(10, Way::Down, &mut rng);
        assert_eq!(
            fate,
            Fate {
                arrivals: vec![],
                dies: Some(710)
            }
        );
        assert_eq!(line.send(11, Way::Down, &mut rng), Fate::default());
        assert_eq!(line.send(11, Way::Up, &mut rng).arrivals.len(), 1);
    }
}
