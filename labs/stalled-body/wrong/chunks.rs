//! A limit for each piece of the body ends a body that stops. One that drips starts it anew with each drop.
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
        let mut response = timeout(self.patience, request.send()).await??;
        let mut text = String::new();
        while let Some(chunk) = timeout(self.patience, response.chunk()).await?? {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        Ok(text)
    }
}
