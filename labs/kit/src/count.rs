use crate::Lane;
use parking_lot::Mutex;
use std::sync::Arc;

/// How many there are of something that comes and goes, such as open transfers. Each change is told to the timeline. Clones
/// are the same count.
#[derive(Clone)]
pub struct Count {
    lane: Lane,
    name: Arc<str>,
    tally: Arc<Mutex<Tally>>,
}

#[derive(Default)]
struct Tally {
    now: usize,
    most: usize,
}

/// One of those that a [`Count`] counts, for as long as it lives.
#[must_use = "dropped at once, it is counted for nothing"]
pub struct One(Count);

impl Lane {
    /// A count that begins with none.
    pub fn count(&self, name: &str) -> Count {
        Count { lane: self.clone(), name: name.into(), tally: Arc::default() }
    }
}

impl Count {
    /// Counts one more, until it is dropped: put it into whatever comes and goes.
    pub fn one(&self) -> One {
        self.change(|tally| {
            tally.now += 1;
            tally.most = tally.most.max(tally.now);
        });
        One(self.clone())
    }

    /// Tells each number before the next change: else two threads would tell theirs the other way round.
    fn change(&self, by: impl FnOnce(&mut Tally)) {
        let mut tally = self.tally.lock();
        by(&mut tally);
        self.lane.gauge(&self.name, tally.now, "");
    }

    /// How many there are.
    pub fn now(&self) -> usize {
        self.tally.lock().now
    }

    /// How many there were at the same time, at most.
    pub fn most(&self) -> usize {
        self.tally.lock().most
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.change(|tally| tally.now -= 1);
    }
}

#[cfg(test)]
mod tests {
    use crate::Lab;

    #[tokio::test]
    async fn what_is_dropped_is_counted_no_more_and_the_most_is_remembered() {
        let open = Lab::new().lane("bank").count("open transfers");
        let (first, second) = (open.one(), open.clone().one());
        assert_eq!((open.now(), open.most()), (2, 2));
        drop(first);
        let third = open.one();
        assert_eq!((open.now(), open.most()), (2, 2));
        drop((second, third));
        assert_eq!((open.now(), open.most()), (0, 2));
    }
}
