//! The tasks are counted, and waited for with a limit. The limit was chosen for a deploy that is quick, not for the log.
use crate::*;

pub(crate) struct App;

impl Audits for App {
    async fn order(order: Order, tasks: TaskTracker) -> u32 {
        <fixed::App as Audits>::order(order, tasks).await
    }

    async fn finish(tasks: TaskTracker) {
        tasks.close();
        if timeout(ms(50), tasks.wait()).await.is_err() {
            say("gives up some of its tasks");
        }
    }
}
rest_is_fixed!(Serves, Hears, Ages);
