use super::refusal::RefusalWord;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use parking_lot::Mutex;
use std::{collections::BTreeMap, sync::Arc};
use tracing::info;

/// What was refused since the server began, by the word of the refusal.
#[derive(Debug, Default)]
pub struct RefusalCounts(Mutex<BTreeMap<&'static str, u64>>);

impl RefusalCounts {
    pub fn all(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().clone()
    }

    fn count(&self, word: &'static str) {
        *self.0.lock().entry(word).or_default() += 1;
    }
}

pub async fn count(
    State(refusals): State<Arc<RefusalCounts>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    if let Some(RefusalWord(word)) = response.extensions().get().copied() {
        refusals.count(word);
        info!(word, %method, ?path, "refused");
    }
    response
}
