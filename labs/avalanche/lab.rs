//! Users order, three services work on it, and the last of them has a queue. For whom is the work, once users have left?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod model;
mod services;
mod wrong {
    pub(crate) mod longer;
    pub(crate) mod once;
    pub(crate) mod roomy;
}

use labkit::prelude::*;
use std::marker::PhantomData;
use tower::retry::budget::Budget;

labkit::choice! {
    /// Whether a remedy is used.
    Remedy {
        /// As the variant has it; and what it is to keep is checked.
        On = "on",
        /// As if there were none; and what it would keep is not checked.
        Off = "off",
    }
}

labkit::knobs! {
    /// How many users there are.
    users: usize = 60, 40..=200, grid [40];
    /// How much later the next of them comes.
    gap: Duration = 25, 15..=100, grid [20];
    /// How many payments may wait, where the till's queue has an end.
    room: usize = 3, 1..=20, grid [1, 8];
    /// A service works on an order only as long as whoever called it is there.
    inline: Remedy = Remedy::On;
    /// No try takes longer than the time that is left.
    budget: Remedy = Remedy::On;
    /// Only the first service tries again.
    edge: Remedy = Remedy::On;
    /// One of ten calls may be tried again, not each.
    retry_budget: Remedy = Remedy::On;
    /// The till's queue has an end.
    bound: Remedy = Remedy::On;
    /// The till makes no payment for who has hung up.
    skip: Remedy = Remedy::On;
    /// So many users of the model, in place of the services: 0 is none of it.
    model: usize = 0, 0..=1000000, grid [60, 1000000];
    /// What the model's dice begin with.
    seed: u64 = 1, 1..=1000, grid [2];
}

/// What the services of a shop do with the orders they get.
trait Shop: Send + Sync + 'static {
    /// Works on an order until it is done.
    fn work<T: Send + 'static>(order: impl Work<T>) -> impl Future<Output = T> + Send;
    /// How long to wait for the next service, when that much time is left and it usually gets so much.
    fn time_for_a_try(left: Duration, usual: Duration) -> Duration;
    /// How often a service calls the next one. The edge is the first service, which users call.
    fn tries(at_the_edge: bool) -> u32;
    /// Whether to call it again. The budget has a deposit from each order; for one more try one may withdraw ten.
    fn may_try_again(budget: &dyn Budget) -> bool;
    /// Whether the till takes one more payment, when that many wait.
    fn takes(waiting: usize, room: usize) -> bool;
    /// Whether to make a payment, when its turn has come.
    fn is_wanted(hung_up: bool) -> bool;
}

trait Work<T>: Future<Output = T> + Send + 'static {}
impl<T, F: Future<Output = T> + Send + 'static> Work<T> for F {}

/// How long a user waits. Each tenth closes the page at once, which takes [`GLANCE`].
const PATIENCE: Duration = ms(750);
const GLANCE: Duration = ms(25);
/// How long the services wait for the next one.
const ORDER_WAITS: Duration = ms(750);
const STOCK_WAITS: Duration = ms(250);
/// Between two tries.
const PAUSE: Duration = ms(50);
/// What a payment takes. They are made one after the other.
const PAYMENT: Duration = ms(50);
/// Far longer than a cancel is on its way.
const LATE: Duration = ms(700);

// ANCHOR: scenario
async fn scenario<A: Shop>(lab: Lab, knobs: Knobs) -> Result {
    let figures = match knobs.model {
        0 => services::measure::<A>(&lab, knobs).await?,
        users => model::simulate::<A>(&lab, knobs, users),
    };
    figures.tell(&lab.lane("figures"));
    lab.over();
    figures.check(&lab, knobs);
    Ok(())
}
// ANCHOR_END: scenario

