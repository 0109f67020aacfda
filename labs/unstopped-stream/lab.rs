//! A call has a deadline. What does it end, and when does it begin?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod each;
    pub(crate) mod opening;
    pub(crate) mod quiet;
    pub(crate) mod untold;
}

use futures_util::stream::unfold;
use labkit::{
    Latch, OpenOnDrop, Watch, ok_or_err,
    prelude::*,
    witness::{FrameKind, Side},
};
use labkit_grpc::{
    Answer, Answers, Ask, Calls, CallsClient, CallsServer, Channel, Endpoint, Line, Request,
    Response, Server, Status, time_left,
};
use std::{
    future::pending,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};
use tokio::time::timeout_at;

labkit::choice! {
    /// Where the deadline is lost.
    Case {
        /// A client reads a stream.
        Client = "client",
        /// A server writes one.
        Server = "server",
        /// A call waits for its turn on the connection.
        Queue = "queue",
        /// A server that would keep it is not told.
        Header = "header",
    }
}

labkit::choice! {
    /// How the rows come, from the third on.
    Pace {
        /// All at once, after 600 ms.
        Stall = "stall",
        /// One each 60 ms.
        Drip = "drip",
    }
}

labkit::knobs! {
    /// Where the deadline is lost.
    case: Case = Case::Client;
    /// How long the caller has.
    deadline: Duration = 150, 50..=2000, grid [2000];
    /// How the rows come, from the third on.
    rows: Pace = Pace::Stall;
    /// How long the server thinks before it answers at all.
    headers: Duration = 0, 0..=1000, grid [20, 600];
}

type Outcome<T = ()> = std::result::Result<T, Status>;
type Client = CallsClient<Channel>;

/// A client of a stream.
trait Reads {
    async fn fetch(calls: Client, patience: Duration, page: &Page) -> Outcome;
}

/// A server of a stream.
trait Writes: 'static {
    fn answer(until: Instant, rows: Rows) -> Answers;
}

/// A client that books something: the server has to know until when.
trait Books {
    async fn book(endpoint: Endpoint, patience: Duration) -> Outcome<Answer>;
}

/// A client of a call with one answer.
trait Asks {
    async fn total(calls: Client, patience: Duration) -> Outcome<Answer>;
}

async fn scenario<A: Reads + Writes + Asks + Books>(lab: Lab, knobs: Knobs) -> Result {
    lab.lanes(&["client", "wire", "server"]);
    match knobs.case {
        Case::Client => streams::<A, buggy::App>(&lab, knobs).await,
        Case::Server => streams::<buggy::App, A>(&lab, knobs).await,
        Case::Queue => queue::<A>(&lab, knobs).await,
        Case::Header => header::<A>(&lab, knobs).await,
    }
}

// ANCHOR: read
async fn read(mut calls: Client, ask: Request<Ask>, page: &Page) -> Outcome {
    let mut rows = calls.server_stream(ask).await?.into_inner();
    while let Some(row) = rows.message().await? {
        page.show(row.number);
    }
    Ok(())
}
// ANCHOR_END: read

fn too_late() -> Status {
    Status::deadline_exceeded("the time is up")
}

async fn streams<C: Reads, S: Writes>(lab: &Lab, knobs: Knobs) -> Result {
    let (server, is_over) = (lab.lane("server"), Latch::default());
    let report = Report::<S> { knobs, server, is_over: is_over.clone(), writes: PhantomData };
    let line = Line::open(report, lab.lane("wire")).await?;
    lab.ready();

    let page = Page::new(lab, knobs.deadline);
    let fetch = page.lane.watch("fetch()", C::fetch(line.calls(), knobs.deadline, &page));
    let fetched = noting(&page.lane, knobs.deadline, fetch).await;
    let gave_up = page.lane.last();
    page.lane.say(format!("fetch() says {}", in_words(&fetched)));
    is_over.opened().await;
    if fetched.is_err() && knobs.case == Case::Client {
        // The server, as it is in this case, ends no stream before its end.
        let wire = lab.lane("wire");
        wire.because(gave_up);
        lab.lane("server").because(wire.last());
    }
    lab.over();

    let (shown, late) = (page.shown.load(SeqCst), page.late.load(SeqCst));
    lab.check_that("rows shown after the deadline", "at most 2", late, late <= 2);
    let is_told = fetched.is_err() || shown == ROWS;
    let got = format!("{} after {shown} rows", in_words(&fetched));
    lab.check_that("the end", "Ok after 10 rows, or an error", got, is_told);
    Ok(())
}

