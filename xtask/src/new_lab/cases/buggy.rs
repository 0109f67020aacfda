//! TODO: why these go wrong, in one line.
use crate::*;

pub(crate) struct App;

// ANCHOR: first
impl First for App {
    async fn first(items: &mut Items) {
        while items.waiting > 0 {
            items.waiting -= 1;
            sleep(STEP).await;
            items.done += 1;
        }
    }
}
// ANCHOR_END: first

// ANCHOR: second
impl Second for App {
    async fn second(room: &Room) {
        room.enter();
        sleep(STEP * 5).await;
        room.leave();
    }
}
// ANCHOR_END: second
