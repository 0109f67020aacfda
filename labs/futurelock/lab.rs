//! A lock is handed on to the next in line. What if nobody asks the next in line?
#![allow(
    clippy::await_holding_invalid_type,
    reason = "a guard across an await, and who waits for it, is what this lab shows"
)]

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod again;
    pub(crate) mod fused;
    pub(crate) mod in_order;
    pub(crate) mod later;
    pub(crate) mod limited;
}

use futures_util::{StreamExt, stream};
use labkit::{Count, One, prelude::*};
use std::{
    pin::pin,
    sync::{
        Arc, Mutex as StdMutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{join, sync::Mutex};

labkit::choice! {
    /// What has to be written while something else is under way.
    Case {
        /// A note on a sale that takes long.
        Slow = "slow",
        /// An order, while others are being looked up.
        Stream = "stream",
    }
}

labkit::knobs! {
    /// What has to be written while something else is under way.
    case: Case = Case::Slow;
    /// How long the stocktaking has the ledger.
    hold: Duration = 50, 1..=1000, grid [10, 16, 100];
    /// How many orders are looked up side by side.
    side_by_side: usize = 3, 1..=5, grid [1, 2, 5];
}

/// Sells a book. If that takes longer than it should, it makes a note, and the sale goes on.
trait Sells {
    async fn sell(shop: &Shop);
}

/// Looks up all orders, some side by side, and books each one that was found.
trait Imports {
    async fn import(orders: Vec<Order>, side_by_side: usize, shop: &Shop);
}

type Order = u32;

async fn scenario<A: Sells + Imports>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Slow => sold::<A>(&lab, knobs).await,
        Case::Stream => imported::<A>(&lab, knobs).await,
    }
    Ok(())
}

// ANCHOR: scenario
async fn sold<A: Sells>(lab: &Lab, knobs: Knobs) {
    let shop = Shop::new(lab);
    let stocktaking = shop.other("stocktaking", knobs.hold);
    let till = A::sell(&shop);
    let neighbour = async {
        sleep(ms(30)).await;
        shop.other("neighbour", WRITE).await;
    };
    shop.work(async { join!(stocktaking, till, neighbour) }, knobs).await;
    shop.check_the_line();
    lab.check_eq("cards that were charged, for one sale", 1, shop.charged.load(SeqCst));
}
// ANCHOR_END: scenario

async fn imported<A: Imports>(lab: &Lab, knobs: Knobs) {
    let shop = Shop::new(lab);
    shop.work(A::import((1..=ORDERS).collect(), knobs.side_by_side, &shop), knobs).await;
    shop.check_the_line();
    lab.check_eq("orders that are booked", ORDERS as usize, shop.booked.load(SeqCst));
}

const ORDERS: Order = 5;
/// How long it takes to write a line into the ledger, or to look for one.
const WRITE: Duration = ms(5);
/// A shop with one ledger. Whoever has its lock may write.
struct Shop {
    lab: Lab,
    ledger: Mutex<()>,
    lane: Lane,
    /// Who stands in line, as they see it, and who has the lock, as they see it.
    in_line: Count,
    inside: Count,
    /// Has a clone in each sale or look-up that was begun and is not done.
    under_way: Arc<()>,
    asked: StdMutex<Vec<String>>,
    served: StdMutex<Vec<String>>,
    charged: AtomicUsize,
    booked: AtomicUsize,
}

// ANCHOR: shop
impl Shop {
    /// Charges the card, and then writes the sale into the ledger.
    async fn charge_and_write(&self) {
        let _under_way = self.under_way.clone();
        sleep(ms(2)).await;
        self.charged.fetch_add(1, SeqCst);
        self.has_ledger("sale", WRITE).await;
    }

