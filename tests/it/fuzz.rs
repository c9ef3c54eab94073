//! Bytes that a stranger could send, mutated from a corpus of files: frames, changes for the gate, headers of requests.
//!
//! The corpus is replayed in every run, against `outcomes.txt` beside it (`UPDATE_EXPECT=1` accepts). `DIAODU_FUZZ=N` tries N
//! mutants of each target; with `DIAODU_FUZZ_KEEP=1` those whose outcome is new become files.

mod frame;
mod gate;
mod request;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use diaodu_tests::process::project;
use fastrand::Rng;

/// Bytes that often matter: bounds of CBOR, LEB128 and text.
const BYTES: [u8; 12] = [
    0, 1, 0x17, 0x18, 0x40, 0x5f, 0x7f, 0x80, 0x9f, 0xbf, 0xfe, 0xff,
];
/// 4 KiB of mutant: longer ones only repeat.
const MUTANT_BYTES_MAX: usize = 4 * 1024;

/// Something that takes bytes and comes to an outcome, told in a few words. It panics where a promise is broken.
trait Target {
    /// Name of its folder.
    const NAME: &'static str;
    /// Mutants in a normal run.
    const MUTANTS: u64;
    /// What the corpus began with.
    fn seeds(&self) -> Vec<(String, Vec<u8>)>;
    /// Takes an input in.
    fn take(&mut self, input: &[u8]) -> String;
    /// Looks whether all is well after many.
    fn look(&mut self) {}
}

fn folder(name: &str) -> PathBuf {
    project().join("tests/fixtures/fuzz").join(name)
}

fn corpus(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|end| end == "bin"));
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect()
}

/// Replays the corpus: each input comes to the outcome that stands in `outcomes.txt`.
fn replay<T: Target>(target: &mut T) -> BTreeMap<String, Vec<u8>> {
    let folder = folder(T::NAME);
    let mut corpus = corpus(&folder);
    for (name, bytes) in target.seeds() {
        corpus.insert(format!("{name} (made)"), bytes);
    }
    let lines = corpus
        .iter()
        .map(|(name, bytes)| format!("{name}: {}\n", target.take(bytes)));
    let outcomes: String = lines.collect();
    target.look();
    let file = folder.join("outcomes.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &outcomes).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(outcomes, expected, "see {}", file.display());
    corpus
}

fn fuzz<T: Target>(mut target: T) {
    let corpus = replay(&mut target);
    let asked = std::env::var("DIAODU_FUZZ").ok();
    let mutants = asked
        .and_then(|asked| asked.parse().ok())
        .unwrap_or(T::MUTANTS);
    let keep = std::env::var_os("DIAODU_FUZZ_KEEP").is_some();
    let mut inputs: Vec<Vec<u8>> = corpus.into_values().collect();
    let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
    for input in &inputs {
        outcomes.insert(target.take(input), 0);
    }
    for seed in 0..mutants {
        let mut rng = Rng::with_seed(seed);
        let mutant = mutate(&inputs, &mut rng);
        let outcome = target.take(&mutant);
        if !outcomes.contains_key(&outcome) && keep {
            let word: String = outcome
                .chars()
                .map(|letter| {
                    if letter.is_ascii_alphanumeric() {
                        letter
                    } else {
                        '-'
                    }
                })
                .take(60)
                .collect();
            fs::write(folder(T::NAME).join(format!("{word}.bin")), &mutant).unwrap();
            inputs.push(mutant);
        }
        *outcomes.entry(outcome).or_default() += 1;
        if seed % 1_000 == 999 {
            target.look();
        }
    }
    target.look();
    println!("{}: {mutants} mutants, seeds 0..{mutants}", T::NAME);
    for (outcome, count) in outcomes {
        println!("  {count:>8} {outcome}");
    }
}

/// Takes one input, or the halves of two, and spoils it here and there.
fn mutate(inputs: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let one = rng.choice(inputs).expect("the corpus is not empty");
    let mut bytes = match rng.u8(..8) {
        0 => {
            let other = rng.choice(inputs).expect("the corpus is not empty");
            let (end, start) = (rng.usize(..=one.len()), rng.usize(..=other.len()));
            [&one[..end], &other[start..]].concat()
        }
        _ => one.clone(),
    };
    for _ in 0..rng.usize(1..5) {
        let at = rng.usize(..=bytes.len());
        let is_inside = at < bytes.len();
        match rng.u8(..9) {
            0 if is_inside => bytes[at] ^= 1 << rng.u8(..8),
            1 if is_inside => bytes[at] = rng.u8(..),
            2 if is_inside => bytes[at] = *rng.choice(&BYTES).expect("some"),
            3 if is_inside => bytes[at] = bytes[at].wrapping_add(1),
            4 if is_inside => drop(bytes.remove(at)),
            5 if is_inside => {
                let end = (at + rng.usize(..16)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            6 => bytes.truncate(at),
            7 => bytes.insert(at, *rng.choice(&BYTES).expect("some")),
            _ => bytes.insert(at, rng.u8(..)),
        }
    }
    bytes.truncate(MUTANT_BYTES_MAX);
    bytes
}

#[test]
fn no_frame_breaks_the_reader() {
    fuzz(frame::Frames);
}

#[test]
fn no_change_breaks_the_gate() {
    fuzz(gate::Gate::new());
}

#[test]
fn no_header_breaks_the_door_and_none_opens_it_but_the_right_one() {
    fuzz(request::Door::new());
}
