//! How many lines there may be: of one session or token, of one address, in all.

use std::net::IpAddr;

use crate::{
    accounts::throttle::place,
    config::{CONNECTIONS_MAX, LINES_PER_PASS_MAX},
    seats::{Seat, Seats},
    storage::PassDigest,
};

/// Counts lines.
#[derive(Debug)]
pub struct Seating {
    all: Seats<()>,
    by_pass: Seats<PassDigest>,
    by_address: Seats<IpAddr>,
    per_address: usize,
}

/// A line's place, kept as long as the line.
#[derive(Debug)]
pub struct LineSeat {
    _all: Seat<()>,
    _pass: Seat<PassDigest>,
    _address: Seat<IpAddr>,
}

/// Why there is no place; each is a word of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// This session or token has too many.
    Pass,
    /// This address has too many.
    Address,
    /// The server has too many.
    Server,
}

impl Seating {
    /// Makes a count that gives one address so many.
    pub fn new(per_address: usize) -> Seating {
        Seating {
            all: Seats::default(),
            by_pass: Seats::default(),
            by_address: Seats::default(),
            per_address,
        }
    }

    /// Takes a place.
    pub fn take(&self, pass: PassDigest, address: IpAddr) -> Result<LineSeat, Full> {
        let pass = self.by_pass.take(pass, LINES_PER_PASS_MAX);
        let _pass = pass.ok_or(Full::Pass)?;
        let address = self.by_address.take(place(address), self.per_address);
        let _address = address.ok_or(Full::Address)?;
        let _all = self.all.take((), CONNECTIONS_MAX).ok_or(Full::Server)?;
        Ok(LineSeat {
            _all,
            _pass,
            _address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_told_apart_and_a_refusal_takes_no_place() {
        let seating = Seating::new(LINES_PER_PASS_MAX + 1);
        let (here, there) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let pass = |number| PassDigest([number; 32]);
        let mut held: Vec<_> = (0..LINES_PER_PASS_MAX)
            .map(|_| seating.take(pass(1), here).unwrap())
            .collect();
        for _ in 0..3 {
            assert_eq!(seating.take(pass(1), there).unwrap_err(), Full::Pass);
        }
        held.push(seating.take(pass(2), here).unwrap());
        for _ in 0..LINES_PER_PASS_MAX + 1 {
            assert_eq!(seating.take(pass(3), here).unwrap_err(), Full::Address);
        }
        let third = seating.take(pass(3), there);
        assert!(
            third.is_ok(),
            "refused lines hold no place of their session"
        );
        held.clear();
        assert!(seating.take(pass(1), here).is_ok());
    }

    #[test]
    fn the_server_has_a_bound_too() {
        let seating = Seating::new(CONNECTIONS_MAX + 1);
        let take = |number: usize| {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_be_bytes());
            seating.take(PassDigest(digest), [10, 0, 0, 1].into())
        };
        let held: Vec<_> = (0..CONNECTIONS_MAX)
            .map(|number| take(number).unwrap())
            .collect();
        assert_eq!(take(held.len()).unwrap_err(), Full::Server);
    }
}
