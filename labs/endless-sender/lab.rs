//! A server sends faster than anybody reads. Where does it pile up, and who is to notice?
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    let_underscore_drop,
    clippy::let_underscore_must_use,
    reason = "a channel without an end, and an error that nobody looks at, are what this lab shows"
)]

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod checked;
    pub(crate) mod cleaned;
}

use futures_util::{StreamExt, stream::unfold};
use labkit::{
    Busy, Latch, OpenOnDrop, Owner,
    prelude::*,
    witness::{Frame, FrameKind, Side, Tap},
};
use labkit_grpc::{
    Answer, Answers, Ask, Calls, CallsClient, Request, Response, Served, Status, serve,
};
use std::{
    collections::VecDeque,
    fs, io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::sync::{Notify, mpsc};
use tokio_stream::{
    Stream,
    wrappers::{ReceiverStream, UnboundedReceiverStream},
};

labkit::choice! {
    /// Who does not read.
    Case {
        /// A client that has left. A task makes its quotes.
        Task = "task",
        /// A client that is there, and is busy. A task makes its quotes.
        Slow = "slow",
        /// A client that has left. A hub makes quotes for everybody.
        Hub = "hub",
    }
}

labkit::knobs! {
    /// Who does not read.
    case: Case = Case::Slow;
    /// How many quotes there are, of 16 KiB each.
    quotes: usize = 2688, 16..=4000, grid [16, 256];
}

type Outcome<T = ()> = std::result::Result<T, Status>;
type Quotes = Pin<Box<dyn Stream<Item = Quote> + Send>>;

/// A stream that a task of its own feeds.
trait Feeds {
    fn feed(source: Source) -> Quotes;
}

/// A hub: whoever subscribes gets all that is published from then on.
trait Publishes: Default + Send + Sync + 'static {
    fn subscribe(&self) -> Arc<Buffer>;
    fn publish(&self, quote: &Quote);
}

const QUOTE: usize = 16 * 1024;
/// How many quotes the client reads.
const READS: usize = 3;
/// The source waits after so many until the client reads no more.
const GATE: usize = 10;
/// How many a channel with an end may hold, one in the sender's hand, and one on its way to the connection.
const ROOM: usize = 18;

// ANCHOR: scenario
async fn scenario<D: Feeds + Publishes>(lab: Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(&lab, knobs));
    let desk = Arc::new(D::default());
    let server = serve(Market { seen: seen.clone(), desk: desk.clone() }).await?;
    let tap = tap(&server, lab.lane("wire")).await?;
    let (client, mut calls) = (lab.lane("client"), CallsClient::connect(tap.addr()).await?);
    let before = resident();
    lab.ready();

    let reads = async {
        let mut quotes = calls.server_stream(Ask::default()).await?.into_inner();
        if knobs.case == Case::Hub {
            tokio::spawn(publish(desk.clone(), Source::new(&seen)));
        }
        for _ in 0..READS {
            quotes.message().await?;
        }
        Outcome::Ok(quotes)
    };
    let quotes = client.watch("reads", reads).await?;
    lab.cancelled();
    let unread = match knobs.case {
        Case::Slow => {
            client.say(format!("has read {READS} quotes, and is busy"));
            seen.reads_no_more.open();
            Some(quotes)
        }
        Case::Task | Case::Hub => {
            client.say(format!("has read {READS} quotes, and leaves"));
            drop(quotes);
            None
        }
    };
    seen.comes_to_rest().await;
    // ANCHOR_END: scenario
    seen.tell(before);
    lab.over();
    seen.check(&lab);
    drop((unread, desk));
    Ok(())
}

/// Tells how a stream begins and ends, and how much of it has gone out; not each of some hundred frames.
async fn tap(server: &Served, wire: Lane) -> io::Result<Tap> {
    let sent = AtomicUsize::new(0);
    let on_frame = move |side, frame: &Frame| match (side, frame.kind) {
        (Side::Server, FrameKind::Data) => {
            let before = sent.fetch_add(frame.len, SeqCst);
            if (before + frame.len) / STEP > before / STEP {
                wire.gauge("sent", (before + frame.len) / 1024, "KiB");
            }
        }
        (Side::Client, FrameKind::Headers) => wire.say(format!("→ {frame}")),
        (Side::Client, FrameKind::RstStream) => {
            wire.say(format!("→ {frame}"));
            wire.because(wire.beside("client").last());
        }
        (Side::Server, FrameKind::Headers | FrameKind::RstStream) => wire.say(format!("← {frame}")),
        _ => {}
    };
    Tap::start(server.addr(), on_frame).await
}

/// How much more has to be sent before it is told again.
const STEP: usize = 256 * 1024;

async fn publish<D: Publishes>(desk: Arc<D>, mut source: Source) {
    while let Some(quote) = source.next().await {
        desk.publish(&quote);
    }
}

