use super::Hall;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// An open page of somebody's.
#[derive(Debug)]
pub struct Presence {
    hall: Arc<Hall>,
    id: u64,
    let_go: CancellationToken,
}

impl Presence {
    /// Until the page is to come again, for its person starts afresh.
    pub async fn is_let_go(&self) {
        self.let_go.cancelled().await;
    }
}

impl Hall {
    /// A page of somebody's is open, for as long as this is kept.
    pub fn arrive(self: &Arc<Self>, person: i64, page: &str) -> Presence {
        let (id, let_go) = self.present.lock().add(person, page);
        self.dirty.notify_one();
        Presence { hall: self.clone(), id, let_go }
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