/// Waits for `call`, and tells when its deadline passes before it is over.
async fn noting<T>(
    lane: &Lane,
    deadline: Duration,
    call: Watch<impl Future<Output = Outcome<T>>>,
) -> Outcome<T> {
    let call = call.limit("deadline", deadline).outcome(ok_or_err);
    let note = async {
        sleep(deadline).await;
        lane.say("the deadline is over");
        pending().await
    };
    select! { biased; output = call => output, () = note => unreachable!("it waits for ever") }
}

fn in_words<T>(outcome: &Outcome<T>) -> String {
    match outcome {
        Ok(_) => "Ok".into(),
        Err(status) => format!("{:?}: {}", status.code(), status.message()),
    }
}

/// Where the client shows what has come.
struct Page {
    lane: Lane,
    deadline: Instant,
    shown: AtomicU32,
    /// How many of them after the deadline.
    late: AtomicU32,
}

impl Page {
    fn new(lab: &Lab, patience: Duration) -> Self {
        let (lane, deadline) = (lab.lane("client"), Instant::now() + patience);
        Self { lane, deadline, shown: AtomicU32::new(0), late: AtomicU32::new(0) }
    }

    fn show(&self, row: u32) {
        let is_late = Instant::now() > self.deadline;
        self.shown.store(row, SeqCst);
        if is_late && self.late.fetch_add(1, SeqCst) == 0 {
            self.lane.say(format!("row {row} is the first after the deadline"));
        }
        self.lane.gauge("rows", row as usize, "");
    }
}

/// The service: it has ten rows, and the first two at hand.
struct Report<S> {
    knobs: Knobs,
    server: Lane,
    is_over: Latch,
    writes: PhantomData<fn() -> S>,
}

impl<S: Writes> Calls for Report<S> {
    // ANCHOR: handler
    async fn server_stream(&self, ask: Request<Ask>) -> Outcome<Response<Answers>> {
        let rows = Rows::new(self);
        let patience = time_left(ask.metadata()).unwrap_or(ms(60_000));
        let until = Instant::now() + patience;
        self.think().await;
        Ok(Response::new(S::answer(until, rows)))
    }
    // ANCHOR_END: handler

    /// The first to ask is answered late.
    async fn unary(&self, ask: Request<Ask>) -> Outcome<Response<Answer>> {
        let number = ask.into_inner().number;
        if number == 1 {
            let _on_drop = self.is_over.open_on_drop();
            self.server.watch("call 1", sleep(STALL)).await;
        }
        Ok(Response::new(Answer { number, ..Answer::default() }))
    }
}

impl<S> Report<S> {
    async fn think(&self) {
        if !self.knobs.headers.is_zero() {
            self.server.watch("thinks", sleep(self.knobs.headers)).await;
        }
    }
}

const ROWS: u32 = 10;
const STALL: Duration = ms(600);
const DRIP: Duration = ms(60);

/// The rows that are still to come.
struct Rows {
    pace: Pace,
    server: Lane,
    given: u32,
    _on_drop: OpenOnDrop,
}

impl Rows {
    fn new<S>(report: &Report<S>) -> Self {
        let (pace, server) = (report.knobs.rows, report.server.clone());
        Self { pace, server, given: 0, _on_drop: report.is_over.open_on_drop() }
    }

    /// The next row; `None` after the last. Cancel-safe: a row is counted when it is given.
    async fn next(&mut self) -> Option<Answer> {
        let row = self.given + 1;
        match self.pace {
            Pace::Stall if row == 3 => self.waits(row, STALL).await,
            Pace::Drip if (3..=ROWS).contains(&row) => self.waits(row, DRIP).await,
            _ => {}
        }
        self.given = row;
        (row <= ROWS).then(|| Answer { number: row, ..Answer::default() })
    }

