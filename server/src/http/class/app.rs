use super::stage::Stage;
use std::{net::SocketAddr, sync::Arc};
use still_running_class::Hall;

/// The class, and where its people find it.
#[derive(Clone)]
pub struct ClassApp {
    pub hall: Arc<Hall>,
    /// Where others reach us, as far as we can tell.
    pub reachable: SocketAddr,
    /// What to type for a server that lets others in.
    pub for_others: String,
    /// What the teacher shows.
    pub stage: Stage,
}

impl ClassApp {
    pub fn new(hall: Arc<Hall>, reachable: SocketAddr, for_others: String) -> Self {
        Self { hall, reachable, for_others, stage: Stage::new() }
    }
}
