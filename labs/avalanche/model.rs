//! The same shop as a simulation: no sockets, no tasks, no clock but its own. It has the rules of the variant, and every
//! limit, pause and queue of the services. It does not have their computer: a call takes up to a millisecond to arrive, and
//! nobody is ever short of a processor.

use crate::*;
use rand::{Rng, SeedableRng, rngs::SmallRng};
use std::{
    cell::{Cell, RefCell},
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    sync::Arc,
};

/// Drives so many users through the model.
pub(crate) fn simulate<A: Shop>(lab: &Lab, knobs: Knobs, users: usize) -> Figures {
    let model = lab.lane("model");
    model.say(format!("{users} users of a simulation come, one every {:?} or so", knobs.gap));
    let figures = Model::<A>::new(knobs, users).run();
    // It has a clock of its own.
    lab.ready();
    for _ in 0..figures.left {
        lab.cancelled();
    }
    figures
}

/// A shop on its way through time.
struct Model<A> {
    rules: Rules<A>,
    passes_drop_on: bool,
    dice: SmallRng,
    now: u64,
    planned: u64,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    /// By number, from 1.
    orders: Vec<Order>,
    open_orders: usize,
    /// What inventory does for an order, by order and its try.
    stocks: HashMap<(u32, u32), Stock>,
    queue: VecDeque<Wish>,
    is_paying: bool,
    budgets: [Tokens; 2],
    figures: Figures,
}

/// In microseconds of its clock.
const fn micros(span: Duration) -> u64 {
    span.as_micros() as u64
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Comes(u32),
    Leaves(u32),
    OrderTries(u32),
    OrderTryEnds(u32, u32),
    StockTries(u32, u32),
    StockTryEnds(u32, u32, u32),
    Paid(Wish),
    Look,
}

struct Order {
    leaves: u64,
    deadline: u64,
    is_open: bool,
    tries: u32,
    at_till: usize,
}

#[derive(Default)]
struct Stock {
    deadline: u64,
    /// The order's service waits for it.
    is_called: bool,
    tries: u32,
    /// It waits for a payment.
    waits: bool,
}

/// A payment that somebody waits for: which try of inventory, for which try of which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    order: u32,
    order_try: u32,
    stock_try: u32,
}

/// One of ten calls may be tried again, and one a second, as with the services' own budget.
#[derive(Default)]
struct Tokens {
    now: Cell<u64>,
    /// When the deposits and withdrawals of the last second were made.
    recent: RefCell<VecDeque<(u64, i64)>>,
    sum: Cell<i64>,
}

impl Budget for Tokens {
    fn deposit(&self) {
        self.book(1);
    }

    fn withdraw(&self) -> bool {
        self.forget();
        let may = self.sum.get() + 10 >= 10;
        if may {
            self.book(-10);
        }
        may
    }
}

impl Tokens {
    fn book(&self, n: i64) {
        self.recent.borrow_mut().push_back((self.now.get(), n));
        self.sum.set(self.sum.get() + n);
    }

    fn forget(&self) {
        let mut recent = self.recent.borrow_mut();
        while let Some(&(at, n)) = recent.front().filter(|(at, _)| at + 1_000_000 < self.now.get())
        {
            debug_assert!(at <= self.now.get());
            recent.pop_front();
            self.sum.set(self.sum.get() - n);
        }
    }
}

/// Whether a variant's work ends when whoever waits for it is dropped: seen by trying.
fn passes_drop_on<A: Shop>(rules: &Rules<A>) -> bool {
    let witness = Arc::new(());
    let held = witness.clone();
    let order = async move {
        let _held = held;
        std::future::pending::<()>().await
    };
    {
        let mut work = std::pin::pin!(rules.work(order));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(work.as_mut().poll(&mut cx).is_pending(), "it is never done");
    }
    Arc::strong_count(&witness) == 1
}

impl<A: Shop> Model<A> {
    fn new(knobs: Knobs, users: usize) -> Self {
        let rules = Rules::<A>::new(knobs);
        Self {
            passes_drop_on: passes_drop_on(&rules),
            rules,
            dice: SmallRng::seed_from_u64(knobs.seed),
            now: 0,
            planned: 0,
            events: BinaryHeap::new(),
            orders: Vec::with_capacity(users),
            open_orders: 0,
            stocks: HashMap::new(),
            queue: VecDeque::new(),
            is_paying: false,
            budgets: Default::default(),
            figures: Figures { users, ..Figures::default() },
        }
    }

