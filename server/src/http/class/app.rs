use super::stage::Stage;
use std::{net::SocketAddr, sync::Arc};
use still_running_class::Hall;

/// The class, and where its people find it.
#[derive(Clone)]
pub struct ClassApp {
    pub hall: Arc<Hall>,
    /// Where others reach us, as far as we can tell.
    pub reachable: SocketAddr,
    /// What the teacher shows.
    pub stage: Stage,
}

impl ClassApp {
    pub fn new(hall: Arc<Hall>, reachable: SocketAddr) -> Self {
        Self { hall, reachable, stage: Stage::default() }
    }
}