    /// Stands in line for the lock, keeps it for some time, and gives it back.
    async fn has_ledger(&self, who: &str, takes: Duration) {
        let place = self.stands_in_line(who);
        let guard = self.ledger.lock().await;
        drop(place);
        let inside = self.has_it(who);
        sleep(takes).await;
        drop((guard, inside));
        self.gave_back(who);
    }
}
// ANCHOR_END: shop

// What is watched from outside.
impl Shop {
    fn new(lab: &Lab) -> Self {
        let lane = lab.lane("ledger");
        Self {
            lab: lab.clone(),
            ledger: Mutex::default(),
            in_line: lane.count("in line"),
            inside: lane.count("have the lock"),
            under_way: Arc::default(),
            lane,
            asked: StdMutex::default(),
            served: StdMutex::default(),
            charged: AtomicUsize::new(0),
            booked: AtomicUsize::new(0),
        }
    }

    /// Somebody else who needs the ledger.
    async fn other(&self, who: &str, takes: Duration) {
        self.lab.lane(who).watch("has_ledger()", self.has_ledger(who, takes)).await;
    }

    /// One sale.
    fn sale(&self) -> impl Future<Output = ()> {
        self.lab.lane("till").watch("sale()", self.charge_and_write())
    }

    /// Writes down that a sale takes long.
    async fn note(&self) {
        self.needs_the_ledger();
        self.lab.lane("till").watch("note()", self.has_ledger("note", WRITE)).await;
    }

    /// Looks for an order in the ledger.
    async fn look_up(&self, order: Order) -> Order {
        let _under_way = self.under_way.clone();
        let who = format!("look-up {order}");
        let lane = self.lab.lane(&format!("order {order}"));
        lane.watch("look_up()", self.has_ledger(&who, WRITE)).await;
        order
    }

    /// Writes an order into the ledger.
    async fn book(&self, order: Order) {
        self.needs_the_ledger();
        let who = format!("order {order}");
        self.lab.lane(&who).watch("book()", self.has_ledger(&who, WRITE)).await;
        self.booked.fetch_add(1, SeqCst);
    }

    /// Something is under way, and now somebody beside it stands in line too: that is what a run has to try.
    fn needs_the_ledger(&self) {
        if Arc::strong_count(&self.under_way) > 1 {
            self.lab.cancelled();
        }
    }

    fn stands_in_line(&self, who: &str) -> One {
        push(&self.asked, who);
        self.lane.say(format!("{who} stands in line"));
        self.in_line.one()
    }

    fn has_it(&self, who: &str) -> One {
        self.lane.say(format!("{who} has the lock"));
        self.inside.one()
    }

    fn gave_back(&self, who: &str) {
        push(&self.served, who);
        self.lane.say(format!("{who} gave it back"));
    }

    // ANCHOR: auditor
    /// Lets them work. Somebody looks at the lock when it takes several times as long as all of it should.
    async fn work(&self, work: impl Future, knobs: Knobs) {
        let mut work = pin!(work);
        if timeout(3 * knobs.hold + ms(150), &mut work).await.is_err() {
            let lock = if self.ledger.try_lock().is_ok() { "free" } else { "taken" };
            let (inside, in_line) = (self.inside.now(), self.in_line.now());
            let auditor = self.lab.lane("auditor");
            auditor.say(format!("the lock is {lock}, {inside} have it, {in_line} stand in line"));
        }
    }
    // ANCHOR_END: auditor

    fn check_the_line(&self) {
        let [asked, served] = [&self.asked, &self.served]
            .map(|who| who.lock().unwrap_or_else(PoisonError::into_inner).clone());
        self.lab.check_eq("who had the ledger, of those who stood in line", asked, served);
    }
}

fn push(list: &StdMutex<Vec<String>>, who: &str) {
    list.lock().unwrap_or_else(PoisonError::into_inner).push(who.to_owned());
}

fn main() -> ExitCode {
    Manifest {
        title: "One slow sale, and the whole shop stands still",
        crates: &["tokio", "futures"],
        article: &[],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: again, fused, in_order, later, limited],
    )
}
