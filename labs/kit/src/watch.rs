use crate::Lane;
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A future that tells when it is dropped before it is done: the moment of the cancel, seen from outside.
///
/// It changes nothing else. A future that was never polled has done nothing, so its drop is not told.
#[must_use = "futures do nothing unless awaited"]
pub struct Watch<F: Future> {
    future: Pin<Box<F>>,
    lane: Lane,
    name: String,
    point: Option<u32>,
    /// Set at the first poll, cleared when done.
    span: Option<u32>,
    polls: u32,
    quiet: bool,
    gave_up: fn(&F::Output) -> bool,
}

impl<F: Future> Watch<F> {
    pub(crate) fn new(lane: Lane, name: &str, point: Option<u32>, future: F) -> Self {
        Self {
            future: Box::pin(future),
            lane,
            name: name.to_owned(),
            point,
            span: None,
            polls: 0,
            quiet: false,
            gave_up: |_| false,
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

    fn tell_drop(&mut self) {
        if let Some(span) = self.span.take() {
            self.lane.dropped(span, &self.name, self.polls, self.quiet);
        }
    }
}

impl<F: Future> Future for Watch<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.polls == 0 {
            self.span = Some(self.lane.begin(&self.name, self.point));
        }
        self.polls += 1;
        let output = ready!(self.future.as_mut().poll(cx));
        if (self.gave_up)(&output) {
            self.tell_drop();
        }
        if let Some(span) = self.span.take() {
            self.lane.end(span);
        }
        Poll::Ready(output)
    }
}

impl<F: Future> Drop for Watch<F> {
    fn drop(&mut self) {
        self.tell_drop();
    }
}
