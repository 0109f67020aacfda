use crate::{Lane, Owner};

/// A stretch of work that is no future, such as a loop on a thread: it ends when this is dropped.
#[must_use = "dropped at once, it is over at once"]
pub struct Busy {
    lane: Lane,
    span: u32,
    owner: Option<Owner>,
}

impl Lane {
    /// Work begins that no [`Watch`](crate::Watch) sees, since it is no future.
    pub fn busy(&self, name: &str) -> Busy {
        Busy { lane: self.clone(), span: self.begin(name, None), owner: None }
    }
}

impl Busy {
    /// As [`Watch::owned_by`](crate::Watch::owned_by).
    pub fn owned_by(mut self, owner: &Owner) -> Self {
        owner.begun(&self.lane, self.span);
        self.owner = Some(owner.clone());
        self
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.lane.end(self.span);
        if let Some(owner) = &self.owner {
            owner.ended(self.span);
        }
    }
}
