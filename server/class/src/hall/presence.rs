use super::Hall;
use std::sync::Arc;

/// An open page of somebody's.
#[derive(Debug)]
pub struct Presence {
    hall: Arc<Hall>,
    id: u64,
}

impl Hall {
    /// A page of somebody's is open, for as long as this is kept.
    pub fn arrive(self: &Arc<Self>, person: i64, page: &str) -> Presence {
        let id = self.present.lock().add(person, page);
        self.dirty.notify_one();
        Presence { hall: self.clone(), id }
    }

    pub(super) fn is_anybody_here(&self) -> bool {
        !self.present.lock().here().is_empty()
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.hall.present.lock().remove(self.id);
        self.hall.dirty.notify_one();
    }
}