/// What came of it all.
#[derive(Debug, Default, Clone)]
struct Figures {
    users: usize,
    /// Whose payment was made while they were there.
    served: usize,
    /// Who went before their order had come to any end.
    left: usize,
    /// Calls that came to the till.
    tries: usize,
    most_for_one: usize,
    /// Of the calls to the till, those that came when their user had left for [`LATE`].
    late: usize,
    /// Services at work, [`LATE`] after the last user has left.
    at_work: usize,
    most_waiting: usize,
    payments: usize,
    /// Payments that were begun though the caller had hung up, and payments that were made for users who had left.
    for_nobody: usize,
    wasted: usize,
    /// Payments that wait when no service waits for one.
    backlog: usize,
}

impl Figures {
    fn tell(&self, lane: &Lane) {
        let seconds = |payments: usize| payments as f64 * PAYMENT.as_secs_f64();
        let (wasted, backlog) = (seconds(self.wasted), seconds(self.backlog));
        let per_user = self.tries as f64 / self.users as f64;
        lane.say(format!("{} of {} users are served", self.served, self.users));
        lane.say(format!("{per_user:.2} tries a user at the till"));
        lane.say(format!("{wasted:.2} s of payments made for users who had left"));
        lane.say(format!("{backlog:.2} s of payments still to make, for nobody"));
    }

    /// Each remedy has what it is to keep, whatever the others do.
    fn check(&self, lab: &Lab, knobs: Knobs) {
        let at_most = |on: Remedy, what: &str, most: usize, got: usize| {
            if on == Remedy::On {
                lab.check_that(what, &format!("at most {most}"), got, got <= most);
            }
        };
        at_most(knobs.inline, "services at work when all users have left", 0, self.at_work);
        at_most(knobs.budget, "tries for users who left long ago", 0, self.late);
        at_most(knobs.edge, "tries for one order", 3, self.most_for_one);
        let again = self.users + self.users / 2;
        at_most(knobs.retry_budget, "tries, of all users", again, self.tries);
        at_most(knobs.bound, "payments that wait", knobs.room, self.most_waiting);
        at_most(knobs.skip, "payments made for who has hung up", 0, self.for_nobody);
    }
}

/// What a variant does where a remedy is on, and what is done where it is off.
struct Rules<A> {
    knobs: Knobs,
    shop: PhantomData<fn() -> A>,
}

impl<A> Clone for Rules<A> {
    fn clone(&self) -> Self {
        Self::new(self.knobs)
    }
}

impl<A> Rules<A> {
    fn new(knobs: Knobs) -> Self {
        Self { knobs, shop: PhantomData }
    }
}

/// One rule: by the variant, or by the buggy one.
macro_rules! by {
    ($rules:ident.$remedy:ident, $rule:ident($($with:expr),*)) => {
        match $rules.knobs.$remedy {
            Remedy::On => A::$rule($($with),*),
            Remedy::Off => buggy::App::$rule($($with),*),
        }
    };
}

impl<A: Shop> Rules<A> {
    async fn work<T: Send + 'static>(&self, order: impl Work<T>) -> T {
        match self.knobs.inline {
            Remedy::On => A::work(order).await,
            Remedy::Off => buggy::App::work(order).await,
        }
    }

    fn time_for_a_try(&self, left: Duration, usual: Duration) -> Duration {
        by!(self.budget, time_for_a_try(left, usual))
    }

    fn tries(&self, at_the_edge: bool) -> u32 {
        by!(self.edge, tries(at_the_edge))
    }

    fn may_try_again(&self, budget: &dyn Budget) -> bool {
        by!(self.retry_budget, may_try_again(budget))
    }

    fn takes(&self, waiting: usize) -> bool {
        by!(self.bound, takes(waiting, self.knobs.room))
    }

    fn is_wanted(&self, hung_up: bool) -> bool {
        by!(self.skip, is_wanted(hung_up))
    }
}

/// Each tenth user closes the page at once, the first one included.
fn stays(number: u32) -> Duration {
    if number % 10 == 1 { GLANCE } else { PATIENCE }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a knob's range fits")
}

fn main() -> ExitCode {
    Manifest {
        title: "Twice the users, and hardly one is served",
        crates: &["tonic", "tower", "tokio", "opentelemetry"],
        article: &["5.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: longer, once, roomy])
}
