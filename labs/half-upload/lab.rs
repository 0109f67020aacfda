//! An upload ends before its end. Who can tell, and how?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod filled;
    pub(crate) mod spawned;
    pub(crate) mod yields;
}

use labkit::{Latch, OpenOnDrop, prelude::*};
use labkit_grpc::{Answer, Ask, Calls, Line, Request, Response, Status, Streaming};
use std::{
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

labkit::choice! {
    /// What ends early.
    Ends {
        /// The call: its future is dropped.
        Call = "call",
        /// What feeds it: a task that reads the rows from somewhere.
        Feed = "feed",
        /// The connection.
        Cable = "cable",
    }
}

labkit::knobs! {
    /// What ends early.
    ends: Ends = Ends::Call;
    /// After how many of the ten rows.
    sent: usize = 3, 1..=10, grid [9, 10];
}

type Outcome<T> = std::result::Result<T, Status>;

/// The server's side of an import.
trait Imports: Send + 'static {
    fn import(rows: Rows, store: Arc<Store>) -> impl Future<Output = Outcome<usize>> + Send;
}

const ROWS: usize = 10;
const LAST: &str = "last";

// ANCHOR: scenario
async fn scenario<A: Imports>(lab: Lab, knobs: Knobs) -> Result {
    let client = lab.lane("client");
    let seen = Arc::new(Seen::new(&lab, knobs.sent));
    let service = Service::<A> { seen: seen.clone(), imports: PhantomData };
    let line = Line::open(service, lab.lane("wire")).await?;
    lab.ready();

    let (feed, rows) = mpsc::channel(1);
    let feeder = tokio::spawn(feed_rows(lab.clone(), knobs, feed, seen.clone()));
    let mut calls = line.calls();
    let upload = client.watch("upload", calls.client_stream(ReceiverStream::new(rows)));
    let mut line = Some(line);
    let ended = end_early(&lab, knobs, upload, &mut line, &seen).await;
    feeder.abort();
    seen.is_over.opened().await;
    // ANCHOR_END: scenario
    if let Some(answer) = ended {
        client.say(match answer {
            Ok(answer) => format!("is told: {}", answer.into_inner().text),
            Err(status) => format!("is told: {:?}: {}", status.code(), status.message()),
        });
    }
    lab.over();
    let prices = seen.store.prices();
    let is_whole = prices.len() == ROWS;
    lab.check_that("prices in the list", "10, old or new", prices.len(), is_whole);
    Ok(())
}

/// Waits for the upload's answer, unless the call or the connection ends before; both do when the server has read what was sent.
async fn end_early<T>(
    lab: &Lab,
    knobs: Knobs,
    upload: impl Future<Output = Outcome<T>>,
    line: &mut Option<Line>,
    seen: &Seen,
) -> Option<Outcome<T>> {
    let mut upload = Box::pin(upload);
    if knobs.sent == ROWS || knobs.ends == Ends::Feed {
        return Some(upload.await);
    }
    select! {
        answer = &mut upload => return Some(answer),
        () = seen.all_read.opened() => {}
    }
    if knobs.ends == Ends::Cable {
        lab.cancelled();
        lab.lane("wire").say("the connection breaks");
        line.take();
        return Some(upload.await);
    }
    drop(upload);
    None
}

/// Sends the rows. After as many as the knob says it stops: it waits, or it is the one that ends early.
async fn feed_rows(lab: Lab, knobs: Knobs, feed: mpsc::Sender<Ask>, seen: Arc<Seen>) {
    for number in 1..=knobs.sent {
        let text = if number == ROWS { LAST } else { "" }.to_owned();
        let row = Ask { number: u32::try_from(number).expect("ten rows"), text, data: vec![] };
        if feed.send(row).await.is_err() {
            return;
        }
    }
    if knobs.sent < ROWS {
        seen.all_read.opened().await;
        match knobs.ends {
            Ends::Feed => lab.lane("client").say("the feed fails: no more rows"),
            _ => std::future::pending().await,
        }
        lab.cancelled();
    }
}

/// What the server saw.
struct Seen {
    server: Lane,
    store: Arc<Store>,
    sent: usize,
    /// The server has read what was sent.
    all_read: Latch,
    /// The handler has answered or was dropped, and nothing it has started still holds the rows.
    is_over: Latch,
}

impl Seen {
    fn new(lab: &Lab, sent: usize) -> Self {
        let (server, store) = (lab.lane("server"), Arc::new(Store::new(lab)));
        Self { server, store, sent, all_read: Latch::default(), is_over: Latch::default() }
    }
}

struct Service<A> {
    seen: Arc<Seen>,
    imports: PhantomData<fn() -> A>,
}

impl<A: Imports> Calls for Service<A> {
    async fn client_stream(&self, ask: Request<Streaming<Ask>>) -> Outcome<Response<Answer>> {
        let over = Arc::new(self.seen.is_over.open_on_drop());
        let _over = over.clone();
        let rows = Rows { rows: ask.into_inner(), read: 0, seen: self.seen.clone(), _over: over };
        let import = A::import(rows, self.seen.store.clone());
        let stored = self.seen.server.watch("import()", import).await?;
        let text = format!("done, {stored} prices");
        Ok(Response::new(Answer { text, ..Answer::default() }))
    }
}

/// The rows of an upload, as they come; they are counted.
struct Rows {
    rows: Streaming<Ask>,
    read: usize,
    seen: Arc<Seen>,
    _over: Arc<OpenOnDrop>,
}

impl Rows {
    /// The next row; `None` at the end, whatever an end is. Cancel-safe.
    async fn message(&mut self) -> Outcome<Option<Ask>> {
        let row = self.rows.message().await;
        match &row {
            Ok(Some(_)) => self.count(),
            Ok(None) => self.seen.server.say(format!("reads Ok(None) after {} rows", self.read)),
            Err(status) => self.seen.server.say(format!(
                "reads an error after {} rows: {:?}",
                self.read,
                status.code()
            )),
        }
        if !matches!(row, Ok(Some(_))) {
            self.seen.server.because(self.seen.server.beside("wire").last());
        }
        row
    }

    fn count(&mut self) {
        self.read += 1;
        self.seen.server.gauge("rows read", self.read, "");
        if self.read == self.seen.sent {
            self.seen.all_read.open();
        }
    }
}

// ANCHOR: store
/// A price list. It is replaced as a whole.
struct Store {
    lane: Lane,
    prices: Mutex<Vec<u32>>,
}

impl Store {
    fn replace(&self, prices: Vec<u32>) -> usize {
        let count = prices.len();
        self.tell(count);
        *self.prices.lock().unwrap_or_else(PoisonError::into_inner) = prices;
        count
    }
}
// ANCHOR_END: store

impl Store {
    /// Yesterday's list.
    fn new(lab: &Lab) -> Self {
        Self { lane: lab.lane("store"), prices: Mutex::new((1..=10).collect()) }
    }

    fn tell(&self, count: usize) {
        self.lane.say(format!("COMMIT, {count} prices"));
        self.lane.because(self.lane.beside("server").last());
    }

    fn prices(&self) -> Vec<u32> {
        self.prices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The import is done, and the prices are wrong",
        crates: &["tonic", "tokio"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: filled, spawned, yields])
}
