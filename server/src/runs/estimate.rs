use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

/// How many of the runs that ended last tell how long the next will take.
const LAST: usize = 32;

/// About how long one waits, by what runs took of late and by how long those that go now have been going.
#[derive(Debug, Default)]
pub struct Estimate {
    last: VecDeque<Duration>,
    /// Since when each goes.
    going: BTreeMap<u64, Instant>,
}

impl Estimate {
    pub fn begin(&mut self, run: u64, now: Instant) {
        self.going.insert(run, now);
    }

    pub fn end(&mut self, run: u64, now: Instant) {
        let Some(since) = self.going.remove(&run) else { return };
        self.last.push_back(now - since);
        if self.last.len() > LAST {
            self.last.pop_front();
        }
    }

    /// Until whoever waits at that place goes, rounded up to what one would say; none where nothing has ended yet.
    pub fn seconds(&self, place: u64, now: Instant) -> Option<u64> {
        let usual =
            self.last.iter().sum::<Duration>() / u32::try_from(self.last.len()).ok()?.max(1);
        let mut left: Vec<_> = self.going.values().map(|since| left(usual, now - *since)).collect();
        left.sort_unstable();
        let (before, at_once) = (usize::try_from(place.saturating_sub(1)).ok()?, left.len());
        let first = *left.get(before.checked_rem(at_once)?)?;
        let rounds = u32::try_from(before / at_once).ok()?;
        (!self.last.is_empty()).then(|| round(first + usual * rounds))
    }
}

/// What goes for longer than is usual may go for as long again.
fn left(usual: Duration, gone: Duration) -> Duration {
    usual.checked_sub(gone).unwrap_or(gone)
}

/// Nobody says 23 s of what is a guess.
fn round(wait: Duration) -> u64 {
    let seconds = wait.as_millis().div_ceil(1000).max(1) as u64;
    match seconds {
        0..10 => seconds,
        10..60 => seconds.next_multiple_of(5),
        _ => seconds.next_multiple_of(30),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    /// Two go at once, and each took 4 s so far; two more have just begun.
    fn busy(start: Instant) -> Estimate {
        let mut estimate = Estimate::default();
        for run in [0, 1] {
            estimate.begin(run, start);
        }
        for run in [0, 1] {
            estimate.end(run, after(start, 4));
            estimate.begin(run + 2, after(start, 4));
        }
        estimate
    }

    #[test]
    fn nothing_is_said_before_a_run_has_ended() {
        let (mut estimate, start) = (Estimate::default(), Instant::now());
        assert_eq!(estimate.seconds(1, start), None);
        estimate.begin(0, start);
        assert_eq!(estimate.seconds(1, after(start, 9)), None);
    }

    #[test]
    fn a_wait_is_what_is_left_of_those_that_go_and_the_rounds_before_ones_own() {
        let start = Instant::now();
        let estimate = busy(start);
        let said: Vec<_> =
            (1..=6).map(|place| estimate.seconds(place, after(start, 5)).unwrap()).collect();
        assert_eq!(said, [3, 3, 7, 7, 15, 15], "the last two rounded up from 11");
        assert_eq!(estimate.seconds(100, after(start, 5)), Some(210));
    }

    #[test]
    fn runs_that_take_longer_than_usual_make_it_longer() {
        let start = Instant::now();
        assert_eq!(busy(start).seconds(1, after(start, 13)), Some(9));
    }
}
