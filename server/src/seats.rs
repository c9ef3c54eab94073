//! Counts what is open at once, for each key. A seat is given back when its holder lets go of it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many seats each key has taken; a key without seats is forgotten.
#[derive(Debug)]
pub struct Seats<K> {
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

/// One place; dropped, it is free again.
#[derive(Debug)]
pub struct Seat<K: Hash + Eq> {
    key: K,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K> Default for Seats<K> {
    fn default() -> Self {
        Seats {
            taken: Arc::default(),
        }
    }
}

impl<K: Hash + Eq + Clone> Seats<K> {
    /// Takes a seat; `None` when the key has `most` of them.
    pub fn take(&self, key: K, most: usize) -> Option<Seat<K>> {
        let mut seats = open(&self.taken);
        let taken = seats.get(&key).copied().unwrap_or_default();
        if taken >= most {
            return None;
        }
        seats.insert(key.clone(), taken + 1);
        drop(seats);
        let taken = self.taken.clone();
        Some(Seat { key, taken })
    }
}

impl<K: Hash + Eq> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut seats = open(&self.taken);
        match seats.get_mut(&self.key) {
            Some(taken) if *taken > 1 => *taken -= 1,
            Some(_) | None => {
                seats.remove(&self.key);
            }
        }
    }
}

fn open<K>(taken: &Mutex<HashMap<K, usize>>) -> MutexGuard<'_, HashMap<K, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_when_its_holder_lets_go() {
        let seats = Seats::default();
        let first = seats.take('a', 2).unwrap();
        let second = seats.take('a', 2).unwrap();
        assert!(seats.take('a', 2).is_none());
        assert!(seats.take('b', 2).is_some(), "others are not meant");
        drop(first);
        assert!(seats.take('a', 2).is_some());
        drop(second);
        assert!(open(&seats.taken).is_empty(), "nothing is remembered");
    }
}
