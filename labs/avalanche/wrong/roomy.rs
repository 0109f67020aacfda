//! Nobody is turned away: all the remedies but a queue that has an end. It grows while it is being emptied.
use crate::*;

pub(crate) struct App;

impl Shop for App {
    async fn work<T: Send + 'static>(order: impl Work<T>) -> T {
        order.await
    }

    fn time_for_a_try(left: Duration, usual: Duration) -> Duration {
        left.min(usual)
    }

    fn tries(at_the_edge: bool) -> u32 {
        if at_the_edge { 3 } else { 1 }
    }

    fn may_try_again(budget: &dyn Budget) -> bool {
        budget.withdraw()
    }

    fn takes(_waiting: usize, _room: usize) -> bool {
        true
    }

    fn is_wanted(hung_up: bool) -> bool {
        !hung_up
    }
}
