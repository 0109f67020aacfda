//! A client gives up on a call. The handler is dropped, for free; work that it put elsewhere is not.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod abort_after;
    pub(crate) mod abort_thread;
    pub(crate) mod all;
    pub(crate) mod limit;
    pub(crate) mod looks_once;
    pub(crate) mod unnamed;
}

use labkit::{
    Busy, Latch, Owner, ok_or_err,
    prelude::*,
    witness::{Frame, Side, Tap},
};
use labkit_grpc::{
    Answer, Ask, Calls, CallsClient, Code, Request, Response, Status, serve, serve_by_axum,
    time_left,
};
use std::{
    future::pending,
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::{JoinError, block_in_place, spawn_blocking, yield_now},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

labkit::choice! {
    /// Where the handler does its work.
    Case {
        /// In the handler itself.
        Inline = "inline",
        /// In a task that the handler awaits.
        Spawn = "spawn",
        /// On a blocking thread that the handler awaits.
        Blocking = "blocking",
        /// In the handler itself, in a loop without an await.
        Loop = "loop",
        /// In the handler itself, served by `axum::serve`. The client's goodbye is lost.
        Axum = "axum",
        /// None: a client asks which of its calls ran out of time.
        Status = "status",
    }
}

labkit::knobs! {
    /// Where the handler does its work.
    case: Case = Case::Spawn;
    /// Pages of the report. Each takes 10 ms to draw.
    pages: usize = 30, 1..=60, grid [1, 10, 60];
    /// The client leaves when this many pages are drawn.
    stays: usize = 6, 1..=60, grid [1, 20, 29, 30, 60];
}

/// What a variant brings: a handler that has its work done in one place or another, and a client's look at an error.
trait Reports: Default + Send + Sync + 'static {
    fn inline(&self, report: Report) -> impl Future<Output = Reply> + Send;
    fn spawn(&self, report: Report) -> impl Future<Output = Reply> + Send;
    fn blocking(&self, report: Report) -> impl Future<Output = Reply> + Send;
    // A wrong fix of those above says nothing of these.
    fn in_a_loop(&self, report: Report) -> impl Future<Output = Reply> + Send {
        async { fixed::Handler.in_a_loop(report).await }
    }
    fn under_axum(&self, report: Report, left: Duration) -> impl Future<Output = Reply> + Send {
        async move { fixed::Handler.under_axum(report, left).await }
    }
    fn is_out_of_time(status: &Status) -> bool {
        fixed::Handler::is_out_of_time(status)
    }
}

type Reply = std::result::Result<Answer, Status>;

fn lost(error: JoinError) -> Status {
    Status::internal(format!("the drawing was lost: {error}"))
}

async fn scenario<R: Reports>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Status => statuses::<R>(&lab).await,
        _ => leaving::<R>(lab, knobs).await,
    }
}

// ANCHOR: scenario
async fn leaving<R: Reports>(lab: Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(&lab, knobs));
    let service = Service { handler: R::default(), case: knobs.case, seen: seen.clone() };
    let server = match knobs.case {
        Case::Axum => serve_by_axum(service).await?,
        _ => serve(service).await?,
    };
    lab.lanes(&["client", "wire", "server", "work"]);
    let (client, wire, heard) = (lab.lane("client"), lab.lane("wire"), seen.reset.clone());
    let told = client.clone();
    let tell = move |side, frame: &Frame| tell(&told, &wire, &heard, side, frame);
    let tap = Tap::start(server.addr(), tell).await?;
    let mut calls = CallsClient::connect(tap.addr()).await?;

    let mut ask = Request::new(Ask::default());
    if knobs.case == Case::Axum {
        ask.set_timeout(PATIENCE);
    }
    let mut call = client.watch("call", calls.unary(ask)).with_own_limit(|out| out.is_err());
    if knobs.case == Case::Axum {
        call = call.limit("grpc-timeout", PATIENCE);
    }
    let call = call.outcome(ok_or_err).as_owner(&seen.owner);
    let patience = async {
        if knobs.case == Case::Axum {
            seen.begun.opened().await;
            tap.hold(Side::Client);
            lab.lane("wire").say("from here on, what the client sends is lost");
            pending::<()>().await;
        }
        seen.patience_ends.notified().await;
    };
    let has_left = select! {
        answer = call => match answer {
            Err(status) if knobs.case == Case::Axum => {
                client.say(format!("gives up: {:?}, {}", status.code(), status.message()));
                true
            }
            answer => {
                let text = answer?.into_inner().text;
                client.say(format!("has its report: {text}"));
                lab.check_eq("the report of a client that stays", all_of(knobs.pages), text);
                false
            }
        },
        () = patience => true,
    };
    seen.handler_over.opened().await;
    seen.work_over.notified().await;
    lab.over();

    if has_left && knobs.case != Case::Axum {
        let cancels = tap.frames().iter().filter(|(_, f)| f.is_cancel()).count();
        lab.check_eq("frames RST_STREAM CANCEL on the wire", 1, cancels);
    }
    let (after, left) = seen.after_the_news(has_left);
    let got = format!("{after} of the {left} left");
    lab.check_that("pages drawn after the news had come", "at most 1", got, after <= 1);
    Ok(())
}
// ANCHOR_END: scenario

