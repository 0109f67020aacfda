//! An order is taken from one place to be put into another. Something else wins while it is on the way.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod assumed;
    pub(crate) mod behind;
    pub(crate) mod spawned;
    pub(crate) mod tried;
}

use futures_channel::mpsc;
use futures_util::{SinkExt, Stream, StreamExt, stream};
use labkit::{prelude::*, witness::live_tasks};
use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};
use tokio::{
    join,
    sync::mpsc::{Receiver, Sender, channel},
};

labkit::choice! {
    /// Who hands orders on, and how.
    Case {
        /// A relay takes an order from its inbox and sends it on, beside a heartbeat.
        Relay = "relay",
        /// A worker sends what is pending, each with a limit, and comes back to the rest.
        Pending = "pending",
        /// A producer sends again what was not sent within a limit, by a channel of another crate.
        Again = "again",
    }
}

labkit::knobs! {
    /// Who hands orders on, and how.
    case: Case = Case::Relay;
    /// The period of the heartbeat; the limit of a send.
    limit: Duration = 35, 5..=1000, grid [10, 60, 1000];
    /// How long the consumer takes for an order.
    pace: Duration = 50, 1..=200, grid [5, 20, 100];
}

type Order = u32;

/// Takes one order from the inbox and sends it on; `None` when there are no more.
trait Relays {
    async fn hand_on(inbox: &mut Receiver<Order>, outbox: &Sender<Order>) -> Option<()>;
}

/// Sends what is pending, oldest first. An error when one takes longer than `limit`; then it is called again.
trait Flushes {
    async fn flush(
        pending: &mut VecDeque<Order>,
        outbox: &Sender<Order>,
        limit: Duration,
    ) -> Result;
}

/// Sends one order and says whether it was sent. If not, it is called again with the same order.
trait Retries {
    async fn try_once(outbox: &mut mpsc::Sender<Order>, order: Order, limit: Duration) -> bool;
}

const ORDERS: std::ops::RangeInclusive<Order> = 1..=10;
const TRIES: usize = 3;

/// The orders that were handed on, as who did it says, and those that the consumer got.
struct Handed {
    sent: Vec<Order>,
    got: Vec<Order>,
}

async fn scenario<A: Relays + Flushes + Retries>(lab: Lab, knobs: Knobs) -> Result {
    let Handed { sent, got } = match knobs.case {
        Case::Relay => relayed::<A>(&lab, knobs).await,
        Case::Pending => flushed::<A>(&lab, knobs).await,
        Case::Again => retried::<A>(&lab, knobs).await,
    };
    lab.check_eq("orders that the consumer gets", sent, got);
    Ok(())
}

// ANCHOR: scenario
async fn relayed<A: Relays>(lab: &Lab, knobs: Knobs) -> Handed {
    let (relay, heart) = (lab.lane("relay"), lab.lane("heartbeat"));
    let (into_inbox, mut inbox) = channel(10);
    let (outbox, into_consumer) = channel(1);
    let mut taken = Taken { sent: Arc::default(), inbox: Some(into_inbox.clone()) };
    let sent = taken.sent.clone();
    let relaying = async move {
        let (mut beat, mut beside) = (every(knobs.limit), 0);
        loop {
            select! {
                biased;
                _ = beat.tick() => heart.mark("beats"),
                done = relay
                    .watch_at(1, "hand_on()", A::hand_on(&mut inbox, &outbox))
                    .holding(taken.begun()) =>
                {
                    beside = live_tasks().max(beside);
                    if done.is_none() { break beside }
                }
            }
        }
    };
    let source = send_all(lab.lane("source"), into_inbox, sent);
    let consumer = consume(lab.lane("consumer"), stream_of(into_consumer), knobs.pace);
    let (sent, beside, got) = join!(source, relaying, consumer);
    lab.check_eq("tasks that hold orders beside the relay", 0, beside);
    Handed { sent, got }
}
// ANCHOR_END: scenario

