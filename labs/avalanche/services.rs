//! The three services over gRPC, the users, and one order's trace.

use crate::*;
use labkit::{Owner, ok_or_err, witness::until};
use labkit_grpc::{
    Answer, Ask, Calls, CallsClient, Channel, Endpoint, Request, Response, Served, Status, serve,
    time_left,
};
use labkit_trace::{Instrument, Service, Span, Trace, parent, pass_on};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::sleep_until,
};
use tokio_util::task::AbortOnDropHandle;
use tower::retry::budget::TpsBudget;

type Outcome = std::result::Result<Response<Answer>, Status>;

/// Runs them, and gives back what came of it.
pub(crate) async fn measure<A: Shop>(lab: &Lab, knobs: Knobs) -> Result<Figures> {
    let (world, trace) = (World::new(lab, knobs), Trace::from_env());
    let user = trace.service("user")?;
    let (payment, cashier) = Till::<A>::open(&world, &trace).await?;
    let stock = Hop::<A>::serve(&world, "inventory", &trace, &payment, STOCK_WAITS).await?;
    let order = Hop::<A>::serve(&world, ORDER, &trace, &stock, ORDER_WAITS).await?;
    let shop = Endpoint::from_shared(format!("http://{}", order.addr()))?.connect().await?;
    lab.lanes(&["a user", "order", "inventory", "payment", "users", "services", "till", "trace"]);
    lab.ready();

    let watched = AbortOnDropHandle::new(tokio::spawn(world.clone().watched()));
    world.all_users(shop, &user).await;
    sleep(LATE).await;
    let at_work = world.at_work();
    until(ms(20_000), || world.at_work() == 0).await;
    let figures = world.figures(at_work);
    drop((watched, cashier));
    trace.seen().tell(&lab.lane("trace"));
    tokio::task::spawn_blocking(move || trace.flush()).await??;
    Ok(figures)
}

/// What the services and the users know of each other.
struct World {
    lab: Lab,
    knobs: Knobs,
    start: Instant,
    /// A clone for each user who is there, and for each service that works on an order.
    here: Arc<()>,
    at_work: Arc<()>,
    waiting: AtomicUsize,
    tally: Mutex<Tally>,
    /// Whoever waits for the order that is traced.
    owner: Owner,
}

#[derive(Default)]
struct Tally {
    figures: Figures,
    /// At the till, by order.
    tries: HashMap<u32, usize>,
}

/// The order whose trace is told, and drawn: one from the middle.
fn traced(knobs: Knobs) -> u32 {
    to_u32(knobs.users / 2) / 10 * 10 + 2
}

impl World {
    fn new(lab: &Lab, knobs: Knobs) -> Arc<Self> {
        Arc::new(Self {
            lab: lab.clone(),
            knobs,
            start: Instant::now() + ms(50),
            here: Arc::default(),
            at_work: Arc::default(),
            waiting: AtomicUsize::new(0),
            tally: Mutex::default(),
            owner: Owner::default(),
        })
    }

    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at_work(&self) -> usize {
        Arc::strong_count(&self.at_work) - 1
    }

    fn comes(&self, number: u32) -> Instant {
        self.start + self.knobs.gap * number
    }

    fn has_left(&self, number: u32) -> Instant {
        self.comes(number) + stays(number)
    }

    /// Work for the order that is traced is told on a lane.
    async fn told<F: Future>(
        &self,
        number: u32,
        (lane, what): (&str, &str),
        limit: Option<Duration>,
        work: F,
    ) -> F::Output {
        if number != traced(self.knobs) {
            return work.await;
        }
        let work = self.lab.lane(lane).watch(what, work).owned_by(&self.owner);
        match limit {
            Some(limit) => work.limit("grpc-timeout", limit).await,
            None => work.await,
        }
    }

    /// Looks at all of it, some fifty times a second.
    async fn watched(self: Arc<Self>) {
        let [users, services, till] = ["users", "services", "till"].map(|name| self.lab.lane(name));
        let mut looks = every(ms(20));
        loop {
            looks.tick().await;
            users.gauge("here", Arc::strong_count(&self.here) - 1, "");
            services.gauge("orders at work", self.at_work(), "");
            till.gauge("payments waiting", self.waiting.load(SeqCst), "");
        }
    }

