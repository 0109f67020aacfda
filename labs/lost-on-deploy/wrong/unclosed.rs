//! The tasks are waited for. A tracker that nobody has closed is waited for until the kill, though all its tasks are done.
use crate::*;

pub(crate) struct App;

impl Audits for App {
    async fn order(order: Order, tasks: TaskTracker) -> u32 {
        <fixed::App as Audits>::order(order, tasks).await
    }

    async fn finish(tasks: TaskTracker) {
        tasks.wait().await;
    }
}
rest_is_fixed!(Serves, Hears, Ages);
