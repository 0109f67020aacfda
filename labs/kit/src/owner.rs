use crate::Lane;
use parking_lot::Mutex;
use std::sync::Arc;

/// Who wants a piece of work: the work's watch is [`owned_by`](crate::Watch::owned_by) it, and the watch of whoever waits
/// for it is [`as_owner`](crate::Watch::as_owner). Once the owner has left, what the work still does is told to be for
/// nobody. Clones are the same owner.
#[derive(Clone, Default)]
pub struct Owner(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    has_left: bool,
    /// The work under way: its lane and span.
    work: Vec<(Lane, u32)>,
}

impl Owner {
    /// The owner waits no longer. For one that no watch sees; one that is watched leaves by itself.
    pub fn left(&self) {
        let mut state = self.0.lock();
        state.has_left = true;
        state.work.iter().for_each(|(lane, span)| lane.orphaned(*span));
        state.work.clear();
    }

    /// Work begins; where nobody waits for it any more, that is told at once.
    pub(crate) fn begun(&self, lane: &Lane, span: u32) {
        let mut state = self.0.lock();
        match state.has_left {
            true => lane.orphaned(span),
            false => state.work.push((lane.clone(), span)),
        }
    }

    pub(crate) fn ended(&self, span: u32) {
        self.0.lock().work.retain(|(_, other)| *other != span);
    }
}
