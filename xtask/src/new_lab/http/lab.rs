//! TODO: who asks whom for what, who leaves when, and what must hold all the same. In one sentence.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod each;
}

use axum::{Router, routing::post};
use labkit::prelude::*;
use labkit_http::Site;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::sync::Notify;

labkit::knobs! {
    /// The client leaves when this many of the 4 steps are done.
    stays: usize = 2, 1..=4 "steps", grid [1, 3, 4];
}

/// What a variant brings: a handler. TODO: as little as tells the two apart.
trait Handler: 'static {
    /// Does all steps, and answers.
    fn handle(work: Work) -> impl Future<Output = &'static str> + Send;
}

const STEPS: usize = 4;
/// What a server has to hear of a client that left; a hundred times what it takes.
const GRACE: Duration = ms(250);

// ANCHOR: scenario
async fn scenario<H: Handler>(lab: Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(&lab, knobs));
    let server = serve::<H>(seen.clone()).await?;

    let client = lab.lane("client");
    let request = labkit_http::client().build()?.post(server.url("/work"));
    select! {
        answer = client.watch("request", request.send()) => client.say(answer?.text().await?),
        () = seen.client_leaves.notified() => {}
    }
    seen.work_over.notified().await;

    let done = seen.done.load(SeqCst);
    lab.check_that("steps done of one request", "all or none", done, [0, STEPS].contains(&done));
    Ok(())
}
// ANCHOR_END: scenario

async fn serve<H: Handler>(seen: Arc<Seen>) -> io::Result<Site> {
    let handler =
        post(async move || seen.server.watch("handler", H::handle(Work(seen.clone()))).await);
    Site::start(Router::new().route("/work", handler)).await
}

/// What was seen of the one request. TODO: the witness of your world.
struct Seen {
    knobs: Knobs,
    server: Lane,
    done: AtomicUsize,
    client_leaves: Notify,
    work_over: Notify,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        let server = lab.lane("server");
        Self {
            knobs,
            server,
            done: AtomicUsize::new(0),
            client_leaves: Notify::new(),
            work_over: Notify::new(),
        }
    }
}

/// The work of one request; dropped, it is over.
struct Work(Arc<Seen>);

impl Work {
    /// Counts a step. After the client's last one the server is given time to notice.
    async fn step(&self) {
        sleep(ms(5)).await;
        let done = self.0.done.fetch_add(1, SeqCst) + 1;
        self.0.server.gauge("steps done", done, "");
        if done == self.0.knobs.stays && done < STEPS {
            self.0.client_leaves.notify_one();
            sleep(GRACE).await;
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let done = self.0.done.load(SeqCst);
        self.0.server.say(format!("is done with it, after {done} of {STEPS} steps"));
        self.0.work_over.notify_one();
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "@title@",
        crates: &["axum", "hyper"],
        article: &["@sections@"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: each])
}