fn all_of(pages: usize) -> String {
    format!("{pages} of {pages} pages drawn")
}

fn tell(client: &Lane, wire: &Lane, heard: &Latch, side: Side, frame: &Frame) {
    if side == Side::Client && frame.is_cancel() {
        wire.say(format!("RST_STREAM CANCEL, stream {}", frame.stream));
        wire.because(client.last());
        heard.open();
    }
}

/// What the client of `axum` will wait. It is over long before all pages are drawn.
const PATIENCE: Duration = ms(150);
/// Where a handler can't be dropped, the work goes on so long after the news; it takes a millisecond or two.
const NEWS: Duration = ms(400);

/// What the server saw.
struct Seen {
    knobs: Knobs,
    wire: Lane,
    server: Lane,
    work: Lane,
    /// The client, for whom all this is done.
    owner: Owner,
    /// The drawing, where it is no future.
    drawing: OnceLock<Mutex<Option<Busy>>>,
    drawn: AtomicUsize,
    /// How many were drawn when the handler was dropped, if it was.
    at_drop: OnceLock<usize>,
    patience_ends: Notify,
    /// The handler has the request.
    begun: Latch,
    /// The client's reset was on the wire.
    reset: Latch,
    /// The handler has answered or was dropped.
    handler_over: Latch,
    work_over: Notify,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            knobs,
            wire: lab.lane("wire"),
            server: lab.lane("server"),
            work: lab.lane("work"),
            owner: Owner::default(),
            drawing: OnceLock::new(),
            drawn: AtomicUsize::new(0),
            at_drop: OnceLock::new(),
            patience_ends: Notify::new(),
            begun: Latch::default(),
            reset: Latch::default(),
            handler_over: Latch::default(),
            work_over: Notify::new(),
        }
    }

    /// Pages drawn after the handler was dropped, or should have been, and pages there were left to draw.
    fn after_the_news(&self, has_left: bool) -> (usize, usize) {
        let pages = self.knobs.pages;
        let at_end = if has_left { self.knobs.stays } else { pages };
        let at_drop = self.at_drop.get().copied().unwrap_or(at_end);
        (self.drawn.load(SeqCst).saturating_sub(at_drop), pages - at_drop)
    }
}

/// The gRPC service around a variant's handler.
struct Service<R> {
    handler: R,
    case: Case,
    seen: Arc<Seen>,
}

impl<R: Reports> Calls for Service<R> {
    async fn unary(&self, ask: Request<Ask>) -> std::result::Result<Response<Answer>, Status> {
        // Dropped after the variant's future, so that the count starts when the variant has been told.
        let mut handler = Handling { seen: &self.seen, answered: false };
        let report = Report(self.seen.clone());
        self.seen.begun.open();
        let left = time_left(ask.metadata()).unwrap_or(ms(60_000));
        let answer = self.seen.server.watch("handler", self.handle(report, left));
        let answer = answer.owned_by(&self.seen.owner).await;
        handler.answered = true;
        answer.map(Response::new)
    }
}

impl<R: Reports> Service<R> {
    async fn handle(&self, report: Report, left: Duration) -> Reply {
        match self.case {
            Case::Inline => self.handler.inline(report).await,
            Case::Spawn => self.handler.spawn(report).await,
            Case::Blocking => self.handler.blocking(report).await,
            Case::Loop => self.handler.in_a_loop(report).await,
            Case::Axum => self.handler.under_axum(report, left).await,
            Case::Status => unreachable!("it has a service of its own"),
        }
    }
}

