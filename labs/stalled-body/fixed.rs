//! One timeout over all of it: the sending, the headers and the body.
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
        let whole = async {
            let response = request.send().await?;
            Ok(response.text().await?)
        };
        timeout(self.patience, whole).await?
    }
}
