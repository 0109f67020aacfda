use crate::{Lane, Owner};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

/// What a future has in hand, as somebody outside sees it.
type Holding = Box<dyn Fn() -> Option<String> + Send>;

/// A future that tells when it is dropped before it is done: the moment of the cancel, seen from outside.
///
/// It changes nothing else. A future that was never polled has done nothing, so its drop is not told.
#[must_use = "futures do nothing unless awaited"]
pub struct Watch<F: Future> {
    future: Pin<Box<F>>,
    lane: Lane,
    /// What it is called in the text and on the timeline.
    name: String,
    /// The number of the await point in the code shown.
    point: Option<u32>,
    /// Set at the first poll, cleared when done.
    span: Option<u32>,
    polls: u32,
    /// Whether a drop is told to the timeline only.
    quiet: bool,
    /// Whether an output says that the future dropped what it waited for.
    gave_up: fn(&F::Output) -> bool,
    /// What it is limited by, told at the first poll.
    limits: Vec<(String, Duration)>,
    outcome: Option<fn(&F::Output) -> String>,
    /// What it has in hand, for when it is dropped.
    holding: Option<Holding>,
    /// Whose work it is.
    owner: Option<Owner>,
    /// Who waits for it.
    is_owner: Option<Owner>,
}

impl Lane {
    /// Runs `future`, and tells when it begins, ends, or is dropped before it is done.
    pub fn watch<F: Future>(&self, name: &str, future: F) -> Watch<F> {
        Watch::new(self.clone(), name, None, future)
    }

    /// As [`Lane::watch`], for the await point that carries this number in the code shown.
    pub fn watch_at<F: Future>(&self, point: u32, name: &str, future: F) -> Watch<F> {
        Watch::new(self.clone(), name, Some(point), future)
    }
}

impl<F: Future> Watch<F> {
    fn new(lane: Lane, name: &str, point: Option<u32>, future: F) -> Self {
        Self {
            future: Box::pin(future),
            lane,
            name: name.to_owned(),
            point,
            span: None,
            polls: 0,
            quiet: false,
            gave_up: |_| false,
            limits: vec![],
            outcome: None,
            holding: None,
            owner: None,
            is_owner: None,
        }
    }

    /// Tells a drop to the timeline only: for many of a kind, where a line of text each would be noise.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// For a future that has a limit of its own, such as a request with a timeout: an output for which `gave_up` holds says that it
    /// dropped what it was waiting for, and is told as that drop.
    pub fn with_own_limit(mut self, gave_up: fn(&F::Output) -> bool) -> Self {
        self.gave_up = gave_up;
        self
    }

    /// A limit, such as a timeout, that is to end it `after` its first poll. The timeline draws it, kept or not.
    pub fn limit(mut self, name: &str, after: Duration) -> Self {
        self.limits.push((name.to_owned(), after));
        self
    }

    /// What whoever waits for it gets, in a word or two: `Ok`, `Err(Elapsed)`. How long it took is added where it is drawn.
    pub fn outcome(mut self, text: fn(&F::Output) -> String) -> Self {
        self.outcome = Some(text);
        self
    }

    /// What it has in hand when it is dropped unfinished, as who sees it from outside says: `had read "lef"`. The rest of a
    /// sentence whose subject is the future; nothing where it has nothing.
    pub fn holding(mut self, held: impl Fn() -> Option<String> + Send + 'static) -> Self {
        self.holding = Some(Box::new(held));
        self
    }

    /// It is work that this owner wants: once the owner has left, it is told to be for nobody.
    pub fn owned_by(mut self, owner: &Owner) -> Self {
        self.owner = Some(owner.clone());
        self
    }

    /// It waits for the work of this owner: when it ends, or is dropped, the owner has left.
    pub fn as_owner(mut self, owner: &Owner) -> Self {
        self.is_owner = Some(owner.clone());
        self
    }

    fn tell_begin(&mut self) {
        let span = self.lane.begin(&self.name, self.point);
        for (name, after) in &self.limits {
            self.lane.limit(span, name, *after);
        }
        if let Some(owner) = &self.owner {
            owner.begun(&self.lane, span);
        }
        self.span = Some(span);
    }

    fn tell_end(&mut self, span: u32) {
        self.lane.end(span);
        self.is_over(span);
    }

    fn tell_drop(&mut self) {
        if let Some(span) = self.span.take() {
            let held = self.holding.take().and_then(|held| held());
            let held = held.map(|held| self.lane.held(span, held)).unwrap_or_default();
            self.lane.dropped(span, &self.name, self.polls, self.quiet, &held);
            self.is_over(span);
        }
    }

    fn is_over(&mut self, span: u32) {
        if let Some(owner) = self.owner.take() {
            owner.ended(span);
        }
        if let Some(owner) = self.is_owner.take() {
            owner.left();
        }
    }
}

impl<F: Future> Future for Watch<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.polls == 0 {
            self.tell_begin();
        }
        self.polls += 1;
        let output = ready!(self.future.as_mut().poll(cx));
        if let (Some(outcome), Some(span)) = (self.outcome, self.span) {
            self.lane.outcome(span, outcome(&output));
        }
        if (self.gave_up)(&output) {
            self.tell_drop();
        }
        if let Some(span) = self.span.take() {
            self.tell_end(span);
        }
        Poll::Ready(output)
    }
}

impl<F: Future> Drop for Watch<F> {
    fn drop(&mut self) {
        self.tell_drop();
    }
}

/// What came of it, in a word: for [`Watch::outcome`].
pub fn ok_or_err<T, E>(output: &Result<T, E>) -> String {
    if output.is_ok() { "Ok" } else { "Err" }.to_owned()
}