/// What is made, and what of it nobody has taken or thrown away.
struct Seen {
    knobs: Knobs,
    server: Lane,
    made: AtomicUsize,
    /// In quotes, as the next.
    queued: AtomicUsize,
    most_queued: AtomicUsize,
    /// The client reads no more: it has left, and the server knows; or it is busy.
    reads_no_more: Latch,
    /// The source has come to its end, or was dropped.
    is_over: Latch,
    client: Owner,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            knobs,
            server: lab.lane("server"),
            made: AtomicUsize::new(0),
            queued: AtomicUsize::new(0),
            most_queued: AtomicUsize::new(0),
            reads_no_more: Latch::default(),
            is_over: Latch::default(),
            client: Owner::default(),
        }
    }

    /// Waits until the source is over, or nothing was made for a while.
    async fn comes_to_rest(&self) {
        let mut made = usize::MAX;
        while made != self.made.load(SeqCst) {
            made = self.made.load(SeqCst);
            if timeout(ms(300), self.is_over.opened()).await.is_ok() {
                return;
            }
        }
    }

    fn tell(&self, before: usize) {
        let (made, queued) = (self.made.load(SeqCst), self.queued.load(SeqCst) * QUOTE);
        let (most, grown) =
            (self.most_queued.load(SeqCst) * QUOTE, resident().saturating_sub(before));
        self.tell_queued();
        self.server.say(format!("has made {made} quotes of {}", self.knobs.quotes));
        self.server.say(format!("queued: {}, at most {}", megabytes(queued), megabytes(most)));
        self.server.say(format!("the process has grown by {}", megabytes(grown)));
    }

    fn tell_queued(&self) {
        self.server.gauge("queued", self.queued.load(SeqCst) * QUOTE / 1024, "KiB");
    }

    fn check(&self, lab: &Lab) {
        let after = self.made.load(SeqCst).saturating_sub(GATE);
        let [queued, most] = [&self.queued, &self.most_queued].map(|n| n.load(SeqCst));
        let room = format!("at most {ROOM} quotes");
        let in_quotes = |n: usize| format!("{n}, which are {}", megabytes(n * QUOTE));
        match self.knobs.case {
            Case::Task => lab.check_that("made for nobody", &room, in_quotes(after), after <= ROOM),
            Case::Slow => lab.check_that("queued, at most", &room, in_quotes(most), most <= ROOM),
            Case::Hub => {
                lab.check_that("queued for nobody", &room, in_quotes(queued), queued <= ROOM)
            }
        }
    }
}

fn megabytes(bytes: usize) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Bytes of memory that the process holds; 0 where there is no `/proc`.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

/// Makes quotes, as fast as they are taken from it.
struct Source {
    seen: Arc<Seen>,
    _busy: Busy,
    _over: OpenOnDrop,
}

impl Source {
    fn new(seen: &Arc<Seen>) -> Self {
        seen.tell_queued();
        let busy = seen.server.busy("the source");
        let _busy = match seen.knobs.case {
            // For everybody, whoever leaves.
            Case::Hub => busy,
            Case::Task | Case::Slow => busy.owned_by(&seen.client),
        };
        Self { seen: seen.clone(), _busy, _over: seen.is_over.open_on_drop() }
    }

    async fn next(&mut self) -> Option<Quote> {
        let made = self.seen.made.load(SeqCst);
        if made == GATE {
            self.seen.reads_no_more.opened().await;
        }
        if made.is_multiple_of(16) {
            sleep(ms(1)).await;
        }
        (made < self.seen.knobs.quotes).then(|| {
            self.seen.made.store(made + 1, SeqCst);
            Quote::new(&self.seen)
        })
    }
}

/// 16 KiB, which are queued until they are taken or dropped.
struct Quote {
    data: Vec<u8>,
    queued: Queued,
}

/// Counts one quote for as long as it waits.
struct Queued(Arc<Seen>);

impl Quote {
    fn new(seen: &Arc<Seen>) -> Self {
        let queued = seen.queued.fetch_add(1, SeqCst) + 1;
        seen.most_queued.fetch_max(queued, SeqCst);
        if queued.is_multiple_of(64) {
            seen.server.gauge("queued", queued * QUOTE / 1024, "KiB");
        }
        Self { data: vec![7; QUOTE], queued: Queued(seen.clone()) }
    }
}

impl Clone for Quote {
    fn clone(&self) -> Self {
        Self::new(&self.queued.0)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(1, SeqCst);
    }
}

// ANCHOR: buffer
/// What waits for one subscriber.
#[derive(Default)]
struct Buffer {
    quotes: Mutex<VecDeque<Quote>>,
    more: Notify,
}

impl Buffer {
    fn push(&self, quote: Quote) {
        lock(&self.quotes).push_back(quote);
        self.more.notify_one();
    }

    async fn pop(&self) -> Quote {
        loop {
            if let Some(quote) = lock(&self.quotes).pop_front() {
                return quote;
            }
            self.more.notified().await;
        }
    }
}

/// What the subscriber gets.
fn stream(buffer: Arc<Buffer>) -> Quotes {
    Box::pin(unfold(buffer, |buffer| async { Some((buffer.pop().await, buffer)) }))
}
// ANCHOR_END: buffer

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Market<D> {
    seen: Arc<Seen>,
    desk: Arc<D>,
}

impl<D: Feeds + Publishes> Calls for Market<D> {
    async fn server_stream(&self, _: Request<Ask>) -> Outcome<Response<Answers>> {
        let quotes = match self.seen.knobs.case {
            Case::Hub => stream(self.desk.subscribe()),
            Case::Task | Case::Slow => D::feed(Source::new(&self.seen)),
        };
        let (seen, on_drop) = (self.seen.clone(), self.seen.reads_no_more.open_on_drop());
        let reader = Reader { seen, _on_drop: on_drop };
        Ok(Response::new(Box::pin(quotes.map(move |quote| Ok(reader.take(quote))))))
    }
}

/// The connection, which takes quotes as long as there is room in the window. Goes with the stream.
struct Reader {
    seen: Arc<Seen>,
    _on_drop: OpenOnDrop,
}

impl Reader {
    /// From here on HTTP/2 counts it.
    fn take(&self, quote: Quote) -> Answer {
        Answer { data: quote.data, ..Answer::default() }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let server = &self.seen.server;
        server.say("the stream is dropped");
        server.because(server.beside("wire").last());
        self.seen.client.left();
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "One client is slow, and the server runs out of memory",
        crates: &["tonic", "tokio", "tokio-stream"],
        article: &["4.2"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Desk, wrong: checked, cleaned])
}
