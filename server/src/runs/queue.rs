use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Who comes first goes first, and everyone can be told their place.
#[derive(Debug)]
pub struct Queue {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
    most: usize,
}

#[derive(Debug)]
struct Inner {
    free: usize,
    /// Numbers of tickets, which only grow.
    waiting: VecDeque<u64>,
    next: u64,
}

/// A place in the queue, and then among those who run. Dropped, it is free for the next.
#[derive(Debug)]
pub struct Ticket {
    queue: Arc<Queue>,
    number: u64,
    running: bool,
}

impl Queue {
    pub fn new(running: usize, waiting: usize) -> Arc<Self> {
        let inner = Inner { free: running.max(1), waiting: VecDeque::new(), next: 0 };
        Arc::new(Self { inner: Mutex::new(inner), changed: watch::Sender::new(()), most: waiting })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None where too many wait already.
    pub fn enter(self: &Arc<Self>) -> Option<Ticket> {
        let mut inner = self.lock();
        if inner.waiting.len() >= self.most.max(1) {
            return None;
        }
        let number = inner.next;
        inner.next += 1;
        inner.waiting.push_back(number);
        Some(Ticket { queue: self.clone(), number, running: false })
    }
}

impl Ticket {
    /// Goes, if it is its turn, or tells its place; 1 is next.
    pub fn go(&mut self) -> Result<(), u64> {
        let mut inner = self.queue.lock();
        let place = inner.waiting.binary_search(&self.number).unwrap_or(0);
        if self.running {
            return Ok(());
        }
        if place > 0 || inner.free == 0 {
            return Err(place as u64 + 1);
        }
        inner.waiting.pop_front();
        inner.free -= 1;
        self.running = true;
        drop(inner);
        self.queue.changed.send_replace(());
        Ok(())
    }

    /// Until it is its turn; tells each place on the way. Cancel-safe: it keeps its place.
    pub async fn turn(&mut self, tell: impl Fn(u64)) {
        let mut changed = self.queue.changed.subscribe();
        while let Err(place) = self.go() {
            tell(place);
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
            match inner.waiting.binary_search(&self.number) {
                Ok(at) if !self.running => drop(inner.waiting.remove(at)),
                _ => inner.free += 1,
            }
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
        let mut tickets: Vec<_> = (0..4).map(|_| queue.enter().unwrap()).collect();
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
        let _both = (queue.enter().unwrap(), queue.enter().unwrap());
        assert!(queue.enter().is_none());
    }
}
