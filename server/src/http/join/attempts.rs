use super::Tried;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Wrong codes from one address that are borne within a [`WINDOW`]: a class may share one address.
const MOST: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);
/// The most addresses that are remembered. Beyond them nobody new may err: that many do not err by chance.
const ADDRESSES: usize = 4096;

/// Who tried wrong codes lately. Right ones cost nothing, so a class may join at once.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<IpAddr, Wrong>>);

#[derive(Debug)]
struct Wrong {
    since: Instant,
    times: u32,
}

impl Attempts {
    /// One attempt. Who erred too often is not even looked at.
    pub fn of(&self, who: IpAddr, is_right: impl FnOnce() -> bool) -> Tried {
        self.at(Instant::now(), who, is_right)
    }

    fn at(&self, now: Instant, who: IpAddr, is_right: impl FnOnce() -> bool) -> Tried {
        let who = network(who);
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= ADDRESSES {
            wrong.retain(|_, wrong| now - wrong.since < WINDOW);
        }
        let full = wrong.len() >= ADDRESSES;
        match wrong.get_mut(&who) {
            Some(wrong) if now - wrong.since >= WINDOW => *wrong = Wrong { since: now, times: 0 },
            Some(wrong) if wrong.times >= MOST => return Tried::TooOften,
            None if full => return Tried::TooOften,
            Some(_) | None => {}
        }
        if is_right() {
            return Tried::Right;
        }
        wrong.entry(who).or_insert(Wrong { since: now, times: 0 }).times += 1;
        Tried::Wrong
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
    fn who_errs_too_often_waits_a_minute_even_with_the_right_code() {
        let (attempts, start, me) = (Attempts::default(), Instant::now(), v6(1));
        for _ in 0..MOST {
            assert_eq!(attempts.at(start, me, || false), Tried::Wrong);
        }
        assert_eq!(attempts.at(start, me, || true), Tried::TooOften);
        assert_eq!(attempts.at(start, v6(2), || true), Tried::TooOften, "it is the same network");
        assert_eq!(attempts.at(start, v6(1 << 64), || true), Tried::Right, "another is not");
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
        assert_eq!(attempts.0.lock().unwrap().len(), ADDRESSES);
        let late = start + WINDOW;
        assert_eq!(attempts.at(late, v6(u128::from(u32::MAX) << 64), || true), Tried::Right);
    }
}