/// Notes how much was drawn when a handler is dropped before it has answered.
struct Handling<'a> {
    seen: &'a Seen,
    answered: bool,
}

impl Drop for Handling<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.seen.at_drop.set(self.seen.drawn.load(SeqCst)).expect("one call, one handler");
            if self.seen.reset.is_open() {
                self.seen.server.because(self.seen.wire.last());
            }
        }
        self.seen.handler_over.open();
    }
}

/// The work behind a call; whoever holds it can go on.
struct Report(Arc<Seen>);

const PAGE: Duration = ms(10);

impl Report {
    fn pages(&self) -> RangeInclusive<usize> {
        1..=self.0.knobs.pages
    }

    async fn draw(self) -> Answer {
        let work = self.0.work.clone();
        let drawing = work.watch("drawing", async {
            for page in self.pages() {
                sleep(PAGE).await;
                self.drew(page).await;
            }
            self.finish()
        });
        drawing.owned_by(&self.0.owner).await
    }

    fn draw_page(&self, page: usize) {
        self.0
            .drawing
            .get_or_init(|| Mutex::new(Some(self.0.work.busy("drawing").owned_by(&self.0.owner))));
        std::thread::sleep(PAGE);
        block_in_place(|| Handle::current().block_on(self.drew(page)));
    }

    /// Counts a page. After the client's last one the work stands still until the news has come: so nothing is counted that was
    /// done while it was on its way.
    async fn drew(&self, page: usize) {
        let seen = &self.0;
        seen.drawn.store(page, SeqCst);
        seen.work.gauge("pages drawn", page, "");
        if page == seen.knobs.stays && page < seen.knobs.pages {
            seen.patience_ends.notify_one();
            self.heard().await;
        }
    }

    /// Waits for the end of the handler; where there is none, for as long as that would take.
    async fn heard(&self) {
        let seen = &self.0;
        let in_vain = async {
            match seen.knobs.case {
                Case::Axum => sleep(PATIENCE).await,
                _ => seen.reset.opened().await,
            }
            sleep(NEWS).await;
        };
        select! {
            () = seen.handler_over.opened() => {}
            () = in_vain => seen.work.mark("stood still for the news, and none came"),
        }
    }

    fn finish(&self) -> Answer {
        let text = format!("{} of {} pages drawn", self.0.drawn.load(SeqCst), self.0.knobs.pages);
        self.0.work.say(format!("ends, {text}"));
        Answer { text, ..Answer::default() }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(drawing) = self.0.drawing.get() {
            drop(drawing.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
        if self.0.drawn.load(SeqCst) < self.0.knobs.pages {
            self.0.work.because(self.0.server.last_drop());
        }
        self.0.work_over.notify_one();
    }
}

/// A service of which each call fails. Two of three run out of time, by two parties' clocks.
struct Failing;

impl Calls for Failing {
    async fn unary(&self, ask: Request<Ask>) -> std::result::Result<Response<Answer>, Status> {
        match ask.into_inner().text.as_str() {
            "tonic" => pending().await,
            "service" => Err(Status::deadline_exceeded("the time is up")),
            _ => Err(Status::cancelled("cancelled by an operator")),
        }
    }
}

// ANCHOR: statuses
async fn statuses<R: Reports>(lab: &Lab) -> Result {
    let server = serve(Failing).await?;
    let (client, mut calls) = (lab.lane("client"), CallsClient::connect(server.addr()).await?);
    let mut tried_again = vec![];
    for by in ["tonic", "service", "operator"] {
        let mut ask = Request::new(Ask { text: by.to_owned(), ..Ask::default() });
        ask.set_timeout(if by == "tonic" { ms(50) } else { ms(10_000) });
        let call = client.watch(by, calls.unary(ask)).with_own_limit(|answer| answer.is_err());
        let Err(status) = call.await else { anyhow::bail!("{by} was answered") };
        client.say(format!("{:?}: {}", status.code(), status.message()));
        if R::is_out_of_time(&status) {
            tried_again.push(by);
        }
    }
    // ANCHOR_END: statuses
    lab.check_eq("tried again, as out of time", vec!["tonic", "service"], tried_again);
    Ok(())
}

fn main() -> ExitCode {
    Manifest {
        title: "Hardly a call in flight, and the CPU is busy",
        crates: &["tonic", "tokio", "tokio-util"],
        article: &["4.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Handler, wrong: abort_after, abort_thread, all, limit, looks_once, unnamed])
}