    async fn all_users(self: &Arc<Self>, shop: Channel, service: &Service) {
        let mut users = JoinSet::new();
        for number in 1..=to_u32(self.knobs.users) {
            let trace = (number == traced(self.knobs)).then(|| service.clone());
            users.spawn(self.clone().user(number, CallsClient::new(shop.clone()), trace));
        }
        self.lab.lane("users").say(format!("come, one every {:?}", self.knobs.gap));
        users.join_all().await;
        self.lab.lane("users").say("the last of them has left");
    }

    async fn user(
        self: Arc<Self>,
        number: u32,
        mut shop: CallsClient<Channel>,
        trace: Option<Service>,
    ) {
        sleep_until(self.comes(number)).await;
        let root = trace.map_or_else(Span::none, |service| service.root("an order"));
        let _here = self.here.clone();
        let mut ask = Request::new(Ask { number, ..Ask::default() });
        ask.set_timeout(PATIENCE);
        pass_on(&root, ask.metadata_mut());
        let order = shop.unary(ask).instrument(root);
        let order = async {
            if number != traced(self.knobs) {
                return order.await;
            }
            let order = self.lab.lane("a user").watch("order", order).as_owner(&self.owner);
            order.limit("patience", stays(number)).outcome(ok_or_err).quiet().await
        };
        match timeout(stays(number), order).await {
            Ok(Ok(_)) => self.tally().figures.served += 1,
            Ok(Err(status)) if status.code() == labkit_grpc::Code::Unavailable => {}
            Ok(Err(_)) | Err(_) => {
                self.tally().figures.left += 1;
                self.lab.cancelled();
            }
        }
    }

    fn comes_to_the_till(&self, number: u32) {
        let late = Instant::now() > self.has_left(number) + LATE;
        let mut tally = self.tally();
        *tally.tries.entry(number).or_default() += 1;
        tally.figures.tries += 1;
        tally.figures.late += usize::from(late);
    }

    fn figures(&self, at_work: usize) -> Figures {
        let tally = self.tally();
        Figures {
            users: self.knobs.users,
            most_for_one: tally.tries.values().max().copied().unwrap_or_default(),
            at_work,
            backlog: self.waiting.load(SeqCst),
            ..tally.figures.clone()
        }
    }
}

/// A service that calls another one for each order.
struct Hop<A> {
    world: Arc<World>,
    rules: Rules<A>,
    name: &'static str,
    next: CallsClient<Channel>,
    /// How long a try usually may take.
    usual: Duration,
    budget: Arc<TpsBudget>,
    trace: Service,
}

impl<A> Clone for Hop<A> {
    fn clone(&self) -> Self {
        Self {
            world: self.world.clone(),
            rules: self.rules.clone(),
            next: self.next.clone(),
            budget: self.budget.clone(),
            trace: self.trace.clone(),
            ..*self
        }
    }
}

impl<A: Shop> Hop<A> {
    async fn serve(
        world: &Arc<World>,
        name: &'static str,
        trace: &Trace,
        next: &Served,
        usual: Duration,
    ) -> Result<Served> {
        let hop = Self {
            world: world.clone(),
            rules: Rules::<A>::new(world.knobs),
            name,
            next: CallsClient::connect(next.addr()).await?,
            usual,
            budget: Arc::new(TpsBudget::new(ms(1000), 1, 0.1)),
            trace: trace.service(name)?,
        };
        Ok(serve(hop).await?)
    }