    async fn waits(&self, row: u32, span: Duration) {
        self.server.watch(&format!("row {row}"), sleep(span)).await;
    }
}

// ANCHOR: queue
async fn queue<A: Asks>(lab: &Lab, knobs: Knobs) -> Result {
    let (server, client, first_is_over) =
        (lab.lane("server"), lab.lane("client"), Latch::default());
    let is_over = first_is_over.clone();
    let report = Report::<buggy::App> { knobs, server, is_over, writes: PhantomData };
    let router = Server::builder().add_service(CallsServer::new(report));
    let one_at_a_time = |endpoint: Endpoint| endpoint.concurrency_limit(1);
    let line = Line::open_with(router, one_at_a_time, lab.lane("wire")).await?;
    lab.ready();

    let mut calls = line.calls();
    let first = tokio::spawn(async move { calls.unary(Ask { number: 1, ..Ask::default() }).await });
    line.tap().seen(Side::Client, |frame| frame.kind == FrameKind::Headers).await;
    let total = client.watch("total()", A::total(line.calls(), knobs.deadline));
    let total = noting(&client, knobs.deadline, total).await;
    let in_time = !first_is_over.is_open();
    client.say(format!("total() says {}", in_words(&total)));
    first.await??;
    // ANCHOR_END: queue
    lab.over();
    if total.is_err() {
        lab.cancelled();
    }
    let got = if in_time { "before call 1" } else { "after call 1" };
    lab.check_eq("call 2, which had less time, was over", "before call 1", got);
    Ok(())
}

// ANCHOR: header
async fn header<A: Books>(lab: &Lab, knobs: Knobs) -> Result {
    let (client, server) = (lab.lane("client"), lab.lane("server"));
    let (hotel, is_over) = (Hotel::new(server), Latch::default());
    let desk = Desk { hotel: hotel.clone(), is_over: is_over.clone() };
    let line = Line::open(desk, lab.lane("wire")).await?;
    lab.ready();

    let endpoint = Endpoint::from_shared(format!("http://{}", line.tap().addr()))?;
    let book = client.watch("book()", A::book(endpoint, knobs.deadline));
    let booked = noting(&client, knobs.deadline, book).await;
    client.say(format!("book() says {}", in_words(&booked)));
    is_over.opened().await;
    // ANCHOR_END: header
    lab.over();
    if booked.is_err() {
        lab.cancelled();
    }
    let (begun, done) = (hotel.begun.load(SeqCst), hotel.done.load(SeqCst));
    lab.check_eq("bookings that were begun and not done", 0, begun - done);
    Ok(())
}

/// How long a booking takes, from the room that is taken to the guest who is told.
const BOOKING: Duration = ms(600);

struct Hotel {
    server: Lane,
    begun: AtomicU32,
    done: AtomicU32,
}

impl Hotel {
    fn new(server: Lane) -> Arc<Self> {
        let (begun, done) = Default::default();
        Arc::new(Self { server, begun, done })
    }
}

/// The hotel's service. It begins what can be done in time, and nothing else.
struct Desk {
    hotel: Arc<Hotel>,
    is_over: Latch,
}

impl Calls for Desk {
    // ANCHOR: desk
    async fn unary(&self, ask: Request<Ask>) -> Outcome<Response<Answer>> {
        let _over = self.is_over.open_on_drop();
        let left = time_left(ask.metadata());
        self.hotel.is_told(left);
        if left.is_some_and(|left| left < BOOKING) {
            return Err(too_late());
        }
        self.hotel.book().await;
        Ok(Response::new(Answer::default()))
    }
    // ANCHOR_END: desk
}

impl Hotel {
    fn is_told(&self, left: Option<Duration>) {
        self.server.say(left.map_or("is told of no deadline".to_owned(), |left| {
            format!("is told: {} ms at most", left.as_millis())
        }));
    }

    async fn book(&self) {
        self.begun.fetch_add(1, SeqCst);
        self.server.watch("a booking", sleep(BOOKING)).await;
        self.done.fetch_add(1, SeqCst);
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "Every call has two seconds to live, and a page shows a spinner",
        crates: &["tonic", "tokio"],
        article: &["1.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: each, opening, quiet, untold],
    )
}
