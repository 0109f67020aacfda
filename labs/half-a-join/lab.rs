//! Two things are asked for at once, and one of them is refused. What becomes of the other?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod both;
    pub(crate) mod in_turn;
    pub(crate) mod moment;
    pub(crate) mod spawned;
}

use futures_util::future::try_join_all;
use labkit::{Latch, Owner, ok_or_err, prelude::*};
use std::{
    io,
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    join,
    sync::{mpsc, oneshot},
    task::JoinSet,
    try_join,
};

labkit::choice! {
    /// What is asked for at once.
    Case {
        /// A flight and a hotel, each at a service that keeps its own books.
        Trip = "trip",
        /// The parts of an import, each in a task.
        Import = "import",
    }
}

labkit::choice! {
    /// Who says no.
    Refuses {
        /// The airline.
        Airline = "airline",
        /// The hotel.
        Hotel = "hotel",
        /// Neither; each part is imported.
        Nobody = "nobody",
    }
}

labkit::knobs! {
    /// What is asked for at once.
    case: Case = Case::Trip;
    /// How long the airline takes for its answer.
    airline: Duration = 20, 1..=200, grid [5, 100];
    /// How long the hotel takes for its answer, and the second part of the import.
    hotel: Duration = 60, 1..=200, grid [10, 20, 200];
    /// Who says no. In the import it is a part, unless it is nobody.
    refuses: Refuses = Refuses::Airline;
}

/// Books a flight and a room, both or none.
trait Trips {
    async fn book(airline: &Service, hotel: &Service) -> Booked<Trip>;
}

/// Imports all parts into the store. After an error the store is emptied: all parts or none.
trait Imports {
    async fn import(store: &Arc<Store>, parts: RangeInclusive<u32>) -> Result;
}

/// What came of asking for one.
type Booked<T> = std::result::Result<T, SoldOut>;
type Trip = (Booking, Booking);

/// Who has it can give it back.
#[derive(Debug)]
struct Booking;

#[derive(Debug)]
struct SoldOut;

/// A service elsewhere. It goes on with what it was asked for, whoever waits for its answer.
#[derive(Clone)]
struct Service {
    name: &'static str,
    caller: Lane,
    asks: mpsc::Sender<Ask>,
}

enum Ask {
    Book(oneshot::Sender<Booked<Booking>>, Owner),
    Cancel(Booking, oneshot::Sender<()>),
}

impl Service {
    async fn book(&self) -> Booked<Booking> {
        let (answer, booked) = oneshot::channel();
        let has_asked = Latch::default();
        let (had_asked, caller) = (has_asked.clone(), Owner::default());
        let asked = async {
            self.asks
                .send(Ask::Book(answer, caller.clone()))
                .await
                .expect("a service outlives its callers");
            has_asked.open();
            booked.await.expect("a service answers")
        };
        let asked = self.caller.watch(&format!("{}.book()", self.name), asked);
        let asked = asked.outcome(ok_or_err).as_owner(&caller);
        asked.holding(move || had_asked.is_open().then(|| "had asked".into())).await
    }

    async fn cancel(&self, booking: Booking) {
        let (answer, cancelled) = oneshot::channel();
        let ask = Ask::Cancel(booking, answer);
        self.asks.send(ask).await.expect("a service outlives its callers");
        cancelled.await.expect("a service answers");
    }
}

/// The service's own side. Returns how many bookings stand in the end.
async fn serve(lane: Lane, mut asks: mpsc::Receiver<Ask>, takes: Duration, refuses: bool) -> usize {
    let mut stand = 0;
    while let Some(ask) = asks.recv().await {
        match ask {
            Ask::Book(answer, caller) => {
                lane.watch("works on it", sleep(takes)).owned_by(&caller).await;
                lane.say(if refuses { "is sold out" } else { "books" });
                stand += usize::from(!refuses);
                if answer.send(if refuses { Err(SoldOut) } else { Ok(Booking) }).is_err() {
                    lane.say("nobody is there to take the answer");
                }
            }
            Ask::Cancel(Booking, answer) => {
                stand -= 1;
                lane.say("takes the booking back");
                answer.send(()).unwrap_or_default();
            }
        }
    }
    stand
}

