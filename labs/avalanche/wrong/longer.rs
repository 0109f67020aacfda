//! The timeouts are too short, so they are tripled. Each try waits longer in the same queue, for users who wait no longer.
use crate::*;

pub(crate) struct App;

impl Shop for App {
    async fn work<T: Send + 'static>(order: impl Work<T>) -> T {
        order.await
    }

    fn time_for_a_try(_left: Duration, usual: Duration) -> Duration {
        usual * 3
    }

    fn tries(_at_the_edge: bool) -> u32 {
        3
    }

    fn may_try_again(_budget: &dyn Budget) -> bool {
        true
    }

    fn takes(_waiting: usize, _room: usize) -> bool {
        true
    }

    fn is_wanted(_hung_up: bool) -> bool {
        true
    }
}
