//! A random day as data: what people, the network and the machines do, and when. Knows nothing of hubs.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// 30 offices: the largest district has 16 departments and 14 streets.
const OFFICES_MAX: u8 = 30;

/// One day of several offices and one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// Draws whatever the steps leave open: latencies, actor ids, what a crash leaves on disk.
    pub seed: u64,
    /// How many offices there are; steps name them modulo this.
    pub offices: u8,
    /// How many accounts they share: fewer than offices means several tabs of one account.
    pub accounts: u8,
    /// How many sheets there are; steps name them modulo this.
    pub documents: u8,
    /// What happens, in order. Any step may be left out: the rest still has a meaning.
    pub steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Milliseconds since the step before.
    pub after_ms: u32,
    /// What happens.
    pub act: Act,
}

/// What can happen on a day.
#[expect(missing_docs, reason = "the sentence of a variant explains its fields")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Somebody fills, changes or empties cells of one row in one go.
    Edit {
        office: u8,
        document: u8,
        row: u8,
        column: u8,
        cells: u8,
        write: Write,
    },
    /// The tab opens a sheet.
    Open { office: u8, document: u8 },
    /// The tab closes a sheet.
    Close { office: u8, document: u8 },
    /// The line dies at once. What is under way arrives or not; both ends hear of it later.
    Cut {
        office: u8,
        up_arrives: bool,
        down_arrives: bool,
        heard_ms: u32,
    },
    /// The office has no network from now on.
    Offline { office: u8 },
    /// The office has its network back.
    Online { office: u8 },
    /// Something happens to the next frame on the office's line.
    Bend {
        office: u8,
        way: Way,
        mischief: Mischief,
    },
    /// The tab dies and comes back: memory lost, disk kept.
    CrashTab { office: u8, down_ms: u32 },
    /// The server dies and comes back: memory lost, disk kept.
    CrashServer { down_ms: u32 },
    /// The next saves fail: the disk is full.
    DiskFull { place: Place, saves: u8 },
    /// Every save takes so much longer from now on.
    DiskSlow { place: Place, more_ms: u32 },
}

/// What is written into a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// A text, made from the number.
    Text(u16),
    /// A number.
    Number(u16),
    /// The cell is emptied.
    Delete,
}

/// In which direction a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the office to the server.
    Up,
    /// From the server to the office.
    Down,
}

/// What the network does to one frame.
#[expect(missing_docs, reason = "the sentence of a variant explains its fields")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mischief {
    /// It is lost and the line with it, as TCP does; both ends hear of it later.
    Lose { heard_ms: u32 },
    /// It and all after it are late.
    Delay { ms: u32 },
    /// It arrives twice. TCP does not do that: the protocol survives it or hangs up.
    Repeat,
    /// Later frames overtake it. TCP does not do that either.
    Overtake { ms: u32 },
    /// It alone is lost, the line lives. TCP does not do that either.
    Drop,
}

/// Whose disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The server's.
    Server,
    /// That of an office's browser.
    Office(u8),
}

impl Script {
    /// Draws a day. Equal seed, equal day.
    pub fn draw(seed: u64) -> Script {
        let mut rng = Rng::with_seed(seed);
        let offices = match rng.u8(0..20) {
            0..8 => rng.u8(2..4),
            8..15 => rng.u8(4..8),
            15..19 => rng.u8(8..16),
            _ => OFFICES_MAX,
        };
        let mut script = Script {
            seed,
            offices,
            accounts: rng.u8(1..=offices),
            documents: rng.u8(1..=3),
            steps: Vec::new(),
        };
        // 20 to 120 steps: enough for three troubles to meet, small enough to be read.
        let mood = Mood::draw(&mut rng);
        for _ in 0..rng.usize(20..120) {
            let step = Step {
                after_ms: pause(&mut rng),
                act: mood.act(&mut rng, &script),
            };
            script.steps.push(step);
        }
        script
    }

    /// Returns the day as text that `Script::parse` reads.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a script is plain data")
    }

    /// Reads what `text` wrote.
    pub fn parse(text: &str) -> Result<Script, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Leaves out whatever is not needed for `fails` to hold, within `tries` attempts.
    pub fn shrink(&self, mut tries: usize, fails: impl Fn(&Script) -> bool) -> Script {
        let mut best = self.clone();
        let mut piece = best.steps.len().div_ceil(2).max(1);
        loop {
            let mut start = 0;
            while start < best.steps.len() && tries > 0 {
                tries -= 1;
                let mut shorter = best.clone();
                let end = (start + piece).min(shorter.steps.len());
                shorter.steps.drain(start..end);
                if fails(&shorter) {
                    best = shorter;
                } else {
                    start = end;
                }
            }
            if piece == 1 || tries == 0 {
                return best;
            }
            piece = piece.div_ceil(2);
        }
    }
}

