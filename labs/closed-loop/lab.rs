//! An alert fires, a runbook runs by itself, and a report is written. Is the report true?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod absent;
    pub(crate) mod hands_over;
    pub(crate) mod limited;
    pub(crate) mod waits;
}

use anyhow::{Context, ensure};
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use labkit::{prelude::*, witness::until};
use labkit_http::{Site, client};
use labkit_prometheus::{Alert, Rule, Samples};
use prometheus_client::{encoding::text::encode, metrics::gauge::Gauge, registry::Registry};
use std::{
    collections::BTreeMap,
    fmt::Display,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};
use tokio::{sync::watch, task::JoinError, time::error::Elapsed};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

labkit::choice! {
    /// What the loop is to end.
    Case {
        /// An incident, by a runbook.
        Runbook = "runbook",
        /// The cause, by those who read the report.
        Cause = "cause",
    }
}

labkit::choice! {
    /// What the service's `/metrics` does once the alert has fired.
    Endpoint {
        /// It answers.
        Answers = "answers",
        /// It answers 503.
        Fails = "fails",
    }
}

labkit::knobs! {
    /// What the loop is to end.
    case: Case = Case::Runbook;
    /// How many callers leave between two scrapes, until the alert fires.
    callers: usize = 4, 1..=8, grid [2, 5, 6];
    /// How many leave between two scrapes from then on.
    later: usize = 0, 0..=6, grid [1, 4];
    /// What the service's `/metrics` does once the alert has fired.
    endpoint: Endpoint = Endpoint::Answers;
}

/// What is done, by a machine, when the alert fires.
trait Runbook {
    async fn run(service: &mut Service) -> Report;
}

/// Answers a call by a job that takes long.
trait Serves: 'static {
    fn serve(job: Job) -> impl Future<Output = Reply> + Send;
}

type Reply = std::result::Result<String, StatusCode>;

fn lost(_: JoinError) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

fn late(_: Elapsed) -> StatusCode {
    StatusCode::GATEWAY_TIMEOUT
}

async fn scenario<A: Runbook + Serves>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Runbook => incident::<A>(&lab, knobs).await,
        Case::Cause => cause::<A>(&lab, knobs).await,
    }
}

// ANCHOR: scenario
async fn incident<A: Runbook>(lab: &Lab, knobs: Knobs) -> Result {
    let mut service = Service::start::<buggy::App>(lab, knobs.callers).await?;
    for _ in 0..ENOUGH {
        if service.next_scrape().await.alert == Alert::Firing {
            break;
        }
    }
    service.leavers = knobs.later;
    service.fails.store(knobs.endpoint == Endpoint::Fails, SeqCst);
    let report = A::run(&mut service).await;
    let left = service.orphans();
    lab.lane("runbook").say(format!("its report: {report}"));
    // ANCHOR_END: scenario
    if report == Report::Resolved {
        lab.lane("runbook").because(lab.lane("prometheus").last());
    }
    lab.lane("service").say(format!("orphans that run: {left}"));
    service.fault()?;
    lab.over();
    let can_end = knobs.later == 0 && knobs.endpoint == Endpoint::Answers;
    let (want, ok) = match (report, can_end) {
        (Report::Resolved, _) => ("resolved, and 0 orphans run", left == 0),
        (Report::HandedOver, true) => ("resolved: nobody leaves any more", false),
        (Report::HandedOver, false) => ("handed over, or resolved and 0 orphans run", true),
    };
    lab.check_that("the report", want, format!("{report}, and {left} orphans run"), ok);
    Ok(())
}

async fn cause<A: Serves>(lab: &Lab, knobs: Knobs) -> Result {
    let mut service = Service::start::<A>(lab, knobs.callers).await?;
    service.waits_for_news = true;
    let mut fired = 0;
    for _ in 0..ENOUGH {
        let seen = service.next_scrape().await;
        fired += usize::from(seen.alert == Alert::Firing);
    }
    service.fault()?;
    let left = service.orphans();
    lab.over();
    lab.check_eq("scrapes at which the alert fires", 0, fired);
    lab.check_eq("orphans that run", 0, left);
    Ok(())
}

