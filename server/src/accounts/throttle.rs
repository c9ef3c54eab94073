//! A brake on guessing passwords that cannot be turned against the person whose password is guessed.
//!
//! Three counts, each for another kind of guesser:
//! - **Pair** of account and address: after 5 failures a pause of 30 s, doubled after every further 5 up to 15 minutes.
//!   Stops whoever guesses one account from one place.
//! - **Address**: 60 failures, then one every 10 s. Stops whoever tries one password at many accounts.
//! - **Account**, over all addresses it has never signed in from: 20 failures, then one every 3 minutes. Stops whoever
//!   guesses one account from many places.
//!
//! Whoever has signed in before is recognised and not held up by others' failures: a **browser** that shows its proof
//! for this account (`accounts::browser`) has a count of its own, and only that one, also behind an address that it
//! shares with the guesser; an **address** from which the account has signed in within 90 days is not held up by the
//! count of the account. What remains: a person at a browser never used before, while somebody guesses, waits.
//!
//! An IPv6 address counts by its first 64 bits, which is what one household is given. A try is judged twice, before
//! the password is hashed and after: of a thousand tries at once those that come after the fifth failure learn nothing.
//! Every map is bounded and forgets first what would be forgiven first.

mod count;

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::browser::BrowserId;
use crate::{
    config::{
        ACCOUNT_FAILURES_MAX, ACCOUNT_FORGIVES, ADDRESS_FAILURES_MAX, ADDRESS_FORGIVES,
        SIGN_INS_AT_ONCE, THROTTLE_ENTRIES_MAX,
    },
    seats::{Seat, Seats},
};
use count::{Level, Rounds, Told};

/// Somebody who says to be an account.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The account's name, as it was typed.
    pub account: String,
    /// Where it comes from.
    pub address: IpAddr,
    /// What is known of the one who tries.
    pub standing: Standing,
}

/// What is known of the one who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Stranger,
    /// The account has signed in from this address before.
    KnownAddress,
    /// The account has signed in with this browser before.
    KnownBrowser(BrowserId),
}

/// Why somebody must wait, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Which count is full.
    pub rule: Rule,
    /// How long.
    pub lasts: Duration,
}

/// The three counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Of the account and the address, or of the browser.
    Pair,
    /// Of the address.
    Address,
    /// Of the account.
    Account,
}

/// Counts failures.
#[derive(Debug, Default)]
pub struct Throttle {
    counts: Mutex<Counts>,
    busy: Seats<IpAddr>,
}

#[derive(Debug, Default)]
struct Counts {
    pairs: HashMap<(String, Origin), Rounds>,
    addresses: HashMap<IpAddr, Level>,
    accounts: HashMap<String, Level>,
    told: HashMap<Full, Told>,
}