    /// To the moment when no service works on an order.
    fn run(mut self) -> Figures {
        self.at(0, Event::Comes(1));
        let mut looked = false;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            self.now = at;
            self.budgets.iter().for_each(|budget| budget.now.set(at));
            looked |= event == Event::Look;
            self.happens(event);
            if looked && self.open_orders == 0 && self.stocks.is_empty() {
                break;
            }
        }
        self.figures.backlog = self.queue.len();
        self.figures.most_for_one = self.orders.iter().map(|it| it.at_till).max().unwrap_or(0);
        self.figures
    }

    fn order(&mut self, number: u32) -> &mut Order {
        &mut self.orders[number as usize - 1]
    }

    fn at(&mut self, later: u64, event: Event) {
        // Of one moment, those come first that were planned first.
        self.planned += 1;
        self.events.push(Reverse((self.now + later, self.planned, event)));
    }

    /// A call on its way.
    fn hop(&mut self) -> u64 {
        self.dice.random_range(0..1000)
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Comes(number) => self.comes(number),
            Event::Leaves(number) => self.leaves(number),
            Event::OrderTries(order) => self.order_tries(order),
            Event::OrderTryEnds(order, n) => self.order_try_ends(order, n),
            Event::StockTries(order, n) => self.stock_tries(order, n),
            Event::StockTryEnds(order, order_try, n) => {
                if self.is_wanted(Wish { order, order_try, stock_try: n }) {
                    self.stock_fails_once(order, order_try);
                }
            }
            Event::Paid(wish) => self.paid(wish),
            Event::Look => self.figures.at_work = self.open_orders + self.stocks.len(),
        }
    }

    fn comes(&mut self, number: u32) {
        let gap = micros(self.rules.knobs.gap);
        if number < to_u32(self.figures.users) {
            let next = self.dice.random_range(gap / 2..=gap * 3 / 2);
            self.at(next, Event::Comes(number + 1));
        } else {
            self.at(micros(PATIENCE + LATE), Event::Look);
        }
        self.at(micros(stays(number)), Event::Leaves(number));
        let (leaves, deadline) = (self.now + micros(stays(number)), self.now + micros(PATIENCE));
        self.orders.push(Order { leaves, deadline, is_open: true, tries: 0, at_till: 0 });
        self.open_orders += 1;
        self.budgets[0].deposit();
        let hop = self.hop();
        self.at(hop, Event::OrderTries(number));
    }

    fn leaves(&mut self, number: u32) {
        if !self.order(number).is_open {
            return;
        }
        self.figures.left += 1;
        if self.passes_drop_on {
            let tries = self.order(number).tries;
            self.order_ends(number);
            self.hang_up(number, tries);
        }
    }

    fn order_ends(&mut self, number: u32) {
        self.open_orders -= usize::from(self.order(number).is_open);
        self.order(number).is_open = false;
    }

    /// Inventory is no longer waited for.
    fn hang_up(&mut self, order: u32, order_try: u32) {
        match self.passes_drop_on {
            true => drop(self.stocks.remove(&(order, order_try))),
            false => {
                if let Some(stock) = self.stocks.get_mut(&(order, order_try)) {
                    stock.is_called = false;
                }
            }
        }
    }

    fn time_for_a_try(&self, deadline: u64, usual: Duration) -> u64 {
        let left = Duration::from_micros(deadline.saturating_sub(self.now));
        micros(self.rules.time_for_a_try(left, usual))
    }

    fn order_tries(&mut self, number: u32) {
        if !self.order(number).is_open {
            return;
        }
        let time = self.time_for_a_try(self.orders[number as usize - 1].deadline, ORDER_WAITS);
        if time == 0 {
            return self.order_ends(number);
        }
        self.order(number).tries += 1;
        let n = self.order(number).tries;
        let deadline = self.now + time;
        self.stocks.insert((number, n), Stock { deadline, is_called: true, ..Stock::default() });
        self.budgets[1].deposit();
        let hop = self.hop();
        self.at(hop, Event::StockTries(number, n));
        self.at(time, Event::OrderTryEnds(number, n));
    }

    fn order_try_ends(&mut self, number: u32, n: u32) {
        let is_called = self.stocks.get(&(number, n)).is_some_and(|stock| stock.is_called);
        if is_called && self.order(number).is_open {
            self.hang_up(number, n);
            self.order_fails_once(number);
        }
    }

    fn order_fails_once(&mut self, number: u32) {
        if !self.order(number).is_open {
            return;
        }
        let has_more = self.order(number).tries < self.rules.tries(true);
        match has_more && self.rules.may_try_again(&self.budgets[0]) {
            true => self.at(micros(PAUSE), Event::OrderTries(number)),
            false => self.order_ends(number),
        }
    }

    fn stock_tries(&mut self, order: u32, order_try: u32) {
        let key = (order, order_try);
        let Some(deadline) = self.stocks.get(&key).map(|stock| stock.deadline) else { return };
        let time = self.time_for_a_try(deadline, STOCK_WAITS);
        if time == 0 {
            return self.stock_fails(order, order_try);
        }
        let Some(stock) = self.stocks.get_mut(&key) else { return };
        stock.tries += 1;
        let stock_try = stock.tries;
        stock.waits = false;
        self.comes_to_the_till(order);
        if !self.rules.takes(self.queue.len()) {
            return self.stock_fails_once(order, order_try);
        }
        self.queue.push_back(Wish { order, order_try, stock_try });
        self.stocks.entry(key).and_modify(|stock| stock.waits = true);
        self.figures.most_waiting = self.figures.most_waiting.max(self.queue.len());
        self.at(time, Event::StockTryEnds(order, order_try, stock_try));
        self.pay();
    }

    fn comes_to_the_till(&mut self, number: u32) {
        let late = self.now > self.order(number).leaves + micros(LATE);
        self.order(number).at_till += 1;
        self.figures.tries += 1;
        self.figures.late += usize::from(late);
    }

    fn stock_fails_once(&mut self, order: u32, order_try: u32) {
        let Some(stock) = self.stocks.get_mut(&(order, order_try)) else { return };
        stock.waits = false;
        let has_more = stock.tries < self.rules.tries(false);
        match has_more && self.rules.may_try_again(&self.budgets[1]) {
            true => self.at(micros(PAUSE), Event::StockTries(order, order_try)),
            false => self.stock_fails(order, order_try),
        }
    }

    fn stock_fails(&mut self, order: u32, order_try: u32) {
        let stock = self.stocks.remove(&(order, order_try));
        if stock.is_some_and(|stock| stock.is_called) {
            self.order_fails_once(order);
        }
    }

    /// Whether inventory still waits for it.
    fn is_wanted(&self, wish: Wish) -> bool {
        let stock = self.stocks.get(&(wish.order, wish.order_try));
        stock.is_some_and(|stock| stock.tries == wish.stock_try && stock.waits)
    }

    fn pay(&mut self) {
        while !self.is_paying {
            let Some(wish) = self.queue.pop_front() else { return };
            let hung_up = !self.is_wanted(wish);
            if self.rules.is_wanted(hung_up) {
                self.figures.for_nobody += usize::from(hung_up);
                self.is_paying = true;
                let time = micros(PAYMENT) + self.dice.random_range(0..2000);
                self.at(time, Event::Paid(wish));
            }
        }
    }

    fn paid(&mut self, wish: Wish) {
        self.is_paying = false;
        self.figures.payments += 1;
        let is_here = self.now <= self.order(wish.order).leaves;
        self.figures.wasted += usize::from(!is_here);
        if self.is_wanted(wish) {
            let stock = self.stocks.remove(&(wish.order, wish.order_try));
            if stock.is_some_and(|stock| stock.is_called) {
                self.figures.served += usize::from(is_here);
                self.order_ends(wish.order);
            }
        }
        self.pay();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knobs(remedies: Remedy) -> Knobs {
        let [inline, budget, edge, retry_budget, bound, skip] = [remedies; 6];
        Knobs {
            users: 60,
            gap: ms(25),
            room: 3,
            inline,
            budget,
            edge,
            retry_budget,
            bound,
            skip,
            model: 0,
            seed: 1,
        }
    }

    fn figures<A: Shop>(knobs: Knobs, users: usize) -> Figures {
        Model::<A>::new(knobs, users).run()
    }

    #[tokio::test]
    async fn the_same_seed_gives_the_same_figures() {
        let run = || format!("{:?}", figures::<buggy::App>(knobs(Remedy::On), 1000));
        assert_eq!(run(), run());
    }

    #[tokio::test]
    async fn the_model_sees_whether_a_variant_passes_the_drop_on() {
        assert!(!passes_drop_on(&Rules::<buggy::App>::new(knobs(Remedy::On))));
        assert!(passes_drop_on(&Rules::<fixed::App>::new(knobs(Remedy::On))));
        assert!(!passes_drop_on(&Rules::<fixed::App>::new(knobs(Remedy::Off))));
    }

    #[tokio::test]
    async fn of_the_remedies_the_queues_end_alone_serves_users() {
        let none = figures::<fixed::App>(knobs(Remedy::Off), 10_000);
        let bound = Knobs { bound: Remedy::On, ..knobs(Remedy::Off) };
        let others = Knobs { bound: Remedy::Off, ..knobs(Remedy::On) };
        assert!(none.served < 20, "{none:?}");
        assert!(figures::<fixed::App>(bound, 10_000).served > 3000);
        assert!(figures::<fixed::App>(others, 10_000).served < 500);
        assert!(figures::<fixed::App>(knobs(Remedy::On), 10_000).served > 4500);
    }

    #[tokio::test]
    async fn every_payment_that_was_asked_for_was_made_left_out_or_waits() {
        let it = figures::<buggy::App>(knobs(Remedy::On), 1000);
        assert!(it.payments + it.backlog <= it.tries && it.tries <= 9 * it.users, "{it:?}");
        assert!(it.payments + it.backlog + 1 >= it.tries, "{it:?}");
    }
}
