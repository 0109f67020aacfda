//! What a lock guards is taken apart, and somebody leaves before it is put together again. The lock opens; that is all it does.
#![allow(
    clippy::await_holding_invalid_type,
    reason = "a guard across an await, and who is cancelled there, is what this lab shows"
)]

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod added_first;
    pub(crate) mod copied;
    pub(crate) mod defaulted;
    pub(crate) mod inner_limit;
    pub(crate) mod unlocked;
}

use futures_util::{StreamExt, stream::FuturesUnordered};
use labkit::{CancelAt, Cuts, prelude::*};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
};
use tokio::sync::Mutex;

labkit::choice! {
    /// What is taken apart.
    Case {
        /// A booking takes the sheet out of its place and puts back another.
        Taken = "taken",
        /// A room is moved from one list to the other.
        Moved = "moved",
        /// A flag is raised while the sheet is being printed.
        Flag = "flag",
    }
}

labkit::knobs! {
    /// What is taken apart.
    case: Case = Case::Taken;
    /// At which of its waits the third request is cut off: 1, 2 or 3.
    cut: CancelAt = 2, 1..=3;
}

type Room = u32;

/// Books a room on the day's sheet; `None` when there is no sheet.
trait Books {
    async fn book(sheet: &Mutex<Option<Sheet>>, desk: &Desk, room: Room) -> Option<()>;
}

/// Lets a room: it is no longer free, it is taken.
trait Lets {
    async fn give(rooms: &Mutex<Rooms>, desk: &Desk, room: Room);
}

/// Prints the sheet, unless it is being printed; says whether it did.
trait Prints {
    async fn print(printing: &AtomicBool, desk: &Desk) -> bool;
}

/// The day's sheet. Each booking makes a new one of it.
#[derive(Debug, Default, Clone)]
struct Sheet(Vec<Room>);

impl Sheet {
    fn with(mut self, room: Room) -> Self {
        self.0.push(room);
        self
    }
}

/// The rooms of the house. Each is in one of the lists.
#[derive(Debug)]
struct Rooms {
    free: BTreeSet<Room>,
    taken: BTreeSet<Room>,
}

/// Whoever a request has to wait for.
#[derive(Clone, Default)]
struct Desk {
    /// For which room it was asked last.
    asked: Arc<AtomicU32>,
}

impl Desk {
    async fn is_ready(&self, room: Room) {
        self.asked.store(room, SeqCst);
        sleep(ms(16)).await;
    }

    async fn confirm(&self, room: Room) {
        self.asked.store(room, SeqCst);
        sleep(ms(5)).await;
    }

    async fn print_page(&self) {
        sleep(ms(10)).await;
    }

    /// Tells of a request whether it has the lock: somebody has, and that one asked last.
    fn sees<T: Send + 'static>(
        &self,
        lock: &Arc<Mutex<T>>,
    ) -> impl Fn(Room) -> Option<String> + Clone + Send + use<T> {
        let (asked, lock) = (self.asked.clone(), lock.clone());
        move |room| {
            let has_it = asked.load(SeqCst) == room && lock.try_lock().is_err();
            has_it.then(|| "had the lock".into())
        }
    }
}

const ROOMS: std::ops::RangeInclusive<Room> = 1..=5;
const LEAVES: Room = 3;

async fn scenario<A: Books + Lets + Prints>(lab: Lab, knobs: Knobs) -> Result {
    let cuts = lab.cuts(knobs.cut);
    match knobs.case {
        Case::Taken => booked::<A>(&lab, cuts).await,
        Case::Moved => moved::<A>(&lab, cuts).await,
        Case::Flag => printed::<A>(&lab, cuts).await,
    }
    Ok(())
}

