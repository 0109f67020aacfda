use super::estimate::Estimate;
use parking_lot::{Mutex, MutexGuard};
use std::{collections::HashMap, sync::Arc, time::Instant};
use tokio::sync::watch;

/// People take turns: who has one run waiting is not held up by who has a hundred. Everyone can be told their place.
#[derive(Debug)]
pub struct Queue {
    inner: Mutex<Inner>,
    /// Someone went or left, so all places behind are others now.
    changed: watch::Sender<()>,
    /// How many may wait.
    most: usize,
}

/// The turn in which it goes, and a number that only grows: in a turn, who comes first goes first.
type Key = (u64, u64);

/// Where somebody stands who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// 1 is next.
    pub place: u64,
    /// About how many seconds, where runs have ended already.
    pub about: Option<u64>,
}

#[derive(Debug)]
struct Inner {
    /// How many more may run.
    free: usize,
    /// In the order in which they go.
    waiting: Vec<Key>,
    next: u64,
    /// The turn of the last one that went.
    turn: u64,
    people: HashMap<Arc<str>, Person>,
    estimate: Estimate,
}

/// Somebody with a run that waits or goes.
#[derive(Debug, Default)]
struct Person {
    turn: u64,
    waiting: usize,
    running: usize,
}

/// A place in the queue, and then among those who run. Dropped, it is free for the next.
#[derive(Debug)]
pub struct Ticket {
    queue: Arc<Queue>,
    key: Key,
    who: Arc<str>,
    /// Whether it has gone: then its drop frees a place, and else it leaves the queue.
    running: bool,
}

impl Queue {
    pub fn new(running: usize, waiting: usize) -> Arc<Self> {
        let (free, people, estimate) = (running.max(1), HashMap::new(), Estimate::default());
        let inner = Inner { free, waiting: vec![], next: 0, turn: 0, people, estimate };
        Arc::new(Self { inner: Mutex::new(inner), changed: watch::Sender::new(()), most: waiting })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// None where too many wait already. Who has nothing waiting is taken even then, as long as there is any room at all:
    /// so nobody fills the queue for others.
    pub fn enter(self: &Arc<Self>, who: &str) -> Option<Ticket> {
        let mut inner = self.lock();
        let who: Arc<str> = who.into();
        let waits = inner.people.get(&who).is_some_and(|person| person.waiting > 0);
        let most = self.most.max(1) * if waits { 1 } else { 2 };
        if inner.waiting.len() >= most {
            return None;
        }
        let turn = inner.turn;
        let person = inner.people.entry(who.clone()).or_default();
        let has = person.waiting + person.running > 0;
        person.turn = if has { turn.max(person.turn + 1) } else { turn };
        person.waiting += 1;
        let key = (person.turn, inner.next);
        inner.next += 1;
        let at = inner.waiting.partition_point(|waiting| *waiting < key);
        inner.waiting.insert(at, key);
        drop(inner);
        // Who has many waiting moves back.
        self.changed.send_replace(());
        Some(Ticket { queue: self.clone(), key, who, running: false })
    }
}

impl Inner {
    fn leave(&mut self, who: &Arc<str>, running: bool) {
        let Some(person) = self.people.get_mut(who) else { return };
        *(if running { &mut person.running } else { &mut person.waiting }) -= 1;
        if person.running + person.waiting == 0 {
            self.people.remove(who);
        }
    }
}

impl Ticket {
    /// Goes, if it is its turn, or tells its place; 1 is next.
    pub fn go(&mut self) -> Result<(), u64> {
        let mut inner = self.queue.lock();
        if self.running {
            return Ok(());
        }
        let place = inner.waiting.binary_search(&self.key).unwrap_or(0);
        if place > 0 || inner.free == 0 {
            return Err(place as u64 + 1);
        }
        inner.waiting.remove(0);
        inner.free -= 1;
        inner.turn = self.key.0;
        if let Some(person) = inner.people.get_mut(&self.who) {
            person.waiting -= 1;
            person.running += 1;
        }
        inner.estimate.begin(self.key.1, Instant::now());
        self.running = true;
        drop(inner);
        self.queue.changed.send_replace(());
        Ok(())
    }

    /// A place, and about how long it is until its turn.
    pub fn wait(&self, place: u64) -> Wait {
        let about = self.queue.lock().estimate.seconds(place, Instant::now());
        Wait { place, about }
    }

    /// Until it is its turn; tells each place on the way. Cancel-safe: it keeps its place.
    pub async fn turn(&mut self, tell: impl Fn(Wait)) {
        let mut changed = self.queue.changed.subscribe();
        while let Err(place) = self.go() {
            tell(self.wait(place));
            if changed.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        {
            let mut inner = self.queue.lock();
            match inner.waiting.binary_search(&self.key) {
                Ok(at) if !self.running => drop(inner.waiting.remove(at)),
                _ => {
                    inner.free += 1;
                    inner.estimate.end(self.key.1, Instant::now());
                }
            }
            inner.leave(&self.who, self.running);
        }
        self.queue.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_first_goes_first_and_everyone_moves_up() {
        let queue = Queue::new(1, 10);
        let mut tickets: Vec<_> = (0..4).map(|_| queue.enter("a").unwrap()).collect();
        assert_eq!(tickets[0].go(), Ok(()));
        let places: Vec<_> = tickets[1..].iter_mut().map(Ticket::go).collect();
        assert_eq!(places, [Err(1), Err(2), Err(3)]);
        drop(tickets.remove(2));
        drop(tickets.remove(0));
        assert_eq!(tickets[1].go(), Err(2), "nobody jumps the queue");
        assert_eq!(tickets[0].go(), Ok(()));
        assert_eq!(tickets[1].go(), Err(1));
    }

    #[test]
    fn a_full_queue_takes_nobody() {
        let queue = Queue::new(1, 2);
        let _both = (queue.enter("a").unwrap(), queue.enter("a").unwrap());
        assert!(queue.enter("a").is_none());
    }

    #[test]
    fn one_person_with_a_hundred_runs_holds_up_nobody() {
        let queue = Queue::new(1, 1000);
        let mut greedy: Vec<_> = (0..100).map(|_| queue.enter("greedy").unwrap()).collect();
        assert_eq!(greedy[0].go(), Ok(()));
        let mut others: Vec<_> = ["b", "c"].iter().map(|who| queue.enter(who).unwrap()).collect();
        let places: Vec<_> = others.iter_mut().map(Ticket::go).collect();
        assert_eq!(places, [Err(1), Err(2)], "they wait for the one that runs, and for no other");
        drop(greedy.remove(0));
        assert_eq!(greedy[0].go(), Err(3));
        assert_eq!(others.remove(0).go(), Ok(()));
        let mut again = queue.enter("b").unwrap();
        assert_eq!(
            again.go(),
            Err(2),
            "after the other, and before the second of the greedy one's"
        );
    }

    #[test]
    fn nobody_fills_the_queue_for_others_and_it_is_bounded_all_the_same() {
        let queue = Queue::new(1, 3);
        let mut kept: Vec<_> = (0..3).map(|_| queue.enter("greedy").unwrap()).collect();
        assert!(queue.enter("greedy").is_none());
        kept.extend(["b", "c", "d"].iter().map(|who| queue.enter(who).unwrap()));
        assert!(queue.enter("e").is_none());
        drop(kept);
        assert!(queue.lock().people.is_empty() && queue.lock().waiting.is_empty());
        assert_eq!(queue.lock().free, 1);
    }
}