async fn scenario<A: Trips + Imports>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Trip => trip::<A>(&lab, knobs).await,
        Case::Import => imported::<A>(&lab, knobs).await?,
    }
    Ok(())
}

// ANCHOR: scenario
async fn trip<A: Trips>(lab: &Lab, knobs: Knobs) {
    let customer = lab.lane("customer");
    let (airline, into_airline) = service("airline", &customer);
    let (hotel, into_hotel) = service("hotel", &customer);
    let trip = async {
        let trip = A::book(&airline, &hotel).await;
        match &trip {
            Ok(_) => customer.say("reads: your trip is booked"),
            Err(SoldOut) => {
                customer.say("reads: sold out, nothing was booked");
                let refused = if knobs.refuses == Refuses::Hotel { "hotel" } else { "airline" };
                customer.because(lab.lane(refused).last());
            }
        }
        drop((airline, hotel));
        trip.is_ok()
    };
    let (is_booked, seats, rooms) = join!(
        trip,
        serve(lab.lane("airline"), into_airline, knobs.airline, knobs.refuses == Refuses::Airline),
        serve(lab.lane("hotel"), into_hotel, knobs.hotel, knobs.refuses == Refuses::Hotel),
    );
    if !is_booked {
        // The trip is called off, whether a future is dropped for that or not.
        lab.cancelled();
    }
    lab.check_eq("seats booked", usize::from(is_booked), seats);
    lab.check_eq("rooms booked", usize::from(is_booked), rooms);
}
// ANCHOR_END: scenario

fn service(name: &'static str, caller: &Lane) -> (Service, mpsc::Receiver<Ask>) {
    let (asks, into_service) = mpsc::channel(1);
    (Service { name, caller: caller.clone(), asks }, into_service)
}

/// Where the parts of an import go.
struct Store {
    lane: Lane,
    /// Who wants the parts.
    user: Owner,
    parts: Mutex<Vec<u32>>,
    step: Duration,
    fails: bool,
}

const PARTS: RangeInclusive<u32> = 1..=4;

impl Store {
    /// The second of four parts is broken, if one is. The higher its number, the longer a part takes.
    async fn import(self: Arc<Self>, part: u32) -> Result {
        let name = format!("part {part}");
        let copied = async {
            sleep(self.step * part / 2).await;
            if self.fails && part == 2 {
                return Err(io::Error::other("part 2 is broken"));
            }
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
            Ok(())
        };
        self.lane.watch(&name, copied).owned_by(&self.user).await?;
        self.lane.say(format!("has part {part}"));
        Ok(())
    }

    fn clear(&self) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.lane.say("is emptied");
    }

    fn parts(&self) -> Vec<u32> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

// ANCHOR: import
async fn imported<A: Imports>(lab: &Lab, knobs: Knobs) -> Result {
    let store = Arc::new(Store {
        lane: lab.lane("store"),
        user: Owner::default(),
        parts: Mutex::default(),
        step: knobs.hotel,
        fails: knobs.refuses != Refuses::Nobody,
    });
    let user = lab.lane("user");
    let want = match A::import(&store, PARTS).await {
        Ok(()) => PARTS.collect(),
        Err(e) => {
            lab.cancelled();
            user.say(format!("reads: {e}, nothing was imported"));
            store.user.left();
            store.clear();
            vec![]
        }
    };
    // Long enough for each part, twice.
    sleep(knobs.hotel * 4).await;
    lab.check_eq("parts in the store, long after", want, store.parts());
    Ok(())
}
// ANCHOR_END: import

fn main() -> ExitCode {
    Manifest {
        title: "Told that nothing was booked, and expected at the hotel",
        crates: &["tokio", "futures"],
        article: &[],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: both, in_turn, moment, spawned],
    )
}