// ANCHOR: scenario
/// One request for each room, `gap` apart. The third is cut off where it was planned, and has no answer then.
async fn requests<T>(
    lab: &Lab,
    cuts: Cuts,
    gap: Duration,
    held: impl Fn(Room) -> Option<String> + Clone + Send + 'static,
    ask: impl AsyncFn(&Lane, Room) -> T,
) -> Vec<(Room, T)> {
    let request = async |room| {
        sleep(gap * room).await;
        let lane = lab.lane(&format!("request {room}"));
        let (work, held) = (lane.watch("work", ask(&lane, room)), held.clone());
        let work = work.holding(move || held(room));
        let answer = if room == LEAVES { cuts.polls(work).await } else { Some(work.await) };
        answer.map(|answer| (room, answer))
    };
    let all: FuturesUnordered<_> = ROOMS.map(request).collect();
    all.filter_map(async |answer| answer).collect().await
}
// ANCHOR_END: scenario

async fn booked<A: Books>(lab: &Lab, cuts: Cuts) {
    let (desk, sheet) = (Desk::default(), Arc::new(Mutex::new(Some(Sheet::default()))));
    let ask = async |request: &Lane, room| {
        let booked = A::book(&sheet, &desk, room).await.is_some();
        request.say(if booked { "is told: booked" } else { "is told: there is no sheet" });
        booked
    };
    let answers = requests(lab, cuts, ms(10), desk.sees(&sheet), ask).await;

    let desk = lab.lane("desk");
    let sheet = sheet.lock().await.take();
    desk.say(match &sheet {
        Some(Sheet(rooms)) => format!("on the sheet: {rooms:?}"),
        None => "there is no sheet any more".to_owned(),
    });
    let Sheet(on_sheet) = sheet.unwrap_or_default();
    let told = |ok| answers.iter().filter(move |(_, told)| *told == ok).map(|(room, _)| *room);
    let kept: Vec<Room> = told(true).filter(|room| on_sheet.contains(room)).collect();
    lab.check_eq("requests that are told there is no sheet", 0, told(false).count());
    lab.check_eq("rooms told as booked, and on the sheet", told(true).collect(), kept);
}

async fn moved<A: Lets>(lab: &Lab, cuts: Cuts) {
    let rooms = Rooms { free: ROOMS.collect(), taken: BTreeSet::new() };
    let (desk, rooms) = (Desk::default(), Arc::new(Mutex::new(rooms)));
    let ask = async |request: &Lane, room| {
        A::give(&rooms, &desk, room).await;
        request.say("is told: the room is yours");
    };
    requests(lab, cuts, ms(10), desk.sees(&rooms), ask).await;

    let desk = lab.lane("desk");
    let Rooms { free, taken } = &*rooms.lock().await;
    desk.say(format!("free: {free:?}, taken: {taken:?}"));
    let in_one: Vec<Room> = free.symmetric_difference(taken).copied().collect();
    lab.check_eq("rooms that are in one list", ROOMS.collect(), in_one);
}

/// Nobody comes while another prints, unless printing takes longer than it should.
async fn printed<A: Prints>(lab: &Lab, cuts: Cuts) {
    let (desk, printing) = (Desk::default(), Arc::new(AtomicBool::new(false)));
    let flag = printing.clone();
    let held = move |_| flag.load(SeqCst).then(|| "had raised the flag".into());
    let ask = async |request: &Lane, _| {
        let printed = A::print(&printing, &desk).await;
        request.say(if printed { "has its print" } else { "is told: somebody else is printing" });
        printed
    };
    let answers = requests(lab, cuts, ms(50), held, ask).await;

    lab.lane("desk").say(format!("somebody is printing: {}", printing.load(SeqCst)));
    let refused = answers.iter().filter(|(_, printed)| !printed).count();
    lab.check_eq("requests refused while nobody prints", 0, refused);
}

fn main() -> ExitCode {
    Manifest {
        title: "One tab is closed, and no booking goes through",
        crates: &["tokio"],
        article: &[],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![
            scenario: App,
            wrong: added_first, copied, defaulted, inner_limit, unlocked
        ],
    )
}
