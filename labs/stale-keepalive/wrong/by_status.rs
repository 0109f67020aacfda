//! What is repeated is what the server refused for now: 502, 503, 504. This server refuses nothing. It hangs up, and there is
//! no status to look at.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder) -> reqwest::Result<Client> {
        let once_more = retry::for_host(HOST).max_retries_per_request(1);
        let once_more = once_more.classify_fn(|call| match (call.method(), call.status()) {
            (&Method::GET, Some(status)) if status.is_server_error() => call.retryable(),
            _ => call.success(),
        });
        client.retry(once_more).build()
    }
}
