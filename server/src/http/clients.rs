use parking_lot::{Mutex, MutexGuard};
use std::{collections::HashMap, net::IpAddr, sync::Arc};

/// How many sockets each client has open.
#[derive(Debug, Clone)]
pub struct Clients {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most: usize,
}

/// One open socket. Dropped, it counts no longer.
#[derive(Debug)]
pub struct Held {
    clients: Clients,
    client: IpAddr,
}

impl Clients {
    pub fn new(most: usize) -> Self {
        Self { open: Arc::default(), most }
    }

    pub fn most(&self) -> usize {
        self.most
    }

    /// All sockets there are.
    pub fn open(&self) -> usize {
        self.lock().values().sum()
    }

    /// None where this client has as many as it may.
    pub fn hold(&self, client: IpAddr) -> Option<Held> {
        let mut open = self.lock();
        let count = open.entry(client).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Held { clients: self.clone(), client })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = self.clients.lock();
        if let Some(count) = open.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.client);
            }
        }
    }
}
