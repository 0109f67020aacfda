//! A user saves, and leaves too early. What do the others read for the next half minute?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod before;
    pub(crate) mod cleans_up;
    pub(crate) mod forgets;
    pub(crate) mod untold;
}

use labkit::{Busy, prelude::*};
use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::watch, time::timeout_at};
use tokio_util::task::TaskTracker;

labkit::knobs! {
    /// When the user leaves.
    leave: Duration = 7, 1..=100, grid [2, 9, 10, 12, 50];
    /// How far the copy is behind the primary.
    lag: Duration = 800, 1..=60_000, grid [50];
    /// How long the cache believes what it has.
    ttl: Duration = 30_000, 1000..=60_000, grid [3000];
}

/// Saves what a user has typed.
trait Saves {
    async fn save(site: &Site, address: Address);
}

/// The old one is the first.
type Address = u32;
const OLD: Address = 1;
const NEW: Address = 2;

// ANCHOR: scenario
async fn scenario<A: Saves>(lab: Lab, knobs: Knobs) -> Result {
    let site = Site::new(&lab, knobs);
    site.cache.fill(OLD);
    let (began, user) = (Instant::now(), lab.lane("user"));
    let save = user.watch("save()", A::save(&site, NEW)).limit("timeout_at", knobs.leave);
    match timeout_at(began + knobs.leave, save).await {
        Ok(()) => user.say("is told that it is saved"),
        Err(_) => user.say("leaves"),
    }
    let readers = Readers::new(&lab);
    while began.elapsed() < WATCHED {
        readers.saw(site.read().await, site.primary.now());
        sleep(ms(100)).await;
    }
    // ANCHOR_END: scenario
    site.primary.lane.no_more();
    lab.over();
    readers.check(&lab);
    site.tasks.close();
    site.tasks.wait().await;
    Ok(())
}

/// Beyond the half minute.
const WATCHED: Duration = ms(35_000);
/// How long a request is under way, and then its answer.
const WAY: Duration = ms(5);

// ANCHOR: site
#[derive(Clone)]
struct Site {
    primary: Store,
    /// Reads go here. It follows the primary.
    copy: watch::Receiver<Address>,
    cache: Cache,
    tasks: TaskTracker,
}

impl Site {
    async fn read(&self) -> Address {
        sleep(ms(1)).await;
        if let Some(address) = self.cache.get() {
            return address;
        }
        let address = *self.copy.borrow();
        self.cache.fill(address);
        address
    }
}
// ANCHOR_END: site

impl Site {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        lab.lanes(&["user", "primary", "copy", "cache", "readers"]);
        let bars = Bars::default();
        let [lane, of_primary, of_cache] =
            ["copy", "primary", "cache"].map(|name| Shown::new(lab, name, &bars));
        let primary = Store::new(of_primary);
        let (copied, copy) = watch::channel(OLD);
        let mut changes = primary.value.subscribe();
        lane.has(Some(OLD));
        tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                let address = *changes.borrow_and_update();
                sleep(knobs.lag).await;
                copied.send_replace(address);
                lane.say(format!("has address {address}"));
                lane.has(Some(address));
            }
        });
        Self { primary, copy, cache: Cache::new(of_cache, knobs.ttl), tasks: TaskTracker::new() }
    }
}

// ANCHOR: store
/// A server of its own: what was sent to it arrives, whoever waits for the answer.
#[derive(Clone)]
struct Store {
    lane: Shown,
    value: Arc<watch::Sender<Address>>,
}

impl Store {
    async fn write(&self, address: Address) {
        let there = self.clone();
        let sent = tokio::spawn(async move {
            sleep(WAY).await;
            there.has(address);
        });
        sent.await.expect("a server does its work");
        sleep(WAY).await;
    }
}
// ANCHOR_END: store

impl Store {
    fn new(lane: Shown) -> Self {
        lane.has(Some(OLD));
        Self { lane, value: Arc::new(watch::channel(OLD).0) }
    }

