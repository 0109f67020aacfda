use parking_lot::Mutex;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

/// Wrong codes from one address within a [`WINDOW`], after which its wrong ones are told to wait.
const MOST: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);
/// The most addresses that are remembered.
const ADDRESSES: usize = 4096;
/// The most codes that are looked at within a window once a wrong one came in it, from all addresses together.
const LOOKED_AT: u32 = 80_000;

/// Who tried wrong codes lately. A class shares one address: so the right code is let in whatever others there typed. What keeps
/// codes from being guessed is how many are looked at in all.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<Tries>);

#[derive(Debug, Default)]
struct Tries {
    wrong: HashMap<IpAddr, Wrong>,
    all: Option<Wrong>,
}

/// What an attempt came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Tried {
    Right,
    Wrong,
    TooOften,
}

#[derive(Debug)]
struct Wrong {
    since: Instant,
    times: u32,
}

impl Attempts {
    /// Wrong codes that are looked at in a minute, from all addresses together.
    #[cfg(test)]
    pub const MOST_PER_MINUTE: u64 = LOOKED_AT as u64;

    /// One attempt.
    pub fn of(&self, who: IpAddr, is_right: impl FnOnce() -> bool) -> Tried {
        self.at(Instant::now(), who, is_right)
    }

    fn at(&self, now: Instant, who: IpAddr, is_right: impl FnOnce() -> bool) -> Tried {
        let who = network(who);
        let mut tries = self.0.lock();
        let all = tries.all.get_or_insert(Wrong { since: now, times: 0 });
        all.renew(now);
        if all.times >= LOOKED_AT {
            return Tried::TooOften;
        }
        if is_right() {
            return Tried::Right;
        }
        all.times += 1;
        tries.erred(now, who)
    }
}

impl Tries {
    fn erred(&mut self, now: Instant, who: IpAddr) -> Tried {
        if self.wrong.len() >= ADDRESSES {
            self.wrong.retain(|_, wrong| now - wrong.since < WINDOW);
        }
        if self.wrong.len() >= ADDRESSES && !self.wrong.contains_key(&who) {
            return Tried::TooOften;
        }
        let wrong = self.wrong.entry(who).or_insert(Wrong { since: now, times: 0 });
        wrong.renew(now);
        wrong.times += 1;
        if wrong.times > MOST { Tried::TooOften } else { Tried::Wrong }
    }
}

impl Wrong {
    fn renew(&mut self, now: Instant) {
        if now - self.since >= WINDOW {
            *self = Self { since: now, times: 0 };
        }
    }
}

/// Whoever has one IPv6 address has a whole network of them.
fn network(who: IpAddr) -> IpAddr {
    match who.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v6(last: u128) -> IpAddr {
        Ipv6Addr::from((0x2001_0db8_u128 << 96) + last).into()
    }

    #[test]
    fn who_errs_too_often_is_told_to_wait_and_locks_out_nobody() {
        let (attempts, start, me) = (Attempts::default(), Instant::now(), v6(1));
        for _ in 0..MOST {
            assert_eq!(attempts.at(start, me, || false), Tried::Wrong);
        }
        assert_eq!(attempts.at(start, me, || false), Tried::TooOften);
        assert_eq!(attempts.at(start, v6(2), || false), Tried::TooOften, "it is the same network");
        assert_eq!(attempts.at(start, v6(1 << 64), || false), Tried::Wrong, "another is not");
        assert_eq!(attempts.at(start, me, || true), Tried::Right, "the right one is let in");
        assert_eq!(attempts.at(start + WINDOW, me, || false), Tried::Wrong);
    }

    #[test]
    fn a_flood_of_wrong_codes_is_no_longer_looked_at() {
        let (attempts, start, me) = (Attempts::default(), Instant::now(), v6(1));
        for _ in 0..LOOKED_AT {
            attempts.at(start, me, || false);
        }
        assert_eq!(attempts.at(start, me, || true), Tried::TooOften);
        assert_eq!(attempts.at(start + WINDOW, me, || true), Tried::Right);
    }

    #[test]
    fn a_class_behind_one_address_may_join_at_once() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..1000 {
            assert_eq!(attempts.at(start, v6(1), || true), Tried::Right);
        }
    }

    #[test]
    fn a_crowd_of_addresses_costs_bounded_memory_and_gets_nowhere() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for i in 0..2 * ADDRESSES as u128 {
            attempts.at(start, v6(i << 64), || false);
        }
        assert_eq!(attempts.0.lock().wrong.len(), ADDRESSES);
        let late = start + WINDOW;
        assert_eq!(attempts.at(late, v6(u128::from(u32::MAX) << 64), || true), Tried::Right);
    }
}