/// Scrapes after which any number of callers has set off the alert.
const ENOUGH: usize = 8;
/// How often a runbook tries, before a person has to.
const ROUNDS: usize = 5;
/// Between two scrapes, in seconds of Prometheus' time. The lab does not wait for them.
const STEP: u64 = 15;
/// How long the work of a caller that left has to go. It takes a millisecond or so.
const NEWS: Duration = ms(200);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    Resolved,
    HandedOver,
}

impl Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Resolved => "resolved",
            Self::HandedOver => "not resolved, handed over to a person",
        })
    }
}

// ANCHOR: seen
/// What a scrape tells.
struct Seen {
    alert: Alert,
    /// None where the service did not answer.
    orphans: Option<u64>,
}
// ANCHOR_END: seen

/// A service, its callers, and those who watch it.
struct Service {
    site: Site,
    client: reqwest::Client,
    tasks: Tasks,
    /// How many callers leave before each scrape.
    leavers: usize,
    fails: Arc<AtomicBool>,
    waits_for_news: bool,
    rule: Rule,
    lab: Lab,
    fault: Result,
}

impl Service {
    async fn start<A: Serves>(lab: &Lab, leavers: usize) -> Result<Self> {
        let (tasks, fails) = (Tasks::new(lab), Arc::<AtomicBool>::default());
        let state = Shared::<A> { tasks: tasks.clone(), fails: fails.clone(), serves: PhantomData };
        let routes =
            Router::new().route("/report", get(report::<A>)).route("/metrics", get(metrics));
        let site = Site::start(routes.with_state(state)).await?;
        let (client, rule) = (client().build()?, Rule::read(include_str!("rules.yml"))?);
        lab.ready();
        let (lab, waits_for_news, fault) = (lab.clone(), false, Ok(()));
        Ok(Self { site, client, tasks, leavers, fails, waits_for_news, rule, lab, fault })
    }

    // ANCHOR: cancel
    /// Cancels the work of callers that have left. It spares those of the last 15 s: they may be about to end.
    async fn cancel_orphans(&mut self) {
        let before_last = self.tasks.scrapes.load(SeqCst) - 1;
        let is_old = |task: &&Task| task.left.is_some_and(|left| left < before_last);
        let (orphans, mut cancelled) = (self.orphans(), 0);
        for task in self.tasks.all.borrow().values().filter(is_old) {
            task.stop.cancel();
            cancelled += 1;
        }
        self.tasks.wait(|all| !all.values().any(|task| is_old(&task))).await;
        self.lab.lane("runbook").say(format!("has cancelled {cancelled} of {orphans} orphans"));
    }
    // ANCHOR_END: cancel

    /// Callers come and leave, 15 s are over, and Prometheus asks the service.
    async fn next_scrape(&mut self) -> Seen {
        match self.scrape().await {
            Ok(seen) => seen,
            Err(error) => {
                self.fault = Err(error);
                Seen { alert: Alert::Inactive, orphans: None }
            }
        }
    }

    async fn scrape(&mut self) -> Result<Seen> {
        self.callers_leave().await?;
        // What an abort reaches is gone in a moment; what it does not reach is here as long as one likes to wait.
        if self.waits_for_news {
            until(NEWS, || self.orphans() == 0).await;
        }
        let number = self.tasks.scrapes.fetch_add(1, SeqCst) + 1;
        let answer = self.client.get(self.site.url("/metrics")).send().await?;
        let samples = match answer.status().is_success() {
            true => Samples::read(&answer.text().await?)?,
            false => Samples::default(),
        };
        let orphans = samples.get("orphan_tasks").map(|value| value as u64);
        let alert = self.rule.eval(number * STEP, &samples);
        self.tell(number, orphans, alert);
        Ok(Seen { alert, orphans })
    }

    fn tell(&self, number: u64, orphans: Option<u64>, alert: Alert) {
        let value = orphans.map_or("no answer".to_owned(), |n| format!("orphan_tasks {n}"));
        let alert = format!("{alert:?}").to_lowercase();
        let at = number * STEP;
        self.lab.lane("prometheus").say(format!("{at} s: {value}, {} is {alert}", self.rule.alert));
    }