    fn has(&self, address: Address) {
        self.value.send_replace(address);
        self.lane.say(format!("has address {address}"));
        self.lane.has(Some(address));
    }

    fn now(&self) -> Address {
        *self.value.borrow()
    }
}

/// Another server. What it has it believes for some time.
#[derive(Clone)]
struct Cache {
    lane: Shown,
    ttl: Duration,
    entry: Arc<watch::Sender<Option<(Address, Instant)>>>,
}

impl Cache {
    fn new(lane: Shown, ttl: Duration) -> Self {
        Self { lane, ttl, entry: Arc::new(watch::channel(None).0) }
    }

    /// Tells it what is true now.
    async fn put(&self, address: Address) {
        self.send(Some(address)).await;
    }

    /// Has it forget what it has.
    async fn forget(&self) {
        self.send(None).await;
    }

    async fn send(&self, told: Option<Address>) {
        let there = self.clone();
        let sent = tokio::spawn(async move {
            sleep(WAY).await;
            there.set(told, "is told");
        });
        sent.await.expect("a server does its work");
        sleep(WAY).await;
    }

    fn get(&self) -> Option<Address> {
        let entry = *self.entry.borrow();
        entry.and_then(|(address, until)| (Instant::now() < until).then_some(address))
    }

    /// By a reader who found nothing.
    fn fill(&self, address: Address) {
        self.set(Some(address), "is filled from the copy");
    }

    fn set(&self, told: Option<Address>, how: &str) {
        let until = Instant::now() + self.ttl;
        self.entry.send_replace(told.map(|address| (address, until)));
        let what = told.map_or("nothing".into(), |address| format!("address {address}"));
        self.lane.say(format!("{how}: {what}"));
        self.lane.has(told);
    }
}

/// Of each lane a bar for what it has, as long as it has it.
type Bars = Arc<Mutex<BTreeMap<&'static str, Busy>>>;

/// A lane that shows what its server has.
#[derive(Clone)]
struct Shown {
    lane: Lane,
    name: &'static str,
    bars: Bars,
}

impl Shown {
    fn new(lab: &Lab, name: &'static str, bars: &Bars) -> Self {
        Self { lane: lab.lane(name), name, bars: bars.clone() }
    }

    fn say(&self, text: String) {
        self.lane.say(text);
    }

    fn has(&self, address: Option<Address>) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        // The old one ends before the new one begins.
        bars.remove(self.name);
        bars.extend(
            address.map(|address| (self.name, self.lane.busy(&format!("address {address}")))),
        );
    }

    /// The story is over, on all lanes.
    fn no_more(&self) {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Those who look at the page.
struct Readers {
    lane: Lane,
    reads: Cell<usize>,
    /// Of something else than the primary had.
    wrong: Cell<usize>,
    last: Cell<Option<Address>>,
}

impl Readers {
    fn new(lab: &Lab) -> Self {
        let (reads, wrong, last) = Default::default();
        Self { lane: lab.lane("readers"), reads, wrong, last }
    }

    fn saw(&self, address: Address, truth: Address) {
        self.reads.update(|n| n + 1);
        if address != truth {
            self.wrong.update(|n| n + 1);
        }
        if self.last.replace(Some(address)) != Some(address) {
            self.lane.say(format!("see address {address}"));
            if address != truth {
                self.lane.because(self.lane.beside("cache").last());
            }
        }
    }

    fn check(&self, lab: &Lab) {
        let (wrong, reads) = (self.wrong.get(), self.reads.get());
        // One may be on its way while the second write is.
        let got = format!("{wrong} of {reads}");
        lab.check_that("reads that differ from the primary", "at most 1", got, wrong <= 1);
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "Saved, and the parcel goes to the old address",
        crates: &["tokio", "tokio-util"],
        article: &["5.4"],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: before, cleans_up, forgets, untold],
    )
}
