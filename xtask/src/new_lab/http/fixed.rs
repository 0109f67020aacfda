//! TODO: why this does not, in one line.
use crate::*;

pub(crate) struct App;

impl Handler for App {
    async fn handle(work: Work) -> &'static str {
        let all = tokio::spawn(async move {
            for _ in 0..STEPS {
                work.step().await;
            }
        });
        if all.await.is_ok() { "done" } else { "failed" }
    }
}
