//! TODO: why this is tempting, and why it is none. (A task for each step: what was begun is finished, and the next is not
//! begun.)
use crate::*;

pub(crate) struct App;

impl Handler for App {
    async fn handle(work: Work) -> &'static str {
        let work = Arc::new(work);
        for _ in 0..STEPS {
            let work = work.clone();
            if tokio::spawn(async move { work.step().await }).await.is_err() {
                return "failed";
            }
        }
        "done"
    }
}