    /// All tries for one order.
    async fn all_tries(self, number: u32, deadline: Instant, span: Span) -> Outcome {
        let _at_work = self.world.at_work.clone();
        self.budget.deposit();
        let mut outcome = Err(Status::internal("no try was made"));
        for n in 1..=self.rules.tries(self.name == ORDER) {
            if n > 1 {
                if !self.rules.may_try_again(&*self.budget) {
                    break;
                }
                sleep(PAUSE).await;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let time = self.rules.time_for_a_try(left, self.usual);
            if time.is_zero() {
                break;
            }
            outcome = self.one_try(n, number, time, &span).await;
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    async fn one_try(&self, n: u32, number: u32, time: Duration, span: &Span) -> Outcome {
        let span = self.trace.inside(span, &format!("try {n}"));
        let mut ask = Request::new(Ask { number, ..Ask::default() });
        ask.set_timeout(time);
        pass_on(&span, ask.metadata_mut());
        let mut next = self.next.clone();
        next.unary(ask).instrument(span).await
    }
}

const ORDER: &str = "order";

impl<A: Shop> Calls for Hop<A> {
    async fn unary(&self, ask: Request<Ask>) -> Outcome {
        let number = ask.get_ref().number;
        let left = time_left(ask.metadata()).unwrap_or(PATIENCE);
        let deadline = Instant::now() + left;
        let span = self.trace.below(&parent(ask.metadata()), "works on it");
        let (hop, world, name) = (self.clone(), self.world.clone(), self.name);
        let order = hop.all_tries(number, deadline, span.clone()).instrument(span);
        let told = (name, "works on it");
        let order = async move { world.told(number, told, Some(left), order).await };
        self.rules.work(order).await
    }
}

/// The last service: payments are made one after the other.
struct Till<A> {
    world: Arc<World>,
    rules: Rules<A>,
    #[expect(
        clippy::disallowed_types,
        reason = "a queue without an end is the bug; its end is a rule of the variant"
    )]
    queue: mpsc::UnboundedSender<Payment>,
    trace: Service,
}

struct Payment {
    number: u32,
    done: oneshot::Sender<()>,
    span: Span,
}

impl<A: Shop> Till<A> {
    async fn open(world: &Arc<World>, trace: &Trace) -> Result<(Served, AbortOnDropHandle<()>)> {
        #[expect(clippy::disallowed_methods, reason = "a queue without an end is the bug")]
        let (queue, payments) = mpsc::unbounded_channel();
        let rules = Rules::<A>::new(world.knobs);
        let cashier = tokio::spawn(cashier(world.clone(), rules.clone(), payments));
        let trace = trace.service("payment")?;
        let till = serve(Self { world: world.clone(), rules, queue, trace }).await?;
        Ok((till, AbortOnDropHandle::new(cashier)))
    }
}

impl<A: Shop> Calls for Till<A> {
    async fn unary(&self, ask: Request<Ask>) -> Outcome {
        let number = ask.get_ref().number;
        let span = self.trace.below(&parent(ask.metadata()), "in the queue, and paid");
        self.world.comes_to_the_till(number);
        if !self.rules.takes(self.world.waiting.load(SeqCst)) {
            return Err(Status::unavailable("the till's queue is full"));
        }
        let waiting = self.world.waiting.fetch_add(1, SeqCst) + 1;
        {
            let mut tally = self.world.tally();
            tally.figures.most_waiting = tally.figures.most_waiting.max(waiting);
        }
        let (done, is_done) = oneshot::channel();
        let payment = Payment { number, done, span };
        self.queue.send(payment).map_err(|_| Status::internal("the till is closed"))?;
        is_done.await.map_err(|_| Status::unavailable("no payment was made"))?;
        Ok(Response::new(Answer::default()))
    }
}

async fn cashier<A: Shop>(
    world: Arc<World>,
    rules: Rules<A>,
    mut payments: mpsc::UnboundedReceiver<Payment>,
) {
    while let Some(Payment { number, done, span }) = payments.recv().await {
        world.waiting.fetch_sub(1, SeqCst);
        let hung_up = done.is_closed();
        if !rules.is_wanted(hung_up) {
            continue;
        }
        let paying = sleep(PAYMENT).instrument(span);
        world.told(number, ("payment", "is paid"), None, paying).await;
        let has_left = Instant::now() > world.has_left(number);
        let mut tally = world.tally();
        tally.figures.payments += 1;
        tally.figures.for_nobody += usize::from(hung_up);
        tally.figures.wasted += usize::from(has_left);
        // Who has hung up does not hear of it.
        done.send(()).unwrap_or_default();
    }
}
