//! A client sends a request and hangs up. The handler is dropped when the server sees it, and the server sees what it reads.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod first;
    pub(crate) mod limit;
    pub(crate) mod small;
    pub(crate) mod spawned;
}

use axum::{
    Router,
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    routing::post,
};
use labkit::{Latch, Owner, prelude::*};
use labkit_http::Site;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
};

labkit::knobs! {
    /// Size of the request's body in kB.
    body_kb: usize = 300, 0..=1000, grid [0, 16, 17, 1000];
    /// The client leaves when this many of the 8 steps are done.
    stays: usize = 2, 1..=8, grid [1, 8];
}

/// What a variant brings: a handler that checks something in eight steps, and imports the rows in the request's body.
trait Imports: Default + Send + Sync + 'static {
    fn import(&self, work: Work, request: Request) -> impl Future<Output = Reply> + Send;
}

type Reply = std::result::Result<String, BytesRejection>;

const STEPS: usize = 8;

// ANCHOR: scenario
async fn scenario<I: Imports>(lab: Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(&lab, knobs));
    let server = serve(I::default(), seen.clone()).await?;

    let client = lab.lane("client");
    let stream = TcpStream::connect(server.addr()).await?;
    let request = client.watch("request", post_rows(stream, knobs.body_kb));
    select! {
        reply = request.as_owner(&seen.client) => client.say(reply?),
        () = seen.patience_ends.notified() => {}
    }
    seen.handler_over.opened().await;
    seen.work_over.notified().await;

    let (after, left) = seen.after_the_client();
    let got = format!("{after} of the {left} left");
    lab.check_that("steps done after the client left", "at most 1", got, after <= 1);
    Ok(())
}
// ANCHOR_END: scenario

/// What a server has to hear of a client that left before the work goes on; a hundred times what it takes.
const GRACE: Duration = ms(250);

async fn serve(handler: impl Imports, seen: Arc<Seen>) -> io::Result<Site> {
    let (handler, reads) = (Arc::new(handler), seen.clone());
    let import = post(async move |request: Request| {
        let _over = seen.handler_over.open_on_drop();
        let handler = handler.import(Work(seen.clone()), request);
        seen.server.watch("handler", handler).owned_by(&seen.client).await
    });
    Site::start_heard(Router::new().route("/rows", import), move |n| reads.read(n)).await
}

/// Sends head and body in one go, as far as the connection takes them, and waits for the answer.
async fn post_rows(mut stream: TcpStream, body_kb: usize) -> io::Result<String> {
    stream.write_all(&request(body_kb)).await?;
    let mut answer = [0; 1024];
    let n = stream.read(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer[..n]);
    Ok(answer.lines().last().unwrap_or("nothing").to_owned())
}

/// Head and body.
fn request(body_kb: usize) -> Vec<u8> {
    let size = body_kb * 1000;
    let head = format!("POST /rows HTTP/1.1\r\nhost: lab\r\ncontent-length: {size}\r\n\r\n");
    [head.as_bytes(), &vec![b'x'; size]].concat()
}

/// What the server saw.
struct Seen {
    knobs: Knobs,
    /// Bytes of the whole request.
    size: usize,
    read: AtomicUsize,
    /// Who wants the work.
    client: Owner,
    socket: Lane,
    server: Lane,
    work: Lane,
    done: AtomicUsize,
    patience_ends: Notify,
    /// The handler has answered or was dropped.
    handler_over: Latch,
    /// Nobody holds the work any more, wherever it was put.
    work_over: Notify,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            knobs,
            size: request(knobs.body_kb).len(),
            read: AtomicUsize::new(0),
            client: Owner::default(),
            socket: lab.lane("socket"),
            server: lab.lane("server"),
            work: lab.lane("work"),
            done: AtomicUsize::new(0),
            patience_ends: Notify::new(),
            handler_over: Latch::default(),
            work_over: Notify::new(),
        }
    }

    /// The server has read that many bytes more; 0: the end of the stream.
    fn read(&self, n: usize) {
        let read = self.read.fetch_add(n, SeqCst) + n;
        match n {
            0 => {
                self.socket.say(format!(
                    "the server reads the end of the stream, after {read} of {} bytes",
                    self.size
                ));
                self.socket.because(self.socket.beside("client").last_drop());
            }
            _ => self.socket.gauge("bytes read", read, "B"),
        }
    }

    /// What has been read when the server has had time enough to notice, and was not dropped.
    fn tell_unread(&self) {
        let (read, size, grace) = (self.read.load(SeqCst), self.size, GRACE.as_millis());
        self.socket.say(format!(
            "{grace} ms later, the server has read {read} of {size} bytes and no end"
        ));
    }

    /// Steps done after the client left, and steps there were left to do.
    fn after_the_client(&self) -> (usize, usize) {
        let (done, stays) = (self.done.load(SeqCst), self.knobs.stays);
        (done.saturating_sub(stays), STEPS - stays)
    }
}

/// The work of a handler; whoever holds it can go on.
struct Work(Arc<Seen>);

impl Work {
    async fn check(&self) -> String {
        for step in 1..=STEPS {
            sleep(ms(20)).await;
            self.did(step).await;
        }
        self.0.work.say(format!("ends, {STEPS} of {STEPS} steps done"));
        format!("{STEPS} steps done")
    }

    /// Counts a step. After the client's last one the server is given time to notice.
    async fn did(&self, step: usize) {
        let seen = &self.0;
        seen.done.store(step, SeqCst);
        seen.work.gauge("steps done", step, "");
        if step == seen.knobs.stays && step < STEPS {
            seen.patience_ends.notify_one();
            sleep(GRACE).await;
            seen.tell_unread();
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.work_over.notify_one();
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "Clients try again, and the load doubles",
        crates: &["axum", "hyper"],
        article: &["2.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Handler, wrong: first, limit, small, spawned],
    )
}
