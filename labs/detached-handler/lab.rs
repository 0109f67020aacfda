//! A client gives up on a call. The handler is dropped, for free; work that it put elsewhere is not.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{
    prelude::*,
    witness::{Frame, Side, Tap},
};
use labkit_grpc::{Answer, Ask, Calls, CallsClient, Request, Response, Status, serve};
use std::{
    ops::RangeInclusive,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
    task::{JoinError, spawn_blocking},
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

/// What a variant brings: a handler that has its work done in one of three places.
trait Reports: Default + Send + Sync + 'static {
    fn inline(&self, report: Report) -> impl Future<Output = Reply> + Send;
    fn spawn(&self, report: Report) -> impl Future<Output = Reply> + Send;
    fn blocking(&self, report: Report) -> impl Future<Output = Reply> + Send;
}

type Reply = std::result::Result<Answer, Status>;

fn lost(error: JoinError) -> Status {
    Status::internal(format!("the drawing was lost: {error}"))
}

// ANCHOR: scenario
async fn scenario<R: Reports>(lab: Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(&lab, knobs));
    let service = Service { handler: R::default(), case: knobs.case, seen: seen.clone() };
    let server = serve(service).await?;
    let (client, wire) = (lab.lane("client"), lab.lane("wire"));
    let tap = Tap::start(server.addr(), move |side, frame| tell(&wire, side, frame)).await?;
    let mut calls = CallsClient::connect(tap.addr()).await?;

    let call = client.watch("call", calls.unary(Ask::default()));
    select! {
        answer = call => client.say(format!("has its report: {}", answer?.into_inner().text)),
        () = seen.patience_ends.notified() => {}
    }
    seen.handler_over().await;
    seen.work_over.notified().await;

    if seen.at_drop.get().is_some() {
        let cancels = tap.frames().iter().filter(|(_, f)| f.is_cancel()).count();
        lab.check_eq("frames RST_STREAM CANCEL on the wire", 1, cancels);
    }
    let (after, left) = seen.after_the_handler();
    let got = format!("{after} of the {left} left");
    lab.check_that("pages drawn after the handler was dropped", "at most 1", got, after <= 1);
    Ok(())
}
// ANCHOR_END: scenario

fn tell(wire: &Lane, side: Side, frame: &Frame) {
    if side == Side::Client && frame.is_cancel() {
        wire.say(format!("RST_STREAM CANCEL, stream {}", frame.stream));
    }
}

/// What the server saw.
struct Seen {
    knobs: Knobs,
    server: Lane,
    work: Lane,
    drawn: AtomicUsize,
    /// How many were drawn when the handler was dropped, if it was.
    at_drop: OnceLock<usize>,
    patience_ends: Notify,
    handler_over: watch::Sender<bool>,
    work_over: Notify,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            knobs,
            server: lab.lane("server"),
            work: lab.lane("work"),
            drawn: AtomicUsize::new(0),
            at_drop: OnceLock::new(),
            patience_ends: Notify::new(),
            handler_over: watch::Sender::new(false),
            work_over: Notify::new(),
        }
    }

    /// The handler has answered or was dropped.
    async fn handler_over(&self) {
        let mut over = self.handler_over.subscribe();
        over.wait_for(|over| *over).await.expect("its sender is here");
    }

    /// Pages drawn after the handler was dropped, and pages there were left to draw.
    fn after_the_handler(&self) -> (usize, usize) {
        let pages = self.knobs.pages;
        let at_drop = self.at_drop.get().copied().unwrap_or(pages);
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
    async fn unary(&self, _: Request<Ask>) -> std::result::Result<Response<Answer>, Status> {
        // Dropped after the variant's future, so that the count starts when the variant has been told.
        let mut handler = Handling { seen: &self.seen, answered: false };
        let report = Report(self.seen.clone());
        let answer = self.seen.server.watch("handler", self.handle(report)).await;
        handler.answered = true;
        answer.map(Response::new)
    }
}

impl<R: Reports> Service<R> {
    async fn handle(&self, report: Report) -> Reply {
        match self.case {
            Case::Inline => self.handler.inline(report).await,
            Case::Spawn => self.handler.spawn(report).await,
            Case::Blocking => self.handler.blocking(report).await,
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
        }
        self.seen.handler_over.send_replace(true);
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
        work.watch("drawing", async {
            for page in self.pages() {
                sleep(PAGE).await;
                self.drew(page).await;
            }
            self.finish()
        })
        .await
    }

    fn draw_page(&self, page: usize) {
        std::thread::sleep(PAGE);
        Handle::current().block_on(self.drew(page));
    }

    /// Counts a page. After the client's last one the work stands still until its handler is over: so nothing is counted that was
    /// done while the news was on its way.
    async fn drew(&self, page: usize) {
        let seen = &self.0;
        seen.drawn.store(page, SeqCst);
        seen.work.gauge("pages drawn", page, "");
        if page == seen.knobs.stays && page < seen.knobs.pages {
            seen.patience_ends.notify_one();
            seen.handler_over().await;
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
        self.0.work_over.notify_one();
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The client left, the server works on",
        crates: &["tonic", "tokio", "tokio-util"],
        article: &["4.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Handler])
}
