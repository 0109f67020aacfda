//! Nobody tries again: that is what the post-mortem of such a day asks for. The work for those who left is still there.
use crate::*;

pub(crate) struct App;

impl Shop for App {
    async fn work<T: Send + 'static>(order: impl Work<T>) -> T {
        tokio::spawn(order).await.expect("an order does not panic")
    }

    fn time_for_a_try(_left: Duration, usual: Duration) -> Duration {
        usual
    }

    fn tries(_at_the_edge: bool) -> u32 {
        1
    }

    fn may_try_again(_budget: &dyn Budget) -> bool {
        false
    }

    fn takes(_waiting: usize, _room: usize) -> bool {
        true
    }

    fn is_wanted(_hung_up: bool) -> bool {
        true
    }
}
