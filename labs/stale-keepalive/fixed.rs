//! A call that may be repeated is repeated, once.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder) -> reqwest::Result<Client> {
        let once_more = retry::for_host(HOST).max_retries_per_request(1);
        let once_more = once_more.classify_fn(|call| match (call.method(), call.error()) {
            (&Method::GET, Some(_)) => call.retryable(),
            _ => call.success(),
        });
        client.retry(once_more).build()
    }
}
