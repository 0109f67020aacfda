//! TODO: why this goes wrong, in one line.
use crate::*;

pub(crate) struct App;

impl Handler for App {
    async fn handle(work: Work) -> &'static str {
        for _ in 0..STEPS {
            work.step().await;
        }
        "done"
    }
}
