//! Money moves in two writes, and clients leave at the worst moment. Nothing may be lost, and nobody may be waited for in vain.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod join;
    pub(crate) mod nobody;
}

use axum::{Router, extract::Path, http::StatusCode, routing::post};
use labkit::{
    Busy, Count, Latch, One, Owner, ok_or_err,
    prelude::*,
    witness::{live_tasks, until},
};
use labkit_http::{Site, client};
use std::{
    future::pending,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
};

labkit::choice! {
    /// What the handler detaches.
    Case {
        /// Nothing at first.
        Inline = "inline",
        /// The whole request at first: the popular fix.
        Detach = "detach",
    }
}

labkit::choice! {
    /// A place in a transfer.
    Place {
        /// While the transfer waits for its approval.
        Before = "before",
        /// Between the two writes.
        Between = "between",
        /// After both.
        After = "after",
    }
}

labkit::knobs! {
    /// Which bug to start from.
    case: Case = Case::Inline;
    /// Where three of the five clients leave.
    leave: Place = Place::Between;
    /// How many more come while no approval is given, and give up.
    waiting: usize = 20, 0..=100, grid [0, 100];
}

/// What a variant brings: a handler of `POST /transfers`.
trait Transfers: Default + Send + Sync + 'static {
    fn inline(&self, transfer: Transfer) -> impl Future<Output = Reply> + Send;
    fn detach(&self, transfer: Transfer) -> impl Future<Output = Reply> + Send;
}

type Reply = std::result::Result<(), StatusCode>;

fn lost(_: JoinError) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

const CLIENTS: usize = 5;
const BALANCE: i64 = 1000;
const AMOUNT: i64 = 100;
/// Every second client leaves.
const LEAVING: usize = CLIENTS.div_ceil(2);

// ANCHOR: scenario
async fn scenario<T: Transfers>(lab: Lab, knobs: Knobs) -> Result {
    lab.lanes(&["client", "server", "bank", "crowd"]);
    let bank = Arc::new(Bank::new(&lab, knobs));
    let server = serve(T::default(), knobs.case, bank.clone()).await?;
    let clients = Clients::new(&lab, server.addr(), bank.clone())?;

    for number in 0..CLIENTS {
        clients.clone().transfer(number).await?;
    }
    until(ms(1000), || bank.open.now() == 0).await;
    bank.tell();
    lab.check_eq("money in the bank", BALANCE, bank.total());
    lab.check_eq("answers before the money had moved", 0, bank.early.load(SeqCst));
    let left = bank.left.load(SeqCst);
    if left < LEAVING {
        lab.missed(format!(
            "{} of {LEAVING} clients did not leave where they should",
            LEAVING - left
        ));
    }

    let tasks = live_tasks();
    let mut crowd = JoinSet::new();
    for number in CLIENTS..bank.calls.len() {
        crowd.spawn(clients.clone().transfer(number));
    }
    while let Some(client) = crowd.join_next().await {
        client??;
    }
    until(ms(300), || bank.open.now() == 0).await;
    let left = bank.open.now();
    bank.lane.say(format!(
        "{} more gave up; tasks alive: {tasks}, now {}",
        knobs.waiting,
        live_tasks()
    ));
    lab.check_eq("transfers that wait for nobody", 0, left);
    Ok(())
}
// ANCHOR_END: scenario

/// Both accounts, and who moves money between them.
struct Bank {
    lane: Lane,
    server: Lane,
    a: AtomicI64,
    b: AtomicI64,
    /// Transfers that have begun and neither ended nor been dropped.
    open: Count,
    /// Clients that left at their place.
    left: AtomicUsize,
    /// Clients that were answered before both writes were made.
    early: AtomicUsize,
    calls: Vec<Call>,
}

impl Bank {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        let few = (0..CLIENTS).map(|n| Call::new((n % 2 == 0).then_some(knobs.leave), false));
        let crowd = (0..knobs.waiting).map(|_| Call::new(Some(Place::Before), true));
        let lane = lab.lane("bank");
        Self {
            open: lane.count("open transfers"),
            lane,
            server: lab.lane("server"),
            a: AtomicI64::new(BALANCE),
            b: AtomicI64::new(0),
            left: AtomicUsize::new(0),
            early: AtomicUsize::new(0),
            calls: few.chain(crowd).collect(),
        }
    }

    /// Waits for a handler, and shows it; those of the crowd, twenty alike, are not shown.
    async fn handled(
        self: &Arc<Self>,
        number: usize,
        handler: impl Future<Output = Reply>,
    ) -> Reply {
        let call = &self.calls[number];
        if call.stuck {
            return handler.await;
        }
        let (bank, handler) =
            (self.clone(), self.server.watch(&format!("handler {}", number + 1), handler));
        let written =
            move || Some(format!("{} of 2 written", bank.calls[number].written.load(SeqCst)));
        handler.owned_by(&call.client).holding(written).quiet().await
    }

    fn total(&self) -> i64 {
        self.a.load(SeqCst) + self.b.load(SeqCst)
    }

    fn tell(&self) {
        let (a, b) = (self.a.load(SeqCst), self.b.load(SeqCst));
        self.lane.say(format!("a {a}, b {b}: {} of {BALANCE}", a + b));
    }

    fn write(&self, account: &AtomicI64, change: i64) {
        account.fetch_add(change, SeqCst);
        self.lane.mark(format!("{change:+}"));
        self.lane.gauge("a + b", usize::try_from(self.total()).unwrap_or(0), "");
    }
}

