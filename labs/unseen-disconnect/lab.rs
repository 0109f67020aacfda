//! A client sends a request and hangs up. The handler is dropped when the server sees it, and the server sees what it reads.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use axum::{
    Router,
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    routing::post,
};
use labkit::{prelude::*, witness::sockets};
use labkit_http::Site;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, watch},
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
    select! {
        reply = client.watch("request", post_rows(stream, knobs.body_kb)) => client.say(reply?),
        () = seen.patience_ends.notified() => {}
    }
    tell_sockets(&lab.lane("kernel"), server.addr())?;
    seen.handler_over().await;

    let (after, left) = seen.after_the_client();
    let got = format!("{after} of the {left} left");
    lab.check_that("steps done after the client left", "at most 1", got, after <= 1);
    Ok(())
}
// ANCHOR_END: scenario

/// What a server has to hear of a client that left before the work goes on; a hundred times what it takes.
const GRACE: Duration = ms(250);

async fn serve(handler: impl Imports, seen: Arc<Seen>) -> io::Result<Site> {
    let handler = Arc::new(handler);
    let import = post(async move |request: Request| {
        let _over = Handling(&seen);
        seen.server.watch("handler", handler.import(Work(seen.clone()), request)).await
    });
    Site::start(Router::new().route("/rows", import)).await
}

/// Sends head and body in one go, as far as the connection takes them, and waits for the answer.
async fn post_rows(mut stream: TcpStream, body_kb: usize) -> io::Result<String> {
    let size = body_kb * 1000;
    let head = format!("POST /rows HTTP/1.1\r\nhost: lab\r\ncontent-length: {size}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &vec![b'x'; size]].concat()).await?;
    let mut answer = [0; 1024];
    let n = stream.read(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer[..n]);
    Ok(answer.lines().last().unwrap_or("nothing").to_owned())
}

/// What the kernel knows: the state of both ends, and what the server has not read.
fn tell_sockets(kernel: &Lane, server: SocketAddr) -> io::Result<()> {
    let seen = sockets(server)?;
    let state = |ends: &[&'static str]| ends.first().copied().unwrap_or("closed");
    kernel.gauge("bytes unread", seen.unread, "B");
    kernel.say(format!(
        "client's end {}, server's end {}, {} bytes unread",
        state(&seen.client),
        state(&seen.server),
        seen.unread
    ));
    Ok(())
}

/// What the server saw.
struct Seen {
    knobs: Knobs,
    server: Lane,
    work: Lane,
    done: AtomicUsize,
    patience_ends: Notify,
    handler_over: watch::Sender<bool>,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            knobs,
            server: lab.lane("server"),
            work: lab.lane("work"),
            done: AtomicUsize::new(0),
            patience_ends: Notify::new(),
            handler_over: watch::Sender::new(false),
        }
    }

    /// The handler has answered or was dropped.
    async fn handler_over(&self) {
        let mut over = self.handler_over.subscribe();
        over.wait_for(|over| *over).await.expect("its sender is here");
    }

    /// Steps done after the client left, and steps there were left to do.
    fn after_the_client(&self) -> (usize, usize) {
        let (done, stays) = (self.done.load(SeqCst), self.knobs.stays);
        (done.saturating_sub(stays), STEPS - stays)
    }
}

struct Handling<'a>(&'a Seen);

impl Drop for Handling<'_> {
    fn drop(&mut self) {
        self.0.handler_over.send_replace(true);
    }
}

/// The work of a handler.
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
        }
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The client hung up, and the server did not notice",
        crates: &["axum", "hyper"],
        article: &["2.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Handler])
}
