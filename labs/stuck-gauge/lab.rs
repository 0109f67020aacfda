//! Calls come and go, and a gauge and a log tell of them. What do they tell of those who left?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod dropped_at_once;
    pub(crate) mod gauge_only;
    pub(crate) mod own_limit;
    pub(crate) mod spawned;
}

use futures_util::future::join_all;
use labkit::{Count, prelude::*};
use scopeguard::guard;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

labkit::choice! {
    /// What the number of calls is used for.
    Case {
        /// A gauge and a log tell of it.
        Meter = "meter",
        /// Whoever comes is let in by it, or not.
        Door = "door",
    }
}

labkit::knobs! {
    /// What the number of calls is used for.
    case: Case = Case::Meter;
    /// After how long a client leaves that has no answer.
    patience: Duration = 35, 5..=1000, grid [10, 100];
    /// How long the second and the fourth call take. The others take 5 ms.
    slow: Duration = 60, 5..=1000, grid [20, 200];
}

/// Answers a call, and tells the meter of it.
trait Answers {
    async fn handle(meter: &Meter, call: Call) -> Status;
}

/// Answers a call, if there is a place for it.
trait Admits {
    async fn admit(meter: &Meter, call: Call) -> Status;
}

/// As HTTP has it.
type Status = u16;
const OK: Status = 200;
const FULL: Status = 503;
/// The client has left. No client sees it; proxies write it into their logs.
const LEFT: Status = 499;

/// How many calls there may be at the same time.
const PLACES: usize = 2;
const CALLS: u64 = 6;

async fn scenario<A: Answers + Admits>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Meter => metered::<A>(&lab, knobs).await,
        Case::Door => admitted::<A>(&lab, knobs).await,
    }
    Ok(())
}

// ANCHOR: scenario
async fn metered<A: Answers>(lab: &Lab, knobs: Knobs) {
    let meter = Meter::new(lab);
    let told = calls(lab, knobs, &meter, async |call| A::handle(&meter, call).await).await;
    sleep(knobs.slow).await; // whatever goes on elsewhere comes to its end
    meter.say_what_it_shows();
    meter.check_gauge(lab);
    meter.check_log(lab, &told);
}

/// Six calls, one each 40 ms. A client that waits too long hangs up, and its handler is dropped.
async fn calls(
    lab: &Lab,
    knobs: Knobs,
    meter: &Meter,
    handle: impl AsyncFn(Call) -> Status,
) -> Vec<(u64, Status)> {
    let clients = lab.lane("clients");
    let call = async |id| {
        sleep(ms(40) * id).await;
        let call = meter.call(id, if id == 2 || id == 4 { knobs.slow } else { ms(5) });
        let handled = clients.watch(&format!("call {id}"), handle(call));
        let handled = handled.limit("timeout", knobs.patience);
        let handled = timeout(knobs.patience, handled).await;
        clients.say(match handled {
            Ok(status) => format!("call {id} is told {status}"),
            Err(_) => format!("call {id} has left"),
        });
        (u64::from(id), handled.unwrap_or(LEFT))
    };
    join_all((1..=CALLS as u32).map(call)).await
}
// ANCHOR_END: scenario

async fn admitted<A: Admits>(lab: &Lab, knobs: Knobs) {
    let meter = Meter::new(lab);
    let refused = AtomicUsize::new(0);
    let handle = async |call| {
        let status = A::admit(&meter, call).await;
        if status == FULL && meter.0.at_work.now() < PLACES {
            refused.fetch_add(1, SeqCst);
        }
        status
    };
    calls(lab, knobs, &meter, handle).await;
    let (inside, refused) = (meter.in_flight(), refused.load(SeqCst));
    lab.lane("door").say(format!("calls inside, as it counts: {inside}, of {PLACES}"));
    lab.check_eq("calls refused while there was a place", 0, refused);
    lab.check_eq("calls inside, at the end", 0, inside);
}

/// What operators look at: a gauge of calls in flight, and a log. Clones are the same meter.
#[derive(Clone)]
struct Meter(Arc<Seen>);

struct Seen {
    gauge: Lane,
    log: Lane,
    in_flight: AtomicUsize,
    lines: Mutex<Vec<Line>>,
    /// Calls that are truly at work, and what both numbers were when each began.
    at_work: Count,
    readings: Mutex<Vec<(usize, usize)>>,
}

#[derive(Clone, Copy)]
struct Line {
    call: u64,
    status: Status,
    took: Duration,
}

// ANCHOR: meter
impl Meter {
    /// One call more is in flight.
    fn enter(&self) {
        self.moved(self.0.in_flight.fetch_add(1, SeqCst) + 1);
    }

    /// One call less.
    fn leave(&self) {
        self.moved(self.0.in_flight.fetch_sub(1, SeqCst) - 1);
    }

    /// A line for one call, with what it was told and how long it took.
    fn log(&self, call: u64, status: Status, took: Duration) {
        self.0.log.say(format!("call {call}: {status}, {} ms", took.as_millis()));
        lock(&self.0.lines).push(Line { call, status, took });
    }
}
// ANCHOR_END: meter

impl Meter {
    fn new(lab: &Lab) -> Self {
        Self(Arc::new(Seen {
            gauge: lab.lane("gauge"),
            log: lab.lane("log"),
            in_flight: AtomicUsize::new(0),
            lines: Mutex::default(),
            at_work: lab.lane("server").count("at work"),
            readings: Mutex::default(),
        }))
    }

    fn call(&self, id: u32, takes: Duration) -> Call {
        Call { id: id.into(), takes, meter: self.clone() }
    }

    fn in_flight(&self) -> usize {
        self.0.in_flight.load(SeqCst)
    }

    fn moved(&self, in_flight: usize) {
        self.0.gauge.gauge("in flight", in_flight, "");
    }

    fn say_what_it_shows(&self) {
        let slowest = lock(&self.0.lines).iter().map(|line| line.took.as_millis()).max();
        self.0.gauge.say(format!("in flight: {}", self.in_flight()));
        self.0.log.say(format!("slowest call: {} ms", slowest.unwrap_or(0)));
    }

    fn check_gauge(&self, lab: &Lab) {
        let readings = lock(&self.0.readings);
        let (real, shown) = readings.iter().copied().unzip::<_, _, Vec<_>, Vec<_>>();
        lab.check_eq("the gauge, as each call is at work", real, shown);
        lab.check_eq("the gauge, when all have left", 0, self.in_flight());
    }

    fn check_log(&self, lab: &Lab, told: &[(u64, Status)]) {
        let mut lines = lock(&self.0.lines).clone();
        lines.sort_by_key(|line| line.call);
        let logged: Vec<_> = lines.iter().map(|line| (line.call, line.status)).collect();
        lab.check_eq("calls in the log, and how they ended", told.to_vec(), logged);
    }
}

/// What a client asks for.
struct Call {
    id: u64,
    takes: Duration,
    meter: Meter,
}

impl Call {
    /// The work itself.
    async fn work(&self) -> Status {
        let seen = &self.meter.0;
        let _at_work = seen.at_work.one();
        lock(&seen.readings).push((seen.at_work.now(), self.meter.in_flight()));
        sleep(self.takes).await;
        OK
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn main() -> ExitCode {
    Manifest {
        title: "Clients say slow, and no call in the log is",
        crates: &["tokio"],
        article: &["2.4"],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![
            scenario: App,
            wrong: dropped_at_once, gauge_only, own_limit, spawned
        ],
    )
}