/// Mostly people type; now and then nothing happens for seconds.
fn pause(rng: &mut Rng) -> u32 {
    match rng.u8(0..10) {
        0..3 => 0,
        3..7 => rng.u32(1..40),
        7..9 => rng.u32(40..600),
        _ => rng.u32(600..6_000),
    }
}

/// Which troubles a day knows: a day with all of them at once hides what a single one would show.
struct Mood {
    bent: bool,
    full: bool,
    server_crashes: bool,
    tab_crashes: bool,
    offline: bool,
}

impl Mood {
    fn draw(rng: &mut Rng) -> Mood {
        Mood {
            bent: rng.u8(0..3) == 0,
            full: rng.u8(0..3) == 0,
            server_crashes: rng.bool(),
            tab_crashes: rng.bool(),
            offline: rng.bool(),
        }
    }

    fn act(&self, rng: &mut Rng, script: &Script) -> Act {
        let office = rng.u8(0..script.offices);
        let document = rng.u8(0..script.documents);
        match rng.u8(0..100) {
            60..64 => Act::Open { office, document },
            64..66 => Act::Close { office, document },
            66..74 => Act::Cut {
                office,
                up_arrives: rng.bool(),
                down_arrives: rng.bool(),
                heard_ms: rng.u32(0..4_000),
            },
            74..78 if self.offline => Act::Offline { office },
            78..82 if self.offline => Act::Online { office },
            82..86 => Act::Bend {
                office,
                way: way(rng),
                mischief: honest(rng),
            },
            86..89 if self.bent => Act::Bend {
                office,
                way: way(rng),
                mischief: crooked(rng),
            },
            89..92 if self.tab_crashes => Act::CrashTab {
                office,
                down_ms: rng.u32(0..3_000),
            },
            92..95 if self.server_crashes => Act::CrashServer {
                down_ms: rng.u32(0..3_000),
            },
            95..97 if self.full => Act::DiskFull {
                place: place(rng, office),
                saves: rng.u8(1..5),
            },
            97..99 => Act::DiskSlow {
                place: place(rng, office),
                more_ms: rng.u32(0..200),
            },
            _ => edit(rng, office, document),
        }
    }
}

fn edit(rng: &mut Rng, office: u8, document: u8) -> Act {
    let write = match rng.u8(0..8) {
        0 => Write::Delete,
        1..3 => Write::Number(rng.u16(..)),
        _ => Write::Text(rng.u16(..)),
    };
    let cells = if rng.u8(0..6) == 0 { rng.u8(2..5) } else { 1 };
    Act::Edit {
        office,
        document,
        row: rng.u8(..),
        column: rng.u8(..),
        cells,
        write,
    }
}

fn way(rng: &mut Rng) -> Way {
    if rng.bool() { Way::Up } else { Way::Down }
}

fn place(rng: &mut Rng, office: u8) -> Place {
    if rng.bool() {
        Place::Server
    } else {
        Place::Office(office)
    }
}

fn honest(rng: &mut Rng) -> Mischief {
    if rng.bool() {
        Mischief::Lose {
            heard_ms: rng.u32(500..8_000),
        }
    } else {
        Mischief::Delay {
            ms: rng.u32(100..5_000),
        }
    }
}

fn crooked(rng: &mut Rng) -> Mischief {
    match rng.u8(0..3) {
        0 => Mischief::Repeat,
        1 => Mischief::Overtake {
            ms: rng.u32(1..500),
        },
        _ => Mischief::Drop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seed_equal_day() {
        assert_eq!(Script::draw(7), Script::draw(7));
        assert_ne!(Script::draw(7), Script::draw(8));
    }

    #[test]
    fn a_day_reads_back_as_written() {
        let script = Script::draw(11);
        assert_eq!(Script::parse(&script.text()).unwrap(), script);
    }

    #[test]
    fn shrinking_keeps_only_what_fails() {
        let script = Script::draw(3);
        let crash = Step {
            after_ms: 1,
            act: Act::CrashServer { down_ms: 77 },
        };
        let mut failing = script.clone();
        failing.steps.insert(5, crash.clone());
        let small = failing.shrink(1_000, |s| s.steps.contains(&crash));
        assert_eq!(small.steps, [crash]);
    }
}