/// The orders that were taken from the inbox, as seen from its other end.
#[derive(Clone)]
struct Taken {
    sent: Arc<AtomicU32>,
    /// None once the last one is taken, so that the inbox closes.
    inbox: Option<Sender<Order>>,
}

impl Taken {
    /// A `hand_on()` begins. Tells, in words, which order it has taken.
    fn begun(&mut self) -> impl Fn() -> Option<String> + Send + use<> {
        let before = self.last();
        if before == *ORDERS.end() {
            self.inbox = None;
        }
        let taken = self.clone();
        move || (taken.last() > before).then(|| format!("had taken order {}", taken.last()))
    }

    fn last(&self) -> Order {
        let waiting =
            self.inbox.as_ref().map_or(0, |inbox| inbox.max_capacity() - inbox.capacity());
        self.sent.load(SeqCst) - u32::try_from(waiting).expect("ten orders")
    }
}

/// An order every 10 ms.
async fn send_all(source: Lane, inbox: Sender<Order>, sent: Arc<AtomicU32>) -> Vec<Order> {
    for order in ORDERS {
        sleep(ms(10)).await;
        inbox.send(order).await.expect("the relay outlives the source");
        sent.store(order, SeqCst);
        source.gauge("orders sent", order as usize, "");
    }
    source.say(format!("has sent {} orders", ORDERS.count()));
    ORDERS.collect()
}

async fn flushed<A: Flushes>(lab: &Lab, knobs: Knobs) -> Handed {
    let worker = lab.lane("worker");
    let (outbox, into_consumer) = channel(1);
    let working = async move {
        let mut pending: VecDeque<Order> = ORDERS.collect();
        loop {
            let flush = A::flush(&mut pending, &outbox, knobs.limit);
            let flush = worker.watch("flush()", flush).with_own_limit(Result::is_err);
            if flush.await.is_ok() {
                break worker.say("has nothing pending any more");
            }
            worker.say(format!("too slow; comes back to {} that are pending", pending.len()));
        }
    };
    let consumer = consume(lab.lane("consumer"), stream_of(into_consumer), knobs.pace);
    let ((), got) = join!(working, consumer);
    Handed { sent: ORDERS.collect(), got }
}

async fn retried<A: Retries>(lab: &Lab, knobs: Knobs) -> Handed {
    let producer = lab.lane("producer");
    let (mut outbox, into_consumer) = mpsc::channel(0);
    let producing = async move {
        let mut sent = vec![];
        for order in ORDERS {
            let mut tries = 0;
            let done = loop {
                let once = A::try_once(&mut outbox, order, knobs.limit);
                let once = producer.watch("try_once()", once).limit("timeout", knobs.limit);
                let once = once.with_own_limit(|sent| !sent);
                tries += 1;
                match once.await {
                    false if tries < TRIES => {}
                    done => break done,
                }
            };
            producer.say(match done {
                true => format!("order {order} is sent, at try {tries}"),
                false => format!("order {order} is not sent, after {TRIES} tries"),
            });
            sent.extend(done.then_some(order));
        }
        sent
    };
    let (sent, got) = join!(producing, consume(lab.lane("consumer"), into_consumer, knobs.pace));
    Handed { sent, got }
}

fn stream_of(orders: Receiver<Order>) -> impl Stream<Item = Order> {
    stream::unfold(orders, async |mut orders| Some((orders.recv().await?, orders)))
}

/// Works through the orders, one after the other, and says which it got.
async fn consume(consumer: Lane, orders: impl Stream<Item = Order>, pace: Duration) -> Vec<Order> {
    let mut orders = std::pin::pin!(orders);
    let mut got = vec![];
    while let Some(order) = orders.next().await {
        consumer.say(format!("order {order}"));
        got.push(order);
        sleep(pace).await;
    }
    got
}

fn main() -> ExitCode {
    Manifest {
        title: "Taken from the queue, and never heard of again",
        crates: &["tokio", "futures"],
        article: &[],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: assumed, behind, spawned, tried],
    )
}