/// A count that is full.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Full {
    Pair((String, Origin)),
    Address(IpAddr),
    Account(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Origin {
    Address(IpAddr),
    Browser(BrowserId),
}

impl Throttle {
    /// Takes one of the places for passwords that an address may have tried at once.
    pub fn enter(&self, address: IpAddr) -> Option<Seat<IpAddr>> {
        self.busy.take(place(address), SIGN_INS_AT_ONCE)
    }

    /// Says whether the attempt must wait.
    pub fn check(&self, attempt: &Attempt, now: Instant) -> Result<(), Pause> {
        self.open().check(attempt, now)
    }

    /// Notes how the attempt ended; one that came too late by now has not happened, right or wrong.
    pub fn settle(&self, attempt: &Attempt, is_right: bool, now: Instant) -> Result<(), Pause> {
        let mut counts = self.open();
        counts.check(attempt, now)?;
        if is_right {
            counts.pairs.remove(&attempt.pair());
        } else {
            counts.fail(attempt, now);
        }
        Ok(())
    }

    /// Says whether it is worth telling that the attempt must wait: once a minute for each count that is full, so that
    /// whoever goes on trying does not fill the audit log.
    pub fn is_news(&self, attempt: &Attempt, rule: Rule, now: Instant) -> bool {
        let full = match rule {
            Rule::Pair => Full::Pair(attempt.pair()),
            Rule::Address => Full::Address(place(attempt.address)),
            Rule::Account => Full::Account(attempt.account.clone()),
        };
        let mut counts = self.open();
        note(&mut counts.told, full, Told::forgotten_at, now).tell(now)
    }

    fn open(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    fn pair(&self) -> (String, Origin) {
        let origin = match self.standing {
            Standing::KnownBrowser(browser) => Origin::Browser(browser),
            Standing::Stranger | Standing::KnownAddress => Origin::Address(place(self.address)),
        };
        (self.account.clone(), origin)
    }

    fn is_counted_by_address(&self) -> bool {
        match self.standing {
            Standing::Stranger | Standing::KnownAddress => true,
            Standing::KnownBrowser(_) => false,
        }
    }
}

impl Counts {
    fn check(&self, attempt: &Attempt, now: Instant) -> Result<(), Pause> {
        let pause = |rule, lasts: Option<Duration>| match lasts {
            Some(lasts) => Err(Pause { rule, lasts }),
            None => Ok(()),
        };
        let pair = self.pairs.get(&attempt.pair());
        pause(Rule::Pair, pair.and_then(|rounds| rounds.pause(now)))?;
        if attempt.is_counted_by_address() {
            let level = self.addresses.get(&place(attempt.address));
            pause(
                Rule::Address,
                level.and_then(|level| level.pause(ADDRESS_FAILURES_MAX, ADDRESS_FORGIVES, now)),
            )?;
        }
        if attempt.standing == Standing::Stranger {
            let level = self.accounts.get(&attempt.account);
            pause(
                Rule::Account,
                level.and_then(|level| level.pause(ACCOUNT_FAILURES_MAX, ACCOUNT_FORGIVES, now)),
            )?;
        }
        Ok(())
    }

    fn fail(&mut self, attempt: &Attempt, now: Instant) {
        note(&mut self.pairs, attempt.pair(), Rounds::forgotten_at, now).fail(now);
        if attempt.is_counted_by_address() {
            let key = place(attempt.address);
            note(&mut self.addresses, key, Level::forgotten_at, now).rise(ADDRESS_FORGIVES, now);
        }
        if attempt.standing == Standing::Stranger {
            let key = attempt.account.clone();
            note(&mut self.accounts, key, Level::forgotten_at, now).rise(ACCOUNT_FORGIVES, now);
        }
    }
}

/// Returns the count of a key; a full map forgets what would be forgiven first.
fn note<K: Hash + Eq + Clone, C: From<Instant>>(
    counts: &mut HashMap<K, C>,
    key: K,
    forgotten_at: impl Fn(&C) -> Instant,
    now: Instant,
) -> &mut C {
    if counts.len() >= THROTTLE_ENTRIES_MAX && !counts.contains_key(&key) {
        let first = counts.iter().min_by_key(|(_, count)| forgotten_at(count));
        if let Some(first) = first.map(|(key, _)| key.clone()) {
            counts.remove(&first);
        }
    }
    counts.entry(key).or_insert_with(|| C::from(now))
}

/// Where an address belongs to: an IPv4 address stands for itself, an IPv6 address for its first 64 bits.
pub fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FAILURES_MAX, THROTTLE_FORGETS, THROTTLE_PAUSE, THROTTLE_TOLD};

    fn attempt(account: &str, address: &str, standing: Standing) -> Attempt {
        Attempt {
            account: account.to_owned(),
            address: address.parse().unwrap(),
            standing,
        }
    }

    fn stranger(account: &str, address: &str) -> Attempt {
        attempt(account, address, Standing::Stranger)
    }

    fn fail(throttle: &Throttle, attempt: &Attempt, now: Instant) {
        assert_eq!(throttle.settle(attempt, false, now), Ok(()));
    }

    fn paused_by(throttle: &Throttle, attempt: &Attempt, now: Instant) -> Option<Rule> {
        throttle.check(attempt, now).err().map(|pause| pause.rule)
    }

    const HERE: &str = "10.0.0.1";
    const BROWSER: Standing = Standing::KnownBrowser(BrowserId([7; 8]));

    #[test]
    fn five_failures_make_one_pair_wait_and_time_heals() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let guess = stranger("甲", HERE);
        for _ in 0..FAILURES_MAX {
            assert_eq!(throttle.check(&guess, now), Ok(()));
            fail(&throttle, &guess, now);
        }
        let pause = throttle.check(&guess, now).unwrap_err();
        assert_eq!((pause.rule, pause.lasts), (Rule::Pair, THROTTLE_PAUSE));
        assert_eq!(paused_by(&throttle, &stranger("乙", HERE), now), None);
        assert_eq!(paused_by(&throttle, &stranger("甲", "10.0.0.2"), now), None);
        assert_eq!(paused_by(&throttle, &guess, now + THROTTLE_PAUSE), None);
    }

    #[test]
    fn that_somebody_waits_is_told_once_a_minute_for_each_count() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let news = |account: &str, address: &str, rule, now| {
            throttle.is_news(&stranger(account, address), rule, now)
        };
        assert!(news("甲", HERE, Rule::Pair, now));
        assert!(!news("甲", HERE, Rule::Pair, now + THROTTLE_TOLD / 2));
        assert!(news("甲", "10.0.0.2", Rule::Pair, now));
        assert!(news("甲", HERE, Rule::Address, now));
        assert!(
            !news("乙", HERE, Rule::Address, now),
            "whatever the account"
        );
        assert!(news("甲", HERE, Rule::Account, now));
        assert!(!news("甲", "10.0.0.3", Rule::Account, now), "wherever from");
        assert!(news("甲", HERE, Rule::Pair, now + THROTTLE_TOLD));
    }

    #[test]
    fn each_further_round_waits_twice_as_long_up_to_a_quarter_of_an_hour_until_a_day_is_quiet() {
        let (throttle, mut now) = (Throttle::default(), Instant::now());
        let guess = attempt("甲", HERE, Standing::KnownAddress);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            for _ in 0..FAILURES_MAX {
                fail(&throttle, &guess, now);
            }
            let lasts = throttle.check(&guess, now).unwrap_err().lasts;
            pauses.push(lasts.as_secs());
            now += lasts;
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
        now += THROTTLE_FORGETS;
        for _ in 0..FAILURES_MAX {
            fail(&throttle, &guess, now);
        }
        let lasts = throttle.check(&guess, now).unwrap_err().lasts;
        assert_eq!(lasts, THROTTLE_PAUSE);
    }

    #[test]
    fn a_right_password_forgets_the_failures_of_its_pair() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let guess = stranger("甲", HERE);
        for _ in 1..FAILURES_MAX {
            fail(&throttle, &guess, now);
        }
        assert_eq!(throttle.settle(&guess, true, now), Ok(()));
        for _ in 1..FAILURES_MAX {
            fail(&throttle, &guess, now);
        }
        assert_eq!(paused_by(&throttle, &guess, now), None);
    }

    #[test]
    fn many_accounts_from_one_address_are_slowed_also_by_somebody_with_an_account() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..ADDRESS_FAILURES_MAX {
            fail(&throttle, &stranger(&number.to_string(), HERE), now);
            let own = stranger("own", HERE);
            throttle.settle(&own, true, now).ok();
        }
        let (next, elsewhere) = (stranger("next", HERE), stranger("next", "10.0.0.2"));
        assert_eq!(paused_by(&throttle, &next, now), Some(Rule::Address));
        assert_eq!(paused_by(&throttle, &elsewhere, now), None);
        let later = now + ADDRESS_FORGIVES;
        fail(&throttle, &next, later);
        assert_eq!(paused_by(&throttle, &next, later), Some(Rule::Address));
    }

    #[test]
    fn one_account_from_many_addresses_is_slowed_for_strangers_alone() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..ACCOUNT_FAILURES_MAX {
            fail(&throttle, &stranger("甲", &format!("10.1.0.{number}")), now);
        }
        let at = |standing| attempt("甲", "10.2.0.1", standing);
        let found = paused_by(&throttle, &at(Standing::Stranger), now);
        assert_eq!(found, Some(Rule::Account));
        assert_eq!(
            paused_by(&throttle, &at(Standing::KnownAddress), now),
            None,
            "the person's own place"
        );
        assert_eq!(
            paused_by(&throttle, &at(BROWSER), now),
            None,
            "the person's own browser, wherever it is"
        );
        assert_eq!(paused_by(&throttle, &stranger("乙", "10.2.0.1"), now), None);
        let later = now + ACCOUNT_FORGIVES;
        assert_eq!(paused_by(&throttle, &at(Standing::Stranger), later), None);
    }

    #[test]
    fn a_known_browser_is_not_held_up_by_a_guesser_behind_the_same_address() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..FAILURES_MAX {
            fail(&throttle, &stranger("甲", HERE), now);
        }
        for number in FAILURES_MAX..ADDRESS_FAILURES_MAX {
            fail(&throttle, &stranger(&number.to_string(), HERE), now);
        }
        for (account, rule) in [("甲", Rule::Pair), ("乙", Rule::Address)] {
            let found = paused_by(&throttle, &stranger(account, HERE), now);
            assert_eq!(found, Some(rule));
        }
        let own = attempt("甲", HERE, BROWSER);
        assert_eq!(throttle.settle(&own, true, now), Ok(()));
        for _ in 0..FAILURES_MAX {
            fail(&throttle, &own, now);
        }
        assert_eq!(
            paused_by(&throttle, &own, now),
            Some(Rule::Pair),
            "a stolen browser does not guess either"
        );
    }

    #[test]
    fn of_many_tries_at_once_only_the_first_five_learn_anything() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let guess = stranger("甲", HERE);
        let begun = (0..100).filter(|_| throttle.check(&guess, now).is_ok());
        assert_eq!(begun.count(), 100, "all had begun before the first ended");
        let settled: Vec<_> = (0..100)
            .map(|number| throttle.settle(&guess, number == 99, now).is_ok())
            .collect();
        assert_eq!(settled.iter().filter(|is_told| **is_told).count(), 5);
        assert!(!settled[99], "also the right one is not told");
    }

    #[test]
    fn an_ipv6_household_is_one_address_and_a_mapped_one_is_ipv4() {
        let check = |address: &str, expected: &str| {
            let expected: IpAddr = expected.parse().unwrap();
            assert_eq!(place(address.parse().unwrap()), expected, "{address}");
        };
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("2001:db8:1:2:ffff::1", "2001:db8:1:2::");
        check("::ffff:10.0.0.1", "10.0.0.1");
        check("10.0.0.1", "10.0.0.1");
    }

    #[test]
    fn the_maps_stay_bounded_and_keep_what_is_worst() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let worst = stranger("worst", HERE);
        for _ in 0..FAILURES_MAX {
            fail(&throttle, &worst, now + Duration::from_secs(1));
        }
        for number in 0..THROTTLE_ENTRIES_MAX + 10 {
            let address = format!("10.{}.{}.1", 1 + number / 256, number % 256);
            fail(&throttle, &stranger(&number.to_string(), &address), now);
        }
        let counts = throttle.counts.lock().unwrap();
        assert_eq!(counts.pairs.len(), THROTTLE_ENTRIES_MAX);
        assert_eq!(counts.addresses.len(), THROTTLE_ENTRIES_MAX);
        assert_eq!(counts.accounts.len(), THROTTLE_ENTRIES_MAX);
        assert!(counts.check(&worst, now).is_err());
    }
}
