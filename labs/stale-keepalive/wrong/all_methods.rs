//! Whatever failed is tried once more, and everything is answered. A request that failed may have been done: five payments
//! are made twice.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder) -> reqwest::Result<Client> {
        let once_more = retry::for_host(HOST).max_retries_per_request(1);
        let once_more = once_more.classify_fn(|call| match call.error() {
            Some(_) => call.retryable(),
            None => call.success(),
        });
        client.retry(once_more).build()
    }
}
