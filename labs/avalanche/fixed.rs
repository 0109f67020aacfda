//! Each service knows for whom it works, and for how long that makes sense.
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

    fn takes(waiting: usize, room: usize) -> bool {
        waiting < room
    }

    fn is_wanted(hung_up: bool) -> bool {
        !hung_up
    }
}