    async fn callers_leave(&self) -> Result {
        let callers = self.lab.lane("callers");
        for _ in 0..self.leavers {
            let id = self.tasks.next.load(SeqCst);
            let call = self.client.get(self.site.url("/report")).send();
            select! {
                answer = callers.watch(&format!("call {id}"), call).quiet() => {
                    ensure!(false, "a job of an hour is done: {answer:?}");
                }
                () = self.tasks.wait(|all| all.contains_key(&id)) => {}
            }
            self.tasks.wait(|all| all.get(&id).is_none_or(|task| task.left.is_some())).await;
        }
        if self.leavers > 0 {
            callers.say(format!("{} leave", self.leavers));
        }
        Ok(())
    }

    fn orphans(&self) -> usize {
        self.tasks.orphans()
    }

    fn fault(&mut self) -> Result {
        std::mem::replace(&mut self.fault, Ok(())).context("a scrape")
    }
}

/// The service's own list of the jobs that run.
#[derive(Clone)]
struct Tasks {
    all: Arc<watch::Sender<BTreeMap<u64, Task>>>,
    next: Arc<AtomicU64>,
    scrapes: Arc<AtomicU64>,
    lane: Lane,
}

struct Task {
    stop: CancellationToken,
    /// Its caller left after this many scrapes.
    left: Option<u64>,
}

impl Tasks {
    fn new(lab: &Lab) -> Self {
        let (next, scrapes) = Default::default();
        let all = Arc::new(watch::channel(BTreeMap::new()).0);
        Self { all, next, scrapes, lane: lab.lane("service") }
    }

    fn begin(&self) -> (Caller, Job) {
        let (id, stop) = (self.next.fetch_add(1, SeqCst), CancellationToken::new());
        let task = Task { stop: stop.clone(), left: None };
        self.all.send_modify(|all| drop(all.insert(id, task)));
        (Caller { id, tasks: self.clone() }, Job { id, stop, tasks: self.clone() })
    }

    fn orphans(&self) -> usize {
        self.all.borrow().values().filter(|task| task.left.is_some()).count()
    }

    async fn wait(&self, is_so: impl Fn(&BTreeMap<u64, Task>) -> bool) {
        let mut changes = self.all.subscribe();
        drop(changes.wait_for(|all| is_so(all)).await.expect("the list is here"));
    }

    fn changed(&self) {
        self.lane.gauge("orphans", self.orphans(), "");
    }
}

/// Whoever waits for a job; dropped when it has left.
struct Caller {
    id: u64,
    tasks: Tasks,
}

impl Drop for Caller {
    fn drop(&mut self) {
        let now = self.tasks.scrapes.load(SeqCst);
        self.tasks.all.send_modify(|all| {
            if let Some(task) = all.get_mut(&self.id) {
                task.left = Some(now);
            }
        });
        self.tasks.changed();
    }
}

/// An hour of work, unless somebody stops it.
struct Job {
    id: u64,
    stop: CancellationToken,
    tasks: Tasks,
}

impl Job {
    async fn run(self) -> String {
        select! {
            () = self.stop.cancelled() => "stopped".to_owned(),
            () = sleep(Duration::from_secs(3600)) => "a report".to_owned(),
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.tasks.all.send_modify(|all| drop(all.remove(&self.id)));
        self.tasks.changed();
    }
}

struct Shared<A> {
    tasks: Tasks,
    fails: Arc<AtomicBool>,
    serves: PhantomData<fn() -> A>,
}

impl<A> Clone for Shared<A> {
    fn clone(&self) -> Self {
        Self { tasks: self.tasks.clone(), fails: self.fails.clone(), serves: PhantomData }
    }
}

async fn report<A: Serves>(State(service): State<Shared<A>>) -> Reply {
    let (_caller, job) = service.tasks.begin();
    A::serve(job).await
}

// ANCHOR: metrics
async fn metrics<A>(State(service): State<Shared<A>>) -> impl IntoResponse {
    if service.fails.load(SeqCst) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let (mut registry, orphans) = (Registry::default(), Gauge::<i64>::default());
    registry.register("orphan_tasks", "Tasks whose caller has left", orphans.clone());
    orphans.set(service.tasks.orphans() as i64);
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(text)
}
// ANCHOR_END: metrics

fn main() -> ExitCode {
    Manifest {
        title: "The alert is resolved, and memory still grows",
        crates: &["tokio", "axum", "prometheus-client"],
        article: &["5.5"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: absent, hands_over, limited, waits],
    )
}
