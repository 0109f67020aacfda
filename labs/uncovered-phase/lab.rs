//! Every kind of timeout against every phase in which a call can stall: a table, made by running it.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod connect_only;
    pub(crate) mod kernel;
    pub(crate) mod tighter;
}

use labkit::{ok_or_err, prelude::*};
use labkit_http::{NeverResolves, Stalls};
use reqwest::{Client, ClientBuilder, RequestBuilder};
use tokio::{task::JoinSet, time::error::Elapsed};
use tokio_util::task::TaskTracker;

labkit::knobs! {
    /// What each timeout is set to.
    limit: Duration = 400, 200..=800, grid [200, 800];
    /// Time between two bytes where a server drips.
    drip: Duration = 50, 10..=2000, grid [20, 300, 1200];
}

/// What a variant brings: the settings of a client.
trait Configure {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client>;
}

// ANCHOR: scenario
async fn scenario<C: Configure>(lab: Lab, knobs: Knobs) -> Result {
    let stalls = Stalls::start(knobs.limit / 4, knobs.drip).await?;
    let (table, referee) = (lab.lane("table"), Referee::new(knobs.limit));
    table.say(format!("{} calls at once", stalls.urls.len() * KINDS.len()));

    let mut calls = JoinSet::new();
    for (column, kind) in KINDS.into_iter().enumerate() {
        let (lane, client) = (lab.lane(kind.name()), kind.client::<C>(knobs.limit)?);
        for (row, &(phase, ref url)) in stalls.urls.iter().enumerate() {
            let (lane, client, url) = (lane.clone(), client.clone(), url.clone());
            let call = move || {
                let call = lane.watch(phase, kind.call(client.get(&url), knobs.limit));
                call.limit("limit", knobs.limit).outcome(ok_or_err).quiet()
            };
            let outcome = referee.clone().outcome(kind, tries(phase), call);
            calls.spawn(async move { (row, column, outcome.await) });
        }
    }

    let mut cells = vec![[Outcome::Hang; KINDS.len()]; stalls.urls.len()];
    while let Some(cell) = calls.join_next().await {
        let (row, column, outcome) = cell?;
        cells[row][column] = outcome?;
    }
    print(&table, &stalls, &cells);

    let hangs = stalls.urls.iter().zip(&cells).filter(|(_, row)| row[YOURS] == Outcome::Hang);
    let hangs: Vec<_> = hangs.map(|((phase, _), _)| *phase).collect();
    lab.check_eq("phases in which the settings of this variant let a call hang", vec![], hangs);
    Ok(())
}
// ANCHOR_END: scenario

fn tries(phase: &str) -> usize {
    if phase.contains("drip") { 4 } else { 1 }
}

/// What became of a call. A cut comes after so many milliseconds.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Done,
    Cut(u128),
    Hang,
}

/// Says what became of a call, and does not take a busy machine for a silent server.
#[derive(Clone)]
struct Referee {
    limit: Duration,
    /// The calls that surely end: nobody hangs while one of these still runs.
    controls: TaskTracker,
}

impl Referee {
    fn new(limit: Duration) -> Self {
        let controls = TaskTracker::new();
        controls.close();
        Self { limit, controls }
    }

    /// A call that can hang does hang. On a busy machine a server that drips may be late, so that a call is cut which can hang: it
    /// gets more than one chance.
    async fn outcome<F: Future<Output = Result>>(
        self,
        kind: Kind,
        tries: usize,
        call: impl Fn() -> F,
    ) -> Result<Outcome> {
        let control = matches!(kind, Kind::Whole).then(|| self.controls.token());
        let mut outcome = self.once(control.is_none(), call()).await?;
        for _ in 1..tries {
            if outcome != Outcome::Hang {
                outcome = self.once(control.is_none(), call()).await?;
            }
        }
        Ok(outcome)
    }

    async fn once(&self, may_hang: bool, call: impl Future<Output = Result>) -> Result<Outcome> {
        let begun = Instant::now();
        let ended = select! {
            ended = call => ended,
            () = self.too_long(), if may_hang => return Ok(Outcome::Hang),
        };
        match ended {
            Ok(()) => Ok(Outcome::Done),
            Err(why) if is_timeout(&why) => Ok(Outcome::Cut(begun.elapsed().as_millis())),
            Err(why) => Err(why),
        }
    }

    /// Four times the limit, and more where the machine is so busy that even the controls are late.
    async fn too_long(&self) {
        sleep(3 * self.limit).await;
        self.controls.wait().await;
        sleep(self.limit).await;
    }
}

fn is_timeout(error: &anyhow::Error) -> bool {
    error.is::<Elapsed>() || error.downcast_ref().is_some_and(reqwest::Error::is_timeout)
}

// ANCHOR: kinds
/// Six kinds of timeout, and the settings of the variant.
#[derive(Clone, Copy)]
enum Kind {
    Client,
    Request,
    Connect,
    Read,
    Send,
    Whole,
    Yours,
}

impl Kind {
    fn client<C: Configure>(self, limit: Duration) -> reqwest::Result<Client> {
        match self {
            Self::Client => builder().timeout(limit).build(),
            Self::Connect => builder().connect_timeout(limit).build(),
            Self::Read => builder().read_timeout(limit).build(),
            Self::Yours => C::build(builder(), limit),
            Self::Request | Self::Send | Self::Whole => builder().build(),
        }
    }

    async fn call(self, request: RequestBuilder, limit: Duration) -> Result {
        match self {
            Self::Request => whole(request.timeout(limit)).await,
            Self::Send => {
                let response = timeout(limit, request.send()).await??;
                response.bytes().await?;
                Ok(())
            }
            Self::Whole => timeout(limit, whole(request)).await?,
            Self::Client | Self::Connect | Self::Read | Self::Yours => whole(request).await,
        }
    }
}
// ANCHOR_END: kinds

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Request => "request",
            Self::Connect => "connect",
            Self::Read => "read",
            Self::Send => "send()",
            Self::Whole => "whole",
            Self::Yours => "yours",
        }
    }
}

async fn whole(request: RequestBuilder) -> Result {
    request.send().await?.bytes().await?;
    Ok(())
}

const KINDS: [Kind; 7] =
    [Kind::Client, Kind::Request, Kind::Connect, Kind::Read, Kind::Send, Kind::Whole, Kind::Yours];
const YOURS: usize = 6;

fn print(table: &Lane, stalls: &Stalls, cells: &[[Outcome; KINDS.len()]]) {
    let row = |phase: &str, cells: [String; KINDS.len()]| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>8}")).collect();
        table.say(format!("{phase:<14}{cells}"));
    };
    row("ms until cut", KINDS.map(|kind| kind.name().to_owned()));
    for ((phase, _), cells) in stalls.urls.iter().zip(cells) {
        row(phase, cells.map(word));
    }
}

fn word(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "ok".into(),
        Outcome::Cut(after) => after.to_string(),
        Outcome::Hang => "HANGS".into(),
    }
}

fn builder() -> ClientBuilder {
    labkit_http::client().dns_resolver(NeverResolves)
}

fn main() -> ExitCode {
    Manifest {
        title: "Two timeouts, and a call that runs for nine hours",
        crates: &["reqwest", "tokio"],
        article: &["2.2"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Settings, wrong: connect_only, kernel, tighter],
    )
}
