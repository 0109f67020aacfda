//! Money moves in two writes, and clients leave at the worst moment. Nothing may be lost, and nobody may be waited for in vain.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use axum::{Router, extract::Path, http::StatusCode, routing::post};
use labkit::{
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
    sync::{Notify, watch},
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

// ANCHOR: scenario
async fn scenario<T: Transfers>(lab: Lab, knobs: Knobs) -> Result {
    let bank = Arc::new(Bank::new(&lab, knobs));
    let server = serve(T::default(), knobs.case, bank.clone()).await?;
    let clients = Clients::new(&lab, server.addr(), bank.clone())?;

    for number in 0..CLIENTS {
        clients.clone().transfer(number).await?;
    }
    until(ms(1000), || bank.open() == 0).await;
    bank.tell();
    lab.check_eq("money in the bank", BALANCE, bank.total());

    let tasks = live_tasks();
    let mut crowd = JoinSet::new();
    for number in CLIENTS..bank.calls.len() {
        crowd.spawn(clients.clone().transfer(number));
    }
    while let Some(client) = crowd.join_next().await {
        client??;
    }
    until(ms(300), || bank.open() == 0).await;
    let left = bank.open();
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
    open: AtomicUsize,
    calls: Vec<Call>,
}

impl Bank {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        let few = (0..CLIENTS).map(|n| Call::new((n % 2 == 0).then_some(knobs.leave), false));
        let crowd = (0..knobs.waiting).map(|_| Call::new(Some(Place::Before), true));
        Self {
            lane: lab.lane("bank"),
            server: lab.lane("server"),
            a: AtomicI64::new(BALANCE),
            b: AtomicI64::new(0),
            open: AtomicUsize::new(0),
            calls: few.chain(crowd).collect(),
        }
    }

    fn total(&self) -> i64 {
        self.a.load(SeqCst) + self.b.load(SeqCst)
    }

    /// Transfers that have begun and neither ended nor been dropped.
    fn open(&self) -> usize {
        self.open.load(SeqCst)
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
    handler_over: watch::Sender<bool>,
}

impl Call {
    fn new(leaves: Option<Place>, stuck: bool) -> Self {
        Self {
            leaves,
            stuck,
            client_leaves: Notify::new(),
            handler_over: watch::Sender::new(false),
        }
    }

    /// Sends the client away, where this is its place, and goes on when the server has heard of it.
    async fn reached(&self, place: Place) {
        if self.leaves == Some(place) {
            self.client_leaves.notify_one();
            self.over().await;
        }
    }

    async fn over(&self) {
        let mut over = self.handler_over.subscribe();
        over.wait_for(|over| *over).await.expect("its sender is here");
    }
}

/// A transfer of 100 from a to b.
struct Transfer {
    bank: Arc<Bank>,
    number: usize,
}

impl Transfer {
    fn new(bank: Arc<Bank>, number: usize) -> Self {
        let open = bank.open.fetch_add(1, SeqCst) + 1;
        bank.lane.gauge("open transfers", open, "");
        Self { bank, number }
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
        sleep(ms(5)).await;
        self.bank.write(&self.bank.a, -AMOUNT);
        self.call().reached(Place::Between).await;
    }

    async fn credit(&self) {
        sleep(ms(5)).await;
        self.bank.write(&self.bank.b, AMOUNT);
        self.call().reached(Place::After).await;
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        let open = self.bank.open.fetch_sub(1, SeqCst) - 1;
        self.bank.lane.gauge("open transfers", open, "");
    }
}

async fn serve(handler: impl Transfers, case: Case, bank: Arc<Bank>) -> io::Result<Site> {
    let handler = Arc::new(handler);
    let transfers = post(async move |Path(number): Path<usize>| {
        let _over = Handling(&bank.calls[number]);
        let (transfer, server) = (Transfer::new(bank.clone(), number), &bank.server);
        match case {
            Case::Inline => server.watch("handler", handler.inline(transfer)).quiet().await,
            Case::Detach => server.watch("handler", handler.detach(transfer)).quiet().await,
        }
    });
    Site::start(Router::new().route("/transfers/{number}", transfers)).await
}

struct Handling<'a>(&'a Call);

impl Drop for Handling<'_> {
    fn drop(&mut self) {
        self.0.handler_over.send_replace(true);
    }
}

#[derive(Clone)]
struct Clients {
    lane: Lane,
    http: reqwest::Client,
    addr: SocketAddr,
    bank: Arc<Bank>,
}

impl Clients {
    fn new(lab: &Lab, addr: SocketAddr, bank: Arc<Bank>) -> reqwest::Result<Self> {
        Ok(Self { lane: lab.lane("client"), http: client().build()?, addr, bank })
    }

    /// Asks for a transfer, and stays for the answer or leaves at its place.
    async fn transfer(self, number: usize) -> reqwest::Result<()> {
        let call = &self.bank.calls[number];
        let request = self.http.post(format!("http://{}/transfers/{number}", self.addr)).send();
        let mut watched = self.lane.watch(&format!("request {}", number + 1), request);
        if call.stuck {
            watched = watched.quiet();
        }
        select! {
            answer = watched => self.lane.say(format!("request {}: {}", number + 1, answer?.status())),
            () = call.client_leaves.notified() => {}
        }
        call.over().await;
        Ok(())
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "A client leaves, and a hundred are gone from the books",
        crates: &["axum", "tokio"],
        article: &["2.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Handler])
}