/// One client's request, as both ends know it.
struct Call {
    leaves: Option<Place>,
    /// Whether no approval comes.
    stuck: bool,
    client_leaves: Notify,
    /// Who wants the transfer.
    client: Owner,
    /// Writes that have begun.
    writes: AtomicUsize,
    /// Writes that were made.
    written: AtomicUsize,
    /// The handler has answered or was dropped.
    over: Latch,
}

impl Call {
    fn new(leaves: Option<Place>, stuck: bool) -> Self {
        Self {
            leaves,
            stuck,
            client_leaves: Notify::new(),
            client: Owner::default(),
            writes: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            over: Latch::default(),
        }
    }

    /// Sends the client away, where this is its place, and goes on when the server has heard of it.
    async fn reached(&self, place: Place) {
        if self.leaves == Some(place) {
            self.client_leaves.notify_one();
            self.over.opened().await;
        }
    }
}

/// A transfer of 100 from a to b.
struct Transfer {
    _shown: Option<Busy>,
    bank: Arc<Bank>,
    number: usize,
    _open: One,
}

impl Transfer {
    fn new(bank: Arc<Bank>, number: usize) -> Self {
        let call = &bank.calls[number];
        // Twenty that wait alike are a number, not twenty bars.
        let shown = || bank.lane.busy(&format!("transfer {}", number + 1)).owned_by(&call.client);
        Self { _shown: (!call.stuck).then(shown), _open: bank.open.one(), bank, number }
    }

    fn call(&self) -> &Call {
        &self.bank.calls[self.number]
    }

    /// Asks another service.
    async fn approve(&self) {
        self.call().reached(Place::Before).await;
        match self.call().stuck {
            true => pending().await,
            false => sleep(ms(5)).await,
        }
    }

    async fn debit(&self) {
        self.write(&self.bank.a, -AMOUNT).await;
    }

    async fn credit(&self) {
        self.write(&self.bank.b, AMOUNT).await;
    }

    /// Whichever write is made first, the place between lies behind it: the other one waits until the client that leaves
    /// there has left. So there is a place between, however the two are started.
    async fn write(&self, account: &AtomicI64, change: i64) {
        sleep(ms(5)).await;
        let (call, place) = match self.call().writes.fetch_add(1, SeqCst) {
            0 => (self.call(), Place::Between),
            _ => (self.call(), Place::After),
        };
        if place == Place::After && call.leaves == Some(Place::Between) {
            call.over.opened().await;
        }
        self.bank.write(account, change);
        call.written.fetch_add(1, SeqCst);
        call.reached(place).await;
    }
}

async fn serve(handler: impl Transfers, case: Case, bank: Arc<Bank>) -> io::Result<Site> {
    let handler = Arc::new(handler);
    let transfers = post(async move |Path(number): Path<usize>| {
        let _over = bank.calls[number].over.open_on_drop();
        let transfer = Transfer::new(bank.clone(), number);
        match case {
            Case::Inline => bank.handled(number, handler.inline(transfer)).await,
            Case::Detach => bank.handled(number, handler.detach(transfer)).await,
        }
    });
    Site::start(Router::new().route("/transfers/{number}", transfers)).await
}

#[derive(Clone)]
struct Clients {
    lane: Lane,
    crowd: Lane,
    http: reqwest::Client,
    addr: SocketAddr,
    bank: Arc<Bank>,
}

impl Clients {
    fn new(lab: &Lab, addr: SocketAddr, bank: Arc<Bank>) -> reqwest::Result<Self> {
        let (lane, crowd) = (lab.lane("client"), lab.lane("crowd"));
        Ok(Self { lane, crowd, http: client().build()?, addr, bank })
    }

    /// Asks for a transfer, and stays for the answer or leaves at its place.
    async fn transfer(self, number: usize) -> reqwest::Result<()> {
        let call = &self.bank.calls[number];
        let request = self.http.post(format!("http://{}/transfers/{number}", self.addr)).send();
        // The crowd has a lane of its own, so that it does not stand before the few that the story is about.
        let lane = if call.stuck { &self.crowd } else { &self.lane };
        let mut watched = lane.watch(&format!("request {}", number + 1), request);
        watched = watched.outcome(ok_or_err).as_owner(&call.client);
        if call.stuck {
            watched = watched.quiet();
        }
        select! {
            answer = watched => {
                self.lane.say(format!("request {}: {}", number + 1, answer?.status()));
                if call.written.load(SeqCst) < 2 {
                    self.bank.early.fetch_add(1, SeqCst);
                }
            }
            () = call.client_leaves.notified() => {
                if !call.stuck {
                    self.bank.left.fetch_add(1, SeqCst);
                }
            }
        }
        call.over.opened().await;
        Ok(())
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The sum is wrong every evening",
        crates: &["axum", "tokio"],
        article: &["2.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Handler, wrong: join, nobody])
}
